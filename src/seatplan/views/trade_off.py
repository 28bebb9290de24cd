"""Two figures of the plans of a trade-off, one against the other, as a picture."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from seatplan.errors import InputError
from seatplan.files import suggest
from seatplan.outcome import Outcome
from seatplan.rezoning.trade_off import FIGURES, MOVED, TradeOff
from seatplan.views.catalogue import format_count, say
from seatplan.views.palette import COLOURS
from seatplan.views.pictures import tell_provenance
from seatplan.views.typeface import font

NARROW = 0.16  # share of both axes within which the words of two points would meet
CURED = ("moved", "catchment_shortage")  # the figures that are drawn unless others are named
SHARES = ("moved", "worst_use")
RATIOS = ("gini", "compactness")


def draw_trade_off(
    outcome: Outcome,
    trade_off: TradeOff,
    *,
    stage: str,
    axes: tuple[str, str] = CURED,
    language: str = "zh",
) -> Figure:
    """Return a picture of two figures of the plans, joined in the order of the term's values.

    Parameters
    ----------
    axes
        The figures along and up the picture, of `FIGURES`.

    Raises
    ------
    InputError
        No figure has that name.
    """
    for name in axes:
        if name not in FIGURES:
            known = ", ".join(FIGURES)
            raise InputError(f"no figure is called {name}{suggest(name, FIGURES)}; {known}")
    figure = Figure(figsize=(8, 4.4), dpi=110, facecolor=COLOURS["panel"], layout="constrained")
    plot = figure.add_subplot(facecolor=COLOURS["panel"])
    along, up = (trade_off.table[name].to_numpy(float) for name in axes)
    apart = int(trade_off.term != MOVED)  # today is no plan of a term, but one that moves nobody
    plot.plot(along[apart:], up[apart:], "o-", color=COLOURS["shortage"], lw=2.2, clip_on=False)
    plot.plot(along[:apart], up[:apart], "o", color=COLOURS["muted"], clip_on=False)
    _lay_scales(plot, trade_off, axes, language)
    _tell_points(plot, trade_off, axes, language)
    stage_name = getattr(outcome.standards.stage(stage).name, language)
    title = say("trade.title", language, stage=stage_name)
    if axes != CURED:
        one, other = (say(f"trade.{name}", language) for name in axes)
        title = say("trade.pair", language, stage=stage_name, x=one, y=other)
    plot.set_title(title, loc="left", fontproperties=font(12))
    for label in (*plot.get_xticklabels(), *plot.get_yticklabels()):
        label.set_fontproperties(font(9))
    source = tell_provenance(outcome, language)
    figure.supxlabel(source, x=0.01, ha="left", fontproperties=font(8), color=COLOURS["muted"])
    return figure


def _lay_scales(plot: Axes, trade_off: TradeOff, axes: tuple[str, str], language: str) -> None:
    """Begin both scales at 0 where the figures are counts of what is amiss, and name them."""
    plot.set_xlabel(say(f"trade.{axes[0]}", language), fontproperties=font(9.5))
    plot.set_ylabel(say(f"trade.{axes[1]}", language), fontproperties=font(9.5))
    for name, scale, least, limit in (
        (axes[0], plot.xaxis, 0.01, plot.set_xlim),
        (axes[1], plot.yaxis, 1.0, plot.set_ylim),
    ):
        values = trade_off.table[name].to_numpy(float)
        scale.set_major_formatter(FuncFormatter(_format(name)))
        if name in ("moved", "pupils", "blocks", "catchment_shortage", "schools", "uneven"):
            limit(0, 1.15 * max(float(values.max()), least))
        else:
            room = max(float(np.ptp(values)), 0.02 * float(np.abs(values).max()), 1e-3)
            limit(float(values.min()) - 0.1 * room, float(values.max()) + 0.2 * room)
    plot.spines[["top", "right"]].set_visible(False)
    plot.grid(axis="y", color="#e2dccf")


def _tell_points(plot: Axes, trade_off: TradeOff, axes: tuple[str, str], language: str) -> None:
    """Write beside each point what the plan was asked for, or in the usual picture its walk."""
    table, last = trade_off.table, np.full(2, -np.inf)
    size = [max(float(np.ptp(scale)), 1e-9) for scale in (plot.get_xlim(), plot.get_ylim())]
    seen = set()
    for value, row in zip(table.index, table.to_dict("records"), strict=True):
        at = np.array([row[name] for name in axes], dtype=float)
        if axes == CURED:
            walk = say("trade.walk", language, n=format_count(row["walk_m"]))
            words = f"{format_count(row['catchment_shortage'])}\n{walk}"
        else:
            words = _name_plan(trade_off.term, float(value), row["blocks"], language)
        if (told := (*at.round(4).tolist(), words)) in seen:
            continue
        seen.add(told)
        meets = (np.abs(at - last) < NARROW * np.array(size)).all()
        plot.annotate(
            words,
            (float(at[0]), float(at[1])),
            xytext=(6, -26 if meets else 6),
            textcoords="offset points",
            fontproperties=font(9),
        )
        last = at


def _name_plan(term: str, value: float, blocks: float, language: str) -> str:
    """Say what a plan was asked for; the row before any plan is today's catchments."""
    if np.isnan(value) or (term == MOVED and value == 0 and not blocks):
        return say("trade.today", language)
    return f"{say(f'trade.term_{term}', language)} {value:g}"


def _format(name: str) -> Callable[[float, int | None], str]:
    """Return how a scale writes a figure: per cent, two decimals or a whole count."""
    if name in SHARES:
        return lambda value, _: f"{value:.0%}"
    if name in RATIOS:
        return lambda value, _: f"{value:.2f}"
    return lambda value, _: format_count(value)
