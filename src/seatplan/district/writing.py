"""District -> a folder, Standards -> standards.toml."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from seatplan.district.attend import spell_counts
from seatplan.district.district import District
from seatplan.district.layers import Frame, find_crs
from seatplan.district.packing import pack_package, pack_workbook
from seatplan.district.rides import write_rides
from seatplan.district.stages import Grade, Label
from seatplan.district.standards import Standards
from seatplan.district.tables import (
    ASSUMPTIONS,
    ATTEND,
    BIRTHS,
    BLOCKS,
    COMPOSITION,
    HOUSING,
    NEIGHBOURS,
    RATIOS,
    RESIDENTS,
    RESOURCES_FILE,
    RIDES,
    TAKE_UP,
    TRAVEL,
)
from seatplan.files import write_beside
from seatplan.literal import spell_table

DECIMALS = 9  # of a degree: 0.1 mm


def write_district(district: District, standards: Standards, folder: Path | str) -> None:
    """Write a district and its standards as the files that `read_district` reads.

    A name that ends in .xlsx or .gpkg is one workbook or GeoPackage that holds them all. What is
    written is written beside and moved into place whole: a folder that stands there is replaced.
    Rooms, rolls and catchments are written as they stand in the base year, rolls of earlier years
    to `rolls.csv`. What a scenario adds for later years is not part of these files.
    """
    path = Path(folder)
    texts = {
        "district.toml": _spell_district(district),
        "standards.toml": spell_standards(standards),
    }
    tables, layers = _tables(district), _layers(district, standards)
    frame, crs = Frame(district.crs, None), file_crs(district)
    if path.suffix.lower() in (".xlsx", ".gpkg"):
        pack = pack_workbook if path.suffix.lower() == ".xlsx" else pack_package
        turned = {name: _turn_layer(layer, frame, crs) for name, layer in layers.items()}
        with write_beside(path) as draft:
            pack(draft, texts, tables, turned)
        return
    with write_beside(path) as draft:
        (draft / "population").mkdir(parents=True)
        for name, text in texts.items():
            _save(draft / name, text)
        for name, table in tables.items():
            _save(draft / name, spell_table(table, index=False))
        for name, layer in layers.items():
            _save(draft / name, spell_layer(layer, frame, crs))


def _turn_layer(layer: gpd.GeoDataFrame, frame: Frame, crs: str) -> gpd.GeoDataFrame:
    """Return a layer in the CRS of the files, rounded as in a GeoJSON."""
    moved = frame.to_file(layer.geometry.to_numpy(), crs)
    rounded = shapely.transform(moved, lambda points: points.round(DECIMALS))
    plain = pd.DataFrame(layer.drop(columns=layer.geometry.name))
    return gpd.GeoDataFrame(plain, geometry=rounded, crs=crs)


def file_crs(district: District) -> str:
    """Return the CRS in degrees under the district's metric one, "EPSG:4490" for "EPSG:4544"."""
    crs = find_crs(district.crs)
    code = crs.geodetic_crs.to_epsg() if crs and crs.geodetic_crs else None
    return f"EPSG:{code}" if code else "EPSG:4326"


def _save(path: Path, text: str) -> None:
    path.write_text(text, "utf-8", newline="\n")


def _tables(district: District) -> dict[str, pd.DataFrame]:
    """Return file name -> table, as it stands in the file."""
    now = district.base_year
    ages = {age: f"age_{age}" for age in district.residents.columns if age != "total"}
    catchments = district.catchments.reset_index()
    rolls = district.rolls.reset_index()
    history = rolls[rolls.year < now]
    tables = {
        "zones.csv": _columns(district.zones.reset_index(), {"zone": "id"}),
        RESIDENTS: district.residents.rename(columns=ages).reset_index(),
        BIRTHS: district.births.reset_index(),
        RATIOS: district.cohort_ratios.rename("ratio").reset_index(),
        TAKE_UP: district.take_up.rename("rate").reset_index(),
        HOUSING: district.housing,
        "catchments.csv": _catchments(catchments[catchments.year == now], district.shares),
        "provenance.csv": district.provenance,
    }
    spare = {
        "rolls.csv": history,
        RESOURCES_FILE: district.resources.dropna(axis="columns", how="all").reset_index(),
        TRAVEL: district.travel.reset_index(),
        ATTEND: spell_counts(district.attend),
        RIDES: write_rides(district.rides, now),
        COMPOSITION: district.composition.reset_index(),
        ASSUMPTIONS: district.assumptions,
    }
    return tables | {name: table for name, table in spare.items() if len(table)}


def _catchments(table: pd.DataFrame, shares: pd.Series[float]) -> pd.DataFrame:
    """Return the catchments of the base year, a row for each school that shares a block."""
    table = table.drop(columns="year")
    if shares.empty:
        return table
    keys = ["block", "stage"]
    others = shares.reset_index()
    alone = table.set_index(keys).index.isin(others.set_index(keys).index)
    return pd.concat([table[~alone], others], ignore_index=True)


def _columns(table: pd.DataFrame, names: dict[str, str]) -> pd.DataFrame:
    return table.rename(columns=names)


def _layers(district: District, standards: Standards) -> dict[str, gpd.GeoDataFrame]:
    """Return file name -> layer, as its properties stand in the file."""
    layers = {
        BLOCKS: district.blocks.rename_axis("id").reset_index(),
        "schools.geojson": _schools(district, standards).rename_axis("id").reset_index(),
        "roads.geojson": district.roads.rename_axis("id").reset_index(),
        "sites.geojson": district.sites.rename_axis("id").reset_index(),
    }
    spare = {
        "water.geojson": district.water.rename_axis("id").reset_index(),
        NEIGHBOURS: district.neighbours.rename_axis("name").reset_index(),
    }
    return layers | {name: layer for name, layer in spare.items() if len(layer)}


