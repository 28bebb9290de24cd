"""Each rule, by hand."""

import pytest

from seatplan.audit.checks import RULES
from seatplan.audit.promises import NumberEntry
from seatplan.district.declarations import Name


def number(value, unit="seats", *, bound="exact", year=2025):
    name = Name(zh="数", en="number")
    return NumberEntry(
        key=f"n{value}", name=name, value=value, bound=bound, unit=unit, year=year, clause="1"
    )


def hold(rule, **parts):
    numbers = {
        part: tuple(value if isinstance(value, list) else [value]) for part, value in parts.items()
    }
    return RULES[rule].hold(numbers)


def test_one_thing_bears_one_number():
    assert hold("same", numbers=[number(95.0), number(95.0)]).holds
    held = hold("same", numbers=[number(97.4), number(96.81)])
    assert not held.holds
    assert held.figures == {"least": 96.81, "most": 97.4}


def test_one_figure_is_of_one_year():
    assert not hold("dates", numbers=[number(94.24, year=2019), number(94.24, year=2020)]).holds
    assert hold("dates", numbers=[number(94.24), number(94.24)]).holds


def test_a_whole_is_the_sum_of_its_parts():
    kinds = [number(value) for value in (61.0, 48.0, 8.0, 7.0, 3.0, 1.0)]
    assert hold("parts", whole=number(128.0), parts=kinds).holds
    assert hold("parts", whole=number(129.0), parts=kinds).figures["found"] == 128


def test_seats_are_schools_times_classes_times_pupils():
    factors = [number(value) for value in (4.0, 36.0, 45.0)]
    assert hold("product", whole=number(6480.0), factors=factors).holds
    assert not hold("product", whole=number(6500.0), factors=factors).holds


def test_a_target_does_not_lie_below_its_start():
    assert hold("course", start=number(93.91), target=number(95.0)).holds
    assert hold("course", start=number(95.0), target=number(95.0)).holds
    assert not hold("course", start=number(87.0), target=number(85.0)).holds


@pytest.mark.parametrize(("count", "each"), [(4.0, 450.0), (5.0, 360.0)])
def test_each_school_stays_within_the_limit(count, each):
    held = hold("each", factors=[number(1800.0)], count=number(count), limit=number(360.0))
    assert held.figures["each"] == each
    assert held.holds is (each <= 360)


def test_a_share_is_a_factor_of_a_hundredth():
    children, share = number(12258.0), number(52.79, "percent")
    held = hold("each", factors=[children, share], count=number(10.0), limit=number(360.0))
    assert held.figures["each"] == pytest.approx(647.1, abs=0.05)


def test_nearly_is_nine_tenths_of_what_is_promised():
    nearly = number(10_000.0, bound="nearly")
    assert hold("placed", promised=nearly, placed=[number(9_000.0)]).holds
    held = hold("placed", promised=nearly, placed=[number(6_480.0)])
    assert not held.holds
    assert held.figures["without"] == 3_520
    assert not hold("placed", promised=number(3_000.0), placed=[number(2_999.0)]).holds


def test_a_share_of_a_cohort_stays_within_a_hundred():
    assert not hold("share", numbers=[number(105.3), number(97.0)]).holds
    assert hold("share", numbers=[number(100.0), number(0.0)]).holds


def test_what_is_removed_and_two_shares_imply_a_base():
    removed, before, after = number(188.0), number(17.6), number(2.85)
    held = hold("base", removed=removed, before=before, after=after)
    assert held.figures["base"] == pytest.approx(188 / 0.1475)


def test_what_is_rounded_or_bound_is_held_as_such():
    share = number(52.79, "percent")
    # 12,258 x 52.79 % = 6,470.998: the plan's 6,471 is its product, 6,500 is not
    assert hold("product", whole=number(6471.0, "pupils"), factors=[number(12258.0), share]).holds
    assert not hold(
        "product", whole=number(6500.0, "pupils"), factors=[number(12258.0), share]
    ).holds
    thirds = [number(33.3, "percent")] * 3
    assert hold("parts", whole=number(100.0, "percent"), parts=thirds).holds
    assert not hold("parts", whole=number(100.0, "percent"), parts=thirds[:2]).holds
    most = number(2700.0, bound="at_least")
    assert hold("product", whole=most, factors=[number(8.0), number(12.0), number(30.0)]).holds
    assert not hold("product", whole=most, factors=[number(7.0), number(12.0), number(30.0)]).holds
    assert hold("same", numbers=[share, number(52.8, "percent")]).holds
    assert hold("same", numbers=[number(10_000.0, bound="nearly"), number(9_600.0)]).holds
    assert not hold("same", numbers=[number(10_000.0, bound="nearly"), number(6_480.0)]).holds


def test_a_ceiling_is_lowered_and_not_raised():
    start, lower = number(17.6, "percent"), number(5.0, "percent", bound="at_most")
    assert hold("course", start=start, target=lower).holds
    assert not hold("course", start=number(2.85, "percent"), target=lower).holds


def test_each_has_no_less_than_a_floor():
    ground = number(3.0, "seats", bound="at_least")
    parts = {"factors": [number(90.0)], "limit": ground}
    assert hold("each", count=number(30.0), **parts).holds
    assert not hold("each", count=number(40.0), **parts).holds


def test_a_share_and_what_stands_beside_it_fit_into_the_whole():
    counts = [number(3.0), number(5.0), number(10.0)]
    whole = [number(61.0), number(5.0)]
    held = hold("within", share=number(80.0, "percent"), counts=counts, whole=whole)
    assert held.figures == pytest.approx({"found": 70.8, "whole": 66})  # 52.8 + 18
    assert not held.holds
    assert hold("within", share=number(70.0, "percent"), counts=counts, whole=whole).holds
