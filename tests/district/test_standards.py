"""Limits are asked for by what they measure, and a class size by what it is for."""

import math
from dataclasses import replace

import pytest

from seatplan.district.clauses import Standard
from seatplan.district.stages import Grade, Label, Stage
from seatplan.district.standards import Policy, Standards
from seatplan.errors import InputError
from seatplan.examples import toy_standards

NAME = Label("", "")


def hold(code, indicator, limit, **keys):
    keys = {"side": "above", "unit": "", "source": code, "checked": "seen", **keys}
    return Standard(code, NAME, indicator, limit, **keys)


def hold_class(code, limit, **keys):
    return hold(code, "class_size", limit, **keys)


def rules_of(*standards):
    stages = tuple(
        Stage(code, NAME, tuple(Grade(grade, NAME, 6, 6) for grade in grades), "catchment")
        for code, grades in (("primary", ("g1", "g2")), ("junior", ("g7",)))
    )
    return Standards(stages, {}, {}, standards)


def roles_of(*standards):
    return {(item.code, item.since): item.role for item in rules_of(*standards).standards}


def test_the_lowest_class_size_counts_seats_and_the_next_are_large_and_very_large():
    roles = roles_of(
        hold_class("c", {"all": 65}),
        hold_class("a", {"primary": 45, "junior": 50}),
        hold_class("b", {"all": 55}),
        hold_class("d", {"all": 80}),
        hold("e", "walk", {"all": 500}),
    )
    assert roles == {
        ("c", 0): "very_large",
        ("a", 0): "seats",
        ("b", 0): "large",
        ("d", 0): "watched",
        ("e", 0): None,
    }


def test_limits_of_single_stages_count_seats_side_by_side():
    """45 for primary and 50 for junior stand in two tables; 55 is the second of both stages."""
    roles = roles_of(
        hold_class("p", {"primary": 45}),
        hold_class("j", {"junior": 50}),
        hold_class("large", {"all": 55}),
    )
    assert list(roles.values()) == ["seats", "seats", "large"]


def test_a_limit_is_not_taken_for_the_norm_where_it_is_the_only_one_of_a_stage():
    """Large classes are counted in both stages; who says nothing of junior seats has none."""
    rules = rules_of(hold_class("p", {"primary": 45}), hold_class("large", {"all": 55}))
    assert rules.class_limit("g1", 2020) == 45
    with pytest.raises(InputError, match=r"counts the seats of g7 in 2020; want .*role = "):
        rules.class_limit("g7", 2020)


def test_a_role_that_is_said_stands_before_the_order():
    """A target of 40 is only watched beside the norm of 45 when the norm says what it is for."""
    roles = roles_of(
        hold_class("norm", {"all": 45}, role="seats"), hold_class("target", {"all": 40})
    )
    assert roles == {("norm", 0): "seats", ("target", 0): "watched"}
    roles = roles_of(hold_class("norm", {"all": 45}), hold_class("target", {"all": 40}))
    assert roles == {("norm", 0): "large", ("target", 0): "seats"}


def test_the_order_goes_on_above_a_role_that_is_said():
    """45 counts seats, 50 lies before the line of 55 that is said, 65 comes after it."""
    roles = roles_of(
        hold_class("norm", {"all": 45}),
        hold_class("watched", {"all": 50}),
        hold_class("line", {"all": 55}, role="large"),
        hold_class("huge", {"all": 65}),
    )
    assert list(roles.values()) == ["seats", "watched", "large", "very_large"]


def test_a_limit_said_to_be_watched_leaves_the_order_to_the_others():
    roles = roles_of(
        hold_class("target", {"all": 40}, role="watched"),
        hold_class("norm", {"primary": 45, "junior": 50}),
        hold_class("line", {"all": 55}),
    )
    assert list(roles.values()) == ["watched", "seats", "large"]


def test_every_version_of_a_code_has_its_role():
    roles = roles_of(
        hold_class("a", {"all": 60}, since=2025),
        hold_class("a", {"all": 45}, role="seats"),
        hold_class("b", {"all": 55}),
    )
    assert roles == {("a", 2025): "seats", ("a", 0): "seats", ("b", 0): "large"}


def test_a_limit_from_a_later_year_does_not_change_what_the_others_are_for():
    roles = roles_of(
        hold_class("a", {"all": 45}, since=2025),
        hold_class("a", {"all": 50}),
        hold_class("very", {"all": 66}, since=2030),
        hold_class("large", {"all": 55}, since=2022),
    )
    assert roles == {
        ("a", 2025): "seats",
        ("a", 0): "seats",
        ("very", 2030): "very_large",
        ("large", 2022): "large",
    }


