"""Schools of several sites: one roll, one size, several places.

The toy town: b1 b2 b3 in the south, b4 b5 b6 in the north, 400 m apart; A stands in b1, B (grades 1
to 9) in b6. B's second campus stands in b4; without it the ways to B are b1 1,200 m, b2 800 m,
b3 400 m, b4 800 m, b5 400 m, b6 0.
"""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from seatplan.district.reading import check_district, read_district
from seatplan.district.writing import write_district
from seatplan.examples import toy_district, toy_standards
from seatplan.outcome import evaluate
from seatplan.scenarios.interventions import NewSchool
from seatplan.scenarios.scenario import Scenario
from seatplan.views.maps import map_outcome

STAGES = ("primary", "junior")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_district(toy_district(), toy_standards(), tmp_path / "town")
    return tmp_path / "town"


def add_campus(folder: Path, first: str | None = None, **properties: Any) -> None:
    """Let B have a second campus in b4; `first`: the grades of its place in b6."""
    path = folder / "schools.geojson"
    layer = json.loads(path.read_text("utf-8"))
    own = next(one for one in layer["features"] if one["properties"]["id"] == "B")
    blocks = json.loads((folder / "population/blocks.geojson").read_text("utf-8"))["features"]
    ring = next(b for b in blocks if b["properties"]["id"] == "b4")["geometry"]["coordinates"][0]
    west, south = min(x for x, _ in ring), min(y for _, y in ring)
    east, north = max(x for x, _ in ring), max(y for _, y in ring)
    other = copy.deepcopy(own)
    other["geometry"]["coordinates"] = [(west + east) / 2, (south + north) / 2]
    other["properties"] |= properties
    own["properties"]["campus_grades"] = first
    layer["features"].append(other)
    path.write_text(json.dumps(layer, ensure_ascii=False), "utf-8")


def walks(folder: Path) -> dict[str, list[int]]:
    """The way from each block to B, by stage."""
    outcome = evaluate(read_district(folder), toy_standards())
    ways = {stage: outcome.ways_of(stage).metres.B for stage in STAGES}
    return {stage: [round(metres) for metres in column] for stage, column in ways.items()}


def test_a_school_of_two_campuses_has_one_roll_and_the_way_to_the_nearer(folder: Path):
    add_campus(folder)
    looked = check_district(folder)
    assert looked.problems == []
    assert [f.kind for f in looked.findings if f.level == "doubtful"] == [
        "school at several points"
    ]
    outcome = evaluate(read_district(folder), toy_standards())
    pupils = outcome.measure("pupils")
    assert pupils[("B", "primary", 2020)] == 300  # 50 a grade, counted once
    assert pupils[("B", "junior", 2020)] == 270
    assert outcome.measure("school_size")[("B", 2020)] == 570
    # to the nearer of b4 and b6
    assert walks(folder)["junior"] == [400, 800, 400, 0, 400, 0]


@pytest.mark.slow
def test_a_named_campus_is_not_doubtful(folder: Path):
    add_campus(folder, campus="西校区")
    assert not [f for f in check_district(folder).findings if f.level == "doubtful"]
    assert list(read_district(folder).campuses.name) == ["乙学校", "西校区"]


@pytest.mark.slow
def test_each_stage_goes_to_the_campus_that_teaches_it(folder: Path):
    add_campus(folder, first="primary", campus_grades="junior")
    assert walks(folder) == {
        "primary": [1200, 800, 400, 800, 400, 0],
        "junior": [400, 800, 1200, 0, 400, 800],
    }


def test_within_a_stage_each_grade_walks_to_its_own_campus(folder: Path):
    add_campus(folder, first="g1 g2 g3 junior", campus_grades="g4 g5 g6")
    outcome = evaluate(read_district(folder), toy_standards())
    # the lower school is 400 m from b3 and 0 from b6, the upper one 1,200 m and 800 m: a mean way
    assert walks(folder)["primary"] == [800, 800, 800, 400, 400, 400]
    longest = outcome.measure("longest_walk")
    assert round(longest[("B", "primary", 2020)]) == 1200
    # 50 a grade: 10 in b3 (400, 1,200 m), 20 in b5 (400, 400 m), 20 in b6 (0, 800 m): 480 m
    assert outcome.measure("walk")[("B", "primary", 2020)] == pytest.approx(480, abs=0.1)


