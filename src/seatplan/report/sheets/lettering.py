"""Where names stand on a map: none over another, over a sign or over an edge of the view.

Each name has eight places about its point and, where it is long, a second shape in two lines; the
first that is free is taken. A name without a free place gets a number, which stands in a list.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from seatplan.report.sheets.forms import Rect
from seatplan.views.typeface import measure_text

LINE = 1.22  # height of a line, in sizes of its type
POINT = 25.4 / 72  # millimetres
GAP = 0.5  # millimetres between a sign and its name
LONG = 5  # characters (of a Chinese name) from which a name may stand in two lines
RINGS = (0.0, 2.0, 4.0, 6.5, 9.5, 13.0)  # millimetres that a number may stand off its point
# Right, left, above, below, then the corners: which side of its point a name stands on.
SIDES = ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (1, -1), (-1, 1), (-1, -1))


@dataclass(frozen=True)
class Name:
    """A name to be placed: `x`, `y` and `radius` of its sign, millimetres on the page.

    `rank` 0 is placed before rank 1; `figure` stands behind the name or below it; `number` stands
    for it in a table, before its name.
    """

    key: str
    text: str
    x: float
    y: float
    radius: float
    rank: int = 1
    figure: str = ""
    number: str = ""


@dataclass(frozen=True)
class Letters:
    """Lines of text that stand in a box, with a thread to their point where they stand off."""

    key: str
    lines: tuple[str, ...]
    box: Rect
    thread: tuple[float, float] | None = None


def place_names(
    names: Sequence[Name], taken: Sequence[Rect], frame: Rect, size: float
) -> tuple[list[Letters], list[Name]]:
    """Place names beside their points; return those that stand, and those that found no place.

    Parameters
    ----------
    names
        In any order; the answer does not hang on it.
    taken
        What no name may cover.
    frame
        What every name stands in.
    size
        Of the type, points.
    """
    signs = [Rect(n.x - n.radius, n.y - n.radius, 2 * n.radius, 2 * n.radius) for n in names]
    held = Taken([*taken, *signs], frame)
    stand, left = [], []
    for name in _order(names, size):
        found = find_place(name, held, size)
        if found is None:
            left.append(name)
        else:
            held.add(found.box)
            stand.append(found)
    return stand, left


def place_numbers(
    names: Sequence[Name], numbers: dict[str, str], taken: Sequence[Rect], frame: Rect, size: float
) -> list[Letters]:
    """Place the number of each name near its point, with a thread where it stands off."""
    held, placed = Taken(taken, frame), []
    for name in sorted(names, key=lambda name: (name.rank, -round(name.y), name.x, name.key)):
        line = (numbers[name.key],)
        width, height = measure_lines(line, size)
        for ring in RINGS:
            spots = list(_surround(name, width, height, GAP + ring))
            spot = next((spot for spot in spots if held.is_free(spot)), None)
            if spot is not None:
                held.add(spot)
                thread = (name.x, name.y) if ring else None
                placed.append(Letters(name.key, line, spot, thread))
                break
    return placed


def number_names(names: Iterable[Name]) -> dict[str, int]:
    """Give names numbers from the north to the south, then from the west to the east."""
    order = sorted(names, key=lambda name: (-round(name.y), name.x, name.key))
    return {name.key: at for at, name in enumerate(order, 1)}


def break_name(text: str) -> tuple[str, str] | None:
    """Break a name in two lines near its middle; None for a short one.

    >>> break_name("利通示例第01幼儿园"), break_name("East Road School"), break_name("甲小学")
    (('利通示例第', '01幼儿园'), ('East Road', 'School'), None)
    """
    pieces = re.findall(r"[A-Za-z0-9'’.-]+\s*|[（(]?[^A-Za-z0-9\s][）)]?\s*", text)
    if len(text) < LONG or len(pieces) < 2:
        return None
    cuts = ["".join(pieces[:at]) for at in range(1, len(pieces))]
    first = min(cuts, key=lambda cut: abs(measure_text(cut) - measure_text(text) / 2))
    return first.strip(), text[len(first) :].strip()


class Taken:
    """Boxes that nothing else may cover, in a frame."""

    def __init__(self, boxes: Iterable[Rect], frame: Rect) -> None:
        self.frame = frame
        rows = [(box.x, box.y, box.right, box.top) for box in boxes]
        self._held = np.array(rows).reshape(-1, 4)
        self._count = len(rows)

    def add(self, box: Rect) -> None:
        """Take a box."""
        if self._count == len(self._held):
            self._held = np.resize(self._held, (2 * self._count + 8, 4))
        self._held[self._count] = (box.x, box.y, box.right, box.top)
        self._count += 1

    def is_free(self, box: Rect) -> bool:
        """Say whether a box stands in the frame and covers nothing."""
        frame, boxes = self.frame, self._held[: self._count]
        if box.x <= frame.x or box.y <= frame.y or box.right >= frame.right or box.top >= frame.top:
            return False
        over = (
            (boxes[:, 0] < box.right)
            & (boxes[:, 2] > box.x)
            & (boxes[:, 1] < box.top)
            & (boxes[:, 3] > box.y)
        )
        return not bool(over.any())


def _order(names: Sequence[Name], size: float) -> list[Name]:
    """Put the first ranks first; within a rank those with the fewest points about them."""
    spots = np.array([(name.x, name.y) for name in names]).reshape(-1, 2)
    wide = [measure_lines((name.text,), size)[0] for name in names]
    near = [int((np.hypot(*(spots - spots[at]).T) < wide[at]).sum()) for at in range(len(names))]
    order = sorted(range(len(names)), key=lambda at: (names[at].rank, near[at], names[at].key))
    return [names[at] for at in order]


def find_place(name: Name, held: Taken, size: float) -> Letters | None:
    """Return the letters of a name where they cover nothing; None where there is no such place."""
    for lines in _shape(name):
        width, height = measure_lines(lines, size)
        for spot in _surround(name, width, height, GAP):
            if held.is_free(spot):
                return Letters(name.key, lines, spot)
    return None


def centre_lines(
    lines: tuple[str, ...], x: float, y: float, held: Taken, size: float, clear: float = 0.0
) -> Letters | None:
    """Return lines of text in the middle of a point; None where they come near something.

    `clear`: millimetres about them that are free.
    """
    width, height = measure_lines(lines, size)
    spot = Rect(x - width / 2, y - height / 2, width, height)
    about = Rect(spot.x - clear, spot.y - clear, width + 2 * clear, height + 2 * clear)
    return Letters(" ".join(lines), lines, spot) if held.is_free(about) else None


def _shape(name: Name) -> list[tuple[str, ...]]:
    """List the shapes of a name: one line, then two, its figure behind it or below."""
    text = f"{name.number} {name.text}".lstrip()
    broken = break_name(text)
    if not name.figure:
        return [(text,), *([broken] if broken else [])]
    shapes: list[tuple[str, ...]] = [(text, name.figure), (f"{text} {name.figure}",)]
    return [*shapes, *([(*broken, name.figure)] if broken else [])]


def measure_lines(lines: Sequence[str], size: float) -> tuple[float, float]:
    """Return width and height of lines of text, millimetres."""
    em = size * POINT
    return max(measure_text(line) for line in lines) * em, len(lines) * LINE * em


def _surround(name: Name, width: float, height: float, gap: float) -> Iterable[Rect]:
    """Yield the boxes about a point, at a distance from its sign."""
    off = name.radius + gap
    slant = 0.75 * off
    for dx, dy in SIDES:
        step = slant if dx and dy else off
        x = name.x + dx * step - (0 if dx > 0 else width if dx < 0 else width / 2)
        y = name.y + dy * step - (0 if dy > 0 else height if dy < 0 else height / 2)
        yield Rect(x, y, width, height)


def keep_first(names: Sequence[Name], most: int) -> list[Name]:
    """Keep the names that a list of `most` lines holds, the first ranks first."""
    order = sorted(names, key=lambda name: (name.rank, -round(name.y), name.x, name.key))
    return order[: max(most, 0)]
