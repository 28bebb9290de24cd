"""A canal and two rivers, drawn by hand: synthetic, for the crossings that roads lack."""

from __future__ import annotations

import numpy as np
import shapely

from district.sources import part_rng, to_lonlat, to_metric

STEP_M = 120.0  # between the points of a river as written
SWING_M = 90.0  # of each wave of its meanders

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
    for name, (_, _, kind, bends) in COURSES.items():
        course = to_metric(shapely.LineString(_round_corners(np.array(bends), 3)))
        line = course if kind == "canal" else _meander(course, part_rng(f"water {name}"))
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
        properties: dict[str, object] = {"id": name, "name": zh, "name_en": en, "kind": kind}
        features.append((properties | {"provenance": "synthetic"}, to_lonlat(line)))
    return features


def _meander(course: shapely.Geometry, rng: np.random.Generator) -> shapely.Geometry:
    """Swing a course from side to side by a few waves of random length and phase."""
    along = np.arange(0.0, course.length, STEP_M)
    points = shapely.get_coordinates(shapely.line_interpolate_point(course, along))
    heading = np.gradient(points, axis=0)
    normal = np.column_stack([-heading[:, 1], heading[:, 0]])
    normal /= np.hypot(*normal.T)[:, None]
    waves = zip(rng.uniform(1200, 4000, 4), rng.uniform(0, 2 * np.pi, 4), strict=True)
    swing = sum(np.sin(2 * np.pi * along / length + phase) for length, phase in waves)
    return shapely.LineString(points + SWING_M * np.asarray(swing)[:, None] * normal)


def _round_corners(points: np.ndarray, rounds: int) -> np.ndarray:
    """Cut every corner at a quarter and three quarters of its sides (Chaikin)."""
    for _ in range(rounds):
        a, b = points[:-1], points[1:]
        inner = np.stack([0.75 * a + 0.25 * b, 0.25 * a + 0.75 * b], axis=1).reshape(-1, 2)
        points = np.vstack([points[:1], inner, points[-1:]])
    return points
