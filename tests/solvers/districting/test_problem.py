"""The problem as the search sees it: groups joined, homes and locks fixed."""

import numpy as np
import pytest
from scipy import sparse

from seatplan.solvers.districting.problem import build_problem, narrow


def test_a_group_is_one_unit_with_the_sums_of_its_parts(grid_town):
    town = grid_town(2, 3, [0, 5], 1)
    groups = np.array([-1, 4, 4, -1, -1, -1])
    problem = build_problem(*town.arrays, None, None, None, groups)
    assert problem.part.tolist() == [0, 1, 1, 2, 3, 4]
    assert problem.weight[1] == town.pupils[1] + town.pupils[2]
    assert problem.cost[1] == pytest.approx(town.cost[1] + town.cost[2])
    assert problem.neighbours(1).tolist() == [0, 3, 4]  # blocks 0, 4 and 5


def test_homes_and_locks_leave_one_facility(grid_town):
    town = grid_town(2, 3, [0, 5], 1)
    locked = np.array([-1, 0, -1, -1, -1, -1])
    problem = build_problem(*town.arrays, None, locked, None, None)
    assert problem.fixed.tolist() == [True, True, False, False, False, True]


def test_neighbours_come_as_pairs_or_as_a_matrix(grid_town):
    town = grid_town(2, 3, [0, 5], 1)
    pairs = build_problem(*town.arrays, None, None, None, None)
    matrix = sparse.coo_array((np.ones(len(town.neighbours)), tuple(town.neighbours.T)), (6, 6))
    other = build_problem(
        town.pupils, town.seats, town.cost, matrix, town.home, None, None, None, None
    )
    assert other.indices.tolist() == pairs.indices.tolist()


def test_a_move_beyond_the_limit_weighs_more_than_a_pupil_without_a_seat(grid_town):
    town = grid_town(2, 3, [0, 5], 1, room=9.0)
    today = np.array([0, 0, 0, 1, 1, 1])
    problem = build_problem(*town.arrays, today, None, 0.0, None)
    moved = today.copy()
    moved[1] = 1
    assert problem.shortage(today) == 0
    assert problem.moved_beyond(moved) == town.pupils[1]
    assert problem.shortage(moved) == 10 * town.pupils[1]


def test_a_way_home_that_fills_the_seats_forbids_the_unit(grid_town):
    # Five units of 3 pupils in a row, homes at both ends with 9 seats: three units each, so a
    # facility reaches the middle but not beyond.
    town = grid_town(1, 5, [0, 4], 0)
    seats = np.array([9.0, 9.0])
    problem = build_problem(
        np.full(5, 3.0), seats, town.cost, town.neighbours, town.home, None, None, None, None
    )
    tight = narrow(problem)
    assert np.isfinite(tight.cost).T.tolist() == [
        [True, True, True, False, False],
        [False, False, True, True, True],
    ]
    assert tight.fixed.tolist() == [True, True, False, True, True]


def test_a_problem_without_a_plan_within_the_seats_is_not_narrowed(grid_town):
    town = grid_town(1, 5, [0, 4], 0)
    problem = build_problem(
        np.full(5, 3.0), np.full(2, 3.0), *town.arrays[2:], None, None, None, None
    )
    assert narrow(problem) is problem


ARGUMENTS = {
    "home": np.array([0, 5]),
    "current": np.zeros(6, int),
    "locked": np.full(6, -1),
    "max_moved": None,
    "groups": None,
    "moving": None,
}


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"home": np.array([0, -1])}, "home holds positions beyond 0 to 5"),
        ({"home": np.array([0, 7])}, "home holds positions beyond 0 to 5"),
        ({"current": np.array([0, 5, 1, 1, 1, 1])}, "current holds positions beyond 0 to 1"),
        ({"locked": np.array([-1, 5, 0, 0, 0, 0])}, "locked holds positions beyond -1 to 1"),
        ({"max_moved": float("nan")}, "max_moved is a number of pupils of at least 0; got nan"),
        ({"max_moved": -3.0}, "max_moved is a number of pupils of at least 0; got -3"),
        ({"moving": -np.ones(6)}, "moving must be 6 numbers of at least 0"),
    ],
)
def test_an_argument_that_means_nothing_is_refused_by_name(changed, sentence, grid_town):
    town = grid_town(2, 3, [0, 5], 1)
    arguments = ARGUMENTS | changed
    with pytest.raises(ValueError, match=sentence):
        build_problem(town.pupils, town.seats, town.cost, town.neighbours, **arguments)


def test_pairs_of_neighbours_are_whole_numbers(grid_town):
    town = grid_town(2, 3, [0, 5], 1)
    pairs = np.array(town.neighbours) + 0.6
    with pytest.raises(ValueError, match="neighbours holds numbers that are not whole"):
        build_problem(town.pupils, town.seats, town.cost, pairs, **ARGUMENTS)
