"""A folium map that holds what it needs, to which any folium layer may be added."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import folium
from branca.element import CssLink, Element, JavascriptLink, MacroElement
from folium.folium import _default_css, _default_js
from folium.template import Template

from seatplan.errors import InputError
from seatplan.views.offline import (
    ASSETS,
    Inline,
    OfflineMap,
    inline_script,
    inline_style,
    walk_elements,
    write_image,
)

PAGE = Path(__file__).with_name("folium_page")
TIANDITU = (
    "https://t{s}.tianditu.gov.cn/vec_w/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0&LAYER=vec"
    "&STYLE=default&TILEMATRIXSET=w&FORMAT=tiles&TILEMATRIX={z}&TILEROW={y}&TILECOL={x}&tk="
)
TIANDITU_KEY = "TIANDITU_KEY"  # the environment variable that holds the key
# What folium's Icon needs, by the names that folium gives its own links.
ICON_LINKS = {"awesome_markers", "glyphicons_css", "awesome_markers_font_css",
              "awesome_markers_css", "awesome_rotate_css"}  # fmt: skip


class SeatMap(OfflineMap):
    """A folium map on which anything of folium works, before or after it is shown.

    Leaflet, jQuery, the pictures of markers and the controls for measuring and full screen are held
    and put into the page. Whatever else is added loads from where folium loads it.
    """

    def __init__(self, title: str, language: str, **options: Any) -> None:
        super().__init__(title, language, sealed=False, **options)
        page: Any = self.get_root()
        page.height = "600px"  # in a notebook's cell

    def render(self, **kwargs: Any) -> None:
        """Put the map and what its layers need into the page."""
        self._put_layer_controls_last()
        super().render(**kwargs)
        page: Any = self.get_root()
        page.header.add_child(Inline(_write_default_icon()), name="default_icon")
        style = inline_style((PAGE / "map.css").read_text("utf-8"))
        page.header.add_child(style, name="seatplan_style")
        written = "".join(part.render() for part in page.script._children.values())
        written += "".join(part.render() for part in page.html._children.values())
        if re.search(r"\$[(.]|jQuery", written):
            self._link({"jquery"})
        if "AwesomeMarkers" in written:
            self._link(ICON_LINKS)

    def _link(self, names: set[str]) -> None:
        """Link what folium itself links for every map, where the map needs it."""
        header: Any = self.get_root()
        for links, kind in ((_default_js, JavascriptLink), (_default_css, CssLink)):
            for name, address in links:
                if name in names:
                    header.header.add_child(kind(address), name=name)

    def _put_layer_controls_last(self) -> None:
        """Let the last LayerControl switch every layer, whenever it was added; one is enough."""
        controls = [
            name for name, child in self._children.items()
            if isinstance(child, folium.LayerControl)
        ]  # fmt: skip
        for name in controls[:-1]:
            del self._children[name]
        for name in controls[-1:]:
            self._children.move_to_end(name)


def _write_default_icon() -> str:
    """Return the script that gives Leaflet's own marker its pictures."""
    folder = ASSETS / "leaflet" / "images"
    names = {"iconUrl": "marker-icon", "iconRetinaUrl": "marker-icon-2x", "shadowUrl": "marker-shadow"}
    options = ",".join(f'{key}:"{write_image(folder / name)}.png"'.replace('.png"', '"')
                       for key, name in ((k, f"{v}.png") for k, v in names.items()))  # fmt: skip
    code = f'L.Icon.Default.imagePath="";L.Icon.Default.mergeOptions({{{options}}});'
    script: str = inline_script(code).code
    return script


class Panel(MacroElement):
    """A control of the map that holds ready HTML, such as the legend."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
        var {{ this.get_name() }} = L.control({position: {{ this.position|tojson }}});
        {{ this.get_name() }}.onAdd = function () {
            var box = L.DomUtil.create("div", "seatplan-panel");
            box.innerHTML = {{ this.code|tojson }};
            L.DomEvent.disableClickPropagation(box);
            L.DomEvent.disableScrollPropagation(box);
            return box;
        };
        {{ this.get_name() }}.addTo({{ this._parent.get_name() }});
        {% endmacro %}
        """
    )

    def __init__(self, code: str, position: str = "bottomleft") -> None:
        super().__init__()
        self._name = "Panel"
        self.code = code
        self.position = position


class Thinning(MacroElement):
    """Hides every name that would lie on one named before it, at every zoom."""

    _template = Template(
        "{% macro script(this, kwargs) %}({{ this.code }})({{ this._parent.get_name() }});"
        "{% endmacro %}"
    )

    def __init__(self) -> None:
        super().__init__()
        self._name = "Thinning"
        self.code = (PAGE / "thinning.js").read_text("utf-8").strip()


def find_base_map(tiles: Any) -> folium.TileLayer | None:
    """Return the base map that is asked for: "tianditu", any of folium's names, or an address.

    Tianditu's key is read from the environment (TIANDITU_KEY); it stands readable in the page.

    Raises
    ------
    InputError
        Tianditu is asked for and there is no key.
    """
    if tiles is None:
        return None
    if isinstance(tiles, folium.TileLayer):
        return tiles
    if tiles == "tianditu":
        key = os.environ.get(TIANDITU_KEY)
        if not key:
            raise InputError(
                f"map: tiles='tianditu' wants a key in the environment variable {TIANDITU_KEY}; "
                "the key will stand readable in the page"
            )
        return folium.TileLayer(
            TIANDITU + key, attr="天地图", name="天地图", subdomains="01234567", max_zoom=18
        )
    host = urlsplit(str(tiles)).netloc
    return folium.TileLayer(tiles, attr=host) if host else folium.TileLayer(tiles)


def list_elements(sheet: folium.Map, kind: type[Element]) -> list[Element]:
    """List the elements of a kind in a map, in order."""
    return [element for element in walk_elements(sheet) if isinstance(element, kind)]
