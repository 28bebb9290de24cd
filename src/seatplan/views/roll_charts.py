"""Charts: pictures by matplotlib of a backtest and of one school's futures."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import get_font_names
from matplotlib.ticker import MaxNLocator

from seatplan.demand.backtest import Backtest
from seatplan.demand.ensemble import RollDraws

TEXTS: dict[str, dict[str, str]] = {
    "en": {
        "grade": "School x grade",
        "unit": "School totals",
        "wape": "Error (WAPE, %)",
        "lead": "Years ahead",
        "coverage": "Intervals: share of actual values within (%)",
        "seatplan": "seatplan",
        "last_value": "last value",
        "linear_trend": "linear trend",
        "cohort_survival_3": "cohort survival, 3 years",
        "hamilton_perry": "Hamilton-Perry",
        "record": "on record",
        "forecast": "forecast",
        "pupils": "Pupils",
        "year": "Autumn",
        "interval": "{chance} % interval",
        "all": "All schools",
    },
    "zh": {
        "grade": "分校分年级",
        "unit": "分校合计",
        "wape": "误差（WAPE，%）",
        "lead": "提前年数",
        "coverage": "区间覆盖率（%）",
        "seatplan": "seatplan",
        "last_value": "沿用上年",
        "linear_trend": "线性趋势",
        "cohort_survival_3": "三年升级率",
        "hamilton_perry": "Hamilton-Perry 法",
        "record": "实际在校生",
        "forecast": "预测",
        "pupils": "学生数",
        "year": "秋季学期",
        "interval": "{chance}% 区间",
        "all": "全部学校",
    },
}
COLOURS = {
    "seatplan": "#1f5b7a",
    "last_value": "#b9b2a4",
    "linear_trend": "#e0a100",
    "cohort_survival_3": "#a8481b",
    "hamilton_perry": "#7d62a8",
}
INK, MUTED, LINE = "#1d2733", "#545e68", "#c9c2b3"
FONTS = ["Noto Sans CJK SC", "Noto Sans SC", "Microsoft YaHei", "PingFang SC", "DejaVu Sans"]


def draw_backtest(backtest: Backtest, language: str = "en") -> Figure:
    """Draw error by lead for every method, by cell and by school, and the intervals' coverage.

    The caller saves it: `draw_backtest(result).savefig("backtest.png", dpi=150)`.
    """
    text = TEXTS[language]
    covered = not backtest.coverage.empty
    figure = Figure(figsize=(11.5 if covered else 8, 3.8), layout="constrained")
    axes = figure.subplots(1, 3 if covered else 2, squeeze=False)[0]
    for axis, level in zip(axes, ("grade", "unit"), strict=False):
        _draw_errors(axis, backtest, level, text)
    if covered:
        _draw_coverage(axes[2], backtest, text)
    return figure


def draw_fan(draws: RollDraws, unit: str | None = None, language: str = "en") -> Figure:
    """Draw the roll of one unit (of all, without `unit`), its forecast and its intervals."""
    text = TEXTS[language]
    rolls = draws.forecast.rolls
    place, label = ("all", "all") if unit is None else ("unit", unit)
    record = rolls.pupils if unit is None else rolls.pupils.xs(unit, level="unit")
    past = record.groupby("year").sum()
    expected = draws.forecast.total(place).xs(label, level=place)
    bounds = draws.intervals(place).xs(label, level=place)
    figure = Figure(figsize=(7, 4), layout="constrained")
    axis = figure.subplots()
    for chance, strength in ((95, 0.18), (80, 0.35)):
        axis.fill_between(
            bounds.index,
            bounds[f"low_{chance}"],
            bounds[f"high_{chance}"],
            color=COLOURS["seatplan"],
            alpha=strength,
            linewidth=0,
            label=text["interval"].format(chance=chance),
        )
    axis.plot(past.index, past, color=INK, marker="o", markersize=3.5, label=text["record"])
    axis.plot(expected.index, expected, color=COLOURS["seatplan"], label=text["forecast"])
    _dress(axis, text["all"] if unit is None else unit, text["year"], text["pupils"])
    axis.legend(frameon=False, prop={"family": _find_fonts(), "size": 8}, loc="best")
    return figure


def _draw_errors(axis: Axes, backtest: Backtest, level: str, text: dict[str, str]) -> None:
    wape = backtest.wape(level)
    for method in [name for name in COLOURS if name in wape.index]:
        strong = method == "seatplan"
        axis.plot(
            wape.columns,
            wape.loc[method],
            color=COLOURS[method],
            linewidth=2.6 if strong else 1.4,
            marker="o",
            markersize=4 if strong else 3,
            zorder=3 if strong else 2,
            label=text[method],
        )
    _dress(axis, text[level], text["lead"], text["wape"])
    if level == "grade":
        axis.legend(frameon=False, prop={"family": _find_fonts(), "size": 8})


def _draw_coverage(axis: Axes, backtest: Backtest, text: dict[str, str]) -> None:
    whole = backtest.coverage[backtest.coverage["size"] == "all"]
    for chance, style in ((80, "-"), (95, "--")):
        axis.axhline(chance, color=LINE, linewidth=6, zorder=1)
        for level, colour in (("grade", COLOURS["seatplan"]), ("unit", COLOURS["last_value"])):
            rows = whole[(whole["interval"] == chance) & (whole["level"] == level)]
            axis.plot(
                rows["lead"],
                rows["covered"],
                style,
                color=colour if level == "grade" else INK,
                marker="o",
                markersize=3,
                label=text[level] if chance == 80 else None,
            )
    _dress(axis, text["coverage"], text["lead"], "")
    axis.set_ylim(50, 100)
    axis.legend(frameon=False, prop={"family": _find_fonts(), "size": 8}, loc="lower left")


def _dress(axis: Axes, title: str, across: str, up: str) -> None:
    """Give an axis its title, labels and quiet lines."""
    fonts = _find_fonts()
    axis.set_title(title, fontfamily=fonts, fontsize=10, color=INK, loc="left")
    axis.set_xlabel(across, fontfamily=fonts, fontsize=9, color=MUTED)
    axis.set_ylabel(up, fontfamily=fonts, fontsize=9, color=MUTED)
    axis.tick_params(colors=MUTED, labelsize=8)
    axis.spines[["top", "right"]].set_visible(False)
    axis.spines[["left", "bottom"]].set_color(LINE)
    axis.grid(axis="y", color=LINE, linewidth=0.5, alpha=0.6)
    axis.set_ylim(bottom=0)
    axis.xaxis.set_major_locator(MaxNLocator(integer=True))


def _find_fonts() -> list[str]:
    """Fonts of `FONTS` that are installed, the one that comes with matplotlib last."""
    installed = set(get_font_names())
    return [name for name in FONTS if name in installed]
