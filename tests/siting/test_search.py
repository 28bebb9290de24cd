import numpy as np
import pytest

from seatplan.siting.search import (
    Limits,
    price_sizes,
    search_least_reach,
    search_programme,
    weigh_settings,
)
from seatplan.siting.survey import survey_sites
from seatplan.solvers.stop import Meter, Stop

from .towns import toy

YEARS = range(2021, 2027)


def ask(classrooms=(2, 4)):
    survey = survey_sites(toy(), "primary", list(classrooms), YEARS)
    return survey, Limits(1, 0, price_sizes(survey, 10.0), None)


def test_prices_follow_the_classrooms():
    assert ask()[1].price.tolist() == [[20.0, 40.0]]


def test_a_smaller_school_is_built_only_where_it_does_the_same():
    # 60 pupils of b3: one room (45 seats) cures the shortage of 30, but 15 then walk to B
    survey, limits = ask([1, 2, 4])
    answer = search_programme(survey, limits)
    assert answer.programme.classrooms.tolist() == [2]
    assert answer.is_proven


def test_weights_multiply_the_walking_but_seat_the_same_pupils():
    survey, limits = ask()
    plain = search_programme(survey, limits)
    double = search_programme(survey, limits, weights=np.full(6, 2.0))
    assert double.walking == pytest.approx(2 * plain.walking)
    assert double.operation.shortage == plain.operation.shortage


def test_the_weights_of_settings_have_a_mean_of_one_over_the_pupils():
    survey, _ = ask()
    weights = weigh_settings(survey)
    pupils = survey.pupils[:, survey.columns].sum(axis=1)
    assert (weights * pupils).sum() / pupils.sum() == pytest.approx(1.0)


def test_the_least_reach_seats_as_many_as_no_limit_would():
    # without S1, the 30 beyond B's seats walk on to A: 800 m from b5, and no one farther
    survey, limits = ask()
    closed = Limits(0, 0, limits.price, None)
    wider, too_small = search_least_reach(survey, closed, meter=Meter(Stop(20)))
    assert wider.reach[survey.reach < wider.reach].max() == 800.0
    assert too_small == 750.0
