"""Pictures by matplotlib: the map of one stage and year, and seats against pupils over the years."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

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

FONT_FILE = ASSETS / "noto-sans-sc" / "SeatplanSansSC-Regular.otf"
CORE_SHARE = (0.04, 0.96)  # of the urban blocks' places, that the inset holds
# crowded, large, fresh -> marker, size; as on the explorer's map
MARKERS = {
    "none": ("o", 3.2),
    "crowded": ("^", 6.0),
    "large": ("D", 6.0),
    "both": ("D", 7.5),
    "fresh": ("P", 8.5),
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
    draw_ground(main, sheet, schools, whole_view(sheet.district))
    draw_scale(main, sheet)
    if core is not None:
        inset = figure.add_axes((0.56, 0.43, 0.41, 0.42))
        draw_ground(inset, sheet, schools, core)
        inset.set_title(sheet.say("map.inset"), loc="left", fontproperties=font(9.5))
        corner, width, height = (core[0], core[1]), core[2] - core[0], core[3] - core[1]
        main.add_patch(Rectangle(corner, width, height, fill=False, ls="--", lw=1, zorder=6))
    draw_titles(figure, sheet, schools)
    draw_key(figure, sheet, schools)
    return figure


def draw_supply(outcomes: Sequence[Outcome], stage: str, *, language: str = "zh") -> Figure:
    """Return a picture of the district's pupils and each scenario's seats, year by year."""
    figure = Figure(figsize=(8, 4.2), dpi=110, facecolor=COLOURS["panel"], layout="constrained")
    axes = figure.add_subplot(facecolor=COLOURS["panel"])
    shades = [COLOURS["accent"], "#6ba0b8", COLOURS["bar"], "#205d7d", "#8a8170"]
    demand = outcomes[0].balance.places.loc[("district", slice(None), stage), "residents"]
    axes.plot(*years_of(demand), color=COLOURS["shortage"], lw=2.2)
    label_end(axes, demand, say("chart.demand", language), COLOURS["shortage"])
    for place, outcome in enumerate(outcomes):
        seats = outcome.balance.places.loc[("district", slice(None), stage), "seats"]
        shade = shades[place % len(shades)]
        axes.step(*years_of(seats), where="post", color=shade, lw=1.9)
        label_end(axes, seats, outcome.scenario.title.of(language), shade)
    title = say("chart.title", language, stage=outcomes[0].standards.stage(stage).name.of(language))
    axes.set_title(title, loc="left", fontproperties=font(12))
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.grid(axis="y", color="#e2dccf")
    axes.yaxis.set_major_formatter(lambda value, _: format_count(value))
    for label in (*axes.get_xticklabels(), *axes.get_yticklabels()):
        label.set_fontproperties(font(9))
    return figure


def font(size: float) -> FontProperties:
    """Return the font that ships with seatplan, so that Chinese shows on any machine."""
    return FontProperties(fname=str(FONT_FILE), size=size)


def years_of(series: pd.Series[float]) -> tuple[pd.Index[int], npt.NDArray[np.float64]]:
    """Return the years and the values of a series that ends in `year`."""
    return series.index.get_level_values("year"), series.to_numpy(dtype=float)


def label_end(axes: Axes, series: pd.Series[float], text: str, colour: str) -> None:
    """Write a line's name at its right end."""
    years, values = years_of(series)
    axes.annotate(
        text,
        (years[-1], values[-1]),
        xytext=(5, 0),
        textcoords="offset points",
        va="center",
        color=colour,
        fontproperties=font(9.5),
        annotation_clip=False,
    )


def describe_schools(sheet: Sheet) -> gpd.GeoDataFrame:
    """Return the standing schools of the stage: balance, class of balance, symbol and place."""
    table = sheet.results.schools.xs((sheet.stage, sheet.year), level=("stage", "year"))
    table = table[(table[["seats", "pupils", "residents"]] != 0).any(axis=1)]
    demand = table.residents if sheet.has_catchments else table.pupils
    flags = sheet.results.flags
    flags = flags[(flags.year == sheet.year) & flags.stage.isin([sheet.stage, ""])]
    measures = {item.code: item.indicator for item in sheet.outcome.standards.standards}
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


def whole_view(district: District) -> npt.NDArray[np.float64]:
    """Return the box of the whole district, with a little room."""
    west, south, east, north = district.blocks.total_bounds
    room = 0.03 * max(east - west, north - south)
    return np.array([west - room, south - room, east + room, north + room])


def find_core(blocks: gpd.GeoDataFrame) -> npt.NDArray[np.float64] | None:
    """Return the box around most urban blocks; None where there are none, or none else."""
    urban = blocks[blocks.setting == "urban"]
    if len(urban) < 4 or len(urban) == len(blocks):
        return None
    places = urban.geometry.representative_point()
    low, high = (np.array([places.x.quantile(q), places.y.quantile(q)]) for q in CORE_SHARE)
    room = 0.06 * (high - low).max()
    return np.concatenate([low - room, high + room])


def draw_ground(
    axes: Axes, sheet: Sheet, schools: gpd.GeoDataFrame, view: npt.NDArray[np.float64]
) -> None:
    """Draw blocks, borders, names and schools of one view."""
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
    draw_names(axes, sheet, townships, view)


def main_schools(sheet: Sheet) -> pd.Series[str]:
    """Return the school whose catchment each block lies in."""
    table = sheet.results.blocks.xs((sheet.stage, sheet.year), level=("stage", "year"))
    return table.school.rename("main_school")


