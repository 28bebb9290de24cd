"""Plugins of folium that are held: each shows and works on a map that reaches no server."""

import folium
import folium.plugins
import pytest

from seatplan.examples import toy_outcome
from seatplan.views.maps import map_outcome

pytestmark = pytest.mark.browser

AT = [37.975, 106.199]  # inside the toy town


@pytest.fixture
def sheet():
    return map_outcome(toy_outcome(), "primary", year=2022, language="en")


def test_markers_are_gathered_and_a_group_within_them_is_switched(sheet, show):
    cluster = folium.plugins.MarkerCluster(name="gathered", control=False).add_to(sheet)
    group = folium.plugins.FeatureGroupSubGroup(cluster, "a part").add_to(sheet)
    for east in range(5):
        folium.Marker([AT[0], AT[1] + east * 1e-5]).add_to(group)
    window = show(sheet)
    assert window.page.inner_text(".marker-cluster") == "5"
    window.page.click("text=a part")
    assert window.page.locator(".marker-cluster").count() == 0
    window.check()


def test_a_heat_map_is_drawn(sheet, show):
    folium.plugins.HeatMap([AT] * 20, name="heat").add_to(sheet)
    window = show(sheet)
    painted = window.run(
        """() => { const canvas = document.querySelector(".leaflet-heatmap-layer");
        const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
        return data.some((value) => value > 0); }"""
    )
    assert painted
    window.check()


def test_a_polygon_is_drawn_by_hand(sheet, show):
    folium.plugins.Draw(position="bottomleft").add_to(sheet)
    window = show(sheet)
    window.page.click(".leaflet-draw-draw-polygon")
    corners = [(600, 300), (700, 300), (700, 400), (600, 300)]
    for x, y in corners:
        window.page.mouse.click(x, y)
        window.page.wait_for_timeout(350)  # a second click at once would be a double click
    count = """() => document.querySelectorAll('path[stroke="#3388ff"]').length"""
    assert window.run(count) == 1
    button = "() => getComputedStyle(document.querySelector('.leaflet-draw-draw-polygon'))"
    assert 'url("data:image/' in window.run(f"{button}.backgroundImage")
    window.check()


def test_a_place_is_searched_by_name(sheet, show):
    point = {"type": "Point", "coordinates": [AT[1], AT[0]]}
    place = {"type": "Feature", "properties": {"name": "Old mill"}, "geometry": point}
    places = folium.GeoJson({"type": "FeatureCollection", "features": [place]}).add_to(sheet)
    folium.plugins.Search(places, search_label="name", position="bottomleft").add_to(sheet)
    window = show(sheet)
    window.page.click("input.search-input")
    window.page.keyboard.type("Old", delay=20)
    window.page.click(".search-tip")
    assert window.page.input_value("input.search-input") == "Old mill"
    window.check()


def test_the_place_of_the_pointer_is_told(sheet, show):
    folium.plugins.MousePosition().add_to(sheet)
    window = show(sheet)
    window.page.mouse.move(500, 300)
    assert window.page.inner_text(".leaflet-control-mouseposition").startswith("37.9")
    window.check()


def test_words_run_along_a_line(sheet, show):
    line = folium.PolyLine([AT, [AT[0], AT[1] + 0.003]]).add_to(sheet)
    folium.plugins.PolyLineTextPath(line, "Ring road").add_to(sheet)
    window = show(sheet)
    assert window.page.text_content("textPath").startswith("Ring")
    window.check()


def test_layers_are_listed_in_groups_and_in_a_tree(sheet, show):
    names = ("one", "two")
    one, two = (folium.FeatureGroup(name, control=False).add_to(sheet) for name in names)
    folium.plugins.GroupedLayerControl({"Mine": [one]}, position="bottomleft").add_to(sheet)
    tree = {"label": "All", "children": [{"label": "two", "layer": two}]}
    folium.plugins.TreeLayerControl(overlay_tree=tree, position="bottomleft").add_to(sheet)
    window = show(sheet)
    assert "Mine" in window.page.text_content(".leaflet-control-layers-group-label")
    assert "two" in window.page.text_content(".leaflet-layerstree-children")
    window.check()


def test_a_small_map_beside_the_map_asks_for_its_tiles_alone(sheet, show):
    tiles = folium.TileLayer("https://tile.example.org/{z}/{x}/{y}.png", attr="me")
    folium.plugins.MiniMap(tile_layer=tiles, position="topleft", toggle_display=True).add_to(sheet)
    window = show(sheet)
    assert window.page.locator(".leaflet-control-minimap").bounding_box()["width"] > 100
    assert {address.split("/")[2] for address in window.requests} == {"tile.example.org"}
