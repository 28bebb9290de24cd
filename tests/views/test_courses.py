"""Charts of a plan beside things as they are say what their figures prove."""

import io

import numpy as np
import pandas as pd
import pytest
from tests.views.test_pictures import read_texts

from seatplan.examples import toy_district, toy_outcome, toy_standards
from seatplan.outcome import evaluate
from seatplan.scenarios.scenario import Scenario
from seatplan.scenarios.schools import NewSchool
from seatplan.views import courses
from seatplan.views.charts import count_class_sizes
from seatplan.views.courses import (
    compare_townships,
    count_bands,
    draw_class_course,
    draw_slopes,
    draw_walk_settings,
    list_bounds,
    measure_walks,
    tell_classes,
    tell_slopes,
    tell_walks,
)

BUILD = NewSchool(
    year=2023, source="plan", school="N", name="新校", name_en="New", site="S1",
    classrooms={"primary": 4}, every_grade=True,
)  # fmt: skip


@pytest.fixture(scope="module")
def outcomes():
    plan = evaluate(toy_district(), toy_standards(), Scenario("p", interventions=(BUILD,)))
    return [toy_outcome(), plan]


def test_every_class_stands_in_one_band_of_its_year(outcomes):
    table = count_bands(outcomes[0], "primary")
    formed = outcomes[0].balance.schools  # the years of the outcome
    assert list(table.index) == sorted(
        {int(year) for year in formed.index.get_level_values("year")}
    )
    assert list(table.columns)[-1] == np.inf
    for year in table.index:
        axes = outcomes[0].axes
        classes = (
            outcomes[0].classes.classes[:, axes.span("primary"), axes.years.index(int(year))].sum()
        )
        assert table.loc[year].sum() == classes


def test_a_class_is_held_to_the_limit_of_its_own_grade(outcomes):
    # Toy kindergarten: 25, 30 and 35 by grade.
    bounds = list_bounds(outcomes[0], "kindergarten")
    assert [own[0] for own in bounds] == [25, 30, 35]
    assert "25/30/35" in tell_classes(outcomes, "kindergarten", "zh")
    sizes = [count_class_sizes(outcomes[0], "kindergarten", 2020, grade=at) for at in range(3)]
    within = [
        size[size.index <= limit].sum() for size, limit in zip(sizes, (25, 30, 35), strict=True)
    ]
    assert count_bands(outcomes[0], "kindergarten").loc[2020, 25.0] == sum(within)


def test_titles_tell_what_changes(outcomes):
    table = compare_townships(*outcomes, "primary", 2024)
    assert (table.after - table.before).sum() == 180  # four rooms of 45
    before, after = (int((table[side] < 0).sum()) for side in ("before", "after"))
    told = tell_slopes(*outcomes, "primary", 2024, "en")
    assert before == after  # the four rooms do not bring the township to its pupils
    assert before == 1
    assert "1 has fewer seats than pupils, as many with the plan" in told
    bands = [count_bands(outcome, "primary").iloc[:, 1:].sum(axis=1) for outcome in outcomes]
    assert f"classes of more than 45 in 2020, {bands[0].iloc[0]:g};" in tell_classes(
        outcomes, "primary", "en"
    )


def test_a_title_does_not_say_one_figure_twice(outcomes, monkeypatch):
    for counts, said in (
        (([5, 3, 1], [5, 2, 0]), "most classes of more than 45 in 2020, 5; 1 in 2022 as it is, 0"),
        (([1, 3, 2], [1, 3, 2]), "1 class of more than 45 in 2020; at most 3 in 2021, as many"),
        (([1, 3, 2], [1, 2, 2]), "at most 3 in 2021 as it is, 2 with the plan"),
        (([5, 3, 0], [5, 2, 0]), "in 2020, 5; none in 2022, as it is or with the plan"),
        (([5, 3, 1],), "most classes of more than 45 in 2020, 5; 1 in 2022"),
    ):
        tables = iter(
            pd.DataFrame({45.0: 0, np.inf: side}, index=[2020, 2021, 2022]) for side in counts
        )
        monkeypatch.setattr(courses, "count_bands", lambda *_, tables=tables: next(tables))
        assert said in tell_classes(outcomes[: len(counts)], "primary", "en")


def test_half_and_nine_tenths_of_the_pupils_walk_at_most_so_far(outcomes):
    walks = measure_walks(outcomes[0], "primary", 2024)
    assert (walks.half <= walks.most).all()
    farthest = f"{walks.most.max():,.0f}"
    assert farthest in tell_walks(outcomes, ["primary"], 2024, "zh")


def test_each_chart_bears_its_sentence(outcomes):
    drawn = {
        tell_classes(outcomes, "primary", "zh"): draw_class_course(outcomes, "primary"),
        tell_slopes(*outcomes, "primary", 2024, "zh"): draw_slopes(*outcomes, "primary", 2024),
        tell_walks(outcomes, ["primary"], 2024, "zh"): draw_walk_settings(
            outcomes, ["primary"], 2024
        ),
    }
    for title, figure in drawn.items():
        assert title in read_texts(figure)
        figure.savefig(io.BytesIO(), dpi=30)
