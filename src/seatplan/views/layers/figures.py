"""What areas and schools of a map say: the value of each in each year, and its words."""

from __future__ import annotations

from collections.abc import Callable, Container
from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd

from seatplan.district.stages import name_rows
from seatplan.measures.registry import MEASURES
from seatplan.views.catalogue import format_count, say
from seatplan.views.shades import (
    SHARES,
    SIGNED,
    name_zones,
    read_values,
    shade_areas,
)

if TYPE_CHECKING:
    from seatplan.outcome import Outcome

Words = dict[str, pd.DataFrame]  # what is told -> a text for each label (rows) and year (columns)
# What the card of an area or a school tells, after the measure that is mapped.
AREA_FIGURES = ("seats", "residents", "balance", "pupils", "seat_use", "class_size", "walk")
BLOCK_FIGURES = ("living", "block_walk", "unplaced")


@dataclass(frozen=True)
class View:
    """What a map is of.

    `years` are those that it can show, in order; `language` is "zh" or "en".
    """

    stage: str
    years: tuple[int, ...]
    measure: str
    language: str

    @property
    def along(self) -> str:
        """What the measure counts along: "school" or "block"."""
        return "block" if "block" in MEASURES[self.measure].dims else "school"


@dataclass(frozen=True)
class Areas:
    """Areas of a map: catchments, or blocks where the measure counts along them.

    `shapes`: one row an area, metres. `zones`: whose catchment it is, area x year; `values`: the
    measure. `words`: what the card of each tells, by measure; "name" first.
    """

    shapes: gpd.GeoSeries
    zones: pd.DataFrame
    values: pd.DataFrame
    words: Words


def read_areas(outcome: Outcome, view: View) -> Areas:
    """Return the areas of a view: blocks of one catchment through all its years are one area."""
    blocks = outcome.district.blocks
    zones = pd.DataFrame(
        {year: name_zones(outcome, view.along, view.stage, year) for year in view.years}
    )
    code, kinds = pd.factorize(pd.MultiIndex.from_frame(zones))
    if view.along == "block":
        shapes = blocks.geometry
    else:
        shapes = blocks[["geometry"]].assign(area=code).dissolve("area").geometry
    zones = pd.DataFrame(list(kinds), index=shapes.index, columns=zones.columns)
    figures = AREA_FIGURES if view.along == "school" else BLOCK_FIGURES
    words = {"name": _name_areas(outcome, view, zones)}
    for key in dict.fromkeys([view.measure, *figures]):
        words[key] = _spell(_read_zones(outcome, key, view, zones), key, view.language)
    if view.along == "block":
        words["catchment"] = _name_catchments(outcome, view)
    return Areas(shapes, zones, _read_zones(outcome, view.measure, view, zones), words)


def _read_zones(outcome: Outcome, measure: str, view: View, zones: pd.DataFrame) -> pd.DataFrame:
    """Return a measure by area and year, NaN where it has no meaning."""
    found = {}
    for year in view.years:
        values = read_values(outcome, measure, view.stage, year)
        found[year] = zones[year].map(shade_areas(outcome, values, measure, view.stage, year))
    return pd.DataFrame(found, index=zones.index).astype(float)


def _name_areas(outcome: Outcome, view: View, zones: pd.DataFrame) -> pd.DataFrame:
    if view.along == "block":
        return zones
    return zones.map(read_naming(outcome, view.language))


def _name_catchments(outcome: Outcome, view: View) -> pd.DataFrame:
    """Return whose catchment each block lies in, by year."""
    name = read_naming(outcome, view.language)
    names = {year: name_zones(outcome, "school", view.stage, year).map(name) for year in view.years}
    return pd.DataFrame(names)


def read_naming(outcome: Outcome, language: str) -> Callable[[str], str]:
    """Return what names a catchment: by its school, or by each school of a lottery zone."""
    known, none = name_schools(outcome, language), say("folium.none", language)

    def name(zone: str) -> str:
        return " + ".join(known.get(part, part) for part in split_zone(known, zone)) or none

    return name


def split_zone(schools: Container[str], zone: str) -> list[str]:
    """Return the schools of a catchment: its own, or all those of a lottery zone."""
    return [zone] if zone in schools else [part for part in zone.split("+") if part]


def name_schools(outcome: Outcome, language: str) -> dict[str, str]:
    """Return the name of each school; in English the English one, where there is one."""
    names = name_rows(outcome.district.schools, language)
    return {str(school): str(name) for school, name in names.items()}


