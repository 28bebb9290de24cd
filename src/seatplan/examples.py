"""A toy town with numbers small enough to check by hand.

Six blocks of 400 m on a grid, roads through their middles, 90 residents of every age, and births
that keep it so: every grade has 90 pupils in every year.

    north   b4 20   b5 20   b6 20      residents of each age
    south   b1 10   b2 10   b3 10

`A` (primary, 6 rooms) stands in b1 and serves b1, b2, b4: 40 pupils a grade for 270 seats.
`B` (nine-year, 6 + 6 rooms) stands in b6 and serves b3, b5, b6: 50 pupils a grade for 270 seats,
and all junior pupils, 90 a grade for 300 seats.
`K` (kindergarten, 6 rooms) stands in b2: 270 children for 180 seats.
"""

from __future__ import annotations

from itertools import pairwise

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely.geometry import LineString, Point, box

from seatplan.district.clauses import Standard
from seatplan.district.district import District
from seatplan.district.stages import Grade, Label, Stage
from seatplan.district.standards import Standards
from seatplan.outcome import Outcome, Policy, evaluate
from seatplan.scenarios.scenario import BASELINE, Scenario

SIDE = 400.0  # metres, of a block
CORNER = (605_000.0, 4_205_000.0)  # south-west corner in EPSG:4544
PER_AGE = {"b1": 10, "b2": 10, "b3": 10, "b4": 20, "b5": 20, "b6": 20}
ROOMS = {("A", "primary"): 6, ("B", "primary"): 6, ("B", "junior"): 6, ("K", "kindergarten"): 6}
YEARS = range(2020, 2027)


def toy_standards() -> Standards:
    """Return three stages with the limits that the comments of the tests count with."""
    stages = (
        _stage("kindergarten", "幼儿园", "nearest", ["k1", "k2", "k3"], 3),
        _stage("primary", "小学", "catchment", ["g1", "g2", "g3", "g4", "g5", "g6"], 6),
        _stage("junior", "初中", "catchment", ["g7", "g8", "g9"], 12),
    )
    classes = {"k1": 25.0, "k2": 30.0, "k3": 35.0, "primary": 45.0, "junior": 50.0}
    return Standards(
        stages=stages,
        kinds={
            "kindergarten": ("kindergarten",),
            "primary": ("primary",),
            "junior": ("junior",),
            "nine_year": ("primary", "junior"),
        },
        kind_names={
            "kindergarten": Label("幼儿园", "Kindergarten"),
            "primary": Label("小学", "Primary school"),
            "junior": Label("初级中学", "Junior middle school"),
            "nine_year": Label("九年一贯制学校", "Nine-year school"),
        },
        standards=(
            _standard("class-size", "班额", "Class size", "class_size", classes),
            _standard("large-class", "大班额", "Large class", "class_size", {"all": 55.0}),
            _standard("school-size", "大校额", "School size", "school_size", {"all": 2000.0}),
            _standard("roll-over-seats", "在校超额", "Roll over seats", "seat_gap", {"all": 0.0}),
        ),
    )


def _stage(code: str, zh: str, intake: str, grades: list[str], age: int) -> Stage:
    rows = tuple(
        Grade(grade, Label(grade, grade), age + place, age + place)
        for place, grade in enumerate(grades)
    )
    return Stage(code, Label(zh, code), rows, intake)  # type: ignore[arg-type]


def _standard(code: str, zh: str, en: str, indicator: str, limit: dict[str, float]) -> Standard:
    return Standard(code, Label(zh, en), indicator, limit, "above", "pupils", "toy town", "seen")


def toy_district() -> District:
    """Return the toy town, 2020 to 2026."""
    blocks = _blocks()
    residents = pd.DataFrame({age: pd.Series(PER_AGE) for age in range(20)})
    residents.insert(0, "total", residents.sum(axis=1) * 4)
    return District(
        name=Label("玩具镇", "Toy town"),
        code="000000",
        base_year=YEARS[0],
        horizon=YEARS[-1],
        crs="EPSG:4544",
        zones=pd.DataFrame(
            {
                "name": ["北镇", "南镇", "北村", "南村"],
                "kind": ["township", "township", "unit", "unit"],
                "parent": [None, None, "north", "south"],
            },
            index=pd.Index(["north", "south", "north-1", "south-1"], name="zone"),
        ),
        blocks=blocks,
        residents=residents.rename_axis("block"),
        births=pd.DataFrame(
            dict.fromkeys(("low", "medium", "high"), 90.0),
            index=pd.Index(range(2019, 2027), name="year"),
        ),
        cohort_ratios=pd.Series(1.0, index=pd.RangeIndex(-1, 19, name="age"), name="ratio"),
        take_up=_constant_take_up(),
        housing=pd.DataFrame(
            {
                "block": pd.Series(dtype=str),
                "year": pd.Series(dtype=int),
                "dwellings": pd.Series(dtype=float),
                "residents_per_dwelling": pd.Series(dtype=float),
                "pupils_per_1000": pd.Series(dtype=float),
                "from_outside": pd.Series(dtype=float),
            }
        ),
        schools=_schools(blocks),
        classrooms=_classrooms(),
        rolls=_rolls(),
        catchments=_catchments(),
        successors=pd.DataFrame(
            {"into": pd.Series(dtype=str), "year": pd.Series(dtype=int)},
            index=pd.Index([], name="school", dtype=str),
        ),
        roads=_roads(),
        sites=_sites(),
        provenance=pd.DataFrame(
            [("*", "*", "synthetic", "toy town", "")],
            columns=["file", "column", "provenance", "source", "note"],
        ),
        inputs={},
    )


