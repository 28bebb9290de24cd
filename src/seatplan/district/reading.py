"""A folder -> District, standards.toml -> Standards."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import geopandas as gpd
import pandas as pd

from seatplan.district.assembly import build_district
from seatplan.district.attend import check_attend, doubt_attend
from seatplan.district.campuses import (
    CAMPUSES,
    campus_contract,
    check_campuses,
    doubt_campuses,
    split_campuses,
)
from seatplan.district.cells import draw_cells
from seatplan.district.columns import Contract, check_table, read_word, round_ids
from seatplan.district.composition import check_composition
from seatplan.district.declarations import DistrictFile, parse_settings, parse_standards
from seatplan.district.district import District
from seatplan.district.doubts import report_tables
from seatplan.district.doubts.meetings import find_cut_off
from seatplan.district.doubts.resources import report_resources
from seatplan.district.draft import Draft
from seatplan.district.finding import Finding
from seatplan.district.layers import Kind, all_points, read_shapes
from seatplan.district.limits import LIMITED
from seatplan.district.places import find_overlaps, find_strays, report_places
from seatplan.district.relations import find_contradictions
from seatplan.district.rides import check_rides, doubt_rides
from seatplan.district.rows import Rows
from seatplan.district.standards import Standards
from seatplan.district.stated import SCHOOLS, fill_rooms
from seatplan.district.stores import Store, open_store
from seatplan.district.tables import (
    BLOCKS,
    CHANGES,
    DEFAULTED,
    FILES,
    HOUSING,
    NEIGHBOURS,
    OPTIONAL,
    OUTLINE,
    write_contracts,
)
from seatplan.district.villages import carry_rows, check_splits, read_splits
from seatplan.district.ways import check_travel
from seatplan.errors import InputError
from seatplan.files import read_text

Declared = TypeVar("Declared", DistrictFile, Standards)

__all__ = ["Check", "check_district", "read_district", "read_standards"]

MAY_BE_EMPTY = (HOUSING, "roads.geojson", "sites.geojson", "provenance.csv", *OPTIONAL)
LAYERS: dict[str, Kind] = {
    BLOCKS: "polygon",
    SCHOOLS: "point",
    CAMPUSES: "point",
    "sites.geojson": "point",
    "roads.geojson": "line",
    "water.geojson": "shore",
    OUTLINE: "polygon",
    NEIGHBOURS: "ground",
}


@dataclass(frozen=True)
class Check:
    """What a look through a district's folder found.

    Parameters
    ----------
    problems
        Sentences on what must be mended before the district can be used.
    findings
        What is odd and may be right.
    district
        The district, None where there are problems.
    """

    problems: list[str]
    findings: list[Finding]
    district: District | None


def read_district(folder: Path | str) -> District:
    """Return the district whose files stand in `folder` (see docs/data-format.md).

    `folder` may be one workbook (.xlsx) or one GeoPackage (.gpkg) that holds them all.

    Raises
    ------
    InputError
        With one sentence for every fault of every file: file, row or key, what was found, what
        would do.
    """
    store = open_store(Path(folder))
    settings, draft, problems = _read_draft(store)
    if settings is None or draft is None or problems:
        raise InputError(problems)
    return build_district(settings, draft, store.hashes(FILES))


def check_district(folder: Path | str) -> Check:
    """Return every problem of a district's folder, and what is odd where there are none."""
    try:
        store = open_store(Path(folder))
    except InputError as error:
        return Check(error.problems, [], None)
    settings, draft, problems = _read_draft(store)
    if settings is None or draft is None or problems:
        return Check(problems, [], None)
    district = build_district(settings, draft, store.hashes(FILES))
    assumed = district.assumptions[["table", "zh", "en"]].to_numpy()
    findings = [
        *(Finding(f"assumed: {en}", "note", f"{table}: {zh} · {en}") for table, zh, en in assumed),
        *_report_unread(draft),
        *report_tables(draft),
        *doubt_campuses(draft),
        *doubt_attend(draft),
        *doubt_rides(draft),
        *report_resources(draft),
        *report_places(district),
    ]
    return Check([], findings, district)


def read_standards(path: Path | str, *, measures: Mapping[str, str] = LIMITED) -> Standards:
    """Return the stages, school kinds and limits of a `standards.toml`.

    Parameters
    ----------
    path
        The file; in a district that is one workbook or GeoPackage, "town.gpkg/standards.toml".
    measures
        What a standard may limit: measure -> unit, which says between which bounds of
        `limits.BOUNDS` a limit makes sense.

    Raises
    ------
    InputError
        With one sentence for each key that is missing, unknown or of the wrong type; else one for
        each grade, limit or role that makes no sense, or that names what nobody defines.
    """
    path = Path(path)
    held = open_store(path.parent).text(path.name) if path.parent.is_file() else read_text(path)
    return parse_standards(held, path.name, measures=measures)


def _read_draft(folder: Store) -> tuple[DistrictFile | None, Draft | None, list[str]]:
    """Return what stands in the folder, as far as it can be read, and every problem."""
    settings, problems = _try_reading(parse_settings, folder, "district.toml")
    standards, faults = _try_reading(parse_standards, folder, "standards.toml")
    draft, more = _read_tables(folder, settings, standards)
    problems += [*faults, *more]
    if draft is not None:
        problems += [*find_contradictions(draft), *check_travel(draft), *check_attend(draft)]
        problems += [*check_rides(draft), *check_composition(draft), *check_splits(draft)]
        problems += [*(check_campuses(draft) if draft.has(SCHOOLS) else ()), *_misplaced(draft)]
    return settings, draft, sorted(problems, key=_file_order)


