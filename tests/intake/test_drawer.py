"""Sheets as a bureau has them: titles, merged cells, two rows of headings, words of every kind."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from openpyxl import Workbook

from seatplan.district.district import District
from seatplan.district.reading import check_district, read_standards
from seatplan.errors import InputError
from seatplan.intake.cohorts import name_cohorts
from seatplan.intake.folder import Wanted, make_district
from seatplan.intake.schools import read_own_span, read_schools
from seatplan.intake.sources import Source
from seatplan.outcome import evaluate

CHINA = read_standards(Path(__file__).parents[2] / "src/seatplan/intake/china.toml")

SCHOOLS = [
    ["某县中小学基本情况一览表"],
    ["制表：基教股", None, None, "单位：人、个"],
    [
        "序号",
        "所属乡镇",
        "学校（园）全称",
        "办学类型",
        "办学性质",
        "坐标（高德）",
        None,
        "教学班数",
        "普通教室（间）",
        "核定学位",
        "在校（园）生数",
        None,
        None,
        None,
        "备注",
    ],
    [
        None,
        None,
        None,
        None,
        None,
        "经度",
        "纬度",
        None,
        None,
        None,
        "小计",
        "一年级",
        "七年级",
        "学前",
        None,
    ],
    [
        1,
        "城关镇",
        "一小（附设幼儿园）",
        "小学附设幼儿园",
        "公办",
        "106.2060",
        38.0011,
        2,
        2,
        None,
        "１１０",
        "８０",
        None,
        30,
        None,
    ],
    [
        2,
        None,
        "中心学校",
        "九年一贯制学校",
        "公办",
        106.216,
        38.0111,
        4,
        5,
        150,
        140,
        40,
        100,
        None,
        None,
    ],
    [
        3,
        "石门乡",
        "后沟教学点",
        "教学点",
        "公办",
        106.226,
        38.0211,
        1,
        1,
        None,
        5,
        5,
        None,
        None,
        None,
    ],
    [
        4,
        None,
        "小太阳幼儿园",
        "民办幼儿园",
        "民办",
        106.207,
        38.0021,
        3,
        3,
        None,
        60,
        None,
        None,
        None,
        None,
    ],
    [None, "总　计", None, None, None, None, None, 10],
    ["填表人：马某", *([None] * 14)],
]
VILLAGES = [
    ["分村学龄儿童统计表"],
    ["乡镇（街道）", "村（社区）名称", "东经", "北纬", "户籍人口", "小一", "初一", "合计"],
    ["城关镇", "东社区", "106°12′03.6″", "38°00′00″", "1,866", "７０", "80人", 150],
    [None, "西社区", "106°12′39.6″", "38°00′36″", "900", 50, 20, 70],
    ["城关镇小计", None, None, None, None, 120, 100, 220],
    ["石门乡", "后沟村", "106°13′15.6″", "38°01′12″", "300", "5", "—", 5],
    ["注：截至8月31日。", *([None] * 7)],
]
MERGED = {"schools": ["A1:O1", "F3:G3", "K3:N3", "B5:B6", "B7:B8", "A3:A4", "C3:C4", "D3:D4"]}


def write(path: Path, rows: list[list[object]]) -> Path:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    for span in MERGED.get(path.stem, []):
        sheet.merge_cells(span)
    book.save(path)
    return path


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[District, str]:
    room = tmp_path_factory.mktemp("drawer")
    files = write(room / "schools.xlsx", SCHOOLS), write(room / "villages.xlsx", VILLAGES)
    wanted = Wanted(*files, None, None, None, 2025, "某县", None)
    told = make_district(wanted, room / "made")
    district = check_district(room / "made").district
    assert district is not None
    return district, "\n".join(told)


def test_headings_in_two_rows_and_text_of_merged_cells_are_read(made: tuple[District, str]):
    district, told = made
    assert district.schools.name.tolist() == [
        "一小（附设幼儿园）", "中心学校", "后沟教学点", "小太阳幼儿园"
    ]  # fmt: skip
    assert "高德经度 = lon" in told
    assert "not read: 序号" in told
    assert "GCJ-02" in told
    assert district.schools.kind.tolist() == [
        "kindergarten_primary", "nine_year", "primary", "kindergarten"
    ]  # fmt: skip
    assert district.schools.ownership.tolist() == ["public", "public", "public", "private"]
    units = district.zones[district.zones.kind == "unit"]
    assert units.name.tolist() == ["东社区", "西社区", "后沟村"]  # the subtotal and note are none
    assert district.residents.loc["V0001", [6, 12]].tolist() == [70, 80]


def test_pupils_of_a_kindergarten_are_not_lost_beside_grades(made: tuple[District, str]):
    rolls = made[0].rolls.pupils
    assert rolls["S001"].tolist() == [10, 10, 10, 80, 0, 0, 0, 0, 0]
    assert rolls["S004"].tolist() == [20, 20, 20]  # 60 in all, no column of grades holds them


def test_classes_go_where_a_grade_is_fullest_and_rooms_with_them(made: tuple[District, str]):
    district, told = made
    # 4 classes: 40 in grade 1 want 1, 100 in grade 7 want 2 of 50 and take the fourth as well
    assert district.rolls.classes["S002"][["g1", "g7"]].tolist() == [1, 3]
    assert district.classrooms["S002"].tolist() == [1, 4]  # 5 rooms as 1 : 3 classes
    assert district.rolls.classes["S001"][["g1", "k1"]].tolist() == [2, 1]
    assert "按不含幼儿园计" in told


def test_seats_that_the_bureau_has_fixed_count_before_rooms(made: tuple[District, str]):
    assert made[0].stated["S002"].tolist() == [30, 120]  # 150 as the rooms, 1 : 4


@pytest.mark.parametrize(
    ("words", "first", "last", "count"),
    [
        ("小学（附设幼儿园）", "k1", "g6", 9),
        ("中心小学", "g1", "g6", 6),
        ("教学点", "g1", "g3", 3),
        ("公办幼儿园", "k1", "k3", 3),
        ("独立初中", "g7", "g9", 3),
        ("一至六年级", "g1", "g6", 6),
        ("１－６年级", "g1", "g6", 6),
    ],
)
def test_kinds_of_schools_in_a_bureaus_words(words: str, first: str, last: str, count: int):
    span = read_own_span(words, CHINA)
    assert span is not None
    assert (span[0], span[-1], len(span)) == (first, last, count)


def test_without_a_column_of_grades_a_school_teaches_those_that_have_pupils():
    rows = {
        "学校": ["甲", "乙"],
        "一年级": ["40", None],
        "四年级": ["30", None],
        "七年级": ["9", "50"],
    }
    cells = pd.DataFrame(rows, index=[2, 3]).astype(object).where(lambda own: own.notna(), None)
    schools = read_schools(Source("s.xlsx", cells, {"name": "学校"}, None), CHINA)
    assert list(schools.teaches.values()) == [[f"g{grade}" for grade in range(1, 8)], ["g7"]]
    assert schools.told[0][1].zh == "无学段：按有在校生的年级"
    with pytest.raises(InputError, match="row 3: pupils in no grade, and no column of grades"):
        read_schools(Source("s.xlsx", cells.drop(columns="七年级"), {"name": "学校"}, None), CHINA)
    with pytest.raises(InputError) as told:  # once, though grades and rolls are read of it
        read_schools(Source("s.xlsx", cells.replace("9", "约9"), {"name": "学校"}, None), CHINA)
    assert told.value.problems == ["s.xlsx: row 2, column 七年级: 约9; want a number"]


@pytest.mark.parametrize("words", ["职业高中", "中学", "小学与高中", "x"])
def test_a_kind_that_nobody_knows_is_not_guessed(words: str):
    assert read_own_span(words, CHINA) is None


def test_without_catchments_schools_keep_the_rolls_of_today(tmp_path: Path):
    schools = ["学校,经度,纬度,年级,在校生,教室数"]
    schools += ["甲,106.20,38,1-6,300,6", "乙,106.21,38,1-6,100,6"]
    villages = [
        "村居,经度,纬度,学生数",
        "东,106.20,38,200",
        "中,106.201,38,150",
        "西,106.202,38,50",
        "空,106.203,38,",
    ]
    for name, lines in (("schools", schools), ("villages", villages)):
        (tmp_path / f"{name}.csv").write_text("\n".join(lines), encoding="utf-8")
    files = tmp_path / "schools.csv", tmp_path / "villages.csv"
    told = make_district(Wanted(*files, None, None, None, 2025, "某县", None), tmp_path / "made")
    assert "按各校现有在校生就近划定（小学）" in "\n".join(told)
    assert "doubtful: villages.csv: nobody is counted in 空; want its children" in "\n".join(told)
    district = check_district(tmp_path / "made").district
    assert district is not None
    # 甲 is nearest to all three (400 pupils), but has 300: the farthest 100 belong to 乙
    outcome = evaluate(district, read_standards(tmp_path / "made" / "standards.toml"))
    roll = outcome.measure("pupils").unstack("year")
    assert roll.loc[("S001", "primary"), 2034] == 300
    assert roll.loc[("S002", "primary"), 2034] == 100


def test_cohorts_by_their_year_of_entry_are_the_grades_they_are_in():
    rows = {"学校": ["甲", "乙"], "年级": ["小学", "初中"], "2023级班数": ["2", "3"]}
    rows |= {"小学2020级(人)": ["40", None], "2023级": ["45", "50"], "初中2027届人数": [None, "60"]}
    cells = pd.DataFrame(rows, index=[2, 3]).astype(object).where(lambda own: own.notna(), None)
    source = Source("s.xlsx", cells, {"name": "学校", "grades": "年级"}, None)
    named = name_cohorts(source, CHINA, 2025)
    found = named.cells.loc[2].dropna().to_dict() | named.cells.loc[3].dropna().to_dict()
    assert {key: found[key] for key in ("g3", "g3班数", "g6", "g8", "g9", "g9班数")} == {
        "g3": "45", "g3班数": "2", "g6": "40", "g8": "60", "g9": "50", "g9班数": "3"
    }  # fmt: skip
    assert "小学2020级(人) = g6" in named.told[-1]
    with pytest.raises(InputError, match="in no grade of its stage in autumn 2027; want --year"):
        name_cohorts(source, CHINA, 2027)


def test_without_rolls_or_catchments_an_area_goes_to_the_nearest_school_within_its_seats(
    tmp_path: Path,
):
    schools = ["学校,经度,纬度,年级,教室数", "甲,106.20,38,1-6,6", "乙,106.21,38,1-6,6"]
    villages = ["村居,经度,纬度,学生数"]
    villages += ["东,106.20,38,210", "中,106.201,38,150", "西,106.202,38,60"]
    for name, lines in (("schools", schools), ("villages", villages)):
        (tmp_path / f"{name}.csv").write_text("\n".join(lines), encoding="utf-8")
    files = tmp_path / "schools.csv", tmp_path / "villages.csv"
    told = make_district(Wanted(*files, None, None, None, 2025, "某县", None), tmp_path / "made")
    assert "在学位之内就近划定（小学）" in "\n".join(told)
    looked = check_district(tmp_path / "made")
    assert looked.district is not None
    # all 420 live nearest to 甲, which has 6 rooms of 45: 270; the farthest 150 belong to 乙
    assert looked.district.rolls.pupils.groupby("school").sum().tolist() == [270, 150]
    assert not any(finding.kind == "gate across the line" for finding in looked.findings)


def test_what_a_sheet_says_beside_its_cells_is_doubted(tmp_path: Path):
    head = ["学校", "经度", "纬度", "年级", "一年级", "托班", "备注"]
    book = Workbook()
    for name, place in (("甲", 106.20), ("　其中：乙教学点", 106.21)):
        sheet = book.create_sheet(f"{name[-3:]}乡")
        sheet.append(["某县2023年秋季在校生统计表"])
        sheet.append(head)
        sheet.append([name, place, 38, "1-6", "'80", 5, "已撤并" if place > 106.2 else None])
        sheet.append(["审核人：王某"])
    sheet.row_dimensions[3].hidden = True
    book.remove(book.worksheets[0])
    book.save(tmp_path / "s.xlsx")
    wanted = Wanted(tmp_path / "s.xlsx", None, None, None, None, 2025, "某县", None)
    told = "\n".join(make_district(wanted, tmp_path / "made"))
    for said in (
        "sheets 甲乡, 教学点乡 are read as one",
        "row 3 of 教学点乡 (乙教学点) is called a part",
        "row 3 of 教学点乡: 备注 says 已撤并",
        "row 3 is hidden there, and read",
        "the title is of 2023, the base year 2025; want --year 2023",
        "not read: 托班, 备注",
    ):
        assert said in told
    district = check_district(tmp_path / "made").district
    assert district is not None
    assert district.rolls.pupils.groupby("school").sum().tolist() == [80, 80]


COUNTED = [
    ["学校", "经度", "纬度", "在校生数", None, None, "教室"],
    [None, None, None, "一年级", None, None, None],
    [None, None, None, "男", "女", "计", None],
    ["一、小学", *[None] * 6],
    ["城关镇（2所）", None, None, 75, 70, 145, 26],
    ["一小", 106.2, 38, 40, 38, 78, 12],
    ["其中：女生", None, None, None, 38, None, None],
    ["二小", 106.21, 38, 35, 32, 67, 12],
    ["石门乡", None, None, 5, 4, 9, 6],
    ["石门小学", 106.25, 38.05, 5, 4, 9, 6],
    ["合计", None, None, 80, 74, 155, 30],
]


def test_sums_parts_and_headings_among_the_rows_are_no_schools(tmp_path: Path):
    both = [row[:5] + row[6:] for row in COUNTED]  # boys and girls, without the column of both
    made = []
    for name, rows in (("three", COUNTED), ("two", both)):
        wanted = Wanted(
            write(tmp_path / f"{name}.xlsx", rows), None, None, None, None, 2025, "某县", None
        )
        told = "\n".join(make_district(wanted, tmp_path / name))
        district = check_district(tmp_path / name).district
        assert district is not None
        assert district.schools.name.tolist() == ["一小", "二小", "石门小学"]
        assert district.schools.township.tolist() == ["T01", "T01", "T02"]
        assert district.rolls.pupils.groupby("school").sum().tolist() == [78, 67, 9]
        assert "row 5 (城关镇（2所）), column 教室: 26, but rows 6 to 8 come to 24" in told
        made.append(told)
    three, two = made
    assert "row 11, column 一年级在校生数: 155, but 一年级在校生数男 and" in three
    assert "row 11 (合计), column 一年级在校生数: 155, but rows 6 to 10 come to 154" in three
    assert "added up: 一年级在校生数 = 一年级在校生数男 + 一年级在校生数女" in two
    assert "(合计)" not in two.partition("doubtful")[2]  # 80 + 74 are the 154 of the rows
