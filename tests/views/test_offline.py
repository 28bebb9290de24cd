"""A page asks nobody for anything, and no name gets out of its place."""

import io
import re

import folium
import pytest
from branca.element import CssLink, JavascriptLink
from folium.plugins import AntPath, MiniMap

from seatplan.views.offline import Inline, OfflineMap
from seatplan.views.scanning import list_fetched


def test_a_folium_map_holds_its_scripts_and_names_no_server():
    page = OfflineMap("利通区").get_root().render()
    assert list_fetched(page) == []
    assert 'src="http' not in page
    assert "url(data:image/png;base64," in page  # the layer control's picture
    assert "<title>利通区</title>" in page
    assert len(page) < 250_000


@pytest.mark.parametrize(
    ("element", "host"),
    [
        (
            folium.TileLayer("https://tile.example.org/{z}/{x}/{y}.png", attr="x"),
            "tile.example.org",
        ),
        (AntPath([[38.0, 106.0], [38.1, 106.0]]), "cdn.jsdelivr.net"),
        (
            folium.raster_layers.WmsTileLayer("https://wms.example.org", layers="a"),
            "wms.example.org",
        ),
    ],
    ids=["tiles", "plugin", "wms"],
)
def test_what_is_not_held_is_left_to_load_and_the_log_names_its_host(element, host, caplog):
    sheet = OfflineMap()
    element.add_to(sheet)
    page = sheet.get_root().render()
    assert f"the page will load from {host}" in caplog.text
    assert host in page


@pytest.mark.parametrize(
    "code",
    [
        '<img src="https://example.org/a.png">',
        "<img src=//example.org/a.png>",
        '<link rel="preload" href="a.js">',
        '<div style="background:url(http://example.org/a.png)"></div>',
        '<style>@import "https://example.org/a.css";</style>',
        '<iframe src="page.html"></iframe>',
        '<img srcset="https://example.org/a.png 2x">',
        '<object data="http://example.org/x.swf"></object>',
    ],
)
def test_whatever_a_finished_page_would_fetch_is_found(code, caplog):
    sheet = OfflineMap()
    sheet.get_root().html.add_child(Inline(code))
    page = sheet.get_root().render()
    assert len(list_fetched(page)) == 1
    assert re.search(r"will load from (example\.org|a\.js|page\.html)", caplog.text)


def test_a_link_that_a_reader_clicks_is_no_request():
    sheet = OfflineMap()
    sheet.get_root().html.add_child(Inline('<a href="https://example.org">here</a>'))
    assert "example.org" in sheet.get_root().render()


def test_script_and_style_links_beside_the_map_stay_unless_held(caplog):
    sheet = OfflineMap()
    held = JavascriptLink("https://cdn.example.net/leaflet.js")
    sheet.get_root().header.add_child(held)
    for link in (JavascriptLink("https://example.org/d3.js"), CssLink("https://example.org/x.css")):
        sheet.get_root().header.add_child(link)
    page = sheet.get_root().render()
    assert "https://example.org/d3.js" in page
    assert "cdn.example.net" not in page
    assert caplog.text.count("example.org") == 1


def test_a_file_that_stood_is_kept_where_a_page_cannot_be_written(tmp_path):
    path = tmp_path / "map.html"
    path.write_text("kept", "utf-8")
    sheet = OfflineMap()
    tip = folium.GeoJsonTooltip(["name"])
    folium.GeoJson({"type": "FeatureCollection", "features": []}, tooltip=tip).add_to(sheet)
    with pytest.raises(AssertionError, match="name is not available"):  # folium's own refusal
        sheet.save(path)
    assert path.read_text("utf-8") == "kept"
    assert [file.name for file in tmp_path.iterdir()] == ["map.html"]


def test_a_page_goes_into_an_open_file_too():
    stream = io.BytesIO()
    OfflineMap("a").save(stream, close_file=False)
    assert b"<title>a</title>" in stream.getvalue()


def test_the_same_map_gives_the_same_bytes():
    pages = set()
    for _ in range(2):
        sheet = OfflineMap("a")
        folium.CircleMarker([38, 106]).add_to(sheet)
        folium.Marker([38, 106], icon=folium.DivIcon("a")).add_to(sheet)
        MiniMap().add_to(sheet)  # it holds a layer that is no child of it
        pages.add(sheet.get_root().render())
        pages.add(sheet.get_root().render())  # and on a second look
    assert len(pages) == 1


@pytest.mark.parametrize("name", ["{{7*7}}", "{% raw %}", "{#", "{{ this.render() }}"])
def test_no_template_reads_the_data(name):
    sheet = OfflineMap()
    sheet.get_root().html.add_child(Inline(name))
    assert name in sheet.get_root().render()
