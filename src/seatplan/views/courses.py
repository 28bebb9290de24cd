"""Charts of a plan beside things as they are: classes by size, walks by setting, townships.

Each bears as its title the sentence that its figures prove.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from seatplan.district.stages import name_rows
from seatplan.views.catalogue import format_count, say
from seatplan.views.charts import (
    INK,
    MUTED,
    count_class_sizes,
    dress_axes,
    list_class_limits,
    list_walks,
    share_walks,
)
from seatplan.views.palette import COLOURS
from seatplan.views.typeface import draw_page, fold_text, spell

if TYPE_CHECKING:
    from seatplan.outcome import Outcome

SETTINGS = ("urban", "town", "rural")
BESIDE_SLOPE = 20.0  # letters of full width beside a chart of slopes
HALF, MOST = 0.5, 0.9  # shares of the pupils who walk at most as far as a mark
# Of classes, from within the strictest limit to beyond the last: light to dark, hatched beyond.
BANDS = ((COLOURS["ground"], ""), ("#efc9a6", "//"), ("#cb7a3f", "xx"), ("#8f3a10", ""))
SIDES = ((COLOURS["panel"], MUTED), (COLOURS["accent"], COLOURS["accent"]))  # as it is, plan
HEAD = 11.0  # points of a title


def list_bounds(outcome: Outcome, stage: str) -> list[list[float]]:
    """List each grade's limits on a class, the strictest first, then inf; of one length."""
    year = outcome.district.base_year
    codes = [grade.code for grade in outcome.standards.stage(stage).grades]
    limits = [list_class_limits(outcome, stage, year, grade=code) for code in codes]
    most = max(len(own) for own in limits)
    return [own + [np.inf] * (1 + most - len(own)) for own in limits]


def count_bands(outcome: Outcome, stage: str) -> pd.DataFrame:
    """Count the classes of a stage by year (index) and band of size (columns).

    Columns are the limits on a class, the strictest first, each with the classes up to it, then
    inf with those beyond the last. A class is held to the limits of its own grade; the columns
    bear those of the first.
    """
    bounds = list_bounds(outcome, stage)
    rows = {}
    for year in outcome.district.years:
        counts = np.zeros(len(bounds[0]))
        for grade, own in enumerate(bounds):
            sizes = count_class_sizes(outcome, stage, year, grade=grade)
            band = np.searchsorted(own, sizes.index.to_numpy(float), side="left")
            counts += np.bincount(band, weights=sizes.to_numpy(float), minlength=len(own))
        rows[year] = counts.astype(int)
    return pd.DataFrame.from_dict(rows, orient="index", columns=bounds[0])


def draw_class_course(outcomes: Sequence[Outcome], stage: str, *, language: str = "zh") -> Figure:
    """Draw the classes of a stage by size, year by year, a panel for each outcome."""
    tables = [count_bands(outcome, stage) for outcome in outcomes]
    most = max(float(table.to_numpy().sum(axis=1).max()) for table in tables)
    with draw_page(9, 1.2 + 1.9 * len(outcomes)) as figure:
        tall = figure.get_figheight()
        panels = figure.subplots(len(outcomes), 1, sharex=True, squeeze=False)[:, 0]
        figure.subplots_adjust(
            left=0.07, right=0.78, hspace=0.5, top=1 - 0.85 / tall, bottom=0.35 / tall
        )
        for axes, outcome, table in zip(panels, outcomes, tables, strict=True):
            _stack_bands(axes, table)
            dress_axes(axes, outcome.scenario.title.of(language))
            axes.title.set_fontsize(9.5)
            axes.set_ylim(0, 1.05 * most)
        _explain_bands(panels[0], list_bounds(outcomes[0], stage), language)
        _title(figure, tell_classes(outcomes, stage, language))
    return figure


