"""Where homes, schools, roads and water meet: gates, gaps, junctions and crossings, by name."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from seatplan.district.banks import keep_bank
from seatplan.district.campuses import CAMPUSES, SCHOOLS
from seatplan.district.doubts.thresholds import list_positions
from seatplan.district.draft import Draft
from seatplan.district.finding import Finding
from seatplan.district.order import find_nearest_place
from seatplan.district.places import join_lines
from seatplan.district.tables import ASSUMPTIONS, BLOCKS

GATE_M = 60.0  # a point so near its own catchment stands at its edge: the gate, or a rounded place
GAP_M = 5.0  # blocks nearer than this, and not touching, were drawn to touch
STREET_M = 60.0  # a block that touches none lies across a street or a canal from one so near
SHARED_M = 20.0  # metres along which two blocks run side by side
JUNCTION_M = 1.0  # the end of a street so near the middle of another was drawn to meet it
POINT_M = 1.0  # two schools nearer than this stand at one point


def doubt_gates(draft: Draft) -> Iterator[Finding]:
    """Yield schools whose point lies in a block of another catchment, beside their own.

    Not where catchments are drawn for want of a table, which fit the rolls or the seats.
    """
    catchments = draft.tables["catchments.csv"]
    if draft.has(ASSUMPTIONS) and (draft.tables[ASSUMPTIONS].table == "catchments.csv").any():
        return
    schools = draft.shapes["schools.geojson"].to_numpy()
    names = draft.tables["schools.geojson"].id.to_numpy()
    blocks = pd.Series(draft.shapes[BLOCKS].to_numpy(), draft.tables[BLOCKS].id)
    tree = shapely.STRtree(blocks.to_numpy())
    point, block = tree.query(schools, predicate="intersects")
    elsewhere = _find_further(draft, tree)
    for stage, own in catchments.groupby("stage"):
        zones = own.groupby("school").block.agg(set)
        for place in np.unique(point).tolist():
            school = names[place]
            around = [str(blocks.index[number]) for number in block[point == place]]
            around += [str(blocks.index[at]) for at in elsewhere.get(school, ())]
            if school not in zones or zones[school] & set(around):
                continue
            mine = blocks.reindex(sorted(zones[school])).dropna().to_numpy()
            away = float(shapely.distance(schools[place], mine).min())
            side = f"{away:,.0f} m from its own catchment" if away <= GATE_M else "outside its own"
            sentence = (
                f"schools.geojson: {school} stands in block {around[0]}, of another {stage} "
                f"catchment, {side}; want its point inside the line, or the block in its catchment"
            )
            yield Finding("gate across the line", "doubtful", sentence, away)


def _find_further(draft: Draft, tree: shapely.STRtree) -> dict[str, list[int]]:
    """Return the blocks in which the further sites of schools stand, by their positions."""
    found: dict[str, list[int]] = {}
    if draft.has(CAMPUSES):
        points = draft.shapes[CAMPUSES].to_numpy()
        for point, block in zip(*tree.query(points, predicate="intersects"), strict=True):
            found.setdefault(draft.tables[CAMPUSES].id.iloc[point], []).append(int(block))
    return found


def doubt_points(draft: Draft) -> Iterator[Finding]:
    """Yield schools that stand at the point of another which teaches a stage that they teach.

    A kindergarten in the yard of a primary school is no slip.
    """
    schools = draft.shapes["schools.geojson"].to_numpy()
    names = draft.tables["schools.geojson"].id.to_numpy()
    kinds = draft.tables["schools.geojson"].kind.map(draft.standards.kinds)
    taught = [set(stages) if isinstance(stages, tuple) else set() for stages in kinds]
    one, other = shapely.STRtree(schools).query(schools, predicate="dwithin", distance=POINT_M)
    for first, second in zip(one[one < other], other[one < other], strict=True):
        if not taught[first] & taught[second]:
            continue
        sentence = (
            f"schools.geojson: {names[first]} and {names[second]} stand at one point; want the "
            "gate of each, or one school"
        )
        yield Finding("two schools at one point", "doubtful", sentence)


def find_gaps(shapes: NDArray[np.object_]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the pairs of blocks that nearly touch, (e, 2), and the metres between them."""
    one, other = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=GAP_M)
    one, other = one[one < other], other[one < other]
    metres = shapely.distance(shapes[one], shapes[other])
    apart = metres > 0
    one, other, metres = one[apart], other[apart], metres[apart]
    edges = shapely.boundary(shapes[one])
    shared = shapely.length(shapely.intersection(edges, shapely.buffer(shapes[other], GAP_M)))
    beside = shared > SHARED_M
    return np.stack([one, other], axis=1)[beside].astype(np.int64), metres[beside]


