"""Map sheets as files: PDF for print, PNG, SVG with text as text, pictures of the draft.

The same figures give the same bytes: no date, no name of a program, fixed ids.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont
from matplotlib import rc_context
from matplotlib.backends.backend_pdf import PdfPages
from matplotlib.figure import Figure
from PIL import Image

from seatplan.errors import InputError
from seatplan.files import suggest, write_beside, write_text
from seatplan.report.brief import Brief
from seatplan.report.parts import Picture
from seatplan.report.sheets.forms import PAPERS, Paper
from seatplan.report.sheets.series import draw_series
from seatplan.report.sheets.subjects import Subject
from seatplan.views.typeface import FONT_FILE, read_typeface

FORMS = ("pdf", "png", "svg")
DPI = 300
IN_DRAFT = 150  # dots an inch of the sheets in the draft, where they stand at three quarters
COLOURS = 192  # of a picture in the draft
# Fonts are embedded glyph by glyph (an OpenType font put in whole is read by some with a warning),
# text stays text in both, ids come from a fixed salt.
SAVED = {"pdf.fonttype": 3, "svg.fonttype": "none", "svg.hashsalt": "seatplan"}
MARK = "seatplan"  # what our files bear, so that a later run may replace them
NO_DATES = {"Creator": MARK, "Producer": None, "CreationDate": None}
# Where the embedded font is not read, the first of these that is installed stands in for it.
FALLBACKS = (
    "Noto Sans SC", "Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei", "PingFang SC",
    "SimHei", "sans-serif",
)  # fmt: skip


def check_forms(forms: Sequence[str]) -> list[str]:
    """Return the forms of file that are asked for, each once; InputError for one not known."""
    wrong = [form for form in forms if form not in FORMS]
    if wrong:
        raise InputError([f"no sheet is written as {form}{suggest(form, FORMS)}" for form in wrong])
    return list(dict.fromkeys(forms))


def name_atlas(paper: Paper) -> str:
    """Return the name of the file that holds all sheets, a page each."""
    return f"map-sheets-{paper.name.lower()}.pdf"


def write_sheets(
    brief: Brief,
    folder: str | Path,
    *,
    paper: Paper = PAPERS["A4"],
    forms: Sequence[str] = ("pdf",),
    imprint: bool = False,
) -> list[Path]:
    """Write the map sheets of a plan; return the files.

    Parameters
    ----------
    folder
        Where they go.
    paper
        A4 or A3, on its side.
    forms
        "pdf" (one file with a page for each sheet), "png" (300 dots an inch) and "svg" (one file
        for each sheet).
    imprint
        Whether each has a line for map number and signatures.

    Raises
    ------
    InputError
        A form is not known; nothing is written then.
    """
    place, asked = Path(folder), check_forms(forms)
    files: list[Path] = []
    with ExitStack() as stack:
        pages = None
        if "pdf" in asked:
            files.append(place / name_atlas(paper))
            pages = stack.enter_context(_open_atlas(stack.enter_context(write_beside(files[0]))))
        series = draw_series(brief, paper, imprint=imprint)
        for at, (subject, figure) in enumerate(series, 1):
            if pages is not None:
                pages.savefig(figure)  # type: ignore[no-untyped-call]
            for form in asked:
                if form != "pdf":
                    files.append(place / f"{at:02d}-{subject.key}.{form}")
                    _write_one(files[-1], figure, form)
    return files


def print_sheets(
    brief: Brief, atlas: Path | None = None, *, paper: Paper = PAPERS["A4"], imprint: bool = False
) -> list[Picture]:
    """Return the map sheets as pictures of a document; write them as pages of `atlas` as well."""
    pictures = []
    with ExitStack() as stack:
        pages = stack.enter_context(_open_atlas(atlas)) if atlas is not None else None
        for subject, figure in draw_series(brief, paper, imprint=imprint):
            if pages is not None:
                pages.savefig(figure)  # type: ignore[no-untyped-call]
            pictures.append(_picture(brief, subject, figure, paper))
    return pictures


def _picture(brief: Brief, subject: Subject, figure: Figure, paper: Paper) -> Picture:
    alt = brief.say("plate.alt", title=subject.title, told=subject.told)
    dpi = IN_DRAFT * PAPERS["A4"].width / paper.width
    image = paint_png(figure, dpi, colours=COLOURS)
    return Picture(f"sheet_{subject.key}", subject.caption, image, alt, annex=True)


@contextmanager
def _open_atlas(path: Path) -> Iterator[PdfPages]:
    """Open a PDF; its fonts are written when it is closed, so the settings hold until then."""
    with rc_context(SAVED), PdfPages(path, metadata=dict(NO_DATES)) as pages:  # type: ignore[arg-type]
        yield pages


def _write_one(path: Path, figure: Figure, form: str) -> None:
    if form == "svg":
        write_text(path, paint_svg(figure))
        return
    with write_beside(path) as draft:
        draft.write_bytes(paint_png(figure, DPI))


def paint_png(figure: Figure, dpi: float, *, colours: int | None = None) -> bytes:
    """Return a figure as PNG; with so many colours at most, which takes a third of the bytes."""
    held = io.BytesIO()
    figure.savefig(held, format="png", dpi=dpi, metadata={"Software": MARK})
    if colours is None:
        return held.getvalue()
    whole, packed = Image.open(held).convert("RGB"), io.BytesIO()
    whole.quantize(colours, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(
        packed, "png", dpi=(dpi, dpi)
    )
    return packed.getvalue()


def paint_svg(figure: Figure) -> str:
    """Return a figure as SVG whose text is text, with the part of the font that it needs."""
    held = io.StringIO()
    with rc_context(SAVED):  # type: ignore[arg-type]
        figure.savefig(held, format="svg", metadata={"Date": None, "Creator": MARK})
    drawn, (family, _) = held.getvalue(), read_typeface()
    others = ", ".join(f"'{name}'" if " " in name else name for name in FALLBACKS)
    drawn = drawn.replace(f"'{family}'", f"'{family}', {others}")
    face = (
        f'<style type="text/css">@font-face{{font-family:"{family}";src:url({_embed(drawn)})}}'
        "</style>"
    )
    head, mark, rest = drawn.partition("<defs>")
    return f"{head}{mark}\n  {face}{rest}"


def _embed(drawn: str) -> str:
    """Return the part of the font that writes the signs of a drawing, as a data URI."""
    with TTFont(FONT_FILE, recalcTimestamp=False) as font:
        options = subset.Options(notdef_outline=True, layout_features=[], hinting=False)
        cutter = subset.Subsetter(options)
        cutter.populate(text="".join(sorted(set(drawn))))
        cutter.subset(font)
        font.flavor = "woff"
        held = io.BytesIO()
        font.save(held)
    return f"data:font/woff;base64,{base64.b64encode(held.getvalue()).decode()}"
