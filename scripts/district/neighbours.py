"""The districts around, as published, cut by the outline that is used here."""

from __future__ import annotations

import geopandas as gpd
import shapely

from district.sources import to_lonlat, to_metric

# Within the reach of a map sheet; all of them real, from the source of the boundary.
NAMES = {
    "青铜峡市": "Qingtongxia City", "灵武市": "Lingwu City", "红寺堡区": "Hongsibu District",
    "同心县": "Tongxin County", "中宁县": "Zhongning County", "永宁县": "Yongning County",
    "盐池县": "Yanchi County",
}  # fmt: skip


def list_neighbours(
    published: gpd.GeoDataFrame, outline: shapely.Geometry
) -> list[tuple[dict[str, object], shapely.Geometry]]:
    """Return properties and area of each neighbour, without what the outline takes in."""
    features = []
    for name, shape in zip(published["name"], published.geometry, strict=True):
        left = shapely.difference(shapely.make_valid(to_metric(shape)), outline)
        parts = shapely.get_parts(left)
        largest = parts[shapely.area(parts).argmax()]
        properties: dict[str, object] = {"name": name, "name_en": NAMES[name]}
        features.append((properties | {"provenance": "real"}, to_lonlat(largest)))
    return features
