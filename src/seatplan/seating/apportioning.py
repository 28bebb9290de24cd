"""Which share of a block's entrants each school takes, where its catchment is known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from seatplan.labels import Floats, Ints
from seatplan.seating.pairs import Pairs, expect_flows, from_keys
from seatplan.seating.stage_ground import Ground

Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class _Entries:
    """Shares one by one: the year, block, school (of the stage) and share of each."""

    year: Ints
    block: Ints
    school: Ints
    share: Floats


def share_by_seats(ground: Ground) -> tuple[Pairs, Floats]:
    """Return seats of the schools in reach over their sum: the pairs, and pair x year."""
    used = ground.reached & (ground.seats > 0).any(axis=0)
    stage, years = ground.stage, len(ground.seats)
    expect_flows(stage.code, int(used.sum()), len(stage.grades), years)
    block, school = np.nonzero(used)
    pairs = Pairs(block, ground.places[school], ground.homes.blocks, ground.homes.schools)
    seats = np.ascontiguousarray(ground.weights.T[school])
    total = pairs.gather_blocks(seats)[block]
    return pairs, np.divide(seats, total, out=seats, where=total > 0)


def share_by_zone(ground: Ground, zones: Ints) -> tuple[Pairs, Floats]:
    """Give private schools their share of the base year, the zone's school or schools the rest.

    `zones`: year x block. Returns the pairs that some year uses, and the shares, pair x year.
    """
    apart = ground.choose_apart(zones)
    rest = 1.0 - ground.homes.sum_blocks(apart)
    lots = np.pad(ground.lots, ((0, 0), (0, 1)), constant_values=-1)  # the last: no zone
    drawn = np.take_along_axis(lots, zones, axis=1) >= 0
    shared, held = _share_out(ground, zones, np.where(drawn, 0.0, rest))
    year, block = np.nonzero((zones >= 0) & ~drawn & ~held)
    own = _Entries(year, block, zones[year, block], rest[year, block])
    year, pair = np.nonzero(apart)
    school = ground.find_schools(ground.homes.school[pair])
    private = _Entries(year, ground.homes.block[pair], school, apart[year, pair])
    lottery = _draw_lots(ground, zones, np.where(drawn, rest, 0.0))
    return _gather([own, shared, private, lottery], ground)


def _share_out(ground: Ground, zones: Ints, rest: Floats) -> tuple[_Entries, Bools]:
    """Divide the rest of shared blocks among their schools; say which are shared, year x block."""
    sharing = ground.sharing
    year, pair, part = sharing.weigh(zones, ground.weights, ground.reached)
    block = sharing.block[pair]
    held = np.zeros(zones.shape, dtype=bool)
    held[year, block] = True
    return _Entries(year, block, sharing.school[pair], part * rest[year, block]), held


def _draw_lots(ground: Ground, zones: Ints, rest: Floats) -> _Entries:
    """Divide the rest of blocks in a lottery zone among the schools of the draw, by seats.

    Schools without a way from the block are not drawn; where none has one, its own takes all.
    """
    year, block = np.nonzero(rest)
    own = zones[year, block]
    together = ground.lots[year] == ground.lots[year, own][:, None]
    seats = np.where(together & ground.reached[block], ground.weights[year], 0.0)
    seats[np.arange(len(own)), own] += seats.sum(axis=1) <= 0
    shares = rest[year, block, None] * (seats / seats.sum(axis=1, keepdims=True))
    row, school = np.nonzero(shares)
    return _Entries(year[row], block[row], school, shares[row, school])


def _gather(parts: list[_Entries], ground: Ground) -> tuple[Pairs, Floats]:
    """Return the pairs that some year uses, and the shares, pair x year."""
    columns = zip(*(vars(part).values() for part in parts), strict=True)
    entries = _Entries(*(np.concatenate(column) for column in columns))
    pairs, years = ground.homes, len(ground.seats)
    kept = entries.share > 0
    keys = (entries.block * pairs.schools + ground.places[entries.school])[kept]
    used = from_keys(keys, pairs.blocks, pairs.schools)
    cell = used.locate(keys) * years + entries.year[kept]
    sums = np.bincount(cell, entries.share[kept], len(used) * years).astype(np.float64)
    return used, sums.reshape(len(used), years)
