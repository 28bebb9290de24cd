"""Blocks whose catchment several schools share from the base year on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from seatplan.case.seats import fill_forward
from seatplan.district.district import District
from seatplan.labels import Floats, Ints

Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Sharing:
    """The schools of one stage that share a block, until a plan enters the block anew.

    `block`, `school`: the pairs, by position, those of a block in the order of the shares. `part`:
    the share that is stated, NaN where the seats decide. `holds`: whether the block is still
    shared, year x pair.
    """

    block: Ints
    school: Ints
    part: Floats
    holds: Bools

    def take_over(self, zones: Ints, seats: Floats) -> Ints:
        """Let the next school that shares a block stand for it where the first has no seats.

        `zones`: year x block; `seats`: year x school. Returned as `zones`.
        """
        told = zones.copy()
        year, pair = np.nonzero(self.holds & (seats[:, self.school] > 0))
        year, pair = year[::-1], pair[::-1]  # so that the first of a block is written last
        told[year, self.block[pair]] = self.school[pair]
        return told

    def weigh(self, zones: Ints, seats: Floats, reached: Bools) -> tuple[Ints, Ints, Floats]:
        """Return year, pair and share of the entrants of each block that is shared in a year.

        A block is shared while its school in `zones` (year x block) is one of those who share it.
        Schools without seats or without a way to the block leave their part to the others.
        """
        open_to = (seats[:, self.school] > 0) & reached[self.block, self.school]
        weights = np.where(np.isnan(self.part), seats[:, self.school], self.part) * open_to
        own = self.holds & (zones[:, self.block] == self.school)
        count = zones.shape[1]
        shared, whole = (
            np.stack([np.bincount(self.block, row, count) for row in table])[:, self.block]
            for table in (own, weights)
        )
        year, pair = np.nonzero((shared > 0) & (weights > 0))
        return year, pair, weights[year, pair] / whole[year, pair]


def read_sharing(district: District, stage: str, blocks: pd.Index, schools: pd.Index) -> Sharing:
    """Read which of `schools` share a block of `blocks` in a stage, and for how long.

    A block that a step enters for a school is that school's from then on; one whose school closes
    goes on to be shared by the others.
    """
    shares = district.shares[district.shares.index.isin([stage], "stage")].droplevel("stage")
    if shares.empty:
        nobody = np.zeros(0, np.int64)
        return Sharing(nobody, nobody, np.zeros(0), np.zeros((len(district.years), 0), bool))
    block, school = (
        places.get_indexer(shares.index.get_level_values(level)).astype(np.int64)
        for places, level in ((blocks, "block"), (schools, "school"))
    )
    known = school >= 0
    labels = pd.MultiIndex.from_product([blocks, [stage]], names=["block", "stage"])
    entered = district.catchments.dropna()
    since = entered.copy().astype(object)
    since[:] = entered.index.get_level_values("year").to_numpy()
    first = fill_forward(since, labels, district.years).to_numpy(dtype=float)
    holds = (first == district.base_year).T[:, block]
    part = np.asarray(shares, np.float64)
    return Sharing(block[known], school[known], part[known], holds[:, known])
