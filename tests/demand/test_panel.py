import numpy as np
import pandas as pd
import pytest

from seatplan.demand.panel import build_panel, find_unchanged, sum_by
from seatplan.demand.rolls import build_rolls


def test_levels_run_from_the_whole_to_the_unit(sussex):
    panel = build_panel(sussex)
    assert [level.name for level in panel.levels] == ["all", "county", "district", "unit"]


def test_a_place_has_the_pupils_of_its_units(sussex):
    panel = build_panel(sussex)
    sums = [np.nansum(level.pupils) for level in panel.levels]
    assert sums == pytest.approx([sums[-1]] * 4)
    # Counts that are missing between two years are filled: 39 of 212,061 pupils.
    assert sussex.pupils.sum() <= sums[0] < 1.001 * sussex.pupils.sum()


def test_a_panel_without_parents_has_the_whole_and_the_units():
    rows = pd.DataFrame({"unit": ["a"], "grade": ["K"], "year": [2020], "pupils": [3]})
    assert [level.name for level in build_panel(build_rolls(rows)).levels] == ["all", "unit"]


def test_an_opening_marks_its_siblings_and_nobody_else():
    rows = [
        *(("a", "t", year, 10) for year in (2019, 2020)),
        ("b", "t", 2020, 5),
        *(("c", "u", year, 7) for year in (2019, 2020)),
    ]
    table = pd.DataFrame(rows, columns=["unit", "town", "year", "pupils"]).assign(grade="K")
    marks = build_panel(build_rolls(table)).units.siblings[:, 0]
    assert (marks[:, 0] == marks[:, 1]).tolist() == [False, False, True]


def test_zeros_of_a_grade_that_was_never_taught_are_no_pupils():
    rows = [("a", "1", 2018 + year, pupils) for year, pupils in enumerate([0, 0, 4, 0, 5])]
    rows += [("b", "1", 2018 + year, 20) for year in range(5)]  # no year is without pupils
    table = pd.DataFrame(rows, columns=["unit", "grade", "year", "pupils"])
    # The first two years come before the grade; the zero of 2021 is an empty year of a small one.
    cells = build_panel(build_rolls(table)).units.pupils[0, 0]
    np.testing.assert_array_equal(cells, [np.nan, np.nan, 4, 0, 5])


def test_nobody_moves_up_into_an_ungraded_class():
    rows = [("a", grade, 2020, 5) for grade in ("1", "2", "sp")]
    table = pd.DataFrame(rows, columns=["unit", "grade", "year", "pupils"])
    assert build_panel(build_rolls(table)).follows.tolist() == [False, True, False]


def test_sums_follow_the_places():
    assert sum_by(np.array([1.0, 2.0, 4.0]), np.array([1, 0, 1]), 2).tolist() == [2.0, 5.0]


def test_a_place_is_unchanged_when_it_teaches_the_same_grades():
    start, end = (
        np.array([[1, np.nan], [1, 1], [np.nan, np.nan]]),
        np.array([[2, 2], [2, 2.0], [np.nan] * 2]),
    )
    assert find_unchanged(start, end).tolist() == [False, True, False]


def test_nobody_moves_up_over_grades_that_are_not_on_record():
    # k3 stands before g7 in the list only because no primary grade is on record.
    grades = ["k2", "k3", "g7", "g8", "sp"]
    table = pd.DataFrame({"unit": "a", "grade": grades, "year": 2020, "pupils": 9})
    assert build_panel(build_rolls(table)).follows.tolist() == [False, True, False, True, False]
