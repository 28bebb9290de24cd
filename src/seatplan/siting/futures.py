"""Futures: one plan under many draws of its roll forecast, for robust siting."""

from __future__ import annotations

from dataclasses import replace

from seatplan.demand.agreement import forecast_demand
from seatplan.demand.variants import Variants
from seatplan.district.district import District
from seatplan.district.standards import Standards
from seatplan.outcome import Outcome, evaluate
from seatplan.seating.spreading import draw_demand


def draw_futures(
    outcome: Outcome,
    today: District,
    standards: Standards,
    *,
    n: int = 20,
    seed: int = 0,
    variants: Variants | None = None,
) -> dict[str, Outcome]:
    """Evaluate a plan under draws of the rolls of its district, "draw 1" to "draw n".

    The draws (`draw_demand`) lie about the plan's own forecast. Stages whose record is too
    short, and districts without one, are drawn from variants of the inputs.

    Parameters
    ----------
    outcome
        The plan, evaluated.
    today, standards
        The district and the limits that the plan was applied to.
    variants
        As for `draw_demand`.
    """
    policy = outcome.policy
    drawn = draw_demand(
        today, standards, n=n, seed=seed, policy=policy, costs=outcome.costs, variants=variants
    )
    own = forecast_demand(outcome.case, today)
    factors = drawn.factors(0, n)
    return {
        f"draw {number + 1}": evaluate(
            today,
            standards,
            outcome.scenario,
            policy=policy,
            costs=outcome.costs,
            forecast=replace(own, pupils=own.pupils * factors[..., number].ravel()),
        )
        for number in range(n)
    }
