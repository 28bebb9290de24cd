"""Ways that are looked for, against the table of all: the same homes, catchments and schools."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from seatplan.case.case import Case, prepare
from seatplan.demand.agreement import forecast_demand
from seatplan.district.reading import read_district, read_standards
from seatplan.examples import toy_district, toy_standards
from seatplan.seating import origins as room
from seatplan.seating.catchments import Catchments, draw_catchments
from seatplan.seating.charges import charge_ways
from seatplan.seating.origins import Origins, fit_origins
from seatplan.solvers.transport.params import PARAMS
from tests.seating.test_unreached import on_a_lane, on_a_loose_road

DATA = Path(__file__).parents[2] / "data"

CASES = {
    "the toy town": lambda: prepare(toy_district(), toy_standards()),
    "a lane that joins nothing": lambda: prepare(on_a_lane(), toy_standards()),
    "a road far from all": lambda: prepare(on_a_loose_road(), toy_standards()),
    "Litong": lambda: prepare(read_district(DATA), read_standards(DATA / "standards.toml")),
}


def follow(case: Case) -> tuple[Origins, Catchments]:
    forecast = forecast_demand(case)
    origins = fit_origins(case, forecast)
    return origins, draw_catchments(case, forecast, origins)


@pytest.mark.parametrize("name", CASES)
def test_what_is_looked_for_is_what_a_table_of_all_ways_gives(
    name: str, monkeypatch: pytest.MonkeyPatch
):
    case = CASES[name]()
    plain = follow(case)
    monkeypatch.setattr(room, "PARAMS", replace(PARAMS, cells=0))
    searched = replace(case, ways=replace(case.ways, small_bytes=0.0))
    origins, catchments = follow(searched)
    assert "metres" not in vars(searched.ways)  # no table was laid out
    both = pd.concat([plain[0].pupils, origins.pupils], axis=1).fillna(0.0)
    np.testing.assert_allclose(both.iloc[:, 0], both.iloc[:, 1], rtol=0, atol=1e-6)
    assert plain[1].zones.equals(catchments.zones)
    shares = pd.concat([plain[1].shares, catchments.shares], axis=1).fillna(0.0)
    np.testing.assert_allclose(shares.iloc[:, 0], shares.iloc[:, 1], rtol=0, atol=1e-6)


def measure_toy(zone: list[int], shared: list[tuple[int, int]]) -> tuple[np.ndarray, np.ndarray]:
    """What the ways from the toy's six blocks to its first two schools count as, and the walks."""
    ways = prepare(toy_district(), toy_standards()).ways
    block, sharer = np.array(shared, dtype=np.int64).reshape(-1, 2).T
    charges = charge_ways(ways, np.array([0, 1]), np.array(zone), block, sharer)
    at = np.indices((6, 2))
    walks = ways.metres.to_numpy()[:, :2]
    return charges.measure(*at.reshape(2, -1)).reshape(6, 2), walks


def test_a_school_with_a_catchment_is_farther_from_outside_by_the_longest_way():
    counted, walks = measure_toy([0, 0, 0, -1, -1, -1], [])
    expected = walks.copy()
    expected[3:, 0] += (
        walks.max()
    )  # the first three blocks are its own; nobody is zoned to school 1
    np.testing.assert_allclose(counted, expected, atol=1e-6)


def test_a_block_that_shares_a_school_is_as_near_to_it_as_its_own():
    counted, walks = measure_toy([0, 0, 0, 0, 1, 1], [(4, 0)])
    expected = walks.copy()
    expected[:4, 1] += walks.max()
    expected[5, 0] += walks.max()
    np.testing.assert_allclose(counted, expected, atol=1e-6)


def test_the_only_school_of_a_stage_may_be_shared_too():
    # b1 is zoned to it and b5 shares it: for the others it is farther by the longest way
    ways = prepare(toy_district(), toy_standards()).ways
    own = np.array([0])
    zone = np.array([0, -1, -1, -1, -1, -1])
    charges = charge_ways(ways, own, zone, np.array([4]), np.array([0]))
    walks = ways.metres.to_numpy()[:, 0]
    expected = walks + walks.max() * np.array([0, 1, 1, 1, 0, 1])
    first = charges.list_first(np.ones((1, 1), dtype=bool))
    assert first.block.tolist() == [0, 1, 2, 3, 4, 5]
    np.testing.assert_allclose(first.metres, expected, atol=1e-6)
    np.testing.assert_allclose(charges.list_all().metres, expected, atol=1e-6)


def test_a_school_that_no_road_reaches_counts_as_ten_times_the_longest_way():
    # A stands by a road of its own; B is 1,200 m from b1, the longest way that there is
    ways = replace(prepare(on_a_loose_road(), toy_standards()).ways, small_bytes=0.0)
    zone = np.array([0, 0, 1, 0, 1, 1])
    charges = charge_ways(ways, np.array([0, 1]), zone, np.empty(0, int), np.empty(0, int))
    table = charges.list_all().metres.reshape(6, 2)
    # outside its catchment a school counts as farther by as much again
    np.testing.assert_allclose(table[:, 0], [12_000, 12_000, 24_000, 12_000, 24_000, 24_000])
    np.testing.assert_allclose(table[2:3, 1], [400], atol=1e-6)
    np.testing.assert_allclose(table[0, 1], 1_200 + 12_000)

    def look(price: float, below: float) -> list[tuple[int, int]]:
        found = charges.find(np.array([0.0, price]), np.ones(2, bool), None, np.full(6, below))
        return sorted(zip(found.block.tolist(), found.school.tolist(), strict=True))

    # what lies below a level counts with the price of the school, and as from outside
    assert look(0, 12_400.5) == [(2, 1), (4, 1), (5, 1)]
    assert look(500, 12_700) == [(5, 1)]
    assert look(0, 24_000) == [(block, 1) for block in range(6)]
    assert look(0, 24_000.5) == [(block, school) for block in range(6) for school in range(2)]
