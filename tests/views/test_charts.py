"""Charts draw the tables' own numbers."""

import io

import pandas as pd
import pytest

from seatplan.examples import toy_outcome
from seatplan.views.charts import (
    count_class_sizes,
    draw_class_sizes,
    draw_lines,
    draw_places,
    draw_walks,
    spread_walks,
)


def read_texts(figure):
    return [text.get_text() for text in figure.findobj(lambda item: hasattr(item, "get_text"))]


def test_classes_of_a_grade_differ_by_one_pupil_at_most():
    sizes = count_class_sizes(toy_outcome(), "kindergarten", 2020)
    # K: 90 children a grade in two classes each, three grades.
    assert sizes.to_dict() == {45: 6}


def test_the_classes_counted_hold_every_pupil():
    outcome = toy_outcome()
    sizes = count_class_sizes(outcome, "primary", 2023)
    grades = [grade.code for grade in outcome.standards.stage("primary").grades]
    pupils = outcome.classes.table.pupils.unstack("year")[2023].unstack("grade")[grades]
    assert (sizes * sizes.index).sum() == pupils.sum().sum()


def test_walks_rise_to_everybody_and_agree_with_the_mean():
    outcome = toy_outcome()
    ways = spread_walks(outcome, "kindergarten", 2020)
    assert ways.is_monotonic_increasing
    assert ways.iloc[-1] == pytest.approx(1)
    mean = (ways.index * ways.diff().fillna(ways.iloc[0])).sum()
    assert mean == pytest.approx(outcome.balance.schools.walk_m[("K", "kindergarten", 2020)])


def test_the_table_of_townships_adds_up_to_the_district():
    outcome = toy_outcome()
    texts = read_texts(draw_places(outcome, stage="primary"))
    places = outcome.balance.places.balance.xs("primary", level="stage")
    town = places["township"].iloc[0]
    assert f"{town:,}".replace("-", "−") in texts


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_picture_draws_without_a_warning(language):
    outcome = toy_outcome()
    figures = [
        draw_class_sizes([outcome], stage="primary", year=2021, language=language),
        draw_walks(outcome, stages=["primary", "junior"], year=2021, language=language),
        draw_lines({"a": pd.Series([0.1, 0.4], [2020, 2021])}, title="<$>", percent=True),
        draw_lines({str(n): pd.Series([n, 5], [2020, 2021]) for n in range(6)}, title="学位"),
    ]
    for figure in figures:
        figure.savefig(io.BytesIO(), dpi=40)
