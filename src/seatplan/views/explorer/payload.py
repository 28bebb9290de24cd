"""Scenes -> the one JSON value that a page reads: texts, geometry and whole-number tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from seatplan.district.campuses import find_campuses
from seatplan.district.stages import name_rows
from seatplan.views.catalogue import read_catalogue
from seatplan.views.explorer.closures import describe_closures
from seatplan.views.explorer.futures import add_futures
from seatplan.views.explorer.ground import Places, add_board
from seatplan.views.explorer.packing import Packer
from seatplan.views.explorer.rules import (
    describe_standards,
    find_versions,
    list_size_limits,
    list_walk_limits,
    pair,
)
from seatplan.views.explorer.scene import Scene, check_scenes
from seatplan.views.explorer.themes import describe_themes
from seatplan.views.explorer.topology import build_topology
from seatplan.views.foot import name_datum, tell_assumptions
from seatplan.views.palette import BREAKS, CLASS_COLOURS, COLOURS, HATCH, RING_COLOURS

STEP = 1e-5  # degrees: the grid of the page, about a metre
ROAD_CLASSES = ("arterial", "secondary", "local", "path", "bridge")
NEAREST = 4  # schools of a stage whose walk is shown for a block


@dataclass(frozen=True)
class Axes:
    """The labels along which the tables of a page are laid out, in order."""

    scenes: Sequence[Scene]
    schools: gpd.GeoDataFrame  # every school of any scene
    stages: list[str]
    years: list[int]

    def stack(self, tables: list[pd.Series[int]], fill: int = 0) -> npt.NDArray[np.int64]:
        """Return one row for each table's label and year, scenes one below the other."""
        return np.concatenate([table.fillna(fill).to_numpy().astype(np.int64) for table in tables])


def build_payload(
    scenes: Sequence[Scene], *, stages: Sequence[str], years: Sequence[int], language: str
) -> dict[str, Any]:
    """Return everything a page shows of `scenes`, for `stages` and `years`.

    The first scene is what the others are compared with.
    """
    check_scenes(scenes)
    schools = pd.concat([scene.district.schools for scene in scenes])
    schools = schools[~schools.index.duplicated()]
    axes = Axes(scenes, schools, list(stages), list(years))
    packer = Packer()
    texts = describe_axes(axes) | {"language": language}
    texts["grid"] = add_geometry(packer, axes)
    texts["rows"] = add_tables(packer, axes)
    texts["sources"] = add_flags(packer, axes)
    texts["futures"] = add_futures(
        packer, [scene.futures for scene in scenes], texts["rows"]["schools"], stages, years
    )
    texts["closures"] = describe_closures(scenes, schools.index)
    add_nearest(packer, axes)
    texts["board"] = add_drafting(packer, axes)
    return texts | {"tables": packer.pack()}


def describe_axes(axes: Axes) -> dict[str, Any]:
    """Return the names of everything the tables count."""
    first = axes.scenes[0]
    zones = first.district.zones
    return {
        "district": pair(first.district.name),
        "base": first.district.base_year,
        "years": axes.years,
        "words": {key: pair(label) for key, label in read_catalogue().items()},
        "palette": {
            "breaks": list(BREAKS),
            "classes": list(CLASS_COLOURS),
            "hatch": HATCH,
            "rings": list(RING_COLOURS),
            **COLOURS,
        },
        "scenarios": [[scene.code, *pair(scene.title)] for scene in axes.scenes],
        "stages": [describe_stage(axes, code) for code in axes.stages],
        "gradeCodes": first.standards.grades,
        "kinds": {code: pair(label) for code, label in first.standards.kind_names.items()},
        "standards": describe_standards(axes.scenes),
        "townships": describe_zones(zones, first.district.blocks.township),
        "units": describe_zones(zones, first.district.blocks.unit),
        "blocks": [str(block) for block in first.district.blocks.index],
        "schools": [describe_school(school, row) for school, row in axes.schools.iterrows()],
        "themes": describe_themes(first, axes.stages),
        "crs": [name_datum(first.district.crs), first.district.crs],
        "provenance": list_provenance(first.district.provenance),
        "labels": count_labels(axes.schools),
        "assumed": [tell_assumptions(first.district, language) for language in ("zh", "en")],
    }


