"""How time and memory of `evaluate` grow with the district: 1, 4 and 16 times as large, in one run.

    python benchmarks/growth.py [FOLDER] [--sides 1 2 4]

The district is laid side by side with itself, joined by a road from tile to tile; births grow with
it. Each size is evaluated in a process of its own, after one evaluation of the district itself,
which imports and compiles. Told are processor seconds of `evaluate` (reading apart), the peak of
memory of that process, and the exponent: log of the ratio of times over log of the ratio of blocks.
"""

from __future__ import annotations

import argparse
import time
from math import log
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

import seatplan as sp
from seatplan.district.district import District

LABELS = {"block", "school", "zone", "site"}  # index levels that name a place
TABLES = (
    *("zones", "blocks", "residents", "housing", "schools", "classrooms", "rolls", "successors"),
    *("sites", "outside"),
)
NAMES = ("unit", "township", "parent", "block", "into")  # columns that do


def name_tile(names: pd.Index | pd.Series, tile: int) -> Any:
    return names.map(lambda name: f"{name}~{tile}" if tile and name else name)


def copy_table(table: Any, tile: int, shift: tuple[float, float]) -> Any:
    """Return a table of one tile: its places renamed, its shapes moved."""
    table = table.copy()
    if isinstance(table.index, pd.MultiIndex):
        levels = [
            name_tile(table.index.get_level_values(name), tile)
            if name in LABELS
            else table.index.get_level_values(name)
            for name in table.index.names
        ]
        table.index = pd.MultiIndex.from_arrays(levels, names=table.index.names)
    elif table.index.name in LABELS:
        table.index = name_tile(table.index, tile).rename(table.index.name)
    for name in [name for name in NAMES if name in getattr(table, "columns", [])]:
        table[name] = name_tile(table[name], tile)
    if isinstance(table, gpd.GeoDataFrame):
        table = table.set_geometry(table.geometry.translate(*shift))
    return table


def lay_tiles(district: District, side: int) -> District:
    """Lay a district side by side with itself, side x side times."""
    west, south, east, north = district.blocks.total_bounds
    shifts = [
        (column * (east - west + 200.0), row * (north - south + 200.0))
        for row in range(side)
        for column in range(side)
    ]

    def repeat(table: Any) -> Any:
        parts = [copy_table(table, tile, shift) for tile, shift in enumerate(shifts)]
        return pd.concat(parts) if len(table) else table

    tables = {name: repeat(getattr(district, name)) for name in TABLES}
    catchments = [
        name_tile(copy_table(district.catchments, tile, shift), tile)
        for tile, shift in enumerate(shifts)
    ]
    roads = pd.concat([repeat(district.roads), join_tiles(district, shifts, side)])
    return district.replace(
        **tables,
        catchments=pd.concat(catchments),
        roads=roads.reset_index(drop=True),
        births=district.births * side**2,
    )


def join_tiles(
    district: District, shifts: list[tuple[float, float]], side: int
) -> gpd.GeoDataFrame:
    """Draw a road from the outermost road ends of each tile to those of the next."""
    tips = np.concatenate(
        [shapely.get_coordinates(line)[[0, -1]] for line in district.roads.geometry]
    )
    order = {axis: tips[[tips[:, axis].argmin(), tips[:, axis].argmax()]] for axis in (0, 1)}
    lines = []
    for tile in range(side**2):
        beside = [(0, tile + 1)] if (tile + 1) % side else []
        below = [(1, tile + side)] if tile + side < side**2 else []
        for axis, other in beside + below:
            first, last = order[axis]
            lines.append([last + shifts[tile], first + shifts[other]])
    return gpd.GeoDataFrame(
        {"road_class": "arterial", "speed_kmh": 60},
        geometry=[shapely.LineString(line) for line in lines],
        crs=district.crs,
        index=range(len(lines)),
    )


def measure(folder: str, side: int) -> tuple[int, int, float, float]:
    """Return blocks, schools, seconds and gigabytes of one size."""
    district = sp.read_district(folder)
    standards = sp.read_standards(f"{folder}/standards.toml")
    sp.evaluate(district, standards)
    large = lay_tiles(district, side)
    start = time.process_time()
    outcome = sp.evaluate(large, standards)
    taken = time.process_time() - start
    assert len(outcome.measure("pupils"))
    peak = next(
        float(line.split()[1]) * 1024
        for line in Path("/proc/self/status").read_text().splitlines()
        if line.startswith("VmHWM")
    )
    return len(large.blocks), len(large.schools), taken, peak / 1e9


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", default="data")
    parser.add_argument("--sides", type=int, nargs="+", default=[1, 2, 4])
    terms = parser.parse_args()
    first: tuple[int, float] | None = None
    for side in terms.sides:
        with get_context("spawn").Pool(1) as pool:
            blocks, schools, taken, peak = pool.apply(measure, (terms.folder, side))
        told = f"{blocks:6,} blocks, {schools:5,} schools: {taken:6.2f} s, {peak:.2f} GB"
        if first is None:
            first = blocks, taken
        else:
            power = log(taken / first[1]) / log(blocks / first[0])
            told += f"; {taken / first[1]:.1f} times as long, exponent {power:.2f}"
        print(told, flush=True)


if __name__ == "__main__":
    main()
