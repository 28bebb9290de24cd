"""Where a district's files stand: in a folder, in one workbook or in one GeoPackage.

In a workbook and a GeoPackage each file is a sheet or layer with its bare name (`schools`,
`residents`); `district.toml` and `standards.toml` are sheets with a line in each row, or rows of
the table `texts`. Shapes in a workbook are WKT in the column `geometry`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any, Protocol

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from seatplan.district.rows import Rows, split_features, split_rows, trim_cell
from seatplan.errors import InputError
from seatplan.files import hash_file, note_input, read_text

Found = tuple[Rows | None, list[str]]
SHEETS = (".xlsx", ".xlsm")
PACKAGES = (".gpkg",)
OTHER_LAYERS = (".gpkg", ".fgb", ".shp")  # that may stand in a folder in place of a GeoJSON
TEXTS, SHAPE = "texts", "geometry"
UNFILLED = "new.toml"  # the page from which `seatplan new` makes a district
LONGEST_CELL = 32_767  # characters that a cell of a workbook holds


class Store(Protocol):
    """What a district is read from."""

    def has(self, name: str) -> bool:
        """Say whether a file is there."""
        ...

    def text(self, name: str) -> str:
        """Return a file of text; InputError where it is missing or cannot be read."""
        ...

    def rows(self, name: str) -> Found:
        """Return the rows of a table or layer, and what is wrong with its form."""
        ...

    def hashes(self, names: Iterable[str]) -> dict[str, str]:
        """Return name -> sha256 of what was read."""
        ...


def open_store(path: Path) -> Store:
    """Return what stands at `path`; InputError where it is neither folder, workbook nor package."""
    if path.is_dir():
        if (path / UNFILLED).exists() and not (path / "district.toml").exists():
            want = f"fill in its sheets, then run seatplan new {path}"
            raise InputError(f"{path}: holds {UNFILLED} and no district yet; {want}")
        return Folder(path)
    if not path.exists():
        raise InputError(f"{path}: does not exist; want the folder of a district")
    kind = path.suffix.lower()
    if kind not in (*SHEETS, *PACKAGES):
        raise InputError(
            f"{path}: is a file; want the folder of a district, or a workbook (.xlsx) or "
            "GeoPackage (.gpkg) that holds one"
        )
    note_input(path)
    return Book(path) if kind in SHEETS else Package(path)


def find_stem(name: str) -> str:
    """Return the bare name of a file: "blocks" for "population/blocks.geojson"."""
    return name if name.endswith(".toml") else PurePosixPath(name).stem


@dataclass(frozen=True)
class Folder:
    """A folder: text files, or layers and workbooks of the same name in their place."""

    path: Path

    def find(self, name: str) -> Path | None:
        """Return the file, or one of another form that stands in its place."""
        path = self.path / name
        others = OTHER_LAYERS if path.suffix == ".geojson" else SHEETS[:1]
        if path.exists() or path.suffix == ".toml":
            return path if path.exists() else None
        return next((p for end in others if (p := path.with_suffix(end)).exists()), None)

    def has(self, name: str) -> bool:
        """Say whether a file is there, in one form or another."""
        return self.find(name) is not None

    def text(self, name: str) -> str:
        """Return a file of text."""
        return read_text(self.path / name, name)

    def rows(self, name: str) -> Found:
        """Return the rows of a table or layer."""
        path = self.find(name)
        if path is not None and path.suffix in OTHER_LAYERS:
            note_input(path)
            return _read_layer(path, None, name)
        if path is not None and path.suffix in SHEETS:
            note_input(path)
            return Book(path).first(name)
        split = split_features if name.endswith(".geojson") else split_rows
        return split(self.text(name), name)

    def hashes(self, names: Iterable[str]) -> dict[str, str]:
        """Return name -> sha256 of every file that is there."""
        found = {name: self.find(name) for name in names}
        return {name: hash_file(path) for name, path in found.items() if path is not None}


@dataclass(frozen=True)
class Package:
    """A GeoPackage."""

    path: Path

    @cached_property
    def layers(self) -> list[str]:
        """The names of its layers and tables."""
        import pyogrio

        try:
            return [str(name) for name, _ in pyogrio.list_layers(self.path)]
        except Exception as error:
            raise InputError(f"{self.path}: cannot be read as a GeoPackage ({error})") from error

    @cached_property
    def texts(self) -> dict[str, str]:
        """File name -> text of the TOML files."""
        if TEXTS not in self.layers:
            return {}
        import pyogrio

        table = pyogrio.read_dataframe(self.path, layer=TEXTS)
        if not {"file", "text"} <= set(table):
            raise InputError(f"{self.path.name}: table {TEXTS}: want columns file and text")
        return dict(zip(table.file.astype(str), table.text.astype(str), strict=True))

    def has(self, name: str) -> bool:
        """Say whether it holds a file."""
        return name in self.texts if name.endswith(".toml") else find_stem(name) in self.layers

    def text(self, name: str) -> str:
        """Return a TOML file."""
        if name not in self.texts:
            raise InputError(f"{name}: not found in {self.path}; want it in the table {TEXTS}")
        return self.texts[name]

    def rows(self, name: str) -> Found:
        """Return the rows of a table or layer."""
        if not self.has(name):
            stem = find_stem(name)
            return None, [f"{name}: not found in {self.path}; want a layer or table {stem}"]
        return _read_layer(self.path, find_stem(name), name)

    def hashes(self, names: Iterable[str]) -> dict[str, str]:
        """Return the sha256 of the package."""
        return {self.path.name: hash_file(self.path)} if any(map(self.has, names)) else {}


def _read_layer(path: Path, layer: str | None, name: str) -> Found:
    """Return a layer, or a table without shapes, as rows."""
    import pyogrio

    try:
        table = pyogrio.read_dataframe(path, layer=layer)
    except Exception as error:
        return None, [f"{name}: {path.name} cannot be read ({error}); want a layer"]
    layered = isinstance(table, gpd.GeoDataFrame)
    if name.endswith(".geojson") and not layered:
        return None, [f"{name}: {layer or path.name} has no shapes; want a layer"]
    cells = pd.DataFrame(table.drop(columns=table.geometry.name) if layered else table)
    cells.columns = cells.columns.astype(str)
    rows = _clean(cells.set_axis(pd.RangeIndex(1, len(cells) + 1)))
    if not layered:
        return Rows(name, rows.set_axis(rows.index + 1)), []
    crs = table.crs.to_string() if table.crs is not None else None
    return Rows(name, rows, list(table.geometry), crs), []


def _clean(cells: pd.DataFrame) -> pd.DataFrame:
    """Return cells as a reader of text would have them: trimmed, None where empty."""
    plain = cells.astype(object).where(cells.notna(), None)
    words = [name for name in plain if cells[name].dtype.kind not in "iuf"]
    for name in words:
        plain[name] = pd.Series(
            [trim_cell(cell) if isinstance(cell, str) else cell for cell in plain[name]],
            index=plain.index,
            dtype=object,
        )
    return plain


@dataclass(frozen=True)
class Book:
    """A workbook."""

    path: Path

    @cached_property
    def sheets(self) -> dict[str, list[list[Any]]]:
        """Name -> rows of each sheet."""
        from openpyxl import load_workbook

        try:
            book = load_workbook(self.path, read_only=True, data_only=True)
        except Exception as error:
            raise InputError(f"{self.path}: cannot be read as a workbook ({error})") from error
        sheets = {
            sheet.title: [list(row) for row in sheet.iter_rows(values_only=True)]
            for sheet in book.worksheets
        }
        book.close()
        return sheets

    def has(self, name: str) -> bool:
        """Say whether it holds a file."""
        return find_stem(name) in self.sheets

    def text(self, name: str) -> str:
        """Return a TOML file: a sheet with a line in the first cell of each row."""
        if name not in self.sheets:
            raise InputError(f"{name}: not found in {self.path}; want a sheet {name}")
        lines = [row[0] if row and row[0] is not None else "" for row in self.sheets[name]]
        return "\n".join(str(line) for line in lines) + "\n"

    def rows(self, name: str) -> Found:
        """Return the rows of a sheet."""
        stem = find_stem(name)
        if stem not in self.sheets:
            return None, [f"{name}: not found in {self.path}; want a sheet {stem}"]
        return _split_sheet(self.sheets[stem], name)

    def first(self, name: str) -> Found:
        """Return the rows of the first sheet."""
        return _split_sheet(next(iter(self.sheets.values())), name)

    def hashes(self, names: Iterable[str]) -> dict[str, str]:
        """Return the sha256 of the workbook."""
        return {self.path.name: hash_file(self.path)} if any(map(self.has, names)) else {}


def _split_sheet(lines: list[list[Any]], name: str) -> Found:
    """Return the rows of a sheet below its header; shapes from WKT where it is a layer."""
    filled = [(at, row) for at, row in enumerate(lines, 1) if any(c is not None for c in row)]
    if not filled:
        return None, [f"{name}: the sheet is empty; want a header line and rows below it"]
    heads = [None if head is None else str(head).strip() for head in filled[0][1]]
    used = [at for at, head in enumerate(heads) if head]
    names = [str(heads[at]) for at in used]
    if twice := sorted({head for head in names if names.count(head) > 1}):
        return None, [f"{name}: row 1: column {head} stands there twice" for head in twice]
    body = [[row[at] if at < len(row) else None for at in used] for _, row in filled[1:]]
    cells = pd.DataFrame(body, index=[at for at, _ in filled[1:]], columns=names, dtype=object)
    cells = _clean(cells)
    if not name.endswith(".geojson"):
        return Rows(name, cells), []
    if SHAPE not in cells:
        return None, [f"{name}: no column {SHAPE}; want WKT, such as POINT (106.2 38.0)"]
    shapes = shapely.from_wkt(cells[SHAPE].to_numpy(dtype=object), on_invalid="ignore")
    numbered = cells.drop(columns=SHAPE).set_axis(pd.RangeIndex(1, len(cells) + 1))
    given = [
        "unreadable" if shape is None and cell is not None else shape
        for shape, cell in zip(np.atleast_1d(shapes), cells[SHAPE], strict=True)
    ]
    return Rows(name, numbered, given), []
