"""The map of one stage and year as a picture: for a README, a notebook, a document."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle
from matplotlib.patheffects import withStroke

from seatplan.district.district import District
from seatplan.outcome import Outcome
from seatplan.results import Results, tabulate
from seatplan.views.catalogue import format_count, say
from seatplan.views.maps import check_choice
from seatplan.views.offline import ASSETS
from seatplan.views.palette import BREAKS, CLASS_COLOURS, COLOURS, HATCH, classify_balance

Box = npt.NDArray[np.float64]  # west, south, east, north in metres
FONT_FILE = ASSETS / "noto-sans-sc" / "SeatplanSansSC-Regular.otf"
CORE_SHARE = (0.04, 0.96)  # of the urban blocks' places, that the inset holds
INK, PAPER = COLOURS["ink"], COLOURS["panel"]
# Symbol -> its layers (marker, size, fill, edge, width of the edge), as on the explorer's map.
MARKERS: dict[str, list[tuple[str, float, str, str, float]]] = {
    "crowded": [("^", 6.2, INK, PAPER, 0.9)],
    "large": [("D", 6.0, INK, PAPER, 0.9)],
    "both": [("D", 8.0, INK, PAPER, 0.9), ("^", 3.4, PAPER, PAPER, 0.0)],
    "fresh": [("o", 9.6, PAPER, INK, 1.3), ("P", 5.4, INK, INK, 0.0)],
    "none": [("o", 3.2, PAPER, INK, 0.7)],
}


@dataclass(frozen=True)
class Sheet:
    """What a picture shows: one outcome, stage and year, in words and numbers."""

    outcome: Outcome
    results: Results
    stage: str
    year: int
    language: str

    def say(self, key: str, **values: object) -> str:
        """Return a phrase in the sheet's language."""
        return say(key, self.language, **values)

    @property
    def district(self) -> District:
        """The planned district."""
        return self.outcome.district

    @property
    def has_catchments(self) -> bool:
        """Whether schools of the stage have catchments; else the whole district is one."""
        return self.outcome.standards.stage(self.stage).intake != "seats"


def draw_map(outcome: Outcome, stage: str, year: int, *, language: str = "zh") -> Figure:
    """Return a picture of each catchment's seats less its resident pupils, with flags and inset.

    The figure belongs to no window: save it with `savefig`, or show it in a notebook. InputError
    for a stage or a year that the outcome does not hold.
    """
    check_choice(outcome.standards, outcome.district.years, stage, year)
    sheet = Sheet(outcome, tabulate(outcome), stage, year, language)
    schools = describe_schools(sheet)
    figure = Figure(figsize=(11.7, 8.3), dpi=110, facecolor=COLOURS["panel"])
    core = find_core(sheet.district.blocks)
    main = figure.add_axes((0.035, 0.05, 0.5, 0.8))
    draw_ground(main, sheet, schools, whole_view(sheet.district), core)
    draw_scale(main, sheet)
    if core is not None:
        inset = figure.add_axes((0.56, 0.43, 0.41, 0.42))
        draw_ground(inset, sheet, schools, core, None)
        inset.set_title(sheet.say("map.inset"), loc="left", fontproperties=font(9.5))
        corner, width, height = (core[0], core[1]), core[2] - core[0], core[3] - core[1]
        main.add_patch(Rectangle(corner, width, height, fill=False, ls="--", lw=1, zorder=6))
    draw_titles(figure, sheet, schools)
    draw_key(figure, sheet, schools)
    return figure


def font(size: float) -> FontProperties:
    """Return the font that ships with seatplan, so that Chinese shows on any machine."""
    return FontProperties(fname=str(FONT_FILE), size=size)


def describe_schools(sheet: Sheet) -> gpd.GeoDataFrame:
    """Return the standing schools of the stage: balance, class of balance, symbol and place."""
    table = pd.DataFrame(
        sheet.results.schools.xs((sheet.stage, sheet.year), level=("stage", "year"))
    )
    table = table[(table.seats > 0) | (table.pupils > 0) | (table.residents > 0)]
    demand = table.residents if sheet.has_catchments else table.pupils
    flags = sheet.results.flags
    flags = flags[(flags.year == sheet.year) & flags.stage.isin([sheet.stage, ""])]
    rules = sheet.outcome.standards.standards
    measures = {item.code: item.indicator for item in rules if item.side == "above"}
    measure = flags.code.map(measures)
    crowded = table.index.isin(flags.school[measure == "class_size"])
    large = table.index.isin(flags.school[measure == "school_size"])
    schools = sheet.district.schools.loc[table.index]
    fresh = (schools.opened.fillna(0) > sheet.district.base_year).to_numpy(dtype=bool)
    return schools[["name", "geometry"]].assign(
        balance=table.seats - demand,
        klass=classify_balance(table.seats - demand),
        seats=table.seats,
        crowded=crowded,
        large=large,
        symbol=np.select(
            [fresh, crowded & large, large, crowded], ["fresh", "both", "large", "crowded"], "none"
        ),
    )


