import dataclasses

import pandas as pd
import pytest

from seatplan.case.case import prepare
from seatplan.demand.agreement import (
    control_forecast,
    district_rolls,
    forecast_demand,
)
from seatplan.demand.cohorts import Forecast, forecast_pupils
from seatplan.demand.credibility import Credit, district_births
from seatplan.demand.roll_forecast import RollForecast, forecast_rolls
from seatplan.demand.rolls import build_rolls
from seatplan.district.district import District
from seatplan.errors import InputError
from seatplan.examples import toy_district, toy_standards

from .histories import remember

YEARS = [2020, 2021, 2022]


def forecast_of(cells):
    """Forecast pupils by block: (block, grade) -> pupils of 2020, 2021, 2022."""
    rows = {
        (block, grade, year): float(pupils)
        for (block, grade), values in cells.items()
        for year, pupils in zip(YEARS, values, strict=True)
    }
    pupils = pd.Series(rows).rename_axis(["block", "grade", "year"])
    return Forecast(pupils, pd.Series(dtype=float), pd.Series(dtype=float), pd.Series(dtype=float))


def rolls_of(cells):
    """Roll forecast of one school on record until 2020: (grade, year) -> pupils."""
    record = pd.DataFrame({"unit": "s", "grade": ["g1", "g2"], "year": 2020, "pupils": [40, 40]})
    rows = {("s", grade, year): float(pupils) for (grade, year), pupils in cells.items()}
    return RollForecast(pd.Series(rows).rename_axis(["unit", "grade", "year"]), build_rolls(record))


BLOCKS = forecast_of({("a", "g1"): [30, 30, 30], ("b", "g1"): [10, 10, 20]})


def test_the_rolls_say_how_many_and_the_blocks_say_where():
    pupils = control_forecast(BLOCKS, rolls_of({("g1", 2021): 50, ("g1", 2022): 100})).pupils
    # 2021: 40 become 50, three quarters of them in a. 2022: 50 become 100.
    assert pupils["a"]["g1"].tolist() == pytest.approx([30, 37.5, 60])
    assert pupils["b"]["g1"].tolist() == pytest.approx([10, 12.5, 40])


def test_years_after_the_rolls_keep_the_last_factor():
    pupils = control_forecast(BLOCKS, rolls_of({("g1", 2021): 50})).pupils
    assert pupils.groupby("year").sum().tolist() == pytest.approx([40, 50, 50 * 1.25])


def test_a_grade_without_rolls_stays_as_it_is():
    forecast = forecast_of({("a", "g1"): [30] * 3, ("a", "k1"): [20] * 3})
    pupils = control_forecast(forecast, rolls_of({("g1", 2021): 60})).pupils
    assert pupils["a"]["k1"].tolist() == [20, 20, 20]


def credit_of(weight, part):
    """Rolls of one school on record until 2020, followed by a weight for each year ahead."""
    grades = pd.Index(["g1"], name="grade")
    return Credit(
        rolls_of({("g1", 2021): 1}).rolls,
        pd.Series([part], index=grades),
        pd.DataFrame([weight], index=grades, columns=range(1, len(weight) + 1)),
    )


def test_the_rolls_are_followed_by_their_weight():
    # Residents say 40 for 2021, the rolls 60. Half the way: 50. The weight of the last year ahead
    # holds on: 2022, 50 against 100, half the way: 75.
    rolls = rolls_of({("g1", 2021): 60, ("g1", 2022): 100})
    pupils = control_forecast(BLOCKS, rolls, credit=credit_of([0.5], part=1.0)).pupils
    assert pupils.groupby("year").sum().tolist() == pytest.approx([40, 50, 75])


def test_pupils_of_schools_without_rolls_follow_the_residents():
    # The rolls cover three quarters of the pupils and say 33; residents 40: 10 + 33 = 43 in 2021.
    pupils = control_forecast(
        BLOCKS, rolls_of({("g1", 2021): 33}), credit=credit_of([1.0], part=0.75)
    ).pupils
    assert pupils.groupby("year").sum()[2021] == pytest.approx(43)


