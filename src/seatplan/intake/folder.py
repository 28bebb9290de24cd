"""A sheet of schools and one of pupils -> an ordinary folder of a district."""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import pandas as pd

from seatplan.district.attend import spell_counts
from seatplan.district.coordinates import Datum
from seatplan.district.defaults import say_assumed
from seatplan.district.finding import group_findings
from seatplan.district.reading import check_district
from seatplan.district.standards import Standards
from seatplan.district.tables import AGES, ASSUMPTIONS, ATTEND, BIRTHS, RESIDENTS, TRAVEL
from seatplan.district.writing import spell_standards
from seatplan.errors import InputError
from seatplan.files import write_beside, write_text
from seatplan.intake.areas import Areas, lay_areas, surround_schools
from seatplan.intake.cohorts import name_cohorts
from seatplan.intake.entrants import spell_births
from seatplan.intake.filling import fill_rolls
from seatplan.intake.headings import TITLED
from seatplan.intake.parts import find_parts, join_parts
from seatplan.intake.pupils import Known, count_pupils, name_grades
from seatplan.intake.roads import spell_roads
from seatplan.intake.rooms import count_classes, count_rooms
from seatplan.intake.rules import keep_taught, read_rules, tell_rules
from seatplan.intake.schools import Schools, Told, read_schools
from seatplan.intake.sites import lay_sites, part_sites, tell_sites
from seatplan.intake.sources import Source, read_source
from seatplan.intake.standing import find_places, stand_schools
from seatplan.intake.tables import (
    FILE_CRS,
    list_zones,
    spell_layers,
    spell_residents,
    spell_told,
)
from seatplan.intake.ways import spell_travel
from seatplan.intake.words import (
    find_grade,
    find_spans,
    read_age,
    read_born,
    read_stage_count,
    read_year,
)
from seatplan.intake.zoning import draw_by_rolls, draw_by_seats, read_catchments, tell_zones
from seatplan.literal import spell_table

YEAR = re.compile(r"(?<!\d)20\d\d(?!\d)")  # in the heading of a count
FEW = 3  # areas among which one that counts nobody is worth a doubt
AHEAD = 10  # years of the forecast where none are asked for


@dataclass(frozen=True)
class Wanted:
    """What a new district is made from.

    Parameters
    ----------
    schools
        Workbook, CSV or layer of schools.
    pupils
        Of pupils or residents by area; None: only the rolls of the schools.
    outline, roads
        Layers; None: none.
    standards
        Stages and limits; None: those in force in China.
    year
        Base year.
    name
        Name of the district.
    datum
        What degrees of sheets are; None: found out.
    system, class_size
        Grades of each stage ("K-5,6-8,9-12") and pupils per class, in place of `standards`.
    travel
        A sheet of ways between areas and schools; None: none.
    attend
        A list of where pupils live and attend; None: none.
    code
        Code of the district, best its six digits.
    """

    schools: Path
    pupils: Path | None
    outline: Path | None
    roads: Path | None
    standards: Path | None
    year: int
    name: str
    datum: Datum | None
    system: str | None = None
    class_size: float | None = None
    travel: Path | None = None
    attend: Path | None = None
    code: str = "new"


def make_district(wanted: Wanted, folder: Path, *, beside: bool = False) -> list[str]:
    """Write the folder of a district; return what was taken for what and is doubtful, in sentences.

    Parameters
    ----------
    beside
        Write beside what the folder holds; without it, the folder is a new one.

    Raises
    ------
    InputError
        The folder holds something, or a file says too little; nothing is written then.
    """
    if not beside and folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InputError(f"{folder}: holds files already; want a new folder")
    texts, told = _spell_district(wanted)
    with tempfile.TemporaryDirectory() as room:
        draft = Path(room) / "district"
        for name, text in texts.items():
            write_text(draft / name, text)
        looked = check_district(draft)
        if looked.problems:
            raise InputError(looked.problems)
        doubts = (finding for finding in looked.findings if finding.level == "doubtful")
        told += [f"doubtful: {line}" for line in group_findings(doubts)]
        if folder.exists():
            for name, text in texts.items():
                write_text(folder / name, text)
        else:
            with write_beside(folder) as whole:
                shutil.copytree(draft, whole)
    return told


