"""Folium maps of a stage: any measure by catchment or block, schools by symbol, one year or all."""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import Any, TypedDict

import folium
import folium.plugins

from seatplan.district.standards import Standards
from seatplan.errors import InputError
from seatplan.outcome import Outcome
from seatplan.views.catalogue import say
from seatplan.views.layers.base_maps import Tiles, find_base_map
from seatplan.views.layers.figures import View
from seatplan.views.layers.outcome_legend import (
    list_years,
    name_view,
    tell_side,
    write_outcome_legend,
)
from seatplan.views.layers.seat_map import Behaviour, SeatMap
from seatplan.views.layers.shapes import choose_smoothing, find_box
from seatplan.views.layers.sides import (
    Side,
    add_areas,
    add_schools,
    join_points,
    list_names,
    read_side,
)
from seatplan.views.layers.surroundings import (
    add_campuses,
    add_lines,
    add_sites,
    list_campus_names,
    list_lines,
    list_place_names,
)
from seatplan.views.shades import Shade, check_measure, choose_shade

# Panes and their heights: areas under lines, both under whatever a user adds, names over all.
PANES = {"seatplan-areas": 340, "seatplan-lines": 350}
SIDES = {"left": ("seatplan-today", "seatplan-today-schools"),
         "right": ("seatplan-plan", "seatplan-plan-schools")}  # fmt: skip


class MapOptions(TypedDict, total=False):
    """What every map of an outcome takes; see `map_outcome`."""

    year: int | None
    measure: str
    language: str
    tiles: Tiles


def map_outcome(
    outcome: Outcome,
    stage: str,
    *,
    year: int | None = None,
    measure: str = "balance",
    language: str = "zh",
    tiles: Tiles = None,
) -> folium.Map:
    """Return a folium map of a measure by catchment or block, with the schools by symbol.

    Catchments, schools, names, townships, roads, water and candidate sites are groups of their own
    under one LayerControl. Anything of folium may be added. As it is, the page needs no network,
    and no name in the data is read as code.

    Parameters
    ----------
    stage
        Code of the stage.
    year
        The year shown; None: every year of the forecast, by a slider.
    measure
        Any measure along schools or blocks (`measures.registry.MEASURES`). Along schools, the
        catchment of each has its colour; a stage without catchments shows discs sized by seats.
    language
        "zh" or "en".
    tiles
        Base map: None, "tianditu" (key in the environment, TIANDITU_KEY; it stands readable in the
        page), an address with {z}, {x} and {y}, one of folium's names, or a layer. It loads while
        the page is looked at.

    Raises
    ------
    InputError
        The outcome holds no such stage or year, no map shows the measure, or no key is there.

    >>> from seatplan.examples import toy_outcome
    >>> sheet = map_outcome(toy_outcome(), "primary", year=2022)
    >>> folium.Marker([37.9, 106.2], tooltip="here").add_to(sheet).add_to(sheet)  # doctest: +SKIP
    """
    view = choose_view([outcome], stage, year, measure, language)
    side, shade = read_side(outcome, view), choose_shade(outcome, measure, stage)
    sheet = open_sheet(name_view(side, view.years[-1]), language, tiles, canvas=side.on_canvas)
    lines = list_lines(outcome.district)
    metres = _smooth([side], lines)
    changing = []
    if side.areas is not None:
        group = _add_group(sheet, "blocks" if view.along == "block" else "catchments", language)
        changing += add_areas(group, side, shade, metres, pane="seatplan-areas")
    add_lines(sheet, lines, metres, language)
    sited = add_sites(sheet, outcome.district, stage, language)
    group = _add_group(sheet, "schools", language)
    changing += add_schools(group, side, shade)
    add_campuses(sheet, outcome, stage, language)
    _close_sheet(sheet, [side], shade, changing, sited=sited)
    return sheet


def map_comparison(
    baseline: Outcome,
    plan: Outcome,
    stage: str,
    *,
    year: int | None = None,
    measure: str = "balance",
    language: str = "zh",
    tiles: Tiles = None,
) -> folium.Map:
    """Return a map with `baseline` left and `plan` right of a line that the reader moves.

    The parameters are those of `map_outcome`; InputError where the two are not of one district.
    """
    view = choose_view([baseline, plan], stage, year, measure, language)
    shade = choose_shade(plan, measure, stage)
    sides = [read_side(outcome, view) for outcome in (baseline, plan)]
    title, canvas = name_view(sides[1], view.years[-1]), sides[1].on_canvas
    sheet = open_sheet(title, language, tiles, canvas=canvas)
    lines = list_lines(plan.district)
    metres = _smooth(sides, lines)
    changing = []
    for side, (areas, schools) in zip(sides, SIDES.values(), strict=True):
        for pane, height in ((areas, 340), (schools, 610)):
            folium.map.CustomPane(pane, z_index=height, pointer_events=True).add_to(sheet)
        group = folium.FeatureGroup(html.escape(tell_side(side)))
        sheet.add_child(group)
        changing += add_areas(group, side, shade, metres, pane=areas)
        changing += add_schools(group, side, shade, discs={"pane": areas}, pane=schools)
    add_lines(sheet, lines, metres, language)
    add_campuses(sheet, plan, stage, language)
    _close_sheet(sheet, sides, shade, changing, sited=False)
    names = [tell_side(side) for side in sides]
    schools = join_points(sides)
    west, _, east, _ = find_box(plan.district.blocks, sides[1].schools.points)
    middle = float(schools.x.median()) if len(schools) else (west + east) / 2
    swipe = {
        "left": [*SIDES["left"]],
        "right": [*SIDES["right"]],
        "names": names,
        "middle": middle,
    }
    Behaviour("swipe.js", {**swipe, "label": say("map.swipe", language)}).add_to(sheet)
    return sheet