def _stack_bands(axes: Axes, table: pd.DataFrame) -> None:
    """Draw a bar a year, the largest classes at the bottom."""
    base = np.zeros(len(table))
    for at in reversed(range(table.shape[1])):
        colour, hatch = BANDS[min(at, len(BANDS) - 1)]
        counts = table.iloc[:, at].to_numpy(float)
        axes.bar(
            table.index, counts, 0.78, bottom=base, color=colour, hatch=hatch,
            edgecolor=INK if hatch else COLOURS["panel"], linewidth=0.3,
        )  # fmt: skip
        base += counts
    axes.set_xlim(table.index[0] - 0.8, table.index[-1] + 0.8)


def _name_bound(bounds: Sequence[Sequence[float]], at: int, more: int = 0) -> str:
    """Write a limit, grade by grade where they differ: 45, or 25/30/35."""
    held = [own[at] + more for own in bounds if np.isfinite(own[at])]
    return "/".join(f"{bound:g}" for bound in (held if len(set(held)) > 1 else held[:1]))


def _explain_bands(axes: Axes, bounds: Sequence[Sequence[float]], language: str) -> None:
    """Name the bands beside a panel, the smallest classes at the top as in the bars."""
    last = len(bounds[0]) - 1
    for at in range(last + 1):
        if at == last:
            words = say("chartline.beyond", language, n=_name_bound(bounds, at - 1) if at else "0")
        elif at == 0:
            words = say("chartline.within", language, n=_name_bound(bounds, at))
        else:
            low, high = _name_bound(bounds, at - 1, 1), _name_bound(bounds, at)
            words = say("chartline.between", language, low=low, high=high)
        colour, hatch = BANDS[min(at, len(BANDS) - 1)]
        y = 0.92 - 0.19 * at
        axes.add_patch(
            Rectangle(
                (1.02, y - 0.06), 0.035, 0.12, transform=axes.transAxes, fc=colour, hatch=hatch,
                ec=INK, lw=0.4, clip_on=False,
            )
        )  # fmt: skip
        axes.text(1.07, y, words, transform=axes.transAxes, va="center", color=INK, fontsize=8.5)


def tell_classes(outcomes: Sequence[Outcome], stage: str, language: str) -> str:
    """Say how many classes pass their grade's strictest limit: now, at most, with the plan."""
    tables = [count_bands(outcome, stage) for outcome in outcomes]
    over = [table.iloc[:, 1:].sum(axis=1) for table in tables]
    worst = int(over[0].index[int(over[0].to_numpy().argmax())])
    words = {
        "stage": outcomes[0].standards.stage(stage).name.of(language),
        "limit": _name_bound(list_bounds(outcomes[0], stage), 0),
        "base": int(over[0].index[0]),
        "now": format_count(over[0].iloc[0]),
        "year": worst,
        "most": format_count(over[0][worst]),
        "plan": format_count(over[-1][worst]),
        "last": int(over[0].index[-1]),
        "end": format_count(over[0].iloc[-1]),
        "end_plan": format_count(over[-1].iloc[-1]),
    }
    first = worst == over[0].index[0]
    if len(outcomes) == 1:
        key = "chartline.classes_now_first" if first else "chartline.classes_now"
    elif first:
        ended = not over[0].iloc[-1] and not over[-1].iloc[-1]
        key = "chartline.classes_ended" if ended else "chartline.classes_first"
    else:
        same = over[-1][worst] == over[0][worst]
        key = "chartline.classes_same" if same else "chartline.classes"
    return say(key, language, **words)


def measure_walks(outcome: Outcome, stage: str, year: int) -> pd.DataFrame:
    """Return how far half and nine tenths of the pupils walk at most, metres, by setting of home.

    Index: the settings in which some live; columns `half`, `most`.
    """
    walks = list_walks(outcome, stage, year)
    homes = outcome.district.blocks.setting.reindex(walks.index.get_level_values("block"))
    rows = {}
    for name in SETTINGS:
        ways = share_walks(walks[homes.to_numpy() == name])
        known = ways[np.isfinite(ways.index.to_numpy(float))]
        if len(known) and known.iloc[-1] >= MOST:
            at = np.searchsorted(known.to_numpy(), [HALF, MOST])
            rows[name] = known.index.to_numpy(float)[at]
    return pd.DataFrame.from_dict(rows, orient="index", columns=["half", "most"])


