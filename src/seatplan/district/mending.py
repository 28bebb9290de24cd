"""Harmless cures for the files of a district, written beside them: what `check --fix` does."""

from __future__ import annotations

import json
import shutil
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from seatplan.district.columns import FIRST, WHOLE, read_word
from seatplan.district.coordinates import Datum, Degrees, detect_shift
from seatplan.district.declarations import parse_settings
from seatplan.district.doubts.meetings import GATE_M, find_junctions
from seatplan.district.finding import Finding
from seatplan.district.layers import Frame, Shapes, all_points, find_layer_crs, read_shapes
from seatplan.district.rows import Rows
from seatplan.district.stores import Folder, open_store
from seatplan.district.tables import (
    ATTEND,
    BLOCKS,
    FILES,
    HOUSING,
    RESIDENTS,
    RESOURCES_FILE,
    RIDES,
    TRAVEL,
)
from seatplan.errors import InputError
from seatplan.files import write_beside
from seatplan.literal import spell_table

SCHOOLS, ZONES, ROADS = "schools.geojson", "zones.csv", "roads.geojson"
DEFINED = {ZONES: "id", BLOCKS: "id", SCHOOLS: "id", "sites.geojson": "id", ROADS: "id"}
REFERRED = (  # file, column, the file whose ids stand there
    (RESIDENTS, "block", BLOCKS),
    (HOUSING, "block", BLOCKS),
    ("catchments.csv", "block", BLOCKS),
    (TRAVEL, "block", BLOCKS),
    (ATTEND, "block", BLOCKS),
    (ATTEND, "school", SCHOOLS),
    (RIDES, "block", BLOCKS),
    (RIDES, "school", SCHOOLS),
    ("catchments.csv", "school", SCHOOLS),
    (TRAVEL, "school", SCHOOLS),
    (RESOURCES_FILE, "school", SCHOOLS),
    ("rolls.csv", "school", SCHOOLS),
    (ZONES, "parent", ZONES),
    (BLOCKS, "unit", ZONES),
    (BLOCKS, "township", ZONES),
    (SCHOOLS, "unit", ZONES),
    (SCHOOLS, "township", ZONES),
)


@dataclass
class Files:
    """The files of a district as they are mended: rows by name, and which were changed."""

    rows: dict[str, Rows]
    changed: set[str] = field(default_factory=set)

    def set_cell(self, name: str, number: Any, column: str, value: str) -> None:
        """Put a cell."""
        self.rows[name].cells.loc[number, column] = value
        self.changed.add(name)


Cure = Callable[[Files, Frame], Iterable[Finding]]


def mend_district(folder: Path, out: Path) -> list[Finding]:
    """Write a folder's district to `out` with its harmless faults mended; return what was.

    Ids that differ by spaces, width or a decimal `.0` from the id that is meant; unit and township
    of a school by the block in which it stands; streets split where another ends in them. A file
    that needs no cure is copied as it is.

    Raises
    ------
    InputError
        `folder` is no folder, or its `district.toml` cannot be read; `out` is there already, or
        lies in the folder.
    """
    store = open_store(folder)
    if out.exists() or folder.resolve() in out.resolve().parents:
        raise InputError(f"{out}: stands there, or in the district; want a new folder beside")
    if not isinstance(store, Folder):
        raise InputError(f"{folder}: is one file; want a folder of files to mend")
    settings = parse_settings(store.text("district.toml"))
    files = Files(_read_files(store))
    told = [finding for cure in CURES for finding in cure(files, settings.frame)]
    with write_beside(out) as draft:
        shutil.copytree(folder, draft)
        for name in sorted(files.changed):
            if (other := store.find(name)) is not None and other.name != Path(name).name:
                (draft / other.relative_to(folder)).unlink()
            (draft / name).write_text(_spell(files.rows[name]), "utf-8", newline="\n")
    return told


def _read_files(store: Folder) -> dict[str, Rows]:
    """Return the rows of every file that can be read."""
    found = {}
    for name in FILES:
        if name.endswith(".toml") or not store.has(name):
            continue
        try:
            rows, faults = store.rows(name)
        except InputError:  # which `check` tells
            continue
        if rows is not None and not faults:
            found[name] = rows
    return found


