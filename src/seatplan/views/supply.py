"""A district's pupils against each scenario's seats over the years, as a picture."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from seatplan.outcome import Outcome
from seatplan.views.catalogue import format_count, say
from seatplan.views.palette import COLOURS
from seatplan.views.pictures import font

SHADES = (COLOURS["accent"], "#6ba0b8", COLOURS["bar"], "#205d7d", "#8a8170")


def draw_supply(outcomes: Sequence[Outcome], stage: str, *, language: str = "zh") -> Figure:
    """Return a picture of the district's pupils and each scenario's seats, year by year."""
    figure = Figure(figsize=(8, 4.2), dpi=110, facecolor=COLOURS["panel"], layout="constrained")
    axes = figure.add_subplot(facecolor=COLOURS["panel"])
    places = [total_by_year(outcome, stage) for outcome in outcomes]
    axes.plot(*years_of(places[0].residents), color=COLOURS["shortage"], lw=2.2)
    ends = [(places[0].residents.iloc[-1], say("chart.demand", language), COLOURS["shortage"])]
    for number, (place, outcome) in enumerate(zip(places, outcomes, strict=True)):
        shade = SHADES[number % len(SHADES)]
        width = 2.6 - 0.5 * min(number, 3)  # a line over another leaves its rim to be seen
        axes.step(*years_of(place.seats), where="post", color=shade, lw=width)
        ends.append((place.seats.iloc[-1], outcome.scenario.title.of(language), shade))
    label_ends(axes, outcomes[0].district.horizon, ends)
    title = say("chart.title", language, stage=outcomes[0].standards.stage(stage).name.of(language))
    axes.set_title(title, loc="left", fontproperties=font(12))
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.grid(axis="y", color="#e2dccf")
    axes.yaxis.set_major_formatter(lambda value, _: format_count(value))
    for label in (*axes.get_xticklabels(), *axes.get_yticklabels()):
        label.set_fontproperties(font(9))
    return figure


def total_by_year(outcome: Outcome, stage: str) -> pd.DataFrame:
    """Return the district's seats and pupils of a stage, index `year`."""
    places = outcome.balance.places.xs(("district", stage), level=("level", "stage"))
    return pd.DataFrame(places.droplevel("place"))


def years_of(series: pd.Series[float]) -> tuple[list[int], list[float]]:
    """Return the years and the values of a series that ends in `year`."""
    return series.index.tolist(), series.tolist()


def label_ends(axes: Axes, year: int, ends: list[tuple[float, str, str]]) -> None:
    """Write the lines' names at their right ends (value, name, colour), none over another."""
    low, high = axes.get_ylim()
    below = -np.inf
    for value, text, colour in sorted(ends):
        below = max(value, below + 0.06 * (high - low))
        axes.annotate(text, (year, below), xytext=(5, 0), textcoords="offset points", va="center",
                      color=colour, fontproperties=font(9.5), annotation_clip=False)  # fmt: skip
