"""Ways that are stated, found by the key of their pair."""

import numpy as np
import pytest

from seatplan.travel.stated import Stated


def test_ways_are_found_by_their_key_and_others_are_not():
    # of three schools: block 0 to school 1, block 2 to school 0
    stated = Stated(np.array([0, 2]), np.array([1, 0]), np.array([1, 6]), np.array([50.0, 70.0]))
    there, ways = stated.find(np.array([0, 1, 2, 5, 6, 7, 99]))
    assert there.tolist() == [False, True, False, False, True, False, False]
    assert ways.tolist() == [50, 70]


@pytest.mark.parametrize("keys", [[], [0], [3, 9]])
def test_nothing_is_found_where_nothing_is_stated(keys: list[int]):
    none = np.empty(0, dtype=np.int64)
    there, ways = Stated(none, none, none, np.empty(0)).find(np.array(keys, dtype=np.int64))
    assert not there.any()
    assert len(there) == len(keys)
    assert len(ways) == 0
