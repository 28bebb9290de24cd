"""Supply is drawn from the balance: pupils once a births scenario, seats once a plan."""

from seatplan.district.stages import Label
from seatplan.examples import toy_district, toy_outcome, toy_standards
from seatplan.outcome import Policy, evaluate
from seatplan.scenarios.scenario import Scenario
from seatplan.views.supply import draw_supply


def test_supply_shows_each_scenario_and_the_pupils():
    figure = draw_supply([toy_outcome()], "kindergarten", language="en")
    lines = [line.get_ydata().tolist() for line in figure.axes[0].lines]
    assert lines == [[270] * 7, [180] * 7]  # pupils, then seats: 6 rooms of 30
    assert figure.axes[0].get_title(loc="left") == "kindergarten: pupils and seats"


def test_a_title_that_is_given_stands_above():
    figure = draw_supply([toy_outcome()], "kindergarten", title="Ninety more than seats")
    assert figure.axes[0].get_title(loc="left") == "Ninety more than seats"


def test_the_same_pupils_and_seats_are_drawn_once():
    figure = draw_supply([toy_outcome(), toy_outcome(overflow="move")], "primary")
    assert len(figure.axes[0].lines) == 2


def test_births_scenarios_are_lines_of_their_own():
    births = toy_district().births
    first = births.columns[0]
    district = toy_district().replace(births=births.assign(none=births[first] * 0))
    outcomes = [
        evaluate(district, toy_standards(), policy=Policy(births=name)) for name in (first, "none")
    ]
    figure = draw_supply(outcomes, "kindergarten", language="en")
    some, none, seats = (line.get_ydata() for line in figure.axes[0].lines)
    assert some[0] == none[0] == 270  # the children of the base year are born
    assert none[-1] < some[-1] == 270
    names = [text.get_text() for text in figure.axes[0].texts]
    assert any(name.endswith("none") for name in names)
    assert set(seats) == {180}


def test_a_long_name_of_a_plan_stays_on_the_page():
    title = Label(zh="“十四五”规划全部承诺学位和调整学区的方案", en="Plan")
    plan = evaluate(toy_district(), toy_standards(), Scenario("p", title=title))
    figure = draw_supply([toy_outcome(), plan], "kindergarten")
    boxes = [text.get_window_extent() for text in figure.axes[0].texts]
    assert all(box.x1 <= figure.bbox.width for box in boxes)
    assert not any(a.overlaps(b) for a in boxes for b in boxes if a is not b)