def choose_view(
    outcomes: Sequence[Outcome], stage: str, year: int | None, measure: str, language: str
) -> View:
    """Return what a map is of; InputError for what its outcomes do not hold."""
    first = outcomes[0]
    years = [int(one) for one in first.district.years]
    check_choice(first.standards, years, stage, years[0] if year is None else year)
    check_measure(measure)
    for other in outcomes[1:]:
        same = list(other.district.blocks.index) == list(first.district.blocks.index)
        if not same or [int(one) for one in other.district.years] != years:
            raise InputError(
                f"map: {other.scenario.name} and {first.scenario.name} differ in blocks or years; "
                "show scenarios of one district over the same years"
            )
    return View(stage, tuple(years) if year is None else (year,), measure, language)


def check_choice(standards: Standards, years: Sequence[int], stage: str, year: int) -> None:
    """Raise InputError for a stage or a year that an outcome does not hold."""
    stages = [item.code for item in standards.stages]
    if stage not in stages:
        raise InputError(f"map: there is no stage {stage!r}; the stages are {', '.join(stages)}")
    if year not in years:
        raise InputError(f"map: {year} is outside the forecast, {years[0]} to {years[-1]}")


def open_sheet(title: str, language: str, tiles: Tiles, *, canvas: bool = False) -> SeatMap:
    """Return an empty map on its base map; `canvas`: too many shapes for SVG."""
    sheet = SeatMap(title, language, zoom_snap=0.25, prefer_canvas=canvas)
    for name, height in PANES.items():
        folium.map.CustomPane(name, z_index=height, pointer_events=True).add_to(sheet)
    for layer in find_base_map(tiles):
        layer.add_to(sheet)
    return sheet


def _add_group(sheet: folium.Map, key: str, language: str) -> folium.FeatureGroup:
    group: folium.FeatureGroup = folium.FeatureGroup(say(f"folium.{key}", language))
    sheet.add_child(group)
    return group


def _smooth(sides: Sequence[Side], lines: dict[str, Any]) -> float:
    """Return how finely the lines of a map may be drawn, metres."""
    areas = [side.areas.shapes for side in sides if side.areas is not None]
    return choose_smoothing([*areas, *lines.values()])


def _close_sheet(
    sheet: SeatMap,
    sides: Sequence[Side],
    shade: Shade,
    changing: Sequence[folium.GeoJson],
    *,
    sited: bool,
) -> None:
    """Add names, legend, years and controls."""
    finish_sheet(sheet, sides, write_outcome_legend(sides, shade, sited=sited))
    if len(sides[-1].view.years) > 1:
        Behaviour("years.js", list_years(sides, shade, changing)).add_to(sheet)


def finish_sheet(sheet: SeatMap, sides: Sequence[Side], legend: str) -> None:
    """Add names, the legend (HTML) and the controls to a map of the last of `sides`."""
    side = sides[-1]
    language, district = side.view.language, side.outcome.district
    groups = [_add_group(sheet, f"{key}_names", language) for key in ("place", "school")]
    campuses = list_campus_names(side.outcome, side.view.stage, 1)
    names = [*list_place_names(district, 0, language), *list_names(sides, 1), *campuses]
    kinds = ["place", "school"]
    told = {
        "number": say("legend.gathered", language),
        "tip": say("legend.gathered_tip", language, count="{count}"),
    }
    Behaviour("apart.js", told).add_to(sheet)
    Behaviour("names.js", {"groups": groups, "kinds": kinds, "names": names}).add_to(sheet)
    panel = {"html": legend, "name": "legend", "position": "bottomright"}
    Behaviour("panel.js", panel).add_to(sheet)
    add_controls(sheet, district.blocks, side.schools.points)


def add_controls(sheet: SeatMap, blocks: Any, points: Any = None) -> None:
    """Add scale, measure, full screen and the control of layers; show all blocks and points."""
    language = sheet.language
    controls: Any = folium.plugins
    controls.Fullscreen(
        title=say("folium.full", language), title_cancel=say("folium.full_off", language)
    ).add_to(sheet)
    controls.MeasureControl(
        position="topleft",
        primary_length_unit="meters",
        secondary_length_unit="kilometers",
        primary_area_unit="hectares",
        secondary_area_unit="sqmeters",
    ).add_to(sheet)
    folium.LayerControl(collapsed=False).add_to(sheet)
    west, south, east, north = find_box(blocks, points)
    words = {key: say(f"folium.{key}", language) for key in ("closer", "farther", "layers")}
    frame = {"title": sheet.title, "bounds": [[south, west], [north, east]], "words": words}
    Behaviour("frame.js", frame).add_to(sheet)
