"""Those who stay and those who come, counted by hand and by arrays."""

import numpy as np
import pytest

from seatplan.solvers.newcomers import join_newcomers


def test_who_is_missing_comes_by_shares_and_who_is_too_many_leaves_in_proportion():
    # Block 0 has the first two pairs, block 1 none, block 2 the third; two draws of one grade.
    stayers = np.array([[[6.0, 6.0]], [[2.0, 2.0]], [[5.0, 0.0]]])
    wanted = np.array([[[4.0, 12.0]], [[7.0, 7.0]], [[5.0, 3.0]]])
    shares = np.array([[0.25], [0.75], [1.0]])
    join_newcomers(stayers, shares, wanted, np.array([0, 2, 2, 3]))
    # 8 stay for 4: half of them; for 12: 4 come, one by the first pair and three by the second
    assert stayers[:, 0].tolist() == [[3, 7], [1, 5], [5, 3]]


@pytest.mark.parametrize("seed", range(4))
def test_figures_are_those_of_the_arrays_to_the_last_bit(seed: int):
    random = np.random.default_rng(seed)
    blocks, grades, draws = 30, 4, 9
    block = np.sort(random.integers(0, blocks, 80))
    stayers = random.uniform(0, 9, (80, grades, draws)) * (random.uniform(size=(80, 1, 1)) < 0.8)
    shares, wanted = (
        random.uniform(size=(80, grades)),
        random.uniform(0, 30, (blocks, grades, draws)),
    )
    present = np.zeros_like(wanted)
    for pair in range(80):
        present[block[pair]] += stayers[pair]
    kept = np.divide(wanted, present, out=np.ones_like(present), where=present > wanted)
    newcomers = np.maximum(wanted - present, 0.0)[block] * shares[..., None]
    expected = stayers * kept[block] + newcomers
    join_newcomers(stayers, shares, wanted, np.searchsorted(block, np.arange(blocks + 1)))
    np.testing.assert_array_equal(stayers, expected)
