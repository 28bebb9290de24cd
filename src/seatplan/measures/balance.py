"""Pupils against seats, as tables: per school and catchment, per block, per township."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from seatplan.measures import places, ways
from seatplan.measures.registry import MEASURES, list_places
from seatplan.measures.values import Values


@dataclass(frozen=True)
class SeatBalance:
    """Whole pupils against whole seats: measures that are read side by side.

    `schools`: index (`school`, `stage`, `year`): classrooms, seats, pupils (attend the school),
    residents (live in its catchment, by the shares of their block), balance (seats - residents;
    below zero: its catchment shortage) and walk_m (mean way of those who attend and have one,
    metres; else NaN).
    `blocks`: index (`block`, `stage`, `year`): pupils, seated, unplaced, school (whose catchment it
    is, "" without one) and walk_m (way to that school, in a lottery zone the mean by the shares of
    its schools; NaN where there is none).
    `places`: index (`level`, `place`, `stage`, `year`), level "township" or "district": seats and
    pupils of the schools that stand there, residents (pupils who live there), unplaced (of these),
    balance (seats - residents). Townships add up to the district.
    """

    schools: pd.DataFrame
    blocks: pd.DataFrame
    places: pd.DataFrame


def balance_seats(values: Values) -> SeatBalance:
    """Set pupils who attend and pupils who live there against the seats."""
    return SeatBalance(_balance_schools(values), _balance_blocks(values), _balance_places(values))


def _balance_schools(values: Values) -> pd.DataFrame:
    names = ("classrooms", "seats", "pupils", "residents", "balance")
    table = pd.DataFrame({name: MEASURES[name].label(values) for name in names})
    return table.assign(walk_m=ways.walk(values)[~np.isnan(values.seats.rooms)])


def _balance_blocks(values: Values) -> pd.DataFrame:
    axes = values.axes
    index = pd.MultiIndex.from_product(
        [axes.blocks, axes.stages, axes.years], names=["block", "stage", "year"]
    )
    names = np.append(axes.schools.to_numpy(dtype=object), "")  # -1 picks the last: no catchment
    zones = np.stack([values.catchments.zone[stage] for stage in axes.stages], axis=1)
    columns = {
        "pupils": places.living(values),
        "seated": places.seated(values),
        "unplaced": places.unplaced(values),
        "school": names[zones],
        "walk_m": places.block_walk(values),
    }
    return pd.DataFrame({name: array.ravel() for name, array in columns.items()}, index=index)


def _balance_places(values: Values) -> pd.DataFrame:
    columns = ("seats", "pupils", "residents", "unplaced", "balance")
    table = {name: MEASURES[f"place_{name}"].function(values).ravel() for name in columns}
    return pd.DataFrame(table, index=_label_places(values))


def _label_places(values: Values) -> pd.MultiIndex:
    """Label (`level`, `place`, `stage`, `year`): every township, then the district."""
    axes, names = values.axes, list_places(values)
    place, stage, year = np.indices((len(names), len(axes.stages), len(axes.years))).reshape(3, -1)
    level = (place == len(names) - 1).astype(np.int64)
    known = names[:-1].union(names[-1:], sort=False)
    levels: Any = [["township", "district"], known, list(axes.stages), list(axes.years)]
    codes: Any = [level, known.get_indexer(names)[place], stage, year]
    return pd.MultiIndex(levels=levels, codes=codes, names=["level", "place", "stage", "year"])
