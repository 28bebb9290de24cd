"""Homes of the pupils on record: least travel, the regularised plan, entropy; on a district.

    python benchmarks/homes.py [DATA] [--strengths 0.05 0.15 0.5] [--entropy 200 400]
    python benchmarks/homes.py [DATA] --tiles 4 [--reach 32]

For each stage: mean walk, pairs with more than 1e-9 pupils, and the share of pupils who change
school when 60 blocks are cut in two at one place, and when every way is off by up to 1 %. Entropy
only where there are no catchments: a way out of one is 70 km dearer, and balancing does not end.
With tiles, the time of as many by as many districts, 20 km from one to the next, over the pairs of
each block with its catchment and the nearest schools.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

import seatplan as sp
from seatplan.solvers.transport import (
    Pairs,
    charge_outside,
    list_pairs,
    nearest_pairs,
    solve_regularised,
    solve_transport,
)

ROUNDS = 20_000  # of balancing


@dataclass(frozen=True)
class Stage:
    """Grades of one stage in the base year.

    `pupils`: grade x block. `seats`: grade x school, the rolls. `metres`, `zone`: block x school.
    """

    code: str
    pupils: np.ndarray
    seats: np.ndarray
    metres: np.ndarray
    zone: np.ndarray


def list_stages(data: str) -> Iterator[Stage]:
    district = sp.read_district(data)
    standards = sp.read_standards(f"{data}/standards.toml")
    outcome = sp.evaluate(district, standards)
    base, ways = district.base_year, outcome.case.ways.metres
    rolls = district.rolls.pupils.xs(base, level="year").unstack("grade", fill_value=0)
    zones = district.catchments.xs(base, level="year").unstack("stage")
    pupils = outcome.forecast.pupils.xs(base, level="year").unstack("grade").loc[ways.index]
    for stage in standards.stages:
        grades = [grade.code for grade in stage.grades if grade.code in rolls]
        schools = rolls.index[(rolls[grades] > 0).any(axis=1)]
        metres = ways[schools].to_numpy()
        zone = np.zeros(metres.shape, bool)
        if stage.code in zones:
            zone = zones[stage.code].reindex(ways.index).to_numpy()[:, None] == schools.to_numpy()
        own = pupils[grades].to_numpy(float).T
        roll = rolls.loc[schools, grades].to_numpy(float).T
        own = own * (roll.sum(axis=1) / own.sum(axis=1))[:, None]
        yield Stage(stage.code, own, roll, metres, zone)


def lay_pairs(stage: Stage) -> Pairs:
    pairs = list_pairs(stage.metres)
    return charge_outside(pairs, stage.zone[pairs.block, pairs.school])


def lay_costs(stage: Stage) -> np.ndarray:
    pairs = lay_pairs(stage)
    costs = np.full(stage.metres.shape, np.inf)
    costs[pairs.block, pairs.school] = pairs.metres
    return costs


def solve_linear(stage: Stage) -> np.ndarray:
    costs, tables = lay_costs(stage), np.zeros((len(stage.pupils), *stage.metres.shape))
    for table, pupils, seats in zip(tables, stage.pupils, stage.seats, strict=True):
        flows = solve_transport(pupils, seats, costs)
        table[flows.origin, flows.school] = flows.pupils
    return tables


def solve_quadratic(stage: Stage, strength: float) -> np.ndarray:
    pairs = lay_pairs(stage)
    plan = solve_regularised(stage.pupils, stage.seats, pairs, strength=strength, equal=True)
    tables = np.zeros((len(stage.pupils), *stage.metres.shape))
    tables[:, pairs.block[plan.pair], pairs.school[plan.pair]] = plan.flows
    return tables


def solve_entropy(stage: Stage, metres: float) -> np.ndarray:
    """Wilson (1971): x = A O B D exp(-c / metres), balanced in turn to 1e-4 of the pupils."""
    costs, tables = lay_costs(stage), np.zeros((len(stage.pupils), *stage.metres.shape))
    for table, pupils, seats in zip(tables, stage.pupils, stage.seats, strict=True):
        way = np.where(seats > 0, costs, np.inf) / metres
        price, taught = np.zeros(len(seats)), seats > 0
        with np.errstate(divide="ignore"):
            heads = np.log(pupils)[:, None]
        for _ in range(ROUNDS):
            logs = heads - add_logs(price - way, axis=1)[:, None] - way
            price[taught] = np.log(seats[taught]) - add_logs(logs, axis=0)[taught]
            table[:] = np.exp(logs + np.where(taught, price, -np.inf))
            if np.abs(table.sum(axis=1) - pupils).sum() < 1e-4 * pupils.sum():
                break
        else:
            raise SystemExit(f"{stage.code}: not balanced after {ROUNDS} rounds")
    return tables


def add_logs(logs: np.ndarray, axis: int) -> np.ndarray:
    top = logs.max(axis=axis, keepdims=True)
    top = np.where(np.isfinite(top), top, 0.0)
    with np.errstate(divide="ignore"):
        return np.log(np.exp(logs - top).sum(axis=axis)) + top.squeeze(axis)


def cut(stage: Stage, count: int) -> tuple[Stage, np.ndarray]:
    """Cut the largest blocks in halves at one place; which block each row is of."""
    largest = np.argsort(-stage.pupils.sum(axis=0), kind="stable")[:count]
    whole = np.concatenate([np.arange(len(stage.metres)), largest])
    share = np.where(np.isin(whole, largest), 0.5, 1.0)
    rows = (stage.pupils[:, whole] * share, stage.seats, stage.metres[whole], stage.zone[whole])
    return Stage(stage.code, *rows), whole


def disturb(stage: Stage) -> Stage:
    off = np.random.default_rng(0).uniform(0.99, 1.01, stage.metres.shape)
    return Stage(stage.code, stage.pupils, stage.seats, stage.metres * off, stage.zone)


def tell(stage: Stage, name: str, solve: Callable[[Stage], np.ndarray]) -> None:
    start = time.process_time()
    tables = solve(stage)
    taken = time.process_time() - start
    halves, whole = cut(stage, 60)
    joined = np.zeros_like(tables)
    np.add.at(joined, (slice(None), whole), solve(halves))
    total = tables.sum()
    moved = [np.abs(other - tables).sum() / 2 / total for other in (joined, solve(disturb(stage)))]
    walk = float((tables * np.where(tables > 0, stage.metres, 0.0)).sum() / total)
    print(
        f"{stage.code:13}{name:16}{walk / 1000:8.4f} km"
        f"{(tables > 1e-9).sum() / len(tables):7.0f} pairs a grade"
        f"{100 * moved[0]:8.3f} % by cuts{100 * moved[1]:8.3f} % by 1 %"
        f"{1000 * taken:9.1f} ms",
        flush=True,
    )


def time_tiles(stage: Stage, side: int, reach: int) -> None:
    """Lay districts out in a square and solve all as one."""
    at = np.arange(side**2)
    apart = np.abs(at[:, None] // side - at // side) + np.abs(at[:, None] % side - at % side)
    tiles = np.ones((side**2, side**2))
    metres = np.kron(tiles, stage.metres) + np.kron(apart * 20_000.0, np.ones(stage.metres.shape))
    zone = np.kron(np.eye(side**2, dtype=bool), stage.zone)
    every = list_pairs(metres)
    near = nearest_pairs(every, reach) | zone[every.block, every.school]
    kept = every.block[near], every.school[near], every.metres[near]
    pairs, inside = Pairs(*kept, *metres.shape), zone[kept[:2]]
    pupils, seats = np.tile(stage.pupils, side**2), np.tile(stage.seats, side**2)
    start = time.process_time()
    plan = solve_regularised(pupils, seats, charge_outside(pairs, inside), equal=True)
    taken = time.process_time() - start
    print(
        f"{stage.code:13}{len(pupils)} grades, {metres.shape[0]} blocks, {metres.shape[1]} schools,"
        f" {len(pairs.block)} pairs: {taken:.2f} s; {plan.unserved.sum():.3g} unserved",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", nargs="?", default="data")
    parser.add_argument("--strengths", type=float, nargs="+", default=[0.05, 0.15, 0.5])
    parser.add_argument("--entropy", type=float, nargs="+", default=[200.0, 400.0])
    parser.add_argument("--tiles", type=int)
    parser.add_argument("--reach", type=int, default=32)
    terms = parser.parse_args()
    for stage in list_stages(terms.data):
        solve_quadratic(stage, 0.15)  # compiled from here on
        if terms.tiles:
            time_tiles(stage, terms.tiles, terms.reach)
            continue
        tell(stage, "least travel", solve_linear)
        for strength in terms.strengths:
            tell(stage, f"quadratic {strength:g}", lambda s, e=strength: solve_quadratic(s, e))
        for metres in [] if stage.zone.any() else terms.entropy:
            tell(stage, f"entropy {metres:g} m", lambda s, e=metres: solve_entropy(s, e))


if __name__ == "__main__":
    main()
