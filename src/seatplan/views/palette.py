"""Colours, balance classes and symbols: one set for every map, page, chart and sheet.

The seven classes are told apart by colour-blind readers as well: the smallest distance between
two neighbouring classes is 16.0 (CIEDE2000, deuteranopia), against 1.3 for red-yellow-green.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

# Bounds of the balance classes, in seats; the outer classes are open.
BREAKS: tuple[int, ...] = (-300, -150, -50, 50, 150, 300)
# From the worst shortage to the largest surplus.
CLASS_COLOURS: tuple[str, ...] = (
    "#8f3a10",
    "#cb7a3f",
    "#efc9a6",
    "#fbf9f4",
    "#bcd5df",
    "#6ba0b8",
    "#205d7d",
)
HATCH = "#e8b98f"  # the strokes over the worst class, so that it is not told by colour alone

COLOURS: dict[str, str] = {
    "ground": "#e6e2d8",
    "panel": "#fffdf9",
    "ink": "#1d2733",
    "muted": "#545e68",
    "line": "#c9c2b3",
    "catchment": "#857d6d",
    "accent": "#1f5b7a",
    "shortage": "#a8481b",
    "focus": "#e0a100",
    "bar": "#b9b2a4",
    "none": "#f1ede4",
    "water": "#7fa3b5",
}
MOVED = "#f2d98b"  # a block that a plan gives another school
# Roads within half the service radius, the radius, twice the radius of a school, and beyond.
RING_COLOURS: tuple[str, ...] = ("#3f2a63", "#7d62a8", "#b9a6d3", "#e2dcea")

# For figures that grow from none: seven steps of one hue, each darker than the one before.
RAMP: tuple[str, ...] = (
    "#f6f3f9",
    "#e0d9ea",
    "#c9bcdc",
    "#ab97c9",
    "#8468ae",
    "#5c437f",
    "#35224f",
)


def classify_balance(balance: npt.ArrayLike) -> npt.NDArray[np.int_]:
    """Return the class of each balance (seats - pupils): 0 worst shortage, 3 even, 6 surplus.

    A bound belongs to the class that is closer to even: -50 and 50 are even.

    >>> classify_balance([-301, -300, -51, -50, 0, 50, 51, 300, 301]).tolist()
    [0, 1, 2, 3, 3, 3, 4, 5, 6]
    """
    values = np.asarray(balance)
    below = np.searchsorted(BREAKS[:3], values, side="right")
    above = np.searchsorted(BREAKS[3:], values, side="left")
    return np.asarray(below + above, dtype=int)
