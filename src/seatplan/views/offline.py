"""A folium figure that needs no network, and that no name can break out of.

A page as folium writes it asks some 17 servers for scripts and fonts, and compiles the data it
shows as a template. Here every asset that is held in `assets/` (see its manifest.json) is put into
the page, no template reads the data, and a page of seatplan's own carries a content security policy
under which a browser neither sends a request nor runs a script that was not there when the page was
written. What is not held (another plugin, a base map) is left to load from where folium loads it:
the log names the host, and such a page carries no policy.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import folium
from branca.element import CssLink, Element, Figure, JavascriptLink, Link
from jinja2 import Template

from seatplan.files import write_beside
from seatplan.views.scanning import EXTERNAL, list_hosts, scan_page
from seatplan.views.verbatim import guard_script, protect

LOG = logging.getLogger(__name__)
ASSETS = Path(__file__).with_name("assets")
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


def inline_script(code: str) -> Inline:
    """Return a script element that holds `code`."""
    code = re.sub(r"^//# sourceMappingURL=.*$", "", code, flags=re.MULTILINE)
    return Inline("<script>" + re.sub(r"</(?=script)", r"<\\/", code, flags=re.I) + "</script>")


def inline_style(code: str) -> Inline:
    """Return a style element that holds `code`."""
    return Inline("<style>" + code.replace("</", r"<\/") + "</style>")


def inline_json(identity: str, value: object) -> Inline:
    """Return a block of JSON that a script reads by `identity`; browsers do not run it.

    Any text is safe in it: the characters that could end the block or a line are escaped.
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Inline(f'<script type="application/json" id="{identity}">{text}</script>')


def widen(text: str) -> str:
    """Return `text` with what HTML, JavaScript and templates read as syntax in full-width form.

    For folium's own Popup and Tooltip, which evaluate what they are given.

    >>> widen("{{7*7}} ${alert(1)} <b>")
    '｛｛7*7｝｝ ＄｛alert(1)｝ ＜b＞'
    """
    return text.translate({ord(mark): ord(mark) + 0xFEE0 for mark in "{}<>&$`\"'\\%#"})


class OfflineFigure(Figure):
    """A page that holds the assets it needs; what is not held loads from where folium loads it.

    The same input gives the same bytes: the random ids of folium are numbered in order.

    Parameters
    ----------
    title
        Title of the page, as it is.
    language
        "zh" or "en".
    sealed
        Whether a page that fetches nothing carries the policy that forbids it to.
    """

    _template = Template(
        '<!DOCTYPE html>\n<html lang="{{ this.page_language }}">\n<head>\n'
        "{{ this.policy }}<title>{{ this.page_title }}</title>\n"
        "{{ this.header.render(**kwargs) }}\n</head>\n<body>\n{{ this.html.render(**kwargs) }}\n"
        "<script>\n{{ this.code }}\n</script>\n</body>\n</html>\n"
    )

    def __init__(
        self, title: str = "seatplan", language: str = "zh", *, sealed: bool = True, **options: Any
    ) -> None:
        super().__init__(**options)
        self.page_title = html.escape(title)
        self.page_language = "en" if language == "en" else "zh-CN"
        self.sealed = sealed
        self.code = ""
        self.policy = ""
        self.written: list[tuple[Element, str]] = []  # what the last render put into the page

    def render(self, **kwargs: Any) -> str:
        """Return the page; the log names each host from which it will load something."""
        self._write_children(**kwargs)
        for name, child in self.header._children.items():
            if isinstance(child, Link):
                self.header._children[name] = embed_link(child)
        self.code = guard_script(self.script.render(**kwargs))
        self.policy = "POLICY"
        page = self._template.render(this=self, kwargs=kwargs).replace("\r", "")
        page = number_ids(page, [part._id for part in walk_elements(self)])
        scripts, fetched = scan_page(page)
        hosts = sorted({*list_hosts(fetched), *list_requests(self)})
        if hosts:
            LOG.warning("map: the page will load from %s", ", ".join(hosts))
        shut = self.sealed and not fetched and not hosts
        return page.replace("POLICY", write_policy(scripts) if shut else CHARSET, 1)

    def _write_children(self, **kwargs: Any) -> None:
        """Let every child write its part of the page anew, in the order that holds now."""
        for part, name in self.written:
            part._children.pop(name, None)
        parts = (self.header, self.html, self.script)
        stood = [set(part._children) for part in parts]
        for element in walk_elements(self):
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
        save_page(self, outfile, close_file=close_file, **kwargs)


