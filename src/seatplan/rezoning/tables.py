"""What a plan of catchments changes: moves, schools, shortage, walks beyond a limit."""

from __future__ import annotations

import numpy as np
import pandas as pd

from seatplan.labels import Floats, Ints
from seatplan.outcome import Outcome
from seatplan.rezoning.shape import measure_compactness
from seatplan.rezoning.terms import Asked
from seatplan.rezoning.town import Town


def list_moves(outcome: Outcome, stage: str, town: Town, plan: Ints) -> pd.DataFrame:
    """List the blocks that change school, with their entrants a year and their walks."""
    at = np.flatnonzero(plan != town.current)
    entry = outcome.standards.stage(stage).entry
    entrants = outcome.forecast.pupils.xs(entry, level="grade").unstack("year")[town.years]
    return pd.DataFrame(
        {
            "block": town.blocks[at],
            "from": town.schools[town.current[at]],
            "to": town.schools[plan[at]],
            "entrants": entrants.loc[town.blocks[at]].mean(axis=1).to_numpy(),
            "walk_before": town.ways[at, town.current[at]],
            "walk_after": town.ways[at, plan[at]],
        }
    )


def compare_schools(town: Town, plan: Ints) -> pd.DataFrame:
    """Set today's catchments beside the plan's, by school.

    Index `school`: seats (fewest of the years), then before and after: pupils who live there
    (worst year), catchment_shortage (of these, above the seats within the school size, worst year),
    walk (mean metres), compactness (1 for a circle; see `measure_compactness`).
    """
    table = pd.DataFrame({"seats": town.seats.min(axis=1)}, index=town.schools)
    for name, zones in {"before": town.current, "after": plan}.items():
        load = _add_up(town, zones)
        pupils = town.pupils.sum(axis=1)
        ways = town.ways[np.arange(len(zones)), zones]
        metres = np.bincount(zones, pupils * np.where(pupils > 0, ways, 0.0), len(table))
        total = load.sum(axis=1)
        table[f"pupils_{name}"] = load.max(axis=1)
        table[f"catchment_shortage_{name}"] = np.maximum(load - town.seats, 0.0).max(axis=1)
        table[f"walk_{name}"] = np.divide(
            metres, total, out=np.full(len(total), np.nan), where=total > 0
        )
        table[f"compactness_{name}"] = measure_compactness(town, zones)
    return table


def count_shortage(town: Town, plan: Ints, room: Floats | None = None) -> pd.DataFrame:
    """List the schools and years in which the plan holds more pupils than seats, or than `room`."""
    load = _add_up(town, plan)
    school, year = np.nonzero(load > (town.seats if room is None else room) + 1e-6)
    index = pd.MultiIndex.from_arrays(
        [town.schools[school], pd.Index(town.years)[year]], names=["school", "year"]
    )
    table = pd.DataFrame(
        {"pupils": load[school, year], "seats": town.seats[school, year]}, index=index
    )
    return table.assign(catchment_shortage=table.pupils - table.seats)


def list_unkept(town: Town, plan: Ints, asked: Asked) -> pd.DataFrame:
    """List the schools and years whose pupils are fewer or more than was asked for."""
    load = _add_up(town, plan)
    least = np.zeros(load.shape) if asked.least is None else asked.least
    most = np.full(load.shape, np.inf) if asked.most is None else asked.most
    school, year = np.nonzero((load < least - 1e-6) | (load > most + 1e-6))
    index = pd.MultiIndex.from_arrays(
        [town.schools[school], pd.Index(town.years)[year]], names=["school", "year"]
    )
    cells = {"pupils": load, "least": least, "most": most, "seats": town.seats}
    return pd.DataFrame({name: cell[school, year] for name, cell in cells.items()}, index=index)


def find_worst_use(town: Town, plan: Ints) -> float:
    """Return the most pupils for a seat of any school in any year."""
    return float((_add_up(town, plan) / np.maximum(town.seats, 1e-9)).max())


def list_longer(town: Town, plan: Ints, asked: Asked) -> pd.DataFrame:
    """List the blocks that walk farther than was asked for."""
    walks = town.ways[np.arange(len(plan)), plan]
    beyond = np.zeros(len(plan), dtype=bool)
    if asked.max_walk_m is not None:
        beyond |= walks > asked.max_walk_m
    if asked.max_increase_m is not None:
        beyond |= walks > town.walks + asked.max_increase_m
    if asked.max_increase_share is not None:
        beyond |= walks > town.walks * (1.0 + asked.max_increase_share)
    table = pd.DataFrame({"walk_before": town.walks, "walk_after": walks}, index=town.blocks)
    return table[beyond]


def _add_up(town: Town, plan: Ints) -> Floats:
    """Return the pupils who live in each catchment: school x year."""
    load = np.zeros(town.seats.shape)
    np.add.at(load, plan, town.pupils)
    return load
