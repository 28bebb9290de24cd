"""The header of a sheet, wherever it stands and whatever stands about its names."""

import pytest

from seatplan.errors import InputError
from seatplan.intake.headings import take_header
from seatplan.intake.words import find_columns

BOTH = ["学校", "经度", "纬度", "年级"]


@pytest.mark.parametrize(
    ("heading", "meaning"),
    [
        ("学校名称*", "name"),
        ("学校（全称）", "name"),
        ("Name of school", "name"),
        ("学校经度", "lon"),
        ("GPS纬度", "lat"),
        ("CGCS2000经度", "lon"),
        ("POINT_Y", "lat"),
        ("所在社区", "village"),
        ("教室总数（间）", "rooms"),
        ("No. of classrooms", "rooms"),
        ("2025学年在校生总数", "pupils"),
        ("2025年秋季在校生人数", "pupils"),
        ("现有学生数", "pupils"),
        ("Total Enrollment", "pupils"),
        ("Enrolment 2024-25", "pupils"),
        ("学校类别", "grades"),
    ],
)
def test_words_about_a_name_do_not_hide_it(heading, meaning):
    assert find_columns([heading], "school") == {meaning: heading}


@pytest.mark.parametrize(
    "heading", ["学校电话", "学校编号", "班级人数", "占地面积", "校长", "School no."]
)
def test_a_heading_that_says_something_else_is_not_taken(heading):
    assert find_columns([heading], "school") == {}


def test_a_count_of_schools_is_no_catchment():
    assert find_columns(["村居", "学校数"], "area") == {"name": "村居"}


@pytest.mark.parametrize(
    ("upper", "lower", "joined"),
    [
        (
            ["在校生", None, None],
            ["一年级", "二年级", "合计"],
            ["一年级在校生", "二年级在校生", "在校生"],
        ),
        (
            ["班数", "班数", "班数"],
            ["一年级", "二年级", "三年级"],
            ["一年级班数", "二年级班数", "三年级班数"],
        ),
        (["一年级", None, "备注"], ["班数", "人数", None], ["一年级班数", "一年级人数", "备注"]),
        (["在校学生", None, "备注"], ["小学", "初中", None], ["小学人数", "初中人数", "备注"]),
        (["常住人口", None, None], ["0-5岁", "6-11岁", "12-14岁"], ["0-5岁", "6-11岁", "12-14岁"]),
    ],
)
def test_two_rows_of_a_header_are_one(upper, lower, joined):
    rows = [["学校一览表"], [*BOTH, *upper], [None] * 4 + lower, ["甲", "1", "2", "小学", *"345"]]
    table, told = take_header(rows, "school", "s.xlsx")
    assert list(table) == [*BOTH, *joined]
    assert table.index.tolist() == [4]
    assert told == ["s.xlsx: rows 2 and 3 are read as one header"]


def test_a_row_of_figures_is_no_second_header():
    rows = [["村居", "经度", "纬度", "7", "8"], [None, None, None, "120", "110"]]
    table, told = take_header(rows, "area", "v.csv")
    assert (list(table), told) == (rows[0], [])


def test_a_column_that_is_read_stands_once_and_others_may_repeat():
    head = [*BOTH, "备注", "备注"]
    assert list(take_header([head, ["甲"] * 6], "school", "s")[0]) == [*BOTH, "备注"]
    with pytest.raises(InputError, match="column 年级 stands there twice"):
        take_header([[*BOTH, "年级"], ["甲"] * 5], "school", "s")


def test_of_several_years_the_last_is_taken_and_a_header_may_repeat():
    head = [*BOTH, "2024年在校生", "2025年在校生", "2023年在校生"]
    rows = [head, ["甲", "1", "2", "小学", *"456"], head, ["乙", "1", "2", "小学", *"456"]]
    table, told = take_header(rows, "school", "s")
    assert table.index.tolist() == [2, 4]
    assert told == ["s: row 3 repeats the header"]
    assert find_columns(head, "school")["pupils"] == "2025年在校生"
