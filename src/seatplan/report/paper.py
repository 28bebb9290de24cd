"""A Word document from plain parts: fields, bookmarks, tables, pictures, the same bytes twice."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import docx
from docx.enum.section import WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from seatplan.errors import InputError
from seatplan.report.fields import add_field, add_link, begin_field, bookmark, end_field
from seatplan.report.grids import build_grid
from seatplan.report.headings import number_headings
from seatplan.report.parts import (
    Grid,
    Heading,
    Paragraph,
    Part,
    Picture,
    Turn,
    split_pointers,
)
from seatplan.report.styles import (
    LOOKS,
    list_fonts,
    number_paragraph,
    set_form,
    set_page,
    set_style,
)
from seatplan.views.catalogue import say

OLD_STYLES = "http://schemas.microsoft.com/office/2007/relationships/stylesWithEffects"
MADE = dt.datetime(2000, 1, 1)  # a fixed date, so that the same figures give the same bytes
STYLES = {"note": "Seatplan Note", "draft": "Seatplan Draft", "title": "Title", "sub": "Subtitle"}
UPRIGHT, ACROSS, WHOLE = 156.0, 222.0, 273.0  # mm of text: upright, lying, lying with small margins
TALLEST = {UPRIGHT: 200.0, ACROSS: 126.0, WHOLE: 156.0}  # mm of a picture with its caption
CONTENTS = "contents"  # look of the paragraph in whose place the contents list stands


@dataclass
class Sheet:
    """A document while it is written: what is numbered so far and where pointers lead."""

    document: Any
    language: str
    own: bool  # whether the form is seatplan's own, not a bureau's template
    numbers: dict[str, str]  # key of a table or picture -> its label and number
    heads: dict[int, str]  # place of a heading among the parts -> its number
    wide: float = UPRIGHT
    marks: int = 0
    pictures: int = 0

    def next_mark(self) -> int:
        """Return the number of the next bookmark."""
        self.marks += 1
        return self.marks


def write_document(
    parts: Sequence[Part], *, language: str, title: str, template: Path | None = None
) -> bytes:
    """Return a .docx file of the parts, in the order given.

    Parameters
    ----------
    template
        A bureau's document, whose page, styles, header and footer are used; its text goes. None
        uses the form of GB/T 9704-2012.

    Raises
    ------
    InputError
        The template is not there, or no Word document.
    """
    document = _open(template, language)
    captions, heads = number_captions(parts, language), number_headings(parts, language)
    sheet = Sheet(document, language, template is None, captions, heads)
    _set_properties(document, title)
    _write_edges(sheet, title)
    for at, part in enumerate(parts):
        if isinstance(part, Heading):
            _write_heading(sheet, part, at)
        elif isinstance(part, Paragraph):
            _write_paragraph(sheet, part, parts)
        elif isinstance(part, Grid):
            _write_grid(sheet, part)
        elif isinstance(part, Picture):
            _write_picture(sheet, part)
        else:
            _turn(sheet, part)
    return _pack(document, own=sheet.own)


def number_captions(parts: Sequence[Part], language: str) -> dict[str, str]:
    """Count tables, pictures and those of the annex, each in turn, by their keys."""
    counts: dict[str, int] = {}
    numbers = {}
    for part in parts:
        if isinstance(part, Grid | Picture):
            label = _label(part, language)
            counts[label] = counts.get(label, 0) + 1
            gap = "" if language == "zh" else " "
            numbers[part.key] = f"{label}{gap}{counts[label]}"
    return numbers


def _label(part: Grid | Picture, language: str) -> str:
    keys = ("paper.table", "paper.annex_table")
    if isinstance(part, Picture):
        keys = ("paper.picture", "paper.annex_picture")
    return say(keys[part.annex], language)


def _open(template: Path | None, language: str) -> Any:
    """Open the template without its text, or a new document in the form of GB/T 9704."""
    if template is None:
        document = docx.Document()
        _drop_old_styles(document)
        set_form(document, language)
        return document
    try:
        document = docx.Document(str(template))
    except Exception as fault:
        raise InputError(f"{template}: no Word document (.docx); want a template") from fault
    _drop_old_styles(document)
    body = document.element.body
    for child in list(body):
        if child.tag != qn("w:sectPr"):
            body.remove(child)
    known = [style.name for style in document.styles]
    for name in LOOKS:
        if name not in known:
            set_style(document, name, language)
    return document


def _drop_old_styles(document: Any) -> None:
    """Drop the second copy of the styles that Word 2010 kept: it would no longer be theirs."""
    relations = document.part.rels
    for key in [key for key, one in relations.items() if one.reltype == OLD_STYLES]:
        del relations[key]


def _set_properties(document: Any, title: str) -> None:
    properties = document.core_properties
    properties.title, properties.author, properties.comments = title, "", ""
    properties.last_modified_by, properties.keywords, properties.subject = "", "", ""
    properties.created = properties.modified = MADE
    properties.revision = 1
    settings = document.settings.element
    update = OxmlElement("w:updateFields")  # Word asks once, and fills in the contents list
    update.set(qn("w:val"), "true")
    settings.append(update)
    for name in ("w:hdrShapeDefaults", "w:footnotePr", "w:endnotePr", "w:compat"):
        late = settings.find(qn(name))
        if late is not None:  # the schema wants updateFields before these
            late.addprevious(update)
            break


def _write_edges(sheet: Sheet, title: str) -> None:
    """Write the draft mark above and the page number below, where the template has none."""
    section = sheet.document.sections[0]
    head, foot = section.header, section.footer
    if sheet.own or not "".join(each.text for each in head.paragraphs).strip():
        line = head.paragraphs[0]
        line.style = sheet.document.styles["Seatplan Draft"]
        line.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        line.add_run(f"{title} · {say('about.draft', sheet.language)}")
    if sheet.own or not "".join(each.text for each in foot.paragraphs).strip():
        line = foot.paragraphs[0]
        line.style = sheet.document.styles["Seatplan Draft"]
        line.alignment = WD_ALIGN_PARAGRAPH.CENTER
        line.add_run("— ")
        add_field(line, "PAGE", "1")
        line.add_run(" —")


def _write_heading(sheet: Sheet, part: Heading, at: int) -> None:
    line = sheet.document.add_paragraph(style=f"Heading {part.level}")
    line.paragraph_format.keep_with_next = True
    properties = line._p.get_or_add_pPr()
    if part.plain:
        number_paragraph(properties, 0)
        properties.find(qn("w:numPr")).get_or_add_numId().val = 0  # no number
    numbered = sheet.own or line.style.element.find(f".//{qn('w:numPr')}") is not None
    with bookmark(line, f"_Toc{at:06d}", sheet.next_mark()):
        line.add_run(part.text if numbered else f"{sheet.heads.get(at, '')}{part.text}")


def _write_paragraph(sheet: Sheet, part: Paragraph, parts: Sequence[Part]) -> None:
    if part.look == CONTENTS:
        _write_contents(sheet, parts)
        return
    line = sheet.document.add_paragraph(style=STYLES.get(part.look, "Normal"))
    if part.look == "body" and sheet.own and sheet.language == "zh":
        indent = OxmlElement("w:ind")
        indent.set(qn("w:firstLineChars"), "200")
        indent.set(qn("w:firstLine"), "640")
        line._p.get_or_add_pPr().append(indent)
    _write_text(sheet, line, part.text)


def _write_text(sheet: Sheet, line: Any, text: str) -> None:
    """Write a text; what it points to becomes a link inside the document, or a number by REF."""
    for name, piece in split_pointers(text):
        if not name:
            line.add_run(piece)
        elif name.startswith("cite:"):
            key = name.removeprefix("cite:")
            add_field(line, f"REF {_caption_mark(key)} \\h", sheet.numbers[key])
        else:
            add_link(line, name, piece)


def _write_contents(sheet: Sheet, parts: Sequence[Part]) -> None:
    """Write the contents list: a field that Word fills anew, filled with the headings so far."""
    listed = [
        (at, part) for at, part in enumerate(parts) if isinstance(part, Heading) and part.level <= 2
    ]
    for place, (at, part) in enumerate(listed):
        line = sheet.document.add_paragraph(style=f"Seatplan Contents {part.level}")
        if place == 0:
            begin_field(line, 'TOC \\o "1-2" \\h \\z \\u')
        add_link(line, f"_Toc{at:06d}", f"{sheet.heads[at]}{part.text}\t")
        add_field(line, f"PAGEREF _Toc{at:06d} \\h", "·")
        if place == len(listed) - 1:
            end_field(line)
            line.add_run().add_break(WD_BREAK.PAGE)


def _write_grid(sheet: Sheet, part: Grid) -> None:
    """Write a table below its caption, its note below it."""
    _write_caption(sheet, part)
    styles = sheet.document.styles
    ids = styles["Seatplan Head"].style_id, styles["Seatplan Cell"].style_id
    table = build_grid(part, sheet.wide, ids, sheet.marks + 1)
    sheet.marks += len(part.rows)
    sheet.document.element.body.insert_element_before(table, "w:sectPr")
    note = sheet.document.add_paragraph(style="Seatplan Note")
    if part.note:
        _write_text(sheet, note, part.note)
    else:
        _shrink(note)


def _shrink(line: Any) -> None:
    """Let an empty paragraph take hardly any room."""
    form = line.paragraph_format
    form.line_spacing, form.space_before, form.space_after = Pt(1), Pt(0), Pt(0)


def _write_caption(sheet: Sheet, part: Grid | Picture) -> None:
    """Write label and number, which Word counts anew, and what is shown."""
    line = sheet.document.add_paragraph(style="Caption")
    label = _label(part, sheet.language)
    number = sheet.numbers[part.key].removeprefix(label).strip()
    with bookmark(line, _caption_mark(part.key), sheet.next_mark()):
        line.add_run(label if sheet.language == "zh" else f"{label} ")
        add_field(line, f"SEQ {label.replace(' ', '_')} \\* ARABIC", number)
    line.add_run(f"{'　' if sheet.language == 'zh' else '. '}{part.caption}")
    line.paragraph_format.keep_with_next = isinstance(part, Grid)


def _caption_mark(key: str) -> str:
    return f"cap_{key}"


def _write_picture(sheet: Sheet, part: Picture) -> None:
    """Write a picture as wide as the text, its caption below it on the same page."""
    line = sheet.document.add_paragraph(style="Seatplan Note")
    line.alignment = WD_ALIGN_PARAGRAPH.CENTER
    line.paragraph_format.keep_with_next = True
    line.paragraph_format.space_before = Pt(8)
    shape = line.add_run().add_picture(io.BytesIO(part.image), width=Mm(sheet.wide))
    tallest = Mm(TALLEST[sheet.wide])
    if shape.height > tallest:
        shape.width, shape.height = int(shape.width * tallest / shape.height), tallest
    sheet.pictures += 1
    shape._inline.docPr.set("descr", part.alt)
    shape._inline.docPr.set("name", f"picture {sheet.pictures}")
    _write_caption(sheet, part)


def _turn(sheet: Sheet, part: Turn) -> None:
    """Begin a section whose pages stand or lie."""
    section = sheet.document.add_section(WD_SECTION.NEW_PAGE)
    _shrink(sheet.document.paragraphs[-1])
    sheet.wide = (WHOLE if part.narrow else ACROSS) if part.landscape else UPRIGHT
    set_page(section, sheet.language, landscape=part.landscape, narrow=part.narrow)


def _pack(document: Any, *, own: bool) -> bytes:
    """Return the file, its parts with one date, without the pictures of python-docx's template."""
    package = document.part.package
    for key, relation in list(package.rels.items()):
        if relation.reltype.endswith("/thumbnail"):
            del package.rels[key]
    if own:
        fonts = next(
            part for part in package.iter_parts() if part.partname == "/word/fontTable.xml"
        )
        fonts._blob = list_fonts()
    loose, packed = io.BytesIO(), io.BytesIO()
    document.save(loose)
    with zipfile.ZipFile(loose) as source, zipfile.ZipFile(packed, "w") as target:
        for name in _order(source.namelist()):
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, source.read(name))
    return packed.getvalue()


def _order(names: Sequence[str]) -> Iterator[str]:
    """Put the list of content types first, as the format wants it."""
    yield from sorted(names, key=lambda name: (name != "[Content_Types].xml", name))
