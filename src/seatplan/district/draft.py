"""Draft: a district as read, before its tables are known to agree."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from seatplan.district.rows import Rows
from seatplan.district.stages import Label
from seatplan.district.standards import Standards
from seatplan.files import suggest


@dataclass(frozen=True)
class Draft:
    """A district as read, before its tables are known to agree.

    `tables` holds each file that has all its rows and columns, `shapes` each layer; a cell that
    breaks its contract is NaN or None and has its sentence already. `told` is what was assumed of
    the blocks.
    """

    base_year: int
    horizon: int
    standards: Standards
    rows: dict[str, Rows]
    tables: dict[str, pd.DataFrame]
    shapes: dict[str, gpd.GeoSeries]
    told: tuple[Label, ...] = ()

    def has(self, *names: str) -> bool:
        """Say whether every one of these files has all its rows and columns."""
        return all(name in self.tables for name in names)

    def ids(self, name: str, column: str = "id") -> list[str]:
        """Return the ids that stand in a column."""
        return list(self.tables[name][column].dropna().unique())


def find_strangers(
    draft: Draft, name: str, column: str, known: Collection[str], what: str
) -> list[str]:
    """Return a sentence for each cell that names something which does not exist."""
    rows, cells = draft.rows[name], draft.tables[name][column].dropna()
    return [
        rows.fault(number, column, f"no such {what}{suggest(value, known)}")
        for number, value in cells[~cells.isin(list(known))].items()
    ]
