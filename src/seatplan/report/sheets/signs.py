"""The signs of map sheets: shapes carry the meaning, so that a grey print tells it too."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes

from seatplan.report.sheets.lettering import POINT
from seatplan.views.palette import COLOURS

INK, PAPER = COLOURS["ink"], COLOURS["panel"]
ACCENT = COLOURS["accent"]
# Sign -> its layers, the lowest first: marker, area in square points, face, edge.
Layers = tuple[tuple[str, float, str, str], ...]
SIGNS: dict[str, Layers] = {
    "kind0": (("o", 22, INK, PAPER),),
    "kind1": (("s", 22, INK, PAPER),),
    "kind2": (("h", 26, INK, PAPER),),
    "kind3": (("p", 26, INK, PAPER),),
    "other0": (("o", 22, PAPER, INK),),
    "other1": (("s", 22, PAPER, INK),),
    "other2": (("h", 26, PAPER, INK),),
    "other3": (("p", 26, PAPER, INK),),
    "dot": (("o", 4, COLOURS["muted"], COLOURS["muted"]),),
    "none": (("o", 9, PAPER, INK),),
    "crowded": (("^", 34, INK, PAPER),),
    "large": (("D", 34, INK, PAPER),),
    "both": (("D", 40, INK, PAPER), ("^", 10, PAPER, PAPER)),
    "fresh": (("o", 80, PAPER, INK), ("+", 40, INK, INK)),
    "grown": (("s", 60, PAPER, INK), ("+", 32, INK, INK)),
    "shrunk": (("s", 60, PAPER, INK), ("_", 32, INK, INK)),
    "closed": (("o", 60, PAPER, INK), ("x", 26, INK, INK)),
    "heir": (("o", 60, PAPER, INK), ("o", 18, INK, INK)),
}
STROKES = ("+", "x", "_")  # markers without a face


def stamp(axes: Axes, x: Any, y: Any, sign: str, size: float = 1.0) -> None:
    """Draw a sign at each place; `size` 2 is twice as wide."""
    for order, (marker, area, face, edge) in enumerate(SIGNS[sign]):
        line = marker in STROKES
        axes.scatter(
            x, y, marker=marker, s=area * size**2, c=edge if line else face,
            edgecolors=None if line else edge, linewidths=1.3 if line else 0.7,
            zorder=6 + 0.1 * order + (len(SIGNS[sign]) > 1),
        )  # fmt: skip


def find_radius(sign: str, size: float = 1.0) -> float:
    """Return half the width of a sign, millimetres."""
    widest = max(area for _, area, _, _ in SIGNS[sign])
    return float(np.sqrt(widest) / 2 * size * POINT) + 0.15
