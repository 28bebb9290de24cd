"""Seats that a bureau states, where rooms x class limit is not what a school can seat."""

from __future__ import annotations

import numpy as np
import pandas as pd

from seatplan.district.draft import Draft
from seatplan.district.standards import Standards
from seatplan.errors import InputError
from seatplan.labels import Floats

SCHOOLS = "schools.geojson"


def fill_rooms(table: pd.DataFrame, standards: Standards, year: int) -> pd.DataFrame:
    """Return the table of schools with rooms where only seats are stated: as few as hold them.

    ceil(seats / seats per class); a school that states rooms keeps them.
    """
    filled = table.copy()
    for stage in standards.stages:
        rooms, seats = f"classrooms_{stage.code}", f"seats_{stage.code}"
        try:
            size = standards.seats_per_class(stage.code, year)
        except InputError:  # a stage without a limit is told elsewhere
            continue
        filled[rooms] = table[rooms].fillna(np.ceil(table[seats] / size))
    return filled


def read_stated(draft: Draft) -> pd.Series[float]:
    """Return the seats stated for the base year, (`school`, `stage`), where there are some."""
    table, stages = draft.tables[SCHOOLS], [stage.code for stage in draft.standards.stages]
    seats = table[[f"seats_{stage}" for stage in stages]].to_numpy(float)
    levels = [pd.Index(table.id, dtype="str"), stages]
    index = pd.MultiIndex.from_product(levels, names=["school", "stage"])
    return pd.Series(seats.ravel(), index, name="seats").dropna()


def count_places(rooms: Floats, per_class: Floats, stated: Floats, held: Floats) -> Floats:
    """Count the seats of rooms: those stated for the rooms held, a class limit for each beyond.

    Where rooms are given up, the stated seats fall in proportion. The last axis is years.

    Parameters
    ----------
    rooms
        Classrooms, ... x year; NaN where there are never any.
    per_class
        Seats that one room gives, ... x year.
    stated
        Seats stated for the base year; NaN where they are not.
    held
        Rooms of the base year, as `stated`.

    >>> count_places(np.array([[4.0, 6, 2]]), np.array([45.0] * 3), np.array([160.0]),
    ...     np.array([4.0])).tolist()
    [[160.0, 250.0, 80.0]]
    """
    counted = rooms * per_class
    known = ~np.isnan(stated) & (held > 0)
    share = np.divide(stated, held, out=np.zeros_like(stated), where=known)[..., None]
    kept = np.minimum(rooms, held[..., None])
    return np.where(known[..., None], kept * share + (rooms - kept) * per_class, counted)
