"""Broken files, one fault each: every one is refused in a sentence, and never with a traceback."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.towns import SMALL, write_features, write_town

from seatplan.district.reading import check_district, read_district
from seatplan.errors import InputError

BLOCKS = "population/blocks.geojson"
RESIDENTS = "population/residents.csv"
BIRTHS = "population/births.csv"
SCHOOLS = "schools.geojson"
Break = Callable[[Path], object]


def replace(name: str, old: str, new: str, count: int = 1) -> Break:
    """Exchange words in a file."""

    def change(folder: Path) -> None:
        text = (folder / name).read_text("utf-8")
        assert old in text
        (folder / name).write_text(text.replace(old, new, count), "utf-8")

    return change


def cell(name: str, line: int, column: str, value: str) -> Break:
    """Exchange one cell of a CSV; `line` counts as an editor does."""

    def change(folder: Path) -> None:
        rows = [row.split(",") for row in (folder / name).read_text("utf-8").splitlines()]
        rows[line - 1][rows[0].index(column)] = value
        (folder / name).write_text("\n".join(",".join(row) for row in rows) + "\n", "utf-8")

    return change


def drop_column(name: str, column: str) -> Break:
    def change(folder: Path) -> None:
        rows = [row.split(",") for row in (folder / name).read_text("utf-8").splitlines()]
        place = rows[0].index(column)
        kept = [",".join(row[:place] + row[place + 1 :]) for row in rows]
        (folder / name).write_text("\n".join(kept) + "\n", "utf-8")

    return change


def drop_line(name: str, line: int) -> Break:
    def change(folder: Path) -> None:
        lines = (folder / name).read_text("utf-8").splitlines()
        del lines[line - 1]
        (folder / name).write_text("\n".join(lines) + "\n", "utf-8")

    return change


def add_line(name: str, line: str) -> Break:
    def change(folder: Path) -> None:
        with (folder / name).open("a", encoding="utf-8") as file:
            file.write(line + "\n")

    return change


def layer(name: str, edit: Callable[[list[dict[str, Any]]], object], **members: Any) -> Break:
    """Edit the list of features of a GeoJSON; `members` are set at its top."""

    def change(folder: Path) -> None:
        content = json.loads((folder / name).read_text("utf-8"))
        edit(content["features"])
        (folder / name).write_text(json.dumps(content | members, ensure_ascii=False), "utf-8")

    return change


def prop(file: str, number: int, **values: Any) -> Break:
    """Set properties of one feature."""
    return layer(file, lambda features: features[number - 1]["properties"].update(values))


def unprop(name: str, key: str) -> Break:
    """Take a property from every feature."""
    return layer(name, lambda features: [item["properties"].pop(key, None) for item in features])


def shape(name: str, number: int, kind: str, coordinates: Any) -> Break:
    """Set the geometry of one feature."""
    geometry = {"type": kind, "coordinates": coordinates}
    return layer(name, lambda features: features[number - 1].update(geometry=geometry))


def each_point(name: str, move: Callable[[float, float], list[float]]) -> Break:
    """Move every coordinate of a layer."""

    def walk(part: Any) -> Any:
        return move(*part) if isinstance(part[0], float) else [walk(inner) for inner in part]

    def edit(features: list[dict[str, Any]]) -> None:
        for item in features:
            item["geometry"]["coordinates"] = walk(item["geometry"]["coordinates"])

    return layer(name, edit)


def save(name: str, content: bytes) -> Break:
    return lambda folder: (folder / name).write_bytes(content)


def remove(name: str) -> Break:
    return lambda folder: (folder / name).unlink()


def nothing(features: list[dict[str, Any]]) -> None:
    """Leave the features as they are."""


def stretch_block(features: list[dict[str, Any]]) -> None:
    """Draw block b1 as far as the outer corner of b2, its neighbour in the east."""
    features[0]["geometry"]["coordinates"][0][1:3] = features[1]["geometry"]["coordinates"][0][1:3]


def cross_block(features: list[dict[str, Any]]) -> None:
    """Exchange two corners of b1, so that its border crosses itself."""
    ring = features[0]["geometry"]["coordinates"][0]
    ring[1], ring[2] = ring[2], ring[1]


CASES: list[tuple[str, Break, list[str]]] = [
    # files and their form
    ("missing file", remove(RESIDENTS), [RESIDENTS, "not found", "want"]),
    ("missing layer", remove(SCHOOLS), ["schools.geojson: not found"]),
    ("missing district.toml", remove("district.toml"), ["district.toml: not found"]),
    ("missing standards.toml", remove("standards.toml"), ["standards.toml: not found"]),
    ("empty file", save(BIRTHS, b""), [f"{BIRTHS}: the file is empty", "want a header"]),
    ("blank lines only", save(BIRTHS, b"\n\n  \n"), [f"{BIRTHS}: the file is empty"]),
    ("header only", save(BIRTHS, b"year,low,medium,high\n"), ["no rows below the header", "want"]),
    ("empty layer", save("roads.geojson", b""), ["roads.geojson: the file is empty", "GeoJSON"]),
    (
        "layer without features",
        layer(SCHOOLS, lambda features: features.clear()),
        ["schools.geojson: no features; want at least one"],
    ),
    (
        "neither encoding",
        save("zones.csv", b"id,name\n1,\xff\xff\n"),
        ["zones.csv: row 2", "UTF-8", "GB 18030"],
    ),
    (
        "a spreadsheet's UTF-16",
        save(BIRTHS, "year,low\n2020,1\n".encode("utf-16-le")),
        [f"{BIRTHS}: row 1", "save it as UTF-8"],
    ),
    (
        "a folder for a file",
        lambda folder: (remove("zones.csv")(folder), (folder / "zones.csv").mkdir()),
        ["zones.csv: is a folder; want a file"],
    ),
    (
        "semicolons",
        save(BIRTHS, b"year;low;medium;high\n2020;1;1;1\n"),
        [f"{BIRTHS}: row 1", "no comma", "want columns separated by commas"],
    ),
    ("short row", replace(BIRTHS, "2022,60,60,60", "2022,60,60"), ["row 5: 3 cells; want 4"]),
    ("long row", add_line("catchments.csv", "b1,primary,P1,x"), ["row 14: 4 cells; want 3"]),
    (
        "open quote",
        add_line("catchments.csv", 'b1,"primary,P1'),
        ["catchments.csv: row 14", "not CSV"],
    ),
    ("column without a name", replace(BIRTHS, "low", ""), ["row 1: column 2 has no name"]),
    ("column twice", replace(BIRTHS, "high", "low"), ["row 1: column low stands there twice"]),
    (
        "cut off layer",
        replace("roads.geojson", "]}}]}", ""),
        ["roads.geojson: line 1, column", "not JSON"],
    ),
    (
        "a feature where a collection is wanted",
        save("sites.geojson", b'{"type": "Feature"}'),
        ["sites.geojson: Feature at the top; want a GeoJSON FeatureCollection"],
    ),
    ("a list of layers", save("sites.geojson", b"[]"), ["sites.geojson: list at the top"]),
    # columns
    (
        "missing column",
        drop_column("catchments.csv", "school"),
        ["catchments.csv: column school is missing", "found block, stage"],
    ),
    (
        "misspelt column",
        replace(BIRTHS, "medium", "meduim"),
        ["column medium is missing; found meduim; want medium"],
    ),
    (
        "age column missing",
        drop_column(RESIDENTS, "age_7"),
        [f"{RESIDENTS}: column age_7 is missing"],
    ),
    (
        "age beyond the ages",
        replace(RESIDENTS, "age_19", "age_19,age_20"),
        [f"{RESIDENTS}: row 2: 22 cells; want 23"],
    ),
    (
        "property missing",
        unprop(SCHOOLS, "run_by"),
        ["schools.geojson: property run_by is missing"],
    ),
    (
        "grade that does not exist",
        prop(SCHOOLS, 1, roll_g13=3),
        ["schools.geojson: property roll_g13 is unknown", "roll_g1"],
    ),
    # cells
    (
        "negative pupils",
        prop(SCHOOLS, 1, roll_g1=-3),
        ["feature 1 (id P1), property roll_g1: -3; want a whole number, 0 or more"],
    ),
    (
        "negative residents",
        cell(RESIDENTS, 3, "age_4", "-3"),
        [f"{RESIDENTS}: row 3, column age_4: -3; want a number, 0 or more"],
    ),
    (
        "not a number",
        cell(RESIDENTS, 4, "age_0", "NaN"),
        ["row 4, column age_0: NaN; want a number"],
    ),
    ("infinite births", cell(BIRTHS, 2, "low", "inf"), ["row 2, column low: inf; want a number"]),
    (
        "text in a number column",
        cell(BIRTHS, 3, "high", "many"),
        ["row 3, column high: many; want"],
    ),
    ("thousands separator", replace(BIRTHS, "2021,60", '2021,"1,060"'), ["1,060; want a number"]),
    (
        "decimals in a count",
        prop(SCHOOLS, 1, roll_g1=40.5),
        ["property roll_g1: 40.5; want a whole number"],
    ),
    ("empty cell", cell(RESIDENTS, 2, "age_5", ""), ["row 2, column age_5: empty; want a number"]),
    (
        "text for a roll",
        prop(SCHOOLS, 2, roll_g7="sixty"),
        ["feature 2 (id N1), property roll_g7: sixty; want a whole number"],
    ),
    ("true for a roll", prop(SCHOOLS, 2, roll_g7=True), ["property roll_g7: True; want a whole"]),
    ("name that is a list", prop(SCHOOLS, 2, name=["a"]), ["property name: ['a']; want text"]),
    ("no name", prop(SCHOOLS, 2, name="  "), ["property name: empty; want text"]),
    (
        "a column without a single value",
        layer("sites.geojson", lambda features: features[0]["properties"].update(name=None)),
        ["sites.geojson: feature 1 (id S 1), property name: empty; want text"],
    ),
    ("no id", prop(SCHOOLS, 2, id=None), ["schools.geojson: feature 2, property id: empty"]),
    (
        "word not in the list",
        prop(SCHOOLS, 3, run_by="church"),
        ["property run_by: church; want one of district, municipal, private"],
    ),
    (
        "kind of school that does not exist",
        prop(SCHOOLS, 3, kind="academy"),
        ["property kind: academy; want one of primary, nine_year, kindergarten"],
    ),
    (
        "setting not in the list",
        prop(BLOCKS, 2, setting="Urban"),
        ["feature 2 (id b2), property setting: Urban; want one of urban, town, rural"],
    ),
    (
        "rate above 1.5",
        cell("population/take_up.csv", 3, "rate", "93.91"),
        ["take_up.csv: row 3, column rate: 93.91; want a number, 0 to 1.5"],
    ),
    (
        "ratio in per cent",
        cell("population/cohort_ratios.csv", 4, "ratio", "99.5"),
        ["cohort_ratios.csv: row 4, column ratio: 99.5; want a number, 0 to 2"],
    ),
    (
        "share above 1",
        add_line("population/housing.csv", "b1,2022,100,3,80,40"),
        ["housing.csv: row 2, column from_outside: 40; want a number, 0 to 1"],
    ),
    (
        "speed of nothing",
        prop("roads.geojson", 2, speed_kmh=0),
        ["roads.geojson: feature 2 (id r1), property speed_kmh: 0; want a number, 1 to 130"],
    ),
    (
        "stage misspelt",
        cell("catchments.csv", 2, "stage", "primry"),
        ["column stage: primry; want"],
    ),
    (
        "stage without catchments",
        cell("catchments.csv", 2, "stage", "kindergarten"),
        ["row 2, column stage: kindergarten; want one of primary, junior"],
    ),
    # keys
    (
        "block twice",
        prop(BLOCKS, 3, id="b2"),
        [f"{BLOCKS}: feature 3 (id b2): id b2 stands in feature 2 (id b2) already; want it once"],
    ),
    ("school twice", prop(SCHOOLS, 3, id="P1"), ["id P1 stands in feature 1 (id P1) already"]),
    (
        "residents of a block twice",
        cell(RESIDENTS, 3, "block", "b1"),
        [f"{RESIDENTS}: row 3: block b1 stands in row 2 already; want it once"],
    ),
    (
        "block, stage and school twice",
        add_line("catchments.csv", "b1,primary,P1"),
        ["row 14: block b1, stage primary, school P1 stands in row 2 already"],
    ),
    ("year twice", cell(BIRTHS, 3, "year", "2019"), ["row 3: year 2019 stands in row 2 already"]),
    # names of things that do not exist
    (
        "unknown township",
        prop(BLOCKS, 1, township="wset"),
        ["feature 1 (id b1), property township: wset; no such township", "did you mean west?"],
    ),
    ("unknown unit", prop(SCHOOLS, 1, unit="w9"), ["property unit: w9; no such unit in zones.csv"]),
    (
        "unknown parent",
        cell("zones.csv", 4, "parent", "north"),
        ["zones.csv: row 4, column parent: north; no such township"],
    ),
    (
        "unit without parent",
        cell("zones.csv", 4, "parent", ""),
        ["zones.csv: row 4, column parent: empty; no such township"],
    ),
    (
        "unit in another township",
        prop(BLOCKS, 1, township="east"),
        ["property township: east; want west, the township of unit west-1"],
    ),
    (
        "unknown block in residents",
        cell(RESIDENTS, 3, "block", "b02"),
        [f"{RESIDENTS}: row 3, column block: b02; no such block", "block b2 has no row"],
    ),
    (
        "unknown block in catchments",
        add_line("catchments.csv", "b77,primary,P1"),
        ["catchments.csv: row 14, column block: b77; no such block"],
    ),
    (
        "unknown school in catchments",
        cell("catchments.csv", 2, "school", "P2"),
        ["catchments.csv: row 2, column school: P2; no such school", "P1"],
    ),
    (
        "unknown block in housing",
        add_line("population/housing.csv", "b9,2022,100,3,80,0.5"),
        ["housing.csv: row 2, column block: b9; no such block"],
    ),
    (
        "unknown stage of a site",
        prop("sites.geojson", 1, stages="primary college"),
        ["sites.geojson: feature 1 (id S 1), property stages", "no such stage as college"],
    ),
    # what tables say against each other
    (
        "block without residents",
        drop_line(RESIDENTS, 7),
        [f"{RESIDENTS}: block b6 has no row; want one row for every block"],
    ),
    (
        "fewer people than children",
        cell(RESIDENTS, 2, "total", "199"),
        ["row 2, column total: 199; want 200 or more, the sum of age_0 to age_19"],
    ),
    (
        "catchment missing for a block",
        drop_line("catchments.csv", 2),
        ["catchments.csv: block b1, stage primary has no row; want its school"],
    ),
    (
        "catchment of a school that does not teach the stage",
        cell("catchments.csv", 3, "school", "P1"),
        ["row 3, column school: P1; want a school that teaches junior; a primary does not"],
    ),
    (
        "catchment of a school not open yet",
        prop(SCHOOLS, 2, opened=2024),
        ["column school: N1; opens in 2024; want one that stands in 2020"],
    ),
    (
        "catchment of a school closed by then",
        prop(SCHOOLS, 2, closes=2019),
        ["column school: N1; closed since 2019; want one that stands in 2020"],
    ),
    (
        "year gap in births",
        drop_line(BIRTHS, 5),
        [f"{BIRTHS}: column year: 2022 is missing; want every year from 2019 to 2026"],
    ),
    ("births end early", drop_line(BIRTHS, 9), ["column year: 2026 is missing"]),
    (
        "age gap in ratios",
        drop_line("population/cohort_ratios.csv", 9),
        ["cohort_ratios.csv: column age: 6 is missing; want every age from -1 to 18"],
    ),
    (
        "stage without take-up",
        drop_line("population/take_up.csv", 4),
        ["take_up.csv: stage junior has no row; want a rate for every stage"],
    ),
    (
        "housing before the base year",
        add_line("population/housing.csv", "b1,2012,100,3,80,0.4"),
        ["housing.csv: row 2, column year: 2012; want base_year 2020 or later"],
    ),
    (
        "roll in a grade the school does not teach",
        prop(SCHOOLS, 1, roll_g7=40),
        ["feature 1 (id P1), property roll_g7: 40; want it empty: a primary does not teach this"],
    ),
    (
        "rooms for a stage the school does not teach",
        prop(SCHOOLS, 3, classrooms_primary=2),
        ["feature 3 (id K1), property classrooms_primary: 2; want it empty: a kindergarten"],
    ),
    (
        "no rooms on record",
        prop(SCHOOLS, 1, classrooms_primary=None),
        ["property classrooms_primary: empty; want a whole number"],
    ),
    (
        "no roll on record",
        prop(SCHOOLS, 1, roll_g3=None),
        ["property roll_g3: empty; want a whole number, 0 where there are none"],
    ),
    (
        "roll without class",
        prop(SCHOOLS, 1, classes_g2=0),
        ["property classes_g2: 0; want 1 or more for the 40 pupils of roll_g2"],
    ),
    (
        "class without roll",
        prop(SCHOOLS, 1, roll_g2=0),
        ["property classes_g2: 1; want 0, as roll_g2 is 0"],
    ),
    (
        "pupils and no room",
        prop(SCHOOLS, 1, classrooms_primary=0),
        ["property classrooms_primary: 0; want the rooms of its 240 pupils, or empty beside"],
    ),
    (
        "a grade left out",
        prop(SCHOOLS, 1, roll_g3=None, classes_g3=None),
        ["property roll_g3: empty; want a whole number", "property classes_g3: empty; want a"],
    ),
    (
        "closed before opened",
        prop(SCHOOLS, 3, opened=2010, closes=2005),
        ["feature 3 (id K1), property closes: 2005; want a year after opened, 2010"],
    ),
    (
        "history of a year to come, and of another base year",
        lambda folder: (folder / "rolls.csv").write_text(
            "school,year,grade,pupils\nP1,2021,g1,30\nP1,2020,g1,31\nP1,2020,g2,40\n", "utf-8"
        ),
        [
            "rolls.csv: row 2, column year: 2021; want a year up to base_year 2020; "
            "`seatplan rebase` takes later ones",
            "rolls.csv: row 3, column pupils: 31; want 40, as roll_g1 in schools.geojson",
        ],
    ),
    (
        "history of a grade not taught",
        lambda folder: (folder / "rolls.csv").write_text(
            "school,year,grade,pupils\nP1,2019,g8,30\n", "utf-8"
        ),
        ["rolls.csv: row 2, column grade: g8; want a grade that P1 teaches (primary)"],
    ),
    # shapes
    (
        "no geometry",
        layer(SCHOOLS, lambda features: features[1].update(geometry=None)),
        ["schools.geojson: feature 2 (id N1): no geometry; want a Point"],
    ),
    (
        "empty geometry",
        shape("roads.geojson", 1, "LineString", []),
        ["roads.geojson: feature 1 (id r0): an empty LineString; want a LineString"],
    ),
    (
        "line instead of polygon",
        shape(BLOCKS, 2, "LineString", [[106.2, 37.9], [106.3, 37.9]]),
        [f"{BLOCKS}: feature 2 (id b2): a LineString; want a Polygon"],
    ),
    (
        "line of two",
        shape("roads.geojson", 1, "MultiLineString", [[[106.2, 38], [106.3, 38]]] * 2),
        ["feature 1 (id r0): a MultiLineString; want a LineString"],
    ),
    (
        "geometry of words",
        shape(SCHOOLS, 1, "Point", ["east", "north"]),
        ["feature 1 (id P1): geometry that cannot be read; want a Point"],
    ),
    (
        "border that crosses itself",
        layer(BLOCKS, cross_block),
        [f"{BLOCKS}: feature 1 (id b1): a broken Polygon (Self-intersection"],
    ),
    (
        "polygon overlap",
        layer(BLOCKS, stretch_block),
        [f"{BLOCKS}: feature 1 (id b1) overlaps feature 2 (id b2) by", "m2; want blocks that only"],
    ),
    (
        "swapped longitude and latitude",
        each_point(BLOCKS, lambda lon, lat: [lat, lon]),
        [f"{BLOCKS}: 6 of 6 features lie outside EPSG:4544", "look swapped; want longitude first"],
    ),
    (
        "one school swapped",
        shape(SCHOOLS, 1, "Point", [37.97, 106.2]),
        ["1 of 3 features", "first feature 1 (id P1) at 37.97, 106.2", "look swapped"],
    ),
    (
        "metres in a layer of degrees",
        each_point(SCHOOLS, lambda lon, lat: [lon * 5700, lat * 110000]),
        ["schools.geojson: 3 of 3 features", "look like metres; want longitude, latitude"],
    ),
    (
        "the sea off Ghana",
        shape(SCHOOLS, 1, "Point", [0.0, 0.0]),
        ["first feature 1 (id P1) at 0, 0", "wrong CRS or wrong place"],
    ),
    (
        "school in the next county",
        shape(SCHOOLS, 1, "Point", [106.5, 37.97]),
        ["schools.geojson: feature 1 (id P1): lies 25,", "m outside every block; want a point"],
    ),
    (
        "layer in another CRS than district.toml says",
        layer(SCHOOLS, nothing, crs={"type": "name", "properties": {"name": "EPSG:3857"}}),
        ["schools.geojson: member crs: EPSG:3857; district.toml has file_crs EPSG:4490"],
    ),
    (
        "layer in a CRS that does not exist",
        layer(SCHOOLS, nothing, crs={"type": "name", "properties": {"name": "EPSG:1"}}),
        ["schools.geojson: member crs: EPSG:1 is not known; want one such as EPSG:4490"],
    ),
    (
        "layers without a CRS",
        replace("district.toml", 'file_crs = "EPSG:4490"', ""),
        ["schools.geojson: no CRS is named for this layer; add file_crs", "roads.geojson: no CRS"],
    ),
    # district.toml and standards.toml
    (
        "TOML typo",
        replace("district.toml", "base_year = 2020", "base_year : 2020"),
        ["district.toml: line 3, column 11: not TOML", "want key = value"],
    ),
    (
        "unknown key",
        replace("district.toml", "base_year", "base_yaer"),
        ["district.toml: line 3, key base_yaer is unknown; did you mean base_year?"],
    ),
    (
        "missing key",
        replace("district.toml", "base_year = 2020\n", ""),
        ["district.toml: key base_year is missing; want it beside code, name"],
    ),
    (
        "no name",
        replace("district.toml", 'zh = "小镇", en = "Small town"', ""),
        ["district.toml: line 2, key name: {}; want zh or en, or both"],
    ),
    (
        "year as text",
        replace("district.toml", "2020", '"2020"'),
        ["district.toml: line 3, key base_year: '2020'; want a valid integer"],
    ),
    (
        "horizon before the base year",
        replace("district.toml", "2026", "2019"),
        ["district.toml: key horizon: 2019; want a year after base_year 2020"],
    ),
    (
        "CRS in degrees",
        replace("district.toml", "EPSG:4544", "EPSG:4326"),
        ["district.toml: key crs: EPSG:4326 (WGS 84) is not in metres; want a projected CRS"],
    ),
    (
        "CRS that does not exist",
        replace("district.toml", "EPSG:4544", "EPSG:9"),
        ["district.toml: key crs: EPSG:9 is no CRS that is known; want one such as EPSG:4544"],
    ),
    (
        "CRS of files that does not exist",
        replace("district.toml", "EPSG:4490", "Mars"),
        ["district.toml: key file_crs: Mars is no CRS", "GCJ-02 or BD-09"],
    ),
    (
        "unknown key of a standard",
        replace("standards.toml", "side =", "sied ="),
        ["standards.toml: line", "key standard 1, sied is unknown; did you mean side?"],
    ),
    (
        "side that does not exist",
        replace("standards.toml", '"above"', '"over"'),
        ["standards.toml: line", "key standard 1, side: 'over'; want 'above' or 'below'"],
    ),
    (
        "text for a limit",
        replace("standards.toml", "junior = 50", 'junior = "50"'),
        ["key standard 1, limit.junior: '50'; want a valid number"],
    ),
    (
        "limit of an unknown stage",
        replace("standards.toml", "junior = 50", "juniors = 50"),
        [
            "standard 1 (class-size), key limit: juniors is no stage",
            "did you mean junior?",
            "no limit on class_size counts the seats of g7",
        ],
    ),
    (
        "binding where there is no limit",
        replace("standards.toml", 'checked = "seen"', 'checked = "seen"\nbinding = ["primry"]'),
        ["standard 1 (class-size), key binding: primry has no limit there; did you mean primary?"],
    ),
    (
        "kind that teaches an unknown stage",
        replace("standards.toml", "'primary', 'junior'", "'primary', 'jr'"),
        ["standards.toml: kinds.nine_year: stage jr is unknown; want one of kindergarten"],
    ),
    (
        "grade twice",
        replace("standards.toml", 'code = "g2"', 'code = "g1"'),
        ["standards.toml: stage or grade g1 stands there 2 times; want every code once"],
    ),
    (
        "ages the wrong way round",
        replace("standards.toml", "age_from = 6", "age_from = 9"),
        ["standards.toml: grade g1: age_from 9, age_to 6; want age_to at or after age_from"],
    ),
    (
        "intake that does not exist",
        replace("standards.toml", '"nearest"', '"lottery"'),
        ["key stage 1, intake: 'lottery'; want 'catchment', 'nearest' or 'seats'"],
    ),
]


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_town(tmp_path_factory.mktemp("good") / "town", SMALL)


@pytest.mark.parametrize(
    ("spoil", "fragments"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_a_broken_file_is_refused_in_a_sentence(
    spoil: Break, fragments: list[str], good: Path, tmp_path: Path
):
    folder = tmp_path / "town"
    shutil.copytree(good, folder)
    spoil(folder)
    with pytest.raises(InputError) as refused:
        read_district(folder)
    for fragment in fragments:
        assert any(fragment in problem for problem in refused.value.problems), str(refused.value)
    for problem in refused.value.problems:
        assert "nan" not in problem.lower().replace("nanjing", "") or "NaN" in fragments[0]


def test_the_unbroken_district_is_read(good: Path):
    assert check_district(good).problems == []


def test_every_fault_of_every_file_stands_in_one_report(good: Path, tmp_path: Path):
    folder = tmp_path / "town"
    shutil.copytree(good, folder)
    cell(RESIDENTS, 3, "age_4", "-3")(folder)
    cell(BIRTHS, 3, "high", "many")(folder)
    prop(SCHOOLS, 1, roll_g7=40)(folder)
    replace("roads.geojson", "]}}]}", "")(folder)
    with pytest.raises(InputError) as refused:
        read_district(folder)
    files = [problem.split(":")[0] for problem in refused.value.problems]
    assert sorted(files) == [BIRTHS, RESIDENTS, "roads.geojson", SCHOOLS]
    assert str(refused.value).startswith("4 problems:")


def test_a_broken_declaration_does_not_hide_the_faults_of_tables(good: Path, tmp_path: Path):
    folder = tmp_path / "town"
    shutil.copytree(good, folder)
    replace("district.toml", "horizon", "horizn")(folder)
    replace("standards.toml", '"above"', '"over"')(folder)
    cell(BIRTHS, 3, "high", "many")(folder)
    files = [problem.split(":")[0] for problem in check_district(folder).problems]
    assert files == ["district.toml", "district.toml", "standards.toml", BIRTHS]


def test_a_district_is_a_folder(tmp_path: Path):
    assert (
        "does not exist; want the folder of a district"
        in check_district(tmp_path / "nowhere").problems[0]
    )
    (tmp_path / "file").write_text("x")
    assert "is a file; want the folder" in check_district(tmp_path / "file").problems[0]


def test_text_saved_as_gb_18030_is_read(good: Path, tmp_path: Path):
    folder = tmp_path / "town"
    shutil.copytree(good, folder)
    for name in ("zones.csv", "district.toml", SCHOOLS):
        text = (folder / name).read_text("utf-8")
        (folder / name).write_text(text, "gb18030")
    district = read_district(folder)
    assert district.name.zh == "小镇"
    assert district.zones.name["west"] == "west镇"
    assert list(district.schools.name) == ["第1学校", "第2学校", "第3学校"]


def test_a_byte_order_mark_and_windows_line_ends_are_read(good: Path, tmp_path: Path):
    folder = tmp_path / "town"
    shutil.copytree(good, folder)
    text = (folder / BIRTHS).read_text("utf-8").replace("\n", "\r\n")
    (folder / BIRTHS).write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert read_district(folder).births.low[2020] == 60  # 6 blocks x 10


def test_a_line_break_inside_quotes_does_not_shift_the_row_numbers(good: Path, tmp_path: Path):
    folder = tmp_path / "town"
    shutil.copytree(good, folder)
    cell("provenance.csv", 2, "note", '"two\nlines"')(folder)
    add_line("provenance.csv", "*,total,guess,,")(folder)
    # line 1 header, lines 2 and 3 the note of two lines, line 4 the fault
    assert check_district(folder).problems == [
        "provenance.csv: row 4, column provenance: guess; "
        "want one of real, plan, calibrated, synthetic"
    ]


def test_loose_roads_are_reported_and_not_refused(good: Path, tmp_path: Path):
    folder = tmp_path / "town"
    shutil.copytree(good, folder)
    # 3 x 2 blocks: r0, r1 join the south row, r2, r3 the north row, r4-r6 join south to north
    layer("roads.geojson", lambda features: features.__delitem__(slice(4, 7)))(folder)
    check = check_district(folder)
    assert check.problems == []
    assert any(
        "2 separate networks; 2 of 4 lines do not join" in str(item) for item in check.findings
    )


def test_an_unread_column_is_reported(good: Path, tmp_path: Path):
    folder = tmp_path / "town"
    shutil.copytree(good, folder)
    prop(SCHOOLS, 1, principal="Li")(folder)
    assert "schools.geojson: property principal not read" in map(
        str, check_district(folder).findings
    )


def test_a_history_of_no_school_is_taken_and_told(good: Path, tmp_path: Path):
    folder = tmp_path / "town"
    shutil.copytree(good, folder)
    rows = ["school,year,grade,pupils", "P7,2016,g1,30", "P7,2017,g1,28", "P1x,2019,g1,9"]
    (folder / "rolls.csv").write_text("\n".join(rows) + "\n", "utf-8")
    check = check_district(folder)
    assert check.problems == []
    assert check.district is not None
    assert check.district.rolls.pupils["P7", "g1", 2017] == 28
    assert [
        str(finding) for finding in check.findings if finding.kind == "history of no school"
    ] == [
        "rolls.csv: P1x is not in schools.geojson (rows of 2019); taken as closed since; "
        "it may stand there with closes 2020; did you mean P1?",
        "rolls.csv: P7 is not in schools.geojson (rows of 2016 to 2017); taken as closed since; "
        "it may stand there with closes 2018",
    ]


def test_features_without_rows_are_no_fault_where_a_table_may_be_empty(good: Path, tmp_path: Path):
    folder = tmp_path / "town"
    shutil.copytree(good, folder)
    write_features(folder / "sites.geojson", [])
    assert len(read_district(folder).sites) == 0


def test_a_fault_does_not_bring_forth_others(good: Path, tmp_path: Path):
    folder = tmp_path / "town"
    shutil.copytree(good, folder)
    drop_column(RESIDENTS, "block")(folder)  # not: no block has residents
    cell("zones.csv", 4, "parent", "north")(folder)  # not: every block is in the wrong township
    replace(BIRTHS, "2022,60,60,60", "2022,60,60")(folder)  # not: 2022 is missing
    assert [problem.split(";")[0] for problem in check_district(folder).problems] == [
        "zones.csv: row 4, column parent: north",
        f"{RESIDENTS}: column block is missing",
        f"{BIRTHS}: row 5: 3 cells",
    ]


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(60))
def test_random_damage_never_ends_in_a_traceback(seed: int, good: Path, tmp_path: Path):
    rng = random.Random(seed)
    folder = tmp_path / "town"
    shutil.copytree(good, folder)
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    for path in rng.sample(files, 3):
        text = path.read_text("utf-8")
        start = rng.randrange(len(text))
        end = start + rng.choice([0, 1, 5, 40, 400])
        odd = rng.choice(["", "x", "\n", "=", "[", '"', "9", "{", "null", "-", "1e999", "\0", "é,"])
        path.write_text(text[:start] + odd + text[end:], "utf-8")
    check = check_district(folder)
    assert (check.district is None) == bool(check.problems)
    for problem in check.problems:
        assert "\n" not in problem
        assert any(problem.startswith(str(path.relative_to(folder))) for path in files)