def draw_walk_settings(
    outcomes: Sequence[Outcome], stages: Sequence[str], year: int, *, language: str = "zh"
) -> Figure:
    """Draw how far half and nine tenths of the pupils walk at most, by stage and setting of home.

    The first outcome is hollow, the last filled.
    """
    sides = [outcomes[0], outcomes[-1]] if len(outcomes) > 1 else [outcomes[0]]
    tables = [
        pd.concat({stage: measure_walks(outcome, stage, year) for stage in stages})
        for outcome in sides
    ]
    rows = list(tables[0].index)
    with draw_page(9, 1.2 + 0.36 * len(rows)) as figure:
        tall = figure.get_figheight()
        axes = figure.add_axes((0.16, 0.5 / tall, 0.8, 1 - 1.05 / tall))
        dress_axes(axes, "", years=False)
        for side, table in enumerate(tables):
            shift = 0.0 if len(tables) == 1 else 0.17 - 0.34 * side
            face, edge = SIDES[side + (len(tables) == 1)]
            for at, row in enumerate(rows):
                if row in table.index:
                    _draw_span(axes, table.loc[row], len(rows) - at + shift, face, edge)
        rules = outcomes[0].standards
        names = [
            f"{rules.stage(stage).name.of(language)} · {say(f'setting.{setting}', language)}"
            for stage, setting in rows
        ]
        axes.set_yticks(range(len(rows), 0, -1), [spell(name) for name in names])
        axes.set(ylim=(0.4, len(rows) + 0.6), xlim=(0, None))
        axes.grid(axis="y", visible=False)
        axes.grid(axis="x", color=COLOURS["line"], lw=0.6)
        axes.xaxis.set_major_formatter(lambda value, _: format_count(value))
        key = "chartline.walk_key" if len(tables) > 1 else "chartline.walk_key_one"
        axes.set_xlabel(say(key, language, year=year), color=MUTED)
        _title(figure, tell_walks(outcomes, stages, year, language))
    return figure


def _draw_span(axes: Axes, row: pd.Series, y: float, face: str, edge: str) -> None:
    axes.plot([row.half, row.most], [y, y], color=edge, lw=1.6, solid_capstyle="butt")
    axes.plot([row.most] * 2, [y - 0.11, y + 0.11], color=edge, lw=1.6)
    axes.plot([row.half], [y], "o", mfc=face, mec=edge, ms=5.5, zorder=4)


def tell_walks(outcomes: Sequence[Outcome], stages: Sequence[str], year: int, language: str) -> str:
    """Say where the farthest tenth walks farthest, and what the plan changes for it."""
    tables = [
        pd.concat({stage: measure_walks(outcome, stage, year).most for stage in stages})
        for outcome in (outcomes[0], outcomes[-1])
    ]
    stage, setting = tables[0].index[int(tables[0].to_numpy().argmax())]
    now, then = (float(table.get((stage, setting), np.nan)) for table in tables)
    key = "chartline.walks" if round(now) != round(then) else "chartline.walks_same"
    if len(outcomes) == 1:
        key = "chartline.walks_now"
    return say(
        key, language, year=year, stage=outcomes[0].standards.stage(stage).name.of(language),
        setting=say(f"setting.{setting}", language), now=format_count(now), plan=format_count(then),
    )  # fmt: skip


