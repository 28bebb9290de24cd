"""The tables of a run: whole numbers whose parts add up, and a folder moved into place."""

import json
import sqlite3
import tomllib
from contextlib import closing
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely.geometry import LineString

from seatplan.comparison import compare
from seatplan.district.reading import read_district, read_standards
from seatplan.district.writing import write_district
from seatplan.errors import InputError
from seatplan.examples import toy_district, toy_outcome, toy_standards
from seatplan.outcome import Outcome, Policy, evaluate
from seatplan.results import MADE, Results, describe_run, tabulate, write_run
from seatplan.scenarios.interventions import Expand
from seatplan.scenarios.scenario import BASELINE, Scenario, read_scenario

ROOT = Path(__file__).parents[1]
BY_STAGE = ["stage", "year"]


def check_sums(outcome: Outcome) -> None:
    """Hold every part against its total."""
    results, standards = tabulate(outcome), outcome.standards
    grades, schools, blocks = results.grades, results.schools, results.blocks
    stage = grades.index.get_level_values("grade").map(standards.stage_of)
    by_school = grades.pupils.groupby(
        [grades.index.get_level_values("school"), stage, grades.index.get_level_values("year")]
    ).sum()
    wanted = by_school.rename_axis(["school", "stage", "year"])
    found = schools.pupils
    assert (wanted.reindex(found.index, fill_value=0) == found).all()  # grades = schools
    assert wanted.sum() == found.sum()
    seated = found.groupby(BY_STAGE).sum()
    lived = blocks.groupby(BY_STAGE)[["pupils", "seated", "unplaced"]].sum()
    assert (lived.seated + lived.unplaced == lived.pupils).all()
    assert (lived.seated == seated).all()  # schools + unplaced = pupils of the district
    township = outcome.district.blocks.township
    home = township[blocks.index.get_level_values("block")].to_numpy()
    by_place = blocks.pupils.groupby(
        [home, blocks.index.get_level_values("stage"), blocks.index.get_level_values("year")]
    ).sum()
    places = results.places.loc["township"]
    assert (places.residents.reindex(by_place.index) == by_place).all()  # blocks = townships
    sums = places.groupby(BY_STAGE).sum()
    whole = results.places.loc[("district", outcome.district.code)]
    assert (whole.loc[sums.index] == sums).all(axis=None)  # townships = district
    assert (whole.residents == lived.pupils.loc[whole.index]).all()
    assert (whole.pupils == seated.loc[whole.index]).all()
    zones = schools.residents.groupby(BY_STAGE).sum()
    apart = (zones - lived.pupils.loc[zones.index]).abs()
    halves = apart.index.get_level_values("stage").map(lambda s: len(standards.stage(s).grades) / 2)
    assert (apart <= halves).all()  # catchments = district; each grade is rounded by itself, and
    # few schools may have no whole numbers beside their own that make the same sum


def check_conservation(outcome: Outcome) -> None:
    """Forecast = seated + unplaced, to a millionth of a pupil, in every grade, block and year."""
    keys = ["block", "grade", "year"]
    seated = outcome.assignment.pupils.groupby(keys).sum()
    found = seated.add(outcome.assignment.unplaced, fill_value=0.0)
    wanted = outcome.forecast.pupils
    assert np.allclose(found.reindex(wanted.index, fill_value=0.0), wanted, rtol=0, atol=1e-6)
    sums, aims = (counts.groupby(["grade", "year"]).sum() for counts in (found, wanted))
    assert np.allclose(sums.loc[aims.index], aims, rtol=0, atol=1e-6)


@pytest.mark.parametrize("overflow", ["stay", "move"])
def test_parts_add_to_their_totals(overflow: str):
    outcome = toy_outcome(overflow=overflow)
    check_sums(outcome)
    check_conservation(outcome)


def test_the_tables_hold_whole_numbers():
    results = tabulate(toy_outcome())
    for name in ("grades", "schools", "blocks", "places"):
        table = getattr(results, name).drop(columns="school", errors="ignore")
        assert all(pd.api.types.is_integer_dtype(kind) for kind in table.dtypes), name
    row = results.grades.loc[("B", "g1", 2023)]
    assert row.tolist() == [50, 1, 50, 45]  # 50 pupils in one of six rooms, limit 45
    assert results.schools.loc[("K", "kindergarten", 2023), "walk_m"] > 0


def test_a_block_knows_its_school_and_its_way():
    blocks = tabulate(toy_outcome()).blocks
    # b4 is 400 m north of b1, where A stands; 20 pupils in each of six grades
    assert blocks.loc[("b4", "primary", 2023)].tolist() == [120, 120, 0, "A", 400]


