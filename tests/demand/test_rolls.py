import pandas as pd
import pytest

from seatplan.demand.rolls import build_feeders, build_rolls, read_rolls
from seatplan.district.grade_names import grade_rank, sort_grades
from seatplan.errors import InputError

ROWS = [("007", "n", "K", 2020, 10), ("007", "n", "1", 2021, 9), ("8", "s", "10", 2021, 5)]
COLUMNS = ["unit", "town", "grade", "year", "pupils"]


def table(rows=ROWS):
    return pd.DataFrame(rows, columns=COLUMNS)


def test_ids_keep_their_leading_zeros(tmp_path):
    table().to_csv(tmp_path / "rolls.csv", index=False)
    assert list(read_rolls(tmp_path / "rolls.csv").units) == ["007", "8"]


def test_a_workbook_reads_like_a_text_file(tmp_path):
    table().to_csv(tmp_path / "rolls.csv", index=False)
    table().to_excel(tmp_path / "rolls.xlsx", index=False)
    first, second = (read_rolls(tmp_path / name) for name in ("rolls.csv", "rolls.xlsx"))
    pd.testing.assert_series_equal(first.pupils, second.pupils)


def test_further_columns_are_parents_finest_first():
    rows = [(*row[:2], "all one", *row[2:]) for row in ROWS]
    rolls = build_rolls(pd.DataFrame(rows, columns=["unit", "town", "county", *COLUMNS[2:]]))
    assert list(rolls.parents) == ["town", "county"]


def test_parents_come_from_a_second_file(sussex):
    # The school file names the district only; the county stands in the list of districts.
    assert list(sussex.parents) == ["district", "county"]


def test_grades_stand_in_school_order():
    assert build_rolls(table()).grades == ("K", "1", "10")
    assert sort_grades(["g10", "g2", "k1", "sp", "k3"]) == ["k1", "k3", "g2", "g10", "sp"]


def test_a_grade_outside_the_order_is_ungraded():
    rolls = build_rolls(table([*ROWS, ("8", "s", "sp", 2021, 3)]))
    assert rolls.ungraded == ("sp",)
    assert grade_rank("sp") is None


def test_an_empty_cell_is_a_grade_not_taught():
    rolls = build_rolls(table([*ROWS, ("8", "s", "9", 2021, None)]))
    assert rolls.grades == ("K", "1", "10")


def test_a_school_year_is_the_autumn_it_starts_in():
    rows = [("1", "n", "K", year, 5) for year in ("2012-13", "2013/2014", "2014")]
    assert build_rolls(table(rows)).years == [2012, 2013, 2014]


def test_what_is_known_by_a_year_ends_there():
    assert build_rolls(table()).until(2020).years == [2020]


def test_every_fault_is_a_sentence():
    rows = [*ROWS, ROWS[0], ("9", None, "1", 2021, "many")]
    with pytest.raises(InputError) as caught:
        build_rolls(table(rows), name="rolls.csv")
    told = str(caught.value)
    assert "pupils 'many'; want a number" in told
    assert "007 K 2020 stands twice" in told
    assert "every unit needs its town" in told


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"pupils": "heads"}, "column pupils is missing"),
        ({"grade": "form"}, "column grade is missing"),
    ],
)
def test_a_missing_column_is_named(tmp_path, change, told):
    table().rename(columns=change).to_csv(tmp_path / "rolls.csv", index=False)
    with pytest.raises(InputError, match=told):
        read_rolls(tmp_path / "rolls.csv")


def test_a_year_far_from_all_others_is_refused():
    rows = [("1", "n", "K", year, 5) for year in (2012, 2013, 2014, 2015, 2016, 2107)]
    with pytest.raises(InputError, match="1 K 2107: want years that follow one another"):
        build_rolls(table(rows))


def test_negative_pupils_and_crossing_parents_are_refused():
    with pytest.raises(InputError, match="below 0"):
        build_rolls(table([("1", "n", "K", 2020, -1)]))
    crossed = pd.DataFrame(
        [("1", "n", "east", "K", 2020, 1), ("2", "n", "west", "K", 2020, 1)],
        columns=["unit", "town", "side", "grade", "year", "pupils"],
    )
    with pytest.raises(InputError, match="town n lies in several side"):
        build_rolls(crossed, parents=["town", "side"])


def test_grades_of_unknown_order_ask_for_it():
    rows = [("1", "n", grade, 2020, 5) for grade in ("low", "high")]
    with pytest.raises(InputError, match="give grades="):
        build_rolls(table(rows))
    assert build_rolls(table(rows), grades=["low", "high"]).grades == ("low", "high")


