import numpy as np
import pandas as pd
import pytest

from seatplan.demand.births import entry_weights, place_births
from seatplan.demand.entry import (
    average_recent,
    choose_decay,
    project_whole,
    share_parent,
    weigh_signal,
)
from seatplan.demand.panel import Level, build_panel
from seatplan.demand.rolls import build_rolls
from seatplan.errors import InputError


def test_a_cohort_of_august_is_made_of_two_years_of_birth():
    # Grade 1 in autumn y: September-December of y - 7, January-August of y - 6.
    assert entry_weights("g1", 8) == pytest.approx({6: 2 / 3, 7: 1 / 3})
    assert entry_weights("k1", 8) == pytest.approx({3: 2 / 3, 4: 1 / 3})


def test_births_counted_by_cohort_need_one_year():
    assert entry_weights("K", 12) == {5: 1.0}


def test_a_grade_without_an_age_has_no_cohort():
    with pytest.raises(InputError, match="age is not known"):
        entry_weights("sp", 8)


def test_recent_years_weigh_more():
    # Weights 1/4, 1/2, 1: (0 x 1/4 + 7 x 1/2 + 14 x 1) / 1.75 = 10.
    assert average_recent(np.array([0.0, 7.0, 14.0]), 0.5) == pytest.approx(10.0)
    assert average_recent(np.array([np.nan, 7.0, np.nan]), 0.5) == pytest.approx(7.0)


def town(*schools):
    rows = [
        (name, "t", "K", 2015 + year, pupils)
        for name, cells in schools
        for year, pupils in enumerate(cells)
        if pupils is not None
    ]
    table = pd.DataFrame(rows, columns=["unit", "town", "grade", "year", "pupils"])
    return build_panel(build_rolls(table)).levels


def test_an_opening_ends_the_old_shares():
    _, above, level = town(("a", [100, 100, 60]), ("b", [None, None, 40]))
    # Before, school a had all of the town; since b opened it has 60 of 100.
    assert share_parent(level, above, 0.9)[:, 0] == pytest.approx([0.6, 0.4])


def test_a_closure_gives_its_pupils_to_the_others():
    _, above, level = town(("a", [50, 50, 75]), ("b", [50, 50, None]), ("c", [0, 0, 25]))
    assert share_parent(level, above, 0.9)[:, 0] == pytest.approx([0.75, 0, 0.25])


def test_smoothing_is_long_for_noise_and_short_for_a_drift():
    random = np.random.default_rng(0)
    noise = [(f"n{k}", random.poisson(40, 10)) for k in range(20)]
    drift = [(f"d{k}", 40 + (-1) ** k * 4 * np.arange(10)) for k in range(20)]
    chosen = []
    for schools in (noise, drift):
        _, above, level = town(*schools)
        chosen.append(choose_decay(level, above, np.ones_like(level.pupils)))
    assert chosen == [0.9, 0.15]


def test_a_trend_is_damped():
    # A fall of 10 % a year on record; each year ahead keeps 0.85 of the fall of the year before.
    path = project_whole(1000 * 0.9 ** np.arange(8)[None, None], 0.001, 3)[0, 0]
    fall = np.diff(np.log(path))
    assert fall == pytest.approx(np.log(0.9) * np.array([0.7225, 0.614125]), rel=2e-3)


TOWN = {"all": pd.Index(["all"]), "town": pd.Index(["t"])}


def level_of(entered):
    pupils = np.array(entered, dtype=float)[None, None]
    return Level("town", pd.Index(["t"]), pupils, np.zeros(1, dtype=int), pupils)


def test_reception_is_of_four_year_olds_and_births_may_be_counted_to_june():
    assert entry_weights("R", 8) == pytest.approx({4: 2 / 3, 5: 1 / 3})
    assert entry_weights("K", 8, entry_age=4, births_month=6) == pytest.approx({3: 1 / 6, 4: 5 / 6})


def test_cohorts_sum_two_years_of_birth():
    births = pd.DataFrame({"town": "t", "year": [2013, 2014, 2015], "births": [300, 600, 900]})
    placed = place_births(births, TOWN, {6: 2 / 3, 7: 1 / 3})
    cohorts = placed.cohorts(range(2020, 2023))
    # 2020: 300 / 3 + 600 x 2 / 3 = 500; 2021: 600 / 3 + 900 x 2 / 3 = 800; 2022: unknown.
    assert cohorts[0].tolist()[:2] == pytest.approx([500, 800])
    assert np.isnan(cohorts[0, 2])
    assert np.isnan(placed.until(2014).cohorts(range(2021, 2022))).all()


def test_births_of_an_unknown_place_are_refused():
    births = pd.DataFrame({"town": "u", "year": [2014], "births": [1]})
    with pytest.raises(InputError, match="no rows for any town"):
        place_births(births, TOWN, {6: 1.0})


def test_births_that_fall_by_a_third_get_nearly_all_the_weight():
    entered = np.array([[98.0, 102.0, 99.0, 101.0, 100.0]])
    cohorts = np.array([[100.0] * 5 + [66.7]])
    told, weight = weigh_signal(entered, np.array([[100.0]]), cohorts, 0.7)
    assert told[0, 0] == pytest.approx(66.7, rel=0.01)
    assert weight[0, 0] > 0.99


def test_births_that_say_what_noise_says_get_little():
    entered = np.array([[80.0, 120.0, 85.0, 115.0, 100.0]])
    cohorts = np.array([[100.0] * 5 + [103.0]])
    _, weight = weigh_signal(entered, np.array([[100.0]]), cohorts, 0.7)
    assert weight[0, 0] < 0.12


def test_years_without_births_keep_the_last_difference():
    entered, cohorts = np.full((1, 5), 100.0), np.array([[100.0] * 5 + [50.0, np.nan]])
    told, weight = weigh_signal(entered, np.array([[100.0, 100.0]]), cohorts, 0.7)
    assert told[0].tolist() == pytest.approx([50, 50])
    assert weight[0].tolist() == pytest.approx([1, 1])


def test_a_trend_counts_as_far_as_it_stands_out_of_the_noise_of_its_years():
    years = np.arange(5)
    steady = 1000 * 0.95**years
    noisy = steady * np.exp(0.15 * (-1.0) ** (5 - years))  # up and down by 15 %, the last year down
    moved = []
    for path in (steady, noisy):
        ahead = project_whole(path[None, None], 0.001, 3)[0, 0]
        moved.append(np.log(ahead[-1] / ahead[0]))
    # 1.34 x log 0.95 = -0.069 of the steady fall; of the last one of the noisy, -0.267, little.
    assert moved == pytest.approx([-0.069, -0.003], abs=0.001)