def _plain(name: object) -> str:
    """Return an id without what a hand or a spreadsheet adds: spaces, width, a decimal .0."""
    word = unicodedata.normalize("NFKC", read_word(name) or "")
    return WHOLE.sub(FIRST, "".join(word.split()))


def mend_ids(files: Files, _: Frame) -> Iterator[Finding]:
    """Write whole-number ids without decimals, and each reference as the id that it means."""
    for name, column in DEFINED.items():
        for number, cell in _cells(files, name, column):
            word = read_word(cell) or ""
            if WHOLE.fullmatch(word):
                yield _change(files, name, number, column, WHOLE.sub(FIRST, word))
    for name, column, home in REFERRED:
        known = {read_word(cell) for _, cell in _cells(files, home, DEFINED[home])} - {None}
        meant: dict[str, set[Any]] = {}
        for one in known:
            meant.setdefault(_plain(one), set()).add(one)
        for number, cell in _cells(files, name, column):
            fits = meant.get(_plain(cell), set())
            if read_word(cell) not in known and len(fits) == 1:
                yield _change(files, name, number, column, next(iter(fits)))


def _cells(files: Files, name: str, column: str) -> list[tuple[Any, Any]]:
    """Return the filled cells of a column, by the number of their row."""
    if name not in files.rows or column not in files.rows[name].cells:
        return []
    return [(at, cell) for at, cell in files.rows[name].cells[column].items() if cell is not None]


def _change(files: Files, name: str, number: Any, column: str, value: str) -> Finding:
    """Put a cell, and tell what stood there."""
    sentence = files.rows[name].fault(number, column, f"written as {value}")
    files.set_cell(name, number, column, value)
    return Finding(f"{name} {column}", "note", sentence)


def mend_places(files: Files, frame: Frame) -> Iterator[Finding]:
    """Give schools the unit and township of the block in which they stand.

    Not to a gate just across the line of its own unit; nor where the schools fit after a shift of
    datum: then the points are wrong.
    """
    if not {SCHOOLS, BLOCKS} <= set(files.rows) or all_points(files.rows[BLOCKS]):
        return
    if "id" not in files.rows[SCHOOLS].cells:
        return
    points = read_shapes(files.rows[SCHOOLS], "point", frame)[0].to_numpy()
    ground = read_shapes(files.rows[BLOCKS], "polygon", frame)[0].to_numpy()
    if pd.isna(points).any() or pd.isna(ground).any():
        return
    homes, schools = (_read_places(files.rows[name]) for name in (BLOCKS, SCHOOLS))
    if _find_datum(points, ground, homes.unit, schools.unit, frame) is not None:
        return
    further = files.rows[SCHOOLS].cells["id"].duplicated().to_numpy()  # campuses need none
    for place, block in _find_blocks(points, ground).items():
        own = ground[(homes.unit == schools.unit.iloc[place]).to_numpy()]
        if shapely.distance(points[place], own).min(initial=np.inf) <= GATE_M:
            block = int(np.flatnonzero(homes.unit == schools.unit.iloc[place])[0])
        for column in ("unit", "township"):
            there, said = homes[column].iloc[block], schools[column].iloc[place]
            if there is not None and there != said and not (further[place] and said is None):
                yield _change(files, SCHOOLS, schools.index[place], column, there)


def _read_places(rows: Rows) -> pd.DataFrame:
    """Return unit and township of each feature as text, None where empty."""
    places = rows.cells.reindex(columns=["unit", "township"]).astype(object)
    return places.map(read_word).astype(object).where(places.notna(), None)


def _find_blocks(points: Shapes, ground: Shapes) -> dict[int, int]:
    """Return the block in which each point stands, by position; the first of several."""
    found: dict[int, int] = {}
    for point, block in zip(*shapely.STRtree(ground).query(points, "intersects"), strict=True):
        found[int(point)] = min(int(block), found.get(int(point), int(block)))
    return found


