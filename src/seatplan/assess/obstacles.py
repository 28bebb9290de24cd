"""Which schools stand in the way of a rule, and how many pupils."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from seatplan.assess.holding import CLOSE, Held
from seatplan.assess.splits import list_classes, list_splits
from seatplan.district.standards import SHARES_BEYOND
from seatplan.outcome import Outcome

COLUMNS = ["school", "stage", "grade", "scope", "year", "value", "limit", "beyond", "pupils"]


def find_obstacles(held: Held, cells: pd.DataFrame, outcome: Outcome) -> pd.DataFrame:
    """List who stands in the way of a rule: one row for each school, and grade where it has one.

    Parameters
    ----------
    held
        The rule, held against `outcome`.
    cells
        Those of `held` that lie beyond their limit, of any years.

    Returns
    -------
    school, stage, grade, scope, year, value, limit, beyond, pupils. Of a share of classes the
    grades with classes beyond the class size, of seats nearby the catchments that are short;
    nothing where a share of the district is no single school's.
    """
    if (cells.school != "").any():
        return cells.assign(pupils=_count(held, cells))[COLUMNS]
    find = OBSTACLES.get(held.rule.measure)
    if find is None or cells.empty:
        return pd.DataFrame(columns=COLUMNS)
    return find(held, cells, outcome)[COLUMNS]


def _count(held: Held, cells: pd.DataFrame) -> pd.Series[float]:
    """Count the pupils of each school: all of them, of a share beyond a distance those beyond."""
    if held.rule.measure in SHARES_BEYOND:
        return pd.Series(np.rint(cells.value * cells.pupils), cells.index)
    return cells.pupils.fillna(0)


def _list_large(held: Held, cells: pd.DataFrame, outcome: Outcome) -> pd.DataFrame:
    """List the grades with classes beyond the class size; pupils are those in such classes."""
    formed, parts = list_classes(outcome), []
    for row in cells.to_dict("records"):
        table = list_splits(held, row, outcome, formed)
        parts.append(table[table.large > 0].reset_index().assign(scope=row["scope"]))
    table = pd.concat(parts, ignore_index=True)
    largest = np.ceil(table.sitting / table.classes)
    every = table.large == table.classes
    pupils = np.where(every, table.sitting, table.large * largest)
    return table.assign(value=largest, beyond=largest - table.limit, pupils=pupils)


def _list_short(held: Held, cells: pd.DataFrame, outcome: Outcome) -> pd.DataFrame:
    """List the catchments that are short of the stages and years; pupils are those beyond."""
    del held
    short = outcome.measure("catchment_shortage").rename("value").reset_index()
    here = short[short.value > CLOSE].merge(cells[["stage", "year"]], on=["stage", "year"])
    return here.assign(grade="", scope="", limit=0.0, beyond=here.value, pupils=here.value)


OBSTACLES: dict[str, Callable[[Held, pd.DataFrame, Outcome], pd.DataFrame]] = {
    "class_compliance": _list_large,
    "large_class_share": _list_large,
    "seated_nearby": _list_short,
}
