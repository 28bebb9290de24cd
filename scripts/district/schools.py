"""The 128 schools of 2020: synthetic places and names, rolls that keep every total of the plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely

from district import classes as rooms
from district import enrolment
from district.buildings import join_grades, put_on_blocks
from district.enrolment import JUNIOR, KINDERGARTEN, PRIMARY, SENIOR, StageTotals
from district.kindergartens import build_kindergartens
from district.places import spread_points
from district.rides import Rides
from district.roads import Network
from district.rounding import Integers, share_out
from district.sources import Sources, part_rng, to_lonlat

GRADES = [*KINDERGARTEN, *PRIMARY, *JUNIOR, *SENIOR, "sp"]
STAGES = ["kindergarten", "primary", "junior", "senior", "special"]
NAMES = {
    "K": ("幼儿园", "Kindergarten"),
    "P": ("小学", "Primary"),
    "J": ("初级中学", "Junior High"),
    "Y": ("九年一贯制学校", "Nine-year School"),
    "H": ("高级中学", "Senior High"),
    "X": ("特殊教育学校", "Special School"),
}
SPECIAL_CLASS = 12  # pupils
SENIOR_BEDS = 0.35  # beds for each pupil of a senior high
LAND_PER_ROOM = {"urban": 380.0, "town": 620.0, "rural": 1000.0}  # m2 a classroom
FLOOR_PER_PUPIL = {"kindergarten": 7.0, "primary": 5.5, "junior": 6.7, "nine_year": 5.8,
                   "senior": 8.5, "special": 14.0}  # fmt: skip


@dataclass(frozen=True)
class Schools:
    """Every school, the pupils by stage, and the catchments in force: stage -> school by block.

    `table`: index id; kind, setting, run_by, ownership, x, y, township, unit, classrooms_STAGE,
    roll_GRADE, classes_GRADE (NaN where not taught), land_m2, floor_m2, boarding_beds.
    """

    table: pd.DataFrame
    catchments: Mapping[str, pd.Series[str]]
    totals: StageTotals


def build_schools(
    sources: Sources,
    blocks: pd.DataFrame,
    residents: pd.DataFrame,
    ages: Integers,
    network: Network,
    rides: Rides,
    totals: StageTotals,
) -> Schools:
    """Make all 128 schools."""
    parts = [
        build_kindergartens(sources, blocks, residents, ages, network, totals),
        _compulsory(sources, rides, residents, ages, totals),
        _seniors(blocks, residents, ages, totals),
        _special(blocks, totals),
    ]
    table = pd.concat(parts)
    at = blocks.iloc[table["block"].astype(int)]
    table["township"] = at["township"].to_numpy()
    table["unit"] = at["unit"].to_numpy()
    return Schools(_furnish(table, rides.count_beds()), rides.attendance.catchments, totals)


def _compulsory(
    sources: Sources, rides: Rides, residents: pd.DataFrame, ages: Integers, totals: StageTotals
) -> pd.DataFrame:
    rolls, run_by = enrolment.enrol_compulsory(
        sources, rides.schools, rides.attendance.shares, residents, ages, totals
    )
    removed = sources.plan_number("large_classes_removed", "2019-2020")
    before = sources.plan_number("large_class_share", "2019") / 100
    after = sources.plan_number("large_class_share") / 100
    setting = rides.schools["setting"]
    aims = rooms.draw_aims(rolls, setting)
    classes = rooms.form_compulsory(rolls, aims, round(removed / (before - after)), after)
    count = rooms.count_rooms(classes, setting)
    table = rides.schools.assign(run_by=run_by, ownership="public")
    for stage, grades in (("primary", PRIMARY), ("junior", JUNIOR)):
        table[f"classrooms_{stage}"] = count.xs(stage, level="stage")
        for grade in grades:
            table[f"roll_{grade}"] = rolls.xs(stage, level="stage")[grade]
            table[f"classes_{grade}"] = classes.xs(stage, level="stage")[grade]
    return table


def _seniors(
    blocks: pd.DataFrame, residents: pd.DataFrame, ages: Integers, totals: StageTotals
) -> pd.DataFrame:
    """Three municipal senior highs in the core, classes a little above 50."""
    rng = part_rng("seniors")
    sizes = share_out(np.array([1.15, 1.0, 0.85]), totals.senior)
    living = residents[["age_15", "age_16", "age_17"]].sum(axis=1).to_numpy(dtype=float)
    urban = np.tile((blocks["setting"] == "urban").to_numpy(), (3, 1))
    table = pd.DataFrame({"setting": "urban", "run_by": "municipal", "ownership": "public",
                          "size": sizes})  # fmt: skip
    xy = blocks[["x", "y"]].to_numpy()
    table["block"] = spread_points(xy, living, sizes.astype(float), urban, rng)
    table = put_on_blocks(table, blocks, "H", "senior", rng)
    columns = share_out(ages[15:18].astype(float)[:3], totals.senior)
    rolls = pd.DataFrame(
        enrolment.split_grades(table["size"].to_numpy(), columns, rng), table.index, SENIOR
    )
    classes = (rolls / 52.5).round().astype(int)
    return join_grades(table, rolls, classes, "senior", rng)


def _special(blocks: pd.DataFrame, totals: StageTotals) -> pd.DataFrame:
    """One special school near the core, classes of at most 12."""
    rng = part_rng("special")
    urban = np.flatnonzero((blocks["setting"] == "urban").to_numpy())
    table = pd.DataFrame({"setting": ["urban"], "run_by": "municipal", "ownership": "public",
                          "size": totals.special, "block": rng.choice(urban)})  # fmt: skip
    table = put_on_blocks(table, blocks, "X", "special", rng)
    rolls = pd.DataFrame({"sp": [totals.special]}, index=table.index)
    classes = -(-rolls // SPECIAL_CLASS)
    return join_grades(table, rolls, classes, "special", rng)


def _furnish(table: pd.DataFrame, beds: pd.Series[int]) -> pd.DataFrame:
    """Add names, land, floor and boarding beds (all synthetic).

    `beds` are those of the schools of grades 1 to 9; senior highs have them for a third and more.
    """
    rng = part_rng("furnish")
    count = table[[f"classrooms_{s}" for s in STAGES]].sum(axis=1)
    pupils = table[[f"roll_{g}" for g in GRADES]].sum(axis=1)
    land = count * table["setting"].map(LAND_PER_ROOM) * rng.lognormal(0.0, 0.15, len(table))
    land *= np.where(table["kind"] == "kindergarten", 0.55, 1.0)
    room = table["kind"].map(FLOOR_PER_PUPIL) * rng.lognormal(0.0, 0.1, len(table))
    senior = (pupils * SENIOR_BEDS).round(-1).where(table["kind"] == "senior", 0)
    return table.assign(
        name=[f"利通示例第{i[1:]}{NAMES[i[0]][0]}" for i in table.index],
        name_en=[f"Sample {NAMES[i[0]][1]} {i[1:]}" for i in table.index],
        land_m2=land.round(-2).astype(int),
        floor_m2=(pupils * room).round(-1).astype(int),
        boarding_beds=beds.reindex(table.index).fillna(senior).astype(int),
    )


def list_features(table: pd.DataFrame) -> list[tuple[dict[str, object], shapely.Geometry]]:
    """Return properties and point of each school, in the order and names of the data format."""
    columns = ["name", "name_en", "kind", "setting", "run_by", "ownership", "township", "unit"]
    columns += [f"classrooms_{s}" for s in STAGES]
    columns += [f"{what}_{g}" for what in ("roll", "classes") for g in GRADES]
    columns += ["land_m2", "floor_m2", "boarding_beds"]
    features = []
    for row in table.reset_index().to_dict("records"):
        properties = {"id": row["id"], **{c: _plain(row[c]) for c in columns}}
        point = to_lonlat(shapely.Point(row["x"], row["y"]))
        features.append(({**properties, "provenance": "calibrated"}, point))
    return features


def _plain(value: object) -> object:
    """Return a number as int, and None where a stage or grade is not taught."""
    if isinstance(value, float):
        return None if np.isnan(value) else round(value)
    return value
