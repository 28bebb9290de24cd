"""What the tables of a district must say of each other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from seatplan.district.draft import Draft, find_strangers
from seatplan.district.rows import Rows
from seatplan.district.school_rows import check_schools
from seatplan.district.tables import AGES, BIRTHS, BLOCKS, HOUSING, RATIOS, RESIDENTS, TAKE_UP
from seatplan.files import suggest

ROUNDING = 1e-6  # residents by which a sum of fractions may pass their total


def find_contradictions(draft: Draft) -> list[str]:
    """Return a sentence for each thing that one table says and another does not bear out."""
    return [
        sentence
        for files, relation in RELATIONS
        if draft.has(*files)
        for sentence in relation(draft)
    ]


def _zone_ids(draft: Draft, kind: str) -> list[str]:
    zones = draft.tables["zones.csv"]
    return list(zones.id[zones.kind == kind].dropna())


def check_zones(draft: Draft) -> Iterator[str]:
    """Hold that a unit has a township for a parent, and a position both its numbers."""
    rows, zones = draft.rows["zones.csv"], draft.tables["zones.csv"]
    townships = _zone_ids(draft, "township")
    units = zones[zones.kind == "unit"]
    for number, parent in units.parent.items():
        if parent not in townships:
            yield rows.fault(number, "parent", f"no such township{suggest(str(parent), townships)}")
    for number in zones.index[zones.lon.isna() != zones.lat.isna()]:
        column = "lon" if pd.isna(zones.lon[number]) else "lat"
        yield rows.fault(number, column, "want both lon and lat, or neither")


def check_places(draft: Draft, name: str) -> Iterator[str]:
    """Hold that units and townships named exist and lie in each other."""
    rows, table, zones = draft.rows[name], draft.tables[name], draft.tables["zones.csv"]
    yield from find_strangers(draft, name, "unit", _zone_ids(draft, "unit"), "unit in zones.csv")
    townships = _zone_ids(draft, "township")
    yield from find_strangers(draft, name, "township", townships, "township in zones.csv")
    parents = zones.dropna(subset="id").drop_duplicates("id").set_index("id").parent
    parent = table.unit.map(parents)
    known = parent.isin(townships) & table.township.isin(townships)
    for number in table.index[known & (parent != table.township)]:
        want = f"want {parent[number]}, the township of unit {table.unit[number]}"
        yield rows.fault(number, "township", want)


def check_residents(draft: Draft) -> Iterator[str]:
    """Hold that every block has its residents, in total no fewer than in the ages counted."""
    rows, table = draft.rows[RESIDENTS], draft.tables[RESIDENTS]
    yield from find_strangers(draft, RESIDENTS, "block", draft.ids(BLOCKS), "block")
    for block in _without(draft.ids(BLOCKS), draft.ids(RESIDENTS, "block")):
        yield rows.say(f"block {block} has no row; want one row for every block")
    counted = table[[f"age_{age}" for age in AGES]].sum(axis=1)
    if len(table) and not counted.any():
        want = f"want the residents of each year of age in age_0 to age_{AGES[-1]}"
        yield rows.say(f"nobody is aged {AGES[0]} to {AGES[-1]}; {want}")
    for number in table.index[table.total < counted - ROUNDING]:
        want = f"want {counted[number]:.10g} or more, the sum of age_0 to age_{AGES[-1]}"
        yield rows.fault(number, "total", want)


def _without(wanted: Iterable[str], found: Iterable[str]) -> list[str]:
    """Return what is wanted and not found, in order."""
    there = set(found)
    return [item for item in wanted if item not in there]


def check_births(draft: Draft) -> Iterator[str]:
    """Hold that births stand for every year after the base year to the horizon, without a gap."""
    years = set(draft.tables[BIRTHS].year.dropna().astype(int))
    first = min([*years, draft.base_year + 1])
    for year in sorted(set(range(first, max([*years, draft.horizon]) + 1)) - years):
        want = f"want every year from {first} to {draft.horizon}"
        yield draft.rows[BIRTHS].say(f"column year: {year} is missing; {want}")


def check_ratios(draft: Draft) -> Iterator[str]:
    """Hold that a ratio stands for every age."""
    ages = set(draft.tables[RATIOS].age.dropna().astype(int))
    for age in sorted(set(range(-1, AGES[-1])) - ages):
        want = f"want every age from -1 to {AGES[-1] - 1}"
        yield draft.rows[RATIOS].say(f"column age: {age} is missing; {want}")


def check_take_up(draft: Draft) -> Iterator[str]:
    """Hold that a rate stands for every stage."""
    stages = [stage.code for stage in draft.standards.stages]
    for stage in _without(stages, draft.ids(TAKE_UP, "stage")):
        yield draft.rows[TAKE_UP].say(f"stage {stage} has no row; want a rate for every stage")


def check_housing(draft: Draft) -> Iterator[str]:
    """Hold that planned dwellings stand in a block and come in the years forecast."""
    rows, table = draft.rows[HOUSING], draft.tables[HOUSING]
    yield from find_strangers(draft, HOUSING, "block", draft.ids(BLOCKS), "block")
    for number in table.index[table.year < draft.base_year]:
        want = f"want base_year {draft.base_year} or later: older dwellings are among the residents"
        yield rows.fault(number, "year", want)
    people = _count_people(draft) if draft.has(RESIDENTS) else {}
    for number, most in find_vanished(table, people).items():
        want = f"want {-most:.0f} or more: no more dwellings than people who live there"
        yield rows.fault(number, "dwellings", want)


def _count_people(draft: Draft) -> dict[str, float]:
    """Return the people of each block in the base year, where the table says how many."""
    table = draft.tables[RESIDENTS].dropna(subset=["block", "total"])
    return dict(zip(table.block, table.total, strict=True))


def find_vanished(housing: pd.DataFrame, people: Mapping[Any, float]) -> dict[Any, float]:
    """Find rows by which more dwellings have been taken down than people lived in their block.

    A dwelling is a home to one person at least. `people`: those of the base year by block; who
    moves into new dwellings up to the year of the row counts with them.

    Returns
    -------
    Row -> the most dwellings that can be taken down there.
    """
    known = housing[housing.block.isin(list(people))].dropna(subset=["dwellings", "year"])
    built = (known.dwellings * known.residents_per_dwelling).where(known.dwellings > 0, 0.0)
    gone = (-known.dwellings).clip(lower=0.0)
    found = {}
    for number in known.index[gone > 0]:
        row = known.loc[number]
        before = (known.block == row.block) & (known.year <= row.year)
        lived = people[row.block] + built[before].sum()
        earlier = gone[before & ((known.year < row.year) | (known.index < number))].sum()
        if earlier + gone[number] > lived:
            found[number] = max(np.floor(lived - earlier), 0.0)
    return found


def check_catchments(draft: Draft) -> Iterator[str]:
    """Hold that every block has a school for each stage with catchments, which teaches it."""
    name = "catchments.csv"
    rows, table, schools = draft.rows[name], draft.tables[name], draft.tables["schools.geojson"]
    yield from find_strangers(draft, name, "block", draft.ids(BLOCKS), "block")
    yield from find_strangers(draft, name, "school", draft.ids("schools.geojson"), "school")
    schools = schools.dropna(subset=["id", "kind"]).drop_duplicates("id").set_index("id")
    kinds, opened, closes = (schools[name].to_dict() for name in ("kind", "opened", "closes"))
    for number, stage, school in table[["stage", "school"]].itertuples(name=None):
        if school not in kinds or stage is None:
            continue
        kind = kinds[school]
        if stage not in draft.standards.kinds.get(kind, (stage,)):
            want = f"want a school that teaches {stage}; a {kind} does not"
            yield rows.fault(number, "school", want)
        elif opened[school] > draft.base_year:
            want = f"opens in {opened[school]:.0f}; want one that stands in {draft.base_year}"
            yield rows.fault(number, "school", want)
        elif closes[school] <= draft.base_year:
            want = f"closed since {closes[school]:.0f}; want one that stands in {draft.base_year}"
            yield rows.fault(number, "school", want)
    yield from _check_shares(rows, table)
    known = set(zip(table.block, table.stage, strict=True))
    for stage in draft.standards.stages:
        for block in draft.ids(BLOCKS) if stage.intake == "catchment" else []:
            if (block, stage.code) not in known:
                yield rows.say(f"block {block}, stage {stage.code} has no row; want its school")


SHARES_APART = 0.005  # shares of a block with two decimals may miss 1 by as much


def _check_shares(rows: Rows, table: pd.DataFrame) -> Iterator[str]:
    """Hold that the shares of a block's schools are all given, or none, and add up to 1."""
    groups = table.groupby(["block", "stage"])
    whole, given = groups.share.transform("sum"), groups.share.transform("count")
    schools = groups.school.transform("size")
    for number in table.index[(given > 0) & (given < schools) & table.share.isna()]:
        want = "want a share, as its other schools have one; or none for any"
        yield rows.fault(number, "share", want)
    wrong = (given == schools) & ((whole - 1.0).abs() > SHARES_APART)
    for number in table.index[wrong & ~table.duplicated(["block", "stage"])]:
        block, stage = table.block[number], table.stage[number]
        want = f"shares of block {block}, {stage} add up to {whole[number]:g}; want 1"
        yield rows.fault(number, "share", want)


