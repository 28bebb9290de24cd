"""Map sheets painted: pages of a PDF, PNG, SVG whose text is text.

The same figures give the same bytes: no date, no name of a program, fixed ids.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont
from matplotlib import rc_context
from matplotlib.backends.backend_pdf import PdfPages
from matplotlib.figure import Figure
from PIL import Image

from seatplan.report.sheets.drawing import draw_sheet
from seatplan.report.sheets.forms import PAPERS, Layout
from seatplan.report.sheets.ground import Ground
from seatplan.report.sheets.subjects import Notes, Subject
from seatplan.views.typeface import FONT_FILE, read_typeface

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


@dataclass(frozen=True)
class Series:
    """The sheets of a plan as plain values: what all share, and what each shows.

    `subjects` may be found one by one, as they are drawn.
    """

    notes: Notes
    ground: Ground
    layout: Layout
    subjects: Iterable[Subject]

    def draw(self) -> Iterator[tuple[Subject, Figure]]:
        """Draw the sheets one after the other, each at its true size."""
        for subject in self.subjects:
            yield subject, draw_sheet(self.notes, self.ground, self.layout, subject)


def paint_series(series: Series, atlas: Path | None = None) -> list[bytes]:
    """Return the sheets as PNG for a document; write them as pages of `atlas` as well.

    Each is drawn once for both.
    """
    dpi = IN_DRAFT * PAPERS["A4"].width / series.layout.paper.width
    images = []
    with ExitStack() as stack:
        pages = stack.enter_context(open_atlas(atlas)) if atlas is not None else None
        for _, figure in series.draw():
            if pages is not None:
                pages.savefig(figure)  # type: ignore[no-untyped-call]
            images.append(paint_png(figure, dpi, colours=COLOURS))
    return images


@contextmanager
def open_atlas(path: Path) -> Iterator[PdfPages]:
    """Open a PDF; its fonts are written when it is closed, so the settings hold until then."""
    with rc_context(SAVED), PdfPages(path, metadata=dict(NO_DATES)) as pages:  # type: ignore[arg-type]
        yield pages


def paint_png(figure: Figure, dpi: float, *, colours: int | None = None) -> bytes:
    """Return a figure as PNG; with so many colours at most, which takes a third of the bytes."""
    held = io.BytesIO()
    if colours is None:
        figure.savefig(held, format="png", dpi=dpi, metadata={"Software": MARK})
        return held.getvalue()
    figure.savefig(held, format="rgba", dpi=dpi)
    wide, high = (int(inches * dpi) for inches in figure.get_size_inches())
    whole = Image.frombuffer("RGBA", (wide, high), held.getvalue(), "raw", "RGBA", 0, 1).convert(
        "RGB"
    )
    packed = io.BytesIO()
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
