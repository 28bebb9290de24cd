"""The rule of classes: rows worked by hand, then a plain reading of it, school by school."""

import math
import re
import time
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seatplan.district.standards import DEFAULT_POLICY
from seatplan.seating import class_rule

ROOT = Path(__file__).parents[2]
POLICY = {
    "tolerance": DEFAULT_POLICY.class_tolerance,
    "join_at": DEFAULT_POLICY.join_classes_at,
}


def allot_classes(*arrays, **terms):
    return class_rule.allot_classes(*arrays, **POLICY | terms)


def form_again(*arrays, **terms):
    return class_rule.form_again(*arrays, **POLICY | terms)


def read_rows():
    """The rows of docs/classes.md: those of the rule as it stands, then those with a tolerance."""
    parts = (ROOT / "docs" / "classes.md").read_text("utf-8").split("with a tolerance of 10 %")
    for part, tolerance in zip(parts, (0.0, 0.1), strict=True):
        for line in re.findall(r"^\| +\d+ \|.*$", part, re.M):
            row, case, year, limit, rooms, pupils, before, classes, _ = line.strip("| ").split(
                " | "
            )
            counts = [read_counts(text) for text in (pupils, before, classes)]
            limits = np.resize(np.array(read_counts(limit), float), len(counts[0]))
            yield pytest.param(
                year, limits, int(rooms), *counts, tolerance, id=f"{row}-{case.replace(' ', '-')}"
            )


def read_counts(text):
    return [0 if word == "-" else int(word) for word in text.split()]


ROWS = list(read_rows())


def test_the_page_has_twenty_rows_and_two_with_a_tolerance():
    assert len(ROWS) == 22


@pytest.mark.parametrize(
    ("year", "limits", "rooms", "pupils", "before", "classes", "tolerance"), ROWS
)
def test_a_row_worked_by_hand(year, limits, rooms, pupils, before, classes, tolerance):
    if year == "base":
        shape = len(limits), 1
        found = allot_classes(
            np.reshape(pupils, (1, *shape)),
            np.array([[rooms]]),
            limits.reshape(shape),
            np.array([before]),
        )
    else:
        # the year before: each cohort one grade lower, with one pupil, so that its classes stand
        record = [*before[1:], 0]
        years = np.stack([np.minimum(record, 1), pupils], axis=-1)
        found = allot_classes(
            years[None],
            np.array([[99, rooms]]),
            np.stack([limits, limits], axis=-1),
            np.array([record]),
            tolerance=tolerance,
        )
    assert found[0, :, -1].tolist() == classes


def form_plainly(pupils, before, rooms, limits, tolerance, join_at):
    """One school, one year, the rule as it is told: first what is wanted, then who yields."""
    grades = range(len(pupils))
    asked = [
        math.ceil(Fraction(count, max(math.floor(limit * (1 + tolerance) + 1e-9), 1)))
        for count, limit in zip(pupils, limits, strict=True)
    ]
    entries = [g for g in grades if pupils[g] and not before[g]]
    cohorts = [g for g in grades if pupils[g] and before[g]]
    classes = [asked[g] if g in entries else 0 for g in grades]
    for g in cohorts:
        classes[g] = before[g]
        while classes[g] > 1 and pupils[g] <= (classes[g] - 1) * max(
            math.floor(limits[g] * join_at + 1e-9), 1
        ):
            classes[g] -= 1
    while sum(classes) > rooms:
        yielding = [g for g in entries if classes[g] > 1]
        joined = [g for g in cohorts if classes[g] > 1]

        def left(g):
            return Fraction(pupils[g], classes[g] - 1)

        if yielding:
            classes[min(yielding, key=lambda g: (left(g) - int(limits[g]), -g))] -= 1
        elif joined:
            classes[min(joined, key=lambda g: (left(g), -int(limits[g]), -g))] -= 1
        else:
            break
    while sum(classes) < rooms:
        asking = [g for g in cohorts if classes[g] < asked[g]]
        if not asking:
            break

        def beyond(g):
            return Fraction(pupils[g], classes[g]) - int(limits[g])

        classes[max(asking, key=lambda g: (beyond(g), -g))] += 1
    return classes


