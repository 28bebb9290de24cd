"""The charts of the drafted plan: pupils against seats, as PNG bytes."""

from __future__ import annotations

import io

from matplotlib.figure import Figure

from seatplan.report.brief import Brief
from seatplan.views.catalogue import format_count, say
from seatplan.views.sentences import find_peak
from seatplan.views.supply import draw_supply

DPI = 150


def draw_wave(brief: Brief, stage: str) -> tuple[bytes, str]:
    """Draw the pupils of a stage and each scenario's seats; the title is what they show."""
    sides = [brief.today, brief.plan] if len(brief.outcomes) > 1 else [brief.today]
    figure = draw_supply(sides, stage, language=brief.language)
    return save_png(figure), tell_wave(brief, stage)


def tell_wave(brief: Brief, stage: str) -> str:
    """Say what pupils and seats of a stage show: the peak, and what is over at the end."""
    figures = brief.figures(brief.plan, stage)
    peak, last = find_peak(figures.pupils), int(figures.index[-1])
    end = figures.balance[last]
    return say(
        "print.wave_spare" if end >= 0 else "print.wave_below",
        brief.language,
        stage=brief.names[-1].stages[stage],
        peak=peak,
        pupils=format_count(figures.pupils[peak]),
        seats=format_count(figures.seats[peak]),
        last=last,
        n=format_count(abs(end)),
    )


def save_png(figure: Figure) -> bytes:
    """Return a figure as PNG, without the name and version of the program."""
    held = io.BytesIO()
    figure.savefig(held, format="png", dpi=DPI, metadata={"Software": None})
    return held.getvalue()
