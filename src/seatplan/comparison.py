"""Outcomes side by side: the same figures for every scenario, stage and year."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from seatplan.errors import ScenarioError
from seatplan.measures.large_classes import count_classes
from seatplan.outcome import Outcome
from seatplan.scenarios.scenario import Scenario

KEYS = ["scenario", "stage", "year"]


@dataclass(frozen=True)
class Comparison:
    """The same figures for every scenario.

    `table`: index (`scenario`, `stage`, `year`), whole numbers:
    catchment_shortage (residents above the seats of their catchment, summed over the catchments);
    roll_over_seats (pupils on roll above the seats of their school, summed over the schools);
    district_shortage (pupils above all seats of the stage); unplaced; seats; pupils (who live in
    the district); balance (seats - pupils); walk_m (mean way of those who attend); classes and
    large_classes (above the limit whose role is "large"); and for each standard the number of
    schools flagged, `flag_CODE`.

    `large_classes`: index (`scenario`, `scope`, `year`), scope as in the measure
    `large_class_share`: classes, large_classes and their share, 0 to 1; the last two missing where
    no limit says what a large class is.
    """

    table: pd.DataFrame
    large_classes: pd.DataFrame

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
    large = {outcome.scenario.name: tabulate_large_classes(outcome) for outcome in outcomes}
    return Comparison(
        pd.concat(tables, names=["scenario"]).fillna(0).astype(int),
        pd.concat(large, names=["scenario"]),
    )


def tabulate_large_classes(outcome: Outcome) -> pd.DataFrame:
    """Set classes, large classes and their share side by side, index (`scope`, `year`)."""
    base = outcome.measure("class_count").rename("classes")
    large = outcome.measure("large_classes").reindex(base.index).astype("Int64")
    share = outcome.measure("large_class_share").reindex(base.index)
    return pd.DataFrame({"classes": base, "large_classes": large, "share": share})


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
    balance, by_stage = outcome.balance, ["stage", "year"]
    here = balance.places.xs(("district", outcome.district.code), level=("level", "place"))
    table = pd.DataFrame(
        {
            "catchment_shortage": outcome.measure("catchment_shortage").groupby(by_stage).sum(),
            "roll_over_seats": outcome.measure("roll_over_seats").groupby(by_stage).sum(),
            "district_shortage": outcome.measure("district_shortage"),
            "unplaced": here.unplaced,
            "seats": here.seats,
            "pupils": here.residents,
            "balance": here.balance,
        },
        index=here.index,
    )
    schools = balance.schools
    ways = (schools.walk_m * schools.pupils).groupby(by_stage).sum()
    table["walk_m"] = (ways / schools.pupils.groupby(by_stage).sum()).round()
    return table.join(_count_classes(outcome)).join(_count_flags(outcome))


def _count_classes(outcome: Outcome) -> pd.DataFrame:
    """Count classes and large classes, per (`stage`, `year`)."""
    axes = outcome.axes
    index = pd.MultiIndex.from_product([axes.stages, axes.years], names=["stage", "year"])
    sums = [axes.sum_grades(count.sum(axis=0), axis=0).ravel() for count in count_classes(outcome)]
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
