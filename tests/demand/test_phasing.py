import pandas as pd
import pytest

from seatplan.demand.panel import build_panel
from seatplan.demand.phasing import find_growth
from seatplan.demand.roll_forecast import forecast_rolls
from seatplan.demand.rolls import build_rolls

FULL = [("old", grade, year, 50) for grade in ("K", "1", "2", "3") for year in range(2015, 2021)]


def history(*more):
    return build_rolls(pd.DataFrame([*FULL, *more], columns=["unit", "grade", "year", "pupils"]))


def grown(rolls, horizon=4):
    panel = build_panel(rolls)
    found = find_growth(panel, horizon)[-1]
    names = [panel.grades[grade] for grade in range(len(panel.grades))]
    return {
        (unit, names[grade]): int(found[position, grade].argmax()) + 1
        for position, unit in enumerate(panel.units.labels)
        for grade in range(len(names))
        if found[position, grade].any()
    }


def test_a_school_that_fills_from_below_grows_a_grade_a_year():
    rolls = history(("new", "K", 2019, 60), ("new", "K", 2020, 60), ("new", "1", 2020, 55))
    assert grown(rolls) == {("new", "2"): 1, ("new", "3"): 2}


def test_a_school_that_has_just_opened_grows_as_far_as_others():
    assert grown(history(("new", "K", 2020, 60)), 2) == {("new", "1"): 1, ("new", "2"): 2}


def test_a_school_of_few_grades_that_stays_so_does_not_grow():
    rows = [("small", grade, year, 20) for grade in ("K", "1") for year in range(2015, 2021)]
    assert grown(history(*rows)) == {}


def test_pupils_move_up_into_the_new_grade():
    rolls = history(("new", "K", 2019, 60), ("new", "K", 2020, 60), ("new", "1", 2020, 60))
    pupils = forecast_rolls(rolls, range(2021, 2024)).pupils
    assert pupils["new", "2", 2021] == pytest.approx(60, rel=0.1)
    assert pupils["new", "3", 2022] == pytest.approx(60, rel=0.15)
    assert ("new", "3", 2021) not in pupils.index
