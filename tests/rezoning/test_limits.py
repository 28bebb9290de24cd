"""Every limit of a rezoning, and pairs of them: the toy town against the enumeration of all plans.

The least walking within the seats (or within what was asked of the use) of the plans that keep the
limit; where none is within, the fewest pupils beyond or too few.
"""

import pandas as pd
import pytest

from .test_use import draw, enumerate_plans, town

PUPILS = {"b1": 60, "b2": 60, "b3": 60, "b4": 120, "b5": 120, "b6": 120}
TODAY = {"b1": "A", "b2": "A", "b3": "B", "b4": "A", "b5": "B", "b6": "B"}
ESTATE = pd.Series({"b4": "estate", "b5": "estate"})
SEATS = {"none short": {"A": 14, "B": 14}, "A roomy": {"A": 7}, "B roomy": {"A": 4, "B": 12}}

CASES = {
    "free": {},
    "moved": {"max_moved": 0.12},
    "half moved": {"max_moved": 0.3},
    "walk": {"max_walk_m": 700.0},
    "short walk": {"max_walk_m": 300.0},
    "increase": {"max_increase_m": 100.0},
    "increase by a share": {"max_increase_share": 0.5},
    "change": {"max_change": 0.25},
    "less change": {"max_change": 0.1},
    "least use": {"least_use": 0.45},
    "most use": {"most_use": 1.15},
    "both uses": {"least_use": 0.3, "most_use": 0.9},
    "locked": {"locked": ["b3"]},
    "estate": {"groups": ESTATE},
    "together": {"groups": "together"},
    "size": {"max_size": 600.0},  # of all stages: B has 270 junior pupils besides
    "moved and walk": {"max_moved": 0.3, "max_walk_m": 700.0},
    "locked and change": {"locked": ["b4"], "max_change": 0.3},
    "price of a move": {"disruption_m": 700.0},
    "lines and moves": {"compact": 50.0, "max_moved": 0.3},
}


def keeps(plan, walks, outcome, terms):
    """Whether a plan keeps the limits on moves, walks, locks and groups."""
    today = {block: walks.loc[block, school] for block, school in TODAY.items()}
    then = {block: walks.loc[block, school] for block, school in plan.items()}
    gone = sum(PUPILS[block] for block in plan if plan[block] != TODAY[block])
    limits = [
        max(today[block], terms.get("max_walk_m", 1e9))
        >= then[block]
        <= min(
            today[block] + terms.get("max_increase_m", 1e9),
            today[block] * (1 + terms.get("max_increase_share", 1e9)) if today[block] else 1e9,
        )
        for block in plan
    ]
    groups = terms.get("groups", pd.Series(dtype=object))
    if isinstance(groups, str):  # blocks of a unit with one school today
        units = outcome.district.blocks.unit
        groups = pd.Series({block: f"{units[block]} {TODAY[block]}" for block in plan})
    named = groups.groupby(groups).groups.values()
    whole = all(len({plan[block] for block in blocks}) == 1 for blocks in named)
    locked = all(plan[block] == TODAY[block] for block in terms.get("locked", []))
    return all(limits) and whole and locked and gone <= terms.get("max_moved", 1.0) * 540 + 1e-9


def find_limits(outcome, terms):
    """The least and most pupils of each school as asked for."""
    seats = outcome.seats.table.seats.xs(("primary", 2025), level=("stage", "year"))
    room = {school: float(seats[school]) for school in "AB"}
    if "max_size" in terms:
        room["B"] = min(room["B"], terms["max_size"] - 270)
        room["A"] = min(room["A"], terms["max_size"])
    most = {school: seat * terms.get("most_use", 1.0) for school, seat in room.items()}
    least = {school: seat * terms.get("least_use", 0.0) for school, seat in room.items()}
    if "max_change" in terms:
        lived, change = {"A": 240, "B": 300}, terms["max_change"]
        most = {school: min(most[school], lived[school] * (1 + change)) for school in "AB"}
        least = {school: max(least[school], lived[school] * (1 - change)) for school in "AB"}
    return {school: min(least[school], most[school]) for school in "AB"}, most


def price(plan, walk, moved, terms):
    """What a plan costs with all that was asked to count, metres a day."""
    pairs = [("b1", "b2"), ("b2", "b3"), ("b4", "b5"), ("b5", "b6")]
    pairs += [("b1", "b4"), ("b2", "b5"), ("b3", "b6")]
    line = 400 * sum(plan[one] != plan[other] for one, other in pairs)
    return walk + terms.get("disruption_m", 0) * moved + terms.get("compact", 0) * line


@pytest.mark.slow
@pytest.mark.parametrize("rooms", SEATS.values(), ids=SEATS)
@pytest.mark.parametrize("terms", CASES.values(), ids=CASES)
def test_no_plan_that_keeps_the_limits_is_better(rooms, terms):
    outcome = town(**rooms)
    least, most = find_limits(outcome, terms)

    def lack(load):
        beyond = sum(max(load[school] - most[school], 0.0) for school in "AB")
        return beyond + sum(max(least[school] - load[school], 0.0) for school in "AB")

    walks = outcome.costs.metres
    kept = [
        (lack(load), price(plan, walk, moved, terms), plan)
        for plan, load, walk, moved in enumerate_plans(outcome)
        if keeps(plan, walks, outcome, terms)
    ]
    fewest = min(beyond for beyond, _, _ in kept)
    found = draw(outcome, **terms)
    plan = found.plan.to_dict()
    assert keeps(plan, walks, outcome, terms)
    load = {school: sum(PUPILS[b] for b in plan if plan[b] == school) for school in "AB"}
    assert lack(load) == pytest.approx(fewest)
    if fewest < 1e-9:
        cheapest = min(total for beyond, total, _ in kept if beyond < 1e-9)
        assert found.cost + found.disruption + found.shape_cost == pytest.approx(cheapest)
