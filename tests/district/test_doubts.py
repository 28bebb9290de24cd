"""Slips that pass every contract are doubted, and clean districts of any shape are not."""

from __future__ import annotations

import csv
import json
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.towns import FAR, SMALL, write_rows, write_town

from seatplan.district.doubts.thresholds import THRESHOLDS, is_odd, stand_apart
from seatplan.district.reading import Check, check_district
from seatplan.views.doubts import say_finding

Edit = Callable[[Path], None]
P = "population/"


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The far town: 40 blocks, 400 pupils a grade."""
    return write_town(tmp_path_factory.mktemp("doubts") / "town", FAR)


def doubts(folder: Path) -> list[str]:
    found = check_district(folder)
    return found.problems + [str(each) for each in found.findings if each.level == "doubtful"]


def table(name: str, change: Callable[[list[dict[str, Any]]], Any]) -> Edit:
    """Change the rows of a CSV."""

    def edit(folder: Path) -> None:
        path = folder / name
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            rows, header = list(reader), list(reader.fieldnames or [])
        changed = change(rows)
        rows = rows if changed is None else changed
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, header)
            writer.writeheader()
            writer.writerows(rows)

    return edit


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def cell(name: str, row: int, **to: object) -> Edit:
    return table(name, lambda rows: rows[row].update(to))


def column(name: str, field: str, value: Callable[[str], object]) -> Edit:
    return table(
        name, lambda rows: [row.update({field: value(row[field])}) for row in rows] and None
    )


def feature(layer: str, place: int, **to: object) -> Edit:
    def edit(folder: Path) -> None:
        content = json.loads((folder / layer).read_text("utf-8"))
        content["features"][place]["properties"].update(to)
        (folder / layer).write_text(json.dumps(content, ensure_ascii=False), "utf-8")

    return edit


def replaced(name: str, old: str, new: str) -> Edit:
    def edit(folder: Path) -> None:
        text = (folder / name).read_text("utf-8")
        assert old in text
        (folder / name).write_text(text.replace(old, new), "utf-8")

    return edit


def moved(name: str, dx: float) -> Edit:
    """Move every line of a layer by degrees."""

    def edit(folder: Path) -> None:
        content = json.loads((folder / name).read_text("utf-8"))
        for each in content["features"]:
            for point in each["geometry"]["coordinates"]:
                point[0] += dx
        (folder / name).write_text(json.dumps(content, ensure_ascii=False), "utf-8")

    return edit


def estate(**to: object) -> Edit:
    """One row of planned homes: 100 dwellings, three to each, 200 pupils per 1,000."""
    row = {"block": "001", "year": 2024, "dwellings": 100, "residents_per_dwelling": 3}
    row |= {"pupils_per_1000": 200, "from_outside": 0.5} | to
    return table(P + "housing.csv", lambda rows: rows.append(row))


def twice(edit: Edit) -> Edit:
    def edit_twice(folder: Path) -> None:
        edit(folder)
        edit(folder)

    return edit_twice


def history(change: Callable[[list[list[Any]]], Any]) -> Edit:
    """Five years of rolls before the base year, as in it but for a pupil or two, then changed."""

    def edit(folder: Path) -> None:
        schools = json.loads((folder / "schools.geojson").read_text("utf-8"))["features"]
        rows = [
            [each["properties"]["id"], year, name.removeprefix("roll_"), pupils + year % 3 + place]
            for each in schools
            for year in range(2017, 2022)
            for place, (name, pupils) in enumerate(each["properties"].items())
            if name.startswith("roll_")
        ]
        change(rows)
        write_rows(folder / "rolls.csv", ["school", "year", "grade", "pupils"], rows)

    return edit


def swap_grades(rows: list[list[Any]]) -> None:
    """Exchange grades 7 and 8 of 2020 after a year in which they differ by half."""
    for row in rows:
        if row[1] == 2019 and row[2] == "g7":
            row[3] = 250
        if row[1] == 2020 and row[2] in ("g7", "g8"):
            row[3] = {"g7": 250, "g8": 400}[row[2]]


def swap_stages(rows: list[list[Any]]) -> None:
    """Exchange grades 6 and 7 of the nine-year school in 2020, 200 and 400 pupils."""
    both = {row[2]: row for row in rows if row[0] == "A 1" and row[1] == 2020}
    both["g6"][3], both["g7"][3] = both["g7"][3], both["g6"][3]


CHINA = [1600, 1588, 1604, 1635, 1640, 1687, 1655, 1786, 1723, 1523, 1465, 1202, 1062, 956, 902]


def late_births(folder: Path) -> None:
    """Births as China's from 2009, 400 in 2022, stand a year late; ages are as they were born."""
    born = {2009 + at: 400 * count / 956 for at, count in enumerate(CHINA)}
    born |= dict.fromkeys(range(2024, 2032), born[2023])
    born |= dict.fromkeys(range(1990, 2009), born[2009])
    header = ["year", "low", "medium", "high", "provenance", "source"]
    rows = [[year, *[round(born[year - 1], 1)] * 3, "real", "x"] for year in range(2010, 2031)]
    write_rows(folder / P / "births.csv", header, rows)

    def age(year: int) -> float:
        return round((born[year - 1] * 4 + born[year] * 8) / 12 / 40, 2)

    def grow(rows: list[dict[str, Any]]) -> None:
        for row in rows:
            row.update({f"age_{old}": age(2022 - old) for old in range(20)})
            row.update(total=1000)

    table(P + "residents.csv", grow)(folder)


