"""Capacitated location: published optima, enumeration, and which limit binds."""

import itertools
import os
from pathlib import Path

import numpy as np
import pytest
from benchmarks.orlib import read_cap
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from seatplan.errors import InputError, SolveError
from seatplan.solvers.location import facilities, solve_capacitated
from seatplan.solvers.stop import Meter, Stop

INSTANCES = Path(__file__).parents[1] / "instances"
LARGER = os.environ.get("SEATPLAN_INSTANCES")


def price_split(cost, demand, room):
    """The least cost of split service by linear programming, inf where there is none."""
    clients, sites = cost.shape
    finite = np.where(np.isfinite(cost), cost, 0.0).ravel()
    ends = [(0, 1 if np.isfinite(value) else 0) for value in cost.ravel()]
    loads = np.kron(demand, np.eye(sites))
    served = np.kron(np.eye(clients), np.ones(sites))
    answer = linprog(finite, loads, room, served, np.ones(clients), bounds=ends)
    return answer.fun if answer.status == 0 else np.inf


def price_whole(cost, demand, room):
    """The least cost of serving each customer from one site, inf where there is none."""
    best = np.inf
    for serving in itertools.product(range(len(room)), repeat=len(demand)):
        load = np.bincount(serving, demand, len(room))
        if (load <= room + 1e-9).all():
            best = min(best, cost[np.arange(len(demand)), list(serving)].sum())
    return best


def enumerate_choices(problem, price):
    """The least total cost over every choice of sizes."""
    cost, demand, capacity, fixed, fixed_open, max_sites = problem
    sites, sizes = capacity.shape
    best = np.inf
    for choice in itertools.product(range(-1, sizes), repeat=sites):
        taken = [site for site in range(sites) if choice[site] >= 0]
        if not taken or len(taken) > max_sites or not set(fixed_open) <= set(taken):
            continue
        levels = [choice[site] for site in taken]
        pay = fixed[taken, levels].sum()
        if pay < best:
            best = min(best, pay + price(cost[:, taken], demand, capacity[taken, levels]))
    return best


@st.composite
def small_problems(draw, clients=4, sites=4, sizes=2):
    clients, sites = draw(st.integers(1, clients)), draw(st.integers(2, sites))
    sizes = draw(st.integers(1, sizes))
    generator = np.random.default_rng(draw(st.integers(0, 10**6)))
    cost = generator.integers(0, 40, (clients, sites)).astype(float)
    cost[generator.random(cost.shape) < draw(st.sampled_from([0.0, 0.2]))] = np.inf
    demand = generator.integers(0, 9, clients).astype(float)
    capacity = generator.integers(1, 14, (sites, sizes)).astype(float)
    fixed = generator.integers(0, 30, (sites, sizes)).astype(float)
    max_sites = draw(st.integers(1, sites))
    fixed_open = generator.choice(sites, draw(st.integers(0, max_sites - 1)), replace=False)
    return cost, demand, capacity, fixed, [int(site) for site in fixed_open], max_sites


def check_against(problem, price, single_source):
    cost, demand, capacity, fixed, fixed_open, max_sites = problem
    best = enumerate_choices(problem, price)
    limits = {"fixed_open": fixed_open, "max_sites": max_sites, "single_source": single_source}
    if np.isinf(best):
        with pytest.raises(SolveError):
            solve_capacitated(cost, demand, capacity, fixed, seconds=10, **limits)
        return
    answer = solve_capacitated(cost, demand, capacity, fixed, seconds=10, **limits)
    assert answer.status == "optimal"
    assert answer.cost == pytest.approx(best, rel=1e-6, abs=1e-6)
    assert answer.bound <= answer.cost
    assert answer.open[fixed_open].all()
    shares = answer.serving
    if single_source:
        shares = np.eye(len(capacity))[answer.serving]
    room = np.where(answer.open, capacity[np.arange(len(capacity)), answer.size], 0.0)
    np.testing.assert_allclose(shares.sum(axis=1), 1.0)
    assert (demand @ shares <= room + 1e-6).all()
    # the cost is what the answer's own service and sizes cost
    paid = fixed[np.arange(len(fixed)), answer.size][answer.open].sum()
    service = np.where(shares > 0, cost, 0.0) * shares
    assert answer.cost == pytest.approx(service.sum() + paid, rel=1e-9, abs=1e-9)


