"""Whole classes: those that each school forms, by the rule of `class_rule.py`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from seatplan.case.axes import Axes
from seatplan.case.case import Case
from seatplan.district.combined import add_up, find_combined, seat_together
from seatplan.district.stages import Stage
from seatplan.labels import Floats, Ints, to_array
from seatplan.seating.class_rule import Bools, allot_classes, form_again
from seatplan.seating.headcount import Headcount


@dataclass(frozen=True)
class Classes:
    """The classes of every school, school x grade x year.

    `pupils`, `classes` and `largest` (pupils in the largest class) are 0 where nobody attends.
    `limit`: pupils per class, grade x year. `sitting`: the pupils in the classes of a grade, of
    whatever grade they are; where grades are combined in one class (复式), it is a class of the
    first of them, the others have none, and `largest` is that of the class they sit in.
    """

    pupils: Ints
    sitting: Ints
    classes: Ints
    largest: Ints
    limit: Floats
    axes: Axes

    @cached_property
    def table(self) -> pd.DataFrame:
        """One row where pupils attend, (`school`, `grade`, `year`), columns as above."""
        axes = self.axes
        school, grade, year = at = np.nonzero(self.pupils)
        index = pd.MultiIndex.from_arrays(
            [axes.schools[school], pd.Index(axes.grades)[grade], pd.Index(axes.years)[year]],
            names=["school", "grade", "year"],
        )
        columns = {name: getattr(self, name)[at] for name in ("pupils", "classes", "largest")}
        return pd.DataFrame({**columns, "limit": self.limit[grade, year]}, index=index)


def form_classes(case: Case, heads: Headcount) -> Classes:
    """Form whole classes, stage by stage, by the rule that `docs/classes.md` tells.

    In the base year the classes on record stand wherever there are some; the other grades of the
    stage form theirs in the rooms that are left.
    """
    pupils = heads.attend
    anchors, classes = combine_grades(case, pupils), count_classes(case, pupils)
    sitting = add_up(pupils, anchors)
    largest = np.take_along_axis(-(-sitting // np.maximum(classes, 1)), anchors, axis=1)
    largest = np.where(pupils > 0, largest, 0)
    return Classes(pupils, sitting, classes, largest, list_limits(case), case.axes)


def list_limits(case: Case) -> Floats:
    """Return the pupils per class by which classes are formed, grade x year."""
    axes = case.axes
    limits = [[case.rules.class_limit(code, year) for year in axes.years] for code in axes.grades]
    return np.array(limits)


def count_classes(case: Case, attend: Ints) -> Ints:
    """Count the classes of whole pupils, school x grade x year with any further axes."""
    axes, policy, limits = case.axes, case.rules.policy, list_limits(case)
    record = _read_record(case, "classes")
    attend = add_up(attend, combine_grades(case, attend))
    rooms = _count_rooms(case)
    classes = np.zeros_like(attend)
    for at, (stage, span) in enumerate(zip(case.rules.stages, axes.spans, strict=True)):
        pupils = attend[:, span]
        used = np.flatnonzero(pupils.any(axis=tuple(range(1, attend.ndim))))
        classes[used, span] = allot_classes(
            pupils[used],
            rooms[used, at],
            limits[span],
            record[used, span],
            anew=find_entries(stage),
            tolerance=policy.class_tolerance,
            join_at=policy.join_classes_at,
        )
    return classes


def combine_grades(case: Case, attend: Ints) -> Ints:
    """Find with which grade each sits in one class, by position: as `attend`.

    In the base year as on record; later those that were combined still are while they fit.
    """
    tolerance = 1.0 + case.rules.policy.class_tolerance
    most = np.floor(list_limits(case) * tolerance + 1e-9).astype(np.int64)
    record, rolls = _read_record(case, "classes"), _read_record(case, "pupils")
    own = np.arange(attend.shape[1]).reshape(-1, *[1] * (attend.ndim - 2))
    anchors: Ints = np.broadcast_to(own, attend.shape).copy()
    for span in case.axes.spans:
        hosts = find_combined(rolls[:, span], record[:, span])
        for school in np.flatnonzero((hosts != np.arange(hosts.shape[1])).any(axis=1)):
            for year, *draw in np.ndindex(attend.shape[2:]):
                cell = (school, span, year, *draw)
                seated = seat_together(attend[cell], hosts[school], most[span, year])
                anchors[cell] = span.start + (seated if year else hosts[school])
    return anchors


def _read_record(case: Case, column: str) -> Ints:
    """Return classes or pupils on record in the base year, school x grade; 0 where none are."""
    axes = case.axes
    table = case.district.rolls[column].fillna(0)
    record = to_array(table, year=axes.years[:1], school=axes.schools, grade=axes.grades)[0]
    return np.asarray(record, np.int64)


def restate_base_year(case: Case, classes: Classes) -> pd.DataFrame:
    """Count the base year's classes as they stand, and as the rule forms them for the same pupils.

    What lies between is the rule's alone: pupils, rooms and limits are those of the base year, and
    a cohort's classes of the year before are those that stand. Index (`stage`), columns `stands`
    and `by_rule`.
    """
    policy, rooms = case.rules.policy, _count_rooms(case)
    rows = {}
    for at, (stage, span) in enumerate(zip(case.rules.stages, case.axes.spans, strict=True)):
        stands = classes.classes[:, span, 0]
        again = form_again(
            classes.sitting[:, span, 0],
            rooms[:, at, 0],
            classes.limit[span, 0],
            stands,
            anew=find_entries(stage),
            tolerance=policy.class_tolerance,
            join_at=policy.join_classes_at,
        )
        rows[stage.code] = {"stands": int(stands.sum()), "by_rule": int(again.sum())}
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("stage")


def find_entries(stage: Stage) -> Bools:
    """Return which grades of a stage hold no cohort of the year before, (grade,).

    The first, those of more than one age, whose pupils are seated anew each year, and those above
    such a grade.
    """
    ungraded = np.array([grade.age_from != grade.age_to for grade in stage.grades])
    entries: Bools = ungraded | np.append(True, ungraded[:-1])
    return entries


def count_held(classes: Ints, span: slice, at: int) -> Ints:
    """Count the classes of a stage's later grades that have a room before its entrants do.

    A later grade holds the classes that its cohort had a year before; one more takes a room only
    where entrants leave one. A grade that held none forms as entrants do, and counts whole.

    Parameters
    ----------
    classes
        School x grade x year, and draws along a fourth axis where there are any.
    span, at
        The grades of the stage, and the position of the year.

    Returns
    -------
    By school (and draw).
    """
    now = classes[:, span.start + 1 : span.stop, at]
    before = classes[:, span.start : span.stop - 1, at - 1] if at else np.zeros_like(now)
    held: Ints = np.where(before > 0, np.minimum(now, before), now).sum(axis=1)
    return held


def _count_rooms(case: Case) -> Ints:
    """Return the classrooms, school x stage x year; 0 where a stage is not taught."""
    return np.nan_to_num(case.seats.rooms).astype(np.int64)
