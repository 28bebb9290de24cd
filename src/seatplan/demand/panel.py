"""Panel: rolls as arrays, one for each level from the whole down to the unit."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_array

from seatplan.demand.births import Births
from seatplan.demand.gaps import fill_gaps
from seatplan.demand.rolls import Rolls
from seatplan.district.grade_names import grade_rank

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

ZERO_YEARS = 3


@dataclass(frozen=True)
class Level:
    """All places of one level: the whole, counties, districts or schools.

    Parameters
    ----------
    name
        The column that names the places ("all" for the whole, "unit" for the units).
    labels
        Place ids.
    pupils
        (place, grade, year); NaN where the grade is not taught.
    parent
        Position of each place's parent in the level above; zeros for the whole.
    siblings
        (place, grade, year): a number that changes when the set of places that teach the grade
        under the same parent does.
    """

    name: str
    labels: pd.Index[str]
    pupils: Floats
    parent: Ints
    siblings: Floats

    def until(self, position: int) -> Level:
        """Return the level as it was known in the year at `position`."""
        cut = slice(position + 1)
        return replace(self, pupils=self.pupils[..., cut], siblings=self.siblings[..., cut])


@dataclass(frozen=True)
class Panel:
    """Levels, coarse to fine; `follows` says of each grade whether the one before feeds it.

    `feeders` holds (unit, feeder) the part of each feeder's leavers who go to the unit. `raw` is
    (unit, grade, year) as on record, NaN where a count is missing or not taught; `below` the number
    that an untold count lies below. The levels hold gaps filled.
    """

    levels: tuple[Level, ...]
    grades: tuple[str, ...]
    years: tuple[int, ...]
    follows: Flags
    raw: Floats
    below: Floats
    feeders: csr_array | None = None
    births: Births | None = None

    def feeders_of(self, depth: int) -> csr_array | None:
        """Return the feeders of a level: only units have any."""
        return self.feeders if depth == len(self.levels) - 1 else None

    def with_units(self, pupils: Floats) -> Panel:
        """Return the panel with other pupils of the units, and their sums at every level."""
        return replace(self, levels=_sum_levels(self.levels, pupils))

    def told(self, depth: int) -> Floats:
        """Pupils of a level without the counts that fill the units' gaps."""
        pupils = self.levels[depth].pupils
        if depth < len(self.levels) - 1:
            return pupils
        return np.where(np.isfinite(self.raw) | np.isfinite(self.below), pupils, np.nan)

    @property
    def units(self) -> Level:
        """The finest level."""
        return self.levels[-1]

    def until(self, position: int) -> Panel:
        """Return the panel as it was known in the year at `position`: later years fill no gap."""
        cut = slice(position + 1)
        raw, below = self.raw[..., cut], self.below[..., cut]
        filled = fill_gaps(raw, below, self.follows, self.units.parent)
        levels = _sum_levels(self.levels, filled)
        births = self.births.until(self.years[position]) if self.births else None
        return replace(
            self, levels=levels, years=self.years[cut], raw=raw, below=below, births=births
        )

    def ancestors(self, depth: int) -> list[tuple[int, Ints]]:
        """Size and positions, in each level above `depth`, coarse to fine, of its places."""
        chain: list[tuple[int, Ints]] = []
        place = np.arange(len(self.levels[depth].labels))
        for level in range(depth, 0, -1):
            place = self.levels[level].parent[place]
            chain.insert(0, (len(self.levels[level - 1].labels), place))
        return chain


def build_panel(rolls: Rolls) -> Panel:
    """Put rolls into arrays; a place's pupils are the sum over its units."""
    raw, below = _unit_cubes(rolls)
    follows = _find_followers(rolls)
    names = [*rolls.parents][::-1]
    places = [pd.Series("all", index=rolls.units), *(rolls.parents[name] for name in names)]
    codes = [pd.factorize(column, sort=True) for column in places]
    codes.append((np.arange(len(rolls.units)), rolls.units))
    levels = []
    for depth, (name, (place, labels)) in enumerate(
        zip(["all", *names, "unit"], codes, strict=True)
    ):
        parent = np.zeros(len(labels), dtype=np.int64)
        if depth:
            parent[place] = codes[depth - 1][0]
        levels.append(Level(str(name), pd.Index(labels, dtype=str), raw, parent, raw))
    filled = fill_gaps(raw, below, follows, levels[-1].parent)
    summed = _sum_levels(tuple(levels), filled)
    feeders = _tabulate_feeders(rolls)
    return Panel(summed, rolls.grades, tuple(rolls.years), follows, raw, below, feeders)


