"""Panels that forecasts are scored on: rolls of New Jersey, Maryland and England, and Berlin."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd

from seatplan.demand.panel import Panel, build_panel
from seatplan.demand.roll_files import lengthen
from seatplan.demand.roll_forecast import add_births
from seatplan.demand.rolls import Rolls, build_rolls, read_rolls

SOURCES = Path(__file__).parents[1] / "data" / "sources" / "enrolment"

# Ages of one year each; as grades, so that those of 2 (k3) are not taken to feed those of 5 (g2).
BERLIN_AGES = {0: "k1", 1: "k2", 2: "k3", 5: "g2", 6: "g3", 7: "g4"}


def read_panels() -> dict[str, tuple[Rolls, Panel]]:
    """Read every panel, those of one place under names that share a first word."""
    return {name: (rolls, panel) for name, read in READERS.items() for rolls, panel in [read()]}


def _read_new_jersey(level: str) -> tuple[Rolls, Panel]:
    path = SOURCES / f"nj_{level}_grade.csv"
    rolls = read_rolls(path, units=SOURCES / "nj_districts.csv")
    return rolls, build_panel(rolls)


def _read_maryland() -> tuple[Rolls, Panel]:
    rolls = read_rolls(SOURCES / "maryland_pupils.csv")
    return rolls, build_panel(rolls)


def _read_england() -> tuple[Rolls, Panel]:
    rolls = read_rolls(SOURCES / "england_pupils.csv")
    return rolls, build_panel(rolls)


def _read_england_births() -> tuple[Rolls, Panel]:
    rolls, panel = _read_england()
    wide = pd.read_csv(SOURCES / "england_births.csv", dtype={"area": str})
    births = wide.melt("area", var_name="year", value_name="births").dropna()
    births = births.rename(columns={"area": "unit"}).astype({"year": int})
    return rolls, add_births(panel, births, entry_age=4, births_month=6)


def _read_berlin() -> tuple[Rolls, Panel]:
    table = pd.read_csv(SOURCES / "berlin_children.csv", dtype=str)
    table = table[table["age_from"].astype(int).isin(BERLIN_AGES)]
    table = table.assign(grade=table["age_from"].astype(int).map(BERLIN_AGES))
    table = table.drop(columns=["age_from", "age_to"]).rename(columns={"area": "unit"})
    long = lengthen(table, "berlin_children.csv").dropna(subset=["pupils"])
    long = long.assign(region=long["unit"].str[:6], borough=long["unit"].str[:2])
    rolls = build_rolls(long, parents=["region", "borough"])
    return rolls, build_panel(rolls)


READERS: dict[str, Callable[[], tuple[Rolls, Panel]]] = {
    "New Jersey schools": lambda: _read_new_jersey("school"),
    "New Jersey districts": lambda: _read_new_jersey("district"),
    "Maryland": _read_maryland,
    "England": _read_england,
    "England with births": _read_england_births,
    "Berlin": _read_berlin,
}
