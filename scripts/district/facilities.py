"""Where schools stand, and the catchments in force: whole blocks around each school."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from district.places import settle
from district.rounding import Floats, Integers
from district.sources import part_rng

# How many schools of each kind stand in each setting. The plan gives the totals (48, 8, 7); the
# split by setting is assumed after where the children of the census live.
PRIMARY = {"urban": 20, "town": 6, "rural": 14}
JUNIOR = {"urban": 6, "town": 2, "rural": 0}
NINE_YEAR = {"urban": 3, "town": 2, "rural": 2}
REMOTE_PRIMARY = 1  # schools of the blocks farthest from all others
SMALL_PRIMARY = 7  # rural schools of one or two villages, beside the 41 above
SMALL_CHILDREN = (22, 75)  # children of 6 to 11 in the block of a small school
SMALL_APART_M = 2200.0
# A catchment reaches further than half-way to the next school by its pull: a fixed part, by which
# urban schools draw from the fringe, and a random part by which sizes differ (metres).
PULL_M = {"urban": 900.0, "town": 600.0, "rural": 0.0}
RANDOM_PULL_M = {"urban": 450.0, "town": 600.0, "rural": 1000.0}


@dataclass(frozen=True)
class Facilities:
    """Positions of the schools with catchments, and the school of each block by stage.

    `schools`: index id: kind, setting, block, x, y. `primary`, `junior`: id by block.
    """

    schools: pd.DataFrame
    primary: pd.Series[str]
    junior: pd.Series[str]


def place_facilities(blocks: pd.DataFrame, residents: pd.DataFrame) -> Facilities:
    """Place primary, junior and nine-year schools among the children; draw their catchments."""
    primary_age = residents[[f"age_{a}" for a in range(6, 12)]].sum(axis=1).to_numpy(dtype=float)
    junior_age = residents[[f"age_{a}" for a in range(12, 15)]].sum(axis=1).to_numpy(dtype=float)
    rng = part_rng("facilities")
    rows: list[tuple[str, str, int]] = []
    for setting, n in JUNIOR.items():
        spots = _choose_blocks(blocks, junior_age, setting, n + NINE_YEAR[setting], [], rng)
        spots = _outermost_first(blocks, spots)
        kinds = ["nine_year"] * NINE_YEAR[setting] + ["junior"] * n
        rows += [(kind, setting, b) for kind, b in zip(kinds, spots, strict=True)]
    for setting, n in PRIMARY.items():
        spots = _choose_blocks(blocks, primary_age, setting, n, rows, rng)
        rows += [("primary", setting, b) for b in spots]
    outside = (blocks["setting"] != "urban").to_numpy() & (primary_age >= SMALL_CHILDREN[0])
    remote = _choose_apart(blocks, outside, rows, REMOTE_PRIMARY, np.inf)
    rows += [("primary", str(blocks["setting"].iloc[b]), b) for b in remote]
    few = (blocks["setting"] == "rural").to_numpy() & (primary_age >= SMALL_CHILDREN[0])
    few &= primary_age <= SMALL_CHILDREN[1]
    small = _choose_apart(blocks, few, rows, SMALL_PRIMARY, SMALL_APART_M)
    rows += [("primary", "rural", b) for b in small]
    schools = _tabulate(blocks, rows, small, rng)
    return Facilities(
        schools,
        _draw(blocks, schools, ("primary", "nine_year"), part_rng("primary pull")),
        _draw(blocks, schools, ("junior", "nine_year"), part_rng("junior pull")),
    )


def _choose_blocks(
    blocks: pd.DataFrame,
    children: Floats,
    setting: str,
    n: int,
    rows: list[tuple[str, str, int]],
    rng: np.random.Generator,
) -> list[int]:
    """Settle `n` schools among the children of a setting; each in the nearest free block.

    The nine-year schools among `rows` teach the same children and are settled around.
    """
    mine = np.flatnonzero((blocks["setting"] == setting).to_numpy())
    xy = blocks[["x", "y"]].to_numpy()
    held = [b for kind, where, b in rows if kind == "nine_year" and where == setting]
    chosen = [b for _, _, b in rows]
    for centre in settle(xy[mine], children[mine], n, rng, xy[held]):
        order = mine[np.argsort(np.hypot(*(xy[mine] - centre).T), kind="stable")]
        chosen.append(next(int(b) for b in order if b not in chosen))
    return chosen[len(rows) :]


def _outermost_first(blocks: pd.DataFrame, spots: list[int]) -> list[int]:
    """Order blocks by their distance from the middle of them all, farthest first."""
    xy = blocks[["x", "y"]].to_numpy()[spots]
    order = np.argsort(-np.hypot(*(xy - xy.mean(axis=0)).T), kind="stable")
    return [spots[k] for k in order]


def _choose_apart(
    blocks: pd.DataFrame,
    allowed: NDArray[np.bool_],
    rows: list[tuple[str, str, int]],
    n: int,
    enough_m: float,
) -> list[int]:
    """Choose `n` of the allowed blocks, far from every other school.

    The farthest first; beyond `enough_m` all are as good, and the first in order is taken.
    """
    xy = blocks[["x", "y"]].to_numpy()
    chosen: list[int] = []
    for _ in range(n):
        gap = xy[:, None, :] - xy[[*(b for *_, b in rows), *chosen]][None, :, :]
        nearest = np.hypot(gap[..., 0], gap[..., 1]).min(axis=1)
        chosen.append(int(np.argmax(np.where(allowed, np.minimum(nearest, enough_m), -1.0))))
    return chosen


def _tabulate(
    blocks: pd.DataFrame,
    rows: list[tuple[str, str, int]],
    small: list[int],
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Give ids from north to south within a kind, and a point near the middle of the block."""
    table = pd.DataFrame(rows, columns=["kind", "setting", "block"])
    table["small"] = table["block"].isin(small)
    at = blocks.iloc[table["block"]]
    step = np.sqrt(at["area_m2"].to_numpy()).clip(max=1200.0) * 0.12
    angle = rng.uniform(0, 2 * np.pi, len(table))
    table["x"] = at["x"].to_numpy() + step * np.cos(angle)
    table["y"] = at["y"].to_numpy() + step * np.sin(angle)
    table = table.sort_values(["kind", "y"], ascending=[True, False], kind="stable")
    letter = table["kind"].map({"primary": "P", "junior": "J", "nine_year": "Y"})
    serial = (table.groupby("kind").cumcount() + 1).astype(str).str.zfill(2)
    return table.set_index(pd.Index(letter + serial, name="id"))


