import numpy as np
import pytest

from seatplan.demand.panel import build_panel
from seatplan.demand.spread import (
    LEAD_YEARS,
    USUAL_STRAY,
    Spread,
    _scale_leads,
    fit_errors,
    hindcast_panel,
)


def test_hindcasts_cover_the_noise_they_were_fitted_to(noisy):
    # Cells are Poisson about 60: a standard deviation of 0.13. A forecast of one number by
    # shrunken means is off by that and a little more.
    panel = build_panel(noisy)
    model = fit_errors(panel, hindcast_panel(panel))
    assert np.sqrt(model.cell.variance(np.array(60.0), 1)) == pytest.approx(0.14, abs=0.03)
    assert model.tails > 5


def test_variance_grows_with_the_lead():
    spread = Spread(level=-1.0, size=-0.5, lead=0.5)
    # exp(-2) / pupils x lead.
    assert spread.variance(np.array(100.0), 4) == pytest.approx(np.exp(-2) / 100 * 4)


def test_the_wholes_spread_is_that_of_its_own_hindcasts(noisy):
    panel = build_panel(noisy)
    hindcasts = hindcast_panel(panel)
    model = fit_errors(panel, hindcasts)
    whole = np.nansum(panel.units.pupils, axis=(0, 1))
    errors = [
        np.log((whole[origin + 1] + 0.5) / (hindcasts[origin][..., 0].sum() + 0.5))
        for origin in hindcasts
    ]
    m = len(errors)
    assert model.years[0] == m
    own = np.mean(np.square(errors)) * (1 + 1 / m)
    size = np.array([whole[-1]])
    usual = model.total.variance(size, 1)
    # One lead is drawn a little to the mean of all.
    assert model.place_variance(0, size, 1)[0] == pytest.approx(own, rel=0.35)
    assert model.place_variance(0, size, 1)[0] != pytest.approx(usual[0], rel=0.01)


def test_a_lead_with_larger_errors_than_its_neighbours_has_a_wider_spread():
    # Errors of 100 places: 0.1 one and three years ahead, 0.3 two years ahead.
    random = np.random.default_rng(0)
    log = np.repeat(np.log([1.0, 2.0, 3.0]), 100)
    errors = random.normal(size=300) * np.repeat([0.1, 0.3, 0.1], 100)
    spread = Spread(level=np.log(0.15), size=0.0, lead=0.0)
    times = _scale_leads(spread, np.stack([np.full(300, 4.0), log, errors]), 100.0, 3)
    # (0.1 / 0.15)^2 of three years against two of 1; (0.3 / 0.15)^2 of two years against two.
    assert times.tolist() == pytest.approx([0.67, 2.5, 0.81], rel=0.15)


def test_leads_with_fewer_hindcasts_have_fewer_degrees_of_freedom(noisy):
    panel = build_panel(noisy)
    years = fit_errors(panel, hindcast_panel(panel)).years
    assert years.tolist() == sorted(years, reverse=True)
    assert years[-1] == 1


def test_a_few_quiet_years_of_the_whole_are_no_promise(steady):
    # Nothing was ever off, over m years: two counts of LEAD_YEARS stand beside them, one of them
    # of USUAL_STRAY, and 1 + 1 / m is on top. Ten years ahead it is ten times as much.
    panel = build_panel(steady)
    part = np.array([1.0001, 0.9999])[:, None, None]  # of one school and of the other
    exact = {
        origin: np.repeat(panel.units.pupils[..., :1] * part, 7 - origin, axis=-1)
        for origin in range(2, 7)
    }
    model = fit_errors(panel, exact)
    size, m = np.array([800.0]), 5
    one = USUAL_STRAY * np.sqrt(LEAD_YEARS / (m + 2 * LEAD_YEARS) * (1 + 1 / m))
    assert np.sqrt(model.place_variance(0, size, 1)[0]) == pytest.approx(one, rel=0.01)
    assert model.place_variance(0, size, 10)[0] == pytest.approx(
        4 * model.place_variance(0, size, 5)[0], rel=0.01
    )
