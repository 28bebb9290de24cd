import numpy as np
import pytest

from seatplan.demand.panel import build_panel
from seatplan.demand.weighing import (
    OneYear,
    earn_change,
    hindcast_years,
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


@pytest.mark.parametrize(("came", "part"), [(0.0, 0.5), (0.5, 0.75), (1.0, 1.0), (2.0, 1.0)])
def test_a_change_of_the_whole_counts_as_far_as_such_changes_have_come(came, part):
    # Six years foresaw 5 % more; `came` of it (in logs) came. Six count as much as without any.
    pupils = np.exp(0.05 * came * np.arange(7))[None] * 1000
    hindcasts = {year: pupils[:, year, None] * np.exp(0.05) for year in range(6)}
    assert earn_change(pupils, hindcasts, 2).tolist() == pytest.approx([part, 1.0])
