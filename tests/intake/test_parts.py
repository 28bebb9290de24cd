"""A school in several rows, by stage or by grade, is one school."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from seatplan.cli import app
from seatplan.district.reading import read_district

GRADES = ["一年级", "二年级", "三年级", "四年级", "五年级", "六年级"]


def make(folder: Path, schools: list[str], areas: list[str] | None = None) -> tuple[int, str]:
    words = ["new", str(folder / "made")]
    for name, lines in (("schools", schools), ("pupils", areas)):
        if lines is not None:
            (folder / f"{name}.csv").write_text("\n".join(lines) + "\n", "utf-8")
            words += [f"--{name}", str(folder / f"{name}.csv")]
    told = CliRunner().invoke(app, words)
    return told.exit_code, told.output


def test_a_code_is_that_of_the_district(tmp_path):
    rows = "学校,经度,纬度,班数,在校生,类别\n东校,106.2,38,6,240,小学\n"
    (tmp_path / "s.csv").write_text(rows, "utf-8")
    words = ["new", str(tmp_path / "made"), "--schools", str(tmp_path / "s.csv")]
    told = CliRunner().invoke(app, [*words, "--code", "640302"])
    assert told.exit_code == 0, told.output
    assert read_district(tmp_path / "made").code == "640302"


def test_rows_by_grade_of_schools_and_of_areas_are_one_row_each(tmp_path):
    # 60 pupils in 2 classes of each grade: 360 pupils, 12 classes; 20 children a grade and village
    schools = ["学校,经度,纬度,年级,班数,在校生"]
    schools += [f"东校,106.2,38,{grade},2,60" for grade in GRADES]
    areas = ["村居,经度,纬度,年级,人数"]
    areas += [
        f"{v},{lon},38,{grade},20" for v, lon in (("甲", 106.2), ("乙", 106.21)) for grade in GRADES
    ]
    status, told = make(tmp_path, schools, areas)
    assert status == 0, told
    assert "are joined: 东校" in (tmp_path / "made" / "assumptions.csv").read_text("utf-8-sig")
    district = read_district(tmp_path / "made")
    assert district.schools.name.tolist() == ["东校"]
    assert district.rolls.pupils.tolist() == [60] * 6
    assert district.classrooms["S001", "primary", 2025] == 12
    assert district.residents[list(range(6, 12))].to_numpy().tolist() == [[20] * 6] * 2


def test_rows_by_stage_keep_the_rooms_of_each(tmp_path):
    rows = ["学校,经度,纬度,年级,教室,在校生", "东校,106.2,38,小学,12,360", "东校,,,初中,9,150"]
    status, told = make(tmp_path, rows)
    assert status == 0, told
    district = read_district(tmp_path / "made")
    assert district.schools.kind.tolist() == ["nine_year"]
    assert district.classrooms.to_dict() == {
        ("S001", "primary", 2025): 12,
        ("S001", "junior", 2025): 9,
    }
    assert district.rolls.pupils.sum() == 510


def test_a_place_that_stands_in_the_first_row_alone_is_that_of_all(tmp_path):
    schools = ["学校,经度,纬度,年级,班数,在校生"]
    schools += [
        f"东校,{'106.2,38' if not at else ','},{grade},2,60" for at, grade in enumerate(GRADES)
    ]
    status, told = make(tmp_path, schools)
    assert status == 0, told
    assert read_district(tmp_path / "made").rolls.pupils.tolist() == [60] * 6


@pytest.mark.parametrize("grades", ["小学", "3-6"])
def test_a_row_that_repeats_a_grade_is_refused(tmp_path, grades):
    rows = ["学校,经度,纬度,年级,在校生", "东校,106.2,38,小学,360", f"东校,106.2,38,{grades},360"]
    status, told = make(tmp_path, rows)
    assert status == 2
    assert "row 3: 东校 stands there twice with g" in told
    assert not (tmp_path / "made").exists()