def describe_stage(axes: Axes, code: str) -> dict[str, Any]:
    """Return a stage's names, grades and limits: of the walk (m), and of the size of schools."""
    stage = axes.scenes[0].standards.stage(code)
    return {
        "code": code,
        "name": pair(stage.name),
        "intake": stage.intake,
        "walk": list_walk_limits(axes.scenes, code, axes.years),
        "size": list_size_limits(axes.scenes, code, axes.years),
        "grades": [[grade.code, *pair(grade.name)] for grade in stage.grades],
    }


def describe_zones(zones: pd.DataFrame, used: pd.Series[str]) -> list[list[str]]:
    """Return [id, name, English name] of each zone with blocks, in the order of `zones`."""
    present = set(used)
    known = [zone for zone in zones.index if zone in present]
    rest = sorted(present - set(known))
    names = [name_rows(zones, language).to_dict() for language in ("zh", "en")]
    return [[str(zone), *(str(of.get(zone, zone)) for of in names)] for zone in [*known, *rest]]


def describe_school(school: object, row: pd.Series[Any]) -> list[str]:
    """Return a school's texts, in the order that `model.js` reads them."""
    keys = ("name", "name_en", "kind", "setting", "run_by", "ownership", "township", "provenance")
    texts = [row.get(key) for key in keys]
    return [str(school), *("" if text is None or text != text else str(text) for text in texts)]


def list_provenance(table: pd.DataFrame) -> list[list[str]]:
    """Return where each column of each file comes from."""
    columns = ["file", "column", "provenance", "source", "note"]
    return table.reindex(columns=columns).fillna("").astype(str).to_numpy().tolist()


def count_labels(schools: gpd.GeoDataFrame) -> dict[str, int]:
    """Return how many schools carry each provenance label."""
    return {str(label): int(n) for label, n in schools.provenance.value_counts().items()}


def to_grid(shapes: gpd.GeoSeries, corner: npt.NDArray[np.float64]) -> gpd.GeoSeries:
    """Return shapes in grid units north-east of `corner` (longitude, latitude)."""
    moved = shapely.transform(shapes.to_numpy(), lambda points: (points - corner) / STEP)
    return gpd.GeoSeries(moved, index=shapes.index)


def add_geometry(packer: Packer, axes: Axes) -> dict[str, Any]:
    """Add borders, label points, schools and roads; return the grid they lie on."""
    district = axes.scenes[0].district
    blocks = district.blocks.geometry.to_crs(4326)
    corner = np.floor(blocks.total_bounds[:2] / STEP) * STEP
    topology = build_topology(to_grid(blocks, corner))
    add_lines(packer, "arc", topology.arcs)
    packer.add("arc_left", topology.left)
    packer.add("arc_right", topology.right)
    add_points(packer, "block", to_grid(blocks, corner).representative_point())
    add_points(packer, "school", to_grid(axes.schools.geometry.to_crs(4326), corner))
    add_campuses(packer, axes, corner)
    townships = [zone for zone, *_ in describe_zones(district.zones, district.blocks.township)]
    units = [zone for zone, *_ in describe_zones(district.zones, district.blocks.unit)]
    packer.add("block_township", find_places(townships, district.blocks.township))
    packer.add("block_unit", find_places(units, district.blocks.unit))
    packer.add("block_urban", (district.blocks.setting == "urban").to_numpy())
    roads = to_grid(district.roads.geometry.to_crs(4326), corner)
    add_lines(packer, "road", [np.rint(shapely.get_coordinates(line)) for line in roads])
    waters = to_grid(district.water.geometry.to_crs(4326), corner) if len(district.water) else []
    parts = [part for water in waters for part in shapely.get_parts(water)]
    shores = [ring for part in parts for ring in _list_outlines(part)]
    add_lines(packer, "water", [np.rint(shapely.get_coordinates(line)) for line in shores])
    packer.add("road_class", find_places(list(ROAD_CLASSES), district.roads.road_class))
    return {"corner": corner.round(5).tolist(), "step": STEP}


def _list_outlines(shape: BaseGeometry) -> list[BaseGeometry]:
    """Return a line as it is, and the rings of a polygon."""
    return list(shapely.get_rings(shape)) if shape.geom_type == "Polygon" else [shape]


