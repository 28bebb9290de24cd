"""Births: what they are known of, and where they tell nothing."""

import numpy as np
import pandas as pd
import pytest

from seatplan.demand.births import Births, describe_births, place_births, read_births
from seatplan.demand.roll_forecast import forecast_rolls
from seatplan.demand.rolls import build_rolls
from seatplan.errors import InputError

YEARS = range(2014, 2020)


def know(*years, towns=("east",)):
    rows = [(year, 90.0, town) for year in years for town in towns]
    levels = {"all": pd.Index(["all"]), "town": pd.Index(["east", "west"])}
    table = pd.DataFrame(rows, columns=["year", "births", "town"])
    return place_births(table, levels, {5: 1.0})


def describe(births: Births):
    return describe_births(births, YEARS)


def test_births_say_whose_entry_they_are_known_of():
    told = describe(know(*range(2008, 2018), towns=("east", "west")))
    assert told == [
        "births: known of those who enter in 2014 to 2022; later cohorts are taken to be as large "
        "as the last"
    ]


def test_places_that_only_one_of_the_two_has_are_told():
    told = describe(know(*range(2009, 2016), towns=("east", "north", "合计")))
    assert told[:2] == [
        "births of north are left out, for the rolls have no such place",
        "births: none of west; the rolls alone say who enters there",
    ]


@pytest.mark.parametrize(("years", "autumns"), [(range(1975, 1990), 0), ([2010], 1)])
def test_births_of_too_few_entrants_on_record_are_left_out_and_it_is_said(years, autumns):
    assert f"are of the entrants of {autumns} autumn" in describe(know(*years))[-1]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("year,births\n", "is empty but for its heading"),
        ("year,births\n2015,\n", "no births on record"),
        ("year,births\n2015,0\n2016,0\n", "no births on record"),
        ("year,births\n2015,-1\n", "births -1"),
        ("year,heads\n2015,9\n", "column births is missing"),
    ],
)
def test_a_file_without_births_is_one_sentence(tmp_path, text, told):
    (tmp_path / "births.csv").write_text(text)
    with pytest.raises(InputError, match=told):
        read_births(tmp_path / "births.csv")


def test_births_are_read_as_offices_write_them(tmp_path):
    (tmp_path / "births.csv").write_text('年份,出生人口（人）\n2015,"1,410"\n2016,—\n', "utf-8")
    assert read_births(tmp_path / "births.csv")["births"].tolist() == [1410]


def test_births_that_tell_nothing_change_nothing():
    rows = [
        ("a", grade, 2010 + year, 100 - 3 * year + 5 * place)
        for year in range(8)
        for place, grade in enumerate("K12")
    ]
    rolls = build_rolls(pd.DataFrame(rows, columns=["unit", "grade", "year", "pupils"]))
    old = pd.DataFrame({"year": range(1980, 1990), "births": 100.0})
    plain, told = (forecast_rolls(rolls, [2018, 2019], births=each) for each in (None, old))
    assert np.array_equal(plain.pupils, told.pupils)
