"""The verb forecast: pupils to come, of a district's blocks or of a roll history."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from seatplan.verbs.console import evaluate_inputs, read_inputs, sentences, tell
from seatplan.verbs.futures import extend_horizon, find_inputs
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

if TYPE_CHECKING:
    import pandas as pd

    from seatplan.demand.draws import DemandDraws
    from seatplan.demand.ensemble import RollDraws
    from seatplan.district.district import District
    from seatplan.district.standards import Standards

OWN_FILES = "totals.csv"  # what marks a folder as one of this verb's
FEWEST, MOST_DRAWS = 10, 10_000
BASES = {"rolls": "rolls of past years", "variants": "variants of the inputs", "given": "factors"}


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
    draws: Annotated[
        int | None,
        typer.Option(help="Futures behind the intervals; 1,000 of rolls, none of a district."),
    ] = None,
    variants: Annotated[
        Path | None,
        typer.Option(help="What the inputs may be; variants.toml of the folder, else seatplan's."),
    ] = None,
    horizon: Annotated[
        int | None, typer.Option(help="Last autumn of a district's forecast; its own without.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Seed of the draws.")] = 0,
    fan: Annotated[
        list[str] | None, typer.Option(help="A unit that is drawn as a fan; repeat it.")
    ] = None,
    language: Annotated[Literal["zh", "en"], typer.Option(help="Language of the pictures.")] = "zh",
) -> None:
    """Forecast the pupils of a district's blocks, or those of a roll history with intervals.

    With DATA: a table by block (or catchment, township, stage), grade and year. A history of rolls
    (rolls.csv) says how many, the blocks say where. With --draws, beside it a table of the bounds
    of 80 and 95 % intervals (forecast-intervals.csv), from rolls of past years, else from variants
    of births, infants, migration, take-up and housing; catchments have theirs from `warn`.

    With --rolls: forecast.csv (unit, grade, year, pupils and the bounds of 80 and 95 % intervals),
    totals.csv (the whole, every place, every unit), events.csv (openings, renames, gaps, slips),
    fan-all.png and a fan for each unit asked for.
    """
    from seatplan.errors import InputError

    with sentences():
        if (folder is None) == (rolls is None):
            raise InputError("forecast takes a district's folder, or --rolls FILE: one of the two")
        if draws is not None and not FEWEST <= draws <= MOST_DRAWS:
            raise InputError(f"--draws {draws}; want {FEWEST} to {MOST_DRAWS:,}")
        if folder is not None:
            asked = Asked(births or "medium", by, horizon, draws, seed, variants)
            _forecast_district(folder, out or Path("forecast.csv"), asked)
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
        tell_births(ahead.panel)
        _write_rolls(draw_rolls(ahead, draws or 1000, seed), events, target, fan or [], language)


def _write_rolls(
    paths: RollDraws, events: pd.DataFrame, out: Path, fan: list[str], language: str
) -> None:
    """Write tables and pictures of a roll forecast, and say the totals of the whole."""
    from seatplan.demand.ensemble import tabulate_cells, tabulate_totals
    from seatplan.files import write_beside
    from seatplan.literal import fit_name
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
            draw_fan(paths, unit, language).savefig(draft / f"fan-{fit_name(unit)}.png", dpi=150)
    whole: pd.DataFrame = totals[totals["level"] == "all"]
    for row in whole.itertuples():
        tell(
            f"{row.year}: {row.pupils:,.0f} pupils, {row.low_80:,.0f} to {row.high_80:,.0f} "
            f"four times in five"
        )
    tell(str(out))


@dataclass(frozen=True)
class Asked:
    """What a district's forecast is asked for with; see `forecast`."""

    births: str
    by: str
    horizon: int | None
    draws: int | None
    seed: int
    variants: Path | None


def _forecast_district(folder: Path, out: Path, asked: Asked) -> None:
    """Write the district's own forecast by block, catchment, township or stage."""
    import pandas as pd

    from seatplan.case.case import prepare
    from seatplan.demand.agreement import forecast_demand
    from seatplan.demand.draws import bound_pupils
    from seatplan.district.standards import Policy
    from seatplan.errors import InputError
    from seatplan.files import write_beside
    from seatplan.results import write_table

    if asked.by == "catchment" and asked.draws:
        raise InputError("forecast --by catchment has no intervals; seatplan warn --draws has them")
    district, standards = read_inputs(folder)
    district = extend_horizon(district, asked.horizon)
    bounds = None
    if asked.by == "catchment":
        outcome = evaluate_inputs(district, standards, [], "stay", asked.births)[0]
        pupils = outcome.measure("residents")
    else:
        case = prepare(district, standards, policy=Policy(births=asked.births))
        told = forecast_demand(case).pupils
        places = _name_places(told.index, asked.by, district, standards)
        if asked.draws:
            draws = _draw(district, standards, folder, asked, asked.draws)
            bounds = bound_pupils(told, draws, pd.MultiIndex.from_arrays(places))
        pupils = told.groupby(places, sort=False).sum()
    with write_beside(out) as draft:
        write_table(pupils.unstack("year").round(2), draft)
    tell(str(out))
    if bounds is not None:
        beside = out.with_name(f"{out.stem}-intervals.csv")
        with write_beside(beside) as draft:
            write_table(bounds.round(2), draft)
        tell(str(beside))


def _name_places(
    index: pd.Index, by: str, district: District, standards: Standards
) -> list[pd.Index]:
    """Return what each pupil of a forecast by block, grade and year is summed by."""
    block, grade, year = (index.get_level_values(name) for name in ("block", "grade", "year"))
    if by == "township":
        return [block.map(district.blocks["township"]).rename("township"), grade, year]
    if by == "stage":
        return [grade.map(standards.stage_of).rename("stage"), year]
    return [block, grade, year]


def _draw(
    district: District, standards: Standards, folder: Path, asked: Asked, count: int
) -> DemandDraws:
    """Draw futures of the district and say what they rest on."""
    from seatplan.outcome import Policy
    from seatplan.seating.spreading import draw_demand

    known = find_inputs(folder, asked.variants)
    policy = Policy(births=asked.births)
    draws = draw_demand(
        district, standards, n=count, seed=asked.seed, policy=policy, variants=known
    )
    tell(f"{count} futures, drawn from {BASES[draws.basis]}")
    return draws
