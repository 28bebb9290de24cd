"""Residents by block and single year of age, fitted to the census of 2020."""

from __future__ import annotations

import numpy as np
import pandas as pd

from district.rounding import Floats, Integers, fit_margins, share_out, smooth_within
from district.sources import BASE_YEAR, Sources, part_rng
from district.zones import Zones

GROUPS = {"0": slice(0, 1), "1-4": slice(1, 5), "5-9": slice(5, 10), "10-14": slice(10, 15),
          "15-19": slice(15, 20)}  # fmt: skip
AGES = range(20)

# Assumed weights of the townships without a figure for 2020 (thousands), guided by the
# undated figures in township_population_observations.csv; scaled to what the known ones leave.
ASSUMED = {
    "金积镇": 50.0, "金银滩镇": 21.0, "高闸镇": 24.0, "扁担沟镇": 33.0, "上桥镇": 38.0,
    "古城镇": 58.0, "金星镇": 62.0, "胜利镇": 52.0, "马莲渠乡": 20.0, "郭家桥乡": 18.0,
    "宁夏吴忠国家农业科技园区": 3.0,
}  # fmt: skip
SPREAD_M = {"urban": 4000.0, "town": 500.0}  # people thin out from the centre
LEAST_SPREAD = {"urban": 0.1, "town": 0.04}  # but to no less than this
IN_VILLAGE = 0.9  # of the people of a rural unit; the others live in its fields
UNIT_SIGMA = 0.30  # spread of unit sizes within a township
NEAR_TOWN_M = 950.0  # units are smaller by this distance to the next town or city unit
REMOTE = 0.015  # a unit far from all has this part of one beside a town
IN_PARK = 0.3  # units of the farming park are so much smaller than others
# Children and young people, relative to the district, by setting: ages 0-9, 10-14, 15-19.
YOUTH = {"urban": (1.04, 1.00, 1.05), "town": (1.05, 1.04, 0.98), "rural": (0.90, 0.98, 0.90)}


def build_residents(sources: Sources, zones: Zones, blocks: pd.DataFrame) -> pd.DataFrame:
    """Return whole residents, index `block`: total, age_0 ... age_19."""
    total = _count_people(sources, zones, blocks)
    ages = _spread_ages(total, age_totals(sources), blocks)
    table = pd.DataFrame(ages, columns=[f"age_{age}" for age in AGES])
    table.insert(0, "total", total)
    return table.set_index(blocks.index.rename("block"))


def age_totals(sources: Sources) -> Integers:
    """Single years of age of the district: the census groups, bent after China's births.

    The shape is the births behind each age (a third from the year before), damped by a square
    root because Ningxia's births swung less than China's (91,200 in 2017 and in 2018); the
    multiplier that makes the groups hold is as smooth as can be.
    """
    births = sources.births["China"]
    behind = [births[2019 - age] / 3 + births[2020 - age] * 2 / 3 for age in AGES]
    shape = np.sqrt(np.array(behind, dtype=np.float64))
    groups = list(GROUPS.values())
    counts = [int(sources.census.loc[(BASE_YEAR, name)]) for name in GROUPS]
    fitted = smooth_within(shape, groups, np.array(counts, dtype=np.float64))
    parts = [share_out(fitted[g], n) for g, n in zip(groups, counts, strict=True)]
    return np.concatenate(parts)


def _count_people(sources: Sources, zones: Zones, blocks: pd.DataFrame) -> Integers:
    """Residents of each block: townships and urban total first, then blocks by their weight."""
    weight = _block_weights(zones, blocks)
    rural = (blocks["setting"] == "rural").to_numpy().astype(int)
    towns = list(dict.fromkeys(blocks["township"]))
    row = blocks["township"].map({code: k for k, code in enumerate(towns)}).to_numpy()
    table = np.zeros((len(towns), 2))
    np.add.at(table, (row, rural), weight)
    rows = _township_totals(sources, towns)
    columns = np.array([sources.urban, sources.population - sources.urban])
    fitted = fit_margins(table, rows.astype(float), columns.astype(float))
    people = np.zeros(len(blocks), dtype=np.int64)
    whole = _round_margins(fitted, rows, columns)
    for k in range(len(towns)):
        for side in (0, 1):
            mine = (row == k) & (rural == side)
            if mine.any():
                people[mine] = share_out(weight[mine], int(whole[k, side]))
    return people


