"""What a finished page would fetch, read as a browser reads it."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from urllib.parse import urlsplit

REQUESTING = {"src", "srcset", "href", "poster", "data", "action", "formaction", "background"}
EXTERNAL = re.compile(r"^\s*(?:[a-z][a-z0-9+.-]*:)?//|^\s*(?:https?|ftp|wss?|file):", re.IGNORECASE)


def list_hosts(addresses: list[str]) -> list[str]:
    """List the hosts of addresses, each once; an address without a host as it is.

    `{s}`, for which Leaflet puts one of several servers, is told as `*`.

    >>> list_hosts(["https://{s}.example.org/{z}/{x}.png", "a.js", "a.js"])
    ['*.example.org', 'a.js']
    """
    hosts = {urlsplit(address.strip()).netloc or address.strip() for address in addresses}
    return sorted(host.replace("{s}", "*") for host in hosts)


class PageScanner(HTMLParser):
    """Reads a page as a browser would: every address that it would fetch."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.fetched: list[str] = []
        self.in_style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what the tag would fetch; links that a reader clicks are not fetched."""
        given = {name: value or "" for name, value in attrs}
        if tag == "script" and given.get("type", "").endswith("json"):
            return
        self.in_style = tag == "style"
        if tag not in {"a", "area"}:
            self.fetched += [
                value for name, value in given.items() if name in REQUESTING and is_external(value)
            ]
        self.scan_style(given.get("style", ""))

    def handle_endtag(self, tag: str) -> None:
        """Leave a style."""
        self.in_style = self.in_style and tag != "style"

    def handle_data(self, data: str) -> None:
        """Scan the text of styles."""
        if self.in_style:
            self.scan_style(data)

    def scan_style(self, style: str) -> None:
        """Note what a style would fetch."""
        addresses = re.findall(r"(?:url\(|@import)\s*['\"]?([^)'\";]*)", style)
        self.fetched += [address for address in addresses if is_external(address)]


def is_external(address: str) -> bool:
    """Whether an address leaves the page (anything but data:, blob: and #place)."""
    return not re.match(r"\s*(?:data:|blob:|#|$)", address, re.IGNORECASE)


def list_fetched(page: str) -> list[str]:
    """List every address that a page would fetch when it is opened."""
    scanner = PageScanner()
    scanner.feed(page)
    scanner.close()
    return scanner.fetched
