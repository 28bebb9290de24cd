"""Column contracts of the input tables; every problem in one message.

To add a column, add its line here and to docs/data-format.md.
"""

from __future__ import annotations

import pandera.pandas as pa

from seatplan.district.columns import Contract, choice, number, text, whole
from seatplan.district.district import RESOURCES
from seatplan.district.standards import Standards

BLOCKS = "population/blocks.geojson"
RESIDENTS = "population/residents.csv"
BIRTHS = "population/births.csv"
RATIOS = "population/cohort_ratios.csv"
TAKE_UP = "population/take_up.csv"
HOUSING = "population/housing.csv"
ASSUMPTIONS = "assumptions.csv"
OUTLINE = "outline.geojson"
NEIGHBOURS = "neighbours.geojson"
TRAVEL = "travel.csv"
ATTEND = "attend.csv"
RIDES = "rides.csv"
COMPOSITION = "composition.csv"
CHANGES = "changes.csv"
DEFAULTED = (  # what stands in for them: `defaults`
    BIRTHS,
    RATIOS,
    TAKE_UP,
    HOUSING,
    "catchments.csv",
    "roads.geojson",
    "sites.geojson",
    "provenance.csv",
)
RESOURCES_FILE = "resources.csv"
OPTIONAL = (
    "rolls.csv",
    RESOURCES_FILE,
    "water.geojson",
    OUTLINE,
    NEIGHBOURS,
    TRAVEL,
    ATTEND,
    RIDES,
    COMPOSITION,
    CHANGES,
    ASSUMPTIONS,
)
FILES = (
    "district.toml",
    "standards.toml",
    "zones.csv",
    BLOCKS,
    RESIDENTS,
    BIRTHS,
    RATIOS,
    TAKE_UP,
    HOUSING,
    "schools.geojson",
    "catchments.csv",
    "roads.geojson",
    "sites.geojson",
    "provenance.csv",
    *OPTIONAL,
)
AGES = range(20)
SCENARIOS = ("low", "medium", "high")
SETTINGS = ("urban", "town", "rural")
YEARS = (1900, 2200)
MOST_DWELLINGS = 100_000  # of one row: the largest new towns of the world have as many in all


def provenance() -> pa.Column:
    """Say where a row comes from."""
    return choice("real", "plan", "calibrated", "synthetic", optional=True, required=False)


def origin() -> dict[str, pa.Column]:
    """Say where a row comes from, and the document that bears it out."""
    return {"provenance": provenance(), "source": text(optional=True, required=False)}


def place() -> dict[str, pa.Column]:
    """Name the village unit and the township around it, and how built-up it is."""
    return {"unit": text(), "township": text(), "setting": choice(*SETTINGS)}


def write_contracts(standards: Standards | None) -> dict[str, Contract]:
    """Return file name -> contract; the stages and grades of `standards` name some columns.

    Without standards, the contracts that name no stage and no grade.
    """
    free = _area_contracts() | _ground_contracts() | _home_contracts() | _people_contracts()
    if standards is None:
        return free
    schools = {"schools.geojson": _school_contract(standards)}
    return free | _stage_contracts(standards) | _count_contracts(standards) | schools


def _area_contracts() -> dict[str, Contract]:
    """Hold areas, where their data came from, and what was assumed of them."""
    return {
        "zones.csv": Contract(
            ("id",),
            {
                "id": text(),
                "name": text(),
                "name_en": text(optional=True, required=False),
                "kind": choice("township", "unit"),
                "parent": text(optional=True),
                "setting": choice(*SETTINGS, optional=True, required=False),
                "lon": number(optional=True, required=False),
                "lat": number(optional=True, required=False),
                "position": choice("real", "synthetic", optional=True, required=False),
                **origin(),
            },
        ),
        BLOCKS: Contract(("id",), {"id": text(), **place(), "provenance": provenance()}),
        CHANGES: Contract(
            ("from", "to", "year"),
            {
                "from": text(),
                "to": text(),
                "share": number(0, 1, optional=True, required=False),
                "year": whole(*YEARS),
                **origin(),
            },
        ),
        ASSUMPTIONS: Contract((), {"table": text(), "zh": text(), "en": text()}),
        "provenance.csv": Contract(
            ("file", "column"),
            {
                "file": text(),
                "column": text(),
                "provenance": choice("real", "plan", "calibrated", "synthetic"),
                "source": text(optional=True),
                "note": text(optional=True),
                "source_zh": text(optional=True, required=False),
                "note_zh": text(optional=True, required=False),
            },
        ),
    }


def _ground_contracts() -> dict[str, Contract]:
    """Hold what lies on the ground beside blocks and schools."""
    return {
        "roads.geojson": Contract(
            ("id",),
            {
                "id": text(),
                "road_class": choice("arterial", "secondary", "local", "path", "bridge"),
                "speed_kmh": number(1, 130),
                "provenance": provenance(),
            },
        ),
        "water.geojson": Contract(
            ("id",),
            {
                "id": text(optional=True, required=False),
                "name": text(optional=True, required=False),
                "name_en": text(optional=True, required=False),
                "kind": text(optional=True, required=False),
                "provenance": provenance(),
            },
        ),
        OUTLINE: Contract((), {}),
        NEIGHBOURS: Contract(
            ("name",),
            {"name": text(), "name_en": text(optional=True, required=False), **origin()},
        ),
    }


