"""Map sheets as files: PDF for print, PNG, SVG; and as pictures of the draft."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path

from matplotlib.figure import Figure

from seatplan.errors import InputError
from seatplan.files import suggest, write_beside, write_text
from seatplan.report.brief import Brief
from seatplan.report.parts import Picture
from seatplan.report.sheets.aside import begin_series
from seatplan.report.sheets.forms import PAPERS, Paper
from seatplan.report.sheets.painting import Series, open_atlas, paint_png, paint_series, paint_svg
from seatplan.report.sheets.series import plan_series

FORMS = ("pdf", "png", "svg")
DPI = 300


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
            pages = stack.enter_context(open_atlas(stack.enter_context(write_beside(files[0]))))
        series = plan_series(brief, paper, imprint=imprint)
        for at, (subject, figure) in enumerate(series.draw(), 1):
            if pages is not None:
                pages.savefig(figure)  # type: ignore[no-untyped-call]
            for form in asked:
                if form != "pdf":
                    files.append(place / f"{at:02d}-{subject.key}.{form}")
                    _write_one(files[-1], figure, form)
    return files


def print_sheets(brief: Brief) -> list[Picture]:
    """Return the map sheets, on A4, as pictures of a document."""
    series = plan_series(brief, PAPERS["A4"])
    series = replace(series, subjects=tuple(series.subjects))
    return _caption(brief, series, paint_series(series))


def begin_sheets(
    brief: Brief,
    atlas: Path,
    *,
    paper: Paper = PAPERS["A4"],
    imprint: bool = False,
    aside: Connection | None = None,
) -> Callable[[], list[Picture]]:
    """Begin to draw the map sheets; what is returned waits for them, as pictures of a document.

    Parameters
    ----------
    atlas
        Where they are written, a page each.
    aside
        The process that draws them (`open_aside`); None draws them when they are waited for.
    """
    series, wait = begin_series(aside, plan_series(brief, paper, imprint=imprint), atlas)
    return lambda: _caption(brief, series, wait())


def _caption(brief: Brief, series: Series, images: Sequence[bytes]) -> list[Picture]:
    """Return painted sheets as pictures of a document, with caption and description."""
    return [
        Picture(
            f"sheet_{subject.key}", subject.caption, image,
            brief.say("plate.alt", title=subject.title, told=subject.told), annex=True,
        )
        for subject, image in zip(series.subjects, images, strict=True)
    ]  # fmt: skip


def _write_one(path: Path, figure: Figure, form: str) -> None:
    if form == "svg":
        write_text(path, paint_svg(figure))
        return
    with write_beside(path) as draft:
        draft.write_bytes(paint_png(figure, DPI))
