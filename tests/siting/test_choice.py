from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

import seatplan as sp
from seatplan.errors import InputError
from seatplan.examples import toy_district, toy_standards
from seatplan.outcome import evaluate
from seatplan.scenarios.scenario import Scenario, read_scenario, write_scenario
from seatplan.siting.choice import site_schools
from seatplan.siting.programme import Programme, operate
from seatplan.siting.search import weigh_settings
from seatplan.siting.survey import survey_sites

from .towns import toy, toy_with_sites

YEARS = range(2021, 2027)


def site_toy(outcome=None, **question):
    question = {"n": 1, "classrooms": [2, 6, 12], "years": YEARS} | question
    return site_schools(outcome or toy(), **question)


def test_the_one_site_of_the_toy_town_cures_its_shortage():
    # B has 300 pupils of b3, b5 and b6 for 270 seats, and A is out of their reach: 30 are short.
    # With S1 in b3 its 60 pupils sit next door: none is short in any of the six years.
    answer = site_toy()
    assert answer.shortage == answer.shortage_bound == 0.0
    assert answer.table.index.tolist() == ["S1"]
    # b2 (60), b4 (120) and b5 (120) walk 400 m, b3 (60) walks 50 m: 123,000 m over 540 pupils
    assert answer.walk == pytest.approx(123_000 / 540)
    assert answer.gap < 1e-5
    assert answer.is_proven


def test_the_smallest_size_that_does_the_same_is_built():
    # 60 pupils need 2 rooms of 45; a larger school would change nothing
    table = site_toy().table
    assert table.loc["S1", ["classrooms", "seats", "year", "pupils"]].tolist() == [2, 90, 2021, 60]


def test_empty_seats_are_counted_ten_years_on_or_at_the_end():
    # 90 seats for the 60 pupils of b3 in 2026, the last year of the forecast
    assert site_toy().stranded == 30.0


def test_before_the_site_is_free_the_shortage_stays():
    answer = site_toy(toy(2023))
    assert answer.promised.short.tolist() == [30, 30, 0, 0, 0, 0]
    assert answer.shortage == 60.0
    assert answer.table.year.tolist() == [2023]


def test_the_answer_goes_back_in_as_a_scenario(tmp_path):
    answer = site_toy()
    write_scenario(answer.scenario, tmp_path / "site.toml")
    scenario = read_scenario(tmp_path / "site.toml")
    assert scenario == answer.scenario
    outcome = sp.evaluate(toy().district, toy().standards, scenario)
    assert outcome.seats.table.seats["N01", "primary", 2021] == 90


def test_schools_are_added_to_a_plan_without_taking_its_ids():
    plan = site_toy(toy_with_sites("b3", "b5")).scenario
    plan = Scenario("plan", interventions=plan.interventions)
    today = toy_with_sites("b3", "b5")
    planned = sp.evaluate(today.district, today.standards, plan)
    more = site_toy(planned)
    assert [step.school for step in more.scenario.interventions] == ["N01", "N02"]
    assert [step.school for step in more.steps.interventions] == ["N02"]
    sp.evaluate(today.district, today.standards, more.scenario)  # both sites, one school each


def test_no_choice_of_sites_is_better_by_enumeration():
    # kindergartens of 2 rooms (60 seats): K has 180 seats for 270 children
    outcome = toy_with_sites("b3", "b4", "b5", "b1")
    for n in (1, 2, 3):
        answer = site_schools(outcome, n=n, stage="kindergarten", classrooms=[2], years=YEARS)
        results = []
        for programme in list_programmes(n):
            operation = operate(answer.survey, programme)
            results.append((round(operation.shortage, 6), round(operation.walking, 3)))
        found = operate(answer.survey, answer.programme)
        assert (round(found.shortage, 6), round(found.walking, 3)) == min(results)


def list_programmes(n, size=2):
    """Every choice of `n` of the four sites, `size` rooms each, from the first year on."""
    for chosen in combinations(range(4), n):
        rooms = np.where(np.isin(np.arange(4), chosen), size, 0)
        yield Programme(rooms, np.where(rooms > 0, 2021, 0))


