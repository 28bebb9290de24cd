import numpy as np
import pytest

from seatplan.demand.panel import build_panel
from seatplan.demand.weighing import (
    OneYear,
    hindcast_years,
    weigh_changes,
    weigh_inertia,
    weigh_progression,
)


def year_of(actual, moved, side, current=None):
    """One year of one place for each row, one grade, fed."""
    cells = [np.array(values, dtype=float)[:, None] for values in (actual, moved, side)]
    start = cells[0] if current is None else np.array(current, dtype=float)[:, None]
    return OneYear(start, *cells, np.ones_like(cells[0], dtype=bool))


def test_the_source_that_erred_less_has_the_weight():
    # In a hundred places progression was off by 1, shares by 10.
    years = [year_of([100.0] * 100, [101.0] * 100, [110.0] * 100)] * 5
    # (1 / 100) ** 1.5 against 1: nearly all; the floor of 0.01 and 0.1 hardly matters.
    assert weigh_progression(years, (100, 1))[0, 0] > 0.99


def test_a_place_that_differs_from_its_level_is_told_apart():
    actual, moved, side = [100.0] * 50, [102.0] * 50, [110.0] * 50
    moved[0], side[0] = 140.0, 101.0  # progression fails in the first place only
    weight = weigh_progression([year_of(actual, moved, side)] * 8, (50, 1))[:, 0]
    assert weight[0] < 0.2 < 0.8 < weight[1]


def test_one_year_is_not_enough_to_tell_a_place_apart():
    actual, moved, side = [100.0] * 50, [102.0] * 50, [110.0] * 50
    moved[0], side[0] = 112.0, 100.0
    one, many = (
        weigh_progression([year_of(actual, moved, side)] * count, (50, 1))[0, 0] for count in (1, 9)
    )
    assert many < one


def test_without_errors_to_go_by_both_weigh_alike():
    assert weigh_progression([], (2, 3)).tolist() == [[0.5] * 3] * 2


@pytest.mark.parametrize("truth", [0.0, 0.3])
def test_inertia_is_found(truth):
    random = np.random.default_rng(0)
    last = random.uniform(200, 600, 300)
    forecast = last * random.normal(1, 0.05, 300)
    actual = forecast + truth * (last - forecast) + random.normal(0, 2, 300)
    found = weigh_inertia([year_of(actual, forecast, forecast, last)], np.ones((300, 1)))
    assert found == pytest.approx(truth, abs=0.051)


def test_each_year_is_seen_with_what_was_known_then(noisy):
    panel = build_panel(noisy)
    early = hindcast_years(panel.until(5), 2, 0.45)
    late = hindcast_years(panel, 2, 0.45)
    assert len(early) == 4
    for first, second in zip(early, late, strict=False):
        np.testing.assert_array_equal(first.moved, second.moved)
        np.testing.assert_array_equal(first.side, second.side)


@pytest.mark.parametrize(("came", "part"), [(0.0, 2.4), (0.8, 7.2), (1.0, 8.4), (2.0, 9.0)])
def test_a_change_of_the_whole_counts_as_far_as_such_changes_have_come(came, part):
    # Six years foresaw 5 % more; `came` of it (in logs) came. The usual 0.8 counts as three of the
    # own forecast, three of cohort survival, which foresaw nothing: (6 x came + 3 x 0.8) / 9.
    pupils = np.exp(0.05 * came * np.arange(7))[None] * 1000
    hindcasts = {
        year: (pupils[:, year, None] * np.exp(0.05), pupils[:, year, None]) for year in range(6)
    }
    parts = weigh_changes(pupils, hindcasts, 2)
    assert parts[0, 0] == pytest.approx(part / 9)
    assert parts[1].tolist() == [0.8, 0.0]  # no hindcast reaches so far


def test_the_one_of_two_forecasts_of_the_whole_that_was_right_is_followed():
    # Own hindcasts foresaw 5 % more, cohort survival 5 % less; 5 % less came, in thirty years.
    pupils = np.exp(-0.05 * np.arange(31))[None] * 1000
    rise, fall = (pupils[..., None] * np.exp(step) for step in (0.05, -0.05))
    hindcasts = {year: (rise[:, year], fall[:, year]) for year in range(30)}
    own, survival = weigh_changes(pupils, hindcasts, 1)[0]
    assert own < 0.3 < survival