def compare_townships(
    today: Outcome, plan: Outcome, stage: str, year: int, language: str = "zh"
) -> pd.DataFrame:
    """Return seats less resident pupils of each township, `before` and `after`, index the name."""
    columns = {}
    for side, outcome in (("before", today), ("after", plan)):
        places = outcome.balance.places.balance.xs(
            ("township", stage, year), level=("level", "stage", "year")
        )
        columns[side] = places
    table = pd.DataFrame(columns).fillna(0).astype(int)
    names = name_rows(today.district.zones, language).reindex(table.index)
    table.index = pd.Index([name if isinstance(name, str) else str(code)
                            for code, name in names.items()])  # fmt: skip
    return table


def draw_slopes(
    today: Outcome, plan: Outcome, stage: str, year: int, *, language: str = "zh"
) -> Figure:
    """Draw each township's balance as it is and with the plan, a line from one to the other.

    Those that the plan changes are dark and named on both sides.
    """
    table = compare_townships(today, plan, stage, year, language)
    with draw_page(9, 5.2) as figure:
        axes = figure.add_axes((0.3, 0.06, 0.4, 0.76))
        axes.set(xlim=(0, 1))
        axes.axis("off")
        axes.axhline(0, color=INK, lw=0.8, ls=(0, (4, 3)))
        for _, row in table.iterrows():
            moved = row.before != row.after
            axes.plot(
                [0, 1], [row.before, row.after], color=INK if moved else COLOURS["bar"],
                lw=2 if moved else 1.2, marker="o", ms=4.5, clip_on=False, zorder=3 + moved,
            )  # fmt: skip
        low, high = axes.get_ylim()
        for side, x, ha in (("before", -0.03, "right"), ("after", 1.03, "left")):
            _name_side(axes, table, side, (x, ha), high - low)
        for x, outcome in ((0, today), (1, plan)):
            words = outcome.scenario.title.of(language)
            axes.text(
                x, 1.03, spell(words), transform=axes.transAxes, ha="center", va="bottom",
                color=INK, fontsize=9.5,
            )  # fmt: skip
        _title(figure, tell_slopes(today, plan, stage, year, language))
        note = say("chartline.slope_key", language, year=year)
        figure.text(0.02, 0.02, spell(note), color=MUTED, fontsize=8.5)
    return figure


def _name_side(
    axes: Axes, table: pd.DataFrame, side: str, where: tuple[float, str], span: float
) -> None:
    """Write names with figures beside one end, moved apart where ends meet, folded to the page."""
    order = table.sort_values(side, kind="stable")
    gap, x, ha = 0.047 * span, *where
    told = [
        fold_text(spell(f"{name} {format_count(value, signed=True)}"), BESIDE_SLOPE)
        for name, value in order[side].items()
    ]
    heights: list[float] = []
    for at, value in enumerate(order[side]):
        apart = gap * (len(told[at]) + len(told[at - 1])) / 2
        heights.append(max(float(value), heights[-1] + apart) if heights else float(value))
    over = (heights[-1] - float(order[side].iloc[-1])) / 2 if heights else 0.0
    moved = (order.before != order.after).to_numpy()
    for lines, height, changed in zip(told, heights, moved, strict=True):
        axes.text(
            x, height - over, "\n".join(lines), ha=ha, va="center", fontsize=8.5, clip_on=False,
            color=INK if changed else MUTED,
        )  # fmt: skip


def tell_slopes(today: Outcome, plan: Outcome, stage: str, year: int, language: str) -> str:
    """Say in how many townships seats are fewer than pupils, as it is and with the plan."""
    table = compare_townships(today, plan, stage, year, language)
    before, after = (int((table[side] < 0).sum()) for side in ("before", "after"))
    same = "chartline.slopes_same" if before else "chartline.slopes_none"
    return say(
        same if before == after else "chartline.slopes", language, year=year,
        stage=today.standards.stage(stage).name.of(language), n=len(table), before=before,
        after=after,
    )  # fmt: skip


def _title(figure: Figure, words: str) -> None:
    """Write the sentence that a chart proves above it."""
    tall = figure.get_figheight()
    figure.text(0.02, 1 - 0.22 / tall, spell(words), fontsize=HEAD, color=INK, va="center")