def whole_view(district: District) -> Box:
    """Return the box of the whole district, with a little room."""
    west, south, east, north = district.blocks.total_bounds
    room = 0.03 * max(east - west, north - south)
    return np.array([west - room, south - room, east + room, north + room])


def find_core(blocks: gpd.GeoDataFrame) -> Box | None:
    """Return the box around most urban blocks; None where there are none, or none else."""
    urban = blocks[blocks.setting == "urban"]
    if len(urban) < 4 or len(urban) == len(blocks):
        return None
    places = urban.geometry.representative_point()
    low, high = (np.array([places.x.quantile(q), places.y.quantile(q)]) for q in CORE_SHARE)
    room = 0.06 * (high - low).max()
    return np.concatenate([low - room, high + room])


def draw_ground(
    axes: Axes, sheet: Sheet, schools: gpd.GeoDataFrame, view: Box, keep_clear: Box | None
) -> None:
    """Draw blocks, borders, names and schools of one view; no name within `keep_clear`."""
    blocks = sheet.district.blocks
    shown = blocks.join(main_schools(sheet)).join(schools.klass, on="main_school")
    colours = shown.klass.map(dict(enumerate(CLASS_COLOURS))).fillna(COLOURS["none"])
    if not sheet.has_catchments:
        colours = pd.Series(COLOURS["none"], index=shown.index)
    shown.plot(ax=axes, color=colours, edgecolor=COLOURS["line"], linewidth=0.35, aspect=None)
    worst = shown[(shown.klass == 0) & sheet.has_catchments]
    if len(worst):
        worst.plot(ax=axes, color="none", edgecolor=HATCH, hatch="////", linewidth=0, aspect=None)
    if sheet.has_catchments:
        outlines = shown.dissolve("main_school").boundary
        outlines.plot(ax=axes, color=COLOURS["catchment"], linewidth=0.7, aspect=None)
    townships = blocks.dissolve("township")
    townships.boundary.plot(ax=axes, color=COLOURS["ink"], linewidth=1.1, aspect=None)
    draw_symbols(axes, sheet, schools)
    frame_view(axes, view)
    draw_names(axes, sheet, townships, keep_clear)


def main_schools(sheet: Sheet) -> pd.Series[str]:
    """Return the school whose catchment each block lies in."""
    table = sheet.results.blocks.xs((sheet.stage, sheet.year), level=("stage", "year"))
    return table.school.rename("main_school")


def draw_symbols(axes: Axes, sheet: Sheet, schools: gpd.GeoDataFrame) -> None:
    """Draw the schools; where there are no catchments, on discs in the colour of their balance."""
    points = schools.geometry
    if not sheet.has_catchments:
        for klass, own in schools.groupby("klass"):
            axes.scatter(own.geometry.x, own.geometry.y, s=np.maximum(120, own.seats / 8),
                         c=CLASS_COLOURS[klass], edgecolors=HATCH if klass == 0 else INK,
                         hatch="//////" if klass == 0 else None, zorder=7)  # fmt: skip
    for symbol, layers in MARKERS.items():
        own = points[schools.symbol == symbol]
        for layer in layers:
            axes.plot(own.x, own.y, zorder=8 + (symbol != "none"), **draw_marker(layer))


def draw_marker(layer: tuple[str, float, str, str, float]) -> dict[str, Any]:
    """Return a layer of a symbol in matplotlib's words."""
    marker, size, fill, edge, width = layer
    return {"ls": "", "marker": marker, "ms": size, "mfc": fill, "mec": edge, "mew": width}


def frame_view(axes: Axes, view: Box) -> None:
    """Show a view to scale, on the ground colour, in a frame that it fills."""
    window = axes.get_window_extent()
    middle, size = (view[:2] + view[2:]) / 2, view[2:] - view[:2]
    half = max(size[0] / window.width, size[1] / window.height) / 2
    half = half * np.array([window.width, window.height])
    (west, south), (east, north) = middle - half, middle + half
    axes.set(xlim=(west, east), ylim=(south, north), xticks=[], yticks=[], xlabel="", ylabel="")
    axes.set_facecolor(COLOURS["ground"])
    axes.spines[:].set_color(COLOURS["ink"])


def draw_names(
    axes: Axes, sheet: Sheet, townships: gpd.GeoDataFrame, keep_clear: Box | None
) -> None:
    """Write the townships' names with a halo, the largest first, none over another."""
    names = sheet.district.zones["name"]
    (west, east), (south, north) = axes.get_xlim(), axes.get_ylim()
    scale = (east - west) / axes.get_window_extent().width
    taken: list[Box] = [] if keep_clear is None else [keep_clear.reshape(2, 2)]
    for township in townships.area.sort_values(ascending=False).index:
        text = str(names.get(township, township))
        place = townships.geometry[township].representative_point()
        half = scale * np.array([8.5 * len(text), 9.0])
        box = np.array([place.x, place.y]) + np.outer([-1, 1], half)
        inside = (box[0] > (west, south)).all() and (box[1] < (east, north)).all()
        if not inside or any((box[0] < b[1]).all() and (box[1] > b[0]).all() for b in taken):
            continue
        taken.append(box)
        halo = withStroke(linewidth=2.6, foreground=COLOURS["panel"])
        axes.text(place.x, place.y, text, fontproperties=font(8.5), color=COLOURS["ink"],
                  ha="center", va="center", path_effects=[halo], zorder=10)  # fmt: skip


