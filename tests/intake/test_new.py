"""From two sheets to a map: `seatplan new`, then the district like any other."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import Point
from typer.testing import CliRunner

from seatplan.cli import app
from seatplan.district.coordinates import convert_coordinates
from seatplan.district.district import District
from seatplan.district.reading import check_district, read_district, read_standards
from seatplan.intake import folder as intake_folder
from seatplan.intake.rules import read_rules
from seatplan.outcome import evaluate
from seatplan.views.foot import tell_assumptions

EXAMPLES = Path(__file__).parents[2] / "examples"
FILES = {
    "points": ("schools.csv", "villages.csv"),
    "bands": ("schools.csv", "areas.geojson"),
    "rolls": ("schools.csv", None),
    "excel": ("schools.xlsx", "villages.xlsx"),
}


def ask(*words: object) -> tuple[int, str]:
    told = CliRunner().invoke(app, [str(word) for word in words])
    return told.exit_code, told.output


def make(folder: Path, name: str) -> District:
    schools, pupils = FILES[name]
    words: list[object] = ["new", folder, "--schools", EXAMPLES / name / schools]
    words += ["--pupils", EXAMPLES / name / pupils] if pupils else []
    status, told = ask(*words)
    assert status == 0, told
    looked = check_district(folder)
    assert looked.problems == []
    assert looked.district is not None
    return looked.district


@pytest.mark.parametrize(
    "name", ["points", *(pytest.param(name, marks=pytest.mark.slow) for name in list(FILES)[1:])]
)
def test_two_commands_lead_to_a_map(tmp_path: Path, name: str):
    district = make(tmp_path / "new", name)
    status, told = ask("check", tmp_path / "new", "--language", "zh")
    assert "未发现错误" in told
    assert told.count("提示：") <= 8  # the few that weigh, and where all stand
    assert "全部见各页页脚" in told
    status, told = ask("map", tmp_path / "new", "--out", tmp_path / "map.html")
    assert status == 0, told
    page = (tmp_path / "map.html").read_text("utf-8")
    for words in ("直线距离 × 1.3", str(district.schools.name.iloc[0])):
        assert words in page or json.dumps(words)[1:-1] in page  # scripts write Chinese as escapes


def test_pupils_in_all_are_spread_over_the_grades(tmp_path: Path):
    district = make(tmp_path / "new", "points")
    # 354 + 150 + 60 pupils; 东村 has 90 pupils in six grades: 15 of every age
    assert district.rolls.pupils.sum() == 564
    assert list(district.rolls.pupils["S001"]) == [59] * 6
    assert district.residents.loc["V0001", [3, 6, 11, 15]].tolist() == [15] * 4
    assert district.births.loc[2030, "medium"] == 94  # 564 / 6
    assert district.schools.kind.tolist() == ["primary"] * 3
    assert district.crs == "EPSG:4544"
    assert district.zones.name["T01"] == "河东镇"


def test_bands_of_age_are_spread_and_rolls_follow_the_areas(tmp_path: Path):
    district = make(tmp_path / "new", "bands")
    # Area 1: 130.5 aged 0 to 4, 150 aged 5 to 9; 3,000 in all
    assert district.residents.loc["V0001", [0, 5, "total"]].tolist() == [26.1, 30.0, 3000.0]
    # residents aged 10 to 14: 6 x 160.5 + 8 x (0 + ... + 5) = 1,083; grades 7 to 9 are 3 of 5 ages
    junior = district.rolls.pupils
    junior = junior[junior.index.get_level_values("grade").isin(["g7", "g8", "g9"])]
    assert junior.sum() == pytest.approx(1083 * 3 / 5, abs=2)
    assert set(junior.index.get_level_values("school")) == {"S002"}
    assert district.schools.kind.tolist() == ["primary", "nine_year"]
    # the class size asks for 3 classes in each of 6 grades of S001, which has 12 rooms
    assert district.rolls.classes["S001"].tolist() == [2] * 6
    # 27 rooms of a nine-year school: 18 primary, 9 junior
    assert district.classrooms["S002"].tolist() == [18, 9]


def test_rolls_alone_live_around_their_schools(tmp_path: Path):
    district = make(tmp_path / "new", "rolls")
    assert len(district.blocks) == 3
    first = district.rolls.pupils.xs("g1", level="grade").sum()
    assert district.residents[6].sum() == first == 156
    assert district.births["medium"].eq(156).all()
    outcome = evaluate(district, read_standards(tmp_path / "new" / "standards.toml"))
    unplaced = outcome.assignment.unplaced.sum() if len(outcome.assignment.unplaced) else 0
    assert outcome.assignment.pupils.xs("g1", level="grade").groupby("year").sum().min() == (
        pytest.approx(156 - unplaced, abs=1)
    )


def test_gcj_02_in_the_headings_is_turned_and_a_total_row_left_out(tmp_path: Path):
    district = make(tmp_path / "new", "excel")
    assert len(district.schools) == 2
    place = district.schools.to_crs(4326).geometry["S001"]
    assert (place.x, place.y) == pytest.approx((106.2105, 38.0102), abs=2e-6)
    assert district.classrooms["S001", "primary", 2025] == 12  # 540 seats / 45
    assert "GCJ-02" in tell_assumptions(district, "en")


def sheet(path: Path, **columns: list[object]) -> Path:
    pd.DataFrame(columns).to_csv(path, index=False)
    return path


def test_gcj_02_is_found_out_by_where_schools_lie(tmp_path: Path):
    centre = gpd.GeoSeries([Point(106.2, 38.0), Point(106.21, 38.0)], crs=4326).to_crs(4544)
    squares = centre.buffer(300, cap_style="square")
    areas = gpd.GeoDataFrame({"name": ["a", "b"], "pupils": [60, 60]}, geometry=squares)
    areas.to_file(tmp_path / "areas.gpkg")
    lon, lat = convert_coordinates([106.2, 106.21], [38.0, 38.0], "WGS-84", "GCJ-02")
    schools = sheet(
        tmp_path / "schools.csv",
        name=["A", "B"],
        lon=list(lon),
        lat=list(lat),
        grades=["1-6", "1-6"],
        pupils=[60, 60],
    )
    status, told = ask(
        "new", tmp_path / "new", "--schools", schools, "--pupils", tmp_path / "areas.gpkg"
    )
    assert status == 0, told
    assert "taken for GCJ-02" in told
    away = read_district(tmp_path / "new").schools.geometry.distance(
        gpd.GeoSeries(centre.to_numpy(), index=["S001", "S002"], crs=4544)
    )
    assert away.max() < 1


def test_gauss_krueger_with_its_zone_and_schools_in_villages(tmp_path: Path):
    spot = gpd.GeoSeries([Point(106.2, 38.0), Point(106.22, 38.01)], crs=4326).to_crs(4523)
    areas = sheet(
        tmp_path / "areas.csv",
        村居=["东村", "西村"],
        横坐标=[point.x for point in spot],
        纵坐标=[point.y for point in spot],
        在校生=[60, 30],
    )
    schools = sheet(
        tmp_path / "schools.csv", 校名=["完小"], 村居=["东村"], 类型=["完小"], 班数=[6], 学生数=[90]
    )
    status, told = ask("new", tmp_path / "new", "--schools", schools, "--pupils", areas)
    assert status == 0, told
    assert "EPSG:4523 (Gauss-Krueger, zone 35)" in told
    district = read_district(tmp_path / "new")
    place = district.schools.to_crs(4326).geometry["S001"]
    assert (place.x, place.y) == pytest.approx((106.2, 38.0), abs=1e-4)
    assert district.classrooms["S001", "primary", 2025] == 6


def test_catchments_that_areas_name_are_taken(tmp_path: Path):
    areas = sheet(
        tmp_path / "areas.csv",
        area=["a", "b"],
        lon=[106.2, 106.22],
        lat=[38.0, 38.0],
        pupils=[60, 30],
        school=["B", "B、A"],
    )
    schools = sheet(
        tmp_path / "schools.csv",
        name=["A", "B"],
        lon=[106.2, 106.22],
        lat=[38.0, 38.0],
        grades=["1-6", "1-6"],
        rooms=[6, 6],
        pupils=[0, 90],
    )
    status, told = ask("new", tmp_path / "new", "--schools", schools, "--pupils", areas)
    assert status == 0, told
    table = (tmp_path / "new" / "catchments.csv").read_text("utf-8-sig").split()
    # b is of both schools, which share it by their seats
    assert table[1:] == ["V0001,primary,S002", "V0002,primary,S002", "V0002,primary,S001"]
    assert check_district(tmp_path / "new").district is not None


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"grades": ["K-5"]}, "row 2, column grades: K-5; want grades such as 1-6"),
        ({"pupils": ["many"]}, "row 2, column pupils: many; want a number"),
        ({"pupils": ["inf"]}, "row 2, column pupils: inf; want a number"),
        ({"lon": [605000.0], "lat": [4205000.0]}, "name no zone; want degrees"),
        ({"lon": [38.0], "lat": [106.2]}, "longitude and latitude look swapped"),
    ],
)
def test_a_sheet_that_says_too_little_is_refused_and_nothing_written(
    tmp_path: Path, change: dict[str, list[object]], said: str
):
    columns: dict[str, list[object]] = {
        "name": ["A"],
        "lon": [106.2],
        "lat": [38.0],
        "grades": ["1-6"],
        "pupils": [90],
    }
    schools = sheet(tmp_path / "schools.csv", **(columns | change))
    status, told = ask("new", tmp_path / "new", "--schools", schools)
    assert status == 2
    assert said in told
    assert not (tmp_path / "new").exists()


def test_the_limits_shipped_are_those_of_the_sample_district():
    shipped = Path(intake_folder.__file__).with_name("china.toml").read_text("utf-8")
    sample = (Path(__file__).parents[2] / "data" / "standards.toml").read_text("utf-8")
    first = "[[stage]]"  # above it stands what each file says of itself
    assert shipped[shipped.index(first) :] == sample[sample.index(first) :]


def test_a_new_district_does_not_cite_the_plan_of_another():
    rules = read_rules(None, None, None)
    sources = [text for item in rules.standards for text in (item.source, item.source_zh)]
    assert all(sources)
    alone = [text for text in sources if "利通区" in text or "plan, " in text]
    assert alone == []
    assert "教督〔2017〕6号" in next(s for s in sources if "2000人" in s)


def sheet_of_campuses(folder: Path, *rows: str) -> Path:
    """The schools of the example with further rows; the first is 河东一小, of grades 1 to 6."""
    text = (EXAMPLES / "points" / "schools.csv").read_text("utf-8-sig")
    path = folder / "schools.csv"
    path.write_text(text.rstrip("\n") + "\n" + "\n".join(rows) + "\n", "utf-8")
    return path


def test_two_rows_of_one_school_are_two_campuses(tmp_path: Path):
    text = (EXAMPLES / "points" / "schools.csv").read_text("utf-8-sig").splitlines()
    cells = dict(zip(text[0].split(","), text[1].split(","), strict=True))
    cells |= {"经度": f"{float(cells['经度']) + 0.01}", "年级": "1-3"}
    twin = ",".join(cells.values())
    bare = twin.replace(f",{cells['在校生']}", ",")
    for row in (twin, bare):  # counts repeated, or the pupils left empty
        sheet = sheet_of_campuses(tmp_path, row)
        pupils = EXAMPLES / "points" / "villages.csv"
        made = tmp_path / f"made{len(row)}"
        status, told = ask("new", made, "--schools", sheet, "--pupils", pupils)
        assert status == 0, told
        assert f"campuses of one school, counted once: {cells['学校']} (2)" in told
        looked = check_district(made)
        assert looked.district is not None
        assert not [f for f in looked.findings if f.kind == "school at several points"]
        # 354 + 150 + 60 pupils, as without the row; three schools, the first at two places
        assert looked.district.rolls.pupils.sum() == 564
        assert len(looked.district.schools) == 3
        assert looked.district.campuses.school.tolist() == ["S001", "S001"]
        assert looked.district.campuses.geometry.x.diff().iloc[1] == pytest.approx(880, abs=20)
        assert looked.district.campuses.grades.tolist()[1] == "g1 g2 g3"


def test_two_rows_of_a_name_with_other_counts_stay_two_schools(tmp_path: Path):
    text = (EXAMPLES / "points" / "schools.csv").read_text("utf-8-sig").splitlines()
    cells = dict(zip(text[0].split(","), text[1].split(","), strict=True))
    cells |= {"经度": f"{float(cells['经度']) + 0.01}", "在校生": "77"}
    sheet = sheet_of_campuses(tmp_path, ",".join(cells.values()))
    made = tmp_path / "made"
    status, told = ask(
        "new", made, "--schools", sheet, "--pupils", EXAMPLES / "points/villages.csv"
    )
    assert status == 0, told
    looked = check_district(made)
    assert looked.district is not None
    assert len(looked.district.schools) == 4
    assert [f.kind for f in looked.findings].count("name twice") == 1
