"""The page: a folium map in its shell, the payload, and the scripts that read it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Template

from seatplan.views.offline import (
    ASSETS,
    Inline,
    OfflineMap,
    inline_json,
    inline_script,
    inline_style,
)

PAGE = Path(__file__).with_name("page")
NOTEBOOK_HEIGHT = {
    "explorer": "820px",
}  # inside a notebook's cell
# Each script reads only what the ones before it define.
SCRIPTS = (
    "unpack.js",
    "words.js",
    "model.js",
    "themes.js",
    "drafting.js",
    "refusals.js",
    "steps.js",
    "counting.js",
    "ground.js",
    "scenario_file.js",
    "workbook.js",
    "paths.js",
    "svg_pen.js",
    "geometry.js",
    "rings.js",
    "symbols.js",
    "draw.js",
    "labels.js",
    "charts.js",
    "panel.js",
    "card.js",
    "zone_card.js",
    "board.js",
    "board_files.js",
    "board_figures.js",
    "board_map.js",
    "board_pick.js",
    "board_schools.js",
    "board_outlook.js",
    "board_panel.js",
    "legend.js",
    "table.js",
    "over_limits.js",
    "closures.js",
    "compare.js",
    "sheet.js",
    "school_points.js",
    "map.js",
    "main.js",
)


class PageMap(OfflineMap):
    """A folium map with the panels, legend and scripts of seatplan's pages around it."""

    _template = Template((PAGE / "page.html").read_text("utf-8"))
    styles: tuple[Path, ...] = (PAGE / "page.css", PAGE / "board.css")
    scripts: tuple[Path, ...] = tuple(PAGE / name for name in SCRIPTS)

    def __init__(self, payload: Mapping[str, Any], *, mode: str = "explorer") -> None:
        super().__init__(self.name_page(payload), payload["language"])
        page: Any = self.get_root()
        page.height = NOTEBOOK_HEIGHT[mode]
        self.payload = payload
        self.mode = mode

    def name_page(self, payload: Mapping[str, Any]) -> str:
        """Return the title of the page."""
        title: str = payload["words"]["page.title"][payload["language"] == "en"]
        return title.replace("{district}", payload["district"][payload["language"] == "en"])

    def render(self, **kwargs: Any) -> str:
        """Put the map, the style, the payload and the scripts into the page; return nothing."""
        folium_map: Any = super()
        folium_map.render(**kwargs)
        page: Any = self.get_root()
        for style in self.styles:
            page.header.add_child(inline_style(style.read_text("utf-8")), name=style.name)
        page.html.add_child(inline_json("seatplan-payload", self.payload), name="payload")
        page.html.add_child(
            Inline(f'<script>document.body.className="is-{self.mode}"</script>'), name="mode"
        )
        page.html.add_child(inline_script(read_toml_reader()), name="toml-reader")
        for script in self.scripts:
            page.html.add_child(inline_script(script.read_text("utf-8")), name=script.name)
        return ""


def read_toml_reader() -> str:
    """Return smol-toml as a script that leaves `smolToml` behind it."""
    code = (ASSETS / "smol-toml" / "index.cjs").read_text("utf-8")
    return (
        "(function(){var module={exports:{}},exports=module.exports;\n"
        f"{code}\nwindow.smolToml=module.exports;}})();"
    )
