import pandas as pd
import pytest
from openpyxl import Workbook

from seatplan.demand.births import place_births, read_births
from seatplan.demand.roll_sheets import read_table
from seatplan.demand.rolls import Rolls, read_rolls
from seatplan.errors import InputError

PLAIN = "unit,town,year,grade,pupils\n" + "".join(
    f"{unit},east,{year},{grade},{20 + len(unit) + year - 2019 + place}\n"
    for unit in ("a", "bb")
    for year in (2019, 2020)
    for place, grade in enumerate(("K", "1", "2"))
)

YEARS = (2019, 2020)


def write(tmp_path, text, name="other.csv"):
    (tmp_path / name).write_text(text, "utf-8")
    return tmp_path / name


@pytest.fixture
def plain(tmp_path) -> Rolls:
    return read_rolls(write(tmp_path, PLAIN, "plain.csv"))


@pytest.mark.parametrize("sign", [";", "\t", "|"])
def test_cells_may_be_set_apart_by_other_signs(tmp_path, plain, sign):
    rolls = read_rolls(write(tmp_path, PLAIN.replace(",", sign)))
    pd.testing.assert_series_equal(rolls.pupils, plain.pupils)


@pytest.mark.parametrize(
    "head",
    [
        "School ID,Town,School Year,Grade Level,Enrollment",
        "学校标识码,所属乡镇,学年度,年级名称,在校学生人数",
        "学校代码,乡镇（街道）,年度,年级,在籍人数",
    ],
)
def test_headings_of_other_offices_are_known(tmp_path, plain, head):
    rolls = read_rolls(write(tmp_path, PLAIN.replace("unit,town,year,grade,pupils", head)))
    pd.testing.assert_series_equal(rolls.pupils, plain.pupils)
    assert list(rolls.parents) == ["township"]


def test_a_school_with_code_and_name_is_known_by_its_code(tmp_path):
    table, _ = read_table(write(tmp_path, "学校,学校代码,学年,年级,人数\n一小,001,2019,1,9\n"))
    assert (table["unit"].iloc[0], table["name"].iloc[0]) == ("001", "一小")


@pytest.mark.parametrize(
    "form", ["{0}-{1:02d}", "SY{0}-{1:02d}", "{0}年秋季", "{0}-09-01", "{0}学年第一学期"]
)
def test_a_year_is_its_autumn_in_any_form(tmp_path, plain, form):
    text = PLAIN
    for year in YEARS:
        text = text.replace(f",{year},", f",{form.format(year, (year + 1) % 100)},")
    pd.testing.assert_series_equal(read_rolls(write(tmp_path, text)).pupils, plain.pupils)


def test_five_years_are_no_school_year(tmp_path):
    with pytest.raises(InputError, match=r"row 2: year '2019-24'; want 2012, 2012-13"):
        read_rolls(write(tmp_path, PLAIN.replace(",2019,", ",2019-24,")))


def save_book(tmp_path, sheets, merged=()):
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        page = book.create_sheet(name)
        for row in rows:
            page.append(row)
        for area in merged:
            page.merge_cells(area)
    book.save(tmp_path / "rolls.xlsx")
    return tmp_path / "rolls.xlsx"


def test_titles_merged_cells_and_totals_of_a_workbook_are_told(tmp_path, plain):
    rows = [["某县在校生统计表"], ["学校", "年级", 2019, 2020]]
    for unit in ("a", "bb"):
        rows += [
            [unit if grade == "K" else None, grade, *(plain.pupils[unit, grade, y] for y in YEARS)]
            for grade in ("K", "1", "2")
        ]
    rows.append(["合计", None, 138, 144])
    path = save_book(tmp_path, {"表": rows}, ["A1:D1", "A3:A5", "A6:A8"])
    rolls = read_rolls(path)
    pd.testing.assert_series_equal(rolls.pupils, plain.pupils)
    assert rolls.notes == (
        "rolls.xlsx: row 2 is read as the heading; what stands above as a title",
        "rolls.xlsx: 1 row of 合计 read as totals, and left out",
    )


def test_years_may_stand_above_grades(tmp_path, plain):
    head = ["学校", 2019, None, None, 2020, None, None]
    rows = [
        [unit, *(plain.pupils[unit, grade, year] for year in YEARS for grade in ("K12"))]
        for unit in ("a", "bb")
    ]
    path = save_book(tmp_path, {"表": [head, [None, *"K12", *"K12"], *rows]})
    pd.testing.assert_series_equal(read_rolls(path).pupils, plain.pupils)


