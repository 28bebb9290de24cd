"""Many futures on the explorer: the chances are those of `list_chances`, in per cent."""

import numpy as np
import pytest

import seatplan as sp
from seatplan.demand.draws import hold_factors
from seatplan.errors import InputError
from seatplan.examples import toy_district, toy_outcome, toy_standards
from seatplan.findings.chances import Side, list_chances
from seatplan.scenarios.interventions import Close
from seatplan.scenarios.scenario import Scenario
from seatplan.views.explorer import explore
from seatplan.views.explorer.scene import read_outcome


@pytest.fixture(scope="module")
def today():
    return toy_outcome()


@pytest.fixture(scope="module")
def draws(today):
    """Ten futures: in seven as forecast, in three a fifth fewer children."""
    district, standards = toy_district(), toy_standards()
    factors = np.ones((len(district.blocks), len(standards.grades), len(district.years), 10))
    factors[:, :, 1:, 7:] = 0.8
    held = hold_factors(factors, district.blocks.index, standards.grades, district.years)
    return sp.evaluate_draws(district, standards, draws=held, costs=today.costs)


def test_a_scene_holds_the_chances_and_where_nine_futures_of_ten_lie(today, draws):
    futures = read_outcome(today, draws).futures
    wanted = list_chances(Side(today, draws))
    assert (futures.schools.chance == (wanted.chance * 10_000).round()).all()
    # B: 300 residents in seven futures, 240 in three
    assert futures.schools.loc[("B", "primary", 2023)].to_list() == [240, 300, 7000]
    assert futures.stages.loc[("primary", 2023)].to_list() == [432, 540, 0]
    # K: 270 children, or 216, for 180 seats in every future
    assert futures.stages.loc[("kindergarten", 2023), "chance"] == 10_000


def test_draws_of_another_scenario_are_refused(today, draws):
    close = Scenario("close", interventions=(Close(year=2024, source="test", school="A"),))
    other = sp.evaluate(today.district, today.standards, close, costs=today.costs)
    with pytest.raises(InputError, match="want those of close, got those of baseline"):
        explore([other], draws=[draws])
    with pytest.raises(InputError, match="want those of 2 outcomes, got 1"):
        explore([today, other], draws=[draws])


def test_draws_without_the_quantiles_that_are_shown_are_refused(today):
    held = sp.draw_demand(today.district, today.standards, n=2)
    draws = sp.evaluate_draws(today.district, today.standards, draws=held, quantiles=(0.5,))
    with pytest.raises(InputError, match="the page shows q05, q95"):
        explore([today], draws=[draws])


@pytest.mark.browser
def test_the_page_colours_by_the_chance_and_says_it(today, draws, visit, tmp_path):
    page = tmp_path / "explorer.html"
    explore([today], draws=[draws], language="en").save(page)
    window = visit().show(page, "#stage=primary&year=2023&theme=chance&school=B")
    told = window.page.text_content("[data-fact=chance]")
    assert told.startswith("Probability of a catchment shortage 70 %")
    assert "240 to 300" in told
    likely = window.page.text_content("[data-fact=district-chance]")
    assert likely == "Probability of a district shortage 0 %"
    shares = "[0, 0.004, 0.3, 0.996, 1].map(seatplan.chance)"
    assert window.run(f"() => {shares}") == ["0 %", "<1 %", "30 %", ">99 %", "100 %"]
    read = """() => { const picture = seatplan.model.picture(0, seatplan.state.stage, 3);
        const { classOf } = seatplan.colour(picture);
        return Object.fromEntries(picture.standing.map((entry) =>
            [seatplan.model.schools[entry.school].id, classOf(entry)])); }"""
    assert window.run(read) == {"A": 0, "B": 4}  # never; above 50 %
    assert window.page.locator("#card .sp-band").count() == 1
    window.run("() => seatplan.set({ year: 0 })")
    assert window.page.locator("[data-fact=chance]").count() == 0  # what is known has no chance
    assert window.page.locator("#theme option").count() == 7
    window.run("() => { seatplan.payload.stages[seatplan.state.stage].intake = 'seats'; }")
    window.run("() => seatplan.drawThemes()")  # a stage without catchments has no such chance
    assert window.page.locator("#theme option").count() == 6
    assert window.run("() => seatplan.theme()") == 0
    window.check()


@pytest.mark.browser
def test_a_page_without_futures_offers_no_chance(today, visit, tmp_path):
    page = tmp_path / "explorer.html"
    explore([today]).save(page)
    window = visit().show(page, "#theme=chance")
    assert window.page.locator("#theme option").count() == 6
    assert window.page.locator(".sp-band").count() == 0
    window.check()
