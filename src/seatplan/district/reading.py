"""A folder -> District, standards.toml -> Standards."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from seatplan.district.declarations import DistrictFile, read_settings, read_standards
from seatplan.district.district import District
from seatplan.district.layers import Kind, read_shapes
from seatplan.district.places import find_overlaps, find_strays, report_places
from seatplan.district.relations import (
    BIRTHS,
    BLOCKS,
    HOUSING,
    RATIOS,
    RESIDENTS,
    TAKE_UP,
    Draft,
    find_contradictions,
)
from seatplan.district.rows import Rows, split_features, split_rows
from seatplan.district.tables import AGES, SCENARIOS, check_table, write_contracts
from seatplan.errors import InputError
from seatplan.files import hash_file, read_text

__all__ = ["Check", "check_district", "read_district", "read_standards"]

OPTIONAL = ("rolls.csv", "water.geojson")
MAY_BE_EMPTY = (HOUSING, "sites.geojson", "provenance.csv", *OPTIONAL)
LAYERS: dict[str, Kind] = {
    BLOCKS: "polygon",
    "schools.geojson": "point",
    "sites.geojson": "point",
    "roads.geojson": "line",
    "water.geojson": "lines",
}


@dataclass(frozen=True)
class Check:
    """What a look through a district's folder found.

    Parameters
    ----------
    problems
        Sentences on what must be mended before the district can be used.
    findings
        Sentences on what is odd and may be right.
    district
        The district, None where there are problems.
    """

    problems: list[str]
    findings: list[str]
    district: District | None


def read_district(folder: Path | str) -> District:
    """Return the district whose files stand in `folder` (see docs/data-format.md).

    Raises
    ------
    InputError
        With one sentence for every fault of every file: file, row or key, what was found, what
        would do.
    """
    folder = Path(folder)
    settings, draft, problems = _read_draft(folder)
    if settings is None or draft is None or problems:
        raise InputError(problems)
    return _build_district(folder, settings, draft)


def check_district(folder: Path | str) -> Check:
    """Return every problem of a district's folder, and what is odd where there are none."""
    folder = Path(folder)
    settings, draft, problems = _read_draft(folder)
    if settings is None or draft is None or problems:
        return Check(problems, [], None)
    district = _build_district(folder, settings, draft)
    return Check([], [*_report_unread(draft), *report_places(district)], district)


def _read_draft(folder: Path) -> tuple[DistrictFile | None, Draft | None, list[str]]:
    """Return what stands in the folder, as far as it can be read, and every problem."""
    if not folder.is_dir():
        found = "is a file" if folder.exists() else "does not exist"
        return None, None, [f"{folder}: {found}; want the folder of a district"]
    problems: list[str] = []
    settings, standards = None, None
    try:
        settings = read_settings(folder / "district.toml")
    except InputError as error:
        problems += error.problems
    try:
        standards = read_standards(folder / "standards.toml")
    except InputError as error:
        problems += error.problems
    if settings is None or standards is None:
        return settings, None, problems
    draft = Draft(settings.base_year, settings.horizon, standards, {}, {}, {})
    for name, contract in write_contracts(standards).items():
        rows, faults = _read_rows(folder, name)
        problems += faults
        if rows is None:
            continue
        table, faults = check_table(rows, contract)
        problems += faults
        draft.rows[name], draft.tables[name] = rows, table
        if name in LAYERS:
            draft.shapes[name], faults = read_shapes(rows, LAYERS[name], settings.frame)
            problems += faults
    problems += find_contradictions(draft)
    return settings, draft, problems + _misplaced(draft)


def _read_rows(folder: Path, name: str) -> tuple[Rows | None, list[str]]:
    """Return the rows of one file and what is wrong with its form; None where it is not there."""
    path = folder / name
    if name in OPTIONAL and not path.exists():
        return None, []
    try:
        text = read_text(path, name)
    except InputError as error:
        return None, error.problems
    rows, problems = (split_features if name in LAYERS else split_rows)(text, name)
    if rows is not None and rows.cells.empty and not problems and name not in MAY_BE_EMPTY:
        what = "features" if name in LAYERS else "rows below the header"
        return None, [f"{name}: no {what}; want at least one"]
    return rows, problems


