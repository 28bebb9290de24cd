"""The verb remedy: for each shortage what clears it, proven by running it, with its price."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from seatplan.verbs.console import evaluate_files, find_own, sentences, show_steps, tell
from seatplan.verbs.futures import Futures, Seed, VariantsFile, draw_futures, find_inputs
from seatplan.verbs.options import Births, Folder, Language, read_budget
from seatplan.verbs.speech import choose_language

if TYPE_CHECKING:
    from seatplan.remedies.programme import Programme
    from seatplan.remedies.remedies import Remedies


def remedy(
    folder: Folder,
    scenario: Annotated[
        Path | None,
        typer.Argument(help="The plan that remedies are added to (TOML); none: as it is."),
    ] = None,
    school: Annotated[str | None, typer.Option(help="Only the shortage of this school.")] = None,
    stage: Annotated[str | None, typer.Option(help="Only those of this stage.")] = None,
    year: Annotated[
        int | None,
        typer.Option(help="Only shortages of this autumn, each over all its years."),
    ] = None,
    now: Annotated[
        int | None, typer.Option(help="Autumn in which remedies are begun; the base year.")
    ] = None,
    costs: Annotated[
        Path | None, typer.Option(help="Unit costs; costs.toml of the folder, else seatplan's.")
    ] = None,
    thresholds: Annotated[
        Path | None,
        typer.Option(help="Lead times; warnings.toml of the folder, else seatplan's."),
    ] = None,
    together: Annotated[
        bool, typer.Option("--together", help="Find the first remedies of all flags together too.")
    ] = False,
    budget: Annotated[
        list[str] | None,
        typer.Option(
            help="10,000 yuan that come in, as YEAR=AMOUNT; repeat it for several years: plan a "
            "programme within it."
        ),
    ] = None,
    draws: Futures = 0,
    seed: Seed = 0,
    variants: VariantsFile = None,
    births: Births = "medium",
    out: Annotated[Path, typer.Option(help="Folder to write.")] = Path("out"),
    language: Language = "zh",
) -> None:
    """Find for each catchment that lacks seats what clears it, and what that takes.

    Writes remedies.md, remedies.csv and remedies.xlsx, walks.csv (what clears walks too far: buses,
    nearer schools, new ones), and in `remedies` the scenario of what is advised for each flag; with
    --together also together.toml, which clears them one after another; with --budget also
    programme.md, programme.csv and programme.toml, planned for the first 50 of --draws futures and
    judged by the others.
    """
    from seatplan.errors import InputError
    from seatplan.files import write_beside, write_text
    from seatplan.findings.thresholds import read_thresholds
    from seatplan.remedies.prices import WAN, read_costs
    from seatplan.remedies.programme import plan_programme
    from seatplan.remedies.remedies import clear_all, find_remedies
    from seatplan.remedies.walks import find_walk_remedies
    from seatplan.report.remedies import write_remedy_workbook
    from seatplan.results import write_table
    from seatplan.scenarios.scenario import write_scenario
    from seatplan.views.remedies import write_remedies
    from seatplan.views.walks import write_walks

    with sentences():
        income = {year: sum_ * WAN for year, sum_ in read_budget(budget or []).items()}
        prices = read_costs(find_own(folder, "costs.toml", costs))
        rules = read_thresholds(find_own(folder, "warnings.toml", thresholds))
        files = [scenario] if scenario else []
        if draws and not income:
            raise InputError("--draws: want a --budget too; futures judge a programme")
        outcome = evaluate_files(folder, files, "stay", births, alone=True)[0]
        with show_steps("remedy") as progress:
            found = find_remedies(
                outcome,
                school=school,
                stage=stage,
                year=year,
                now=now,
                costs=prices,
                thresholds=rules,
                progress=progress,
            )
            walks = find_walk_remedies(
                outcome, school=school, stage=stage, year=year, now=now, costs=prices,
                thresholds=rules,
            )  # fmt: skip
            whole = clear_all(found, progress=progress) if together else None
            futures = (
                draw_futures(outcome, draws, seed, find_inputs(folder, variants)) if draws else None
            )
            programme = plan_programme(found, income, draws=futures) if income else None
        page = [write_remedies(found, language), write_walks(walks, language)]
        write_text(out / "remedies.md", "\n".join(page))
        with write_beside(out / "walks.csv") as draft:
            write_table(walks.table.round(4), draft)
        with write_beside(out / "remedies.csv") as draft:
            write_table(found.table.round(4), draft)
        with write_beside(out / "remedies.xlsx") as draft:
            draft.write_bytes(write_remedy_workbook(found, language, walks))
        for flag in found.flags:
            if advised := found.advise(flag):
                plan = found.scenario(advised)
                write_scenario(plan, out / "remedies" / f"{plan.name}.toml")
        for remedy in walks.found:
            plan = walks.scenario(remedy)
            write_scenario(plan, out / "remedies" / f"{plan.name}.toml")
        if whole:
            write_scenario(whole, out / "together.toml")
        if programme:
            _write_programme(found, programme, out, language)
        _tell(found, out)


def _write_programme(found: Remedies, plan: Programme, out: Path, language: str) -> None:
    """Write the programme within a budget."""
    from seatplan.files import write_beside, write_text
    from seatplan.results import write_table
    from seatplan.scenarios.scenario import write_scenario
    from seatplan.views.programme import write_programme

    write_text(out / "programme.md", write_programme(found, plan, language))
    with write_beside(out / "programme.csv") as draft:
        write_table(plan.table, draft)
    write_scenario(plan.scenario, out / "programme.toml")


def _tell(found: Remedies, out: Path) -> None:
    """Say how many flags there are, and how many can be cleared."""
    from seatplan.views.catalogue import say

    counts = {
        "count": len(found.flags),
        "cleared": sum(bool(found.list_ranked(flag)) for flag in found.flags),
        "advised": sum(found.advise(flag) is not None for flag in found.flags),
    }
    tell(say("console.flags", choose_language(None), **counts))
    tell(str(out / "remedies.md"))
