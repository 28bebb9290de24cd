"""People against people: ages, ratios, rates and planned homes that do not fit."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from seatplan.district.defaults import say_assumed
from seatplan.district.doubts.thresholds import THRESHOLDS, is_odd, list_positions
from seatplan.district.draft import Draft
from seatplan.district.finding import Finding
from seatplan.district.tables import (
    AGES,
    ASSUMPTIONS,
    BLOCKS,
    HOUSING,
    RATIOS,
    RESIDENTS,
    TAKE_UP,
)

NEAREST = 8  # blocks about a block
FEW = 4  # estates from which the median says something
AGE_COLUMNS = [f"age_{age}" for age in AGES]


def sum_ages(draft: Draft) -> NDArray[np.float64]:
    """Return the residents of each single year of age, 0 to 19, of all blocks."""
    return np.asarray(draft.tables[RESIDENTS][AGE_COLUMNS].sum().to_numpy(float))


def doubt_ages(draft: Draft) -> Iterator[Finding]:
    """Yield ages of the whole district that the ages beside them do not bear out."""
    people = sum_ages(draft)
    total = draft.tables[RESIDENTS].total.sum()
    share = people.sum() / total if total else 0.0
    if total and is_odd("total over young", share) and not _is_sum(draft):
        sentence = (
            f"{RESIDENTS}: ages 0 to 19 are {share:.0%} of all residents ({people.sum():,.0f} of "
            f"{total:,.0f}); want total for people of every age, age_0 to age_19 for single years"
        )
        yield Finding("share of the young", "doubtful", sentence)
    for age in list_positions(is_odd("age over next age", people[:-1], people[1:])):
        sentence = (
            f"{RESIDENTS}: {people[age]:,.0f} residents aged {age}, but {people[age + 1]:,.0f} "
            f"aged {age + 1}; want numbers of one order, or the reason in provenance.csv"
        )
        yield Finding(
            "ages that jump", "doubtful", sentence, times_apart(people[age], people[age + 1])
        )


def _is_sum(draft: Draft) -> bool:
    """Say whether the district itself tells that its total is the sum of the ages given."""
    told = say_assumed("total").en
    return draft.has(ASSUMPTIONS) and bool((draft.tables[ASSUMPTIONS].en == told).any())


def doubt_blocks(draft: Draft) -> Iterator[Finding]:
    """Yield blocks whose residents do not fit their ages, their area or the other blocks."""
    rows, table = draft.rows[RESIDENTS], draft.tables[RESIDENTS]
    ages = table[AGE_COLUMNS].to_numpy(float)
    beside = np.pad(ages, ((0, 0), (1, 1)), mode="reflect")
    beside = np.maximum(beside[:, :-2], beside[:, 2:])
    for row, age in np.argwhere(is_odd("age of a block", ages, beside)).tolist():
        want = f"want about {beside[row, age]:,.0f}, as in the ages beside it"
        sentence = rows.fault(table.index[row], f"age_{age}", want)
        yield Finding("an age of a block", "doubtful", sentence, ages[row, age])
    for number in table.index[(table.total >= 100) & (ages.sum(axis=1) == 0)]:
        want = "but nobody aged 0 to 19; want the single years of age"
        yield Finding("no young", "doubtful", rows.fault(number, "total", want))
    yield from _doubt_size(draft)
    yield from _doubt_empty(draft)


def _doubt_empty(draft: Draft) -> Iterator[Finding]:
    """Yield blocks without a resident, where hardly any other is and many live all about them.

    As many as its ground would hold at half the density of the eight nearest. Where one block in
    fifty is empty, parks and works are blocks there.
    """
    rows, table = draft.rows[RESIDENTS], draft.tables[RESIDENTS]
    empty = table.total.to_numpy() == 0
    usual = max(1.0, THRESHOLDS["empty blocks"].most * len(table))
    if not 0 < empty.sum() <= usual or len(table) <= NEAREST:
        return
    middles, area = _place_blocks(draft)
    density = np.median((table.total.to_numpy() / area)[_find_nearest(middles)], axis=1)
    due = density * area / 2
    for place in list_positions(empty & (due >= THRESHOLDS["empty blocks"].floor)):
        want = f"where its neighbours have {2 * due[place]:,.0f} on as much ground; want its people"
        sentence = rows.fault(table.index[place], "total", want)
        yield Finding("empty block", "doubtful", sentence, due[place])


def _place_blocks(draft: Draft) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the middle and the km2 of each block, in the order of residents.csv."""
    blocks = draft.shapes[BLOCKS].to_numpy()
    order = pd.Index(draft.tables[BLOCKS].id).get_indexer(draft.tables[RESIDENTS].block)
    middles = shapely.get_coordinates(shapely.centroid(blocks))[order]
    return middles, shapely.area(blocks)[order] / 1e6


def _find_nearest(middles: NDArray[np.float64]) -> NDArray[np.intp]:
    """Return the places of the blocks nearest to each, of more blocks than these."""
    return np.asarray(cKDTree(middles).query(middles, NEAREST + 1)[1][:, 1:])


