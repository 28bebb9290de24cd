"""What a bureau could put up: the least change that cures, where nobody states other limits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

import pandas as pd

from seatplan.outcome import Outcome
from seatplan.rezoning.checks import check_terms
from seatplan.rezoning.drawing import rezone_catchments
from seatplan.rezoning.lotteries import join_schools
from seatplan.rezoning.plan import Rezoning
from seatplan.rezoning.tables import count_shortage
from seatplan.rezoning.town import survey_town
from seatplan.rezoning.trade_off import TradeOff, trace_trade_off
from seatplan.solvers.stop import read_stop

CURVE = 0.5  # share of the effort that the plans of the curve take together


@dataclass(frozen=True)
class Practice:
    """What a change of catchments may cost. Judgements, not standards: each has its reason here.

    Parameters
    ----------
    disruption_m
        Metres a day that each pupil who changes school counts as. 500 m, the service radius of a
        primary school (GB 50180-93): a family that has one of its own within reach is not asked to
        change for less.
    max_increase_m
        Most metres by which a way may grow. 1,000 m: some thirteen minutes at 4.5 km/h, beside the
        half hour that a way may take at most (State Council Office 2018, no. 27).
    movers_per_seat
        Pupils who may change school so that one more has a seat. 2.5: a pupil who finds a seat next
        door makes one, one who has to push another on makes two, and these are worth it; chains of
        three are not, and a classroom is worth a thought.
    shares
        Shares of the pupils that may change school, among which the plan is chosen.
    """

    disruption_m: float = 500.0
    max_increase_m: float = 1000.0
    movers_per_seat: float = 2.5
    shares: tuple[float, ...] = (0.02, 0.05, 0.1, 0.2)


PRACTICE = Practice()


@dataclass(frozen=True)
class Proposal:
    """A plan of catchments, and what those that move fewer or more pupils would cure.

    `plan`: the plan. `trade_off`: the plans among which the share that may move was chosen; None
    where it was stated, or nobody is beyond the seats today. `terms`: what was asked of the plan,
    with what was chosen.
    """

    plan: Rezoning
    trade_off: TradeOff | None
    terms: dict[str, Any]


def propose_catchments(
    outcome: Outcome,
    *,
    stage: str,
    years: list[int],
    max_moved: float | None = None,
    practice: Practice = PRACTICE,
    effort: float | None = None,
    seconds: float | None = None,
    **terms: Any,
) -> Proposal:
    """Draw catchments that a bureau could put up: the least change that cures what it can.

    A plan is drawn for each of `practice.shares` and for any share; the one taken has the least sum
    of `movers_per_seat` for each pupil beyond the seats and 1 for each who changes school (today's
    catchments among them). It is then drawn anew with the rest of the effort.

    Parameters
    ----------
    max_moved
        Share of the pupils who may change school; None: chosen as above.
    practice
        What a change may cost, where `terms` do not say it.
    effort, seconds
        As in `rezone_catchments`, for all searches together.
    terms
        Those of `rezone_catchments`, as are its errors.
    """
    given = {"disruption_m": practice.disruption_m, "max_increase_m": practice.max_increase_m}
    terms = given | terms | {"stage": stage, "years": years}
    stop, trade_off = read_stop(effort, seconds), None
    check_terms(outcome, stage, years, max_moved)
    if max_moved is None and _is_short(outcome, terms):
        part = stop.share(CURVE / (len(practice.shares) + 1))
        trade_off = trace_trade_off(
            outcome,
            values=(*practice.shares, 1.0),
            effort=part.effort,
            seconds=part.seconds,
            **terms,
        )
        max_moved = choose_share(trade_off.table, practice.movers_per_seat)
        stop = stop.share(1.0 - CURVE)
    terms |= {"max_moved": max_moved}
    plan = rezone_catchments(outcome, effort=stop.effort, seconds=stop.seconds, **terms)
    return Proposal(plan, trade_off, {name: terms[name] for name in (*given, "max_moved")})


def choose_share(table: pd.DataFrame, movers_per_seat: float) -> float | None:
    """Return the share of pupils that may move at which moving on would cost more than it cures.

    The least of `movers_per_seat` x pupils beyond the seats + pupils who change school, of the rows
    of `TradeOff.table`; None where that is the plan that may move any.
    """
    weighed = (movers_per_seat * table.catchment_shortage + table.pupils).round(6)
    share = cast(float, weighed.idxmin())
    return None if share >= 1 else share


def _is_short(outcome: Outcome, terms: dict[str, Any]) -> bool:
    """Tell whether any school has more pupils in its catchment of today than seats."""
    stage = terms["stage"]
    surveyed = survey_town(outcome, stage, terms["years"], terms.get("max_size"))
    town = join_schools(outcome, stage, surveyed, terms.get("lotteries", ()))
    return len(count_shortage(town, town.current)) > 0
