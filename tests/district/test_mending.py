"""`check --fix`: harmless cures, written beside; the toy town with slips of a hand.

b1 b2 b3 (unit south-1) lie south of b4 b5 b6 (north-1), each 400 m across; A stands in b1, B in b6.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from tests.towns import features
from typer.testing import CliRunner

from seatplan.cli import app
from seatplan.district.mending import mend_district
from seatplan.district.reading import check_district, read_district
from seatplan.district.writing import write_district
from seatplan.errors import InputError
from seatplan.examples import toy_district, toy_standards
from seatplan.travel.costs import measure_travel

SCHOOLS, BLOCKS, ROADS = "schools.geojson", "population/blocks.geojson", "roads.geojson"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_district(toy_district(), toy_standards(), tmp_path / "town")
    return tmp_path / "town"


def change(folder: Path, name: str, column: str, spell: Callable[[str], str]) -> None:
    """Spell the cells of a column of a CSV otherwise."""
    table = pd.read_csv(folder / name, dtype=str, keep_default_na=False)
    table[column] = table[column].map(spell)
    table.to_csv(folder / name, index=False)


def number_blocks(folder: Path) -> None:
    """Call the blocks 101 to 106 everywhere."""
    with features(folder, BLOCKS) as layer:
        for feature in layer:
            feature["properties"]["id"] = int(feature["properties"]["id"][1:]) + 100
    for name in ("population/residents.csv", "catchments.csv"):
        change(folder, name, "block", lambda block: f"{int(block[1:]) + 100}")


@pytest.mark.parametrize(
    ("column", "spell"),
    [
        ("block", lambda block: f"{block}.0"),
        pytest.param("block", lambda block: f"{block[:1]} {block[1:]}", marks=pytest.mark.slow),
        ("school", lambda school: chr(ord(school) - ord("A") + ord("\uff21"))),
    ],
)
def test_an_id_is_written_as_the_one_that_is_meant(folder, tmp_path, column, spell):
    number_blocks(folder)
    whole = read_district(folder)
    change(folder, "catchments.csv", column, spell)
    told = mend_district(folder, tmp_path / "mended")
    again = read_district(tmp_path / "mended")
    assert again.catchments.equals(whole.catchments)
    assert not told or all("written as" in str(one) for one in told)


@pytest.mark.slow
def test_ids_with_decimals_are_cured_where_they_are_defined(folder, tmp_path):
    change(folder, "zones.csv", "id", lambda zone: "7.0" if zone == "south-1" else zone)
    for name in (BLOCKS, SCHOOLS):
        with features(folder, name) as layer:
            for feature in layer:
                if feature["properties"]["unit"] == "south-1":
                    feature["properties"]["unit"] = 7
    checked = check_district(folder)
    assert not checked.problems  # 7.0 is read as 7, and said
    assert [finding.kind for finding in checked.findings if "7.0" in str(finding)]
    mend_district(folder, tmp_path / "mended")
    assert set(read_district(tmp_path / "mended").schools.unit) == {"7", "north-1"}
    assert not check_district(tmp_path / "mended").findings


@pytest.mark.slow
def test_what_fits_two_ids_is_left(folder, tmp_path):
    with features(folder, BLOCKS) as layer:
        layer[0]["properties"]["id"], layer[1]["properties"]["id"] = "b 1", "b1"
    change(folder, "catchments.csv", "block", lambda block: "b  1" if block == "b1" else block)
    assert not [one for one in mend_district(folder, tmp_path / "m") if "catchments" in str(one)]


def test_a_school_takes_the_unit_and_township_of_its_ground(folder, tmp_path):
    with features(folder, SCHOOLS) as layer:
        layer[0]["properties"] |= {"unit": "north-1", "township": "nowhere"}
    told = [str(one) for one in mend_district(folder, tmp_path / "mended")]
    assert told == [
        f"{SCHOOLS}: feature 1 (id A), property unit: north-1; written as south-1",
        f"{SCHOOLS}: feature 1 (id A), property township: nowhere; written as south",
    ]
    assert check_district(tmp_path / "mended").findings == check_district_of(
        toy_district(), tmp_path
    )


def check_district_of(district: Any, room: Path) -> list[Any]:
    write_district(district, toy_standards(), room / "whole")
    return check_district(room / "whole").findings


@pytest.mark.slow
def test_a_gate_just_across_the_line_keeps_its_unit(folder, tmp_path):
    with features(folder, SCHOOLS) as layer:
        point = layer[0]["geometry"]["coordinates"]
        point[1] += 0.00207  # 230 m north: 30 m into b4, of the other unit
    assert mend_district(folder, tmp_path / "mended") == []


def test_a_street_is_split_where_another_ends_in_it(folder, tmp_path):
    with features(folder, ROADS) as layer:
        layer[:] = layer[:1]
        ends = layer[0]["geometry"]["coordinates"]
        x, y = ((ends[0][axis] + ends[-1][axis]) / 2 for axis in (0, 1))
        side = json.loads(json.dumps(layer[0]))
        side["properties"]["id"] = "side"
        side["geometry"]["coordinates"] = [[x, y], [x, y + 0.002]]
        layer.append(side)
    kind = "street that ends in another"
    assert kind in {one.kind for one in check_district(folder).findings}
    told = mend_district(folder, tmp_path / "mended")
    assert len(told) == 1
    mended = check_district(tmp_path / "mended")
    assert kind not in {one.kind for one in mended.findings}
    assert len(mended.district.roads) == 3
    before = read_district(folder).roads.length.sum()
    assert mended.district.roads.length.sum() == pytest.approx(before, abs=0.01)
    assert not len(measure_travel(mended.district).unreachable)


@pytest.mark.slow
def test_nothing_to_mend_is_a_copy(folder, tmp_path):
    assert mend_district(folder, tmp_path / "mended") == []
    for path in sorted(folder.rglob("*.*")):
        if path.is_file():
            copy = tmp_path / "mended" / path.relative_to(folder)
            assert copy.read_bytes() == path.read_bytes()


@pytest.mark.slow
def test_the_verb_says_what_it_mended_and_checks_the_result(folder, tmp_path):
    number_blocks(folder)
    change(folder, "catchments.csv", "block", lambda block: f"{block}.0")
    before = {path: path.read_bytes() for path in folder.rglob("*.*") if path.is_file()}
    run = CliRunner().invoke(app, ["check", str(folder), "--fix", str(tmp_path / "mended")])
    assert run.exit_code == 0
    assert "12 mended" in run.output
    assert "no problem found" in run.output
    assert before == {path: path.read_bytes() for path in before}
    into = CliRunner().invoke(app, ["check", str(folder), "--fix", str(folder / "mended")])
    assert into.exit_code == 2
    over = CliRunner().invoke(app, ["check", str(folder), "--fix", str(folder)])
    assert over.exit_code == 2
    assert before == {path: path.read_bytes() for path in before}


@pytest.mark.slow
def test_a_workbook_is_not_mended(tmp_path):
    write_district(toy_district(), toy_standards(), tmp_path / "town.xlsx")
    with pytest.raises(InputError, match="want a folder of files"):
        mend_district(tmp_path / "town.xlsx", tmp_path / "mended")
