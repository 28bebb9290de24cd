"""Schools of several sites: the campuses of one school, each with its place and its grades."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from seatplan.district.columns import Contract, read_word, text
from seatplan.district.district import District, no_campuses
from seatplan.district.draft import Draft
from seatplan.district.finding import Finding
from seatplan.district.grade_names import grade_rank
from seatplan.district.rows import Rows
from seatplan.district.standards import Standards
from seatplan.files import suggest

SCHOOLS = "schools.geojson"
CAMPUSES = "campuses"  # of a draft: the features of schools.geojson that are further sites
OF_SITE = ("name", "name_en", "unit", "township", "setting", "provenance")  # may differ by site


def campus_contract() -> Contract:
    """Return the columns of a further site: the school is described by its first feature."""
    free = {name: text(optional=True, required=False) for name in ("campus", "campus_grades")}
    return Contract((), {"id": text(), "name": text(optional=True, required=False), **free})


def split_campuses(rows: Rows) -> tuple[Rows, Rows, list[str]]:
    """Part the features of schools from those that are a further site of one.

    A feature with the id of an earlier one, at another place, is a further site where all that it
    says of the school is empty or what the earlier one says; else it is told.

    Returns
    -------
    The schools, the further sites, and what is told.
    """
    first: dict[str, int] = {}
    further, faults = [], []
    numbers = rows.cells.index.to_list()
    for at, (number, cell) in enumerate(rows.cells.get("id", pd.Series(dtype=object)).items()):
        name = read_word(cell) if cell is not None else None
        if name is None or first.setdefault(name, at) == at or _same_place(rows, first[name], at):
            continue
        further.append(at)
        if other := _find_other(rows, first[name], at):
            earlier = rows.place(numbers[first[name]])
            faults.append(
                rows.say(
                    f"{rows.place(number)}: id {name} stands in {earlier} already; want it once, "
                    f"or for a second campus its counts empty or as there ({other})"
                )
            )
    further_rows = np.isin(np.arange(len(rows.cells)), further)
    return _take(rows, ~further_rows), _take(rows, further_rows), faults


def _same_place(rows: Rows, one: int, other: int) -> bool:
    """Say whether two features have the same shape, or one has none."""
    shapes = rows.shapes[one], rows.shapes[other]
    return any(shape is None for shape in shapes) or bool(shapes[0] == shapes[1])


def _find_other(rows: Rows, one: int, other: int) -> str:
    """Return the first property that a further site says otherwise, "" where it says none."""
    for name in rows.cells:
        there, here = rows.cells[name].iloc[one], rows.cells[name].iloc[other]
        if name in (*OF_SITE, "id", "campus", "campus_grades") or here is None or here == there:
            continue
        return f"{name}: {here}, not {'empty' if there is None else there}"
    return ""


def _take(rows: Rows, kept: Any) -> Rows:
    """Return some features, under their own numbers."""
    shapes = [shape for shape, own in zip(rows.shapes, kept, strict=True) if own]
    return Rows(rows.name, rows.cells[kept], shapes, rows.crs, rows.told)


def check_campuses(draft: Draft) -> Iterator[str]:
    """Hold that a site's grades are known and that some site teaches each grade on roll."""
    schools, rows = draft.tables[SCHOOLS], draft.rows[SCHOOLS]
    sites = _list_sites(draft)
    several = set(draft.ids(CAMPUSES)) if draft.has(CAMPUSES) else set()
    words = [*(stage.code for stage in draft.standards.stages), *draft.standards.grades]
    unknown = set()
    for number, site in sites.dropna(subset="campus_grades").iterrows():
        own = rows if number in schools.index else draft.rows[CAMPUSES]
        if site.id not in several:
            want = "want it empty: it parts the grades of a school among several campuses"
            yield own.fault(number, "campus_grades", want)
        for word in list_words(str(site.campus_grades), draft.standards):
            if word not in words:
                unknown.add(site.id)
                hint = suggest(word, words)
                yield own.fault(number, "campus_grades", f"{word} is no grade or stage{hint}")
    for number, school in schools[schools.id.isin(list(several))].iterrows():
        taught = sites.campus_grades[sites.id == school.id]
        grades = {grade for text in taught.dropna() for grade in list_grades(text, draft.standards)}
        told = taught.notna().all() and school.id not in unknown
        for grade in draft.standards.grades if told else []:
            if school[f"roll_{grade}"] > 0 and grade not in grades:
                want = f"want {grade} at a campus: it has {school[f'roll_{grade}']:.0f} pupils"
                yield rows.fault(number, "campus_grades", want)


