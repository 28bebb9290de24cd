"""What empty seats could serve later, in the toy town, by hand."""

import pandas as pd
import pytest

import seatplan as sp
from seatplan.examples import toy_district, toy_standards
from seatplan.findings.later_use import propose_later_use
from seatplan.findings.warning import warn_early
from seatplan.findings.wave import list_stranded
from seatplan.scenarios.interventions import NewSchool
from seatplan.scenarios.scenario import Scenario
from seatplan.views.warning import write_warnings


@pytest.fixture(scope="module")
def sides():
    """The toy town to 2033, and with a new primary of 12 rooms that nobody needs."""
    births = pd.DataFrame({"medium": 90.0}, index=pd.RangeIndex(2010, 2034, name="year"))
    district = toy_district().replace(horizon=2033, births=births)
    home = district.schools.geometry["A"].buffer(50).boundary.interpolate(0)
    at = district.schools.geometry.to_crs(4326)["A"]
    assert home.distance(district.schools.geometry["A"]) == pytest.approx(50)
    step = {"school": "N", "name": "新校", "at": (at.x + 0.0005, at.y), "year": 2021}
    step |= {"classrooms": {"primary": 12}, "every_grade": True, "source": "toy"}
    plan = Scenario("plan", sp.BASELINE.title, (NewSchool.model_validate(step),))
    today = sp.evaluate(district, toy_standards())
    return today, sp.evaluate(district, toy_standards(), plan, costs=today.costs)


def test_the_nearest_older_school_joins_where_its_pupils_fit(sides):
    today, plan = sides
    stranded = list_stranded(today, plan)
    row = stranded.loc[("N", "primary")]
    assert row.stranded_10
    found = propose_later_use(today, plan, stranded)
    table = found.table.loc[("N", "primary")]
    assert (table.year, table.step) == (2031, "merge")
    assert found.steps["N", "primary"].schools == ("A",)
    assert table.served <= table.idle
    after = sp.evaluate(
        toy_district().replace(horizon=2033, births=today.district.births),
        toy_standards(),
        found.scenario,
    )
    rolls = after.measure("pupils").xs("primary", level="stage")
    assert ("A", 2031) not in rolls.index or rolls["A", 2031] == 0
    short = [
        one.measure("catchment_shortage").xs(2031, level="year").sum() for one in (plan, after)
    ]
    assert short[1] <= short[0]


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
