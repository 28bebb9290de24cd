"""What the explorer colours the map by, and the bounds of each theme's classes."""

from __future__ import annotations

from typing import Any

import pandas as pd

from seatplan.views.catalogue import say
from seatplan.views.explorer.scene import Scene
from seatplan.views.palette import RAMP
from seatplan.views.shades import USE, step_about_limit, step_values

# Measure -> what it is counted along. The balance comes first: it has colours of its own.
THEMES = {
    "balance": "school",
    "seat_use": "school",
    "block_walk": "block",
    "class_size": "school",
    "pupils": "school",
    "first_short": "school",
    "chance": "school",
}
CHANCES = (1.0, 5.0, 20.0, 50.0, 80.0, 95.0)  # per cent


def describe_themes(scene: Scene, stages: list[str]) -> dict[str, Any]:
    """Return the themes in order, and the colours of all but the balance.

    A theme is its measure, its name, what it is counted along, and six bounds a stage, as a map
    of the same measure has them (`shades.choose_shade`). The first shortage has none: its classes
    are years. The chance of a shortage is there where the scene brings futures.
    """
    return {
        "ramp": list(RAMP),
        "list": [
            {
                "code": code,
                "name": [say(f"measure.{code}", language) for language in ("zh", "en")],
                "along": along,
                "breaks": [_list_breaks(scene, code, stage) for stage in stages],
            }
            for code, along in THEMES.items()
            if code != "chance" or scene.futures
        ],
    }


def _list_breaks(scene: Scene, code: str, stage: str) -> list[float]:
    if code in ("balance", "first_short"):
        return []
    if code == "chance":
        return list(CHANCES)
    if code == "seat_use":
        return list(USE)
    tables, years = scene.tables, scene.district.years
    if code == "class_size":
        grades = [grade.code for grade in scene.standards.stage(stage).grades]
        sizes = tables.grades.loc[tables.grades.index.isin(grades, "grade"), "largest"]
        return list(step_about_limit(scene.standards, stage, years[0]) or step_values(sizes))
    table, column = (
        (tables.blocks, "walk_m") if code == "block_walk" else (tables.schools, "pupils")
    )
    values: pd.Series[Any] = table.loc[table.index.isin([stage], "stage"), column].dropna()
    return list(step_values(values))
