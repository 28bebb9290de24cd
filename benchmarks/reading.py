"""How long it takes to read a district from one GeoPackage, and how much memory.

    python benchmarks/reading.py                  # 200 x 200 blocks, 8,000 schools
    python benchmarks/reading.py --side 60 --schools 720

Blocks are squares of a grid, schools lie anywhere in it (seeded); there is one stage.
"""

from __future__ import annotations

import argparse
import resource
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely.geometry import box

from seatplan.district.packing import pack_package
from seatplan.district.reading import read_district
from seatplan.district.tables import AGES, BLOCKS, RESIDENTS
from seatplan.district.writing import spell_standards
from seatplan.intake.rules import make_rules

CORNER, SIZE, CRS = (105.0, 37.0), 0.004, "EPSG:4490"  # degrees
SETTINGS = """
code = "grid"
name = {en = "Grid"}
base_year = 2020
horizon = 2030
crs = "EPSG:4544"
file_crs = "EPSG:4490"
"""
PLACE = {"unit": "U1", "township": "T1", "setting": "urban"}


def write_grid(path: Path, side: int, schools: int) -> None:
    """Write a district of `side` x `side` blocks."""
    x, y = (CORNER[0] + SIZE * np.arange(side)), (CORNER[1] + SIZE * np.arange(side))
    squares = [box(a, b, a + SIZE, b + SIZE) for b in y for a in x]
    ids = [f"b{number}" for number in range(side * side)]
    blocks = gpd.GeoDataFrame({"id": ids, **PLACE}, geometry=squares, crs=CRS)
    at = np.array(CORNER) + np.random.default_rng(1).random((schools, 2)) * side * SIZE
    row = {"kind": "school", **PLACE, "run_by": "district", "ownership": "public"}
    row |= {"classrooms_school": 12}
    row |= {f"{what}_g{g}": n for g in range(1, 7) for what, n in (("roll", 80), ("classes", 2))}
    names = [f"s{number}" for number in range(schools)]
    gates = gpd.GeoDataFrame(
        {"id": names, "name": names, **row}, geometry=gpd.points_from_xy(*at.T), crs=CRS
    )
    people = {"total": 1000, **{f"age_{age}": 16 for age in AGES}}
    zones = {"id": ["T1", "U1"], "name": ["T", "U"], "kind": ["township", "unit"]}
    tables = {
        "zones.csv": pd.DataFrame({**zones, "parent": ["", "T1"]}),
        RESIDENTS: pd.DataFrame({"block": ids, **people}),
    }
    texts = {"district.toml": SETTINGS, "standards.toml": spell_standards(make_rules("1-6", 45))}
    pack_package(path, texts, tables, {BLOCKS: blocks, "schools.geojson": gates})


def main() -> None:
    """Write the grid, read it and print seconds and memory."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--side", type=int, default=200)
    parser.add_argument("--schools", type=int, default=8000)
    asked = parser.parse_args()
    with TemporaryDirectory() as room:
        path = Path(room) / "grid.gpkg"
        write_grid(path, asked.side, asked.schools)
        start = time.perf_counter()
        district = read_district(path)
        seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(f"{district!r}: {seconds:.1f} s, {peak:.2f} GB at most")


if __name__ == "__main__":
    main()
