"""The verb forecast: pupils to come, of a district's blocks or of a roll history."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from seatplan.verbs.console import evaluate_files, read_inputs, sentences, tell
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
    tell_events,
)

if TYPE_CHECKING:
    import pandas as pd

    from seatplan.demand.ensemble import RollDraws

OWN_FILES = "totals.csv"  # what marks a folder as one of this verb's


def forecast(
    folder: Annotated[
        Path | None, typer.Argument(help="Folder of the district's files; not with --rolls.")
    ] = None,
    rolls: Annotated[
        Path | None,
        typer.Option(help="Roll history (CSV, XLSX; long or wide): unit, year, grade, pupils."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="forecast.csv, or with --rolls the folder forecast.")
    ] = None,
    births: Annotated[
        str | None,
        typer.Option(help="Births scenario; with --rolls a table of births."),
    ] = None,
    by: Annotated[
        Literal["block", "catchment", "township", "stage"],
        typer.Option(help="Rows of a district's forecast."),
    ] = "block",
    years: Annotated[int, typer.Option(help="Years ahead, with --rolls.", min=1, max=30)] = 5,
    units: Units = None,
    parents: Parents = None,
    grades: Grades = None,
    rename: Rename = None,
    feeders: Feeders = None,
    entry_age: EntryAge = None,
    cutoff_month: CutoffMonth = 8,
    births_month: BirthsMonth = 12,
    draws: Annotated[int, typer.Option(help="Draws behind the intervals.", min=10)] = 1000,
    seed: Annotated[int, typer.Option(help="Seed of the draws.")] = 0,
    fan: Annotated[
        list[str] | None, typer.Option(help="A unit that is drawn as a fan; repeat it.")
    ] = None,
    language: Annotated[Literal["zh", "en"], typer.Option(help="Language of the pictures.")] = "zh",
) -> None:
    """Forecast the pupils of a district's blocks, or those of a roll history with intervals.

    With DATA: a table by block (or catchment, township, stage), grade and year. A history of rolls
    (rolls.csv) says how many, the blocks say where.

    With --rolls: forecast.csv (unit, grade, year, pupils and the bounds of 80 and 95 % intervals),
    totals.csv (the whole, every place, every unit), events.csv (openings, renames, gaps, slips),
    fan-all.png and a fan for each unit asked for.
    """
    from seatplan.errors import InputError

    with sentences():
        if (folder is None) == (rolls is None):
            raise InputError("forecast takes a district's folder, or --rolls FILE: one of the two")
        if folder is not None:
            _forecast_district(folder, out or Path("forecast.csv"), births or "medium", by)
            return
        from seatplan.demand.births import read_births
        from seatplan.demand.ensemble import draw_rolls
        from seatplan.demand.roll_forecast import forecast_rolls

        assert rolls is not None
        target = out or Path("forecast")
        if target.is_dir() and any(target.iterdir()) and not (target / OWN_FILES).exists():
            raise InputError(f"{target}: holds files of its own; want a new folder for --out")
        history = read_history(
            rolls, units=units, parents=parents, grades=grades, rename=rename, feeders=feeders
        )
        if unknown := sorted(set(fan or []) - set(history.units)):
            raise InputError(f"--fan: no such unit in {rolls.name}: {', '.join(unknown)}")
        lines, events = tell_events(history)
        for line in lines:
            tell(line, err=True)
        last = history.years[-1]
        ahead = forecast_rolls(
            history,
            range(last + 1, last + 1 + years),
            births=read_births(Path(births)) if births else None,
            cutoff_month=cutoff_month,
            entry_age=entry_age,
            births_month=births_month,
        )
        _write_rolls(draw_rolls(ahead, draws, seed), events, target, fan or [], language)


def _write_rolls(
    paths: RollDraws, events: pd.DataFrame, out: Path, fan: list[str], language: str
) -> None:
    """Write tables and pictures of a roll forecast, and say the totals of the whole."""
    from seatplan.demand.ensemble import tabulate_cells, tabulate_totals
    from seatplan.files import write_beside
    from seatplan.results import write_table
    from seatplan.views.roll_charts import draw_fan

    totals = tabulate_totals(paths)
    with write_beside(out) as draft:
        draft.mkdir()
        write_table(tabulate_cells(paths).round(1), draft / "forecast.csv", index=False)
        write_table(totals.round(1), draft / OWN_FILES, index=False)
        write_table(events, draft / "events.csv", index=False)
        draw_fan(paths, None, language).savefig(draft / "fan-all.png", dpi=150)
        for unit in fan:
            draw_fan(paths, unit, language).savefig(draft / f"fan-{unit}.png", dpi=150)
    whole: pd.DataFrame = totals[totals["level"] == "all"]
    for row in whole.itertuples():
        tell(
            f"{row.year}: {row.pupils:,.0f} pupils, {row.low_80:,.0f} to {row.high_80:,.0f} "
            f"four times in five"
        )
    tell(str(out))


def _forecast_district(folder: Path, out: Path, births: str, by: str) -> None:
    """Write the district's own forecast by block, catchment, township or stage."""
    from seatplan.demand.agreement import forecast_demand
    from seatplan.files import write_beside
    from seatplan.results import write_table

    if by == "catchment":
        outcome = evaluate_files(folder, [], "stay", births)[0]
        pupils = outcome.measure("residents")
    else:
        district, standards = read_inputs(folder)
        pupils = forecast_demand(district, standards, births=births, today=district).pupils
        grade = pupils.index.get_level_values("grade")
        year = pupils.index.get_level_values("year")
        if by == "township":
            town = pupils.index.get_level_values("block").map(district.blocks["township"])
            pupils = pupils.groupby([town.rename("township"), grade, year], sort=False).sum()
        elif by == "stage":
            stage = grade.map(standards.stage_of).rename("stage")
            pupils = pupils.groupby([stage, year], sort=False).sum()
    with write_beside(out) as draft:
        write_table(pupils.unstack("year").round(2), draft)
    tell(str(out))
