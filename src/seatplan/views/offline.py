"""A folium figure that needs no network, and that no name can break out of.

A page as folium writes it asks some 17 servers for scripts and fonts, and compiles the data it
shows as a template. Here every asset that is held in `assets/` (see its manifest.json) is put into
the page, and no template reads the data. What is not held (another plugin, a base map) is left to
load from where folium loads it, and the log names the host.
"""

from __future__ import annotations

import html
import logging
import re
from collections.abc import Iterator
from typing import Any

import folium
from branca.element import CssLink, Element, Figure, JavascriptLink, Link
from jinja2 import Template

from seatplan.views.embedding import (
    ASSETS,
    CHARSET,
    embed_script,
    embed_style,
    save_page,
)
from seatplan.views.scanning import EXTERNAL, list_fetched, list_hosts
from seatplan.views.verbatim import protect

LOG = logging.getLogger(__name__)
# The end of an asset's address -> the file that is put in its place.
HELD = {
    "/leaflet.js": "leaflet/leaflet.js",
    "/leaflet.css": "leaflet/leaflet.css",
    "/jquery-3.7.1.min.js": "jquery/jquery.min.js",
    "/leaflet-measure.min.js": "leaflet-measure/leaflet-measure.min.js",
    "/leaflet-measure.min.css": "leaflet-measure/leaflet-measure.css",
    "/leaflet.awesome-markers.js": "leaflet.awesome-markers/leaflet.awesome-markers.js",
    "/leaflet.awesome-markers.css": "leaflet.awesome-markers/leaflet.awesome-markers.css",
    "/Control.FullScreen.min.js": "leaflet.fullscreen/Control.FullScreen.js",
    "/Control.FullScreen.css": "leaflet.fullscreen/Control.FullScreen.css",
    "/leaflet.markercluster.js": "leaflet.markercluster/leaflet.markercluster.js",
    "/MarkerCluster.css": "leaflet.markercluster/MarkerCluster.css",
    "/MarkerCluster.Default.css": "leaflet.markercluster/MarkerCluster.Default.css",
    "/leaflet.featuregroup.subgroup.js": (
        "leaflet.featuregroup.subgroup/leaflet.featuregroup.subgroup.js"
    ),
    "/leaflet.groupedlayercontrol.min.js": (
        "leaflet-groupedlayercontrol/leaflet.groupedlayercontrol.min.js"
    ),
    "/leaflet.groupedlayercontrol.min.css": (
        "leaflet-groupedlayercontrol/leaflet.groupedlayercontrol.min.css"
    ),
    "/L.Control.Layers.Tree.min.js": "leaflet.control.layers.tree/L.Control.Layers.Tree.js",
    "/L.Control.Layers.Tree.min.css": "leaflet.control.layers.tree/L.Control.Layers.Tree.css",
    "/leaflet.draw.js": "leaflet-draw/leaflet.draw.js",
    "/leaflet.draw.css": "leaflet-draw/leaflet.draw.css",
    "/leaflet-search.min.js": "leaflet-search/dist/leaflet-search.min.js",
    "/leaflet-search.min.css": "leaflet-search/dist/leaflet-search.min.css",
    "/leaflet_heat.min.js": "leaflet.heat/leaflet-heat.js",
    "/leaflet.textpath.min.js": "leaflet-textpath/leaflet.textpath.js",
    "/Control.MiniMap.js": "leaflet-minimap/Control.MiniMap.min.js",
    "/Control.MiniMap.css": "leaflet-minimap/Control.MiniMap.min.css",
    "/L.Control.MousePosition.min.js": "leaflet-mouse-position/L.Control.MousePosition.js",
    "/L.Control.MousePosition.min.css": "leaflet-mouse-position/L.Control.MousePosition.css",
}
LEAFLET_JS = [("leaflet", "https://unpkg.com/leaflet@1.9.4/dist/leaflet.js")]
LEAFLET_CSS = [("leaflet_css", "https://unpkg.com/leaflet@1.9.4/dist/leaflet.css")]


class Inline(Element):
    """Text that stands in the page exactly as it is: no template ever reads it."""

    _template = Template("{{this.code}}")

    def __init__(self, code: str) -> None:
        super().__init__()
        self._name = "Inline"
        self.code = code


