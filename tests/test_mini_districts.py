"""Small districts with tables missing or in other forms give their right values."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from seatplan.cli import app
from seatplan.district.coordinates import convert_coordinates
from seatplan.district.reading import check_district, read_district, read_standards
from seatplan.district.writing import write_district
from seatplan.errors import InputError
from seatplan.outcome import Outcome, evaluate
from seatplan.results import write_run
from seatplan.views.foot import tell_assumptions
from tests.mini import write_mini

EAST_M, NORTH_M = 878.6, 1110.0  # metres between the middles of two blocks, to about one

# A file of `write_mini` that is left out -> what stands in for it.
LEFT_OUT = {
    "population/births.csv": "no births: 40 a year, as many as were aged 0 in the base year",
    "population/cohort_ratios.csv": "no cohort ratios: nobody moves in or out "
    "(ratio 1 at every age)",
    "population/take_up.csv": "no take-up: everyone of school age attends (1)",
    "population/housing.csv": "no planned housing: no new dwellings are counted",
    "catchments.csv": "no catchments: each block goes to the nearest school by air (primary)",
    "roads.geojson": "no roads: straight line x 1.3",
}


def run(folder: Path) -> Outcome:
    return evaluate(read_district(folder), read_standards(folder / "standards.toml"))


def rolls(outcome: Outcome) -> list[float]:
    """Pupils of S0 and S3 in each grade and year: 20 in every one."""
    attend = outcome.assignment.pupils.groupby(["school", "grade", "year"]).sum()
    return [float(attend.min()), float(attend.max()), float(len(attend))]


ALIKE = [20.0, 20.0, 2 * 6 * 3]


def test_the_whole_district_has_20_pupils_a_grade_in_each_school(tmp_path: Path):
    outcome = run(write_mini(tmp_path / "mini"))
    assert rolls(outcome) == ALIKE
    assert tell_assumptions(outcome.district, "en") == ""
    assert outcome.costs.metres.loc["b1", "s0"] == pytest.approx(EAST_M, abs=2)


@pytest.mark.parametrize("catchments", [False, True])
def test_a_district_where_every_stage_goes_to_the_nearest_school_loads(
    tmp_path: Path, catchments: bool
):
    # b1 is nearer to s0 (880 m east) than to s3 (1,110 m north), b2 to s3
    folder = write_mini(tmp_path / "mini", intake="nearest", catchments=catchments)
    looked = check_district(folder)
    assert looked.problems == []
    unused = [item for item in looked.findings if "are not used (primary)" in str(item)]
    assert len(unused) == catchments
    outcome = run(folder)
    assert rolls(outcome) == ALIKE
    entrants = outcome.assignment.pupils.xs(("g1", 2022), level=("grade", "year"))
    assert entrants["b1", "s0"] == pytest.approx(10)
    assert entrants["b2", "s3"] == pytest.approx(10)


def test_points_stand_for_the_ground_that_is_nearest_to_them(tmp_path: Path):
    district = read_district(write_mini(tmp_path / "mini", points=True))
    areas = district.blocks.geometry
    assert areas.geom_type.eq("Polygon").all()
    # the borders between cells lie half-way, so that the four share the ground evenly
    assert areas.area.to_numpy() == pytest.approx(areas.area.mean(), rel=0.01)
    assert areas.union_all().area == pytest.approx(areas.area.sum())
    assert "Voronoi cells drawn around them" in tell_assumptions(district, "en")
    assert rolls(run(tmp_path / "mini")) == ALIKE


def test_points_fill_the_outline_that_is_given(tmp_path: Path):
    folder = write_mini(tmp_path / "mini", points=True)
    whole = read_district(write_mini(tmp_path / "squares"))
    outline = whole.blocks[["geometry"]].dissolve().to_crs(4490)
    (folder / "outline.geojson").write_text(outline.to_json(), "utf-8")
    drawn, squares = read_district(folder).blocks, whole.blocks
    assert drawn.area.sum() == pytest.approx(squares.area.sum(), rel=1e-6)
    shared = drawn.geometry.intersection(squares.geometry).area / squares.area
    assert shared.min() > 0.99


def test_without_roads_a_walk_is_a_straight_line_times_the_detour(tmp_path: Path):
    outcome = run(write_mini(tmp_path / "mini", roads=False))
    assert outcome.costs.metres.loc["b1", "s0"] == pytest.approx(1.3 * EAST_M, abs=3)
    slant = 1.3 * np.hypot(EAST_M, NORTH_M)
    assert outcome.costs.metres.loc["b0", "s3"] == pytest.approx(slant, abs=3)
    assert outcome.costs.unreachable.empty
    assert rolls(outcome) == ALIKE
    settings = tmp_path / "mini" / "district.toml"
    settings.write_text(settings.read_text("utf-8") + "detour = 1.5\n", "utf-8")
    assert run(tmp_path / "mini").costs.metres.loc["b1", "s0"] == pytest.approx(1.5 * EAST_M, abs=3)


def test_more_grades_than_rooms_is_one_room_short(tmp_path: Path):
    # six grades of 20 pupils form six classes; five rooms of 45 are 225 seats
    outcome = run(write_mini(tmp_path / "mini", rooms=5))
    assert outcome.measure("rooms_short")["s0", "primary", 2020] == 1
    assert outcome.measure("seats")["s0", "primary", 2020] == 225
    assert rolls(outcome) == ALIKE


def test_verbs_take_the_first_stage_with_catchments(tmp_path: Path):
    folder = write_mini(tmp_path / "mini", stage="elementary")
    assert rolls(run(folder)) == ALIKE
    page = tmp_path / "map.html"
    asked = CliRunner().invoke(app, ["map", str(folder), "--out", str(page)])
    assert asked.exit_code == 0, asked.output
    assert "elementary" in page.read_text("utf-8")


@pytest.mark.slow
def test_rezone_and_site_take_the_first_stage_with_catchments(tmp_path: Path):
    folder = write_mini(tmp_path / "mini", stage="elementary")
    for verb, options in (("rezone", ["--effort", "1"]), ("site", ["-n", "1", "--effort", "1"])):
        out = ["--out", str(tmp_path / f"{verb}.toml")]
        asked = CliRunner().invoke(app, [verb, str(folder), *options, *out])
        assert "no such stage" not in asked.output
        assert "primary" not in asked.output
        assert asked.exit_code in (0, 2), asked.output


def test_one_language_of_names_is_enough(tmp_path: Path):
    folder = write_mini(tmp_path / "mini")
    settings = folder / "district.toml"
    settings.write_text(settings.read_text("utf-8").replace('zh = "Mini", ', ""), "utf-8")
    assert read_district(folder).name.zh == "Mini"
    settings.write_text(settings.read_text("utf-8").replace('en = "Mini"', ""), "utf-8")
    with pytest.raises(InputError, match="zh or en, or both"):
        read_district(folder)


def test_gcj_02_that_a_gis_calls_degrees_is_turned(tmp_path: Path):
    folder = write_mini(tmp_path / "mini")
    settings = folder / "district.toml"
    settings.write_text(settings.read_text("utf-8").replace("EPSG:4490", "GCJ-02"), "utf-8")
    district = read_district(folder)
    school = district.schools.to_crs(4326).geometry["s0"]
    lon, lat = convert_coordinates([106.205], [37.985], "GCJ-02", "WGS-84")
    assert (school.x, school.y) == pytest.approx((lon[0], lat[0]), abs=1e-6)
    assert rolls(run(folder)) == ALIKE


@pytest.mark.parametrize(("file", "told"), LEFT_OUT.items())
def test_a_table_left_out_has_a_default_that_is_told(tmp_path: Path, file: str, told: str):
    folder = write_mini(tmp_path / "mini")
    (folder / file).unlink()
    looked = check_district(folder)
    assert looked.problems == []
    (found,) = looked.findings
    assert found.kind == f"assumed: {told}"
    assert re.fullmatch(rf"{re.escape(file)}: .*[一-鿿].* · {re.escape(told)}", str(found))
    assert looked.district is not None
    assert tell_assumptions(looked.district, "en") == f"Assumed: {told}"
    assert rolls(run(folder)) == ALIKE


def test_one_series_of_births_stands_for_all(tmp_path: Path):
    folder = write_mini(tmp_path / "mini")
    (folder / "population/births.csv").write_text("year,medium\n2021,30\n2022,20\n", "utf-8")
    births = read_district(folder).births
    assert births.loc[2021].to_dict() == {"low": 30, "medium": 30, "high": 30}


def test_what_was_assumed_is_written_with_a_run_and_with_the_district(tmp_path: Path):
    folder = write_mini(tmp_path / "mini", points=True, roads=False)
    outcome = run(folder)
    write_run(outcome, tmp_path / "out")
    told = pd.read_csv(tmp_path / "out" / "assumptions.csv")
    assert list(told.table) == ["population/blocks.geojson", "roads.geojson"]
    write_district(outcome.district, outcome.standards, tmp_path / "copy")
    again = read_district(tmp_path / "copy")
    assert again.assumptions.equals(outcome.district.assumptions)
    assert again.blocks.area.to_numpy() == pytest.approx(outcome.district.blocks.area.to_numpy())
