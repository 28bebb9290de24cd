"""Where schools stand: in town where most walk least, in the country in the villages far off."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from district.places import settle
from district.readings import Reading
from district.rounding import Floats
from district.sources import part_rng

KINDS = {"primary": ("primary", "nine_year"), "junior": ("junior", "nine_year")}
AGES = {"primary": range(6, 12), "junior": range(12, 15)}
BUILT = ("urban", "town")
# Farther than this nobody walks as a rule: 30 minutes at 4 km/h for primary pupils (国办发〔2018〕
# 27号, for grades 1 to 3); 45 minutes for junior pupils is assumed.
FAR_M = {"primary": 2000.0, "junior": 3000.0}
REACH_M = 4000.0  # who lives beyond this does not draw a school of the town
FAR_WEIGHT = 3.0  # a metre beyond FAR_M counts as so many
AMPLE = {"primary": 2100.0, "junior": 2300.0}  # pupils; a school with more draws others near
PASSES = 4  # in which it does so
STARTS = 4  # of each pass, of which the best is taken
ROUNDS = 30  # of exchange, at most; it has settled long before
LEAST_CHILDREN = 30  # of the stage, in a village with a school

Rows = list[tuple[str, str, int]]  # kind, setting, place of the block


@dataclass(frozen=True)
class Homes:
    """Where the pupils of a stage live: by block their setting, number, and walks to all blocks.

    `villages`: the blocks that are villages; `xy`: metres.
    """

    stage: str
    setting: NDArray[np.str_]
    villages: NDArray[np.bool_]
    xy: Floats
    pupils: Floats
    walks: Floats


def place_facilities(
    reading: Reading, blocks: pd.DataFrame, pupils: Mapping[str, Floats], walks: Floats
) -> pd.DataFrame:
    """Place primary, junior and nine-year schools.

    Parameters
    ----------
    pupils
        Stage -> pupils by block.
    walks
        Metres between blocks, along the roads.

    Returns
    -------
    pandas.DataFrame
        Index id: kind, setting, block (its place in `blocks`), x, y.
    """
    rng = part_rng("facilities")
    setting, villages = blocks["setting"].to_numpy(dtype=str), blocks["village"].to_numpy()
    xy = blocks[["x", "y"]].to_numpy()
    primary, junior = (Homes(s, setting, villages, xy, pupils[s], walks) for s in KINDS)
    rows = _place_juniors(reading, junior, rng)
    spots = _choose_blocks(primary, {s: reading.primary[s] for s in BUILT}, rows, rng)
    rows += [("primary", str(setting[b]), b) for b in spots]
    for _ in range(reading.nine_year["rural"]):
        rows.append(("nine_year", "rural", _neediest_village(junior, rows)))
    for _ in range(reading.primary["rural"]):
        rows.append(("primary", "rural", _farthest_village(primary, rows)))
    return _tabulate(blocks, rows, rng)


def _place_juniors(reading: Reading, homes: Homes, rng: np.random.Generator) -> Rows:
    """Place the junior and nine-year schools of the city and the towns.

    Of each setting, those with the fewest pupils near are the nine-year schools.
    """
    spots = _choose_blocks(
        homes, {s: reading.junior[s] + reading.nine_year[s] for s in BUILT}, [], rng
    )
    nearest = homes.walks[:, spots].argmin(axis=1)
    size = np.bincount(nearest, weights=homes.pupils, minlength=len(spots))
    order = [spots[k] for k in np.argsort(size.round(3), kind="stable")]
    rows: Rows = []
    for where in BUILT:
        here = [b for b in order if homes.setting[b] == where]
        kinds = ["nine_year"] * reading.nine_year[where] + ["junior"] * reading.junior[where]
        rows += [(kind, where, b) for kind, b in zip(kinds, here, strict=True)]
    return rows


def _choose_blocks(
    homes: Homes, wanted: Mapping[str, int], rows: Rows, rng: np.random.Generator
) -> list[int]:
    """Choose blocks for the schools of a stage, beside those that stand (`rows`).

    `wanted` is the number of schools by setting. Where a school would have more than `AMPLE`
    pupils, the homes near it weigh more in the next pass.
    """
    weight = homes.pupils.copy()
    held = [b for kind, _, b in rows if kind in KINDS[homes.stage]]
    taken = [b for *_, b in rows]
    chosen: list[int] = []
    for _ in range(PASSES):
        answers = [_exchange(homes, weight, _settle_blocks(homes, weight, wanted, held, taken, rng),
                             held, taken) for _ in range(STARTS)]  # fmt: skip
        chosen = min(answers, key=lambda answer: answer[1])[0]
        standing = np.array([*held, *chosen])
        metres = homes.walks[:, standing]
        nearest = metres.argmin(axis=1)
        near = np.where(metres.min(axis=1) < REACH_M, homes.pupils, 0.0)
        size = np.bincount(nearest, weights=near, minlength=len(standing))
        weight *= np.clip(size / AMPLE[homes.stage], 1.0, 1.5)[nearest]
    return chosen


def _settle_blocks(
    homes: Homes,
    weight: Floats,
    wanted: Mapping[str, int],
    held: list[int],
    taken: list[int],
    rng: np.random.Generator,
) -> list[int]:
    """Settle schools among the pupils of their setting; each in the nearest free block."""
    chosen: list[int] = []
    for where, n in wanted.items():
        mine = np.flatnonzero(homes.setting == where)
        points = homes.xy[mine]
        near = [b for b in held if homes.setting[b] == where]
        for centre in settle(points, weight[mine], n, rng, homes.xy[near]):
            away = np.hypot(*(points - centre).T).round(3)
            order = mine[np.argsort(away, kind="stable")]
            chosen.append(next(int(b) for b in order if b not in taken and b not in chosen))
    return chosen


def _exchange(
    homes: Homes, weight: Floats, chosen: list[int], held: list[int], taken: list[int]
) -> tuple[list[int], float]:
    """Move one school at a time to the block of its setting where the homes' cost is least.

    A home's cost is its walk to the nearest school; a metre beyond `FAR_M` counts more than one
    before it, and none beyond `REACH_M` counts. Returns the blocks and the total, when no move is
    left that lowers it (Teitz and Bart 1968).
    """
    far = FAR_M[homes.stage]
    beyond = np.clip(homes.walks - far, 0.0, REACH_M - far)
    cost = np.minimum(homes.walks, REACH_M) + (FAR_WEIGHT - 1) * beyond
    least = np.inf
    for _ in range(ROUNDS):
        before = least
        for k, spot in enumerate(list(chosen)):
            others = [b for b in chosen if b != spot]
            free = homes.setting == homes.setting[spot]
            free[[*taken, *others]] = False
            nearest = cost[:, [*held, *others]].min(axis=1, initial=np.inf)
            total = (weight @ np.minimum(nearest[:, None], cost[:, free])).round(3)
            chosen[k], least = int(np.flatnonzero(free)[np.argmin(total)]), float(total.min())
        if least == before:
            break
    return chosen, least


def _open_villages(homes: Homes, rows: Rows) -> NDArray[np.bool_]:
    """Return which blocks are villages with enough pupils and no school yet."""
    free = homes.villages & (homes.pupils >= LEAST_CHILDREN)
    free[[b for *_, b in rows]] = False
    return free


def _neediest_village(homes: Homes, rows: Rows) -> int:
    """Return the village where a school saves most, walks counted squared."""
    now = _nearest_school(homes, rows)
    saved = homes.pupils @ np.maximum(now[:, None] ** 2 - homes.walks**2, 0.0)
    return int(np.argmax(np.where(_open_villages(homes, rows), saved.round(), -1.0)))


def _farthest_village(homes: Homes, rows: Rows) -> int:
    """Return the village farthest from every school of the stage."""
    return int(np.argmax(np.where(_open_villages(homes, rows), _nearest_school(homes, rows), -1.0)))


def _nearest_school(homes: Homes, rows: Rows) -> Floats:
    """Metres from each block to the nearest school of the stage."""
    standing = [b for kind, _, b in rows if kind in KINDS[homes.stage]]
    return np.asarray(homes.walks[:, standing].min(axis=1), dtype=np.float64)


def _tabulate(blocks: pd.DataFrame, rows: Rows, rng: np.random.Generator) -> pd.DataFrame:
    """Give ids from north to south within a kind, and a point near the middle of the block."""
    table = pd.DataFrame(rows, columns=["kind", "setting", "block"])
    at = blocks.iloc[table["block"]]
    step = np.sqrt(at["area_m2"].to_numpy()).clip(max=800.0) * 0.12
    angle = rng.uniform(0, 2 * np.pi, len(table))
    table["x"] = (at["x"].to_numpy() + step * np.cos(angle)).round(3)
    table["y"] = (at["y"].to_numpy() + step * np.sin(angle)).round(3)
    table = table.sort_values(["kind", "y"], ascending=[True, False], kind="stable")
    letter = table["kind"].map({"primary": "P", "junior": "J", "nine_year": "Y"})
    serial = (table.groupby("kind").cumcount() + 1).astype(str).str.zfill(2)
    return table.set_index(pd.Index(letter + serial, name="id"))
