"""Recombination: every plan kept is whole, connected and within its pupils; the chances by hand."""

from itertools import combinations

import numpy as np
import pytest

from seatplan.solvers.districting import draw_districts
from seatplan.solvers.districting.problem import build_problem
from seatplan.solvers.districting.recombination import run_chains
from seatplan.solvers.stop import Stop

from .conftest import build_town, check_connected


def lay(town, least, most, **terms):
    arrays = town.pupils, most, town.cost, town.neighbours, town.home
    return build_problem(*arrays, None, terms.get("locked"), None, terms.get("groups"), least=least)


def list_trees(count, edges):
    """Every spanning tree, as sets of edges."""
    for tree in combinations(edges, count - 1):
        part = list(range(count))
        for one, other in tree:
            old, new = part[one], part[other]
            part = [new if label == old else label for label in part]
        if len(set(part)) == 1:
            yield tree


def chances(town, least, most):
    """The chance of each plan of two areas: of a tree drawn, and then of one of its edges."""
    n, edges = len(town.pupils), [tuple(map(int, pair)) for pair in town.neighbours]
    found, trees = {}, list(list_trees(n, edges))
    for tree in trees:
        plans = []
        for gone in tree:
            reached, waiting = {int(town.home[0])}, [int(town.home[0])]
            while waiting:
                here = waiting.pop()
                for edge in tree:
                    if edge != gone and here in edge:
                        other = edge[1] if edge[0] == here else edge[0]
                        if other not in reached:
                            reached.add(other)
                            waiting.append(other)
            plan = np.array([0 if k in reached else 1 for k in range(n)])
            load = np.bincount(plan, town.pupils, 2)
            if plan[town.home[1]] == 1 and (load >= least).all() and (load <= most).all():
                plans.append(tuple(plan.tolist()))
        for plan in plans:
            found[plan] = found.get(plan, 0.0) + 1.0 / len(plans) / len(trees)
    return found


def test_two_areas_are_cut_as_trees_and_edges_are_drawn():
    town = build_town(2, 4, [0, 7], 3)
    total = town.pupils.sum()
    least, most = np.full(2, 0.25 * total), np.full(2, 0.75 * total)
    expected = chances(town, least, most)
    moved = sum(expected.values())
    start = np.array(max(expected, key=expected.get))
    chains = run_chains(lay(town, least, most), [start, start], most, 4_000, 3, seed=5)
    assert chains.accepted == pytest.approx(moved, abs=0.02)
    plans = [tuple(plan.tolist()) for plan in chains.plans.reshape(-1, 8)]
    assert set(plans) <= set(expected)
    for plan, chance in expected.items():  # a step forgets all but whether it moved
        share = plans.count(plan) / len(plans)
        assert share == pytest.approx(chance / moved, abs=0.025)


def test_plans_stay_whole_connected_and_within_their_pupils():
    town = build_town(6, 8, [0, 20, 47], 5)
    share = town.pupils.sum() / 3
    least, most = np.full(3, 0.8 * share), np.full(3, 1.2 * share)
    arrays = town.pupils, most, town.cost, town.neighbours, town.home
    groups, locked = np.full(48, -1), np.full(48, -1)
    groups[[3, 12]], locked[30] = 1, 2
    terms = {"groups": groups, "locked": locked}
    start = draw_districts(*arrays, least=least, stop=Stop(0.2), **terms).plan
    problem = lay(town, least, most, **terms)
    chains = run_chains(problem, [start] * 2, most, 40, 6, seed=1)
    kept = np.unique(chains.plans.reshape(-1, 48), axis=0)
    assert len(kept) > 40
    for plan in kept:
        load = np.bincount(plan, town.pupils, 3)
        assert (load >= least - 1e-6).all()
        assert (load <= most + 1e-6).all()
        assert (plan[12], plan[30]) == (plan[3], 2)
    again = run_chains(problem, [start] * 2, most, 40, 6, seed=1)
    assert (again.plans == chains.plans).all()
    assert (chains.plans[0] != chains.plans[1]).any()
    apart = run_chains(lay(town, least, most), [start], most, 40, 6, seed=1)
    assert all(check_connected(town, plan) for plan in apart.plans[0])


def test_a_start_beyond_its_pupils_is_refused():
    town = build_town(2, 4, [0, 7], 3)
    most = np.full(2, 0.6 * town.pupils.sum())
    problem = lay(town, np.zeros(2), most)
    with pytest.raises(ValueError, match="start 0 is not within"):
        run_chains(problem, [np.array([0, 1, 1, 1, 1, 1, 1, 1])], most, 10, 1)
