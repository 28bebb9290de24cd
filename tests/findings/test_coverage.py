"""Every pupil sits within reach, has a school in reach but no seat, or is out of reach."""

import numpy as np
import pandas as pd
import pytest

from seatplan.examples import toy_district, toy_outcome, toy_standards
from seatplan.findings.coverage import diagnose_coverage, price_seats
from seatplan.outcome import evaluate
from seatplan.solvers.transport import solve_transport
from tests.findings.rules import add_walk


def rows(table, stage, year=2026):
    return table.xs((stage, year), level=("stage", "year")).T.to_dict("list")


def cure(coverage, stage, year=2026):
    return coverage.cure.loc[(stage, year)].to_dict()


@pytest.mark.parametrize("overflow", ["stay", "move"])
def test_the_parts_add_up_to_the_pupils_of_every_block(overflow):
    outcome = toy_outcome(overflow=overflow)
    coverage = diagnose_coverage(outcome)
    pd.testing.assert_series_equal(
        coverage.table.sum(axis=1), outcome.balance.blocks.pupils, check_names=False
    )
    sums = coverage.table.groupby(["stage", "year"]).sum()
    short = sums.no_seat + sums.out_of_reach
    assert short.loc[coverage.cure.index].tolist() == coverage.cure.short.tolist()
    assert (coverage.cure.rezone + coverage.cure.build == coverage.cure.short).all()


def test_a_crowded_school_shares_its_seats_alike():
    # B: 270 seats for 300 pupils of b3 (60), b5 (120), b6 (120): nine in ten have a seat
    table = rows(diagnose_coverage(toy_outcome()).table, "primary")
    assert table["b3"] == [54, 6, 0]
    assert table["b5"] == [108, 12, 0]
    assert table["b1"] == [60, 0, 0]


def test_rezoning_cures_what_free_seats_within_reach_can_hold():
    # primary: 30 over at B, 30 seats free at A, any road will do
    assert cure(diagnose_coverage(toy_outcome()), "primary") == {
        "pupils": 540, "no_seat": 30, "out_of_reach": 0, "short": 30, "rezone": 30, "build": 0,
    }  # fmt: skip
    # kindergarten: 270 children for the 180 seats that there are
    assert cure(diagnose_coverage(toy_outcome()), "kindergarten")["build"] == 90


def test_free_seats_beyond_reach_cure_nothing():
    # within 400 m of A: b1, b2, b4 (240 pupils, all seated); of B: b3, b5, b6 (300 for 270 seats)
    near = diagnose_coverage(toy_outcome(), within=400.0)
    assert cure(near, "primary") == {
        "pupils": 540, "no_seat": 30, "out_of_reach": 0, "short": 30, "rezone": 0, "build": 30,
    }  # fmt: skip


def test_a_block_without_a_school_in_reach_is_out_of_reach():
    # within 300 m only the blocks in which a school stands: b1 and b6 for primary
    table = rows(diagnose_coverage(toy_outcome(), within=300.0).table, "primary")
    assert table["b2"] == [0, 0, 60]
    assert table["b1"] == [60, 0, 0]


def test_the_standard_walk_holds_for_blocks_of_its_settings():
    standards = add_walk(toy_standards(), {"primary": 300.0}, settings=("urban",))
    district = toy_district()
    setting = district.blocks.setting.mask(district.blocks.index == "b2", "rural")
    district = district.replace(blocks=district.blocks.assign(setting=setting))
    coverage = diagnose_coverage(evaluate(district, standards))
    table = rows(coverage.table, "primary")
    assert table["b2"] == [60, 0, 0]  # rural: any road will do, and A has seats
    assert table["b4"] == [0, 0, 120]  # urban: 400 m to A
    assert coverage.reach.loc[("primary", "urban"), "metres"] == 300.0
    assert np.isinf(coverage.reach.loc[("primary", "rural"), "metres"])
    assert coverage.reach.loc[("junior", "urban"), "source"] == "any road"


def test_the_next_seat_saves_most_where_pupils_are_sent_farther():
    # 30 pupils of B walk 800 m to A from b3 or b5 instead of 400: one seat more at B saves 400 m
    prices = price_seats(toy_outcome(), stage="primary", year=2026)
    assert prices.saved_m.to_dict() == {"B": 400.0, "A": 0.0}
    assert prices.pupils.to_dict() == {"B": 0.0, "A": 0.0}


def test_a_seat_for_a_child_without_one_comes_first_and_adds_its_way():
    # K: 180 of 270 children; those left out live in b4 and b6, 800 m away
    prices = price_seats(toy_outcome(), stage="kindergarten", year=2026)
    assert prices.loc["K", ["pupils", "saved_m"]].tolist() == [1.0, -800.0]


def test_a_classroom_is_worth_what_a_fresh_solve_says_and_no_more_than_its_seats_at_the_first():
    # B: 30 pupils come back from A with 45 seats more, not 45: 30 x 400 m. K: a room of 30 seats
    outcome = toy_outcome()
    primary = price_seats(outcome, stage="primary", year=2026)
    assert primary.loc["B", ["room_pupils", "room_saved_m"]].tolist() == [0.0, 12_000.0]
    living = np.array([60.0, 60, 60, 120, 120, 120])
    ways = outcome.costs.metres[["A", "B"]].to_numpy()
    fresh = [solve_transport(living, np.array([270.0, seats]), ways) for seats in (270, 315)]
    assert fresh[0].cost - fresh[1].cost == pytest.approx(12_000)
    for stage, seats in (("primary", 45), ("kindergarten", 30)):
        table = price_seats(outcome, stage=stage, year=2026)
        penalty = 1e6  # metres for a pupil without a seat, far above any way here
        room = table.room_pupils * penalty + table.room_saved_m
        assert (room <= seats * (table.pupils * penalty + table.saved_m) + 1e-6).all()
        assert table.room_pupils.max() == (30 if stage == "kindergarten" else 0)