def _misplaced(draft: Draft) -> list[str]:
    """Return blocks that overlap and points far outside the district."""
    if BLOCKS not in draft.shapes:
        return []
    problems = list(find_overlaps(draft))
    for name in ("schools.geojson", "sites.geojson"):
        if name in draft.shapes and draft.shapes[BLOCKS].notna().any():
            problems += find_strays(draft, name)
    return problems


def _report_unread(draft: Draft) -> list[str]:
    """Return a finding for each file with columns that no one reads."""
    findings = []
    for name, rows in draft.rows.items():
        unread = [str(column) for column in rows.cells if column not in draft.tables[name]]
        if unread:
            findings.append(rows.say(f"{rows.noun} {', '.join(unread)} not read"))
    return findings


def _build_district(folder: Path, settings: DistrictFile, draft: Draft) -> District:
    """Return the district of a draft without problems."""
    people = _people(draft)
    year = settings.base_year
    return District(
        name=settings.name.label(),
        code=settings.code,
        base_year=year,
        horizon=settings.horizon,
        crs=settings.crs,
        zones=_label(draft.tables["zones.csv"], "zone"),
        blocks=_layer(draft, BLOCKS, "block"),
        residents=people,
        births=_births(draft.tables[BIRTHS]),
        cohort_ratios=_series(draft.tables[RATIOS], ["age"], "ratio").sort_index(),
        take_up=_series(draft.tables[TAKE_UP], ["stage", "year"], "rate"),
        housing=_whole(draft.tables[HOUSING], ["year", "dwellings"]).reset_index(drop=True),
        schools=_schools(draft),
        classrooms=_classrooms(draft, year),
        rolls=_rolls(draft, year),
        catchments=_catchments(draft, year),
        successors=_no_successors(),
        roads=_layer(draft, "roads.geojson", "road"),
        sites=_sites(draft),
        provenance=_texts(draft.tables["provenance.csv"]).reset_index(drop=True),
        inputs=_hash_inputs(folder),
        water=_water(draft, settings.crs),
    )


def _hash_inputs(folder: Path) -> dict[str, str]:
    """Return file name -> sha256 of every file of a district that is there."""
    return {name: hash_file(folder / name) for name in FILES if (folder / name).exists()}


