"""Cohorts stay put; entrants follow their catchment; nobody is lost."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from seatplan import memory
from seatplan.case.case import prepare
from seatplan.demand.cohorts import forecast_pupils
from seatplan.district.standards import Policy
from seatplan.errors import InputError
from seatplan.examples import toy_district, toy_standards
from seatplan.outcome import evaluate
from seatplan.seating.assignment import assign_pupils, plan_courses
from seatplan.seating.catchments import draw_catchments
from seatplan.seating.origins import fit_origins
from seatplan.siting.promise import reseat
from tests.seating.test_catchments import add_school


def assign(district, overflow="stay", standards=None):
    case = prepare(district, standards or toy_standards(), policy=Policy(overflow=overflow))
    forecast = forecast_pupils(case.district, case.rules)
    origins = fit_origins(case, forecast)
    catchments = draw_catchments(case, forecast, origins)
    return forecast, assign_pupils(case, forecast, origins, catchments)


def roll(assignment, school, grade, year):
    table = assignment.pupils.groupby(["school", "grade", "year"]).sum()
    return round(table.get((school, grade, year), 0.0), 6)


def size(assignment, school, year, grades):
    return sum(roll(assignment, school, grade, year) for grade in grades)


PRIMARY = [f"g{grade}" for grade in range(1, 7)]


@pytest.mark.parametrize("overflow", ["stay", "move"])
def test_every_pupil_of_the_forecast_is_seated_or_unplaced(overflow):
    forecast, assignment = assign(toy_district(), overflow)
    seated = assignment.pupils.groupby(["block", "grade", "year"]).sum()
    total = seated.add(assignment.unplaced, fill_value=0.0).reindex(forecast.pupils.index)
    assert np.allclose(total, forecast.pupils, atol=1e-6)


def test_parts_of_a_pupil_are_told_in_both_series():
    _, assignment = assign(toy_district())
    small = {stage: np.full_like(flows, 0.25) for stage, flows in assignment.flows.items()}
    parts = replace(assignment, flows=small, short=np.full_like(assignment.short, 0.5))
    assert len(parts.pupils) == sum(flows.size for flows in small.values())
    assert set(parts.pupils) == {0.25}
    assert len(parts.unplaced) == parts.short.size
    assert set(parts.unplaced) == {0.5}


def test_the_base_year_is_the_record_under_both_policies():
    for overflow in ("stay", "move"):
        _, assignment = assign(toy_district(), overflow)
        assert roll(assignment, "B", "g3", 2020) == 50
        assert roll(assignment, "K", "k1", 2020) == 90


def test_a_stage_without_a_roll_on_record_follows_the_catchments_in_the_base_year():
    town = toy_district()
    junior = town.rolls.index.get_level_values("grade").isin(["g7", "g8", "g9"])
    forecast, assignment = assign(town.replace(rolls=town.rolls[~junior]))
    pupils = forecast.pupils.xs("g8", level="grade").xs(2020, level="year").sum()
    assert pupils > 0
    assert roll(assignment, "B", "g8", 2020) == round(pupils, 6)  # the only junior school
    assert roll(assignment, "B", "g3", 2020) == 50  # on record


def test_whoever_stays_sits_in_the_school_of_the_catchment():
    _, assignment = assign(toy_district())
    assert size(assignment, "B", 2026, PRIMARY) == 300  # 50 a grade for 270 seats
    assert assignment.unplaced.empty


def test_an_overfull_school_gives_up_newcomers_of_every_block_alike():
    # 2021: B keeps 250 and has 20 seats for its 50 entrants, so 60 % of each block's entrants go:
    # 6 of b3, 12 of b5, 12 of b6. A has 270 - 240 = 30 seats free: all 30 sit there.
    _, assignment = assign(toy_district(), "move")
    here = assignment.pupils.xs(("A", "g1", 2021), level=("school", "grade", "year"))
    assert {block: round(count, 6) for block, count in here.items()} == {
        "b1": 10, "b2": 10, "b3": 6, "b4": 20, "b5": 12, "b6": 12,
    }  # fmt: skip
    assert size(assignment, "A", 2021, PRIMARY) == 270
    assert size(assignment, "B", 2021, PRIMARY) == 270


def test_a_pupil_who_moved_stays_where_the_move_led():
    _, assignment = assign(toy_district(), "move")
    assert roll(assignment, "A", "g6", 2026) == 70  # the 40 + 30 who entered in 2021
    assert roll(assignment, "B", "g6", 2026) == 20


def test_pupils_beyond_every_seat_are_unplaced_and_try_again():
    # K has 180 seats; in 2021 the 180 on its roll who stay fill them, so all 90 entrants wait.
    # In 2022 it keeps 90, and takes half of the 90 who wait and of the 90 who are new.
    _, assignment = assign(toy_district(), "move")
    unplaced = assignment.unplaced.groupby(["grade", "year"]).sum().round(6)
    assert unplaced["k1", 2021] == 90
    assert unplaced["k1", 2022] == 45
    assert unplaced["k2", 2022] == 45
    assert roll(assignment, "K", "k3", 2022) == 90


def test_a_binding_limit_moves_from_its_year_on_under_either_policy():
    standards = toy_standards()
    limit = standards.standards[0]
    strict = type(limit)(**{**vars(limit), "since": 2024, "binding": ("primary",)})
    rules = standards.replace(standards=(*standards.standards, strict))
    _, assignment = assign(toy_district(), "stay", rules)
    assert size(assignment, "B", 2023, PRIMARY) == 300
    assert size(assignment, "B", 2024, PRIMARY) == 270


@pytest.mark.parametrize(("gone", "heir"), [("A", "B"), ("B", "A")])
def test_pupils_of_a_merged_school_go_to_its_successor(gone, heir):
    district = toy_district()
    schools = district.schools.copy()
    schools.loc[gone, "closes"] = 2022
    into = pd.DataFrame({"into": [heir], "year": [2022]}, index=pd.Index([gone], name="school"))
    _, assignment = assign(district.replace(schools=schools, successors=into))
    assert size(assignment, heir, 2022, PRIMARY) == 540
    assert size(assignment, gone, 2022, PRIMARY) == 0


@pytest.mark.parametrize("heir", ["first", "other", "stranger"])
def test_a_stage_follows_a_successor_that_teaches_it_and_nobody_else(heir):
    town = toy_district()
    taught = list(prepare(town, toy_standards()).axes.schools)
    primary = [school for school in taught if school in ("A", "B")]
    first, other = primary
    gone, into = {"first": (other, first), "other": (first, other), "stranger": (first, "K")}[heir]
    rows = pd.DataFrame({"into": [into], "year": [2022]}, index=pd.Index([gone], name="school"))
    schools = town.schools.loc[[first, other, *town.schools.index.difference(primary)]]
    case = prepare(town.replace(schools=schools, successors=rows), toy_standards())
    assert case.axes.schools[0] == first  # nothing hangs on a place of 0
    forecast = forecast_pupils(case.district, case.rules)
    origins = fit_origins(case, forecast)
    courses = plan_courses(case, origins, draw_catchments(case, forecast, origins))
    follows = {
        case.axes.schools[at]: case.axes.schools[to]
        for at, to in enumerate(courses["primary"].into)
        if to >= 0
    }
    assert follows == ({} if heir == "stranger" else {gone: into})


def test_a_new_school_fills_from_its_entry_grade_unless_it_opens_every_grade():
    slow = add_school(toy_district())
    _, assignment = assign(slow)
    assert size(assignment, "N", 2023, PRIMARY) == 10  # b3's entrants
    assert size(assignment, "N", 2025, PRIMARY) == 30
    schools = slow.schools.copy()
    schools.loc["N", "every_grade"] = True
    _, assignment = assign(slow.replace(schools=schools))
    assert size(assignment, "N", 2023, PRIMARY) == 60  # all of b3 at once


def test_departures_leave_every_school_of_the_block_in_proportion():
    district = toy_district()
    ratios = district.cohort_ratios.copy()
    ratios[8] = 0.5  # half of those aged 8 leave before they are 9
    _, assignment = assign(district.replace(cohort_ratios=ratios))
    # grade 4 is age 9: half of 40 and of 50
    assert roll(assignment, "A", "g4", 2021) == 20
    assert roll(assignment, "B", "g4", 2021) == 25


def test_arrivals_join_the_school_of_their_block():
    district = toy_district()
    ratios = district.cohort_ratios.copy()
    ratios[8] = 1.5
    _, assignment = assign(district.replace(cohort_ratios=ratios))
    assert roll(assignment, "A", "g4", 2021) == 60
    assert roll(assignment, "B", "g4", 2021) == 75


def test_in_a_year_anew_nobody_stays_where_crowding_has_sent_them():
    # In 2021 B has seats for 20 of its 50 first-graders, and 30 of grade 1 go to A. Seated anew in
    # 2022 every grade of B is cut alike: 30 of its 300 pupils go, 5 of each grade.
    outcome = reseat(evaluate(toy_district(), toy_standards()), [2022])
    assignment = outcome.assignment
    beyond = {year: [roll(assignment, "A", grade, year) - 40 for grade in PRIMARY]
              for year in (2021, 2022)}  # fmt: skip
    assert beyond == {2021: [30, 0, 0, 0, 0, 0], 2022: [5] * 6}


def with_part_of_the_grades(own):
    """N in b4 teaches `own` grades, 20 pupils each; A has the rest of what was its catchment."""
    town = add_school(toy_district(), year=2020)
    town.schools.loc["N", "opened"] = pd.NA
    town.schools.loc["N", "geometry"] = town.blocks.geometry["b4"].centroid
    rolls = town.rolls.copy()
    for grade in PRIMARY:
        rolls.loc[("N", grade, 2020), ["pupils", "classes"]] = (20, 1) if grade in own else (0, 0)
        rolls.loc[("A", grade, 2020), "pupils"] = 20 if grade in own else 40
    key = ("b4", "primary", 2020)
    catchments = town.catchments.mask(town.catchments.index == key, "N")
    return town.replace(rolls=rolls.astype(int), catchments=catchments)


@pytest.mark.parametrize("own", [PRIMARY[:3], PRIMARY[3:]])
def test_a_school_of_three_grades_keeps_them_and_the_others_go_on_elsewhere(own):
    # a teaching point, whose pupils go on to A in grade 4; an upper school, which has them from A
    _, assignment = assign(town := with_part_of_the_grades(own))
    outcome = evaluate(town, toy_standards())
    living = outcome.measure("residents")
    for year in range(2020, 2027):
        assert [roll(assignment, "N", grade, year) for grade in own] == [20, 20, 20]
        assert size(assignment, "N", year, PRIMARY) == 60
        assert size(assignment, "A", year, PRIMARY) == 180
        # a grade that N is not for belongs to the catchment of A, where it goes
        assert living.loc[("N", "primary", year)] == 60
        assert living.loc[("A", "primary", year)] == 180


def test_arrivals_of_later_grades_go_to_a_school_that_teaches_them():
    # half as many again come at ten: N in b3 opens in 2023 with grade 1 only
    district = add_school(toy_district())
    ratios = district.cohort_ratios.copy()
    ratios[9] = 1.5
    _, assignment = assign(district.replace(cohort_ratios=ratios))
    assert [roll(assignment, "N", grade, 2023) for grade in PRIMARY] == [10, 0, 0, 0, 0, 0]
    assert roll(assignment, "B", "g5", 2023) == 75  # b3's five more go where b3 was zoned before


@pytest.mark.parametrize("intake", ["catchment", "seats"])
def test_pupils_that_memory_cannot_hold_are_refused_before_they_are_laid_out(monkeypatch, intake):
    # The six blocks and three schools have at least six pairs in six grades and ten years or more:
    # 16 bytes each are 5,760 bytes or more, of which 1,000 are free.
    standards = toy_standards()
    stages = [replace(stage, intake=intake) for stage in standards.stages]
    monkeypatch.setattr(memory, "free_bytes", lambda: 1_000.0)
    with pytest.raises(InputError, match=r"^stage \w+: the pupils of \d+ pairs .* free") as refusal:
        assign(toy_district(), standards=replace(standards, stages=tuple(stages)))
    assert "\n" not in str(refusal.value)
