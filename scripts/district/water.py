"""A canal and two rivers, drawn by hand: synthetic, for the crossings that roads lack."""

from __future__ import annotations

import numpy as np
import shapely

from district.sources import to_lonlat, to_metric

COURSES = {
    "W1": ("示例干渠", "Sample main canal", "canal", [
        (106.098, 37.878), (106.122, 37.905), (106.146, 37.932), (106.170, 37.950),
        (106.196, 37.966), (106.222, 37.979), (106.246, 37.986), (106.266, 37.990)]),
    "W2": ("示例河一", "Sample river 1", "river", [
        (106.326, 37.812), (106.300, 37.838), (106.289, 37.868), (106.292, 37.900),
        (106.280, 37.930), (106.262, 37.955), (106.240, 37.985), (106.238, 38.015),
        (106.246, 38.046)]),
    "W3": ("示例河二", "Sample river 2", "river", [
        (106.300, 37.604), (106.262, 37.640), (106.225, 37.672), (106.200, 37.712),
        (106.176, 37.752), (106.166, 37.795), (106.150, 37.834), (106.128, 37.862),
        (106.094, 37.874)]),
}  # fmt: skip


def build_water(outline: shapely.Geometry) -> dict[str, shapely.Geometry]:
    """Return each watercourse as a smooth line inside the outline, in metres."""
    courses = {}
    for name, (*_, bends) in COURSES.items():
        line = to_metric(shapely.LineString(_round_corners(np.array(bends), 3)))
        inside = shapely.get_parts(line.intersection(outline))
        courses[name] = max(inside, key=shapely.length)
    return courses


def list_water(
    courses: dict[str, shapely.Geometry],
) -> list[tuple[dict[str, object], shapely.Geometry]]:
    """Return properties and line of each watercourse."""
    features = []
    for name, line in courses.items():
        zh, en, kind, _ = COURSES[name]
        properties = {"id": name, "name": zh, "name_en": en, "kind": kind}
        features.append(({**properties, "provenance": "synthetic"}, to_lonlat(line)))
    return features


def _round_corners(points: np.ndarray, rounds: int) -> np.ndarray:
    """Cut every corner at a quarter and three quarters of its sides (Chaikin)."""
    for _ in range(rounds):
        a, b = points[:-1], points[1:]
        inner = np.stack([0.75 * a + 0.25 * b, 0.25 * a + 0.75 * b], axis=1).reshape(-1, 2)
        points = np.vstack([points[:1], inner, points[-1:]])
    return points
