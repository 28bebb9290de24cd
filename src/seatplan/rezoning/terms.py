"""What a planner asks of new catchments: locks, groups kept whole, walks; as arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from seatplan.district.timelines import select_in_force
from seatplan.errors import ScenarioError
from seatplan.files import suggest
from seatplan.labels import Floats, Ints
from seatplan.outcome import Outcome
from seatplan.rezoning.mixture import tilt_blocks
from seatplan.rezoning.town import Town
from seatplan.seating.neighbours import label_parts
from seatplan.verify import Terms

Bools = npt.NDArray[np.bool_]
Groups = Literal["unit", "together"]  # see `lay_terms`


@dataclass(frozen=True)
class Asked:
    """What was asked; blocks and schools by position.

    `fixed`: school that a locked block keeps, -1 where free. `groups`: number of the group, -1 for
    none. `pairs`: blocks that touch, and each locked block with its school's own. `allowed`: which
    school a block may have, block x school. `seats`: to draw with where other than the schools
    have, school x year; what is short is counted against those they have, or these if more. `least`
    and `most`: pupils of a school, school x year, where asked for. `disruption_m`: metres a day
    that each pupil moved counts as. `compact`: metres a day that each metre of line between
    catchments counts as. `envy_m`: the walk beyond which a metre counts more, 0 for none. `mix`:
    metres a day that each pupil of a group above an even mix counts as.
    """

    max_moved: float | None
    max_walk_m: float | None
    max_increase_m: float | None
    fixed: Ints
    groups: Ints | None
    pairs: Ints
    allowed: Bools
    seats: Floats | None = None
    max_increase_share: float | None = None
    least: Floats | None = None
    most: Floats | None = None
    disruption_m: float = 0.0
    compact: float = 0.0
    envy_m: float = 0.0
    mix: float = 0.0

    def count_room(self, town: Town) -> Floats:
        """Return the pupils beyond whom a school is short, school x year."""
        if self.most is None:
            return town.seats
        room: Floats = np.maximum(town.seats, self.most)
        return room

    def measure_envy(self, town: Town) -> Floats:
        """Return the metres that each pupil's envy counts as besides the walk, block x school.

        envy = max(0, walk - e)^2 / e, with e the walk asked for: 0 up to e, as much as e at 2 e.
        """
        if not self.envy_m:
            return np.zeros(town.ways.shape)
        envy: Floats = np.maximum(town.ways - self.envy_m, 0.0) ** 2 / self.envy_m
        return envy

    def price_borders(self, town: Town) -> Floats | None:
        """Return what each of `pairs` costs as a border, metres a day; None where none does."""
        if not self.compact:
            return None
        ties = np.zeros(len(self.pairs) - len(town.pairs))
        return np.concatenate([self.compact * town.borders, ties])

    def price_mix(self, town: Town) -> Floats | None:
        """Return what each block adds to the balances of groups, metres a day; None: nothing.

        A school that has pupils of a group too many is one side of it, that which lacks them the
        other: each counts half.
        """
        return self.mix / 2 * tilt_blocks(town) if self.mix else None

    def name_terms(self, town: Town) -> Terms:
        """Return all but the walks by name, for the verifier."""
        blocks, schools = town.blocks.to_numpy(object), town.schools.to_numpy(object)
        held = self.fixed >= 0
        label = np.full(len(blocks), -1) if self.groups is None else self.groups
        share = self.max_moved
        return Terms(
            locked=dict(zip(blocks[held], schools[self.fixed[held]], strict=True)),
            groups=dict(zip(blocks[label >= 0], label[label >= 0].astype(str), strict=True)),
            current=dict(zip(blocks, schools[town.current], strict=True)),
            max_moved=None if share is None else share * float(town.pupils.sum()),
            least=self._name_use(town, self.least),
            most=self._name_use(town, self.most),
        )

    @staticmethod
    def _name_use(town: Town, pupils: Floats | None) -> pd.DataFrame | None:
        return None if pupils is None else pd.DataFrame(pupils, town.schools, town.years)


def lay_terms(
    outcome: Outcome,
    town: Town,
    *,
    max_moved: float | None,
    max_walk_m: float | None,
    max_increase_m: float | None,
    locked: list[str],
    groups: Groups | pd.Series[str] | None,
    within: Bools | None = None,
    max_increase_share: float | None = None,
    least_use: float | None = None,
    most_use: float | None = None,
    max_change: float | None = None,
    disruption_m: float = 0.0,
    compact: float = 0.0,
    envy_m: float = 0.0,
    mix: float = 0.0,
) -> Asked:
    """Lay out what was asked; raises ScenarioError where the terms contradict each other.

    `within`: which school a block may have at all, block x school; it gives way as walks do. The
    others are told at `rezone_catchments`.
    """
    least, most = limit_use(town, least_use, most_use, max_change)
    fixed = _fix_blocks(town, locked)
    label = _group_blocks(outcome, town, groups, fixed)
    pairs = _tie_locked(town, fixed)
    limits = _limit_walks(town, max_walk_m, max_increase_m, max_increase_share)
    near = (town.ways <= limits[:, None]) | _find_rides(outcome, town)
    allowed = _allow_ways(town, near if within is None else near & within, fixed, label, pairs)
    if mix and not town.groups:
        raise ScenarioError("mix asks for groups of pupils: composition.csv in the district")
    asked = max_moved, max_walk_m, max_increase_m, fixed, label, pairs, allowed
    return Asked(*asked, most, max_increase_share, least, most, disruption_m, compact, envy_m, mix)


def _find_rides(outcome: Outcome, town: Town) -> Bools:
    """Say which blocks a bus takes to which schools, or board there: block x school."""
    rides, held = np.zeros(town.ways.shape, dtype=bool), outcome.district.rides
    held = select_in_force(held, town.years[0])
    block = town.blocks.get_indexer(held.index.get_level_values("block"))
    school = town.schools.get_indexer(held.index.get_level_values("school"))
    known = (block >= 0) & (school >= 0)
    rides[block[known], school[known]] = True
    return rides


def limit_use(
    town: Town, least_use: float | None, most_use: float | None, max_change: float | None
) -> tuple[Floats | None, Floats | None]:
    """Return the least and most pupils of each school and year; None where nothing is asked.

    A change is told from the pupils of the catchment of today; who is beyond the seats today may
    be fewer than it allows.
    """
    if least_use is None and most_use is None and max_change is None:
        return None, None
    most = town.seats * (1.0 if most_use is None else most_use)
    least = town.seats * (0.0 if least_use is None else least_use)
    if max_change is not None:
        lived = np.zeros(town.seats.shape)
        np.add.at(lived, town.current, town.pupils)
        most = np.minimum(most, lived * (1.0 + max_change))
        least = np.maximum(least, lived * (1.0 - max_change))
    return np.minimum(least, most), most


def _fix_blocks(town: Town, locked: list[str]) -> Ints:
    """Return the school that each locked block keeps, -1 where it is free."""
    unknown = [block for block in locked if block not in town.blocks]
    if unknown:
        raise ScenarioError(
            f"no block is called {block}{suggest(block, town.blocks)}" for block in unknown
        )
    at = town.blocks.get_indexer(pd.Index(locked, dtype=object))
    fixed = np.full(len(town.blocks), -1)
    fixed[at] = town.current[at]
    wrong = np.intersect1d(at, np.flatnonzero((town.owned >= 0) & (town.owned != fixed)))
    if len(wrong):
        raise ScenarioError(
            f"block {town.blocks[block]} cannot be locked: {town.schools[town.owned[block]]} "
            "stands in it, and a school's own block is in its catchment"
            for block in wrong
        )
    return fixed


def _group_blocks(
    outcome: Outcome,
    town: Town,
    groups: Groups | pd.Series[str] | None,
    fixed: Ints,
) -> Ints | None:
    """Give each block the number of its group, -1 for none.

    With "together" the blocks of a unit that have one school today are a group. Blocks fixed to
    different schools leave their group.
    """
    if groups is None:
        return None
    named = outcome.district.blocks.unit if isinstance(groups, str) else groups
    unknown = named.index.difference(outcome.district.blocks.index)
    if len(unknown):
        raise ScenarioError(f"groups name no block: {', '.join(map(str, unknown[:5]))}")
    label = pd.factorize(named.reindex(town.blocks))[0].astype(np.int64)
    if isinstance(groups, str) and groups == "together":
        label = np.where(label < 0, label, label * len(town.schools) + town.current)
    school = np.where(town.owned >= 0, town.owned, fixed)
    held = np.flatnonzero((school >= 0) & (label >= 0))
    several = pd.Series(school[held]).groupby(label[held]).transform("nunique").to_numpy() > 1
    label[held[several]] = -1
    return label


def _tie_locked(town: Town, fixed: Ints) -> Ints:
    """Add a pair from each locked block to its school's own: it is as connected as it is today."""
    at = np.flatnonzero(fixed >= 0)
    ties = np.stack([at, town.homes[fixed[at]]], axis=1)
    return np.concatenate([town.pairs, ties[ties[:, 0] != ties[:, 1]]])


