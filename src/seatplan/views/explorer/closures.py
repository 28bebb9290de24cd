"""Schools that close, as a page tells them: who goes on where, and how far."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from seatplan.views.closed_schools import tell_closed
from seatplan.views.explorer.scene import Scene

SCHOOLS = ("school", "into")  # columns that name a school


def describe_closures(scenes: Sequence[Scene], schools: pd.Index[Any]) -> list[dict[str, Any]]:
    """Return for each scene its sentence and the rows of `list_closures`, column by column.

    Schools are told by their place among `schools`, -1 for none; what is missing is None;
    `receiving` is a list of [school, pupils].
    """
    return [_describe(scene.tables.closures, schools) for scene in scenes]


def _describe(table: pd.DataFrame, schools: pd.Index[Any]) -> dict[str, Any]:
    if table.empty:
        return {"told": ["", ""], "columns": {}}
    columns: dict[str, list[Any]] = {
        str(name): [None if value is pd.NA else value for value in table[name].tolist()]
        for name in table
    }
    columns |= {name: schools.get_indexer(pd.Index(table[name])).tolist() for name in SCHOOLS}
    columns["receiving"] = [_read_receiving(text, schools) for text in table.receiving]
    return {"told": [tell_closed(table, language) for language in ("zh", "en")], "columns": columns}


def _read_receiving(text: str, schools: pd.Index[Any]) -> list[list[int]]:
    """Return "P05 31, P07 4" as [[place, 31], [place, 4]]."""
    found = [part.rsplit(" ", 1) for part in text.split(", ") if part]
    places = schools.get_indexer(pd.Index([school for school, _ in found])).tolist()
    return [[place, int(count)] for place, (_, count) in zip(places, found, strict=True)]
