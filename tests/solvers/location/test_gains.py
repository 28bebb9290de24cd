"""Siting by cuts and by marginal gains against every programme there is."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seatplan.errors import InputError
from seatplan.solvers.location.gains import solve_few_sites
from seatplan.solvers.stop import Stop
from seatplan.solvers.transport import solve_transport


def list_programmes(case):
    """Every choice of sizes and years (sites x (size, year) or None) that keeps the rules."""
    sites, sizes = case["sizes"].shape
    years = len(case["demand"][0])
    options = [None, *product(range(sizes), range(years))]
    for choice in product(options, repeat=sites):
        opened = [(site, *option) for site, option in enumerate(choice) if option is not None]
        paid = np.zeros(years)
        for site, size, year in opened:
            paid[year] += case["price"][site, size]
        if len(opened) > case["max_sites"]:
            continue
        member, most = case["groups"]
        if (np.bincount([member[site] for site, *_ in opened], minlength=2) > most).any():
            continue
        if any(case["sizes"][site, size] == 0 for site, size, _ in opened):
            continue
        if any(year < case["earliest"][site] for site, _, year in opened):
            continue
        if case["budget"] is not None and (np.cumsum(paid) > np.cumsum(case["budget"])).any():
            continue
        if any(case["clashes"][a, b] for a, *_ in opened for b, *_ in opened if a != b):
            continue
        yield opened


def operate(case, opened):
    """Shortage and walking of one programme, each year by the exact transport problem."""
    shortage = walking = 0.0
    for year in range(len(case["demand"][0])):
        seats = np.append(case["seats"][:, year], np.zeros(len(case["sizes"])))
        for site, size, opening in opened:
            if opening <= year:
                seats[len(case["seats"]) + site] = case["sizes"][site, size]
        flows = solve_transport(case["demand"][:, year], seats, case["metres"])
        shortage += flows.unserved.sum()
        walking += flows.cost
    return shortage, walking


@st.composite
def cases(draw):
    """3 sites of up to 2 sizes, 2 years, 4 blocks, 1 school that stands; whole numbers."""
    seed = draw(st.integers(0, 2**32 - 1))
    random = np.random.default_rng(seed)
    metres = random.integers(1, 20, (4, 4)).astype(float)
    metres[random.random((4, 4)) < 0.2] = np.inf
    clashes = np.zeros((3, 3), bool)
    if draw(st.booleans()):
        clashes[0, 1] = clashes[1, 0] = True
    return {
        "demand": random.integers(0, 12, (4, 2)).astype(float),
        "metres": metres,
        "seats": random.integers(0, 15, (1, 2)).astype(float),
        "sizes": random.integers(0, 15, (3, 2)).astype(float),
        "price": random.integers(1, 9, (3, 2)).astype(float),
        "budget": random.integers(0, 9, 2).astype(float) if draw(st.booleans()) else None,
        "earliest": random.integers(0, 2, 3),
        "max_sites": draw(st.integers(1, 3)),
        "clashes": clashes,
        "groups": (random.integers(0, 2, 3), random.integers(0, 3, 2)),
    }


def check_is_best(case, found):
    """Hold an answer against every programme there is."""
    every = [operate(case, opened) for opened in list_programmes(case)]
    shortage = min(short for short, _ in every)
    walking = min(walk for short, walk in every if short <= shortage + 1e-6)
    assert found.status == "optimal"
    assert found.shortage == pytest.approx(shortage, abs=1e-6)
    assert found.walking == pytest.approx(walking, abs=1e-6)
    assert found.shortage_bound <= shortage + 1e-6
    assert found.walking_bound <= walking + 1e-6


@settings(max_examples=25, deadline=None)
@given(cases())
def test_no_programme_is_better_than_the_one_found(case):
    check_is_best(case, solve_few_sites(**case, gap=1e-9, slack=1e-3))


@settings(max_examples=25, deadline=None)
@given(cases())
def test_nor_than_the_one_found_by_gains_where_programmes_are_too_many_to_list(case):
    case["budget"] = None
    found = solve_few_sites(**case, gap=1e-9, slack=1e-3, listed=0)
    check_is_best(case, found)
    opened = [
        (site, int(found.size[site]), int(found.year[site]))
        for site in np.flatnonzero(found.size >= 0)
    ]
    assert opened in list(list_programmes(case))


@settings(max_examples=10, deadline=None)
@given(cases())
def test_the_programme_found_keeps_every_rule(case):
    found = solve_few_sites(**case)
    opened = [
        (site, int(found.size[site]), int(found.year[site]))
        for site in np.flatnonzero(found.size >= 0)
    ]
    assert opened in list(list_programmes(case))
    assert operate(case, opened)[0] == pytest.approx(found.shortage)


def one_short_block():
    """A block of 10 pupils beside a school of 4 seats, and two sites of 6 seats, near and far."""
    return {
        "demand": [[10.0, 10.0]],
        "metres": [[100.0, 300.0, 200.0]],
        "seats": [[4.0, 4.0]],
        "sizes": [[6.0], [6.0]],
    }


def test_the_nearer_of_two_sites_that_cure_the_shortage_opens():
    # 4 pupils walk 100 m and 6 walk 200 m in both years: 2 x 1,600
    found = solve_few_sites(**one_short_block(), max_sites=1)
    assert found.year.tolist() == [-1, 0]
    assert (found.shortage, found.walking) == (0.0, 3200.0)


def test_a_school_waits_for_the_money():
    # 3 a year for a school of 6: it opens in the second year, and 6 go without a seat in the first
    found = solve_few_sites(**one_short_block(), price=[[6.0], [6.0]], budget=[3.0, 3.0])
    assert sorted(found.year.tolist()) == [-1, 1]
    assert found.shortage == 6.0
    assert found.spent == 6.0


@pytest.mark.parametrize(("stop", "status"), [(Stop(0.0), "effort"), (Stop(1.0, 0.0), "time")])
def test_a_search_that_is_over_at_once_still_gives_a_programme_and_an_honest_bound(stop, status):
    found = solve_few_sites(**one_short_block(), max_sites=1, stop=stop)
    assert found.status == status
    assert found.cut_short == (status == "time")
    assert found.shortage_bound == 0.0
    assert found.shortage >= 0.0


def test_an_interrupt_keeps_the_best_so_far():
    told = []

    def interrupt(*news):
        told.append(news)
        if len(told) == 2:  # one programme has been operated between the first news and these
            raise KeyboardInterrupt

    found = solve_few_sites(**one_short_block(), max_sites=2, progress=interrupt)
    assert found.status == "time"
    assert found.cut_short
    assert found.size.tolist() == [
        -1,
        0,
    ]  # the far site, of no use beside the near one, is not built
    assert found.shortage == 0.0


def test_tables_that_do_not_meet_are_refused():
    with pytest.raises(InputError, match="metres has shape"):
        solve_few_sites(**(one_short_block() | {"metres": [[1.0, 2.0]]}))
