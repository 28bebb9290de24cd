"""What is packed comes out again, by the rules that the page's script follows."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.views.toy_page import unpack

from seatplan.views.explorer.packing import Packer, smallest_type

WHOLE = st.integers(-(2**29), 2**29)


@given(parts=st.integers(1, 4), rows=st.integers(1, 5), years=st.integers(1, 6), data=st.data())
def test_a_column_comes_back_as_it_was(parts, rows, years, data):
    size = parts * rows * years
    values = data.draw(st.lists(WHOLE, min_size=size, max_size=size))
    packer = Packer()
    packer.add("wide", values, row=years, parts=parts)
    packer.add("flat", values[:rows])
    assert unpack(packer.pack()) == {"wide": values, "flat": values[:rows]}


def test_wide_columns_come_first_so_that_every_view_is_aligned():
    packer = Packer()
    packer.add("small", [1, 2, 3])
    packer.add("large", [2**20])
    packer.add("middle", [300])
    assert [(name, width) for name, width, *_ in packer.pack()["columns"]] == [
        ("large", 4),
        ("middle", 2),
        ("small", 1),
    ]


def test_floats_come_back_to_the_last_bit():
    packer = Packer()
    packer.add("whole", [1, 2])
    packer.add_floats("pupils", [0.1, 1 / 3, 1e-9])
    packer.add_floats("shares", [0.5, 0.25], single=True)
    found = unpack(packer.pack())
    assert found == {"pupils": [0.1, 1 / 3, 1e-9], "shares": [0.5, 0.25], "whole": [1, 2]}


def test_what_resembles_the_first_scenario_costs_almost_nothing():
    random = np.random.default_rng(3).integers(0, 5000, 16 * 500)
    once, six = Packer(), Packer()
    once.add("pupils", random, row=16)
    six.add("pupils", np.tile(random, 6), row=16, parts=6)
    assert len(six.pack()["text"]) < 1.05 * len(once.pack()["text"])


def test_a_figure_beyond_32_bits_is_refused():
    with pytest.raises(OverflowError, match="32 bits"):
        smallest_type(np.array([2**40]))