def test_sheets_named_by_years_are_one_table_and_others_are_left_out(tmp_path, plain):
    sheets = {"说明": [["本表由县教育局提供"]]}
    for year in YEARS:
        rows = [
            [unit, *(plain.pupils[unit, grade, year] for grade in "K12")] for unit in ("a", "bb")
        ]
        sheets[f"{year}学年"] = [["学校", *"K12"], *rows]
    rolls = read_rolls(save_book(tmp_path, sheets))
    pd.testing.assert_series_equal(rolls.pupils, plain.pupils)
    assert rolls.notes == ("rolls.xlsx: sheet 2019学年, 2020学年 is read; 说明 left out",)


def test_sheets_of_one_heading_without_units_are_a_unit_each(tmp_path):
    path = tmp_path / "rolls.xlsx"
    book = Workbook()
    for name, count in (("东校", 30), ("西校", 50)):
        sheet = book.create_sheet(name)
        sheet.append(["年份", "一年级人数", "二年级人数"])
        for year in (2023, 2024):
            sheet.append([year, count, count])
    del book["Sheet"]
    book.save(path)
    rolls = read_rolls(path)
    assert rolls.pupils.xs(2024, level="year").groupby("unit").sum().to_dict() == {
        "东校": 60,
        "西校": 100,
    }


@pytest.mark.parametrize(
    "heads",
    [
        ["Grade_K", "Grade_01", "Grade_02"],
        ["GR_K", "GR_1", "GR_2"],
        ["Grade K Enrollment", "Grade 1 Enrollment", "Grade 2 Enrollment"],
        ["Foundation", "Yr 1", "Yr 2"],
        ["0.0", "1.0", "2.0"],
        ["大班人数", "一年级学生数", "二年级学生人数"],
    ],
)
def test_grades_keep_their_order_whatever_counts_them(tmp_path, heads):
    path = tmp_path / "rolls.csv"
    path.write_text(f"unit,year,{','.join(heads)}\na,2023,10,20,30\na,2024,11,21,31\n", "utf-8")
    rolls = read_rolls(path)
    assert (rolls.grades, rolls.ungraded) == (tuple(heads), ())


def test_births_of_a_wide_table_find_their_level_by_its_places(tmp_path):
    births = read_births(write(tmp_path, "区域,2014,2015\neast,90,80\nwest,70,60\n"))
    levels = {"all": pd.Index(["all"]), "town": pd.Index(["east", "west"])}
    placed = place_births(births, levels, {5: 1.0})
    assert (placed.depth, placed.counts.tolist()) == (1, [[90, 80], [70, 60]])


@pytest.mark.parametrize(
    ("text", "grades"),
    [
        ("学校,学年,大班,一年级\n,,人,人\n一小,2019,30,31\n注：截至9月,,,\n", ("大班", "一年级")),
        ("学校,2019大班,2019一年级\n一小,30,31\n", ("大班", "一年级")),
        ("school,K 2019,1 2019\na,30,31\n", ("K", "1")),
        ("某县统计表\n学校,2019学年,\n,大班,一年级\n一小,30,31\n", ("大班", "一年级")),
        (
            "学校,学年,大班,,一年级,\n,,男,女,男,女\n一小,2019,14,16,15,16\n",
            ("大班", "一年级"),
        ),
        ("年份,大班,一年级\n2019,30,31\n", ("大班", "一年级")),
        (
            "学校,学年,年级,男生,女生,合计\n一小,2019,大班,9,21,30\n一小,2019,一年级,9,22,31\n",
            ("大班", "一年级"),
        ),
        (
            "学校,学年,年级,班级,人数\n一小,2019,大班,1班,30\n一小,2019,一年级,1班,11\n"
            "一小,2019,一年级,2班,20\n",
            ("大班", "一年级"),
        ),
    ],
)
def test_other_ways_to_lay_out_the_same_counts(tmp_path, text, grades):
    rolls = read_rolls(write(tmp_path, text))
    assert rolls.grades == grades
    assert rolls.pupils.tolist() == [30, 31]
    assert rolls.years == [2019]


def test_the_stage_says_which_first_grade_is_meant(tmp_path):
    text = "学校,学段,学年,年级,人数\n甲,小学,2019,六年级,40\n甲,初中,2019,一年级,30\n"
    rolls = read_rolls(write(tmp_path, text))
    assert rolls.grades == ("小学六年级", "初中一年级")
    assert list(rolls.parents) == []
