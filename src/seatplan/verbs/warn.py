"""The verb warn: where seats run short first, which remedy is in time, what stands empty after."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from seatplan.verbs.console import evaluate_files, find_own, sentences, tell
from seatplan.verbs.options import Births, Folder, Language

if TYPE_CHECKING:
    import pandas as pd

    from seatplan.demand.draws import DemandDraws
    from seatplan.demand.variants import Variants
    from seatplan.draws import OutcomeDraws
    from seatplan.findings.thresholds import Thresholds
    from seatplan.outcome import Outcome

ENOUGH = 200  # futures that the chance of empty seats is read from


def warn(
    folder: Folder,
    scenario: Annotated[
        Path | None, typer.Option(help="A plan (TOML); the district as it is without it.")
    ] = None,
    now: Annotated[
        int | None, typer.Option(help="Autumn from which years are counted; the base year.")
    ] = None,
    draws: Annotated[
        int, typer.Option(help="Futures to draw, from rolls of past years, else variants; 0: none.")
    ] = 0,
    seed: Annotated[int, typer.Option(help="Seed of the futures.")] = 0,
    thresholds: Annotated[
        Path | None,
        typer.Option(help="Levels and lead times; warnings.toml of the folder, else seatplan's."),
    ] = None,
    variants: Annotated[
        Path | None,
        typer.Option(help="What the inputs may be; variants.toml of the folder, else seatplan's."),
    ] = None,
    survey: Annotated[
        int | None,
        typer.Option(help="Also say which assumption moves the figures of this autumn how far."),
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
    list), wave.csv (peak and trough of each place), for a plan stranded.csv, and variants.csv where
    futures are drawn from variants of the inputs. With --survey also survey.md, survey.csv and
    survey.png: what to count next.
    """
    from seatplan.demand.variants import find_variants, list_variants, read_variants
    from seatplan.files import write_beside, write_text
    from seatplan.findings.thresholds import LEVELS, read_thresholds
    from seatplan.findings.warning import warn_early
    from seatplan.results import write_table
    from seatplan.views.warning import write_warnings

    with sentences():
        rules = read_thresholds(find_own(folder, "warnings.toml", thresholds))
        files = [scenario] if scenario else []
        outcomes = evaluate_files(folder, files, "stay", births)
        today, plan = outcomes[0], outcomes[-1]
        begin = _check_year(plan, now)
        inputs = read_variants(variants) if variants else find_variants(folder)
        futures = _draw(today, draws, seed, inputs) if draws else None
        followed = _follow(today, plan, futures) if futures else None
        found = warn_early(today, plan, draws=followed, now=begin, thresholds=rules)
        if futures and len(found.stranded):
            found = replace(found, stranded=_add_chances(today, plan, futures, found.stranded))
        tables = {
            "warnings": found.catchments,
            "limits": found.limits,
            "entrants": found.entrants,
            "growing": found.growing,
            "wave": found.waves,
        }
        if scenario:
            tables["stranded"] = found.stranded
        if found.basis == "variants" or survey is not None:
            tables["variants"] = list_variants(inputs).set_index(["input", "name"])
        write_text(out / "warnings.md", write_warnings(found, language))
        for name, table in tables.items():
            with write_beside(out / f"{name}.csv") as draft:
                write_table(table.round(4), draft)
        if survey is not None:
            _survey(today, plan, survey, inputs, rules, out, language)
        counts = {level: int((found.catchments.level == level).sum()) for level in LEVELS}
        tell("  ".join(f"{level} {count}" for level, count in counts.items()))
        tell(str(out / "warnings.md"))
        if strict and counts["red"]:
            raise typer.Exit(1)


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
    from seatplan.errors import InputError
    from seatplan.files import write_beside, write_text
    from seatplan.findings.swings import list_swings
    from seatplan.results import write_table
    from seatplan.views.swings import draw_swings, write_swings

    years = plan.axes.years
    if year not in years:
        raise InputError(f"--survey {year}: the forecast has {years[0]} to {years[-1]}")
    found = list_swings(today, plan, inputs, year, thresholds=rules)
    write_text(out / "survey.md", write_swings(found, language))
    with write_beside(out / "survey.csv") as draft:
        write_table(found.table, draft)
    with write_beside(out / "survey.png") as draft:
        draw_swings(found, language=language).savefig(draft, format="png", dpi=150)


def _check_year(plan: Outcome, now: int | None) -> int:
    """Return the year asked for; refuse one that the forecast does not follow."""
    from seatplan.errors import InputError

    district = plan.district
    year = district.base_year if now is None else now
    if not district.base_year <= year < district.horizon:
        want = f"want {district.base_year} to {district.horizon - 1}"
        raise InputError(f"--now {year}: the forecast does not follow it; {want}")
    return year


def _draw(today: Outcome, count: int, seed: int, variants: Variants) -> DemandDraws:
    """Draw many futures of the district."""
    from seatplan.errors import InputError
    from seatplan.seating.spreading import draw_demand

    if not 1 <= count <= 10_000:
        raise InputError(f"--draws {count}; want 1 to 10,000, or 0 for none")
    district, standards, policy = today.district, today.standards, today.policy
    return draw_demand(
        district, standards, n=count, seed=seed, policy=policy, costs=today.costs, variants=variants
    )


def _follow(today: Outcome, plan: Outcome, futures: DemandDraws) -> OutcomeDraws:
    """Follow the futures to their seats under the plan."""
    from seatplan.draws import evaluate_draws

    held = {"policy": today.policy, "costs": today.costs}
    district, rules = today.district, today.standards
    return evaluate_draws(district, rules, plan.scenario, draws=futures, **held)  # type: ignore[arg-type]


def _add_chances(
    today: Outcome, plan: Outcome, futures: DemandDraws, stranded: pd.DataFrame
) -> pd.DataFrame:
    """Say how likely the seats of each project stand empty, by the first futures."""
    from seatplan.draws import draw_rolls
    from seatplan.findings.wave import add_idle_chances

    rolls = draw_rolls(
        today.district, today.standards, plan.scenario, draws=futures, first=0,
        last=min(futures.count, ENOUGH), policy=today.policy, costs=today.costs,
    )  # fmt: skip
    return add_idle_chances(stranded, plan, rolls)
