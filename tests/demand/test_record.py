"""What a district has on record, trimmed to what a forecast may rest on."""

import pytest

from seatplan.demand.record import choose_record, covered_part
from seatplan.examples import toy_district, toy_standards

from .histories import remember

STANDARDS = toy_standards()


def kept(record):
    """School and grades -> the autumns kept."""
    rows = record.pupils.reset_index()
    return {unit: sorted(part["year"].unique()) for unit, part in rows.groupby("unit")}


def test_three_earlier_years_are_the_fewest():
    # Three autumns to learn from, and one to hold the forecast against.
    assert choose_record(remember(2), STANDARDS) is None
    assert choose_record(remember(3), STANDARDS).years == [2017, 2018, 2019, 2020]


def test_a_stage_without_a_history_is_left_out():
    junior = choose_record(remember(5, drop=lambda row: row.grade in {"g7", "g8", "g9"}), STANDARDS)
    assert junior.grades == ("k1", "k2", "k3", "g1", "g2", "g3", "g4", "g5", "g6")


def test_a_school_that_comes_in_late_is_left_out():
    # A (40 of 90 pupils a grade) is on record from 2018. From 2015 on, B's 300 pupils can be held
    # against three autumns (900); from 2018 on, all 540 against none.
    record = choose_record(
        remember(5, drop=lambda row: row.school == "A" and row.year < 2018), STANDARDS
    )
    assert kept(record)["B"] == list(range(2015, 2021))
    assert "A" not in kept(record)
    part = covered_part(toy_district(), record)
    assert part["g1"] == pytest.approx(50 / 90)
    assert part["k1"] == 1.0


def test_a_school_that_leaves_out_a_year_shortens_the_record_or_goes():
    # Without A's 2012: from 2013 on all 540 pupils can be held against five autumns (2,700), from
    # 2011 on B's 300 against seven (2,100).
    record = choose_record(
        remember(9, drop=lambda row: row.school == "A" and row.year == 2012), STANDARDS
    )
    assert kept(record)["A"] == list(range(2013, 2021))


def test_a_year_that_nobody_has_is_no_gap_of_anybody():
    record = choose_record(remember(5, drop=lambda row: row.year == 2017), STANDARDS)
    assert kept(record)["A"] == [2015, 2016, 2018, 2019, 2020]


def test_a_school_may_be_younger_than_the_record():
    # B opened in 2017 with grade 1; grade 3 followed in 2019, grade 7 (junior entry) in 2017.
    steps = {"g1": 0, "g2": 1, "g3": 2, "g4": 3, "g5": 4, "g6": 5, "g7": 0, "g8": 1, "g9": 2}
    town = remember(
        5, drop=lambda row: row.school == "B" and row.year < min(2017 + steps[row.grade], 2020)
    )
    young = town.schools.assign(
        opened=town.schools["opened"].where(town.schools.index != "B", 2017)
    )
    record = choose_record(town.replace(schools=young), STANDARDS)
    assert record.pupils["B", "g3"].index.tolist() == [2019, 2020]
    assert record.pupils["A", "g3"].index.tolist() == list(range(2015, 2021))
    # B's name is on record from 2017 on, and nothing says that it is younger: B goes.
    assert "g3" not in choose_record(town, STANDARDS).pupils["B"].index.unique("grade")


def test_grades_that_a_school_never_had_on_record_go():
    record = choose_record(remember(5, drop=lambda row: row.grade in {"g4", "g5", "g6"}), STANDARDS)
    assert record.grades == ("k1", "k2", "k3", "g1", "g2", "g3", "g7", "g8", "g9")


def test_a_history_that_ends_before_the_base_year_says_nothing():
    assert choose_record(remember(3, drop=lambda row: row.year > 2017), STANDARDS) is None


def test_a_school_that_stands_no_more_is_kept():
    town = remember(5, closed={"C": (30, [2015, 2016, 2017])})
    record = choose_record(town, STANDARDS)
    assert kept(record)["C"] == [2015, 2016, 2017]
    assert record.pupils.groupby(["grade", "year"]).sum()["g1", 2017] == 120  # 40 + 50 + 30
    assert covered_part(town, record)["g1"] == 1.0
