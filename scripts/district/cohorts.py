"""Births, cohort change ratios and take-up: how the residents of 2020 become later pupils."""

from __future__ import annotations

import numpy as np
import pandas as pd

from district.sources import BASE_YEAR, Sources

LAST_BIRTHS = 2040  # later than the horizon, which a forecast may be asked to pass
YEARLY_CHANGE = {"low": -0.06, "medium": -0.03, "high": 0.0}  # of births after 2024
MODERATION = 0.5  # share of the log change between the censuses that is taken to go on

# Where net migration falls between the ages 0 and 12, as weights: it peaks at school entry.
ARRIVALS = {0: 1.0, 1: 1.0, 2: 1.0, 3: 1.5, 4: 2.0, 5: 4.0, 6: 3.0, 7: 1.5, 8: 1.0, 9: 1.0,
            10: 1.0, 11: 2.0}  # fmt: skip


def build_births(sources: Sources) -> pd.DataFrame:
    """Births of the district by calendar year, three scenarios after the last known year.

    Age 0 at 31 August of year y is a third of the births of y - 1 and two thirds of those of y.
    2020 to 2023 are Ningxia's births times the district's share of its children aged 0; 2019 is
    solved so that age 0 in 2020 is the census count; 2024 follows China.
    """
    age_0 = int(sources.census.loc[(BASE_YEAR, "0")])
    ningxia, china = sources.births["宁夏"], sources.births["China"]
    share = age_0 / sources.ningxia_age_0
    known = {year: round(ningxia[year] * share) for year in (2020, 2021, 2022, 2023)}
    known[2019] = 3 * age_0 - 2 * known[2020]
    known[2024] = round(known[2023] * china[2024] / china[2023])
    rows = []
    for year in range(2019, LAST_BIRTHS + 1):
        counts = {
            name: round(known[min(year, 2024)] * (1 + change) ** max(0, year - 2024))
            for name, change in YEARLY_CHANGE.items()
        }
        rows.append({"year": year, **counts, "provenance": "calibrated" if year < 2024 else
                     "synthetic", "source": _births_source(year)})  # fmt: skip
    return pd.DataFrame(rows)


def _births_source(year: int) -> str:
    if year == 2019:
        return "solved so that age 0 in 2020 is the census count"
    if year < 2024:
        return "Ningxia's births x the district's share of Ningxia's age 0 in the census of 2020"
    if year == 2024:
        return "2023 x China's change 2023-2024"
    changes = ", ".join(f"{k} {v:+.0%}" for k, v in YEARLY_CHANGE.items())
    return f"assumed: 2024 x ({changes} a year)"


def build_ratios(sources: Sources) -> pd.DataFrame:
    """Cohort change ratios by single year of age, from the censuses of 2010 and 2020.

    Children of 0-4 in 2010 against those of 10-14 in 2020, and 5-9 against 15-19, each halved
    on the log scale; the first is spread over the ages 2 to 12 with a peak at school entry, and
    the ages after 12 lose what makes the second hold over the ages 7 to 17.
    """
    census = sources.census
    small = int(census.loc[(2010, "0")] + census.loc[(2010, "1-4")])
    first = np.log(census.loc[(2020, "10-14")] / small) * MODERATION
    second = np.log(census.loc[(2020, "15-19")] / census.loc[(2010, "5-9")]) * MODERATION
    scale = first / sum(w for age, w in ARRIVALS.items() if 2 <= age <= 11)
    steps = {age: w * scale for age, w in ARRIVALS.items()}
    late = (second - sum(steps[age] for age in range(7, 12))) / 5
    steps |= dict.fromkeys(range(12, 17), late) | {17: 0.0, 18: 0.0}
    rows = [{"age": -1, "ratio": 1.0, "note": "births are counted as residents aged 0"}]
    rows += [
        {"age": age, "ratio": round(float(np.exp(step)), 5), "note": _ratio_note(age)}
        for age, step in sorted(steps.items())
    ]
    table = pd.DataFrame(rows)
    table.insert(2, "provenance", "calibrated")
    return table


def _ratio_note(age: int) -> str:
    if age < 12:
        return "half of the log change from 0-4 in 2010 to 10-14 in 2020; peak at school entry"
    return "half of the log change from 5-9 in 2010 to 15-19 in 2020" if age < 17 else "no evidence"


def build_take_up(sources: Sources, rolls: dict[str, int], ages: np.ndarray) -> pd.DataFrame:
    """Pupils per resident of the stage's ages; `rolls` holds the pupils of each stage in 2020."""
    spans = {"kindergarten": (3, 5), "primary": (6, 11), "junior": (12, 14), "senior": (15, 17),
             "special": (6, 14)}  # fmt: skip
    rate = {s: rolls[s] / int(ages[a : b + 1].sum()) for s, (a, b) in spans.items()}
    gross = sources.plan_number("senior_gross_enrolment_rate") / 100
    rows = [
        ("kindergarten", BASE_YEAR, 0.9391, "plan", "plan, table, 1: gross rate 93.91 %"),
        ("kindergarten", 2025, 0.95, "plan", "plan, table, 1: 95 % in 2025"),
        ("primary", BASE_YEAR, rate["primary"], "calibrated", "pupils / residents of 6-11"),
        ("junior", BASE_YEAR, rate["junior"], "calibrated", "pupils / residents of 12-14"),
        ("senior", BASE_YEAR, rate["senior"], "calibrated",
         "pupils of the three senior high schools / residents of 15-17; the plan's 94.24 % also "
         "counts vocational schools, which are not among the 128"),
        ("senior", 2025, rate["senior"] * 0.96 / gross, "calibrated",
         "rises as the plan's gross rate does, 94.24 to 96 %, at the same share of senior highs"),
        ("special", BASE_YEAR, rate["special"], "calibrated", "pupils / residents of 6-14"),
    ]  # fmt: skip
    table = pd.DataFrame(rows, columns=["stage", "year", "rate", "provenance", "source"])
    return table.assign(rate=table["rate"].round(6))
