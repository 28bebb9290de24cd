"""A measure on a map: its value for each area and school, and the seven classes it falls into."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from seatplan.errors import InputError
from seatplan.files import suggest
from seatplan.measures.registry import MEASURES
from seatplan.views.catalogue import format_count, say
from seatplan.views.palette import BREAKS, CLASS_COLOURS, RAMP, classify_balance

if TYPE_CHECKING:
    from seatplan.district.standards import Standards
    from seatplan.outcome import Outcome

# Counts that add up over the schools of a lottery zone; of the others the largest is shown.
SUMMED = [
    "balance",
    "catchment_shortage",
    "classrooms",
    "no_way",
    "pupils",
    "pupils_outside",
    "residents",
    "roll_over_seats",
    "rooms_short",
    "rooms_spare",
    "school_large_classes",
    "seat_gap",
    "seats",
]
SHARES = ("beyond_walk", "beyond_radius", "seat_use")  # shown in per cent
SIGNED = ("balance", "seat_gap")
PER_CENT = (5.0, 10.0, 20.0, 30.0, 50.0, 75.0)
USE = (50.0, 70.0, 90.0, 100.0, 110.0, 130.0)  # per cent of the seats
AROUND = (-15, -10, -5, 0, 5, 10)  # pupils from the lowest class limit of the stage
STEPS = tuple(m * 10.0**e for e in range(-1, 7) for m in (1, 2, 5))
COUNTS = (0.0, *STEPS[3:])


@dataclass(frozen=True)
class Shade:
    """How the values of a measure become colours.

    Six `breaks` part seven `colours`, the lowest class first. A break belongs to the class below
    it; those of a `signed` measure to the class that is closer to none. Of a signed measure the
    lowest class is the worst, unless `more_is_worse`.
    """

    breaks: tuple[float, ...]
    colours: tuple[str, ...]
    signed: bool = False
    more_is_worse: bool = False

    def classify(self, values: Sequence[float] | pd.Series[Any]) -> list[int]:
        """Return the class of each value, -1 where there is none."""
        array = np.asarray(values, dtype=float)
        known = ~np.isnan(array)
        filled = np.where(known, array, 0.0)
        classes = (
            classify_balance(filled)
            if self.signed
            else np.searchsorted(self.breaks, filled, side="left")
        )
        return [int(one) for one in np.where(known, classes, -1)]

    def name_classes(self, language: str) -> list[str]:
        """Return the range of each class in words, the lowest first."""
        told = [_spell(value, self.breaks, signed=self.signed) for value in self.breaks]
        inner = [say("legend.range", language, low=low, high=high) for low, high in pairwise(told)]
        lowest, highest = "legend.below" if self.signed else "legend.most", "legend.above"
        return [say(lowest, language, n=told[0]), *inner, say(highest, language, n=told[-1])]


def check_measure(measure: str) -> None:
    """Raise InputError for a measure that is not there, or that no map shows."""
    shown = [name for name, one in MEASURES.items() if {"school", "block"} & {*one.dims}]
    if measure not in MEASURES:
        raise InputError(f"map: no measure is called {measure}{suggest(measure, shown)}")
    if measure not in shown:
        raise InputError(
            f"map: {measure} counts along neither schools nor blocks; "
            f"a map shows {', '.join(sorted(shown))}"
        )


def read_values(outcome: Outcome, measure: str, stage: str, year: int) -> pd.Series[float]:
    """Return a measure by school or by block, whichever it counts along; shares in per cent.

    Of a measure by grade the largest of the stage's grades. The balance of a stage without
    catchments is seats less roll.

    Raises
    ------
    InputError
        There is no such measure, or it counts along neither schools nor blocks.
    """
    check_measure(measure)
    series = outcome.measure(measure)
    if measure == "balance" and outcome.standards.stage(stage).intake == "seats":
        series = -outcome.measure("seat_gap")
    for level, label in (("year", year), ("stage", stage)):
        if level in series.index.names:
            series = series[series.index.isin([label], level)].droplevel(level)
    if "grade" in series.index.names:
        grades = [grade.code for grade in outcome.standards.stage(stage).grades]
        series = series[series.index.isin(grades, "grade")].groupby("school").max()
    return series.astype(float) * (100.0 if measure in SHARES else 1.0)


def choose_shade(outcome: Outcome, measure: str, stage: str) -> Shade:
    """Return the classes of a measure: the same ones in every year of an outcome."""
    if measure == "balance":
        return Shade(tuple(map(float, BREAKS)), CLASS_COLOURS, signed=True)
    if measure == "seat_gap":  # the more, the worse
        bounds = tuple(map(float, BREAKS))
        return Shade(bounds, CLASS_COLOURS[::-1], signed=True, more_is_worse=True)
    if measure in SHARES:
        return Shade(USE if measure == "seat_use" else PER_CENT, RAMP)
    if measure in ("class_size", "pupils_per_class"):
        breaks = step_about_limit(outcome.standards, stage, outcome.district.years[0])
        if breaks:
            return Shade(breaks, RAMP)
    values = [read_values(outcome, measure, stage, year) for year in outcome.district.years]
    return Shade(step_values(pd.concat(values)), RAMP)


def step_about_limit(standards: Standards, stage: str, year: int) -> tuple[float, ...]:
    """Return six sizes of a class about the lowest limit of a stage's grades; () without one."""
    grades = standards.stage(stage).grades
    limits = [limit for grade in grades if (limit := standards.class_limit(grade.code, year))]
    return tuple(min(limits) + step for step in AROUND) if limits else ()


def step_values(values: pd.Series[Any]) -> tuple[float, ...]:
    """Return six round numbers, 1-2-5, of which the last is near the top tenth of the values.

    Of counts the first may be 0, so that none is a class of its own.
    """
    steps = COUNTS if (values % 1 == 0).all() else STEPS
    top = float(values.quantile(0.9)) if len(values) else 0.0
    last = max(5, sum(step <= top for step in steps) - 1)
    return steps[last - 5 : last + 1]


def _spell(value: float, breaks: tuple[float, ...], *, signed: bool) -> str:
    if all(float(one).is_integer() for one in breaks):
        return format_count(value, signed=signed)
    return f"{value:g}"


def shade_areas(
    outcome: Outcome, values: pd.Series[float], measure: str, stage: str, year: int
) -> pd.Series[float]:
    """Return the value of each area by the zone that `name_zones` calls it.

    A lottery zone has the sum of its schools' values where they add up, else the largest.
    """
    if values.index.name == "block":
        return values
    lots = outcome.catchments.list_lotteries(stage, year)
    grouped = values.groupby([lots.get(school, school) for school in values.index])
    shared: pd.Series[float] = grouped.sum() if measure in SUMMED else grouped.max()
    return shared


def name_zones(outcome: Outcome, along: str, stage: str, year: int) -> pd.Series[str]:
    """Return the area of each block: its catchment, or the block itself for a measure of blocks."""
    blocks = outcome.district.blocks.index
    if along == "block":
        return pd.Series(blocks, blocks)
    if outcome.standards.stage(stage).intake == "seats":
        return pd.Series("", blocks)
    return outcome.catchments.name_areas(stage, year).reindex(blocks).fillna("")
