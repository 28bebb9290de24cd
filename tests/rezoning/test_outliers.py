"""Where plans of the toy town lie among many, against the enumeration of all."""

import numpy as np
import pytest

from seatplan.errors import ScenarioError
from seatplan.examples import toy_outcome
from seatplan.rezoning.outliers import draw_ensemble
from seatplan.views.outliers import draw_ensemble_chart

from .test_use import draw, enumerate_plans

TERMS = {"stage": "primary", "year": 2025, "plans": 1200, "every": 4}


@pytest.fixture(scope="module")
def ensemble():
    outcome = toy_outcome()
    return draw_ensemble(outcome, **TERMS, best=draw(outcome, disruption_m=1.0), seed=3)


def test_every_plan_is_one_that_keeps_the_tolerance(ensemble):
    # at most 270 seats and 15 %, 310.5; so at least 229.5, which is above 240 less 15 %
    walks = {
        round(walk / 540, 6)
        for _, load, walk, _ in enumerate_plans(toy_outcome())
        if all(229.5 <= count <= 310.5 for count in load.values())
    }
    assert set(ensemble.figures.walk_m.round(6)) == walks
    assert ensemble.figures.beyond.unique().tolist() == pytest.approx([30])
    assert len(ensemble.figures) == 1200
    assert all(0 < share <= 1 for share in ensemble.accepted)


def test_the_catchments_of_today_are_measured_by_hand(ensemble):
    today = ensemble.plans.loc["today"]
    # b2, b4, b3 and b5 walk 400 m: 60 + 120 + 60 + 120 of 540 pupils
    assert today.walk_m == pytest.approx(360 * 400 / 540)
    assert today.farthest_m == pytest.approx(400)
    assert (today.moved, today.beyond) == pytest.approx((0, 30))
    assert today.worst_use == pytest.approx(300 / 270)
    assert today.border_km == pytest.approx(1.2)


def test_percentiles_are_told_where_chains_agree_and_only_there(ensemble):
    table, figures = ensemble.table, ensemble.figures
    walk = table.loc["walk_m"]
    assert walk.holds
    assert walk.rhat <= 1.01
    less = (figures.walk_m < walk.today - 1e-9).mean()
    same = (abs(figures.walk_m - walk.today) < 1e-9).mean()
    assert walk.below_today == pytest.approx(less + same / 2)
    assert not table.holds["beyond"]  # all alike
    assert np.isnan(table.below_today["beyond"])


def test_the_picture_shows_each_figure(ensemble):
    figure = draw_ensemble_chart(toy_outcome(), ensemble, language="en")
    titles = [axes.get_title(loc="left") for axes in figure.axes]
    assert titles[0] == "Mean walk (m)"
    assert all(titles[: len(ensemble.table)])
    notes = [axes.get_xlabel() for axes in figure.axes]
    percentile = 100 * ensemble.table.below_today["walk_m"]
    assert notes[0].startswith(f"today: percentile {percentile:.1f}")
    assert notes[3] == "the same in every plan"  # 30 beyond the seats in all


@pytest.mark.slow
def test_a_tolerance_that_no_plan_keeps_is_refused():
    with pytest.raises(ScenarioError, match="16 pupils are beyond it"):
        draw_ensemble(toy_outcome(), **TERMS | {"tolerance": 0.05})  # 300 for 283.5


def test_numbers_without_sense_are_refused_together():
    with pytest.raises(ScenarioError, match=r"(?s)at least 40 plans.*tolerance is a share"):
        draw_ensemble(toy_outcome(), stage="primary", year=2025, plans=3, tolerance=0.0)
