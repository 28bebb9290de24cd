"""The verb backtest: how far forecasts from a roll history would have been off."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from seatplan.verbs.console import sentences


def backtest(
    rolls: Annotated[Path, typer.Argument(help="Roll history: unit, year, grade, pupils.")],
    units: Annotated[
        Path | None, typer.Option(help="Table of units and what they belong to.")
    ] = None,
    lead: Annotated[
        list[int] | None, typer.Option(help="Years ahead; repeat it. 1 to 5 without it.")
    ] = None,
    draws: Annotated[int, typer.Option(help="Draws behind each interval.")] = 200,
    fan: Annotated[
        list[str] | None, typer.Option(help="A unit whose forecast is drawn as a fan; repeat it.")
    ] = None,
    language: Annotated[Literal["zh", "en"], typer.Option(help="Language of the pictures.")] = "zh",
    out: Annotated[Path, typer.Option(help="Folder to write.")] = Path("backtest"),
) -> None:
    """Hindcast a roll history and set the errors beside common practice.

    Writes errors.csv (WAPE, MAPE and bias by method, level, lead and size), coverage.csv (of the
    80 and 95 % intervals), backtest.png and a fan-UNIT.png for each unit asked for.
    """
    from seatplan.demand.backtest import backtest as run
    from seatplan.demand.ensemble import draw_rolls
    from seatplan.demand.roll_forecast import forecast_rolls
    from seatplan.demand.rolls import read_rolls
    from seatplan.errors import InputError
    from seatplan.files import write_beside
    from seatplan.results import write_table
    from seatplan.views.roll_charts import draw_backtest, draw_fan

    with sentences():
        if out.is_dir() and any(out.iterdir()) and not (out / "errors.csv").exists():
            raise InputError(
                f"{out}: holds files of its own; want a new folder, or that of a backtest"
            )
        history = read_rolls(rolls, units=units)
        if unknown := sorted(set(fan or []) - set(history.units)):
            raise InputError(f"--fan: no such unit in {rolls.name}: {', '.join(unknown)}")
        leads = tuple(lead or range(1, 6))
        found = run(history, leads=leads, draws=draws)
        with write_beside(out) as draft:
            draft.mkdir()
            write_table(found.table, draft / "errors.csv", index=False)
            write_table(found.coverage, draft / "coverage.csv", index=False)
            draw_backtest(found, language).savefig(draft / "backtest.png", dpi=150)
            if fan:
                last = history.years[-1]
                ahead = forecast_rolls(history, list(range(last + 1, last + 1 + max(leads))))
                paths = draw_rolls(ahead, n=max(draws, 200))
                for unit in fan:
                    picture = draw_fan(paths, unit, language)
                    picture.savefig(draft / f"fan-{unit}.png", dpi=150)
        typer.echo(found.wape("unit").round(2).to_string())
        typer.echo(str(out))
