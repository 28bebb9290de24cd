"""A district that is not Litong: files in, every year seated, tables out, each number by hand.

The far town (tests/towns.py): zone EPSG:4547, years 2022 to 2030, 8 x 5 blocks of 400 m called
001 ... 039 and "东 40", 10 children of every age in each. The west half (20 blocks, 200 pupils a
grade) goes to the primary 实验一小, the east half (the same) to the nine-year school "A 1", all 400
juniors a grade to "A 1" too, all 400 children of a kindergarten grade to "007".

Here 实验一小 has 24 rooms in place of 30: 24 x 45 = 1,080 seats for 1,200 pupils, 4 classes of 50 a
grade. "A 1" keeps 30 primary rooms: 1,350 seats for 1,200.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from seatplan.comparison import compare
from seatplan.district.reading import check_district, read_district, read_standards
from seatplan.outcome import Outcome, Policy, evaluate
from seatplan.results import Results, tabulate, write_run
from seatplan.scenarios.scenario import BASELINE, Scenario, read_scenario
from seatplan.views.findings import write_findings
from seatplan.views.maps import map_comparison
from seatplan.views.summary import summarise
from tests.towns import FAR, SMALL, write_town

WEST, EAST, KINDERGARTEN = FAR.schools
PRIMARY = ["g1", "g2", "g3", "g4", "g5", "g6"]
# Eight of the twenty western blocks, in the two southern rows, go to the new school from 2024 on.
MOVED = ["001", "002", "003", "004", "009", "010", "011", "012"]
PLAN = f"""
name = "新建"
[[intervention]]
kind = "new_school"
school = "010"
name = "新建小学"
site = "S 1"
year = 2024
classrooms = {{primary = 12}}
blocks = {{primary = {json.dumps(MOVED)}}}
source = "test"
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The far town with a crowded school in the west."""
    place = write_town(tmp_path_factory.mktemp("远 镇") / "far", FAR)
    layer = json.loads((place / "schools.geojson").read_text("utf-8"))
    west = layer["features"][0]["properties"]
    west |= {"classrooms_primary": 24} | {f"classes_{grade}": 4 for grade in PRIMARY}
    (place / "schools.geojson").write_text(json.dumps(layer, ensure_ascii=False), "utf-8")
    (place / "plan.toml").write_text(PLAN, "utf-8")
    return place


def run(folder: Path, overflow: str = "stay", scenario: Scenario = BASELINE) -> Outcome:
    district = read_district(folder)
    standards = read_standards(folder / "standards.toml")
    return evaluate(district, standards, scenario, policy=Policy(overflow=overflow))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def stay(folder: Path) -> Outcome:
    return run(folder)


@pytest.fixture(scope="module")
def move(folder: Path) -> Outcome:
    return run(folder, "move")


@pytest.fixture(scope="module")
def built(folder: Path) -> Outcome:
    return run(folder, scenario=read_scenario(folder / "plan.toml"))


def roll(outcome: Outcome, school: str, year: int) -> list[int]:
    """Pupils of g1 to g6."""
    table = outcome.classes.table.pupils
    return [int(table.get((school, grade, year), 0)) for grade in PRIMARY]


def test_the_files_are_read_with_their_own_ids_and_zone(folder: Path):
    assert check_district(folder).problems == []
    district = read_district(folder)
    assert list(district.schools.index) == ["实验一小", "A 1", "007"]
    assert list(district.blocks.index[[0, 38, 39]]) == ["001", "039", "东 40"]
    assert (district.crs, district.base_year, district.horizon) == ("EPSG:4547", 2022, 2030)
    assert np.allclose(district.blocks.area, 160_000, rtol=1e-3)  # 400 m x 400 m


def test_seats_are_rooms_times_the_limit(stay: Outcome):
    seats = stay.balance.schools.seats.unstack("year")
    assert (seats.loc[(WEST, "primary")] == 24 * 45).all()
    assert (seats.loc[(EAST, "primary")] == 30 * 45).all()
    assert (seats.loc[(EAST, "junior")] == 24 * 50).all()  # 400 a grade in 8 classes of 50
    # limits 25, 30, 35: 400 a grade in 16, 14 and 12 classes, each room good for 30
    assert (seats.loc[(KINDERGARTEN, "kindergarten")] == (16 + 14 + 12) * 30).all()


def test_ways_follow_the_grid(stay: Outcome):
    metres = stay.costs.metres
    # 实验一小 in block 001 (column 0, row 0), "A 1" in 东 40 (7, 4), "007" in 002 (1, 0)
    assert np.allclose(metres.loc["001"], [0, (7 + 4) * 400, 400], atol=2)
    assert np.allclose(metres.loc["东 40"], [(7 + 4) * 400, 0, (6 + 4) * 400], atol=2)
    assert stay.balance.blocks.loc[("039", "primary", 2030), "walk_m"] == pytest.approx(400, abs=1)


@pytest.mark.parametrize("year", range(2022, 2031))
def test_everybody_stays_in_every_year(stay: Outcome, year: int):
    pupils = stay.classes.table.pupils.unstack("year")[year]
    assert roll(stay, WEST, year) == roll(stay, EAST, year) == [200] * 6  # 20 blocks x 10
    assert [pupils[EAST][grade] for grade in ("g7", "g8", "g9")] == [400] * 3  # 40 blocks x 10
    assert [pupils[KINDERGARTEN][grade] for grade in ("k1", "k2", "k3")] == [400] * 3
    assert pupils.sum() == 12 * 400
    here = stay.balance.places.xs(("district", "420000", year), level=("level", "place", "year"))
    assert here.residents.to_dict() == {"kindergarten": 1200, "primary": 2400, "junior": 1200}
    assert here.balance.to_dict() == {
        "kindergarten": 60,
        "primary": 1080 + 1350 - 2400,
        "junior": 0,
    }
    assert (here.unplaced == 0).all()
    west = stay.balance.schools.loc[(WEST, "primary", year)]
    assert west[["pupils", "residents", "balance"]].tolist() == [1200, 1200, -120]


def test_four_classes_of_fifty_are_flagged_in_every_year(stay: Outcome):
    flags = stay.flags.table
    assert set(flags.school) == {WEST, KINDERGARTEN}
    flags = flags[flags.school == WEST]
    assert list(flags.year) == list(range(2022, 2031))
    assert (flags[["code", "stage"]] == ["class-size", "primary"]).all(axis=None)
    assert (flags[["value", "limit", "first_year"]] == [50, 45, 2022]).all(axis=None)


def test_rising_limits_leave_the_youngest_short_of_rooms_while_cohorts_keep_their_classes(
    stay: Outcome,
):
    # 42 rooms for 16, 14 and 12 classes on record. In 2023 the 16 move up and stay, for 400 do not
    # fit 15 of 24; so do the 14 (14 of 28 hold 392): 12 rooms for k1, 34 a class. In 2024 those of
    # the 16 fit 15 of 28; 12 + 15 leave 15 rooms: 27 a class.
    classes = stay.classes.table.classes.xs(KINDERGARTEN, level="school").unstack("year")
    assert classes.loc[["k1", "k2", "k3"], [2022, 2023, 2024]].T.to_numpy().tolist() == [
        [16, 14, 12],
        [12, 16, 14],
        [15, 12, 15],
    ]
    flags = stay.flags.table
    flags = flags[flags.school == KINDERGARTEN].set_index("year")
    assert flags.loc[2023, ["grade", "value", "limit"]].tolist() == ["k1", 34, 25]
    # a year later the same children are 34 where 30 may sit
    assert flags.loc[2024, ["grade", "value", "limit"]].tolist() == ["k2", 34, 30]


def test_with_move_one_cohort_in_six_gives_way(move: Outcome):
    # 2022 is the record: 1,200 pupils, 120 beyond the seats. In 2023 the 1,000 of grades 2 to 6
    # stay and 80 of the 200 newcomers find a seat; the other 120 take the 150 free seats of "A 1".
    # Later 880 stay, and all 200 newcomers fit, until that cohort leaves at the end of 2028.
    assert roll(move, WEST, 2022) == [200] * 6
    assert roll(move, WEST, 2023) == [80, 200, 200, 200, 200, 200]
    assert roll(move, EAST, 2023) == [320, 200, 200, 200, 200, 200]
    assert roll(move, WEST, 2024) == [200, 80, 200, 200, 200, 200]
    assert roll(move, EAST, 2026) == [200, 200, 200, 320, 200, 200]
    assert roll(move, WEST, 2028) == [200, 200, 200, 200, 200, 80]
    assert roll(move, WEST, 2029) == [80, 200, 200, 200, 200, 200]
    assert roll(move, WEST, 2030) == [200, 80, 200, 200, 200, 200]
    later = move.balance.schools.query("year > 2022")
    assert (later.pupils <= later.seats).all()
    assert move.assignment.unplaced.empty
    # the same share of every western block: 120 / 20 = 6 children each
    moved = move.assignment.pupils.xs((EAST, "g1", 2023), level=("school", "grade", "year"))
    west = move.district.blocks.index[move.district.blocks.township == "西街道"]
    assert np.allclose(moved[west], 6)


def test_a_new_school_fills_from_its_entry_grade(built: Outcome):
    # 8 blocks x 10 a grade; their older children stay where they are
    assert roll(built, "010", 2023) == [0] * 6
    assert roll(built, "010", 2024) == [80, 0, 0, 0, 0, 0]
    assert roll(built, "010", 2026) == [80, 80, 80, 0, 0, 0]
    assert roll(built, "010", 2030) == [80] * 6
    assert roll(built, WEST, 2024) == [120, 200, 200, 200, 200, 200]
    assert roll(built, WEST, 2030) == [120] * 6
    schools = built.balance.schools
    assert schools.loc[("010", "primary", 2023), "seats"] == 0
    # 12 rooms x 45 = 540 seats for the 480 who live in its catchment
    assert schools.loc[("010", "primary", 2024), ["seats", "residents", "balance"]].tolist() == [
        540,
        480,
        60,
    ]
    assert schools.loc[(WEST, "primary", 2024), "balance"] == 1080 - 720


def test_the_new_school_clears_the_flag_when_rooms_suffice(built: Outcome):
    # 2025: two grades of 120 in 3 + 3 classes leave 18 rooms for four grades of 200: two have five
    # classes of 40, two stay at four of 50.
    # 2026: three of 120 in 9 leave 15 rooms for three of 200: five classes of 40 each.
    flags = built.flags.table
    flags = flags[flags.school == WEST]
    assert list(flags.year) == [2022, 2023, 2024, 2025]
    assert (flags.first_year == 2022).all()
    largest = built.classes.table.largest
    assert largest[(WEST, "g6", 2026)] == 40


def test_the_comparison_says_what_the_new_school_changes(stay: Outcome, built: Outcome):
    change = compare([stay, built]).between("新建", "baseline").loc["primary"]
    assert change.seats.tolist() == [0, 0] + [540] * 7
    assert (
        change.catchment_shortage.tolist() == [0, 0] + [-120] * 7
    )  # all catchments have seats from 2024 on
    # who attends beyond the seats: 1,120 of 1,080 in 2024, then none
    assert change.roll_over_seats.tolist() == [0, 0, 40 - 120] + [-120] * 6


TEXT = dict.fromkeys(("school", "block", "place", "level", "stage", "grade", "code", "source"), str)


def test_tables_read_back_equal(built: Outcome, tmp_path: Path):
    write_run(built, tmp_path / "run")
    results = tabulate(built)
    for name in Results.__dataclass_fields__:
        wanted = getattr(results, name)
        path = tmp_path / "run" / f"{name}.csv"
        assert path.read_bytes().startswith(b"\xef\xbb\xbf")  # Excel reads the Chinese
        blank = {"walk_m": [""]}
        found = pd.read_csv(path, dtype=TEXT, keep_default_na=False, na_values=blank)
        if wanted.index.names != [None]:
            found = found.set_index(wanted.index.names)
        assert_frame_equal(found, wanted, check_dtype=False, check_index_type=False)
    assert {"007", "010", "实验一小", "A 1"} == set(results.schools.index.unique("school"))


def test_layers_read_back_equal(built: Outcome, tmp_path: Path):
    write_run(built, tmp_path / "run")
    layers = tmp_path / "run" / "layers.gpkg"
    schools = gpd.read_file(layers, layer="schools").set_index(["school", "stage"])
    assert schools.crs == built.district.schools.crs
    table = built.balance.schools
    for year in built.district.years:
        for figure in ("seats", "pupils"):
            wanted = table[figure].xs(year, level="year")
            assert (schools[f"{figure}_{year}"].reindex(wanted.index) == wanted).all()
    point = built.district.schools.geometry["007"]
    assert schools.geometry[("007", "kindergarten")].equals_exact(point, 1e-6)
    blocks = gpd.read_file(layers, layer="catchments").set_index(["block", "stage"])
    assert blocks.loc[("007", "primary"), "pupils_2030"] == 60  # six grades of ten
    assert len(blocks) == 40 * 3


def test_a_run_says_what_it_was_made_from(built: Outcome, folder: Path, tmp_path: Path):
    write_run(built, tmp_path / "run")
    record = json.loads((tmp_path / "run" / "run.json").read_text("utf-8"))
    assert (record["district"], record["scenario"]) == ("420000", "新建")
    assert set(record["inputs"]) >= {"schools.geojson", "district.toml"}
    again = read_scenario(tmp_path / "run" / "scenario.toml")
    assert again == read_scenario(folder / "plan.toml")


def test_a_written_run_is_the_same_twice(built: Outcome, tmp_path: Path):
    for name in ("one", "two"):
        write_run(built, tmp_path / name)
    for path in (tmp_path / "one").iterdir():
        if path.suffix != ".gpkg":  # which bears the time at which it was written
            assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes(), path.name


def rename_stages(folder: Path) -> None:
    """Call every stage, kind and grade of a town by other names, in all of its files."""
    words = {"kindergarten": "早教", "primary": "lower", "junior": "upper", "nine_year": "through"}
    for path in [path for path in folder.rglob("*") if path.is_file()]:
        text = path.read_text("utf-8")
        for old, new in words.items():
            text = text.replace(old, new)
        text = re.sub(r"(?<![A-Za-z])([kg])(\d)(?!\d)", r"\1-0\2", text)  # g1 -> g-01
        path.write_text(text, "utf-8")


def test_stages_and_grades_may_bear_any_names(tmp_path: Path):
    plain, renamed = write_town(tmp_path / "plain", SMALL), write_town(tmp_path / "new", SMALL)
    plan = PLAN.replace(json.dumps(MOVED), '["b2", "b3"]')
    for place in (plain, renamed):
        (place / "plan.toml").write_text(plan, "utf-8")
    quoted = renamed / "standards.toml"
    rename_stages(renamed)
    text = quoted.read_text("utf-8")
    for bare in ("早教", *(f"k-0{n}" for n in (1, 2, 3))):  # TOML wants quotes round such keys
        text = re.sub(rf"(?<=[{{ \n]){bare} =", f'"{bare}" =', text)
    quoted.write_text(text, "utf-8")
    runs = {}
    for place in (plain, renamed):
        outcomes = [run(place), run(place, "move", read_scenario(place / "plan.toml"))]
        runs[place.name] = outcomes
    for wanted, found in zip(runs["plain"], runs["new"], strict=True):
        assert list(found.balance.places.index.unique("stage")) == ["早教", "lower", "upper"]
        assert (wanted.classes.table.to_numpy() == found.classes.table.to_numpy()).all()
        assert (wanted.balance.places.to_numpy() == found.balance.places.to_numpy()).all()
        assert len(wanted.flags.table) == len(found.flags.table)
    outcomes = runs["new"]
    assert set(summarise(compare(outcomes).table).index.unique("stage")) == {
        "早教",
        "lower",
        "upper",
    }
    assert "## lower" in write_findings(outcomes)
    map_comparison(*outcomes, "早教", year=2024)
