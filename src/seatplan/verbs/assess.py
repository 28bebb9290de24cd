"""The verb assess: every clause of every rule set, by year and scenario."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from seatplan.verbs.console import evaluate_files, sentences, tell
from seatplan.verbs.futures import Futures, Seed, VariantsFile, draw_futures, find_inputs
from seatplan.verbs.options import Births, Folder, Language, Overflow


def assess(
    folder: Folder,
    scenarios: Annotated[
        list[Path] | None, typer.Argument(help="Scenario files (TOML); none: as it is.")
    ] = None,
    rules: Annotated[
        list[Path] | None,
        typer.Option(
            help="Rule sets: files, or folders of them; none: ./standards, else those of seatplan."
        ),
    ] = None,
    year: Annotated[
        int | None, typer.Option(help="Year the page tells of; five years after the base year.")
    ] = None,
    overflow: Overflow = "stay",
    births: Births = "medium",
    draws: Futures = 0,
    seed: Seed = 0,
    variants: VariantsFile = None,
    out: Annotated[Path, typer.Option(help="Folder to write.")] = Path("out"),
    language: Language = "zh",
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit with 1 where the last scenario misses a limit.")
    ] = False,
) -> None:
    """Assess scenarios: each indicator by year, what stands in the way, the least that would do.

    Writes assess.md, assess.csv (indicators), assess-schools.csv (who stands in the way),
    assess-joint.csv (six of seven, school by school), assess-missing.csv (what cannot be computed)
    and assess.xlsx with the same tables under headings. With --draws each indicator also has the
    share of the futures in which it is met, and between which figures it lies.
    """
    from seatplan.assess.assess import assess_outcomes
    from seatplan.assess.likelihood import weigh_indicators
    from seatplan.assess.rule_sets import choose_sets, read_rule_sets
    from seatplan.files import write_beside, write_text
    from seatplan.report.assessed import write_book
    from seatplan.results import write_table
    from seatplan.sample import find_rules
    from seatplan.views.assess import check_year, write_assessment

    with sentences():
        sets = read_rule_sets(rules or [find_rules()])
        outcomes = evaluate_files(folder, scenarios or [], overflow, births)
        if not rules:
            sets = choose_sets(sets, outcomes[0].district.code)
        shown = check_year(outcomes, year)
        found = assess_outcomes(outcomes, sets)
        if draws:
            futures = draw_futures(outcomes[0], draws, seed, find_inputs(folder, variants))
            found = weigh_indicators(found, futures)
        tables = {
            "assess": found.table,
            "assess-schools": found.schools,
            "assess-joint": found.joints,
            "assess-missing": found.missing,
        }
        write_text(out / "assess.md", write_assessment(found, language, shown))
        for name, table in tables.items():
            with write_beside(out / f"{name}.csv") as draft:
                write_table(table.round(6), draft, index=False)
        with write_beside(out / "assess.xlsx") as draft:
            draft.write_bytes(write_book(found, language, shown))
        last = found.table[found.table.scenario == outcomes[-1].scenario.name]
        missed = int(((last.status == "missed") & (last.year == shown)).sum())
        met = int(((last.status == "met") & (last.year == shown)).sum())
        tell(f"{outcomes[-1].scenario.name} {shown}: {met} met, {missed} missed")
        tell(str(out / "assess.md"))
        if strict and missed:
            raise typer.Exit(1)
