"""Texts that folium and branca would read as code stay as they are."""

import json
import re

import folium
import pytest

from seatplan.views.layers.seat_map import SeatMap
from seatplan.views.verbatim import quote

NAMES = ["{{7*7}}", "{% raw %}", "{% endraw %}", "{#", "{{ this.render() }}", "{%- endraw -%}"]


@pytest.mark.parametrize("name", NAMES)
def test_no_template_reads_what_folium_writes(name):
    sheet = SeatMap("a", "en")
    given = {"type": "Point", "coordinates": [106, 38]}
    feature = {"type": "Feature", "properties": {"name": name}, "geometry": given}
    folium.GeoJson({"type": "FeatureCollection", "features": [feature]}).add_to(sheet)
    folium.Marker([38, 106], tooltip=name, popup=name).add_to(sheet)
    folium.FeatureGroup(name).add_to(sheet)
    page = sheet.get_root().render()
    assert "49" not in re.findall(r"<div>\s*(\w+)\s*</div>", page)
    written = json.dumps(name).replace("{%", "{%")
    assert written in page or written.replace("{%", "\\u007b%") in page
    # tooltip and popup stand between backticks, where \u007b is a brace
    assert page.count(name) + page.count(name.replace("{%", "\\u007b%")) >= 3


@pytest.mark.parametrize("text", ["${alert(1)}", "`${alert(2)}`", "\\", "a\\`b", "C:\\new \\u"])
def test_a_text_between_backticks_ends_nowhere_and_runs_nothing(text):
    quoted = quote(text)
    assert not re.search(r"(?<!\\)(\\\\)*(`|\$\{)", re.sub(r"\\.", "", quoted))


def test_a_second_rendering_is_the_first_one():
    sheet = SeatMap("a", "en")
    folium.Marker([38, 106], tooltip="`{{1}}`", popup="`{{2}}` ${3}").add_to(sheet)
    assert sheet.get_root().render() == sheet.get_root().render()