def check_history(draft: Draft) -> Iterator[str]:
    """Hold that past rolls are of past years, of grades that the school teaches, and agree.

    Rows of the base year may stand there too, as in schools.geojson.
    """
    rows, table = draft.rows["rolls.csv"], draft.tables["rolls.csv"]
    for number in table.index[table.year > draft.base_year]:
        want = f"want a year up to base_year {draft.base_year}; `seatplan rebase` takes later ones"
        yield rows.fault(number, "year", want)
    schools = draft.tables["schools.geojson"].dropna(subset=["id", "kind"]).drop_duplicates("id")
    now = table[table.year == draft.base_year]
    rolls = schools.set_index("id").filter(regex="^roll_").fillna(0).stack()
    cells = pd.MultiIndex.from_arrays([now.school, "roll_" + now.grade])
    known = rolls.reindex(cells).to_numpy(float)
    for number, roll in zip(now.index, known, strict=True):
        if np.isfinite(roll) and now.pupils[number] != roll:
            want = f"want {roll:.0f}, as roll_{now.grade[number]} in schools.geojson"
            yield rows.fault(number, "pupils", want)
    taught = table.school.map(schools.set_index("id").kind).map(draft.standards.kinds)
    stage = table.grade.map(draft.standards.stage_of)
    for number, stages in zip(taught.index, taught, strict=True):
        if isinstance(stages, tuple) and stage.notna()[number] and stage[number] not in stages:
            want = f"want a grade that {table.school[number]} teaches ({', '.join(stages)})"
            yield rows.fault(number, "grade", want)