SLIPS: dict[str, tuple[Edit, str]] = {
    "cohort ratio 0.01": (
        cell(P + "cohort_ratios.csv", 4, ratio=0.01),
        "row 6, column ratio: 0.01",
    ),
    "more infants than births": (
        cell(P + "cohort_ratios.csv", 0, ratio=1.4),
        "row 2, column ratio: 1.4; want about 1.00",
    ),
    "cohort ratio 1.9": (cell(P + "cohort_ratios.csv", 9, ratio=1.9), "column ratio: 1.9"),
    "ratios of 0.9": (column(P + "cohort_ratios.csv", "ratio", lambda _: 0.9), "make 14 at age 19"),
    "take-up of primary 0": (cell(P + "take_up.csv", 1, rate=0), "row 3, column rate: 0"),
    "take-up in 2092": (
        table(
            P + "take_up.csv",
            lambda rows: rows.append({"stage": "primary", "year": 2092, "rate": 1}),
        ),
        "column year: 2092",
    ),
    "take-up leaps": (
        table(
            P + "take_up.csv",
            lambda rows: rows.append({"stage": "primary", "year": 2025, "rate": 0.1}),
        ),
        "column rate: 0.1",
    ),
    "births in ten thousands": (
        table(
            P + "births.csv",
            lambda rows: (
                [
                    row.update({k: float(row[k]) / 1e4 for k in ("low", "medium", "high")})
                    for row in rows
                ]
                and None
            ),
        ),
        "0.04 births in 2022",
    ),
    "births x 10 in a year": (
        cell(P + "births.csv", 4, low=4000, medium=4000, high=4000),
        "row 6, column low: 4000",
    ),
    "births low over high": (cell(P + "births.csv", 4, low=450), "column low: 450"),
    "an age column 0": (column(P + "residents.csv", "age_7", lambda _: 0), "0 residents aged 7"),
    "an age of a block x 10": (
        cell(P + "residents.csv", 3, age_9=100, total=900),
        "column age_9: 100",
    ),
    "a block without young": (
        cell(P + "residents.csv", 3, **{f"age_{age}": 0 for age in range(20)}),
        "nobody aged 0 to 19",
    ),
    "a block x 100": (
        cell(P + "residents.csv", 3, total=80000, **{f"age_{age}": 1000 for age in range(20)}),
        "column total: 80000",
    ),
    "births a year late": (late_births, "as those of a year earlier"),
    "a block without residents": (
        cell(P + "residents.csv", 20, total=0, **{f"age_{age}": 0 for age in range(20)}),
        "where its neighbours have 800 on as much ground",
    ),
    "total is of the young": (column(P + "residents.csv", "total", lambda _: 200), "are 100%"),
    "50,000 dwellings": (estate(dwellings=50_000), "column dwellings: 50000"),
    "500,000 dwellings": (estate(dwellings=500_000), "column dwellings: 500000"),
    "homes in 2200": (estate(year=2200), "column year: 2200"),
    "0.3 to a dwelling": (estate(residents_per_dwelling=0.3), "residents_per_dwelling: 0.3"),
    "20 pupils per 1,000": (estate(pupils_per_1000=20), "pupils_per_1000: 20"),
    "an estate twice": (twice(estate()), "stand in a row above"),
    "roll of 5,000": (feature("schools.geojson", 0, roll_g1=5000), "property roll_g1: 5000"),
    "roll of 20 in 200": (feature("schools.geojson", 0, roll_g3=20), "property roll_g3: 20"),
    "seats typed as rooms": (
        feature("schools.geojson", 0, classrooms_primary=1350),
        "property classrooms_primary: 1350",
    ),
    "pupils typed as classes": (
        feature("schools.geojson", 0, classes_g1=200),
        "in 200 classes: 1 a class",
    ),
    "closed with a roll": (feature("schools.geojson", 2, closes=2010), "property closes: 2010"),
    "to open with a roll": (feature("schools.geojson", 2, opened=2025), "property opened: 2025"),
    "opens in 2199": (
        feature(
            "schools.geojson",
            2,
            opened=2199,
            **{f"{what}_k{year}": 0 for what in ("roll", "classes") for year in (1, 2, 3)},
        ),
        "property opened: 2199",
    ),
    "closes in 2199": (feature("schools.geojson", 2, closes=2199), "property closes: 2199"),
    "no pupil": (
        feature(
            "schools.geojson",
            2,
            **{f"{what}_k{year}": 0 for what in ("roll", "classes") for year in (1, 2, 3)},
        ),
        "and no pupil on roll",
    ),
    "land in mu": (feature("schools.geojson", 0, land_m2=20), "m2 per pupil"),
    "floor beyond land": (
        feature("schools.geojson", 0, land_m2=9000, floor_m2=90000),
        "property floor_m2: 90000",
    ),
    "beds": (feature("schools.geojson", 0, boarding_beds=90000), "property boarding_beds: 90000"),
    "a name twice": (feature("schools.geojson", 0, name="第2学校"), "the name of feature 1"),
    "rural in a city": (feature("schools.geojson", 0, setting="rural"), "its block is urban"),
    "private with a catchment": (
        feature("schools.geojson", 0, ownership="private"),
        "private, and",
    ),
    "all to one school": (
        table("catchments.csv", lambda rows: [row.update(school="A 1") for row in rows] and None),
        "but no block; want its catchment",
    ),
    "class limit 95": (
        replaced("standards.toml", "primary = 45", "primary = 95"),
        "with 95 a class",
    ),
    "limit in force in 3025": (
        replaced("standards.toml", 'checked = "seen"', 'checked = "seen"\nsince = 3025'),
        "class-size holds since 3025",
    ),
    "grade 2 is for ages 7 to 12": (
        replaced("standards.toml", "age_from = 7, age_to = 7", "age_from = 7, age_to = 12"),
        "g2 is for ages 7 to 12",
    ),
    "roads in another district": (moved("roads.geojson", 0.4), "of the roads' length"),
    "a site for 2222": (feature("sites.geojson", 0, earliest_year=2222), "earliest_year: 2222"),
    "a site of 1,080 rooms": (
        feature("sites.geojson", 0, max_classrooms=1080),
        "max_classrooms: 1080",
    ),
    "a site in ha": (feature("sites.geojson", 0, land_m2=0.9), "land_m2: 0.9"),
    "births of a variant": (
        column(P + "births.csv", "low", lambda born: float(born) / 1000),
        "column low: 0.4",
    ),
    "births half as many again": (
        table(
            P + "births.csv",
            lambda rows: [row.update(medium=600, high=600) for row in rows[4:]] and None,
        ),
        "column medium: 600",
    ),
    "a block x 10": (
        table(
            P + "residents.csv",
            lambda rows: rows[20].update(
                {key: 10 * int(value) for key, value in rows[20].items() if key != "block"}
            ),
        ),
        "column total: 8000",
    ),
    "rooms for twice the classes and more": (
        feature("schools.geojson", 0, classrooms_primary=90),
        "property classrooms_primary: 90",
    ),
    "a grade of hundreds doubled": (
        feature("schools.geojson", 0, roll_g3=450),
        "property roll_g3: 450",
    ),
    "primary begins at seven": (
        lambda folder: [
            replaced(
                "standards.toml",
                f"age_from = {age}, age_to = {age}}}",
                f"age_from = {age + 1}, age_to = {age + 1}}}",
            )(folder)
            for age in range(11, 5, -1)
        ],
        "no grade is for age 6",
    ),
    "a year without rolls": (
        history(lambda rows: [rows.remove(row) for row in [*rows] if row[1] == 2019]),
        "no row of 2019",
    ),
    "a roll x 10": (history(lambda rows: rows[0].__setitem__(3, 2000)), "column pupils: 2000"),
    "a year x 10": (
        history(lambda rows: [row.__setitem__(3, row[3] * 10) for row in rows if row[1] == 2018]),
        "pupils in 2018",
    ),
    "grades exchanged": (history(swap_grades), "g7 has 250 and g8 400"),
    "grades of two stages exchanged": (history(swap_stages), "are usual; want them exchanged"),
    "a year copied": (
        history(
            lambda rows: [
                row.__setitem__(3, other[3])
                for row in rows
                for other in rows
                if row[1] == 2019 and other[1] == 2018 and row[::2] == other[::2]
            ]
        ),
        "every roll of 2019 is that of 2018",
    ),
    "a school renamed": (
        history(
            lambda rows: [row.__setitem__(0, "P9") for row in rows if row[0] == FAR.schools[0]]
        ),
        "P9 ends in 2021",
    ),
}


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_is_doubted_where_it_stands(slip: str, town: Path, tmp_path: Path):
    edit, words = SLIPS[slip]
    folder = tmp_path / "town"
    shutil.copytree(town, folder)
    edit(folder)
    told = doubts(folder)
    assert any(words in sentence for sentence in told), told
    assert [say_finding(line, "en") for line in told] == told
    untold = [line for line in told if re.search("[a-z]{2} [a-z]{2}", say_finding(line, "zh"))]
    assert not untold


