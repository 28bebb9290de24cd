"""Every measure, by hand."""

from dataclasses import replace

import numpy as np
import pytest

from seatplan.errors import InputError
from seatplan.examples import toy_district, toy_outcome, toy_standards
from seatplan.measures.registry import MEASURES
from seatplan.measures.schools import count_large_classes
from seatplan.outcome import evaluate


@pytest.mark.parametrize("name", MEASURES)
def test_a_measure_is_reached_by_its_own_name_along_its_own_dimensions(name):
    measured = toy_outcome().measure(name)
    assert measured.name == name
    assert measured.index.names == list(MEASURES[name].dims)


def test_a_name_that_no_measure_has_is_refused_with_the_like_of_it():
    with pytest.raises(InputError, match=r"no measure is called clas_size; .*class_size"):
        toy_outcome().measure("clas_size")


def test_a_measure_is_computed_once():
    outcome = toy_outcome()
    first = MEASURES["residents"].function(outcome)
    assert MEASURES["residents"].function(outcome) is first
    assert MEASURES["residents"].function(replace(outcome)) is not first


def test_the_size_of_a_school_is_that_of_all_its_stages():
    assert toy_outcome().measure("school_size")["B", 2020] == 300 + 270


def test_an_empty_school_has_no_walk():
    assert not toy_outcome().measure("walk").isna().any()


def test_uneven_classes_are_counted_one_by_one():
    classes = toy_outcome().classes

    def count(above, classes=classes):
        formed, large = count_large_classes(classes, np.full(classes.limit.shape, above))
        return int(formed[:, :, 0].sum()), int(large[:, :, 0].sum())

    # 12 primary classes (6 of 40, 6 of 50), 6 junior of 45, 6 kindergarten of 45: over 45 are 6
    assert count(45.0) == (24, 6)
    assert count(44.0) == (24, 18)
    assert count(np.inf) == (24, 0)
    one = np.zeros_like(classes.pupils)
    one[0, 0, 0] = 1
    two = replace(classes, sitting=91 * one, classes=2 * one)  # 45 and 46
    assert count(45.0, two) == (2, 1)


def test_area_pupils_and_rooms_are_told_for_each_school():
    district = toy_district()
    schools = district.schools.assign(floor_m2=[1200.0, np.nan, np.nan])
    outcome = evaluate(district.replace(schools=schools), toy_standards())
    assert outcome.measure("floor_area").to_dict()["A", 2020] == 1200 / 240
    assert "B" not in outcome.measure("floor_area").index.unique("school")  # none on record
    assert outcome.measure("pupils_per_class")["B", "primary", 2020] == 50  # 300 in six classes
    assert outcome.measure("rooms_spare")["A", "primary", 2020] == 0  # six classes in six rooms


def test_rooms_are_spare_or_short_and_never_both():
    district = toy_district()
    rooms = district.classrooms.copy()
    rooms[("A", "primary", 2020)], rooms[("B", "primary", 2020)] = 8, 4
    outcome = evaluate(district.replace(classrooms=rooms), toy_standards())
    spare, short = outcome.measure("rooms_spare"), outcome.measure("rooms_short")
    # A has six classes in eight rooms, B six in four; K teaches no primary grade
    assert (spare["A", "primary", 2020], short["A", "primary", 2020]) == (2, 0)
    assert (spare["B", "primary", 2020], short["B", "primary", 2020]) == (0, 2)
    assert ("K", "primary", 2020) not in spare.index
    assert ("K", "primary", 2020) not in short.index
