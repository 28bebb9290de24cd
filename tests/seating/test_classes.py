"""The rule, by enumeration of every way to share the rooms; then schools worked out on paper."""

import dataclasses
import itertools
import time
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatplan.case.axes import lay_axes
from seatplan.case.case import Case
from seatplan.case.seats import Seats
from seatplan.district.district import District
from seatplan.district.standards import Grade, Label, Stage, Standard, Standards
from seatplan.labels import to_array
from seatplan.seating.classes import allot_classes, form_classes


def allot(pupils, rooms, limits):
    return allot_classes(np.array([pupils]), np.array([rooms]), np.array([limits], float))[0]


def spread(pupils, classes):
    """Sizes of the classes when pupils go round the rooms one after the other."""
    return [len(range(room, pupils, classes)) for room in range(classes)]


def rank(pupils, classes, limits):
    sizes = [
        (size, limit)
        for count, rooms, limit in zip(pupils, classes, limits, strict=True)
        for size in spread(count, rooms)
    ]
    excess = max((size - limit for size, limit in sizes), default=0)
    above = sum(size > limit for size, limit in sizes)
    return max(excess, 0), above, max((size for size, _ in sizes), default=0), len(sizes)


def best_rank(pupils, rooms, limits):
    """The best rank of all ways to share the rooms that give every grade with pupils a class."""
    rooms = max(rooms, sum(count > 0 for count in pupils))
    choices = [range(1, rooms + 1) if count else [0] for count in pupils]
    return min(
        rank(pupils, classes, limits)
        for classes in itertools.product(*choices)
        if sum(classes) <= rooms
    )


@st.composite
def stages(draw):
    grades = draw(st.integers(1, 4))
    one_each = {"min_size": grades, "max_size": grades}
    pupils = draw(st.lists(st.integers(0, 40), **one_each))
    limits = draw(st.lists(st.integers(3, 12), **one_each))
    return pupils, draw(st.integers(0, 9)), limits


@given(stages())
def test_no_way_to_share_the_rooms_is_better(case):
    pupils, rooms, limits = case
    classes = allot(pupils, rooms, limits)
    assert all((count > 0) == (number > 0) for count, number in zip(pupils, classes, strict=True))
    assert rank(pupils, classes, limits) == best_rank(pupils, rooms, limits)


@given(st.lists(stages(), min_size=2, max_size=5))
def test_a_case_is_solved_alike_alone_and_among_others(cases):
    grades = max(len(pupils) for pupils, _, _ in cases)
    padded = [
        (pupils + [0] * (grades - len(pupils)), rooms, limits + [9] * (grades - len(pupils)))
        for pupils, rooms, limits in cases
    ]
    together = allot_classes(
        np.array([pupils for pupils, _, _ in padded]),
        np.array([rooms for _, rooms, _ in padded]),
        np.array([limits for _, _, limits in padded], float),
    )
    for case, classes in zip(padded, together, strict=True):
        assert rank(case[0], classes, case[2]) == best_rank(*case)


def test_the_fuller_grade_has_the_spare_room():
    # 46 and 44 in three rooms: 23, 23 and 44 keep the limit of 45; 46, 22 and 22 do not.
    assert allot([46, 44], 3, [45, 45]).tolist() == [2, 1]


def test_rooms_are_used_while_they_make_the_largest_class_smaller_and_no_further():
    # 60 and 60 in five rooms: 30 x 4 with two each; a fifth room leaves the largest at 30.
    assert allot([60, 60], 5, [45, 45]).tolist() == [2, 2]
    assert allot([60, 60], 6, [45, 45]).tolist() == [3, 3]


def test_no_grade_is_crammed_to_spare_the_others():
    # 34 + 33 + 33 and 100 would be one class above 45 where 4 x 50 are four.
    assert allot([100, 100], 4, [45, 45]).tolist() == [2, 2]
    # 45 x 3 and 89 would be one class above 45 where 68, 67, 45, 44 are two.
    assert allot([135, 89], 4, [45, 45]).tolist() == [2, 2]


def test_when_rooms_are_short_as_few_classes_as_can_be_pass_the_limit():
    # 65 must sit 20 above the limit in one room, 65 twice. The fifth room spares g2 two classes
    # above (48, 47), where it would spare g1 or g3 but one.
    assert allot([65, 95, 65], 5, [45, 45, 45]).tolist() == [1, 3, 1]


def test_each_grade_keeps_its_own_limit():
    # Kindergarten 25, 30, 35 with 50, 60, 70 children in six rooms: two each, none above.
    assert allot([50, 60, 70], 6, [25, 30, 35]).tolist() == [2, 2, 2]
    # 50, 50, 50 in five: with one room k3 is 15 above its limit, k2 20 and k1 25.
    assert allot([50, 50, 50], 5, [25, 30, 35]).tolist() == [2, 2, 1]
    # 90, 90, 90 in six: the youngest are not crammed because older ones fill a room better.
    assert allot([90, 90, 90], 6, [25, 30, 35]).tolist() == [2, 2, 2]


def test_every_grade_has_a_class_even_beyond_the_rooms():
    assert allot([12, 0, 30], 1, [45, 45, 45]).tolist() == [1, 0, 1]
    assert allot([12, 0, 30], 0, [45, 45, 45]).tolist() == [1, 0, 1]


def test_without_pupils_there_is_no_class():
    assert allot([0, 0], 10, [45, 45]).tolist() == [0, 0]


def test_part_of_a_pupil_is_a_pupil_but_not_an_error_of_rounding():
    assert allot([45.5], 2, [45]).tolist() == [2]
    assert allot([45 + 1e-12], 1, [45]).tolist() == [1]
    # 90 + 1e-12 in two rooms of 45, and a third grade of one pupil with the third room.
    assert allot([90 + 1e-12, 1.0], 3, [45, 45]).tolist() == [2, 1]


