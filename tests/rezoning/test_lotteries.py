"""A lottery zone counts as one school, with the seats that its draw can fill and the mean walk."""

import pandas as pd
import pytest

from seatplan.errors import ScenarioError
from seatplan.examples import toy_district, toy_outcome, toy_standards
from seatplan.outcome import evaluate
from seatplan.rezoning.drawing import rezone_catchments
from seatplan.rezoning.lotteries import join_schools
from seatplan.rezoning.town import survey_town
from seatplan.scenarios.interventions import LotteryZone, NewSchool
from seatplan.scenarios.scenario import Scenario, read_scenario, write_scenario


def step(*schools, year=2023):
    return LotteryZone(year=year, source="test", stage="primary", schools=schools)


def build():
    """A new school N of six rooms stands in b3 from 2022 on."""
    new = NewSchool(
        school="N", name="新校", site="S1", year=2022, classrooms={"primary": 6}, source="test"
    )
    return evaluate(toy_district(), toy_standards(), Scenario("new", interventions=(new,)))


def join(outcome, *lotteries, max_size=None):
    town = survey_town(outcome, "primary", [2025], max_size)
    return join_schools(outcome, "primary", town, lotteries)


def draw(outcome, *lotteries, **terms):
    terms = {"stage": "primary", "years": [2025], "effort": 0.3, **terms}
    return rezone_catchments(outcome, lotteries=lotteries, **terms)


def test_a_zone_is_one_school_with_every_own_block_and_the_mean_way():
    town = join(build(), ("B", "N"))
    assert town.schools.tolist() == ["A", "B+N"]
    assert town.seats.tolist() == [[270], [540]]
    assert town.owned.tolist() == [0, -1, 1, -1, -1, 1]  # A in b1; N in b3 and B in b6
    assert town.ways[:, 1].tolist() == pytest.approx([1000, 600, 200, 1000, 600, 200])
    assert town.before is not None
    assert town.before.schools.tolist() == ["A", "B", "N"]


def test_a_zone_is_full_when_the_first_of_its_schools_is():
    # B has 130 places left of 400 beside its 270 junior pupils, and draws half of the pupils
    assert join(toy_outcome(), ("A", "B"), max_size=400.0).seats.tolist() == [[260]]


def test_a_zone_of_the_outcome_counts_unless_another_takes_its_schools():
    outcome = evaluate(
        toy_district(),
        toy_standards(),
        Scenario("lots", interventions=(*build().scenario.interventions, step("A", "B"))),
    )
    assert join(outcome).schools.tolist() == ["A+B", "N"]
    assert join(outcome, ("N", "B")).schools.tolist() == ["A", "N+B"]


def test_a_plan_with_a_zone_goes_back_in_by_the_same_door(tmp_path):
    outcome = build()
    plan = draw(outcome, ("B", "N"))
    assert plan.shortage.empty
    assert plan.plan[["b3", "b6"]].tolist() == ["B+N", "B+N"]
    write_scenario(plan.scenario, tmp_path / "plan.toml")
    again = evaluate(toy_district(), toy_standards(), read_scenario(tmp_path / "plan.toml"))
    assert again.catchments.name_areas("primary", 2025).to_dict() == plan.plan.to_dict()
    # the zone's residents are shared half and half: as many seats, as many pupils
    residents = again.balance.schools.residents
    assert residents["B", "primary", 2025] == residents["N", "primary", 2025]
    walks = again.balance.blocks.walk_m.xs(("primary", 2025), level=("stage", "year"))
    pupils = again.balance.blocks.pupils.xs(("primary", 2025), level=("stage", "year"))
    assert (walks * pupils).sum() == pytest.approx(plan.cost)


def test_one_zone_for_the_whole_town_moves_nobody_and_has_every_seat():
    plan = draw(toy_outcome(), ("A", "B"))
    assert set(plan.plan) == {"A+B"}
    assert plan.moves.empty
    assert plan.cost == pytest.approx(540 * 600)  # A and B are 1,200 m apart by any way
    assert [item.kind for item in plan.scenario.interventions] == ["lottery_zone"]


def test_a_zone_that_is_short_is_told_and_passes_the_verifier():
    plan = draw(toy_outcome(), ("A", "B"), max_size=400.0)
    assert plan.shortage.loc[("A+B", 2025)].tolist() == pytest.approx([540, 260, 280])


def test_locks_and_groups_know_zones():
    plan = draw(build(), ("B", "N"), locked=["b6"], groups=pd.Series({"b3": "x", "b6": "x"}))
    assert plan.plan["b6"] == "B+N"


@pytest.mark.parametrize(
    ("zones", "sentence"),
    [
        ([("A", "P9")], "no school with a catchment is called P9"),
        ([("A", "B"), ("B", "A")], "A is named in the lottery zones more than once"),
        ([("A",)], "takes at least two schools; got A"),
    ],
)
def test_zones_that_cannot_be_are_refused_in_a_sentence(zones, sentence):
    with pytest.raises(ScenarioError, match=sentence):
        draw(toy_outcome(), *zones)
