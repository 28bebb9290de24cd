"""The verb warn: where seats run short first, which remedy is in time, what stands empty after."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from seatplan.verbs.console import evaluate_inputs, find_own, read_inputs, sentences, tell
from seatplan.verbs.futures import (
    ENOUGH,
    Futures,
    Horizon,
    Seed,
    VariantsFile,
    draw_futures,
    extend_horizon,
    find_inputs,
    follow_entry,
    follow_futures,
    follow_rolls,
)
from seatplan.verbs.options import Births, Folder, Language
from seatplan.verbs.speech import choose_language

if TYPE_CHECKING:
    import pandas as pd

    from seatplan.demand.draws import DemandDraws
    from seatplan.demand.variants import Variants
    from seatplan.draws import OutcomeDraws
    from seatplan.findings.thresholds import Thresholds
    from seatplan.findings.warning import Warnings
    from seatplan.outcome import Outcome


def warn(
    folder: Folder,
    scenario: Annotated[
        Path | None, typer.Option(help="A plan (TOML); the district as it is without it.")
    ] = None,
    now: Annotated[
        int | None, typer.Option(help="Autumn from which years are counted; the base year.")
    ] = None,
    draws: Futures = 0,
    seed: Seed = 0,
    horizon: Horizon = None,
    entry: Annotated[
        bool,
        typer.Option(
            "--entry",
            help="Lead with next autumn's entrants: lotteries, transfers, chances (200 draws "
            "where --draws is not given).",
        ),
    ] = False,
    thresholds: Annotated[
        Path | None,
        typer.Option(help="Levels and lead times; warnings.toml of the folder, else seatplan's."),
    ] = None,
    variants: VariantsFile = None,
    survey: Annotated[
        int | None,
        typer.Option(help="Also say which assumption moves the figures of this autumn how far."),
    ] = None,
    last: Annotated[
        Path | None,
        typer.Option(help="warnings.csv of an earlier autumn: also say which of them came."),
    ] = None,
    births: Births = "medium",
    out: Annotated[Path, typer.Option(help="Folder to write.")] = Path("out"),
    language: Language = "zh",
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit with 1 where a warning is red.")
    ] = False,
) -> None:
    """Warn where seats run short, how soon, and which remedy begun now is in time.

    Writes warnings.md, warnings.csv (catchments by level), limits.csv (first year each school
    passes each limit), entrants.csv (next autumn's entrants against places), growing.csv (the watch
    list), wave.csv (peak and trough of each place), for a plan stranded.csv, later-use.csv and
    later-use.toml. With --draws also chances.csv (how likely each catchment is short in each year),
    limit-chances.csv (how likely a school passes each limit), and variants.csv where futures are
    drawn from variants. With --survey also survey.md, count-next.csv, survey.csv and survey.png:
    what to count next. With --last also came.csv. With --entry also entrants.md and transfers.csv
    (who is sent on where), and the entrants are what is printed first.
    """
    from seatplan.demand.variants import list_variants
    from seatplan.files import write_beside, write_text
    from seatplan.findings.hindsight import compare_warnings, read_warnings
    from seatplan.findings.thresholds import LEVELS, read_thresholds
    from seatplan.findings.warning import warn_early
    from seatplan.results import write_table
    from seatplan.scenarios.scenario import write_scenario
    from seatplan.views.catalogue import say
    from seatplan.views.warning import write_warnings

    draws = draws or (ENOUGH if entry else 0)
    with sentences():
        rules = read_thresholds(find_own(folder, "warnings.toml", thresholds))
        before = read_warnings(last) if last else None
        files = [scenario] if scenario else []
        district, standards = read_inputs(folder)
        district = extend_horizon(district, horizon)
        outcomes = evaluate_inputs(district, standards, files, "stay", births)
        today, plan = outcomes[0], outcomes[-1]
        begin = _check_year(plan, now, survey)
        inputs = find_inputs(folder, variants)
        futures = draw_futures(today, draws, seed, inputs) if draws else None
        followed = follow_futures(today, plan, futures) if futures else None
        found = warn_early(today, plan, draws=followed, now=begin, thresholds=rules)
        if before is not None:
            came = compare_warnings(before, plan, begin, rules.least.pupils)
            found = replace(found, came=came)
        if futures:
            found = _add_chances(found, today, futures)
        tables = _list_tables(found, followed)
        if found.basis == "variants" or survey is not None:
            tables["variants"] = list_variants(inputs).set_index(["input", "name"])
        write_text(out / "warnings.md", write_warnings(found, language))
        if found.later is not None and found.later.steps:
            write_scenario(found.later.scenario, out / "later-use.toml")
        for name, table in tables.items():
            with write_beside(out / f"{name}.csv") as draft:
                write_table(table.round(4), draft)
        if entry:
            _lead_with_entrants(found, rules, out, language)
        if survey is not None:
            _survey(today, plan, survey, inputs, rules, out, language)
        counts = {level: int((found.catchments.level == level).sum()) for level in LEVELS}
        spoken = choose_language(None)
        tell(
            "  ".join(f"{say(f'warn.{level}', spoken)} {count}" for level, count in counts.items())
        )
        tell(str(out / "warnings.md"))
        if strict and counts["red"]:
            raise typer.Exit(1)


def _add_chances(found: Warnings, today: Outcome, futures: DemandDraws) -> Warnings:
    """Add how likely next year's entrants are too many, and seats of projects stand empty."""
    from seatplan.findings.admissions import add_entry_chances
    from seatplan.findings.wave import add_idle_chances

    plan, year, stranded = found.plan, found.entry_year, found.stranded
    entry = follow_entry(today, plan, futures, year)
    entrants = add_entry_chances(found.entrants, plan, year, *entry)
    if len(stranded):
        stranded = add_idle_chances(stranded, plan, follow_rolls(today, plan, futures))
    return replace(found, entrants=entrants, stranded=stranded)


