"""Schools of given sizes go where unserved children are."""

import numpy as np
import pandas as pd

from district.facilities import spread_points

BLOCKS = pd.DataFrame({"x": [0.0, 10.0, 1000.0, 1010.0], "y": 0.0}, index=list("abcd"))


def test_a_second_school_goes_to_the_children_that_the_first_leaves():
    # 60 + 40 children in the west, 30 + 20 in the east: once 100 are served in the west (or 50 in
    # the east), those who are left live on the other side.
    demand = np.array([60.0, 40.0, 30.0, 20.0])
    anywhere = np.ones((2, 4), dtype=bool)
    for seed in range(10):
        first, second = spread_points(
            BLOCKS, demand, np.array([100.0, 50.0]), anywhere, np.random.default_rng(seed)
        )
        served_west = first < 2
        assert (second >= 2) == served_west or not served_west


def test_a_school_stands_only_where_it_may_and_no_block_has_two():
    demand = np.array([1000.0, 1.0, 1.0, 1.0])
    east = np.array([[False, False, True, True]] * 2)
    chosen = spread_points(BLOCKS, demand, np.array([5.0, 5.0]), east, np.random.default_rng(1))
    assert sorted(chosen) == [2, 3]
