"""The shape of catchments in the toy town, whose blocks are squares of 400 m."""

import numpy as np
import pandas as pd
import pytest

from seatplan.errors import ScenarioError
from seatplan.examples import toy_outcome
from seatplan.rezoning.shape import average_compactness, measure_border, measure_compactness
from seatplan.rezoning.town import survey_town
from seatplan.verify import verify_plan

from .test_use import TOUCHING, draw, enumerate_plans, town


def test_lines_and_compactness_by_hand():
    # A has b1, b2, b4, an L of three squares: 8 sides of 400 m around 3 x 400^2 square metres
    laid = survey_town(toy_outcome(), "primary", [2025], None)
    compact = 4 * np.pi * 3 / 8**2
    assert measure_compactness(laid, laid.current).tolist() == pytest.approx([compact] * 2)
    assert average_compactness(laid, laid.current) == pytest.approx(compact)
    assert measure_border(laid, laid.current) == pytest.approx(3 * 400)  # b2-b3, b2-b5, b4-b5


@pytest.mark.parametrize("price", [0.0, 20.0, 200.0])
def test_each_metre_of_line_counts_as_so_many_metres(price):
    outcome = town(A=14, B=14)  # 630 seats each: any plan fits
    totals = [
        walk + price * 400 * sum(plan[one] != plan[other] for one, other in TOUCHING)
        for plan, _, walk, _ in enumerate_plans(outcome)
    ]
    plan = draw(outcome, compact=price)
    assert plan.cost + plan.shape_cost == pytest.approx(min(totals))
    border = plan.shape.after["border_m"]
    assert plan.shape_cost == pytest.approx(price * border)
    assert border == pytest.approx(400 * (3 if price < 100 else 2))
    assert plan.shape.before["border_m"] == pytest.approx(1200)
    assert plan.schools.compactness_after.mean() == pytest.approx(plan.shape.after["compactness"])


def test_a_price_below_nothing_is_refused():
    with pytest.raises(ScenarioError, match="compact is metres a day for a metre of line"):
        draw(toy_outcome(), compact=-1.0)


def test_the_verifier_counts_the_lines_itself():
    plan = pd.Series({"a": "P", "b": "Q", "c": "Q"})
    pupils = pd.DataFrame({2025: [1.0, 1.0, 1.0]}, index=["a", "b", "c"])
    seats = pd.DataFrame({2025: [9.0, 9.0]}, index=["P", "Q"])
    walks = pd.DataFrame(1.0, index=["a", "b", "c"], columns=["P", "Q"])
    arrays = plan, pupils, seats, walks, [("a", "b"), ("b", "c")], {"P": "a", "Q": "c"}
    borders = {("a", "b"): 120.0, ("b", "c"): 80.0}
    assert verify_plan(*arrays, borders=borders, claimed={"border_m": 120.0}) == []
    wrong = verify_plan(*arrays, borders=borders, claimed={"border_m": 200.0})
    assert wrong == ["border_m is stated as 200; the plan has 120"]
    assert "without the borders" in verify_plan(*arrays, claimed={"border_m": 120.0})[0]
