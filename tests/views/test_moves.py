"""The picture of a rezoning says what the plan says."""

import io

import pytest

from seatplan.examples import toy_outcome
from seatplan.rezoning.drawing import rezone_catchments
from seatplan.views.moves import draw_moves


@pytest.fixture(scope="module")
def outcome():
    return toy_outcome()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_picture_states_the_plans_figures_and_what_the_data_are(outcome, language):
    plan = rezone_catchments(outcome, stage="primary", years=[2025, 2026], seconds=0.3)
    figure = draw_moves(outcome, plan, language=language)
    texts = [text.get_text() for text in figure.texts]
    before, after = plan.schools[["catchment_shortage_before", "catchment_shortage_after"]].sum()
    assert f"{before:.0f} → {after:.0f}" in texts[1]
    assert "2025–2026" in texts[2]
    assert ("synthetic 3" if language == "en" else "合成 3") in texts[2]
    page = io.BytesIO()
    figure.savefig(page, dpi=40)
    assert page.getvalue().startswith(b"\x89PNG")


def test_lottery_zones_are_drawn_too(outcome):
    terms = {"stage": "primary", "years": [2025], "lotteries": [("A", "B")], "seconds": 0.3}
    page = io.BytesIO()
    draw_moves(outcome, rezone_catchments(outcome, **terms)).savefig(page, dpi=40)
    assert page.getvalue().startswith(b"\x89PNG")
