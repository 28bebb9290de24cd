"""Rows of one school at several places: the campuses of that school."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

import geopandas as gpd
import pandas as pd

from seatplan.district.defaults import say_assumed
from seatplan.district.standards import Standards
from seatplan.intake.schools import Schools, Told
from seatplan.intake.sources import Source
from seatplan.intake.words import read_own_span

OF_SITE = ("lon", "lat", "village", "township", "setting", "grades")  # may differ by campus


@dataclass(frozen=True)
class Sites:
    """Further rows of schools that stand in a row above.

    Parameters
    ----------
    rows
        Row of a further campus -> row of its school.
    cells
        What the sheet says in those rows.
    grades
        The heading of grades, "" where there is none.
    """

    rows: dict[int, int]
    cells: pd.DataFrame
    grades: str


def part_sites(source: Source) -> tuple[Source, Sites]:
    """Part a sheet into its schools and the rows that are a further campus of one.

    A row with the name of an earlier one, at another place, is a campus where all else that it
    says is empty or what the earlier one says; its grades may be fewer. Other rows stay schools.
    """
    names = source.cells[source.columns["name"]].map(lambda cell: str(cell).strip())
    first: dict[str, int] = {}
    rows: dict[int, int] = {}
    for row, name in zip(source.cells.index.tolist(), names, strict=True):
        school = first.setdefault(name, row)
        if school != row and _is_site(source, school, row):
            rows[row] = school
    kept = ~source.cells.index.isin(list(rows))
    shapes = None if source.shapes is None else source.shapes[kept]
    schools = replace(source, cells=source.cells[kept], shapes=shapes)
    return schools, Sites(rows, source.cells.loc[list(rows)], source.columns.get("grades", ""))


def _is_site(source: Source, school: int, row: int) -> bool:
    """Say whether a row says nothing of a school that its row does not say, but another place."""
    own, other = (source.cells.loc[at].to_dict() for at in (school, row))
    apart = {source.columns[key] for key in OF_SITE if key in source.columns}
    place = [source.columns[key] for key in OF_SITE[:3] if key in source.columns]
    if source.shapes is not None:
        moved = bool(source.shapes[school] != source.shapes[row])
    else:
        said = [heading for heading in place if other[heading] is not None]
        moved = any(own[heading] != other[heading] for heading in said)
    rest = [heading for heading in source.cells if heading not in apart]
    return moved and all(other[each] is None or other[each] == own[each] for each in rest)


def tell_sites(sites: Sites, source: Source) -> list[Told]:
    """Say which schools stand at several places."""
    if not sites.rows:
        return []
    counts = Counter(sites.rows.values())
    names = source.cells[source.columns["name"]].to_dict()
    spelled = [f"{str(names[row]).strip()} ({1 + count})" for row, count in counts.items()]
    return [("schools.geojson", say_assumed("campuses", schools=", ".join(spelled)))]


def lay_sites(
    sites: Sites, source: Source, schools: Schools, places: gpd.GeoSeries, standards: Standards
) -> gpd.GeoDataFrame:
    """Return a row for each further campus: school, campus, campus_grades, its point.

    Parameters
    ----------
    source
        The sheet without those rows.
    places
        Where every row of the sheet lies.
    """
    ids = dict(zip(source.cells.index, schools.table.index, strict=True))
    found, counts = [], dict.fromkeys(ids, 1)
    cells = sites.cells[sites.grades].to_dict() if sites.grades else {}
    for row, school in sites.rows.items():
        counts[school] += 1
        cell = cells.get(row)
        own = read_own_span(cell, standards) if cell is not None else None
        fewer = own is not None and own != schools.teaches[str(ids[school])]
        found.append((ids[school], str(counts[school]), " ".join(own or ()) if fewer else None))
    table = pd.DataFrame(found, columns=["school", "campus", "campus_grades"])
    return gpd.GeoDataFrame(table, geometry=places.loc[list(sites.rows)].to_numpy(), crs=places.crs)
