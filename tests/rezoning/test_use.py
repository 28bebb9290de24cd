"""Use, disruption and limits as practice states them: the toy town against enumeration."""

from itertools import product

import numpy as np
import pandas as pd
import pytest

from seatplan.district.stages import Label
from seatplan.errors import ScenarioError
from seatplan.examples import toy_district, toy_outcome, toy_standards
from seatplan.outcome import evaluate
from seatplan.rezoning.drawing import rezone_catchments
from seatplan.scenarios.interventions import Rezone
from seatplan.scenarios.scenario import Scenario
from seatplan.verify import Terms, verify_plan

TOUCHING = [("b1", "b2"), ("b2", "b3"), ("b4", "b5"), ("b5", "b6")]
TOUCHING += [("b1", "b4"), ("b2", "b5"), ("b3", "b6")]


def town(**rooms):
    """The toy town with other rooms, 45 seats each."""
    district = toy_district()
    classrooms = district.classrooms.copy()
    for school, count in rooms.items():
        classrooms[school, "primary", 2020] = count
    return evaluate(district.replace(classrooms=classrooms), toy_standards())


def draw(outcome, **terms):
    return rezone_catchments(
        outcome, **{"stage": "primary", "years": [2025], "effort": 0.2, **terms}
    )


def connected(plan, school, home):
    inside = {block for block, name in plan.items() if name == school}
    waiting, reached = [home], {home}
    while waiting:
        here = waiting.pop()
        for one, other in [*TOUCHING, *[(b, a) for a, b in TOUCHING]]:
            if one == here and other in inside - reached:
                reached.add(other)
                waiting.append(other)
    return reached == inside


def enumerate_plans(outcome):
    """Every whole, connected plan: its loads, walking, and the pupils it moves."""
    pupils = {"b1": 60, "b2": 60, "b3": 60, "b4": 120, "b5": 120, "b6": 120}
    today = outcome.catchments.zones.xs(("primary", 2025), level=("stage", "year"))
    ways = outcome.costs.metres
    found = []
    for schools in product("AB", repeat=6):
        plan = dict(zip(pupils, schools, strict=True))
        if plan["b1"] != "A" or plan["b6"] != "B":
            continue
        if connected(plan, "A", "b1") and connected(plan, "B", "b6"):
            load = {name: sum(pupils[b] for b in pupils if plan[b] == name) for name in "AB"}
            walk = sum(pupils[b] * ways.loc[b, plan[b]] for b in pupils)
            moved = sum(pupils[b] for b in pupils if plan[b] != today[b])
            found.append((plan, load, walk, moved))
    return found


def test_a_least_use_is_kept_at_the_least_walking():
    outcome = town(A=14, B=8)  # 630 and 360 seats; A has 240 today, and 283.5 are asked for
    least = {"A": 0.45 * 630, "B": 0.45 * 360}
    walks = [
        walk
        for _, load, walk, _ in enumerate_plans(outcome)
        if all(least[school] <= load[school] for school in least) and load["B"] <= 360
    ]
    plan = draw(outcome, least_use=0.45)
    assert plan.cost == pytest.approx(min(walks))
    assert plan.unkept.empty
    assert plan.moved > 0


def test_a_use_that_no_plan_keeps_is_told():
    plan = draw(town(A=12, B=12), least_use=0.6)  # 324 pupils each, and 540 live there
    assert set(plan.unkept.index.get_level_values("school")) <= {"A", "B"}
    assert len(plan.unkept) >= 1
    assert (plan.unkept.pupils < plan.unkept.least).all()


def test_more_than_the_seats_may_be_allowed():
    plan = draw(toy_outcome(), most_use=1.15)  # 270 seats, 310 pupils: 240 and 300 fit
    assert plan.shortage.empty
    assert plan.worst_use == pytest.approx(300 / 270)


def test_what_is_short_is_spread_as_evenly_as_it_can_be():
    outcome = town(A=5, B=4)  # 225 + 180 seats for 540 pupils
    plans = enumerate_plans(outcome)
    seats = {"A": 225, "B": 180}
    short = min(sum(max(load[s] - seats[s], 0) for s in seats) for _, load, _, _ in plans)
    worst = min(
        max(load[s] / seats[s] for s in seats)
        for _, load, _, _ in plans
        if sum(max(load[s] - seats[s], 0) for s in seats) == short
    )
    plan = draw(outcome)
    assert plan.shortage.catchment_shortage.sum() == pytest.approx(short)
    assert plan.worst_use == pytest.approx(worst)


@pytest.mark.parametrize("metres", [0.0, 100.0, 500.0, 5000.0])
def test_each_pupil_moved_counts_as_so_many_metres(metres):
    # b3 goes to A, 800 m away, where B is 400 m away: moving its 60 pupils back saves 400 m each
    away = Rezone(year=2022, stage="primary", school="A", blocks=("b3",), source="test")
    district = town(A=12, B=12).district
    far = Scenario("far", Label("远", "Far"), (away,))
    outcome = evaluate(district, toy_standards(), far)
    least = min(walk + metres * moved for _, _, walk, moved in enumerate_plans(outcome))
    plan = draw(outcome, disruption_m=metres)
    assert plan.cost + plan.disruption == pytest.approx(least)
    assert plan.moves.block.tolist() == (["b3"] if metres < 400 else [])
    assert plan.disruption == pytest.approx(60 * metres if metres < 400 else 0.0)