@dataclass(frozen=True)
class Schools:
    """Schools of a map that teach its stage in some year.

    `points`: one row a school. `values`: the measure, school x year. `symbols`: key of the symbol,
    school x year, "" where the school does not stand. `seats`: school x year. `words`: see `Areas`.
    """

    points: gpd.GeoSeries
    values: pd.DataFrame
    symbols: pd.DataFrame
    seats: pd.DataFrame
    words: Words


def read_schools(outcome: Outcome, view: View) -> Schools:
    """Return the schools of a view with their symbols and figures."""
    years = list(view.years)
    seats = _tabulate(outcome, "seats", view).fillna(0.0)
    seats = seats[(seats > 0).any(axis=1)]
    chosen = seats.index
    zoned = outcome.standards.stage(view.stage).intake != "seats"
    values = (
        _tabulate(outcome, view.measure, view).reindex(chosen)
        if view.along == "school"
        else pd.DataFrame(np.nan, chosen, years)
    )
    names = pd.Series(name_schools(outcome, view.language)).reindex(chosen)
    words = {"name": pd.DataFrame(dict.fromkeys(years, names))}
    told = [view.measure] if view.along == "school" else []
    for key in dict.fromkeys([*told, *AREA_FIGURES]):
        if zoned or key != "residents":
            table = _tabulate(outcome, key, view).reindex(chosen)
            words[key] = _spell(table, key, view.language)
    first = _name_first_years(outcome, view, zoned=zoned).reindex(chosen)
    words["first_catchment" if zoned else "first_roll"] = first
    symbols = _name_symbols(outcome, view, seats)
    points = outcome.district.schools.geometry[chosen]
    return Schools(points, values, symbols, seats, words)


def _tabulate(outcome: Outcome, measure: str, view: View) -> pd.DataFrame:
    """Return a measure of schools, school x year."""
    return pd.DataFrame(
        {year: read_values(outcome, measure, view.stage, year) for year in view.years}
    )


def _name_first_years(outcome: Outcome, view: View, *, zoned: bool) -> pd.DataFrame:
    """Return the first year of the forecast with a shortage of each school, as text."""
    table = outcome.measure("catchment_shortage" if zoned else "roll_over_seats")
    table = table.xs(view.stage, level="stage")
    short = table[table > 0].reset_index().groupby("school").year.min()
    none = say("folium.never", view.language)
    told = pd.Series(outcome.district.schools.index, outcome.district.schools.index).map(
        lambda school: str(short.get(school, none))
    )
    return pd.DataFrame(dict.fromkeys(view.years, told))


def _name_symbols(outcome: Outcome, view: View, seats: pd.DataFrame) -> pd.DataFrame:
    """Return the key of each school's symbol by year; "" where it has no seats."""
    district, index = outcome.district, seats.index
    opened = district.schools.opened[index].astype("Float64").fillna(-np.inf).astype(float)
    fresh = (opened > district.base_year).to_numpy()
    found = {}
    for year in view.years:
        crowded = index.isin(list_flagged(outcome, "class_size", view.stage, year))
        large = index.isin(list_flagged(outcome, "school_size", view.stage, year))
        stands = (seats[year] > 0).to_numpy()
        keys = np.select(
            [~stands, fresh, crowded & large, large, crowded],
            ["", "fresh", "both", "large", "crowded"],
            "none",
        )
        found[year] = keys
    return pd.DataFrame(found, index=index)


def list_flagged(outcome: Outcome, indicator: str, stage: str, year: int) -> list[str]:
    """List the schools beyond an upper limit of an indicator, as a stage or as a whole."""
    codes = {item.code for item in outcome.standards.limits(indicator, year, "above")}
    table = outcome.flags.table
    rows = table[table.code.isin(codes) & table.stage.isin([stage, ""]) & (table.year == year)]
    return list(rows.school)


def _spell(table: pd.DataFrame, measure: str, language: str) -> pd.DataFrame:
    return table.map(lambda value: spell_value(float(value), measure, language))


def spell_value(value: float, measure: str, language: str) -> str:
    """Return a value as a card writes it.

    >>> spell_value(-1234.0, "balance", "en"), spell_value(12.34, "beyond_radius", "en")
    ('−1,234', '12.3')
    """
    if np.isnan(value):
        return say("folium.none", language)
    if measure in SHARES:
        return f"{value:.1f}"
    if float(value).is_integer() or abs(value) >= 100:
        return format_count(value, signed=measure in SIGNED)
    return f"{value:.1f}"


def list_columns(words: Words, language: str) -> dict[str, str]:
    """Return the heading of each text of a card."""
    return {
        key: say(f"measure.{key}" if key in MEASURES else f"folium.{key}", language)
        for key in words
    }
