"""Values: what the stages of the model have made of one case, for measures to read."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from seatplan.case.axes import Axes
from seatplan.case.case import Case
from seatplan.case.seats import Seats
from seatplan.demand.cohorts import Forecast
from seatplan.district.district import District
from seatplan.district.standards import Policy, Standards
from seatplan.seating.assignment import Assignment
from seatplan.seating.catchments import Catchments
from seatplan.seating.classes import Classes
from seatplan.seating.headcount import Headcount
from seatplan.seating.origins import Origins
from seatplan.travel.costs import TravelCosts


@dataclass(frozen=True)
class Values:
    """Every value of the model for one case, in the order in which they are made."""

    case: Case
    forecast: Forecast
    origins: Origins
    catchments: Catchments
    assignment: Assignment
    heads: Headcount
    classes: Classes

    @cached_property
    def computed(self) -> dict[str, Any]:
        """Measures computed so far, by name."""
        return {}

    @property
    def district(self) -> District:
        """The district as the plan leaves it."""
        return self.case.district

    @property
    def standards(self) -> Standards:
        """The limits as the plan leaves them."""
        return self.case.rules

    @property
    def policy(self) -> Policy:
        """How pupils are seated where the plan does not say."""
        return self.case.rules.policy

    @property
    def seats(self) -> Seats:
        """Seats by school, stage and year."""
        return self.case.seats

    @property
    def costs(self) -> TravelCosts:
        """Ways from blocks to schools."""
        return self.case.ways

    def ways_of(self, stage: str) -> TravelCosts:
        """Return the ways from blocks to the sites at which schools teach a stage."""
        return self.case.ways_of(stage)

    @property
    def axes(self) -> Axes:
        """The labels of all arrays."""
        return self.case.axes
