"""One page with every scenario, year and stage, that opens from a USB stick."""

from __future__ import annotations

from collections.abc import Sequence

import folium

from seatplan.views.explorer.page import PageMap
from seatplan.views.explorer.payload import build_payload
from seatplan.views.explorer.scene import Scene


def explore_scenes(scenes: Sequence[Scene], *, language: str = "zh") -> folium.Map:
    """Return the explorer of `scenes`; see `explore`."""
    stages = [stage.code for stage in scenes[0].standards.stages]
    payload = build_payload(
        scenes, stages=stages, years=scenes[0].district.years, language=language
    )
    return PageMap(payload)
