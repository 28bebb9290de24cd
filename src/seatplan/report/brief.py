"""What a report is made from: outcomes, their whole numbers, names and what the check found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from seatplan.assess.assess import Assessment, assess_outcomes
from seatplan.assess.likelihood import weigh_indicators
from seatplan.assess.rule_sets import RuleSet
from seatplan.audit.audit import Audit, audit_plan
from seatplan.audit.promises import PlanFile
from seatplan.comparison import Comparison, compare
from seatplan.demand.draws import DemandDraws
from seatplan.district.clauses import Standard
from seatplan.district.district import District
from seatplan.district.finding import Finding
from seatplan.district.limits import LIMITED
from seatplan.district.stages import Stage
from seatplan.errors import InputError
from seatplan.measures.flags import find_digits
from seatplan.outcome import Outcome
from seatplan.remedies.prices import Costs, read_costs
from seatplan.report.names import Names, read_names
from seatplan.results import Results, tabulate
from seatplan.views.catalogue import format_count, format_share, say
from seatplan.views.sentences import join


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
    costs
        Unit costs of what the plan builds.
    rules
        Rule sets that the outcomes are held against.
    promises
        What the plan's text says in numbers, held against itself and the model; or None.
    draws
        Futures by which indicators have a probability; None without.

    Raises
    ------
    InputError
        There is no outcome.
    """

    outcomes: tuple[Outcome, ...]
    findings: tuple[Finding, ...]
    language: str
    costs: Costs = field(default_factory=read_costs)
    rules: tuple[RuleSet, ...] = ()
    promises: PlanFile | None = None
    draws: DemandDraws | None = None

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
    def has_plan(self) -> bool:
        """Whether there is a plan beside the district as it is, and it does something."""
        return len(self.outcomes) > 1 and bool(self.plan.scenario.interventions)

    @property
    def sides(self) -> tuple[int, ...]:
        """The places of the outcomes told beside each other: as it is and, if any, the plan."""
        return (0, -1) if self.has_plan else (0,)

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
    def assessment(self) -> Assessment | None:
        """The outcomes held against the rule sets, told for the plan's year; None without sets."""
        if not self.rules:
            return None
        found = assess_outcomes(self.outcomes, self.rules, told=[self.target])
        return weigh_indicators(found, self.draws) if self.draws else found

    @cached_property
    def audit(self) -> Audit | None:
        """The numbers of the plan's text held against each other and the model; None without."""
        if self.promises is None or len(self.outcomes) < 2:
            return None
        return audit_plan(self.today, self.plan, self.promises)

    @cached_property
    def results(self) -> tuple[Results, ...]:
        """The whole numbers of each outcome."""
        return tuple(map(tabulate, self.outcomes))

    @cached_property
    def names(self) -> tuple[Names, ...]:
        """The names of each outcome's codes."""
        return tuple(read_names(outcome, self.language) for outcome in self.outcomes)

    @cached_property
    def grounds(self) -> gpd.GeoSeries:
        """The ground of the plan's blocks in each setting, index `setting`."""
        return self.plan.district.blocks[["setting", "geometry"]].dissolve("setting").geometry

    @property
    def place(self) -> str:
        """The district's name."""
        return self.district.name.of(self.language)

    @cached_property
    def zoned(self) -> list[str]:
        """The stages that have catchments, and schools in every scenario."""
        taught = [set(one.balance.schools.index.unique("stage")) for one in self.outcomes]
        return [stage for stage in self.today.standards.zoned if all(stage in of for of in taught)]

    @property
    def keeps_chinese(self) -> bool:
        """Whether an English report has Chinese names, for want of English ones in the data."""
        known = self.names[-1]
        told = "".join([*known.schools.values(), *known.places.values(), *known.units.values()])
        return self.language == "en" and any("一" <= sign <= "鿿" for sign in told)

    def say(self, key: str, **values: object) -> str:
        """Return a phrase in the report's language."""
        return say(key, self.language, **values)

    def join(self, said: Iterable[str]) -> str:
        """Set sentences one after the other."""
        return join(list(said), self.language)

    def tell_zoned(self, stage: Stage, shortage: int) -> str:
        """Return the catchment shortage of a stage; a dash where the stage has no catchments."""
        return "–" if stage.intake == "seats" else format_count(shortage)

    def tell_value(self, standard: Standard, value: float, limit: float = np.nan) -> str:
        """Return a measured value, or a limit, as people write it: a share as percent.

        A value beyond its `limit` never reads as the limit.
        """
        if LIMITED.get(standard.indicator) == "share":
            return format_share(value, find_digits(100 * value, 100 * limit)).replace(" ", "")
        digits = find_digits(value, limit, 0 if float(value).is_integer() else 1)
        return f"{value:,.{digits}f}"

    def tell_limited(self, standard: Standard) -> str:
        """Name a limit with the unit of its figures."""
        name, unit = standard.name.of(self.language), standard.count_in(self.language)
        return self.say("present.limit_in", name=name, unit=unit) if unit else name

    def figures(self, outcome: Outcome, stage: str) -> pd.DataFrame:
        """Return the district's figures of a stage, index `year` (see `Comparison.table`)."""
        table = self.comparison.figures(outcome.scenario.name)
        return pd.DataFrame(table.xs(stage, level="stage"))

    def count(self, outcome: Outcome, stage: str, year: int) -> Any:
        """Return the district's figures of a stage in one year, each as an attribute."""
        return self.figures(outcome, stage).loc[year]


def read_brief(
    outcomes: Sequence[Outcome],
    *,
    findings: Sequence[Finding] = (),
    language: str = "zh",
    costs: Costs | None = None,
    rules: Sequence[RuleSet] = (),
    promises: PlanFile | None = None,
    draws: DemandDraws | None = None,
) -> Brief:
    """Gather what a report is made from; unit costs are seatplan's where none are given."""
    prices, odd = costs or read_costs(), tuple(findings)
    return Brief(tuple(outcomes), odd, language, prices, tuple(rules), promises, draws)


def list_rows(table: pd.DataFrame) -> list[Any]:
    """List the rows of a table, each with its columns as fields."""
    return list(table.itertuples())
