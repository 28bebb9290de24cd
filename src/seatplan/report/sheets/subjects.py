"""What a map sheet shows, as plain values: areas, lines, signs with names, a legend, a table."""

from __future__ import annotations

from dataclasses import dataclass, field

import geopandas as gpd


@dataclass(frozen=True)
class Fill:
    """Areas in one colour, with a hatch so that they are told apart in grey; `words` explain them.

    `line`: colour of their boundaries, "" for none; `alpha`: 1 covers what lies below.
    """

    shapes: gpd.GeoSeries
    colour: str
    words: str = ""
    hatch: str = ""
    stroke: str = ""
    line: str = ""
    width: float = 0.4
    alpha: float = 1.0


@dataclass(frozen=True)
class Mark:
    """A sign at a place: metres on the ground, key of the sign, size (1 = that of the legend).

    `name` "" stands without a name; `rank` 0 is named before rank 1; `figure` stands by the name.
    `number`: its row in the table beside the map, which stands for the name where there is no room.
    """

    key: str
    x: float
    y: float
    sign: str
    size: float = 1.0
    name: str = ""
    rank: int = 1
    figure: str = ""
    number: str = ""


@dataclass(frozen=True)
class Entry:
    """A line of the legend about signs: key of the sign, its size and what it means."""

    sign: str
    words: str
    size: float = 1.0


@dataclass(frozen=True)
class Listing:
    """A small table beside the map; `shares`: width of each column in any unit."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    shares: tuple[float, ...]
    title: str = ""


@dataclass(frozen=True)
class Subject:
    """A map sheet.

    Parameters
    ----------
    key
        What its file is called, such as "present-primary".
    title, told
        Its title, and the figures that it shows as a sentence.
    fills
        Areas, the lowest first.
    marks, entries
        Signs, and what they mean.
    arrows
        From where to where on the ground, metres: x, y, x, y.
    listing
        A table beside the map, or None.
    caption
        What a document writes below it.
    """

    key: str
    title: str
    told: str
    fills: tuple[Fill, ...] = ()
    marks: tuple[Mark, ...] = ()
    entries: tuple[Entry, ...] = ()
    arrows: tuple[tuple[float, float, float, float], ...] = ()
    listing: Listing | None = None
    note: str = ""
    caption: str = field(default="")


@dataclass(frozen=True)
class Notes:
    """What every sheet of a series says: its language, coordinate system, and words at the foot."""

    language: str
    crs: str
    foot: str
