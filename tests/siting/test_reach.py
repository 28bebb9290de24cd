from seatplan.examples import toy_outcome
from seatplan.siting.reach import find_standard, measure_present_way, measure_reach

from .towns import toy

# ways to the school of the catchment: b1 to A 0, b2 and b4 to A 400; b6 to B 0, b3 and b5 to B 400
PRESENT = {"b1": 0.0, "b2": 400.0, "b3": 400.0, "b4": 400.0, "b5": 400.0, "b6": 0.0}


def test_without_a_walk_standard_the_reach_is_the_present_way():
    assert measure_reach(toy_outcome(), "primary").tolist() == list(PRESENT.values())


def test_a_walk_standard_is_the_least_reach():
    outcome = toy(walk=300.0)
    assert find_standard(outcome, "primary").tolist() == [300.0] * 6
    # 300 m for the blocks that have their school next door, the present way for the others
    assert measure_reach(outcome, "primary").tolist() == [300, 400, 400, 400, 400, 300]


def test_a_stage_that_goes_to_the_nearest_school_reaches_as_far_as_that():
    # the kindergarten K stands in b2; b4 and b6 are 400 m across and 400 m up
    ways = measure_present_way(toy_outcome(), "kindergarten")
    assert ways.tolist() == [400, 0, 400, 800, 400, 800]
