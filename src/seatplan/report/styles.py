"""Page, type and numbering of a Chinese official document (GB/T 9704-2012), and of its English.

Page: A4; margins 37 mm above, 35 mm below, 28 mm left, 26 mm right, so that the text takes
156 x 225 mm: 22 lines of 28 characters. Title 小标宋 22 pt; headings 黑体, 楷体 and 仿宋; text 仿宋
16 pt; figures and Latin letters in Times New Roman. Numbers of headings: 一、（一）1.（1）.
"""

from __future__ import annotations

from typing import Any

from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor

LATIN = "Times New Roman"
# Name in the document -> names that a machine without it may have, the nearest first.
FALLBACKS = {
    "方正小标宋简体": ("FZXiaoBiaoSong-B05S", "华文中宋", "宋体", "SimSun"),
    "黑体": ("SimHei", "Noto Sans CJK SC"),
    "楷体": ("楷体_GB2312", "KaiTi", "STKaiti"),
    "仿宋": ("仿宋_GB2312", "FangSong", "STFangsong"),
    "宋体": ("SimSun", "Noto Serif CJK SC"),
}
NARROW = 12  # millimetres, of a page that holds a map sheet
MARGINS = {"top": 37, "bottom": 35, "left": 28, "right": 26}  # mm
# Twentieths of a point between the characters of the text, so that 28 stand in a line. A grid of
# characters would do the same in Word, but LibreOffice gives each character two of its cells.
CLOSER = -5
AFTER_SNAP = ("w:spacing", "w:ind", "w:contextualSpacing", "w:jc", "w:outlineLvl")
NUMBERING = 61  # of the list that numbers the headings
LEVELS = {
    "zh": [
        ("chineseCountingThousand", "%1、"),
        ("chineseCountingThousand", "（%2）"),
        ("decimal", "%3."),
    ],
    "en": [("decimal", "%1  "), ("decimal", "%1.%2  "), ("decimal", "%1.%2.%3  ")],
}
# Look -> font in Chinese, points in Chinese, points in English, bold.
LOOKS: dict[str, tuple[str, float, float, bool]] = {
    "Normal": ("仿宋", 16, 11, False),
    "Title": ("方正小标宋简体", 22, 20, False),
    "Subtitle": ("楷体", 16, 11, False),
    "Heading 1": ("黑体", 16, 15, False),
    "Heading 2": ("楷体", 16, 13, False),
    "Heading 3": ("仿宋", 16, 11, True),
    "Caption": ("黑体", 12, 10, False),
    "Seatplan Cell": ("仿宋", 10.5, 9, False),
    "Seatplan Head": ("黑体", 10.5, 9, False),
    "Seatplan Note": ("楷体", 10.5, 9, False),
    "Seatplan Draft": ("宋体", 10.5, 9, False),
    "Seatplan Contents 1": ("仿宋", 12, 10.5, False),
    "Seatplan Contents 2": ("仿宋", 12, 10.5, False),
}
BOLD = ("Heading 1", "Heading 2", "Heading 3", "Title", "Caption", "Seatplan Head")  # in English


def set_form(document: Any, language: str) -> None:
    """Give a new document the form: defaults, styles, numbering of headings, page."""
    _set_defaults(document, language)
    for name in LOOKS:
        set_style(document, name, language)
    add_numbering(document, language)
    for at in range(3):
        _number_style(document.styles[f"Heading {at + 1}"], at)
    set_page(document.sections[0], language)


def set_style(document: Any, name: str, language: str) -> None:
    """Set one style of `LOOKS`, and make it where the document has none."""
    styles = document.styles
    known = [style.name for style in styles]
    style = styles[name] if name in known else styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    face, chinese, english, bold = LOOKS[name]
    style.font.size = Pt(chinese if language == "zh" else english)
    style.font.bold = bold if language == "zh" else name in BOLD
    style.font.italic = False
    style.font.color.rgb = RGBColor(0, 0, 0)
    _set_face(style.element, face)
    _set_paragraphs(style, name, language)
    if name == "Normal" and language == "zh":
        close = parse_xml(f'<w:spacing {nsdecls("w")} w:val="{CLOSER}"/>')
        style.element.rPr.find(qn("w:sz")).addprevious(close)
    if name.startswith("Seatplan") or name == "Caption":
        leave = parse_xml(f'<w:snapToGrid {nsdecls("w")} w:val="0"/>')
        style.element.pPr.insert_element_before(leave, *AFTER_SNAP)


def _set_face(element: Any, face: str) -> None:
    """Name the fonts of a style for Latin and for Chinese; no theme has a say."""
    properties = element.get_or_add_rPr()
    fonts = properties.get_or_add_rFonts()
    for attribute in list(fonts.attrib):
        del fonts.attrib[attribute]
    for key in ("ascii", "hAnsi", "cs"):
        fonts.set(qn(f"w:{key}"), LATIN)
    fonts.set(qn("w:eastAsia"), face)


