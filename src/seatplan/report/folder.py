"""The folder of a report: the drafted plan, its workbook, its layers for QGIS, map sheets."""

from __future__ import annotations

from collections.abc import Sequence
from multiprocessing.connection import Connection
from pathlib import Path

from seatplan.assess.rule_sets import RuleSet
from seatplan.audit.promises import PlanFile
from seatplan.demand.draws import DemandDraws
from seatplan.district.finding import Finding
from seatplan.files import write_beside
from seatplan.outcome import Outcome
from seatplan.remedies.prices import Costs
from seatplan.report.brief import read_brief
from seatplan.report.draft import write_draft
from seatplan.report.layers import write_layers
from seatplan.report.sheets.forms import find_paper
from seatplan.report.sheets.press import begin_sheets, name_atlas
from seatplan.report.workbook import write_workbook

DRAFT, WORKBOOK, LAYERS, SHEETS = "layout-plan.docx", "tables.xlsx", "layers.gpkg", "sheets"


def write_report(
    outcomes: Sequence[Outcome],
    folder: str | Path,
    *,
    findings: Sequence[Finding] = (),
    language: str = "zh",
    template: str | Path | None = None,
    paper: str = "A4",
    imprint: bool = False,
    costs: Costs | None = None,
    rules: Sequence[RuleSet] = (),
    promises: PlanFile | None = None,
    draws: DemandDraws | None = None,
    aside: Connection | None = None,
) -> list[Path]:
    """Draft the layout plan, write its workbook, layers for QGIS and map sheets; return the files.

    Parameters
    ----------
    outcomes
        The district as it is, then each plan; the last is the plan that is drafted.
    findings
        What the check of the district's files found odd.
    language
        "zh" or "en".
    template
        A Word document whose styles, page, header and footer the draft takes; None for the form of
        GB/T 9704-2012.
    paper, imprint
        "A4" or "A3", of the map sheets; whether they have a line for map number and signatures.
    costs
        Unit costs of what the plan builds (`read_costs`); those of seatplan where left out.
    rules
        Rule sets (`read_rule_sets`) that workbook and draft hold each scenario to, in the year in
        which the plan is carried out; no sheet and no chapter of indicators without.
    promises
        What the plan's text says in numbers (`read_plan`), whose contradictions the draft tells.
    draws
        Futures (`draw_demand`) by which each indicator also has a probability.
    aside
        A process that draws the map sheets meanwhile (`open_aside`); None draws them here.

    Raises
    ------
    InputError
        There is no outcome, the template is no Word document, or no paper is called so. Nothing is
        written then.
    """
    brief = read_brief(
        outcomes, findings=findings, language=language, costs=costs, rules=rules,
        promises=promises, draws=draws,
    )  # fmt: skip
    form = Path(template) if template is not None else None
    sheet, home = find_paper(paper), Path(folder)
    atlas = home / SHEETS / name_atlas(sheet)
    with write_beside(atlas) as pages, write_beside(home / LAYERS) as layers:
        draw = begin_sheets(brief, pages, paper=sheet, imprint=imprint, aside=aside)
        contents = {WORKBOOK: write_workbook(brief)}
        write_layers(brief, layers)
        contents[DRAFT] = write_draft(brief, template=form, draw=lambda _: draw())
    for name, content in contents.items():
        with write_beside(home / name) as beside:
            beside.write_bytes(content)
    return [*(home / name for name in (DRAFT, WORKBOOK, LAYERS)), atlas]
