"""The least change that cures: who moves where nobody says how many may."""

import pandas as pd
import pytest

from seatplan.errors import ScenarioError
from seatplan.examples import toy_district, toy_standards
from seatplan.outcome import evaluate
from seatplan.rezoning.practice import choose_share, propose_catchments


@pytest.fixture(scope="module")
def short():
    """A has 360 seats for b1, b2, b4 (60, 60, 120 pupils), B 225 for b3, b5, b6 (60, 120, 120)."""
    district = toy_district()
    classrooms = district.classrooms.copy()
    classrooms["A", "primary", 2020], classrooms["B", "primary", 2020] = 8, 5
    return evaluate(district.replace(classrooms=classrooms), toy_standards())


def propose(outcome, **terms):
    terms = {"stage": "primary", "years": [2025], "effort": 0.2, **terms}
    return propose_catchments(outcome, **terms)


def test_pupils_move_while_few_moved_give_one_a_seat(short):
    # 75 beyond today: 2.5 x 75 = 187.5. b3 to A: 60 move, 15 stay beyond: 60 + 2.5 x 15 = 97.5.
    # b5 to A: 120 move, nobody is beyond: 120. Both: 180. So b3 moves, which 20 % of 540 let
    made = propose(short)
    assert made.plan.moves.block.tolist() == ["b3"]
    assert made.terms == {"disruption_m": 500.0, "max_increase_m": 1000.0, "max_moved": 0.2}
    assert made.trade_off.table.catchment_shortage.tolist() == [75, 75, 75, 75, 15, 0]
    assert made.trade_off.table.pupils.tolist() == pytest.approx([0, 0, 0, 0, 60, 120])


@pytest.mark.parametrize(("weight", "share"), [(0.5, 0.0), (2.5, 0.1), (5.0, None)])
def test_a_seat_may_weigh_less_or_more(weight, share):
    # 0.5 x 75 = 37.5 is below 67.5 and 120; 5 x 15 + 60 = 135 is above 120
    rows = {0.0: (75.0, 0.0), 0.1: (15.0, 60.0), 1.0: (0.0, 120.0)}
    table = pd.DataFrame.from_dict(rows, "index", columns=["catchment_shortage", "pupils"])
    assert choose_share(table, weight) == share


def test_what_is_stated_is_kept(short):
    made = propose(short, max_moved=1.0, disruption_m=0.0)
    assert made.trade_off is None
    assert made.plan.moves.block.tolist() == ["b5"]
    assert made.terms == {"disruption_m": 0.0, "max_increase_m": 1000.0, "max_moved": 1.0}
    # b3 and b5 walk 400 m farther to A than to B
    assert len(propose(short, max_moved=1.0, max_increase_m=399.0).plan.moves) == 0


def test_nobody_moves_where_nobody_is_beyond_the_seats():
    district = toy_district()
    rooms = district.classrooms.copy()
    rooms["B", "primary", 2020] = 7  # 315 seats for 300
    made = propose(evaluate(district.replace(classrooms=rooms), toy_standards()))
    assert (len(made.plan.moves), made.trade_off) == (0, None)


def test_a_stage_without_catchments_is_refused(short):
    with pytest.raises(ScenarioError, match="has no catchments"):
        propose(short, stage="kindergarten")