def find_streets(shapes: NDArray[np.object_]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return blocks that touch no other, each with those it faces across a street, and the metres.

    Blocks face each other along more than twice what lies between them: not corner to corner.
    """
    tree = shapely.STRtree(shapes)
    one, other = tree.query(shapes, predicate="dwithin", distance=GAP_M)
    alone = np.setdiff1d(np.arange(len(shapes)), one[one != other])
    near, other = tree.query(shapes[alone], predicate="dwithin", distance=STREET_M)
    one = alone[near]
    one, other = one[one != other], other[one != other]
    metres = shapely.distance(shapes[one], shapes[other])
    beside = shapely.buffer(shapes[other], 1.2 * metres)
    along = shapely.length(shapely.intersection(shapely.boundary(shapes[one]), beside))
    order = np.lexsort((metres, one))
    order = order[(along > 2 * metres)[order]]
    return np.stack([one, other], axis=1)[order].astype(np.int64), metres[order]


def doubt_gaps(draft: Draft) -> Iterator[Finding]:
    """Yield blocks that nearly touch; they count as neighbours."""
    rows, shapes = draft.rows[BLOCKS], draft.shapes[BLOCKS]
    pairs, metres = find_gaps(shapes.to_numpy())
    for (first, second), gap in zip(pairs.tolist(), metres.tolist(), strict=True):
        one, other = (rows.place(shapes.index[place]) for place in (first, second))
        sentence = rows.say(f"{one} and {other} are {gap:.1f} m apart; taken as neighbours")
        yield Finding("gap between blocks", "doubtful", f"{sentence}; want blocks that touch", gap)
    yield from _doubt_streets(draft)


def _doubt_streets(draft: Draft) -> Iterator[Finding]:
    """Yield blocks that touch no other, though one lies across a street."""
    rows, shapes = draft.rows[BLOCKS], draft.shapes[BLOCKS].to_numpy()
    pairs, metres = find_streets(shapes)
    seen: set[int] = set()
    for (first, second), gap in zip(pairs.tolist(), metres.tolist(), strict=True):
        if first in seen:
            continue
        seen.add(first)
        here, there = (rows.place(rows.cells.index[place]) for place in (first, second))
        sentence = rows.say(
            f"{here} touches no other block, and {there} is {gap:.0f} m away, as across a street; "
            "they are taken as neighbours; want blocks to the middle of the street"
        )
        yield Finding("block by itself", "doubtful", sentence, gap)


def doubt_junctions(draft: Draft) -> Iterator[Finding]:
    """Yield streets that end in the middle of another, without a shared end point."""
    rows, shapes = draft.rows["roads.geojson"], draft.shapes["roads.geojson"]
    seen: set[int] = set()
    for number, line, _ in find_junctions(shapes.to_numpy()):
        if number in seen:
            continue
        seen.add(number)
        one, second = (rows.place(shapes.index[at]) for at in (number, line))
        sentence = rows.say(
            f"{one} ends in the middle of {second}, where no way leads on; want it split there"
        )
        yield Finding("street that ends in another", "doubtful", sentence)


def doubt_crossings(draft: Draft) -> Iterator[Finding]:
    """Yield streets that cross in the middle of both, where neither is a bridge."""
    rows, shapes = draft.rows["roads.geojson"], draft.shapes["roads.geojson"]
    level = (draft.tables["roads.geojson"].road_class != "bridge").to_numpy()
    for first, second in find_crossings(shapes.to_numpy()):
        if not (level[first] and level[second]):
            continue
        one, other = (rows.place(shapes.index[at]) for at in (first, second))
        sentence = rows.say(
            f"{one} crosses {other} and does not join it; want both split there, or road_class "
            "bridge where one leads over the other"
        )
        yield Finding("streets that cross", "doubtful", sentence)


def find_crossings(lines: NDArray[np.object_]) -> Iterator[tuple[int, int]]:
    """Yield pairs of streets that cross farther than `JUNCTION_M` from every end of both."""
    one, other = shapely.STRtree(lines).query(lines, predicate="crosses")
    one, other = one[one < other], other[one < other]
    points, pair = shapely.get_parts(
        shapely.intersection(lines[one], lines[other]), return_index=True
    )
    near = np.full(len(points), np.inf)
    for street in (lines[one[pair]], lines[other[pair]]):
        for end in (0, -1):
            near = np.minimum(near, shapely.distance(points, shapely.get_point(street, end)))
    for place in np.unique(pair[near > JUNCTION_M]).tolist():
        yield int(one[place]), int(other[place])


def find_junctions(lines: NDArray[np.object_]) -> Iterator[tuple[int, int, shapely.Point]]:
    """Yield streets that end in the middle of another: the one, the other, and the end.

    Not where another street ends at the same point: then they are joined.
    """
    tips = np.concatenate([shapely.get_point(lines, end) for end in (0, -1)])
    street = np.tile(np.arange(len(lines)), 2)
    alone = _find_loose(tips, street)
    tip, line = shapely.STRtree(lines).query(tips[alone], predicate="dwithin", distance=JUNCTION_M)
    tip = alone[tip]
    other = street[tip] != line
    tip, line = tip[other], line[other]
    ends = [shapely.get_point(lines[line], end) for end in (0, -1)]
    near = np.minimum(*(shapely.distance(tips[tip], end) for end in ends))
    for place in list_positions(near > JUNCTION_M):
        if not _meets_an_end(tips, street, int(tip[place])):
            yield int(street[tip[place]]), int(line[place]), tips[tip[place]]


def _find_loose(tips: NDArray[np.object_], street: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the ends that are not, to the centimetre, the end of another street too."""
    places = np.round(shapely.get_coordinates(tips), 2)
    _, place = np.unique(places, axis=0, return_inverse=True)
    place = place.ravel()
    first = np.full(place.max(initial=-1) + 1, -1)
    first[place] = street
    joined = np.zeros(len(first), dtype=bool)
    joined[place[first[place] != street]] = True
    loose: NDArray[np.int64] = np.flatnonzero(~joined[place])
    return loose


def _meets_an_end(tips: NDArray[np.object_], street: NDArray[np.int64], tip: int) -> bool:
    """Say whether the end of another street lies at this one: then they are joined."""
    near = shapely.distance(tips, tips[tip]) <= 0.1
    return bool((near & (street != street[tip])).any())


def doubt_water(draft: Draft) -> Iterator[Finding]:
    """Yield blocks and schools that water parts from every road near them."""
    if not draft.has("water.geojson") or "water.geojson" not in draft.shapes:
        return
    roads, water = (draft.shapes[name].to_numpy() for name in ("roads.geojson", "water.geojson"))
    if not len(water):
        return
    if not len(roads):
        yield from _doubt_straight(draft, water)
        return
    streets = shapely.STRtree(roads)
    for name in (BLOCKS, "schools.geojson"):
        rows, shapes = draft.rows[name], draft.shapes[name]
        points = shapely.point_on_surface(shapes.to_numpy())
        near = streets.nearest(points)
        ways = shapely.distance(points, roads[near])
        for place in list_positions(keep_bank(points, roads, near, water) < 0):
            street = draft.tables["roads.geojson"].id.iloc[int(near[place])]
            sentence = rows.say(
                f"{rows.place(shapes.index[place])} has no road on its own bank, and road {street} "
                "lies across water; want a road there, or the bridge"
            )
            yield Finding("way across water", "doubtful", sentence, float(ways[place]))


def _doubt_straight(draft: Draft, water: NDArray[np.object_]) -> Iterator[Finding]:
    """Yield blocks whose straight way to a school of theirs, or to the nearest, crosses water."""
    homes = draft.shapes[BLOCKS].representative_point().set_axis(draft.tables[BLOCKS].id)
    gates = draft.shapes[SCHOOLS].set_axis(draft.tables[SCHOOLS].id)
    gates = gates[~gates.index.duplicated()]
    near = pd.Series(gates.index[find_nearest_place(homes, gates)], homes.index)
    pairs = [*near.items()]
    if draft.has("catchments.csv"):
        pairs += draft.tables["catchments.csv"][["block", "school"]].itertuples(index=False)
    told = set()
    banks = shapely.STRtree(water)
    for block, school in pairs:
        if block in told or block not in homes.index or school not in gates.index:
            continue
        way = shapely.shortest_line(homes[block], gates[school])
        if len(banks.query(way, predicate="crosses")):
            told.add(block)
            sentence = (
                f"{BLOCKS}: block {block}: its straight way to {school} crosses water, and there "
                "are no roads; want roads with their bridges, or the way in travel.csv"
            )
            yield Finding("way across water", "doubtful", sentence, float(way.length))


def find_cut_off(draft: Draft, name: str = SCHOOLS) -> Iterator[str]:
    """Yield schools, or further sites, on roads that join no road at which anybody lives."""
    roads, blocks = draft.shapes["roads.geojson"], draft.shapes[BLOCKS]
    schools, rows = draft.shapes[name], draft.rows[name]
    if any(shapes.isna().any() or shapes.empty for shapes in (roads, blocks, schools)):
        return
    network = join_lines(roads).to_numpy()
    tree = shapely.STRtree(roads.to_numpy())
    _, home = tree.query_nearest(blocks.representative_point().to_numpy())
    lived = set(network[home].tolist())
    point, gate = tree.query_nearest(schools.to_numpy())
    for place in range(len(schools)):
        own = gate[point == place]
        if set(network[own].tolist()) & lived:
            continue
        street = draft.rows["roads.geojson"].place(roads.index[int(own[0])])
        main = roads.to_numpy()[np.isin(network, sorted(lived))]
        gap = float(
            shapely.distance(roads.to_numpy()[network == network[own[0]]][:, None], main).min()
        )
        yield rows.say(
            f"{rows.place(schools.index[place])}: its road (roads.geojson, {street}) joins no road "
            f"that a home is at; the nearest is {gap:,.0f} m away; want a shared end point"
        )