def keep_whole(panel: Panel) -> Panel:
    """Return the whole alone, as a panel of one unit, without births."""
    whole = panel.levels[0]
    untold = np.full_like(whole.pupils, np.nan)
    return replace(
        panel, levels=(whole,), raw=whole.pupils, below=untold, feeders=None, births=None
    )


def _sum_levels(levels: tuple[Level, ...], pupils: Floats) -> tuple[Level, ...]:
    """Give each level the sums of the units' pupils, (unit, grade, year)."""
    summed: list[Level] = []
    for depth in range(len(levels) - 1, -1, -1):
        level = levels[depth]
        if summed:
            pupils = sum_places(pupils, summed[0].parent, len(level.labels))
        marks = _mark_siblings(pupils, level.parent)
        summed.insert(0, replace(level, pupils=pupils, siblings=marks))
    return tuple(summed)


def _find_followers(rolls: Rolls) -> Flags:
    """Say of each grade whether the one listed before it feeds it.

    Not where a grade between the two is missing from the record: nobody moves from k3 to g7. A
    code without a known place, in an order that was stated, follows the one before it.
    """
    steps = []
    for lower, upper in pairwise(rolls.grades):
        low, high = grade_rank(lower), grade_rank(upper)
        graded = lower not in rolls.ungraded and upper not in rolls.ungraded
        steps.append(graded and (low is None or high is None or high - low <= 1))
    return np.array([False, *steps])


def find_unchanged(start: Floats, end: Floats) -> Flags:
    """Places that teach the same grades, and some, in both years."""
    taught = np.isfinite(start)
    return np.asarray((taught == np.isfinite(end)).all(axis=1) & taught.any(axis=1))


def sum_by(values: Floats, place: Ints, count: int) -> Floats:
    """Sum the first axis of `values` by `place` (0 ... count - 1)."""
    order = np.argsort(place, kind="stable")
    starts = np.searchsorted(place[order], np.arange(count))
    return np.add.reduceat(values[order], starts, axis=0)


def sum_places(pupils: Floats, place: Ints, count: int) -> Floats:
    """Sum units to places; NaN where none of them teaches the grade."""
    taught = sum_by(np.isfinite(pupils) * 1.0, place, count)
    return np.where(taught > 0, sum_by(np.nan_to_num(pupils), place, count), np.nan)


def _tabulate_feeders(rolls: Rolls) -> csr_array | None:
    if rolls.feeders is None:
        return None
    rows = rolls.units.get_indexer(pd.Index(rolls.feeders["unit"]))
    columns = rolls.units.get_indexer(pd.Index(rolls.feeders["feeder"]))
    known = (rows >= 0) & (columns >= 0)
    parts = rolls.feeders["share"].to_numpy(float)[known]
    shape = (len(rolls.units), len(rolls.units))
    return csr_array((parts, (rows[known], columns[known])), shape=shape)


def _unit_cubes(rolls: Rolls) -> tuple[Floats, Floats]:
    """Pupils on record, and the numbers that untold counts lie below, (unit, grade, year)."""
    cubes = []
    for cells in (rolls.pupils, rolls.below):
        cube = np.full((len(rolls.units), len(rolls.grades), len(rolls.years)), np.nan)
        if cells is not None:
            index = cells.index
            cube[
                rolls.units.get_indexer(index.get_level_values("unit")),
                pd.Index(rolls.grades).get_indexer(index.get_level_values("grade")),
                index.get_level_values("year").to_numpy(int) - rolls.years[0],
            ] = cells.to_numpy(float)
        cubes.append(cube)
    pupils, below = cubes
    return np.where(_mark_filled(pupils), np.nan, pupils), below


def _mark_filled(cube: Floats) -> Flags:
    """Mark zeros that say "not taught": no pupil in the grade in the `ZERO_YEARS` before either.

    Some records list every grade of every school. A zero soon after pupils is a small school's
    empty year. Later years are not looked at, for a forecast does not know them.
    """
    filled = cube == 0
    for back in range(1, ZERO_YEARS + 1):
        filled[..., back:] &= ~(np.nan_to_num(cube[..., :-back]) > 0)
    return np.asarray(filled)


def _mark_siblings(pupils: Floats, parent: Ints) -> Floats:
    """Sum of one irrational mark for each place that teaches: equal sums mean equal sets."""
    marks = np.sqrt(np.arange(2.0, len(pupils) + 2.0))[:, None, None]
    sums = sum_by((np.nan_to_num(pupils) > 0) * marks, parent, int(parent.max()) + 1)
    return np.asarray(np.round(sums, 6)[parent])
