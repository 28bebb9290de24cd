import pandas as pd

from seatplan.siting.frontier import find_undominated, trace_frontier
from seatplan.views.siting_charts import draw_frontier

from .towns import toy_with_sites


def trace():
    outcome = toy_with_sites("b3", "b4")
    return trace_frontier(outcome, counts=[1, 2], classrooms=[2], years=range(2021, 2027))


def test_more_schools_cost_more_and_cure_no_less():
    table = trace().table
    assert table.index.tolist() == ["nothing", "1 shortage", "1 walk", "2 shortage", "2 walk"]
    first = table[table["first"] != "walk"]
    assert first.short.is_monotonic_decreasing
    assert first.cost.tolist() == [0, 2, 4]


def test_building_nothing_is_never_dominated():
    assert trace().table.best["nothing"]


def test_a_plan_that_another_beats_in_everything_is_not_best():
    figures = pd.DataFrame({"short": [9, 9, 5], "walk_m": [4, 3, 9], "cost": [1, 1, 2]})
    assert find_undominated(figures).tolist() == [False, True, True]


def test_of_two_equal_plans_both_stand():
    assert find_undominated(pd.DataFrame({"short": [1, 1], "cost": [2, 2]})).tolist() == [True] * 2


def test_the_picture_shows_every_plan():
    figure = draw_frontier(trace())
    labels = {text.get_text() for axis in figure.axes for text in axis.texts}
    assert {"0", "1", "2"} <= labels
    assert len(figure.axes) == 2