def draw_symbols(axes: Axes, sheet: Sheet, schools: gpd.GeoDataFrame) -> None:
    """Draw the schools; where there are no catchments, on discs in the colour of their balance."""
    points = schools.geometry
    if not sheet.has_catchments:
        colours = [CLASS_COLOURS[klass] for klass in schools.klass]
        areas = np.maximum(120, schools.seats.to_numpy() / 8)
        axes.scatter(points.x, points.y, s=areas, c=colours, edgecolors=COLOURS["ink"], zorder=7)
    for symbol, (marker, size) in MARKERS.items():
        own = points[schools.symbol == symbol]
        axes.plot(own.x, own.y, ls="", marker=marker, ms=size, **symbol_style(symbol))


def symbol_style(symbol: str) -> dict[str, object]:
    """Return how a symbol is filled and outlined: one ink, a white edge."""
    if symbol == "none":
        return {"mfc": COLOURS["panel"], "mec": COLOURS["ink"], "mew": 0.7, "zorder": 8}
    return {"mfc": COLOURS["ink"], "mec": COLOURS["panel"], "mew": 0.9, "zorder": 9}


def frame_view(axes: Axes, view: npt.NDArray[np.float64]) -> None:
    """Show a view to scale, on the ground colour, in a frame."""
    axes.set(xlim=view[[0, 2]], ylim=view[[1, 3]], xticks=[], yticks=[], xlabel="", ylabel="")
    axes.set_aspect("equal", adjustable="datalim")
    axes.set_facecolor(COLOURS["ground"])
    axes.spines[:].set_color(COLOURS["ink"])


def draw_names(
    axes: Axes, sheet: Sheet, townships: gpd.GeoDataFrame, view: npt.NDArray[np.float64]
) -> None:
    """Write the townships' names with a halo, the largest first, none over another."""
    axes.apply_aspect()
    names = sheet.district.zones["name"]
    scale = (axes.get_xlim()[1] - axes.get_xlim()[0]) / axes.get_window_extent().width
    taken: list[npt.NDArray[np.float64]] = []
    for township in townships.area.sort_values(ascending=False).index:
        text = str(names.get(township, township))
        place = townships.geometry[township].representative_point()
        half = scale * np.array([8.5 * len(text), 9.0])
        box = np.array([place.x, place.y]) + np.outer([-1, 1], half)
        inside = (box[0] > view[:2]).all() and (box[1] < view[2:]).all()
        if not inside or any((box[0] < b[1]).all() and (box[1] > b[0]).all() for b in taken):
            continue
        taken.append(box)
        halo = withStroke(linewidth=2.6, foreground=COLOURS["panel"])
        axes.text(place.x, place.y, text, fontproperties=font(8.5), color=COLOURS["ink"],
                  ha="center", va="center", path_effects=[halo], zorder=10)  # fmt: skip


def draw_scale(axes: Axes, sheet: Sheet) -> None:
    """Draw a scale bar: the district's coordinates are in metres."""
    axes.apply_aspect()
    (west, east), (south, north) = axes.get_xlim(), axes.get_ylim()
    length = next(n for n in (10_000, 5_000, 2_000, 1_000, 500, 200, 50) if n < (east - west) / 4)
    x, y = west + 0.04 * (east - west), south + 0.035 * (north - south)
    axes.plot([x, x + length], [y, y], color=COLOURS["ink"], lw=2.2, solid_capstyle="butt")
    text = sheet.say("unit.kilometres", n=f"{length / 1000:g}")
    axes.text(x, y + 0.012 * (north - south), text, fontproperties=font(8.5))


def draw_titles(figure: Figure, sheet: Sheet, schools: gpd.GeoDataFrame) -> None:
    """Write the title, the district's balance, and where the school data come from."""
    total = sheet.results.places.loc[("district", slice(None), sheet.stage, sheet.year)].iloc[0]
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
    listed = "、".join(f"{sheet.say(f'provenance.{key}')} {n}" for key, n in labels.items())
    source = sheet.say("page.provenance", list=listed)
    figure.text(0.56, 0.06, source, fontproperties=font(9), color=COLOURS["muted"])


def draw_key(figure: Figure, sheet: Sheet, schools: gpd.GeoDataFrame) -> None:
    """Draw the legend: classes with their counts, and symbols."""
    counts = schools.klass.value_counts()
    handles: list[Patch | Line2D] = []
    for klass in reversed(range(len(CLASS_COLOURS))):
        text = f"{describe_class(sheet, klass)}    {format_count(counts.get(klass, 0))}"
        hatch = "////" if klass == 0 else None
        handles.append(Patch(fc=CLASS_COLOURS[klass], ec=HATCH if klass == 0 else COLOURS["line"],
                             hatch=hatch, label=text))  # fmt: skip
    for symbol, (marker, size) in MARKERS.items():
        text = describe_symbol(sheet, symbol)
        style = symbol_style(symbol)
        handles.append(Line2D([], [], ls="", marker=marker, ms=size, label=text, **style))
    title = sheet.say("legend.catchments" if sheet.has_catchments else "legend.schools")
    key = figure.legend(handles=handles, loc="upper left", bbox_to_anchor=(0.553, 0.4), ncols=2,
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
    limits: dict[str, float | None] = {}
    if symbol == "crowded":
        grades = rules.stage(sheet.stage).grades
        limits = {str(round(rules.class_limit(grade.code, sheet.year))): 0 for grade in grades}
    if symbol == "large":
        sizes = [item for item in rules.standards if item.indicator == "school_size"]
        found = [item.limit_for(sheet.stage) for item in sizes if item.side == "above"]
        limits = {format_count(limit): 0 for limit in found if limit}
    return sheet.say(f"symbol.{symbol}", limit="/".join(limits))

