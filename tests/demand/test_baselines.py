import numpy as np
import pandas as pd
import pytest

from seatplan.demand.baselines import METHODS, cohort_survival_3, hamilton_perry, linear_trend
from seatplan.demand.panel import build_panel
from seatplan.demand.rolls import build_rolls


def panel_of(cells):
    """One school: grade -> pupils by year from 2010; None where not taught."""
    rows = [
        ("a", grade, 2010 + year, pupils)
        for grade, row in cells.items()
        for year, pupils in enumerate(row)
    ]
    table = pd.DataFrame(rows, columns=["unit", "grade", "year", "pupils"]).dropna()
    return build_panel(build_rolls(table))


def test_a_trend_runs_on_and_stops_at_zero():
    panel = panel_of({"K": [50, 40, 30, 20, 10]})
    assert linear_trend(panel, 3)[0, 0].tolist() == pytest.approx([0, 0, 0])
    assert linear_trend(panel_of({"K": [10, 20, 30, 40, 50]}), 2)[0, 0].tolist() == pytest.approx(
        [60, 70]
    )


def test_yearly_ratios_are_held_to_a_half_and_two():
    # Ratios 10 / 100, 100 / 100, 100 / 10 -> held to 0.5, 1, 2: mean 7 / 6.
    panel = panel_of({"K": [100, 100, 10, 60], "1": [50, 10, 100, 100]})
    assert cohort_survival_3(panel, 1)[0, 1, 0] == pytest.approx(60 * 7 / 6)
    # Entry: mean of the last three years.
    assert cohort_survival_3(panel, 1)[0, 0, 0] == pytest.approx(170 / 3)


def test_cohort_change_is_that_of_the_last_cohort():
    panel = panel_of({"K": [100, 80, 60], "1": [90, 90, 40], "2": [90, 90, 55]})
    forecast = hamilton_perry(panel, 2)
    # One year: 60 x 40 / 80. Two years: 60 x 55 / 100.
    assert forecast[0, 1, 0] == pytest.approx(30)
    assert forecast[0, 2, 1] == pytest.approx(33)


@pytest.mark.parametrize("name", METHODS)
def test_every_method_keeps_to_grades_that_are_taught(name, noisy):
    panel = build_panel(noisy)
    panel.units.pupils[3, 2, -1] = np.nan
    forecast = METHODS[name](panel, 4)
    assert forecast.shape == (30, 6, 4)
    assert np.isnan(forecast[3, 2]).all()
    assert (np.delete(forecast.reshape(180, 4), 20, axis=0) >= 0).all()