def stage_of(code, *grades):
    label = Label(code, code)
    return Stage(code, label, tuple(Grade(name, label, 6, 6) for name in grades), "seats")


def standards_of(limit, *stages):
    label = Label("", "")
    standards = [
        Standard(
            "class-size", label, "class_size", limits, "above", "pupils", "test", "seen", since
        )
        for since, limits in limit.items()
    ]
    return Standards(stages, {}, {}, tuple(standards))


STANDARDS = standards_of(
    {0: {"all": 45.0, "sp": 12.0}, 2022: {"all": 40.0, "sp": 12.0}},
    stage_of("primary", "g1", "g2"),
    stage_of("special", "sp"),
)
KEYS = ["school", "grade", "year"]


def table_of(rows, names, columns):
    table = pd.DataFrame(rows, columns=[*names, *columns])
    return table.set_index(names)


def form(heads, rooms, rolls=()):
    """Classes of schools A and B, 2020 to 2022."""
    tables = {
        "base_year": 2020,
        "horizon": 2022,
        "schools": pd.DataFrame(index=pd.Index(["A", "B"], name="school")),
        "rolls": table_of(list(rolls), KEYS, ["pupils", "classes"]),
    }
    district = District(**({field.name: None for field in dataclasses.fields(District)} | tables))
    axes = lay_axes(district.replace(blocks=tables["schools"]), STANDARDS)
    labels = {"school": axes.schools, "year": axes.years}
    attend = to_array(table_of(heads, KEYS, ["n"])["n"], grade=axes.grades, **labels)
    counted = table_of(rooms, ["school", "stage", "year"], ["n"])["n"]
    seats = to_array(counted, stage=axes.stages, **labels).transpose(1, 0, 2)
    heads = SimpleNamespace(attend=attend.transpose(1, 0, 2).astype(int))
    return form_classes(
        Case(district, STANDARDS, Seats(seats, seats, seats > 0, axes), None, axes), heads
    ).table


def test_classes_follow_the_rooms_the_pupils_and_the_limits_of_each_year():
    table = form(
        [
            ("B", "g1", 2021, 80),
            ("A", "g2", 2021, 80),
            ("A", "g1", 2021, 50),
            ("A", "sp", 2022, 13),
            ("B", "g1", 2022, 80),
        ],
        [("A", "primary", 2021, 4), ("A", "special", 2022, 2)]
        + [("B", "primary", year, 1) for year in (2021, 2022)],
    )
    # A: 50 and 80 in four rooms: 25 + 25 and 40 + 40.
    assert table.loc[("A", "g1", 2021)].tolist() == [50, 2, 25, 45]
    assert table.loc[("A", "g2", 2021)].tolist() == [80, 2, 40, 45]
    assert table.loc[("A", "sp", 2022)].tolist() == [13, 2, 7, 12]
    assert table.loc[("B", "g1", 2021)].tolist() == [80, 1, 80, 45]
    assert table.loc[("B", "g1", 2022)].tolist() == [80, 1, 80, 40]


def test_rows_are_those_with_pupils_in_the_order_of_schools_grades_and_years():
    table = form(
        [("B", "g1", 2020, 5), ("A", "g2", 2021, 0), ("A", "g1", 2022, 7), ("A", "g1", 2021, 7)],
        [("A", "primary", 2021, 2)],
    )
    assert table.index.to_list() == [("A", "g1", 2021), ("A", "g1", 2022), ("B", "g1", 2020)]
    assert table.loc[("A", "g1", 2022), ["classes", "largest"]].tolist() == [1, 7]  # no room left


def test_the_base_year_keeps_the_classes_on_record():
    table = form(
        [("A", grade, year, 90) for grade in ("g1", "g2") for year in (2020, 2021)],
        [("A", "primary", year, 5) for year in (2020, 2021)],
        rolls=[("A", "g1", 2020, 90, 1), ("A", "g1", 2021, 90, 1)],
    )
    # One class of 90 is on record; g2 has the four rooms left: 23, 23, 22, 22.
    assert table.loc[("A", "g1", 2020), ["classes", "largest"]].tolist() == [1, 90]
    assert table.loc[("A", "g2", 2020), ["classes", "largest"]].tolist() == [4, 23]
    # From the next year on the rule holds: 45 x 4 leave a fifth room without use.
    assert table.loc[("A", "g1", 2021), "classes"] == 2
    assert table.loc[("A", "g2", 2021), "classes"] == 2


def test_a_roll_without_classes_on_record_follows_the_rule():
    table = form(
        [("A", "g1", 2020, 90)],
        [("A", "primary", 2020, 2)],
        rolls=[("A", "g1", 2020, 90, np.nan)],
    )
    assert table.loc[("A", "g1", 2020), "classes"] == 2


def test_the_inputs_are_left_as_they_were():
    pupils, rooms, limits = np.array([[50.5, 60.0]]), np.array([4]), np.array([[45.0, 45.0]])
    before = [values.copy() for values in (pupils, rooms, limits)]
    allot_classes(pupils, rooms, limits)
    for then, now in zip(before, (pupils, rooms, limits), strict=True):
        assert (then == now).all()


@pytest.mark.slow
def test_two_thousand_schools_with_up_to_sixty_rooms_take_less_than_three_tenths_of_a_second():
    random = np.random.default_rng(5)
    pupils = random.integers(0, 500, (2000, 6))
    rooms, limits = random.integers(1, 61, 2000), np.full((2000, 6), 45.0)
    started = time.perf_counter()
    allot_classes(pupils, rooms, limits)
    assert time.perf_counter() - started < 0.3