def test_feeders_without_shares_send_equal_parts(tmp_path):
    table().to_csv(tmp_path / "rolls.csv", index=False)
    pairs = pd.DataFrame({"unit": ["8", "9", "8"], "feeder": ["007", "007", "006"]})
    pairs.to_csv(tmp_path / "feeders.csv", index=False)
    rolls = read_rolls(tmp_path / "rolls.csv", feeders=tmp_path / "feeders.csv")
    assert rolls.feeders["share"].tolist() == [0.5, 0.5, 1.0]


@pytest.mark.parametrize(
    ("shares", "told"), [(["0.7", "0.6"], "sum to 1.30"), (["0.7", "x"], "from 0 to 1; got x")]
)
def test_shares_of_leavers_are_parts_of_one(shares, told):
    with pytest.raises(InputError, match=told):
        build_feeders(pd.DataFrame({"unit": ["8", "9"], "feeder": "007", "share": shares}))


def test_no_such_file_is_said(tmp_path):
    with pytest.raises(InputError, match="no such file"):
        read_rolls(tmp_path / "nowhere.csv")


def write(tmp_path, text, name="rolls.csv"):
    (tmp_path / name).write_text(text, "utf-8")
    return tmp_path / name


def test_chinese_headings_grades_and_school_years_are_read(tmp_path):
    text = "学校,乡镇,学年,年级,人数\n甲,东镇,2018-19,大班,30\n甲,东镇,2019-20,一年级,31\n"
    rolls = read_rolls(write(tmp_path, text))
    assert rolls.grades == ("大班", "一年级")
    assert rolls.years == [2018, 2019]
    assert list(rolls.parents) == ["township"]


def test_a_wide_table_reads_like_a_long_one(tmp_path):
    by_grade = read_rolls(write(tmp_path, "unit,year,K,1\na,2019,10,9\na,2020,11,\n"))
    by_year = read_rolls(write(tmp_path, "unit,grade,2019,2020\na,K,10,11\na,1,9,\n"))
    pd.testing.assert_series_equal(by_grade.pupils, by_year.pupils)
    assert by_grade.pupils.to_dict() == {
        ("a", "K", 2019): 10,
        ("a", "K", 2020): 11,
        ("a", "1", 2019): 9,
    }


def test_a_column_of_counts_is_no_place_and_said():
    counted = table().assign(teachers=["5", "6", "7"])
    more = pd.concat([counted, counted.assign(year=2022, teachers=["8", "9", "10"])])
    rolls = build_rolls(more)
    assert list(rolls.parents) == ["town"]
    assert "teachers holds numbers that change within a unit" in rolls.notes[0]


def test_codes_of_places_that_are_numbers_stay_places():
    coded = table().assign(town=["640302100", "640302100", "640302101"])
    assert list(build_rolls(coded).parents) == ["town"]


def test_an_empty_file_is_one_sentence(tmp_path):
    with pytest.raises(InputError) as caught:
        read_rolls(write(tmp_path, ""))
    assert str(caught.value) == "rolls.csv: is empty; want rows with unit, year, grade, pupils"


def test_a_stated_order_gives_unknown_names_their_place():
    rows = [("1", "n", grade, 2020, 5) for grade in ("low", "1", "sp")]
    assert build_rolls(table(rows), grades=["low", "1", "sp"]).ungraded == ("sp",)
    told = build_rolls(table(rows))
    assert told.ungraded == ("low", "sp")
    assert "nobody moves to or from low, sp" in told.notes[0]


def test_a_rename_joins_two_records(tmp_path):
    path = write(tmp_path, "unit,grade,year,pupils\nold,K,2019,5\nnew,K,2020,6\n")
    assert list(read_rolls(path, renamed={"old": "new"}).units) == ["new"]
    with pytest.raises(InputError, match="no unit nobody to rename"):
        read_rolls(path, renamed={"nobody": "new"})


def test_rows_of_totals_are_no_units_and_said(tmp_path):
    rows = "".join(f"{unit},2020,{grade},9\n" for unit in ("A", "合计") for grade in (1, 2))
    rolls = read_rolls(write(tmp_path, "unit,year,grade,pupils\n" + rows))
    assert list(rolls.units) == ["A"]
    assert rolls.notes == ("rolls.csv: 2 rows of 合计 read as totals, and left out",)


@pytest.mark.parametrize(
    ("year", "pupils", "told"),
    [(10, 20, "10: want a year from 1900"), (2020, float("inf"), "pupils above 1,000,000")],
)
def test_years_and_counts_that_no_roll_has_are_refused(year, pupils, told):
    """A year of 10 made a history of two thousand years, which took for ever."""
    with pytest.raises(InputError, match=told):
        build_rolls(table([("1", "n", "K", 2020, 20), ("2", "n", "K", year, pupils)]))
