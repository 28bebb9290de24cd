"""Record: the part of a district's rolls that a forecast may rest on, stage by stage."""

from __future__ import annotations

import numpy as np
import pandas as pd

from seatplan.case.outside import count_residents
from seatplan.demand.rolls import Rolls, build_rolls
from seatplan.district.district import District
from seatplan.district.standards import Standards

LEARNT_YEARS = 3  # years on record before the first forecast that is held against what came


def choose_record(district: District, standards: Standards) -> Rolls | None:
    """Return the rolls that a forecast may rest on; None where a history is too short or missing.

    A total that leaves out a school in some years jumps when the school comes in, and nothing in
    the rolls says that nobody moved. So each stage keeps the autumns from one on, and of the
    schools that stand only those on record in every autumn since then, or since they opened (a
    grade further up may follow as many years later as it stands above the entry grade).
    An autumn in which no school of the stage is on record is nobody's gap. The first autumn is the
    one for which pupils covered x autumns that a hindcast can be held against is most. Schools on
    record that do not stand any more are kept: their pupils were there.

    A stage needs `LEARNT_YEARS` + 1 autumns on record, the last of them the base year: fewer leave
    no forecast to be held against what came. A stage without them is left out.
    """
    if district.rolls.index.unique("year").size <= LEARNT_YEARS:
        return None
    table = _lay_out(district, standards)
    parts = [
        kept for _, part in table.groupby("stage", sort=False) if (kept := _trim(part)) is not None
    ]
    if not parts:
        return None
    rows = pd.concat(parts)
    return build_rolls(
        rows[["unit", "township", "grade", "year", "pupils"]],
        parents=["township"],
        grades=standards.grades,
        name="rolls.csv",
    )


def covered_part(district: District, record: Rolls) -> pd.Series[float]:
    """Part of each grade's pupils of the base year who sit in schools of the record, 0 to 1."""
    everywhere = _sum_grades(count_residents(district).rename_axis(record.pupils.index.names))
    inside = _sum_grades(record.pupils)
    year = district.base_year
    part = inside.xs(year, level="year") / everywhere.xs(year, level="year")
    return part.reindex(record.grades).fillna(0.0)


def _sum_grades(pupils: pd.Series[float]) -> pd.Series[float]:
    return pupils.groupby(["grade", "year"]).sum()


def _lay_out(district: District, standards: Standards) -> pd.DataFrame:
    """Rows of the rolls with stage and township, `begins` the first autumn a school may have.

    `stands` says whether the school has a roll for the grade in the base year.
    """
    table = count_residents(district).reset_index().rename(columns={"school": "unit"})
    schools = district.schools
    table["stage"] = table["grade"].map(standards.stage_of)
    table["township"] = table["unit"].map(schools["township"].astype(str)).fillna("")
    opened = schools["opened"].astype("Float64").fillna(0).astype(int)
    step = {
        grade.code: above for stage in standards.stages for above, grade in enumerate(stage.grades)
    }
    table["begins"] = table["unit"].map(opened).fillna(0).astype(int) + table["grade"].map(step)
    cells = pd.MultiIndex.from_frame(table[["unit", "grade"]])
    now = cells[table["year"] == district.base_year]
    standing = set(schools.index[~(schools["closes"] <= district.base_year).fillna(False)])
    table["stands"] = cells.isin(now) & table["unit"].isin(standing)
    table["base"] = table["year"] == district.base_year
    return table


def _trim(table: pd.DataFrame) -> pd.DataFrame | None:
    """Keep the autumns and schools of a stage that are whole; None where they are too few."""
    years = np.sort(table["year"].unique())
    now = table[table["base"] & table["stands"]].set_index(["unit", "grade"])
    if now.empty:
        return None
    seen = table.assign(seen=True).pivot(index=["unit", "grade"], columns="year", values="seen")
    before = years[None, :] < now["begins"].to_numpy()[:, None]
    there = seen.reindex(now.index).notna().to_numpy() | before
    whole = np.logical_and.accumulate(there[:, ::-1], axis=1)[:, ::-1]  # on record ever since
    held = np.arange(len(years), 0, -1) - LEARNT_YEARS
    worth = now["pupils"].to_numpy(float) @ whole * np.maximum(held, 0)
    if not worth.any():
        return None
    first = int(worth.argmax())
    kept = now.index[whole[:, first]]
    cells = pd.MultiIndex.from_frame(table[["unit", "grade"]])
    rows: pd.DataFrame = table[
        (table["year"] >= years[first]) & (cells.isin(kept) | ~table["stands"])
    ]
    return rows