def _whole(table: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """Return the table with these columns as int, and its words as text."""
    return _texts(table).astype(dict.fromkeys(columns, int))


def _texts(table: pd.DataFrame) -> pd.DataFrame:
    """Return the table with its words as pandas text, NaN where empty."""
    words = [name for name, kind in table.dtypes.items() if kind.kind == "O"]
    return table.astype(dict.fromkeys(words, "str"))


def _label(table: pd.DataFrame, index: str) -> pd.DataFrame:
    """Return the table with its ids as index."""
    return _texts(table).rename(columns={"id": index}).set_index(index)


def _series(table: pd.DataFrame, keys: list[str], value: str) -> pd.Series:
    """Return one column by its keys; years and ages are int."""
    counted = [key for key in keys if key in ("year", "age")]
    return _whole(table, counted).set_index(keys)[value]


def _layer(draft: Draft, name: str, index: str) -> gpd.GeoDataFrame:
    """Return a table and its shapes as one layer with its ids as index."""
    shapes = draft.shapes[name]
    table = _label(draft.tables[name], index)
    return gpd.GeoDataFrame(table, geometry=shapes.to_numpy(), crs=shapes.crs)


def _people(draft: Draft) -> pd.DataFrame:
    """Return residents by block, in the order of the blocks: total, then single years of age."""
    table = draft.tables[RESIDENTS].set_index("block")
    ages = {f"age_{age}": age for age in AGES}
    people = table[["total", *ages]].rename(columns=ages).astype(int)
    return (
        people.loc[draft.tables[BLOCKS].id]
        .rename_axis("block")
        .set_axis(pd.Index(draft.tables[BLOCKS].id, dtype="str", name="block"))
    )


def _births(table: pd.DataFrame) -> pd.DataFrame:
    """Return births by year, a column for each births scenario."""
    return _whole(table, ["year"]).set_index("year").sort_index()[list(SCENARIOS)]


def _schools(draft: Draft) -> gpd.GeoDataFrame:
    """Return schools as points; rooms and rolls stand in tables of their own."""
    counted = ("classrooms_", "roll_", "classes_")
    layer = _layer(draft, "schools.geojson", "school")
    layer = layer[[column for column in layer if not str(column).startswith(counted)]]
    layer = layer.astype({"opened": "Int64", "closes": "Int64"})
    layer.insert(list(layer).index("closes") + 1, "every_grade", False)
    return layer


def _classrooms(draft: Draft, year: int) -> pd.Series[int]:
    """Return classrooms by school, stage and base year, of the stages each school teaches."""
    kinds, table = draft.standards.kinds, draft.tables["schools.geojson"].set_index("id")
    rooms = [
        (school, stage, year, row[f"classrooms_{stage}"])
        for school, row in table.iterrows()
        for stage in kinds[row["kind"]]
    ]
    keys = ["school", "stage", "year"]
    return pd.DataFrame(rooms, columns=[*keys, "classrooms"]).set_index(keys).classrooms.astype(int)


def _rolls(draft: Draft, year: int) -> pd.DataFrame:
    """Return pupils and classes on record; classes are 0 where the record does not say."""
    table, grades = draft.tables["schools.geojson"], draft.standards.grades
    rolls = pd.DataFrame(
        {
            "school": np.repeat(table.id.to_numpy(), len(grades)),
            "grade": np.tile(grades, len(table)),
            "year": year,
            "pupils": table[[f"roll_{grade}" for grade in grades]].to_numpy().ravel(),
            "classes": table[[f"classes_{grade}" for grade in grades]].to_numpy().ravel(),
        }
    )
    kinds, stage = draft.standards.kinds, rolls.grade.map(draft.standards.stage_of)
    kind = np.repeat(table.kind.to_numpy(), len(grades))
    taught = [code in kinds[name] for code, name in zip(stage, kind, strict=True)]
    rolls = rolls[taught].dropna(subset="pupils")
    if "rolls.csv" in draft.tables:
        history = draft.tables["rolls.csv"][["school", "grade", "year", "pupils", "classes"]]
        rolls = pd.concat([history.fillna({"classes": 0}), rolls], ignore_index=True)
    rolls = _whole(rolls, ["pupils", "classes", "year"])
    return rolls.set_index(["school", "grade", "year"])[["pupils", "classes"]]


def _catchments(draft: Draft, year: int) -> pd.Series[str]:
    """Return the school of each block and stage with catchments, from the base year on."""
    table = _texts(draft.tables["catchments.csv"]).assign(year=year)
    return table.set_index(["block", "stage", "year"]).school


def _no_successors() -> pd.DataFrame:
    """Return the table of merged schools, empty: merging is what a scenario does."""
    columns = {"into": pd.Series(dtype="str"), "year": pd.Series(dtype=int)}
    return pd.DataFrame(columns, index=pd.Index([], name="school", dtype="str"))


def _sites(draft: Draft) -> gpd.GeoDataFrame:
    layer = _layer(draft, "sites.geojson", "site")
    return layer.astype({"max_classrooms": int, "earliest_year": int})


def _water(draft: Draft, crs: str) -> gpd.GeoDataFrame:
    shapes = draft.shapes.get("water.geojson", gpd.GeoSeries([], crs=crs))
    return gpd.GeoDataFrame(geometry=shapes.to_numpy(), crs=crs)


FILES = (
    "district.toml",
    "standards.toml",
    "zones.csv",
    BLOCKS,
    RESIDENTS,
    BIRTHS,
    RATIOS,
    TAKE_UP,
    HOUSING,
    "schools.geojson",
    "catchments.csv",
    "roads.geojson",
    "sites.geojson",
    "provenance.csv",
    *OPTIONAL,
)
