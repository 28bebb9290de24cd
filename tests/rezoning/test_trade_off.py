"""The more pupils may move, the fewer are beyond the seats."""

import numpy as np
import pytest

from seatplan.errors import InputError, ScenarioError
from seatplan.examples import toy_outcome
from seatplan.rezoning.drawing import rezone_catchments
from seatplan.rezoning.trade_off import FIGURES, trace_trade_off
from seatplan.verbs.curves import read_axes, read_curve
from seatplan.views.pictures import tell_provenance
from seatplan.views.trade_off import draw_trade_off


@pytest.fixture(scope="module")
def trade_off():
    return trace_trade_off(
        toy_outcome(), stage="junior", years=[2025], values=[0.5, 1], max_size=400.0, effort=0.3
    )


def test_the_table_begins_with_today_and_ends_with_no_limit(trade_off):
    # B is the only junior school: 270 pupils, and 300 of its 400 places are primary pupils'. So
    # 170 are beyond the 100 that are left, whoever may move
    table = trade_off.table
    assert table.index.tolist() == [0.0, 0.5, 1.0]
    assert table.catchment_shortage.tolist() == pytest.approx([170] * 3)
    assert table.schools.tolist() == [1, 1, 1]
    assert table.moved.tolist() == [0, 0, 0]
    # b1 30 x 1,200 m, b2 30 x 800, b3 30 x 400, b4 60 x 800, b5 60 x 400, b6 0: 144,000 / 270
    assert table.walk_m.tolist() == pytest.approx([144_000 / 270] * 3)


@pytest.mark.slow
def test_a_share_holds_for_its_own_plan():
    # A has 270 seats for 240, B 270 for 300; nobody may move, and then half of them
    table = trace_trade_off(
        toy_outcome(), stage="primary", years=[2025], values=[0.05, 0.5, 1], effort=0.3
    ).table
    assert (table.moved <= table.index).all()
    assert table.catchment_shortage.tolist() == pytest.approx([30] * 4)


def test_the_picture_has_a_point_for_each_plan(trade_off):
    picture = draw_trade_off(toy_outcome(), trade_off, stage="junior")
    axes = picture.axes[0]
    assert axes.lines[0].get_ydata().tolist() == pytest.approx([170] * 3)
    assert axes.texts[0].get_text().split("\n") == ["170", "平均步行 533 米"]
    assert "初中" in axes.get_title(loc="left")
    assert picture.get_supxlabel() == tell_provenance(toy_outcome(), "zh")


def test_any_term_is_varied_and_any_two_figures_are_drawn():
    curve = trace_trade_off(
        toy_outcome(), stage="junior", years=[2025], term="compact", values=[0, 5], effort=0.3
    )
    table = curve.table
    assert table.index.name == "compact"
    assert np.isnan(table.index[0])
    assert table.index[1:].tolist() == [0, 5]
    assert tuple(table) == FIGURES
    assert table.worst_use.tolist() == pytest.approx([table.worst_use.iloc[0]] * 3)
    assert (table.border_m == 0).all()  # one junior school: no line anywhere
    picture = draw_trade_off(
        toy_outcome(), curve, stage="junior", axes=("border_m", "walk_m"), language="en"
    )
    assert [text.get_text() for text in picture.axes[0].texts] == [
        "today",
        "a metre of line counts 0",
        "a metre of line counts 5",
    ]
    assert picture.axes[0].get_title(loc="left") == (
        "Mean walk (m) against Lines between catchments (m), junior"
    )


@pytest.mark.slow
def test_a_plan_of_the_curve_is_that_of_its_term_alone():
    asked = {"stage": "primary", "years": [2025], "effort": 0.3, "spread": False}
    curve = trace_trade_off(
        toy_outcome(), stage="primary", years=[2025], term="disruption_m", values=[900], effort=0.3
    )
    alone = rezone_catchments(toy_outcome(), disruption_m=900, **asked)
    assert curve.plans[900].plan.equals(alone.plan)
    row = curve.table.loc[900]
    assert row.walk_m == pytest.approx(alone.walks.after.mean_m)
    assert row.worst_use == alone.worst_use


@pytest.mark.parametrize(
    ("told", "found"),
    [
        ("compact=0,100", ("compact", [0.0, 100.0])),
        ("max-walk=800", ("max_walk_m", [800.0])),
        ("max_increase_share = 0.1,0.2", ("max_increase_share", [0.1, 0.2])),
        (None, ("max_moved", [0.05, 0.1, 0.2, 1.0])),
    ],
)
def test_a_curve_is_read_as_the_options_are_called(told, found):
    assert read_curve(told) == found


@pytest.mark.parametrize("told", ["compact", "compact=", "shape=1", "compact=a,b", "=1"])
def test_a_curve_that_is_none_is_refused(told):
    with pytest.raises(InputError, match="terms are max-moved, max-walk"):
        read_curve(told)


@pytest.mark.parametrize("told", ["walk_m", "walk_m,shape", "gini,walk_m,moved"])
def test_axes_that_are_none_are_refused(told):
    with pytest.raises(InputError, match="want two of moved, pupils"):
        read_axes(told, "compact")


def test_a_term_that_is_none_is_refused():
    with pytest.raises(ScenarioError, match="no term is called shape"):
        trace_trade_off(toy_outcome(), stage="junior", years=[2025], term="shape")
