"""A plan becomes steps: zones first, blocks by school, and again where something undoes them."""

import numpy as np

from seatplan.examples import toy_district, toy_outcome, toy_standards
from seatplan.outcome import evaluate
from seatplan.rezoning.lotteries import join_schools
from seatplan.rezoning.steps import write_steps
from seatplan.rezoning.town import survey_town
from seatplan.scenarios.interventions import Rezone
from seatplan.scenarios.scenario import Scenario


def test_only_blocks_that_move_have_a_step():
    outcome = toy_outcome()
    town = survey_town(outcome, "primary", [2025], None)
    (step,) = write_steps(outcome, "primary", town, np.array([0, 0, 0, 0, 1, 1]))
    assert (step.school, step.blocks, step.year) == ("A", ("b3",), 2025)


def test_a_step_of_a_later_year_that_would_undo_the_plan_is_undone():
    later = Rezone(year=2026, source="t", stage="primary", school="B", blocks=("b3",))
    outcome = evaluate(toy_district(), toy_standards(), Scenario("late", interventions=(later,)))
    town = survey_town(outcome, "primary", [2025, 2026], None)
    steps = write_steps(outcome, "primary", town, np.array([0, 0, 0, 0, 1, 1]))
    assert [(step.year, step.blocks) for step in steps] == [(2025, ("b3",))]
    # in 2026 the step enters B anew: not where b3 was before, so A takes it back
    earlier = Rezone(year=2025, source="t", stage="primary", school="A", blocks=("b3",))
    outcome = evaluate(
        toy_district(), toy_standards(), Scenario("both", interventions=(earlier, later))
    )
    steps = write_steps(outcome, "primary", town, np.array([0, 0, 0, 0, 1, 1]))
    assert [(step.year, step.blocks) for step in steps] == [(2026, ("b3",))]


def test_blocks_of_a_zone_stay_with_its_school_of_today():
    outcome = toy_outcome()
    town = join_schools(
        outcome, "primary", survey_town(outcome, "primary", [2025], None), [("A", "B")]
    )
    (step,) = write_steps(outcome, "primary", town, np.zeros(6, dtype=np.int64))
    assert (step.kind, step.schools) == ("lottery_zone", ("A", "B"))
