"""Small rural schools of the toy town, by hand.

A (six grades of 40) lies in b1; its pupils live in b1 (10 a grade), b2 (10) and b4 (20), and would
go to B: 1,200, 800 and 800 m instead of 0, 400 and 400.
"""

import pytest

import seatplan as sp
from seatplan.errors import InputError
from seatplan.examples import toy_district, toy_standards
from seatplan.findings.rural import RuralRules, read_rural_rules, weigh_rural_schools
from seatplan.views.rural import write_rural

RULES = RuralRules(few=500, low_grades=3, minutes=12, walk_kmh=5, bus_kmh=25, bus_wait=0)


def town(**changes):
    district = toy_district()
    setting = ["rural" if school == "A" else "urban" for school in district.schools.index]
    schools = district.schools.assign(setting=setting, **changes)
    return sp.evaluate(district.replace(schools=schools), toy_standards())


@pytest.fixture(scope="module")
def outcome():
    return town()


def test_closing_tells_who_walks_and_rides_low_grades_apart(outcome):
    row = weigh_rural_schools(outcome, 2022, RULES).table.loc["A", "close"]
    # a thousand metres are twelve minutes on foot, five thousand by bus
    assert (row.low, row.low_foot_before, row.low_foot, row.low_bus, row.low_beyond) == (
        120,
        120,
        90,
        30,
        0,
    )
    assert (row.low_way_before, row.low_way) == pytest.approx((300, 900))
    assert (row.high, row.high_bus) == (120, 30)
    assert row.into == "B 240"
    # B has 300 pupils in 270 seats, its grades of 50 in two classes take 40 more
    assert (row.seats_short, row.classes_saved) == (240, 6)
    assert (row.verdict, row.needs) == ("if", "seats bus")


def test_a_teaching_point_keeps_the_low_grades(outcome):
    row = weigh_rural_schools(outcome, 2022, RULES).table.loc["A", "point"]
    assert (row.low_foot, row.low_bus, row.high_foot, row.high_bus) == (0, 0, 90, 30)
    assert (row["into"], row.seats_short, row.classes_saved) == ("B 120", 120, 3)


def test_low_grades_beyond_the_bus_and_schools_with_many_pupils_may_not_close(outcome):
    late = RULES.model_copy(update={"bus_wait": 12.0})  # the bus takes nobody farther than a walk
    table = weigh_rural_schools(outcome, 2022, late).table
    assert (table.verdict["A", "close"], table.why["A", "close"]) == ("not", "too_far")
    # grades 4 to 6 may board; A's 30 beyond need beds, and B has none on record
    assert (table.verdict["A", "point"], table.beds_short["A", "point"]) == ("if", 30)
    many = RULES.model_copy(update={"few": 200})
    assert set(weigh_rural_schools(outcome, 2022, many).table.why) == {"not_few"}


def test_where_only_a_private_school_is_left_nobody_is_sent_there():
    owners = ["private" if school == "B" else "public" for school in toy_district().schools.index]
    row = weigh_rural_schools(town(ownership=owners), 2022, RULES).table.loc["A", "close"]
    assert "no_school" in row.why
    assert (row["into"], row.seats_short) == ("", 0)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_tells_every_small_school_and_the_procedure(outcome, language):
    page = write_rural(weigh_rural_schools(outcome, 2022, RULES), language)
    assert "27号" in page
    assert page.count(" A |") == 2
    assert "{" not in page
    assert "nan" not in page
    none = weigh_rural_schools(outcome, 2022, RULES.model_copy(update={"few": 1}))
    assert " A |" not in write_rural(none, language)


def test_what_is_wrong_is_told(outcome, tmp_path):
    with pytest.raises(InputError, match="--year 2050: the forecast has 2020 to 2026"):
        weigh_rural_schools(outcome, 2050)
    path = tmp_path / "rural.toml"
    path.write_text("few = 0\n", "utf-8")
    with pytest.raises(InputError) as refused:
        read_rural_rules(path)
    assert "few" in str(refused.value)
    assert "walk_kmh" in str(refused.value)
    assert read_rural_rules().on_foot == 2250
