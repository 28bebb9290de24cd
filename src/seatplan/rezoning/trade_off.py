"""What moving more pupils would cure: one plan for each share that may move."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from seatplan.outcome import Outcome
from seatplan.rezoning.drawing import rezone_catchments
from seatplan.rezoning.lotteries import Zones, join_schools
from seatplan.rezoning.plan import Rezoning
from seatplan.rezoning.tables import count_shortage
from seatplan.rezoning.town import survey_town

SHARES = (0.05, 0.1, 0.2)


@dataclass(frozen=True)
class TradeOff:
    """Plans that may move more and more.

    `table`: index `max_moved` (share of pupils; 0 = today's catchments, 1 = any): moved (share),
    pupils (who change school, of all grades, mean over the years), blocks (that change school),
    catchment_shortage (residents above the seats of their catchment, within the school size, each
    in its worst year), schools (with any), walk_m (mean metres to the school of the catchment).
    `plans`: the plan of each share, without that of today.
    """

    table: pd.DataFrame
    plans: dict[float, Rezoning]


def trace_trade_off(
    outcome: Outcome,
    *,
    stage: str,
    years: list[int],
    shares: Sequence[float] = SHARES,
    max_size: float | None = None,
    lotteries: Zones = (),
    **terms: Any,
) -> TradeOff:
    """Draw a plan for each of `shares`, and one that may move anybody.

    `terms` are those of `rezone_catchments`, as are its errors; `effort` and `seconds` count for
    each plan. What is short is not spread over the schools.
    Ctrl-C ends the plan that is being drawn, and goes on to the next.
    """
    town = join_schools(outcome, stage, survey_town(outcome, stage, years, max_size), lotteries)
    per_pupil = 1.0 / max(float(town.pupils.mean(axis=1).sum()), 1e-9)
    today = float(town.pupils.mean(axis=1) @ town.walks)
    rows = {0.0: (0.0, 0.0, 0, *_measure(count_shortage(town, town.current)), today * per_pupil)}
    plans = {}
    terms |= {"stage": stage, "years": years, "max_size": max_size, "lotteries": lotteries}
    for share in [*shares, 1.0]:
        plan = rezone_catchments(
            outcome, max_moved=None if share >= 1 else share, spread=False, **terms
        )
        measures = _measure(plan.shortage)
        pupils = plan.moved / per_pupil
        rows[share] = (plan.moved, pupils, len(plan.moves), *measures, plan.cost * per_pupil)
        plans[share] = plan
    columns = ["moved", "pupils", "blocks", "catchment_shortage", "schools", "walk_m"]
    table = pd.DataFrame.from_dict(rows, orient="index", columns=columns)
    return TradeOff(table.rename_axis("max_moved"), plans)


def _measure(shortage: pd.DataFrame) -> tuple[float, int]:
    worst = shortage.groupby("school").catchment_shortage.max()
    return float(np.sum(worst)), len(worst)
