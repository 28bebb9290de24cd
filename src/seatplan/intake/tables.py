"""The tables and layers of a new district, as they stand in its folder."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from seatplan.district.layers import Frame
from seatplan.district.standards import Standards
from seatplan.district.tables import AGES, BLOCKS
from seatplan.district.writing import spell_layer
from seatplan.intake.areas import Areas
from seatplan.intake.rooms import count_seats
from seatplan.intake.schools import Schools, Told
from seatplan.intake.words import find_word
from seatplan.literal import spell_table

RUN_BY = {"public": "district", "inclusive": "private", "private": "private"}
FILE_CRS = "EPSG:4490"


def find_kind(standards: Standards, taught: tuple[str, ...]) -> str:
    """Return the kind of school that teaches these stages; a new one where none does."""
    same = [kind for kind, stages in standards.kinds.items() if tuple(stages) == taught]
    return same[0] if same else "_".join(taught)


def list_zones(areas: Areas, place: str) -> str:
    """Return townships, and every area as a unit; where none is named, the district is the one."""
    towns = {name: f"T{at:02d}" for at, name in enumerate(dict.fromkeys(areas.table.township), 1)}
    rows = [(code, name or place, "township", "") for name, code in towns.items()]
    rows += [
        (f"U{block}", name, "unit", towns[town])
        for block, name, town in zip(
            areas.table.index, areas.table.name, areas.table.township, strict=True
        )
    ]
    table = pd.DataFrame(rows, columns=["id", "name", "kind", "parent"])
    return spell_table(table, index=False)


def spell_residents(areas: Areas) -> str:
    """Return residents by area and age, to four decimals."""
    people = areas.residents.rename(columns={age: f"age_{age}" for age in AGES}).round(4)
    people["total"] = np.maximum(people.total, people.drop(columns="total").sum(axis=1).round(4))
    order = ["total", *(f"age_{age}" for age in AGES)]
    return spell_table(people[order].rename_axis("block"))


def spell_told(told: list[Told]) -> str:
    """Return what was assumed, each once."""
    rows = list(dict.fromkeys((table, words.zh, words.en) for table, words in told))
    return spell_table(pd.DataFrame(rows, columns=["table", "zh", "en"]), index=False)


def spell_layers(
    areas: Areas,
    schools: Schools,
    rules: Standards,
    points: gpd.GeoSeries,
    rooms: pd.DataFrame,
    classes: pd.DataFrame,
    campuses: gpd.GeoDataFrame,
) -> dict[str, str]:
    """Return the layers of blocks and schools as GeoJSON; further campuses after the schools."""
    towns = {name: f"T{at:02d}" for at, name in enumerate(dict.fromkeys(areas.table.township), 1)}
    blocks = pd.DataFrame(
        {
            "id": areas.table.index,
            "unit": [f"U{block}" for block in areas.table.index],
            "township": areas.table.township.map(towns).to_numpy(),
            "setting": _settings(areas.table.setting),
            "provenance": "real",
        }
    )
    rows = _list_schools(schools, rules, blocks, find_block(areas.shapes, points))
    _add_counts(rows, schools, rules, rooms, classes)
    rows["provenance"] = "real"
    rows, places = _add_campuses(rows, points, campuses, blocks, areas)
    frame, crs = Frame(str(points.crs), None), str(points.crs)
    layers = {
        BLOCKS: gpd.GeoDataFrame(blocks, geometry=areas.shapes.to_numpy(), crs=crs),
        "schools.geojson": gpd.GeoDataFrame(rows, geometry=places, crs=crs),
    }
    return {name: spell_layer(layer, frame, FILE_CRS) for name, layer in layers.items()}


def _list_schools(
    schools: Schools, rules: Standards, blocks: pd.DataFrame, near: list[str]
) -> pd.DataFrame:
    """Return a row for each school: its name, kind and place; `near`: the block it stands in."""
    home = blocks.set_index("id").loc[near].reset_index(drop=True)
    taught = [
        tuple(s.code for s in rules.stages if any(g.code in own for g in s.grades))
        for own in schools.teaches.values()
    ]
    said = schools.table.setting
    return pd.DataFrame(
        {
            "id": schools.table.index,
            "name": schools.table.name.to_numpy(),
            "kind": [find_kind(rules, stages) for stages in taught],
            "unit": home.unit,
            "township": home.township,
            "setting": [own or there for own, there in zip(said, home.setting, strict=True)],
            "run_by": schools.table.ownership.map(RUN_BY).to_numpy(),
            "ownership": schools.table.ownership.to_numpy(),
        }
    )


def _add_counts(
    rows: pd.DataFrame,
    schools: Schools,
    rules: Standards,
    rooms: pd.DataFrame,
    classes: pd.DataFrame,
) -> None:
    """Add rooms, rolls and classes to the rows of schools; changes `rows`."""
    seats = count_seats(schools, rooms)
    for stage in rules.stages:
        if seats[stage.code].notna().any():
            rows[f"seats_{stage.code}"] = seats[stage.code].astype("Int64").to_numpy()
        rows[f"classrooms_{stage.code}"] = rooms[stage.code].astype("Int64").to_numpy()
        teaches = rooms[stage.code].notna()
        for grade in stage.grades:
            for what, counts in (("roll", schools.rolls), ("classes", classes)):
                column = counts[grade.code].where(~teaches | counts[grade.code].notna(), 0)
                rows[f"{what}_{grade.code}"] = column.astype("Int64").to_numpy()


def _add_campuses(
    rows: pd.DataFrame,
    points: gpd.GeoSeries,
    campuses: gpd.GeoDataFrame,
    blocks: pd.DataFrame,
    areas: Areas,
) -> tuple[pd.DataFrame, NDArray[np.object_]]:
    """Return the rows of schools and then those of further campuses, and where all stand."""
    if not len(campuses):
        return rows, points.to_numpy()
    several = rows.id.isin(campuses.school)
    rows = rows.assign(campus=pd.Series("1", rows.index).where(several), campus_grades=None)
    home = blocks.set_index("id").loc[find_block(areas.shapes, campuses.geometry)]
    name = rows.set_index("id").name.loc[campuses.school].to_numpy()
    more = pd.DataFrame({"id": campuses.school, "name": name}).assign(
        unit=home.unit.to_numpy(),
        township=home.township.to_numpy(),
        setting=home.setting.to_numpy(),
        campus=campuses.campus,
        campus_grades=campuses.campus_grades,
        provenance="real",
    )
    everywhere = np.concatenate([points.to_numpy(), campuses.geometry.to_numpy()])
    return pd.concat([rows, more], ignore_index=True), everywhere


def _settings(words: pd.Series[str]) -> list[str]:
    """Return urban, town or rural; a town where nothing is said."""
    return [find_word(word, "setting") or "town" for word in words]


def find_block(shapes: gpd.GeoSeries, points: gpd.GeoSeries) -> list[str]:
    """Return the area that each point lies in, or the nearest."""
    tree = shapely.STRtree(shapes.to_numpy())
    point, shape = tree.query_nearest(points.to_numpy(), all_matches=False)
    return [str(shapes.index[at]) for at in shape[np.argsort(point)]]
