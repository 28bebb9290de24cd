"""Folium maps of one stage in one year: any measure by catchment, schools by symbol, lines."""

from __future__ import annotations

import html
from typing import Any

import folium
import geopandas as gpd
import pandas as pd

from seatplan.errors import InputError
from seatplan.outcome import Outcome
from seatplan.views.catalogue import say
from seatplan.views.folium_map import Panel, SeatMap, Thinning, find_base_map
from seatplan.views.layers import add_areas, add_lines, add_panes, add_schools, draw_symbol
from seatplan.views.layers import spell_value as spell
from seatplan.views.pictures import SYMBOLS, name_symbol
from seatplan.views.plates import Plate, find_core, read_plate
from seatplan.views.shades import (
    Shade,
    check_choice,
    choose_shade,
    name_zones,
    read_values,
    shade_areas,
)

Shown = tuple[str, int, str, str]  # stage, year, measure, language


def map_outcome(
    outcome: Outcome,
    *,
    stage: str,
    year: int,
    measure: str = "balance",
    language: str = "zh",
    tiles: Any = None,
) -> folium.Map:
    """Return a folium map of a measure by catchment, with schools by symbol, for a stage and year.

    Anything of folium may be added to it. As it is, it needs no network, and no name in the data
    is read as code.

    Parameters
    ----------
    measure
        Any measure along schools or blocks (`measures.registry.MEASURES`).
    language
        "zh" or "en".
    tiles
        Base map: None, "tianditu" (key in the environment, TIANDITU_KEY; it stands readable in the
        page), or what `folium.TileLayer` takes.

    Raises
    ------
    InputError
        The outcome holds no such stage or year, or no map shows the measure.

    >>> from seatplan.examples import toy_outcome
    >>> map_outcome(toy_outcome(), stage="primary", year=2022).save("out.html")  # doctest: +SKIP
    """
    shown = (stage, year, measure, language)
    sheet, shade = _open_map(outcome, shown, tiles)
    areas, plate = _read_areas(outcome, shown), read_plate(outcome, stage, year)
    if plate.zoned or areas.index.name == "block":
        key = "folium.blocks" if areas.index.name == "block" else "folium.catchments"
        group = folium.FeatureGroup(say(key, language)).add_to(sheet)
        add_areas(group, areas, shade, _name_columns(areas, shown), language)
    add_lines(sheet, outcome, plate, language)
    group = folium.FeatureGroup(say("folium.schools", language)).add_to(sheet)
    add_schools(group, plate, _tell_schools(outcome, shown), _name_school(shown), shade)
    counted = areas.value if plate.zoned else plate.schools.balance
    legend = _write_legend(outcome, shown, shade, counted)
    return _close_map(sheet, legend)


def map_comparison(
    baseline: Outcome,
    plan: Outcome,
    *,
    stage: str,
    year: int,
    measure: str = "balance",
    language: str = "zh",
    tiles: Any = None,
) -> folium.Map:
    """Return a map that shows `plan`, `baseline` or what changes between them, one at a time.

    What changes is the plan's value less today's, block by block; of a stage without catchments,
    school by school it can be read from the cards. See `map_outcome`.
    """
    shown = (stage, year, measure, language)
    if list(baseline.district.blocks.index) != list(plan.district.blocks.index):
        raise InputError(
            f"map: {plan.scenario.name} and {baseline.scenario.name} differ in blocks; "
            "show scenarios of one district"
        )
    sheet, shade = _open_map(plan, shown, tiles)
    titles = [
        f"{say(key, language)}: {one.scenario.title.of(language)}"
        for key, one in (("folium.plan", plan), ("folium.today", baseline))
    ]
    for title, one in zip(titles, (plan, baseline), strict=True):
        group = folium.FeatureGroup(html.escape(title), overlay=False, show=one is plan)
        group.add_to(sheet)
        areas, plate = _read_areas(one, shown), read_plate(one, stage, year)
        if plate.zoned or areas.index.name == "block":
            add_areas(group, areas, shade, _name_columns(areas, shown), language)
        add_schools(group, plate, _tell_schools(one, shown), _name_school(shown), shade)
    group = folium.FeatureGroup(say("folium.difference", language), overlay=False, show=False)
    group.add_to(sheet)
    changes = _read_changes(baseline, plan, shown)
    words = {"today": say("folium.today", language), "plan": say("folium.plan", language),
             "told": say("folium.difference", language)}  # fmt: skip
    add_areas(group, changes, shade if shade.signed else _part_changes(changes), words, language)
    plate = read_plate(plan, stage, year)
    add_lines(sheet, plan, plate, language)
    areas = _read_areas(plan, shown)
    counted = areas.value if plate.zoned else plate.schools.balance
    return _close_map(sheet, _write_legend(plan, shown, shade, counted))


def _open_map(outcome: Outcome, shown: Shown, tiles: Any) -> tuple[SeatMap, Shade]:
    stage, year, measure, language = shown
    check_choice(outcome.standards, outcome.district.years, stage, year)
    shade = choose_shade(outcome, measure, stage)
    sheet = SeatMap(_write_title(outcome, shown), language, control_scale=True, zoom_snap=0.25)
    add_panes(sheet)
    base = find_base_map(tiles)
    if base is not None:
        base.overlay, base.control = True, True  # beside scenarios, not in the stead of one
        base.add_to(sheet)
    box = outcome.district.blocks.geometry.to_crs(4326).total_bounds
    sheet.fit_bounds([[box[1], box[0]], [box[3], box[2]]], padding=(12, 12))
    return sheet, shade


