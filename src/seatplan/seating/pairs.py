"""Pairs: the (block, school) pairs over which the pupils of a stage move."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import prod
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from seatplan.labels import Floats, Ints
from seatplan.memory import expect_memory


@dataclass(frozen=True)
class Pairs:
    """Pairs of a block and a school that can carry pupils; arrays count along them by position.

    `block` and `school` are positions among the `blocks` and `schools` of the case, sorted by block
    and then by school; no pair is there twice.
    """

    block: Ints
    school: Ints
    blocks: int
    schools: int

    def __len__(self) -> int:
        """Count the pairs."""
        return len(self.block)

    @cached_property
    def keys(self) -> Ints:
        """One rising number for each pair: block x schools + school."""
        keys: Ints = self.block * self.schools + self.school
        return keys

    def union(self, keys: Ints) -> Pairs:
        """Return these pairs and those of `keys`."""
        return from_keys(np.concatenate([self.keys, keys]), self.blocks, self.schools)

    def locate(self, keys: Ints) -> Ints:
        """Return the position of the pair of each key; all must be there."""
        places: Ints = np.searchsorted(self.keys, keys)
        return places

    def select(self, school: int) -> Ints:
        """Return the positions of the pairs of a school."""
        return np.flatnonzero(self.school == school).astype(np.int64)

    def carry(self, values: Floats, wider: Pairs) -> Floats:
        """Lay values along these pairs (the last dimension) out along pairs that hold them all."""
        if len(wider) == len(self):
            return values
        laid = np.zeros((*values.shape[:-1], len(wider)))
        laid[..., wider.locate(self.keys)] = values
        return laid

    def sum_blocks(self, values: Floats) -> Floats:
        """Sum values along the pairs (the last dimension) by block."""
        return _sum_runs(values, self._block_runs, self.blocks)

    def sum_schools(self, values: Floats) -> Floats:
        """Sum values along the pairs (the last dimension) by school."""
        order, runs = self._school_runs
        return _sum_runs(values[..., order], runs, self.schools)

    def gather_blocks(self, values: Floats) -> Floats:
        """Sum values along the pairs (the first dimension) by block."""
        return _multiply(self._to_blocks, values)

    def gather_schools(self, values: Floats) -> Floats:
        """Sum values along the pairs (the first dimension) by school."""
        return _multiply(self._to_schools, values)

    @cached_property
    def _to_blocks(self) -> sparse.csr_array:
        return _build_sums(self.block, self.blocks)

    @cached_property
    def _to_schools(self) -> sparse.csr_array:
        return _build_sums(self.school, self.schools)

    @cached_property
    def _block_runs(self) -> tuple[Ints, Ints]:
        """Where each block's pairs begin, and which block that is."""
        return _find_runs(self.block)

    @cached_property
    def _school_runs(self) -> tuple[Ints, tuple[Ints, Ints]]:
        """The pairs by school, where each school's begin, and which school that is."""
        order: Ints = np.argsort(self.school, kind="stable")
        return order, _find_runs(self.school[order])


def from_keys(keys: Ints, blocks: int, schools: int) -> Pairs:
    """Return the pairs of some keys (`Pairs.keys`), sorted and each once."""
    keys = np.sort(keys)  # np.unique hashes, which takes several times as long
    first = np.append(True, keys[1:] != keys[:-1])[: len(keys)]
    block, school = np.divmod(keys[first], max(schools, 1))
    return Pairs(block.astype(np.int64), school.astype(np.int64), blocks, schools)


def to_labels(
    pairs: Pairs,
    values: Floats,
    name: str,
    *,
    blocks: pd.Index,
    schools: pd.Index,
    above: float,
    **axes: pd.Index,
) -> pd.Series[float]:
    """Label an array (pair, ...): index (`block`, `school`, ...) of the cells above `above`."""
    at = np.nonzero(values > above)
    levels: Any = [blocks, schools, *axes.values()]
    codes: Any = [pairs.block[at[0]], pairs.school[at[0]], *at[1:]]
    index = pd.MultiIndex(levels=levels, codes=codes, names=["block", "school", *axes])
    return pd.Series(values[at], index, name=name)


def _build_sums(labels: Ints, count: int) -> sparse.csr_array:
    """Return the matrix that sums what has the same label: count x pairs."""
    pairs = np.arange(len(labels))
    return sparse.csr_array((np.ones(len(labels)), (labels, pairs)), (count, len(labels)))


def _multiply(sums: sparse.csr_array, values: Floats) -> Floats:
    further = values.shape[1:]
    product: Floats = sums @ np.ascontiguousarray(values).reshape(len(values), prod(further))
    return product.reshape(sums.shape[0], *further)


def lean_flows(pairs: Pairs, flows: Floats, weights: Floats) -> Floats:
    """Shift pupils between the schools of their block; every block keeps as many as it has.

    Parameters
    ----------
    flows
        Pupils or shares, pair x grade x draw; of one draw where all are alike.
    weights
        How much more than the others each school has of its block, above 0, school x grade x draw.
    """
    leaning: Floats = flows * weights[pairs.school]
    before, after = pairs.gather_blocks(flows), pairs.gather_blocks(leaning)
    whole = np.broadcast_to(before, after.shape)
    leaning *= np.divide(whole, after, out=np.zeros_like(after), where=after > 0)[pairs.block]
    return leaning


def expect_flows(stage: str, pairs: int, grades: int, years: int) -> None:
    """Refuse the pupils of a stage that memory cannot hold: 8 bytes a cell, twice while they move.

    Raises
    ------
    InputError
        See `expect_memory`.
    """
    expect_memory(
        2 * 8.0 * pairs * grades * years,
        f"stage {stage}: the pupils of {pairs:,} pairs of a block and a school in {grades} grades "
        f"and {years} years",
        'evaluate a part of the district or fewer years, or let the stage\'s intake be "nearest" '
        'or "catchment", not "seats"',
    )


def cut_to_seats(pairs: Pairs, stayers: Floats, newcomers: Floats, seats: Floats) -> Floats:
    """Cut pupils (grade x pair) to the seats of each school: newcomers first, all blocks alike."""
    staying, coming = (pairs.sum_schools(part.sum(axis=0)) for part in (stayers, newcomers))
    keep = np.minimum(1.0, _ratio(seats, staying))
    admit = np.clip(_ratio(seats - staying, coming), 0.0, 1.0)
    flows: Floats = stayers * keep[pairs.school] + newcomers * admit[pairs.school]
    return flows


def _ratio(part: Floats, whole: Floats) -> Floats:
    """Divide; 1 where there is nothing to divide by."""
    return np.divide(part, whole, out=np.ones_like(whole), where=whole > 0)


def _find_runs(labels: Ints) -> tuple[Ints, Ints]:
    """Return where each run of equal labels begins, and its label."""
    first = np.flatnonzero(np.append(True, labels[1:] != labels[:-1])[: len(labels)])
    return first.astype(np.int64), labels[first]


def _sum_runs(values: Floats, runs: tuple[Ints, Ints], count: int) -> Floats:
    first, label = runs
    sums = np.zeros((*values.shape[:-1], count))
    if len(first):
        sums[..., label] = np.add.reduceat(values, first, axis=-1)
    return sums
