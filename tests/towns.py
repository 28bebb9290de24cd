"""Towns written to a folder by code, file by file, with numbers that can be checked by hand.

Every block is 400 m square, on a grid with a road through the middles of neighbours, and has the
same number of residents of every age; births keep it so, and every resident of the age is a pupil.
So each grade has (blocks x per_age) pupils in every year.

The small town (6 blocks of 10 a year of age, EPSG:4544): 60 pupils a grade.
The far town (40 blocks of 10, EPSG:4547; Chinese ids, spaces, leading zeros): 400 a grade.

    west half   primary `schools[0]`, 2 classes (small) or 5 classes (far) a grade
    east half   nine-year `schools[1]`, the same; and all junior pupils
    everywhere  kindergarten `schools[2]`
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from math import ceil
from pathlib import Path
from typing import Any

import pyproj

SIDE = 400.0
AGES = range(20)
GRADES = {
    "kindergarten": {"k1": 3, "k2": 4, "k3": 5},
    "primary": {f"g{age - 5}": age for age in range(6, 12)},
    "junior": {f"g{age - 5}": age for age in range(12, 15)},
}
INTAKE = {"kindergarten": "nearest", "primary": "catchment", "junior": "catchment"}
KINDS = {
    "primary": ["primary"],
    "nine_year": ["primary", "junior"],
    "kindergarten": ["kindergarten"],
}
LIMITS = {"k1": 25, "k2": 30, "k3": 35, "primary": 45, "junior": 50}


@dataclass(frozen=True)
class Town:
    """What a town is made of; `columns` x `rows` blocks, counted from the south-west corner."""

    code: str = "000001"
    zh: str = "小镇"
    en: str = "Small town"
    crs: str = "EPSG:4544"
    file_crs: str = "EPSG:4490"
    corner: tuple[float, float] = (605_000.0, 4_205_000.0)
    columns: int = 3
    rows: int = 2
    per_age: int = 10
    base_year: int = 2020
    horizon: int = 2026
    schools: tuple[str, str, str] = ("P1", "N1", "K1")
    townships: tuple[str, str] = ("west", "east")
    units: tuple[str, str] = ("west-1", "east-1")

    @property
    def blocks(self) -> list[str]:
        return [f"b{number}" for number in range(1, self.columns * self.rows + 1)]

    def middle(self, number: int) -> tuple[float, float]:
        """Metres of the middle of a block."""
        x, y = number % self.columns, number // self.columns
        return self.corner[0] + (x + 0.5) * SIDE, self.corner[1] + (y + 0.5) * SIDE

    def side(self, number: int) -> int:
        """0 in the west half, 1 in the east half; the middle column is west."""
        return int(number % self.columns >= (self.columns + 1) // 2)

    def classes(self, grade: str, pupils: int) -> int:
        """Fewest classes within the limit."""
        stage = next(stage for stage, grades in GRADES.items() if grade in grades)
        return ceil(pupils / LIMITS.get(grade, LIMITS.get(stage, 0)))


@dataclass(frozen=True)
class FarTown(Town):
    """Another zone, other ids: 8 x 5 blocks called 001 ... 039 and "东 40"."""

    @property
    def blocks(self) -> list[str]:
        return [f"{number:03d}" for number in range(1, 40)] + ["东 40"]


SMALL = Town()
FAR = FarTown(
    code="420000",
    zh="远镇",
    en="Far town",
    crs="EPSG:4547",
    corner=(530_000.0, 3_380_000.0),
    columns=8,
    rows=5,
    base_year=2022,
    horizon=2030,
    schools=("实验一小", "A 1", "007"),
    townships=("西街道", "01"),
    units=("西 村", "002"),
)


@lru_cache(maxsize=8)
def _projection(crs: str, file_crs: str) -> pyproj.Transformer:
    return pyproj.Transformer.from_crs(crs, file_crs, always_xy=True)


def to_degrees(town: Town, x: float, y: float) -> list[float]:
    """Longitude and latitude of a point in metres."""
    lon, lat = _projection(town.crs, town.file_crs).transform(x, y)
    return [round(lon, 9), round(lat, 9)]


def write_town(folder: Path, town: Town = SMALL) -> Path:
    """Write every file of a town and return the folder."""
    (folder / "population").mkdir(parents=True, exist_ok=True)
    write_declarations(folder, town)
    write_people(folder, town)
    write_layers(folder, town)
    write_rows(
        folder / "zones.csv",
        ["id", "name", "kind", "parent", "setting", "provenance", "source"],
        [[zone, f"{zone}镇", "township", "", "urban", "synthetic", ""] for zone in town.townships]
        + [
            [unit, f"{unit}村", "unit", zone, "urban", "synthetic", ""]
            for unit, zone in zip(town.units, town.townships, strict=True)
        ],
    )
    write_rows(
        folder / "catchments.csv",
        ["block", "stage", "school"],
        [
            [block, stage, town.schools[1 if stage == "junior" else town.side(number)]]
            for number, block in enumerate(town.blocks)
            for stage in ("primary", "junior")
        ],
    )
    write_rows(
        folder / "provenance.csv",
        ["file", "column", "provenance", "source", "note"],
        [["*", "*", "synthetic", "a town written by code", ""]],
    )
    return folder


def write_rows(path: Path, header: list[str], rows: list[list[Any]]) -> None:
    """Write a CSV."""
    lines = [",".join(map(str, row)) for row in [header, *rows]]
    path.write_text("\n".join(lines) + "\n", "utf-8")


def write_declarations(folder: Path, town: Town) -> None:
    """Write district.toml and standards.toml."""
    (folder / "district.toml").write_text(
        f'code = "{town.code}"\n'
        f'name = {{zh = "{town.zh}", en = "{town.en}"}}\n'
        f"base_year = {town.base_year}\n"
        f"horizon = {town.horizon}\n"
        f'crs = "{town.crs}"\n'
        f'file_crs = "{town.file_crs}"\n',
        "utf-8",
    )
    parts = []
    for stage, grades in GRADES.items():
        entries = ",\n  ".join(
            f'{{code = "{grade}", name = {{zh = "{grade}", en = "{grade}"}}, '
            f"age_from = {age}, age_to = {age}}}"
            for grade, age in grades.items()
        )
        parts.append(
            f'[[stage]]\ncode = "{stage}"\nname = {{zh = "{stage}", en = "{stage}"}}\n'
            f'intake = "{INTAKE[stage]}"\ngrades = [\n  {entries},\n]\n'
        )
    parts.append("[kinds]")
    for kind, stages in KINDS.items():
        parts.append(f'{kind} = {{name = {{zh = "{kind}", en = "{kind}"}}, stages = {stages}}}')
    limits = ", ".join(f"{key} = {limit}" for key, limit in LIMITS.items())
    parts.append(
        '\n[[standard]]\ncode = "class-size"\nname = {zh = "班额", en = "Class size"}\n'
        f'indicator = "class_size"\nlimit = {{{limits}}}\nside = "above"\n'
        'unit = "pupils per class"\nsource = "town"\nchecked = "seen"\n'
    )
    (folder / "standards.toml").write_text("\n".join(parts), "utf-8")


def write_people(folder: Path, town: Town) -> None:
    """Write residents, births, ratios, take-up and housing."""
    people = folder / "population"
    write_rows(
        people / "residents.csv",
        ["block", "total", *(f"age_{age}" for age in AGES)],
        [[block, town.per_age * 80, *[town.per_age] * len(AGES)] for block in town.blocks],
    )
    births = town.per_age * len(town.blocks)
    write_rows(
        people / "births.csv",
        ["year", "low", "medium", "high"],
        [[year, births, births, births] for year in range(town.base_year - 1, town.horizon + 1)],
    )
    write_rows(people / "cohort_ratios.csv", ["age", "ratio"], [[age, 1] for age in range(-1, 19)])
    write_rows(
        people / "take_up.csv",
        ["stage", "year", "rate"],
        [[stage, town.base_year, 1] for stage in GRADES],
    )
    header = ["block", "year", "dwellings", "residents_per_dwelling"]
    header += ["pupils_per_1000", "from_outside"]
    write_rows(people / "housing.csv", header, [])


def write_layers(folder: Path, town: Town) -> None:
    """Write blocks, schools, roads and sites."""
    numbers = range(len(town.blocks))
    blocks = [
        {"id": block, **zone_of(town, number), "setting": "urban"}
        for number, block in enumerate(town.blocks)
    ]
    write_features(
        folder / "population" / "blocks.geojson",
        [
            (row, {"type": "Polygon", "coordinates": [square(town, number)]})
            for number, row in enumerate(blocks)
        ],
    )
    write_features(folder / "schools.geojson", schools_of(town))
    steps = [(n, n + 1) for n in numbers if (n + 1) % town.columns]
    steps += [(n, n + town.columns) for n in numbers if n + town.columns in numbers]
    write_features(
        folder / "roads.geojson",
        [
            (
                {"id": f"r{number}", "road_class": "local", "speed_kmh": 30},
                {
                    "type": "LineString",
                    "coordinates": [to_degrees(town, *town.middle(end)) for end in ends],
                },
            )
            for number, ends in enumerate(steps)
        ],
    )
    site = {
        "id": "S 1",
        "name": "东地块",
        "stages": "kindergarten primary",
        "land_m2": 9000.0,
        "max_classrooms": 24,
        "earliest_year": town.base_year + 2,
    }
    write_features(folder / "sites.geojson", [(site, point(town, town.columns - 1))])


def zone_of(town: Town, number: int) -> dict[str, str]:
    """The unit and township of a block."""
    side = town.side(number)
    return {"unit": town.units[side], "township": town.townships[side]}


def square(town: Town, number: int) -> list[list[float]]:
    """The corners of a block, longitude first."""
    x, y = town.middle(number)
    half = SIDE / 2
    corners = [(-half, -half), (half, -half), (half, half), (-half, half), (-half, -half)]
    return [to_degrees(town, x + dx, y + dy) for dx, dy in corners]


def point(town: Town, number: int) -> dict[str, Any]:
    """The middle of a block as a GeoJSON point."""
    return {"type": "Point", "coordinates": to_degrees(town, *town.middle(number))}


def schools_of(town: Town) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """The three schools, in the first, the last and the second block."""
    size = len(town.blocks)
    west = sum(town.side(number) == 0 for number in range(size)) * town.per_age
    everyone = size * town.per_age
    rolls = [
        {"primary": west},
        {"primary": everyone - west, "junior": everyone},
        {"kindergarten": everyone},
    ]
    features = []
    for place, (school, kind, taught, at) in enumerate(
        zip(town.schools, KINDS, rolls, (0, size - 1, 1), strict=True)
    ):
        row: dict[str, Any] = {"id": school, "name": f"第{place + 1}学校", "kind": kind}
        row |= {
            "setting": "urban",
            "run_by": "district",
            "ownership": "public",
            **zone_of(town, at),
        }
        for stage, pupils in taught.items():
            classes = {grade: town.classes(grade, pupils) for grade in GRADES[stage]}
            row[f"classrooms_{stage}"] = sum(classes.values())
            row |= {f"roll_{grade}": pupils for grade in classes}
            row |= {f"classes_{grade}": count for grade, count in classes.items()}
        features.append((row, point(town, at)))
    return features


@contextmanager
def features(folder: Path, name: str) -> Iterator[list[dict[str, Any]]]:
    """Change the features of a layer that was written."""
    content = json.loads((folder / name).read_text("utf-8"))
    yield content["features"]
    (folder / name).write_text(json.dumps(content, ensure_ascii=False), "utf-8")


def write_features(path: Path, features: list[tuple[dict[str, Any], Any]], **members: Any) -> None:
    """Write a GeoJSON."""
    content = {
        "type": "FeatureCollection",
        **members,
        "features": [
            {"type": "Feature", "properties": row, "geometry": shape} for row, shape in features
        ],
    }
    path.write_text(json.dumps(content, ensure_ascii=False), "utf-8")
