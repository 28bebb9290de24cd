"""Ways that stand in the place of measured ones: of a table, and to the sites of one school."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt

from seatplan.district.district import District
from seatplan.travel.network import Floats, Integers, Network
from seatplan.travel.walks import Snapped, measure_walks, snap_points


@dataclass(frozen=True)
class Stated:
    """Ways of pairs that are known, in place of what the roads would give.

    Attributes
    ----------
    block, school
        Positions of each pair.
    key
        block * schools + school of each pair, rising.
    metres
        The way of each pair.
    """

    block: Integers
    school: Integers
    key: Integers
    metres: Floats

    def find(self, key: Integers) -> tuple[npt.NDArray[np.bool_], Floats]:
        """Say for each key whether its way is stated, and give it where it is."""
        at = np.searchsorted(self.key, key).clip(max=max(len(self.key) - 1, 0))
        there = self.key[at] == key if len(self.key) else np.zeros(len(key), dtype=bool)
        return there, self.metres[at[there]]


@dataclass(frozen=True)
class Campuses:
    """Ways from every block to each site of the schools that have several.

    Attributes
    ----------
    table
        `District.campuses`, which they are measured from.
    school
        Position of the school of each site.
    grades
        The grades taught at each site; empty where all are.
    walks, straight
        Metres by road and in a straight line, block x site.
    """

    table: gpd.GeoDataFrame
    school: Integers
    grades: tuple[frozenset[str], ...]
    walks: Floats
    straight: Floats

    def differ(self, grades: Sequence[str]) -> bool:
        """Say whether some school teaches these grades at different sites."""
        return any(
            len({frozenset(self._teach(own, grade)) for grade in grades}) > 1
            for own in self._schools()
        )

    def join(self, metres: Floats, grades: Sequence[str]) -> Floats:
        """Return one way to each school, block x school: to its nearest site.

        With `grades`, the mean over them of the way to the nearest site that teaches the grade.
        """
        columns = []
        for own in self._schools():
            taught = [self._teach(own, grade) for grade in grades] or [own]
            columns.append(np.mean([metres[:, sites].min(axis=1) for sites in taught], axis=0))
        return np.stack(columns, axis=1)

    def _schools(self) -> list[list[int]]:
        """Return the sites of each school, by the position of the school."""
        return [np.flatnonzero(self.school == own).tolist() for own in np.unique(self.school)]

    def _teach(self, own: list[int], grade: str) -> list[int]:
        """Return the sites of a school that teach a grade; all where none says so."""
        return [at for at in own if not self.grades[at] or grade in self.grades[at]] or own


def state_ways(
    district: District,
    homes: Snapped,
    gates: Snapped,
    campuses: Campuses | None = None,
    grades: Sequence[str] = (),
) -> Stated | None:
    """Return the ways that the district states, by position; None where it states none.

    Those to schools of several sites come from `campuses`, for `grades`; what `district.travel`
    says of a pair holds before them.
    """
    block, school, metres = [], [], []
    if campuses is not None:
        ways = campuses.join(campuses.walks, grades)
        at, column = np.indices(ways.shape).reshape(2, -1)
        block, school, metres = [at], [np.unique(campuses.school)[column]], [ways.ravel()]
    if len(travel := district.travel):
        block.append(homes.points.get_indexer(travel.index.get_level_values("block")))
        school.append(gates.points.get_indexer(travel.index.get_level_values("school")))
        metres.append(np.asarray(travel, dtype=np.float64))
    if not block:
        return None
    home, gate = (np.concatenate(part).astype(np.int64) for part in (block, school))
    way = np.concatenate(metres)
    key = home * len(gates.points) + gate
    key, last = np.unique(key[::-1], return_index=True)  # the table comes last, and holds
    last = len(way) - 1 - last
    return Stated(home[last], gate[last], key, way[last])


def measure_campuses(
    district: District, network: Network, homes: Snapped, gates: Snapped
) -> Campuses | None:
    """Measure the ways to every site of the schools that have several; None where none has."""
    table = district.campuses
    table = table[table.school.isin(gates.points)] if len(table) else table
    if not len(table):
        return None
    sites = snap_points(network, table.geometry)
    apart = homes.xy[:, None] - sites.xy[None]
    return Campuses(
        table=district.campuses,
        school=gates.points.get_indexer(table.school).astype(np.int64),
        grades=tuple(frozenset(str(words).split()) for words in table.grades),
        walks=measure_walks(network, homes, sites),
        straight=np.hypot(apart[..., 0], apart[..., 1]),
    )
