"""A committee's options: a table of area x option -> school becomes scenarios."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from seatplan.district.coordinates import Datum
from seatplan.district.district import District
from seatplan.district.stages import Label
from seatplan.district.standards import Standards
from seatplan.district.timelines import select_in_force
from seatplan.errors import InputError, ScenarioError
from seatplan.files import suggest
from seatplan.intake.positions import read_positions
from seatplan.intake.rooms import count_rooms
from seatplan.intake.schools import read_schools
from seatplan.intake.sources import Source, count_sheets, read_numbers, read_source
from seatplan.intake.words import find_columns, is_counted
from seatplan.scenarios.areas import Rezone
from seatplan.scenarios.interventions import Intervention, NewSchool
from seatplan.scenarios.scenario import FORBIDDEN, Scenario


@dataclass(frozen=True)
class Asked:
    """How a table of options is meant.

    Parameters
    ----------
    table
        Workbook, CSV or layer: a row an area, a column an option; or a row for each area and
        option, with a column of each.
    new_schools
        Schools that the options may open, as a sheet of schools; None: the second sheet of a
        workbook where there is one.
    stage
        Whose catchments are meant where the table says none.
    year
        The year from which an option holds.
    datum
        What the degrees of new schools are; None: WGS-84 unless their heading says otherwise.
    """

    table: Path
    new_schools: Path | None
    stage: str
    year: int
    datum: Datum | None


def read_options(asked: Asked, district: District, standards: Standards) -> list[Scenario]:
    """Return a scenario for each option, in the order of the table.

    An empty cell leaves an area where it is today, and a column without any school is left out.
    A new school that an option names opens in it. Only blocks that change their school are rezoned.

    Raises
    ------
    InputError
        With a sentence for each cell that names nothing, and for each step that cannot be.
    """
    source = read_source(asked.table, "option")
    rows = _list_rows(source, asked.stage)
    new = _read_new_schools(asked, district, standards)
    problems = [
        f"{name}: is a school already; want a new name" for name in _find_known(new, district)
    ]
    homes, schools = _name_areas(district), _name_schools(district, new)
    for row in rows.itertuples():
        place = f"{source.name}: row {row.row}"
        if str(row.area) not in homes:
            problems.append(f"{place}: {row.area}: no such area{suggest(str(row.area), homes)}")
        if str(row.school) not in schools:
            want = suggest(str(row.school), schools)
            problems.append(f"{place}, {row.option}: {row.school}: no such school{want}")
        if row.stage not in {stage.code for stage in standards.stages}:
            known = [stage.code for stage in standards.stages]
            problems.append(f"{place}: {row.stage}: no such stage{suggest(str(row.stage), known)}")
    problems += [
        f"{source.name}: {stage.code} has no catchments that could be changed; want the catchment "
        f"of every area first (学区 in the sheet of areas, or catchments.csv and its intake)"
        for stage in standards.stages
        if stage.intake != "catchment" and (rows.stage == stage.code).any()
    ]
    if problems:
        raise InputError(dict.fromkeys(problems))
    held = select_in_force(district.catchments, asked.year)
    scenarios = []
    for option in _list_options(source, rows):
        moves = _list_moves(rows[rows.option == option], homes, schools, held)
        steps = _list_steps(moves, list(new.values()), asked.year, f"{source.name}: {option}")
        scenarios.append(Scenario(_spell_name(option), Label(option, option), tuple(steps)))
    return _check(scenarios, district, standards)


def _list_steps(
    moves: list[tuple[str, str, str]], new: list[NewSchool], year: int, words: str
) -> list[Intervention]:
    """Return the new schools that blocks go to, with these, then what passes to other schools."""
    grouped: dict[str, dict[str, list[str]]] = {}
    for stage, school, block in moves:
        grouped.setdefault(school, {}).setdefault(stage, []).append(block)
    steps: list[Intervention] = [
        NewSchool(**dict(school) | {"blocks": grouped.pop(school.school), "source": words})
        for school in new
        if school.school in grouped
    ]
    return steps + [
        Rezone(stage=stage, school=school, blocks=tuple(blocks), year=year, source=words)
        for school, stages in grouped.items()
        for stage, blocks in stages.items()
    ]


def list_moved(step: Intervention) -> list[str]:
    """Return the blocks that a step of an option sends to another school."""
    if isinstance(step, NewSchool):
        return [block for own in (step.blocks or {}).values() for block in own]
    return list(step.blocks or ()) if isinstance(step, Rezone) else []


def _list_rows(source: Source, stage: str) -> pd.DataFrame:
    """Return area, option, school and stage, a row each, with its row in the file."""
    names = source.cells[source.columns["name"]].map(lambda cell: str(cell).strip())
    stages = source.get("stage")
    spoken = [stage] * len(names) if stages is None else [str(s or stage).strip() for s in stages]
    base = pd.DataFrame({"row": source.cells.index, "area": names.to_numpy(), "stage": spoken})
    if {"option", "school"} <= set(source.columns):
        long = base.assign(
            option=source.cells[source.columns["option"]].to_numpy(),
            school=source.cells[source.columns["school"]].to_numpy(),
        )
    else:
        wide = [
            base.assign(option=column, school=source.cells[column].to_numpy())
            for column in _list_columns(source)
        ]
        long = pd.concat(wide, ignore_index=True)
    said = long[long.school.notna() & long.option.notna()]
    said = said.assign(
        **{key: said[key].map(lambda cell: str(cell).strip()) for key in ("option", "school")}
    )
    twice = said[said.duplicated(["area", "option", "stage"])]
    if len(twice):
        raise InputError(
            f"{source.name}: row {row.row}: {row.area} stands twice in {row.option}; want it once"
            for row in twice.itertuples()
        )
    return said


def _list_columns(source: Source) -> list[str]:
    """Return the columns that are options: all that are not known to be something else."""
    headings = [str(column) for column in source.cells]
    known = {*find_columns(headings, "area").values(), *source.columns.values()}
    options = [h for h in headings if h not in known and not is_counted(h) and not h.isdigit()]
    if not options:
        raise InputError(
            f"{source.name}: columns are {', '.join(headings)}; want a column for each option, "
            "or one of options (方案) and one of schools (学校)"
        )
    return options


def _list_options(source: Source, rows: pd.DataFrame) -> list[str]:
    """Return the options in the order of the table."""
    if {"option", "school"} <= set(source.columns):
        return [str(option) for option in dict.fromkeys(rows.option)]
    return _list_columns(source)


def _name_areas(district: District) -> dict[str, list[str]]:
    """Return what an area may be called -> its blocks: a block's id, a unit's or township's name.

    A name that two places of a kind share names neither; an id does.
    """
    blocks = district.blocks
    found: dict[str, list[str]] = {}
    for kind in ("township", "unit"):
        for zone, own in blocks.groupby(blocks[kind]).groups.items():
            found[str(zone)] = [str(block) for block in own]
        zones = district.zones[district.zones.kind == kind]
        single = zones[~zones.name.duplicated(keep=False)]
        for zone, name in single.name.items():
            if str(zone) in found:
                found[str(name)] = found[str(zone)]
    return found | {str(block): [str(block)] for block in blocks.index}


def _name_schools(district: District, new: dict[str, NewSchool]) -> dict[str, str]:
    """Return what a school may be called -> its id; a name that two share names neither."""
    single = district.schools.name[~district.schools.name.duplicated(keep=False)]
    return (
        {str(name): str(school) for school, name in single.items()}
        | {name: school.school for name, school in new.items()}
        | {str(school): str(school) for school in district.schools.index}
    )


def _find_known(new: dict[str, NewSchool], district: District) -> list[str]:
    return [name for name in new if name in set(district.schools.name)]


def _list_moves(
    chosen: pd.DataFrame, homes: dict[str, list[str]], schools: dict[str, str], held: pd.Series[str]
) -> list[tuple[str, str, str]]:
    """Return stage, school and block of each block that changes its school."""
    goes: dict[tuple[str, str], str] = {}
    # A township stands for all of its blocks, a unit or a block named beside it for itself.
    wider = chosen.assign(size=[-len(homes[area]) for area in chosen.area])
    for row in wider.sort_values("size", kind="stable").itertuples():
        for block in homes[str(row.area)]:
            goes[block, str(row.stage)] = schools[str(row.school)]
    now = held.to_dict()
    return [
        (stage, to, block) for (block, stage), to in goes.items() if now.get((block, stage)) != to
    ]


def _read_new_schools(
    asked: Asked, district: District, standards: Standards
) -> dict[str, NewSchool]:
    """Return name -> the school that an option opens by naming it."""
    path, sheet = asked.new_schools, 0
    if path is None and count_sheets(asked.table) > 1:
        path, sheet = asked.table, 1
    if path is None:
        return {}
    source = read_source(path, "school", sheet)
    schools = read_schools(source, standards)
    table = schools.table
    if (table.rooms.isna() & table.seats.isna()).any():
        names = ", ".join(table.name[table.rooms.isna() & table.seats.isna()])
        raise InputError(f"{source.name}: {names}: neither rooms nor seats; want 教室数 or 学位数")
    none = pd.DataFrame(np.nan, index=table.index, columns=standards.grades)
    rooms, _ = count_rooms(schools, none, standards, asked.year)
    years = _read_years(source, asked.year)
    places = _read_places(source, asked.datum, district, list(table.village))
    free = (f"N{n:02d}" for n in range(1, 10_000) if f"N{n:02d}" not in district.schools.index)
    return {
        str(name): NewSchool(
            school=next(free),
            name=str(name),
            at=place,
            year=year,
            classrooms={str(stage): int(n) for stage, n in own.items() if n > 0},
            source=source.name,
        )
        for name, own, place, year in zip(
            table.name, rooms.to_dict("records"), places, years, strict=True
        )
    }


def _read_years(source: Source, year: int) -> list[int]:
    if "opens" not in source.columns:
        return [year] * len(source.cells)
    numbers, faults = read_numbers(source, source.columns["opens"])
    if faults:
        raise InputError(faults)
    return [int(number) for number in numbers.fillna(year)]


def _read_places(
    source: Source, datum: Datum | None, district: District, villages: list[str]
) -> list[tuple[float, float]]:
    """Return longitude and latitude of each new school: its own, else the middle of its area."""
    places, _ = read_positions(source, datum, None)
    areas = _name_areas(district)
    found, problems = [], []
    for at, (row, village) in enumerate(zip(source.cells.index, villages, strict=True)):
        point = None if places is None else places.iloc[at]
        if point is None or point.is_empty or math.isnan(point.x):
            if village not in areas:
                want = "want 经度 and 纬度, or 村居 with an area"
                problems.append(f"{source.name}: row {row}: no place of the school; {want}")
                continue
            whole = district.blocks.loc[areas[village]].dissolve()
            point = whole.representative_point().to_crs(4326).iloc[0]
        found.append((round(point.x, 6), round(point.y, 6)))
    if problems:
        raise InputError(problems)
    return found


def _spell_name(option: str) -> str:
    """Return an option as the name of a scenario and its file.

    >>> _spell_name(" Option 3/A: north ")
    'Option-3-A-north'
    """
    plain = "".join(" " if sign in FORBIDDEN else sign for sign in option)
    return re.sub(r"\s+", "-", plain.strip(" .")) or "option"


def _check(scenarios: list[Scenario], district: District, standards: Standards) -> list[Scenario]:
    """Refuse options that share a name, and steps that cannot be followed."""
    names = [scenario.name for scenario in scenarios]
    twice = dict.fromkeys(name for name in names if names.count(name) > 1)
    problems = [f"option {name} stands there twice; want another name" for name in twice]
    for scenario in scenarios:
        try:
            scenario.apply(district)
            scenario.amend(standards)
        except ScenarioError as refusal:
            problems += refusal.problems
    if problems:
        raise InputError(problems)
    return scenarios
