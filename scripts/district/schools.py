"""The 128 schools of 2020: synthetic places and names, rolls that keep every total of the plan."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely

from district import classes as rooms
from district import enrolment
from district.enrolment import JUNIOR, KINDERGARTEN, PRIMARY, SENIOR, StageTotals
from district.facilities import Facilities, place_facilities, spread_points
from district.rounding import Integers, share_out
from district.sources import Sources, part_rng, to_lonlat

GRADES = [*KINDERGARTEN, *PRIMARY, *JUNIOR, *SENIOR, "sp"]
STAGES = ["kindergarten", "primary", "junior", "senior", "special"]
# Kindergartens: number, run_by, ownership, spread of sizes (sigma of the log).
KINDERGARTENS = [
    (7, "municipal", "public", 0.12),
    (10, "district", "public", 0.22),
    (32, "district", "inclusive", 0.32),
    (12, "district", "private", 0.32),
]
# Where each of those groups may stand: share of urban, town and rural places.
KINDERGARTEN_SETTINGS = [
    ["urban"] * 7,
    ["urban"] * 6 + ["town"] * 2 + ["rural"] * 2,
    ["urban"] * 17 + ["town"] * 5 + ["rural"] * 10,
    ["urban"] * 10 + ["town"] * 2,
]
NAMES = {
    "K": ("幼儿园", "Kindergarten"),
    "P": ("小学", "Primary"),
    "J": ("初级中学", "Junior High"),
    "Y": ("九年一贯制学校", "Nine-year School"),
    "H": ("高级中学", "Senior High"),
    "X": ("特殊教育学校", "Special School"),
}
SPECIAL_CLASS = 12  # pupils
LAND_PER_ROOM = {"urban": 380.0, "town": 620.0, "rural": 1000.0}  # m2 a classroom
FLOOR_PER_PUPIL = {"kindergarten": 7.0, "primary": 5.5, "junior": 6.7, "nine_year": 5.8,
                   "senior": 8.5, "special": 14.0}  # fmt: skip


@dataclass(frozen=True)
class Schools:
    """Every school, and the catchments in force of the primary and junior stages.

    `table`: index id; kind, setting, run_by, ownership, x, y, township, unit, classrooms_STAGE,
    roll_GRADE, classes_GRADE (NaN where not taught), land_m2, floor_m2, boarding_beds.
    """

    table: pd.DataFrame
    facilities: Facilities
    totals: StageTotals


def build_schools(
    sources: Sources, blocks: pd.DataFrame, residents: pd.DataFrame, ages: Integers
) -> Schools:
    """Make all 128 schools."""
    totals = enrolment.count_stages(sources, ages)
    facilities = place_facilities(blocks, residents)
    parts = [
        _kindergartens(sources, blocks, residents, ages, totals),
        _compulsory(sources, facilities, residents, ages, totals),
        _seniors(blocks, residents, ages, totals),
        _special(blocks, totals),
    ]
    table = pd.concat(parts)
    at = blocks.iloc[table["block"].astype(int)]
    table["township"] = at["township"].to_numpy()
    table["unit"] = at["unit"].to_numpy()
    return Schools(_furnish(table), facilities, totals)


def _compulsory(
    sources: Sources,
    facilities: Facilities,
    residents: pd.DataFrame,
    ages: Integers,
    totals: StageTotals,
) -> pd.DataFrame:
    rolls, run_by = enrolment.enrol_compulsory(sources, facilities, residents, ages, totals)
    removed = sources.plan_number("large_classes_removed", "2019-2020")
    before = sources.plan_number("large_class_share", "2019") / 100
    after = sources.plan_number("large_class_share") / 100
    setting = facilities.schools["setting"]
    classes = rooms.form_compulsory(rolls, setting, round(removed / (before - after)), after)
    count = rooms.count_rooms(classes, setting)
    table = facilities.schools.assign(run_by=run_by, ownership="public")
    for stage, grades in (("primary", PRIMARY), ("junior", JUNIOR)):
        table[f"classrooms_{stage}"] = count.xs(stage, level="stage")
        for grade in grades:
            table[f"roll_{grade}"] = rolls.xs(stage, level="stage")[grade]
            table[f"classes_{grade}"] = classes.xs(stage, level="stage")[grade]
    return table


def _kindergartens(
    sources: Sources,
    blocks: pd.DataFrame,
    residents: pd.DataFrame,
    ages: Integers,
    totals: StageTotals,
) -> pd.DataFrame:
    """Sizes by who runs and owns them, then places where the children of 3 to 5 live."""
    rng = part_rng("kindergartens")
    district = int(sources.plan_number("district_run_kindergarten_children"))
    municipal = totals.kindergarten - district
    private = totals.kindergarten - totals.public_children - totals.inclusive_children
    children = [municipal, totals.public_children - municipal, totals.inclusive_children, private]
    frames = []
    for (n, run_by, ownership, sigma), settings, total in zip(
        KINDERGARTENS, KINDERGARTEN_SETTINGS, children, strict=True
    ):
        weight = rng.lognormal(0.0, sigma, n) * np.where(np.array(settings) == "rural", 0.55, 1.0)
        frames.append(
            pd.DataFrame({"setting": settings, "run_by": run_by, "ownership": ownership,
                          "size": share_out(weight, total)})
        )  # fmt: skip
    table = pd.concat(frames).sort_values("size", ascending=False, kind="stable")
    living = residents[["age_3", "age_4", "age_5"]].sum(axis=1).to_numpy(dtype=float)
    allowed = table["setting"].to_numpy()[:, None] == blocks["setting"].to_numpy()[None, :]
    table["block"] = spread_points(blocks, living, table["size"].to_numpy(), allowed, rng)
    table = _put_on_blocks(table, blocks, "K", "kindergarten", rng)
    columns = share_out(ages[3:6].astype(float), totals.kindergarten)
    rolls = pd.DataFrame(
        enrolment.split_grades(table["size"].to_numpy(), columns, rng), table.index, KINDERGARTEN
    )
    return _join_grades(table, rolls, rooms.form_kindergarten(rolls), "kindergarten", rng)


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
    table["block"] = spread_points(blocks, living, sizes.astype(float), urban, rng)
    table = _put_on_blocks(table, blocks, "H", "senior", rng)
    columns = share_out(ages[15:18].astype(float)[:3], totals.senior)
    rolls = pd.DataFrame(
        enrolment.split_grades(table["size"].to_numpy(), columns, rng), table.index, SENIOR
    )
    classes = (rolls / 52.5).round().astype(int)
    return _join_grades(table, rolls, classes, "senior", rng)


def _special(blocks: pd.DataFrame, totals: StageTotals) -> pd.DataFrame:
    """One special school near the core, classes of at most 12."""
    rng = part_rng("special")
    urban = np.flatnonzero((blocks["setting"] == "urban").to_numpy())
    table = pd.DataFrame({"setting": ["urban"], "run_by": "municipal", "ownership": "public",
                          "size": totals.special, "block": rng.choice(urban)})  # fmt: skip
    table = _put_on_blocks(table, blocks, "X", "special", rng)
    rolls = pd.DataFrame({"sp": [totals.special]}, index=table.index)
    classes = -(-rolls // SPECIAL_CLASS)
    return _join_grades(table, rolls, classes, "special", rng)


def _put_on_blocks(
    table: pd.DataFrame, blocks: pd.DataFrame, letter: str, kind: str, rng: np.random.Generator
) -> pd.DataFrame:
    at = blocks.iloc[table["block"].astype(int)]
    step = np.sqrt(at["area_m2"].to_numpy()).clip(max=1200.0) * 0.18
    angle = rng.uniform(0, 2 * np.pi, len(table))
    placed = table.assign(
        kind=kind,
        x=at["x"].to_numpy() + step * np.cos(angle),
        y=at["y"].to_numpy() + step * np.sin(angle),
    ).sort_values("y", ascending=False, kind="stable")
    ids = [f"{letter}{k:02d}" for k in range(1, len(placed) + 1)]
    return placed.set_index(pd.Index(ids, name="id"))


def _join_grades(
    table: pd.DataFrame,
    rolls: pd.DataFrame,
    classes: pd.DataFrame,
    stage: str,
    rng: np.random.Generator,
) -> pd.DataFrame:
    joined = table.join(rolls.add_prefix("roll_")).join(classes.add_prefix("classes_"))
    spare = rng.integers(0, 1, len(table), endpoint=True)
    joined[f"classrooms_{stage}"] = classes.sum(axis=1) + spare
    return joined.drop(columns="size")


def _furnish(table: pd.DataFrame) -> pd.DataFrame:
    """Add names, land, floor and boarding beds (all synthetic)."""
    rng = part_rng("furnish")
    count = table[[f"classrooms_{s}" for s in STAGES]].sum(axis=1)
    pupils = table[[f"roll_{g}" for g in GRADES]].sum(axis=1)
    land = count * table["setting"].map(LAND_PER_ROOM) * rng.lognormal(0.0, 0.15, len(table))
    land *= np.where(table["kind"] == "kindergarten", 0.55, 1.0)
    room = table["kind"].map(FLOOR_PER_PUPIL) * rng.lognormal(0.0, 0.1, len(table))
    beds = pd.Series(0, index=table.index)
    beds[table["kind"] == "senior"] = (pupils * 0.35).round(-1).astype(int)
    rural = table.index[(table["kind"] == "nine_year") & (table["setting"] == "rural")]
    beds[rural[:2]] = (pupils[rural[:2]] * 0.3).round(-1).astype(int)
    return table.assign(
        name=[f"利通示例第{i[1:]}{NAMES[i[0]][0]}" for i in table.index],
        name_en=[f"Sample {NAMES[i[0]][1]} {i[1:]}" for i in table.index],
        land_m2=land.round(-2).astype(int),
        floor_m2=(pupils * room).round(-1).astype(int),
        boarding_beds=beds,
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
