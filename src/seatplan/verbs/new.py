"""new: a district from a sheet of schools and one of pupils by area."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from seatplan.verbs.console import sentences


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
    year: Annotated[int, typer.Option(help="Base year, that of the pupils.")] = 2025,
    name: Annotated[str, typer.Option(help="Name of the district.")] = "",
    coordinates: Annotated[
        Literal["WGS-84", "CGCS2000", "GCJ-02", "BD-09"] | None,
        typer.Option(help="What the degrees of a sheet are, where neither heading nor place says."),
    ] = None,
    sample: Annotated[
        bool, typer.Option("--sample", help="Copy out the sample district, to look at and change.")
    ] = False,
) -> None:
    """Make a district of a sheet of schools and one of pupils by area.

    Columns are found by their Chinese or English names. What was taken for what, and what was
    assumed for want of a table, is said line by line and kept in assumptions.csv. The folder is
    one that check, evaluate and map take. With --sample the folder gets the sample district
    (data, scenarios) and the small examples instead.
    """
    from seatplan.errors import InputError
    from seatplan.intake.folder import Wanted, make_district
    from seatplan.sample import copy_sample

    with sentences():
        if sample:
            for part in copy_sample(folder):
                typer.echo(str(part))
            return
        if schools is None:
            raise InputError("new: no schools; want --schools FILE, or --sample")
        named = name or folder.resolve().name
        wanted = Wanted(schools, pupils, outline, roads, standards, year, named, coordinates)
        for sentence in make_district(wanted, folder):
            typer.echo(sentence)
        typer.echo(str(folder))
