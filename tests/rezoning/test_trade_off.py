"""The more pupils may move, the fewer are beyond the seats."""

import pytest

from seatplan.examples import toy_outcome
from seatplan.rezoning.trade_off import trace_trade_off
from seatplan.views.pictures import tell_provenance
from seatplan.views.trade_off import draw_trade_off


@pytest.fixture(scope="module")
def trade_off():
    return trace_trade_off(
        toy_outcome(), stage="junior", years=[2025], shares=[0.5], max_size=400.0, effort=0.3
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
        toy_outcome(), stage="primary", years=[2025], shares=[0.05, 0.5], effort=0.3
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
