"""Chances of the toy town by hand: factors are held, so each share of futures is known."""

import numpy as np
import pytest

import seatplan as sp
from seatplan.demand.draws import hold_factors
from seatplan.draws import draw_rolls, lay_draws
from seatplan.errors import InputError
from seatplan.examples import toy_district, toy_outcome, toy_standards
from seatplan.findings.chances import Side, list_chances, weigh_chances
from seatplan.scenarios.interventions import Expand
from seatplan.scenarios.scenario import Scenario
from seatplan.views.catalogue import format_share
from seatplan.views.chances import write_chances

WIDER = Scenario(
    "wider",
    sp.BASELINE.title,
    (Expand(school="K", classrooms={"kindergarten": 3}, year=2022, source="toy"),),
)


def draw_ten():
    """Ten futures: in seven as forecast, in three a fifth fewer children."""
    district, standards = toy_district(), toy_standards()
    factors = np.ones((len(district.blocks), len(standards.grades), len(district.years), 10))
    factors[:, :, 1:, 7:] = 0.8
    return hold_factors(factors, district.blocks.index, standards.grades, district.years)


def follow(outcome):
    draws = sp.evaluate_draws(
        toy_district(), toy_standards(), outcome.scenario, draws=draw_ten(), costs=outcome.costs
    )
    return Side(outcome, draws)


@pytest.fixture(scope="module")
def sides():
    today = toy_outcome()
    plan = sp.evaluate(toy_district(), toy_standards(), WIDER, costs=today.costs)
    return follow(today), follow(plan)


@pytest.fixture(scope="module")
def weighed(sides):
    laid = lay_draws(toy_district(), toy_standards(), WIDER, draws=draw_ten())
    return weigh_chances(*sides, draw_rolls(laid, 10))


def test_a_catchment_is_short_in_as_many_futures_as_it_lacks_seats(sides):
    # B has 270 seats: 300 primary pupils in seven futures, 240 in three; K 180 for 270 or 216
    table = list_chances(sides[0])
    assert table.loc[("B", "primary", 2023), ["seats", "chance", "mean"]].tolist() == [270, 0.7, 21]
    assert table.loc[("K", "kindergarten", 2023), "chance"] == 1
    assert table.loc[("K", "kindergarten", 2023), "mean"] == pytest.approx(0.7 * 90 + 0.3 * 36)
    assert 2020 not in table.index.unique("year")  # it is known


def test_a_plan_stands_beside_the_district_as_it_is(weighed):
    stages = weighed.stages.loc[("kindergarten", 2023)]
    assert (stages.today_short, stages.plan_short) == (1, 0)
    assert (stages.today_likely, stages.plan_likely) == (1, 0)
    assert stages.today_area == pytest.approx(73.8)
    row = weighed.catchments.loc[("K", "kindergarten", 2023)]
    assert (row.today_seats, row.plan_seats, row.plan_chance) == (180, 270, 0)
    assert (weighed.catchments[["today_chance", "plan_chance"]].max(axis=1) > 0).all()


def test_futures_of_another_number_are_refused(sides):
    few = draw_ten()
    five = sp.evaluate_draws(
        toy_district(),
        toy_standards(),
        draws=hold_factors(few.factors(0, 5), few.blocks, few.grades, few.years),
    )
    with pytest.raises(InputError, match="the same futures"):
        weigh_chances(sides[0], Side(sides[1].outcome, five))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_tells_each_stage_and_what_stands_empty(weighed, language):
    page = write_chances(weighed, language)
    assert "{" not in page
    assert "nan" not in page
    assert page.count("### ") == 2  # nobody lacks a junior seat in any future
    assert "| 100 % | 0 % |" in page
    assert "70 %" in page


def test_a_chance_is_never_told_as_certain_where_it_is_not():
    assert format_share(0.9999) == ">99 %"
