"""Pupils on roll in 2020: every total of the plan to the last pupil, grades after the census."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from district.rounding import Floats, Integers, fit_margins, round_table, share_out
from district.sources import Sources

KINDERGARTEN = ["k1", "k2", "k3"]
PRIMARY = [f"g{g}" for g in range(1, 7)]
JUNIOR = [f"g{g}" for g in range(7, 10)]
SENIOR = [f"g{g}" for g in range(10, 13)]
SPECIAL_PUPILS = 214  # one special school; no source gives its roll
NOT_AT_THESE_SCHOOLS = 0.003  # children of 6-14 at no school of the district, assumed
MUNICIPAL = {"primary": 11, "junior": 6}  # of 48 and 8: the plan's 37 and 2 are the district's


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

    def take_up(self, residents: pd.DataFrame) -> float:
        """Return the pupils of grades 1 to 9 for each resident of 6 to 14."""
        living = residents[[f"age_{a}" for a in range(6, 15)]].to_numpy().sum()
        return (self.primary + self.junior) / int(living)


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
    schools: pd.DataFrame,
    shares: Mapping[str, pd.DataFrame],
    residents: pd.DataFrame,
    ages: Integers,
    totals: StageTotals,
) -> tuple[pd.DataFrame, pd.Series[str]]:
    """Enrol grades 1 to 9: rolls by school, stage and grade, and who runs each school.

    Parameters
    ----------
    shares
        Stage -> share of a block's pupils by block and school.

    Returns
    -------
    rolls : DataFrame
        Index (`id`, `stage`), columns g1 ... g9 (0 where not taught).
    run_by : Series
        "district" or "municipal" by school id.
    """
    living = {
        "primary": _attend(shares["primary"], residents, range(6, 12), PRIMARY),
        "junior": _attend(shares["junior"], residents, range(12, 15), JUNIOR),
    }
    size = pd.concat({s: table.sum(axis=1) for s, table in living.items()}, names=["stage", "id"])
    size *= totals.take_up(residents)
    district_total = int(sources.plan_number("district_run_pupils_primary_middle"))
    compulsory = totals.primary + totals.junior
    run_by = _choose_municipal(schools, size, compulsory - district_total)
    whole = _size_schools(size, run_by, totals, district_total)
    tables = {}
    for stage, span, total in (
        ("primary", slice(6, 12), totals.primary),
        ("junior", slice(12, 15), totals.junior),
    ):
        columns = share_out(ages[span].astype(np.float64), total)
        tables[stage] = _spread_grades(living[stage], whole.xs(stage, level="stage"), columns)
    table = pd.concat(tables, names=["stage", "id"]).swaplevel()
    return table.fillna(0).astype(int), run_by


def _attend(
    shares: pd.DataFrame, residents: pd.DataFrame, ages: range, grades: list[str]
) -> pd.DataFrame:
    """Return the residents by the school that they go to and the grade of their age."""
    people = residents[[f"age_{a}" for a in ages]].to_numpy(dtype=float)
    table = (shares.to_numpy().T @ people).round(9)
    return pd.DataFrame(table, shares.columns.rename("id"), grades)


def _choose_municipal(schools: pd.DataFrame, size: pd.Series[float], wanted: int) -> pd.Series[str]:
    """Let the city run those urban junior and primary schools whose pupils fit best.

    All choices of the plan's number of schools are compared.
    """
    urban = schools["setting"] == "urban"
    sums, choices = np.zeros(1), [()]
    for kind, n in MUNICIPAL.items():
        ids = schools.index[urban & (schools["kind"] == kind)]
        pupils = size.xs(kind, level="stage").reindex(ids).to_numpy()
        some = list(combinations(range(len(ids)), n))
        sums = (sums[:, None] + pupils[np.array(some)].sum(axis=1)[None, :]).ravel()
        choices = [(*one, *ids[list(more)]) for one in choices for more in some]
    best = choices[int(np.argmin(np.abs(sums - wanted).round(6)))]
    run_by = pd.Series("district", index=schools.index)
    run_by[list(best)] = "municipal"
    return run_by


def _size_schools(
    size: pd.Series[float], run_by: pd.Series[str], totals: StageTotals, district_total: int
) -> pd.Series[int]:
    """Whole pupils by stage and school: near those who live there, with the four totals exact."""
    stage = size.index.get_level_values("stage")
    city = (run_by.reindex(size.index.get_level_values("id")) == "municipal").to_numpy()
    city_total = totals.primary + totals.junior - district_total
    factor = city_total / size[city].sum()
    city_junior = round(factor * float(size[city & (stage == "junior")].sum()))
    city_primary = city_total - city_junior
    cells = {
        ("primary", True): city_primary,
        ("junior", True): city_junior,
        ("primary", False): totals.primary - city_primary,
        ("junior", False): totals.junior - city_junior,
    }
    whole = pd.Series(0, index=size.index)
    for (name, by_city), total in cells.items():
        mine = (stage == name) & (city == by_city)
        whole[mine] = share_out(size[mine].to_numpy(dtype=float), total)
    return whole


def _spread_grades(living: pd.DataFrame, size: pd.Series[int], columns: Integers) -> pd.DataFrame:
    """Whole pupils by school and grade: rows are the schools' sizes, columns the grades' totals."""
    rows: Integers = np.asarray(size, dtype=np.int64)
    weight: Floats = living.loc[size.index].to_numpy(dtype=float)
    fitted = fit_margins(weight, rows.astype(float), columns.astype(float))
    whole = round_table(fitted, rows, columns)
    return pd.DataFrame(whole, index=size.index, columns=living.columns)


def split_grades(sizes: Integers, columns: Integers, rng: np.random.Generator) -> Integers:
    """Whole pupils by school and grade where no catchment says how they are spread."""
    weight = columns * rng.lognormal(0.0, 0.06, (len(sizes), len(columns)))
    fitted = fit_margins(weight, sizes.astype(float), columns.astype(float))
    return round_table(fitted, sizes, columns)