class OfflineFigure(Figure):
    """A page that holds the assets it needs; what is not held loads from where folium loads it.

    The same input gives the same bytes: the random ids of folium are numbered as they appear. Each
    layer has a script of its own, so that one whose plugin could not be loaded stops no other.

    Parameters
    ----------
    title
        Title of the page, as it is.
    language
        "zh" or "en".
    """

    _template = Template(
        '<!DOCTYPE html>\n<html lang="{{ this.page_language }}">\n<head>\n'
        f"{CHARSET}<title>{{{{ this.page_title }}}}</title>\n"
        "{{ this.header.render(**kwargs) }}\n</head>\n<body>\n{{ this.html.render(**kwargs) }}\n"
        "{{ this.code }}\n</body>\n</html>\n"
    )

    def __init__(self, title: str = "seatplan", language: str = "zh", **options: Any) -> None:
        super().__init__(**options)
        self.page_title = html.escape(title)
        self.page_language = "en" if language == "en" else "zh-CN"
        self.code = ""
        self.written: list[tuple[Element, str]] = []  # what the last render put into the page

    def render(self, **kwargs: Any) -> str:
        """Return the page; the log names each host from which it will load something."""
        self._write_children(**kwargs)
        for name, child in self.header._children.items():
            if isinstance(child, Link):
                self.header._children[name] = embed_link(child)
        codes = [part.render(**kwargs) for part in self.script._children.values()]
        self.code = "\n".join(embed_script(code) for code in codes)
        page = self._template.render(this=self, kwargs=kwargs).replace("\r", "")
        page = number_ids(page, {part._id for part in walk_held(self)})
        hosts = sorted({*list_hosts(list_fetched(page)), *list_requests(self)})
        if hosts:
            LOG.warning("map: the page will load from %s", ", ".join(hosts))
        return page

    def _write_children(self, **kwargs: Any) -> None:
        """Let every child write its part of the page anew, in the order that holds now."""
        for part, name in self.written:
            part._children.pop(name, None)
        parts = (self.header, self.html, self.script)
        stood = [set(part._children) for part in parts]
        for element in walk_elements(self):
            drop_icon_calls(element)
            protect(element)
        for child in list(self._children.values()):
            child.render(**kwargs)
        self.written = [
            (part, name)
            for part, before in zip(parts, stood, strict=True)
            for name in part._children
            if name not in before
        ]

    def save(self, outfile: Any, close_file: bool = True, **kwargs: Any) -> None:
        """Write the page beside a file of that name and move it into place; see `save_page`."""
        save_page(self.render(**kwargs), outfile, close_file=close_file)


class OfflineMap(folium.Map):
    """A folium map without a base map, on a page that holds its assets."""

    default_js = LEAFLET_JS
    default_css = LEAFLET_CSS

    def __init__(self, title: str = "seatplan", language: str = "zh", **options: Any) -> None:
        super().__init__(tiles=None, **options)
        OfflineFigure(title, language).add_child(self)

    def save(self, outfile: Any, close_file: bool = True, **kwargs: Any) -> None:
        """Write the page beside a file of that name and move it into place; see `save_page`."""
        page: Any = self.get_root()
        page.save(outfile, close_file, **kwargs)


def embed_link(link: Link) -> Element:
    """Return a script or style link as the asset itself; the link where it is not held."""
    asset = find_asset(link)
    if asset is None:
        return link
    code = (ASSETS / asset).read_text("utf-8")
    if isinstance(link, JavascriptLink):
        return Inline(embed_script(code))
    assert isinstance(link, CssLink)
    return Inline(embed_style(code, asset.rpartition("/")[0]))


def walk_elements(element: Element) -> Iterator[Element]:
    """Yield an element and everything in it, in order."""
    yield element
    parts = [getattr(element, name, None) for name in ("header", "html", "script")]
    for part in [*parts, *element._children.values()]:
        if isinstance(part, Element):
            yield from walk_elements(part)


def drop_icon_calls(element: Element) -> None:
    """Drop the calls that set a marker's icon: folium adds one more at each rendering."""
    children = element._children
    for name in [name for name, one in children.items() if isinstance(one, folium.Marker.SetIcon)]:
        del children[name]


def walk_held(element: Element, seen: set[int] | None = None) -> Iterator[Element]:
    """Yield an element and everything that it holds: children, and layers kept beside them."""
    seen = set() if seen is None else seen
    seen.add(id(element))
    yield element
    kept = [value for name, value in vars(element).items() if name != "_parent"]
    for part in [*kept, *element._children.values()]:
        if isinstance(part, Element) and id(part) not in seen:
            yield from walk_held(part, seen)


def list_requests(figure: Figure) -> list[str]:
    """List the hosts of assets that are not held, and of layers that fetch their pictures."""
    found = []
    for element in walk_elements(figure):
        if isinstance(element, Link) and find_asset(element) is not None:
            continue
        addresses = [getattr(element, name, None) for name in ("tiles", "url", "embed_link")]
        found += [one for one in addresses if isinstance(one, str) and EXTERNAL.match(one)]
    return list_hosts(found)


def find_asset(link: Link) -> str | None:
    """Return the file that is held for a link, by the end of its address."""
    return next((file for end, file in HELD.items() if link.url.endswith(end)), None)


def number_ids(page: str, ids: set[str]) -> str:
    """Return the page with each of the random `ids` replaced by its number as they appear."""
    numbers: dict[str, str] = {}

    def number(match: re.Match[str]) -> str:
        known = match[0] in ids
        return numbers.setdefault(match[0], str(len(numbers))) if known else match[0]

    return re.sub("[0-9a-f]{32}", number, page)
