"""The hallway: the whole model on one screen."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from seatplan.case.case import prepare
from seatplan.demand.agreement import forecast_demand
from seatplan.demand.cohorts import Forecast
from seatplan.district.district import District
from seatplan.district.standards import DEFAULT_POLICY, Policy, Standards
from seatplan.errors import InputError
from seatplan.files import suggest
from seatplan.measures.balance import SeatBalance, balance_seats
from seatplan.measures.flags import Flags, raise_flags
from seatplan.measures.registry import MEASURES
from seatplan.measures.values import Values
from seatplan.scenarios.scenario import BASELINE, Scenario
from seatplan.seating.assignment import assign_pupils
from seatplan.seating.catchments import draw_catchments
from seatplan.seating.classes import form_classes
from seatplan.seating.headcount import count_heads
from seatplan.seating.origins import fit_origins
from seatplan.travel.costs import TravelCosts

__all__ = ["Outcome", "Policy", "evaluate"]


@dataclass(frozen=True)
class Outcome(Values):
    """Every value of the model for one scenario, and every measure of them by its name."""

    scenario: Scenario

    def measure(self, name: str) -> pd.Series[Any]:
        """Return a measure, labelled along its own dimensions (see `measures.registry.MEASURES`).

        Raises
        ------
        InputError
            No measure has that name.
        """
        if name not in MEASURES:
            raise InputError(f"no measure is called {name}{suggest(name, MEASURES)}")
        return MEASURES[name].label(self)

    @cached_property
    def balance(self) -> SeatBalance:
        """Pupils against seats, as tables."""
        return balance_seats(self)

    @cached_property
    def flags(self) -> Flags:
        """Where a limit is passed, and since when."""
        return raise_flags(self)

    def __repr__(self) -> str:
        """Say which scenario of which district it is."""
        years = f"{self.district.base_year}-{self.district.horizon}"
        return f"Outcome({self.scenario.name}, {self.district.name.en}, {years})"


def evaluate(
    district: District,
    standards: Standards,
    scenario: Scenario = BASELINE,
    *,
    policy: Policy = DEFAULT_POLICY,
    costs: TravelCosts | None = None,
    forecast: Forecast | None = None,
) -> Outcome:
    """Follow the district's pupils to their seats under a scenario, year by year.

    Parameters
    ----------
    policy
        How pupils are seated where the plan does not say.
    costs
        The ways of an earlier outcome of the same district, which save measuring them again.
    forecast
        Of the district as planned, such as one of many draws; it stands in for the model's own.
    """
    case = prepare(district, standards, scenario, policy=policy, ways=costs)
    forecast = forecast or forecast_demand(case, district)
    origins = fit_origins(case, forecast)
    catchments = draw_catchments(case, forecast, origins)
    assignment = assign_pupils(case, forecast, origins, catchments)
    heads = count_heads(case, forecast, assignment)
    classes = form_classes(case, heads)
    return Outcome(case, forecast, origins, catchments, assignment, heads, classes, scenario)
