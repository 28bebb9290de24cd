"""A checked draft -> District: words as text, counts as int, ids as index."""

from __future__ import annotations

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd

from seatplan.district.attend import read_attend
from seatplan.district.campuses import read_campuses
from seatplan.district.composition import read_composition
from seatplan.district.declarations import DistrictFile
from seatplan.district.defaults import complete_draft
from seatplan.district.district import RESOURCES, District, no_travel
from seatplan.district.draft import Draft
from seatplan.district.order import order_places
from seatplan.district.outside import count_outside
from seatplan.district.rides import read_rides
from seatplan.district.stated import read_stated
from seatplan.district.tables import (
    AGES,
    BIRTHS,
    BLOCKS,
    HOUSING,
    NEIGHBOURS,
    RATIOS,
    RESIDENTS,
    RESOURCES_FILE,
    SCENARIOS,
    TAKE_UP,
    TRAVEL,
)


def build_district(settings: DistrictFile, draft: Draft, inputs: Mapping[str, str]) -> District:
    """Return the district of a draft without problems."""
    year, outside = settings.base_year, count_outside(draft)
    draft, assumptions = complete_draft(
        draft, settings.crs, settings.detour, settings.metres_a_minute
    )
    schools = _schools(draft)
    sharers = _order_sharers(draft, schools)
    return District(
        name=settings.name.label(),
        code=settings.code,
        base_year=year,
        horizon=settings.horizon,
        crs=settings.crs,
        zones=_label(draft.tables["zones.csv"], "zone"),
        blocks=_layer(draft, BLOCKS, "block"),
        residents=_residents(draft),
        births=_births(draft.tables[BIRTHS]),
        cohort_ratios=_series(draft.tables[RATIOS], ["age"], "ratio").sort_index(),
        take_up=_series(draft.tables[TAKE_UP], ["stage", "year"], "rate"),
        housing=_whole(draft.tables[HOUSING], ["year", "dwellings"]).reset_index(drop=True),
        schools=schools,
        classrooms=_classrooms(draft, year),
        rolls=_rolls(draft, year),
        catchments=_catchments(sharers, year),
        shares=_shares(sharers),
        successors=_no_successors(),
        roads=_layer(draft, "roads.geojson", "road"),
        sites=_sites(draft),
        provenance=_texts(draft.tables["provenance.csv"]).reset_index(drop=True),
        inputs=inputs,
        water=_spare(draft, "water.geojson", "water", settings.crs),
        neighbours=_spare(draft, NEIGHBOURS, "name", settings.crs),
        detour=float(settings.detour),
        assumptions=assumptions,
        outside=outside,
        resources=_resources(draft),
        stated=read_stated(draft),
        travel=_travel(draft),
        attend=read_attend(draft),
        rides=read_rides(draft, year),
        composition=read_composition(draft),
        campuses=read_campuses(draft, settings.crs),
    )


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


def _residents(draft: Draft) -> pd.DataFrame:
    """Return residents by block, in the order of the blocks: total, then single years of age.

    Whole numbers as int; fractions, as areal interpolation leaves them, as they stand.
    """
    table = draft.tables[RESIDENTS].set_index("block")
    ages = {f"age_{age}": age for age in AGES}
    blocks = pd.Index(draft.tables[BLOCKS].id, dtype="str", name="block")
    people = table[["total", *ages]].rename(columns=ages)
    whole = bool((people % 1 == 0).to_numpy().all())
    return (people.astype(int) if whole else people).reindex(blocks)


def _births(table: pd.DataFrame) -> pd.DataFrame:
    """Return births by year, a column for each births scenario."""
    return _whole(table, ["year"]).set_index("year").sort_index()[list(SCENARIOS)]


def _schools(draft: Draft) -> gpd.GeoDataFrame:
    """Return schools as points; rooms and rolls stand in tables of their own."""
    counted = ("classrooms_", "seats_", "outside_", "roll_", "classes_")
    layer = _layer(draft, "schools.geojson", "school")
    sites = ("campus", "campus_grades")
    dropped = [column for column in layer if str(column).startswith((*counted, *sites))]
    layer = layer.drop(columns=dropped)
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
        history = history[history.year < year]  # those of the base year are held equal to `rolls`
        rolls = pd.concat([history.fillna({"classes": 0}), rolls], ignore_index=True)
    rolls = _whole(rolls, ["pupils", "classes", "year"])
    return rolls.set_index(["school", "grade", "year"])[["pupils", "classes"]]


def _catchments(table: pd.DataFrame, year: int) -> pd.Series[str]:
    """Return the school of each block and stage with catchments, from the base year on."""
    first = table[~table.duplicated(["block", "stage"])].assign(year=year)
    return first.set_index(["block", "stage", "year"]).school


def _shares(table: pd.DataFrame) -> pd.Series[float]:
    """Return the share of each school where several share a block."""
    several = table[table.duplicated(["block", "stage"], keep=False)]
    return several.set_index(["block", "stage", "school"]).share.astype(float)


def _order_sharers(draft: Draft, schools: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return the rows of the catchments; of those who share a block the largest share first.

    Where seats decide, or shares are alike, the order of places does, and never that of rows.
    """
    table = _texts(draft.tables["catchments.csv"])
    rank = pd.Series(np.argsort(order_places(schools)), schools.index)
    group = table.groupby(["block", "stage"], sort=False).ngroup()
    share = -table.share.fillna(0.0).astype(float)
    return table.iloc[np.lexsort((rank[table.school], share, group))]


def _no_successors() -> pd.DataFrame:
    """Return the table of merged schools, empty: merging is what a scenario does."""
    columns = {"into": pd.Series(dtype="str"), "year": pd.Series(dtype=int)}
    return pd.DataFrame(columns, index=pd.Index([], name="school", dtype="str"))


def _sites(draft: Draft) -> gpd.GeoDataFrame:
    layer = _layer(draft, "sites.geojson", "site")
    return layer.astype({"max_classrooms": int, "earliest_year": int})


def _travel(draft: Draft) -> pd.Series[float]:
    """Return the ways that are stated, metres."""
    if not draft.has(TRAVEL):
        return no_travel()
    return _series(draft.tables[TRAVEL], ["block", "school"], "metres")


def _spare(draft: Draft, name: str, index: str, crs: str) -> gpd.GeoDataFrame:
    """Return a layer that may be left out, without a row where it is."""
    if name in draft.tables:
        return _layer(draft, name, index)
    return gpd.GeoDataFrame(geometry=[], crs=crs)


def _resources(draft: Draft) -> pd.DataFrame:
    """Return what schools have, by school and stage; NaN where nobody said."""
    columns = {name: pd.Series(dtype=float) for name in RESOURCES}
    keys = {"school": pd.Series(dtype="str"), "stage": pd.Series(dtype="str")}
    table = draft.tables.get(RESOURCES_FILE, pd.DataFrame(keys | columns))
    labelled = _texts(table[[*keys, *columns]]).set_index(list(keys))
    return labelled.reindex(columns=list(RESOURCES)).astype(float).sort_index()