def test_what_a_scenario_adds_is_kept_in_proportion():
    # A tenth more children in the scenario: a tenth more than the rolls' 50.
    scenario = dataclasses.replace(BLOCKS, pupils=BLOCKS.pupils * 1.1)
    rolls = rolls_of({("g1", 2021): 50, ("g1", 2022): 50})
    pupils = control_forecast(scenario, rolls, baseline=BLOCKS).pupils
    assert pupils.xs(2021, level="year").sum() == pytest.approx(55)


def test_the_forecast_given_is_not_changed():
    before = BLOCKS.pupils.copy()
    control_forecast(BLOCKS, rolls_of({("g1", 2021): 50}))
    pd.testing.assert_series_equal(BLOCKS.pupils, before)


def test_pupils_without_a_block_are_refused():
    with pytest.raises(InputError, match="for g1 in 2021"):
        control_forecast(forecast_of({("a", "g1"): [0, 0, 0]}), rolls_of({("g1", 2021): 50}))


def district_of(pupils):
    index = pd.MultiIndex.from_tuples(pupils, names=["school", "grade", "year"])
    rolls = pd.DataFrame({"pupils": list(pupils.values()), "classes": 1}, index=index)
    schools = pd.DataFrame({"township": ["north", "south"]}, index=["A", "B"])
    empty = {field.name: None for field in dataclasses.fields(District)}
    nobody = pd.Series(dtype=int)
    known = {"rolls": rolls, "schools": schools, "code": "1", "outside": nobody}
    return District(**(empty | known))


def test_a_districts_rolls_lie_under_its_townships():
    rolls = district_rolls(district_of({("A", "g1", 2019): 50, ("A", "g1", 2020): 60}))
    assert rolls.parents.loc["A", "township"] == "north"
    assert forecast_rolls(rolls, [2021]).pupils["A", "g1", 2021] > 0


def test_the_toy_town_agrees_with_its_rolls():
    town, standards = toy_district(), toy_standards()
    blocks = forecast_pupils(town, standards)
    births = district_births(town)
    rolls = forecast_rolls(district_rolls(town), town.years[1:], births=births)
    controlled = control_forecast(blocks, rolls).pupils.groupby(["grade", "year"]).sum()
    wanted = rolls.pupils.groupby(["grade", "year"]).sum()
    assert controlled[wanted.index].to_numpy() == pytest.approx(wanted.to_numpy())
    base = controlled.xs(town.base_year, level="year")
    assert base.sum() == pytest.approx(town.rolls["pupils"].sum())


def test_a_district_without_rolls_is_refused():
    with pytest.raises(InputError, match="no rolls on record"):
        district_rolls(district_of({}))


def test_without_a_history_the_blocks_say_it_all():
    district, standards = toy_district(), toy_standards()
    plain = forecast_pupils(district, standards)
    assert forecast_demand(prepare(district, standards)).pupils.equals(plain.pupils)


def test_with_a_history_the_rolls_say_how_many():
    district, standards = remember(4, shrink=2), toy_standards()
    told = forecast_demand(prepare(district, standards)).pupils
    rolls = forecast_rolls(
        district_rolls(district), district.years[1:], births=district_births(district)
    )
    wanted = rolls.pupils.groupby(["grade", "year"]).sum()
    found = told.groupby(["grade", "year"]).sum()[wanted.index]
    assert found.to_numpy() == pytest.approx(wanted.to_numpy())
    # the residents alone would keep 90 in every grade; falling rolls say fewer
    assert (
        told.groupby("year").sum()[2026]
        < forecast_pupils(district, standards).pupils.groupby("year").sum().at[2026]
    )


def test_more_births_act_on_rolls_in_proportion():
    district, standards = remember(4), toy_standards()
    more = district.replace(births=district.births * 1.1)
    plain = forecast_demand(prepare(district, standards)).pupils
    told = forecast_demand(prepare(more, standards), district).pupils
    # a child born from September 2020 on is three in 2024: a tenth more in the small class
    grown = told.groupby(["grade", "year"]).sum() / plain.groupby(["grade", "year"]).sum()
    assert grown["k1", 2024] == pytest.approx(1.1)
    assert grown["g6", 2024] == pytest.approx(1.0)
