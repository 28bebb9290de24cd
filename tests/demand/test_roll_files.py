import numpy as np
import pandas as pd
import pytest

from seatplan.demand.roll_files import choose_parts, read_counts, tell_odd


@pytest.mark.parametrize(
    ("cell", "count", "below"),
    [
        ("1,410", 1410, np.nan),
        ("47人", 47, np.nan),
        ("-", np.nan, np.nan),
        ("－", np.nan, np.nan),  # as wide as a Chinese sign
        ("４７", 47, np.nan),
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


def test_years_without_counts_and_units_that_change_place_are_told():
    rows = [("a", town, "K", year, 9) for town, year in (("x", 2015), ("y", 2017))]
    table = pd.DataFrame(rows, columns=["unit", "town", "grade", "year", "pupils"])
    assert tell_odd(table, ["town"], "rolls.csv") == [
        "rolls.csv: no counts of 2016; they are filled from the years on both sides",
        "rolls.csv: town of a changes; the latest is taken",
    ]


def test_a_year_without_counts_at_the_end_of_a_record_is_told():
    rows = [("a", "K", 2019, 9.0), ("a", "K", 2020, None)]
    table = pd.DataFrame(rows, columns=["unit", "grade", "year", "pupils"])
    told = tell_odd(table, [], "rolls.csv")
    assert told == ["rolls.csv: no counts of 2020; the record is that of 2019 to 2019"]


@pytest.mark.parametrize(
    ("columns", "cells"),
    [
        (["K|男", "K|女", "K|小计"], ["4", "5", "9"]),
        (["K|boys", "K|girls"], ["4", "5"]),
        (["K|班数", "K|人数"], ["1", "9"]),
    ],
)
def test_all_pupils_are_read_of_the_parts_below_a_grade(columns, cells):
    table = pd.DataFrame([["a", "2019", *cells]], columns=["unit", "year", *columns])
    read, told = choose_parts(table, "rolls.csv")
    assert (list(read), float(read["K"].iloc[0])) == (["unit", "year", "K"], 9)
    assert "all pupils are read of them" in told[0]
