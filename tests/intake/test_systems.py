"""Other grade systems, entrants by year, stated ways and roads in any form."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import LineString
from typer.testing import CliRunner

from seatplan.cli import app
from seatplan.district.reading import check_district, read_district, read_standards
from seatplan.errors import InputError
from seatplan.intake.rules import read_system
from seatplan.outcome import evaluate

AREAS = {"area": ["East", "West"], "lon": [-77.0, -77.02], "lat": [39.0, 39.0]}
SCHOOLS = {"school": ["A", "B"], "lon": [-77.0, -77.02], "lat": [39.0, 39.0]}


def ask(*words: object) -> tuple[int, str]:
    told = CliRunner().invoke(app, [str(word) for word in words])
    return told.exit_code, told.output


def sheet(path: Path, columns: dict[str, list[object]]) -> Path:
    pd.DataFrame(columns).to_csv(path, index=False)
    return path


def make_k_5(tmp_path: Path) -> tuple[Path, str]:
    """Make a district of K-5 and K-8 schools; return its folder and what was told."""
    grades = {"K": [20, 17], **{f"Grade {n}": [20 if n < 6 else 0, 17] for n in range(1, 9)}}
    areas = sheet(tmp_path / "areas.csv", AREAS | grades)
    schools = sheet(
        tmp_path / "schools.csv",
        SCHOOLS | {"grades": ["K-5", "K-8"], "rooms": [8, 9], "pupils": [120, 150]},
    )
    words = ["--schools", schools, "--pupils", areas, "--grades", "K-5,6-8", "--class-size", "25"]
    status, told = ask("new", tmp_path / "new", *words)
    assert status == 0, told
    return tmp_path / "new", told


def test_a_k_5_district_needs_no_rule_set(tmp_path: Path):
    folder, _ = make_k_5(tmp_path)
    kept = (tmp_path / "new" / "assumptions.csv").read_text("utf-8-sig")
    assert "stages are K-5,6-8, 25 pupils per class as the user says; no other limits" in kept
    standards = read_standards(folder / "standards.toml")
    assert [stage.name.en for stage in standards.stages] == ["Primary (K-5)", "Secondary (6-8)"]
    district = read_district(folder)
    assert district.rolls.pupils.xs("k", level="grade").to_dict() == {
        ("S001", 2025): 20,  # 120 pupils in six grades
        ("S002", 2025): 17,  # 150 in nine: the larger sixths come first
    }
    assert district.classrooms["S002"].tolist() == [6, 3]  # of nine rooms, by grades


@pytest.mark.slow
def test_pupils_of_a_k_5_district_go_through_its_grades(tmp_path: Path):
    folder, _ = make_k_5(tmp_path)
    district, standards = read_district(folder), read_standards(folder / "standards.toml")
    outcome = evaluate(district, standards)
    attend = outcome.assignment.pupils.groupby(level=["grade", "year"]).sum()
    assert attend["k", 2030] == pytest.approx(37, abs=0.5)  # as many of every younger age


def test_a_kind_of_school_that_is_no_stage_of_the_system_is_refused(tmp_path: Path):
    schools = sheet(
        tmp_path / "schools.csv", SCHOOLS | {"grades": ["junior", "primary"], "pupils": [1, 1]}
    )
    words = ["--schools", schools, "--grades", "K-5,6-8", "--class-size", "25"]
    status, told = ask("new", tmp_path / "new", *words)
    assert status == 2
    assert "row 2, column grades: junior; want grades" in told  # 7-9 are no stage beside 6-8
    assert "row 3" not in told  # primary is the first stage, K-5
    assert "want both" in ask("new", tmp_path / "n", "--schools", schools, "--grades", "6-3")[1]


@pytest.mark.parametrize("system", ["", "K-5,7-8", "5-K", "K-5;6-8", "1-20"])
def test_a_system_that_leaves_grades_out_is_refused(system: str):
    with pytest.raises(InputError, match="K-5,6-8,9-12"):
        read_system(system)


@pytest.mark.slow
def test_entrants_by_year_arrive_in_their_year(tmp_path: Path):
    entrants = {"2024": [50, 10], "2025": [60, 10], "2026年": [70, 10], "2033入学": [90, 20]}
    areas = sheet(tmp_path / "areas.csv", AREAS | entrants)
    schools = sheet(tmp_path / "schools.csv", SCHOOLS | {"grades": ["1-6"] * 2, "rooms": [20, 20]})
    words = ["--schools", schools, "--pupils", areas, "--year", "2025"]
    status, told = ask("new", tmp_path / "new", *words)
    assert status == 0, told
    district = read_district(tmp_path / "new")
    # aged 7 in 2025: entered in 2024; aged 6: 2025; aged 5: 2026; older as 7, younger as 5
    assert district.residents.loc["V0001", [7, 6, 5, 12, 0]].tolist() == [50, 60, 70, 50, 70]
    # entrants of 2033 are 6 then: born 2027
    assert district.births.loc[2027, "medium"] == 110
    outcome = evaluate(district, read_standards(tmp_path / "new" / "standards.toml"))
    first = outcome.forecast.pupils.xs("g1", level="grade").groupby(level="year").sum()
    assert first[[2025, 2026, 2033]].tolist() == pytest.approx([70, 80, 110])


def test_a_district_without_population_in_all_is_not_doubtful_for_it(tmp_path: Path):
    areas = sheet(tmp_path / "areas.csv", AREAS | {"pupils": [300, 300]})
    schools = sheet(tmp_path / "schools.csv", SCHOOLS | {"grades": ["1-6"] * 2, "rooms": [20, 20]})
    status, told = ask("new", tmp_path / "new", "--schools", schools, "--pupils", areas)
    assert status == 0, told
    looked = check_district(tmp_path / "new")
    assert [finding for finding in looked.findings if finding.level == "doubtful"] == []
    kept = (tmp_path / "new" / "assumptions.csv").read_text("utf-8-sig")
    assert "no population in all: the sum of ages 0 to 19" in kept
    (tmp_path / "new" / "assumptions.csv").unlink()  # nobody says so any more
    odd = [f for f in check_district(tmp_path / "new").findings if f.level == "doubtful"]
    assert any("are 100% of all residents" in finding.sentence for finding in odd)


@pytest.mark.slow
def test_ways_by_name_and_roads_of_a_shapefile_are_taken(tmp_path: Path):
    areas = sheet(tmp_path / "areas.csv", AREAS | {"pupils": [300, 300]})
    schools = sheet(tmp_path / "schools.csv", SCHOOLS | {"grades": ["1-6"] * 2, "rooms": [20, 20]})
    ways = {"area": ["East", "West"], "school": ["B", "B"], "minutes": [40, 2]}
    travel = sheet(tmp_path / "travel.csv", ways)
    lines = [LineString([(-77.03, 39.0), (-76.99, 39.0)]), LineString([(-77, 38.99), (-77, 39.01)])]
    gpd.GeoDataFrame({"kind": ["a", "b"]}, geometry=lines, crs=4326).to_file(tmp_path / "r.shp")
    words = ["--schools", schools, "--pupils", areas, "--travel", travel]
    status, told = ask("new", tmp_path / "new", *words, "--roads", tmp_path / "r.shp")
    assert status == 0, told
    district = read_district(tmp_path / "new")
    assert district.travel.to_dict() == {("V0001", "S002"): 3000, ("V0002", "S002"): 150}
    assert len(district.roads) == 4  # two streets, cut where they cross
    sheet(tmp_path / "wrong.csv", ways | {"area": ["East", "Nowhere"]})
    words[-1] = tmp_path / "wrong.csv"
    status, told = ask("new", tmp_path / "other", *words)
    assert (status, "row 3, column area: Nowhere; no such area" in told) == (2, True)
