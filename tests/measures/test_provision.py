"""Measures of provision, by hand."""

from dataclasses import replace

import pytest

from seatplan.examples import toy_district, toy_outcome, toy_standards
from seatplan.outcome import evaluate


def test_every_resident_of_the_toy_town_attends():
    share = toy_outcome().measure("gross_enrolment")
    assert share.to_numpy() == pytest.approx(1)


def test_shares_of_owners_count_pupils():
    district = toy_district()
    schools = district.schools.assign(ownership=["public", "inclusive", "private"])
    outcome = evaluate(district.replace(schools=schools), toy_standards())
    attend = outcome.measure("pupils").xs(2020, level="year")
    assert list(schools.index) == ["A", "B", "K"]
    whole = attend["A", "primary"] + attend["B", "primary"]
    public = outcome.measure("public_share")
    assert public["primary", 2020] == attend["A", "primary"] / whole
    assert public["junior", 2020] == 0
    covered = outcome.measure("inclusive_coverage")
    assert covered["primary", 2020] == 1  # A is public, B inclusive
    assert covered["kindergarten", 2020] == 0


def test_classes_within_the_limit():
    # primary: six classes of 40 and six of 50, limit 45; kindergarten: K's six of 45
    share = toy_outcome().measure("class_compliance")
    assert share["primary", 2020] == 0.5
    assert share["junior", 2020] == 1
    assert share["kindergarten", 2020] == 0


def test_seated_nearby_is_what_the_catchments_hold():
    nearby = toy_outcome().measure("seated_nearby")
    assert nearby["primary", 2020] == pytest.approx(1 - 30 / 540)
    assert nearby.between(0, 1).all()


def test_seats_for_every_thousand_residents():
    seats = toy_outcome().measure("seats_per_1000")
    assert seats["primary", 2020] == pytest.approx(1000 * 540 / 7200)
    district = toy_district()
    homes = district.housing.copy()
    homes.loc[0] = ["b1", 2022, 1000, 3.0, 0.0, 0.5]
    more = evaluate(district.replace(housing=homes), toy_standards()).measure("seats_per_1000")
    assert more["primary", 2021] == seats["primary", 2021]
    assert more["primary", 2022] == pytest.approx(1000 * 540 / (7200 + 1500))  # half are new


def test_schools_within_the_school_size():
    # A has 240 pupils, B 570, K 270
    rules = toy_standards()
    sizes = [
        replace(item, limit={"all": 300.0}) if item.code == "school-size" else item
        for item in rules.standards
    ]
    share = evaluate(toy_district(), rules.replace(standards=tuple(sizes))).measure(
        "school_size_compliance"
    )
    assert share["primary", 2020] == 0.5
    assert share["junior", 2020] == 0
    assert share["kindergarten", 2020] == 1
    assert share.between(0, 1).all()


def test_shares_of_provision_are_shares_and_inclusive_covers_public():
    district = toy_district()
    schools = district.schools.assign(ownership=["public", "inclusive", "private"])
    outcome = evaluate(district.replace(schools=schools), toy_standards())
    public, covered = outcome.measure("public_share"), outcome.measure("inclusive_coverage")
    assert public.between(0, 1).all()
    assert covered.between(0, 1).all()
    assert (covered >= public).all()
    assert outcome.measure("class_compliance").between(0, 1).all()


def test_twice_the_seats_are_twice_the_seats_for_each_thousand():
    district, rules = toy_district(), toy_standards()
    once = evaluate(district, rules).measure("seats_per_1000")
    twice = evaluate(district.replace(classrooms=2 * district.classrooms), rules).measure(
        "seats_per_1000"
    )
    assert twice.to_numpy() == pytest.approx(2 * once.to_numpy())


def test_residents_who_do_not_come_are_not_enrolled():
    # take-up of half the residents of every age is half the enrolment
    district = toy_district()
    half = district.residents.copy()
    half[list(range(20))] = 2 * half[list(range(20))]
    more = evaluate(district.replace(residents=half), toy_standards())
    assert more.measure("gross_enrolment")["primary", 2020] == pytest.approx(0.5)
