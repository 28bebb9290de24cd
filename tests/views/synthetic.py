"""A district of any size with made-up results, to test pages for size, speed and safety."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from seatplan.district.clauses import Standard
from seatplan.district.district import District
from seatplan.district.stages import Grade, Label, Stage
from seatplan.district.standards import Standards
from seatplan.results import Results
from seatplan.views.explorer.board import Board
from seatplan.views.explorer.scene import Scene

CORNER = (585_000.0, 4_180_000.0)
WIDTH = 42_000.0
CLAUSE = "GB 50099-2011, 3.0.1"
STAGES = {
    "kindergarten": ("幼儿园", "Kindergarten", "nearest", "k", 1, 3),
    "primary": ("小学", "Primary", "catchment", "g", 1, 6),
    "junior": ("初中", "Junior middle", "catchment", "g", 7, 9),
    "senior": ("高中", "Senior middle", "seats", "g", 10, 12),
    "special": ("特殊教育", "Special", "seats", "sp", 0, 0),
}
KINDS = {
    "kindergarten": ("幼儿园", "Kindergarten", ("kindergarten",), 0.48),
    "primary": ("小学", "Primary school", ("primary",), 0.37),
    "junior": ("初级中学", "Junior middle school", ("junior",), 0.06),
    "nine_year": ("九年一贯制学校", "Nine-year school", ("primary", "junior"), 0.055),
    "senior": ("高级中学", "Senior middle school", ("senior",), 0.025),
    "special": ("特殊教育学校", "Special school", ("special",), 0.01),
}


def make_standards() -> Standards:
    stages = []
    for code, (zh, en, intake, prefix, first, last) in STAGES.items():
        grades = [
            Grade(f"{prefix}{n}" if n else prefix, Label(f"{n}年级", f"Grade {n}"), n + 5, n + 5)
            for n in range(first, last + 1)
        ]
        stages.append(Stage(code, Label(zh, en), tuple(grades), intake))  # type: ignore[arg-type]
    limits = {"k1": 25, "k2": 30, "k3": 35, "primary": 45, "junior": 50, "senior": 50, "sp": 12}
    rules = (
        ("class-size", "班额超标", "Class over the norm", "class_size", limits, "above"),
        ("large-class", "大班额", "Large class", "large_class", {"all": 55}, "above"),
        (
            "school-size",
            "在校生超 2000 人",
            "Over 2,000 pupils",
            "school_size",
            {"all": 2000},
            "above",
        ),
        (
            "walk",
            "上学路程",
            "Walk to school",
            "walk",
            {"kindergarten": 300, "primary": 500, "junior": 1000},
            "above",
        ),
        (
            "small-school",
            "乡村小规模学校",
            "Small rural school",
            "small_school",
            {"rural": 100},
            "below",
        ),
    )
    return Standards(
        stages=tuple(stages),
        kinds={code: stages for code, (_, _, stages, _) in KINDS.items()},
        kind_names={code: Label(zh, en) for code, (zh, en, _, _) in KINDS.items()},
        standards=tuple(
            Standard(code, Label(zh, en), indicator, limit, side, "", CLAUSE, "seen")
            for code, zh, en, indicator, limit, side in rules
        ),
    )  # fmt: skip


def make_blocks(count: int, random: np.random.Generator) -> gpd.GeoDataFrame:
    """Voronoi blocks inside a rounded outline, half of them in a dense core."""
    turn = np.linspace(0, 2 * np.pi, 120, endpoint=False)
    reach = WIDTH / 2 * (0.78 + 0.1 * np.sin(3 * turn + 1) + 0.05 * np.sin(7 * turn))
    middle = np.array([WIDTH / 2, WIDTH / 2])
    outline = shapely.Polygon(
        middle + reach[:, None] * np.column_stack([np.cos(turn), np.sin(turn)])
    )
    core = middle + random.normal(0, WIDTH * 0.055, (count * 4, 2))
    wide = random.uniform(0, WIDTH, (count * 6, 2))
    points = np.vstack([core[: int(count * 0.6)], wide])
    points = points[shapely.contains_xy(outline, points[:, 0], points[:, 1])][:count]
    cells = shapely.get_parts(
        shapely.voronoi_polygons(shapely.multipoints(points), extend_to=outline)
    )
    tree = shapely.STRtree(cells)
    cell = tree.query(shapely.points(points), predicate="intersects")[1][: len(points)]
    shapes = shapely.intersection(cells[cell], outline)
    shapes = shapely.transform(shapes, lambda xy: xy + CORNER)
    seeds = points[random.choice(len(points), 13, replace=False)]
    nearest = np.linalg.norm(points[:, None] - seeds[None], axis=2).argmin(axis=1)
    distance = np.linalg.norm(points - middle, axis=1)
    return gpd.GeoDataFrame(
        {
            "unit": [f"U{place // 4:03}" for place in range(len(points))],
            "township": [f"T{place:02}" for place in nearest],
            "setting": np.where(distance < WIDTH * 0.11, "urban", "rural"),
        },
        geometry=shapes,
        crs="EPSG:4544",
        index=pd.Index([f"B{place:04}" for place in range(len(points))], name="block"),
    )


def make_roads(blocks: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Block borders as roads, split where they meet."""
    lines = shapely.get_parts(shapely.unary_union(shapely.boundary(blocks.geometry.to_numpy())))
    classes = np.resize(["local", "local", "secondary", "path", "arterial"], len(lines))
    return gpd.GeoDataFrame(
        {"road_class": classes, "speed_kmh": 30.0}, geometry=lines, crs=blocks.crs
    )


