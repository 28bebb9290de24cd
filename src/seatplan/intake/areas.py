"""Areas and who lives there: from a sheet of villages, or around the schools alone."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

import geopandas as gpd
import numpy as np
import pandas as pd

from seatplan.district.cells import draw_cells
from seatplan.district.order import find_nearest_place
from seatplan.district.stages import Label
from seatplan.district.standards import Standards
from seatplan.district.tables import AGES
from seatplan.errors import InputError
from seatplan.intake.entrants import age_entrants, find_entry_age
from seatplan.intake.sources import Source, read_numbers
from seatplan.intake.words import (
    find_grade,
    read_age,
    read_born,
    read_grade,
    read_stage_count,
    read_year,
)

Told = tuple[str, Label]


@dataclass(frozen=True)
class Areas:
    """Areas of a district.

    Parameters
    ----------
    table
        Index `block`: name, township, setting, school (the catchment named, "" where none).
    shapes
        Polygons in metres, index `block`.
    residents
        Columns 0 to 19, index `block`; and `total`.
    told
        What was assumed.
    births
        Of the district by year, where entrants of later years say so; else empty.
    """

    table: pd.DataFrame
    shapes: gpd.GeoSeries
    residents: pd.DataFrame
    told: list[Told]
    births: pd.Series[float] = field(default_factory=lambda: pd.Series(dtype=float))


def lay_areas(
    source: Source,
    places: gpd.GeoSeries,
    outline: object,
    standards: Standards,
    taught: list[str],
    year: int,
    schools: gpd.GeoSeries | None = None,
) -> Areas:
    """Return the areas of a sheet or layer with their residents by age.

    Parameters
    ----------
    places
        Where the rows lie, metres.
    outline
        Polygon that the cells around points fill, metres; None for their hull.
    taught
        Grades that the district's schools teach.
    year
        The base year.
    schools
        Where schools stand, metres: the hull holds those that lie near it.
    """
    source, places = _spread_grades(source, places, standards)
    names = source.cells[source.columns["name"]].map(lambda cell: str(cell).strip())
    if names.duplicated().any():
        twice = ", ".join(dict.fromkeys(names[names.duplicated()]))
        raise InputError(f"{source.name}: {twice} stand there twice; want every area once")
    ids = pd.Index([f"V{at:04d}" for at in range(1, len(names) + 1)], name="block")
    told: list[Told] = []
    shapes = gpd.GeoSeries(places.to_numpy(), index=ids, crs=places.crs)
    if (shapes.geom_type == "Point").all():
        shapes, words = draw_cells(shapes, outline, schools)
        told.append(("population/blocks.geojson", words))
    elif not shapes.geom_type.isin(["Polygon", "MultiPolygon"]).all():
        raise InputError(f"{source.name}: points and polygons mixed; want one or the other")
    table = pd.DataFrame({"name": names.to_numpy()}, index=ids)
    for key in ("township", "setting", "school"):
        column = source.get(key)
        filled = [] if column is None else ["" if cell is None else str(cell) for cell in column]
        table[key] = filled or ""
    entrants = _read_years(source)
    residents, more = _count_residents(source, standards, taught, entrants, year)
    births = pd.Series(dtype=float)
    if residents is None:
        age = find_entry_age(standards, taught)
        residents, births = age_entrants(entrants, year, age)
        residents["total"] = residents.sum(axis=1)
        more = [_say("residents", "entrants_by_year")]
    if "total" in source.columns:
        residents["total"] = np.maximum(_fill(source, source.columns["total"]), residents.total)
    else:
        more = [*more, _say("residents", "total")]
    return Areas(table, shapes, residents.set_axis(ids), [*told, *more], births)


def _spread_grades(
    source: Source, places: gpd.GeoSeries, standards: Standards
) -> tuple[Source, gpd.GeoSeries]:
    """Return a sheet with a row for each area and grade as one row an area, a column a grade."""
    names = source.cells[source.columns["name"]].map(lambda cell: str(cell).strip())
    if not {"grade", "pupils"} <= set(source.columns) or not names.duplicated().any():
        return source, places
    column, counted = source.columns["grade"], source.columns["pupils"]
    codes = source.cells[column].map(lambda cell: read_grade(cell, standards.grades))
    problems = [
        f"{source.name}: row {row}, column {column}: {source.cells[column][row]}; want a grade"
        for row in codes.index[codes.isna()]
    ]
    twice = names.index[pd.DataFrame({"name": names, "grade": codes}).duplicated()]
    problems += [
        f"{source.name}: row {row}: {names[row]}, {codes[row]} stand there twice; want them once"
        for row in twice
    ]
    counts, faults = read_numbers(source, counted)
    if problems := [*problems, *faults]:
        raise InputError(problems)
    wide = counts.groupby([names, codes], sort=False).sum().unstack()
    first = names[~names.duplicated()]
    cells = source.cells.loc[first.index].drop(columns=[column, counted])
    cells[wide.columns] = wide.loc[first].to_numpy()
    columns = {key: own for key, own in source.columns.items() if key not in ("grade", "pupils")}
    shapes = None if source.shapes is None else source.shapes[first.index]
    return replace(source, cells=cells, columns=columns, shapes=shapes), places[first.index]


def _read_years(source: Source) -> pd.DataFrame:
    """Return entrants by year, columns int; none where no column is a year."""
    years = {str(column): year for column in source.cells if (year := read_year(column))}
    return pd.DataFrame({year: _fill(source, column) for column, year in years.items()})


def _count_residents(
    source: Source, standards: Standards, taught: list[str], entrants: pd.DataFrame, year: int
) -> tuple[pd.DataFrame | None, list[Told]]:
    """Return residents by age: from ages or bands, pupils by grade, or pupils in all.

    Children by year of birth are as old as that was years before `year`. None where only entrants
    by year are known.
    """
    ages = {str(c): span for c in source.cells if (span := read_age(c)) and span[0] <= AGES[-1]}
    born = {str(c): b for c in source.cells if (b := read_born(c)) and year - b in AGES}
    ages |= {column: (year - b, year - b) for column, b in born.items()}
    grades = {str(c): g for c in source.cells if (g := find_grade(c, standards.grades))}
    _refuse_twice(source, ages, grades)
    if ages:
        return _spread_bands(source, ages)
    if grades:
        by_grade = pd.DataFrame({grade: _fill(source, column) for column, grade in grades.items()})
        return _age_pupils(by_grade, standards, "pupils_by_grade")
    if len(entrants.columns):
        return None, []
    stages = {str(c): own for c in source.cells if (own := read_stage_count(c, standards))}
    if stages:
        even = pd.DataFrame(
            {
                grade: _fill(source, column) / len(own)
                for column, own in stages.items()
                for grade in own
            }
        )
        return _age_pupils(even, standards, "pupils_by_stage")
    if "pupils" in source.columns:
        whole = _fill(source, source.columns["pupils"])
        even = pd.DataFrame({grade: whole / len(taught) for grade in taught})
        return _age_pupils(even, standards, "pupils_in_all")
    raise InputError(
        f"{source.name}: columns are {', '.join(map(str, source.cells))}; want residents by age "
        "(0岁, 0-4), pupils by grade (一年级, g1), entrants by year (2026) or pupils in all "
        "(在校生)"
    )


def _refuse_twice(source: Source, ages: dict[str, tuple[int, int]], grades: dict[str, str]) -> None:
    """Refuse two columns that count the same children: the same age, or the same grade."""
    counted: dict[object, str] = {}
    problems = []
    parts = [(column, range(first, last + 1)) for column, (first, last) in ages.items()]
    for column, keys in [*parts, *((column, [grade]) for column, grade in grades.items())]:
        twice = next((counted[key] for key in keys if key in counted), None)
        if twice is not None:
            want = "want each child in one of them"
            problems.append(f"{source.name}: {twice} and {column} count the same children; {want}")
        counted |= {key: column for key in keys if key not in counted}
    if problems:
        raise InputError(problems)


def _fill(source: Source, column: str) -> pd.Series[float]:
    """Return a column as numbers, 0 where empty; InputError with every cell that is none."""
    numbers, problems = read_numbers(source, column)
    if problems:
        raise InputError(problems)
    return numbers.fillna(0.0)


def _spread_bands(
    source: Source, ages: dict[str, tuple[int, int]]
) -> tuple[pd.DataFrame, list[Told]]:
    """Spread bands of age evenly over their years."""
    people = pd.DataFrame(0.0, index=source.cells.index, columns=list(AGES))
    for column, (first, last) in ages.items():
        each = _fill(source, column) / (last - first + 1)
        for age in range(first, min(last, AGES[-1]) + 1):
            people[age] += each
    youngest, oldest = min(first for first, _ in ages.values()), max(map(max, ages.values()))
    for age in AGES:
        if not youngest <= age <= oldest:
            people[age] = people[youngest if age < youngest else oldest]
    people["total"] = people.sum(axis=1)
    banded = any(first < last for first, last in ages.values())
    told = [_say("residents", "bands")] if banded else []
    beyond = youngest > AGES[0] or oldest < AGES[-1]
    return people, [*told, *([_say("residents", "ages_beyond")] if beyond else [])]


def _age_pupils(
    by_grade: pd.DataFrame, standards: Standards, code: str
) -> tuple[pd.DataFrame, list[Told]]:
    """Turn pupils of a grade into residents of its age; younger ages as the lowest."""
    people = pd.DataFrame(0.0, index=by_grade.index, columns=list(AGES))
    age_of = {g.code: (g.age_from, g.age_to) for s in standards.stages for g in s.grades}
    for grade in by_grade:
        first, last = age_of[str(grade)]
        for age in range(first, last + 1):
            people[age] += by_grade[grade] / (last - first + 1)
    youngest = min(age_of[str(grade)][0] for grade in by_grade)
    oldest = max(age_of[str(grade)][1] for grade in by_grade)
    for age in AGES:
        if not youngest <= age <= oldest:
            people[age] = people[youngest if age < youngest else oldest]
    people["total"] = people.sum(axis=1)
    return people, [_say("residents", code), _say("residents", "entrants")]


def _say(table: str, code: str) -> Told:
    from seatplan.district.defaults import say_assumed

    return f"population/{table}.csv", say_assumed(code)


def surround_schools(
    points: gpd.GeoSeries,
    table: pd.DataFrame,
    rolls: pd.DataFrame,
    outline: object,
    standards: Standards,
) -> Areas:
    """Return an area around each school; rolls spread evenly over the areas nearest to a school.

    Parameters
    ----------
    points
        Schools in metres, index `school`.
    table
        Schools: name, township, setting.
    rolls
        Pupils, `school` x grade, NaN where not taught.
    """
    apart = ~points.duplicated()
    ids = pd.Index(
        [re.sub(r"^S", "V", str(school)) for school in points.index[apart]], name="block"
    )
    homes = gpd.GeoSeries(points[apart].to_numpy(), index=ids, crs=points.crs)
    shapes, words = draw_cells(homes, outline)
    areas = table.loc[points.index[apart], ["name", "township", "setting"]].set_axis(ids)
    taught = list(rolls.columns[rolls.notna().any()])
    people = pd.DataFrame(0.0, index=ids, columns=taught)
    for stage in standards.stages:
        codes = [grade.code for grade in stage.grades if grade.code in taught]
        teaches = rolls[codes].notna().any(axis=1)
        if not codes:
            continue
        near = find_nearest(homes, points[teaches.to_numpy()])
        for school, own in near.groupby(near):
            people.loc[own.index, codes] += rolls.loc[school, codes].fillna(0).to_numpy() / len(own)
    residents, told = _age_pupils(people, standards, "rolls_only")
    told.append(_say("residents", "total"))
    told = [("population/blocks.geojson", words), *told]
    return Areas(areas.assign(school=""), shapes, residents, told)


def find_nearest(homes: gpd.GeoSeries, schools: gpd.GeoSeries) -> pd.Series[str]:
    """Return the nearest school of each home by air; of equals the westernmost."""
    nearest = find_nearest_place(homes, schools)
    return pd.Series(schools.index.to_numpy()[nearest], index=homes.index)
