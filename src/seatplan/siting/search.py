"""Search: the best programme of a survey, with its bounds: objectives, distances, and cost last."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from seatplan.labels import Floats
from seatplan.siting.programme import Operation, Programme, operate
from seatplan.siting.survey import Survey
from seatplan.solvers.location.answer import Progress
from seatplan.solvers.location.gains import solve_few_sites
from seatplan.solvers.location.siting import Siting as Solution
from seatplan.solvers.stop import Meter, Stop

Objective = Literal["shortage", "largest_walk", "equity"]
STEP_M = 50.0  # to which the least largest walk is found
FEW = 60  # places, up to which the walking is proven to the share EXACT and not only to GAP
EXACT = 1e-6  # share of the walking to which the exact search goes on
GAP = 0.005  # share of the walking within which an answer counts as proven
SLACK = 1.0  # pupils, to which shortage is proven


@dataclass(frozen=True)
class Limits:
    """What may be built: at most `most` new schools and `extended` extensions, `income`, prices.

    `price`: (places, sizes) in the unit of `income`, (years,), None without limit.
    """

    most: int
    extended: int
    price: Floats
    income: Floats | None


@dataclass(frozen=True)
class Answer:
    """A programme, how it operates, and what no other programme can go below.

    `shortage_bound` is in pupils over the years; `walking_bound` in (weighted) pupil-metres, for
    programmes with this shortage. `walking` is that of the programme in the same weights. `effort`:
    units of work done; `cut_short`: whether the guard or the user ended the search before its end.
    """

    programme: Programme
    operation: Operation
    walking: float
    shortage_bound: float
    walking_bound: float
    seconds: float
    effort: float = 0.0
    cut_short: bool = False

    @property
    def gap(self) -> float:
        """How far the walking may lie above the least possible, as a share of it."""
        return max(self.walking - self.walking_bound, 0.0) / max(self.walking, 1e-9)

    @property
    def is_proven(self) -> bool:
        """Whether shortage is proven to one pupil and walking to half a percent."""
        short = self.operation.shortage - self.shortage_bound
        return short <= SLACK + 1e-6 and self.gap <= GAP


def search_programme(
    survey: Survey,
    limits: Limits,
    *,
    weights: Floats | None = None,
    stop: Stop = Stop(),  # noqa: B008 - frozen
    progress: Progress | None = None,
) -> Answer:
    """Find the programme with the least shortage, then the least walking, then the least cost.

    Of two places that clash (`survey.near`), one opens at most. `weights`
    (blocks,) multiply the walking of each block's pupils.

    Cost comes last: each school is made as small as it can be with the same shortage and walking,
    and left out where it does nothing.
    """
    weigh = np.ones(len(survey.pupils)) if weights is None else weights
    solution = _solve(survey, limits, weigh, stop, progress)
    programme = _read_programme(survey, solution)
    operation = operate(survey, programme)
    answer = Answer(
        programme,
        operation,
        _weigh(survey, programme, operation, weigh),
        solution.shortage_bound,
        solution.walking_bound,
        solution.seconds,
        solution.effort,
        solution.cut_short,
    )
    return trim_sizes(survey, answer, weigh)


def search_least_reach(
    survey: Survey, limits: Limits, *, meter: Meter, progress: Progress | None = None
) -> tuple[Survey, float]:
    """Find the least R such that nobody walks farther than R or, where longer, than today.

    As many are seated as with no limit on the way at all. Returns the survey with that reach, and
    the largest R that is proven too small (R lies within 50 m above it unless the work left did
    not suffice). `meter` counts the work.
    """
    present = survey.reach
    anywhere = replace(survey, reach=np.full(len(present), np.inf))

    def solve(view: Survey, effort: float) -> Solution:
        stop = Stop(effort, meter.seconds_left)
        found = _solve(view, limits, np.ones(len(present)), stop, progress)
        meter.spend(found.effort)
        if found.cut_short:
            meter.cut()
        return found

    target = solve(anywhere, meter.left / 4)
    least = target.shortage + SLACK
    finite = survey.metres[np.isfinite(survey.metres)]
    low, high = 0.0, float(np.ceil(finite.max() / STEP_M) * STEP_M)
    proven = 0.0
    while high - low > STEP_M:
        middle = float(np.round((low + high) / 2 / STEP_M) * STEP_M)
        trial = replace(survey, reach=np.maximum(present, middle))
        found = solve(trial, max(meter.left / 6, 1.0))
        if found.shortage <= least + 1e-6:
            high = middle
        else:
            low = middle
            proven = middle if found.shortage_bound > least else proven
    return replace(survey, reach=np.maximum(present, high)), proven


def weigh_settings(survey: Survey, weights: Mapping[str, float] | None = None) -> Floats:
    """Return weights (blocks,) under which the mean walks of the settings count alike.

    A pupil of a setting weighs `weights[setting]` (1 where left out) / the share of the setting in
    the pupils of the years; the weights are scaled to a mean of 1 over the pupils.
    """
    settings = survey.outcome.district.blocks.setting.to_numpy()
    pupils = survey.pupils[:, survey.columns].sum(axis=1)
    value = np.zeros(len(pupils))
    for setting in np.unique(settings):
        here = settings == setting
        own = 1.0 if weights is None else weights.get(str(setting), 1.0)
        value[here] = own / max(pupils[here].sum(), 1e-9)
    scaled: Floats = value * pupils.sum() / (value * pupils).sum()
    return scaled


def trim_sizes(survey: Survey, answer: Answer, weigh: Floats) -> Answer:
    """Exchange sizes for smaller ones, or none, that leave shortage and walking as they are."""
    for site in np.flatnonzero(answer.programme.classrooms):
        for rooms in np.unique(np.append(survey.sizes[site], 0)):
            if not rooms < answer.programme.classrooms[site]:
                continue
            programme = answer.programme.exchange(
                int(site), int(rooms), int(answer.programme.opening[site])
            )
            operation = operate(survey, programme)
            walking = _weigh(survey, programme, operation, weigh)
            same = operation.shortage <= answer.operation.shortage + 1e-6
            if same and walking <= answer.walking * (1 + EXACT):
                answer = replace(answer, programme=programme, operation=operation, walking=walking)
                break
    return answer


def _solve(
    survey: Survey, limits: Limits, weigh: Floats, stop: Stop, progress: Progress | None
) -> Solution:
    """Hand the survey to the solver."""
    columns = survey.columns
    return solve_few_sites(
        survey.pupils[:, columns],
        survey.ways * weigh[:, None],
        survey.seats[:, columns],
        survey.new_seats,
        price=limits.price,
        budget=limits.income,
        earliest=survey.earliest,
        clashes=survey.near,
        groups=(np.where(survey.is_new, 0, 1), [limits.most, limits.extended]),
        gap=EXACT if len(survey.places) <= FEW else GAP,
        slack=SLACK,
        stop=stop,
        progress=progress,
    )


def _read_programme(survey: Survey, solution: Solution) -> Programme:
    """Put the solver's positions into classrooms and calendar years."""
    built = solution.size >= 0
    rows = np.arange(len(built))
    years = np.array(survey.years)
    return Programme(
        np.where(built, survey.sizes[rows, np.maximum(solution.size, 0)], 0),
        np.where(built, years[np.maximum(solution.year, 0)], 0),
    )


def _weigh(survey: Survey, programme: Programme, operation: Operation, weigh: Floats) -> float:
    """Return the walking in the weights of the objective."""
    if (weigh == 1.0).all():
        return operation.walking
    weighted = replace(survey, metres=survey.metres * weigh[:, None], reach=survey.reach * weigh)
    return operate(weighted, programme).walking


def price_sizes(survey: Survey, price_per_classroom: float) -> Floats:
    """Return the price of every size at every place, (places, sizes)."""
    relative = survey.places.price.to_numpy(float)[:, None]
    return np.asarray(survey.sizes * relative * price_per_classroom, np.float64)
