"""The verifier: a sound plan passes, and no single fault does."""

import re

import numpy as np
import pandas as pd
import pytest

from seatplan.verify import Terms, verify_nesting, verify_plan

SIDE = 6


def draw_town():
    """Blocks on a 6 x 6 grid; the left half goes to A, the right half to B, seats to the pupil."""
    blocks = [f"{row}-{col}" for row in range(SIDE) for col in range(SIDE)]
    pairs = [
        (f"{row}-{col}", f"{row + down}-{col + right}")
        for row in range(SIDE)
        for col in range(SIDE)
        for down, right in ((0, 1), (1, 0))
        if row + down < SIDE and col + right < SIDE
    ]
    plan = pd.Series(["A" if int(name[2]) < 3 else "B" for name in blocks], index=blocks)
    rng = np.random.default_rng(3)
    pupils = pd.DataFrame(rng.integers(5, 30, (36, 2)), index=blocks, columns=[2024, 2025])
    seats = pupils.groupby(plan).sum()  # not a seat too many, so any move overfills a school
    walks = pd.DataFrame(rng.uniform(100, 900, (36, 2)), index=blocks, columns=["A", "B"])
    terms = Terms(
        locked={"0-0": "A", "5-5": "B"},
        groups={"2-0": "estate", "2-1": "estate", "3-4": "village", "3-5": "village"},
        current={**plan, "0-2": "B"},
        max_moved=float(pupils.loc["0-2"].sum()),
        max_walk=900.0,
        max_increase=900.0,
    )
    given = {
        "pupils": pupils,
        "seats": seats,
        "walks": walks,
        "neighbours": pairs,
        "homes": {"A": "1-1", "B": "4-4"},
        "terms": terms,
        "claimed": {
            "pupil_metres": sum(
                walks.loc[block, plan[block]] * pupils.loc[block].sum() for block in blocks
            ),
            "moved": float(pupils.loc["0-2"].sum()),
            "largest_shortage": 0.0,
        },
    }
    return plan, given


def drop_a_block(plan, given, rng):
    return plan.drop(rng.choice(plan.index)), given


def list_a_block_twice(plan, given, rng):
    return pd.concat([plan, plan.sample(1, random_state=int(rng.integers(99)))]), given


def add_a_stranger(plan, given, _rng):
    return pd.concat([plan, pd.Series(["A"], index=["9-9"])]), given


def name_no_school(plan, given, rng):
    plan = plan.copy()
    plan[rng.choice(plan.index)] = rng.choice(["C", ""])
    return plan, given


def leave_a_block_out(plan, given, rng):
    plan = plan.astype(object)
    plan[rng.choice(plan.index)] = None
    return plan, given


def move_a_block(plan, given, rng):
    plan = plan.copy()
    block = rng.choice(plan.index)
    plan[block] = "B" if plan[block] == "A" else "A"
    return plan, given


def swap_two_blocks(plan, given, rng):
    plan = plan.copy()
    one, other = rng.choice(plan.index[plan == "A"]), rng.choice(plan.index[plan == "B"])
    plan[one], plan[other] = "B", "A"
    return plan, given


def take_a_seat(plan, given, rng):
    seats = given["seats"].copy()
    seats.iloc[rng.integers(2), rng.integers(2)] -= 1
    return plan, {**given, "seats": seats}


def misstate_a_total(plan, given, rng):
    name = rng.choice(list(given["claimed"]))
    return plan, {**given, "claimed": {**given["claimed"], name: given["claimed"][name] + 1}}


def close_a_way(plan, given, rng):
    walks = given["walks"].copy()
    block = rng.choice(plan.index)
    walks.loc[block, plan[block]] = rng.choice([np.inf, 901.0, np.nan])
    return plan, {**given, "walks": walks, "claimed": {}}


FAULTS = [
    drop_a_block,
    list_a_block_twice,
    add_a_stranger,
    name_no_school,
    leave_a_block_out,
    move_a_block,
    swap_two_blocks,
    take_a_seat,
    misstate_a_total,
    close_a_way,
]


def test_a_sound_plan_has_no_fault():
    plan, given = draw_town()
    assert verify_plan(plan, **given) == []


@pytest.mark.parametrize("fault", FAULTS)
def test_two_hundred_single_faults_are_all_found(fault):
    sound, given = draw_town()
    rng = np.random.default_rng(FAULTS.index(fault))
    for _ in range(20):  # 10 kinds x 20
        plan, changed = fault(sound, given, rng)
        assert verify_plan(plan, **changed), fault.__name__


def without_totals(given, **changes):
    """The same town with seats to spare and nothing claimed: only the fault in hand can show."""
    return {**given, "seats": given["seats"] * 3, "claimed": {}, **changes}


