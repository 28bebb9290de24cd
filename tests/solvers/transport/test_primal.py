"""The primal simplex: a strongly feasible tree, and in the end no way that saves anything."""

import numpy as np
import pytest
from tests.solvers.transport.cases import draw_case
from tests.solvers.transport.test_arcs import list_ways
from tests.solvers.transport.test_dual import walk_tree

from seatplan.solvers.transport.answer import least_penalty
from seatplan.solvers.transport.basis import SIZE, UP, plant_links
from seatplan.solvers.transport.primal import (
    Arcs,
    ArcTree,
    find_row,
    run_primal,
    seat_nearest,
    settle,
    turn,
)


def plant(seed):
    """Ways, the tree of the first plan, pupils and seats of a random problem."""
    pupils, seats, metres = draw_case(seed)
    metres = metres[np.ix_(pupils > 0, seats > 0)]
    pupils, seats = pupils[pupils > 0], seats[seats > 0]
    (n, m), places = metres.shape, 2 * pupils.sum()
    room = np.append(np.minimum(seats, places), places)
    links = plant_links(n, m + 1)
    flow = np.zeros(len(links))
    flow[: m + 1] = room
    arc = np.full(len(links), -1)
    tree = ArcTree(links, flow, arc, np.zeros(m + 1), np.zeros(m + 1, bool), np.zeros((2, m)))
    arcs = Arcs(*list_ways(metres, is_table=False), least_penalty(metres))
    seat_nearest(arcs, tree, pupils, np.zeros(m))
    return arcs, tree, pupils, room


@pytest.fixture(params=[seed for seed in range(35) if seed not in (4, 11)])
def planted(request):
    return plant(request.param)


def check_tree(tree, columns):
    """Every node hangs on the root once, with its size; arcs from above carry pupils."""
    links = tree.links
    found, size = walk_tree(links, columns)
    assert sorted(found) == list(range(len(links)))
    assert (links[found, SIZE] == size[found]).all()
    assert (tree.flow[:-1] >= 0).all()
    assert (tree.flow[:columns] > 0).all()  # strongly feasible: Cunningham 1976


def test_every_tree_on_the_way_is_sound_and_strongly_feasible(planted):
    arcs, tree, pupils, room = planted
    columns, order = len(room), np.empty(len(tree.links) + 1, np.int64)
    settle(arcs, tree, pupils, room, order)
    check_tree(tree, columns)
    row = 0
    while True:
        entering, row = find_row(arcs, tree, row, 10, 1e-9)
        if entering < 0:
            break
        turn(arcs, tree, entering, order)
        check_tree(tree, columns)
        kept = ArcTree(*(part.copy() for part in tree))
        settle(arcs, kept, pupils, room, order)  # worked out anew
        assert kept.price == pytest.approx(tree.price, abs=1e-6)
        assert (kept.lacking == tree.lacking).all()
        assert kept.flow[:-1] == pytest.approx(tree.flow[:-1], abs=1e-9)


def test_ways_in_use_save_nothing_and_no_other_way_saves_anything(planted):
    arcs, tree, pupils, room = planted
    assert run_primal(arcs, tree, pupils, room, 10_000)
    columns, slack = len(room), 1e-9 * arcs.penalty
    price = np.where(tree.lacking, tree.price + arcs.penalty, tree.price)
    assert (price >= -slack).all()  # empty seats
    for row in range(len(pupils)):
        node, ways = columns + row, slice(arcs.first[row], arcs.first[row + 1])
        up = tree.links[node, UP]
        level = price[up] + (arcs.metres[tree.arc[node]] if tree.arc[node] >= 0 else 0.0)
        assert level <= arcs.penalty + slack
        assert (arcs.metres[ways] + price[arcs.school[ways]] >= level - slack).all()


def test_ties_everywhere_come_to_an_end():
    # 40 blocks and 40 schools of one pupil each, ways of 0 or 1 m: nearly every turn moves nobody
    rng = np.random.default_rng(1)
    metres = rng.integers(0, 2, (40, 40)).astype(float)
    pupils, room = np.ones(40), np.append(np.ones(40), 80.0)
    links = plant_links(40, 41)
    flow = np.zeros(len(links))
    flow[:41] = room
    arc = np.full(len(links), -1)
    tree = ArcTree(links, flow, arc, np.zeros(41), np.zeros(41, bool), np.zeros((2, 40)))
    arcs = Arcs(*list_ways(metres, is_table=True), least_penalty(metres))
    seat_nearest(arcs, tree, pupils, np.zeros(40))
    assert run_primal(arcs, tree, pupils, room, 5_000)
    check_tree(tree, 41)
