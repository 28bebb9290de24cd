import numpy as np
import pandas as pd
import pytest

from seatplan.demand.entrants import weigh_hindcasts
from seatplan.demand.entry import earn_trend, weigh_signal
from seatplan.demand.roll_forecast import forecast_rolls
from seatplan.demand.rolls import build_rolls


def history(entered):
    """Two schools of one town whose entry grade is given, grade 1 a year later the same."""
    rows = [
        (unit, grade, 2010 + year + (grade == "1"), pupils)
        for unit in ("a", "b")
        for grade in ("K", "1")
        for year, pupils in enumerate(entered)
    ]
    table = pd.DataFrame(rows, columns=["unit", "grade", "year", "pupils"])
    return build_rolls(table[table["year"] < 2010 + len(entered)])


def test_births_that_turn_are_followed_before_the_rolls_turn():
    births = [100, 104, 108, 112, 116, 120, 124, 128, 132, 136, 120, 100, 80]
    rolls = history(births[:10])
    table = pd.DataFrame({"year": range(2005, 2018), "births": births})
    told = forecast_rolls(rolls, [2020, 2021, 2022], births=table, cutoff_month=12).pupils
    blind = forecast_rolls(rolls, [2020, 2021, 2022]).pupils
    assert told["a", "K", 2022] == pytest.approx(80, abs=8)
    assert blind["a", "K", 2022] > 130


def test_births_that_said_nothing_in_hindcasts_get_little_weight():
    random = np.random.default_rng(2)
    births = random.uniform(60, 140, 13)
    table = pd.DataFrame({"year": range(2005, 2018), "births": births})
    rolls = history(np.full(10, 100.0))
    told = forecast_rolls(rolls, [2020, 2021, 2022], births=table, cutoff_month=12).pupils
    assert np.abs(told.xs("K", level="grade") - 100).max() < 12


def test_the_weight_of_births_is_the_one_that_would_have_missed_least():
    entered = np.array([[100.0, 100, 100, 110, 120, 130]])
    side = {origin: np.full((1, 1), 100.0) for origin in range(2, 6)}
    # From 2011 on births said twice what came: half their way would have been right.
    told = {2: 0, 3: 140.0, 4: 160.0, 5: 180.0}
    told = {origin: np.full((1, 1), value) for origin, value in told.items()}
    side[2], told[2] = np.full((1, 1), 110.0), np.full((1, 1), 110.0)
    weight = weigh_hindcasts(entered, side, told, np.full((1, 1), 0.5))
    assert weight[0, 0] == pytest.approx(0.5)


def test_cohorts_that_are_not_born_have_the_size_of_the_last():
    entered, cohorts = np.full((1, 4), 50.0), np.array([[100.0] * 5 + [np.nan]])
    told, _ = weigh_signal(entered, np.full((1, 2), 50.0), cohorts, 0.7)
    assert told[0].tolist() == pytest.approx([50, 50])


def test_a_trend_that_never_came_true_is_carried_on_less():
    falling = 100 * 0.95 ** np.arange(12)[None, None]
    waves = 100 + 20 * np.sin(np.arange(12) * np.pi / 2.5)[None, None]
    assert earn_trend(waves, 0.3)[1] < 0.8 < earn_trend(falling, 0.3)[1]


def test_growth_is_earned_and_a_fall_is_followed_at_once():
    # Five years on record give one hindcast, which counts against six without: 1 / (1 + 6).
    steps = np.arange(5)[None, None]
    growth, _ = earn_trend(100 * 1.05**steps, 0.3)
    _, fall = earn_trend(100 * 0.95**steps, 0.3)
    assert growth == pytest.approx(1 / 7, abs=0.01)
    assert fall == pytest.approx(1, abs=0.01)
    longer, _ = earn_trend(100 * 1.05 ** np.arange(20)[None, None], 0.3)
    assert longer > 0.7