def test_a_base_year_that_no_rate_is_of_is_noted(town: Path, tmp_path: Path):
    folder = tmp_path / "town"
    shutil.copytree(town, folder)
    column(P + "take_up.csv", "year", lambda year: int(year) + 1)(folder)
    notes = [each for each in check_district(folder).findings if each.level == "note"]
    assert any("none of 2022, the base year" in str(each) for each in notes)


def test_a_threshold_says_why_and_holds_small_numbers_apart():
    assert all(rule.why and rule.least <= rule.most for rule in THRESHOLDS.values())
    # 30 pupils where 10 are: three times, and 20 apart, fewer than the floor of 45
    assert not is_odd("grade in its school", 30, 10)
    assert is_odd("grade in its school", 300, 10)
    assert not is_odd("grade in its school", np.nan, 10)


def swap_births(rows: list[dict[str, Any]]) -> None:
    """Exchange the births of 2026 and 2032."""
    one, other = ({key: rows[row][key] for key in ("low", "medium", "high")} for row in (7, 13))
    rows[7].update(other)
    rows[13].update(one)


def shift_ages(rows: list[dict[str, Any]]) -> None:
    """Move every age column up by one, as a column too many at the left does."""
    for row in rows:
        row.update({f"age_{age}": row[f"age_{age - 1}"] for age in range(19, 0, -1)})


