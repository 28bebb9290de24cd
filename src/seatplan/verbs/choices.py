"""options: a committee's table of options -> a scenario file for each."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from seatplan.errors import InputError
from seatplan.verbs.console import read_inputs, sentences, tell
from seatplan.verbs.options import Datum, Folder


def options(
    folder: Folder,
    table: Annotated[
        Path, typer.Argument(help="A row an area, a column an option, the school in the cell.")
    ],
    new_schools: Annotated[
        Path | None,
        typer.Option(help="Schools that options may open; none: the workbook's second sheet."),
    ] = None,
    stage: Annotated[
        str | None, typer.Option(help="Stage of schooling; the first with catchments without it.")
    ] = None,
    year: Annotated[
        int | None, typer.Option(help="Year from which they hold; the first after the base year.")
    ] = None,
    coordinates: Datum = None,
    out: Annotated[Path, typer.Option(help="Folder for the scenario files.")] = Path("options"),
) -> None:
    """Make a scenario file of each option of a committee's table.

    Areas are called by the id of a block, or the id or name of a unit or township; schools by id
    or name. An empty cell leaves an area where it is. A second sheet, or --new-schools, lists
    schools that open in the options that send an area to them (name, place, grades, rooms).
    """
    from seatplan.files import suggest
    from seatplan.scenarios.options import Asked, list_moved, read_options
    from seatplan.scenarios.scenario import write_scenario

    with sentences():
        district, standards = read_inputs(folder)
        codes = [each.code for each in standards.stages]
        if stage is not None and stage not in codes:
            raise InputError(f"--stage {stage}: no such stage{suggest(stage, codes)}")
        asked = Asked(
            table,
            new_schools,
            stage or standards.main_stage,
            district.base_year + 1 if year is None else year,
            coordinates,
        )
        scenarios = read_options(asked, district, standards)
        if not scenarios:
            raise InputError(f"{table.name}: no option names a school; want some")
        head = f"Made of {table.name} by seatplan options."
        for scenario in scenarios:
            path = out / f"{scenario.name}.toml"
            write_scenario(scenario, path, comments=[head])
            steps = scenario.interventions
            moved = {block for step in steps for block in list_moved(step)}
            opened = sum(step.kind == "new_school" for step in steps)
            tell(f"{path}: blocks that move {len(moved)}, schools that open {opened}")
        tell(f"seatplan compare {folder} {out}/*.toml")
