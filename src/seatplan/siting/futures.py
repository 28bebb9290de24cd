"""Futures: one plan under many draws of its roll forecast, for robust siting."""

from __future__ import annotations

from seatplan.demand.agreement import control_forecast, district_births, district_rolls
from seatplan.demand.cohorts import forecast_pupils
from seatplan.demand.ensemble import draw_rolls
from seatplan.demand.roll_forecast import forecast_rolls
from seatplan.district.district import District
from seatplan.district.standards import Standards
from seatplan.outcome import Outcome, evaluate


def draw_futures(
    outcome: Outcome, today: District, standards: Standards, *, n: int = 20, seed: int = 0
) -> dict[str, Outcome]:
    """Evaluate a plan under draws of the rolls of its district, "draw 1" to "draw n".

    Parameters
    ----------
    outcome
        The plan, evaluated.
    today, standards
        The district and the limits that the plan was applied to.

    Raises
    ------
    InputError
        The district has no history of rolls to draw from.
    """
    births = district_births(today)
    rolls = forecast_rolls(district_rolls(today), outcome.district.years[1:], births=births)
    draws = draw_rolls(rolls, n, seed)
    own = forecast_pupils(outcome.district, outcome.standards, births=outcome.policy.births)
    baseline = forecast_pupils(today, standards)
    return {
        f"draw {number + 1}": evaluate(
            today,
            standards,
            outcome.scenario,
            policy=outcome.policy,
            costs=outcome.costs,
            forecast=control_forecast(own, draws.draw(number), baseline=baseline),
        )
        for number in range(n)
    }
