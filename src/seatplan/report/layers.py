"""The plan's layers for QGIS: a GeoPackage whose layers carry their styles and two names.

QGIS reads the table `layer_styles` when it opens a layer, and draws it as the maps of seatplan do.
Each layer is named in English and Chinese. The same outcome gives the same bytes.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from xml.sax.saxutils import quoteattr

import geopandas as gpd
import pandas as pd

from seatplan.outcome import Outcome
from seatplan.report.brief import Brief
from seatplan.results import MADE, without_clock
from seatplan.views.catalogue import say
from seatplan.views.palette import BREAKS, CLASS_COLOURS, COLOURS
from seatplan.views.pictures import name_classes

OWNER = "seatplan"  # of the styles: by it a later run knows the file as ours and replaces it
FAR = 10**9  # a bound that no balance reaches
STYLES = """CREATE TABLE layer_styles (
  id INTEGER PRIMARY KEY, f_table_catalog TEXT, f_table_schema TEXT, f_table_name TEXT,
  f_geometry_column TEXT, styleName TEXT, styleQML TEXT, styleSLD TEXT, useAsDefault BOOLEAN,
  description TEXT, owner TEXT, ui TEXT, update_time DATETIME)"""
LISTED = """INSERT INTO gpkg_contents (table_name, data_type, identifier, description, last_change)
  VALUES ('layer_styles', 'attributes', 'layer_styles', '', ?)"""


def write_layers(brief: Brief, path: Path) -> None:
    """Write the layers of the plan in the year of its last step, with their styles.

    Catchments of each stage that has them (seats, residents, balance, and the balance as it is),
    schools with the figures of every stage they teach, townships, roads and water.
    """
    styles = {}
    with without_clock():
        for name, layer, style in _list_layers(brief):
            layer.to_file(path, layer=name, driver="GPKG", engine="pyogrio")
            styles[name] = style
    with closing(sqlite3.connect(path)) as file:
        file.execute(STYLES)
        file.execute(LISTED, [MADE])
        file.executemany(
            "INSERT INTO layer_styles VALUES (?, '', '', ?, 'geom', ?, ?, '', 1, '', ?, '', ?)",
            [
                (at, name, name[:30], qml, OWNER, MADE)
                for at, (name, qml) in enumerate(styles.items(), 1)
            ],
        )
        file.commit()


def _list_layers(brief: Brief) -> Iterator[tuple[str, gpd.GeoDataFrame, str]]:
    """Yield each layer's name in both languages, its features and its style as QML."""
    district = brief.plan.district
    townships = gpd.GeoDataFrame(geometry=district.townships).reset_index()
    townships["name"] = townships.township.map(brief.names[-1].places)
    yield _name("townships"), townships, _style_outline("0.5", COLOURS["ink"])
    if len(district.water):
        yield _name("water"), district.water.reset_index(drop=True), _style_line("water", "0.5")
    if len(district.roads):
        yield _name("roads"), district.roads.reset_index(drop=True), _style_line("line", "0.2")
    for stage in brief.zoned:
        yield (
            _name("catchments", stage, brief.plan),
            _list_areas(brief, stage),
            _style_classes(brief.language),
        )
    yield _name("schools"), _list_schools(brief), _style_points()


def _name(key: str, stage: str = "", outcome: Outcome | None = None) -> str:
    """Name a layer in English and Chinese: "catchments_primary_小学学区"."""
    chinese = say(f"gis.{key}", "zh")
    if outcome is None:
        return f"{key}_{chinese}"
    return f"{key}_{stage}_{outcome.standards.stage(stage).name.zh}{chinese}"


def _list_areas(brief: Brief, stage: str) -> gpd.GeoDataFrame:
    """Return the catchments of a stage in the year of the plan, one row for each."""
    year, plan = brief.target, brief.plan
    areas = plan.district.blocks[["geometry"]].assign(
        school=plan.catchments.name_areas(stage, year)
    )
    areas = areas[areas.school != ""].dissolve("school").reset_index()
    keys = [(school, stage, year) for school in areas.school]
    rows = brief.results[-1].schools.reindex(keys)
    now = brief.results[0].schools.balance.reindex(keys)
    areas["name"] = areas.school.map(brief.names[-1].schools).fillna(areas.school)
    for column in ("seats", "residents", "balance"):
        areas[column] = rows[column].astype("Int64").to_numpy()
    return areas.assign(balance_today=now.astype("Int64").to_numpy(), stage=stage, year=year)


