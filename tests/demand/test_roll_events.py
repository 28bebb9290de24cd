import pandas as pd
import pytest

from seatplan.demand.roll_events import find_events
from seatplan.demand.rolls import build_rolls

YEARS = range(2010, 2020)


def events_of(*cells):
    """Events of (unit, grade, {year: pupils}); every unit lies in one town."""
    rows = [
        (unit, "t", grade, year, pupils)
        for unit, grade, values in cells
        for year, pupils in values.items()
    ]
    rolls = build_rolls(pd.DataFrame(rows, columns=["unit", "town", "grade", "year", "pupils"]))
    return find_events(rolls)


def kept(pupils, years=YEARS):
    return dict.fromkeys(years, pupils)


OTHER = [("z", grade, kept(100)) for grade in ("1", "2", "3")]


def test_steady_rolls_have_no_events(steady):
    assert find_events(steady).empty


def test_an_opening_and_a_closure_are_dated():
    events = events_of(
        *OTHER, ("new", "1", kept(30, range(2015, 2020))), ("old", "1", kept(40, range(2010, 2014)))
    )
    assert events.to_numpy().tolist() == [
        ["new", 2015, "opening", "1", 30, ""],
        ["old", 2014, "closure", "1", -40, ""],
    ]


def test_grades_are_phased_in_and_out():
    events = events_of(
        *OTHER,
        ("a", "1", kept(30)),
        ("a", "2", kept(30, range(2014, 2020))),
        ("a", "3", kept(30, range(2010, 2017))),
    )
    assert events[["year", "kind", "grades"]].to_numpy().tolist() == [
        [2014, "phase_in", "2"],
        [2017, "phase_out", "3"],
    ]


def test_a_gap_is_not_a_closure():
    events = events_of(
        *OTHER, ("a", "1", kept(30, [2010, 2011, 2014, 2015, 2016, 2017, 2018, 2019]))
    )
    assert events[["year", "kind"]].to_numpy().tolist() == [[2012, "gap"]]


def moved(unit, change):
    """Three grades of 100; from 2015 on so many more or fewer in each."""
    values = kept(100) | kept(100 + change, range(2015, 2020))
    return [(unit, grade, values) for grade in ("1", "2", "3")]


def test_a_moved_boundary_has_a_giver_and_a_taker():
    events = events_of(*moved("a", 40), *moved("b", -40), *OTHER)
    assert events["kind"].tolist() == ["boundary", "boundary"]
    assert events["year"].tolist() == [2015, 2015]
    # Two of three grades are moved up into: 2 x 40.
    assert events["pupils"].tolist() == pytest.approx([80, -80], abs=8)


def test_a_jump_that_nobody_answers_is_no_boundary():
    events = events_of(*moved("a", 60), *OTHER)
    assert events[["unit", "kind"]].to_numpy().tolist() == [["a", "jump"]]


@pytest.mark.slow
def test_the_real_panel_tells_of_union_citys_new_school(new_jersey):
    # 175240055: grade 9 went from 229 to 640 in 2019 as 175240054 took in grades 10 to 12.
    events = find_events(new_jersey.of(["175240054", "175240055"]))
    assert ["175240054", 2019, "phase_in", "10 11 12"] in events.iloc[:, :4].to_numpy().tolist()


def test_a_unit_under_a_new_id_is_named():
    old = [("old", grade, kept(40, range(2010, 2016))) for grade in ("1", "2", "3")]
    new = [("new", grade, kept(41, range(2016, 2020))) for grade in ("1", "2", "3")]
    events = events_of(*OTHER, *old, *new)
    row = events[events["kind"] == "rename"].iloc[0]
    assert (row["unit"], row["year"], row["other"]) == ("old", 2016, "new")


def test_the_unit_that_took_a_closed_ones_pupils_is_named():
    old = [("old", grade, kept(40, range(2010, 2016))) for grade in ("1", "2", "3")]
    big = [
        ("z", grade, kept(100, range(2010, 2016)) | kept(139, range(2016, 2020)))
        for grade in ("1", "2", "3")
    ]
    events = events_of(*big, *old, ("y", "1", kept(80)))
    row = events[events["kind"] == "merger"].iloc[0]
    assert (row["unit"], row["year"], row["other"], row["pupils"]) == ("old", 2016, "z", 120)


@pytest.mark.parametrize("year", [2014, 2019])
def test_a_count_with_a_nought_too_many_is_a_slip_in_the_last_year_too(year):
    events = events_of(*OTHER, ("a", "1", kept(40) | {year: 400}), ("a", "2", kept(40)))
    slips = events[events["kind"] == "slip"]
    assert slips[["unit", "year", "grades", "pupils"]].to_numpy().tolist() == [
        ["a", year, "1", 360.0]
    ]