def _close_map(sheet: SeatMap, legend: str) -> SeatMap:
    Panel(legend).add_to(sheet)
    folium.LayerControl(collapsed=False).add_to(sheet)
    Thinning().add_to(sheet)
    return sheet


def _write_title(outcome: Outcome, shown: Shown) -> str:
    stage, year, measure, language = shown
    return say(
        "folium.title",
        language,
        district=outcome.district.name.of(language),
        stage=outcome.standards.stage(stage).name.of(language),
        year=year,
        measure=say(f"measure.{measure}", language),
    )


def _read_areas(outcome: Outcome, shown: Shown) -> gpd.GeoDataFrame:
    """Return areas with their value, its words and their name; index `zone` or `block`."""
    stage, year, measure, language = shown
    values = read_values(outcome, measure, stage, year)
    along = str(values.index.name)
    zones = name_zones(outcome, along, stage, year)
    blocks = outcome.district.blocks
    areas = blocks[["geometry"]].assign(zone=zones).dissolve("zone")
    areas["value"] = shade_areas(outcome, values, measure, stage, year).reindex(areas.index)
    areas["told"] = [spell(value, measure, language) for value in areas.value]
    known = outcome.district.schools.name.to_dict()
    areas["name"] = [
        " + ".join(str(known.get(part, part)) for part in str(zone).split("+"))
        or say("folium.none", language)
        for zone in areas.index
    ]
    return areas.rename_axis("block" if along == "block" else "zone")


def _read_changes(baseline: Outcome, plan: Outcome, shown: Shown) -> gpd.GeoDataFrame:
    """Return what the value of each block's area becomes, areas of one change together."""
    stage, year, measure, language = shown
    found = {}
    for key, outcome in (("today", baseline), ("plan", plan)):
        values = read_values(outcome, measure, stage, year)
        zones = name_zones(outcome, str(values.index.name), stage, year)
        found[key] = zones.map(shade_areas(outcome, values, measure, stage, year))
    blocks = plan.district.blocks[["geometry"]].assign(**found)
    areas = blocks.dissolve(["today", "plan"], dropna=False).reset_index()
    areas["value"] = areas.plan - areas.today
    for key, column in (("told", areas.value), ("today", areas.today), ("plan", areas.plan)):
        areas[key] = [spell(value, measure, language) for value in column]
    return areas


def _part_changes(changes: gpd.GeoDataFrame) -> Shade:
    """Return classes of change for a measure that grows from none: brown more, blue less."""
    from seatplan.views.palette import CLASS_COLOURS

    top = float(changes.value.abs().max()) if changes.value.notna().any() else 1.0
    breaks = tuple(share * (top or 1.0) for share in (-0.6, -0.3, -0.1, 0.1, 0.3, 0.6))
    return Shade(breaks, CLASS_COLOURS[::-1])


def _name_columns(areas: gpd.GeoDataFrame, shown: Shown) -> dict[str, str]:
    key = "folium.block" if areas.index.name == "block" else "folium.catchment"
    return {"name": say(key, shown[3]), "told": say(f"measure.{shown[2]}", shown[3])}


def _tell_schools(outcome: Outcome, shown: Shown) -> pd.DataFrame:
    """Return what a school's card says, index `school`."""
    stage, year, measure, language = shown
    schools = outcome.district.schools
    values = read_values(outcome, measure, stage, year)
    own = values if values.index.name != "block" else pd.Series(dtype=float)
    counts = {key: read_values(outcome, key, stage, year) for key in ("seats", "pupils")}
    table = {
        "name": schools.name.astype(str),
        "value": own.reindex(schools.index),
        "told": [spell(one, measure, language) for one in own.reindex(schools.index)],
        **{f"{key}_told": [spell(one, key, language) for one in counts[key].reindex(schools.index)]
           for key in counts},
    }  # fmt: skip
    return pd.DataFrame(table, index=schools.index)


def _name_school(shown: Shown) -> dict[str, str]:
    measure, language = shown[2:]
    words = {
        "name": say("folium.school", language),
        "told": say(f"measure.{measure}", language),
        "seats_told": say("measure.seats", language),
        "pupils_told": say("measure.pupils", language),
    }
    if measure in ("seats", "pupils"):
        del words["told"]
    return words


def _write_legend(
    outcome: Outcome, shown: Shown, shade: Shade, values: pd.Series[float]
) -> str:
    """Return the legend as HTML: classes with their number of areas, then the symbols."""
    stage, year, measure, language = shown
    classes = shade.classify(values)
    names = shade.name_classes(language)
    rows = [
        f'<tr><td><i style="background:{shade.colours[at]}"></i></td><td>{html.escape(names[at])}'
        f'</td><td class="n">{classes.count(at)}</td></tr>'
        for at in reversed(range(len(names)))
    ]
    symbols = [
        f"<tr><td>{draw_symbol(key)}</td>"
        f'<td colspan="2">{html.escape(name_symbol(outcome, key, stage, year, language))}</td></tr>'
        for key in SYMBOLS
    ]
    when = say("map.when", language, year=year, scenario=outcome.scenario.title.of(language))
    return (
        f"<details open><summary>{html.escape(_write_title(outcome, shown))}</summary>"
        f'<p class="note">{html.escape(when)}</p>'
        f"<table>{''.join(rows + symbols)}</table></details>"
    )
