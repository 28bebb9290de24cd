"""What empty seats could serve later, in the toy town, by hand."""

import pandas as pd
import pytest

import seatplan as sp
from seatplan.examples import toy_district, toy_standards
from seatplan.findings.later_use import propose_later_use
from seatplan.findings.warning import warn_early
from seatplan.findings.wave import list_stranded
from seatplan.scenarios.interventions import Expand, NewSchool
from seatplan.scenarios.scenario import Scenario
from seatplan.views.warning import write_warnings


def build(rooms_of_k):
    """The toy town to 2033, and with a primary of 12 rooms that nobody needs beside A."""
    births = pd.DataFrame({"medium": 90.0}, index=pd.RangeIndex(2010, 2034, name="year"))
    district = toy_district().replace(horizon=2033, births=births)
    at = district.schools.geometry.to_crs(4326)["A"]
    step = {"school": "N", "name": "新校", "at": (at.x + 0.0005, at.y), "year": 2021}
    step |= {"classrooms": {"primary": 12}, "every_grade": True, "source": "toy"}
    steps = [NewSchool.model_validate(step)]
    if rooms_of_k:
        more = {"school": "K", "classrooms": {"kindergarten": rooms_of_k}, "year": 2021}
        steps.append(Expand.model_validate(more | {"source": "toy"}))
    plan = Scenario("plan", sp.BASELINE.title, tuple(steps))
    today = sp.evaluate(district, toy_standards())
    return today, sp.evaluate(district, toy_standards(), plan, costs=today.costs)


@pytest.fixture(scope="module")
def sides():
    """With 90 more seats of K, so that no stage lacks any."""
    return build(3)


def test_rooms_serve_a_stage_that_the_district_lacks():
    # 270 children for 180 seats of K: 90 lack one, three rooms of 30
    today, plan = build(0)
    found = propose_later_use(today, plan, list_stranded(today, plan))
    step = found.steps["N", "primary"]
    assert (step.kind, step.to_stage, step.classrooms, step.year) == (
        *("convert", "kindergarten", 3),
        2031,
    )
    after = sp.evaluate(today.district, toy_standards(), found.scenario)
    assert after.measure("district_shortage")["kindergarten", 2031] == 0


def test_the_nearest_older_school_joins_where_its_pupils_fit(sides):
    today, plan = sides
    found = propose_later_use(today, plan, list_stranded(today, plan))
    row = found.table.loc[("N", "primary")]
    assert (row.year, row.step, found.steps["N", "primary"].schools) == (2031, "merge", ("A",))
    assert row.served <= row.idle
    after = sp.evaluate(today.district, toy_standards(), found.scenario)
    rolls = after.measure("pupils").xs("primary", level="stage").unstack("year")
    assert not rolls.reindex(["A"]).fillna(0)[2031].any()
    before, then = (one.measure("catchment_shortage") for one in (plan, after))
    assert then.xs(2031, level="year").sum() <= before.xs(2031, level="year").sum()


def test_what_is_too_far_or_too_large_does_not_join(sides):
    today, plan = sides
    found = propose_later_use(today, plan, list_stranded(today, plan), near_m=1)
    assert found.table.step["N", "primary"] == ""
    assert found.scenario.interventions == plan.scenario.interventions


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_says_it(sides, language):
    page = write_warnings(warn_early(*sides), language)
    assert {"zh": "以后的用途", "en": "later use"}[language] in page
    assert "{" not in page
