"""Kindergartens: who runs and owns them, where they stand, and whose children are nearest."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from district.buildings import join_grades, put_on_blocks
from district.classes import form_kindergarten
from district.enrolment import KINDERGARTEN, StageTotals, split_grades
from district.places import spread_points
from district.roads import Network
from district.rounding import Floats, Integers, share_out
from district.sources import Sources, part_rng
from district.walks import measure_walks

ROUNDS = 200
STEP_M = 300.0  # by which a group's price moves at first, for each 100 % too many children


@dataclass(frozen=True)
class Group:
    """Kindergartens alike in who runs and owns them; how many stand in each setting is assumed."""

    run_by: str
    ownership: str
    urban: int
    town: int
    rural: int

    def settings(self) -> list[str]:
        """Return the setting of each."""
        return ["urban"] * self.urban + ["town"] * self.town + ["rural"] * self.rural


# The plan counts 54 under the district, 10 public ones and 61 in all.
GROUPS = (
    Group("municipal", "public", urban=7, town=0, rural=0),
    Group("district", "public", urban=3, town=4, rural=3),
    Group("district", "inclusive", urban=10, town=5, rural=17),
    Group("district", "private", urban=9, town=3, rural=0),
)
RURAL_SIZE = 0.55  # of one in town, when they are placed


def build_kindergartens(
    sources: Sources,
    blocks: pd.DataFrame,
    residents: pd.DataFrame,
    ages: Integers,
    network: Network,
    totals: StageTotals,
) -> pd.DataFrame:
    """Place the kindergartens where the children of 3 to 5 live, and enrol those who are near."""
    rng = part_rng("kindergartens")
    children = _count_children(sources, totals)
    rate = totals.kindergarten / int(ages[3:6].sum())
    living = residents[["age_3", "age_4", "age_5"]].sum(axis=1).to_numpy(dtype=float) * rate
    table = put_on_blocks(_place(children, blocks, living, rng), blocks, "K", "kindergarten", rng)
    homes, gates = (frame[["x", "y"]].to_numpy() for frame in (blocks, table))
    walks = measure_walks(network, homes, gates)
    table["size"] = _size(walks, living, table["group"].to_numpy(), children)
    columns = share_out(ages[3:6].astype(float), totals.kindergarten)
    split = split_grades(table["size"].to_numpy(), columns, rng)
    rolls = pd.DataFrame(split, table.index, KINDERGARTEN)
    classes = form_kindergarten(rolls)
    return join_grades(table.drop(columns="group"), rolls, classes, "kindergarten", rng)


def _count_children(sources: Sources, totals: StageTotals) -> Integers:
    """Return the children of each group: the plan's totals and shares hold."""
    district = int(sources.plan_number("district_run_kindergarten_children"))
    municipal = totals.kindergarten - district
    private = totals.kindergarten - totals.public_children - totals.inclusive_children
    public = totals.public_children - municipal
    return np.array([municipal, public, totals.inclusive_children, private])


def _place(
    children: Integers, blocks: pd.DataFrame, living: Floats, rng: np.random.Generator
) -> pd.DataFrame:
    """Return a row for each kindergarten: group, setting, run_by, ownership, size, block."""
    frames = []
    for k, group in enumerate(GROUPS):
        settings = group.settings()
        weight = np.where(np.array(settings) == "rural", RURAL_SIZE, 1.0)
        labels = {"group": k, "run_by": group.run_by, "ownership": group.ownership}
        size = share_out(weight, int(children[k]))
        frames.append(pd.DataFrame({"setting": settings, "size": size, **labels}))
    table = pd.concat(frames).sort_values("size", ascending=False, kind="stable")
    allowed = table["setting"].to_numpy()[:, None] == blocks["setting"].to_numpy()[None, :]
    xy = blocks[["x", "y"]].to_numpy()
    table["block"] = spread_points(xy, living, table["size"].to_numpy(float), allowed, rng)
    return table


def _size(walks: Floats, living: Floats, group: Integers, children: Integers) -> Integers:
    """Return the children of each kindergarten: those for whom walk and price are least.

    A price for each group, raised while it has too many, makes the groups have `children`; what
    is left of the difference is shared out.
    """
    price = np.zeros(len(GROUPS))
    for k in range(ROUNDS):
        nearest = (walks + price[group]).round(3).argmin(axis=1)
        size = np.bincount(nearest, weights=living, minlength=walks.shape[1])
        found = np.bincount(group, weights=size, minlength=len(GROUPS))
        price += STEP_M * (1 - k / ROUNDS) * (found - children) / children
    whole = np.zeros(len(size), dtype=np.int64)
    for k, total in enumerate(children):
        whole[group == k] = share_out(size[group == k] + 1.0, int(total))
    return whole
