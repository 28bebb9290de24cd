"""The charts of the drafted plan, as PNG bytes: waves of pupils, and what the plan does."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from seatplan.report.brief import Brief
from seatplan.report.parts import Picture
from seatplan.views.catalogue import format_count, say
from seatplan.views.courses import (
    compare_townships,
    count_bands,
    draw_class_course,
    draw_slopes,
    draw_walk_settings,
    measure_walks,
    tell_classes,
    tell_slopes,
    tell_walks,
)
from seatplan.views.sentences import find_peak
from seatplan.views.supply import draw_supply
from seatplan.views.typeface import spell

DPI = 150


def draw_wave(brief: Brief, stage: str) -> tuple[bytes, str]:
    """Draw the pupils of a stage and each scenario's seats; the title is what they show."""
    sides = [brief.outcomes[at] for at in brief.sides]
    title = tell_wave(brief, stage)
    figure = draw_supply(sides, stage, language=brief.language, title=title)
    return save_bare(figure, title), title


def tell_wave(brief: Brief, stage: str) -> str:
    """Say what pupils and seats of a stage show: the peak, and what is over at the end."""
    figures = brief.figures(brief.plan, stage)
    peak, last = find_peak(figures.pupils), int(figures.index[-1])
    end = figures.balance[last]
    return say(
        "print.wave_spare" if end > 0 else "print.wave_below" if end else "print.wave_even",
        brief.language,
        stage=brief.names[-1].stages[stage],
        peak=peak,
        pupils=format_count(figures.pupils[peak]),
        last=last,
        n=format_count(abs(end)),
    )


def draw_effects(brief: Brief) -> Iterator[Picture]:
    """Draw what the plan does to the stages it changes: classes, townships, walks by setting.

    A chart that would show nothing is left out: no class over a limit, one township alone.
    """
    today, plan, year, language = brief.today, brief.plan, brief.target, brief.language
    stages = [stage for stage in brief.zoned if _is_changed(brief, stage)]
    for stage in stages:
        if any(count_bands(side, stage).iloc[:, 1:].to_numpy().any() for side in (today, plan)):
            figure = draw_class_course([today, plan], stage, language=language)
            told = tell_classes([today, plan], stage, language)
            yield _picture(brief, f"classes_{stage}", figure, told)
        if len(compare_townships(today, plan, stage, year)) > 1:  # one is the district itself
            slopes = draw_slopes(today, plan, stage, year, language=language)
            told = tell_slopes(today, plan, stage, year, language)
            yield _picture(brief, f"slopes_{stage}", slopes, told)
    walked = [stage for stage in stages if len(measure_walks(today, stage, year))]
    if walked:
        figure = draw_walk_settings([today, plan], walked, year, language=language)
        yield _picture(brief, "walks", figure, tell_walks([today, plan], walked, year, language))


def _is_changed(brief: Brief, stage: str) -> bool:
    """Say whether the plan changes the seats of a stage, or where its pupils go, by its year."""
    before, after = (brief.figures(side, stage) for side in (brief.today, brief.plan))
    same = before[["seats", "walk_m"]].equals(after[["seats", "walk_m"]])
    return not same


def _picture(brief: Brief, key: str, figure: Figure, told: str) -> Picture:
    return Picture(key, told, save_bare(figure, told), brief.say("outlook.alt", title=told))


def save_bare(figure: Figure, title: str) -> bytes:
    """Return a figure as PNG on white, cut off below its title, which its caption says again."""
    wide, tall = figure.get_size_inches()
    for text in figure.findobj(Text):
        box = text.get_tightbbox() if text.get_text() == spell(title) else None
        if box is not None:
            tall = box.y0 / figure.dpi
            text.set_visible(False)
    for axes in figure.axes:
        axes.set_facecolor("white")
    return save_png(figure, facecolor="white", bbox_inches=Bbox.from_bounds(0, 0, wide, tall))


def save_png(figure: Figure, **how: Any) -> bytes:
    """Return a figure as PNG, without the name and version of the program."""
    held = io.BytesIO()
    figure.savefig(held, format="png", dpi=DPI, metadata={"Software": None}, **how)
    return held.getvalue()