def list_words(text: str, standards: Standards) -> list[str]:
    """Return the codes of grades and stages in a text; what is no code stays as it is.

    They stand apart by spaces or commas; 1-3 and g1-g3 are the grades from one to the other.

    >>> from seatplan.examples import toy_standards
    >>> list_words("1-3, g5、junior", toy_standards())
    ['g1', 'g2', 'g3', 'g5', 'junior']
    """
    grades = standards.grades
    place = {grade_rank(code): at for at, code in reversed(list(enumerate(grades)))}
    found: list[str] = []
    for word in re.split(r"[\s,，、;；]+", text.strip()):
        first, *last = [
            grades.index(end) if end in grades else place.get(grade_rank(end), -1)
            for end in re.split("[-–—~～至]", word)
        ]
        span = grades[first : last[0] + 1] if len(last) == 1 and first >= 0 else []
        found += span or [word]
    return found


def list_grades(words: str, standards: Standards) -> list[str]:
    """Return the grades that codes of grades and stages stand for, in the order of schooling."""
    said = set(list_words(words, standards))
    return [
        grade.code
        for stage in standards.stages
        for grade in stage.grades
        if {grade.code, stage.code} & said
    ]


def doubt_campuses(draft: Draft) -> Iterator[Finding]:
    """Yield schools that stand at several points, where no site is named or has grades."""
    if not draft.has(CAMPUSES):
        return
    places = _list_sites(draft).join(draft_shapes(draft))
    for school, sites in places.groupby("id"):
        if len(sites) < 2 or sites[["campus", "campus_grades"]].notna().any(axis=None):
            continue
        apart = float(shapely.distance(sites.geometry.iloc[0], sites.geometry.to_numpy()).max())
        sentence = (
            f"{SCHOOLS}: {school} stands at {len(sites)} points, up to {apart:,.0f} m apart: taken "
            "as one school of as many campuses, its pupils counted once; name them in campus"
        )
        yield Finding("school at several points", "doubtful", sentence, apart)


def draft_shapes(draft: Draft) -> gpd.GeoSeries:
    """Return the points of schools and of their further sites, by the number of the feature."""
    parts = [draft.shapes[name] for name in (SCHOOLS, CAMPUSES) if name in draft.shapes]
    return gpd.GeoSeries(pd.concat(parts), crs=parts[0].crs, name="geometry")


def _list_sites(draft: Draft) -> pd.DataFrame:
    """Return id, name, campus and campus_grades of every school and further site."""
    columns = ["id", "name", "campus", "campus_grades"]
    parts = [draft.tables[name][columns] for name in (SCHOOLS, CAMPUSES) if draft.has(name)]
    return pd.concat(parts)


def read_campuses(draft: Draft, crs: str) -> gpd.GeoDataFrame:
    """Return every site of the schools that have several, as `District.campuses`.

    In the order of schools; of a school in that of its features.
    """
    if not draft.has(CAMPUSES):
        return no_campuses().set_crs(crs)
    sites = _list_sites(draft).join(draft_shapes(draft))
    rank = {school: at for at, school in enumerate(draft.tables[SCHOOLS].id)}
    sites = sites[sites.id.isin(draft.tables[CAMPUSES].id)]
    sites = sites.iloc[np.argsort(sites.id.map(rank).to_numpy(), kind="stable")]
    grades = [
        " ".join(list_grades(words, draft.standards)) if isinstance(words, str) else ""
        for words in sites.campus_grades
    ]
    table = {
        "school": sites.id.to_numpy(),
        "name": sites.campus.where(sites.campus.notna(), sites.name).fillna("").to_numpy(),
        "grades": grades,
    }
    words = pd.DataFrame(table, dtype="str")
    return gpd.GeoDataFrame(words, geometry=sites.geometry.to_numpy(), crs=crs)


def find_campuses(district: District, grades: Collection[str]) -> gpd.GeoDataFrame:
    """Return the sites beside the first of schools that teach some of these grades there."""
    sites = district.campuses
    further = sites[sites.school.duplicated()]
    taught = [not words or bool(set(words.split()) & set(grades)) for words in further.grades]
    return gpd.GeoDataFrame(further[np.array(taught, dtype=bool)])