def draw_scale(axes: Axes, sheet: Sheet) -> None:
    """Draw a scale bar: the district's coordinates are in metres."""
    (west, east), (south, north) = axes.get_xlim(), axes.get_ylim()
    length = next(n for n in (10_000, 5_000, 2_000, 1_000, 500, 200, 50) if n < (east - west) / 4)
    x, y = west + 0.04 * (east - west), south + 0.035 * (north - south)
    axes.plot([x, x + length], [y, y], color=COLOURS["ink"], lw=2.2, solid_capstyle="butt")
    text = sheet.say("unit.kilometres", n=f"{length / 1000:g}")
    axes.text(x, y + 0.012 * (north - south), text, fontproperties=font(8.5))


def draw_titles(figure: Figure, sheet: Sheet, schools: gpd.GeoDataFrame) -> None:
    """Write the title, the district's balance, and where the school data come from."""
    total = sheet.results.places.xs(
        ("district", sheet.stage, sheet.year), level=("level", "stage", "year")
    ).iloc[0]
    words = {
        "district": sheet.district.name.of(sheet.language),
        "stage": sheet.outcome.standards.stage(sheet.stage).name.of(sheet.language),
        "year": sheet.year,
        "scenario": sheet.outcome.scenario.title.of(sheet.language),
    }
    figure.text(0.035, 0.94, sheet.say("sheet.title", **words), fontproperties=font(18))
    figures = {
        "balance": format_count(total.seats - total.residents, signed=True),
        "demand": format_count(total.residents),
        "supply": format_count(total.seats),
        "short": format_count((schools.balance < 0).sum()),
    }
    line = sheet.say("sheet.subtitle", **figures)
    figure.text(0.035, 0.895, line, fontproperties=font(10), color=COLOURS["muted"])
    labels = sheet.district.schools.provenance.value_counts()
    listed = (", " if sheet.language == "en" else "、").join(
        f"{sheet.say(f'provenance.{key}')} {n}" for key, n in labels.items()
    )
    source = sheet.say("page.provenance", list=listed)
    figure.text(0.56, 0.06, source, fontproperties=font(9), color=COLOURS["muted"])


def draw_key(figure: Figure, sheet: Sheet, schools: gpd.GeoDataFrame) -> None:
    """Draw the legend: classes with their counts, and symbols."""
    counts = schools.klass.value_counts()
    handles: list[Any] = []  # an artist, or several that are drawn over one another
    texts = []
    for klass in reversed(range(len(CLASS_COLOURS))):
        text = f"{describe_class(sheet, klass)}    {format_count(counts.get(klass, 0))}"
        hatch = "////" if klass == 0 else None
        handles.append(Patch(fc=CLASS_COLOURS[klass], ec=HATCH if klass == 0 else COLOURS["line"],
                             hatch=hatch))  # fmt: skip
        texts.append(text)
    for symbol, layers in MARKERS.items():
        if symbol in {"large", "both"} and not size_limit(sheet):
            continue
        handles.append(tuple(Line2D([], [], **draw_marker(layer)) for layer in layers))
        texts.append(describe_symbol(sheet, symbol))
    while len(handles) < 2 * len(CLASS_COLOURS):  # classes left, symbols right
        handles.append(Patch(alpha=0))
        texts.append("")
    title = sheet.say("legend.catchments" if sheet.has_catchments else "legend.schools")
    key = figure.legend(handles, texts, loc="upper left", bbox_to_anchor=(0.553, 0.4), ncols=2,
                        prop=font(9), title=title, frameon=False, columnspacing=3)  # fmt: skip
    key.get_title().set_fontproperties(font(10))
    key.set_alignment("left")


def describe_class(sheet: Sheet, klass: int) -> str:
    """Return the range of a class in words."""
    ends = [format_count(end, signed=True) for end in BREAKS]
    if klass == 0:
        return sheet.say("legend.below", n=ends[0])
    if klass == len(BREAKS):
        return sheet.say("legend.above", n=ends[-1])
    return sheet.say("legend.range", low=ends[klass - 1], high=ends[klass])


def describe_symbol(sheet: Sheet, symbol: str) -> str:
    """Return what a symbol means, with the limits of the stage."""
    rules = sheet.outcome.standards
    limits: list[float] = []
    if symbol == "crowded":
        grades = rules.stage(sheet.stage).grades
        limits = [rules.class_limit(grade.code, sheet.year) for grade in grades]
    if symbol == "large":
        limits = [size_limit(sheet)]
    distinct = dict.fromkeys(format_count(limit) for limit in limits)
    return sheet.say(f"symbol.{symbol}", limit="/".join(distinct))


def size_limit(sheet: Sheet) -> float:
    """Return the most pupils that a school of the stage should have; 0 without a limit."""
    rules = sheet.outcome.standards.standards
    sizes = [item for item in rules if item.indicator == "school_size" and item.side == "above"]
    return next((limit for item in sizes if (limit := item.limit_for(sheet.stage))), 0.0)
