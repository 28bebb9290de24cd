"""report: the layout plan as a bureau works on it; sheets: its maps; findings: what they say."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from seatplan.verbs.console import (
    evaluate_files,
    evaluate_inputs,
    find_own,
    read_inputs,
    read_looked,
    sentences,
    show_steps,
    tell,
)
from seatplan.verbs.futures import (
    Futures,
    Horizon,
    Seed,
    VariantsFile,
    draw_futures,
    extend_horizon,
    find_inputs,
    follow_futures,
    follow_rolls,
)
from seatplan.verbs.options import Births, Folder, Imprint, Language, Overflow, Paper

if TYPE_CHECKING:
    from seatplan.demand.draws import DemandDraws
    from seatplan.demand.variants import Variants
    from seatplan.outcome import Outcome
    from seatplan.remedies.rates import Rate

Scenarios = Annotated[
    list[Path], typer.Argument(help="Scenario files (TOML); the last is the plan.")
]


def report(
    folder: Folder,
    scenarios: Scenarios,
    out: Annotated[Path, typer.Option(help="Folder for the report.")] = Path("out"),
    language: Language = "zh",
    overflow: Overflow = "stay",
    births: Births = "medium",
    template: Annotated[
        Path | None, typer.Option(help="A Word document whose styles the draft takes.")
    ] = None,
    paper: Paper = "A4",
    imprint: Imprint = False,
    draws: Futures = 0,
    seed: Seed = 0,
    variants: VariantsFile = None,
) -> None:
    """Draft the layout plan: a Word document, its workbook, layers for QGIS, map sheets.

    With --draws each indicator also has the share of the futures in which it is met.
    """
    from seatplan.assess.rule_sets import choose_sets, read_rule_sets
    from seatplan.audit.audit import read_plan
    from seatplan.remedies.prices import read_costs
    from seatplan.report.folder import write_report
    from seatplan.report.sheets.aside import open_aside
    from seatplan.sample import find_rules

    with sentences(), open_aside() as aside:
        district, standards, findings = read_looked(folder)
        outcomes = evaluate_inputs(district, standards, scenarios, overflow, births)
        costs = read_costs(find_own(folder, "costs.toml"))
        rules = choose_sets(read_rule_sets([find_rules()]), district.code)
        plan = find_own(folder, "plan.toml", but=scenarios)
        inputs = find_inputs(folder, variants)
        futures = draw_futures(outcomes[0], draws, seed, inputs) if draws else None
        files = write_report(
            outcomes, out, findings=findings, language=language, template=template, paper=paper,
            imprint=imprint, costs=costs, rules=rules, aside=aside, draws=futures,
            promises=read_plan(plan) if plan else None,
        )  # fmt: skip
        for file in files:
            tell(str(file))


def sheets(
    folder: Folder,
    scenarios: Annotated[
        list[Path] | None, typer.Argument(help="Scenario files (TOML); the last is the plan.")
    ] = None,
    out: Annotated[Path, typer.Option(help="Folder for the map sheets.")] = Path("sheets"),
    form: Annotated[
        list[str] | None,
        typer.Option(help="pdf (all sheets in one file), png (300 dpi), svg; again for more."),
    ] = None,
    paper: Paper = "A4",
    imprint: Imprint = False,
    language: Language = "zh",
    overflow: Overflow = "stay",
    births: Births = "medium",
) -> None:
    """Draw the map sheets of a layout plan, ready to print."""
    from seatplan.report.brief import read_brief
    from seatplan.report.sheets.forms import find_paper
    from seatplan.report.sheets.press import write_sheets

    with sentences():
        outcomes = evaluate_files(folder, scenarios or [], overflow, births)
        brief = read_brief(outcomes, language=language)
        files = write_sheets(
            brief, out, paper=find_paper(paper), forms=form or ["pdf"], imprint=imprint
        )
        for file in files:
            tell(str(file))


def findings(
    folder: Folder,
    scenarios: Scenarios,
    out: Annotated[Path, typer.Option(help="The page to write (Markdown).")] = Path("findings.md"),
    language: Language = "zh",
    overflow: Overflow = "stay",
    births: Births = "medium",
    draws: Futures = 0,
    seed: Seed = 0,
    horizon: Horizon = None,
    variants: VariantsFile = None,
    remedies: Annotated[
        bool,
        typer.Option(
            "--remedies", help="With --draws, also which remedies are cheaper; takes minutes."
        ),
    ] = False,
) -> None:
    """Say what the figures show of each plan against the district as it is, as a page.

    With --draws it also says how likely each shortage is with and without the plan, and what stands
    empty after.
    """
    from seatplan.errors import InputError
    from seatplan.files import write_text
    from seatplan.views.findings import write_findings

    with sentences():
        if remedies and not draws:
            raise InputError("--remedies stands beside the chances; want --draws with it")
        district, standards = read_inputs(folder)
        district = extend_horizon(district, horizon)
        outcomes = evaluate_inputs(district, standards, list(scenarios), overflow, births)
        inputs = find_inputs(folder, variants)
        futures = draw_futures(outcomes[0], draws, seed, inputs) if draws else None
        pages = []
        for plan in outcomes[1:] or outcomes:
            sides = [outcomes[0], plan]
            pages.append(write_findings(sides, language=language, verb="seatplan findings"))
            if futures:
                rates = _list_rates(folder, outcomes[0], plan) if remedies else []
                pages.append(_tell_chances(sides, futures, inputs, rates, language))
        write_text(out, "\n".join(pages))
        tell(str(out))


def _tell_chances(
    sides: list[Outcome],
    futures: DemandDraws,
    inputs: Variants,
    rates: list[Rate],
    language: str,
) -> str:
    """Follow the futures as it is and with the plan, and say what they show."""
    from seatplan.findings.chances import Side, weigh_chances
    from seatplan.views.chances import write_chances

    today, plan = sides
    first = Side(today, follow_futures(today, today, futures))
    other = first if plan is today else Side(plan, follow_futures(today, plan, futures))
    found = weigh_chances(first, other, follow_rolls(today, plan, futures))
    return write_chances(found, language, variants=inputs, rates=rates)


def _list_rates(folder: Path, today: Outcome, plan: Outcome) -> list[Rate]:
    """Find the remedies of the district as it is, and set the plan beside them."""
    from seatplan.findings.thresholds import read_thresholds
    from seatplan.remedies.prices import read_costs
    from seatplan.remedies.rates import list_rates
    from seatplan.remedies.remedies import find_remedies

    costs = read_costs(find_own(folder, "costs.toml"))
    rules = read_thresholds(find_own(folder, "warnings.toml"))
    with show_steps("remedies") as progress:
        found = find_remedies(today, costs=costs, thresholds=rules, progress=progress)
    return list_rates(found, plan)
