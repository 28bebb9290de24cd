"""The page: one template of ours, with the payload and the scripts that read it in their places."""

from __future__ import annotations

import html
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Template

from seatplan.views.embedding import (
    ASSETS,
    embed_json,
    embed_script,
    embed_style,
    save_page,
    write_policy,
)

PAGE = Path(__file__).with_name("page")
NOTEBOOK_HEIGHT = "820px"  # inside a notebook's cell
STYLES = ("page.css", "board.css")
# Each script reads only what the ones before it define.
SCRIPTS = (
    "unpack.js",
    "words.js",
    "model.js",
    "themes.js",
    "drafting.js",
    "refusals.js",
    "steps.js",
    "sharing.js",
    "counting.js",
    "ground.js",
    "scenario_file.js",
    "workbook.js",
    "paths.js",
    "svg_pen.js",
    "geometry.js",
    "rings.js",
    "parting.js",
    "symbols.js",
    "gathered.js",
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
    "fitting.js",
    "swipe.js",
    "map.js",
    "main.js",
)


class ExplorerPage:
    """The explorer: `save` writes it as one file, `render` returns it, a notebook's cell shows it.

    The page holds all it needs: it asks no server for anything, and a browser runs no script that
    was not there when the page was written.

    Parameters
    ----------
    payload
        What the page shows; see `payload.build_payload`.
    """

    def __init__(self, payload: Mapping[str, Any]) -> None:
        self.payload = payload

    @property
    def title(self) -> str:
        """What the page is called, with the name of its district."""
        english = self.payload["language"] == "en"
        title: str = self.payload["words"]["page.title"][english]
        return title.replace("{district}", self.payload["district"][english])

    def render(self) -> str:
        """Return the page as HTML; the same outcomes give the same bytes."""
        scripts = [embed_script(code) for code in read_scripts()]
        page: str = Template((PAGE / "page.html").read_text("utf-8")).render(
            language="en" if self.payload["language"] == "en" else "zh-CN",
            title=self.title,
            policy=write_policy(scripts),
            styles="\n".join(read_styles()),
            payload=embed_json("seatplan-payload", self.payload),
            scripts="\n".join(scripts),
        )
        return page

    def save(self, outfile: Any, close_file: bool = True) -> None:
        """Write the page to a path or an open binary file; see `save_page`."""
        save_page(self.render(), outfile, close_file=close_file)

    def _repr_html_(self) -> str:
        """Return the page in a frame, for a notebook's cell."""
        return (
            f'<iframe srcdoc="{html.escape(self.render())}" width="100%" '
            f'height="{NOTEBOOK_HEIGHT}" style="border:none" allowfullscreen></iframe>'
        )


def read_styles() -> list[str]:
    """Return the styles of the page as elements: Leaflet's, then ours."""
    leaflet = embed_style((ASSETS / "leaflet" / "leaflet.css").read_text("utf-8"), "leaflet")
    return [leaflet, *(embed_style((PAGE / name).read_text("utf-8")) for name in STYLES)]


def read_scripts() -> list[str]:
    """Return the scripts of the page in the order in which they run."""
    leaflet = (ASSETS / "leaflet" / "leaflet.js").read_text("utf-8")
    ours = [(PAGE / name).read_text("utf-8") for name in SCRIPTS]
    return [leaflet, read_toml_reader(), *ours, "seatplan.start();"]


def read_toml_reader() -> str:
    """Return smol-toml as a script that leaves `smolToml` behind it."""
    code = (ASSETS / "smol-toml" / "index.cjs").read_text("utf-8")
    return (
        "(function(){var module={exports:{}},exports=module.exports;\n"
        f"{code}\nwindow.smolToml=module.exports;}})();"
    )
