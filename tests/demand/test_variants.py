from importlib.resources import files

import numpy as np
import pandas as pd
import pytest

from seatplan.demand.cohorts import forecast_pupils
from seatplan.demand.variants import (
    INPUTS,
    Choice,
    apply_choice,
    deal_choices,
    list_variants,
    read_variants,
)
from seatplan.errors import InputError
from seatplan.examples import toy_district, toy_standards

STANDARDS = toy_standards()
ORIGIN = {"chance": 1.0, "provenance": "assumed", "source": "a test", "reason": "a test"}


def choose(**changes):
    """As the district is, but for the inputs named."""
    own = {
        "births": {"column": "medium"},
        "infants": {"factor": 1.0},
        "migration": {"strength": 1.0},
        "take_up": {"reached": 1.0},
        "housing": {"late": 0, "built": 1.0},
    }
    kinds = read_variants()
    return Choice(
        **{
            name: type(getattr(kinds, name)[0])(name="x", **ORIGIN, **changes.get(name, values))
            for name, values in own.items()
        }
    )


def totals(district, choice):
    pupils = forecast_pupils(apply_choice(district, choice), STANDARDS).pupils
    return pupils.groupby(["grade", "year"]).sum()


def test_the_district_as_it_is_stays_as_it_is():
    district = toy_district()
    same = apply_choice(district, choose())
    assert same.births.equals(district.births.astype(float))
    pupils = [forecast_pupils(each, STANDARDS).pupils for each in (district, same)]
    assert pupils[0].to_numpy() == pytest.approx(pupils[1].to_numpy())


def test_a_fall_of_one_year_stays_in_the_years_after():
    # 90 births a year; a fifth fewer from 2021 on. Born in 2020 they are 90 as they were.
    births = {"column": "medium", "from_year": 2021, "change": -0.2}
    district = apply_choice(toy_district(), choose(births=births))
    assert district.births.loc[[2020, 2021, 2022], "medium"].tolist() == [90, 72, 72]


def test_births_that_are_known_do_not_fall():
    # 2020 is the base year, whose births have been counted.
    births = {"column": "medium", "from_year": 2020, "change": -0.2}
    district = apply_choice(toy_district(), choose(births=births))
    assert (
        district.births["medium"].loc[2020:].tolist()
        == toy_district().births["medium"].loc[2020:].tolist()
    )


def test_infants_missed_come_to_the_youngest_grade():
    # Aged 0 in 2020 are 3, of age for k1, in 2023: a tenth more of 90. Nothing before.
    told = totals(toy_district(), choose(infants={"factor": 1.1}))
    first = STANDARDS.grades[0]
    assert told[first, 2023] == pytest.approx(99)
    assert told[first, 2022] == pytest.approx(90)


def test_migration_is_a_power_of_the_cohort_ratios():
    district = toy_district()
    district = district.replace(cohort_ratios=district.cohort_ratios * 1.1)
    # Three years of a tenth more: 90 x 1.331 without a change, 90 without any migration.
    first = STANDARDS.stages[1].entry
    told = totals(district, choose(migration={"strength": 0.0}))
    assert told[first, 2023] == pytest.approx(90)
    twice = totals(district, choose(migration={"strength": 2.0}))
    assert twice[first, 2023] == pytest.approx(90 * 1.1**6)


def test_take_up_reaches_a_part_of_what_is_planned():
    district = toy_district()
    rates = district.take_up.copy()
    stage = STANDARDS.stages[0].code
    index = pd.MultiIndex.from_tuples([(stage, 2020), (stage, 2022)], names=["stage", "year"])
    planned = pd.Series([0.5, 0.7], index=index, name=rates.name)
    district = district.replace(take_up=pd.concat([rates.drop(stage, level="stage"), planned]))
    half = apply_choice(district, choose(take_up={"reached": 0.5})).take_up
    assert half[stage, 2022] == pytest.approx(0.6)
    assert half[stage, 2020] == 0.5
    assert half.index.isin(district.take_up.index).all()


def test_housing_comes_late_or_not_at_all():
    district = toy_district()
    homes = pd.DataFrame(
        {
            "block": [district.blocks.index[0]] * 3,
            "year": [2019, 2021, 2022],
            "dwellings": [50, 100, -20],
            "residents_per_dwelling": 3.0,
            "pupils_per_1000": 200.0,
            "from_outside": 1.0,
        }
    )
    district = district.replace(housing=homes)
    late = apply_choice(district, choose(housing={"late": 2, "built": 0.5})).housing
    # What stands already and what is taken down stay as they are.
    assert late["year"].tolist() == [2019, 2023, 2022]
    assert late["dwellings"].tolist() == [50, 50, -20]


def test_each_variant_is_dealt_as_often_as_its_chance_says():
    variants = read_variants()
    choices = deal_choices(variants, 200, np.random.default_rng(5))
    for name in INPUTS:
        for variant in getattr(variants, name):
            dealt = sum(getattr(choice, name) == variant for choice in choices)
            assert abs(dealt - 200 * variant.chance) <= 1


def test_every_value_says_where_it_comes_from():
    table = list_variants(read_variants())
    assert (table[["provenance", "source", "reason"]] != "").all(axis=None)
    assert set(table["input"]) == {*INPUTS, "places"}


def test_chances_that_do_not_add_up_and_unknown_births_are_refused(tmp_path):
    path = tmp_path / "variants.toml"
    text = files("seatplan.demand").joinpath("variants.toml").read_text("utf-8")
    path.write_text(text.replace("chance = 0.7", "chance = 0.8"), "utf-8")
    with pytest.raises(InputError, match=r"infants that add up to 1, not 1\.1"):
        read_variants(path)
    path.write_text(text.replace("chance = 0.7", "chanse = 0.7"), "utf-8")
    with pytest.raises(InputError, match=r"chanse|chance"):
        read_variants(path)
    with pytest.raises(InputError, match="no column 'lov'"):
        apply_choice(toy_district(), choose(births={"column": "lov"}))
