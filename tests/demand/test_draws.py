import numpy as np
import pandas as pd
import pytest

from seatplan.demand.draws import bound_pupils, hold_factors

KEYS = ["block", "grade", "year"]


def test_bounds_are_those_of_sums_and_not_sums_of_bounds():
    # Two blocks of 100 whose factors move against each other: the sum never moves.
    factors = np.ones((2, 1, 2, 101))
    factors[0, 0, 1], factors[1, 0, 1] = np.linspace(0.5, 1.5, 101), np.linspace(1.5, 0.5, 101)
    draws = hold_factors(factors, pd.Index(["a", "b"]), ["g1"], [2020, 2021])
    index = pd.MultiIndex.from_product([["a", "b"], ["g1"], [2020, 2021]], names=KEYS)
    pupils = pd.Series(100.0, index=index)
    blocks = bound_pupils(pupils, draws, index)
    # Of 101 even steps from 50 to 150 the tenth and the ninetieth lie at 60 and 140.
    assert blocks.loc[("a", "g1", 2021), ["low_80", "high_80"]].tolist() == pytest.approx([60, 140])
    assert blocks.loc[("a", "g1", 2020), "low_95"] == 100
    whole = bound_pupils(pupils, draws, index.droplevel("block"))
    assert whole.loc[("g1", 2021)].tolist() == pytest.approx([200] * 5)
