"""Ten thousand plans altered so that one rule is broken: the verifier passes none of them."""

from collections import Counter
from itertools import product

import networkx as nx
import numpy as np
import pandas as pd
import pytest

from seatplan.verify import Terms, verify_plan

SIDE, YEARS = 6, [2024, 2025]
EACH = 630  # altered plans of each rule; 16 rules are 10,080


class Town:
    """A grid of blocks, three schools, and a plan that keeps every rule there is."""

    def __init__(self, rng):
        self.blocks = [f"{row}-{col}" for row, col in product(range(SIDE), repeat=2)]
        self.graph = nx.relabel_nodes(nx.grid_2d_graph(SIDE, SIDE), lambda at: f"{at[0]}-{at[1]}")
        self.homes = {"A": "0-0", "B": "0-5", "C": "5-2"}
        self.plan = self.grow(rng)
        self.pupils = pd.DataFrame(rng.integers(1, 30, (SIDE**2, 2)), self.blocks, YEARS)
        self.walks = pd.DataFrame(
            rng.uniform(100, 900, (SIDE**2, 3)), self.blocks, list(self.homes)
        )
        lengths = rng.integers(50, 400, self.graph.number_of_edges())
        self.borders = dict(zip(self.graph.edges, lengths.astype(float), strict=True))

    def grow(self, rng):
        """Areas that grow from the schools' own blocks, one neighbour at a time."""
        plan = {block: school for school, block in self.homes.items()}
        while len(plan) < len(self.blocks):
            edge = [
                (other, plan[block])
                for block in sorted(plan)
                for other in sorted(self.graph[block])
                if other not in plan
            ]
            block, school = edge[rng.integers(len(edge))]
            plan[block] = school
        return pd.Series(plan)[self.blocks]

    def add_up(self, plan):
        return self.pupils.groupby(plan).sum().reindex(list(self.homes), fill_value=0)

    def is_whole(self, plan):
        """Each school has its own block, and its blocks hang together."""
        return all(
            plan[home] == school
            and nx.is_connected(self.graph.subgraph(plan.index[plan == school]))
            for school, home in self.homes.items()
        )

    def check(self, plan, **given):
        tables = {
            "pupils": self.pupils,
            "seats": pd.DataFrame(10_000, list(self.homes), YEARS),
            "walks": self.walks,
            "neighbours": list(self.graph.edges),
            "homes": self.homes,
            "borders": self.borders,
        }
        return verify_plan(plan, **{**tables, **given})


def move(town, rng, blocks=1):
    """Give a block or more to another school; the areas hang together still."""
    while True:
        plan = town.plan.copy()
        for block in rng.choice(town.blocks, blocks, replace=False):
            others = [town.plan[other] for other in town.graph[block]]
            plan[block] = rng.choice(sorted({*others, town.plan[block]}))
        if (plan != town.plan).any() and town.is_whole(plan):
            return plan


def list_a_block_twice(town, rng):
    return pd.concat([town.plan, town.plan.sample(1, random_state=int(rng.integers(999)))]), {}


def leave_a_block_out(town, rng):
    block = rng.choice(town.blocks)
    nobody = town.plan.mask(town.plan.index == block)
    return (town.plan.drop(block) if rng.random() < 0.5 else nobody), {}


def name_a_school_that_is_not_there(town, rng):
    plan = town.plan.copy()
    plan[rng.choice(town.blocks)] = rng.choice(["D", "a", ""])
    return plan, {}


def give_a_home_away(town, rng):
    plan, school = town.plan.copy(), rng.choice(list(town.homes))
    plan[town.homes[school]] = rng.choice([name for name in town.homes if name != school])
    return plan, {}


def cut_a_block_off(town, rng):
    while True:
        plan = town.plan.copy()
        block = rng.choice([name for name in town.blocks if name not in town.homes.values()])
        plan[block] = rng.choice([name for name in town.homes if name != plan[block]])
        if not town.is_whole(plan):
            return plan, {}


def overfill_a_school(town, rng):
    plan = move(town, rng)
    seats = town.add_up(plan).astype(float)
    seats.iloc[rng.integers(3), rng.integers(2)] -= rng.choice([1, 0.5, 0.01])
    return plan, {"seats": seats}


def move_a_locked_block(town, rng):
    plan = move(town, rng)
    block = rng.choice(plan.index[plan != town.plan])
    return plan, {"terms": Terms(locked={block: town.plan[block]})}


def split_a_group(town, rng):
    plan = move(town, rng)
    one = rng.choice(plan.index)
    other = rng.choice(plan.index[plan != plan[one]])
    return plan, {"terms": Terms(groups={one: "village", other: "village"})}


def part_neighbours_who_were_together(town, rng):
    """Blocks of a village with one school today are a group: one of them goes alone."""
    plan = move(town, rng)
    gone = rng.choice(plan.index[plan != town.plan])
    stays = (town.plan == town.plan[gone]) & (plan == town.plan)
    village = {gone: "v", rng.choice(plan.index[stays]): "v"}
    return plan, {"terms": Terms(groups=village, current=town.plan.to_dict())}


