"""Expansions and conversions: how many rooms a school may gain, and why no more."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import seatplan as sp
from seatplan.errors import InputError
from seatplan.scenarios.interventions import Convert, Expand
from seatplan.scenarios.scenario import Scenario, read_scenario, write_scenario
from seatplan.siting.choice import set_limits, site_schools
from seatplan.siting.extensions import Extensions, list_extensions
from seatplan.siting.programme import Programme, operate
from seatplan.siting.promise import compare_promise
from seatplan.siting.search import search_programme
from seatplan.siting.survey import survey_sites

from .towns import toy

YEARS = range(2021, 2027)


def site_toy(outcome=None, rooms=(1, 2), most=1, **question):
    question = {"n": 0, "classrooms": [2], "years": YEARS, "expand": True} | question
    terms = Extensions(classrooms=rooms, most=most, **question.pop("terms", {}))
    return site_schools(outcome or toy(), extensions=terms, **question)


def list_toy(outcome=None, kinds=("expand", "convert"), land=0.0, **terms):
    outcome = outcome or toy()
    survey = survey_sites(outcome, "primary", [2], YEARS)
    terms = Extensions(**terms)
    table = list_extensions(outcome, "primary", survey.schools, YEARS, kinds, terms, land)
    return {place: (row.rooms, row.reason) for place, row in table.iterrows()}


def with_land(land):
    outcome = toy()
    schools = outcome.district.schools.assign(land_m2=land)
    case = replace(outcome.case, district=outcome.district.replace(schools=schools))
    return replace(outcome, case=case)


def with_rooms(**rooms):
    """The toy town where B gains rooms of some stages in 2021."""
    step = Expand(school="B", year=2021, classrooms=rooms, source="test")
    return sp.evaluate(toy().district, toy().standards, Scenario("more", interventions=(step,)))


def test_an_expansion_fills_a_school_up_to_the_standard():
    # B has 270 + 300 seats: 1,430 to 2,000, in rooms of 45 31.8; A has 270: 38.4
    found = list_toy(kinds=["expand"])
    reason = "more than 2000 pupils, the standard's school size"
    assert found == {"A+": (38, reason), "B+": (31, reason)}


def test_the_land_of_a_school_limits_it():
    # 10 m2 a pupil on 6,600 m2 are 660 pupils: B has 570 seats, and 90 more are two rooms
    found = list_toy(with_land(6600.0), land=10.0, kinds=["expand"])
    assert found["B+"] == (2, "less than 10 m2 of land for each pupil")
    assert list_toy(land=10.0, kinds=["expand"])["B+"] == (0, "its land is not on record")


def test_a_table_of_the_planner_stands_in_for_the_land():
    found = list_toy(land=10.0, kinds=["expand"], rooms={"B": 3})
    assert found["B+"] == (3, "more than the table of rooms allows")
    assert found["A+"][0] == 0


def test_no_room_is_taken_that_the_other_stage_needs():
    # 90 juniors a grade in 6 rooms of 50: two classes a grade, and none to spare, though 30 of 300
    # seats are empty
    assert list_toy(kinds=["convert"]) == {
        "B+junior": (0, "more rooms than junior can spare in 2021")
    }


def test_a_conversion_takes_what_the_other_stage_never_needs():
    # with 8 junior rooms two are spare; one of them seats the 30 whom B has no primary seat for
    outcome = with_rooms(junior=2)
    assert list_toy(outcome, kinds=["convert"])["B+junior"][0] == 2
    answer = site_toy(outcome, expand=False, convert=True)
    assert answer.table.loc["B+junior", ["kind", "school", "classrooms", "cost"]].tolist() == [
        "convert", "B", 1, 0.0,
    ]  # fmt: skip
    step = answer.scenario.interventions[-1]
    assert isinstance(step, Convert)
    after = sp.evaluate(toy().district, toy().standards, answer.scenario).balance.schools
    assert after.classrooms["B", "junior", 2021] == 7
    assert (
        after.balance.xs("B", level="school")
        .loc[["primary", "junior"]]
        .drop(2020, level="year")
        .min()
        >= 0
    )


def test_one_school_is_extended_one_way_only():
    survey = survey_sites(
        with_rooms(junior=2), "primary", [2], YEARS, kinds=["expand", "convert"],
        extensions=Extensions(classrooms=[1]),
    )  # fmt: skip
    places = list(survey.places.index)
    assert places == ["S1", "A+", "B+", "B+junior"]
    assert survey.near[places.index("B+")].tolist() == [False, False, True, True]
    assert survey.host.tolist() == [-1, 0, 1, 1]


def test_an_expansion_seats_every_grade_at_once_and_keeps_its_promise_to_the_pupil():
    # B has 300 pupils for 270 seats from 2021 on. One room more and nobody is short.
    answer = site_toy()
    assert answer.table.loc["B+", ["kind", "school", "classrooms", "year"]].tolist() == [
        "expand", "B", 1, 2021,
    ]  # fmt: skip
    assert answer.table.pupils["B+"] == pytest.approx(30.0)  # beyond the 270 that B seats anyway
    assert answer.table.stranded["B+"] == pytest.approx(15.0)
    promise = compare_promise(answer)
    assert promise["promised"].short.tolist() == pytest.approx([0.0] * 6)
    assert promise["evaluated"].short.tolist() == pytest.approx([0.0] * 6, abs=1e-9)
    assert promise["explained"].abs().to_numpy().max() < 1e-9
    # a new school in its place, opening with its entry grade, leaves 20 of them short for years
    school = site_toy(n=1, most=None, expand=False)
    assert compare_promise(school)["evaluated"].short.tolist() == pytest.approx([20.0] * 6)


def test_the_answer_goes_back_in_as_a_scenario(tmp_path):
    answer = site_toy()
    write_scenario(answer.scenario, tmp_path / "site.toml")
    outcome = sp.evaluate(toy().district, toy().standards, read_scenario(tmp_path / "site.toml"))
    assert outcome.seats.table.seats["B", "primary", 2021] == 315


def test_a_new_school_and_an_expansion_compete_for_money():
    # two rooms of money: S1 with 2 rooms saves walks besides, so the money goes there; at half the
    # price both stand, for 2 + 0.5
    both = {"n": None, "most": None}
    assert site_toy(budget={2021: 2.0}, **both).table.index.tolist() == ["S1"]
    dear = site_toy(budget={2021: 1.0}, **both)
    assert dear.table.index.tolist() == ["B+"]
    assert dear.shortage == 0.0
    cheap = site_toy(budget={2021: 0.5}, terms={"expand_price": 0.5}, **both)
    assert cheap.cost == 0.5
    with pytest.raises(
        InputError, match=r"comes to 0.5, the cheapest choice costs 1; it lacks 0.5"
    ):
        site_toy(budget={2021: 0.5}, **both)


def test_what_cannot_be_extended_is_refused_by_how_much():
    most = "no school can expand by 40 (.|\n)*most is 38 classrooms, at A; it lacks 2"
    with pytest.raises(InputError, match=most):
        site_toy(rooms=[40])
    with pytest.raises(InputError, match="no school can convert by 1, 2 classrooms of primary"):
        site_toy(expand=False, convert=True)
    with pytest.raises(InputError, match=r"2 schools can be extended and nothing limits how many"):
        site_toy(most=None)
    with pytest.raises(InputError, match="at most 3 extensions; 2 schools can be extended"):
        site_toy(most=3)
    with pytest.raises(InputError, match="n = 2; 1 sites can carry a primary"):
        site_toy(n=2)
    with pytest.raises(InputError, match="no school of kindergarten teaches another stage"):
        site_toy(stage="kindergarten", expand=False, convert=True)


@pytest.mark.slow
@settings(max_examples=12, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(0, 2), st.integers(1, 2), st.booleans())
def test_no_choice_of_new_schools_and_extensions_is_better_by_enumeration(seed, n, most, is_paid):
    random = np.random.default_rng(seed)
    survey = survey_sites(
        with_rooms(junior=2), "primary", [2], [2021, 2022], kinds=["expand", "convert"],
        extensions=Extensions(classrooms=[1]),
    )  # fmt: skip
    survey = replace(
        survey,
        pupils=random.integers(0, 120, survey.pupils.shape).astype(float),
        reach=random.integers(300, 1300, len(survey.reach)).astype(float),
    )
    budget = {2021: float(random.integers(0, 3)), 2022: 2.0} if is_paid else None
    limits = set_limits(survey, min(n, 1), budget, 1.0, most)
    found = search_programme(survey, limits).operation
    every = [operate(survey, programme) for programme in list_programmes(survey, limits)]
    least = min((round(item.shortage, 4), round(item.walking, 1)) for item in every)
    assert round(found.shortage, 4) <= least[0] + 1.0  # proven to one pupil
    rivals = [item.walking for item in every if item.shortage <= found.shortage + 1e-6]
    assert found.walking <= min(rivals) * (1 + 1e-5) + 1e-6


def list_programmes(survey, limits):
    """Every choice of places and years that keeps the numbers, the clashes and the money."""
    count = len(survey.places)
    for years in product([0, 2021, 2022], repeat=count):
        opening = np.array(years)
        taken = opening > 0
        rooms = np.where(taken, survey.sizes.max(axis=1), 0)
        numbers = (taken & survey.is_new).sum(), (taken & ~survey.is_new).sum()
        clash = survey.near[np.ix_(taken, taken)] & ~np.eye(taken.sum(), dtype=bool)
        if numbers[0] > limits.most or numbers[1] > limits.extended or clash.any():
            continue
        cost = limits.price.max(axis=1)
        paid = np.cumsum([cost[opening == year].sum() for year in (2021, 2022)])
        if limits.income is None or (paid <= np.cumsum(limits.income) + 1e-9).all():
            yield Programme(rooms, opening)