def test_a_walk_grows_by_no_more_than_a_share():
    outcome = town(A=7)
    free, held = draw(outcome), draw(outcome, max_increase_share=0.5)
    grown = free.moves.walk_after / free.moves.walk_before
    assert (grown > 1.5).any()  # b3: 800 m to A, 400 m to B
    assert not (held.moves.walk_after > 1.5 * held.moves.walk_before + 1e-6).any()
    assert held.longer.empty


def test_a_catchment_changes_by_no_more_than_a_share():
    outcome = town(A=7)
    assert draw(outcome).moved > 0  # A grows from 240 to 300, by a quarter
    kept = draw(outcome, max_change=0.25)
    assert kept.moved > 0
    assert kept.unkept.empty
    # with a fifth A may have 288 of the 300: 12 beyond that are fewer than 30 beyond B's seats
    held = draw(outcome, max_change=0.2)
    assert held.unkept.index.tolist() == [("A", 2025)]
    assert (held.unkept.pupils - held.unkept.most).tolist() == pytest.approx([12])


@pytest.mark.parametrize(
    "terms",
    [{"least_use": -1.0}, {"least_use": 1.2}, {"most_use": -0.1}, {"disruption_m": -5.0}],
)
def test_shares_that_make_no_sense_are_refused(terms):
    with pytest.raises(ScenarioError, match=next(iter(terms))):
        draw(toy_outcome(), **terms)


def test_the_verifier_finds_each_broken_rule():
    pupils = pd.DataFrame({2025: [10.0, 20.0, 30.0]}, index=["a", "b", "c"])
    seats = pd.DataFrame({2025: [100.0, 100.0]}, index=["P", "Q"])
    walks = pd.DataFrame({"P": [0.0, 100, 300], "Q": [300.0, 130, 0]}, index=["a", "b", "c"])
    plan = pd.Series({"a": "P", "b": "Q", "c": "Q"})
    around = [("a", "b"), ("b", "c")], {"P": "a", "Q": "c"}

    def faults(**terms):
        return verify_plan(plan, pupils, seats, walks, *around, terms=Terms(**terms))

    today = {"a": "P", "b": "P", "c": "Q"}
    limits = pd.DataFrame({2025: [10.0, 50.0]}, index=["P", "Q"])
    assert faults(least=limits, most=limits) == []
    assert "fewer than the 11" in faults(least=limits + 1)[0]
    assert "more than the 49" in faults(most=limits - 1)[-1]
    assert faults(current=today, max_increase_share=0.3) == []
    assert "block b walks 130 m" in faults(current=today, max_increase_share=0.2)[0]


def test_plans_altered_at_random_never_pass_unless_they_keep_the_rules():
    outcome = town(A=12, B=12)
    plans = {tuple(plan.values()): load for plan, load, _, _ in enumerate_plans(outcome)}
    pupils = pd.DataFrame({2025: [60.0, 60, 60, 120, 120, 120]}, index=list("123456"))
    pupils.index = pd.Index([f"b{k}" for k in range(1, 7)])
    seats = pd.DataFrame({2025: [540.0, 540]}, index=["A", "B"])
    least = pd.DataFrame({2025: [240.0, 240]}, index=["A", "B"])
    walks = outcome.costs.metres.loc[pupils.index, ["A", "B"]]
    rng = np.random.default_rng(0)
    for _ in range(200):
        schools = tuple(rng.choice(["A", "B"], 6))
        plan = pd.Series(schools, pupils.index)
        found = verify_plan(
            plan, pupils, seats, walks, TOUCHING, {"A": "b1", "B": "b6"}, terms=Terms(least=least)
        )
        holds = schools in plans and min(plans[schools].values()) >= 240
        assert (found == []) == holds


def test_neighbours_with_one_school_today_move_together():
    # A has 240 pupils for 180 seats, and b4 is locked: b2 would go, but b1 beside it is A's own
    outcome = town(A=4, B=12)
    terms = {"locked": ["b4"]}
    assert draw(outcome, **terms).moves.block.tolist() == ["b2"]
    held = draw(outcome, groups="together", **terms)
    assert held.moves.empty
    assert held.shortage.catchment_shortage.sum() == pytest.approx(60)
    # b3 has another school than they, so it may go without them where a whole unit may not
    freed = draw(town(A=7), groups="together")
    assert freed.moves.block.tolist() == ["b3"]


@pytest.mark.parametrize("metres", [100.0, 500.0])
def test_envy_of_long_walks_is_least(metres):
    outcome = town(A=5, B=8)  # 225 and 360 seats: somebody who has 400 m goes farther
    ways = outcome.costs.metres
    pupils = {"b1": 60, "b2": 60, "b3": 60, "b4": 120, "b5": 120, "b6": 120}
    least = min(
        walk + sum(pupils[b] * max(ways.loc[b, plan[b]] - metres, 0) ** 2 / metres for b in pupils)
        for plan, load, walk, _ in enumerate_plans(outcome)
        if load["A"] <= 225 and load["B"] <= 360
    )
    plan = draw(outcome, envy_m=metres)
    assert plan.envy > 0
    assert plan.cost + plan.envy == pytest.approx(least)
    assert plan.status == "optimal"
    # 180 pupils have no way (b1, b6), 360 have 400 m: G = 1/3
    assert plan.walks.before.to_dict() == pytest.approx({"mean_m": 360 * 400 / 540, "gini": 1 / 3})
