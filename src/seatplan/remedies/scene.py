"""Scene: one outcome as remedies see it, and what running a remedy on it finds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from seatplan.district.stages import Label
from seatplan.errors import ScenarioError
from seatplan.findings.thresholds import Thresholds
from seatplan.labels import Floats, Ints
from seatplan.outcome import Outcome, evaluate
from seatplan.remedies.prices import Bill, Costs
from seatplan.remedies.shortfalls import DISTRICT, Shortfall, count_short
from seatplan.scenarios.interventions import Intervention
from seatplan.scenarios.scenario import Scenario
from seatplan.seating.neighbours import find_neighbours

SOURCE = "seatplan remedy"
ROUNDED = 2  # pupils by which rounding to whole children may change a catchment


@dataclass(frozen=True)
class Action:
    """Steps that might clear a shortfall.

    Parameters
    ----------
    kinds
        What is done, such as ("rezone", "expand").
    steps
        As a scenario takes them.
    ready
        First autumn in which all of them work.
    built, converted
        Classrooms built (at schools that stand or new ones) and taken from another stage.
    bill
        What they cost but for buses.
    """

    kinds: tuple[str, ...]
    steps: tuple[Intervention, ...]
    ready: int
    built: int
    converted: int
    bill: Bill

    def add(self, other: Action) -> Action:
        """Return both together."""
        keys = {*self.bill, *other.bill}
        return Action(
            kinds=(*self.kinds, *other.kinds),
            steps=(*self.steps, *other.steps),
            ready=max(self.ready, other.ready),
            built=self.built + other.built,
            converted=self.converted + other.converted,
            bill={key: self.bill.get(key, 0.0) + other.bill.get(key, 0.0) for key in keys},
        )


@dataclass(frozen=True)
class Terms:
    """On which terms remedies are looked for.

    `now`: the autumn in which they are begun. `rules`: lead times, and what is too small to be
    told. `costs`: see `prices`. `nearest`: how many sites and receiving schools are tried.
    """

    now: int
    rules: Thresholds
    costs: Costs
    nearest: int = 3


@dataclass(frozen=True)
class Scene:
    """An outcome, and the terms on which its shortfalls are to be cleared."""

    outcome: Outcome
    terms: Terms

    @cached_property
    def short(self) -> pd.DataFrame:
        """The shortage of every catchment by year."""
        return count_short(self.outcome)

    @cached_property
    def neighbours(self) -> Ints:
        """Pairs of blocks that touch."""
        return find_neighbours(self.outcome.district.blocks)

    def ready(self, kind: str) -> int:
        """Return the first autumn in which a remedy begun now works."""
        lead = self.terms.rules.lead_years
        years = {
            "rezone": lead.rezone,
            "lottery": lead.rezone,
            "merge": lead.rezone,
            "bus": lead.rezone,
            "convert": lead.convert,
            "expand": lead.expand,
            "build": lead.new_school,
        }
        return self.terms.now + years[kind]

    def need(self, flag: Shortfall, ready: int) -> int:
        """Return how many seats, at least, clear the worst of the years from `ready` on."""
        years = list(flag.judge(ready))
        worst = int(self.read(flag)[years].max()) if years else 0
        return max(worst - flag.least + 1, 0)

    def read(self, flag: Shortfall) -> pd.Series[int]:
        """Return a catchment's shortage by year; 0 for one that is no more."""
        key = (flag.school, flag.stage)
        if key not in self.short.index:
            return pd.Series(0, self.short.columns, dtype=int)
        row = self.short.to_numpy()[list(self.short.index).index(key)]
        return pd.Series(row, self.short.columns, dtype=int)

    def run(self, steps: Sequence[Intervention]) -> Scene | None:
        """Evaluate the outcome's district with further steps; None where it cannot be so."""
        own = self.outcome
        scenario = Scenario("remedy", Label("对策", "Remedy"), tuple(steps))
        try:
            after = evaluate(
                own.district,
                own.standards,
                scenario,
                policy=own.policy,
                costs=own.costs,
                forecast=own.forecast,
            )
        except ScenarioError:
            return None
        return Scene(after, self.terms)

    def harms(self, after: Scene, flag: Shortfall) -> bool:
        """Say whether another catchment comes to lack seats, or lacks more, in any year.

        What lacked seats before may differ by `ROUNDED` pupils: children are whole, and where
        one catchment changes the halves of others may fall the other way.
        """
        others = after.short.drop(index=(flag.school, flag.stage), errors="ignore")
        before = self.short.reindex(others.index, fill_value=0)
        told = others >= flag.least
        comes = told & (before < flag.least)
        grows = told & (others > before + ROUNDED)
        return bool((comes | grows).any(axis=None))

    def is_cleared(self, flag: Shortfall, ready: int) -> bool:
        """Say whether nothing that is told is left of a shortfall from `ready` on."""
        judged = list(flag.judge(ready))
        return bool((self.read(flag)[judged] < flag.least).all())

    def living(self, stage: str) -> Floats:
        """Return the pupils of a stage who live in each block, block x year."""
        grades = [grade.code for grade in self.outcome.standards.stage(stage).grades]
        living: Floats = self.outcome.forecast.cube(grades).sum(axis=1)
        return living

    def sending(self, stage: str) -> Floats:
        """Return the share of each block's entrants by school, block x school x year."""
        axes, catchments = self.outcome.axes, self.outcome.catchments
        pairs = catchments.pairs[stage]
        whole = np.zeros((len(axes.blocks), len(axes.schools), len(axes.years)))
        whole[pairs.block, pairs.school] = catchments.share[stage]
        return whole

    def is_whole(self, flag: Shortfall) -> bool:
        """Say whether the stage is seated from the whole district."""
        return flag.school == DISTRICT