@st.composite
def stages(draw):
    """Some schools of one stage over some years; small numbers, so that ties are common."""
    schools, grades, years = draw(
        st.tuples(st.integers(1, 3), st.integers(1, 4), st.integers(1, 4))
    )
    most = draw(st.sampled_from([12, 60, 200]))

    def counts(*shape, top):
        size = math.prod(shape)
        cells = draw(st.lists(st.integers(0, top), min_size=size, max_size=size))
        return np.array(cells, dtype=np.int64).reshape(shape)

    return {
        "pupils": counts(schools, grades, years, top=most),
        "rooms": counts(schools, years, top=14),
        "limits": counts(grades, years, top=12) + draw(st.sampled_from([3.0, 10.5])),
        "given": counts(schools, grades, top=5),
        "tolerance": draw(st.sampled_from([0.0, 0.1, 0.5])),
        "join_at": draw(st.sampled_from([0.3, 0.8, 1.0])),
    }


@settings(max_examples=400, deadline=None)
@given(stages())
def test_the_rule_is_followed_as_it_is_told(case):
    found = allot_classes(**case)
    pupils, limits = case["pupils"], case["limits"]
    for school, by_year in enumerate(found.transpose(0, 2, 1)):
        record = [
            min(count, 1) * classes
            for count, classes in zip(pupils[school, :, 0], case["given"][school], strict=True)
        ]
        rooms = case["rooms"][school]
        shares = case["tolerance"], case["join_at"]
        rest = np.where(np.array(record) > 0, 0, pupils[school, :, 0]).tolist()
        none = [0] * len(rest)
        first = form_plainly(rest, none, rooms[0] - sum(record), limits[:, 0], *shares)
        assert by_year[0].tolist() == [a + b for a, b in zip(record, first, strict=True)]
        for year in range(1, len(by_year)):
            before = [0, *by_year[year - 1][:-1].tolist()]
            here = pupils[school, :, year].tolist()
            assert by_year[year].tolist() == form_plainly(
                here, before, rooms[year], limits[:, year], *shares
            )


@settings(deadline=None)
@given(stages())
def test_classes_are_those_that_are_needed(case):
    classes = allot_classes(**case)
    pupils, rooms = case["pupils"], case["rooms"]
    assert ((classes > 0) == (pupils > 0)).all()
    # from the second year on nobody has a class beyond the rooms but the one of each grade
    used, least = classes.sum(axis=1), (pupils > 0).sum(axis=1)
    assert (used <= np.maximum(rooms, least))[:, 1:].all()
    # nor more than the limit asks for and 80 % of it would bear
    size = np.maximum(np.floor(case["limits"] * case["join_at"] + 1e-9), 1)
    most = np.maximum(
        np.ceil(pupils / np.maximum(np.floor(case["limits"]), 1)), np.ceil(pupils / size)
    )
    assert (classes <= most)[..., 1:].all()


@settings(deadline=None)
@given(stages(), st.randoms())
def test_the_order_of_schools_does_not_matter(case, random):
    order = list(range(len(case["pupils"])))
    random.shuffle(order)
    shuffled = case | {name: case[name][order] for name in ("pupils", "rooms", "given")}
    assert (allot_classes(**shuffled) == allot_classes(**case)[order]).all()


@settings(deadline=None)
@given(stages(), st.integers(1, 3))
def test_a_draw_is_solved_as_if_it_were_alone(case, draws):
    pupils = np.stack([np.maximum(case["pupils"] - 3 * at, 0) for at in range(draws)], axis=-1)
    rooms = np.stack([case["rooms"] + at for at in range(draws)], axis=-1)
    together = allot_classes(**case | {"pupils": pupils})
    own_rooms = allot_classes(**case | {"pupils": pupils, "rooms": rooms})
    assert together.shape == own_rooms.shape == pupils.shape
    for at in range(draws):
        alone = case | {"pupils": pupils[..., at]}
        assert (together[..., at] == allot_classes(**alone)).all()
        assert (own_rooms[..., at] == allot_classes(**alone | {"rooms": rooms[..., at]})).all()


def test_draws_may_have_more_axes_than_one():
    pupils = np.full((1, 2, 2, 2, 3), 90)
    pupils[..., 1, 2] = 91
    classes = allot_classes(pupils, np.array([[9, 9]]), np.full((2, 2), 45.0), np.array([[2, 2]]))
    assert classes.shape == pupils.shape
    # the base year is the record; later 90 are two classes and 91 three
    assert classes[0, :, 0].tolist() == [[[2, 2, 2], [2, 2, 2]]] * 2
    assert classes[0, :, 1].tolist() == [[[2, 2, 2], [2, 2, 3]]] * 2


