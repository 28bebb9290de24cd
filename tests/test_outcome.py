"""The whole model: nobody is lost, nothing is changed in place."""

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from seatplan.errors import InputError
from seatplan.examples import toy_district, toy_standards
from seatplan.findings.coverage import diagnose_coverage
from seatplan.outcome import Policy, evaluate
from seatplan.scenarios.interventions import KINDS
from seatplan.scenarios.scenario import BASELINE, Scenario

TOY_STEPS = {
    "new_school": {"school": "N", "name": "新校", "site": "S1", "classrooms": {"primary": 4}},
    "expand": {"school": "A", "classrooms": {"primary": 2}},
    "close": {"school": "A"},
    "merge": {"schools": ["A"], "into": "B"},
    "rezone": {"stage": "primary", "school": "A", "blocks": ["b3"]},
    "school_bus": {"school": "B", "blocks": ["b3", "b5"]},
    "lottery_zone": {"stage": "primary", "schools": ["A", "B"]},
    "convert": {"school": "B", "from_stage": "junior", "to_stage": "primary", "classrooms": 2},
    "set_limit": {"code": "class-size", "limit": {"primary": 40}, "binding": True},
    "set_take_up": {"stage": "kindergarten", "rate": 0.9},
    "housing": {
        "block": "b3",
        "dwellings": 100,
        "residents_per_dwelling": 3,
        "pupils_per_1000": 150,
        "from_outside": 0.5,
    },
    "open_every_grade": None,
}


def plan(kind):
    """A scenario of one step of this kind; opening every grade needs a school that opens."""
    if kind == "open_every_grade":
        opens = {"kind": "new_school", "year": 2023, "source": "test", **TOY_STEPS["new_school"]}
        return [opens, {"kind": kind, "year": 2023, "source": "test", "school": "N"}]
    return [{"kind": kind, "year": 2023, "source": "test", **TOY_STEPS[kind]}]


def scenario(kind):
    steps = []
    for step in plan(kind):
        fields = {key: value for key, value in step.items() if key != "kind"}
        steps.append(KINDS[step["kind"]](**fields))
    return Scenario(kind, interventions=tuple(steps))


@pytest.mark.parametrize("overflow", ["stay", "move"])
@pytest.mark.parametrize("kind", [None, *TOY_STEPS])
def test_pupils_are_conserved(kind, overflow):
    steps = BASELINE if kind is None else scenario(kind)
    outcome = evaluate(toy_district(), toy_standards(), steps, policy=Policy(overflow=overflow))
    keys = ["block", "grade", "year"]
    seated = outcome.assignment.pupils.groupby(keys).sum()
    found = seated.add(outcome.assignment.unplaced, fill_value=0.0)
    wanted = outcome.forecast.pupils
    assert np.allclose(found.reindex(wanted.index, fill_value=0.0), wanted, atol=1e-6)
    assert np.isclose(found.sum(), wanted.sum())
    places = outcome.balance.places.xs("district", level="level")
    whole = outcome.heads.schools.sum() + places.unplaced.sum()
    assert whole == places.residents.sum()


def test_every_kind_of_intervention_is_covered():
    assert set(TOY_STEPS) == set(KINDS)


@pytest.mark.parametrize("kind", TOY_STEPS)
def test_the_district_and_its_standards_stay_as_they_were(kind):
    district, standards = toy_district(), toy_standards()
    evaluate(district, standards, scenario(kind), policy=Policy(overflow="move"))
    for name, now in vars(toy_district()).items():
        then = getattr(district, name)
        if isinstance(now, gpd.GeoDataFrame | pd.DataFrame | pd.Series):
            assert then.equals(now), name
        else:
            assert then == now, name
    assert standards == toy_standards()


def test_nobody_sits_beyond_the_seats_when_pupils_move():
    outcome = evaluate(toy_district(), toy_standards(), policy=Policy(overflow="move"))
    schools = outcome.balance.schools
    later = schools[schools.index.get_level_values("year") > 2020]
    assert (later.pupils <= later.seats).all()


def test_ways_measured_once_serve_every_scenario():
    district, standards = toy_district(), toy_standards()
    today = evaluate(district, standards)
    fresh = evaluate(district, standards, scenario("new_school"))
    again = evaluate(district, standards, scenario("new_school"), costs=today.costs)
    assert again.balance.schools.equals(fresh.balance.schools)


@pytest.mark.parametrize("overflow", ["stay", "move"])
def test_a_stage_that_no_school_teaches_leaves_its_pupils_unplaced(overflow):
    town = toy_district()
    bare = town.replace(
        schools=town.schools.drop("K"),
        classrooms=town.classrooms.drop("K", level="school"),
        rolls=town.rolls.drop("K", level="school"),
    )
    outcome = evaluate(bare, toy_standards(), policy=Policy(overflow=overflow))
    places = outcome.balance.places.loc[("district", town.code, "kindergarten", 2023)]
    assert places[["seats", "pupils", "residents", "unplaced"]].tolist() == [0, 0, 270, 270]
    cure = diagnose_coverage(outcome).cure.loc[("kindergarten", 2023)]
    assert (cure.out_of_reach, cure.build) == (270, 270)


def test_a_district_without_rolls_seats_its_residents():
    town = toy_district()
    outcome = evaluate(town.replace(rolls=town.rolls.iloc[:0]), toy_standards())
    # 90 children of each age, six grades; every block is zoned
    assert outcome.balance.places.pupils[("district", town.code, "primary", 2020)] == 540


def test_a_class_limit_that_comes_into_force_too_late_is_told():
    rules = toy_standards()
    late = tuple(replace(item, since=2022) for item in rules.standards)
    with pytest.raises(
        InputError, match="no limit on class_size counts the seats of k1 in 2020; want"
    ):
        evaluate(toy_district(), rules.replace(standards=late))
