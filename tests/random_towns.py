"""Random towns of six blocks and four schools, each drawn from its number.

The ground is that of the toy town (`seatplan.examples`); children by block and age, the places,
rooms and catchments of schools and the rolls on record are drawn. The primary schools are A, B and
C, B teaches all juniors and K is the kindergarten; every road leads everywhere.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from seatplan.district.district import District
from seatplan.examples import PER_AGE, SIDE, toy_district, toy_standards

BLOCKS = list(PER_AGE)
PRIMARY = ["A", "B", "C"]
GRADES = {"primary": range(1, 7), "junior": range(7, 10)}
ROWS = ["zones", "blocks", "residents", "births", "cohort_ratios", "take_up", "schools"]
ROWS += ["classrooms", "rolls", "catchments", "roads", "sites", "provenance"]


def draw_town(number: int) -> District:
    """Draw a town; the same number gives the same town."""
    draw = np.random.default_rng(number)
    town = toy_district()
    children = pd.DataFrame(draw.integers(2, 16, (6, 20)), BLOCKS, range(20))
    residents = children.copy()
    residents.insert(0, "total", 4 * children.sum(axis=1))
    births = draw.integers(20, 80, (len(town.births), 3))
    schools = _draw_schools(town.schools, draw)
    catchments = _draw_catchments(town, schools, draw)
    return town.replace(
        horizon=town.base_year + 2,
        residents=residents.rename_axis("block"),
        births=pd.DataFrame(births.astype(float), town.births.index, town.births.columns),
        schools=schools,
        classrooms=_draw_rooms(town.base_year, draw),
        catchments=catchments,
        rolls=_draw_rolls(town.base_year, children, catchments, draw),
    )


def _draw_schools(schools: gpd.GeoDataFrame, draw: np.random.Generator) -> gpd.GeoDataFrame:
    """Add C, and move every school to some place of the town."""
    more = schools.loc[["A"]].rename(index={"A": "C"}).assign(name="丁小学", name_en="Primary C")
    all_four = gpd.GeoDataFrame(pd.concat([schools, more]), crs=schools.crs)
    corner = schools.total_bounds[:2] - SIDE / 2
    places = corner + draw.random((4, 2)) * [3 * SIDE, 2 * SIDE]
    points = gpd.points_from_xy(*places.T, crs=schools.crs)
    return all_four.set_geometry(points).rename_axis("school")


def _draw_rooms(year: int, draw: np.random.Generator) -> pd.Series:
    taught = [*((school, "primary") for school in PRIMARY), ("B", "junior"), ("K", "kindergarten")]
    index = pd.MultiIndex.from_tuples(
        [(*pair, year) for pair in taught], names=["school", "stage", "year"]
    )
    return pd.Series(draw.integers(2, 8, len(taught)), index, name="classrooms")


def _draw_catchments(
    town: District, schools: gpd.GeoDataFrame, draw: np.random.Generator
) -> pd.Series:
    """Zone each block to the primary that is near, or now and then to any."""
    homes = town.blocks.representative_point()
    near = {block: schools.loc[PRIMARY].distance(homes[block]).idxmin() for block in BLOCKS}
    zoned = {
        block: draw.choice(PRIMARY) if draw.random() < 0.3 else near[block] for block in BLOCKS
    }
    rows = {(block, "primary", town.base_year): school for block, school in zoned.items()}
    rows |= {(block, "junior", town.base_year): "B" for block in BLOCKS}
    index = pd.MultiIndex.from_tuples(list(rows), names=["block", "stage", "year"])
    return pd.Series(list(rows.values()), index, name="school")


def _draw_rolls(
    year: int, children: pd.DataFrame, catchments: pd.Series, draw: np.random.Generator
) -> pd.DataFrame:
    """Put the children on record where they are zoned, but for a few who are elsewhere.

    Every school has someone in every grade: it would else count as one that does not teach it.
    """
    zoned = catchments.xs((year, "primary"), level=("year", "stage"))
    rows = []
    for grade in (*GRADES["primary"], *GRADES["junior"]):
        of_age = children[grade + 5]
        rolls = {"B": int(of_age.sum())}
        if grade in GRADES["primary"]:
            rolls = {school: int(of_age[zoned == school].sum()) + 1 for school in PRIMARY}
            given, taken = draw.choice(PRIMARY, 2, replace=False)
            moved = int(draw.integers(0, rolls[given] // 4 + 1))
            rolls[given] -= moved
            rolls[taken] += moved
        rows += [(school, f"g{grade}", pupils, 1) for school, pupils in rolls.items() if pupils]
    rows += [("K", f"k{at + 1}", int(children[at + 3].sum()), 1) for at in range(3)]
    table = pd.DataFrame(rows, columns=["school", "grade", "pupils", "classes"])
    return table.assign(year=year).set_index(["school", "grade", "year"])


def shuffle(town: District, number: int) -> District:
    """Put the rows of every table in another order."""
    draw = np.random.default_rng([number, 1])
    tables = {name: getattr(town, name) for name in ROWS}
    mixed = {
        name: table.iloc[draw.permutation(len(table))]
        for name, table in tables.items()
        if len(table)
    }
    return town.replace(**mixed)


def rename(town: District, number: int) -> tuple[District, dict[str, str], dict[str, str]]:
    """Give blocks and schools other ids, in another order; the new id of each beside the town."""
    draw = np.random.default_rng([number, 2])
    blocks, schools = (
        {str(old): f"{letter}{place:02d}" for old, place in zip(ids, turn, strict=True)}
        for letter, ids in (("x", town.blocks.index), ("y", town.schools.index))
        for turn in [draw.permutation(len(ids))]
    )
    return (
        town.replace(
            blocks=town.blocks.rename(index=blocks),
            residents=town.residents.rename(index=blocks),
            schools=town.schools.rename(index=schools),
            classrooms=town.classrooms.rename(index=schools, level="school"),
            rolls=town.rolls.rename(index=schools, level="school"),
            catchments=town.catchments.rename(index=blocks, level="block").map(schools),
        ),
        blocks,
        schools,
    )


def halve(town: District, number: int) -> District:
    """Cut a block in two at one place: half the children in each, the same ways."""
    block = BLOCKS[number % len(BLOCKS)]
    half = f"{block}-2"
    residents = town.residents.astype(float)
    residents.loc[block] /= 2
    residents.loc[half] = residents.loc[block]
    blocks = pd.concat([town.blocks, town.blocks.loc[[block]].rename(index={block: half})])
    own = town.catchments[town.catchments.index.get_level_values("block") == block]
    return town.replace(
        blocks=gpd.GeoDataFrame(blocks, crs=town.blocks.crs).rename_axis("block"),
        residents=residents.rename_axis("block"),
        catchments=pd.concat([town.catchments, own.rename(index={block: half}, level="block")]),
    )


def add_room(town: District, number: int) -> District:
    """Give one school one room more from the first year after the record on."""
    school, stage, year = town.classrooms.index[number % len(town.classrooms)]
    later = pd.MultiIndex.from_tuples(
        [(school, stage, year + 1)], names=town.classrooms.index.names
    )
    more = pd.Series([town.classrooms[school, stage, year] + 1], later, name="classrooms")
    return town.replace(classrooms=pd.concat([town.classrooms, more]))


RULES = toy_standards()
