"""Many plans by recombination: two areas joined, a tree drawn over both, and cut anew.

A step draws a line between two areas, each as likely, joins the two, draws a spanning tree of their
units, each as likely (Wilson 1996), and cuts one of its edges, each as likely, that leave both
areas with their own homes and their own number of pupils; where there is none it stays (DeFord,
Duchin and Solomon 2021). Plans of short lines have more trees and come up more often; no plan is
excluded. It is not reversible: what share of all plans is like a given one it does not say.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from seatplan.solvers.compiled import compiled
from seatplan.solvers.districting.problem import Floats, Ints, Problem

HELD = 1e-6  # pupils beyond a limit that are forgiven to rounding
THREADS = 2


class Graph(NamedTuple):
    """Units, neighbours (both directions: `tail`, `head`), where a unit may go, pupils allowed."""

    weight: Floats
    may: NDArray[np.bool_]
    indptr: Ints
    tail: Ints
    head: Ints
    least: Floats
    most: Floats


class Tree(NamedTuple):
    """A tree over two areas, by unit: parents before children in `order`; sums of branches.

    `bars` counts the units of a branch that may not go to the first area, and to the second.
    `chance[0]` is the state of the random numbers, `marks[0]` the mark of the tree drawn last.
    """

    order: Ints
    parent: Ints
    mark: Ints
    load: Floats
    bars: Ints
    path: Ints
    chance: NDArray[np.uint64]
    marks: Ints


@dataclass(frozen=True)
class Chains:
    """Plans of several chains.

    Parameters
    ----------
    plans
        (chains, plans, n) facility of each unit given.
    accepted
        (chains,) share of the steps that found an edge to cut.
    """

    plans: NDArray[np.int16]
    accepted: Floats


def run_chains(
    problem: Problem, starts: list[Ints], most: Floats, plans: int, every: int, seed: int = 0
) -> Chains:
    """Return plans that recombination meets, each chain from a start of its own.

    Parameters
    ----------
    problem
        Its `least` and `most` are the pupils of each facility; where `cost` is inf no unit goes.
        Costs count for nothing else.
    starts
        (n,) plans of the units given, connected and within the limits.
    most
        (m,) pupils that a facility may have.
    plans, every
        Plans kept of each chain, one after so many steps; a quarter as many are passed over first.
    seed
        Same problem, starts and seed: the same plans.

    Raises
    ------
    ValueError
        Fewer than two facilities, or a start beyond the limits.
    """
    graph = _lay_graph(problem, most)
    if len(most) < 2:
        raise ValueError("recombination takes at least two facilities")
    joined = [_join(problem, start) for start in starts]
    for number, start in enumerate(joined):
        load = np.bincount(start, graph.weight, len(most))
        if ((load > graph.most + HELD) | (load < graph.least - HELD)).any():
            raise ValueError(f"start {number} is not within the pupils that facilities may have")
    states = np.random.SeedSequence(seed).generate_state(len(starts), np.uint64)
    kept = np.zeros((len(starts), plans, len(problem.weight)), np.int16)

    def follow(number: int) -> float:
        skip = every * (plans // 4)
        return follow_chain(joined[number], kept[number], graph, every, skip, states[number])

    with ThreadPoolExecutor(THREADS) as pool:
        accepted = np.array(list(pool.map(follow, range(len(starts)))))
    return Chains(kept[:, :, problem.part], accepted)


def _lay_graph(problem: Problem, most: Floats) -> Graph:
    tail = np.repeat(np.arange(len(problem.weight)), np.diff(problem.indptr))
    may = np.isfinite(problem.cost)
    around = problem.indptr, tail.astype(np.int64), problem.indices
    return Graph(problem.weight, may, *around, problem.least, np.asarray(most, float))


def _join(problem: Problem, plan: Ints) -> Ints:
    """Return a plan of the units given as one of the units joined."""
    joined = np.full(len(problem.weight), -1)
    joined[problem.part] = plan
    return joined


@compiled
def follow_chain(
    plan: Ints, kept: NDArray[np.int16], graph: Graph, every: int, skip: int, seed: int
) -> float:
    """Fill `kept` with a plan after each `every` steps; return the share of steps that moved."""
    n = len(plan)
    tree = Tree(
        np.zeros(n, np.int64),
        np.zeros(n, np.int64),
        np.zeros(n, np.int64),
        np.zeros(n),
        np.zeros((2, n), np.int64),
        np.zeros(n, np.int64),
        np.full(1, np.uint64(seed) | np.uint64(1), np.uint64),
        np.zeros(1, np.int64),
    )
    moved = 0
    for _ in range(skip):
        moved += recombine(plan, graph, tree)
    for place in range(len(kept)):
        for _ in range(every):
            moved += recombine(plan, graph, tree)
        for i in range(n):
            kept[place, i] = plan[i]
    return moved / max(skip + every * len(kept), 1)


@compiled
def draw_number(limit: int, tree: Tree) -> int:
    """Return a random whole number from 0 to `limit` - 1 (xorshift; Marsaglia 2003)."""
    x = tree.chance[0]
    x ^= x << np.uint64(13)
    x ^= x >> np.uint64(7)
    x ^= x << np.uint64(17)
    tree.chance[0] = x
    return int(float(x >> np.uint64(11)) * 2.0**-53 * limit)


@compiled
def recombine(plan: Ints, graph: Graph, tree: Tree) -> int:
    """Divide two areas that touch anew; return 1, or 0 where the tree has no edge to cut."""
    while True:
        entry = draw_number(len(graph.tail), tree)
        a, b = plan[graph.tail[entry]], plan[graph.head[entry]]
        if a != b:
            break
    size = draw_tree(graph.tail[entry], a, b, plan, graph, tree)
    sum_branches(size, a, b, graph, tree)
    order, load, bars = tree.order, tree.load, tree.bars
    root = order[0]
    found, count = -1, 0
    for place in range(1, size):  # the branch goes to b or to a, the rest to the other
        unit = order[place]
        for turned in range(2):
            first, second = (a, b) if turned == 0 else (b, a)
            rest = load[root] - load[unit]
            if bars[1 - turned, unit] > 0 or bars[turned, root] > bars[turned, unit]:
                continue
            if outside(rest, first, graph) or outside(load[unit], second, graph):
                continue
            count += 1
            if draw_number(count, tree) == 0:  # each found is as likely in the end
                found = 2 * place + turned
    if found < 0:
        return 0
    cut, turned = order[found // 2], found % 2
    first, second = (a, b) if turned == 0 else (b, a)
    tree.marks[0] += 1
    for place in range(size):
        unit = order[place]
        inside = unit == cut or (place > 0 and tree.mark[tree.parent[unit]] == tree.marks[0])
        if inside:
            tree.mark[unit] = tree.marks[0]
        plan[unit] = second if inside else first
    return 1


@compiled
def outside(load: float, area: int, graph: Graph) -> bool:
    """Tell whether an area may not have so many pupils."""
    return bool(load > graph.most[area] + HELD or load < graph.least[area] - HELD)


@compiled
def draw_tree(root: int, a: int, b: int, plan: Ints, graph: Graph, tree: Tree) -> int:
    """Draw a spanning tree of two areas, each as likely (Wilson 1996); return its size.

    From each unit a walk at random goes on until it meets the tree; its loops are left out.
    """
    order, parent, mark, path = tree.order, tree.parent, tree.mark, tree.path
    tree.marks[0] += 1
    drawn = tree.marks[0]
    order[0], mark[root], size = root, drawn, 1
    for unit in range(len(plan)):
        if plan[unit] != a and plan[unit] != b:
            continue
        here = unit
        while mark[here] != drawn:
            first, last = graph.indptr[here], graph.indptr[here + 1]
            other = graph.head[first + draw_number(last - first, tree)]
            if plan[other] == a or plan[other] == b:
                parent[here] = other
                here = other
        length, here = 0, unit
        while mark[here] != drawn:
            mark[here] = drawn
            path[length] = here
            length += 1
            here = parent[here]
        for step in range(length - 1, -1, -1):
            order[size] = path[step]
            size += 1
    return size


@compiled
def sum_branches(size: int, a: int, b: int, graph: Graph, tree: Tree) -> None:
    """Add up the pupils of each branch, and its units that may not go to either area."""
    for place in range(size):
        unit = tree.order[place]
        tree.load[unit] = graph.weight[unit]
        tree.bars[0, unit] = 0 if graph.may[unit, a] else 1
        tree.bars[1, unit] = 0 if graph.may[unit, b] else 1
    for place in range(size - 1, 0, -1):
        unit = tree.order[place]
        above = tree.parent[unit]
        tree.load[above] += tree.load[unit]
        tree.bars[0, above] += tree.bars[0, unit]
        tree.bars[1, above] += tree.bars[1, unit]
