"""Outcomes side by side: the same figures for every scenario, stage and year."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd

from seatplan.errors import ScenarioError
from seatplan.measures.schools import count_large_classes
from seatplan.outcome import Outcome
from seatplan.scenarios.scenario import Scenario

KEYS = ["scenario", "stage", "year"]


@dataclass(frozen=True)
class Comparison:
    """The same figures for every scenario.

    `table`: index (`scenario`, `stage`, `year`), whole numbers:
    seats; pupils (who live in the district); balance (seats - pupils); short (pupils beyond the
    seats of their catchment, summed over the catchments that are short); crowded (pupils who attend
    a school beyond its seats, summed likewise); unplaced; walk_m (mean way of those who attend);
    classes and large_classes (above the limit whose role is "large"); and for each standard the
    number of schools flagged, `flag_CODE`.
    """

    table: pd.DataFrame

    def between(self, scenario: str, other: str) -> pd.DataFrame:
        """Return the figures of `scenario` less those of `other`, per (`stage`, `year`)."""
        return self.figures(scenario) - self.figures(other)

    def figures(self, scenario: str) -> pd.DataFrame:
        """Return the figures of one scenario, index (`stage`, `year`)."""
        return pd.DataFrame(self.table.xs(scenario, level="scenario"))


def compare(outcomes: Sequence[Outcome]) -> Comparison:
    """Set outcomes side by side; ScenarioError if two of them bear one name."""
    check_names([outcome.scenario for outcome in outcomes])
    tables = {outcome.scenario.name: _figures(outcome) for outcome in outcomes}
    return Comparison(pd.concat(tables, names=["scenario"]).fillna(0).astype(int))


def check_names(scenarios: Sequence[Scenario]) -> None:
    """Raise ScenarioError if two scenarios bear one name."""
    names = [scenario.name for scenario in scenarios]
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise ScenarioError(
            f"{len(names)} scenarios side by side need names of their own; got "
            f"{', '.join(twice)} more than once: change name in one of the files"
        )


def _figures(outcome: Outcome) -> pd.DataFrame:
    balance = outcome.balance
    here = balance.places.xs(("district", outcome.district.code), level=("level", "place"))
    table = pd.DataFrame(here)[["seats", "residents", "balance", "unplaced"]]
    table = table.rename(columns={"residents": "pupils"})
    schools = balance.schools
    by_stage = ["stage", "year"]
    table["short"] = (schools.residents - schools.seats).clip(lower=0).groupby(by_stage).sum()
    table["crowded"] = (schools.pupils - schools.seats).clip(lower=0).groupby(by_stage).sum()
    ways = (schools.walk_m * schools.pupils).groupby(by_stage).sum()
    table["walk_m"] = (ways / schools.pupils.groupby(by_stage).sum()).round()
    return table.join(_count_classes(outcome)).join(_count_flags(outcome))


def _count_classes(outcome: Outcome) -> pd.DataFrame:
    """Count classes and large classes, per (`stage`, `year`)."""
    rules, axes = outcome.standards, outcome.axes
    above = np.full((len(axes.grades), len(axes.years)), np.inf)
    for (row, grade), (at, year) in product(enumerate(axes.grades), enumerate(axes.years)):
        if large := rules.class_standard("large", grade, year):
            above[row, at] = large.value
    counts = count_large_classes(outcome.classes, above)
    index = pd.MultiIndex.from_product([axes.stages, axes.years], names=["stage", "year"])
    sums = [axes.sum_grades(count.sum(axis=0), axis=0).ravel() for count in counts]
    return pd.DataFrame(dict(zip(("classes", "large_classes"), sums, strict=True)), index=index)


def _count_flags(outcome: Outcome) -> pd.DataFrame:
    """Count the schools flagged, per (`stage`, `year`) and standard.

    A standard on whole schools has no stage; it counts in every stage that the school teaches.
    """
    flags = outcome.flags.table[["code", "school", "stage", "year"]]
    taught = outcome.balance.schools.reset_index()[["school", "stage"]].drop_duplicates()
    whole = flags[flags.stage == ""].drop(columns="stage").merge(taught, on="school")
    flags = pd.concat([flags[flags.stage != ""], whole])
    counts = flags.groupby(["stage", "year", "code"]).size().unstack("code", fill_value=0)
    codes = dict.fromkeys(item.code for item in outcome.standards.standards)
    return counts.reindex(columns=list(codes), fill_value=0).add_prefix("flag_")