def make_district(
    schools: int = 128, blocks: int = 600, years: int = 16, *, name: str = "{}", seed: int = 1
) -> District:
    """A district whose every text goes through `name`, a format with one slot."""
    random = np.random.default_rng(seed)
    area = make_blocks(blocks, random)
    shares = np.array([share for *_, share in KINDS.values()])
    rest = random.choice(list(KINDS), schools - len(KINDS), p=shares / shares.sum())
    kinds = np.array([*KINDS, *rest])
    homes = random.choice(len(area), schools, replace=schools > len(area))
    points = area.geometry.representative_point().to_numpy()[homes]
    base = 2020
    new = np.arange(schools) >= schools - max(2, schools // 20)
    table = gpd.GeoDataFrame(
        {
            "name": [
                name.format(f"第{place + 1}{KINDS[kind][0]}") for place, kind in enumerate(kinds)
            ],
            "name_en": [name.format(f"School {place + 1}") for place in range(schools)],
            "kind": kinds,
            "setting": area.setting.to_numpy()[homes],
            "run_by": "district",
            "ownership": "public",
            "opened": pd.array(np.where(new, base + 4, 0), dtype="Int64"),
            "closes": pd.array([pd.NA] * schools, dtype="Int64"),
            "every_grade": False,
            "township": area.township.to_numpy()[homes],
            "unit": area.unit.to_numpy()[homes],
            "provenance": np.where(new, "plan", "calibrated"),
        },
        geometry=points,
        crs=area.crs,
        index=pd.Index([f"S{place:04}" for place in range(schools)], name="school"),
    )
    towns = sorted(set(area.township))
    units = sorted(set(area.unit))
    empty = pd.DataFrame()
    return District(
        name=Label(name.format("样本区"), name.format("Sample district")),
        code="000000", base_year=base, horizon=base + years - 1, crs="EPSG:4544",
        zones=pd.DataFrame(
            {
                "name": [name.format(f"{place + 1}号镇") for place in range(len(towns))]
                + [name.format(f"第{place + 1}村") for place in range(len(units))],
                "kind": ["township"] * len(towns) + ["unit"] * len(units),
            },
            index=pd.Index([*towns, *units], name="zone"),
        ),
        blocks=area, residents=empty, births=empty, cohort_ratios=pd.Series(dtype=float),
        take_up=pd.Series(dtype=float), housing=empty, schools=table,
        classrooms=pd.Series(dtype=int), rolls=empty, catchments=pd.Series(dtype=str),
        successors=empty, roads=make_roads(area), sites=gpd.GeoDataFrame(),
        provenance=pd.DataFrame(
            [
                ("schools.geojson", "roll_*", "calibrated", name.format("fit"), name.format("-")),
                ("population/blocks.geojson", "geometry", "synthetic", "", ""),
                ("zones.csv", "name", "real", "stats.gov.cn", ""),
            ],
            columns=["file", "column", "provenance", "source", "note"],
        ),
        inputs={},
    )  # fmt: skip


def make_tables(
    district: District, standards: Standards, metres: pd.DataFrame, *, scenario: int, source: str
) -> Results:
    """Made-up results that add up: residents of catchments to the district, and so on."""
    random = np.random.default_rng(7)
    years = district.years
    wave = 1 + 0.25 * np.sin(np.linspace(0.2, 4.4, len(years)))
    size = random.integers(3, 60, len(district.blocks))
    parts = {"blocks": [], "schools": [], "grades": [], "places": [], "flags": []}
    for stage in standards.stages:
        teaches = [stage.code in standards.kinds[kind] for kind in district.schools.kind]
        schools = district.schools[teaches]
        opened = schools.opened.fillna(0).to_numpy(dtype=int)
        share = {"kindergarten": 0.9, "primary": 2.0, "junior": 1.0, "senior": 0.9}.get(
            stage.code, 0.02
        )
        pupils = np.rint(size[:, None] * wave * share).astype(int)
        rooms = random.choice([6, 12, 18, 24, 30], len(schools))[:, None] * np.ones(len(years), int)
        rooms = rooms + (scenario * 2 if scenario else 0)
        rooms = np.where(np.array(years) >= opened[:, None], rooms, 0)
        rooms = rooms if scenario else np.where(opened[:, None] > 0, 0, rooms)
        limit = int(standards.seats_per_class(stage.code, years[0]))
        walk = metres[schools.index].to_numpy()
        chosen = np.empty(pupils.shape, dtype=int)
        for column in range(len(years)):
            chosen[:, column] = np.where(rooms[:, column] > 0, walk, np.inf).argmin(axis=1)
        residents = np.zeros(rooms.shape, dtype=int)
        for column in range(len(years)):
            residents[:, column] = np.bincount(
                chosen[:, column], weights=pupils[:, column], minlength=len(schools)
            )
        seats = rooms * limit
        attend = np.where(rooms > 0, residents + random.integers(-9, 9, rooms.shape), 0).clip(0)
        unplaced = np.where(random.random(pupils.shape) < 0.02, pupils // 9, 0)
        home_walk = np.take_along_axis(walk, chosen, axis=1).round().astype(int)
        product = pd.MultiIndex.from_product
        parts["blocks"].append(
            pd.DataFrame(
                {
                    "pupils": pupils.ravel(), "seated": (pupils - unplaced).ravel(),
                    "unplaced": unplaced.ravel(),
                    "school": schools.index.to_numpy()[chosen].ravel(),
                    "walk_m": home_walk.ravel(),
                },
                index=product(
                    [district.blocks.index, [stage.code], years], names=["block", "stage", "year"]
                ),
            )
        )  # fmt: skip
        table = pd.DataFrame(
            {
                "classrooms": rooms.ravel(), "seats": seats.ravel(), "pupils": attend.ravel(),
                "residents": residents.ravel(), "balance": (seats - residents).ravel(),
                "walk_m": random.integers(200, 2500, rooms.size),
            },
            index=product([schools.index, [stage.code], years], names=["school", "stage", "year"]),
        )  # fmt: skip
        parts["schools"].append(table)
        codes = [grade.code for grade in stage.grades]
        each = np.repeat((attend // len(codes))[:, None, :], len(codes), axis=1)
        classes = np.maximum(1, rooms // len(codes))[:, None, :] * np.ones_like(each)
        norm = np.array([standards.class_limit(code, years[0]) for code in codes], dtype=int)
        grades = pd.DataFrame(
            {
                "pupils": each.ravel(), "classes": classes.ravel(),
                "largest": -(-each // classes).ravel(),
                "limit": (norm[None, :, None] * np.ones_like(each)).ravel(),
            },
            index=product([schools.index, codes, years], names=["school", "grade", "year"]),
        )  # fmt: skip
        parts["grades"].append(grades)
        parts["places"] += make_places(district, stage.code, table, pupils, unplaced)
        parts["flags"] += make_flags(stage.code, table, grades, source)
    joined = {name: pd.concat(tables) for name, tables in parts.items() if name != "flags"}
    flags = pd.concat(parts["flags"], ignore_index=True)
    keys = ["code", "school", "stage", "grade"]
    flags["first_year"] = flags.groupby(keys)["year"].transform("min")
    return Results(flags=flags, closures=pd.DataFrame(), **joined)


def make_places(district, stage, table, pupils, unplaced) -> list[pd.DataFrame]:
    homes = district.schools.township
    years = district.years
    out = []
    for level, of_block, of_school in (
        ("township", district.blocks.township, homes),
        (
            "district",
            district.blocks.unit.map(lambda _: district.code),
            homes.map(lambda _: district.code),
        ),
    ):
        places = sorted(set(of_block))
        rows = table.groupby([table.index.get_level_values("school").map(of_school), "year"])
        seats = rows[["seats", "pupils"]].sum()
        for place in places:
            inside = (of_block == place).to_numpy()
            index = pd.MultiIndex.from_product(
                [[level], [place], [stage], years], names=["level", "place", "stage", "year"]
            )
            have = seats.reindex(pd.MultiIndex.from_product([[place], years])).fillna(0)
            out.append(
                pd.DataFrame(
                    {
                        "seats": have.seats.to_numpy(dtype=int),
                        "pupils": have.pupils.to_numpy(dtype=int),
                        "residents": pupils[inside].sum(axis=0),
                        "unplaced": unplaced[inside].sum(axis=0),
                    },
                    index=index,
                )
            )  # fmt: skip
    return out


def make_flags(stage, table, grades, source) -> list[pd.DataFrame]:
    crowded = grades[grades.largest > grades.limit].reset_index()
    classes = pd.DataFrame(
        {
            "code": "class-size", "school": crowded.school, "stage": stage,
            "grade": crowded.grade, "year": crowded.year, "value": crowded.largest,
            "limit": crowded.limit, "source": source,
        }
    )  # fmt: skip
    large = table[table.pupils > 2000].reset_index()
    sizes = pd.DataFrame(
        {
            "code": "school-size", "school": large.school, "stage": stage, "grade": "",
            "year": large.year, "value": large.pupils, "limit": 2000, "source": source,
        }
    )  # fmt: skip
    return [classes, sizes]


def make_board(
    district: District, standards: Standards, metres: pd.DataFrame, tables: Results
) -> Board:
    """What drafts are counted from; catchments and rooms are those of the tables' first year."""
    zoned = [stage.code for stage in standards.stages if stage.intake == "catchment"]
    pupils = tables.blocks.pupils.unstack("year").astype(float)
    living = {code: pupils.xs(code, level="stage").to_numpy() for code in zoned}
    first = tables.blocks.school.xs(district.base_year, level="year", drop_level=False)
    rooms = tables.schools.classrooms
    nobody = {"stage": [], "block": [], "school": [], "share": []}
    return Board(
        living=living,
        entering={code: part / 6 for code, part in living.items()},
        metres=metres,
        lived=pd.DataFrame(nobody),
        shares=district.shares,
        lotteries=district.lotteries.reorder_levels(["stage", "year", "school"]),
        per_class={
            stage.code: [standards.seats_per_class(stage.code, year) for year in district.years]
            for stage in standards.stages
        },
        catchments=first[first.index.isin(zoned, "stage")],
        classrooms=rooms[rooms.index.isin([district.base_year, district.horizon], "year")],
        successors=pd.DataFrame(),
        sites=gpd.GeoDataFrame(geometry=[], crs=district.crs),
        steps=[],
        partial=[],
        current=True,
        detour=1.3,
        command="seatplan evaluate data --scenario {file}",
    )


def make_scenes(
    schools: int = 128, blocks: int = 600, scenarios: int = 6, years: int = 16, *, name: str = "{}"
) -> list[Scene]:
    """Scenes of one made-up district: the first as it is, the others with more rooms."""
    district = make_district(schools, blocks, years, name=name)
    standards = make_standards()
    homes = np.column_stack([district.blocks.centroid.x, district.blocks.centroid.y])
    places = np.column_stack([district.schools.geometry.x, district.schools.geometry.y])
    metres = pd.DataFrame(
        np.linalg.norm(homes[:, None] - places[None], axis=2) * 1.3,
        index=district.blocks.index,
        columns=district.schools.index,
    )
    titles = [
        "现状延续",
        "“十四五”规划方案",
        "规划推迟两年",
        "撤并小规模学校",
        "城区重划",
        "标准班额",
    ]
    scenes = []
    for number in range(scenarios):
        source = name.format("GB 50099-2011, 3.0.1")
        tables = make_tables(district, standards, metres, scenario=number, source=source)
        title = Label(name.format(titles[number % 6]), name.format(f"Scenario {number}"))
        board = make_board(district, standards, metres, tables)
        code = f"scenario-{number}"
        scenes.append(Scene(code, title, district, standards, metres, tables, board))
    return scenes
