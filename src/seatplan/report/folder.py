"""The folder of a report: the drafted plan, its workbook and its layers for QGIS."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from seatplan.district.finding import Finding
from seatplan.files import write_beside
from seatplan.outcome import Outcome
from seatplan.report.brief import read_brief
from seatplan.report.draft import write_draft
from seatplan.report.layers import write_layers
from seatplan.report.workbook import write_workbook

DRAFT, WORKBOOK, LAYERS = "layout-plan.docx", "tables.xlsx", "layers.gpkg"


def write_report(
    outcomes: Sequence[Outcome],
    folder: str | Path,
    *,
    findings: Sequence[Finding] = (),
    language: str = "zh",
    template: str | Path | None = None,
) -> list[Path]:
    """Draft the layout plan, write its workbook and its layers for QGIS; return the files.

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

    Raises
    ------
    InputError
        There is no outcome, or the template is no Word document. Nothing is written then.
    """
    brief = read_brief(outcomes, findings=findings, language=language)
    form = Path(template) if template is not None else None
    contents = {DRAFT: write_draft(brief, template=form), WORKBOOK: write_workbook(brief)}
    for name, content in contents.items():
        with write_beside(Path(folder) / name) as draft:
            draft.write_bytes(content)
    with write_beside(Path(folder) / LAYERS) as draft:
        write_layers(brief, draft)
    return [Path(folder) / name for name in (*contents, LAYERS)]
