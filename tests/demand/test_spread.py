import numpy as np
import pytest

from seatplan.demand.panel import build_panel
from seatplan.demand.spread import Spread, fit_errors, hindcast_panel


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
