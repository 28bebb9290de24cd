import numpy as np
import pandas as pd
import pytest

from seatplan.demand.roll_files import find_sums, leave_out_totals, read_counts, tell_odd


@pytest.mark.parametrize(
    ("cell", "count", "below"),
    [
        ("1,410", 1410, np.nan),
        ("47人", 47, np.nan),
        ("-", np.nan, np.nan),
        ("n/a", np.nan, np.nan),
        ("<10", np.nan, 10),
        ("≤ 9", np.nan, 10),
        ("不足10人", np.nan, 10),
        ("9人以下", np.nan, 10),
        ("1-9", np.nan, 10),
        ("fewer than 5", np.nan, 5),
        ("*", np.nan, 12),  # below 12, the least number told
    ],
)
def test_a_cell_is_read_as_offices_write_it(cell, count, below):
    counts, limits, _ = read_counts(pd.Series(["12", cell]), "rolls.csv")
    np.testing.assert_equal([counts[1], limits[1]], [count, below])


def test_what_was_read_as_untold_or_empty_is_said():
    _, _, told = read_counts(pd.Series(["12", "*", "*", "-"]), "rolls.csv")
    assert told == [
        "rolls.csv: 1 cell of '-' read as empty",
        "rolls.csv: 2 cells of '*' read as below 12, the least number told; write <10 where "
        "the limit is another",
    ]


def test_a_word_stays_and_can_be_named():
    counts, _, _ = read_counts(pd.Series(["12", "many"]), "rolls.csv")
    assert counts.tolist() == [12, "many"]


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


def test_a_unit_that_is_the_sum_of_the_others_is_found():
    index = pd.MultiIndex.from_product(
        [["a", "b", "county"], ["K", "1"], [2018, 2019, 2020]], names=["unit", "grade", "year"]
    )
    pupils = pd.Series([*range(10, 16), *range(20, 26), *range(30, 42, 2)], index, dtype=float)
    assert find_sums(pupils) == ["county"]
    pupils["county", "K", 2018] += 1
    assert find_sums(pupils) == []


def test_years_without_counts_and_units_that_change_place_are_told():
    rows = [("a", town, "K", year, 9) for town, year in (("x", 2015), ("y", 2017))]
    table = pd.DataFrame(rows, columns=["unit", "town", "grade", "year", "pupils"])
    assert tell_odd(table, ["town"], "rolls.csv") == [
        "rolls.csv: no counts of 2016; they are filled from the years on both sides",
        "rolls.csv: town of a changes; the latest is taken",
    ]