def add_lines(packer: Packer, name: str, lines: Sequence[npt.NDArray[Any]]) -> None:
    """Add lines as their numbers of points, first points, and steps from point to point."""
    packer.add(f"{name}_size", [len(line) for line in lines])
    points = np.concatenate(lines) if len(lines) else np.zeros((0, 2))
    starts = np.cumsum([0, *(len(line) for line in lines)])[:-1].astype(int)
    steps = np.diff(points, axis=0, prepend=points[:1])
    steps[starts] = 0
    packer.add(f"{name}_first", points[starts])
    packer.add(f"{name}_steps", steps)


def add_points(packer: Packer, name: str, points: gpd.GeoSeries) -> None:
    """Add the places of points."""
    packer.add(f"{name}_x", np.rint(points.x))
    packer.add(f"{name}_y", np.rint(points.y))


def add_campuses(packer: Packer, axes: Axes, corner: npt.NDArray[np.float64]) -> None:
    """Add the further sites of schools, those of one stage after another; nothing where none is."""
    first = axes.scenes[0]
    taught = [[grade.code for grade in first.standards.stage(code).grades] for code in axes.stages]
    sites = [find_campuses(first.district, grades) for grades in taught]
    if not sum(map(len, sites)):
        return
    every = gpd.GeoDataFrame(pd.concat(sites))
    packer.add("campus_stage", np.repeat(np.arange(len(sites)), [len(own) for own in sites]))
    packer.add("campus_school", axes.schools.index.get_indexer(every.school))
    add_points(packer, "campus", to_grid(every.geometry.to_crs(4326), corner))


def add_tables(packer: Packer, axes: Axes) -> dict[str, Any]:
    """Add the whole-number tables; return the labels of their rows."""
    rows = {
        "schools": add_rows(
            packer, axes, "schools", ["classrooms", "seats", "pupils", "residents", "walk_m"]
        ),
        "grades": add_rows(packer, axes, "grades", ["pupils", "classes", "largest", "limit"]),
        "places": add_rows(packer, axes, "places", ["seats", "pupils", "residents", "unplaced"]),
    }
    add_blocks(packer, axes)
    opened = [scene.district.schools.opened.reindex(axes.schools.index) for scene in axes.scenes]
    closes = [scene.district.schools.closes.reindex(axes.schools.index) for scene in axes.scenes]
    count = len(axes.scenes)
    packer.add("school_opened", axes.stack(opened), parts=count)
    packer.add("school_closes", axes.stack(closes), parts=count)
    present = [axes.schools.index.isin(scene.district.schools.index) for scene in axes.scenes]
    packer.add("school_present", np.concatenate(present), parts=count)
    return rows


def add_rows(packer: Packer, axes: Axes, name: str, columns: list[str]) -> list[list[str]]:
    """Add a table laid out as scene x row x year; return its rows' labels."""
    tables = [getattr(scene.tables, name) for scene in axes.scenes]
    labels = tables[0].index.names[:-1]
    everything = tables[0].index.append([table.index for table in tables[1:]]).droplevel(-1)
    rows = everything.unique()
    rows = rows[keep_stages(rows, axes)]
    index = pd.MultiIndex.from_tuples(
        [(*row, year) for row in rows for year in axes.years], names=[*labels, "year"]
    )
    aligned = [table.reindex(index) for table in tables]
    for column in columns:
        values = axes.stack([table[column] for table in aligned])
        packer.add(f"{name}_{column}", values, row=len(axes.years), parts=len(axes.scenes))
    return [[str(label) for label in row] for row in rows]


def keep_stages(rows: pd.MultiIndex, axes: Axes) -> npt.NDArray[np.bool_]:
    """Return which rows belong to a stage that the page shows."""
    if "stage" in rows.names:
        return np.asarray(rows.get_level_values("stage").isin(axes.stages))
    stage_of = axes.scenes[0].standards.stage_of
    stages = rows.get_level_values("grade").map(stage_of)
    return np.asarray(stages.isin(axes.stages))


