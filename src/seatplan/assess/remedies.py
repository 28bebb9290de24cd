"""The least that would meet a rule: seats, classes and rooms, pupils, or what a school lacks.

One function for each family of measures; `REMEDIES` says which answers for which measure.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from seatplan.assess.holding import Held, hold_rule
from seatplan.assess.splits import choose_fewest, count_rooms, list_classes, list_splits
from seatplan.district.standards import SHARES_BEYOND
from seatplan.labels import Floats
from seatplan.measures.registry import MEASURES
from seatplan.measures.spread import measure_variation
from seatplan.outcome import Outcome

EXACT = 1e-9  # of a share that is met


@dataclass(frozen=True)
class Remedy:
    """The least that would meet a rule, cell by cell: how much of what, and rooms beside it.

    `rooms`: classrooms beyond those that stand empty, NaN where the remedy needs none.
    """

    least: pd.Series[float]
    unit: str
    rooms: pd.Series[float] | float = np.nan


Function = Callable[[Held, pd.DataFrame, Outcome], Remedy]


def find_remedy(held: Held, cells: pd.DataFrame, outcome: Outcome) -> Remedy | None:
    """Return the least that would meet a rule; None where no function knows.

    Parameters
    ----------
    held
        The rule, held against `outcome`.
    cells
        Those of `held` that lie beyond their limit, of any years.
    """
    name = "variation" if held.rule.across else held.rule.measure
    return REMEDIES[name](held, cells, outcome) if len(cells) and name in REMEDIES else None


def split_classes(held: Held, cells: pd.DataFrame, outcome: Outcome) -> Remedy:
    """Count classes within the limit: ceil(pupils / limit) less those formed, grade by grade."""
    del held
    at = pd.MultiIndex.from_frame(cells[["school", "grade", "year"]])
    formed = list_classes(outcome).reindex(at)
    needed = np.ceil(formed.sitting.to_numpy() / cells.limit.to_numpy() - EXACT)
    more = np.maximum(needed - formed.classes.to_numpy(), 0.0)
    table = cells.assign(more=np.where(formed.classes.to_numpy() > 0, more, 0.0))
    return Remedy(table.more, "classes", count_rooms(table, outcome))


def send_on(held: Held, cells: pd.DataFrame, outcome: Outcome) -> Remedy:
    """Count the pupils above the limit of each school."""
    del held, outcome
    return Remedy(np.ceil(cells.beyond - EXACT), "pupils")


def reach_share(held: Held, cells: pd.DataFrame, outcome: Outcome) -> Remedy:
    """Count the pupils (or seats) by which a share of pupils misses its limit."""
    base = cells.pupils
    if held.rule.measure == "gross_enrolment":
        base = cells.pupils / cells.value
    if held.rule.measure == "seated_nearby":
        living = outcome.measure("residents").groupby(["stage", "year"]).sum()
        at = pd.MultiIndex.from_frame(cells[["stage", "year"]])
        base = pd.Series(living.reindex(at).to_numpy(float), cells.index)
    if held.rule.measure in ("migrants_in_public", "migrants_provided"):
        known = outcome.district.resources.migrants.groupby("stage").sum()
        base = cells.stage.map(known).astype(float)
    unit = "seats" if held.rule.measure == "seated_nearby" else "pupils"
    if held.rule.measure in SHARES_BEYOND:  # school by school: whole as the pupils beyond are told
        return Remedy((cells.beyond * base).round(), unit)
    return Remedy(np.ceil(cells.beyond * base - 1e-6), unit)


def add_amounts(held: Held, cells: pd.DataFrame, outcome: Outcome) -> Remedy:
    """Count what each school lacks of the amount that its pupils need, in whole ones."""
    del outcome
    unit = held.rule.unit
    per = 100.0 if "per 100 " in unit else 1.0
    return Remedy(np.ceil(cells.beyond * cells.pupils / per - 1e-6), unit.split(" per ")[0])


def hire_teachers(held: Held, cells: pd.DataFrame, outcome: Outcome) -> Remedy:
    """Count teachers beyond those on record: ceil(pupils / ratio) - teachers."""
    del held, outcome
    needed = np.ceil(cells.pupils / cells.limit - EXACT) - cells.pupils / cells.value
    return Remedy(np.ceil(needed - 1e-6), "teachers")


def make_beds(held: Held, cells: pd.DataFrame, outcome: Outcome) -> Remedy:
    """Count the beds beyond those on record."""
    del held, outcome
    return Remedy(cells.beyond, "beds")


def lift_lowest(held: Held, cells: pd.DataFrame, outcome: Outcome) -> Remedy:
    """Find the least amount that brings the variation to its limit: the lowest are lifted.

    An amount more at a school changes the district's mean alike wherever it goes, and the variance
    most where the figure is lowest: so the lowest are lifted to one level, found by bisection.
    """
    unit, amounts = MEASURES[held.rule.measure].unit, []
    whole = hold_rule(replace(held.rule, across=None, limit={}), outcome).cells
    for row in cells.to_dict("records"):
        part = whole[(whole.stage == row["stage"]) & (whole.year == row["year"])]
        level = level_up(part.value.to_numpy(float), part.pupils.to_numpy(float), row["limit"])
        lifted = np.maximum(level - part.value, 0.0) * part.pupils
        amounts.append(float(np.ceil(lifted / (100.0 if "per 100 " in unit else 1.0) - 1e-6).sum()))
    return Remedy(pd.Series(amounts, cells.index), unit.split(" per ")[0])


def level_up(values: Floats, weights: Floats, limit: float) -> float:
    """Return the lowest level to which all below it must be lifted for a variation of `limit`.

    >>> round(level_up(np.array([1.0, 3.0]), np.array([1.0, 1.0]), 0.25), 6)
    1.8
    """
    low, high = float(values.min()), float(values.max())
    for _ in range(60):
        middle = (low + high) / 2
        within = measure_variation(np.maximum(values, middle), weights) <= limit
        low, high = (low, middle) if within else (middle, high)
    return high


def split_fewest(held: Held, cells: pd.DataFrame, outcome: Outcome) -> Remedy:
    """Find the fewest classes that bring a share of classes to its limit.

    Each grade of a school beyond the class size is cured by `more` classes, which makes its `large`
    classes fit and the base larger; what must be gained in all is the distance of the share times
    the classes. Which grades to cure is a knapsack of small whole numbers, solved exactly.
    """
    least, rooms, formed = [], [], list_classes(outcome)
    for row in cells.to_dict("records"):
        table = list_splits(held, row, outcome, formed)
        beside = 1 - row["limit"] if held.rule.side == "below" else row["limit"]
        gain = table.large + beside * table.more
        classes = table.classes.sum()
        chosen = choose_fewest(
            gain.to_numpy(float), table.more.to_numpy(int), float(row["beyond"] * classes)
        )
        picked = table.iloc[chosen]
        least.append(float(picked.more.sum()))
        rooms.append(float(count_rooms(picked.reset_index(), outcome).sum()))
    return Remedy(pd.Series(least, cells.index), "classes", pd.Series(rooms, cells.index))


REMEDIES: dict[str, Function] = {
    "class_size": split_classes,
    "class_compliance": split_fewest,
    "large_class_share": split_fewest,
    "school_size": send_on,
    "compulsory_size": send_on,
    "variation": lift_lowest,
    "pupils_per_teacher": hire_teachers,
    "beds_short": make_beds,
    **dict.fromkeys(
        (
            "gross_enrolment",
            "public_share",
            "inclusive_coverage",
            "seated_nearby",
            "beyond_radius",
            "beyond_walk",
            "migrants_in_public",
            "migrants_provided",
        ),
        reach_share,
    ),
    **dict.fromkeys(
        (
            "degree_teachers_per_100",
            "key_teachers_per_100",
            "arts_teachers_per_100",
            "teaching_area",
            "sports_area",
            "outdoor_area",
            "equipment_value",
            "multimedia_rooms_per_100",
            "books_per_pupil",
        ),
        add_amounts,
    ),
}