class OfflineMap(folium.Map):
    """A folium map without a base map, on a page that holds its assets."""

    default_js = LEAFLET_JS
    default_css = LEAFLET_CSS

    def __init__(
        self, title: str = "seatplan", language: str = "zh", *, sealed: bool = True, **options: Any
    ) -> None:
        super().__init__(tiles=None, **options)
        OfflineFigure(title, language, sealed=sealed).add_child(self)

    def save(self, outfile: Any, close_file: bool = True, **kwargs: Any) -> None:
        """Write the page beside a file of that name and move it into place; see `save_page`."""
        page: Any = self.get_root()
        save_page(page, outfile, close_file=close_file, **kwargs)


def save_page(figure: Figure, outfile: Any, *, close_file: bool = True, **kwargs: Any) -> None:
    """Write a page to a path or an open binary file; a file that stood is never left half."""
    page = figure.render(**kwargs).encode("utf-8")
    if hasattr(outfile, "write"):
        outfile.write(page)
        if close_file:
            outfile.close()
        return
    path = Path(outfile.decode() if isinstance(outfile, bytes) else outfile)
    with write_beside(path) as draft:
        draft.write_bytes(page)


def embed_link(link: Link) -> Element:
    """Return a script or style link as the asset itself; the link where it is not held."""
    asset = find_asset(link)
    if asset is None:
        return link
    code = (ASSETS / asset).read_text("utf-8")
    if isinstance(link, JavascriptLink):
        return inline_script(code)
    assert isinstance(link, CssLink)
    return inline_style(embed_images(code, asset.rpartition("/")[0]))


def embed_images(style: str, folder: str) -> str:
    """Return a style sheet whose images are part of it; `folder` is where it lies in assets.

    An image of double resolution that is not held is replaced by the plain one.
    """

    def embed(match: re.Match[str]) -> str:
        address = match[1].strip("'\"")
        if address.startswith(("#", "data:")):
            return match[0]
        path = ASSETS / folder / address
        if not path.exists():
            path = path.with_name(re.sub(r"_?@2x", "", path.name, flags=re.IGNORECASE))
        return f"url({write_image(path)})"

    return re.sub(r"url\(([^)]*)\)", embed, style)


def write_image(path: Path) -> str:
    """Return a picture as a data: address."""
    kind = {".png": "image/png", ".svg": "image/svg+xml"}[path.suffix]
    return f"data:{kind};base64,{base64.b64encode(path.read_bytes()).decode('ascii')}"


def walk_elements(element: Element) -> Iterator[Element]:
    """Yield an element and everything in it, in order."""
    yield element
    parts = [getattr(element, name, None) for name in ("header", "html", "script")]
    for part in [*parts, *element._children.values()]:
        if isinstance(part, Element):
            yield from walk_elements(part)


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


def number_ids(page: str, ids: list[str]) -> str:
    """Return the page with each of the random `ids` replaced by its number in order."""
    numbers = {identity: str(number) for number, identity in enumerate(dict.fromkeys(ids))}
    return re.sub("[0-9a-f]{32}", lambda match: numbers.get(match[0], match[0]), page)


CHARSET = '<meta charset="utf-8">'


def write_policy(scripts: list[str]) -> str:
    """Return the policy under which only `scripts` run and nothing is fetched."""
    hashes = [
        base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode("ascii")
        for script in scripts
    ]
    allowed = " ".join(f"'sha256-{value}'" for value in dict.fromkeys(hashes)) or "'none'"
    policy = (
        f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; "
        "img-src data: blob:; font-src data:; base-uri 'none'; form-action 'none'"
    )
    return f'{CHARSET}<meta http-equiv="Content-Security-Policy" content="{policy}">'
