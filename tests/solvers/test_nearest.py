"""Few nearest sources of every node, against networkx on random graphs."""

import networkx as nx
import numpy as np
import pytest
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from seatplan.solvers.nearest import label_nodes, reach_nodes, walk_between


def label(graph, nodes, first, sources, handicap, few, tie=0.0):
    """Label the nodes of a sparse matrix; {node: {source: metres}}."""
    found = label_nodes(
        graph.indptr.astype(np.int64),
        graph.indices.astype(np.int64),
        graph.data.astype(float),
        np.array(nodes, dtype=np.int64),
        np.array(first, dtype=float),
        np.array(sources, dtype=np.int64),
        np.array(handicap, dtype=float),
        few,
        tie,
        np.full(graph.shape[0], np.inf),
    )
    labels: dict[int, dict[int, float]] = {}
    for node, source, away in zip(*found, strict=True):
        labels.setdefault(int(node), {})[int(source)] = float(away)
    return labels


#   0 --1-- 1 --1-- 2 --1-- 3
LINE = csr_array(nx.to_scipy_sparse_array(nx.path_graph(4), dtype=float))


def test_each_node_has_its_few_nearest_sources():
    # Source 0 at node 0, source 1 at node 3: nodes 0 and 1 are nearer to the first.
    assert label(LINE, [0, 3], [0, 0], [0, 1], [0, 0], few=1) == {
        0: {0: 0},
        1: {0: 1},
        2: {1: 1},
        3: {1: 0},
    }


def test_a_handicap_ranks_a_source_lower_and_is_no_part_of_its_distance():
    # 2 more for source 1: node 2 is at 2 from source 0 and at 1 + 2 from source 1.
    assert label(LINE, [0, 3], [0, 0], [0, 1], [0, 2], few=1)[2] == {0: 2}
    assert label(LINE, [0, 3], [0, 0], [0, 1], [0, 2], few=2)[2] == {0: 2, 1: 1}


def test_sources_equally_far_are_all_kept():
    # Node 1 is at 1 from sources at nodes 0 and 2, and at 2 from the one at node 3.
    assert label(LINE, [0, 2, 3], [0, 0, 0], [0, 1, 2], [0, 0, 0], few=1)[1] == {0: 1, 1: 1}


def test_a_node_without_a_way_has_no_label():
    graph = csr_array(nx.to_scipy_sparse_array(nx.empty_graph(2), dtype=float))
    assert label(graph, [0], [5], [0], [0], few=3) == {0: {0: 5}}


@pytest.mark.parametrize("seed", range(20))
def test_labels_are_the_least_distances_on_random_graphs(seed):
    random = np.random.default_rng(seed)
    graph = nx.gnm_random_graph(40, 70, seed=seed)
    for ends in graph.edges:
        graph.edges[ends]["weight"] = float(random.uniform(1, 100))
    count, few = 12, int(random.integers(1, 6))
    nodes, handicap = random.integers(0, 40, count), random.uniform(0, 50, count)
    matrix = csr_array(nx.to_scipy_sparse_array(graph, nodelist=range(40), dtype=float))
    labels = label(matrix, nodes, np.zeros(count), np.arange(count), handicap, few)
    for node in graph:
        away = nx.single_source_dijkstra_path_length(graph, node)
        ranked = sorted((away[at] + handicap[s], s) for s, at in enumerate(nodes) if at in away)
        expected = {s: pytest.approx(away[nodes[s]]) for _, s in ranked[:few]}
        assert labels.get(node, {}) == expected


def reach(graph, nodes, first):
    arcs = graph.indptr.astype(np.int64), graph.indices.astype(np.int64), graph.data.astype(float)
    return reach_nodes(*arcs, np.array(nodes, dtype=np.int64), np.array(first, dtype=float))


def test_every_node_is_reached_from_the_entry_that_is_least_for_it():
    # Entries of 5 and -1 at the ends of the line; the dearer entry at node 3 counts for nothing.
    assert reach(LINE, [0, 3, 3], [5, -1, 2]).tolist() == [2, 1, 0, -1]
    assert reach(LINE, [1, 0], [0, 1]).tolist() == [1, 0, 1, 2]


def test_a_node_without_a_way_is_never_reached():
    graph = csr_array(nx.to_scipy_sparse_array(nx.empty_graph(2), dtype=float))
    assert reach(graph, [0], [5]).tolist() == [5, np.inf]
    assert reach(graph, [], []).tolist() == [np.inf, np.inf]


def test_reaching_equals_the_least_of_all_ways_on_random_graphs():
    rng = np.random.default_rng(8)
    for _ in range(20):
        size = int(rng.integers(2, 30))
        dense = rng.uniform(0.1, 9, (size, size)) * (rng.random((size, size)) < 0.15)
        graph = csr_array(dense)
        nodes, first = rng.integers(0, size, 6), rng.uniform(-20, 20, 6)
        ways = dijkstra(graph, indices=nodes) + first[:, None]
        np.testing.assert_allclose(reach(graph, nodes, first), ways.min(axis=0))


def walk(graph, ends, first, wanted):
    """Ways from each place to the nodes wanted of it, a list for each place."""
    runs = np.cumsum([0, *map(len, wanted)])
    ways = walk_between(
        graph.indptr.astype(np.int64),
        graph.indices.astype(np.int64),
        graph.data.astype(float),
        np.array(ends, dtype=np.int64),
        np.array(first, dtype=float),
        runs.astype(np.int64),
        np.array([node for own in wanted for node in own], dtype=np.int64),
    )
    return [part.tolist() for part in np.split(ways, runs[1:-1])]


def test_each_place_walks_to_its_own_nodes_by_its_nearer_end():
    # The first place is 0.5 from node 0 and 2 from node 1; the second wants nothing of the first's.
    ways = walk(LINE, [[0, 1], [3, 3]], [[0.5, 2], [1, 0]], [[1, 3, 1], [0]])
    assert ways == [[1.5, 3.5, 1.5], [3]]


def test_nobody_walks_where_no_way_leads_and_nothing_is_wanted_of_a_place_without_pairs():
    graph = csr_array(nx.to_scipy_sparse_array(nx.empty_graph(2), dtype=float))
    assert walk(graph, [[0, 0], [1, 1]], [[1, 2], [0, 0]], [[1, 0], []]) == [[np.inf, 1], []]


def test_walks_equal_those_of_scipy_on_random_graphs():
    rng = np.random.default_rng(9)
    for _ in range(20):
        size = int(rng.integers(2, 30))
        graph = csr_array(rng.uniform(0.1, 9, (size, size)) * (rng.random((size, size)) < 0.15))
        ends, first = rng.integers(0, size, (4, 2)), rng.uniform(0, 9, (4, 2))
        wanted = [rng.integers(0, size, rng.integers(0, 5)).tolist() for _ in ends]
        whole = dijkstra(graph, indices=ends.ravel()).reshape(4, 2, size) + first[..., None]
        least = whole.min(axis=1)
        for found, row, nodes in zip(walk(graph, ends, first, wanted), least, wanted, strict=True):
            np.testing.assert_allclose(found, row[nodes])
