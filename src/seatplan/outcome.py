"""The hallway: the whole model on one screen."""

from __future__ import annotations

from dataclasses import dataclass

from seatplan.demand.agreement import forecast_demand
from seatplan.demand.cohorts import Forecast
from seatplan.district.district import District
from seatplan.district.standards import Standards
from seatplan.findings.flags import Flags, raise_flags
from seatplan.scenarios.scenario import BASELINE, Scenario
from seatplan.seating.assignment import Assignment, Overflow, assign_pupils
from seatplan.seating.balance import SeatBalance, balance_seats
from seatplan.seating.catchments import Catchments, draw_catchments
from seatplan.seating.classes import Classes, form_classes
from seatplan.seating.headcount import Headcount, count_heads
from seatplan.seating.origins import Origins, fit_origins
from seatplan.seating.seats import Seats, count_seats
from seatplan.travel.costs import TravelCosts, measure_travel


@dataclass(frozen=True)
class Policy:
    """How pupils are seated where a plan does not say.

    `overflow`: "stay" or "move" (see `assign_pupils`); `catchments`: a rule of `catchments.RULES`;
    `births`: a births scenario of the district.
    """

    overflow: Overflow = "stay"
    catchments: str = "current"
    births: str = "medium"


@dataclass(frozen=True)
class Outcome:
    """Every value of the model for one scenario."""

    scenario: Scenario
    policy: Policy
    district: District
    standards: Standards
    forecast: Forecast
    costs: TravelCosts
    seats: Seats
    origins: Origins
    catchments: Catchments
    assignment: Assignment
    heads: Headcount
    classes: Classes
    balance: SeatBalance
    flags: Flags

    def __repr__(self) -> str:
        """Say which scenario of which district it is."""
        years = f"{self.district.base_year}-{self.district.horizon}"
        return f"Outcome({self.scenario.name}, {self.district.name.en}, {years})"


def evaluate(
    district: District,
    standards: Standards,
    scenario: Scenario = BASELINE,
    *,
    policy: Policy = Policy(),
    costs: TravelCosts | None = None,
    forecast: Forecast | None = None,
) -> Outcome:
    """Follow the district's pupils to their seats under a scenario, year by year.

    `costs` of an earlier outcome of the same district save measuring its ways again. A `forecast`
    of the district as planned, such as one of many draws, stands in for the model's own.
    """
    planned = scenario.apply(district)
    rules = scenario.amend(standards)
    if forecast is None:
        forecast = forecast_demand(planned, rules, births=policy.births, today=district)
    costs = measure_travel(planned, costs)
    seats = count_seats(planned, rules)
    origins = fit_origins(planned, rules, forecast, costs)
    catchments = draw_catchments(planned, rules, forecast, costs, seats, origins, policy.catchments)
    assignment = assign_pupils(
        planned, rules, forecast, costs, seats, catchments, origins, policy.overflow
    )
    heads = count_heads(planned, rules, forecast, assignment)
    classes = form_classes(planned, rules, heads, seats)
    balance = balance_seats(planned, rules, forecast, costs, seats, catchments, assignment, heads)
    flags = raise_flags(planned, rules, balance, classes)
    return Outcome(
        scenario,
        policy,
        planned,
        rules,
        forecast,
        costs,
        seats,
        origins,
        catchments,
        assignment,
        heads,
        classes,
        balance,
        flags,
    )
