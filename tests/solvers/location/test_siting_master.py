"""Cuts hold for every programme, and are met by the one that they come from."""

import itertools

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from seatplan.solvers.location.siting import read_case
from seatplan.solvers.location.siting_bound import Relaxation
from seatplan.solvers.location.siting_case import count_programmes
from seatplan.solvers.location.siting_master import (
    Listed,
    Menu,
    Mixed,
    list_programmes,
)
from seatplan.solvers.location.siting_prices import price_seating
from seatplan.solvers.stop import Meter, Stop

YEARS = 2


@st.composite
def cases(draw):
    """3 sites of 2 sizes, 2 years, 6 blocks, 2 schools that stand; money or none."""
    generator = np.random.default_rng(draw(st.integers(0, 10**6)))
    metres = generator.integers(1, 30, (6, 5)).astype(float)
    metres[generator.random(metres.shape) < draw(st.sampled_from([0.0, 0.3]))] = np.inf
    clashes = np.zeros((3, 3), bool)
    clashes[0, 1] = clashes[1, 0] = draw(st.booleans())
    case, _ = read_case(
        generator.integers(0, 9, (6, YEARS)),
        metres,
        generator.integers(0, 15, (2, YEARS)),
        generator.integers(1, 15, (3, 2)),
        generator.integers(1, 6, (3, 2)),
        generator.integers(0, 9, YEARS) if draw(st.booleans()) else None,
        None,
        draw(st.integers(1, 3)),
        clashes,
        (generator.integers(0, 2, 3), generator.integers(0, 3, 2)) if draw(st.booleans()) else None,
    )
    return case


def list_every(case):
    """Every choice of options that fits: sites, groups, clashes, money."""
    for choice in itertools.product(*(np.flatnonzero(row) for row in case.allowed)):
        options = np.array(choice, np.int32)
        opened = options > 0
        is_within = (
            np.bincount(case.group[opened], minlength=len(case.limits)) <= case.limits
        ).all()
        is_apart = is_within and not case.clashes[np.ix_(opened, opened)].any()
        if opened.sum() <= case.most and is_apart and case.is_affordable(options):
            yield options


def bound_by(cut, options, case, shortage):
    """What a cut says of one programme, year by year."""
    size, opening = case.split(options)
    bound = cut.base.copy()
    for site in np.flatnonzero(options):
        for year in range(opening[site], case.years):
            bound[year] -= cut.gains[site, year, size[site] + 1]
    return bound if cut.charge is None else bound - cut.charge * shortage


@settings(max_examples=40, deadline=None)
@given(cases(), st.integers(0, 10**6))
def test_a_cut_holds_for_every_programme_and_is_met_by_its_own(case, seed):
    every = list(list_every(case))
    own = every[seed % len(every)]
    short, prices, charges = price_seating(case, case.operate(own))
    near = Relaxation(case, np.where(np.isfinite(case.metres), 0.0, np.inf))
    cuts = near.cut(short, None), Relaxation(case, case.metres).cut(prices, charges)
    for options in every:
        flows = case.operate(options).flows
        missing = np.array([flow.unserved.sum() for flow in flows])
        walking = np.array([flow.cost for flow in flows])
        for cut, truth in zip(cuts, (missing, walking), strict=True):
            bound = bound_by(cut, options, case, missing)
            assert (bound <= truth + 1e-6).all()
            if options is own:
                np.testing.assert_allclose(bound, truth, atol=1e-6)


@settings(max_examples=40, deadline=None)
@given(cases())
def test_every_programme_is_within_a_listed_one(case):
    # a listed one opens at least the same sites, each as large and as early
    menu = Menu.of(case, case.allowed & (np.arange(case.allowed.shape[1]) > 0))
    listed = [
        menu.read(row[row >= 0], len(case.sizes))
        for row in list_programmes(case, menu, Meter(Stop()))
    ]
    fitting = {options.tobytes() for options in list_every(case)}
    assert {options.tobytes() for options in listed} <= fitting
    sizes, years = zip(*(case.split(options) for options in listed), strict=True)
    for options in list_every(case):
        size, year = case.split(options)
        covers = [
            ((size <= other) & ((year >= opening) | (size < 0))).all()
            for other, opening in zip(sizes, years, strict=True)
        ]
        assert any(covers)


@settings(max_examples=30, deadline=None)
@given(cases())
def test_the_list_and_the_program_propose_the_same_bound(case):
    operation = case.operate(np.zeros(3, np.int32))
    short, prices, charges = price_seating(case, operation)
    near = Relaxation(case, np.where(np.isfinite(case.metres), 0.0, np.inf))
    menu = Menu.of(case, case.drop_dominated())
    assume(len(menu.site))  # the one programme without options is always listed
    masters = Listed(case, menu, list_programmes(case, menu, Meter(Stop()))), Mixed(case, menu)
    for master in masters:
        master.add(near.cut(short, None), np.inf)
        master.add(Relaxation(case, case.metres).cut(prices, charges), operation.shortage)
    target = operation.shortage + 1.0
    first, second = (m.propose(np.inf, target, 1e-6, Meter(Stop(10.0))).bound for m in masters)
    assert first == pytest.approx(second, abs=1e-5)


@pytest.mark.parametrize(
    ("groups", "most", "sets"),
    [
        (None, 2, 6),  # 2 of 4
        (([0, 0, 0, 1], [1, 1]), 4, 3),  # 1 of 3, and the other one
        (([0, 0, 1, 1], [2, 1]), 2, 5),  # both of the first, or 2 x 2 with one of each
    ],
)
def test_sets_of_sites_are_counted_within_number_and_groups(groups, most, sets):
    case, _ = read_case(
        [[1.0]], np.ones((1, 5)), [[1.0]], np.ones((4, 1)), None, None, None, most, None, groups
    )
    assert count_programmes(case) == sets
