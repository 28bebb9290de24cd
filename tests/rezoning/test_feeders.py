"""Primary catchments lie whole within junior ones; what is short is made good where it can be."""

import pandas as pd
import pytest

from seatplan.errors import ScenarioError
from seatplan.examples import toy_district, toy_outcome, toy_standards
from seatplan.outcome import evaluate
from seatplan.rezoning.feeders import _stay_within, place_homes, rezone_with_feeder
from seatplan.rezoning.town import survey_town
from seatplan.scenarios.scenario import read_scenario, write_scenario
from seatplan.verify import verify_nesting


def build(a=7, b=6, j=3):
    """The toy town with so many primary rooms at A and B, and a junior school J of j rooms in b1.

    Junior pupils: b1 to b3 30 each, b4 to b6 60 each. B has 300 junior seats, J 50 a room.
    """
    district = toy_district()
    school = district.schools.loc[["A"]].rename(index={"A": "J"}).assign(kind="junior")
    at = pd.MultiIndex.from_tuples([("J", "junior", 2020)], names=["school", "stage", "year"])
    rooms = district.classrooms.copy()
    rooms["A", "primary", 2020], rooms["B", "primary", 2020] = a, b
    return evaluate(
        district.replace(
            schools=pd.concat([district.schools, school]).rename_axis("school"),
            classrooms=pd.concat([rooms, pd.Series([j], at)]),
        ),
        toy_standards(),
    )


def draw(outcome, **terms):
    terms = {"stage": "primary", "feeder": "junior", "years": [2025], "effort": 0.15, **terms}
    return rezone_with_feeder(outcome, **terms)


@pytest.fixture(scope="module")
def fed():
    return draw(build())


def test_each_primary_catchment_feeds_one_junior_school(fed):
    # A serves b1 to b4 (see test_drawing): 150 junior pupils for the 150 seats of J
    assert fed.feeds.to_dict() == {"A": "J", "B": "B"}
    assert verify_nesting(fed.lower.plan, fed.upper.plan) == []
    assert fed.beyond == 0


def test_the_table_names_seats_walks_and_feeders_of_each_junior_school(fed):
    table = fed.table
    assert table.feeders.to_dict() == {"B": "B", "J": "A"}
    assert table.seats.to_dict() == {"B": 300, "J": 150}
    assert table.pupils_after.to_dict() == pytest.approx({"B": 120, "J": 150})
    # J: b1 30 x 0, b2 30 x 400, b3 30 x 800, b4 60 x 400 m: 60,000 / 150
    assert table.walk_after["J"] == pytest.approx(400)


def test_both_stages_go_back_in_by_the_same_door(fed, tmp_path):
    outcome = build()
    write_scenario(fed.scenario, tmp_path / "plan.toml")
    again = evaluate(outcome.district, outcome.standards, read_scenario(tmp_path / "plan.toml"))
    for plan in (fed.lower, fed.upper):
        zones = again.catchments.zones.xs((plan.stage, 2025), level=("stage", "year"))
        assert zones.to_dict() == plan.plan.to_dict()


def test_where_the_junior_seats_do_not_suffice_primary_catchments_are_drawn_anew():
    # by themselves A takes b1, b2, b4 as today: 120 junior pupils for the 100 seats of J. Held
    # back to 240 x 100 / 120 pupils A takes b1 and b4, 90 junior ones; B has 360 for its 360 seats
    fed = draw(build(a=6, b=8, j=2))
    assert fed.beyond == 0
    assert fed.lower.plan.to_dict() == {
        "b1": "A", "b2": "B", "b3": "B", "b4": "A", "b5": "B", "b6": "B",
    }  # fmt: skip
    assert fed.lower.status == "fitted"
    assert fed.lower.bound <= fed.lower.cost


def test_blocks_keep_to_the_area_that_the_school_stands_in():
    town = survey_town(build(), "primary", [2025], None)
    areas = pd.Series({"b1": "J", "b2": "J", "b3": "B", "b4": "J", "b5": "B", "b6": "B"})
    within = _stay_within(town, areas)  # A stands in b1, B in b6
    assert within[:, 0].tolist() == [True, True, False, True, False, False]
    assert (within[:, 1] == ~within[:, 0]).all()


def test_where_no_pair_fits_the_smallest_shortage_is_told():
    # J has 50 seats, 70 fewer than A's three blocks; b1 and b2 alone would leave B 420 for 270
    fed = draw(build(a=6, b=6, j=1))
    assert verify_nesting(fed.lower.plan, fed.upper.plan) == []
    short = pd.concat([fed.lower.shortage, fed.upper.shortage])
    assert fed.beyond == pytest.approx(short.catchment_shortage.sum())
    assert fed.beyond > 0


def test_a_school_that_stands_with_a_larger_one_has_the_catchment_beside_it():
    # J (150 seats) and B (300) in one primary catchment: B keeps it, J goes to that of A
    outcome = build()
    above = survey_town(outcome, "junior", [2025], None)
    lower = pd.Series({"b1": "B", "b2": "A", "b3": "B", "b4": "B", "b5": "B", "b6": "B"})
    placed = place_homes(outcome, above, lower)
    homes = dict(zip(placed.schools, placed.blocks[placed.homes], strict=True))
    assert homes == {"B": "b6", "J": "b2"}


def test_nine_year_schools_alone_each_have_their_own_primary_catchment():
    outcome = toy_outcome()  # B is the only junior school
    above = survey_town(outcome, "junior", [2025], None)
    lower = survey_town(outcome, "primary", [2025], None)
    zones = pd.Series(lower.schools[lower.current], lower.blocks)
    placed = place_homes(outcome, above, zones)
    assert placed.blocks[placed.homes].tolist() == ["b6"]


def test_more_junior_schools_than_primary_catchments_are_refused():
    outcome = build()
    above = survey_town(outcome, "junior", [2025], None)
    with pytest.raises(ScenarioError, match="2 schools cannot each have one of 1 catchments"):
        place_homes(outcome, above, pd.Series("A", above.blocks))


def test_a_feeder_without_catchments_is_refused():
    with pytest.raises(ScenarioError, match="kindergarten has no catchments"):
        draw(build(), feeder="kindergarten")
