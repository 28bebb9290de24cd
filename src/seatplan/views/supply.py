"""A district's pupils against each scenario's seats over the years, as a picture."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from matplotlib.figure import Figure

from seatplan.outcome import Outcome
from seatplan.views.catalogue import say
from seatplan.views.charts import LINES, STROKES, dress_axes, name_ends
from seatplan.views.palette import COLOURS
from seatplan.views.typeface import draw_page

# Births scenarios that have a name of their own, and their strokes.
BIRTHS = {"births.low": "--", "births.medium": "-", "births.high": ":"}


def draw_supply(
    outcomes: Sequence[Outcome], stage: str, *, language: str = "zh", title: str | None = None
) -> Figure:
    """Return a picture of the district's pupils and each scenario's seats, year by year.

    Pupils differ by births scenario, seats by plan: each is drawn once and named at its end.
    `title`: the sentence that it proves; None names what it shows.
    """
    pupils: dict[str, pd.Series[int]] = {}
    seats: dict[str, pd.Series[int]] = {}
    for outcome in outcomes:
        places = total_by_year(outcome, stage)
        pupils.setdefault(outcome.policy.births, places.residents)
        seats.setdefault(outcome.scenario.title.of(language), places.seats)
    with draw_page(9, 4.2) as figure:
        axes = figure.add_axes((0.07, 0.1, 0.69, 0.75))
        ends = []
        for births, line in pupils.items():
            stroke = BIRTHS.get(f"births.{births}", "-")
            axes.plot(line.index, line, color=COLOURS["shortage"], lw=2.2, ls=stroke)
            name = name_demand(births, language, alone=len(pupils) == 1)
            ends.append((float(line.iloc[-1]), name, COLOURS["shortage"]))
        for at, (plan, line) in enumerate(seats.items()):
            colour = LINES[at % len(LINES)]
            axes.step(line.index, line, where="post", color=colour, lw=2, ls=STROKES[at % 6])
            name = f"{say('chart.supply', language)} · {plan}"
            ends.append((float(line.iloc[-1]), name, colour))
        name = outcomes[0].standards.stage(stage).name.of(language)
        dress_axes(axes, title or say("chart.title", language, stage=name))
        name_ends(axes, ends)
    return figure


def name_demand(births: str, language: str, *, alone: bool) -> str:
    """Return the name of a line of pupils, with its births scenario unless it stands alone."""
    demand = say("chart.demand", language)
    key = f"births.{births}"
    told = say(key, language) if key in BIRTHS else births
    return demand if alone else f"{demand} · {told}"


def total_by_year(outcome: Outcome, stage: str) -> pd.DataFrame:
    """Return the district's seats and pupils of a stage, index `year`."""
    places = outcome.balance.places.xs(("district", stage), level=("level", "stage"))
    return pd.DataFrame(places.droplevel("place"))
