"""Stated chances: scored by hand, and held against futures drawn from the model itself."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import seatplan as sp
from seatplan.demand.ensemble import draw_panel
from seatplan.demand.panel import build_panel
from seatplan.demand.reliability import BANDS, score_chances, sort_chances, weigh_reliability
from seatplan.demand.rolls import build_rolls
from seatplan.demand.spread import fit_errors, hindcast_panel
from seatplan.errors import InputError
from seatplan.examples import toy_district, toy_outcome, toy_standards


def make_rolls(units=40, years=12, seed=0):
    """Draw schools of four grades whose cohorts move up, each with a growth of its own."""
    random = np.random.default_rng(seed)
    rows = []
    for unit in range(units):
        size, growth = random.integers(15, 60), random.normal(0.0, 0.03)
        for year in range(2010, 2010 + years):
            for grade in range(1, 5):
                pupils = random.poisson(size * np.exp(growth * (year - grade - 2010)))
                rows.append((f"s{unit:02d}", "d", f"g{grade}", year, pupils))
    columns = ["unit", "district", "grade", "year", "pupils"]
    return build_rolls(pd.DataFrame(rows, columns=columns), parents=["district"])


def test_what_the_ten_per_cent_band_says_of_full_seats():
    forecast, seats = np.array([100.0, 100.0, 100.0]), np.array([100.0, 90.0, 109.0])
    said = {name: state(forecast, seats).round(3).tolist() for name, state in BANDS.items()}
    # more than 100 seats is 101 pupils, so from 100.5 on: of the band 90 to 110 that is 9.5 in 20
    assert said["survival_even"] == [0.475, 0.975, 0.025]
    assert said["survival"] == [0, 1, 0]
    # ten per cent are 1.96 standard deviations: 0.5 of 5.1 above the middle, 9.5 of 5.1
    assert said["survival_95"] == [0.461, 0.969, 0.031]
    assert said["survival_80"] == [0.474, 0.888, 0.112]


def test_scores_by_hand():
    cells = pd.DataFrame({"stated": [0.9, 0.9, 0.1, 0.5], "came": [1.0, 0.0, 0.0, 1.0]})
    # (0.01 + 0.81 + 0.01 + 0.25) / 4 = 0.27; half came, so stating 0.5 always scores 0.25
    assert score_chances(cells) == {
        "brier": pytest.approx(0.27),
        "skill": pytest.approx(-0.08),
        # two said 0.9 where half came, one 0.1 and one 0.5: (2 * 0.16 + 0.01 + 0.25) / 4
        "reliability": pytest.approx(0.145),
        "cells": 4,
        "seen": 0.5,
    }
    table = sort_chances(cells)
    assert table.loc[(0.8, 0.95)].tolist() == [0.9, 0.5, 2]
    assert table.loc[(0.05, 0.2), "seen"] == 0
    assert sort_chances(pd.DataFrame({"stated": [1.0], "came": [1.0]})).index[0] == (0.95, 1.0)


def test_a_record_is_scored_by_every_method():
    found = weigh_reliability(make_rolls(years=9), draws=60)
    # origins 2014 and 2015, whose third year is on record: twice 40 schools
    assert (found.scores.cells == 2 * 40).all()
    assert list(found.scores.index) == ["seatplan", *BANDS]
    assert found.scores.brier["seatplan"] < found.scores.brier["survival"]
    assert found.table.loc["seatplan"].cells.sum() == 2 * 40


def test_a_record_too_short_is_refused():
    with pytest.raises(InputError, match="7 years on record, lead 3"):
        weigh_reliability(make_rolls(units=2, years=7))


@pytest.mark.slow
def test_futures_of_the_model_come_as_often_as_it_says():
    panel = build_panel(make_rolls(years=7))
    ahead = np.repeat(panel.units.pupils[..., -1:], 3, axis=-1)
    drawn = draw_panel(panel, ahead, fit_errors(panel, hindcast_panel(panel)), 1000, seed=0)
    rolls = drawn[..., 2].sum(axis=2)
    seats = ahead[..., 0].sum(axis=1) * np.linspace(0.8, 1.25, 40)
    over = rolls > seats
    stated, came = over[:500].mean(axis=0), over[500:]
    cells = pd.DataFrame({"stated": np.tile(stated, 500), "came": came.ravel() * 1.0})
    table = sort_chances(cells)
    # 500 futures know a chance of one half to 2.2 points, and so do the others
    assert (table.said - table.seen).abs().max() < 0.06
    assert len(table) >= 5


@pytest.mark.slow
def test_catchments_run_short_as_often_as_the_draws_say():
    """Each of 200 other futures is evaluated on its own, as the forecast of that district."""
    district, standards = toy_district(), toy_standards()
    today = toy_outcome()
    said = sp.evaluate_draws(
        district, standards, draws=sp.draw_demand(district, standards, n=400, seed=1)
    ).measure("catchment_shortage")["chance"]
    others = sp.draw_demand(district, standards, n=200, seed=2)
    pupils = today.forecast.pupils
    short = []
    for number in range(others.count):
        factors = others.factors(number, number + 1)[..., 0]
        given = replace(today.forecast, pupils=pupils * factors.ravel())
        outcome = sp.evaluate(district, standards, forecast=given)
        short.append(outcome.measure("catchment_shortage").reindex(said.index) > 0)
    seen = pd.concat(short, axis=1).mean(axis=1)
    # 400 and 200 futures: a standard error of 4.3 points at one half
    assert (said - seen).abs().max() < 0.15
    assert (said - seen).abs().mean() < 0.03
    assert said.between(0.1, 0.9).sum() >= 3
