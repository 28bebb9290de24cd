from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from seatplan.demand.panel import build_panel
from seatplan.demand.roll_forecast import (
    _fill_last,
    _forecast_levels,
    forecast_panel,
    forecast_rolls,
)
from seatplan.demand.rolls import build_feeders, build_rolls
from seatplan.errors import InputError


def test_a_steady_town_stays_as_it_is(steady):
    forecast = forecast_rolls(steady, [2020, 2021, 2022])
    assert forecast.pupils.to_numpy() == pytest.approx(100, abs=0.5)
    assert len(forecast.pupils) == 2 * 4 * 3


def test_years_may_be_left_out(steady):
    forecast = forecast_rolls(steady, [2022])
    assert forecast.pupils.index.unique("year").tolist() == [2022]


def test_a_big_cohort_moves_up():
    # 200 instead of 100 in grade 1 of 2017; nothing else ever changed.
    rows = [
        (unit, grade, year, 200 if unit == "a" and year - 2017 == int(grade) - 1 else 100)
        for unit in "ab"
        for grade in ("1", "2", "3", "4")
        for year in range(2010, 2018)
    ]
    rolls = build_rolls(pd.DataFrame(rows, columns=["unit", "grade", "year", "pupils"]))
    pupils = forecast_rolls(rolls, [2018, 2019]).pupils
    assert pupils["a", "2", 2018] == pytest.approx(200, rel=0.12)
    assert pupils["a", "3", 2019] == pytest.approx(200, rel=0.12)


def test_nothing_later_than_the_origin_is_seen(noisy):
    panel = build_panel(noisy)
    changed = build_panel(noisy)
    changed.units.pupils[..., 7:] *= 3
    early, other = (forecast_panel(item.until(6), 3)[-1] for item in (panel, changed))
    np.testing.assert_array_equal(early, other)


def test_a_grade_that_is_not_taught_has_no_forecast(noisy):
    pupils = noisy.pupils.drop(index=[("s00", "g6", 2019)])
    rolls = build_rolls(pupils.reset_index().merge(noisy.parents.reset_index(), on="unit"))
    assert ("s00", "g6", 2020) not in forecast_rolls(rolls, [2020]).pupils.index


def test_totals_add_up(noisy):
    forecast = forecast_rolls(noisy, [2020, 2024])
    assert forecast.total("all").to_numpy() == pytest.approx(
        forecast.total("town").groupby("year").sum().to_numpy()
    )
    assert forecast.total().sum() == pytest.approx(forecast.pupils.sum())


def test_a_school_entered_in_the_middle_is_not_fed_by_its_few(steady):
    # A vocational school: 15 pupils of grade 1, 600 enter in grade 2.
    rows = [("v", "t", grade, year, 15 if grade == "1" else 600)
            for grade in ("1", "2", "3") for year in range(2012, 2020)]  # fmt: skip
    table = steady.pupils.reset_index().assign(town="t")
    rolls = build_rolls(
        pd.concat([table, pd.DataFrame(rows, columns=["unit", "town", "grade", "year", "pupils"])])
    )
    pupils = forecast_rolls(rolls, range(2020, 2024)).pupils
    assert pupils["v", "2", 2023] == pytest.approx(600, rel=0.05)


def test_leavers_of_a_feeder_school_enter_with_their_number():
    # Primary p sends everyone to junior j, q to k; p's last cohort but two doubled in 2017.
    def cells(unit, grades, doubled):
        return [
            (unit, grade, year, 200 if doubled and year - grade == 2012 else 100)
            for grade in grades
            for year in range(2010, 2019)
        ]

    rows = [
        *cells("p", (4, 5, 6), True), *cells("q", (4, 5, 6), False),
        *cells("j", (7, 8, 9), False), *cells("k", (7, 8, 9), False),
    ]  # fmt: skip
    table = pd.DataFrame(rows, columns=["unit", "grade", "year", "pupils"]).astype({"grade": str})
    feeders = build_feeders(pd.DataFrame({"unit": ["j", "k"], "feeder": ["p", "q"]}))
    rolls = build_rolls(table)
    without = forecast_rolls(rolls, [2019]).pupils
    pupils = forecast_rolls(replace(rolls, feeders=feeders), [2019]).pupils
    # The 300 leavers of 2018 are shared alike where nobody knows who goes where.
    assert without["j", "7", 2019] == pytest.approx(without["k", "7", 2019])
    # With feeders the 200 of p enter j, but for the weight that the shares keep.
    assert pupils["j", "7", 2019] > 1.5 * pupils["k", "7", 2019]


def test_falling_births_reach_the_entry_grade(steady):
    births = pd.DataFrame({"year": range(2005, 2018), "births": [400.0] * 10 + [200.0] * 3})
    expected = forecast_rolls(steady, range(2020, 2023), births=births, cutoff_month=12).pupils
    # K enters at 5: births of 2015 to 2017, half of those before.
    assert expected.xs("K", level="grade").to_numpy() == pytest.approx(50, abs=1)
    assert expected["a", "1", 2020] == pytest.approx(100, abs=1)


def test_births_of_another_town_are_refused(steady):
    births = pd.DataFrame({"village": "v", "year": [2015], "births": [1.0]})
    with pytest.raises(InputError, match="name no level"):
        forecast_rolls(steady, [2020], births=births)


def test_a_year_on_record_is_refused(steady):
    with pytest.raises(InputError, match="2019 is not after 2019"):
        forecast_rolls(steady, [2019, 2020])


@pytest.mark.parametrize("years", [1, 2, 3])
def test_short_histories_still_give_a_forecast(noisy, years):
    forecast = forecast_rolls(noisy.until(2009 + years), [2015])
    assert forecast.pupils.between(20, 120).all()


def test_a_gap_of_the_last_year_is_what_the_years_before_foresee(noisy):
    panel = build_panel(noisy)
    raw = panel.raw.copy()
    raw[3, 2, -1] = np.nan  # a middle grade of one unit
    blank = replace(panel, raw=raw).until(len(panel.years) - 1)
    filled = _fill_last(blank)
    assert _fill_last(panel) is panel
    foreseen = _forecast_levels(blank.until(len(panel.years) - 2), 1)[-1][3, 2, 0]
    assert filled.units.pupils[3, 2, -1] == pytest.approx(foreseen)
    whole = np.nansum(filled.units.pupils[:, 2, -1])
    assert filled.levels[0].pupils[0, 2, -1] == pytest.approx(whole)
