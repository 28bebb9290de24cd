"""The case: the district as a plan leaves it, with its rules, seats and ways."""

from __future__ import annotations

from dataclasses import dataclass

from seatplan.case.axes import Axes
from seatplan.case.seats import Seats, count_seats
from seatplan.district.district import District
from seatplan.district.standards import DEFAULT_POLICY, Policy, Standards
from seatplan.scenarios.scenario import BASELINE, Scenario
from seatplan.travel.costs import TravelCosts, measure_travel


@dataclass(frozen=True)
class Case:
    """What a scenario means for a district. Every stage of the model takes it.

    Parameters
    ----------
    district
        As the plan leaves it.
    rules
        The limits as the plan leaves them, and the policy where neither says.
    seats
        By school, stage and year.
    ways
        From blocks to schools.
    axes
        The labels of all arrays, in their order.
    """

    district: District
    rules: Standards
    seats: Seats
    ways: TravelCosts
    axes: Axes

    def ways_of(self, stage: str) -> TravelCosts:
        """Return the ways to the sites at which schools teach a stage."""
        return self.ways.teaching(self.district, self.axes.grades[self.axes.span(stage)])


def prepare(
    district: District,
    standards: Standards,
    scenario: Scenario = BASELINE,
    *,
    policy: Policy = DEFAULT_POLICY,
    ways: TravelCosts | None = None,
) -> Case:
    """Follow a scenario's steps, and lay out what stands then.

    Parameters
    ----------
    policy
        How pupils are seated where a plan does not say.
    ways
        Those of another case of the same district, which save measuring them again.

    Raises
    ------
    ScenarioError
        A step cannot be followed.
    """
    planned = scenario.apply(district)
    rules = scenario.amend(standards).replace(policy=policy)
    seats = count_seats(planned, rules)
    return Case(planned, rules, seats, measure_travel(planned, ways), seats.axes)