@pytest.mark.parametrize("keys", [{"side": "below"}, {"settings": ("rural",)}])
def test_lower_limits_and_those_of_one_setting_have_no_role(keys):
    roles = roles_of(hold_class("a", {"all": 45}), hold_class("few", {"all": 10}, **keys))
    assert roles == {("a", 0): "seats", ("few", 0): "watched"}


def test_limits_are_the_versions_in_force_of_what_is_measured():
    rules = rules_of(
        hold("town-walk", "walk", {"all": 500}),
        hold("town-walk", "walk", {"all": 800}, since=2022),
        hold("size", "school_size", {"all": 2000}),
        hold("small", "school_size", {"all": 100}, side="below"),
    )
    assert [item.limit["all"] for item in rules.limits("walk", 2021)] == [500]
    assert [item.limit["all"] for item in rules.limits("walk", 2022)] == [800]
    assert [item.code for item in rules.limits("school_size", 2020)] == ["size", "small"]
    assert [item.code for item in rules.limits("school_size", 2020, "below")] == ["small"]
    assert rules.limits("seat_gap", 2020) == []


def test_the_strictest_limit_counts_for_the_setting_that_it_holds_in():
    rules = rules_of(
        hold("near", "walk", {"primary": 500, "junior": 1000}, settings=("urban", "town")),
        hold("far", "walk", {"all": 3000}),
    )
    urban = rules.strictest("walk", 2020, "primary", setting="urban")
    rural = rules.strictest("walk", 2020, "primary", setting="rural")
    assert urban is not None
    assert rural is not None
    assert (urban.value, urban.standard.code) == (500, "near")
    assert (rural.value, rural.standard.code) == (3000, "far")
    assert rules.strictest("walk", 2020, "junior") == (1000, rules.standards[0])
    assert rules.strictest("school_size", 2020, "primary") is None


def test_a_key_of_the_setting_comes_after_stage_and_kind():
    rules = rules_of(hold("walk", "walk", {"rural": 3000, "primary": 500, "all": 1000}))
    found = [
        rules.strictest("walk", 2020, stage, setting=setting)
        for stage, setting in (("primary", "rural"), ("junior", "rural"), ("junior", "urban"))
    ]
    assert [limit.value for limit in found if limit] == [500, 3000, 1000]


def test_seats_bind_where_the_limit_that_counts_them_does():
    bound = hold_class("any-name", {"primary": 45, "junior": 50}, binding=("primary",))
    rules = rules_of(bound, hold_class("large", {"all": 55}, binding=("all",)))
    assert rules.binds("primary", 2020)
    assert not rules.binds("junior", 2020)  # the line of large classes seats nobody


def test_codes_are_free_names():
    rules = toy_standards()
    renamed = rules.replace(
        standards=tuple(
            replace(item, code=f"x{at}", role=None) for at, item in enumerate(rules.standards)
        )
    )
    for grade in rules.grades:
        assert renamed.class_limit(grade, 2020) == rules.class_limit(grade, 2020)
        large = renamed.class_standard("large", grade, 2020)
        assert large is not None
        assert (large.value, large.standard.code) == (55, "x1")


@pytest.mark.parametrize("share", [-0.01, math.nan, math.inf])
def test_a_tolerance_without_sense_is_refused(share):
    with pytest.raises(InputError, match=rf"class_tolerance is .* at least 0; got {share:g}"):
        Policy(class_tolerance=share)


@pytest.mark.parametrize("share", [0.0, 1.01, math.nan])
def test_a_share_at_which_no_cohort_can_be_joined_is_refused(share):
    with pytest.raises(InputError, match=rf"join_classes_at is .* at most 1; got {share:g}"):
        Policy(join_classes_at=share)


def test_the_ends_of_both_shares_are_borne():
    assert Policy(class_tolerance=0.0, join_classes_at=1.0).join_classes_at == 1.0


@pytest.mark.parametrize(
    ("ages", "compulsory"),
    [
        ([(6, 6), (11, 11)], True),
        ([(12, 12), (14, 14)], True),
        ([(5, 5), (6, 6)], False),  # a class before school belongs to no compulsory stage
        ([(14, 14), (15, 15)], False),
        ([(6, 14)], False),  # ungraded: no grades 1 to 9
    ],
)
def test_the_ages_say_whether_a_stage_is_compulsory_where_nobody_did(ages, compulsory):
    grades = tuple(Grade(f"g{at}", NAME, *span) for at, span in enumerate(ages))
    assert Stage("stage", NAME, grades, "catchment").compulsory is compulsory
    assert Stage("stage", NAME, grades, "catchment", not compulsory).compulsory is not compulsory