@settings(max_examples=30, deadline=None)
@given(small_problems())
def test_enumeration_agrees_where_demand_may_be_split(problem):
    check_against(problem, price_split, single_source=False)


@settings(max_examples=60, deadline=None)
@given(small_problems())
def test_enumeration_agrees_where_customers_are_whole(problem):
    check_against(problem, price_whole, single_source=True)


def test_no_more_sites_are_open_than_allowed_where_customers_are_whole():
    # One site of three; two would cost 52.
    cost = np.array([[32.0, 3.0, np.inf], [9.0, np.inf, 32.0], [34.0, 23.0, 1.0]])
    room, fixed = np.array([[10.0], [13.0], [11.0]]), np.array([[8.0], [9.0], [19.0]])
    check_against((cost, np.array([0.0, 1.0, 6.0]), room, fixed, [], 1), price_whole, True)


def test_a_slope_of_rounding_alone_moves_no_price():
    # 69: the larger size of the first site, the smaller of the second; prices once ran to 4e17.
    cost = np.array([[37.0, 20.0], [29.0, np.inf], [11.0, 4.0]])
    room, fixed = np.array([[8.0, 6.0], [9.0, 2.0]]), np.array([[9.0, 6.0], [15.0, 0.0]])
    check_against((cost, np.array([0.0, 2.0, 6.0]), room, fixed, [], 2), price_whole, True)


@pytest.mark.parametrize(
    ("name", "optimum"),
    [("cap41", 1040444.375), ("cap74", 1034976.975), ("cap124", 946051.325)],
)
def test_published_optima_are_proven(name, optimum):
    read = read_cap(INSTANCES / f"{name}.txt")
    answer = solve_capacitated(read.cost, read.demand, read.capacity, read.fixed, seconds=20)
    assert answer.status == "optimal"
    assert answer.cost == pytest.approx(optimum, abs=1e-3)
    assert answer.gap < 1e-6


@pytest.mark.slow
@pytest.mark.skipif(LARGER is None, reason="SEATPLAN_INSTANCES names no folder")
def test_every_larger_instance_is_proven():
    lines = (Path(LARGER) / "optimal.tsv").read_text("utf-8").splitlines()
    optima = dict(line.split("\t") for line in lines if line.startswith("cap"))
    for name, optimum in optima.items():
        file, _, capacity = name.partition("_")
        path = Path(LARGER) / "cap" / (f"{file}.txt.gz" if capacity else f"{file}.txt")
        read = read_cap(path, float(capacity) if capacity else None)
        answer = solve_capacitated(read.cost, read.demand, read.capacity, read.fixed, seconds=75)
        assert answer.status == "optimal"
        assert answer.cost == pytest.approx(float(optimum), abs=2e-3)


def test_whole_customers_cost_more_than_split_ones():
    # Two customers of 6 and 6, sites of 9 and 4: split, 9 go near and 3 far; whole, nothing fits
    # the small site, so the third site, dear as it is, takes one customer.
    cost = np.array([[6.0, 12.0, 60.0], [6.0, 12.0, 60.0]])
    ask = ([6, 6], [9, 4, 6], [0, 0, 0])
    assert solve_capacitated(cost, *ask).cost == pytest.approx(6 + 3 + 6)
    whole = solve_capacitated(cost, *ask, single_source=True)
    assert whole.cost == pytest.approx(66)
    assert sorted(whole.serving) == [0, 2]


def test_a_school_that_stands_is_used_before_one_is_built():
    # 10 pupils, 4 seats standing: sizes of 5 and 8 seats cost 100 and 130, so the larger is built
    answer = solve_capacitated(
        np.ones((10, 2)),
        np.ones(10),
        [[4, 4], [5, 8]],
        [[0, np.inf], [100, 130]],
        fixed_open=[0],
    )
    assert answer.size.tolist() == [0, 1]
    assert answer.cost == pytest.approx(140)
    assert (answer.serving.sum(axis=0) <= [4 + 1e-9, 8 + 1e-9]).all()


def test_too_little_capacity_is_told_with_the_missing_seats():
    with pytest.raises(SolveError, match=r"demand of 30 exceeds .* largest 2 .* 25, by 5"):
        solve_capacitated(np.ones((3, 3)), [10, 10, 10], [15, 10, 9], [1, 1, 1], max_sites=2)


