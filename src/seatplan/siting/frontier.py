"""Frontier: what more schools buy: shortage, walking and cost against each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from seatplan.outcome import Outcome
from seatplan.siting.choice import Siting, describe_siting, set_limits
from seatplan.siting.extensions import TERMS, Extensions, name_kinds
from seatplan.siting.programme import close_all, operate
from seatplan.siting.robust import mean_walk
from seatplan.siting.search import search_programme
from seatplan.siting.survey import Survey, survey_sites
from seatplan.solvers.location.answer import Progress
from seatplan.solvers.stop import read_stop


@dataclass(frozen=True)
class Frontier:
    """Plans of which none is better than another in shortage, walking and cost at once.

    `table`: index `plan` ("nothing", "4 shortage", "4 walk", ...): n (new schools), first
    ("shortage" or "walk": what comes first), cost, short (pupil-years without a free seat in
    reach), walk_m (mean way of all, the short walking on to the nearest free seat), stranded (seats
    that stand empty ten years on), gap, sites, best
    (whether no other plan of the table is at least as good in all three and better in one).
    `answers`: plan -> Siting, without "nothing".
    """

    stage: str
    table: pd.DataFrame
    answers: Mapping[str, Siting]


def trace_frontier(
    outcome: Outcome,
    *,
    stage: str = "primary",
    counts: Sequence[int] = (1, 2, 3, 4, 5, 6),
    classrooms: Sequence[int] = (24, 30, 36),
    years: Sequence[int] = (),
    price_per_classroom: float = 1.0,
    expand: bool = False,
    convert: bool = False,
    extensions: Extensions = TERMS,
    effort: float = 120.0,
    seconds: float | None = None,
    progress: Progress | None = None,
) -> Frontier:
    """Site each number of schools twice: for least shortage first, and for least walking alone.

    The second takes every seat of the district as in reach. All plans are then measured alike,
    with the same reach. `effort` (units of work) and `seconds` (a guard) are for
    all of them together; extensions as in `site_schools`.
    """
    survey = survey_sites(
        outcome,
        stage,
        classrooms,
        years or outcome.district.years[1:],
        kinds=name_kinds(expand, convert),
        extensions=extensions,
    )
    anywhere = replace(survey, reach=np.full(len(survey.reach), np.inf))
    share = read_stop(effort, seconds).share(1 / max(2 * len(counts), 1))
    answers, rows = {}, {"nothing": _describe_nothing(survey)}
    for n in counts:
        limits = set_limits(survey, n, None, price_per_classroom, extensions.most)
        for first, view in (("shortage", survey), ("walk", anywhere)):
            found = search_programme(view, limits, stop=share, progress=progress)
            siting = describe_siting(
                view, found, price_per_classroom, first, every_grade=False, largest=float("nan")
            )
            name = f"{n} {first}"
            answers[name] = siting
            rows[name] = _measure(survey, siting, first)
    table = pd.DataFrame.from_dict(rows, orient="index").rename_axis("plan")
    table["best"] = find_undominated(table[["short", "walk_m", "cost"]])
    return Frontier(stage, table, answers)


def find_undominated(figures: pd.DataFrame) -> pd.Series[bool]:
    """Return for each row whether no other is at least as small in all columns, smaller in one.

    >>> find_undominated(pd.DataFrame({"short": [9, 5, 9], "cost": [0, 2, 1]})).tolist()
    [True, True, False]
    """
    values = figures.to_numpy(float).round(6)
    no_larger = (values[:, None, :] <= values[None, :, :]).all(axis=2)
    smaller = (values[:, None, :] < values[None, :, :]).any(axis=2)
    return pd.Series(~(no_larger & smaller).any(axis=0), index=figures.index, name="best")


def _measure(survey: Survey, siting: Siting, first: str) -> dict[str, object]:
    operation = operate(survey, siting.programme)
    return {
        "n": int((siting.table.kind == "new").sum()),
        "first": first,
        "cost": siting.cost,
        "short": operation.shortage,
        "walk_m": mean_walk(operation),
        "stranded": siting.stranded,
        "gap": siting.gap,
        "sites": " ".join(sorted(siting.table.index)),
    }


def _describe_nothing(survey: Survey) -> dict[str, object]:
    operation = operate(survey, close_all(survey))
    return {
        "n": 0,
        "first": "",
        "cost": 0.0,
        "short": operation.shortage,
        "walk_m": mean_walk(operation),
        "stranded": 0.0,
        "gap": 0.0,
        "sites": "",
    }
