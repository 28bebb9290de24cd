"""The dual simplex: a tree that is sound, detours that promise no less than there is."""

import numpy as np
import pytest
from tests.solvers.transport.cases import draw_case

from seatplan.solvers.transport import prepare_ways
from seatplan.solvers.transport.basis import AFTER, BEFORE, FIRST, LEAF, SIZE, UP


@pytest.fixture(params=range(21))
def basis(request):
    pupils, seats, metres = draw_case(request.param)
    year = prepare_ways(metres)
    first = year.seat(pupils, seats)
    return year.seat(pupils[::-1].copy(), seats + 1, start=first).basis


def list_below(links, node, heads):
    found, below, before = [], links[node, heads], -1
    while below >= 0:
        assert links[below, UP] == node
        assert links[below, BEFORE] == before
        found.append(below)
        before, below = below, links[below, AFTER]
    return found


def walk_tree(links, columns):
    """Every node below the root, the upper first, and how many hang on each with itself."""
    found, size = [len(links) - 1], np.ones(len(links), int)
    for node in found:  # grows as it is read
        inner = list_below(links, node, FIRST)
        leaves = list_below(links, node, LEAF) if node < columns else []
        assert all(links[leaf, FIRST] < 0 for leaf in leaves)
        found += inner + leaves
    for node in found[:0:-1]:
        size[links[node, UP]] += size[node]
    return found, size


def test_every_column_and_every_block_with_pupils_hangs_on_the_root_once(basis):
    links, columns, root = basis.tree.links, len(basis.tree.price), len(basis.tree.links) - 1
    found, size = walk_tree(links, columns)
    assert len(found) == len(set(found))
    assert set(range(columns)) <= set(found)
    assert set(np.flatnonzero(links[:, UP] >= 0)) | {root} == set(found)
    assert (links[found, SIZE] == size[found])[1:].all()


def test_arcs_of_the_tree_have_no_reduced_cost_and_no_arc_has_less(basis):
    tree, columns = basis.tree, len(basis.tree.price)
    floor = (basis.table + tree.price).min(axis=1)
    for row in range(len(basis.table)):
        node = columns + row
        used = [*np.flatnonzero(tree.links[:columns, UP] == node), tree.links[node, UP]]
        for column in used if tree.links[node, UP] >= 0 else []:
            assert basis.table[row, column] + tree.price[column] == pytest.approx(floor[row])
            detour = basis.table[row] - basis.table[row, column]
            assert (tree.detour[column] <= detour).all()


def test_no_flow_is_below_nothing(basis):
    hung = basis.tree.links[:, UP] >= 0
    assert (basis.tree.flow[hung] >= -1e-9).all()
