"""Where a grade goes that the school of its catchment does not teach, counted by hand."""

from dataclasses import replace

import numpy as np
import pytest

from seatplan.examples import toy_standards
from seatplan.seating.grades import GradeShares, _find_instead, _list_serving, keeps_cohorts
from seatplan.seating.pairs import Pairs

# Block 0 goes to schools 0 and 1, block 1 to school 1 and, where need be, to school 2.
PAIRS = Pairs(np.array([0, 0, 1, 1]), np.array([0, 1, 1, 2]), 2, 3)


def shares(taught, instead=((-1, -1), (-1, -1)), share=(0.25, 0.75, 1.0, 0.0)):
    """Of one year: `taught` grade x school, `instead` grade x block."""
    return GradeShares(
        PAIRS, np.array([share]), np.array([taught], dtype=bool), np.array([instead])
    ).of_year(0)


def test_a_grade_that_every_school_teaches_goes_as_the_block_does():
    assert shares([[1, 1, 1], [1, 1, 1]]).tolist() == [[0.25, 0.75, 1, 0]] * 2
    # school 2, to which no share goes, need not teach anything
    assert shares([[1, 1, 0], [1, 1, 0]]).tolist() == [[0.25, 0.75, 1, 0]] * 2


def test_a_grade_goes_to_the_other_schools_of_its_block():
    assert shares([[0, 1, 1], [1, 1, 1]]).tolist() == [[0, 1, 1, 0], [0.25, 0.75, 1, 0]]


def test_a_small_share_takes_all_where_it_is_the_only_one_to_teach_the_grade():
    table = shares([[1, 0, 1], [1, 1, 1]], ((-1, 2), (-1, -1)))
    assert table.tolist() == [[1, 0, 0, 1], [0.25, 0.75, 1, 0]]


def test_a_block_whose_shares_are_not_whole_sends_no_more_than_they_are():
    table = shares([[1, 0, 1], [1, 1, 1]], ((-1, 2), (-1, -1)), (0.2, 0.2, 0.5, 0.0))
    assert table[0] == pytest.approx([0.4, 0, 0, 0.5])


def test_the_schools_that_serve_are_those_to_which_some_share_goes():
    assert _list_serving(PAIRS, np.array([0.0, 0.5, 0.5, 0.0])).tolist() == [1]
    assert _list_serving(PAIRS, np.array([0.2, 0.0, 0.0, 0.1])).tolist() == [0, 2]


def test_the_last_school_of_a_catchment_that_teaches_the_grade_takes_it():
    # by year: a block of 0, then 1, then 2; one that is zoned in the last year only; one never
    zones = np.array([[0, 1, 2], [-1, -1, 2], [-1, -1, -1]])
    nearest = np.array([7, 8, 9])
    offered = np.array([True, True, False])
    assert _find_instead(zones, offered, nearest).tolist() == [1, 8, 9]
    assert _find_instead(zones, ~offered, nearest).tolist() == [2, 2, 9]


def test_cohorts_are_kept_where_there_are_grades_to_go_up_or_one_of_one_age():
    stage = toy_standards().stages[1]
    first = stage.grades[0]
    wide = replace(first, age_to=first.age_from + 2)
    assert keeps_cohorts(stage)
    assert keeps_cohorts(replace(stage, grades=(first,)))
    assert not keeps_cohorts(replace(stage, grades=(wide,)))
    assert keeps_cohorts(replace(stage, grades=(wide, first)))
