"""Births against the ages they became, the year before and each other."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np
import pandas as pd

from seatplan.district.doubts.people import sum_ages, times_apart
from seatplan.district.doubts.thresholds import THRESHOLDS, is_odd, list_positions
from seatplan.district.draft import Draft
from seatplan.district.finding import Finding
from seatplan.district.tables import AGES, BIRTHS, RATIOS, SCENARIOS

MANY = 8  # years of births from which a smooth run says something
FIVE = 5  # ages whose births are known, from which their series says something


def doubt_births(draft: Draft) -> Iterator[Finding]:
    """Yield births that fit neither the youngest ages, nor the year before, nor each other."""
    table = draft.tables[BIRTHS].sort_values("year")
    yield from _doubt_youngest(draft, table)
    yield from _doubt_shift(draft, table)
    yield from _doubt_jumps(draft, table)
    yield from _doubt_exchange(draft, table)
    yield from _doubt_variants(draft, table)


def _doubt_youngest(draft: Draft, table: pd.DataFrame) -> Iterator[Finding]:
    """Yield births of which another number is aged 0 or 1 in the base year."""
    ratio = draft.tables[RATIOS].set_index("age").ratio
    people, born = sum_ages(draft), table.set_index("year").medium
    expected = {0: ratio[-1], 1: ratio[-1] * ratio[0]}
    for age, kept in expected.items():
        year = draft.base_year - age
        if year in born and is_odd("births over age", born[year] * kept, people[age]):
            sentence = (
                f"{BIRTHS}: {born[year]:,.10g} births in {year}, but {people[age]:,.0f} residents "
                f"aged {age} in {draft.base_year}; want births of the district, in persons"
            )
            size = times_apart(born[year], people[age])
            yield Finding("births against ages", "doubtful", sentence, size)


def _doubt_shift(draft: Draft, table: pd.DataFrame) -> Iterator[Finding]:
    """Yield a series of births that fits the ages far better as that of the year beside.

    Five ages at least have births of both years that they were born in (four and eight twelfths).
    Of 1,812 English series (areas and autumns, entrants of five years) seven are doubted, and one
    in eighteen of the same series moved by a year, whose births hardly changed: a fall of a tenth
    a year is found.
    """
    ratio = draft.tables[RATIOS].set_index("age").ratio.sort_index()
    kept = np.cumprod(ratio.reindex(range(-1, AGES[-1])).fillna(1.0).to_numpy())
    born, people = table.set_index("year").medium, sum_ages(draft)
    fits = {}
    ages = [
        age for age in AGES if {*range(-2, 2)} <= {y - draft.base_year + age for y in born.index}
    ]
    if len(ages) < FIVE or not people[ages].all():
        return
    for by in (0, -1, 1):
        years = [draft.base_year - age + by for age in ages]
        cohort = np.array([born[year - 1] * 4 + born[year] * 8 for year in years]) / 12
        logs = np.log(people[ages] / (cohort * kept[ages]).clip(1e-9))
        fits[by] = float(np.std(logs))
    best = min(fits, key=lambda by: fits[by])
    if fits[0] > THRESHOLDS["births of the year beside"].most and fits[best] < fits[0] / 3:
        side = "earlier" if best > 0 else "later"
        sentence = (
            f"{BIRTHS}: births fit ages {ages[0]} to {ages[-1]} to {fits[0]:.1%}, but to "
            f"{fits[best]:.1%} as those of a year {side}; want births in the year they were born"
        )
        yield Finding("births a year off", "doubtful", sentence)


def _doubt_jumps(draft: Draft, table: pd.DataFrame) -> Iterator[Finding]:
    """Yield births of another order than those of the year before."""
    follows = np.diff(table.year.to_numpy()) == 1
    for name in SCENARIOS:
        now, before = table[name].to_numpy()[1:], table[name].to_numpy()[:-1]
        for place in list_positions(is_odd("births over last year", now, before) & follows):
            want = f"{before[place]:,.10g} the year before; want numbers of one order"
            sentence = draft.rows[BIRTHS].fault(table.index[place + 1], name, want)
            size = times_apart(now[place], before[place])
            yield Finding("births that jump", "doubtful", sentence, size)


def _doubt_variants(draft: Draft, table: pd.DataFrame) -> Iterator[Finding]:
    """Yield variants of another order than the medium one, or on its wrong side."""
    rows = draft.rows[BIRTHS]
    for name in ("low", "high"):
        for number in table.index[is_odd("births over medium", table[name], table.medium)]:
            want = f"beside {table.medium[number]:,.10g} in medium; want variants of one order"
            size = times_apart(table[name][number], table.medium[number])
            sentence = rows.fault(number, name, want)
            yield Finding("births of a variant", "doubtful", sentence, size)
    for number in table.index[(table.low > table.medium) | (table.medium > table.high)]:
        want = f"want low, medium and high in that order (medium {table.medium[number]:.10g})"
        column = "low" if table.low[number] > table.medium[number] else "high"
        yield Finding("births out of order", "doubtful", rows.fault(number, column, want))


def _doubt_exchange(draft: Draft, table: pd.DataFrame) -> Iterator[Finding]:
    """Yield the two years whose births, exchanged, run far smoother, in every variant at once."""
    born = table[list(SCENARIOS)].to_numpy(float)
    if len(born) < MANY or (born <= 0).any() or (np.diff(table.year) != 1).any():
        return
    logs = np.log(born)
    pairs = list(combinations(range(len(born)), 2))
    orders = np.tile(np.arange(len(born)), (len(pairs), 1))
    for order, (one, other) in zip(orders, pairs, strict=True):
        order[[one, other]] = other, one
    bends = np.abs(np.diff(logs[orders], 2, axis=1)).sum(axis=1).max(axis=1)
    now, best = np.abs(np.diff(logs, 2, axis=0)).sum(axis=0).max(), int(bends.argmin())
    if now - bends[best] > THRESHOLDS["bends of births"].most and bends[best] < 0.6 * now:
        one, other = (int(table.year.iloc[place]) for place in pairs[best])
        want = f"the series runs smoothly with {one} and {other} exchanged; want each year's own"
        sentence = draft.rows[BIRTHS].fault(table.index[pairs[best][0]], "medium", want)
        yield Finding("births of another year", "doubtful", sentence)