def _list_schools(brief: Brief) -> gpd.GeoDataFrame:
    """Return every school and stage with its figures in the year of the plan."""
    rows = brief.results[-1].schools.xs(brief.target, level="year").reset_index()
    places = brief.plan.district.schools.loc[rows.school]
    rows.insert(1, "name", rows.school.map(brief.names[-1].schools))
    opened, closes = places.opened.astype("Int64"), places.closes.astype("Int64")
    table = pd.DataFrame(rows).assign(
        kind=places.kind.to_numpy(),
        setting=places.setting.to_numpy(),
        opens=opened.to_numpy(),
        closes=closes.to_numpy(),
        year=brief.target,
    )
    return gpd.GeoDataFrame(table, geometry=places.geometry.to_numpy(), crs=places.crs)


def _style_classes(language: str) -> str:
    """Colour areas by the classes of the balance that every map of seatplan has."""
    bounds = [-FAR, *(bound if bound > 0 else bound - 1 for bound in BREAKS), FAR]
    ranges, symbols = [], []
    classes = zip(pairwise(bounds), CLASS_COLOURS, name_classes(language), strict=True)
    for at, ((low, high), colour, label) in enumerate(classes):
        first = low if at == 0 else low + 1
        ranges.append(
            f'<range symbol="{at}" lower="{first}" upper="{high}" render="true" '
            f"label={quoteattr(label)}/>"
        )
        symbols.append(
            _symbol("fill", at, "SimpleFill", color=colour, outline=COLOURS["catchment"])
        )
    return _wrap(
        '<renderer-v2 type="graduatedSymbol" attr="balance" graduatedMethod="GraduatedColor" '
        f'symbollevels="0"><ranges>{"".join(ranges)}</ranges>'
        f"<symbols>{''.join(symbols)}</symbols></renderer-v2>"
    )


def _style_points() -> str:
    return _single(_symbol("marker", 0, "SimpleMarker", color=COLOURS["panel"],
                           outline=COLOURS["ink"], size="2"))  # fmt: skip


def _style_line(colour: str, width: str) -> str:
    return _single(_symbol("line", 0, "SimpleLine", color=COLOURS[colour], width=width))


def _style_outline(width: str, colour: str) -> str:
    return _single(_symbol("line", 0, "SimpleLine", color=colour, width=width, kind="fill"))


def _single(symbol: str) -> str:
    return _wrap(
        f'<renderer-v2 type="singleSymbol" symbollevels="0"><symbols>{symbol}</symbols>'
        "</renderer-v2>"
    )


def _wrap(renderer: str) -> str:
    return (
        "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>"
        f'<qgis version="3.22.0" styleCategories="Symbology">{renderer}</qgis>'
    )


def _symbol(
    shape: str, at: int, layer: str, *, color: str, outline: str = "", width: str = "0.2",
    size: str = "", kind: str = "",
) -> str:  # fmt: skip
    """Write a symbol of one layer; `kind` is its type where that is not the layer's own."""
    options = {"outline_width": width, "outline_style": "solid"}
    if shape == "line":
        options = {"line_color": _spell(color), "line_width": width}
    else:
        options |= {"color": _spell(color), "outline_color": _spell(outline), "style": "solid"}
    if size:
        options |= {"size": size, "name": "circle"}
    told = "".join(
        f'<Option type="QString" name="{key}" value="{value}"/>' for key, value in options.items()
    )
    return (
        f'<symbol type="{kind or shape}" name="{at}" alpha="1"><layer class="{layer}" enabled="1" '
        f'pass="0" locked="0"><Option type="Map">{told}</Option></layer></symbol>'
    )


def _spell(colour: str) -> str:
    """Write "#8f3a10" as QGIS does: "143,58,16,255"."""
    return ",".join(str(int(colour[at : at + 2], 16)) for at in (1, 3, 5)) + ",255"
