"""Groups of pupils shared out over the catchments of the toy town: by hand and by enumeration."""

import numpy as np
import pandas as pd
import pytest

from seatplan.district.reading import check_district, read_district
from seatplan.district.writing import write_district
from seatplan.errors import ScenarioError
from seatplan.examples import toy_outcome, toy_standards
from seatplan.outcome import evaluate
from seatplan.rezoning.mixture import describe_mix, tilt_blocks
from seatplan.rezoning.town import survey_town
from seatplan.verify import verify_plan

from .test_use import draw, enumerate_plans, town

PUPILS = {"b1": 60, "b2": 60, "b3": 60, "b4": 120, "b5": 120, "b6": 120}
MIGRANTS = {"b1": 0.8, "b2": 0.5, "b4": 0.5, "b6": 0.1}  # 48 + 30 + 60 + 12 = 150 of 540


def mixed(**rooms):
    """The toy town with other rooms; migrants live mostly around A."""
    outcome = town(**rooms)
    index = pd.MultiIndex.from_product([MIGRANTS, ["migrant"]], names=["block", "group"])
    composition = pd.Series(list(MIGRANTS.values()), index, name="share")
    return evaluate(outcome.district.replace(composition=composition), toy_standards())


def count_uneven(plan):
    """Migrants above an even mix, at A and B together."""
    even, uneven = 150 / 540, 0.0
    for school in "AB":
        blocks = [block for block in plan if plan[block] == school]
        own = sum(PUPILS[block] * MIGRANTS.get(block, 0.0) for block in blocks)
        uneven += max(own - even * sum(PUPILS[block] for block in blocks), 0.0)
    return uneven


def test_the_mix_of_today_by_hand():
    laid = survey_town(mixed(A=14, B=14), "primary", [2025], None)
    assert laid.groups == ("migrant",)
    row = describe_mix(laid, laid.current).loc["migrant"]
    # A has b1, b2, b4: 138 of 240 pupils; B has 12 of 300
    assert row.share == pytest.approx(150 / 540)
    assert row.dissimilarity_before == pytest.approx(
        (abs(138 / 150 - 102 / 390) + abs(12 / 150 - 288 / 390)) / 2
    )
    exposure = 138 / 150 * 102 / 240 + 12 / 150 * 288 / 300
    assert row.exposure_before == pytest.approx(exposure)
    assert row.uneven_before == pytest.approx(138 - 150 / 540 * 240)
    # as many as would have to change places: D x 150 x 390 / 540
    assert row.uneven_before == pytest.approx(row.dissimilarity_before * 150 * 390 / 540)
    assert tilt_blocks(laid).sum() == pytest.approx(0.0)


@pytest.mark.slow
def test_groups_are_read_written_and_checked(tmp_path):
    district = mixed().district
    write_district(district, toy_standards(), tmp_path / "town")
    assert read_district(tmp_path / "town").composition.to_dict() == district.composition.to_dict()
    rows = "block,group,share\nb9,migrant,0.5\nb1,migrant,50\nb2,migrant,0.1\nb2,migrant,0.2\n"
    (tmp_path / "town/composition.csv").write_text(rows, "utf-8")
    problems = check_district(tmp_path / "town").problems
    assert any("composition.csv: row 3, column share: 50" in problem for problem in problems)
    assert any("b9" in problem and "no such block" in problem for problem in problems)
    assert any("block b2, group migrant" in problem for problem in problems)


@pytest.mark.parametrize("price", [100.0, 2000.0])
def test_each_pupil_above_an_even_mix_counts_as_so_many_metres(price):
    outcome = mixed(A=14, B=14)  # 630 seats each: any plan fits
    least = min(walk + price * count_uneven(plan) for plan, _, walk, _ in enumerate_plans(outcome))
    plan = draw(outcome, mix=price)
    assert plan.cost + plan.mix_cost == pytest.approx(least)
    assert plan.mix_cost == pytest.approx(price * count_uneven(plan.plan.to_dict()))
    assert plan.moved > 0 if price > 1000 else plan.moved == 0
    assert plan.mix.uneven_after["migrant"] <= plan.mix.uneven_before["migrant"]


def test_a_price_without_groups_or_below_nothing_is_refused():
    with pytest.raises(ScenarioError, match=r"composition\.csv"):
        draw(toy_outcome(), mix=10.0)
    with pytest.raises(ScenarioError, match="mix is metres from 0 on; got -1"):
        draw(toy_outcome(), mix=-1.0)


def test_the_verifier_counts_the_mix_itself():
    plan = pd.Series({"a": "P", "b": "Q", "c": "Q"})
    pupils = pd.DataFrame({2025: [10.0, 20.0, 10.0]}, index=["a", "b", "c"])
    seats = pd.DataFrame({2025: [99.0, 99.0]}, index=["P", "Q"])
    walks = pd.DataFrame(1.0, index=["a", "b", "c"], columns=["P", "Q"])
    arrays = plan, pupils, seats, walks, [("a", "b"), ("b", "c")], {"P": "a", "Q": "c"}
    shares = pd.DataFrame({"migrant": [1.0, 0.5, 0.0]}, index=["a", "b", "c"])
    # 20 of 40: P has 10 of 10, five too many
    assert verify_plan(*arrays, shares=shares, claimed={"uneven": 5.0}) == []
    wrong = verify_plan(*arrays, shares=shares, claimed={"uneven": 4.0})
    assert wrong == ["uneven is stated as 4; the plan has 5"]
    assert "without the shares" in verify_plan(*arrays, claimed={"uneven": 5.0})[0]
    assert np.isclose(shares.migrant @ pupils[2025], 20)
