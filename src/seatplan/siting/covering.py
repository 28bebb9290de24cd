"""Coverage: how many pupils have a school of their stage within reach, and what sites would add.

Kindergartens of 300 m and rural primaries live on these questions: the fewest new schools that
bring a share of the pupils within reach; the most pupils within reach for n new schools, with or
without counting seats; two schools within reach; the least farthest way; the least mean
way.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np
import pandas as pd

from seatplan.errors import InputError
from seatplan.labels import Floats
from seatplan.outcome import Outcome
from seatplan.scenarios.scenario import Scenario
from seatplan.siting.covered import Flags, offer_blocks, tabulate_cover, write_cover
from seatplan.siting.survey import Survey, survey_sites
from seatplan.solvers.location.covering import (
    Covered,
    cover_most,
    cover_nearest,
    cover_seats,
    cover_share,
)
from seatplan.solvers.location.p_median import solve_p_median
from seatplan.solvers.stop import Stop, read_stop

Aim = Literal["covering", "coverage", "seats", "backup", "farthest", "walk"]
AIMS = get_args(Aim)
Candidates = Literal["sites", "blocks"]


@dataclass(frozen=True)
class Coverage:
    """Which new schools bring how many pupils within reach, and what no other choice can pass.

    Attributes
    ----------
    scenario, steps
        The outcome's scenario with the new schools, and those alone.
    table
        One row for each new school, index `place`: school, name, year, classrooms, seats, reached
        (pupils within its reach), alone (of them, those within no other's), x, y in metres.
    aim
        What was asked for.
    year
        The year whose pupils are counted: that with the most from the opening on.
    pupils
        All pupils of that year who may go to these schools.
    before, after
        Pupils within reach of a school (for "seats": with a seat there; for "backup": of two), as
        things are and with the new schools.
    value, bound
        Of what was asked for: schools ("covering"), pupils, or metres ("farthest", and the mean way
        for "walk"). No choice is better than the bound.
    is_proven
        Whether none is better.
    reach
        (blocks,) metres within which a school counts; inf where no standard says.
    """

    scenario: Scenario
    steps: Scenario
    table: pd.DataFrame
    aim: Aim
    year: int
    pupils: float
    before: float
    after: float
    value: float
    bound: float
    is_proven: bool
    reach: pd.Series[float]

    def __repr__(self) -> str:
        """Say what is built, and whom it reaches."""
        return (
            f"Coverage({self.aim}: {len(self.table)} new schools; {self.before:,.0f} -> "
            f"{self.after:,.0f} of {self.pupils:,.0f} pupils in {self.year})"
        )


def cover_pupils(
    outcome: Outcome,
    *,
    stage: str = "kindergarten",
    aim: Aim = "coverage",
    n: int | None = None,
    share: float = 0.9,
    within: float | None = None,
    classrooms: int = 12,
    opening: int | None = None,
    candidates: Candidates = "sites",
    effort: float | None = None,
    seconds: float | None = None,
) -> Coverage:
    """Choose sites of new schools by whom they bring within reach.

    Parameters
    ----------
    outcome
        The district today, or a plan that the new schools are added to.
    aim
        "covering": the fewest new schools so that `share` of the pupils are within reach.
        "coverage": with `n` new schools the most pupils within reach. "seats": the most who also
        have a seat there. "backup": the most with two schools within reach. "farthest": the least
        way of the pupil who has the farthest. "walk": the least mean way.
    n
        Most new schools; all but "covering" want it.
    share
        For "covering": of all pupils, 0 to 1.
    within
        Metres of reach; without it the stage's radius (straight) or walk (by road) of each block's
        setting. With it ways are straight.
    classrooms
        Of each new school.
    opening
        First year in which the schools may open; the year after the base year without it.
    candidates
        "sites": the district's candidate sites. "blocks": the middle of every block too, to ask how
        many schools a standard would take wherever land may be found; such a place is made up.
    effort, seconds
        Units of work, and a guard (`solvers.stop.read_stop`).

    Raises
    ------
    InputError
        A stage, year, share or number that makes no sense; a stage without a radius and no
        `within`.
    SolveError
        All sites together cannot do what is asked for.

    Notes
    -----
    Sources of the models stand in `solvers.location.covering`; the least mean way is the p-median
    (Hakimi, Operations Research 12, 1964).
    """
    first = outcome.district.base_year + 1 if opening is None else opening
    _check(aim, n, share, within)
    widened = offer_blocks(outcome, stage, first) if candidates == "blocks" else outcome
    years = [year for year in outcome.district.years if year >= first]
    survey = survey_sites(widened, stage, [classrooms], years)
    counts = survey.pupils[:, survey.columns]
    at = int(counts.sum(axis=0).argmax())
    weight, metres, reach = counts[:, at], *_measure(survey, within)
    standing = np.arange(metres.shape[1]) < len(survey.schools)
    seats = np.append(
        survey.seats[:, survey.columns[at]],
        np.full(len(survey.places), classrooms * survey.per_class),
    )
    inside = metres <= reach[:, None] + 1e-6
    answer = _solve(
        aim, inside, metres, weight, standing, seats, n, share, read_stop(effort, seconds)
    )
    before, after = (
        _count(aim, inside, weight, chosen, seats) for chosen in (standing, standing | answer.open)
    )
    table = tabulate_cover(survey, answer.open, inside, weight, classrooms, first)
    steps = write_cover(survey, table, aim)
    plan = outcome.scenario
    return Coverage(
        scenario=replace(
            steps, interventions=(*plan.interventions, *steps.interventions), origins=()
        ),
        steps=steps,
        table=table,
        aim=aim,
        year=survey.years[at],
        pupils=float(weight.sum()),
        before=before,
        after=after,
        value=answer.value,
        bound=answer.bound,
        is_proven=answer.is_proven,
        reach=pd.Series(reach, index=outcome.district.blocks.index.rename("block"), name="metres"),
    )


def _check(aim: str, n: int | None, share: float, within: float | None) -> None:
    """Refuse what makes no sense, all of it at once."""
    problems = []
    if aim not in AIMS:
        problems.append(f"aim {aim}; want one of {', '.join(AIMS)}")
    if aim != "covering" and (n is None or n < 1):
        problems.append(f"{aim} wants n, the most new schools, at least 1; got {n}")
    if not 0 < share <= 1:
        problems.append(f"share {share:g}; want more than 0, at most 1 (90 % is 0.9)")
    if within is not None and not 0 < within < float("inf"):
        problems.append(f"within {within:g}; want metres above 0")
    if problems:
        raise InputError([f"covering: {problem}" for problem in problems])


def _measure(survey: Survey, within: float | None) -> tuple[Floats, Floats]:
    """Return the ways that count, (blocks, schools + places), and the reach of each block.

    A radius is straight, a walk is by road; `within` is straight.
    """
    outcome, stage = survey.outcome, survey.stage
    straight = _measure_straight(survey)
    if within is not None:
        return straight, np.full(len(straight), float(within))
    metres, reach = survey.metres.copy(), np.full(len(straight), np.inf)
    settings = outcome.district.blocks.setting
    for setting, rows in settings.groupby(settings).indices.items():
        found = outcome.standards.radius(survey.years[0], stage, setting=str(setting))
        if found is None:
            continue
        reach[rows] = found.value
        if found.standard.indicator == "beyond_radius":
            metres[rows] = straight[rows]
    if np.isinf(reach).all():
        raise InputError(
            f"covering: no limit says how far a {stage} may be; give within, in metres"
        )
    reach[np.isinf(reach)] = 0.0  # where no standard holds nobody is counted as reached
    return metres, reach


def _measure_straight(survey: Survey) -> Floats:
    """Return straight metres from the home of each block to each school and place."""
    district, homes = survey.outcome.district, survey.outcome.costs.homes.xy
    gates = [
        *district.schools.geometry.reindex(survey.schools),
        *district.sites.geometry.reindex(pd.Index(survey.places["at"])),
    ]
    points = np.array([(point.x, point.y) for point in gates]).reshape(-1, 2)
    apart: Floats = np.hypot(*(homes[:, None] - points[None, :]).transpose(2, 0, 1))
    return apart


def _solve(
    aim: Aim,
    inside: Flags,
    metres: Floats,
    weight: Floats,
    standing: Flags,
    seats: Floats,
    n: int | None,
    share: float,
    stop: Stop,
) -> Covered:
    """Ask the solver of the aim."""
    most = min(n or 0, int((~standing).sum()))
    if aim == "covering":
        return cover_share(inside, weight, standing, share * float(weight.sum()), stop)
    if aim == "seats":
        return cover_seats(inside, weight, standing, seats, most, stop)
    if aim == "farthest":
        return cover_nearest(metres, weight, standing, most, stop)
    if aim == "walk":
        return _walk_least(metres, weight, standing, most, stop)
    return cover_most(inside, weight, standing, most, stop, times=2 if aim == "backup" else 1)


def _walk_least(metres: Floats, weight: Floats, standing: Flags, n: int, stop: Stop) -> Covered:
    """Open n sites so that the mean way to the nearest school is the least."""
    walked = (weight > 0) & np.isfinite(metres).any(axis=1)
    answer = solve_p_median(
        metres[walked],
        int(standing.sum()) + n,
        weight=weight[walked],
        fixed_open=np.flatnonzero(standing),
        stop=stop,
    )
    people = weight[walked].sum()
    return Covered(
        answer.open & ~standing,
        answer.cost / people,
        answer.bound / people,
        answer.status == "optimal",
    )


def _count(aim: Aim, inside: Flags, weight: Floats, opened: Flags, seats: Floats) -> float:
    """Count the pupils within reach of what is open, as the aim counts them."""
    if aim == "seats":
        stand = np.ones(int(opened.sum()), np.bool_)
        return cover_seats(inside[:, opened], weight, stand, seats[opened], 0, Stop()).value
    times = 2 if aim == "backup" else 1
    return float(weight[inside[:, opened].sum(axis=1) >= times].sum())