def test_slips_that_stand_out_among_many_are_doubted(tmp_path: Path):
    folder = tmp_path / "litong"
    own = Path(__file__).parents[2] / "data"
    shutil.copytree(own, folder, ignore=shutil.ignore_patterns("sources", "roads.geojson"))
    schools = json.loads((folder / "schools.geojson").read_text("utf-8"))["features"]
    place = next(at for at, each in enumerate(schools) if each["properties"]["id"] == "P15")
    floor = schools[place]["properties"]["floor_m2"] * 10
    feature("schools.geojson", place, floor_m2=floor)(folder)
    replaced("standards.toml", "primary = 45", "primary = 48")(folder)
    cell(P + "cohort_ratios.csv", 6, ratio=1.2)(folder)
    column(P + "housing.csv", "dwellings", lambda homes: int(homes) // 100)(folder)
    table(P + "births.csv", swap_births)(folder)
    table(P + "residents.csv", shift_ages)(folder)
    rolls = [each["properties"] for each in schools]
    taught = [at for at, each in enumerate(rolls) if each["roll_g7"]]
    for grade in ("roll_g7", "roll_g8", "roll_g9"):
        for at, beside in zip(taught, [taught[-1], *taught[:-1]], strict=True):
            feature("schools.geojson", at, **{grade: rolls[beside][grade]})(folder)
    zoned = {row["block"] for row in _read(folder / "catchments.csv") if row["school"] == "P13"}

    def empty(rows: list[dict[str, Any]]) -> None:
        for row in rows:
            if row["block"] in zoned:  # nearly half of its children are not counted
                row.update(
                    {key: int(value) * 6 // 10 for key, value in row.items() if key[3:4] == "_"}
                )

    table(P + "residents.csv", empty)(folder)
    told = doubts(folder)
    for words in (
        f"property floor_m2: {floor}",
        "column ratio: 1.2",
        "limit primary = 48, where the same source is given for 45",
        "the middle of 10 rows has 7 dwellings",
        "2026 and 2032 exchanged",
        "moved down by one age",
        "live in the catchment of P13",
        "rolls of junior fit the classes of the row above, not of their own",
    ):
        assert any(words in sentence for sentence in told), (words, told)


def test_what_stands_apart_does_so_from_figures_that_lie_close():
    near = [0.98, 1.0, 1.02, 0.99, 1.01]
    assert stand_apart("catchment among the others", [*near, 0.6]).tolist() == [*[False] * 5, True]
    assert not stand_apart("catchment among the others", [*near, 1.2]).any()
    assert not stand_apart("catchment among the others", [0.5, 0.8, 1.0, 1.3, 1.9, 0.6]).any()
    assert not stand_apart("catchment among the others", [1.0, 0.6, np.nan, 0.0]).any()


CLEAN = {
    "small, China": SMALL,
    "far, China, Chinese ids": FAR,
    "twelve blocks, Maryland": replace(
        SMALL,
        code="24005",
        zh="巴尔的摩县",
        en="Baltimore County",
        crs="EPSG:26985",
        file_crs="EPSG:4269",
        corner=(430_000.0, 180_000.0),
        columns=4,
        rows=3,
        per_age=25,
        schools=("03-0101", "03-0202", "03-0303"),
        townships=("District 1", "District 9"),
        units=("Catonsville", "Towson"),
        base_year=2024,
        horizon=2034,
    ),
    "one row of hamlets": replace(
        SMALL, columns=5, rows=1, per_age=3, base_year=2010, horizon=2015
    ),
}


def age_slowly(folder: Path) -> None:
    """Let births fall by 4 % a year and cohorts grow by 2 %, as in a town that people move to."""
    column(P + "cohort_ratios.csv", "ratio", lambda _: 1.02)(folder)

    def fall(rows: list[dict[str, Any]]) -> None:
        for place, row in enumerate(rows):
            born = float(row["medium"]) * 0.96**place
            row.update(low=round(born * 0.9, 1), medium=round(born, 1), high=round(born * 1.1, 1))

    table(P + "births.csv", fall)(folder)


@pytest.mark.parametrize("name", CLEAN)
def test_a_clean_district_of_another_shape_raises_no_doubt(name: str, tmp_path: Path):
    folder = write_town(tmp_path / "town", CLEAN[name])
    age_slowly(folder)
    if CLEAN[name] is FAR:
        history(list)(folder)
    estate(block=CLEAN[name].blocks[0], year=CLEAN[name].base_year + 2)(folder)
    found = check_district(folder)
    # false alarms: none
    assert (found.problems, [str(f) for f in found.findings if f.level == "doubtful"]) == ([], [])


def test_litong_has_no_doubtful_finding():
    found: Check = check_district(Path(__file__).parents[2] / "data")
    assert [str(each) for each in found.findings if each.level == "doubtful"] == []
