"""The units of a town gather at its seat."""

import numpy as np

from district.zones import TOWN_APART_M, _gather_town

SEAT = np.array([1000.0, 2000.0])
NOTHING = np.empty((0, 2))


def test_a_town_is_its_seat_and_a_ring_about_it():
    town = _gather_town(SEAT, NOTHING, 5)
    away = np.hypot(*(town - SEAT).T)
    assert away.round(6).tolist() == [0, *[TOWN_APART_M] * 4]
    between = np.hypot(*(town[:, None] - town[None]).transpose(2, 0, 1))
    assert between[np.triu_indices(5, 1)].min().round(6) == TOWN_APART_M


def test_a_place_with_a_known_unit_is_left_out():
    whole = _gather_town(SEAT, NOTHING, 7)
    known = whole[[0, 2]] + 100.0
    assert _gather_town(SEAT, known, 5).tolist() == whole[[1, 3, 4, 5, 6]].tolist()
