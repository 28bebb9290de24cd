"""Who goes to which school: the catchments in force, and the few who go next door."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from district.facilities import FAR_M, KINDS
from district.readings import Reading
from district.rounding import Floats
from district.sources import part_rng

RANDOM_PULL_M = 200.0  # a catchment reaches farther than half-way by as much, at random
# A school has ground for so many pupils of a stage; a catchment with more gives blocks away.
MOST_PUPILS = {"primary": 2600.0, "junior": 2600.0, "nine_year": 2000.0}
PRICE_STEP_M = 0.1  # for each pupil beyond them, in each round
ROUNDS = 100
PRICES_M = (-1500.0, 60_000.0)  # least and most of the price of an entry to a school of 农村
BISECTIONS = 25
BED_M = 2500.0  # a bed makes up for so much of a way that nobody walks
NEXT_DOOR = 0.04  # of a block's pupils go to the second school, where that is within a walk


@dataclass(frozen=True)
class Attendance:
    """Where the pupils of each block go to school.

    `catchments`: stage -> school by block. `shares`: stage -> share of the block's pupils by block
    (rows) and school. `walks`: metres by block and school.
    """

    catchments: Mapping[str, pd.Series[str]]
    shares: Mapping[str, pd.DataFrame]
    walks: pd.DataFrame


def draw_attendance(
    reading: Reading,
    meals: float,
    schools: pd.DataFrame,
    pupils: Mapping[str, Floats],
    walks: pd.DataFrame,
) -> Attendance:
    """Draw the catchments such that about `meals` pupils go to the schools of 农村.

    Every block goes to the school with the least walk and price. The price of the schools of 农村
    is one number, found by bisection: the dual price of their total, so that no other catchments
    with that total have less travel.

    Parameters
    ----------
    pupils
        Stage -> pupils by block.
    """
    country = schools["setting"].isin(reading.settings)
    pull = pd.Series(part_rng("pull").uniform(0, RANDOM_PULL_M, len(schools)), schools.index)
    cost = {stage: walks - pull * ~country - _beds(stage, schools, walks) for stage in KINDS}

    def divide(price: float) -> tuple[dict[str, pd.Series[str]], float]:
        ids = {s: _share_blocks(s, schools, pupils[s], cost[s] + price * country) for s in KINDS}
        return ids, sum(float(pupils[s][country[ids[s]].to_numpy()].sum()) for s in KINDS)

    low, high = PRICES_M
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        low, high = (middle, high) if divide(middle)[1] > meals else (low, middle)
    catchments, _ = min((divide(low), divide(high)), key=lambda trial: abs(trial[1] - meals))
    shares = {stage: _share_pupils(stage, ids, schools, walks) for stage, ids in catchments.items()}
    return Attendance(catchments, shares, walks)


def boards(schools: pd.DataFrame) -> pd.Series[bool]:
    """Return which schools are the plan's two boarding schools: the rural nine-year schools."""
    return (schools["kind"] == "nine_year") & (schools["setting"] == "rural")


def _beds(stage: str, schools: pd.DataFrame, walks: pd.DataFrame) -> pd.DataFrame:
    """Return the metres that a bed makes up for: where every junior school is too far to walk."""
    mine = schools.index[schools["kind"].isin(KINDS["junior"])]
    far = walks[mine].min(axis=1) > FAR_M["junior"]
    beds = np.outer(far, boards(schools)) * (BED_M if stage == "junior" else 0.0)
    return pd.DataFrame(beds, walks.index, walks.columns)


def _share_blocks(
    stage: str, schools: pd.DataFrame, pupils: Floats, cost: pd.DataFrame
) -> pd.Series[str]:
    """Return the school of each block: least cost, with a price on schools that would overflow.

    A school's own block is always its own.
    """
    mine = schools[schools["kind"].isin(KINDS[stage])]
    metres, own = cost[mine.index].to_numpy(), mine["block"].to_numpy()
    price, most = np.zeros(len(mine)), mine["kind"].map(MOST_PUPILS).to_numpy(dtype=float)
    for _ in range(ROUNDS):
        nearest = (metres + price).round(3).argmin(axis=1)
        nearest[own] = np.arange(len(mine))
        beyond = np.bincount(nearest, weights=pupils, minlength=len(mine)) - most
        if (beyond <= 0).all():
            break
        price += PRICE_STEP_M * np.maximum(beyond, 0.0)
    return pd.Series(mine.index.to_numpy()[nearest], index=cost.index, name="school")


def _share_pupils(
    stage: str, catchment: pd.Series[str], schools: pd.DataFrame, walks: pd.DataFrame
) -> pd.DataFrame:
    """Return the share of each block's pupils by school: its own, and in town a few next door."""
    mine = schools.index[schools["kind"].isin(KINDS[stage])]
    others = walks[mine].to_numpy(copy=True)
    row, own = np.arange(len(walks)), mine.get_indexer(pd.Index(catchment))
    others[row, own] = np.inf
    second = others.argmin(axis=1)
    built = (schools.loc[mine, "setting"] != "rural").to_numpy()
    within = (others[row, second] <= FAR_M[stage]) & built[second] & built[own]
    shares = np.zeros(others.shape)
    shares[row, own] = 1 - NEXT_DOOR * within
    shares[row, second] += NEXT_DOOR * within
    return pd.DataFrame(shares, walks.index, mine)