def test_a_cohort_keeps_its_classes_for_as_long_as_it_may():
    # 100 enter in three classes; 20 leave: 80 > 72 = 2 x 36, still three; at 72 they are joined.
    pupils = np.array([[[100, 0, 0], [0, 80, 0], [0, 0, 72]]])
    classes = allot_classes(
        pupils, np.full((1, 3), 9), np.full((3, 3), 45.0), np.zeros((1, 3), int)
    )
    assert [int(classes[0, at, at]) for at in range(3)] == [3, 3, 2]


def test_a_limit_that_falls_asks_for_more_classes():
    # 90 in two of 45; with a limit of 40 from the next year on they ask for three.
    pupils = np.array([[[90, 0], [0, 90]]])
    limits = np.array([[45.0, 40.0], [45.0, 40.0]])
    classes = allot_classes(pupils, np.full((1, 2), 9), limits, np.array([[2, 0]]))
    assert classes[0, 1, 1] == 3


def test_grades_that_form_anew_forget_the_year_before():
    pupils = np.array([[[80, 80], [80, 80]]])
    given = np.array([[3, 3]])
    rooms, limits = np.array([[9, 9]]), np.full((2, 2), 45.0)
    both = np.array([True, True])
    assert allot_classes(pupils, rooms, limits, given)[0, :, 1].tolist() == [2, 3]
    assert allot_classes(pupils, rooms, limits, given, anew=both)[0, :, 1].tolist() == [2, 2]


def test_part_of_a_pupil_is_a_pupil_but_not_an_error_of_rounding():
    pupils = np.array([[[45.5]], [[45 + 1e-12]]])
    classes = allot_classes(pupils, np.full((2, 1), 9), np.array([[45.0]]), np.zeros((2, 1), int))
    assert classes.ravel().tolist() == [2, 1]


def test_equal_fractions_are_equal_whatever_the_limit():
    # 31 / 3 - 10 = 61 / 3 - 20 = 1/3: the younger grade has the last room, whichever it is.
    for counts, limits in (([31, 61], [10.0, 20.0]), ([61, 31], [20.0, 10.0])):
        pupils = np.array([[[1, 0], [1, counts[0]], [0, counts[1]]]])
        classes = allot_classes(
            pupils,
            np.array([[9, 7]]),
            np.array([[99.0, 99.0], *([limit, limit] for limit in limits)]),
            np.array([[3, 3, 0]]),
        )
        assert classes[0, :, 1].tolist() == [0, 4, 3]


def test_the_rule_alone_changes_what_is_on_record_for_the_same_pupils():
    pupils, given = np.array([[80, 72, 92, 92]]), np.array([[3, 3, 2, 2]])
    limits = np.full(4, 45.0)
    # entry: 2 for 3; 72 are joined; one more each for 92 and 92 while a room is free
    assert form_again(pupils, np.array([10]), limits, given).tolist() == [[2, 2, 3, 3]]
    assert form_again(pupils, np.array([9]), limits, given).tolist() == [[2, 2, 3, 2]]
    kept = form_again(pupils, np.array([10]), limits, given, join_at=0.5, tolerance=0.1)
    assert kept.tolist() == [[2, 3, 2, 2]]
    fresh = np.array([True, True, False, False])
    equal, threes = np.array([[80, 80, 80, 80]]), np.array([[3, 3, 3, 3]])
    assert form_again(equal, np.array([12]), limits, threes, anew=fresh).tolist() == [[2, 2, 3, 3]]


def test_the_inputs_are_left_as_they_were():
    values = [
        np.array([[[50, 95], [60, 95]]]),
        np.array([[4, 3]]),
        np.array([[45.0, 45.0], [45.0, 45.0]]),
        np.array([[2, 2]]),
    ]
    before = [value.copy() for value in values]
    allot_classes(*values)
    form_again(values[0][..., 1], values[1][:, 0], values[2][:, 0], values[3])
    for then, now in zip(before, values, strict=True):
        assert (then == now).all()


@pytest.mark.slow
def test_a_thousand_draws_of_128_schools_take_less_than_six_seconds_of_processor_time():
    # Six grades over 16 years, with ten times the pupils of Litong and rooms that often fall short:
    # 2.6 s.
    random = np.random.default_rng(5)
    pupils = random.integers(0, 300, (128, 6, 16, 1000))
    rooms = random.integers(6, 37, (128, 16))
    given = random.integers(1, 7, (128, 6))
    started = time.process_time()
    allot_classes(pupils, rooms, np.full((6, 16), 45.0), given)
    assert time.process_time() - started < 6
