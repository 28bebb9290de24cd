"""Where homes, schools, roads and water meet: told by name, and nobody moved for nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.towns import SMALL, to_degrees, write_features, write_town

from seatplan.district.reading import check_district, read_district, read_standards
from seatplan.outcome import evaluate
from seatplan.rezoning.drawing import rezone_catchments
from seatplan.rezoning.plan import Rezoning


@pytest.fixture
def town(tmp_path: Path) -> Path:
    return write_town(tmp_path / "town")


def edit(path: Path, change: Any) -> None:
    content = json.loads(path.read_text("utf-8"))
    change(content["features"])
    path.write_text(json.dumps(content, ensure_ascii=False), "utf-8")


def put(town: Path, place: int, x: float, y: float) -> None:
    """Put a school at a point, metres from the south-west corner."""
    at = to_degrees(SMALL, SMALL.corner[0] + x, SMALL.corner[1] + y)
    edit(town / "schools.geojson", lambda them: them[place]["geometry"].update(coordinates=at))


def told(town: Path) -> str:
    found = check_district(town)
    return "\n".join([*found.problems, *map(str, found.findings)])


def rezone(town: Path, **terms: Any) -> Rezoning:
    outcome = evaluate(read_district(town), read_standards(town / "standards.toml"))
    return rezone_catchments(outcome, stage="primary", years=[2022], effort=0.1, **terms)


def test_a_gate_across_the_line_is_told_and_moves_nobody(town: Path):
    # N1 stands in the east; its gate 10 m west of the line x = 800 lies in block b5 of P1.
    inside = put(town, 1, 810, 600) or rezone(town)
    put(town, 1, 790, 600)
    assert "N1 stands in block b5, of another primary catchment, 10 m from its own" in told(town)
    assert rezone(town, max_moved=0.0).moved == 0
    assert (rezone(town).plan == inside.plan).all()


def test_two_schools_at_one_point_are_told_and_move_nobody(town: Path):
    put(town, 1, 200, 200)
    assert "P1 and N1 stand at one point" in told(town)
    assert rezone(town).moved == 0
    assert rezone(town, max_moved=0.0).moved == 0


def test_a_kindergarten_in_the_yard_of_a_school_is_no_slip(town: Path):
    put(town, 2, 200, 200)
    assert "at one point" not in told(town)


def test_grades_below_and_above_those_of_a_school_may_be_left_empty(town: Path):
    edit(
        town / "schools.geojson",
        lambda them: them[0]["properties"].update(
            dict.fromkeys(["roll_g5", "classes_g5", "roll_g6", "classes_g6"])
        ),
    )
    assert "P1), primary: pupils in g1 to g4 only; taken as a school of g1 to g4" in told(town)


def test_blocks_across_a_street_that_touch_no_other_are_told(town: Path):
    # Each block is drawn 6 m within its lines, so that 12 m of street lie between any two.
    def shrink(them: Any) -> None:
        for each in them:
            ring = each["geometry"]["coordinates"][0]
            middle = [sum(values) / 4 for values in zip(*ring[:4], strict=True)]
            for point in ring:
                point[:] = [m + (p - m) * 388 / 400 for p, m in zip(point, middle, strict=True)]

    whole = rezone(town)
    edit(town / "population" / "blocks.geojson", shrink)
    assert (rezone(town).plan == whole.plan).all()
    assert "(id b1) touches no other block, and feature 2 (id b2) is 12 m away" in told(town)


def test_blocks_a_metre_apart_are_neighbours(town: Path):
    # Each block is shrunk to its west, by 1.5 m of 400.
    def shrink(them: Any) -> None:
        for each in them:
            ring = each["geometry"]["coordinates"][0]
            west, east = min(p[0] for p in ring), max(p[0] for p in ring)
            for point in ring:
                point[0] -= (east - west) * 1.5 / 400 * (point[0] > (west + east) / 2)

    whole = rezone(town)
    edit(town / "population" / "blocks.geojson", shrink)
    assert "m apart; taken as neighbours" in told(town)
    assert (rezone(town).plan == whole.plan).all()


def street(town: Path, number: int, *ends: tuple[float, float]) -> None:
    """Lay one more street."""
    x, y = SMALL.corner
    line = [to_degrees(SMALL, x + dx, y + dy) for dx, dy in ends]
    row = {"id": f"x{number}", "road_class": "local", "speed_kmh": 30}
    shape = {"type": "LineString", "coordinates": line}
    edit(
        town / "roads.geojson",
        lambda them: them.append({"type": "Feature", "properties": row, "geometry": shape}),
    )


def test_a_street_that_ends_in_another_is_told(town: Path):
    street(town, 1, (400, 200), (400, 20))  # from the middle of the street from b1 to b2
    assert "(id x1) ends in the middle of feature" in told(town)


def test_streets_that_cross_without_a_shared_point_are_told_unless_one_is_a_bridge(town: Path):
    street(town, 1, (400, 100), (400, 300))  # across the street from b1 to b2
    assert "crosses feature 8 (id x1) and does not join it" in told(town)
    edit(
        town / "roads.geojson",
        lambda them: them[-1]["properties"].update(road_class="bridge"),
    )
    assert "crosses" not in told(town)


def test_a_school_on_a_lane_that_joins_nothing_is_refused(town: Path):
    street(town, 1, (150, 100), (250, 100))  # no home is at it; 100 m south of b1's middle
    put(town, 0, 200, 95)
    words = "feature 1 (id P1): its road (roads.geojson, feature 8 (id x1)) joins no road"
    assert words in told(town)


@pytest.fixture
def parted(town: Path) -> Path:
    """A river between b1 to b3, where P1 and K1 stand, and the only street, through b4 to b6."""
    edit(town / "roads.geojson", lambda them: them.__delitem__(slice(0, 2)))
    edit(
        town / "roads.geojson",
        lambda them: [them.remove(each) for each in [*them] if each["properties"]["id"] > "r3"],
    )
    x, y = SMALL.corner
    river = [to_degrees(SMALL, x - 50, y + 400), to_degrees(SMALL, x + 1250, y + 400)]
    shape = {"type": "LineString", "coordinates": river}
    write_features(town / "water.geojson", [({"id": "w1", "name": "河", "kind": "river"}, shape)])
    return town


def test_a_home_behind_a_river_is_told(parted: Path):
    assert "(id b1) has no road on its own bank, and road" in told(parted)


def lay_lake(town: Path) -> None:
    """Lay a lake over the line between b1 to b3 and b4 to b6, 20 m wide."""
    x, y = SMALL.corner
    corners = [(-50, 390), (1250, 390), (1250, 410), (-50, 410), (-50, 390)]
    ring = [to_degrees(SMALL, x + east, y + north) for east, north in corners]
    shape = {"type": "Polygon", "coordinates": [ring]}
    write_features(town / "water.geojson", [({"id": "w1", "name": "湖", "kind": "lake"}, shape)])


def test_an_area_of_water_parts_its_banks_as_a_line_does(parted: Path):
    lay_lake(parted)
    assert "(id b1) has no road on its own bank, and road" in told(parted)
    assert set(read_district(parted).water.geom_type) == {"LineString"}


def test_a_straight_way_across_water_is_told_where_there_are_no_roads(town: Path):
    lay_lake(town)
    write_features(town / "roads.geojson", [])
    # P1 and K1 stand south of the lake, N1 north of it: b4 goes to P1 in the catchment, 400 m
    assert "block b4: its straight way to" in told(town)


def test_nobody_walks_across_a_river_without_a_bridge(parted: Path):
    # Rolls on record stay (P1 40 a grade from b1, b2, b4, b5). K1, nearest to all, has 60 of each
    # age in 2020; from 2023 on only the 30 of its own bank, and the other 30 have no way.
    outcome = evaluate(read_district(parted), read_standards(parted / "standards.toml"))
    schools, blocks = outcome.balance.schools, outcome.balance.blocks
    assert set(schools.pupils.xs(("P1", "primary"), level=("school", "stage"))) == {240}
    kindergarten = schools.pupils.xs("kindergarten", level="stage").loc["K1"]
    assert (kindergarten[2020], kindergarten[2023]) == (180, 90)
    assert blocks.unplaced.xs(("kindergarten", 2023), level=("stage", "year")).tolist() == [
        *[0, 0, 0],
        *[30, 30, 30],
    ]
    # b1 to b3 have no road: straight to K1 in b2, 400 m; b4's pupils have no way to P1 in b1.
    assert blocks.walk_m[("b3", "kindergarten", 2023)] == pytest.approx(400, abs=1)
    assert np.isnan(blocks.walk_m[("b4", "primary", 2023)])


def frame(x: float, y: float, wide: float) -> dict[str, Any]:
    """A square of so many metres, its south-west corner at a point of the town."""
    ring = [(0, 0), (wide, 0), (wide, wide), (0, wide), (0, 0)]
    at = [to_degrees(SMALL, SMALL.corner[0] + x + dx, SMALL.corner[1] + y + dy) for dx, dy in ring]
    return {"type": "Polygon", "coordinates": [[list(each) for each in at]]}


@pytest.mark.parametrize(
    ("shape", "doubted"),
    [
        (frame(-5_000, 0, 5_000), ""),  # shares the western edge
        (frame(-4_980, 0, 5_000), ""),  # 20 m of the district too, as two sources draw an edge
        (frame(-100, -100, 5_000), "lies in this district"),
        ({"type": "Point", "coordinates": None}, "lies in this district"),
        (frame(-300_000, 0, 5_000), "m from every block"),
    ],
)
def test_a_neighbour_lies_beside_the_district(town: Path, shape: Any, doubted: str):
    if shape["type"] == "Point":
        shape = shape | {
            "coordinates": list(to_degrees(SMALL, SMALL.corner[0] + 200, SMALL.corner[1] + 200))
        }
    write_features(town / "neighbours.geojson", [({"name": "东县"}, shape)])
    said = [line for line in told(town).splitlines() if "东县" in line or "neighbours" in line]
    said = [line for line in said if line.startswith("neighbours.geojson") or "东县" in line]
    assert bool(said) == bool(doubted), said
    assert doubted in "".join(said)