def test_no_choice_of_sites_is_more_even_between_settings_by_enumeration():
    blocks = ("b3", "b4", "b5", "b1")
    outcome = toy_with_sites(*blocks)
    district = outcome.district
    rural = district.blocks.assign(setting=["urban"] * 5 + ["rural"])  # 120 of 540 in b6
    outcome = sp.evaluate(district.replace(blocks=rural), outcome.standards)
    terms = {"stage": "kindergarten", "classrooms": [2], "years": YEARS}
    for weights in (None, {"rural": 20.0}):
        answer = site_schools(outcome, n=1, objective="equity", weights=weights, **terms)
        weigh = weigh_settings(answer.survey, weights)
        scaled = answer.survey.metres * weigh[:, None]
        survey = replace(answer.survey, metres=scaled, reach=answer.survey.reach * weigh)

        def count(programme, survey=survey):
            operation = operate(survey, programme)
            return round(operation.shortage, 6), round(operation.walking, 3)

        assert count(answer.programme) == min(count(other) for other in list_programmes(1))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("blocks", "beyond"),
    [(("b1",) * 4, True), (("b3", "b4", "b5", "b1"), False)],  # A in b1 is 800 m from B's own
)
def test_the_least_largest_walk_is_that_of_enumeration_to_50_m(blocks, beyond):
    outcome = toy_with_sites(*blocks)
    answer = site_toy(outcome, classrooms=[2], objective="largest_walk")
    survey = survey_sites(outcome, "primary", [2], YEARS)

    def count_short(metres):
        wider = replace(survey, reach=np.maximum(survey.reach, metres))
        return min(operate(wider, programme).shortage for programme in list_programmes(1))

    least = count_short(np.inf)
    enough = min(m for m in range(0, 2000, 50) if count_short(m) <= least + 1.0)
    assert (enough > survey.reach.max()) == beyond
    assert enough <= answer.largest_walk <= max(enough, 50.0)
    assert answer.shortage <= least + 1.0


def test_sites_too_near_to_each_other_do_not_both_open():
    # S1 and S2 lie 10 m apart in b3, S3 in b4; K is 400 m from the middle of b3
    outcome = toy_with_sites("b3", "b3", "b4")
    question = {"n": 3, "stage": "kindergarten", "classrooms": [1]}
    assert len(site_toy(outcome, **question).table) == 3
    assert site_toy(outcome, **question, least_apart=20.0).table.index.tolist() == ["S1", "S3"]


def test_a_budget_by_year_delays_the_school():
    # 1 classroom a year: the two of S1 are paid in 2022
    answer = site_toy(n=None, budget={2021: 1.0, 2022: 1.0}, classrooms=[2])
    assert answer.table.year.tolist() == [2022]
    assert answer.cost == 2.0
    assert answer.shortage == 30.0


def test_equity_weighs_the_settings_alike():
    # one setting in the toy town: the weights are 1, and so the answer is the same
    assert site_toy(objective="equity").walk == pytest.approx(site_toy().walk)


def test_the_least_largest_walk_lies_within_its_step_above_today():
    # with S1 everybody has a seat no farther than today, without any walk beyond it
    answer = site_toy(objective="largest_walk")
    assert answer.largest_walk <= 50.0
    assert answer.shortage == 0.0


def test_what_cannot_be_met_is_refused_by_how_much():
    with pytest.raises(InputError, match="n = 2; 1 sites can carry a primary by 2026: S1"):
        site_toy(n=2)
    with pytest.raises(InputError, match=r"comes to 1, the cheapest choice costs 2; it lacks 1"):
        site_toy(n=None, budget={2022: 1.0})
    with pytest.raises(InputError, match="give n, the most schools to build, or a budget"):
        site_toy(n=None)
    with pytest.raises(InputError, match=r"no site can carry a primary of 30 classrooms"):
        site_toy(classrooms=[30])


def test_the_outcome_is_unchanged():
    outcome = toy()
    before = outcome.seats.table.copy()
    site_toy(outcome)
    assert outcome.seats.table.equals(before)
    assert list(outcome.district.schools.index) == ["A", "B", "K"]


def test_a_district_without_candidate_sites_is_told_what_is_missing():
    bare = toy_district().replace(sites=toy_district().sites[:0])
    with pytest.raises(InputError, match=r"names no candidate site; want sites\.geojson"):
        site_toy(evaluate(bare, toy_standards()))
