"""Many futures at once say what each of them says alone."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import seatplan as sp
from seatplan.case.case import prepare
from seatplan.demand.agreement import forecast_demand
from seatplan.demand.draws import DemandDraws, hold_factors
from seatplan.district.standards import DEFAULT_POLICY
from seatplan.draws import OutcomeDraws, evaluate_draws
from seatplan.errors import InputError
from seatplan.examples import toy_district, toy_standards
from seatplan.outcome import Outcome, evaluate
from seatplan.seating.assignment import plan_courses
from seatplan.seating.catchments import draw_catchments
from seatplan.seating.draws import seat_draws
from seatplan.seating.origins import fit_origins
from tests.seating.test_spreading import with_history

DISTRICT, STANDARDS = toy_district(), toy_standards()
SHAPE = (len(DISTRICT.blocks), len(STANDARDS.grades), len(DISTRICT.years))
SAME = ["pupils", "residents", "catchment_shortage", "roll_over_seats", "school_size"]


def hold(factors: np.ndarray) -> DemandDraws:
    return hold_factors(factors, DISTRICT.blocks.index, STANDARDS.grades, DISTRICT.years)


def shake(count: int) -> np.ndarray:
    """Factors of 0.6 to 1.5, of every block on its own; the base year is on record."""
    factors = np.random.default_rng(5).uniform(0.6, 1.5, (*SHAPE, count))
    factors[:, :, 0] = 1.0
    return factors


def follow(factors: np.ndarray, overflow: str = "stay") -> list[Outcome]:
    """Evaluate every future alone."""
    policy = replace(DEFAULT_POLICY, overflow=overflow)
    central = forecast_demand(prepare(DISTRICT, STANDARDS))
    return [
        evaluate(
            DISTRICT,
            STANDARDS,
            policy=policy,
            forecast=replace(central, pupils=central.pupils * factors[..., draw].ravel()),
        )
        for draw in range(factors.shape[-1])
    ]


def measure_class_size(outcome: Outcome) -> pd.Series:
    sizes = outcome.measure("class_size").rename("pupils").reset_index()
    sizes["stage"] = sizes.grade.map(STANDARDS.stage_of)
    return sizes.groupby(["school", "stage", "year"]).pupils.max()


def assert_same(table: pd.DataFrame, alone: list[pd.Series]) -> None:
    """Hold the mean and the quantiles of many futures against those of each alone."""
    each = pd.concat([one.reindex(table.index).fillna(0) for one in alone], axis=1).to_numpy(float)
    assert table["mean"].to_numpy() == pytest.approx(each.mean(axis=1))
    assert (table["q05"] == each.min(axis=1)).all()
    assert (table["q50"] == np.sort(each, axis=1)[:, (each.shape[1] + 1) // 2 - 1]).all()
    assert (table["q95"] == each.max(axis=1)).all()
    if "chance" in table:
        assert table["chance"].to_numpy() == pytest.approx((each > 0).mean(axis=1))


@pytest.mark.parametrize("overflow", ["stay", "move"])
def test_each_future_is_what_evaluate_makes_of_it(overflow: str):
    factors = shake(5)
    alone = follow(factors, overflow)
    policy = replace(DEFAULT_POLICY, overflow=overflow)
    together = evaluate_draws(DISTRICT, STANDARDS, draws=hold(factors), policy=policy)
    for name in SAME:
        assert_same(together.measure(name), [outcome.measure(name) for outcome in alone])
    assert_same(together.measure("class_size"), [measure_class_size(each) for each in alone])
    stages = together.measure("district_pupils").index
    for name, parts in {
        "district_shortage": "district_shortage",
        "all_catchment_shortages": "catchment_shortage",
        "unplaced": "unplaced",
    }.items():
        sums = [outcome.measure(parts).groupby(["stage", "year"]).sum() for outcome in alone]
        assert_same(together.measure(name), sums)
        assert together.measure(name).index.equals(stages)


def test_a_thousand_draws_of_one_future_are_that_future():
    alone = evaluate(DISTRICT, STANDARDS)
    together = evaluate_draws(DISTRICT, STANDARDS, draws=hold(np.ones((*SHAPE, 1000))))
    for name in SAME:
        table = together.measure(name)
        known = alone.measure(name).reindex(table.index).fillna(0)
        assert (table[["mean", "q05", "q50", "q95"]].to_numpy() == known.to_numpy()[:, None]).all()
    flags = alone.flags.table
    flags = flags[flags.code.isin(together.limits.index.unique("code"))]
    certain = together.limits[together.limits.chance > 0]
    assert (certain.chance == 1).all()
    raised = pd.MultiIndex.from_frame(flags[["code", "school", "stage", "year"]])
    assert sorted(raised) == sorted(certain.index)


def test_no_figure_hangs_on_the_parts_in_which_futures_are_worked_through():
    draws = hold(shake(9))
    one, other = (
        evaluate_draws(DISTRICT, STANDARDS, draws=draws, part_bytes=size) for size in (1.0, 1e9)
    )
    for name in one.tables:
        pd.testing.assert_frame_equal(one.measure(name), other.measure(name))
    pd.testing.assert_frame_equal(one.limits, other.limits)


@pytest.mark.parametrize("overflow", ["stay", "move"])
def test_pupils_are_conserved_in_every_draw(overflow: str):
    case = prepare(DISTRICT, STANDARDS, policy=replace(DEFAULT_POLICY, overflow=overflow))
    central = forecast_demand(case)
    origins = fit_origins(case, central)
    courses = plan_courses(case, origins, draw_catchments(case, central, origins))
    pupils = central.cube(STANDARDS.grades)[..., None] * shake(5)
    heads = seat_draws(case, courses, pupils)
    whole = heads.attend.sum(axis=0) + heads.unplaced
    assert (np.abs(whole - pupils.sum(axis=0)) < 1).all()  # some are rounded the other way
    if overflow == "move":
        seats = np.ceil(np.nan_to_num(case.seats.places))[..., None]
        assert (case.axes.sum_grades(heads.attend, axis=1)[:, :, 1:] <= seats[:, :, 1:]).all()


def test_the_chance_of_a_limit_counts_futures_and_what_is_above_it():
    # Primary has 40 and 50 pupils in each grade; half of the futures have twice as many from 2021.
    factors = np.ones((*SHAPE, 4))
    factors[:, :, 1:, 2:] = 2.0
    together = evaluate_draws(DISTRICT, STANDARDS, draws=hold(factors))
    table = together.measure("pupils").loc[("B", "primary", 2021)]
    assert (table["q50"], table["q75"]) == (300, 600)
    chances = together.limits.xs(("B", "primary"), level=("school", "stage"))
    assert set(chances.chance.unique()) <= {0.0, 0.5, 1.0}
    assert (chances.expected[chances.chance > 0] > 0).all()


@pytest.mark.slow
def test_the_same_seed_draws_the_same_demand_in_any_parts():
    district = with_history()
    draws = sp.draw_demand(district, STANDARDS, n=120, seed=4)
    whole = draws.factors(0, 120)
    assert whole.shape == (*SHAPE, 120)
    assert (whole[:, :, 0] == 1).all()
    for first, last in ((0, 1), (40, 70), (110, 120)):
        assert (draws.factors(first, last) == whole[..., first:last]).all()
    again = sp.draw_demand(district, STANDARDS, n=120, seed=4)
    assert (again.factors(30, 31) == whole[..., 30:31]).all()
    assert (
        sp.draw_demand(district, STANDARDS, n=120, seed=5).factors(0, 1) != whole[..., :1]
    ).any()


def test_what_makes_no_sense_is_refused():
    with pytest.raises(InputError, match="shape"):
        hold(np.ones((2, 2)))
    with pytest.raises(InputError, match="below 0"):
        hold(-np.ones((*SHAPE, 1)))
    with pytest.raises(InputError, match="quantiles"):
        evaluate_draws(DISTRICT, STANDARDS, draws=hold(np.ones((*SHAPE, 1))), quantiles=[0.0])
    other = replace(hold(np.ones((*SHAPE, 1))), years=[1, 2])
    with pytest.raises(InputError, match="years"):
        evaluate_draws(DISTRICT, STANDARDS, draws=other)
    with pytest.raises(InputError, match="n 0"):
        sp.draw_demand(DISTRICT, STANDARDS, n=0)
    drawn: OutcomeDraws = evaluate_draws(DISTRICT, STANDARDS, draws=hold(np.ones((*SHAPE, 1))))
    with pytest.raises(InputError, match="district_shortage"):
        drawn.measure("district_shortages")