def _draw(
    blocks: pd.DataFrame, schools: pd.DataFrame, kinds: tuple[str, ...], rng: np.random.Generator
) -> pd.Series[str]:
    """Assign whole blocks to schools by a power diagram: least distance^2 less the pull^2.

    Cells of a power diagram are convex, so that catchments hang together, and differ in size as
    real ones do. A school's own block is always its own.
    """
    mine = schools[schools["kind"].isin(kinds)]
    more = rng.uniform(0.0, 1.0, len(mine)) * mine["setting"].map(RANDOM_PULL_M).to_numpy()
    pull = mine["setting"].map(PULL_M).to_numpy() ** 2 + more**2
    pull[mine["small"].to_numpy()] = -(SMALL_APART_M**2)  # little more than its own block
    gap = blocks[["x", "y"]].to_numpy()[:, None, :] - mine[["x", "y"]].to_numpy()[None, :, :]
    nearest: Integers = np.argmin((gap**2).sum(axis=2) - pull, axis=1)
    nearest[mine["block"].to_numpy()] = np.arange(len(mine))
    return pd.Series(mine.index.to_numpy()[nearest], index=blocks.index, name="school")


def spread_points(
    blocks: pd.DataFrame,
    demand: Floats,
    sizes: Floats,
    allowed: NDArray[np.bool_],
    rng: np.random.Generator,
) -> list[int]:
    """Place schools of given sizes, largest first, where unserved children are most.

    Each takes a free block drawn by the unserved children around it, and serves the nearest.

    Parameters
    ----------
    demand
        Children of each block.
    sizes
        Children of each school, in descending order.
    allowed
        True per school and block where the school may stand.
    """
    xy = blocks[["x", "y"]].to_numpy()
    left, free = demand.astype(float).copy(), np.ones(len(blocks), dtype=bool)
    chosen: list[int] = []
    for k, size in enumerate(sizes):
        chance = np.where(free & allowed[k], left**2, 0.0) + 1e-9 * (free & allowed[k])
        spot = int(rng.choice(len(blocks), p=chance / chance.sum()))
        free[spot] = False
        chosen.append(spot)
        order = np.argsort(np.hypot(*(xy - xy[spot]).T), kind="stable")
        before = np.cumsum(left[order]) - left[order]
        left[order] -= np.clip(size - before, 0.0, left[order])
    return chosen
