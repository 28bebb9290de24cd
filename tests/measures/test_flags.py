"""Each breach once a year, with its limit, its clause and its first year."""

from dataclasses import replace

import pandas as pd
import pytest

from seatplan.examples import toy_district, toy_outcome, toy_standards
from seatplan.measures.flags import find_digits, raise_flags, round_flags
from seatplan.outcome import evaluate


def breaches(outcome, code, year):
    table = outcome.flags.table
    return table[(table.code == code) & (table.year == year)].set_index(["school", "stage"])


def test_a_class_over_its_limit_is_flagged_with_the_worst_grade():
    flags = breaches(toy_outcome(), "class-size", 2020)
    # B sits 50 in one class of each grade, limit 45; K sits 45 where 25, 30 and 35 are the limits
    assert flags.value["B", "primary"] == 50
    assert flags.limit["B", "primary"] == 45
    assert flags.grade["K", "kindergarten"] == "k1"
    assert ("A", "primary") not in flags.index
    assert ("B", "junior") not in flags.index  # 45 of 50


def test_a_flag_knows_its_first_year_and_its_clause():
    flags = toy_outcome().flags.table
    assert set(flags[flags.code == "roll-over-seats"].first_year) == {2020}
    assert set(flags.source) == {"toy town"}


def test_a_flag_that_appears_later_says_so():
    district = toy_district()
    ratios = district.cohort_ratios.copy()
    ratios[5] = 1.5  # half as many again come at six, from 2021 on: 60 a grade at A
    outcome = evaluate(district.replace(cohort_ratios=ratios), toy_standards())
    flags = outcome.flags.table
    # A: 240 + 20 in 2021, + 20 more each year; 270 seats are passed in 2022 with 280
    gap = flags[(flags.code == "roll-over-seats") & (flags.school == "A")].set_index("year")
    assert list(gap.index) == [2022, 2023, 2024, 2025, 2026]
    assert gap.value[2022] == 10
    assert set(gap.first_year) == {2022}


def flag(outcome, **changes):
    """The flags of an outcome under other rules, or in a district described otherwise."""
    return raise_flags(replace(outcome, case=replace(outcome.case, **changes)))


def test_a_limit_on_some_settings_leaves_the_others_alone():
    standards = toy_standards()
    small = replace(
        standards.standards[0],
        code="small",
        indicator="school_size",
        limit={"all": 1000.0},
        side="below",
        settings=("rural",),
    )
    outcome = toy_outcome()
    rules = standards.replace(standards=(small,))
    assert flag(outcome, rules=rules).table.empty
    schools = outcome.district.schools.copy()
    schools.loc["A", "setting"] = "rural"
    district = outcome.district.replace(schools=schools)
    flags = flag(outcome, rules=rules, district=district).table
    assert set(flags.school) == {"A"}
    assert set(flags.stage) == {""}  # a measure of the whole school


def test_a_newer_version_of_a_limit_takes_over_in_its_year():
    standards = toy_standards()
    size = standards.standards[0]
    newer = replace(size, limit={**size.limit, "primary": 35.0}, since=2023)
    rules = standards.replace(standards=(*standards.standards, newer))
    outcome = evaluate(toy_district(), rules)
    primary = outcome.flags.table.query("code == 'class-size' and stage == 'primary'")
    assert set(primary[primary.year == 2022].school) == {"B"}
    assert set(primary[primary.year == 2023].school) == {"A", "B"}
    assert set(primary[primary.year == 2023].limit) == {35}


def test_no_rounded_flag_stands_on_its_limit():
    rules = toy_standards()
    share = replace(rules.standards[0], code="far", indicator="beyond_radius")
    rules = rules.replace(standards=(*rules.standards, share))
    rows = [("far", 0.843, 0.8), ("far", 0.80004, 0.8), ("class-size", 45.04, 45.0)]
    table = pd.DataFrame([*rows, ("class-size", 46.24, 45.0)], columns=["code", "value", "limit"])
    # a share to a thousandth, a figure to a tenth, each finer where that would be the limit
    assert round_flags(table, rules).tolist() == [0.843, 0.80004, 45.04, 46.2]


@pytest.mark.parametrize("beyond", [2e-6, 1e-4, 0.004, 0.04, 0.3, 7.0])
@pytest.mark.parametrize("limit", [0.0, 0.5, 0.85, 4.5, 45.0, 2000.0])
def test_a_value_beyond_its_limit_is_written_differently(limit, beyond):
    for value in (limit - beyond, limit + beyond):
        digits = find_digits(value, limit)
        assert f"{value:.{digits}f}" != f"{limit:.{digits}f}"
        assert digits == 0 or round(value, digits - 1) == round(limit, digits - 1)
