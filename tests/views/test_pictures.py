"""A map as a picture says what the balance says, in both languages and for every stage."""

import io
from itertools import combinations

import pytest

from seatplan.errors import InputError
from seatplan.examples import toy_district, toy_outcome, toy_standards
from seatplan.outcome import evaluate
from seatplan.views.pictures import draw_cores, draw_map, name_classes


def read_texts(figure):
    return [text.get_text() for text in figure.findobj(lambda item: hasattr(item, "get_text"))]


def test_a_sheet_states_the_districts_balance_and_what_the_data_are():
    texts = read_texts(draw_map(toy_outcome(), "kindergarten", 2020, language="en"))
    # The toy kindergarten: 270 children for 180 seats, in one catchment.
    assert any("Catchment shortage 90, in 1 catchment" in text for text in texts)
    assert any("balance −90 " in text and "pupils 270" in text for text in texts)
    assert any(text.startswith("School data: synthetic 3") for text in texts)


def test_the_legend_names_the_classes_of_the_palette():
    assert name_classes("en")[0] == "< −300"
    assert name_classes("en")[3] == "−50 … +50"
    assert name_classes("zh")[6] == "> +300"


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("stage", ["kindergarten", "primary", "junior"])
def test_every_stage_draws_without_a_warning(stage, language):
    page = io.BytesIO()
    draw_map(toy_outcome(), stage, 2022, language=language).savefig(page, dpi=40)
    assert page.getvalue().startswith(b"\x89PNG")


def test_hostile_names_are_written_as_they_are():
    district, name = toy_district(), "$\\frac$<b>"
    zones = district.zones.assign(name=[name, *district.zones.name[1:]])
    figure = draw_map(evaluate(district.replace(zones=zones), toy_standards()), "primary", 2021)
    figure.savefig(io.BytesIO(), dpi=40)
    assert name in read_texts(figure)


def test_cores_stand_side_by_side():
    figure = draw_cores([toy_outcome(), toy_outcome(overflow="move")], "primary", 2021)
    assert len(figure.axes) == 3  # two maps and the ribbon of classes
    assert figure.axes[0].get_xlim() == figure.axes[1].get_xlim()


def test_the_legend_counts_every_catchment_once():
    figure = draw_map(toy_outcome(), "primary", 2022)
    legend = figure.axes[2]
    counts = [text.get_text() for text in legend.texts if text.get_text().isdigit()]
    assert sum(map(int, counts)) == 2  # A and B


def test_names_do_not_lie_over_one_another():
    figure = draw_map(toy_outcome(), "primary", 2022)
    figure.draw_without_rendering()
    for axes in figure.axes[:2]:
        boxes = [text.get_window_extent() for text in axes.texts]
        assert not any(a.overlaps(b) for a, b in combinations(boxes, 2))


def test_a_year_outside_the_forecast_is_refused():
    with pytest.raises(InputError, match="outside the forecast"):
        draw_map(toy_outcome(), "primary", 1999)
    with pytest.raises(InputError, match="no stage"):
        draw_cores([toy_outcome()], "college", 2022)
