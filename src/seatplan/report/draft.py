"""The drafted layout plan: its chapters in order, written as a Word document."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from seatplan.literal import show_controls
from seatplan.report.brief import Brief
from seatplan.report.chapters.annexes import write_annexes
from seatplan.report.chapters.balances import write_balances
from seatplan.report.chapters.closing import write_closing
from seatplan.report.chapters.grounds import write_grounds
from seatplan.report.chapters.judging import write_judging
from seatplan.report.chapters.layout import write_layout
from seatplan.report.chapters.outlook import write_outlook
from seatplan.report.chapters.phases import write_phases, write_watch
from seatplan.report.chapters.present import write_present
from seatplan.report.paper import CONTENTS, write_document
from seatplan.report.parts import Paragraph, Part, Picture, spell_part
from seatplan.report.sheets.press import print_sheets

Sheets = Callable[[Brief], Sequence[Picture]]


def write_draft(brief: Brief, *, template: Path | None = None, draw: Sheets | None = None) -> bytes:
    """Return the drafted plan as the bytes of a .docx file; see `write_document`.

    `draw` gives its map sheets, when all else is written; None draws them here.
    """
    parts = [spell_part(part) for part in list_parts(brief, draw)]
    title = show_controls(name_draft(brief))
    return write_document(parts, language=brief.language, title=title, template=template)


def name_draft(brief: Brief) -> str:
    """Return the title of the draft."""
    district = brief.district
    first = district.base_year + 1 if len(district.years) > 1 else district.base_year
    return brief.say("paper.title", district=brief.place, first=first, last=district.horizon)


def list_parts(brief: Brief, draw: Sheets | None = None) -> list[Part]:
    """List every part of the draft in the order in which it is read."""
    return [
        Paragraph(name_draft(brief), "title"),
        Paragraph(brief.say("paper.mark"), "sub"),
        Paragraph(brief.say("paper.of_plan", plan=brief.titles[-1]), "sub"),
        Paragraph(brief.say("paper.made_by"), "sub"),
        Paragraph(brief.say("paper.contents"), "sub"),
        Paragraph("", CONTENTS),
        *write_grounds(brief),
        *write_present(brief),
        *write_outlook(brief),
        *write_balances(brief),
        *write_layout(brief),
        *write_closing(brief),
        *write_phases(brief),
        *write_watch(brief),
        *write_judging(brief),
        *write_annexes(brief, (draw or print_sheets)(brief)),
    ]