def test_each_check_finds_its_fault_alone():
    plan, given = draw_town()
    free = without_totals(given, terms=Terms())
    assert verify_plan(plan, **free) == []

    cut = plan.copy()
    cut["0-5"] = "A"  # in the far corner of B
    assert verify_plan(cut, **free) == ["block 0-5 is cut off from A"]

    touching = plan.copy()
    touching["0-3"] = "A"  # on the line between A and B: connected, and no fault at all
    assert verify_plan(touching, **free) == []
    locked = without_totals(given, terms=Terms(locked={"0-3": "B"}))
    assert verify_plan(touching, **locked) == ["block 0-3 is locked to B but goes to A"]
    groups = without_totals(given, terms=Terms(groups={"0-3": "estate", "0-4": "estate"}))
    assert verify_plan(touching, **groups) == ["group estate is split between A, B"]
    moved = without_totals(given, terms=Terms(current=dict(plan), max_moved=1.0))
    count = given["pupils"].loc["0-3"].sum()
    assert verify_plan(touching, **moved) == [f"{count} pupils change school, over 1"]
    longer = given["walks"].copy()
    longer.loc["0-3"] = [800.0, 100.0]
    walk = without_totals(given, walks=longer, terms=Terms(current=dict(plan), max_increase=500.0))
    assert verify_plan(touching, **walk) == ["block 0-3 walks 700 m more than today"]

    homeless = without_totals(given, terms=Terms(), homes={"A": "1-1", "B": "1-2"})
    assert "B stands in block 1-2, which goes to A" in verify_plan(plan, **homeless)


def test_the_fullest_year_counts_not_one():
    plan, given = draw_town()
    seats = given["seats"].copy()
    seats.loc["A", 2024] += 100
    seats.loc["A", 2025] -= 1
    faults = verify_plan(plan, **{**given, "seats": seats, "claimed": {}})
    assert len(faults) == 1
    assert faults[0].endswith("in 2025")


def test_a_group_in_two_pieces_counts_as_one_place():
    plan, given = draw_town()
    plan["0-5"] = "A"
    joined = without_totals(given, terms=Terms(groups={"0-5": "village", "0-2": "village"}))
    assert verify_plan(plan, **joined) == []


def test_an_unknown_total_is_a_fault():
    plan, given = draw_town()
    faults = verify_plan(plan, **{**given, "claimed": {"happiness": 1.0}})
    assert faults == ["happiness is not a total that can be checked"]


def draw_lots():
    """A row of four blocks of 30; A and C draw lots by 2 to 1, B stands alone at the end."""
    blocks = ["b1", "b2", "b3", "b4"]
    plan = pd.Series(["A+C", "A+C", "A+C", "B"], index=blocks)
    seats = pd.DataFrame({2025: [60.0, 30.0, 30.0]}, index=["A", "C", "B"])
    walks = pd.DataFrame({"A": [0, 100, 200, 300], "C": [300, 0, 30, 90], "B": 50.0}, index=blocks)
    given = {
        "pupils": pd.DataFrame({2025: 30.0}, index=blocks),
        "seats": seats,
        "walks": walks.astype(float),
        "neighbours": [("b1", "b2"), ("b2", "b3"), ("b3", "b4")],
        "homes": {"A": "b1", "C": "b3", "B": "b4"},
        "lotteries": {"A+C": ["A", "C"]},
    }
    return plan, given


def test_a_lottery_zone_passes_with_its_shares_and_mean_walks():
    plan, given = draw_lots()
    # b1 100 m, b2 67 m, b3 143 m in the mean (2 of 3 to A), b4 50 m
    total = 30 * ((0 * 2 + 300) / 3 + 200 / 3 + (400 + 30) / 3 + 50)
    assert verify_plan(plan, **given, claimed={"pupil_metres": total}) == []


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        ({"lots": pd.DataFrame({2025: [1.0, 1.0, 1.0]}, index=["A", "C", "B"])}, "C has 45 pupils"),
        ({"homes": {"A": "b1", "C": "b4", "B": "b3"}}, "C stands in block b4, which goes to B"),
        ({"neighbours": [("b1", "b2"), ("b3", "b4")]}, "block b3 is cut off from A\\+C"),
        ({"terms": Terms(max_walk=120.0)}, "block b3 walks 143 m to A\\+C, over 120"),
        ({"lotteries": {}}, "block b1 goes to A\\+C, which has no seats"),
    ],
)
def test_a_fault_of_a_lottery_zone_is_found(fault, sentence):
    plan, given = draw_lots()
    assert re.search(sentence, "; ".join(verify_plan(plan, **{**given, **fault})))


def test_catchments_within_others_nest_and_a_split_one_is_named():
    inner = pd.Series({"b1": "P1", "b2": "P1", "b3": "P2"})
    assert verify_nesting(inner, pd.Series({"b1": "J1", "b2": "J1", "b3": "J1"})) == []
    (fault,) = verify_nesting(inner, pd.Series({"b1": "J1", "b2": "J2", "b3": "J2"}))
    assert fault == "the catchment of P1 is split between J1, J2"