@dataclass(frozen=True)
class _Layout:
    """What the sheets of a new district come to, and what was taken for what.

    `zones`: catchments, those that the areas name, else drawn; none: pupils go to the nearest.
    """

    areas: Areas
    schools: Schools
    points: gpd.GeoSeries
    classes: pd.DataFrame
    rooms: pd.DataFrame
    campuses: gpd.GeoDataFrame
    zones: pd.DataFrame
    assumed: list[Told]
    told: list[str]


def _lay_out(wanted: Wanted, standards: Standards) -> _Layout:
    """Read the sheets: where schools and areas lie, who lives there, who attends which school."""
    whole = name_cohorts(read_source(wanted.schools, "school"), standards, wanted.year)
    source, sites = part_sites(whole)
    schools = read_schools(source, standards)
    told = _tell_columns(whole, standards, wanted.year)
    people = read_source(wanted.pupils, "area") if wanted.pupils else None
    if people is not None:
        people = name_cohorts(people, standards, wanted.year)
        told += _tell_columns(people, standards, wanted.year)
    places, homes, assumed = find_places(whole, people, wanted.datum)
    points = stand_schools(places, source, schools)
    areas = _lay_ground(wanted, schools, points, people, homes, standards)
    told += _doubt_empty(areas, people)
    campuses = lay_sites(sites, source, schools, places, standards)
    assumed += tell_sites(sites, source)
    rolled = homes is not None and bool(schools.rolls.notna().any(axis=None))
    zones = read_catchments(areas, schools, standards)
    if not len(zones) and homes is not None and not rolled:
        zones = draw_by_seats(areas, schools, points, standards, wanted.year)
    schools, more = fill_rolls(schools, points, areas, standards, zones)
    classes, formed = count_classes(schools, standards, wanted.year)
    rooms, rest = count_rooms(schools, classes, standards, wanted.year)
    parts = find_parts(schools, points, source)
    schools, (classes, rooms), joined = join_parts(schools, parts, classes, rooms)
    assumed += [*areas.told, *schools.told, *more, *formed, *rest, *joined]
    points = points[schools.table.index]
    if not len(zones) and rolled:
        zones = draw_by_rolls(areas, schools, points, standards)
    assumed += tell_zones(zones, standards, areas, rolled=rolled)
    return _Layout(areas, schools, points, classes, rooms, campuses, zones, assumed, told)


def _spell_district(wanted: Wanted) -> tuple[dict[str, str], list[str]]:
    """Return file name -> text of a district, and what was taken for what."""
    standards = read_rules(wanted.standards, wanted.system, wanted.class_size)
    layout = _lay_out(wanted, standards)
    areas, schools, points = layout.areas, layout.schools, layout.points
    assumed, told = layout.assumed, layout.told
    catchments = layout.zones
    assumed += tell_rules(wanted.standards, wanted.system, wanted.class_size)
    if len(areas.births):
        assumed.append((BIRTHS, say_assumed("births_from_entrants")))
    rules = keep_taught(standards, schools, zoned=set(catchments.stage))
    counts = layout.rooms, layout.classes
    texts = {
        "district.toml": _spell_settings(wanted, str(points.crs)),
        "standards.toml": spell_standards(rules),
        "zones.csv": list_zones(areas, wanted.name),
        RESIDENTS: spell_residents(areas),
        **spell_layers(areas, schools, rules, points, *counts, layout.campuses),
        ASSUMPTIONS: spell_told(assumed),
    }
    if len(areas.births):
        texts[BIRTHS] = spell_births(areas.births, wanted.year, wanted.year + AHEAD)
    if len(catchments):
        texts["catchments.csv"] = spell_table(catchments, index=False)
    more, lost = _spell_given(wanted, areas, schools, rules, str(points.crs))
    told += lost
    told += [f"{table}: {words.zh} · {words.en}" for table, words in dict.fromkeys(assumed)]
    return texts | more, told