def _doubt_size(draft: Draft) -> Iterator[Finding]:
    rows, table = draft.rows[RESIDENTS], draft.tables[RESIDENTS]
    middles, area = _place_blocks(draft)
    density = table.total.to_numpy() / area
    middle = float(table.total.median())
    large = is_odd("block over median", table.total, np.full(len(table), middle))
    large |= _stand_out(middles, table.total.to_numpy(float), density)
    for place in list_positions(is_odd("density", density) | large):
        want = (
            f"{density[place]:,.0f} per km2, {table.total.iloc[place] / max(middle, 1):.0f} times "
            "the median block; want the people who live there"
        )
        sentence = rows.fault(table.index[place], "total", want)
        yield Finding("crowded block", "doubtful", sentence, density[place])


def _stand_out(
    middles: NDArray[np.float64], people: NDArray[np.float64], density: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """Say which large blocks have far more people, or denser, than any of those nearest to them."""
    if len(middles) <= NEAREST:
        return np.zeros(len(people), dtype=bool)
    near = _find_nearest(middles)
    odd = is_odd("block over the next", people, people[near].max(axis=1))
    crowded = is_odd("density over the next", density, density[near].max(axis=1))
    return odd | (crowded & (people >= THRESHOLDS["block over the next"].floor))


def doubt_ratios(draft: Draft) -> Iterator[Finding]:
    """Yield cohort ratios far from 1, far from their neighbours, and too much all together."""
    rows, table = draft.rows[RATIOS], draft.tables[RATIOS].sort_values("age")
    ratio = table.ratio.to_numpy()
    beside = np.pad(ratio, 1, mode="reflect")
    middle = (beside[:-2] + beside[2:]) / 2
    lonely = is_odd("ratio of neighbours", ratio, middle) & (np.abs(ratio - 1) > 0.1)
    lonely &= table.age.to_numpy() > -1  # births are registered, age 0 is counted
    for place in list_positions(is_odd("cohort ratio", ratio) | lonely):
        want = f"want about {np.median(ratio):.2f}, as at the other ages (1 = nobody moves)"
        sentence = rows.fault(table.index[place], "ratio", want)
        yield Finding("cohort ratio", "doubtful", sentence, times_apart(ratio[place], 1.0))
    together = float(np.prod(ratio[table.age.to_numpy() > -1]))
    if is_odd("ratios together", together):
        sentence = (
            f"{RATIOS}: the ratios of all ages together make {100 * together:,.0f} at age 19 of "
            "100 at age 0; want residents a year later for each resident"
        )
        yield Finding("ratios together", "doubtful", sentence)


def doubt_take_up(draft: Draft) -> Iterator[Finding]:
    """Yield rates that no stage has, that leap, or of years nobody plans for."""
    rows, table = draft.rows[TAKE_UP], draft.tables[TAKE_UP].sort_values(["stage", "year"])
    compulsory = {stage.code for stage in draft.standards.stages if stage.compulsory}
    odd = is_odd("take-up", table.rate) & table.stage.isin(compulsory).to_numpy()
    for number in table.index[odd | (table.rate == 0)]:
        want = "want pupils for each resident of the ages, near 1 where school is compulsory"
        yield Finding("take-up", "doubtful", rows.fault(number, "rate", want))
    for _, own in table.groupby("stage"):
        rate = own.rate.to_numpy()
        for place in list_positions(is_odd("take-up over before", rate[1:], rate[:-1])):
            want = f"{rate[place]:g} in {own.year.iloc[place]:.0f}; want rates of one order"
            sentence = rows.fault(own.index[place + 1], "rate", want)
            yield Finding("take-up that leaps", "doubtful", sentence)
    if len(table) and draft.base_year not in set(table.year):
        years = ", ".join(f"{year:.0f}" for year in sorted(set(table.year)))
        sentence = (
            f"{TAKE_UP}: rates of {years}, none of {draft.base_year}, the base year; want the "
            "year in which the residents were counted, here and in district.toml"
        )
        yield Finding("no rate of the base year", "note", sentence)
    far = is_odd("years ahead", (table.year - draft.base_year).abs())
    for number in table.index[far]:
        want = f"want a year near {draft.base_year} to {draft.horizon}"
        yield Finding("year far off", "doubtful", rows.fault(number, "year", want))


def doubt_housing(draft: Draft) -> Iterator[Finding]:
    """Yield planned homes for more people than live there, too late, or of another unit."""
    rows, table = draft.rows[HOUSING], draft.tables[HOUSING]
    if table.empty:
        return
    people = table.dwellings.clip(lower=0) * table.residents_per_dwelling
    living = float(draft.tables[RESIDENTS].total.sum())
    yield from _large_estates(draft, people, living)
    for number in table.index[table.year > draft.horizon]:
        want = f"want a year up to horizon {draft.horizon}: nobody moves in before it"
        yield Finding("homes too late", "doubtful", rows.fault(number, "year", want))
    built = table.dwellings != 0
    for number in table.index[is_odd("household", table.residents_per_dwelling) & built]:
        want = "want residents for each dwelling, 2 to 4 in most places"
        sentence = rows.fault(number, "residents_per_dwelling", want)
        yield Finding("household", "doubtful", sentence)
    homes = table.dwellings[table.dwellings > 0]
    if len(homes) >= FEW and is_odd("homes of a row", homes.median()):
        sentence = (
            f"{HOUSING}: the middle of {len(homes)} rows has {homes.median():,.4g} dwellings; want "
            "dwellings, not hundreds of them"
        )
        yield Finding("homes of a row", "doubtful", sentence)
    own = 1000 * sum_ages(draft)[3:18].sum() / living if living else 0.0
    given = table.pupils_per_1000
    for number in table.index[is_odd("pupils of estates", given, own) & built & (own > 0)]:
        want = f"want pupils of all stages for 1,000 residents; the district has {own:.0f}"
        sentence = rows.fault(number, "pupils_per_1000", want)
        yield Finding("pupils of planned homes", "doubtful", sentence)
    same = table.duplicated(["block", "year", "dwellings"], keep="first")
    for number in table.index[same]:
        want = f"{table.dwellings[number]:,.0f} homes in {table.year[number]:.0f} stand in a row "
        sentence = rows.fault(number, "block", want + "above already; want each estate once")
        yield Finding("homes twice", "doubtful", sentence)


def _large_estates(draft: Draft, people: pd.Series[float], living: float) -> Iterator[Finding]:
    rows = draft.rows[HOUSING]
    odd = is_odd("estate", people)
    if len(people) >= FEW:
        odd |= is_odd("estate over the others", people, np.full(len(people), people.median()))
    for number in people.index[odd]:
        want = f"{people[number]:,.0f} new residents beside {living:,.0f} in the district"
        sentence = rows.fault(number, "dwellings", f"{want}; want the homes of one estate")
        yield Finding("large estate", "doubtful", sentence, people[number])
    if is_odd("estates over residents", people.sum(), living):
        sentence = (
            f"{HOUSING}: {people.sum():,.0f} new residents in all, beside {living:,.0f} today; "
            "want homes that are decided"
        )
        yield Finding("homes in all", "doubtful", sentence)


def doubt_shape(draft: Draft) -> Iterator[Finding]:
    """Yield the order of the age columns under which rolls fit residents far better.

    Of each grade, the log of roll over residents, less the mean of its stage: noise is a few
    per cent, a column out of place is more.
    """
    people, rolls = sum_ages(draft), sum_rolls(draft)
    now = _misfit(draft, rolls, people)
    if now <= THRESHOLDS["shape of ages, sure"].most:
        return
    fits = {name: _misfit(draft, rolls, order) for name, order in _list_orders(people)}
    best = min(fits, key=lambda name: fits[name])
    least = fits[best]
    odd = now > THRESHOLDS["shape of ages"].most and least < now / 3
    if odd or least < now / 5:
        sentence = (
            f"{RESIDENTS}: residents fit the rolls of the grades to {now:.0%}, but to {least:.0%} "
            f"{best}; want age_0 to age_19 in that order, and each grade's roll in its own column"
        )
        yield Finding("order of ages", "doubtful", sentence)


def _list_orders(people: NDArray[np.float64]) -> Iterator[tuple[str, NDArray[np.float64]]]:
    """Yield what may have befallen the columns of ages, and the ages as they were before."""
    yield "read from age_19 down to age_0", people[::-1]
    for by, word in ((1, "one age"), (2, "two ages")):
        lost = np.full(by, np.nan)
        yield f"moved down by {word}", np.append(people[by:], lost)
        yield f"moved up by {word}", np.append(lost, people[:-by])
    for one, other in combinations(range(3, 18), 2):
        before = people.copy()
        before[[one, other]] = people[[other, one]]
        yield f"with age_{one} and age_{other} exchanged", before


def sum_rolls(draft: Draft) -> dict[str, float]:
    """Return grade -> pupils on record in the base year, of all schools."""
    table = draft.tables["schools.geojson"]
    return {code: float(table[f"roll_{code}"].sum()) for code in draft.standards.grades}


def _misfit(draft: Draft, rolls: dict[str, float], people: NDArray[np.float64]) -> float:
    """Root mean square by which rolls over residents stray from the mean of their stage; inf."""
    parts = []
    for stage in draft.standards.stages:
        of_ages = [people[g.age_from : g.age_to + 1].sum() for g in stage.grades]
        pairs = [(rolls[g.code], of) for g, of in zip(stage.grades, of_ages, strict=True)]
        logs = np.log([roll / of for roll, of in pairs if roll > 0 and of > 0])
        if len(logs) > 1:
            parts.append(logs - logs.mean())
    left = np.concatenate(parts) if parts else np.empty(0)
    return float(np.sqrt(np.mean(left**2))) if len(left) >= 6 else np.inf


def times_apart(one: float, other: float) -> float:
    """How many times one figure is the other, whichever is larger: the worst stands first."""
    low, high = sorted((abs(one), abs(other)))
    return high / low if low else np.inf
