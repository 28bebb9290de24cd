"""The lines between catchments, today and under a plan: those that stay, go, and are new."""

from __future__ import annotations

from collections.abc import Mapping

import geopandas as gpd
import pandas as pd
from shapely.geometry.base import BaseGeometry

SAME_M = 1.0  # lines nearer than this are one and the same


def part_lines(
    blocks: gpd.GeoDataFrame, today: pd.Series[str], plan: pd.Series[str]
) -> Mapping[str, BaseGeometry]:
    """Return the lines by what becomes of them: "same", "old", "new"; metres.

    `today` and `plan` name the catchment of each block.
    """
    old, new = (outline(blocks, zones) for zones in (today, plan))
    near_old, near_new = old.buffer(SAME_M), new.buffer(SAME_M)
    return {
        "same": new.intersection(near_old),
        "old": old.difference(near_new),
        "new": new.difference(near_old),
    }


def outline(blocks: gpd.GeoDataFrame, zones: pd.Series[str]) -> BaseGeometry:
    """Return the borders between catchments and around them."""
    areas = blocks.loc[zones.index, ["geometry"]].assign(zone=zones).dissolve("zone")
    line: BaseGeometry = areas.boundary.union_all()
    return line
