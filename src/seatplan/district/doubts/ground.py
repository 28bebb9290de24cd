"""Each layer's place against the others: zones, blocks, roads, water and sites."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from seatplan.district.doubts.thresholds import THRESHOLDS, is_odd, list_positions
from seatplan.district.draft import Draft
from seatplan.district.finding import Finding
from seatplan.district.layers import Frame
from seatplan.district.tables import BLOCKS, NEIGHBOURS, SETTINGS

OVERLAP = 0.1  # share of the district that a neighbour may cover, where two sources draw its edge
NEAR_M = 1_000.0  # metres about the blocks in which roads are of the district


def doubt_zones(draft: Draft) -> Iterator[Finding]:
    """Yield zones whose place lies far from the blocks that name them."""
    rows, table = draft.rows["zones.csv"], draft.tables["zones.csv"]
    placed = table[table.lon.notna() & table.lat.notna()]
    shapes = draft.shapes[BLOCKS]
    if placed.empty or shapes.crs is None:
        return
    blocks, frame = draft.tables[BLOCKS], Frame(str(shapes.crs), "EPSG:4326")
    points = frame.to_metres(shapely.points(placed.lon, placed.lat), "EPSG:4326")
    everywhere = shapely.multipolygons([]) if shapes.empty else shapely.box(*shapes.total_bounds)
    bounds = shapes.bounds
    areas: dict[str, object] = {}
    for column in ("unit", "township"):
        low = bounds[["minx", "miny"]].groupby(blocks[column]).min()
        high = bounds[["maxx", "maxy"]].groupby(blocks[column]).max()
        boxes = shapely.box(low.minx, low.miny, high.maxx, high.maxy)
        areas |= dict(zip(low.index.astype(str), boxes, strict=True))
    own: Any = np.array([areas.get(str(zone), everywhere) for zone in placed.id], dtype=object)
    away = shapely.distance(points, own)
    away = np.where(np.isfinite(away), away, np.inf)
    for place in list_positions(is_odd("zone from its blocks", away, 1.0)):
        want = f"{away[place]:,.0f} m from its blocks; want longitude and latitude of its seat"
        sentence = rows.fault(placed.index[place], "lon", want)
        yield Finding("zone elsewhere", "doubtful", sentence, away[place])


def doubt_layers(draft: Draft) -> Iterator[Finding]:
    """Yield roads and water that lie elsewhere than the blocks."""
    blocks = draft.shapes[BLOCKS].to_numpy()
    tree = shapely.STRtree(blocks)
    roads = draft.shapes["roads.geojson"].to_numpy()
    length = shapely.length(roads)
    middles = shapely.line_interpolate_point(roads, 0.5, normalized=True)
    near = np.zeros(len(roads), dtype=bool)
    near[tree.query(middles, predicate="intersects")[0]] = True
    beyond = np.flatnonzero(~near)
    near[beyond[tree.query(middles[beyond], predicate="dwithin", distance=NEAR_M)[0]]] = True
    share = float(length[near].sum() / length.sum()) if length.sum() else 1.0
    if is_odd("roads in the district", share):
        sentence = (
            f"roads.geojson: {share:.0%} of the roads' length lies within {NEAR_M:,.0f} m of a "
            "block; want the roads of this district"
        )
        yield Finding("roads elsewhere", "doubtful", sentence)
    if "water.geojson" in draft.shapes and draft.has("water.geojson"):
        rows, water = draft.rows["water.geojson"], draft.shapes["water.geojson"]
        far = _away(tree, water.to_numpy())
        for place in list_positions(is_odd("water from the district", far)):
            found = f"{rows.place(water.index[place])}: lies {far[place]:,.0f} m from every block"
            sentence = rows.say(f"{found}; want water of this district")
            yield Finding("water elsewhere", "doubtful", sentence, far[place])


def doubt_neighbours(draft: Draft) -> Iterator[Finding]:
    """Yield neighbours that lie far away, or over the district itself."""
    blocks, rows, shapes = draft.shapes[BLOCKS], draft.rows[NEIGHBOURS], draft.shapes[NEIGHBOURS]
    ground = shapely.union_all(blocks.to_numpy())
    away = shapely.distance(shapes.to_numpy(), ground)
    for place in list_positions(is_odd("neighbour from the district", away)):
        found = f"{rows.place(shapes.index[place])}: lies {away[place]:,.0f} m from every block"
        sentence = rows.say(f"{found}; want a district beside this one")
        yield Finding("neighbour elsewhere", "doubtful", sentence, away[place])
    points = shapely.get_dimensions(shapes.to_numpy()) == 0
    shared = shapely.area(shapely.intersection(shapes.to_numpy(), ground)) / shapely.area(ground)
    for place in np.flatnonzero((points & (away == 0)) | (shared > OVERLAP)).tolist():
        found = f"{rows.place(shapes.index[place])}: lies in this district"
        sentence = rows.say(f"{found}; want the districts around it, not this one")
        yield Finding("neighbour within", "doubtful", sentence)


def _away(tree: shapely.STRtree, shapes: object) -> NDArray[np.float64]:
    """Return metres from each shape to the nearest in the tree."""
    _, metres = tree.query_nearest(shapes, return_distance=True, all_matches=False)
    return np.asarray(metres, dtype=float)


def doubt_blocks_apart(draft: Draft) -> Iterator[Finding]:
    """Yield blocks that lie far from all the others."""
    rows, shapes = draft.rows[BLOCKS], draft.shapes[BLOCKS]
    if len(shapes) < 2:
        return
    geometry = shapes.to_numpy()
    tree = shapely.STRtree(geometry)
    for place in list_positions(is_odd("block from blocks", _bound_apart(geometry))):
        _, away = tree.query_nearest(
            geometry[place], exclusive=True, return_distance=True, all_matches=False
        )
        if is_odd("block from blocks", metres := float(away.min(initial=np.inf))):
            found = f"{rows.place(shapes.index[place])}: {metres:,.0f} m from the next block"
            sentence = rows.say(f"{found}; want a block of this district")
            yield Finding("block apart", "doubtful", sentence, metres)


def _bound_apart(shapes: NDArray[np.object_]) -> NDArray[np.float64]:
    """Return metres from a corner of each shape to the nearest corner of another: no less apart."""
    rings = shapely.get_exterior_ring(shapely.get_geometry(shapes, 0))
    corners = shapely.get_point(rings, 0)
    near, metres = shapely.STRtree(corners).query_nearest(
        corners, exclusive=True, return_distance=True, all_matches=False
    )
    bound = np.zeros(len(shapes))  # where corners are one point, nothing is apart
    bound[near[0]] = metres
    return bound


def doubt_sites(draft: Draft) -> Iterator[Finding]:
    """Yield sites of another unit, out of time, or on the ground of a school."""
    rows, table = draft.rows["sites.geojson"], draft.tables["sites.geojson"]
    if table.empty:
        return
    late = table.earliest_year > draft.horizon
    for number in table.index[late]:
        want = f"want a year up to horizon {draft.horizon}"
        yield Finding("site too late", "doubtful", rows.fault(number, "earliest_year", want))
    for number in table.index[is_odd("rooms of a school", table.max_classrooms)]:
        want = f"want rooms, up to {THRESHOLDS['rooms of a school'].most:g} of a stage"
        yield Finding("large site", "doubtful", rows.fault(number, "max_classrooms", want))
    room = table.land_m2 / table.max_classrooms
    for number in table.index[(room < 30) | (room > 50_000)]:
        want = f"for {table.max_classrooms[number]:.0f} rooms; want m2 (1 mu is 667, 1 ha 10,000)"
        yield Finding("land of a site", "doubtful", rows.fault(number, "land_m2", want))
    schools = draft.shapes["schools.geojson"]
    sites = draft.shapes["sites.geojson"]
    away = _away(shapely.STRtree(schools.to_numpy()), sites.to_numpy())
    for place in list_positions(is_odd("site from a school", away)):
        found = f"{rows.place(sites.index[place])}: stands where a school stands"
        sentence = rows.say(f"{found}; want its own ground, or an extension of that school")
        yield Finding("site at a school", "note", sentence)


def doubt_settings(draft: Draft) -> Iterator[Finding]:
    """Yield schools said to stand in another setting than the block around them."""
    rows, table = draft.rows["schools.geojson"], draft.tables["schools.geojson"]
    blocks = draft.tables[BLOCKS]
    tree = shapely.STRtree(draft.shapes[BLOCKS].to_numpy())
    point, block = tree.query(draft.shapes["schools.geojson"].to_numpy(), predicate="intersects")
    rank = {name: place for place, name in enumerate(SETTINGS)}
    here = table.setting.iloc[point].map(rank).to_numpy()
    around = pd.Series(blocks.setting.iloc[block].map(rank).to_numpy())
    off = around.sub(here).abs().groupby(point).min()  # on a border: the block that fits
    for place in off.index[off == len(SETTINGS) - 1]:
        found = blocks.setting.iloc[block[list_positions(point == place)[0]]]
        want = f"but its block is {found}; want the setting of its ground"
        sentence = rows.fault(table.index[place], "setting", want)
        yield Finding("setting of a school", "doubtful", sentence)
