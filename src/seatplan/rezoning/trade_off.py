"""What more of one term buys in any other figure: one plan for each value of the term."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import pandas as pd

from seatplan.errors import ScenarioError
from seatplan.files import suggest
from seatplan.outcome import Outcome
from seatplan.rezoning.drawing import rezone_catchments
from seatplan.rezoning.lotteries import Zones, join_schools
from seatplan.rezoning.mixture import describe_mix
from seatplan.rezoning.plan import Rezoning, describe_shape, describe_walks
from seatplan.rezoning.tables import count_shortage, find_worst_use
from seatplan.rezoning.town import Town, survey_town

SHARES = (0.05, 0.1, 0.2, 1.0)
MOVED = "max_moved"
TERMS = MappingProxyType(  # what may be varied, and what it is counted in
    {
        MOVED: "share of pupils, 1: any",
        "max_walk_m": "metres",
        "max_increase_m": "metres",
        "max_increase_share": "share",
        "most_use": "pupils for a seat",
        "least_use": "pupils for a seat",
        "max_change": "share",
        "disruption_m": "metres a day for a pupil moved",
        "compact": "metres a day for a metre of line",
        "envy_m": "metres",
        "mix": "metres a day for a pupil above an even mix",
    }
)
FIGURES = (
    *("moved", "pupils", "blocks", "catchment_shortage", "schools", "walk_m", "gini"),
    *("worst_use", "border_m", "compactness", "uneven"),
)


@dataclass(frozen=True)
class TradeOff:
    """Plans that are asked for more and more of one term, each with all of its figures.

    Parameters
    ----------
    term
        What is varied, of `TERMS`.
    table
        Index `term`, one row a plan after that of today's catchments (0 where the term is the share
        that may move, else NaN): moved (share), pupils (who change school, of all grades, mean over
        the years), blocks (that change school), catchment_shortage (residents above the seats of
        their catchment, within the school size, each in its worst year), schools (with any), walk_m
        (mean metres to the school of the catchment), gini (of the walks, 0: all alike), worst_use
        (most pupils for a seat), border_m (metres of line between catchments), compactness (1: all
        circles), uneven (pupils of groups above an even mix; 0 where the district names none).
    plans
        The plan of each value, without that of today.
    """

    term: str
    table: pd.DataFrame
    plans: dict[float, Rezoning]


def trace_trade_off(
    outcome: Outcome,
    *,
    stage: str,
    years: list[int],
    term: str = MOVED,
    values: Sequence[float] = SHARES,
    max_size: float | None = None,
    lotteries: Zones = (),
    **terms: Any,
) -> TradeOff:
    """Draw a plan for each of the values of a term; any two figures of them make a curve.

    This is the epsilon-constraint method where the term is a limit, and that of weighted sums where
    it is a price (Miettinen 1999): the plans are as good as their searches are, and a price finds
    no plan that lies within a dent of the curve.

    Parameters
    ----------
    term
        What is varied, of `TERMS`.
    values
        Its values, in the order in which plans are drawn.
    terms
        Those of `rezone_catchments`, as are its errors; `effort` and `seconds` count for each plan.
        What is short is not spread over the schools. Ctrl-C ends the plan that is being drawn, and
        goes on to the next.

    Raises
    ------
    ScenarioError
        No term has that name, or it has no value.
    """
    if term not in TERMS:
        raise ScenarioError(f"no term is called {term}{suggest(term, TERMS)}; {', '.join(TERMS)}")
    if not len(values):
        raise ScenarioError(f"{term} has no values to be varied over")
    town = join_schools(outcome, stage, survey_town(outcome, stage, years, max_size), lotteries)
    rows = {0.0 if term == MOVED else float("nan"): _measure_today(town)}
    plans = {}
    terms |= {"stage": stage, "years": years, "max_size": max_size, "lotteries": lotteries}
    for value in map(float, values):
        own = {term: None if term == MOVED and value >= 1 else value}
        plans[value] = rezone_catchments(outcome, spread=False, **(terms | own))
        rows[value] = _measure_plan(town, plans[value])
    table = pd.DataFrame(list(rows.values()), pd.Index(list(rows), name=term), list(FIGURES))
    return TradeOff(term, table, plans)


def _measure_today(town: Town) -> tuple[float, ...]:
    own = town.current
    shape, walks = (describe(town, own).before for describe in (describe_shape, describe_walks))
    uneven = float(describe_mix(town, own).uneven_before.sum())
    short = _count_short(count_shortage(town, own))
    fullest = find_worst_use(town, own)
    return (0.0, 0.0, 0, *short, *walks, fullest, *shape, uneven)


def _measure_plan(town: Town, plan: Rezoning) -> tuple[float, ...]:
    moved = plan.moved, plan.moved * float(town.pupils.mean(axis=1).sum()), len(plan.moves)
    uneven = float(plan.mix.uneven_after.sum())
    short, shape, walks = _count_short(plan.shortage), plan.shape.after, plan.walks.after
    return (*moved, *short, *walks, plan.worst_use, *shape, uneven)


def _count_short(shortage: pd.DataFrame) -> tuple[float, int]:
    worst = shortage.groupby("school").catchment_shortage.max()
    return float(worst.sum()), len(worst)
