"""Roads from OpenStreetMap extracts and from GeoPackages of several layers."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from seatplan.errors import InputError
from seatplan.intake.roads import read_lines, spell_roads

PLACES = {1: (106.196, 37.972), 2: (106.2, 37.972), 3: (106.204, 37.972), 4: (106.2, 37.97)}
WAYS = {
    10: ([1, 2, 3], {"highway": "residential"}),
    11: ([4, 2], {"highway": "footway"}),
    12: ([1, 4], {"highway": "motorway"}),
    13: ([1, 2, 4, 1], {"building": "yes"}),
}
EAST_WEST = shapely.LineString([PLACES[1], PLACES[3]])
NORTH_SOUTH = shapely.LineString([(106.2, 37.97), (106.2, 37.976)])


@pytest.fixture
def extract(tmp_path: Path) -> Path:
    """Two streets, a motorway and a house, as OpenStreetMap writes them."""
    nodes = [f'<node id="{n}" lon="{x}" lat="{y}" version="1"/>' for n, (x, y) in PLACES.items()]
    ways = []
    for number, (ends, tags) in WAYS.items():
        inner = [f'<nd ref="{end}"/>' for end in ends]
        inner += [f'<tag k="{key}" v="{value}"/>' for key, value in tags.items()]
        ways.append(f'<way id="{number}" version="1">{"".join(inner)}</way>')
    path = tmp_path / "tiny.osm"
    path.write_text(f'<osm version="0.6">{"".join(nodes + ways)}</osm>', "utf-8")
    return path


@pytest.mark.parametrize("packed", [False, True])
def test_an_extract_gives_the_ways_that_people_walk_on(extract: Path, packed: bool):
    # The packed one holds the same nodes and ways, made up, as PBF (written with pyosmium).
    extract = Path(__file__).parents[1] / "data" / "tiny.osm.pbf" if packed else extract
    assert set(read_lines(extract).highway) == {"residential", "footway"}
    roads = json.loads(spell_roads(extract, "EPSG:4544"))["features"]
    assert len(roads) == 3  # the street is cut where the footway meets it
    assert len({road["properties"]["id"] for road in roads}) == 3


def test_of_the_layers_of_a_package_that_of_roads_is_taken(tmp_path: Path):
    path = tmp_path / "area.gpkg"
    house = gpd.GeoDataFrame({"osm_id": ["1"]}, geometry=[shapely.Point(106.2, 37.97)], crs=4326)
    house.to_file(path, layer="gis_osm_buildings_a_free")
    lines = [EAST_WEST, NORTH_SOUTH, NORTH_SOUTH]
    rails = gpd.GeoDataFrame(geometry=lines[:1], crs=4326)
    rails.to_file(path, layer="gis_osm_railways_free")
    classes = ["residential", "footway", "motorway"]
    roads = gpd.GeoDataFrame({"fclass": classes}, geometry=lines, crs=4326)
    roads.to_file(path, layer="gis_osm_roads_free")
    assert list(read_lines(path).fclass) == ["residential", "footway"]
    assert len(json.loads(spell_roads(path, "EPSG:4544"))["features"]) == 4  # cut at the crossing


def test_several_layers_of_lines_without_a_name_for_roads_are_refused(tmp_path: Path):
    path = tmp_path / "area.gpkg"
    for name in ("a", "b"):
        gpd.GeoDataFrame(geometry=[EAST_WEST], crs=4326).to_file(path, layer=name)
    with pytest.raises(InputError, match=r"2 layers of lines \(a, b\); want one layer"):
        read_lines(path)


def test_a_layer_without_lines_is_refused(tmp_path: Path):
    path = tmp_path / "points.geojson"
    gpd.GeoDataFrame(geometry=[shapely.Point(106.2, 37.97)], crs=4326).to_file(path)
    with pytest.raises(InputError, match="no lines"):
        read_lines(path)