def _try_reading(
    parse: Callable[[str], Declared], folder: Store, name: str
) -> tuple[Declared | None, list[str]]:
    """Return what `parse` makes of a file, or None and its faults."""
    try:
        return parse(folder.text(name)), []
    except InputError as error:
        return None, error.problems


def _read_tables(
    folder: Store, settings: DistrictFile | None, standards: Standards | None
) -> tuple[Draft | None, list[str]]:
    """Return every table, each checked for itself; None where settings or standards are missing."""
    problems: list[str] = []
    read: dict[str, Rows] = {}
    tables: dict[str, pd.DataFrame] = {}
    shapes: dict[str, gpd.GeoSeries] = {}
    for name, contract, rows, faults in _list_files(folder, standards):
        problems += faults
        if rows is None:
            continue
        whole = not faults and _has_columns(rows, contract)
        read[name] = rows
        table, faults = check_table(rows, contract)
        problems += faults
        if whole:
            tables[name] = table.dropna(subset="pupils") if name == "rolls.csv" else table
        if name in LAYERS and settings is not None:
            kind = "place" if name == BLOCKS and all_points(rows) else LAYERS[name]
            shapes[name], faults = read_shapes(rows, kind, settings.frame)
            problems += faults
    if settings is None or standards is None:
        return None, problems
    if SCHOOLS in tables:
        tables[SCHOOLS] = fill_rooms(tables[SCHOOLS], standards, settings.base_year)
    years = settings.base_year, settings.horizon
    draft = Draft(*years, standards, read, tables, shapes)
    return _draw_areas(draft), problems


def _list_files(
    folder: Store, standards: Standards | None
) -> Iterator[tuple[str, Contract, Rows | None, list[str]]]:
    """Yield each file with its contract, its rows (None where it is not there) and its faults.

    Further sites of schools follow the schools.
    """
    splits = read_splits(_read_rows(folder, CHANGES, standards)[0])
    blocks = _read_rows(folder, BLOCKS, standards)[0] if splits else None
    named = blocks.cells["id"] if blocks and "id" in blocks.cells else ()
    today = [word for cell in named if (word := read_word(cell))]
    for name, contract in write_contracts(standards).items():
        rows, faults = _read_rows(folder, name, standards)
        rows = None if rows is None else carry_rows(rows, splits, today)
        if name != SCHOOLS or rows is None:
            yield name, contract, rows, faults
            continue
        schools, sites, told = split_campuses(rows)
        yield name, contract, schools, faults + told
        if len(sites.cells):
            yield CAMPUSES, campus_contract(), sites, []


def _draw_areas(draft: Draft) -> Draft:
    """Return the draft with areas around its blocks where these are points."""
    shapes = draft.shapes.get(BLOCKS)
    if shapes is None or not (shapes.dropna().geom_type == "Point").any():
        return draft
    given = draft.shapes.get(OUTLINE)
    outline = None if given is None or given.isna().any() else given.union_all()
    schools = draft.shapes.get(SCHOOLS)
    beside = None if schools is None else schools.dropna()
    cells, told = draw_cells(shapes.dropna(), outline, beside)
    return replace(draft, shapes=draft.shapes | {BLOCKS: cells.reindex(shapes.index)}, told=(told,))


def _has_columns(rows: Rows, contract: Contract) -> bool:
    """Say whether a file has every column that it must have."""
    required = {name for name, column in contract.columns.items() if column.required}
    return rows.cells.empty or required <= set(rows.cells)


def _file_order(problem: str) -> int:
    """Return the place of the file that a sentence is about."""
    name = problem.partition(":")[0]
    return FILES.index(name) if name in FILES else len(FILES)


def _read_rows(
    folder: Store, name: str, standards: Standards | None
) -> tuple[Rows | None, list[str]]:
    """Return the rows of one file and what is wrong with its form; None where it is not there."""
    if name in (*OPTIONAL, *DEFAULTED) and not folder.has(name):
        return None, []
    try:
        found, problems = folder.rows(name)
    except InputError as error:
        return None, error.problems
    rows = None if found is None else round_ids(found)
    zoned = standards is None or any(stage.intake == "catchment" for stage in standards.stages)
    may_be_empty = name in MAY_BE_EMPTY or (name == "catchments.csv" and not zoned)
    if rows is not None and rows.cells.empty and not problems and not may_be_empty:
        what = "features" if name in LAYERS else "rows below the header"
        return None, [f"{name}: no {what}; want at least one"]
    return rows, problems


def _misplaced(draft: Draft) -> list[str]:
    """Return blocks that overlap and points far outside the district."""
    if BLOCKS not in draft.shapes:
        return []
    problems = list(find_overlaps(draft))
    for name in ("schools.geojson", CAMPUSES, "sites.geojson"):
        if name in draft.shapes and draft.shapes[BLOCKS].notna().any():
            problems += find_strays(draft, name)
    if draft.has("roads.geojson", "schools.geojson", BLOCKS):
        for name in (SCHOOLS, CAMPUSES):
            problems += find_cut_off(draft, name) if draft.has(name) else ()
    return problems


def _report_unread(draft: Draft) -> list[Finding]:
    """Return a finding for each file with rows or columns that no one reads."""
    findings = []
    for name, rows in draft.rows.items():
        if name == CAMPUSES:  # what it says of the school was held against the school
            continue
        findings += [Finding("title or total", "note", sentence) for sentence in rows.told]
        findings += [Finding("rows carried over", "note", line) for line in rows.carried]
        findings += [Finding("ids with decimals", "note", line) for line in rows.rounded]
        unread = [str(column) for column in rows.cells if column not in draft.tables[name]]
        if unread:
            sentence = rows.say(f"{rows.noun} {', '.join(unread)} not read")
            findings.append(Finding("column not read", "note", sentence))
    return findings