def move_more_than_the_share(town, rng):
    plan = move(town, rng, int(rng.integers(1, 4)))
    moved = float(town.pupils[plan != town.plan].to_numpy().sum())
    most = moved - rng.choice([1, 0.5, 0.01])
    return plan, {"terms": Terms(current=town.plan.to_dict(), max_moved=most)}


def walk_too_far(town, rng):
    plan = move(town, rng)
    walked = max(town.walks.loc[block, plan[block]] for block in plan.index)
    return plan, {"terms": Terms(max_walk=walked - rng.choice([1, 0.1, 0.01]))}


def lose_the_way(town, rng):
    walks, plan = town.walks.copy(), move(town, rng)
    block = rng.choice(plan.index)
    walks.loc[block, plan[block]] = rng.choice([np.inf, np.nan])
    return plan, {"walks": walks}


def lengthen_a_walk(town, rng):
    while True:
        plan = move(town, rng)
        block = rng.choice(plan.index[plan != town.plan])
        before, after = (town.walks.loc[block, way[block]] for way in (town.plan, plan))
        if after > before + 1:
            break
    terms = (
        {"max_increase": after - before - 0.1}
        if rng.random() < 0.5
        else {"max_increase_share": (after - 0.1) / before - 1}
    )
    return plan, {"terms": Terms(current=town.plan.to_dict(), **terms)}


def fill_too_little_or_too_much(town, rng):
    plan = move(town, rng)
    limits = town.add_up(plan).astype(float)
    side = rng.choice(["least", "most"])
    limits.iloc[rng.integers(3), rng.integers(2)] += 0.01 if side == "least" else -0.01
    return plan, {"terms": Terms(**{side: limits})}


def misstate_a_total(town, rng):
    plan = move(town, rng)
    metres = sum(
        town.walks.loc[block, plan[block]] * town.pupils.loc[block].sum() for block in plan.index
    )
    stated = {
        "pupil_metres": metres,
        "moved": float(town.pupils[plan != town.plan].to_numpy().sum()),
        "largest_shortage": 0.0,
        "border_m": sum(m for (a, b), m in town.borders.items() if plan[a] != plan[b]),
    }
    terms = Terms(current=town.plan.to_dict())
    assert town.check(plan, terms=terms, claimed=stated) == []
    name = rng.choice(list(stated))
    wrong = {name: stated[name] + rng.choice([-1, 1]) * max(0.01, 1e-5 * stated[name])}
    return plan, {"terms": terms, "claimed": {**stated, **wrong}}


def draw_lots_beyond_the_seats(town, rng):
    """A and B share one catchment: a seat too few at one of them for its share."""
    plan = move(town, rng).replace({"A": "A+B", "B": "A+B"})
    lots = pd.DataFrame(rng.integers(1, 9, (3, 2)), list(town.homes), YEARS)
    load = town.pupils.groupby(plan).sum()
    share = lots / lots.loc[["A", "B"]].sum() * load.loc["A+B"]
    seats = share.loc[["A", "B"]]
    seats.loc["C"] = load.loc["C"]
    given = {"seats": seats, "lots": lots, "lotteries": {"A+B": ["A", "B"]}}
    if nx.is_connected(town.graph.subgraph(plan.index[plan == "A+B"])):
        assert town.check(plan, **given) == []
    seats.loc[rng.choice(["A", "B"]), rng.choice(YEARS)] -= 0.01
    return plan, given


RULES = [
    list_a_block_twice,
    leave_a_block_out,
    name_a_school_that_is_not_there,
    give_a_home_away,
    cut_a_block_off,
    overfill_a_school,
    move_a_locked_block,
    split_a_group,
    part_neighbours_who_were_together,
    move_more_than_the_share,
    walk_too_far,
    lose_the_way,
    lengthen_a_walk,
    fill_too_little_or_too_much,
    misstate_a_total,
    draw_lots_beyond_the_seats,
]


def count_passed(rule, times):
    """How many altered plans of a rule pass, of so many; the sound plan of each town does."""
    rng = np.random.default_rng(RULES.index(rule))
    passed = Counter()
    for turn in range(times):
        if turn % 21 == 0:
            town = Town(rng)
            assert town.check(town.plan) == []
        plan, given = rule(town, rng)
        passed[bool(town.check(plan, **given))] += 1
    return passed[False]


@pytest.mark.parametrize("rule", RULES)
def test_an_altered_plan_of_each_rule_is_found(rule):
    assert count_passed(rule, 1) == 0


@pytest.mark.slow
@pytest.mark.parametrize("rule", RULES)
def test_of_ten_thousand_altered_plans_none_passes(rule):
    assert EACH * len(RULES) >= 10_000
    assert count_passed(rule, EACH) == 0
