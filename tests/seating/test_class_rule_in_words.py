"""The rule of docs/classes.md once more, grade by grade in plain loops, held against evaluate."""

import math

import numpy as np
import pytest

from seatplan.district.standards import Policy
from seatplan.outcome import Outcome, evaluate
from tests.random_towns import RULES, draw_town

TOWNS = 60


def form(pupils: list[int], before: list[int], rooms: int, limits: list[float]) -> list[int]:
    """Form the classes of a school's stage in one autumn.

    `before`: the classes of the same cohort the year before; 0 where it enters.
    """
    grades = [at for at, count in enumerate(pupils) if count > 0]
    classes = [0] * len(pupils)
    for at in grades:
        classes[at] = max(before[at], 1)
        # one fewer, as often as the cohort fits at 80 % of the limit
        while classes[at] > 1 and pupils[at] <= (classes[at] - 1) * math.floor(0.8 * limits[at]):
            classes[at] -= 1
    while sum(classes) > rooms and max(classes) > 1:  # joined: who stays smallest, then the older
        joined = [at for at in grades if classes[at] > 1]
        least = min(joined, key=lambda at: (pupils[at] / (classes[at] - 1), -limits[at], -at))
        classes[least] -= 1
    for entering in (True, False):  # rooms left: entry grades first, then who is furthest above
        while sum(classes) < rooms:
            short = [
                at
                for at in grades
                if (before[at] == 0) == entering and classes[at] * limits[at] < pupils[at]
            ]
            if not short:
                break
            most = max(short, key=lambda at: (pupils[at] / classes[at] - limits[at], -at))
            classes[most] += 1
    return classes


def list_differences(outcome: Outcome) -> list[str]:
    """Compare every school, stage and year after the first."""
    axes, formed, rooms = outcome.axes, outcome.classes, np.nan_to_num(outcome.seats.rooms)
    found = []
    for stage, span in enumerate(axes.spans):
        for school, year in np.ndindex(len(axes.schools), len(axes.years)):
            if not year:
                continue
            pupils = formed.pupils[school, span, year].tolist()
            before = [0, *formed.classes[school, span, year - 1].tolist()[:-1]]
            limits = formed.limit[span, year].tolist()
            want = form(pupils, before, int(rooms[school, stage, year]), limits)
            if want != formed.classes[school, span, year].tolist():
                found.append(f"{axes.schools[school]}, {axes.years[year]}: {pupils}: {want}")
    return found


@pytest.mark.slow
@pytest.mark.parametrize("overflow", ["stay", "move"])
def test_the_rule_in_plain_loops_forms_the_same_classes(overflow):
    for number in range(TOWNS):
        outcome = evaluate(draw_town(number), RULES, policy=Policy(overflow=overflow))
        assert list_differences(outcome) == [], number


@pytest.mark.parametrize(
    ("rooms", "classes"),
    [(9, [3, 2, 3]), (7, [2, 2, 3]), (5, [1, 2, 2]), (4, [1, 2, 1]), (2, [1, 1, 1])],
)
def test_the_loops_follow_the_rule_by_hand(rooms, classes):
    # 100 ask for 3 and take what 2 + 3 leave; in 5 rooms 80 / 2 = 40 is joined before 80 / 1; in 4
    # the older of two at 80 / 1; never below one class
    assert form([100, 80, 80], [0, 2, 3], rooms, [45.0] * 3) == classes