@pytest.mark.slow
def test_campuses_stay_when_a_plan_builds_a_school(folder: Path):
    add_campus(folder, campus="西校区")
    district = read_district(folder)
    point = district.blocks.to_crs(4326).geometry["b3"].representative_point()
    new = NewSchool(
        year=2022,
        source="s",
        school="N",
        name="新",
        at=(point.x, point.y),
        classrooms={"primary": 6},
    )
    plan = evaluate(district, toy_standards(), Scenario(name="p", interventions=(new,)))
    assert [round(metres) for metres in plan.ways_of("junior").metres.B] == [
        400,
        800,
        400,
        0,
        400,
        0,
    ]
    assert round(plan.costs.metres.N["b3"]) == 0


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    ["again", "again.gpkg", "again.xlsx"],
)
def test_campuses_are_written_as_they_were_read(folder: Path, tmp_path: Path, name: str):
    add_campus(folder, first="primary", campus="西校区", campus_grades="junior")
    district = read_district(folder)
    write_district(district, toy_standards(), tmp_path / name)
    again = read_district(tmp_path / name).campuses
    words = ["school", "name", "grades"]
    assert again[words].equals(district.campuses[words])
    assert again.geometry.geom_equals_exact(district.campuses.geometry, 0.01).all()


@pytest.mark.parametrize(("first", "other"), [("4-9", "1-3"), ("g4-g6,junior", "g1、g2、g3")])
def test_grades_of_a_campus_may_be_a_span_or_a_list(folder: Path, first: str, other: str):
    add_campus(folder, first, campus_grades=other)
    assert check_district(folder).problems == []
    grades = read_district(folder).campuses.grades.tolist()
    assert grades == ["g4 g5 g6 g7 g8 g9", "g1 g2 g3"]


def test_an_unknown_grade_of_a_campus_is_one_sentence_the_same_in_every_run(folder: Path):
    add_campus(folder, "junior", campus_grades="g1 g2 g3 x4")
    (told,) = check_district(folder).problems
    assert told.endswith(
        "x4 is no grade or stage; want one of kindergarten, primary, junior, "
        "k1, k2, k3, g1, g2, g3, g4, g5, g6, ..."
    )


@pytest.mark.parametrize(
    ("first", "properties", "told"),
    [
        (None, {"roll_g1": 30}, "counts empty or as there (roll_g1: 30, not 50)"),
        (None, {"campus_grades": "g11"}, "property campus_grades: g11; g11 is no grade or stage"),
        ("g1 g2", {"campus_grades": "junior"}, "want g3 at a campus: it has 50 pupils"),
    ],
)
def test_what_a_campus_cannot_be_is_refused(folder: Path, first, properties, told):
    add_campus(folder, first=first, **properties)
    assert any(told in problem for problem in check_district(folder).problems)


@pytest.mark.slow
def test_a_campus_far_outside_is_refused_by_name(folder: Path):
    add_campus(folder)
    path = folder / "schools.geojson"
    layer = json.loads(path.read_text("utf-8"))
    layer["features"][-1]["geometry"]["coordinates"][0] += 0.1
    path.write_text(json.dumps(layer, ensure_ascii=False), "utf-8")
    problems = check_district(folder).problems
    assert ["feature 4 (id B): lies" in problem for problem in problems] == [True]


@pytest.mark.slow
def test_grades_of_a_school_with_one_site_are_refused(folder: Path):
    path = folder / "schools.geojson"
    layer = json.loads(path.read_text("utf-8"))
    layer["features"][0]["properties"]["campus_grades"] = "g1"
    path.write_text(json.dumps(layer, ensure_ascii=False), "utf-8")
    assert "among several campuses" in check_district(folder).problems[0]


@pytest.mark.slow
def test_the_map_shows_the_campus_where_its_stage_is_taught(folder: Path):
    add_campus(folder, first="primary", campus="West campus", campus_grades="junior")
    outcome = evaluate(read_district(folder), toy_standards())
    for stage in STAGES:
        page = map_outcome(outcome, stage, year=2020).get_root().render()
        assert ("West campus" in page) == (stage == "junior")
