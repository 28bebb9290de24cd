"""What a page says of the limits: each scenario's own, as they are in force year by year."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from seatplan.district.clauses import Standard
from seatplan.district.limits import LIMITED, list_school_sizes, list_walks
from seatplan.district.stages import Label
from seatplan.views.explorer.scene import Scene


def pair(label: Label) -> list[str]:
    """Return a label as [Chinese, English]."""
    return [label.zh, label.en]


def list_walk_limits(scenes: Sequence[Scene], stage: str, years: Sequence[int]) -> list[list[int]]:
    """Return scenario -> year -> the strictest limit of any setting, metres; 0 without one."""
    return [
        [
            round(min(list_walks(scene.standards, scene.district.blocks, stage, year), default=0))
            for year in years
        ]
        for scene in scenes
    ]


def list_size_limits(
    scenes: Sequence[Scene], stage: str, years: Sequence[int]
) -> list[list[list[int]]]:
    """Return scenario -> year -> most pupils of a school, for the kinds that teach the stage."""
    return [
        [[round(most) for most in _list_sizes(scene, stage, year)] for year in years]
        for scene in scenes
    ]


def describe_standards(scenes: Sequence[Scene]) -> list[dict[str, Any]]:
    """Return the standards; one that scenarios or years hold differently, once for each way."""
    found: list[dict[str, Any]] = []
    for scene in scenes:
        for item in scene.standards.standards:
            told = _describe(item)
            if told not in found:
                found.append(told)
    return found


def find_versions(scene: Scene, known: list[dict[str, Any]]) -> list[int]:
    """Return for each flag of a scene the place among `known` of the standard it breaks."""
    flags = scene.tables.flags
    places: dict[tuple[str, int], int] = {}
    for code, year in set(zip(flags.code, flags.year, strict=True)):
        item = scene.standards.standard(code, year)
        places[code, year] = known.index(_describe(item)) if item else -1
    return [places[key] for key in zip(flags.code, flags.year, strict=True)]


def _list_sizes(scene: Scene, stage: str, year: int) -> list[float]:
    return list_school_sizes(scene.standards, scene.district.schools, stage, year)


def _describe(standard: Standard) -> dict[str, Any]:
    """Return what a page says of a version of a standard."""
    return {
        "code": standard.code,
        "indicator": standard.indicator,
        "name": pair(standard.name),
        "side": standard.side,
        "checked": standard.checked,
        "share": LIMITED.get(standard.indicator) == "share",
    }
