"""Ways to the schools of one stage, a school outside its catchment counted as farther than any."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from seatplan.labels import Floats, Ints
from seatplan.solvers.transport.pairs import Pairs
from seatplan.travel.costs import TravelCosts

Bools = npt.NDArray[np.bool_]

MICROMETRES = 6  # decimals of a metre to which two ways are the same
FAR = 10.0  # longest ways that a school without a way counts as
FEW = 1  # nearest schools of each block that are listed to begin with


@dataclass(frozen=True)
class Charges:
    """What a way to a school counts as, in metres: measured where it is asked for.

    A school on record is reached from everywhere: where no road leads, the way counts as `FAR`
    times the longest, so that the school keeps its roll, from its own catchment first. Nobody walks
    these metres; the pupils are counted as having no way. A school that is zoned to other blocks
    only counts as farther by the longest way than it is.

    `schools`: those of the stage, as positions among all. `zone`: the school in whose catchment
    each block lies, as a position among `schools`, -1 = none. `shared`: further pairs of a block
    and a school that shares it, as block x schools + school, in order. `charge`: metres added by
    school for blocks outside its catchment. `detour`: metres where no road leads.
    """

    ways: TravelCosts
    schools: Ints
    zone: Ints
    shared: Ints
    charge: Floats
    detour: float

    def __len__(self) -> int:
        """Count the cells of the table of all."""
        return len(self.zone) * len(self.schools)

    def measure(self, block: Ints, school: Ints) -> Floats:
        """Return what the way of each pair counts as; `school` is a position among `schools`."""
        metres = np.round(self.ways.pair_metres(block, self.schools[school]), MICROMETRES)
        return self._charge(block, school, metres)

    def pair(self, block: Ints, school: Ints) -> Pairs:
        """Measure pairs."""
        return self._pair(block, school, self.measure(block, school))

    def list_all(self) -> Pairs:
        """List every pair, block by block."""
        block, school = np.divmod(np.arange(len(self)), max(len(self.schools), 1))
        metres = np.round(self.ways.table_to(self.schools).ravel(), MICROMETRES)
        return self._pair(block, school, self._charge(block, school, metres))

    def list_first(self, offered: Bools) -> Pairs:
        """List the catchments and the nearest few schools of each block.

        `offered`: the schools that may be among them, grade x school.
        """
        known = np.flatnonzero(self.zone >= 0)
        block, school = np.divmod(self.shared, max(len(self.schools), 1))
        block, school = np.append(known, block), np.append(self.zone[known], school)
        own = self._pair(block, school, self.measure(block, school))
        level = np.full(len(self.zone), np.inf)
        parts = [own]
        for schools in np.unique(offered, axis=0):
            parts.append(self.find(np.zeros(len(self.schools)), schools, FEW, level))
        block, school, metres = (
            np.concatenate([getattr(part, name) for part in parts])
            for name in ("block", "school", "metres")
        )
        _, first = np.unique(block * len(self.schools) + school, return_index=True)
        return self._pair(block[first], school[first], metres[first])

    def find(self, price: Floats, offered: Bools, few: int | None, below: Floats) -> Pairs:
        """Find the pairs of each block whose metres + price lie below its level.

        The signature is that of `transport.columns.Find`.
        """
        handicap = np.zeros(len(self.ways.gates.points))
        handicap[self.schools] = price + self.charge
        mask = np.zeros(len(handicap), dtype=bool)
        mask[self.schools[offered]] = True
        near = self.ways.nearest(few or len(handicap), mask, handicap, below)
        block, school = near.origin, np.searchsorted(self.schools, near.target)
        metres = self._charge(block, school, np.round(near.metres, MICROMETRES))
        cut = self._find_cut(price, offered, few or len(price), below)
        return self._pair(
            np.append(block, cut.block),
            np.append(school, cut.school),
            np.append(metres, cut.metres),
        )

    def _find_cut(self, price: Floats, offered: Bools, few: int, below: Floats) -> Pairs:
        """Find the pairs between which no road leads, as `find` does."""
        home, gate = self.ways.parts
        ranked = self.detour + self.charge + price
        blocks, schools = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
        for part in np.unique(home):
            away = np.flatnonzero(offered & (gate[self.schools] != part))
            away = away[np.argsort(ranked[away], kind="stable")]
            least = ranked[away[: min(few, len(away))]]
            away = away[ranked[away] <= least.max(initial=-np.inf)]
            here = np.flatnonzero(home == part)
            row, place = np.nonzero(ranked[away] < below[here][:, None])
            blocks.append(here[row])
            schools.append(away[place])
        block, school = np.concatenate(blocks), np.concatenate(schools)
        return self._pair(block, school, self.detour + self.charge[school])

    def _charge(self, block: Ints, school: Ints, metres: Floats) -> Floats:
        outside = self.zone[block] != school
        if len(self.shared):
            outside &= ~np.isin(block * len(self.schools) + school, self.shared)
        walked = np.where(np.isfinite(metres), metres, self.detour)
        charged: Floats = walked + np.where(outside, self.charge[school], 0.0)
        return charged

    def _pair(self, block: Ints, school: Ints, metres: Floats) -> Pairs:
        return Pairs(block, school, metres, len(self.zone), len(self.schools))


def charge_ways(ways: TravelCosts, schools: Ints, zone: Ints, block: Ints, sharer: Ints) -> Charges:
    """Lay out what ways to the schools of a stage count as.

    `zone`: the school of each block, as a position among all, -1 = none. `block` and `sharer`: the
    pairs of a block and a school that shares it, by position among all.
    """
    farthest = float(np.round(ways.farthest(schools), MICROMETRES))
    detour = FAR * max(farthest, 1.0)
    home, gate = ways.parts
    cut = len(home) > 0 and (np.unique(home)[:, None] != gate[schools]).any()
    place = np.searchsorted(schools, zone)
    place = np.minimum(place, max(len(schools) - 1, 0))
    known = (zone >= 0) & (schools[place] == zone) if len(schools) else zone < -1
    own = np.where(known, place, -1)
    taught = np.isin(sharer, schools)
    sharer = np.searchsorted(schools, sharer[taught])
    zoned = np.isin(np.arange(len(schools)), np.append(own, sharer))
    charge = np.where(zoned, detour if cut else farthest, 0.0)
    shared = np.unique(block[taught] * len(schools) + sharer)
    return Charges(ways, schools, own, shared, charge, detour)
