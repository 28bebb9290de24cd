"""What a report is made from: outcomes, their whole numbers, names and what the check found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from seatplan.comparison import Comparison, compare
from seatplan.district.district import District
from seatplan.district.finding import Finding
from seatplan.errors import InputError
from seatplan.outcome import Outcome
from seatplan.report.names import Names, read_names
from seatplan.results import Results, tabulate


@dataclass(frozen=True)
class Brief:
    """What a report tells of; every table and sentence reads its figures here.

    Parameters
    ----------
    outcomes
        The district as it is, then each plan; the last is the plan that is drafted.
    findings
        What the check of the district's files found odd.
    language
        "zh" or "en".

    Raises
    ------
    InputError
        There is no outcome.
    """

    outcomes: tuple[Outcome, ...]
    findings: tuple[Finding, ...]
    language: str

    def __post_init__(self) -> None:
        """Refuse a report of nothing."""
        if not self.outcomes:
            raise InputError("a report needs an outcome; want the district as it is, and plans")

    @property
    def today(self) -> Outcome:
        """The district as it is."""
        return self.outcomes[0]

    @property
    def plan(self) -> Outcome:
        """The plan that is drafted; the district as it is where there is no plan."""
        return self.outcomes[-1]

    @property
    def district(self) -> District:
        """The district as it is."""
        return self.today.district

    @property
    def titles(self) -> list[str]:
        """What people call each scenario, in order; its name where two bear one title."""
        titles = [outcome.scenario.title.of(self.language) for outcome in self.outcomes]
        names = [outcome.scenario.name for outcome in self.outcomes]
        alike = len(set(titles)) < len(titles)
        return names if alike else titles

    @property
    def target(self) -> int:
        """The year in which the plan is carried out: that of its last step, else the horizon."""
        steps = self.plan.scenario.interventions
        return max((step.year for step in steps), default=self.district.horizon)

    @cached_property
    def comparison(self) -> Comparison:
        """The same figures for every scenario."""
        return compare(self.outcomes)

    @cached_property
    def results(self) -> tuple[Results, ...]:
        """The whole numbers of each outcome."""
        return tuple(map(tabulate, self.outcomes))

    @cached_property
    def names(self) -> tuple[Names, ...]:
        """The names of each outcome's codes."""
        return tuple(read_names(outcome, self.language) for outcome in self.outcomes)

    def figures(self, outcome: Outcome, stage: str) -> pd.DataFrame:
        """Return the district's figures of a stage, index `year` (see `Comparison.table`)."""
        table = self.comparison.figures(outcome.scenario.name)
        return pd.DataFrame(table.xs(stage, level="stage"))


def read_brief(
    outcomes: Sequence[Outcome], *, findings: Sequence[Finding] = (), language: str = "zh"
) -> Brief:
    """Gather what a report is made from."""
    return Brief(tuple(outcomes), tuple(findings), language)
