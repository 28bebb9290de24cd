"""A map sheet drawn on its page: views, frames, signs and names, panel, title and foot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, Rectangle

from seatplan.report.sheets.beyond import name_neighbours
from seatplan.report.sheets.forms import MARGIN, TITLE, Layout, Rect, View
from seatplan.report.sheets.frames import draw_caption, draw_frame, draw_north
from seatplan.report.sheets.ground import Ground, paint_fills, paint_ground
from seatplan.report.sheets.lettering import (
    POINT,
    Letters,
    Name,
    Taken,
    find_place,
    keep_first,
    number_names,
    place_names,
    place_numbers,
)
from seatplan.report.sheets.panel import (
    Panel,
    count_names,
    wrap,
    write_key,
    write_legend,
    write_listing,
)
from seatplan.report.sheets.signs import INK, PAPER, find_radius, stamp
from seatplan.report.sheets.subjects import Mark, Notes, Subject
from seatplan.views.catalogue import say
from seatplan.views.palette import COLOURS
from seatplan.views.typeface import draw_page, measure_text, spell

Strip = list[tuple[float, float]]  # corners, millimetres on the page
MUTED = COLOURS["muted"]
# Sizes of type on A4, points.
HEAD, TOLD, CAPTION, DEGREES, PLACES, NAMES, LEGEND, FOOT = 17.0, 9.0, 7.6, 5.6, 7.8, 6.6, 7.2, 6.4
BEYOND = 9.4  # names of neighbours


@dataclass
class Plane:
    """One view while it is drawn: what no name may cover, and the names that wait for a number."""

    axes: Axes
    view: View
    marks: list[Mark]
    size: float  # of its signs, 1 = as in the legend
    taken: list[Rect]
    left: list[Name]


def draw_sheet(notes: Notes, ground: Ground, layout: Layout, subject: Subject) -> Figure:
    """Draw a map sheet at its true size."""
    paper = layout.paper
    with draw_page(paper.width / 25.4, paper.height / 25.4, ticks=False) as figure:
        page = _open_page(figure, layout)
        planes = _open_planes(figure, layout, subject)
        for plane in planes:
            _paint(plane, ground, layout, subject)
        _write_head(page, layout, subject)
        draw_foot(page, notes, layout)
        _frame(page, notes, layout)
        panel = Panel(page, layout.panel, notes.language, LEGEND * paper.type, layout.panel.top)
        write_legend(panel, subject, ground.lines)
        if subject.listing:
            write_listing(panel, subject.listing)
        _letter(page, planes, ground, panel, paper.type)
    return figure


def _open_page(figure: Figure, layout: Layout) -> Axes:
    """Open a plane over the whole page, in millimetres, above the views."""
    page = figure.add_axes((0, 0, 1, 1), zorder=5)
    page.set(xlim=(0, layout.paper.width), ylim=(0, layout.paper.height))
    page.axis("off")
    page.patch.set_alpha(0)
    return page


def _open_planes(figure: Figure, layout: Layout, subject: Subject) -> list[Plane]:
    planes = []
    for view in (layout.main, layout.inset):
        if view is None:
            continue
        rect, paper = view.rect, layout.paper
        axes = figure.add_axes(
            (rect.x / paper.width, rect.y / paper.height,
             rect.width / paper.width, rect.height / paper.height)
        )  # fmt: skip
        axes.set(xlim=view.box[::2], ylim=view.box[1::2], xticks=[], yticks=[])
        axes.set_facecolor(COLOURS["ground"])
        axes.spines[:].set_visible(False)
        marks = [mark for mark in subject.marks if view.holds(mark.x, mark.y)]
        size = paper.type if view is layout.inset or layout.inset is None else 0.72 * paper.type
        planes.append(Plane(axes, view, marks, size, [], []))
    return planes


def _paint(plane: Plane, ground: Ground, layout: Layout, subject: Subject) -> None:
    """Paint areas, lines, arrows and signs of a view, and the frame of the inset in it."""
    paint_fills(plane.axes, subject.fills, plane.view.box)
    paint_ground(plane.axes, ground, plane.view.box)
    axes, inset = plane.axes, layout.inset
    for arrow in subject.arrows:
        axes.add_patch(
            FancyArrowPatch(
                arrow[:2], arrow[2:], arrowstyle="-|>", mutation_scale=7, color=INK, lw=1.0,
                shrinkA=4, shrinkB=4, zorder=5.5,
            )
        )  # fmt: skip
        plane.taken += _cover_arrow(plane.view, arrow)
    hidden = inset if inset is not None and plane.view is not inset else None
    groups: dict[tuple[float, int, str], list[tuple[float, float]]] = {}
    for mark in plane.marks:
        inside = hidden is not None and hidden.holds(mark.x, mark.y)
        size = plane.size * mark.size * (0.6 if inside else 1)
        groups.setdefault((-size, -mark.rank, mark.sign), []).append((mark.x, mark.y))
    for (size, _, sign), spots in sorted(groups.items()):
        stamp(axes, [x for x, _ in spots], [y for _, y in spots], sign, -size)
    if hidden is not None:
        west, south, east, north = hidden.box
        axes.add_patch(
            Rectangle(
                (west, south), east - west, north - south, fill=False, ls=(0, (4, 2)), lw=1.0,
                ec=INK, zorder=9,
            )
        )  # fmt: skip
        corner, far = plane.view.place(west, south), plane.view.place(east, north)
        plane.taken.append(Rect(*corner, far[0] - corner[0], far[1] - corner[1]))
        plane.marks = [mark for mark in plane.marks if not hidden.holds(mark.x, mark.y)]


def _cover_arrow(view: View, arrow: tuple[float, float, float, float]) -> list[Rect]:
    """Return small boxes along an arrow, which no name may cover."""
    (x, y), (u, v) = view.place(*arrow[:2]), view.place(*arrow[2:])
    count = int(max(abs(u - x), abs(v - y))) + 1  # a box a millimetre
    steps = [at / count for at in range(count + 1)]
    spots = [(x + (u - x) * at, y + (v - y) * at) for at in steps]
    return [Rect(a - 0.5, b - 0.5, 1, 1) for a, b in spots]


def _letter(
    page: Axes, planes: Sequence[Plane], ground: Ground, panel: Panel, type_: float
) -> None:
    """Write the names of townships and schools; numbers for those without a place, and the key."""
    strips: list[Strip] = []
    for plane in planes:
        names = [_name(plane, mark) for mark in plane.marks]
        strips += _write_places(page, plane, ground, names, PLACES * type_)
        if plane is planes[0]:
            _write_neighbours(page, plane, ground, names, BEYOND * type_)
        wanted = [name for name in names if name.text or name.figure]
        for other in names:
            if other not in wanted:
                radius = other.radius
                plane.taken.append(Rect(other.x - radius, other.y - radius, *[2 * radius] * 2))
        stand, plane.left = place_names(wanted, plane.taken, plane.view.rect, NAMES * type_)
        plane.taken += [letters.box for letters in stand]
        plane.taken += [
            Rect(n.x - n.radius, n.y - n.radius, 2 * n.radius, 2 * n.radius) for n in wanted
        ]
        for letters in stand:
            strips += _write(page, letters, NAMES * type_)
    left = [name for plane in planes for name in plane.left]
    if left:
        strips += _write_numbers(page, planes, panel, left, type_)
    _lay_strips(page, strips)


def _write_numbers(
    page: Axes, planes: Sequence[Plane], panel: Panel, left: Sequence[Name], type_: float
) -> list[Strip]:
    """Give each name that found no place a number, as far as the panel can list them."""
    unlisted = [name for name in left if not name.number]
    told = [f"000 {name.text} {name.figure}".rstrip() for name in unlisted]
    most, columns = count_names(panel, told)
    kept = keep_first(unlisted, most)
    order = number_names(kept)
    numbers = {name.key: name.number for name in left if name.number}
    numbers |= {key: str(at) for key, at in order.items()}
    stood, strips = set(), []
    for plane in planes:
        own = [name for name in plane.left if name.key in numbers]
        for letters in place_numbers(own, numbers, plane.taken, plane.view.rect, NAMES * type_):
            strips += _write(page, letters, NAMES * type_)
            stood.add(letters.key)
    words = [
        f"{numbers[name.key]}　{name.text} {name.figure}".rstrip()
        for name in sorted(kept, key=lambda name: order[name.key])
        if name.key in stood
    ]
    if words:
        write_key(panel, words, columns)
    return strips


def _name(plane: Plane, mark: Mark) -> Name:
    x, y = plane.view.place(mark.x, mark.y)
    radius = find_radius(mark.sign, plane.size * mark.size)
    return Name(mark.key, mark.name, x, y, radius, mark.rank, mark.figure, mark.number)


def _write_places(
    page: Axes, plane: Plane, ground: Ground, names: Sequence[Name], size: float
) -> list[Strip]:
    """Write the names of townships where they cover no sign; one without such a place is left."""
    held, strips = _hold(plane, names), []
    for place, spots in ground.list_spots(plane.view.box):
        tried = (Name(place, place, *plane.view.place(x, y), 0.0) for x, y in spots)
        letters = next(filter(None, (find_place(name, held, size) for name in tried)), None)
        if letters is not None:
            held.add(letters.box)
            plane.taken.append(letters.box)
            strips += _write(page, letters, size, COLOURS["muted"])
    return strips


def _write_neighbours(
    page: Axes, plane: Plane, ground: Ground, names: Sequence[Name], size: float
) -> None:
    """Write the names of the districts around, beyond the edge of this one."""
    for letters, points in name_neighbours(ground, plane.view, _hold(plane, names), size):
        plane.taken.append(letters.box)
        _write(page, letters, points, COLOURS["muted"])


def _hold(plane: Plane, names: Sequence[Name]) -> Taken:
    """Return what no name of a place may cover: all that stands, and the signs."""
    signs = [
        Rect(name.x - name.radius, name.y - name.radius, 2 * name.radius, 2 * name.radius)
        for name in names
    ]
    return Taken([*plane.taken, *signs], plane.view.rect)


def _write(page: Axes, letters: Letters, size: float, colour: str = INK) -> list[Strip]:
    """Write lines of text; return the strip below each, which lets the lines of the map through."""
    box = letters.box
    if letters.thread:
        x, y = letters.thread
        ends = (min(max(x, box.x), box.right), min(max(y, box.y), box.top))
        page.plot([x, ends[0]], [y, ends[1]], color=INK, lw=0.5, zorder=7)
    step, middle = box.height / len(letters.lines), box.x + box.width / 2
    strips = []
    for at, line in enumerate(letters.lines):
        y = box.top - (at + 0.5) * step
        half, rise = measure_text(line) * size * POINT / 2 + 0.2, 0.47 * step
        left, right = middle - half, middle + half
        strips.append([(left, y - rise), (right, y - rise), (right, y + rise), (left, y + rise)])
        page.text(
            middle, y, spell(line), color=colour, zorder=8.5, ha="center", va="center_baseline",
            fontsize=size,
        )  # fmt: skip
    return strips


def _lay_strips(page: Axes, strips: Sequence[Strip]) -> None:
    """Lay the pale strips below all names at once."""
    page.add_collection(
        PolyCollection(strips, facecolor=PAPER, linewidth=0, alpha=0.78, zorder=8), autolim=False
    )


def _write_head(page: Axes, layout: Layout, subject: Subject) -> None:
    """Write title and figures, the title smaller where it is long."""
    paper = layout.paper
    room = paper.width - 2 * MARGIN
    size = HEAD * paper.type
    size = min(size, size * room / (measure_text(subject.title) * size * 25.4 / 72))
    top = paper.height - MARGIN
    page.text(MARGIN, top - 4.5, spell(subject.title), fontsize=size, color=INK, va="center")
    lines = wrap(subject.told, TOLD * paper.type, room)
    page.text(
        MARGIN, top - TITLE + 4.5, spell(lines[0]), fontsize=TOLD * paper.type, color=MUTED,
        va="center",
    )  # fmt: skip


def _frame(page: Axes, notes: Notes, layout: Layout) -> None:
    """Draw the frames with their degrees, captions and scales, and north."""
    crs, type_, language = notes.crs, layout.paper.type, notes.language
    for view, key in ((layout.main, "plate.whole"), (layout.inset, "plate.inset")):
        if view is not None:
            draw_frame(page, view, crs, DEGREES * type_)
            draw_caption(page, view, say(key, language), CAPTION * type_, language)
    panel = layout.panel
    spot = Rect(panel.right - 8 * type_, panel.top - 13 * type_, 6 * type_, 9 * type_)
    draw_north(page, layout.main, crs, spot, language, LEGEND * type_)


def draw_foot(page: Axes, notes: Notes, layout: Layout) -> None:
    """Write what the data are, the datum and the draft mark; map number and signatures if asked."""
    size = FOOT * layout.paper.type
    low = MARGIN + (8.0 if layout.imprint else 0.0)
    mark = say("paper.mark", notes.language)
    room = layout.paper.width - 2 * MARGIN - measure_text(mark) * size * POINT - 6
    lines = wrap(notes.foot, size, room)
    if len(lines) > 2:  # the draft and the check tell all that was assumed
        lines = [lines[0], f"{lines[1][:-2]}…"]
    for at, line in enumerate(lines):
        page.text(
            MARGIN, low + 3.4 - at * 2.9, spell(line), fontsize=size, color=MUTED, va="center"
        )
    page.text(
        layout.paper.width - MARGIN, low + 3.4, spell(mark), fontsize=size,
        color=MUTED, va="center", ha="right",
    )  # fmt: skip
    if layout.imprint:
        page.text(
            MARGIN, MARGIN + 2.5, spell(say("plate.imprint", notes.language)), fontsize=size * 1.25,
            color=INK, va="center",
        )  # fmt: skip
