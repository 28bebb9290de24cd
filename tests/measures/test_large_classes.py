"""The share of large classes, on the toy town: 12 primary classes, 6 junior, 6 of kindergarten."""

from dataclasses import replace
from pathlib import Path

import pytest

from seatplan.district.reading import read_district, read_standards
from seatplan.examples import toy_district, toy_outcome, toy_standards
from seatplan.measures.registry import COMPULSORY, OWN
from seatplan.outcome import evaluate

DATA = Path(__file__).parents[2] / "data"


def limit_large(**limits):
    """The toy town's standards with another limit on large classes; without limits, with none."""
    rules = toy_standards()
    kept = [item for item in rules.standards if item.code != "large-class"]
    large = next(item for item in rules.standards if item.code == "large-class")
    more = [replace(large, limit=limits)] if limits else []
    return rules.replace(standards=(*kept, *more))


def test_compulsory_stages_come_first_and_the_others_beside_them():
    share = toy_outcome().measure("large_class_share")
    assert list(share.index.unique("scope")) == [COMPULSORY, OWN, "kindergarten"]


def test_the_share_is_of_all_classes_of_the_scope():
    outcome = evaluate(toy_district(), limit_large(primary=45.0, junior=50.0))
    # B's six primary classes have 50; A's have 40, the six junior ones 45
    assert outcome.measure("class_count")[COMPULSORY, 2020] == 18
    assert outcome.measure("large_classes")[COMPULSORY, 2020] == 6
    assert outcome.measure("large_class_share")[COMPULSORY, 2020] == pytest.approx(6 / 18)


def test_the_districts_own_schools_are_counted_apart():
    district = toy_district()
    run_by = district.schools.run_by.where(district.schools.index != "A", "municipal")
    schools = district.schools.assign(run_by=run_by)
    rules = limit_large(primary=45.0, junior=50.0)
    share = evaluate(district.replace(schools=schools), rules).measure("large_class_share")
    assert share[OWN, 2020] == pytest.approx(6 / 12)  # without the six of A
    assert share[COMPULSORY, 2020] == pytest.approx(6 / 18)


def test_a_scope_with_a_grade_without_a_limit_has_classes_and_no_share():
    outcome = evaluate(toy_district(), limit_large(primary=45.0))
    assert outcome.measure("class_count")[COMPULSORY, 2020] == 18
    assert outcome.measure("large_classes").empty
    assert outcome.measure("large_class_share").empty


def test_a_stage_says_itself_whether_it_is_compulsory():
    rules = toy_standards()
    stages = [replace(stage, compulsory=stage.code == "primary") for stage in rules.stages]
    outcome = evaluate(toy_district(), rules.replace(stages=tuple(stages)))
    scopes = list(outcome.measure("class_count").index.unique("scope"))
    assert scopes == [COMPULSORY, OWN, "kindergarten", "junior"]


def test_without_a_compulsory_stage_each_stage_stands_for_itself():
    rules = toy_standards()
    stages = [replace(stage, compulsory=False) for stage in rules.stages]
    outcome = evaluate(toy_district(), rules.replace(stages=tuple(stages)))
    scopes = list(outcome.measure("class_count").index.unique("scope"))
    assert scopes == ["kindergarten", "primary", "junior"]


def test_litongs_share_in_the_base_year_is_near_that_of_the_plan():
    outcome = evaluate(read_district(DATA), read_standards(DATA / "standards.toml"))
    # the plan says 2.85 % in 2020; the data aim at it and reach 2.79 % (data/FIT.md)
    assert outcome.measure("large_class_share")[COMPULSORY, 2020] == pytest.approx(0.0285, abs=1e-3)
