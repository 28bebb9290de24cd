"""The paper of a map sheet and its parts: title, views, panel, foot; millimetres on the page."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from seatplan.errors import InputError
from seatplan.files import suggest
from seatplan.labels import Box

MARGIN, GAP = 8.0, 5.0
TITLE, FOOT, IMPRINT = 17.0, 9.0, 8.0
EDGE = 2.2  # millimetres between the middle of a sign and the frame, so that none is cut
CAPTION, TICKS = 6.5, 4.5  # above a view, and left of and below it
ROUND = (
    1.0,
    1.25,
    1.5,
    1.75,
    2.0,
    2.5,
    3.0,
    3.5,
    4.0,
    4.5,
    5.0,
    6.0,
    7.0,
    8.0,
    10.0,
)  # of a scale, times 10^k
ROOM = 1.03  # what stands in a view takes at most 1/ROOM of it
CROWD = 0.5  # share of the schools that stand in the crowded part
CLOSER = 1.8  # an inset shows its part at least so many times larger
FEWEST = 8  # schools from which a district has a crowded part


@dataclass(frozen=True)
class Rect:
    """A part of the page: its lower left corner, width and height in millimetres."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Its right edge."""
        return self.x + self.width

    @property
    def top(self) -> float:
        """Its upper edge."""
        return self.y + self.height


@dataclass(frozen=True)
class Paper:
    """A page that lies on its side: millimetres, width of the panel, size of its type (A4 = 1)."""

    name: str
    width: float
    height: float
    panel: float
    type: float


PAPERS = {"A4": Paper("A4", 297.0, 210.0, 62.0, 1.0), "A3": Paper("A3", 420.0, 297.0, 84.0, 1.2)}


@dataclass(frozen=True)
class View:
    """A map on the page: where it stands, which part of the ground it shows, at 1 : `scale`."""

    rect: Rect
    box: Box
    scale: float

    def place(self, x: float, y: float) -> tuple[float, float]:
        """Return where a point of the ground stands on the page."""
        west, south = self.box[:2]
        return (
            self.rect.x + (x - west) * 1000 / self.scale,
            self.rect.y + (y - south) * 1000 / self.scale,
        )

    def holds(self, x: float, y: float) -> bool:
        """Say whether a sign at a point of the ground stands wholly in the view."""
        west, south, east, north = self.box
        off = EDGE * self.scale / 1000
        return west + off <= x <= east - off and south + off <= y <= north - off


@dataclass(frozen=True)
class Layout:
    """The parts of a page: the whole district, the crowded part (or None), panel, title, foot."""

    paper: Paper
    main: View
    inset: View | None
    panel: Rect
    imprint: bool


def find_paper(name: str) -> Paper:
    """Return the paper of a name, whatever its case; InputError for another."""
    if name.upper() not in PAPERS:
        raise InputError(f"no paper is called {name}{suggest(name, PAPERS)}")
    return PAPERS[name.upper()]


def find_crowd(points: npt.NDArray[np.float64]) -> Box | None:
    """Return the smallest part, about a school, that holds most schools; None without a crowd.

    `points`: x and y of each school, metres. A part of more than a third of the ground of all
    schools is no crowd.
    """
    if len(points) < FEWEST:
        return None
    apart = np.hypot(*(points[:, None, :] - points[None, :, :]).transpose(2, 0, 1))
    reach = np.sort(apart, axis=1)[:, int(CROWD * (len(points) - 1))]
    middle = int(np.argmin(reach))
    near = points[apart[middle] <= reach[middle]]
    low, high = near.min(axis=0), near.max(axis=0)
    extent = np.ptp(points, axis=0)
    if np.prod(high - low) * 3 > np.prod(extent):
        return None
    room = 0.04 * float(max(high - low))
    return (low[0] - room, low[1] - room, high[0] + room, high[1] + room)


def lay_out(paper: Paper, bounds: Box, crowd: Box | None, *, imprint: bool) -> Layout:
    """Part a page: the crowded part beside the district or below it, whichever shows more.

    Parameters
    ----------
    bounds, crowd
        The district and its crowded part, metres; None for no inset.
    imprint
        Whether the foot has a line for map number and signatures.
    """
    foot = MARGIN + FOOT + (IMPRINT if imprint else 0.0)
    high = paper.height - MARGIN - TITLE - foot
    panel = Rect(paper.width - MARGIN - paper.panel, foot, paper.panel, high)
    ground = Rect(MARGIN, foot, panel.x - GAP - MARGIN, high)
    alone = fit_view(_inside(ground), bounds)
    if crowd:
        found = [
            (fit_view(_inside(one), bounds), fit_view(_inside(other), crowd))
            for one, other in _halve(ground, bounds)
        ]
        main, inset = min(found, key=lambda views: (views[0].scale, views[1].scale))
        if main.scale >= CLOSER * inset.scale:
            return Layout(paper, main, inset, panel, imprint)
    return Layout(paper, alone, None, panel, imprint)


def _halve(ground: Rect, bounds: Box) -> list[tuple[Rect, Rect]]:
    """Part the ground in two, side by side and one above the other, the first as it needs."""
    wide, tall = bounds[2] - bounds[0], bounds[3] - bounds[1]
    across = (ground.height - CAPTION - TICKS) * wide / tall * ROOM + TICKS
    left = float(np.clip(across, 0.38 * ground.width, 0.62 * ground.width))
    down = (ground.width - TICKS) * tall / wide * ROOM + CAPTION + TICKS
    upper = float(np.clip(down, 0.38 * ground.height, 0.62 * ground.height))
    return [
        (
            Rect(ground.x, ground.y, left - GAP / 2, ground.height),
            Rect(ground.x + left + GAP / 2, ground.y, ground.width - left - GAP / 2, ground.height),
        ),
        (
            Rect(ground.x, ground.top - upper, ground.width, upper),
            Rect(ground.x, ground.y, ground.width, ground.height - upper - GAP / 2),
        ),
    ]


def _inside(cell: Rect) -> Rect:
    """Return a cell without the room for the caption above and the degrees left and below."""
    return Rect(cell.x + TICKS, cell.y + TICKS, cell.width - TICKS, cell.height - TICKS - CAPTION)


def fit_view(rect: Rect, bounds: Box) -> View:
    """Show a part of the ground in the middle of a rectangle, at a round scale."""
    west, south, east, north = bounds
    least = ROOM * max((east - west) / rect.width, (north - south) / rect.height) * 1000
    scale = round_scale(max(least, 100.0))
    x, y = (west + east) / 2, (south + north) / 2
    dx, dy = rect.width * scale / 2000, rect.height * scale / 2000
    return View(rect, (x - dx, y - dy, x + dx, y + dy), scale)


def round_scale(least: float) -> float:
    """Return the first round scale that is not larger than 1 : `least`.

    >>> round_scale(372_000), round_scale(10_000), round_scale(10_001)
    (400000.0, 10000.0, 12500.0)
    """
    power = 10.0 ** np.floor(np.log10(least))
    return float(next(step * power for step in ROUND if step * power >= least * (1 - 1e-9)))
