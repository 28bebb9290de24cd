"""new: a district from a sheet of schools and one of pupils by area."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from seatplan.errors import InputError
from seatplan.verbs.console import sentences, tell
from seatplan.verbs.options import Attend, Datum, Spoken

DOUBTFUL = "doubtful: "  # before a sentence of make_district on what check doubts


def new(
    folder: Annotated[Path, typer.Argument(help="The folder to make.")],
    schools: Annotated[
        Path | None, typer.Option(help="Schools: xlsx, csv, gpkg, shp or geojson.")
    ] = None,
    pupils: Annotated[
        Path | None,
        typer.Option(help="Pupils or residents by area, in the same forms; none: only rolls."),
    ] = None,
    outline: Annotated[Path | None, typer.Option(help="A layer: the district's outline.")] = None,
    roads: Annotated[
        Path | None, typer.Option(help="A layer of roads; none: straight line x 1.3.")
    ] = None,
    standards: Annotated[
        Path | None, typer.Option(help="Stages and limits (TOML); none: those in force in China.")
    ] = None,
    grades: Annotated[
        str | None,
        typer.Option(help="Stages of another grade system: K-5,6-8,9-12 or 6-3-3."),
    ] = None,
    class_size: Annotated[
        float | None, typer.Option(help="Pupils per class of that system, which seats count with.")
    ] = None,
    travel: Annotated[
        Path | None, typer.Option(help="Ways: area, school, metres or minutes; none: measured.")
    ] = None,
    attend: Annotated[Path | None, Attend] = None,
    year: Annotated[
        int | None, typer.Option(help="Base year, that of the pupils; 2025 where none is given.")
    ] = None,
    name: Annotated[str, typer.Option(help="Name of the district.")] = "",
    code: Annotated[
        str | None, typer.Option(help="Code of the district, six digits; sweep sums by it.")
    ] = None,
    coordinates: Datum = None,
    language: Spoken = None,
    again: Annotated[
        bool, typer.Option("--again", help="Make the district anew from the sheets in FOLDER.")
    ] = False,
    sample: Annotated[
        bool, typer.Option("--sample", help="Copy out the sample district, to look at and change.")
    ] = False,
) -> None:
    """Make a district of a sheet of schools and one of pupils by area.

    Without sheets, FOLDER gets two blank ones and a page (new.toml); filled in, the same command
    reads them. Columns are found by their Chinese or English names. What was taken for what, what
    weighs most of what was assumed for want of a table, and what check finds doubtful is said line
    by line; all that was assumed is kept in assumptions.csv. The folder is one that check,
    evaluate and map take. With --sample it gets the sample district (data, scenarios) and the
    small examples instead.
    """
    from seatplan.intake.folder import Wanted, make_district
    from seatplan.intake.page import PAGE, write_page
    from seatplan.sample import copy_sample

    asked = pupils, outline, roads, standards, coordinates, grades, class_size, travel, attend
    base, named = year or 2025, name or folder.resolve().name
    with sentences(language=language):
        if sample:
            made = copy_sample(folder)
        elif schools is not None:
            wanted = Wanted(
                schools=schools,
                pupils=pupils,
                outline=outline,
                roads=roads,
                standards=standards,
                year=base,
                name=named,
                datum=coordinates,
                system=grades,
                class_size=class_size,
                travel=travel,
                attend=attend,
                code=code or "new",
            )
            _tell(make_district(wanted, folder), language)
            made = [folder]
        elif (folder / PAGE).is_file():
            _refuse_options(*asked, year, name, code)
            made = _make_from_page(folder, again=again, language=language)
        else:
            _refuse_options(*asked, code)
            made = write_page(folder, named, base, language or "zh")
        _tell(map(str, made), language)


def _tell(sentences: Iterable[str], language: str | None) -> None:
    """Say what was taken for what, the few assumptions that weigh, and then what is doubtful."""
    from seatplan.verbs.speech import BOTH, choose_language, shorten_assumed
    from seatplan.views.catalogue import say
    from seatplan.views.doubts import say_finding

    spoken, told = choose_language(language), list(sentences)
    assumed = [line for line in told if BOTH in line]
    doubts = [line for line in told if line.startswith(DOUBTFUL) and line not in assumed]
    for line in (line for line in told if line not in {*assumed, *doubts}):
        tell(say_finding(line, spoken))
    for line in shorten_assumed(assumed, spoken):
        tell(line)
    for line in doubts:
        tell(
            say(
                "console.doubtful",
                spoken,
                sentence=say_finding(line.removeprefix(DOUBTFUL), spoken),
            )
        )


def _refuse_options(*given: object) -> None:
    """Refuse options that the page of a folder says, or that need a sheet of schools."""
    if any(given):
        raise InputError(
            "new: options beside FOLDER alone; want --schools FILE with them, or say them in "
            "new.toml"
        )


def _make_from_page(folder: Path, *, again: bool, language: str | None) -> list[Path]:
    """Make the district of a filled-in page beside it."""
    from seatplan.files import guard_files
    from seatplan.intake.folder import make_district
    from seatplan.intake.page import read_page

    if (folder / "district.toml").exists() and not again:
        raise InputError(
            f"{folder}: holds a district already; want --again to make it anew from its sheets "
            "(files of the district changed by hand are replaced)"
        )
    with guard_files(force=again):
        _tell(make_district(read_page(folder), folder, beside=True), language)
    return [folder]
