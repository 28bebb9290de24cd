"""One screen that says whether there are enough seats, for a terminal and as a table."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from rich.box import SIMPLE_HEAD
from rich.table import Table

from seatplan.district.district import District
from seatplan.district.limits import list_changes, tell_change
from seatplan.outcome import Outcome

EVERY = 5  # years between the columns of the summary
ARROW = "→"
FIGURES = {"pupils": "学生 pupils", "seats": "学位 seats", "balance": "余缺 balance"}


def summarise(table: pd.DataFrame) -> pd.DataFrame:
    """Return seats, pupils and balance for the base year and every fifth after it.

    Takes `Comparison.table`; index (`scenario`, `stage`, `year`).
    """
    years = _years(table)
    chosen = table[["seats", "pupils", "balance", "short", "crowded", "unplaced"]]
    return chosen[chosen.index.get_level_values("year").isin(years)]


def draw_summary(outcomes: Sequence[Outcome], table: pd.DataFrame) -> Table:
    """Draw seats, pupils and balance by stage; an arrow leads from scenario to scenario."""
    first = outcomes[0]
    names = [outcome.scenario.name for outcome in outcomes]
    years = _years(table)
    screen = _start_screen(f"{first.district.name.zh} 学位供需 · {ARROW.join(names)}", years)
    for stage in first.standards.stages:
        sides = [table.xs((name, stage.code), level=("scenario", "stage")) for name in names]
        for figure, label in FIGURES.items():
            cells = [_join_figures([side[figure][year] for side in sides]) for year in years]
            name = stage.name.zh if figure == next(iter(FIGURES)) else ""
            screen.add_row(name, label, *cells)
    return screen


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
        screen.add_row(standard.name.zh, standard.code, *cells)
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
    return "\n".join(["限值改变 limits changed:", *lines]) if lines else ""


def tell_provenance(district: District) -> str:
    """Say in one line what the data are."""
    labels = district.schools.provenance.value_counts()
    told = ", ".join(f"{count} {label}" for label, count in labels.items())
    return (
        f"学校数据 schools: {told} — totals follow the plan and the census; "
        "a school's own figures are not surveyed."
    )


def _start_screen(title: str, years: list[int]) -> Table:
    screen = Table(title=title, title_justify="left", box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
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
    told = [f"{value:,}".replace("-", "−") for value in values]
    return told[0] if len(set(told)) == 1 else ARROW.join(told)
