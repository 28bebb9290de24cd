"""An order of blocks and schools that their numbers give, whatever the order of rows or the ids."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from seatplan.solvers.transport.basis import Floats, Ints
from seatplan.solvers.transport.pairs import Pairs

Codes = NDArray[np.uint64]
ROUNDS = 3  # how many steps away others may be that tell two likes apart


@dataclass(frozen=True)
class Arranged:
    """Pairs by block and school, these in the order of their numbers.

    Parameters
    ----------
    blocks, schools
        (n,) and (m,) where each stood.
    pair
        (p,) where each pair stood.
    first
        (n+1,) block i has the pairs `first[i]` to `first[i + 1]`.
    block, school, metres
        (p,) of each pair.
    """

    blocks: Ints
    schools: Ints
    pair: Ints
    first: Ints
    block: Ints
    school: Ints
    metres: Floats


def arrange(pairs: Pairs, pupils: Floats, seats: Floats) -> Arranged:
    """Put pairs that have a way in an order that only numbers decide.

    Each block and school gets a code made of the metres and the codes of its partners, round after
    round (colour refinement: Weisfeiler and Leman 1968). Codes are added up as integers, so no
    order decides there either. Where some share a code, their pupils or seats tell them apart, one
    problem after the other. Two that still share one are alike in all that was looked at, and fall
    by their rows.

    Parameters
    ----------
    pupils, seats
        (k, n) and (k, m).
    """
    near = np.flatnonzero(np.isfinite(pairs.metres))
    block, school, metres = pairs.block[near], pairs.school[near], pairs.metres[near]
    ways = _stir(_read_bits(metres))
    codes = np.zeros(pairs.blocks, np.uint64), np.ones(pairs.schools, np.uint64)
    codes = _refine(codes, block, school, ways)
    for own, room in zip(pupils, seats, strict=True):
        if all(len(np.unique(code)) == len(code) for code in codes):
            break
        told = codes[0] + _stir(_read_bits(own)), codes[1] + _stir(_read_bits(room))
        codes = _refine(told, block, school, ways)
    blocks, schools = (np.argsort(code, kind="stable") for code in codes)
    row, column = _invert(blocks)[block], _invert(schools)[school]
    order = np.argsort(row * len(schools) + column)
    row, pair = row[order], near[order]
    first = np.searchsorted(row, np.arange(len(blocks) + 1))
    return Arranged(blocks, schools, pair, first, row, column[order], pairs.metres[pair])


def _refine(
    codes: tuple[Codes, Codes], block: Ints, school: Ints, ways: Codes
) -> tuple[Codes, Codes]:
    blocks, schools = codes
    for _ in range(ROUNDS):
        told = _stir(ways ^ schools[school])
        heard = _stir(ways + blocks[block])
        blocks = _stir(blocks + _add_up(told, block, len(blocks)))
        schools = _stir(schools + _add_up(heard, school, len(schools)))
    return blocks, schools


def _read_bits(values: Floats) -> Codes:
    bits: Codes = (np.asarray(values, np.float64) + 0.0).view(np.uint64)  # -0 becomes 0
    return bits


def _stir(codes: Codes) -> Codes:
    """Spread each code over all 64 bits: the finaliser of SplitMix64 (Steele et al. 2014)."""
    codes = codes + np.uint64(0x9E3779B97F4A7C15)
    codes = (codes ^ (codes >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    codes = (codes ^ (codes >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return codes ^ (codes >> np.uint64(31))


def _add_up(codes: Codes, place: Ints, count: int) -> Codes:
    """Return the sum of the codes at each place, modulo 2^64."""
    total = np.zeros(count, np.uint64)
    np.add.at(total, place, codes)
    return total


def _invert(order: Ints) -> Ints:
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    return place