def _set_paragraphs(style: Any, name: str, language: str) -> None:
    """Set spacing, alignment and what stays together."""
    form, chinese = style.paragraph_format, language == "zh"
    borders = style.element.get_or_add_pPr().find(qn("w:pBdr"))
    if borders is not None:  # the rule below the default title
        style.element.pPr.remove(borders)
    form.space_before, form.space_after = Pt(0), Pt(0)
    form.widow_control = True
    form.line_spacing = Pt(28.95) if chinese else 1.25
    if name == "Normal":
        form.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY if chinese else WD_ALIGN_PARAGRAPH.LEFT
        form.space_after = Pt(0 if chinese else 6)
    if name.startswith("Heading") or name == "Caption":
        form.keep_with_next = True
    if name.startswith("Heading"):
        form.space_before = Pt(0 if chinese else 10)
        form.space_after = Pt(0 if chinese else 4)
        form.alignment = WD_ALIGN_PARAGRAPH.LEFT
    if name in ("Title", "Subtitle", "Caption"):
        form.alignment = WD_ALIGN_PARAGRAPH.CENTER
    if name == "Title":
        form.line_spacing = Pt(36)
        form.space_after = Pt(18)
    if name == "Caption":
        form.line_spacing = 1.2
        form.space_before, form.space_after = Pt(8), Pt(4)
    if name in ("Seatplan Cell", "Seatplan Head", "Seatplan Note", "Seatplan Draft"):
        form.line_spacing = 1.05
        form.alignment = WD_ALIGN_PARAGRAPH.LEFT
    if name == "Seatplan Note":
        form.space_before, form.space_after = Pt(3), Pt(10)
    if name.startswith("Seatplan Contents"):
        form.line_spacing = Pt(17) if chinese else 1.1  # the contents fit the first page
        form.left_indent = Pt(0 if name.endswith("1") else 20)
        form.tab_stops.add_tab_stop(Mm(155), 2, 1)  # right, with dots


def _set_defaults(document: Any, language: str) -> None:
    """Set the languages, by which Word chooses fonts and breaks lines."""
    defaults = document.styles.element.find(qn("w:docDefaults"))
    properties = defaults.find(qn("w:rPrDefault")).find(qn("w:rPr"))
    fonts = properties.find(qn("w:rFonts"))
    if fonts is not None:
        properties.remove(fonts)
    tongue = properties.find(qn("w:lang"))
    if tongue is not None:
        properties.remove(tongue)
    latin = "en-US" if language == "zh" else "en-GB"
    properties.insert(
        0,
        parse_xml(
            f'<w:rFonts {nsdecls("w")} w:ascii="{LATIN}" w:hAnsi="{LATIN}" w:cs="{LATIN}" '
            'w:eastAsia="仿宋"/>'
        ),
    )
    properties.append(
        parse_xml(f'<w:lang {nsdecls("w")} w:val="{latin}" w:eastAsia="zh-CN" w:bidi="ar-SA"/>')
    )


def add_numbering(document: Any, language: str) -> None:
    """Add the list that numbers headings: 一、（一）1. in Chinese, 1 1.1 1.1.1 in English."""
    levels = "".join(
        f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>'
        f'<w:pStyle w:val="Heading{at + 1}"/><w:suff w:val="nothing"/>'
        f'<w:lvlText w:val="{text}"/><w:lvlJc w:val="left"/>'
        '<w:pPr><w:ind w:left="0" w:firstLine="0"/></w:pPr></w:lvl>'
        for at, (form, text) in enumerate(LEVELS[language])
    )
    numbering = document.part.numbering_part.element
    numbering.insert(
        0,
        parse_xml(
            f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{NUMBERING}">'
            f'<w:multiLevelType w:val="multilevel"/>{levels}</w:abstractNum>'
        ),
    )
    numbering.append(
        parse_xml(
            f'<w:num {nsdecls("w")} w:numId="{NUMBERING}">'
            f'<w:abstractNumId w:val="{NUMBERING}"/></w:num>'
        )
    )


def number_paragraph(properties: Any, level: int) -> None:
    """Give a paragraph, or those of a style, the number of a heading; levels count from 0."""
    old = properties.find(qn("w:numPr"))
    if old is not None:
        properties.remove(old)
    number = properties.get_or_add_numPr()
    number.get_or_add_ilvl().val = level
    number.get_or_add_numId().val = NUMBERING


def _number_style(style: Any, level: int) -> None:
    number_paragraph(style.element.get_or_add_pPr(), level)


def set_page(section: Any, language: str, *, landscape: bool = False, narrow: bool = False) -> None:
    """Set A4 with the margins of GB/T 9704; on its side the margins turn with the page.

    `narrow`: margins of 12 mm all around, for map sheets.
    """
    long, wide = Mm(297), Mm(210)
    section.page_width, section.page_height = (long, wide) if landscape else (wide, long)
    section.orientation = 1 if landscape else 0
    sides = ("right", "left", "top", "bottom") if landscape else ("top", "bottom", "left", "right")
    for side, value in zip(("top", "bottom", "left", "right"), sides, strict=True):
        setattr(section, f"{side}_margin", Mm(NARROW if narrow else MARGINS[value]))
    section.header_distance = Mm(7 if narrow else 18)
    section.footer_distance = Mm(7 if narrow else 24)
    grid = section._sectPr.find(qn("w:docGrid"))
    if grid is not None:
        section._sectPr.remove(grid)
    if language == "zh" and not landscape:  # 22 lines; see CLOSER for the 28 characters
        section._sectPr.append(
            parse_xml(f'<w:docGrid {nsdecls("w")} w:type="lines" w:linePitch="579"/>')
        )


def list_fonts() -> bytes:
    """Return the part that names each font and what stands in for it."""
    rows = []
    for name, others in FALLBACKS.items():
        family = "script" if name in ("楷体", "仿宋") else "auto"
        rows.append(
            f'<w:font w:name="{name}"><w:altName w:val="{others[0]}"/>'
            f'<w:charset w:val="86"/><w:family w:val="{family}"/><w:pitch w:val="default"/>'
            "</w:font>"
        )
    rows.append(
        f'<w:font w:name="{LATIN}"><w:charset w:val="00"/><w:family w:val="roman"/>'
        '<w:pitch w:val="variable"/></w:font>'
    )
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        f"<w:fonts {nsdecls('w')}>{''.join(rows)}</w:fonts>"
    ).encode()
