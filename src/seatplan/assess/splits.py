"""Classes beyond a size, grade by grade, and the fewest more that bring a share to its limit."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from seatplan.assess.holding import Held, count_by
from seatplan.labels import Floats, Ints, to_series
from seatplan.measures.registry import COMPULSORY, MEASURES, OWN
from seatplan.measures.schools import count_above
from seatplan.measures.values import Values
from seatplan.outcome import Outcome

EXACT = 1e-9  # of a share that is met


def choose_fewest(gain: Floats, cost: Ints, needed: float) -> list[int]:
    """Choose items of least cost whose gains reach what is needed; all where they do not.

    Parameters
    ----------
    gain, cost
        Of each item; costs are whole and at least 0.
    needed
        What the gains must add up to.

    >>> choose_fewest(np.array([1.0, 1.5, 4.0]), np.array([1, 1, 3]), 2.4)
    [0, 1]
    """
    best: dict[int, tuple[float, list[int]]] = {0: (0.0, [])}
    for each in sorted({int(one) for one in cost}):
        own = [int(at) for at in np.argsort(-gain, kind="stable") if cost[at] == each]
        grown = dict(best)
        for spent, (reached, chosen) in best.items():
            for count in range(1, len(own) + 1):
                taken = own[:count]
                total, sum_of = spent + each * count, reached + float(gain[taken].sum())
                if total not in grown or sum_of > grown[total][0] + EXACT:
                    grown[total] = (sum_of, chosen + taken)
        best = grown
    enough = [spent for spent, (reached, _) in best.items() if reached >= needed - EXACT]
    return sorted(best[min(enough)][1]) if enough else list(range(len(gain)))


def count_as_ruled(held: Held, outcome: Outcome) -> Values:
    """Return the outcome whose measures count as the rule does."""
    counted = MEASURES[held.rule.measure].counts
    if held.rule.counted_by and counted:
        return count_by(outcome, counted, held.rule.counted_by)
    return outcome


def list_splits(
    held: Held, row: Mapping[Hashable, Any], outcome: Outcome, formed: pd.DataFrame
) -> pd.DataFrame:
    """List the grades of schools whose classes a cell counts.

    Parameters
    ----------
    held
        A rule on a share of classes.
    row
        One of its cells.
    formed
        The classes of the outcome (`list_classes`).

    Returns
    -------
    Index (`school`, `grade`): classes, sitting (pupils in them), stage, year, limit (pupils of a
    class), large (classes beyond it), more (classes that would bring them within).
    """
    counted, values = MEASURES[held.rule.measure].counts, count_as_ruled(held, outcome)
    role: Any = counted.role if counted else "seats"
    table = pd.DataFrame(formed.xs(row["year"], level="year"))
    rules = values.standards
    stage = table.index.get_level_values("grade").map(rules.stage_of)
    table = table.assign(stage=stage, year=row["year"])[_is_counted(table, values, row)]
    sizes = {grade: rules.class_standard(role, grade, row["year"]) for grade in rules.grades}
    limit = table.index.get_level_values("grade").map(
        {grade: found.value if found else np.inf for grade, found in sizes.items()}
    )
    sitting, classes = table.sitting.to_numpy(int), table.classes.to_numpy(int)
    large = count_above(sitting, classes, limit.to_numpy(float))
    more = np.ceil(sitting / limit.to_numpy(float) - EXACT).astype(int) - classes
    more = np.where(large > 0, np.maximum(more, 1), 0)
    splits: pd.DataFrame = table.assign(limit=limit.to_numpy(float), large=large, more=more)
    return splits


def _is_counted(table: pd.DataFrame, values: Values, row: Mapping[Hashable, Any]) -> Any:
    """Say which grades of schools belong to the stage or scope of a cell."""
    stage = table.index.get_level_values("grade").map(values.standards.stage_of)
    if row["scope"] not in (COMPULSORY, OWN):
        return (stage == (row["stage"] or row["scope"])) & (table.classes > 0)
    compulsory = [item.code for item in values.standards.stages if item.compulsory]
    run_by = table.index.get_level_values("school").map(values.district.schools.run_by)
    own = (run_by == "district") | (row["scope"] == COMPULSORY)
    return stage.isin(compulsory) & own & (table.classes > 0)


def list_classes(values: Values) -> pd.DataFrame:
    """Return classes, and the pupils who sit in them, by (`school`, `grade`, `year`)."""
    axes, classes = values.axes, values.classes
    labels: dict[str, Any] = {"school": axes.schools, "grade": axes.grades, "year": axes.years}
    columns = {"classes": classes.classes, "sitting": classes.sitting}
    return pd.DataFrame(
        {name: to_series(cube, name, above=-1, **labels) for name, cube in columns.items()}
    )


def count_rooms(table: pd.DataFrame, outcome: Outcome) -> pd.Series[float]:
    """Count the rooms that more classes need beyond those that stand empty at their school.

    `table`: school, stage, year and more, in any number of rows for each; the rooms stand in the
    first row of each school, stage and year.
    """
    keys = ["school", "stage", "year"]
    more = table.groupby(keys, sort=False).more.sum()
    spare = outcome.measure("rooms_spare").reindex(more.index).fillna(0)
    rooms = (more - spare).clip(lower=0).to_numpy(float)
    first = ~table.duplicated(keys)
    laid = pd.Series(0.0, table.index)
    laid[first] = rooms
    return laid
