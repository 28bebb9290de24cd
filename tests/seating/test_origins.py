"""The pupils on record get a home, and every roll is met."""

import numpy as np

from seatplan.case.case import prepare
from seatplan.demand.cohorts import forecast_pupils
from seatplan.examples import PER_AGE, toy_district, toy_standards
from seatplan.seating.origins import fit_origins


def fit(district):
    case = prepare(district, toy_standards())
    return fit_origins(case, forecast_pupils(case.district, case.rules))


def test_a_roll_that_fits_its_catchment_is_filled_from_it():
    pupils = fit(toy_district()).pupils.xs("g1", level="grade")
    assert pupils["b1", "A"] == PER_AGE["b1"]
    assert pupils["b6", "B"] == PER_AGE["b6"]
    assert len(pupils) == 6  # nobody crosses a boundary


def test_every_roll_is_met_and_every_pupil_has_one_home():
    district = toy_district()
    rolls = district.rolls.copy()
    rolls.loc[("A", "g1", 2020), "pupils"] = 55  # 15 more than live in its catchment
    rolls.loc[("B", "g1", 2020), "pupils"] = 35
    pupils = fit(district.replace(rolls=rolls)).pupils.xs("g1", level="grade")
    assert np.isclose(pupils.groupby("school").sum()["A"], 55)
    assert pupils.groupby("block").sum().round(6).to_dict() == PER_AGE
    # the 15 come from b3 and b5, for whom A is 400 m farther than B; for b6 it is 1,200 m
    outside = pupils.xs("A", level="school").reindex(["b3", "b5", "b6"], fill_value=0.0)
    assert np.isclose(outside[["b3", "b5"]].sum(), 15)
    assert outside["b6"] == 0


def test_a_catchment_is_filled_from_itself_though_others_live_nearer():
    # A stands in b1, and b1 and b2 are zoned to B: A's twenty come from b4, 400 m away
    district = toy_district()
    catchments = district.catchments.copy()
    catchments.loc[[("b1", "primary", 2020), ("b2", "primary", 2020)]] = "B"
    rolls = district.rolls.copy()
    rolls.loc[("A", "g1", 2020), "pupils"] = 20
    rolls.loc[("B", "g1", 2020), "pupils"] = 70
    pupils = fit(district.replace(rolls=rolls, catchments=catchments)).pupils
    at_a = pupils.xs(("A", "g1"), level=("school", "grade"))
    assert at_a.round(6).to_dict() == {"b4": 20}
