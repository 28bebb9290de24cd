"""Catchment shortage against the share of pupils who change school, as a picture."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from seatplan.outcome import Outcome
from seatplan.rezoning.trade_off import TradeOff
from seatplan.views.catalogue import format_count, say
from seatplan.views.palette import COLOURS
from seatplan.views.pictures import tell_provenance
from seatplan.views.typeface import font

NARROW = 0.16  # share of both axes within which the words of two points would meet


def draw_trade_off(
    outcome: Outcome, trade_off: TradeOff, *, stage: str, language: str = "zh"
) -> Figure:
    """Return a picture of what moving more pupils cures: catchment shortage and mean walk."""
    table = trade_off.table
    figure = Figure(figsize=(8, 4.4), dpi=110, facecolor=COLOURS["panel"], layout="constrained")
    axes = figure.add_subplot(facecolor=COLOURS["panel"])
    axes.plot(
        table.moved,
        table.catchment_shortage,
        "o-",
        color=COLOURS["shortage"],
        lw=2.2,
        clip_on=False,
    )
    size = [max(float(table[name].max()), 1e-9) for name in ("moved", "catchment_shortage")]
    last = np.full(2, -np.inf)
    told = table[["moved", "catchment_shortage", "walk_m"]].round(4).drop_duplicates()
    for moved, beyond, metres in told.to_numpy(float):
        walk = say("trade.walk", language, n=format_count(metres))
        meets = (np.abs(np.array([moved, beyond]) - last) < NARROW * np.array(size)).all()
        axes.annotate(
            f"{format_count(beyond)}\n{walk}",
            (moved, beyond),
            xytext=(6, -26 if meets else 6),
            textcoords="offset points",
            fontproperties=font(9),
        )
        last = np.array([moved, beyond])
    name = getattr(outcome.standards.stage(stage).name, language)
    axes.set_title(say("trade.title", language, stage=name), loc="left", fontproperties=font(12))
    axes.set_xlabel(say("trade.moved", language), fontproperties=font(9.5))
    axes.set_ylabel(say("trade.shortage", language), fontproperties=font(9.5))
    axes.set_ylim(bottom=0, top=1.15 * max(float(table.catchment_shortage.max()), 1.0))
    axes.set_xlim(left=0, right=1.15 * max(size[0], 0.01))
    axes.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    axes.yaxis.set_major_formatter(lambda value, _: format_count(value))
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="y", color="#e2dccf")
    for label in (*axes.get_xticklabels(), *axes.get_yticklabels()):
        label.set_fontproperties(font(9))
    source = tell_provenance(outcome, language)
    figure.supxlabel(source, x=0.01, ha="left", fontproperties=font(8), color=COLOURS["muted"])
    return figure
