"""Futures: one plan under many draws of its roll forecast, for robust siting."""

from __future__ import annotations

from seatplan.demand.agreement import forecast_demand, spread_forecast
from seatplan.demand.credibility import credit_rolls, forecast_record
from seatplan.demand.ensemble import draw_rolls
from seatplan.demand.record import LEARNT_YEARS
from seatplan.district.district import District
from seatplan.district.standards import Standards
from seatplan.errors import InputError
from seatplan.outcome import Outcome, evaluate


def draw_futures(
    outcome: Outcome, today: District, standards: Standards, *, n: int = 20, seed: int = 0
) -> dict[str, Outcome]:
    """Evaluate a plan under draws of the rolls of its district, "draw 1" to "draw n".

    The draws lie about the plan's own forecast. Stages whose record is too short stay as forecast.

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
    credit = credit_rolls(today, standards)
    if credit is None:
        raise InputError(
            f"{today.code}: no stage has {LEARNT_YEARS} or more years of rolls before "
            f"{today.base_year}; draws take as many in rolls.csv"
        )
    rolls = forecast_record(today, credit.rolls, outcome.district.horizon)
    draws = draw_rolls(rolls, n, seed)
    births = outcome.policy.births
    own = forecast_demand(outcome.district, outcome.standards, births=births, today=today)
    return {
        f"draw {number + 1}": evaluate(
            today,
            standards,
            outcome.scenario,
            policy=outcome.policy,
            costs=outcome.costs,
            forecast=spread_forecast(own, rolls, draws.draw(number)),
        )
        for number in range(n)
    }
