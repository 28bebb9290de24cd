"""Whole pupils of many futures at once: the courses followed, school by school."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from seatplan.case.case import Case
from seatplan.case.outside import count_outside
from seatplan.district.order import order_places
from seatplan.labels import Floats, Ints
from seatplan.seating.assignment import Course, follow_course
from seatplan.seating.headcount import round_schools
from seatplan.seating.origins import TINY


@dataclass(frozen=True)
class HeadDraws:
    """Whole pupils of some draws.

    `attend`: school x grade x year x draw. `unplaced`: grade x year x draw. Together they are the
    pupils of the draw, each grade and year less than one away.
    """

    attend: Ints
    unplaced: Ints


def seat_draws(
    case: Case,
    courses: Mapping[str, Course],
    pupils: Floats,
    pull: Callable[[slice], Floats] | None = None,
) -> HeadDraws:
    """Seat the pupils of some draws and round them to whole children, as `evaluate` does for one.

    Only the pupils of each school are kept, not where they live.

    Parameters
    ----------
    pupils
        Block x grade x year x draw.
    pull
        Called with the grades of a stage by position: how many times the pupils of its forecast
        each school draws, school x grade x year x draw. It counts in stages whose pupils go where
        seats are. None: no school draws more.
    """
    axes, order = case.axes, order_places(case.district.schools)
    further = pupils.shape[1:]
    attend = np.zeros((len(axes.schools), *further), dtype=np.int64)
    unplaced = np.zeros(further, dtype=np.int64)
    for stage, span in zip(case.rules.stages, axes.spans, strict=True):
        own = None if pull is None or stage.intake != "seats" else pull(span)
        seated, short = _follow(courses[stage.code], np.ascontiguousarray(pupils[:, span]), own)
        attend[:, span], unplaced[span] = round_schools(seated, short, order)
    return HeadDraws(attend + count_outside(case)[..., None], unplaced)


def _follow(course: Course, pupils: Floats, pull: Floats | None) -> tuple[Floats, Floats]:
    """Return the pupils of each school, and those without one, summed over the blocks."""
    seated = np.zeros((course.pairs.schools, *pupils.shape[1:]))
    short = np.zeros(pupils.shape[1:])
    for year, (pairs, flows) in enumerate(follow_course(course, pupils, pull)):
        seated[:, :, year] = pairs.gather_schools(flows)
        rest = pupils[:, :, year] - pairs.gather_blocks(flows)
        short[:, year] = np.where(rest > TINY, rest, 0.0).sum(axis=0)
    return seated, short
