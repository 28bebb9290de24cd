"""Siting over years: enumeration, bounds that hold, and what a budget allows."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seatplan.errors import InputError
from seatplan.solvers.location import solve_siting
from seatplan.solvers.stop import Stop
from seatplan.solvers.transport import solve_transport


def operate(demand, metres, seats, sizes, programme):
    """Shortage and walking of one programme, {site: (size, year)}, year by year."""
    shortage = walking = 0.0
    for year in range(demand.shape[1]):
        new = np.zeros(len(sizes))
        for site, (size, opening) in programme.items():
            if opening <= year:
                new[site] = sizes[site, size]
        flows = solve_transport(demand[:, year], np.concatenate([seats[:, year], new]), metres)
        shortage += flows.unserved.sum()
        walking += flows.cost
    return shortage, walking


def enumerate_programmes(case, limits):
    """Every affordable programme with its shortage and walking."""
    demand, _, _, sizes = case
    years = demand.shape[1]
    allowance = np.cumsum(limits["budget"])
    options = [(size, year) for size in range(sizes.shape[1]) for year in range(years)]
    for count in range(limits["max_sites"] + 1):
        for sites in itertools.combinations(range(len(sizes)), count):
            for taken in itertools.product(options, repeat=count):
                programme = dict(zip(sites, taken, strict=True))
                paid = np.zeros(years)
                for site, (size, year) in programme.items():
                    paid[year] += limits["price"][site, size]
                early = any(
                    year < limits["earliest"][site] for site, (_, year) in programme.items()
                )
                if not early and (np.cumsum(paid) <= allowance).all():
                    yield operate(*case, programme)


@st.composite
def small_cases(draw):
    generator = np.random.default_rng(draw(st.integers(0, 10**6)))
    blocks, years, standing, sites = 5, draw(st.integers(1, 2)), 1, draw(st.integers(1, 3))
    demand = generator.integers(0, 20, (blocks, years)).astype(float)
    metres = generator.integers(100, 3000, (blocks, standing + sites)).astype(float)
    metres[generator.random(metres.shape) < draw(st.sampled_from([0.0, 0.2]))] = np.inf
    seats = generator.integers(5, 40, (standing, years)).astype(float)
    sizes = generator.integers(5, 40, (sites, 2)).astype(float)
    limits = {
        "price": np.sort(generator.integers(1, 10, (sites, 2)), axis=1).astype(float),
        "budget": generator.integers(0, 14, years).astype(float),
        "earliest": generator.integers(0, years, sites),
        "max_sites": draw(st.integers(1, 2)),
    }
    return (demand, metres, seats, sizes), limits


@settings(max_examples=25, deadline=None)
@given(small_cases())
def test_enumeration_agrees(problem):
    case, limits = problem
    outcomes = list(enumerate_programmes(case, limits))
    least = min(shortage for shortage, _ in outcomes)
    walking = min(walk for shortage, walk in outcomes if shortage <= least + 1e-6)
    answer = solve_siting(*case, **limits, gap=1e-6, slack=1e-9, seconds=20)
    assert answer.status == "optimal"
    assert answer.shortage == pytest.approx(least, abs=1e-6)
    assert answer.walking == pytest.approx(walking, rel=2e-6, abs=1e-6)
    assert answer.shortage_bound <= answer.shortage
    assert answer.walking_bound <= answer.walking


@settings(max_examples=10, deadline=None)
@given(problem=small_cases())
def test_enumeration_agrees_where_programmes_are_too_many_to_list(problem):
    case, limits = problem
    outcomes = list(enumerate_programmes(case, limits))
    least = min(shortage for shortage, _ in outcomes)
    walking = min(walk for shortage, walk in outcomes if shortage <= least + 1e-6)
    answer = solve_siting(*case, **limits, gap=1e-4, slack=1e-5, listed=0, seconds=60)
    assert answer.status == "optimal"
    assert answer.shortage == pytest.approx(least, abs=1e-3)
    assert answer.walking == pytest.approx(walking, rel=1.1e-4)
    assert answer.walking_bound <= walking + 1e-6


def test_a_programme_among_very_many_is_bounded_by_prices():
    # 8 of 40 sites are 77 million programmes, too many to list
    generator = np.random.default_rng(3)
    places = generator.random((90, 2)) * 8000
    metres = np.hypot(*(places[:, None] - places[None, :45]).transpose(2, 0, 1))
    demand = generator.integers(5, 30, (90, 2)).astype(float)
    case = demand, metres, np.full((5, 2), 250.0), np.tile([80.0, 100.0], (40, 1))
    answer = solve_siting(*case, max_sites=8, seconds=30, gap=0.05)
    assert answer.status == "optimal"
    assert 0.95 * answer.walking <= answer.walking_bound <= answer.walking
    # 8 sites of 100 join 5 schools of 250: everything beyond 2,050 is short
    assert answer.shortage == pytest.approx(np.maximum(demand.sum(axis=0) - 2050, 0).sum())


def test_pupils_are_conserved_and_seats_are_kept():
    generator = np.random.default_rng(4)
    places = generator.random((40, 2)) * 5000
    schools = generator.random((8, 2)) * 5000
    metres = np.hypot(*(places[:, None] - schools[None]).transpose(2, 0, 1))
    demand = generator.integers(5, 30, (40, 3)).astype(float)
    seats = np.full((3, 3), 150.0)
    sizes = np.tile([100.0, 150.0], (5, 1))
    answer = solve_siting(demand, metres, seats, sizes, max_sites=2, seconds=20)
    total = answer.seated.sum(axis=1) + answer.unseated.sum(axis=1)
    np.testing.assert_allclose(total, demand.sum(axis=0))
    assert answer.unseated.sum() == pytest.approx(answer.shortage)
    # 2 sites of 150 seats join 3 schools of 150: everything beyond 750 is short
    assert answer.shortage == pytest.approx(np.maximum(demand.sum(axis=0) - 750, 0).sum())
    room = np.concatenate([seats, np.where(answer.size >= 0, 150.0, 0.0)[:, None] + [0, 0, 0]])
    assert (answer.seated <= room.T + 1e-6).all()


def test_a_budget_that_comes_late_opens_late():
    # one block of 10 pupils, no seats; the only site costs 5, and 5 have come in by the third year
    answer = solve_siting(
        np.full((1, 4), 10.0),
        [[500.0]],
        np.zeros((0, 4)),
        [[10.0]],
        price=[[5.0]],
        budget=[2, 2, 2, 2],
        seconds=10,
    )
    assert answer.year.tolist() == [2]
    assert answer.shortage == pytest.approx(20)  # the first two years
    assert answer.walking == pytest.approx(2 * 10 * 500)


def test_tables_that_do_not_meet_are_told_together():
    with pytest.raises(InputError) as refusal:
        solve_siting(np.ones((2, 3)), np.ones((2, 2)), np.ones((1, 2)), -np.ones((2, 1)))
    assert len(refusal.value.problems) == 3  # metres, seats, sizes


@pytest.mark.slow
def test_the_same_effort_gives_the_same_programme_and_bounds_and_seconds_only_cut():
    # money in each of three years, 24 sites at three sizes: HiGHS proposes, and is stopped by work
    rng = np.random.default_rng(5)
    at, sites = rng.random((90, 2)) * 5000, rng.random((28, 2)) * 5000
    metres = np.hypot(*(at[:, None] - sites[None]).transpose(2, 0, 1))
    demand = rng.integers(5, 40, (90, 3)).astype(float)
    sizes = np.tile([180.0, 270.0, 360.0], (24, 1))
    case = demand, metres, np.full((4, 3), 300.0), sizes
    terms = {"price": sizes, "budget": [400.0, 300.0, 200.0], "gap": 1e-6}
    one, other = (solve_siting(*case, **terms, stop=Stop(0.4)) for _ in range(2))
    assert one.status == "effort"
    assert one.effort == other.effort
    for figure in ("size", "year", "seated", "unseated"):
        assert getattr(one, figure).tobytes() == getattr(other, figure).tobytes()
    bounds = [(found.shortage_bound, found.walking_bound) for found in (one, other)]
    assert bounds[0] == bounds[1]
    cut = solve_siting(*case, **terms, stop=Stop(20.0, seconds=0.3))
    assert (cut.status, cut.cut_short) == ("time", True)
    more = solve_siting(*case, **terms, stop=Stop(1.0))
    assert more.shortage_bound >= one.shortage_bound - 1e-9


def test_fewer_than_no_sites_are_refused_by_name():
    tables = np.ones((3, 2)), np.ones((3, 3)), np.ones((1, 2)), np.ones((2, 2))
    with pytest.raises(InputError, match="max_sites is -1; want 0 or more"):
        solve_siting(*tables, max_sites=-1)
