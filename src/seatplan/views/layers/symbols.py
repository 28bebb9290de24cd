"""Symbols of schools as SVG, and what each means."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from folium.utilities import JsCode

from seatplan.district.limits import list_school_sizes
from seatplan.district.standards import Standards
from seatplan.views.catalogue import format_count, say
from seatplan.views.palette import COLOURS

if TYPE_CHECKING:
    from seatplan.outcome import Outcome

INK, PAPER = COLOURS["ink"], COLOURS["panel"]
DIAMOND = f'<path d="M8 .8 15.2 8 8 15.2.8 8z" fill="{INK}" stroke="{PAPER}" stroke-width="1.2"/>'
# Size in pixels and shape of each symbol; one ink with a white outline.
SYMBOLS = {
    "none": (10, f'<circle cx="8" cy="8" r="5" fill="{PAPER}" stroke="{INK}" stroke-width="2.4"/>'),
    "crowded": (
        16,
        f'<path d="M8 1.5 15 14H1z" fill="{INK}" stroke="{PAPER}" stroke-width="1.3"/>',
    ),
    "large": (16, DIAMOND),
    "both": (17, f'{DIAMOND}<path d="M8 4.8 11.3 10.6H4.7z" fill="{PAPER}"/>'),
    "fresh": (
        18,
        f'<circle cx="8" cy="8" r="6.6" fill="{PAPER}" stroke="{INK}" stroke-width="1.7"/>'
        f'<path d="M8 4v8M4 8h8" stroke="{INK}" stroke-width="1.8"/>',
    ),
    "site": (
        14,
        f'<rect width="16" height="16" fill="{PAPER}"/><rect x="2" y="2" width="12" height="12" '
        f'fill="{PAPER}" stroke="{INK}" stroke-width="1.6" stroke-dasharray="3 2"/>',
    ),
}

MARK = """function (f, at) {
    var known = KNOWN;
    var draw = function (key) {
        var one = known[key] || [0, ""];
        var sizes = {iconSize: [one[0], one[0]], className: "seatplan-symbol"};
        return L.divIcon(Object.assign(sizes, {html: one[1]}));
    };
    var mark = L.marker(at, Object.assign({icon: draw(f.properties.symbol)}, OPTIONS));
    mark.draw = function (key) { mark.setIcon(draw(key)); };
    mark.on("add", function () {
        var name = L.DomUtil.create("i");
        name.innerHTML = f.properties.name;
        mark.getElement().setAttribute("aria-label", name.textContent);
    });
    return mark;
}"""


def draw_symbol(key: str) -> str:
    """Return a symbol as SVG."""
    size, shapes = SYMBOLS[key]
    return (
        f'<svg width="{size}" height="{size}" viewBox="0 0 16 16" aria-hidden="true">{shapes}</svg>'
    )


def mark_by_symbol(**options: object) -> JsCode:
    """Return how a point becomes a marker: by its property `symbol`, told by its `name`.

    `options` are those of Leaflet's marker.
    """
    drawn = json.dumps({key: [size, draw_symbol(key)] for key, (size, _) in SYMBOLS.items()})
    code = MARK.replace("KNOWN", drawn).replace("OPTIONS", json.dumps(options))
    return JsCode(code)


def name_symbol(outcome: Outcome, key: str, stage: str, year: int, language: str) -> str:
    """Say what a symbol means, with the limits of the stage in the year."""
    told = [format_count(limit) for limit in _list_limits(outcome, key, stage, year)]
    return say(f"symbol.{key}", language, limit="/".join(dict.fromkeys(told)) or "—")


def _list_limits(outcome: Outcome, key: str, stage: str, year: int) -> list[float]:
    rules: Standards = outcome.standards
    if key == "crowded":
        limits = [rules.class_limit(grade.code, year) for grade in rules.stage(stage).grades]
        return [limit for limit in limits if limit]
    if key == "large":
        return [*list_school_sizes(rules, outcome.district.schools, stage, year)]
    return []
