"""What the relaxation chooses at given prices, against every choice there is."""

import itertools

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from seatplan.solvers.location.siting_bound import bar_options, choose_options

ROOM = 4.0


@st.composite
def choices(draw):
    """5 sites in 2 groups, 2 options each with whole values; some must open, some may not."""
    generator = np.random.default_rng(draw(st.integers(0, 10**6)))
    values = np.zeros((5, 3))
    values[:, 1:] = generator.integers(-9, 4, (5, 2))
    allowed = np.ones((5, 3), bool)
    allowed[:, 1:] = generator.random((5, 2)) < 0.8
    group = generator.integers(0, 2, 5).astype(np.int32)
    limits = generator.integers(1, 4, 2).astype(np.int32)
    most = draw(st.integers(2, 4))
    must = generator.integers(0, 5)  # one site that opens in any case, if it can
    if draw(st.booleans()) and allowed[must, 1:].any():
        allowed[must, 0] = False
    return values, allowed, most, group, limits


def list_values(values, allowed, most, group, limits):
    """Every choice of options that keeps the rules, and what it comes to."""
    for choice in itertools.product(*(np.flatnonzero(row) for row in allowed)):
        opened = np.array(choice) > 0
        if opened.sum() <= most and (np.bincount(group[opened], minlength=2) <= limits).all():
            yield choice, values[np.arange(5), list(choice)].sum()


@settings(max_examples=150, deadline=None)
@given(choices())
def test_the_choice_is_the_least_there_is_and_only_what_is_too_dear_is_barred(case):
    values, allowed, most, group, limits = case
    every = list(list_values(*case))
    chosen, best, edge = np.zeros(5, np.int32), np.empty(5), np.empty((2, 2))
    least = choose_options(values, allowed, most, group, limits, chosen, best, edge)
    assert least == min(value for _, value in every)
    kept = allowed.copy()
    bar_options(values, kept, group, chosen, best, edge, ROOM)
    # an option stays exactly if some choice with it comes to at most ROOM more than the least
    needed = np.zeros_like(allowed)
    for choice, value in every:
        if value <= least + ROOM:
            needed[np.arange(5), list(choice)] = True
    assert (kept | ~needed).all()
    taken = chosen > 0
    assert (kept[taken] == needed[taken])[:, 0].all()
