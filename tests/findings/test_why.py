"""From a figure back to what made it, in the toy town."""

import pytest

from seatplan.errors import InputError
from seatplan.examples import toy_district, toy_standards
from seatplan.findings.why import FIGURES, explain_figure
from seatplan.outcome import evaluate
from seatplan.views.why import write_reasons
from tests.monitoring.made_up import plan


@pytest.fixture(scope="module")
def outcome():
    return evaluate(toy_district(), toy_standards(), plan())


def find(reasons, key):
    return [one.values for one in reasons if one.key == key]


def test_classes_lead_to_pupils_limits_and_rooms(outcome):
    reasons = explain_figure(outcome, "B", 2021, "classes")
    classes = {one["grade"]: one for one in find(reasons, "classes")}
    # 90 pupils of grade 7, limit 50: two classes of 45
    assert (classes["g7"]["pupils"], classes["g7"]["classes"], classes["g7"]["limit"]) == (
        90,
        2,
        "50",
    )
    assert [one["source"] for one in find(reasons, "class_limit")] == ["toy town", "toy town"]
    # B: six grades of 50 in a class each, three of 90 in two
    assert [one["n"] for one in find(reasons, "class_count")] == [6, 6]
    came = {one["grade"]: one for one in find(reasons, "came_up")}
    assert (came["g8"]["n"], came["g8"]["before"], came["g8"]["change"]) == (90, 90, 0)
    entrants = {one["grade"]: dict(one["blocks"]) for one in find(reasons, "entrants")}
    assert sum(entrants["g7"].values()) == pytest.approx(80)  # five of the six blocks: 90 less 10
    assert [one["n"] for one in find(reasons, "classrooms")] == [6, 6]


def test_a_shortage_leads_to_seats_and_residents_by_block(outcome):
    reasons = explain_figure(outcome, "B", 2021, "catchment_shortage")
    primary = [one for one in find(reasons, "catchment_shortage") if one["stage"] == "primary"]
    assert primary[0]["n"] == 30
    seats = {one["stage"]: one for one in find(reasons, "seats")}
    assert (seats["primary"]["n"], seats["primary"]["rooms"]) == (270, 6)
    homes = find(reasons, "residents")[0]
    assert dict(homes["blocks"]) == pytest.approx({"b3": 60, "b5": 120, "b6": 120})
    assert [one.depth for one in reasons if one.key == "seats"] == [2, 2]


def test_a_school_of_the_plan_leads_to_its_step(outcome):
    reasons = explain_figure(outcome, "N1", 2023, "seats")
    (step,) = find(reasons, "step")
    assert (step["year"], step["source"]) == (2022, "test")
    assert not find(reasons, "row")
    assert not find(explain_figure(outcome, "A", 2023, "seats"), "step")
    assert find(explain_figure(outcome, "A", 2023, "seats"), "row")


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("figure", FIGURES)
def test_every_figure_is_told_in_words(outcome, figure, language):
    for school in ("B", "N1", "K"):
        reasons = explain_figure(outcome, school, 2023, figure)
        page = write_reasons(outcome, school, 2023, figure, reasons, language)
        assert len(page.splitlines()) == len(reasons) + 2
        assert "{" not in page


def test_the_size_of_a_school_is_told_once_and_leads_to_each_stage(outcome):
    reasons = explain_figure(outcome, "B", 2020, "school_size")
    assert find(reasons, "school_size") == [{"n": 570}]  # 300 of primary and 270 of junior
    assert [told["n"] for told in find(reasons, "pupils")] == [300, 270]


def test_what_is_not_there_is_told_at_once(outcome):
    with pytest.raises(InputError) as refused:
        explain_figure(outcome, "BB", 1999, "clases")
    told = str(refused.value)
    assert "BB: no such school; want one of A, B, K, N1" in told
    assert "1999: the forecast has 2020 to 2026" in told
    assert "clases: no figure of that name; did you mean classes" in told