def toy_outcome(scenario: Scenario = BASELINE, *, overflow: str = "stay") -> Outcome:
    """Evaluate the toy town.

    >>> toy_outcome()
    Outcome(baseline, Toy town, 2020-2026)
    """
    policy = Policy(overflow=overflow)  # type: ignore[arg-type]
    return evaluate(toy_district(), toy_standards(), scenario, policy=policy)


def _middle(block: str) -> Point:
    place = list(PER_AGE).index(block)
    return Point(
        CORNER[0] + (place % 3 + 0.5) * SIDE,
        CORNER[1] + (place // 3 + 0.5) * SIDE,
    )


def _blocks() -> gpd.GeoDataFrame:
    middles = [_middle(block) for block in PER_AGE]
    half = SIDE / 2
    return gpd.GeoDataFrame(
        {
            "unit": ["south-1"] * 3 + ["north-1"] * 3,
            "township": ["south"] * 3 + ["north"] * 3,
            "setting": ["urban"] * 6,
            "provenance": "synthetic",
        },
        geometry=[box(p.x - half, p.y - half, p.x + half, p.y + half) for p in middles],
        crs="EPSG:4544",
        index=pd.Index(list(PER_AGE), name="block"),
    )


def _schools(blocks: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    stands_in = {"A": "b1", "B": "b6", "K": "b2"}
    return gpd.GeoDataFrame(
        {
            "name": ["甲小学", "乙学校", "丙幼儿园"],
            "name_en": ["Primary A", "School B", "Kindergarten K"],
            "kind": ["primary", "nine_year", "kindergarten"],
            "setting": "urban",
            "run_by": "district",
            "ownership": "public",
            "opened": pd.array([pd.NA] * 3, dtype="Int64"),
            "closes": pd.array([pd.NA] * 3, dtype="Int64"),
            "every_grade": False,
            "township": [blocks.township[block] for block in stands_in.values()],
            "unit": [blocks.unit[block] for block in stands_in.values()],
            "land_m2": np.nan,
            "floor_m2": np.nan,
            "boarding_beds": np.nan,
            "provenance": "synthetic",
        },
        geometry=[_middle(block) for block in stands_in.values()],
        crs="EPSG:4544",
        index=pd.Index(list(stands_in), name="school"),
    )


def _constant_take_up() -> pd.Series[float]:
    stages = ["kindergarten", "primary", "junior"]
    index = pd.MultiIndex.from_product([stages, [YEARS[0]]], names=["stage", "year"])
    return pd.Series(1.0, index=index, name="rate")


def _classrooms() -> pd.Series[int]:
    index = pd.MultiIndex.from_tuples(
        [(school, stage, YEARS[0]) for school, stage in ROOMS], names=["school", "stage", "year"]
    )
    return pd.Series(list(ROOMS.values()), index=index, name="classrooms")


def _rolls() -> pd.DataFrame:
    rows = [("A", f"g{grade}", 40, 1) for grade in range(1, 7)]
    rows += [("B", f"g{grade}", 50, 1) for grade in range(1, 7)]
    rows += [("B", f"g{grade}", 90, 2) for grade in range(7, 10)]
    rows += [("K", f"k{grade}", 90, 2) for grade in range(1, 4)]
    table = pd.DataFrame(rows, columns=["school", "grade", "pupils", "classes"])
    return table.assign(year=YEARS[0]).set_index(["school", "grade", "year"])


def _catchments() -> pd.Series[str]:
    primary = dict(zip(PER_AGE, ["A", "A", "B", "A", "B", "B"], strict=True))
    rows = {(block, "primary", YEARS[0]): school for block, school in primary.items()}
    rows |= {(block, "junior", YEARS[0]): "B" for block in PER_AGE}
    index = pd.MultiIndex.from_tuples(list(rows), names=["block", "stage", "year"])
    return pd.Series(list(rows.values()), index=index, name="school")


def _roads() -> gpd.GeoDataFrame:
    names = list(PER_AGE)
    steps = [(a, b) for a, b in pairwise(names) if a != "b3"]
    steps += list(zip(names[:3], names[3:], strict=True))
    return gpd.GeoDataFrame(
        {"road_class": ["local"] * len(steps), "speed_kmh": [30.0] * len(steps)},
        geometry=[LineString([_middle(a), _middle(b)]) for a, b in steps],
        crs="EPSG:4544",
    )


def _sites() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {
            "name": ["东南地块"],
            "stages": ["kindergarten primary"],
            "land_m2": [9000.0],
            "max_classrooms": [24],
            "earliest_year": [2022],
        },
        geometry=[_middle("b3")],
        crs="EPSG:4544",
        index=pd.Index(["S1"], name="site"),
    )
