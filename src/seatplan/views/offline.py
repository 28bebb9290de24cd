"""A folium figure that needs no network, and that no name can break out of.

A page as folium writes it asks some 17 servers for scripts and fonts, and compiles the data it
shows as a template. Here every asset is held in `assets/` (see its manifest.json), data enters as
text that nothing evaluates, and the page carries a content security policy under which a browser
neither sends a request nor runs a script that was not there when the page was written.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import folium
from branca.element import CssLink, Element, Figure, JavascriptLink, Link
from jinja2 import Template

from seatplan.errors import InputError

ASSETS = Path(__file__).with_name("assets")
# The end of an asset's address -> the file that is put in its place.
HELD = {"/leaflet.js": "leaflet/leaflet.js", "/leaflet.css": "leaflet/leaflet.css"}
LEAFLET_JS = [("leaflet", "https://unpkg.com/leaflet@1.9.4/dist/leaflet.js")]
LEAFLET_CSS = [("leaflet_css", "https://unpkg.com/leaflet@1.9.4/dist/leaflet.css")]
REQUESTING = {"src", "srcset", "href", "poster", "data", "action", "formaction", "background"}
EXTERNAL = re.compile(r"^\s*(?:[a-z][a-z0-9+.-]*:)?//|^\s*(?:https?|ftp|wss?|file):", re.IGNORECASE)


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
    """A page that makes no request: what it needs is in it, and the rest is refused.

    The same input gives the same bytes: the random ids of folium are numbered in order.

    Parameters
    ----------
    title
        Title of the page, as it is.
    language
        "zh" or "en".
    """

    _template = Template(
        '<!DOCTYPE html>\n<html lang="{{ this.page_language }}">\n<head>\n'
        "{{ this.policy }}<title>{{ this.page_title }}</title>\n"
        "{{ this.header.render(**kwargs) }}\n</head>\n<body>\n{{ this.html.render(**kwargs) }}\n"
        "<script>\n{{ this.script.render(**kwargs) }}\n</script>\n</body>\n</html>\n"
    )

    def __init__(self, title: str = "seatplan", language: str = "zh", **options: Any) -> None:
        super().__init__(**options)
        self.page_title = html.escape(title)
        self.page_language = "en" if language == "en" else "zh-CN"
        self.policy = ""

    def render(self, **kwargs: Any) -> str:
        """Return the page; InputError for anything that would have to be fetched."""
        for child in list(self._children.values()):
            child.render(**kwargs)
        refuse_tiles(self)
        for name, child in self.header._children.items():
            if isinstance(child, Link):
                self.header._children[name] = embed_link(child)
        self.policy = "POLICY"
        page = self._template.render(this=self, kwargs=kwargs).replace("\r", "")
        page = number_ids(page, [part._id for part in walk_elements(self)])
        return page.replace("POLICY", write_policy(scan_page(page)), 1)


class OfflineMap(folium.Map):
    """A folium map without a base map, on a page that makes no request."""

    default_js = LEAFLET_JS
    default_css = LEAFLET_CSS

    def __init__(self, title: str = "seatplan", language: str = "zh", **options: Any) -> None:
        super().__init__(tiles=None, **options)
        OfflineFigure(title, language).add_child(self)


def embed_link(link: Link) -> Inline:
    """Return a script or style link as the asset itself; InputError for one that is not held."""
    asset = next((file for end, file in HELD.items() if link.url.endswith(end)), None)
    if asset is None:
        raise InputError(
            f"map: {link.url} is not among the assets that seatplan holds ({', '.join(HELD)}); "
            "leave out the element that asks for it, or add it to views/assets and its manifest"
        )
    code = (ASSETS / asset).read_text("utf-8")
    if isinstance(link, JavascriptLink):
        return inline_script(code)
    assert isinstance(link, CssLink)
    return inline_style(embed_images(code, asset.rpartition("/")[0]))


def embed_images(style: str, folder: str) -> str:
    """Return a style sheet whose images are part of it; `folder` is where it lies in assets."""

    def embed(match: re.Match[str]) -> str:
        address = match[1].strip("'\"")
        if address.startswith(("#", "data:")):
            return match[0]
        image = base64.b64encode((ASSETS / folder / address).read_bytes()).decode("ascii")
        return f"url(data:image/png;base64,{image})"

    return re.sub(r"url\(([^)]*)\)", embed, style)


def walk_elements(element: Element) -> Iterator[Element]:
    """Yield an element and everything in it, in order."""
    yield element
    parts = [getattr(element, name, None) for name in ("header", "html", "script")]
    for part in [*parts, *element._children.values()]:
        if isinstance(part, Element):
            yield from walk_elements(part)


def refuse_tiles(figure: Figure) -> None:
    """Raise InputError for a layer that would fetch its pictures while the page is looked at."""
    for element in walk_elements(figure):
        for name in ("tiles", "url"):
            address = getattr(element, name, None)
            if isinstance(address, str) and EXTERNAL.match(address):
                if isinstance(element, Link):
                    continue  # embedded or refused by embed_link
                raise InputError(
                    f"map: {element._name} fetches {address}; a page of seatplan makes no "
                    "request: leave the layer out (tiles=None)"
                )


def number_ids(page: str, ids: list[str]) -> str:
    """Return the page with each of the random `ids` replaced by its number in order."""
    numbers = {identity: str(number) for number, identity in enumerate(dict.fromkeys(ids))}
    return re.sub("[0-9a-f]{32}", lambda match: numbers.get(match[0], match[0]), page)


class PageScanner(HTMLParser):
    """Reads a page as a browser would: its scripts, and every address it would fetch."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.scripts: list[str] = []
        self.fetched: list[str] = []
        self.inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what the tag would fetch; links that a reader clicks are not fetched."""
        given = {name: value or "" for name, value in attrs}
        if tag == "script" and given.get("type", "").endswith("json"):
            return
        self.inside = tag if tag in {"script", "style"} else ""
        if self.inside == "script":
            self.scripts.append("")
        if tag not in {"a", "area"}:
            self.fetched += [
                value for name, value in given.items() if name in REQUESTING and is_external(value)
            ]
        self.scan_style(given.get("style", ""))

    def handle_endtag(self, tag: str) -> None:
        """Leave a script or a style."""
        if tag == self.inside:
            self.inside = ""

    def handle_data(self, data: str) -> None:
        """Keep the text of scripts, scan that of styles."""
        if self.inside == "script":
            self.scripts[-1] += data
        elif self.inside == "style":
            self.scan_style(data)

    def scan_style(self, style: str) -> None:
        """Note what a style would fetch."""
        addresses = re.findall(r"(?:url\(|@import)\s*['\"]?([^)'\";]*)", style)
        self.fetched += [address for address in addresses if is_external(address)]


def is_external(address: str) -> bool:
    """Whether an address leaves the page (anything but data:, blob: and #place)."""
    return not re.match(r"\s*(?:data:|blob:|#|$)", address, re.IGNORECASE)


def scan_page(page: str) -> list[str]:
    """Return the text of every script of a page; InputError where it would fetch anything."""
    scanner = PageScanner()
    scanner.feed(page)
    scanner.close()
    if scanner.fetched:
        raise InputError(
            f"map: the page would fetch {', '.join(sorted(set(scanner.fetched)))}; "
            "put it into the page as a data: address, or leave it out"
        )
    return scanner.scripts


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
    return f'<meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{policy}">'
