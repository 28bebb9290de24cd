"""How many classes a grade forms: those that are needed, cohort by cohort, within the rooms.

Arrays only; `docs/classes.md` tells the rule in plain words, with twenty rows worked by hand.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from seatplan.labels import Floats, Ints

Bools = npt.NDArray[np.bool_]

DIGITS = 9  # decimals in which pupils per class are compared: equal fractions are equal


def allot_classes(
    pupils: Floats | Ints,
    rooms: Ints,
    limits: Floats,
    given: Ints,
    *,
    anew: Bools | None = None,
    tolerance: float,
    join_at: float,
) -> Ints:
    """Form the classes of one stage, school by school and year by year.

    An entry grade forms as many classes as the limit asks for. A later grade keeps the classes of
    its cohort, brought up to those that the limit asks for while a room is free, and down to those
    in which the cohort fits at `join_at` of the limit. Where rooms are short, entry grades yield
    first, then cohorts are joined, the one that stays smallest per class first; no grade with
    pupils has less than one class, even beyond the rooms.

    Parameters
    ----------
    pupils
        (school, grade, year) with any further axes, such as draws; grades in order. Part of a
        pupil counts as one.
    rooms
        Classrooms, (school, year), with the further axes or without them.
    limits
        Most pupils in a class, (grade, year); part of a pupil does not count.
    given
        Classes on record in the first year, (school, grade), with the further axes or without
        them. 0 where none are: there the grade forms as an entry grade, in the rooms left.
    anew
        Which grades form as entry grades in every year, (grade,). None: the first one only. A
        cohort without a class the year before does so wherever it is.
    tolerance
        Share of the limit by which a class may pass it: 0.1 lets 49 sit where the limit is 45.
    join_at
        Share of the limit, above 0 and at most 1.

    Returns
    -------
    Classes, (school, grade, year) with the further axes of `pupils`.

    >>> pupils = np.array([[[80, 189], [80, 80]]])  # 189 enter, 80 move up
    >>> limits = np.full((2, 2), 45.0)
    >>> policy = {"tolerance": 0.0, "join_at": 0.8}
    >>> allot_classes(pupils, np.array([[9, 9]]), limits, np.array([[3, 2]]), **policy).tolist()
    [[[3, 5], [2, 3]]]
    """
    further = pupils.shape[3:]
    whole = _flatten(pupils, (2, 1, 0), further)  # (year, grade, case)
    room = _flatten(rooms, (1, 0), further)
    record = np.where(whole[0] > 0, _flatten(given, (1, 0), further), 0)
    fresh = np.arange(len(limits)) == 0 if anew is None else anew
    rules = _count_limits(limits.T, tolerance, join_at)
    classes = np.empty_like(whole)
    before = np.zeros_like(record)
    rest = np.where(record > 0, 0, whole[0])
    classes[0] = record + _form(rest, before, room[0] - record.sum(axis=0), rules[:, 0])
    for year in range(1, len(whole)):
        before[1:] = classes[year - 1, :-1]
        before[fresh] = 0
        classes[year] = _form(whole[year], before, room[year], rules[:, year])
    schools, grades, years = pupils.shape[:3]
    return classes.reshape(years, grades, schools, *further).swapaxes(0, 2)


def form_again(
    pupils: Ints,
    rooms: Ints,
    limits: Floats,
    given: Ints,
    *,
    anew: Bools | None = None,
    tolerance: float,
    join_at: float,
) -> Ints:
    """Form the classes of one year by the rule where others are given, grade by grade.

    Pupils, rooms and limits stay as they are, so that the difference is the rule's alone.

    Parameters
    ----------
    pupils, rooms, limits
        Of that year: (school, grade), (school,) and (grade,).
    given
        Classes on record, (school, grade).
    anew, tolerance, join_at
        As for `allot_classes`.

    Returns
    -------
    Classes, (school, grade).

    >>> pupils, given = np.array([[80, 72]]), np.array([[3, 3]])
    >>> policy = {"tolerance": 0.0, "join_at": 0.8}
    >>> form_again(pupils, np.array([9]), np.full(2, 45.0), given, **policy)
    array([[2, 2]])
    """
    fresh = np.arange(len(limits)) == 0 if anew is None else anew
    before = np.where(fresh[:, None], 0, given.T)
    return _form(pupils.T, before, rooms, _count_limits(limits, tolerance, join_at)).T


def _flatten(array: Floats | Ints, order: tuple[int, ...], further: tuple[int, ...]) -> Ints:
    """Bring the axes into `order`, draws and the last of them into one; count whole pupils."""
    whole = array if array.dtype.kind in "iu" else np.ceil(array - 1e-9)
    named = whole.shape[: len(order)]
    wide = whole.reshape(*named, *(whole.shape[len(order) :] or [1] * len(further)))
    wide = np.broadcast_to(wide, (*named, *further))
    turned = wide.transpose(*order, *range(len(order), wide.ndim))
    return turned.reshape(*turned.shape[: len(order) - 1], -1).astype(np.int64, copy=False)


def _count_limits(limits: Floats, tolerance: float, join_at: float) -> Ints:
    """Whole pupils in a class: the limit, with its tolerance, and where cohorts are joined."""
    shares = np.array([1.0, 1.0 + tolerance, join_at])
    whole = np.floor(limits[..., None, :] * shares[:, None] + 1e-9)
    return np.moveaxis(np.maximum(whole, 1).astype(np.int64), -2, 0)


def _form(pupils: Ints, before: Ints, rooms: Ints, rules: Ints) -> Ints:
    """Form the classes of one year.

    Parameters
    ----------
    pupils, before
        (grade, case): pupils, and the classes that the same cohort had the year before. A grade
        without any forms as an entry grade.
    rooms
        (case,).
    rules
        Pupils in a class, (3, grade): the limit, the limit with its tolerance, and the size at
        which a cohort is joined.
    """
    limit, most, fits = rules[:, :, None]
    present = pupils > 0
    later = present & (before > 0)
    classes = np.where(later, np.minimum(before, _divide_up(pupils, fits)), present)
    _join(classes, pupils, rooms, limit)
    asked = _divide_up(pupils, most)
    for grades in (present & ~later, later):
        _hand_out(classes, np.where(grades, asked, 0), pupils, rooms, limit)
    return classes


def _join(classes: Ints, pupils: Ints, rooms: Ints, limit: Ints) -> None:
    """Join cohorts until their classes fit the rooms, or each has one; changes `classes`.

    The next to lose a class is the cohort that stays smallest per class; of equals the one that
    stays least above its limit, then the oldest, which leaves first.
    """
    over = np.minimum(classes.sum(axis=0) - rooms, np.maximum(classes - 1, 0).sum(axis=0))
    case = np.flatnonzero(over > 0)
    while len(case):
        fewer = np.maximum(classes[:, case] - 1, 0)
        size = np.round(pupils[:, case] / np.maximum(fewer, 1), DIGITS)
        size[fewer == 0] = np.inf
        equal = np.where(size == size.min(axis=0), limit, -1)
        last = len(equal) - 1 - equal[::-1].argmax(axis=0)
        classes[last, case] -= 1
        over[case] -= 1
        case = case[over[case] > 0]


def _hand_out(classes: Ints, asked: Ints, pupils: Ints, rooms: Ints, limit: Ints) -> None:
    """Give free rooms to the grades that ask for more classes; changes `classes`.

    Where they do not suffice, the next goes to the grade whose classes are furthest above its
    limit, so that the largest excess becomes as small as can be; of equals to the youngest.
    """
    missing = np.maximum(asked - classes, 0)
    wanted = missing.sum(axis=0)
    free = np.minimum(rooms - classes.sum(axis=0), wanted)
    alone = (free == wanted) | ((missing > 0).sum(axis=0) == 1)
    classes += np.where(alone, np.clip(free, 0, missing), 0)
    case = np.flatnonzero(~alone & (free > 0))
    while len(case):
        excess = np.round(pupils[:, case] / np.maximum(classes[:, case], 1) - limit, DIGITS)
        excess[classes[:, case] >= asked[:, case]] = -np.inf
        classes[excess.argmax(axis=0), case] += 1
        free[case] -= 1
        case = case[free[case] > 0]


def _divide_up(pupils: Ints, size: Ints) -> Ints:
    """Return the classes of `size` that hold all pupils."""
    return -(-pupils // size)
