"""Measures of provision, by hand."""

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