def check_sites(draft: Draft) -> Iterator[str]:
    """Hold that a site is for stages that exist."""
    stages = [stage.code for stage in draft.standards.stages]
    for number, words in draft.tables["sites.geojson"].stages.dropna().items():
        for word in _without(words.split(), stages):
            want = f"no such stage as {word}{suggest(word, stages)}"
            yield draft.rows["sites.geojson"].fault(number, "stages", want)


def check_block_places(draft: Draft) -> Iterator[str]:
    """Blocks name zones that exist."""
    yield from check_places(draft, BLOCKS)


def check_school_places(draft: Draft) -> Iterator[str]:
    """Schools name zones that exist."""
    yield from check_places(draft, "schools.geojson")


Relation = Callable[[Draft], Iterable[str]]
RELATIONS: list[tuple[tuple[str, ...], Relation]] = [
    (("zones.csv",), check_zones),
    (("zones.csv", BLOCKS), check_block_places),
    (("zones.csv", "schools.geojson"), check_school_places),
    ((RESIDENTS, BLOCKS), check_residents),
    ((BIRTHS,), check_births),
    ((RATIOS,), check_ratios),
    ((TAKE_UP,), check_take_up),
    ((HOUSING, BLOCKS), check_housing),
    (("schools.geojson",), check_schools),
    (("catchments.csv", "schools.geojson", BLOCKS), check_catchments),
    (("rolls.csv", "schools.geojson"), check_history),
    (("sites.geojson",), check_sites),
]
