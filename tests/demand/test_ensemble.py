import numpy as np
import pandas as pd
import pytest

from seatplan.demand.ensemble import draw_rolls
from seatplan.demand.roll_forecast import forecast_rolls
from seatplan.demand.rolls import build_rolls
from seatplan.errors import InputError


@pytest.fixture(scope="module")
def draws(noisy):
    return draw_rolls(forecast_rolls(noisy, range(2020, 2025)), n=400, seed=7)


def test_the_same_seed_gives_the_same_draws(draws):
    again = draw_rolls(draws.forecast, n=400, seed=7)
    np.testing.assert_array_equal(again.pupils, draws.pupils)
    assert (draw_rolls(draws.forecast, n=400, seed=8).pupils != draws.pupils).any()


def test_a_draw_is_a_forecast(draws):
    one = draws.draw(3)
    pd.testing.assert_index_equal(one.pupils.index, draws.forecast.pupils.index)
    assert one.pupils.sum() == pytest.approx(float(draws.pupils[3].sum()), rel=1e-5)


def test_draws_lie_about_the_forecast(draws):
    middle = np.median(draws.pupils.sum(axis=(1, 2)), axis=0)
    whole = draws.forecast.total("all").to_numpy()
    assert middle == pytest.approx(whole, rel=0.03)


def test_a_total_is_surer_than_its_parts(draws):
    # Independent cells: 180 of them make a total about 13 times surer than one.
    def width(place):
        bounds = draws.intervals(place)
        mean = bounds[["low_80", "high_80"]].mean(axis=1)
        return ((bounds["high_80"] - bounds["low_80"]) / mean).mean()

    assert width("grade") > 1.5 * width("unit") > 1.5 * width("town") > width("all")


def test_intervals_widen_with_the_lead_and_the_chance(draws):
    bounds = draws.intervals("unit").groupby("year").mean()
    assert (bounds["high_95"] > bounds["high_80"]).all()
    width = (bounds["high_80"] - bounds["low_80"]).to_numpy()
    assert width[-1] > width[0]


def test_years_ahead_hang_together(draws):
    # A unit far above its forecast in one year is likely to be above it in the next.
    totals = draws.pupils.sum(axis=2)
    assert np.corrcoef(totals[:, 0, 2], totals[:, 0, 3])[0, 1] > 0.4


def test_units_of_one_size_do_not_tell_how_errors_shrink():
    # Every school has about 50 pupils a grade: nothing says how sure the whole is; the slope stays
    # between none and that of independent pupils.
    rows = {
        (f"s{unit}", f"g{grade}", year): 50 + unit + (7 * unit + 3 * grade + 5 * year) % 11
        for unit in range(8)
        for grade in range(1, 4)
        for year in range(2010, 2018)
    }
    table = pd.Series(rows, name="pupils").rename_axis(["unit", "grade", "year"]).reset_index()
    forecast = forecast_rolls(build_rolls(table), [2018])
    bounds = draw_rolls(forecast, n=200).intervals("all").iloc[0]
    whole = forecast.pupils.sum()
    assert 0.8 * whole < bounds["low_95"] < whole < bounds["high_95"] < 1.2 * whole


def test_no_draws_and_too_short_a_record_are_refused(noisy):
    with pytest.raises(InputError, match="1 or more"):
        draw_rolls(forecast_rolls(noisy, [2020]), n=0)
    with pytest.raises(InputError, match="intervals want two"):
        draw_rolls(forecast_rolls(noisy.until(2010), [2011]))
