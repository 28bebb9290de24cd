"""Folium maps of one stage in one year: catchment shortage, spare seats, flags, new schools."""

from __future__ import annotations

from collections.abc import Sequence

import folium

from seatplan.district.standards import Standards
from seatplan.errors import InputError
from seatplan.outcome import Outcome
from seatplan.views.explorer.page import PageMap
from seatplan.views.explorer.payload import build_payload
from seatplan.views.explorer.scene import Scene, read_outcome


def map_outcome(outcome: Outcome, *, stage: str, year: int, language: str = "zh") -> folium.Map:
    """Return a map of each catchment's seats less its resident pupils, for a stage and year.

    Stages without catchments (senior, special) show each school's seats less its roll. The map
    needs no network and is safe against any name in the data. `language` is "zh" or "en".

    >>> from seatplan.examples import toy_outcome
    >>> map_outcome(toy_outcome(), stage="primary", year=2022).save("out.html")  # doctest: +SKIP
    """
    return map_scenes([read_outcome(outcome)], stage=stage, year=year, language=language)


def map_comparison(
    baseline: Outcome, plan: Outcome, *, stage: str, year: int, language: str = "zh"
) -> folium.Map:
    """Return a map with `baseline` left and `plan` right of a line that the reader moves."""
    scenes = [read_outcome(baseline), read_outcome(plan)]
    return map_scenes(scenes, stage=stage, year=year, language=language)


def map_scenes(
    scenes: Sequence[Scene], *, stage: str, year: int, language: str = "zh"
) -> folium.Map:
    """Return a map of the last of one or two scenes; see `map_outcome`, `map_comparison`."""
    check_choice(scenes[0].standards, scenes[0].district.years, stage, year)
    payload = build_payload(scenes, stages=[stage], years=[year], language=language)
    swipe = 0.5 if len(scenes) > 1 else None
    payload["start"] = {"scenario": len(scenes) - 1, "stage": stage, "year": year, "swipe": swipe}
    return PageMap(payload, mode="map")


def check_choice(standards: Standards, years: Sequence[int], stage: str, year: int) -> None:
    """Raise InputError for a stage or a year that an outcome does not hold."""
    stages = [item.code for item in standards.stages]
    if stage not in stages:
        raise InputError(f"map: there is no stage {stage!r}; the stages are {', '.join(stages)}")
    if year not in years:
        raise InputError(f"map: {year} is outside the forecast, {years[0]} to {years[-1]}")
