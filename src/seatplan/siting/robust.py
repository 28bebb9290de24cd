"""Robust siting: the answer of each births scenario, evaluated under every other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from seatplan.errors import InputError
from seatplan.outcome import Outcome
from seatplan.siting.choice import Siting, site_schools
from seatplan.siting.programme import Operation, Programme, count_stranded, operate
from seatplan.siting.survey import Survey
from seatplan.solvers.stop import read_stop


@dataclass(frozen=True)
class RobustSiting:
    """Which of the answers holds best whatever births come.

    Parameters
    ----------
    answers
        Future -> the best plan for it.
    table
        Index (`plan`, `future`): short (pupil-years), walk_m (mean way of all), stranded (seats
        empty ten years on), regret_short and regret_walk_m: above the best plan for that future.
    summary
        Index `plan`: expected and worst regrets, expected and worst stranded seats.
    least_expected, least_worst
        The plan with the least expected regret, and with the least worst regret: in shortage,
        then, within one pupil-year, in walking.
    """

    answers: Mapping[str, Siting]
    table: pd.DataFrame
    summary: pd.DataFrame
    least_expected: str
    least_worst: str


def site_schools_robust(
    outcomes: Mapping[str, Outcome],
    *,
    chances: Mapping[str, float] | None = None,
    effort: float | None = None,
    seconds: float | None = None,
    **question: Any,
) -> RobustSiting:
    """Site for each future, and evaluate each answer under every future.

    The plans compared are the answers of the futures themselves: their number is small, and each
    is evaluated in full. A plan that is best for none of them but good for all is not looked for.

    Parameters
    ----------
    outcomes
        Future -> outcome of the same district and scenario, such as by births "low", "medium" and
        "high".
    chances
        Future -> weight; all alike where left out.
    effort, seconds
        As for `site_schools`, for all futures together.
    question
        As for `site_schools`.

    Raises
    ------
    InputError
        Fewer than two futures, or chances of other futures; see also `site_schools`.
    """
    names = list(outcomes)
    if len(names) < 2 or (chances is not None and set(chances) != set(names)):
        raise InputError(
            f"siting: robust siting takes two futures or more, and a chance for each or for none; "
            f"got {', '.join(names)} and {', '.join(chances or {})}"
        )
    share = read_stop(effort, seconds).share(1 / len(names))
    answers = {
        name: site_schools(outcome, effort=share.effort, seconds=share.seconds, **question)
        for name, outcome in outcomes.items()
    }
    surveys = {name: answer.survey for name, answer in answers.items()}
    rows = {
        (plan, future): _judge(survey, transfer(answers[plan], survey))
        for plan in names
        for future, survey in surveys.items()
    }
    table = pd.DataFrame.from_dict(rows, orient="index").rename_axis(["plan", "future"])
    for figure in ("short", "walk_m"):
        best = _find_best(table, figure)
        table[f"regret_{figure}"] = table[figure] - best
    weight = pd.Series(chances or dict.fromkeys(names, 1.0), dtype=float)
    summary = summarise_regret(table, weight / weight.sum())
    return RobustSiting(
        answers,
        table,
        summary,
        least_expected=_pick(summary, "expected"),
        least_worst=_pick(summary, "worst"),
    )


def transfer(siting: Siting, survey: Survey) -> Programme:
    """Return the programme of one survey in the places of another.

    What the other does not offer, such as rooms that it needs itself, is left out.
    """
    place = siting.survey.places.index.get_indexer(survey.places.index)
    known = place >= 0
    own = siting.programme
    return Programme(
        np.where(known, own.classrooms[place], 0), np.where(known, own.opening[place], 0)
    )


def _judge(survey: Survey, programme: Programme) -> dict[str, float]:
    operation = operate(survey, programme)
    return {
        "short": operation.shortage,
        "walk_m": mean_walk(operation),
        "stranded": float(count_stranded(survey, programme).sum()),
    }


def mean_walk(operation: Operation) -> float:
    """Return the mean way of all who are seated anywhere, over the years, metres."""
    table = operation.table
    seated = table.pupils - table.unplaced
    return float((table.walk_all_m * seated).sum() / max(seated.sum(), 1e-9))


def _find_best(table: pd.DataFrame, figure: str) -> pd.Series[float]:
    """Return the figure of the best plan of each future, on the rows of `table`.

    For walking, the best among the plans with the least shortage to within one pupil-year.
    """
    least = table.short.groupby("future").transform("min")
    rivals = table[figure].where((table.short <= least + 1.0) | (figure == "short"))
    return rivals.groupby("future").transform("min")


def summarise_regret(table: pd.DataFrame, chance: pd.Series[float]) -> pd.DataFrame:
    """Return expected and worst regrets and stranded seats, index `plan`; `chance` sums to 1."""
    figures = table[["regret_short", "regret_walk_m", "stranded"]]
    weight = chance[table.index.get_level_values("future")].to_numpy()
    weighted = figures.mul(weight, axis=0)
    expected = weighted.groupby("plan", sort=False).sum().add_prefix("expected_")
    return expected.join(figures.groupby("plan", sort=False).max().add_prefix("worst_"))


def _pick(summary: pd.DataFrame, how: str) -> str:
    """Return the plan with the least regret in shortage, to one pupil-year, then in walking."""
    short = summary[f"{how}_regret_short"]
    rivals = summary[short <= short.min() + 1.0]
    return str(rivals[f"{how}_regret_walk_m"].idxmin())
