"""Pupils on roll in 2020: every total of the plan to the last pupil, grades after the census."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from district.facilities import Facilities
from district.rounding import Floats, Integers, fit_margins, round_table, share_out
from district.sources import Sources, part_rng

KINDERGARTEN = ["k1", "k2", "k3"]
PRIMARY = [f"g{g}" for g in range(1, 7)]
JUNIOR = [f"g{g}" for g in range(7, 10)]
SENIOR = [f"g{g}" for g in range(10, 13)]
SPECIAL_PUPILS = 214  # one special school; no source gives its roll
NOT_AT_THESE_SCHOOLS = 0.003  # children of 6-14 at no school of the district, assumed
MUNICIPAL = {"primary": 11, "junior": 6}  # of 48 and 8: the plan's 37 and 2 are the district's
ROLL_SIGMA = 0.05  # rolls differ from the pupils of the catchment by this much


@dataclass(frozen=True)
class StageTotals:
    """Pupils in 2020 by stage, and kindergarten children by who runs and owns the school."""

    kindergarten: int
    primary: int
    junior: int
    senior: int
    special: int
    public_children: int
    inclusive_children: int

    def by_stage(self) -> dict[str, int]:
        """Stage code -> pupils."""
        return {
            "kindergarten": self.kindergarten,
            "primary": self.primary,
            "junior": self.junior,
            "senior": self.senior,
            "special": self.special,
        }


def count_stages(sources: Sources, ages: Integers) -> StageTotals:
    """Split the plan's 88,033 pupils by stage against the census ages.

    Kindergarten holds the plan's gross rate; grades 1-9 hold nearly every child of 6 to 14;
    what is left are the three senior highs.
    """
    rate = sources.plan_number("kindergarten_gross_enrolment_rate") / 100
    kindergarten = round(rate * int(ages[3:6].sum()))
    all_ages = int(ages[6:15].sum())
    compulsory = round(all_ages * (1 - NOT_AT_THESE_SCHOOLS)) - SPECIAL_PUPILS
    primary = round(compulsory * int(ages[6:12].sum()) / all_ages)
    senior = int(sources.plan_number("pupils_total")) - kindergarten - compulsory - SPECIAL_PUPILS
    public = round(kindergarten * sources.plan_number("public_kindergarten_child_share") / 100)
    covered = round(kindergarten * sources.plan_number("inclusive_kindergarten_coverage") / 100)
    return StageTotals(
        kindergarten,
        primary,
        compulsory - primary,
        senior,
        SPECIAL_PUPILS,
        public,
        covered - public,
    )


def enrol_compulsory(
    sources: Sources,
    facilities: Facilities,
    residents: pd.DataFrame,
    ages: Integers,
    totals: StageTotals,
) -> tuple[pd.DataFrame, pd.Series[str]]:
    """Enrol grades 1 to 9: rolls by school, stage and grade, and who runs each school.

    Returns
    -------
    rolls : DataFrame
        Index (`id`, `stage`), columns g1 ... g9 (0 where not taught).
    run_by : Series
        "district" or "municipal" by school id.
    """
    living = pd.concat(
        {
            "primary": _living(facilities.primary, residents, range(6, 12)),
            "junior": _living(facilities.junior, residents, range(12, 15)),
        },
        names=["stage", "id"],
    ).swaplevel()
    district_total = int(sources.plan_number("district_run_pupils_primary_middle"))
    wanted = totals.primary + totals.junior - district_total
    run_by = _choose_municipal(facilities, living, wanted)
    size = _size_schools(living, run_by, totals, district_total)
    tables = []
    for stage, grades, first, total in (
        ("primary", PRIMARY, 6, totals.primary),
        ("junior", JUNIOR, 12, totals.junior),
    ):
        mine = size.xs(stage, level="stage")
        catchments = facilities.primary if stage == "primary" else facilities.junior
        table = _spread_grades(mine, catchments, residents, ages, grades, first, total)
        tables.append(pd.concat({stage: table}, names=["stage", "id"]).swaplevel())
    return pd.concat(tables).fillna(0).astype(int), run_by


def _living(catchments: pd.Series[str], residents: pd.DataFrame, ages: range) -> pd.Series[int]:
    """Residents of these ages in each catchment."""
    people = residents[[f"age_{a}" for a in ages]].sum(axis=1)
    return people.groupby(catchments.to_numpy()).sum().rename_axis("id")


def _choose_municipal(
    facilities: Facilities, living: pd.Series[int], wanted: int
) -> pd.Series[str]:
    """Let the city run the urban juniors and those urban primaries whose pupils fit best."""
    schools, rng = facilities.schools, part_rng("municipal")
    urban = schools[schools["setting"] == "urban"]
    juniors = urban.index[urban["kind"] == "junior"][: MUNICIPAL["junior"]]
    primaries = urban.index[urban["kind"] == "primary"].to_numpy()
    pupils = living.xs("primary", level="stage").reindex(primaries).to_numpy()
    rest = wanted - int(living.xs("junior", level="stage").reindex(juniors).sum())
    draws = np.array([rng.permutation(len(primaries)) for _ in range(4000)])
    draws = draws[:, : MUNICIPAL["primary"]]
    best = draws[np.argmin(np.abs(pupils[draws].sum(axis=1) - rest))]
    run_by = pd.Series("district", index=schools.index)
    run_by[[*juniors, *primaries[best]]] = "municipal"
    return run_by


def _size_schools(
    living: pd.Series[int], run_by: pd.Series[str], totals: StageTotals, district_total: int
) -> pd.Series[int]:
    """Whole pupils by school and stage: near the catchment's, with the four totals exact."""
    rng = part_rng("rolls")
    weight = living * rng.lognormal(0.0, ROLL_SIGMA, len(living))
    stage = weight.index.get_level_values("stage")
    city = (run_by.reindex(weight.index.get_level_values("id")) == "municipal").to_numpy()
    compulsory = totals.primary + totals.junior
    factor = (compulsory - district_total) / weight[city].sum()
    city_junior = round(factor * float(weight[city & (stage == "junior")].sum()))
    city_primary = compulsory - district_total - city_junior
    cells = {
        ("primary", True): city_primary,
        ("junior", True): city_junior,
        ("primary", False): totals.primary - city_primary,
        ("junior", False): totals.junior - city_junior,
    }
    size = pd.Series(0, index=weight.index)
    for (name, by_city), total in cells.items():
        mine = (stage == name) & (city == by_city)
        size[mine] = share_out(weight[mine].to_numpy(dtype=float), total)
    return size


def _spread_grades(
    size: pd.Series[int],
    catchments: pd.Series[str],
    residents: pd.DataFrame,
    ages: Integers,
    grades: list[str],
    first_age: int,
    total: int,
) -> pd.DataFrame:
    """Whole pupils by school and grade: rows are the schools' sizes, columns follow the ages."""
    span = list(range(first_age, first_age + len(grades)))
    local = residents[[f"age_{a}" for a in span]].groupby(catchments.to_numpy()).sum()
    weight: Floats = local.reindex(size.index).to_numpy(dtype=float) + 1.0
    columns = share_out(ages[span].astype(np.float64), total)
    rows: Integers = np.asarray(size, dtype=np.int64)
    fitted = fit_margins(weight, rows.astype(float), columns.astype(float))
    return pd.DataFrame(round_table(fitted, rows, columns), index=size.index, columns=grades)


def split_grades(sizes: Integers, columns: Integers, rng: np.random.Generator) -> Integers:
    """Whole pupils by school and grade where no catchment says how they are spread."""
    weight = columns * rng.lognormal(0.0, 0.06, (len(sizes), len(columns)))
    fitted = fit_margins(weight, sizes.astype(float), columns.astype(float))
    return round_table(fitted, sizes, columns)
