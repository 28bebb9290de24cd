"""The frame of a view: degrees along its edges, its scale as a number and a bar, north."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.patches import Polygon, Rectangle
from pyproj import Transformer

from seatplan.report.sheets.forms import CAPTION, Rect, View
from seatplan.report.sheets.lettering import POINT
from seatplan.report.sheets.signs import INK, PAPER
from seatplan.views.catalogue import say
from seatplan.views.typeface import measure_text, spell

MINUTES = (0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300)  # between two degrees that are written
MOST = 6  # degrees written along an edge
SIDES = {"bottom": (0, 0), "top": (0, 1), "left": (1, 0), "right": (1, 1)}
Tick = tuple[float, str]  # metres along the edge, degrees and minutes


@cache
def read_degrees(crs: str) -> Transformer:
    """Return what carries metres of a map to longitude and latitude."""
    return Transformer.from_crs(crs, "EPSG:4490", always_xy=True)


def list_ticks(view: View, crs: str) -> dict[str, list[Tick]]:
    """List where meridians and parallels cross each edge of a view, at round minutes."""
    to_degrees = read_degrees(crs)
    edges = {side: _walk_edge(view, to_degrees, side) for side in SIDES}
    step = max(_choose_step(edges["bottom"][1]), _choose_step(edges["left"][1]))
    return {side: list(_cross(*edge, step, *SIDES[side][:1])) for side, edge in edges.items()}


def _walk_edge(
    view: View, to_degrees: Transformer, side: str
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return metres along an edge, and the longitude (or latitude) there."""
    west, south, east, north = view.box
    along, far = SIDES[side]
    if along == 0:
        x = np.linspace(west, east, 60)
        y = np.full(60, north if far else south)
    else:
        y = np.linspace(south, north, 60)
        x = np.full(60, east if far else west)
    degrees = to_degrees.transform(x, y)
    return (y if along else x), np.asarray(degrees[along])


def _choose_step(degrees: npt.NDArray[np.float64]) -> float:
    """Return the minutes between two degrees that are written along an edge."""
    span = float(np.ptp(degrees)) * 60
    return float(next((step for step in MINUTES if span / step <= MOST), MINUTES[-1]))


def _cross(
    metres: npt.NDArray[np.float64], degrees: npt.NDArray[np.float64], step: float, along: int
) -> Iterator[Tick]:
    minutes = degrees * 60
    first = np.ceil(minutes.min() / step) * step
    for minute in np.arange(first, minutes.max(), step):
        yield float(np.interp(minute, minutes, metres)), spell_degrees(float(minute), along)


def spell_degrees(minutes: float, along: int) -> str:
    """Write minutes of arc as people do; `along` 0 for longitude, 1 for latitude.

    >>> spell_degrees(6370, 0), spell_degrees(-90.5, 1)
    ('106°10′E', '1°30′30″S')
    """
    seconds = round(abs(minutes) * 60)
    degree, minute, second = seconds // 3600, seconds // 60 % 60, seconds % 60
    side = ("EW", "NS")[along][minutes < 0]
    return f"{degree}°{minute:02d}′" + (f"{second:02d}″" if second else "") + side


def draw_frame(page: Axes, view: View, crs: str, size: float) -> None:
    """Draw the edges of a view with ticks on all sides, degrees below and on the left."""
    rect = view.rect
    page.add_patch(
        Rectangle((rect.x, rect.y), rect.width, rect.height, fill=False, ec=INK, lw=1.0, zorder=9)
    )
    for side, ticks in list_ticks(view, crs).items():
        for metres, words in ticks:
            _draw_tick(page, view, side, metres, words, size)


def _draw_tick(page: Axes, view: View, side: str, metres: float, words: str, size: float) -> None:
    rect, (along, far) = view.rect, SIDES[side]
    x, y = view.place(*((metres, view.box[1]) if along == 0 else (view.box[0], metres)))
    half = measure_text(words) * size * POINT / 2
    if along == 0:
        edge = rect.top if far else rect.y
        page.plot([x, x], [edge, edge + (-1.4 if far else 1.4)], color=INK, lw=0.6, zorder=9)
        if not far:
            at = float(np.clip(x, rect.x + half, rect.right - half))
            page.text(at, rect.y - 0.9, words, ha="center", va="top", fontsize=size, color=INK)
        return
    edge = rect.right if far else rect.x
    page.plot([edge, edge + (-1.4 if far else 1.4)], [y, y], color=INK, lw=0.6, zorder=9)
    if not far:
        at = float(np.clip(y, rect.y + half, rect.top - half))
        page.text(
            rect.x - 0.9, at, words, ha="right", va="center", fontsize=size, color=INK, rotation=90
        )


def draw_caption(page: Axes, view: View, name: str, size: float, language: str) -> None:
    """Write what a view is above it, with its scale as a number; a bar at the right end."""
    line = view.rect.top + CAPTION * 0.42
    scale = say("plate.scale", language, n=f"{view.scale:,.0f}")
    page.text(view.rect.x, line, spell(f"{name}　{scale}"), va="center", fontsize=size, color=INK)
    draw_bar(page, view, line, size, language)


def draw_bar(page: Axes, view: View, line: float, size: float, language: str) -> None:
    """Draw a bar of a round number of metres, a fifth to half of the view, with its length."""
    most = view.rect.width * 0.3 * view.scale / 1000  # metres
    step = max(m * 10**e for e in range(1, 6) for m in (1, 2, 5) if m * 10**e <= max(most, 10))
    unit = ("unit.kilometres", step // 1000) if step >= 1000 else ("unit.metres", step)
    words = say(unit[0], language, n=unit[1])
    end = view.rect.right - measure_text(words) * size * POINT - 1.2
    wide = step * 1000 / view.scale
    for at, face in enumerate((INK, PAPER, INK, PAPER)):
        page.add_patch(
            Rectangle(
                (end - wide + at * wide / 4, line - 0.6), wide / 4, 1.2, fc=face, ec=INK, lw=0.6
            )
        )
    page.text(end - wide - 1, line, "0", va="center", ha="right", fontsize=size, color=INK)
    page.text(end + 1, line, words, va="center", fontsize=size, color=INK)


def draw_north(page: Axes, view: View, crs: str, spot: Rect, language: str, size: float) -> None:
    """Draw an arrow to true north, as it lies in the middle of a view."""
    x, y = (view.box[0] + view.box[2]) / 2, (view.box[1] + view.box[3]) / 2
    to_degrees = read_degrees(crs)
    lon, lat = to_degrees.transform(x, y)
    far = to_degrees.transform(lon, lat + 0.01, direction="INVERSE")
    turn = -np.arctan2(far[0] - x, far[1] - y)
    shape = np.array([(0, 0.5), (0.22, -0.5), (0, -0.28), (-0.22, -0.5)]) * spot.height
    rotated = shape @ np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    middle = (spot.x + spot.width / 2, spot.y + spot.height / 2)
    page.add_patch(Polygon(rotated + middle, fc=INK, ec=INK, lw=0.4, zorder=9))
    page.text(
        middle[0], spot.top + 0.6, say("map.north", language), ha="center", va="bottom",
        fontsize=size, color=INK,
    )  # fmt: skip
