"""Blocks as the borders they share: each border once, with the block on either side.

Half the size of polygons, and the borders between catchments, townships or any other grouping of
blocks fall out of it for each year without another overlay.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

Integers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Topology:
    """Borders on a whole-number grid.

    `arcs` holds the points of each border, (n, 2). `left` and `right` are the positions of the
    blocks on either side of it in its direction; -1 outside.
    """

    arcs: list[Integers]
    left: Integers
    right: Integers


def build_topology(blocks: gpd.GeoSeries) -> Topology:
    """Return the borders of `blocks`, whose coordinates are already in grid units.

    Vertices are rounded to the grid, and a corner of one block on the edge of another becomes a
    point of both, so neighbours meet exactly.
    """
    outlines = shapely.boundary(blocks.to_numpy())
    noded = shapely.unary_union(outlines, grid_size=1)
    faces = np.asarray(shapely.get_parts(shapely.polygonize(shapely.get_parts(noded))))
    owners = find_owners(faces, blocks)
    sides = side_of_segments(faces, owners)
    arcs, left, right = [], [], []
    for line in merge_lines(noded):
        points = np.rint(shapely.get_coordinates(line)).astype(np.int64)
        first, second = tuple(points[0]), tuple(points[1])
        sides_of_arc = sides.get((*first, *second), -1), sides.get((*second, *first), -1)
        if sides_of_arc[0] != sides_of_arc[1]:
            arcs.append(points)
            left.append(sides_of_arc[0])
            right.append(sides_of_arc[1])
    return Topology(arcs, np.array(left, dtype=np.int64), np.array(right, dtype=np.int64))


def merge_lines(noded: shapely.Geometry) -> list[shapely.Geometry]:
    """Return the lines between the points where three borders meet, in a fixed order."""
    merged = shapely.get_parts(
        shapely.line_merge(shapely.multilinestrings(shapely.get_parts(noded)))
    )
    return sorted(merged, key=lambda line: shapely.get_coordinates(line).tolist())


def find_owners(faces: npt.NDArray[np.object_], blocks: gpd.GeoSeries) -> Integers:
    """Return the position of the block that each face lies in, -1 for a hole."""
    inside = shapely.point_on_surface(faces)
    tree = shapely.STRtree(blocks.to_numpy())
    face, block = tree.query(inside, predicate="intersects")
    owners = np.full(len(faces), -1, dtype=np.int64)
    owners[face[::-1]] = block[::-1]  # the first block counts where two claim a face
    return owners


def side_of_segments(
    faces: npt.NDArray[np.object_], owners: Integers
) -> dict[tuple[int, int, int, int], int]:
    """Return the block on the left of each directed segment (x, y, x, y) of the faces."""
    sides: dict[tuple[int, int, int, int], int] = {}
    oriented = shapely.orient_polygons(faces, exterior_cw=False)
    for face, owner in zip(oriented, owners, strict=True):
        for ring in shapely.get_rings(face):
            points = np.rint(shapely.get_coordinates(ring)).astype(int).tolist()
            for start, end in pairwise(points):
                sides[(*start, *end)] = int(owner)
    return sides
