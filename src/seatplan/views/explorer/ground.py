"""The boards of a page as columns: places, walks, homes, catchments; `ground.js` reads them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from seatplan.views.explorer.board import Board, name_fields
from seatplan.views.explorer.packing import Packer

MICROMETRES = 1e6  # in a metre: walks are told apart by these, as in `seating.origins`
LISTED = 60_000  # walks that a page holds; of larger districts those of the nearest schools
FEWEST = 12  # schools of a block whose walks are held at least


@dataclass(frozen=True)
class Places:
    """Schools of a page, then candidate sites, by position; stages by position too."""

    schools: gpd.GeoDataFrame
    sites: gpd.GeoDataFrame
    blocks: pd.Index
    stages: list[str]
    years: list[int]

    def find(self, ids: pd.Series[str] | pd.Index) -> npt.NDArray[np.int64]:
        """Return positions of schools, -1 for none."""
        return np.asarray(self.schools.index.get_indexer(pd.Index(ids)), dtype=np.int64)


def add_board(packer: Packer, boards: Sequence[Board], places: Places) -> dict[str, Any]:
    """Add what drafts are counted from; return the rest as texts."""
    first = boards[0]
    zoned = list(first.living)
    walked, whole = _add_walks(packer, boards, places, zoned)
    _add_points(packer, places)
    versions: list[Board] = []
    texts: list[dict[str, Any]] = []
    for at, board in enumerate(boards):
        same = [number for number, other in enumerate(versions) if _lives_alike(board, other)]
        if not same:
            versions.append(board)
            _add_homes(packer, f"homes{len(versions) - 1}", board, places)
        _add_tables(packer, f"plan{at}", board, places)
        texts.append(
            {
                "homes": same[0] if same else len(versions) - 1,
                "steps": board.steps,
                "current": board.current,
                "perClass": [board.per_class[stage] for stage in places.stages],
                "heirs": _list_heirs(board, places),
                "lots": _list_lots(board, places),
            }
        )
    return {
        "zoned": zoned,
        "partial": first.partial,
        "walked": walked,
        "whole": whole,
        "detour": first.detour,
        "command": first.command,
        "shares": _list_shares(first, places),
        "sites": _list_sites(places.sites),
        "fields": name_fields(),
        "plans": texts,
    }


def _lives_alike(one: Board, other: Board) -> bool:
    return one.lived.equals(other.lived) and all(
        np.array_equal(one.living[stage], other.living[stage])
        and np.array_equal(one.entering[stage], other.entering[stage])
        for stage in one.living
    )


def _add_homes(packer: Packer, name: str, board: Board, places: Places) -> None:
    """Add who lives where, stage x block x year, and who of them goes to private schools."""
    empty = np.zeros((0, len(places.blocks), len(places.years)))
    living = np.stack(list(board.living.values())) if board.living else empty
    entering = np.stack(list(board.entering.values())) if board.entering else empty
    packer.add_floats(f"{name}_living", living)
    packer.add_floats(f"{name}_entering", entering, single=True)
    lived = board.lived
    packer.add(f"{name}_lived_stage", pd.Index(places.stages).get_indexer(pd.Index(lived.stage)))
    packer.add(f"{name}_lived_block", places.blocks.get_indexer(pd.Index(lived.block)))
    packer.add(f"{name}_lived_school", places.find(pd.Index(lived.school)))
    packer.add_floats(f"{name}_lived_share", lived.share.to_numpy(float))


def _add_tables(packer: Packer, name: str, board: Board, places: Places) -> None:
    """Add the catchments and classrooms that hold from a year on, one row for each entry."""
    stages = pd.Index(places.stages)
    zones = board.catchments
    zones = zones[zones.index.isin(places.stages, "stage")]
    level = zones.index.get_level_values
    packer.add(f"{name}_zone_block", places.blocks.get_indexer(level("block")))
    packer.add(f"{name}_zone_stage", stages.get_indexer(level("stage")))
    packer.add(f"{name}_zone_year", level("year"))
    packer.add(f"{name}_zone_school", places.find(pd.Index(zones)))
    rooms = board.classrooms
    rooms = rooms[rooms.index.isin(places.stages, "stage")]
    level = rooms.index.get_level_values
    packer.add(f"{name}_room_school", places.find(level("school")))
    packer.add(f"{name}_room_stage", stages.get_indexer(level("stage")))
    packer.add(f"{name}_room_year", level("year"))
    packer.add(f"{name}_room_count", rooms)


def _add_walks(
    packer: Packer, boards: Sequence[Board], places: Places, zoned: Sequence[str]
) -> tuple[list[int], bool]:
    """Add each block's walks, nearest first: to schools of `zoned` stages and to sites.

    Returns these places, and whether the walks to all of them are held.
    """
    ids = [*places.schools.index, *places.sites.index]
    metres = pd.concat([board.metres for board in boards], axis=1)
    metres = metres.loc[:, ~metres.columns.duplicated()]
    metres = metres.reindex(index=places.blocks, columns=pd.Index(ids))
    teaching = {
        str(school)
        for board in boards
        for school, stage, _ in board.classrooms.index
        if stage in zoned
    }
    sites = len(places.schools)
    wanted = [at for at, place in enumerate(ids) if at >= sites or place in teaching]
    walks = metres.to_numpy(dtype=float, na_value=np.inf)[:, wanted]
    few = min(len(wanted), max(FEWEST, LISTED // max(len(places.blocks), 1)))
    order = np.argsort(walks, axis=1, kind="stable")[:, :few]
    near = np.take_along_axis(walks, order, axis=1)
    known = np.isfinite(near)
    parts = np.rint(np.where(known, np.round(near, 6), 0.0) * MICROMETRES).astype(np.int64)
    whole, rest = np.divmod(parts, 1000)
    packer.add("walk_place", np.where(known, np.array(wanted, dtype=np.int64)[order], -1))
    packer.add("walk_mm", np.where(known, whole, 0), row=few)
    packer.add("walk_um", np.where(known, rest, 0))
    return wanted, few == len(wanted)


def _add_points(packer: Packer, places: Places) -> None:
    """Add where schools and sites stand, millimetres east and north: ties fall by these."""
    points = pd.concat([places.schools.geometry, places.sites.geometry])
    xy = np.column_stack([points.x, points.y])
    corner = np.floor(xy.min(axis=0)) if len(xy) else np.zeros(2)
    units = np.rint(np.round(xy, 3) * 1000 - corner * 1000)
    packer.add("place_east", units[:, 0])
    packer.add("place_north", units[:, 1])


def _list_heirs(board: Board, places: Places) -> list[list[int]]:
    """Return [school, heir, year] of each merger."""
    moved = board.successors
    if not len(moved):
        return []
    rows = zip(places.find(moved.index), places.find(moved.into), moved.year, strict=True)
    return [[int(school), int(heir), int(year)] for school, heir, year in rows]


def _list_lots(board: Board, places: Places) -> list[list[int]]:
    """Return [stage, school, year, number of its lottery zone]."""
    lots = board.lotteries
    if not len(lots):
        return []
    numbers = pd.factorize(lots)[0]
    schools = places.find(lots.index.get_level_values("school"))
    return [
        [places.stages.index(stage), int(school), int(year), int(number)]
        for (stage, year, _), school, number in zip(lots.index, schools, numbers, strict=True)
        if stage in places.stages
    ]


def _list_shares(board: Board, places: Places) -> list[list[float]]:
    """Return [stage, block, school, share or -1] where several share a block, the first first."""
    shares = board.shares[board.shares.index.isin(places.stages, "stage")]
    level = shares.index.get_level_values
    rows = zip(
        pd.Index(places.stages).get_indexer(level("stage")).tolist(),
        places.blocks.get_indexer(level("block")).tolist(),
        places.find(level("school")).tolist(),
        shares.fillna(-1.0).tolist(),
        strict=True,
    )
    return [list(row) for row in rows]


def _list_sites(sites: gpd.GeoDataFrame) -> list[list[Any]]:
    """Return [id, name, stages, most classrooms, first year, longitude, latitude] of each site."""
    if not len(sites):
        return []
    degrees = sites.geometry.to_crs(4326)
    return [
        [
            str(site),
            str(row["name"]),
            str(row["stages"]).split(),
            int(row["max_classrooms"]),
            int(row["earliest_year"]),
            round(float(point.x), 6),
            round(float(point.y), 6),
        ]
        for (site, row), point in zip(sites.iterrows(), degrees, strict=True)
    ]
