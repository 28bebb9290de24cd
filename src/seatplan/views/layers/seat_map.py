"""SeatMap: a folium map that holds what it needs, to which any folium layer may be added."""

from __future__ import annotations

import json
import re
from html import escape
from pathlib import Path
from typing import Any

import folium
from branca.element import CssLink, JavascriptLink, MacroElement
from folium.folium import _default_css, _default_js
from folium.template import Template

from seatplan.views.catalogue import say
from seatplan.views.embedding import ASSETS, embed_script, embed_style, write_image
from seatplan.views.offline import Inline, OfflineMap, list_requests

PAGE = Path(__file__).with_name("page")
PARTING = PAGE.parents[1] / "explorer" / "page" / "parting.js"
NOTEBOOK_HEIGHT = "600px"
CLOSEST = 22  # zoom level at which a pixel is 3 cm
# What folium links for every map, by folium's own names, and what of a page asks for it.
ICONS = {"awesome_markers", "awesome_markers_css", "awesome_rotate_css"}
FONTS = {"bootstrap_css", "glyphicons_css", "awesome_markers_font_css"}
WANTED = (
    (r"\$[(.]|jQuery", {"jquery"}),
    (r"AwesomeMarkers", ICONS | FONTS),
    (r"glyphicon|\bfa[srb]? fa-", FONTS),
)
DEFAULT_ICON = {
    "iconUrl": "marker-icon.png",
    "iconRetinaUrl": "marker-icon-2x.png",
    "shadowUrl": "marker-shadow.png",
}


PASS_OVER = """
(function (controls) {
  const add = controls._addLayer;
  controls._addLayer = function (layer) { if (layer) add.apply(this, arguments); };
})(L.Control.Layers.prototype);
"""


class SeatMap(OfflineMap):
    """A folium map on which anything of folium works, before or after it is shown.

    Leaflet, jQuery, the pictures of markers and the plugins of `offline.HELD` are held and put into
    the page that needs them. Whatever else is added loads from where folium loads it; the page
    names the host at its foot.

    Parameters
    ----------
    title
        Title of the page, as it is.
    language
        "zh" or "en".
    options
        What `folium.Map` takes.
    """

    def __init__(self, title: str, language: str, **options: Any) -> None:
        super().__init__(title, language, **options)
        self.title = title
        self.language = language
        page: Any = self.get_root()
        page.height = NOTEBOOK_HEIGHT

    def render(self, **kwargs: Any) -> str:
        """Put the map and what its layers need into the page; return nothing."""
        self._put_layer_control_last()
        self._set_closest()
        page: Any = self.get_root()
        folium_map: Any = super()
        folium_map.render(**kwargs)
        style = Inline(embed_style((PAGE / "map.css").read_text("utf-8")))
        page.header.add_child(style, name="seatplan_style")
        page.header.add_child(_write_default_icon(), name="seatplan_icon")
        page.header.add_child(Inline(embed_script(_write_parting())), name="seatplan_parting")
        parts = [*page.script._children.values(), *page.html._children.values()]
        written = "".join(part.render() for part in parts)
        for pattern, names in WANTED:
            if re.search(pattern, written):
                self._link(names)
        self._name_hosts(list_requests(page))
        return ""

    def _link(self, names: set[str]) -> None:
        """Link what folium itself links for every map, where the map needs it."""
        page: Any = self.get_root()
        for links, kind in ((_default_js, JavascriptLink), (_default_css, CssLink)):
            for name, address in links:
                if name in names:
                    page.header.add_child(kind(address), name=name)

    def _name_hosts(self, hosts: list[str]) -> None:
        """Say at the foot of the map from where the page loads anything."""
        if not hosts:
            return
        told = say("folium.loads", self.language, hosts=", ".join(hosts))
        page: Any = self.get_root()
        code = f"{self.get_name()}.attributionControl.addAttribution({json.dumps(escape(told))});"
        page.script.add_child(Inline(code), name="seatplan_hosts")

    def _set_closest(self) -> None:
        """Say how near a reader may come, as MarkerCluster asks; tiles say it themselves."""
        layers = self._children.values()
        if any(isinstance(layer, folium.raster_layers.TileLayer) for layer in layers):
            self.options.pop("max_zoom", None)
        else:
            self.options["max_zoom"] = CLOSEST

    def _put_layer_control_last(self) -> None:
        """Let the last LayerControl switch every layer, whenever it was added; one is enough."""
        children = self._children
        controls = [name for name, one in children.items() if isinstance(one, folium.LayerControl)]
        for name in controls[:-1]:
            del children[name]
        for name in controls[-1:]:
            children.move_to_end(name)


def _write_parting() -> str:
    """Return the script by which symbols part, the one of the explorer."""
    return "globalThis.seatplan ??= {};\n" + PARTING.read_text("utf-8")


def _write_default_icon() -> Inline:
    """Return the script that gives Leaflet's own marker its pictures.

    The control of layers passes over a layer whose plugin could not be loaded.
    """
    folder = ASSETS / "leaflet" / "images"
    options = {key: write_image(folder / name) for key, name in DEFAULT_ICON.items()}
    code = f"L.Icon.Default.mergeOptions({json.dumps(options)});"
    return Inline(embed_script('L.Icon.Default.imagePath="";' + code + PASS_OVER))


class Behaviour(MacroElement):
    """A script of `page/` that is given the map and options.

    Parameters
    ----------
    script
        Name of the file: one function of the map and the options.
    options
        Plain values and layers of the map; any text is safe.
    """

    _template = Template(
        "{% macro script(this, kwargs) %}\n{{ this.code }}"
        "({{ this._parent.get_name() }}, {{ this.options|tojavascript }});\n{% endmacro %}"
    )

    def __init__(self, script: str, options: dict[str, Any]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "Behaviour"
        self.code = (PAGE / script).read_text("utf-8").strip().removesuffix(";")
        self.options = options
