"""Measures of many futures at once, by the names of the measures of one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from seatplan.case.case import Case
from seatplan.case.outside import count_outside
from seatplan.labels import Floats, Ints
from seatplan.measures.schools import count_residents
from seatplan.seating.catchments import Catchments
from seatplan.seating.classes import count_classes
from seatplan.seating.draws import HeadDraws

SCHOOL, SIZE, STAGE = ("school", "stage", "year"), ("school", "year"), ("stage", "year")


@dataclass(frozen=True)
class DrawValues:
    """What the stages have made of some draws: arrays as for one future, the draw the last axis."""

    case: Case
    catchments: Catchments
    pupils: Floats
    heads: HeadDraws

    @cached_property
    def roll(self) -> Ints:
        """Pupils who attend, school x stage x year x draw."""
        return self.case.axes.sum_grades(self.heads.attend, axis=1)

    @cached_property
    def seats(self) -> Ints:
        """Whole seats, school x stage x year x 1."""
        places = np.nan_to_num(self.case.seats.places)
        return np.floor(places + 1e-9).astype(np.int64)[..., None]

    @cached_property
    def classes(self) -> Ints:
        """Classes, school x grade x year x draw."""
        return count_classes(self.case, self.heads.attend)

    @cached_property
    def largest(self) -> Ints:
        """Pupils in the largest class, school x grade x year x draw; 0 without a class."""
        return -(-self.heads.attend // np.maximum(self.classes, 1))

    @cached_property
    def unplaced(self) -> Ints:
        """Pupils without a seat, stage x year x draw."""
        return self.case.axes.sum_grades(self.heads.unplaced, axis=0)

    @cached_property
    def whole(self) -> Ints:
        """Whole pupils of the district, stage x year x draw."""
        whole: Ints = self.roll.sum(axis=0) + self.unplaced
        return whole

    @cached_property
    def residents(self) -> Ints:
        """Pupils who live in the catchment of the school, school x stage x year x draw."""
        away = self.case.axes.sum_grades(count_outside(self.case), axis=1).sum(axis=0)
        here = self.whole - away[..., None]
        return count_residents(self.case, self.catchments, self.pupils, here)


@dataclass(frozen=True)
class DrawMeasure:
    """A figure of many futures: its dimensions, and how it is computed.

    `is_lack`: whether it counts what is missing, so that the chance that it is above 0 says
    something.
    """

    dims: tuple[str, ...]
    function: Callable[[DrawValues], Ints]
    is_lack: bool = False


def _over_seats(values: DrawValues) -> Ints:
    over: Ints = np.maximum(values.roll - values.seats, 0)
    return over


def _catchment_shortage(values: DrawValues) -> Ints:
    short: Ints = np.maximum(values.residents - values.seats, 0)
    return short


def _district_shortage(values: DrawValues) -> Ints:
    short: Ints = np.maximum(values.whole - values.seats.sum(axis=0), 0)
    return short


def _class_size(values: DrawValues) -> Ints:
    first = [span.start for span in values.case.axes.spans]
    sizes: Ints = np.maximum.reduceat(values.largest, first, axis=1)
    return sizes


DRAW_MEASURES: Mapping[str, DrawMeasure] = {
    "pupils": DrawMeasure(SCHOOL, lambda values: values.roll),
    "classes": DrawMeasure(
        SCHOOL, lambda values: values.case.axes.sum_grades(values.classes, axis=1)
    ),
    "class_size": DrawMeasure(SCHOOL, _class_size),
    "roll_over_seats": DrawMeasure(SCHOOL, _over_seats, is_lack=True),
    "residents": DrawMeasure(SCHOOL, lambda values: values.residents),
    "catchment_shortage": DrawMeasure(SCHOOL, _catchment_shortage, is_lack=True),
    "school_size": DrawMeasure(SIZE, lambda values: values.roll.sum(axis=1)),
    "district_pupils": DrawMeasure(STAGE, lambda values: values.whole),
    "district_shortage": DrawMeasure(STAGE, _district_shortage, is_lack=True),
    "unplaced": DrawMeasure(STAGE, lambda values: values.unplaced, is_lack=True),
    "all_catchment_shortages": DrawMeasure(
        STAGE, lambda values: _catchment_shortage(values).sum(axis=0), is_lack=True
    ),
}
