"""Covering against enumeration of every choice of sites."""

from itertools import combinations

import networkx as nx
import numpy as np
import pytest

from seatplan.errors import SolveError
from seatplan.solvers.location.covering import cover_most, cover_nearest, cover_seats, cover_share
from seatplan.solvers.stop import Stop

STOP = Stop(10.0)


def draw(seed):
    """Twelve clients and seven sites, one of which stands in every second town."""
    generator = np.random.default_rng(seed)
    metres = generator.uniform(0, 10, (12, 7)).round(1)
    weight = generator.integers(0, 9, 12).astype(float)
    standing = np.zeros(7, bool)
    standing[generator.integers(0, 7)] = seed % 2 == 0
    return metres, weight, standing, int(generator.integers(1, 4)), generator


def list_choices(standing, n):
    free = np.flatnonzero(~standing)
    for size in range(n + 1):
        for chosen in combinations(free, size):
            opened = standing.copy()
            opened[list(chosen)] = True
            yield size, opened


def seat(reach, weight, seats, opened):
    """Most weight with a seat, by a maximum flow."""
    town = nx.DiGraph()
    town.add_nodes_from(["homes", "end"])
    for client in range(len(weight)):
        town.add_edge("homes", ("client", client), capacity=weight[client])
        for site in np.flatnonzero(opened & reach[client]):
            town.add_edge(("client", client), ("site", int(site)))
    for site in np.flatnonzero(opened):
        town.add_edge(("site", int(site)), "end", capacity=seats[site])
    return nx.maximum_flow_value(town, "homes", "end")


@pytest.mark.parametrize("seed", range(8))
def test_every_aim_is_the_best_of_all_choices(seed):
    metres, weight, standing, n, generator = draw(seed)
    reach, choices = metres < 4, list(list_choices(standing, n))

    found = cover_most(reach, weight, standing, n, STOP)
    assert found.is_proven
    best = max(weight[reach[:, opened].any(axis=1)].sum() for _, opened in choices)
    assert found.value == pytest.approx(best)
    reached = reach[:, standing | found.open].any(axis=1)
    assert weight[reached].sum() == pytest.approx(best)

    twice = cover_most(reach, weight, standing, n, STOP, times=2)
    best = max(weight[reach[:, opened].sum(axis=1) >= 2].sum() for _, opened in choices)
    assert twice.value == pytest.approx(best)

    needed = 0.8 * weight[reach.any(axis=1)].sum()
    fewest = min(
        size
        for size, opened in list_choices(standing, 7 - int(standing.sum()))
        if weight[reach[:, opened].any(axis=1)].sum() >= needed - 1e-9
    )
    assert cover_share(reach, weight, standing, needed, STOP).value == fewest

    nearest = cover_nearest(metres, weight, standing, n, STOP)
    ways = [
        metres[weight > 0][:, opened].min(axis=1).max() for _, opened in choices if opened.any()
    ]
    assert nearest.value == nearest.bound == pytest.approx(min(ways))

    seats = generator.integers(3, 20, 7).astype(float)
    held = cover_seats(reach, weight, standing, seats, n, STOP)
    best = max(seat(reach, weight, seats, opened) for _, opened in choices)
    assert held.is_proven
    assert held.value == pytest.approx(best)


def test_more_than_all_sites_cover_is_refused_with_the_figures():
    reach = np.array([[True], [False]])
    with pytest.raises(SolveError, match="all sites together cover 3 of the 8 "):
        cover_share(reach, np.array([3.0, 5.0]), np.zeros(1, bool), 8.0, STOP)


def test_nothing_is_opened_where_enough_is_covered():
    reach = np.array([[True, False], [True, True]])
    standing = np.array([True, False])
    found = cover_share(reach, np.ones(2), standing, 2.0, STOP)
    assert (found.value, found.open.any()) == (0, False)


def test_the_unit_of_the_weight_changes_no_choice():
    metres, weight, standing, n, _ = draw(3)
    one = cover_most(metres < 4, weight, standing, n, STOP)
    other = cover_most(metres < 4, weight * 1e6, standing, n, STOP)
    assert (one.open == other.open).all()