def _limit_walks(
    town: Town,
    max_walk_m: float | None,
    max_increase_m: float | None,
    max_increase_share: float | None = None,
) -> Floats:
    """Return the longest walk of each block, metres; nobody is asked to walk less than today."""
    today = town.walks
    longest = np.inf if max_walk_m is None else np.maximum(max_walk_m, today)
    increase = np.inf if max_increase_m is None else max_increase_m
    farthest = np.finfo(float).max  # a way of inf is never allowed
    grown = np.inf if max_increase_share is None else today * (1.0 + max_increase_share)
    limits: Floats = np.minimum(np.minimum(longest, today + increase), np.minimum(grown, farthest))
    return limits


def _allow_ways(town: Town, near: Bools, fixed: Ints, label: Ints | None, pairs: Ints) -> Bools:
    """Return which school each block may have, block x school.

    Those that are near; any, where no chain of blocks that may go there too leads to one.
    """
    only = np.where(town.owned >= 0, town.owned, fixed)
    part = np.arange(len(only)) if label is None else _join(label)
    allowed = near.copy()
    opened = np.zeros(len(only), dtype=bool)
    while True:
        allowed[opened] = np.isfinite(town.ways[opened])
        held = np.flatnonzero(only >= 0)
        allowed[held] = np.arange(len(town.schools)) == only[held][:, None]
        lost = _find_lost(town, allowed, part, pairs)
        if not lost.any():
            return allowed
        more = lost | opened
        if (more == opened).all():  # the blocks around them must give way too
            more[pairs[more[pairs].any(axis=1)]] = True
        if (more == opened).all():
            names = ", ".join(town.blocks[lost][:5])
            raise ScenarioError(f"no catchment reaches {names}: locks or groups stand in the way")
        opened = more


def _join(label: Ints) -> Ints:
    """Give groups and single blocks one number each."""
    single = label.max(initial=-1) + 1 + np.arange(len(label))
    part: Ints = np.unique(np.where(label >= 0, label, single), return_inverse=True)[1]
    return part


def _find_lost(town: Town, allowed: Bools, part: Ints, pairs: Ints) -> Bools:
    """Return the blocks from which no chain of allowed ones leads to any school."""
    count = int(part.max()) + 1
    may = np.ones((count, len(town.schools)), dtype=bool)
    np.logical_and.at(may, part, allowed)
    reached = np.zeros(count, dtype=bool)
    for school, home in enumerate(part[town.homes]):
        parts = label_parts(count, part[pairs], may[:, school])
        reached |= (parts == parts[home]) & may[:, school]
    lost: Bools = ~reached[part]
    return lost
