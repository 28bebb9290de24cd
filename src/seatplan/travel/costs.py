"""The walk from every block to every school on the road graph, measured when it is asked for.

A block walks from its representative point (inside it, whatever its shape).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from seatplan.district.district import District
from seatplan.memory import split_range
from seatplan.travel.farthest import measure_farthest
from seatplan.travel.nearest import Nearest, nearest_targets, select_nearest
from seatplan.travel.network import Floats, Integers, Network, build_network, part_banks
from seatplan.travel.pairs import KeptWalks, measure_pairs
from seatplan.travel.stated import Campuses, Stated, measure_campuses, state_ways
from seatplan.travel.walks import Snapped, expect_walks, find_part, measure_walks, snap_points


@dataclass(frozen=True)
class TravelCosts:
    """Walks in metres, measured when they are first asked for and kept.

    `pair_metres` and `nearest` measure the pairs that matter, `metres` is the table of all; they
    agree to the last bit.

    Attributes
    ----------
    network, homes, gates
        The road graph, and where blocks and schools meet it.
    column
        The column of `known` whose walks hold for each school; -1 where none does.
    known
        Walks of the same blocks on the same roads to other schools.
    stated
        Ways of pairs that a table states; they take the place of measured ones.
    campuses
        Ways to each site of the schools that have several: to such a school the way is that to its
        nearest site. See `teaching`.
    kept
        Walks of pairs measured so far, to schools that have no column in `known`.
    grades
        Those that the ways are to the sites of; empty: all.
    small_bytes
        Up to this size the table of all walks is measured for the first pairs that are asked for;
        it is then the faster way. It changes no figure.
    """

    network: Network
    homes: Snapped
    gates: Snapped
    column: Integers = field(repr=False)
    known: TravelCosts | None = field(default=None, repr=False)
    stated: Stated | None = field(default=None, repr=False)
    campuses: Campuses | None = field(default=None, repr=False)
    by_grades: dict[tuple[str, ...], TravelCosts] = field(
        default_factory=dict, repr=False, compare=False
    )
    kept: KeptWalks = field(default_factory=KeptWalks, repr=False, compare=False)
    small_bytes: float = field(default=8e6, repr=False, compare=False)
    grades: tuple[str, ...] = ()

    @cached_property
    def metres(self) -> pd.DataFrame:
        """Shortest walk, `block` x `school`; inf where no road leads from one to the other.

        Raises
        ------
        InputError
            Memory cannot hold the table.
        """
        new = self.column < 0
        metres = measure_walks(self.network, self.homes, self.gates.take(new))
        if self.known is not None and not new.all():
            metres = self._join_known(self.known.metres.to_numpy(), metres, new)
        if self.stated is not None:
            metres[self.stated.block, self.stated.school] = self.stated.metres
        blocks, schools = self.homes.points.rename("block"), self.gates.points.rename("school")
        return pd.DataFrame(metres, index=blocks, columns=schools, copy=False)

    @cached_property
    def snapped(self) -> pd.Series[float]:
        """Straight metres from a point to the road, index (`place`, `id`); part of the walks.

        `place` is "block" or "school".
        """
        off = {"block": self.homes, "school": self.gates}
        snapped = pd.concat(
            {place: pd.Series(points.off, index=points.points) for place, points in off.items()},
            names=["place", "id"],
        )
        return snapped.rename("metres")

    @cached_property
    def unreachable(self) -> pd.DataFrame:
        """One row for each `block` and `school` without a way."""
        home, gate = self.parts
        rows = [
            np.argwhere(home[part, None] != gate) + np.array([part.start, 0])
            for part in split_range(len(home), 8 * len(gate))
        ]
        block, school = np.concatenate([np.empty((0, 2), dtype=np.int64), *rows]).T
        if self.stated is not None:
            known, ways = self.stated.find(block * len(self.gates.points) + school)
            known[known] = np.isfinite(ways)
            block, school = block[~known], school[~known]
        return pd.DataFrame(
            {"block": self.homes.points[block], "school": self.gates.points[school]}
        )

    def pair_metres(self, block: Integers, school: Integers) -> Floats:
        """Shortest walk of each pair in metres, (pairs,); inf where no road leads.

        Parameters
        ----------
        block, school
            Positions in `homes.points` and `gates.points`, one for each pair.
        """
        if self._has_table():
            table: Floats = self.metres.to_numpy()
            return table[block, school]
        metres, column = np.empty(len(block)), self.column[school]
        old = column >= 0
        if self.known is not None and old.any():
            metres[old] = self.known.pair_metres(block[old], column[old])
        metres[~old] = self.kept.fetch(block[~old], school[~old], self._measure)
        if self.stated is not None:
            known, ways = self.stated.find(block * len(self.gates.points) + school)
            metres[known] = ways
        return metres

    def pair_straight(self, block: Integers, school: Integers) -> Floats:
        """Straight line of each pair in metres, (pairs,); to the nearest site of a school."""
        straight: Floats = np.hypot(*(self.homes.xy[block] - self.gates.xy[school]).T)
        if self.campuses is not None:
            column = np.searchsorted(owners := np.unique(self.campuses.school), school)
            own = owners[np.minimum(column, len(owners) - 1)] == school
            lines = self.campuses.join(self.campuses.straight, self.grades)
            straight[own] = lines[block[own], column[own]]
        return straight

    def teaching(self, district: District, grades: Sequence[str]) -> TravelCosts:
        """Return the ways to the sites that teach some grades, the mean over the grades.

        These ways themselves, where no school has several sites.

        Parameters
        ----------
        district
            The district whose ways these are.
        grades
            Codes of grades.
        """
        if self.campuses is None:
            return self
        if (key := tuple(grades)) not in self.by_grades:
            stated = state_ways(district, self.homes, self.gates, self.campuses, key)
            column = np.arange(len(self.gates.points))
            self.by_grades[key] = replace(
                self, column=column, known=self, stated=stated, grades=key, by_grades={}
            )
        return self.by_grades[key]

    def nearest(
        self,
        few: int,
        schools: npt.NDArray[np.bool_] | None = None,
        handicap: Floats | None = None,
        below: Floats | None = None,
    ) -> Nearest:
        """Find the nearest schools of each block, in positions of `homes` and `gates`.

        Parameters
        ----------
        few
            How many, at least 1; see `nearest_targets` for ties and for blocks with fewer ways.
        schools
            Which may be among them: a mask (schools,), or one for each group (groups, schools).
            All where None.
        handicap
            Metres that each school counts as farther than it is, (schools,); none where None.
        below
            Metres with the handicap up to which schools are wanted, (blocks,); all where None.
        """
        groups = None if schools is None else np.atleast_2d(schools)
        terms = self.gates, few, groups, handicap, below
        if self._has_table():
            return select_nearest(self.metres.to_numpy(), *terms)
        return nearest_targets(self.network, self.homes, *terms)

    @cached_property
    def parts(self) -> tuple[Integers, Integers]:
        """The connected part of the roads at which each block is, and each school."""
        return find_part(self.network, self.homes), find_part(self.network, self.gates)

    def table_to(self, schools: Integers) -> Floats:
        """Measure the walks from every block to some schools, block x school; inf without a way.

        Parameters
        ----------
        schools
            Positions in `gates.points`.
        """
        if self._has_table():
            table: Floats = self.metres.to_numpy()[:, schools]
            return table
        return measure_walks(self.network, self.homes, self.gates.take(schools))

    def farthest(self, schools: Integers) -> float:
        """Return the longest walk from any block to some schools, metres; 0 where there is none.

        Parameters
        ----------
        schools
            Positions in `gates.points`.
        """
        if self._has_table():
            walks = self.metres.to_numpy()[:, schools]
            return float(walks[np.isfinite(walks)].max(initial=0.0))
        return measure_farthest(self.network, self.homes, self.gates.take(schools))

    def _has_table(self) -> bool:
        """Whether the table of all walks has been measured, or may be: small, or ways stated."""
        size = 8 * len(self.homes.points) * len(self.gates.points)
        return "metres" in self.__dict__ or size <= self.small_bytes or self.stated is not None

    def _measure(self, block: Integers, school: Integers) -> Floats:
        """Measure pairs anew."""
        return measure_pairs(self.network, self.homes, self.gates, block, school)

    def _join_known(self, known: Floats, measured: Floats, new: npt.NDArray[np.bool_]) -> Floats:
        """Put known columns and measured ones in the order of the schools."""
        shape = len(known), len(new)
        expect_walks(*shape)
        metres = np.empty(shape)
        for rows in split_range(len(known), 8 * len(new)):
            metres[rows, new] = measured[rows]
            metres[rows, ~new] = known[rows, self.column[~new]]
        return metres


def measure_travel(district: District, known: TravelCosts | None = None) -> TravelCosts:
    """Lay out the walk from every block to every school of the district, open or not.

    walk = block to the road + shortest way along the road + road to the school; for pairs of
    `district.travel` what stands there.

    Parameters
    ----------
    known
        Walks measured before. What still holds of them is taken over: the road graph where the
        roads are the same table, the walks to schools that stand where they stood.
    """
    network = _lay_network(district) if known is None else _same_network(district, known)
    homes = snap_points(network, district.blocks.representative_point())
    gates = snap_points(network, district.schools.geometry)
    column = _find_columns(network, homes, gates, known)
    if (
        known is not None
        and len(column)
        and np.array_equal(column, np.arange(len(known.gates.points)))
        and _same_campuses(district, known)
    ):
        return known
    older = known if (column >= 0).any() else None
    campuses = measure_campuses(district, network, homes, gates)
    stated = state_ways(district, homes, gates, campuses)
    return TravelCosts(network, homes, gates, column, older, stated, campuses)


def school_distances(district: District, known: TravelCosts | None = None) -> pd.DataFrame:
    """Measure the walk between every two schools, `school` x `school`, in metres.

    `known` lends its road graph where the roads are the same table. inf where no road leads.
    """
    network = _lay_network(district) if known is None else _same_network(district, known)
    gates = snap_points(network, district.schools.geometry)
    metres = measure_walks(network, gates, gates)
    np.fill_diagonal(metres, 0.0)
    return pd.DataFrame(metres, index=gates.points, columns=gates.points, copy=False)


def _same_network(district: District, known: TravelCosts) -> Network:
    """Return the known road graph, unless the district has other roads."""
    same = known.network.roads is district.roads and (
        known.network.detour in (0.0, district.detour)
    )
    return known.network if same else _lay_network(district)


def _lay_network(district: District) -> Network:
    """Return the road graph of a district, which its water parts."""
    network = build_network(district.roads, district.detour)
    return part_banks(network, district.water, district.blocks.representative_point())


def _same_campuses(district: District, known: TravelCosts) -> bool:
    """Say whether the known walks are those to the sites of this district."""
    if known.campuses is None:
        return not len(district.campuses)
    return known.campuses.table is district.campuses


def _find_columns(
    network: Network, homes: Snapped, gates: Snapped, known: TravelCosts | None
) -> Integers:
    """Find the column of the known walks that still holds for each gate; -1 where none does."""
    if (
        known is None
        or len(known.gates.points) == 0
        or known.network is not network
        or not known.homes.points.equals(homes.points)
        or not np.array_equal(known.homes.xy, homes.xy)
    ):
        return np.full(len(gates.points), -1)
    column = known.gates.points.get_indexer(gates.points)
    stands = (known.gates.xy[column] == gates.xy).all(axis=1)
    return np.where(stands, column, -1)
