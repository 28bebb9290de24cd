"""Sites and their whole, connected areas: small towns against the enumeration of all plans."""

from itertools import product

import numpy as np
import pytest

from seatplan.errors import InputError, SolveError
from seatplan.solvers.location.siting_areas import solve_siting_areas
from seatplan.solvers.stop import Stop

from ..districting.conftest import build_town, check_connected


def enumerate_plans(town, capacity, fixed, stands, most):
    """The least cost of any choice and any plan, inf where there is none."""
    sites = range(len(town.home))
    best = np.inf
    for plan in product(sites, repeat=len(town.pupils)):
        used = sorted({*plan, *stands})
        if len(used) > most or any(plan[town.home[j]] != j for j in used):
            continue
        load = np.bincount(plan, town.pupils, len(capacity))
        if (load > capacity).any():
            continue
        cost = fixed[used].sum() + town.cost[np.arange(len(plan)), list(plan)].sum()
        if cost < best and connected(town, np.array(plan), used):
            best = cost
    return best


def connected(town, plan, used):
    """Whether each area in use hangs together with its home."""
    beside = {i: set() for i in range(len(plan))}
    for a, b in town.neighbours:
        beside[a].add(b)
        beside[b].add(a)
    reached = set()
    for j in used:
        waiting = [int(town.home[j])]
        while waiting:
            unit = waiting.pop()
            if unit not in reached:
                reached.add(unit)
                waiting += [k for k in beside[unit] if plan[k] == j]
    return len(reached) == len(plan)


@pytest.mark.parametrize("seed", range(6))
def test_no_plan_of_a_small_town_costs_less(seed):
    rng = np.random.default_rng(seed)
    town = build_town(3, 3, [0, 4, 8], seed)
    capacity = town.pupils.sum() * rng.uniform(0.5, 1.0, 3)
    fixed = rng.integers(0, 20, 3).astype(float)
    stands, most = ((), 3) if seed % 2 else ((1,), 2)
    least = enumerate_plans(town, capacity, fixed, stands, most)
    answer = solve_siting_areas(
        town.cost, town.pupils, capacity, fixed, town.neighbours, town.home,
        fixed_open=stands, max_sites=most, stop=Stop(1.0),
    )  # fmt: skip
    assert answer.cost == pytest.approx(least)
    assert answer.bound <= least + 1e-6
    used = np.flatnonzero(answer.open)
    assert connected(town, answer.plan, used)
    assert set(answer.plan) <= set(used)
    assert len(used) <= most
    assert not answer.shortage.any()


def test_the_bound_stays_below_the_best_plan_when_there_is_hardly_any_work():
    town = build_town(3, 3, [0, 4, 8], 1)
    fixed = np.array([5.0, 2.0, 9.0])
    capacity = np.full(3, np.ceil(town.pupils.sum() * 0.7))
    least = enumerate_plans(town, capacity, fixed, (), 3)
    answer = solve_siting_areas(
        town.cost, town.pupils, capacity, fixed, town.neighbours, town.home, stop=Stop(0.05)
    )
    assert answer.bound <= least + 1e-6 <= answer.cost + 2e-6


def test_a_site_opens_at_the_size_that_pays():
    town = build_town(2, 3, [0, 5], 2)
    total = town.pupils.sum()
    # both sites small cost 1 each and hold all; one large costs 100
    capacity = np.array([[total, np.ceil(0.7 * total)]] * 2)
    fixed = np.array([[100.0, 1.0]] * 2)
    answer = solve_siting_areas(
        town.cost, town.pupils, capacity, fixed, town.neighbours, town.home, stop=Stop(1.0)
    )
    assert answer.size.tolist() == [1, 1]
    assert check_connected(town, answer.plan)


def test_what_lies_beyond_the_capacity_has_its_price():
    town = build_town(2, 3, [0, 5], 3)
    capacity = np.full(2, np.floor(town.pupils.sum() / 2) - 2)
    price = 50.0
    answer = solve_siting_areas(
        town.cost, town.pupils, capacity, np.zeros(2), town.neighbours, town.home,
        beyond=price, stop=Stop(0.2),
    )  # fmt: skip
    least = np.inf
    for plan in product(range(2), repeat=6):
        if plan[0] == 0 and plan[5] == 1 and connected(town, np.array(plan), [0, 1]):
            load = np.bincount(plan, town.pupils, 2)
            over = np.maximum(load - capacity, 0).sum()
            least = min(least, town.cost[np.arange(6), list(plan)].sum() + price * over)
    assert answer.cost == pytest.approx(least)
    assert answer.shortage.sum() > 0
    assert answer.bound <= answer.cost


def test_the_same_seed_and_effort_give_the_same_answer():
    town = build_town(6, 6, [0, 14, 21, 35], 4)
    fixed = np.array([30.0, 10.0, 20.0, 40.0])
    terms = (town.cost, town.pupils, town.seats * 1.5, fixed, town.neighbours, town.home)
    first, second = (solve_siting_areas(*terms, stop=Stop(1.0), seed=3) for _ in range(2))
    assert first.plan.tolist() == second.plan.tolist()
    assert (first.cost, first.bound, first.effort) == (second.cost, second.bound, second.effort)


def test_a_town_that_no_choice_can_hold_is_refused():
    town = build_town(2, 3, [0, 5], 3)
    few = np.full(2, town.pupils.sum() / 4)
    with pytest.raises(SolveError, match="exceeds the capacity"):
        solve_siting_areas(
            town.cost, town.pupils, few, np.zeros(2), town.neighbours, town.home, stop=Stop(1.0)
        )
    with pytest.raises(InputError, match="capacity"):
        solve_siting_areas(town.cost, town.pupils, few[:1], np.zeros(2), town.neighbours, town.home)
