"""Who is sent on where: over a table of all ways, and over those that are looked for."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from seatplan.case.case import prepare
from seatplan.examples import toy_district, toy_standards
from seatplan.seating import sending
from seatplan.seating.sending import offer_seats, send_on
from seatplan.solvers.transport.params import PARAMS
from tests.seating.test_assignment import assign
from tests.seating.test_catchments import add_school

# The toy town on its grid of 400 m: A in b1, B in b6, K in b2; N, where there is one, in b3.
GRADES = 6


@pytest.fixture(params=["listed", "looked for"])
def way(request, monkeypatch):
    """Each test is held over both ways of finding pairs."""
    if request.param == "looked for":
        monkeypatch.setattr(sending, "PARAMS", replace(PARAMS, cells=0))


def offer(district=None):
    case = prepare(district or toy_district(), toy_standards())
    made = offer_seats(case, "primary", case.seats.taught("primary"))
    return replace(made, ways=replace(made.ways, small_bytes=0)), case


def send(made, spill, free, taught=None):
    """Return {(block, school): pupils of each grade}; `spill`: {(grade, block): pupils}."""
    table = np.zeros((GRADES, 6))
    for at, pupils in spill.items():
        table[at] = pupils
    everywhere = np.ones((GRADES, len(free)), dtype=bool)
    answer = send_on(made, everywhere if taught is None else taught, table, np.array(free, float))
    return {
        (int(block), int(school)): pupils.round(6).tolist()
        for block, school, pupils in zip(*answer[:2], answer[2].T, strict=True)
    }


@pytest.mark.usefixtures("way")
def test_pupils_go_where_seats_are_free_and_grades_share_them_alike():
    made, _ = offer()
    # b3 has 6 and 2 pupils of two grades and may go to B, 400 m away, but there are 4 seats
    sent = send(made, {(0, 2): 6, (3, 2): 2}, [0, 4, 0])
    assert sent == {(2, 1): [3, 0, 0, 1, 0, 0]}


@pytest.mark.usefixtures("way")
def test_the_nearer_block_has_the_nearer_seat():
    made, _ = offer()
    # b4 stands by A, b5 by B; one more of each may find a seat, and both do where they live
    sent = send(made, {(0, 3): 1, (0, 4): 1}, [1, 1, 0])
    assert sent == {(3, 0): [1, 0, 0, 0, 0, 0], (4, 1): [1, 0, 0, 0, 0, 0]}


@pytest.mark.usefixtures("way")
def test_a_grade_goes_to_a_school_that_teaches_it():
    made, _ = offer()
    taught = np.ones((GRADES, 3), dtype=bool)
    taught[3:, 0] = False  # A has three grades
    sent = send(made, {(0, 0): 2, (5, 0): 3}, [9, 9, 0], taught)
    assert sent == {(0, 0): [2, 0, 0, 0, 0, 0], (0, 1): [0, 0, 0, 0, 0, 3]}


@pytest.mark.usefixtures("way")
def test_a_private_school_takes_nobody_from_outside():
    made, case = offer(add_school(toy_district(), ownership="private", year=2020))
    schools = case.axes.schools
    free = np.where(schools == "N", 9, 0) + np.where(schools == "B", 1, 0)
    sent = send(made, {(0, 2): 4}, free)  # b3, where N stands
    assert sent == {(2, schools.get_loc("B")): [1, 0, 0, 0, 0, 0]}


@pytest.mark.usefixtures("way")
def test_nobody_is_sent_where_no_way_leads():
    district = toy_district()
    stated = pd.MultiIndex.from_tuples([("b3", "A"), ("b3", "B")], names=["block", "school"])
    cut = district.replace(travel=pd.Series([np.inf, np.inf], stated, name="metres"))
    made, _ = offer(cut)
    assert send(made, {(0, 2): 4}, [5, 5, 0]) == {}
    assert send(made, {(0, 2): 4, (0, 4): 1}, [5, 5, 0]) == {(4, 1): [1, 0, 0, 0, 0, 0]}


def test_looking_for_ways_changes_nobody_s_seat(monkeypatch):
    district = add_school(toy_district(), rooms=3)
    ratios = district.cohort_ratios.copy()
    ratios.loc[:] = 1.04  # more every year than there are seats for
    crowded = district.replace(cohort_ratios=ratios)
    _, plain = assign(crowded, "move")
    monkeypatch.setattr(sending, "PARAMS", replace(PARAMS, cells=0))
    _, found = assign(crowded, "move")
    assert plain.unplaced.sum() > 1
    both = pd.concat([plain.pupils, found.pupils], axis=1).fillna(0.0)
    np.testing.assert_allclose(both.iloc[:, 0], both.iloc[:, 1], rtol=0, atol=1e-5)
    np.testing.assert_allclose(plain.short, found.short, rtol=0, atol=1e-5)