def _spell_given(
    wanted: Wanted, areas: Areas, schools: Schools, rules: Standards, crs: str
) -> tuple[dict[str, str], list[str]]:
    """Return the optional files that are given as text, and what was left out of them."""
    texts: dict[str, str] = {}
    told: list[str] = []
    if wanted.travel:
        texts[TRAVEL] = spell_travel(wanted.travel, areas, schools)
    if wanted.attend:
        names = dict(zip(areas.table.name, areas.table.index.astype(str), strict=True))
        taught = dict(zip(schools.table.name, schools.table.index.astype(str), strict=True))
        counts, told = count_pupils(wanted.attend, Known(names, taught, name_grades(rules)))
        texts[ATTEND] = spell_table(spell_counts(counts), index=False)
    if wanted.roads:
        texts["roads.geojson"] = spell_roads(wanted.roads, crs)
    return texts, told


def _tell_columns(source: Source, standards: Standards, year: int) -> list[str]:
    """Say which column was taken for what, and which are not read at all."""
    taken = ", ".join(f"{heading} = {meaning}" for meaning, heading in source.columns.items())
    told = [f"{source.name}: {len(source.cells)} rows; {taken}", *source.told]
    years = [("the title", line.partition(TITLED)[2]) for line in source.told if TITLED in line]
    counted = (source.columns[key] for key in ("pupils", "classes") if key in source.columns)
    years += [(heading, found[0]) for heading in counted if (found := YEAR.search(heading))]
    told += [
        f"doubtful: {source.name}: {what} is of {said}, the base year {year}; want --year {said}"
        for what, said in years
        if said != str(year)
    ]
    known, grades = set(source.columns.values()), standards.grades
    spare = [
        heading
        for heading in map(str, source.cells)
        if heading not in known
        and not any(read(heading) for read in (read_age, read_year, read_born))
        and not any(find_grade(heading, grades, what) for what in ("pupils", "classes"))
        and not read_stage_count(heading, standards)
    ]
    if vague := [heading for heading in spare if find_spans(heading)]:
        want = "they do not say what they count; want 小学生数 or 小学班数"
        told.append(f"doubtful: {source.name}: columns {', '.join(vague)} are not read: {want}")
        spare = [heading for heading in spare if heading not in vague]
    return told + ([f"{source.name}: not read: {', '.join(spare)}"] if spare else [])


def _doubt_empty(areas: Areas, people: Source | None) -> list[str]:
    """Doubt areas of a sheet that count nobody, where most others count somebody."""
    nobody = areas.table["name"][areas.residents[list(AGES)].sum(axis=1) == 0]
    if people is None or not 0 < len(nobody) <= max(1, len(areas.table) / FEW):
        return []
    named = ", ".join(nobody[:8])
    want = "want its children, or the row left out"
    return [f"doubtful: {people.name}: nobody is counted in {named}; {want}"]


def _lay_ground(
    wanted: Wanted,
    schools: Schools,
    points: gpd.GeoSeries,
    people: Source | None,
    homes: gpd.GeoSeries | None,
    standards: Standards,
) -> Areas:
    """Return the areas of a sheet, else those around the schools (`points`, metres)."""
    outline = None
    if wanted.outline:
        outline = gpd.read_file(wanted.outline).to_crs(points.crs).geometry.union_all()
    if people is None or homes is None:
        if schools.rolls.isna().all(axis=None):
            raise InputError(
                f"{wanted.schools.name}: no pupils; want 在校生, or --pupils with areas"
            )
        return surround_schools(points, schools.table, schools.rolls, outline, standards)
    taught = [g for g in standards.grades if any(g in own for own in schools.teaches.values())]
    homes = homes.to_crs(points.crs)
    return lay_areas(people, homes, outline, standards, taught, wanted.year, points)


def _spell_settings(wanted: Wanted, crs: str) -> str:
    name = json.dumps(wanted.name, ensure_ascii=False)
    return (
        f"code = {json.dumps(wanted.code, ensure_ascii=False)}\n"
        f"name = {{zh = {name}, en = {name}}}\n"
        f"base_year = {wanted.year}\nhorizon = {wanted.year + AHEAD}\n"
        f'crs = "{crs}"\nfile_crs = "{FILE_CRS}"\n'
    )
