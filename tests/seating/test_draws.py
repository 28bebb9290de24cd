"""The toy town with every pupil twice: 40 pupils a grade of A become 80, 50 of B become 100."""

from dataclasses import replace

import numpy as np
import pytest

from seatplan.case.case import prepare
from seatplan.demand.cohorts import forecast_pupils
from seatplan.district.standards import DEFAULT_POLICY
from seatplan.examples import toy_district, toy_standards
from seatplan.seating.assignment import assign_pupils, plan_courses
from seatplan.seating.catchments import draw_catchments
from seatplan.seating.draws import seat_draws
from seatplan.seating.headcount import count_heads
from seatplan.seating.origins import fit_origins


def follow(overflow, factors):
    """Whole pupils of draws that are each some times the forecast after the base year."""
    policy = replace(DEFAULT_POLICY, overflow=overflow)
    case = prepare(toy_district(), toy_standards(), policy=policy)
    forecast = forecast_pupils(case.district, case.rules)
    origins = fit_origins(case, forecast)
    catchments = draw_catchments(case, forecast, origins)
    pupils = np.stack([forecast.cube(case.axes.grades)] * len(factors), axis=-1)
    pupils[:, :, 1:] *= np.array(factors)
    heads = seat_draws(case, plan_courses(case, origins, catchments), pupils)
    alone = count_heads(case, forecast, assign_pupils(case, forecast, origins, catchments))
    return case.axes, heads, alone, pupils


@pytest.mark.parametrize("overflow", ["stay", "move"])
def test_a_draw_that_is_the_forecast_is_seated_as_it_is(overflow):
    _, heads, alone, _ = follow(overflow, [1.0])
    np.testing.assert_array_equal(heads.attend[..., 0], alone.attend)
    np.testing.assert_array_equal(heads.unplaced[..., 0], alone.unplaced.sum(axis=0))


def test_twice_the_pupils_sit_where_the_seats_do_not_decide():
    axes, heads, _, pupils = follow("stay", [1.0, 2.0])
    school, grade = axes.schools.get_loc("A"), axes.grades.index("g1")
    assert heads.attend[school, grade, :3].tolist() == [[40, 40], [40, 80], [40, 80]]
    assert not heads.unplaced.any()
    np.testing.assert_array_equal(heads.attend.sum(axis=0), np.rint(pupils.sum(axis=0)))


def test_whoever_is_beyond_the_seats_is_unplaced_in_that_draw_alone():
    axes, heads, _, pupils = follow("move", [1.0, 2.0])
    primary = axes.span("primary")
    # 540 pupils for 540 seats of A and B; with all twice, 1,080 for 540
    assert heads.attend[:, primary, 1:, 0].sum(axis=(0, 1)).tolist() == [540] * 6
    assert heads.unplaced[primary, 1:, 0].sum(axis=0).tolist() == [0] * 6
    assert heads.attend[:, primary, 1:, 1].sum(axis=(0, 1)).tolist() == [540] * 6
    assert heads.unplaced[primary, 1:, 1].sum(axis=0).tolist() == [540] * 6
    total = heads.attend.sum(axis=0) + heads.unplaced
    np.testing.assert_array_equal(total, np.rint(pupils.sum(axis=0)))


def lean(intake, times):
    """Whole pupils where school A draws `times[0]` of its forecast and B `times[1]`, every year."""
    stages = [
        replace(stage, intake=intake) if stage.code == "primary" else stage
        for stage in toy_standards().stages
    ]
    case = prepare(toy_district(), toy_standards().replace(stages=tuple(stages)))
    forecast = forecast_pupils(case.district, case.rules)
    origins = fit_origins(case, forecast)
    courses = plan_courses(case, origins, draw_catchments(case, forecast, origins))
    pupils = forecast.cube(case.axes.grades)[..., None]

    def pull(grades):
        drawn = np.ones((len(case.axes.schools), grades.stop - grades.start, pupils.shape[2], 1))
        for school, more in zip("AB", times, strict=True):
            drawn[case.axes.schools.get_loc(school), :, 1:] = more
        return drawn

    heads = seat_draws(case, courses, pupils, pull)
    np.testing.assert_array_equal(heads.attend.sum(axis=0), np.rint(pupils.sum(axis=0)))
    rows = [case.axes.schools.get_loc(school) for school in "AB"]
    return heads.attend[rows][:, case.axes.span("primary"), :, 0]


def test_where_seats_say_who_goes_where_a_block_leans_to_the_school_that_draws_more():
    # Half of the 90 entrants go to each; a fifth more at A and less at B are 54 and 36, who stay.
    attend = lean("seats", (1.2, 0.8))
    assert attend[:, 0, 1].tolist() == [54, 36]
    assert attend[:, 1, 2].tolist() == [54, 36]
    assert attend[:, 0, 0].tolist() == [40, 50]  # on record


def test_schools_that_all_draw_alike_change_nothing():
    np.testing.assert_array_equal(lean("seats", (1.5, 1.5)), lean("seats", (1.0, 1.0)))


def test_where_homes_say_who_goes_where_nobody_leans():
    np.testing.assert_array_equal(lean("catchment", (1.2, 0.8)), lean("catchment", (1.0, 1.0)))
