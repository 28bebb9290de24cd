"""The verb backtest: how far forecasts from a roll history would have been off."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from seatplan.verbs.console import sentences, tell
from seatplan.verbs.histories import (
    BirthsMonth,
    CutoffMonth,
    EntryAge,
    Feeders,
    Grades,
    Parents,
    Rename,
    Units,
    read_history,
    tell_births,
    tell_events,
)


def backtest(
    rolls: Annotated[
        Path, typer.Argument(help="Roll history (CSV, XLSX): unit, year, grade, pupils.")
    ],
    units: Units = None,
    parents: Parents = None,
    grades: Grades = None,
    rename: Rename = None,
    feeders: Feeders = None,
    births: Annotated[
        Path | None, typer.Option(help="Table of births: year, births, [place].")
    ] = None,
    entry_age: EntryAge = None,
    cutoff_month: CutoffMonth = 8,
    births_month: BirthsMonth = 12,
    lead: Annotated[
        list[int] | None, typer.Option(help="Years ahead; repeat it. 1 to 5 without it.")
    ] = None,
    draws: Annotated[int, typer.Option(help="Draws behind each interval.")] = 200,
    fan: Annotated[
        list[str] | None, typer.Option(help="A unit whose forecast is drawn as a fan; repeat it.")
    ] = None,
    language: Annotated[
        Literal["zh", "en"], typer.Option(help="Language of the words and pictures.")
    ] = "zh",
    out: Annotated[Path, typer.Option(help="Folder to write.")] = Path("backtest"),
) -> None:
    """Hindcast a roll history, and say how far its forecasts can be trusted.

    Writes trust.md (the same in words), errors.csv (by method, level, lead and size), coverage.csv
    (of the 80 and 95 % intervals), events.csv, backtest.png and a fan-UNIT.png for each unit asked
    for.
    """
    from seatplan.demand.backtest import backtest as run
    from seatplan.demand.births import read_births
    from seatplan.demand.ensemble import draw_rolls
    from seatplan.demand.panel import build_panel
    from seatplan.demand.roll_forecast import add_births, forecast_rolls
    from seatplan.errors import InputError
    from seatplan.files import write_beside
    from seatplan.literal import escape_markup, fit_name
    from seatplan.results import write_table
    from seatplan.views.roll_charts import draw_backtest, draw_fan
    from seatplan.views.roll_words import tell_trust

    with sentences():
        if out.is_dir() and any(out.iterdir()) and not (out / "errors.csv").exists():
            raise InputError(
                f"{out}: holds files of its own; want a new folder, or that of a backtest"
            )
        history = read_history(
            rolls, units=units, parents=parents, grades=grades, rename=rename, feeders=feeders
        )
        if unknown := sorted(set(fan or []) - set(history.units)):
            raise InputError(f"--fan: no such unit in {rolls.name}: {', '.join(unknown)}")
        lines, events = tell_events(history)
        for line in lines:
            tell(line, err=True)
        leads = tuple(lead or range(1, 6))
        born = read_births(births) if births else None
        dates = {"cutoff_month": cutoff_month, "births_month": births_month}
        panel = build_panel(history)
        if born is not None:
            panel = add_births(panel, born, entry_age=entry_age, **dates)
            tell_births(panel)
        found = run(history, leads=leads, draws=draws, panel=panel)
        words = tell_trust(found, len(history.units), language)
        with write_beside(out) as draft:
            draft.mkdir()
            (draft / "trust.md").write_text("\n\n".join(map(escape_markup, words)) + "\n", "utf-8")
            write_table(found.table, draft / "errors.csv", index=False)
            write_table(found.coverage, draft / "coverage.csv", index=False)
            write_table(events, draft / "events.csv", index=False)
            draw_backtest(found, language).savefig(draft / "backtest.png", dpi=150)
            if fan:
                last = history.years[-1]
                years = range(last + 1, last + 1 + max(leads))
                ahead = forecast_rolls(history, years, births=born, entry_age=entry_age, **dates)
                paths = draw_rolls(ahead, n=max(draws, 200))
                for unit in fan:
                    picture = draw_fan(paths, unit, language)
                    picture.savefig(draft / f"fan-{fit_name(unit)}.png", dpi=150)
        for sentence in words:
            tell(sentence)
        tell(str(out))