def _schools(district: District, standards: Standards) -> gpd.GeoDataFrame:
    """Return schools with rooms and rolls of the base year as columns beside them."""
    now = district.base_year
    rooms = district.classrooms.xs(now, level="year").unstack("stage").add_prefix("classrooms_")
    rolls = district.rolls.xs(now, level="year")
    counts = [
        rolls[column].unstack("grade").add_prefix(prefix)
        for column, prefix in (("pupils", "roll_"), ("classes", "classes_"))
    ]
    schools = district.schools.drop(columns="every_grade")
    stated = [district.stated.unstack("stage").add_prefix("seats_")] if len(district.stated) else []
    for table in (rooms, *stated, *counts, *_outside(district, standards)):
        schools = schools.join(table.reindex(schools.index).astype("Int64"))
    return _add_sites(schools, district.campuses)


def _add_sites(schools: gpd.GeoDataFrame, campuses: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return schools with a further row for each further site of one."""
    if not len(campuses):
        return schools
    sites = campuses.rename(columns={"name": "campus", "grades": "campus_grades"})
    sites = sites.set_index("school").replace({"campus": {"": None}, "campus_grades": {"": None}})
    first = ~sites.index.duplicated()
    schools = schools.join(sites.loc[first, ["campus", "campus_grades"]])
    return gpd.GeoDataFrame(pd.concat([schools, sites[~first]]), crs=schools.crs)


def _outside(district: District, standards: Standards) -> list[pd.DataFrame]:
    """Return the pupils from outside by stage, where there are some."""
    if not len(district.outside):
        return []
    stage = district.outside.index.get_level_values("grade").map(standards.stage_of)
    counts = district.outside.groupby(["school", stage.rename("stage")]).sum()
    return [counts.unstack("stage").add_prefix("outside_")]


def spell_layer(layer: gpd.GeoDataFrame, frame: Frame, file_crs: str) -> str:
    """Return a layer as GeoJSON, a feature to a line."""
    moved = frame.to_file(layer.geometry.to_numpy(), file_crs)
    shapes = shapely.to_geojson(shapely.transform(moved, lambda points: points.round(DECIMALS)))
    rows = layer.drop(columns=layer.geometry.name).to_dict("records")
    features = [
        f'{{"type": "Feature", "properties": {_spell(_known(row))}, "geometry": {shape}}}'
        for row, shape in zip(rows, shapes, strict=True)
    ]
    return '{"type": "FeatureCollection", "features": [\n' + ",\n".join(features) + "\n]}\n"


def _known(row: dict[Any, Any]) -> dict[str, Any]:
    """Return a row as JSON values: None where nothing is known."""
    return {
        str(key): None
        if pd.isna(value)
        else value.item()
        if isinstance(value, np.generic)
        else value
        for key, value in row.items()
    }


def _spell(value: object) -> str:
    """Return a value as JSON, which TOML reads likewise for text, numbers and lists."""
    return json.dumps(value, ensure_ascii=False)


def _spell_district(district: District) -> str:
    lines = {
        "code": _spell(district.code),
        "name": _spell_name(district.name),
        "base_year": _spell(int(district.base_year)),
        "horizon": _spell(int(district.horizon)),
        "crs": _spell(district.crs),
        "file_crs": _spell(file_crs(district)),
        "detour": _spell(float(district.detour)),
    }
    return _spell_keys(lines)


def spell_standards(standards: Standards) -> str:
    """Return standards as the TOML that `read_standards` reads."""
    parts = []
    for stage in standards.stages:
        grades = ",\n".join(f"  {_spell_grade(grade)}" for grade in stage.grades)
        entries = {"code": _spell(stage.code), "name": _spell_name(stage.name)}
        entries |= {"intake": _spell(stage.intake), "compulsory": _spell(stage.compulsory)}
        entries |= {"grades": f"[\n{grades},\n]"}
        parts.append("[[stage]]\n" + _spell_keys(entries))
    kinds = {
        _spell(kind): f"{{name = {_spell_name(standards.kind_names[kind])}, "
        f"stages = {_spell(list(stages))}}}"
        for kind, stages in standards.kinds.items()
    }
    parts.append("[kinds]\n" + _spell_keys(kinds))
    for standard in standards.standards:
        told = {key: value for key, value in asdict(standard).items() if value not in (None, "")}
        entries = {key: _spell(value) for key, value in told.items()}
        entries |= {"name": _spell_name(standard.name), "limit": _spell_table(standard.limit)}
        entries |= {"within": _spell_table(standard.within)}
        parts.append("[[standard]]\n" + _spell_keys(entries))
    return "\n".join(parts)


def _spell_keys(entries: dict[str, str]) -> str:
    return "".join(f"{key} = {value}\n" for key, value in entries.items())


def _spell_name(name: Label) -> str:
    return _spell_table({"zh": name.zh, "en": name.en})


def _spell_grade(grade: Grade) -> str:
    ages = f"age_from = {grade.age_from}, age_to = {grade.age_to}"
    return f"{{code = {_spell(grade.code)}, name = {_spell_name(grade.name)}, {ages}}}"


def _spell_table(entries: Any) -> str:
    items: Iterable[tuple[str, object]] = entries.items()
    return "{" + ", ".join(f"{_spell(key)} = {_spell(value)}" for key, value in items) + "}"
