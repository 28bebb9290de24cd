"""Pictures: Chinese on any machine, the figures of the tables, nothing drawn over the frame."""

import io
from itertools import combinations

import pytest

from seatplan.district.standards import Label, Standard
from seatplan.errors import InputError
from seatplan.examples import toy_district, toy_outcome, toy_standards
from seatplan.outcome import evaluate
from seatplan.results import tabulate
from seatplan.views.pictures import FONT_FILE, Sheet, describe_schools, draw_map, font
from seatplan.views.supply import draw_supply


@pytest.fixture(scope="module")
def today():
    return toy_outcome()


def texts_of(figure):
    inside = [text for axes in figure.axes for text in axes.texts]
    keys = [text for legend in figure.legends for text in legend.get_texts()]
    return [*figure.texts, *inside, *keys]


def test_the_font_holds_what_the_views_write_and_is_small():
    from fontTools.ttLib import TTFont

    from seatplan.views.catalogue import read_catalogue

    held = TTFont(FONT_FILE).getBestCmap()
    written = {mark for label in read_catalogue().values() for mark in label.zh + label.en}
    assert {mark for mark in written if ord(mark) not in held} == set()
    assert FONT_FILE.stat().st_size < 2_000_000


@pytest.mark.parametrize("stage", ["kindergarten", "primary", "junior"])
def test_a_picture_is_drawn_in_the_font_that_ships(today, stage):
    figure = draw_map(today, stage, 2022)
    figure.savefig(io.BytesIO(), format="png")  # a missing glyph would be a warning, so an error
    names = {text.get_fontproperties().get_file() for text in texts_of(figure)}
    assert names == {str(FONT_FILE)}


def test_the_title_says_the_districts_balance(today):
    figure = draw_map(today, "primary", 2022)
    # 540 pupils (90 a grade) for 270 + 270 seats
    assert "全区余缺 0 个 · 需求 540 · 供给 540" in figure.texts[1].get_text()
    english = draw_map(today, "kindergarten", 2022, language="en")
    # 270 children for 6 rooms of 30
    assert "Balance −90 · pupils 270 · seats 180" in english.texts[1].get_text()


def test_the_legend_counts_every_catchment_once(today):
    figure = draw_map(today, "primary", 2022)
    rows = [text.get_text().split() for text in figure.legends[0].get_texts()[:7]]
    assert sum(int(row[-1]) for row in rows) == 2  # A and B


def test_names_do_not_lie_over_one_another(today):
    figure = draw_map(today, "primary", 2022)
    figure.draw_without_rendering()
    for axes in figure.axes:
        boxes = [text.get_window_extent() for text in axes.texts]
        assert not any(a.overlaps(b) for a, b in combinations(boxes, 2))


def test_a_year_outside_the_forecast_is_refused(today):
    with pytest.raises(InputError, match="outside the forecast"):
        draw_map(today, "primary", 1999)


def test_a_school_below_a_limit_is_no_large_one():
    # every toy school has fewer than 1,000 pupils, and none more than 2,000
    small = Standard(
        "small", Label("小", "Small"), "school_size", {"all": 1000.0}, "below", "", "t", "seen"
    )
    rules = toy_standards()
    outcome = evaluate(toy_district(), rules.replace(standards=(*rules.standards, small)))
    assert {"A", "B"} <= set(outcome.flags.table.query("code == 'small'").school)
    schools = describe_schools(Sheet(outcome, tabulate(outcome), "primary", 2022, "zh"))
    assert not schools.large.any()


def test_supply_shows_each_scenario_and_the_pupils(today):
    figure = draw_supply([today], "kindergarten", language="en")
    lines = [line.get_ydata().tolist() for line in figure.axes[0].lines]
    assert lines == [[270] * 7, [180] * 7]  # pupils, then seats
    assert font(9).get_file() == str(FONT_FILE)