def _lead_with_entrants(found: Warnings, rules: Thresholds, out: Path, language: str) -> None:
    """Print next autumn's entrants, and write them with who is sent on where."""
    from seatplan.files import write_beside, write_text
    from seatplan.findings.admissions import Admissions, list_transfers
    from seatplan.results import write_table
    from seatplan.views.admissions import tell_admissions, write_admissions

    plan, year, table = found.plan, found.entry_year, found.entrants
    within = rules.transfer.within_m
    admissions = Admissions(
        plan=plan,
        year=year,
        futures=min(found.futures, ENOUGH),
        basis=found.basis,
        entrants=table,
        transfers=list_transfers(plan, table, year, within, rules.least.pupils),
        within_m=within,
        likely=min(level.chance for level in rules.level),
    )
    write_text(out / "entrants.md", write_admissions(admissions, language))
    with write_beside(out / "transfers.csv") as draft:
        write_table(admissions.transfers.round(0), draft)
    tell(tell_admissions(admissions, language))
    tell(str(out / "entrants.md"))


def _list_tables(found: Warnings, followed: OutcomeDraws | None) -> dict[str, pd.DataFrame]:
    """Return the tables that are written, by the names of their files."""
    from seatplan.findings.chances import Side, list_chances, list_limit_chances

    tables = {
        "warnings": found.catchments.assign(warned=found.now),
        "limits": found.limits,
        "entrants": found.entrants,
        "growing": found.growing,
        "wave": found.waves,
    }
    if found.plan.scenario.interventions:
        tables["stranded"] = found.stranded
    if found.came is not None:
        tables["came"] = found.came
    if found.later is not None:
        tables["later-use"] = found.later.table
    if followed:
        tables["chances"] = list_chances(Side(found.plan, followed))
        tables["limit-chances"] = list_limit_chances(followed)
    return tables


def _survey(
    today: Outcome,
    plan: Outcome,
    year: int,
    inputs: Variants,
    rules: Thresholds,
    out: Path,
    language: str,
) -> None:
    """Say which assumption moves the figures of a year how far, and write it."""
    from seatplan.files import write_beside, write_text
    from seatplan.findings.survey import list_asked
    from seatplan.findings.swings import list_swings
    from seatplan.results import write_table
    from seatplan.views.swings import draw_swings, write_swings

    found = list_swings(today, plan, inputs, year, thresholds=rules)
    asked = list_asked(today, found, inputs, thresholds=rules)
    write_text(out / "survey.md", write_swings(found, language, asked=asked))
    with write_beside(out / "count-next.csv") as draft:
        write_table(asked, draft)
    with write_beside(out / "survey.csv") as draft:
        write_table(found.table, draft)
    with write_beside(out / "survey.png") as draft:
        draw_swings(found, language=language).savefig(draft, format="png", dpi=150)


def _check_year(plan: Outcome, now: int | None, survey: int | None) -> int:
    """Return the year asked for; refuse one that the forecast does not follow."""
    from seatplan.errors import InputError

    district, years = plan.district, plan.axes.years
    if survey is not None and survey not in years:
        raise InputError(f"--survey {survey}: the forecast has {years[0]} to {years[-1]}")
    year = district.base_year if now is None else now
    if not district.base_year <= year < district.horizon:
        want = f"want {district.base_year} to {district.horizon - 1}"
        raise InputError(f"--now {year}: the forecast does not follow it; {want}")
    return year
