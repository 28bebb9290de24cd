"""What a sheet shows: a heading, figures, areas on the map, and tables whose rows are places."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from seatplan.outcome import Outcome
from seatplan.views.catalogue import LANGUAGES, say
from seatplan.views.changes.page import SheetMap
from seatplan.views.explorer.packing import Packer
from seatplan.views.explorer.payload import Axes, add_geometry, describe_axes, describe_school
from seatplan.views.explorer.scene import read_outcome
from seatplan.views.palette import MOVED

Cell = str | float | list[str] | None
Place = Mapping[str, str]  # {"block": id} or {"area": catchment}


@dataclass(frozen=True)
class Table:
    """A table of a sheet: `heads` are keys of the catalogue; `places` a block or an area each."""

    name: str
    title: list[str]
    heads: list[str]
    rows: list[list[Cell]]
    places: list[Place]


@dataclass(frozen=True)
class Sheet:
    """A map and its tables; words in [Chinese, English].

    `before`, `after`: the catchment of each block, "" without one. `moved`: blocks to highlight.
    `ways`: block -> the school to draw a line to. `short`: schools to mark. `worth`: school -> the
    area of its disc.
    """

    heading: list[str]
    note: list[str]
    figures: list[tuple[list[str], Cell]]
    legend: list[tuple[str, list[str]]]
    tables: list[Table]
    before: pd.Series[str]
    after: pd.Series[str]
    moved: list[str] = field(default_factory=list)
    ways: Mapping[str, str] = field(default_factory=dict)
    short: Sequence[str] = ()
    worth: Mapping[str, float] = field(default_factory=dict)


def speak(key: str, **values: object) -> list[str]:
    """Return a phrase in both languages; a value may be a pair of them itself."""
    said = []
    for at, language in enumerate(LANGUAGES):
        chosen = {
            name: value[at] if isinstance(value, list) else value for name, value in values.items()
        }
        said.append(say(key, language, **chosen))
    return said


def list_members(outcome: Outcome, area: str) -> list[str]:
    """Return the schools of a catchment: its own, or all those of a lottery zone."""
    return [area] if area in outcome.district.schools.index else area.split("+")


def name_areas(outcome: Outcome, areas: Sequence[str]) -> dict[str, list[str]]:
    """Return the name of each catchment in both languages; those of a lottery zone joined."""
    told = {}
    for area in areas:
        parts = list_members(outcome, area)
        rows = [describe_school(school, outcome.district.schools.loc[school]) for school in parts]
        told[area] = [
            "、".join(row[1] for row in rows),
            ", ".join(row[2] or row[1] for row in rows),
        ]
    return told


def draw_sheet(outcome: Outcome, sheet: Sheet, *, stage: str, year: int, language: str) -> SheetMap:
    """Return the page of a sheet: a folium map that needs no network."""
    schools = outcome.district.schools
    axes = Axes([read_outcome(outcome)], schools, [stage], [year])
    packer = Packer()
    payload = describe_axes(axes) | {"language": language, "grid": add_geometry(packer, axes)}
    payload["palette"] = payload["palette"] | {"moved": MOVED, "classes": [MOVED, MOVED]}
    blocks = outcome.district.blocks.index
    areas = pd.unique(pd.concat([sheet.after, sheet.before])).tolist()
    place = {area: at for at, area in enumerate(area for area in areas if area)}
    names = name_areas(outcome, list(place))
    described = {
        "areas": list(names.values()),
        "before": _number(sheet.before.reindex(blocks), place),
        "after": _number(sheet.after.reindex(blocks), place),
        "classes": np.where(blocks.isin(sheet.moved), 1, -1).tolist(),
        "links": [
            [blocks.get_loc(block), schools.index.get_loc(school)]
            for block, school in sheet.ways.items()
        ],
        "standing": _mark_schools(outcome, stage, year, sheet.short),
        "worth": [[schools.index.get_loc(name), value] for name, value in sheet.worth.items()],
        "tables": [
            asdict(table)
            | {
                "heads": [speak(head) for head in table.heads],
                "places": [_locate(item, blocks, place) for item in table.places],
            }
            for table in sheet.tables
        ],
    }
    words = {name: getattr(sheet, name) for name in ("heading", "note", "figures", "legend")}
    return SheetMap(payload | {"sheet": words | described, "tables": packer.pack()})


def _number(areas: pd.Series[str], place: Mapping[str, int]) -> list[int]:
    return [place.get(area, -1) for area in areas]


def _locate(item: Place, blocks: pd.Index, place: Mapping[str, int]) -> dict[str, int]:
    """Return a row's place by number."""
    if "block" in item:
        return {"block": int(blocks.get_indexer(pd.Index([item["block"]]))[0])}
    return {"area": place.get(item["area"], -1)}


def _mark_schools(
    outcome: Outcome, stage: str, year: int, short: Sequence[str]
) -> list[dict[str, Any]]:
    """List the open schools of the stage; those with a shortage left bear the sign of a flag."""
    seats = outcome.seats.of_stage(stage)[year]
    index = outcome.district.schools.index
    return [
        {"school": int(index.get_loc(school)), "seats": int(count), "crowded": school in short}
        for school, count in seats.items()
        if count > 0
    ]
