"""One screen that says whether there are enough seats, for a terminal and as a table."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from seatplan.district.district import District
from seatplan.district.limits import list_changes, tell_change
from seatplan.district.stages import Stage
from seatplan.literal import show_signs
from seatplan.outcome import Outcome
from seatplan.views.catalogue import LANGUAGES, format_share, say
from seatplan.views.foot import tell_assumptions
from seatplan.views.scopes import name_scope

EVERY = 5  # years between the columns of the summary
ARROW = "→"
SHORTAGES = ["catchment_shortage", "roll_over_seats", "district_shortage", "unplaced"]
FIGURES = {"pupils": "学生 pupils", "seats": "学位 seats", "balance": "余缺 balance"}
# Each name of a shortage, and of whom it counts how many.
NAMES = {
    "shortage.catchment": "residents above the seats of their catchment",
    "shortage.roll": "pupils on roll above the seats of their school",
    "shortage.district": "pupils above all seats of the stage (balance < 0)",
    "shortage.unplaced": "pupils who find no seat",
}


def summarise(table: pd.DataFrame) -> pd.DataFrame:
    """Return shortage, seats, pupils and balance for the base year and every fifth after it.

    Takes `Comparison.table`; index (`scenario`, `stage`, `year`).
    """
    years = _years(table)
    chosen = table[[*SHORTAGES, "seats", "pupils", "balance"]]
    return chosen[chosen.index.get_level_values("year").isin(years)]


def draw_summary(outcomes: Sequence[Outcome], table: pd.DataFrame) -> Table:
    """Draw shortage, pupils, seats and balance by stage; an arrow leads between scenarios.

    A stage leads with its catchment shortage; one without catchments with its roll over seats.
    """
    first = outcomes[0]
    names = [outcome.scenario.name for outcome in outcomes]
    years = _years(table)
    screen = _start_screen(f"{first.district.name.zh} 学位供需 · {ARROW.join(names)}", years)
    for stage in first.standards.stages:
        sides = [
            pd.DataFrame(table.xs((name, stage.code), level=("scenario", "stage")))
            for name in names
        ]
        name = show_signs(stage.name.zh)
        for figure, label in _list_figures(stage, sides).items():
            cells = [_join_figures([side[figure][year] for side in sides]) for year in years]
            screen.add_row(name, label, *cells)
            name = ""
    told = [f"{say(key, 'zh')} {say(key, 'en').lower()}: {means}" for key, means in NAMES.items()]
    screen.caption, screen.caption_justify = "\n".join(told), "left"
    return screen


def _list_figures(stage: Stage, sides: Sequence[pd.DataFrame]) -> dict[str, str]:
    """Return what is told of a stage, and its label: its shortage first."""
    zoned = stage.intake != "seats"
    lead = {"catchment_shortage": say("shortage.catchment", "zh")}
    figures = (lead if zoned else {"roll_over_seats": say("shortage.roll", "zh")}) | FIGURES
    if any(side.unplaced.any() for side in sides):
        figures |= {"unplaced": say("shortage.unplaced", "zh")}
    return figures


def draw_large_classes(outcomes: Sequence[Outcome]) -> Table | None:
    """Draw the share of large classes, a row for each scope; None where no limit is on them."""
    rules = outcomes[0].standards
    shares = [outcome.measure("large_class_share") for outcome in outcomes]
    years = _years(outcomes[0].balance.schools)
    screen = Table(
        title=" ".join(say("large.share", language) for language in LANGUAGES),
        title_justify="left",
        box=SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
    )
    screen.add_column("", no_wrap=True)
    for year in years:
        screen.add_column(str(year), justify="right", no_wrap=True)
    for scope in shares[0].index.unique("scope"):
        sides = [share.xs(scope, level="scope").reindex(years) for share in shares]
        cells = [_join([format_share(side[year], 2) for side in sides]) for year in years]
        screen.add_row(show_signs(name_scope(rules, scope, "zh")), *cells)
    return screen if len(screen.rows) else None


def draw_flags(outcomes: Sequence[Outcome]) -> Table:
    """Draw how many schools are flagged, a row for each standard."""
    years = _years(outcomes[0].balance.schools)
    screen = _start_screen("预警学校数 schools flagged", years)
    held = [item for outcome in reversed(outcomes) for item in outcome.standards.standards]
    for standard in {item.code: item for item in held}.values():
        counts = []
        for outcome in outcomes:
            flags = outcome.flags.table
            counts.append(flags[flags.code == standard.code].groupby("year").school.nunique())
        cells = [_join_figures([count.get(year, 0) for count in counts]) for year in years]
        screen.add_row(show_signs(standard.name.zh), show_signs(standard.code), *cells)
    return screen


def tell_changed_limits(outcomes: Sequence[Outcome]) -> str:
    """Say which limits the scenarios after the first change, a line for each; "" where none does.

    The flags of each scenario are counted by its own limits.
    """
    first = outcomes[0].standards
    lines = [
        f"{outcome.scenario.name}: {new.name.zh} {new.code}, {tell_change(new, old)}"
        for outcome in outcomes[1:]
        for new, old in list_changes(first, outcome.standards)
    ]
    return show_signs("\n".join(["限值改变 limits changed:", *lines])) if lines else ""


def tell_provenance(district: District) -> str:
    """Say in one line what the data are."""
    labels = district.schools.provenance.value_counts()
    told = ", ".join(f"{count} {label}" for label, count in labels.items())
    if len(district.assumptions):
        lines = [tell_assumptions(district, language) for language in ("zh", "en")]
        return "\n".join([f"学校数据 schools: {told}", *lines])
    unreal = set(labels.index) - {"real"}
    rest = " — a school's own figures are not surveyed where they are not real" if unreal else ""
    return f"学校数据 schools: {told or 'without a label'}{rest}."


def _start_screen(title: str, years: list[int]) -> Table:
    screen = Table(
        title=Text(show_signs(title)), title_justify="left", box=SIMPLE_HEAD, padding=(0, 1, 0, 0)
    )
    screen.add_column("", no_wrap=True)
    screen.add_column("", no_wrap=True)
    for year in years:
        screen.add_column(str(year), justify="right", no_wrap=True)
    return screen


def _years(table: pd.DataFrame) -> list[int]:
    years = sorted(table.index.unique("year"))
    return years[::EVERY]


def _join_figures(values: Sequence[int]) -> str:
    """Return "42,660→49,140", or one figure where all scenarios agree."""
    return _join([f"{value:,}".replace("-", "−") for value in values])


def _join(told: Sequence[str]) -> str:
    """Lead from scenario to scenario by an arrow; say once where all agree."""
    return told[0] if len(set(told)) == 1 else ARROW.join(told)
