"""What a draft is counted from is what the model counts from."""

import geopandas as gpd
import numpy as np
import pytest

from seatplan.examples import toy_district, toy_outcome, toy_standards
from seatplan.outcome import evaluate
from seatplan.scenarios.areas import Rezone
from seatplan.scenarios.closures import Close, Merge
from seatplan.scenarios.scenario import Scenario
from seatplan.views.explorer.board import read_board


def plan(*steps):
    return toy_outcome(Scenario("plan", interventions=steps))


def test_pupils_of_a_block_are_those_of_the_forecast():
    outcome = toy_outcome()
    board = read_board(outcome)
    assert set(board.living) == {"primary", "junior"}  # the stages with catchments
    pupils = outcome.forecast.pupils.unstack("year")
    primary = [grade.code for grade in outcome.standards.stage("primary").grades]
    wanted = pupils[pupils.index.isin(primary, "grade")].groupby("block").sum()
    assert np.allclose(board.living["primary"], wanted.loc[outcome.axes.blocks].to_numpy())
    entry = pupils.xs("g1", level="grade").loc[outcome.axes.blocks]
    assert board.entering["primary"].tolist() == entry.to_numpy().tolist()


def test_a_merger_into_the_nearest_is_told_with_the_school_that_it_found():
    merge = Merge(year=2022, source="test", schools=("A",), keep_classrooms=True)
    (step,) = read_board(plan(merge)).steps
    # B is the only other primary school
    assert step == {
        "kind": "merge", "year": 2022, "source": "test", "schools": ["A"], "into": "B",
        "keep_classrooms": True,
    }  # fmt: skip


def test_a_polygon_is_told_with_the_blocks_that_lie_in_it():
    district = toy_district()
    west, south, east, north = district.blocks.loc[["b3"]].to_crs(4326).total_bounds
    corners = ((west, south), (east, south), (east, north), (west, north))
    rezone = Rezone(year=2022, source="test", stage="primary", school="A", polygon=corners)
    (step,) = read_board(plan(rezone)).steps
    assert step["blocks"] == ["b3"]
    assert "polygon" not in step


def test_other_steps_are_told_as_they_are_written():
    close = Close(year=2023, source="test", school="K")
    assert read_board(plan(close)).steps == [
        {"kind": "close", "year": 2023, "source": "test", "school": "K"}
    ]


def test_a_stage_taught_at_a_further_site_is_counted_about_right():
    town = toy_district()
    home = town.blocks.representative_point().to_numpy()
    sites = {"school": ["B", "B"], "name": ["1", "2"], "grades": ["", "g7 g8 g9"]}
    campuses = gpd.GeoDataFrame(sites, geometry=home[[0, 3]], crs=town.crs)
    outcome = evaluate(town.replace(campuses=campuses), toy_standards())
    assert read_board(toy_outcome()).partial == []
    assert read_board(outcome).partial == ["primary"]  # at the first site alone; junior at both


@pytest.mark.parametrize(
    ("births", "overflow", "told"),
    [("medium", "stay", ""), ("low", "move", " --births low --overflow move")],
)
def test_the_command_evaluates_as_the_page_was(births, overflow, told):
    from seatplan.views.explorer.board import tell_command

    command = tell_command(births, overflow)
    assert command == "seatplan evaluate data --scenario {file}" + told
