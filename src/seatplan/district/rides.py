"""Blocks whose pupils ride a school bus, or board, at a school."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from seatplan.district.district import nobody_rides
from seatplan.district.draft import Draft, find_strangers
from seatplan.district.finding import Finding
from seatplan.district.tables import BLOCKS, RIDES
from seatplan.district.timelines import select_in_force

SCHOOLS = "schools.geojson"


def check_rides(draft: Draft) -> Iterator[str]:
    """Hold that a ride is of a block to a school."""
    if draft.has(RIDES, BLOCKS, SCHOOLS):
        yield from find_strangers(draft, RIDES, "block", draft.ids(BLOCKS), "block")
        yield from find_strangers(draft, RIDES, "school", draft.ids(SCHOOLS), "school")


def read_rides(draft: Draft, year: int) -> pd.Series[str]:
    """Return who rides or boards from the base year on, `District.rides`."""
    if not draft.has(RIDES) or draft.tables[RIDES].empty:
        return nobody_rides()
    table = draft.tables[RIDES].astype(dict.fromkeys(("block", "school", "by"), "str"))
    return table.assign(year=year).set_index(["block", "school", "year"]).by.sort_index()


def write_rides(rides: pd.Series[str], year: int) -> pd.DataFrame:
    """Return who rides or boards in a year, a row each."""
    return select_in_force(rides, year).sort_index().reset_index()


def doubt_rides(draft: Draft) -> Iterator[Finding]:
    """Yield schools at which blocks board and no bed is on record."""
    if not draft.has(RIDES):
        return
    table, schools = draft.tables[RIDES], draft.tables[SCHOOLS]
    without = schools.id[~(schools.boarding_beds > 0)]
    boards = table[(table.by == "bed") & table.school.isin(list(without))]
    for school, rows in boards.groupby("school"):
        sentence = (
            f"{RIDES}: {', '.join(rows.block)} board at {school}, which has no boarding_beds in "
            f"{SCHOOLS}; want its beds"
        )
        yield Finding("boards without beds", "doubtful", sentence)