def _home_contracts() -> dict[str, Contract]:
    """Hold what is said of the pupils of a block, and of their ways."""
    return {
        TRAVEL: Contract(
            ("block", "school"),
            {
                "block": text(),
                "school": text(),
                "metres": number(0, optional=True, required=False),
                "minutes": number(0, optional=True, required=False),
                **origin(),
            },
        ),
        RIDES: Contract(
            ("block", "school"),
            {"block": text(), "school": text(), "by": choice("bus", "bed"), **origin()},
        ),
        COMPOSITION: Contract(
            ("block", "group"),
            {"block": text(), "group": text(), "share": number(least=0, most=1), **origin()},
        ),
    }


def _people_contracts() -> dict[str, Contract]:
    year = whole(*YEARS)
    return {
        RESIDENTS: Contract(
            ("block",),
            {
                "block": text(),
                "total": number(0),
                **{f"age_{age}": number(0) for age in AGES},
                "provenance": provenance(),
            },
        ),
        BIRTHS: Contract(("year",), {"year": year, **_variants(), **origin()}),
        RATIOS: Contract(
            ("age",),
            {
                "age": whole(-1, AGES[-1] - 1),
                "ratio": number(0, 2),
                "provenance": provenance(),
                "note": text(optional=True, required=False),
            },
        ),
        HOUSING: Contract(
            (),
            {
                "block": text(),
                "year": year,
                "dwellings": whole(-MOST_DWELLINGS, MOST_DWELLINGS),
                "residents_per_dwelling": number(0, 20),
                "pupils_per_1000": number(0, 1000),
                "from_outside": number(0, 1),
                **origin(),
            },
        ),
    }


def _variants() -> dict[str, pa.Column]:
    """Count births by variant; one series, `medium`, is enough."""
    spare = {name: number(0, optional=True, required=False) for name in SCENARIOS}
    return spare | {"medium": number(0)}


def _school_contract(standards: Standards) -> Contract:
    stages = [stage.code for stage in standards.stages]
    counted = [f"{what}_{stage}" for what in ("classrooms", "seats", "outside") for stage in stages]
    counted += [f"{what}_{grade}" for what in ("roll", "classes") for grade in standards.grades]
    return Contract(
        ("id",),
        {
            "id": text(),
            "name": text(),
            "name_en": text(optional=True, required=False),
            "campus": text(optional=True, required=False),
            "campus_grades": text(optional=True, required=False),
            "kind": choice(*standards.kinds),
            **place(),
            "run_by": choice("district", "municipal", "private"),
            "ownership": choice("public", "inclusive", "private"),
            "opened": whole(*YEARS, optional=True, required=False),
            "closes": whole(*YEARS, optional=True, required=False),
            **{name: whole(optional=True, required=False) for name in counted},
            "land_m2": number(0, optional=True, required=False),
            "floor_m2": number(0, optional=True, required=False),
            "boarding_beds": whole(optional=True, required=False),
            "provenance": provenance(),
        },
    )


def _stage_contracts(standards: Standards) -> dict[str, Contract]:
    """Hold what is said of a stage as a whole."""
    stages = [stage.code for stage in standards.stages]
    zoned = [stage.code for stage in standards.stages if stage.intake == "catchment"]
    return {
        TAKE_UP: Contract(
            ("stage", "year"),
            {"stage": choice(*stages), "year": whole(*YEARS), "rate": number(0, 1.5), **origin()},
        ),
        "catchments.csv": Contract(
            ("block", "stage", "school"),
            {
                "block": text(),
                "stage": choice(*(zoned or stages)),
                "school": text(),
                "share": number(0, 1, optional=True, required=False),
                "provenance": provenance(),
            },
        ),
        "sites.geojson": Contract(
            ("id",),
            {
                "id": text(),
                "name": text(),
                "name_en": text(optional=True, required=False),
                "stages": text(),
                "land_m2": number(0, optional=True),
                "max_classrooms": whole(1),
                "earliest_year": whole(*YEARS),
                "provenance": provenance(),
            },
        ),
        RESOURCES_FILE: Contract(
            ("school", "stage"),
            {
                "school": text(),
                "stage": choice(*stages),
                **{name: number(0, optional=True, required=False) for name in RESOURCES},
                "provenance": provenance(),
            },
        ),
    }


def _count_contracts(standards: Standards) -> dict[str, Contract]:
    """Hold pupils counted by grade."""
    grades = standards.grades
    return {
        ATTEND: Contract(
            ("block", "school", "grade"),
            {
                "block": text(),
                "school": text(),
                "grade": choice(*grades, optional=True, required=False),
                "pupils": number(0),
                "provenance": provenance(),
            },
        ),
        "rolls.csv": Contract(
            ("school", "grade", "year"),
            {
                "school": text(),
                "year": whole(*YEARS),
                "grade": choice(*grades),
                "pupils": whole(optional=True),
                "classes": whole(optional=True, required=False),
                "provenance": provenance(),
            },
        ),
    }
