"""Maps of one stage and year: what they hold, and what they refuse."""

import json
import re

import folium
import pytest

from seatplan.errors import InputError
from seatplan.examples import toy_outcome
from seatplan.scenarios.interventions import Close
from seatplan.scenarios.scenario import Scenario
from seatplan.views.explorer import explore
from seatplan.views.maps import map_comparison, map_outcome
from seatplan.views.offline import scan_page


@pytest.fixture(scope="module")
def today():
    return toy_outcome()


@pytest.fixture(scope="module")
def closed():
    # B is closed in 2023; its junior pupils have no other school
    return toy_outcome(
        Scenario("close-k", interventions=(Close(year=2023, source="t", school="K"),))
    )


def read_payload(page):
    block = re.search(r'id="seatplan-payload">(.*?)</script>', page, re.DOTALL)[1]
    return json.loads(block)


def test_a_map_is_a_folium_map_and_fetches_nothing(today):
    sheet = map_outcome(today, stage="primary", year=2022)
    assert isinstance(sheet, folium.Map)
    page = sheet.get_root().render()
    scan_page(page)
    payload = read_payload(page)
    assert [stage["code"] for stage in payload["stages"]] == ["primary"]
    assert payload["years"] == [2022]
    assert "<title>玩具镇学位余缺地图</title>" in page


def test_a_comparison_opens_with_the_plan_right_of_the_line(today, closed):
    page = map_comparison(today, closed, stage="kindergarten", year=2023, language="en")
    payload = read_payload(page.get_root().render())
    assert [scenario[0] for scenario in payload["scenarios"]] == ["baseline", "close-k"]
    assert payload["start"] == {"scenario": 1, "stage": "kindergarten", "year": 2023, "swipe": 0.5}
    assert payload["language"] == "en"


def test_a_stage_or_a_year_that_is_not_there_is_named_with_those_that_are(today):
    with pytest.raises(
        InputError, match=r"no stage 'senior'; the stages are kindergarten, primary"
    ):
        map_outcome(today, stage="senior", year=2022)
    with pytest.raises(InputError, match=r"2040 is outside the forecast, 2020 to 2026"):
        map_outcome(today, stage="primary", year=2040)


def test_outcomes_of_one_name_are_refused(today):
    with pytest.raises(InputError, match="two scenarios have one name"):
        explore([today, today])


def test_nothing_to_show_is_refused():
    with pytest.raises(InputError, match="no outcome was given"):
        explore([])


def test_the_explorer_holds_every_stage_and_year(today, closed):
    payload = read_payload(explore([today, closed]).get_root().render())
    assert [stage["code"] for stage in payload["stages"]] == ["kindergarten", "primary", "junior"]
    assert payload["years"] == list(range(2020, 2027))


def test_a_notebook_gives_the_explorer_room_enough(today):
    assert 'height="820px"' in explore([today])._repr_html_()
    assert 'height="600px"' in map_outcome(today, stage="primary", year=2022)._repr_html_()


def test_the_same_outcomes_give_the_same_bytes(today, closed):
    pages = {explore([today, closed]).get_root().render() for _ in range(2)}
    assert len(pages) == 1