def test_a_catchment_without_a_way_to_its_school_has_no_walk():
    district = toy_district()
    home = district.blocks.representative_point()["b4"]
    off = district.roads.distance(home) > 1  # the roads that lead to b4 are gone ...
    stub = district.roads.iloc[[0]].set_geometry([LineString([home, (home.x + 5, home.y)])])
    cut = district.replace(roads=pd.concat([district.roads[off], stub], ignore_index=True))
    outcome = evaluate(cut, toy_standards())
    blocks, schools = tabulate(outcome).blocks, tabulate(outcome).schools
    assert pd.isna(blocks.walk_m[("b4", "primary", 2023)])  # ... but it is zoned to A
    assert blocks.school[("b4", "primary", 2023)] == "A"
    assert schools.walk_m[("A", "primary", 2023)] <= 400  # of b1 and b2, who walk
    walk = compare([outcome]).table.walk_m
    assert (walk < 2000).all()  # the town is 800 m by 400 m


def test_a_run_folder_holds_all_that_says_what_was_run(tmp_path: Path):
    outcome = toy_outcome()
    write_run(outcome, tmp_path / "run")
    tables = {f"{name}.csv" for name in Results.__dataclass_fields__}
    found = {path.name for path in (tmp_path / "run").iterdir()}
    assert found == tables | {"layers.gpkg", "run.json", "scenario.toml", "decisions.toml"}
    record = json.loads((tmp_path / "run" / "run.json").read_text("utf-8"))
    assert record == json.loads(json.dumps(describe_run(outcome)))
    assert record["policy"] == {
        "overflow": "stay",
        "catchments": "current",
        "births": "medium",
        "class_tolerance": 0.0,
        "join_classes_at": 0.8,
    }
    assert record["fingerprint"] == outcome.scenario.fingerprint
    layers = gpd.list_layers(tmp_path / "run" / "layers.gpkg")
    assert set(layers.name) == {"schools", "catchments", "roads"}
    with closing(sqlite3.connect(tmp_path / "run" / "layers.gpkg")) as file:
        dates = file.execute("SELECT DISTINCT last_change FROM gpkg_contents").fetchall()
    assert {date[:19] for (date,) in dates} == {MADE[:19]}  # no clock in it


def test_a_run_says_who_decided_what_on_which_files(tmp_path: Path):
    write_district(toy_district(), toy_standards(), tmp_path / "town")
    district = read_district(tmp_path / "town")
    step = {"school": "K", "year": 2022, "classrooms": {"kindergarten": 1}, "source": "toy"}
    plan = Scenario("plan", BASELINE.title, (Expand.model_validate(step),))
    write_run(evaluate(district, toy_standards(), plan), tmp_path / "run", by="张三")
    told = tomllib.loads((tmp_path / "run" / "decisions.toml").read_text("utf-8"))
    assert (told["decided"]["by"], told["decided"]["scenario"]) == ("张三", "plan")
    assert told["choices"]["births"] == "medium"
    assert [(step["kind"], step["source"]) for step in told["step"]] == [("expand", "toy")]
    assert {one["file"]: one["hash"] for one in told["seen"]} == dict(district.inputs)
    assert len(told["seen"]) > 3


def test_a_run_gives_way_to_the_next_and_nothing_else_does(tmp_path: Path):
    write_run(toy_outcome(), tmp_path / "run")
    write_run(toy_outcome(overflow="move"), tmp_path / "run")
    assert '"move"' in (tmp_path / "run" / "run.json").read_text("utf-8")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("kept")
    with pytest.raises(InputError, match="holds files of its own"):
        write_run(toy_outcome(), tmp_path / "mine")
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["notes.txt"]
    (tmp_path / "empty").mkdir()
    write_run(toy_outcome(), tmp_path / "empty")


@pytest.mark.slow
@pytest.mark.parametrize("overflow", ["stay", "move"])
def test_the_district_adds_up_under_every_scenario(overflow: str):
    district, standards = read_district(ROOT / "data"), read_standards(ROOT / "data/standards.toml")
    copies = {
        name: value.copy()
        for name, value in vars(district).items()
        if isinstance(value, gpd.GeoDataFrame | pd.DataFrame | pd.Series)
    }
    rules, costs = repr(standards), None
    files = sorted((ROOT / "scenarios").glob("*.toml"))
    assert len(files) >= 6
    for file in files:
        policy = Policy(overflow=overflow)  # type: ignore[arg-type]
        outcome = evaluate(district, standards, read_scenario(file), policy=policy, costs=costs)
        costs = costs or outcome.costs
        check_conservation(outcome)
        check_sums(outcome)
    assert repr(standards) == rules
    for name, copy in copies.items():
        assert getattr(district, name).equals(copy), name
