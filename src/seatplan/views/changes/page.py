"""A map with its tables beside it, on the ground, geometry and words of the explorer."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Template

from seatplan.views.explorer.page import PAGE as EXPLORER
from seatplan.views.explorer.page import PageMap

PAGE = Path(__file__).with_name("page")
# Of the explorer's scripts those that read the payload and draw a picture.
DRAWING = ("unpack.js", "words.js", "geometry.js", "symbols.js", "draw.js")


class SheetMap(PageMap):
    """A folium map with tables whose rows are places on it."""

    _template = Template((PAGE / "page.html").read_text("utf-8"))
    styles = (EXPLORER / "page.css", PAGE / "sheet.css")
    scripts = (*(EXPLORER / name for name in DRAWING), PAGE / "sheet.js")

    def __init__(self, payload: Mapping[str, Any]) -> None:
        super().__init__(payload, mode="sheet")

    def name_page(self, payload: Mapping[str, Any]) -> str:
        """Return the heading of the sheet."""
        heading: str = payload["sheet"]["heading"][payload["language"] == "en"]
        return heading
