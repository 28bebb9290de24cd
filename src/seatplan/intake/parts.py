"""Schools that stand in several rows, one for each stage or grade, joined to one."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import pandas as pd

from seatplan.district.defaults import say_assumed
from seatplan.errors import InputError
from seatplan.intake.schools import Schools, Told
from seatplan.intake.sources import Source


def find_parts(schools: Schools, places: gpd.GeoSeries, source: Source) -> dict[str, str]:
    """Return the rows that go on with a school of an earlier row -> that school.

    They bear its name, lie where it lies and teach other grades.

    Parameters
    ----------
    places
        Where each row lies, index `school`.
    source
        The sheet, of one row each.

    Raises
    ------
    InputError
        Two rows of a school say the same grades.
    """
    found: dict[str, str] = {}
    heads: dict[tuple[str, str], str] = {}
    taught: dict[str, set[str]] = {}
    problems = []
    rows = zip(source.cells.index, schools.teaches.items(), schools.table.name, strict=True)
    for row, (school, grades), name in rows:
        head = heads.setdefault((str(name), places[school].wkt), school)
        if head != school:
            found[school] = head
        if twice := taught.setdefault(head, set()).intersection(grades):
            what = f"{name} stands there twice with {min(twice)}, at one place"
            problems.append(f"{source.name}: row {row}: {what}; want it once")
        taught[head].update(grades)
    if problems:
        raise InputError(problems)
    return found


def join_parts(
    schools: Schools, parts: dict[str, str], *counts: pd.DataFrame
) -> tuple[Schools, list[pd.DataFrame], list[Told]]:
    """Join rows to schools: grades together, counts (`school` x grade or stage) added up.

    Returns
    -------
    The schools, the counts, and what is told.
    """
    if not parts:
        return schools, list(counts), []
    heads = [parts.get(str(school), str(school)) for school in schools.table.index]
    order = list(schools.rolls)
    teaches: dict[str, list[str]] = {}
    for (_, grades), head in zip(schools.teaches.items(), heads, strict=True):
        teaches[head] = sorted({*teaches.get(head, []), *grades}, key=order.index)

    def add_up(table: pd.DataFrame) -> pd.DataFrame:
        return table.groupby(heads, sort=False).sum(min_count=1).rename_axis("school")

    joined = replace(
        schools,
        table=schools.table.loc[list(teaches)],
        teaches=teaches,
        rolls=add_up(schools.rolls),
        classes=add_up(schools.classes),
    )
    names = "、".join(dict.fromkeys(schools.table.name[list(parts.values())]))
    told = [("schools.geojson", say_assumed("joined_rows", schools=names))]
    return joined, [add_up(table) for table in counts], told