def _round_margins(fitted: Floats, rows: Integers, columns: Integers) -> Integers:
    """Whole urban and rural parts of each township: rural by largest remainder."""
    open_rows = fitted.min(axis=1) > 0.5
    rural = np.where(fitted[:, 0] <= 0.5, rows, 0)
    rural[open_rows] = share_out(fitted[open_rows, 1], int(columns[1] - rural.sum()))
    return np.column_stack([rows - rural, rural])


def _township_totals(sources: Sources, towns: list[str]) -> Integers:
    names = sources.townships.set_index("code9")["name"]
    known = np.array([sources.known_townships.get(names[code], 0) for code in towns])
    free = np.array([ASSUMED.get(names[code], 0.0) for code in towns])
    free[known > 0] = 0.0
    return known + share_out(free, int(sources.population - known.sum()))


def _block_weights(zones: Zones, blocks: pd.DataFrame) -> Floats:
    rng = part_rng("people")
    units = zones.units.index
    size = pd.Series(rng.lognormal(0.0, UNIT_SIGMA, len(units)), index=units)
    size *= _near_town(zones.units) * np.where(zones.units["special"], IN_PARK, 1.0)
    noise = rng.lognormal(0.0, 0.25, len(blocks))
    within = _thin_out(blocks) * noise
    share = within / within.groupby(blocks["unit"]).transform("sum")
    village, rural = blocks["village"].to_numpy(), (blocks["setting"] == "rural").to_numpy()
    fields = blocks.groupby("unit")["village"].transform("size").to_numpy() - 1
    share[rural] = np.where(village, IN_VILLAGE, (1 - IN_VILLAGE) / fields)[rural]
    return np.asarray((share * blocks["unit"].map(size)).round(12), dtype=np.float64)


def _near_town(units: pd.DataFrame) -> pd.Series[float]:
    """Return the weight of each unit: villages about a town or the city are larger."""
    xy = units[["x", "y"]].to_numpy()
    built = (units["setting"] != "rural").to_numpy()
    gap = np.hypot(*(xy[:, None] - xy[None, built]).transpose(2, 0, 1)).min(axis=1)
    return pd.Series(np.exp(-gap / NEAR_TOWN_M) + REMOTE, units.index)


def _thin_out(blocks: pd.DataFrame) -> pd.Series[float]:
    """Return the weight of each block of a city or town unit; NaN in the country."""
    spread, least = (blocks["setting"].map(value) for value in (SPREAD_M, LEAST_SPREAD))
    decay = np.maximum(np.exp(-blocks["distance_m"] / spread), least)
    return pd.Series(blocks["area_m2"] ** 0.2 * decay)


def _spread_ages(people: Integers, totals: Integers, blocks: pd.DataFrame) -> Integers:
    """Whole residents by block (rows) and age; every column has its total."""
    rng = part_rng("ages")
    youth = np.array([YOUTH[s] for s in blocks["setting"]])
    factor = np.column_stack([np.repeat(youth[:, [0]], 10, axis=1),
                              np.repeat(youth[:, [1]], 5, axis=1),
                              np.repeat(youth[:, [2]], 5, axis=1)])  # fmt: skip
    level = rng.lognormal(0.0, 0.08, (len(people), 1))  # a block has more or fewer children
    noise = rng.lognormal(0.0, 0.03, factor.shape)
    weight = people[:, None] * factor * level * noise
    return np.column_stack([share_out(weight[:, a], int(totals[a])) for a in AGES])