def _find_datum(
    points: Shapes, ground: Shapes, unit: pd.Series[Any], own: pd.Series[Any], frame: Frame
) -> Datum | None:
    """Return the datum that the points seem to be in, as `detect_shift` does."""

    def at_home(lon: Degrees, lat: Degrees) -> npt.NDArray[np.bool_]:
        found = _find_blocks(frame.to_metres(shapely.points(lon, lat), "EPSG:4326"), ground)
        homes = [
            place in found and unit.iloc[found[place]] == own.iloc[place]
            for place in range(len(lon))
        ]
        return np.array(homes, dtype=bool)

    lon, lat = shapely.get_coordinates(frame.to_file(points, "EPSG:4326")).T
    return detect_shift(lon, lat, at_home)


def mend_roads(files: Files, frame: Frame) -> Iterator[Finding]:
    """Split streets where another ends in their middle, so that a way leads on."""
    if ROADS not in files.rows:
        return
    rows = files.rows[ROADS]
    shapes, faults = read_shapes(rows, "line", frame)
    crs = find_layer_crs(rows, frame)
    if faults or crs is None or "id" not in rows.cells:
        return
    lines = shapes.to_numpy()
    cuts: dict[int, list[Any]] = {}
    for number, line, tip in find_junctions(lines):
        cuts.setdefault(line, []).append(tip)
        one, other = (rows.place(shapes.index[at]) for at in (number, line))
        yield Finding("roads", "note", rows.say(f"{other} split where {one} ends in it"))
    if not cuts:
        return
    cells, given = [], []
    known = {cell for _, cell in _cells(files, ROADS, "id")}
    for at, row in enumerate(rows.cells.to_dict("records")):
        parts = frame.to_file(_split(lines[at], cuts[at]), crs) if at in cuts else [rows.shapes[at]]
        for part, shape in enumerate(parts):
            own = row if part == 0 else {**row, "id": _name_part(row["id"], part, known)}
            cells.append(own)
            given.append(shape)
    table = pd.DataFrame(cells, pd.RangeIndex(1, len(cells) + 1), dtype=object)
    files.rows[ROADS] = replace(rows, cells=table, shapes=given)
    files.changed.add(ROADS)


def _name_part(street: object, part: int, known: set[Any]) -> str:
    """Return the id of a further part of a street, which no other street has."""
    name = f"{street}-{part}"
    while name in known:
        name += "'"
    known.add(name)
    return name


def _split(line: Any, tips: list[Any]) -> Shapes:
    """Split a line at the points nearest to some tips; the parts end at the tips themselves."""
    points = shapely.get_coordinates(line)
    steps = np.hypot(*np.diff(points, axis=0).T)
    along = np.concatenate([[0.0], np.cumsum(steps)])
    cuts = sorted((float(shapely.line_locate_point(line, tip)), tip) for tip in tips)
    parts, begin, start = [], points[0], 0.0
    for at, tip in [*cuts, (float(along[-1]), shapely.Point(points[-1]))]:
        end = shapely.get_coordinates(tip)[0]
        inner = points[(along > start) & (along < at)]
        if at > start:
            parts.append(shapely.LineString(np.vstack([begin, inner, end])))
            begin, start = end, at
    return np.array(parts, dtype=object)


CURES: tuple[Cure, ...] = (mend_ids, mend_places, mend_roads)


def _spell(rows: Rows) -> str:
    """Return rows as the text of their file."""
    if not rows.name.endswith(".geojson"):
        return spell_table(rows.cells, index=False)
    features = []
    for (_, row), shape in zip(rows.cells.iterrows(), rows.shapes, strict=True):
        drawn = (
            shape
            if shape is None or isinstance(shape, dict)
            else json.loads(shapely.to_geojson(shape))
        )
        words = {"type": "Feature", "properties": row.to_dict(), "geometry": drawn}
        features.append(json.dumps(words, ensure_ascii=False, default=_plain_number))
    named = {"type": "name", "properties": {"name": rows.crs}}
    crs = f'"crs": {json.dumps(named)}, ' if rows.crs else ""
    return f'{{"type": "FeatureCollection", {crs}"features": [\n' + ",\n".join(features) + "\n]}\n"


def _plain_number(value: Any) -> Any:
    """Return a number of numpy as one that JSON knows."""
    return value.item()
