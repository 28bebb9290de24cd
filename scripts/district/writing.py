"""Writing tables and features so that a second run writes the same bytes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

import pandas as pd
import shapely

CRS_NAME = "urn:ogc:def:crs:EPSG::4490"


def write_table(table: pd.DataFrame, path: Path) -> None:
    """Write a CSV without an index column; numbers as they stand."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(table.to_csv(index=False, lineterminator="\n"), encoding="utf-8")


def write_features(
    features: Iterable[tuple[Mapping[str, object], shapely.Geometry]], path: Path
) -> None:
    """Write a GeoJSON with a feature a line, in the CRS of the files (lon, lat)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [
        json.dumps(
            {"type": "Feature", "properties": properties, "geometry": _geometry(shape)},
            ensure_ascii=False,
            separators=(",", ":"),
        )
        for properties, shape in features
    ]
    crs = json.dumps({"type": "name", "properties": {"name": CRS_NAME}})
    head = f'{{"type":"FeatureCollection","name":"{path.stem}","crs":{crs},"features":[\n'
    path.write_text(head + ",\n".join(lines) + "\n]}\n", encoding="utf-8")


def _geometry(shape: shapely.Geometry) -> object:
    mapping = shapely.geometry.mapping(shape)
    return {"type": mapping["type"], "coordinates": _rounded(mapping["coordinates"])}


def _rounded(part: object) -> object:
    if isinstance(part, float):
        return round(part, 6)
    assert isinstance(part, (tuple, list))
    return [_rounded(item) for item in part]
