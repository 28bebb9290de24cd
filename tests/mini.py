"""A made-up district of 4 square blocks and 2 schools as files, and what may differ in it.

b2 b3        ten residents of every age in each block, 40 births a year: 40 pupils a grade
b0 b1        s0 stands in the middle of b0, s3 in that of b3; 20 pupils a grade each
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

WEST, SOUTH, SIDE = 106.2, 37.98, 0.01
AGES = [f"age_{age}" for age in range(20)]
GRADES = [f"g{grade}" for grade in range(1, 7)]


def name(text: str) -> str:
    return f'{{zh = "{text}", en = "{text}"}}'


def square(block: int) -> dict[str, Any]:
    x, y = WEST + SIDE * (block % 2), SOUTH + SIDE * (block // 2)
    ring = [[x, y], [x + SIDE, y], [x + SIDE, y + SIDE], [x, y + SIDE], [x, y]]
    return {"type": "Polygon", "coordinates": [ring]}


def middle(block: int) -> dict[str, Any]:
    x, y = WEST + SIDE * (block % 2), SOUTH + SIDE * (block // 2)
    return {"type": "Point", "coordinates": [x + SIDE / 2, y + SIDE / 2]}


def write_layer(path: Path, features: list[tuple[dict[str, Any], dict[str, Any]]]) -> None:
    collection = {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "properties": properties, "geometry": shape}
            for properties, shape in features
        ],
        "crs": {"type": "name", "properties": {"name": "EPSG:4490"}},
    }
    path.write_text(json.dumps(collection), "utf-8")


def write_mini(
    folder: Path,
    *,
    stage: str = "primary",
    intake: str = "catchment",
    rooms: int = 6,
    catchments: bool = True,
    points: bool = False,
    roads: bool = True,
) -> Path:
    """Write the district and return its folder."""
    (folder / "population").mkdir(parents=True)
    grades = ",".join(
        f'{{code = "{grade}", name = {name(grade)}, age_from = {6 + at}, age_to = {6 + at}}}'
        for at, grade in enumerate(GRADES)
    )
    texts = {
        "district.toml": f'code = "M"\nname = {name("Mini")}\nbase_year = 2020\nhorizon = 2022\n'
        'crs = "EPSG:4544"\nfile_crs = "EPSG:4490"\n',
        "standards.toml": f'[[stage]]\ncode = "{stage}"\nname = {name(stage)}\n'
        f'intake = "{intake}"\ngrades = [{grades}]\n'
        f'[kinds]\nprimary = {{name = {name("Primary")}, stages = ["{stage}"]}}\n'
        f'[[standard]]\ncode = "class-size"\nname = {name("Class")}\nindicator = "class_size"\n'
        f'limit = {{{stage} = 45}}\nsource = "made up"\nchecked = "recalled"\n',
        "zones.csv": "id,name,kind,parent\nT,T,township,\nU,U,unit,T\n",
        "population/residents.csv": ",".join(["block", "total", *AGES])
        + "\n"
        + "".join(f"b{block},800,{','.join(['10'] * 20)}\n" for block in range(4)),
        "population/births.csv": "year,low,medium,high\n"
        + "".join(f"{year},40,40,40\n" for year in (2020, 2021, 2022)),
        "population/cohort_ratios.csv": "age,ratio\n"
        + "".join(f"{age},1\n" for age in range(-1, 19)),
        "population/take_up.csv": f"stage,year,rate\n{stage},2020,1\n",
        "population/housing.csv": "block,year,dwellings,residents_per_dwelling,"
        "pupils_per_1000,from_outside\n",
        "provenance.csv": "file,column,provenance,source,note\n",
        "catchments.csv": "block,stage,school\n"
        + "".join(
            f"b{block},{stage},s{0 if block < 2 else 3}\n"
            for block in range(4 if catchments else 0)
        ),
    }
    for file, text in texts.items():
        (folder / file).write_text(text, "utf-8")
    own = {"unit": "U", "township": "T", "setting": "urban"}
    shape = middle if points else square
    write_layer(
        folder / "population/blocks.geojson",
        [({"id": f"b{block}", **own}, shape(block)) for block in range(4)],
    )
    counts = {f"roll_{grade}": 20 for grade in GRADES} | {f"classes_{grade}": 1 for grade in GRADES}
    public = {"kind": "primary", "run_by": "district", "ownership": "public"}
    school = {**public, **own, f"classrooms_{stage}": rooms, **counts}
    write_layer(
        folder / "schools.geojson",
        [({"id": f"s{at}", "name": f"S{at}", **school}, middle(at)) for at in (0, 3)],
    )
    corners = [middle(block)["coordinates"] for block in (0, 1, 3, 2, 0)]
    ways = [
        (
            {"id": f"r{at}", "road_class": "local", "speed_kmh": 30},
            {"type": "LineString", "coordinates": corners[at : at + 2]},
        )
        for at in range(4)
    ]
    write_layer(folder / "roads.geojson", ways if roads else [])
    write_layer(folder / "sites.geojson", [])
    return folder
