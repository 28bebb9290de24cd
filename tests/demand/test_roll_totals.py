import pandas as pd
import pytest

from seatplan.demand.roll_totals import leave_out_sums, leave_out_totals

PUPILS = {"a": 10, "b": 20, "c": 31, "d": 47}
TOWNS = {"a": "east", "b": "east", "c": "west", "d": "west"}


def test_totals_are_left_out_wherever_they_stand():
    table = pd.DataFrame(
        {"unit": ["a", "East subtotal", "Total"], "year": "2019", "K": "5", "合计": "5"}
    )
    kept, told = leave_out_totals(table, "rolls.csv")
    assert (list(kept), kept["unit"].tolist()) == (["unit", "year", "K"], ["a"])
    assert told == [
        "rolls.csv: 2 rows of East subtotal, Total read as totals, and left out",
        "rolls.csv: column 合计 is read as a total, and left out",
    ]


def test_a_column_of_pupils_beside_columns_of_grades_is_their_total():
    table = pd.DataFrame({"unit": "a", "year": "2019", "K": "5", "1": "6", "pupils": "11"}, [0])
    assert list(leave_out_totals(table, "rolls.csv")[0]) == ["unit", "year", "K", "1"]


@pytest.fixture
def long() -> pd.DataFrame:
    rows = [
        (unit, TOWNS[unit], grade, str(year), str(pupils + place + year % 7))
        for unit, pupils in PUPILS.items()
        for place, grade in enumerate(("K", "1", "2"))
        for year in (2018, 2019, 2020)
    ]
    return pd.DataFrame(rows, columns=["unit", "town", "grade", "year", "pupils"])


def add_sums(long: pd.DataFrame, by: list[str], **names: str) -> pd.DataFrame:
    sums = long.assign(pupils=long["pupils"].astype(int)).groupby(by)["pupils"].sum()
    return pd.concat([long, sums.astype(str).reset_index().assign(**names)])


@pytest.mark.parametrize(
    ("by", "names"),
    [
        (["grade", "year"], {"unit": "north"}),  # with no town of its own
        (["town", "grade", "year"], {"unit": "central"}),  # a row for each town, of one name
        (["unit", "town", "year"], {"grade": "everybody"}),
    ],
)
def test_sums_are_found_by_their_counts_whatever_their_name(long, by, names):
    table = add_sums(long, by, **names)
    if by[0] == "town":
        table["unit"] = table["unit"].where(table["unit"] != "central", table["town"] + " central")
    left, told = leave_out_sums(table, "rolls.csv")
    pd.testing.assert_frame_equal(left, long)
    assert "of other " + ("grades" if "grade" in names else "units") in told[0]


def test_no_unit_of_a_plain_table_is_a_sum(long):
    assert leave_out_sums(long, "rolls.csv")[1] == []


def test_a_unit_that_once_is_not_the_sum_of_the_others_stays(long):
    table = add_sums(long, ["grade", "year"], unit="north")
    table.iloc[-1, table.columns.get_loc("pupils")] = "1"
    assert leave_out_sums(table, "rolls.csv")[1] == []