def test_more_fixed_sites_than_allowed_are_told():
    with pytest.raises(SolveError, match=r"3 sites are fixed open, 2 more than the 1 allowed"):
        solve_capacitated(
            np.ones((1, 3)), [1], [9, 9, 9], [1, 1, 1], fixed_open=[0, 1, 2], max_sites=1
        )


def test_demand_out_of_reach_is_told():
    cost = np.array([[1.0, np.inf], [np.inf, np.inf]])
    with pytest.raises(SolveError, match=r"1 of 2 customers, with a demand of 7, reach no site"):
        solve_capacitated(cost, [3, 7], [20, 20], [1, 1])


def test_capacity_out_of_reach_is_told():
    # both customers reach the first site only, which has 8 of the 10 seats they need
    cost = np.array([[1.0, np.inf], [1.0, np.inf]])
    with pytest.raises(SolveError, match=r"demand of 2 finds no capacity in reach"):
        solve_capacitated(cost, [5, 5], [8, 20], [1, 1])


def test_too_few_sites_for_the_reach_are_told_with_the_number_needed():
    # each of three customers reaches one site only
    cost = np.where(np.eye(3) > 0, 1.0, np.inf)
    with pytest.raises(SolveError, match=r"at most 2 sites .* at least 3, 1 more"):
        solve_capacitated(cost, [1, 1, 1], [9, 9, 9], [1, 1, 1], max_sites=2)


def test_a_customer_larger_than_every_site_cannot_stay_whole():
    with pytest.raises(SolveError, match=r"customer 1 has a demand of 9, 3 more"):
        solve_capacitated(np.ones((2, 2)), [1, 9], [6, 6], [1, 1], single_source=True)


def test_customers_that_cannot_be_packed_whole_are_told():
    with pytest.raises(SolveError, match=r"whole customers do not fit"):
        solve_capacitated(np.ones((3, 2)), [4, 4, 4], [6, 6], [1, 1], single_source=True)


def test_tables_that_do_not_meet_are_refused():
    with pytest.raises(InputError, match="one number per customer, 2"):
        solve_capacitated(np.ones((2, 3)), [1, 1, 1], [1, 1, 1], [1, 1, 1])


@pytest.mark.parametrize(("stop", "status"), [(Stop(0.0), "effort"), (Stop(60.0, 0.0), "time")])
def test_when_the_work_is_done_or_cut_short_the_best_so_far_comes_with_its_bound(stop, status):
    read = read_cap(INSTANCES / "cap124.txt")
    answer = solve_capacitated(read.cost, read.demand, read.capacity, read.fixed, stop=stop)
    assert answer.status == status
    assert 0 < answer.bound < 946051.325 <= answer.cost + 1e-3


def test_compiling_counts_as_no_work(monkeypatch):
    steps = []
    monkeypatch.setattr(facilities, "load", lambda: steps.append("load"))
    monkeypatch.setattr(facilities, "Meter", lambda stop: steps.append("meter") or Meter(stop))
    solve_capacitated([[1.0]], [1.0], [1.0], [1.0])
    assert steps == ["load", "meter"]


def test_work_is_counted_and_the_same_work_gives_the_same_answer_to_the_last_bit():
    read = read_cap(INSTANCES / "cap124.txt")
    ask = read.cost, read.demand, read.capacity, read.fixed
    one, other = (solve_capacitated(*ask, stop=Stop(0.02)) for _ in range(2))
    assert one.effort == other.effort > 0.02
    assert one.status == other.status == "effort"
    assert (one.cost, one.bound) == (other.cost, other.bound)
    assert one.serving.tobytes() == other.serving.tobytes()
    more = solve_capacitated(*ask)
    assert more.effort > one.effort
    assert more.bound >= one.bound
    assert more.cost <= one.cost


def test_costs_below_0_are_refused_by_name():
    tables = {"cost": np.ones((2, 2)), "demand": np.ones(2), "capacity": np.full(2, 9.0)}
    for name, table in (("cost", -np.ones((2, 2))), ("fixed", -np.ones(2))):
        with pytest.raises(InputError, match=f"{name}.* 0 or more"):
            solve_capacitated(**{**tables, "fixed": np.ones(2), name: table})
