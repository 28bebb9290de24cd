"""A map sheet says what the balance says, in both languages and for every stage."""

import io

import pytest

from seatplan.examples import toy_district, toy_outcome, toy_standards
from seatplan.outcome import evaluate
from seatplan.views.sheets import draw_cores, draw_map, name_classes


def read_texts(figure):
    return [text.get_text() for text in figure.findobj(lambda item: hasattr(item, "get_text"))]


def test_a_sheet_states_the_districts_balance_and_what_the_data_are():
    texts = read_texts(draw_map(toy_outcome(), stage="kindergarten", year=2020, language="en"))
    # The toy kindergarten: 270 children for 180 seats, in one catchment.
    assert any("Balance −90 " in text and "pupils 270" in text for text in texts)
    assert any("1 places short" in text for text in texts)
    assert any(text.startswith("School data: synthetic 3") for text in texts)


def test_the_legend_names_the_classes_of_the_palette():
    assert name_classes("en")[0] == "< −300"
    assert name_classes("en")[3] == "−50 … +50"
    assert name_classes("zh")[6] == "> +300"


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("stage", ["kindergarten", "primary", "junior"])
def test_every_stage_draws_without_a_warning(stage, language):
    page = io.BytesIO()
    draw_map(toy_outcome(), stage=stage, year=2022, language=language).savefig(page, dpi=40)
    assert page.getvalue().startswith(b"\x89PNG")


def test_hostile_names_are_written_as_they_are():
    district = toy_district()
    zones = district.zones.assign(name=["$\\frac$<b>", *district.zones.name[1:]])
    outcome = evaluate(district.replace(zones=zones), toy_standards())
    draw_map(outcome, stage="primary", year=2021).savefig(io.BytesIO(), dpi=40)


def test_cores_stand_side_by_side():
    figure = draw_cores([toy_outcome(), toy_outcome(overflow="move")], stage="primary", year=2021)
    assert len(figure.axes) == 3  # two maps and the ribbon of classes
    assert figure.axes[0].get_xlim() == figure.axes[1].get_xlim()