def add_blocks(packer: Packer, axes: Axes) -> None:
    """Add the tables of blocks, laid out as scene x stage x block x year."""
    blocks = axes.scenes[0].district.blocks.index
    index = pd.MultiIndex.from_product([axes.stages, blocks, axes.years])
    order = ["stage", "block", "year"]
    aligned = [scene.tables.blocks.reorder_levels(order).reindex(index) for scene in axes.scenes]
    schools = pd.Index(axes.schools.index)
    row, parts = len(axes.years), len(axes.scenes)
    for column, missing in (("pupils", 0), ("unplaced", 0), ("walk_m", -1)):
        values = axes.stack([table[column] for table in aligned], fill=missing)
        packer.add(f"blocks_{column}", values, row=row, parts=parts)
    school = [schools.get_indexer(table["school"]) for table in aligned]
    packer.add("blocks_school", np.concatenate(school), row=row, parts=parts)


def add_flags(packer: Packer, axes: Axes) -> list[str]:
    """Add one row for each flag, in order; return the clauses they name."""
    known = describe_standards(axes.scenes)
    tables = [
        scene.tables.flags.assign(scenario=at, standard=find_versions(scene, known))
        for at, scene in enumerate(axes.scenes)
    ]
    flags = pd.concat(tables, ignore_index=True)
    flags = flags[flags.year.isin(axes.years) & flags.stage.isin([*axes.stages, ""])]
    sources = sorted(set(flags.source.astype(str)))
    table = pd.DataFrame(
        {
            "scenario": flags.scenario,
            "standard": flags.standard,
            "school": find_places(list(axes.schools.index), flags.school),
            "stage": find_places(axes.stages, flags.stage),
            "grade": find_places(axes.scenes[0].standards.grades, flags.grade.fillna("")),
            "year": flags.year,
            "source": find_places(sources, flags.source.astype(str)),
            "first_year": flags.first_year,
        }
    ).sort_values(["scenario", "standard", "school", "stage", "grade", "year"])
    for name in table:
        packer.add(f"flags_{name}", table[name], row=len(table))
    for name in ("value", "limit"):  # as the tables round them
        packer.add_floats(f"flags_{name}", flags.loc[table.index, name])
    return sources


def add_drafting(packer: Packer, axes: Axes) -> dict[str, Any] | None:
    """Add what drafts are counted from, where every scene brings it; return its texts."""
    boards = [scene.board for scene in axes.scenes if scene.board is not None]
    if len(boards) < len(axes.scenes):
        return None
    first = axes.scenes[0].district
    places = Places(axes.schools, boards[0].sites, first.blocks.index, axes.stages, axes.years)
    return add_board(packer, boards, places)


def find_places(labels: list[str], wanted: pd.Series[str]) -> npt.NDArray[np.int64]:
    """Return the position of each wanted label among `labels`, -1 where it is not there."""
    return np.asarray(pd.Index(labels).get_indexer(pd.Index(wanted)), dtype=np.int64)


def add_nearest(packer: Packer, axes: Axes) -> None:
    """Add the nearest schools of each block and stage, whether open or not, with their walks."""
    metres = pd.concat([scene.metres for scene in axes.scenes], axis=1)
    metres = metres.loc[:, ~metres.columns.duplicated()].reindex(columns=axes.schools.index)
    metres = metres.reindex(axes.scenes[0].district.blocks.index)
    walks = metres.to_numpy(dtype=float, na_value=np.inf)
    teaches = [
        {school for school, stage, _ in scene.tables.schools.index if stage == code}
        for code in axes.stages
        for scene in axes.scenes
    ]
    found, lengths = [], []
    for number in range(len(axes.stages)):
        ids = set().union(*teaches[number * len(axes.scenes) : (number + 1) * len(axes.scenes)])
        places = np.flatnonzero(axes.schools.index.isin(ids))
        order = np.argsort(walks[:, places], axis=1, kind="stable")[:, :NEAREST]
        nearest = places[order] if len(places) else np.zeros((len(walks), 0), dtype=int)
        length = np.take_along_axis(walks, nearest, axis=1)
        missing = NEAREST - nearest.shape[1]
        nearest = np.where(np.isfinite(length), nearest, -1)
        found.append(np.pad(nearest, ((0, 0), (0, missing)), constant_values=-1))
        length = np.where(np.isfinite(length), length.round(), 0)
        lengths.append(np.pad(length, ((0, 0), (0, missing))))
    packer.add("nearest_school", np.stack(found))
    packer.add("nearest_metres", np.stack(lengths))
