"""Two-step floating catchments: by hand, by what they add up to, and against PySAL access."""

import numpy as np
import pandas as pd
import pytest
from access.fca import two_stage_fca
from hypothesis import given, settings
from hypothesis import strategies as st

from seatplan.measures.floating import float_catchments, weigh_by_steps


def test_two_blocks_and_two_schools_by_hand():
    # A is reached by both blocks: 40 seats / (10 + 30) pupils = 1; B by the second: 15 / 30 = 0.5
    weights = np.array([[1.0, 0.0], [1.0, 1.0]])
    found = float_catchments(np.array([10.0, 30.0]), np.array([40.0, 15.0]), weights)
    assert found.tolist() == [1.0, 1.5]


def test_a_block_beyond_every_school_has_no_seat():
    found = float_catchments(np.array([10.0, 5.0]), np.array([20.0]), np.array([[1.0], [0.0]]))
    assert found.tolist() == [2.0, 0.0]


@given(st.integers(0, 10_000))
def test_pupils_share_out_the_seats_of_all_schools_that_somebody_reaches(seed):
    random = np.random.default_rng(seed)
    pupils, seats = random.integers(1, 100, 8).astype(float), random.integers(1, 500, 4) * 1.0
    metres = random.uniform(0, 3000, (8, 4))
    weights = weigh_by_steps(metres, {800.0: 1.0, 1600.0: 0.5, 2400.0: 0.1})
    found = float_catchments(pupils, seats, weights)
    reached = (weights > 0).any(axis=0)
    assert pupils @ found == pytest.approx(seats[reached].sum())


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000))
def test_random_towns_are_those_of_pysal(seed):
    random = np.random.default_rng(seed)
    blocks, schools = random.integers(2, 15), random.integers(1, 6)
    pupils = random.integers(1, 200, blocks).astype(float)
    seats = random.integers(0, 900, schools).astype(float)
    metres = random.uniform(0, 4000, (blocks, schools))
    metres[:, metres.min(axis=0) > 2000] = 1500.0  # PySAL leaves out schools nobody reaches
    rows, columns = np.indices(metres.shape).reshape(2, -1)
    ways = pd.DataFrame({"block": rows, "school": columns, "metres": metres.ravel()})
    demand = pd.DataFrame({"pupils": pupils}, index=pd.RangeIndex(blocks, name="geoid"))
    supply = pd.DataFrame({"seats": seats}, index=pd.RangeIndex(schools, name="geoid"))
    theirs = two_stage_fca(
        demand,
        supply,
        ways,
        max_cost=2000,
        demand_name="pupils",
        supply_name="seats",
        cost_origin="block",
        cost_dest="school",
        cost_name="metres",
    )
    own = float_catchments(pupils, seats, (metres <= 2000).astype(float))
    assert own == pytest.approx(theirs.reindex(range(blocks)).fillna(0).to_numpy(), abs=1e-9)
