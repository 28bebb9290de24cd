"""A district as one workbook or one GeoPackage, as `stores` reads them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from seatplan.district.stores import LONGEST_CELL, SHAPE, TEXTS, find_stem
from seatplan.errors import InputError

MADE = dt.datetime(2000, 1, 1)  # a fixed date, so that the same district has the same bytes

Tables = Mapping[str, pd.DataFrame]
Layers = Mapping[str, gpd.GeoDataFrame]


def pack_package(path: Path, texts: Mapping[str, str], tables: Tables, layers: Layers) -> None:
    """Write files as layers and tables of one GeoPackage.

    Parameters
    ----------
    texts, tables, layers
        File name -> what it holds; layers in the CRS of the files.
    """
    import pyogrio

    spelled = pd.DataFrame({"file": list(texts), "text": list(texts.values())})
    named = {find_stem(name): layer for name, layer in layers.items()}
    named |= {find_stem(name): table for name, table in tables.items()}
    with _fixed_date():
        for name, table in [(TEXTS, spelled), *named.items()]:
            more = {"append": True} if path.exists() else {}
            kind = {"geometry_type": _kind(table)} if isinstance(table, gpd.GeoDataFrame) else {}
            pyogrio.write_dataframe(_plain(table), path, layer=name, driver="GPKG", **more, **kind)


@contextmanager
def _fixed_date() -> Iterator[None]:
    """Write with one date, and give the setting back as it was."""
    import pyogrio

    before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": f"{MADE:%Y-%m-%dT%H:%M:%S.000Z}"})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": before})


def _kind(layer: gpd.GeoDataFrame) -> str:
    """Return the one kind of shape of a layer, "Unknown" where there are several."""
    kinds = set(layer.geom_type.dropna())
    return kinds.pop() if len(kinds) == 1 else "Unknown"


def _plain(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table whose columns a GeoPackage holds: numbers and text."""
    geometry = table.geometry.name if isinstance(table, gpd.GeoDataFrame) else None
    words = [c for c in table if c != geometry and table[c].dtype == object]
    return table.assign(**{str(c): table[c].astype("str").where(table[c].notna()) for c in words})


def pack_workbook(path: Path, texts: Mapping[str, str], tables: Tables, layers: Layers) -> None:
    """Write files as sheets of one workbook; shapes as WKT in the column `geometry`.

    Raises
    ------
    InputError
        A shape is longer than a cell holds.
    """
    import xlsxwriter

    options = {"strings_to_numbers": False, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(path, options)
    book.set_properties({"created": MADE})
    try:
        for name, text in texts.items():
            sheet = book.add_worksheet(find_stem(name))
            sheet.set_column(0, 0, 120)
            for row, line in enumerate(text.splitlines()):
                sheet.write_string(row, 0, line)
        for name, layer in layers.items():
            _write_sheet(book, find_stem(name), _spell_shapes(layer, name))
        for name, table in tables.items():
            _write_sheet(book, find_stem(name), table)
    finally:
        book.close()


def _spell_shapes(layer: gpd.GeoDataFrame, name: str) -> pd.DataFrame:
    """Return a layer with its shapes as text in its last column."""
    words = shapely.to_wkt(layer.geometry.to_numpy(), rounding_precision=9)
    longest = max(map(len, words), default=0)
    if longest > LONGEST_CELL:
        raise InputError(
            f"{name}: a shape of {longest:,} signs; a cell of a workbook holds {LONGEST_CELL:,}; "
            "want a GeoPackage (.gpkg)"
        )
    plain = pd.DataFrame(layer.drop(columns=layer.geometry.name))
    return plain.assign(**{SHAPE: words})


def _write_sheet(book: Any, name: str, table: pd.DataFrame) -> None:
    """Write a table with its header; empty cells stay empty."""
    sheet = book.add_worksheet(name)
    sheet.freeze_panes(1, 0)
    for at, column in enumerate(table):
        sheet.write_string(0, at, str(column))
        for row, value in enumerate(table[column], 1):
            if pd.isna(value):
                continue
            if isinstance(value, str):
                sheet.write_string(row, at, value)
            else:
                plain = value.item() if isinstance(value, np.generic) else value
                sheet.write_number(row, at, plain)
