"""The district: its schools, rooms, rolls, blocks, residents, births and roads, as plain tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import geopandas as gpd
import numpy as np
import pandas as pd

from seatplan.district.stages import Label

RESOURCES = (  # of `resources.csv`, for each school and stage
    "teachers",
    "degree_teachers",
    "key_teachers",
    "arts_teachers",
    "teaching_m2",
    "sports_m2",
    "outdoor_m2",
    "equipment_yuan",
    "multimedia_rooms",
    "books",
    "migrants",
    "bought_places",
)
DETOUR = 1.3  # metres walked for one by air where no roads are known: assumed
PACE = 75.0  # metres walked in a minute where a table of ways is in minutes (4.5 km/h): assumed


@dataclass(frozen=True)
class District:
    """What stands in the base year and what is decided for later ones; never changed in place.

    Geometry is in metres (`crs`). A table "from year on" is a step function: an entry holds until
    the next entry of the same label.

    Parameters
    ----------
    name, code
        The district's name and its code.
    base_year, horizon
        First and last year of the forecast (autumns).
    crs
        The metric CRS of every geometry, such as "EPSG:4544".
    zones
        Index `zone`: name, kind ("township" or "unit"), parent (the township of a unit).
    blocks
        Polygons, index `block`: unit, township, setting ("urban", "town", "rural").
    residents
        People in the autumn of the base year, index `block`; columns `total` and the single years
        of age as int (0 to 19). Fractions are allowed.
    births
        Births of the whole district by calendar year (index) and births scenario (columns).
    cohort_ratios
        Residents aged a + 1 next year for each resident aged a this year, index `age` (-1: from a
        birth to age 0), net of migration and deaths.
    take_up
        Pupils for each resident of the grade's ages, index (`stage`, `year`), straight lines
        between the years given, level beyond them.
    housing
        Planned dwellings: block, year, dwellings (below zero where they are taken down),
        residents_per_dwelling, pupils_per_1000 (pupils of all stages for 1,000 residents),
        from_outside (share that comes from outside the district, or leaves it).
    schools
        Points, index `school`: name, kind, setting, run_by ("district", "municipal", "private"),
        ownership ("public", "inclusive", "private"), opened (first year, NA = before the base
        year), closes (first year without pupils, NA = never), every_grade (opens with every grade),
        township, land_m2, floor_m2, boarding_beds, provenance.
    classrooms
        Rooms from year on, int, index (`school`, `stage`, `year`).
    rolls
        Pupils and classes on record, int, index (`school`, `grade`, `year`); classes are 0 in
        years before the base year whose record does not say.
    catchments
        School whose catchment a block lies in from year on, index (`block`, `stage`, `year`).
    shares
        Where several schools share a block's catchment in the base year: the share of each, index
        (`block`, `stage`, `school`), the school in `catchments` first; NaN where seats decide. It
        holds until a plan enters the block anew.
    lotteries
        Name of the lottery zone in which a school draws its entrants from year on, "" = none any
        more; index (`stage`, `school`, `year`). A zone is named by its schools, "A+B".
    successors
        Where the pupils of a merged school go, index `school`: into, year.
    roads
        Lines: road_class, speed_kmh.
    sites
        Candidate sites as points, index `site`: name, stages, land_m2, max_classrooms,
        earliest_year.
    provenance
        Label of each column of each file: file, column, provenance ("real", "plan", "calibrated",
        "synthetic"), source, note.
    inputs
        File name -> sha256, of the folder the district was read from.
    water
        Lines of rivers and canals, for maps only: name, name_en, kind; may be empty.
    neighbours
        The districts around, index `name`, as areas or as points in them, for map sheets only:
        name_en; may be empty.
    detour
        Metres walked for one by air, where the district has no roads.
    assumptions
        What stands in for tables that nobody gave: table, zh, en.
    travel
        Ways that are stated instead of measured, metres, index (`block`, `school`); may be empty.
    outside
        Pupils on the rolls of the base year who live outside the district, int > 0, index
        (`school`, `grade`); as many come in every later year.
    resources
        What schools have of teachers, rooms, grounds and equipment, index (`school`, `stage`);
        columns `RESOURCES`, NaN where nobody said. Schools that a plan opens may stand there too.
    campuses
        Every site of the schools that have several, as points: school, name, grades (codes of
        those taught there, with a space between; "" = all). The first of a school is its place in
        `schools`; rolls, rooms and classes are of the school.
    attend
        Where pupils of the base year live against where they attend, as far as a list says:
        pupils > 0, index (`block`, `school`, `grade`); may be empty.
    rides
        How the pupils of a block get to a school that is too far to walk to, from a year on: "bus"
        or "bed" (they board), index (`block`, `school`, `year`); may be empty.
    composition
        Share of the pupils of a block who belong to a group (such as pupils without a local
        registration), 0 to 1, index (`block`, `group`); may be empty.
    stated
        Seats that the bureau states for the rooms of the base year, index (`school`, `stage`),
        where they are not rooms x class limit.
    """

    name: Label
    code: str
    base_year: int
    horizon: int
    crs: str
    zones: pd.DataFrame
    blocks: gpd.GeoDataFrame
    residents: pd.DataFrame
    births: pd.DataFrame
    cohort_ratios: pd.Series[float]
    take_up: pd.Series[float]
    housing: pd.DataFrame
    schools: gpd.GeoDataFrame
    classrooms: pd.Series[int]
    rolls: pd.DataFrame
    catchments: pd.Series[str]
    successors: pd.DataFrame
    roads: gpd.GeoDataFrame
    sites: gpd.GeoDataFrame
    provenance: pd.DataFrame
    inputs: Mapping[str, str]
    water: gpd.GeoDataFrame = field(default_factory=lambda: gpd.GeoDataFrame(geometry=[]))
    neighbours: gpd.GeoDataFrame = field(default_factory=lambda: gpd.GeoDataFrame(geometry=[]))
    lotteries: pd.Series[str] = field(default_factory=lambda: _no_lotteries())
    detour: float = DETOUR
    assumptions: pd.DataFrame = field(default_factory=lambda: _nothing_assumed())
    outside: pd.Series[int] = field(default_factory=lambda: _nobody_from_outside())
    resources: pd.DataFrame = field(default_factory=lambda: _no_resources())
    shares: pd.Series[float] = field(default_factory=lambda: _no_shares())
    stated: pd.Series[float] = field(default_factory=lambda: _no_seats_stated())
    travel: pd.Series[float] = field(default_factory=lambda: no_travel())
    attend: pd.Series[float] = field(default_factory=lambda: nobody_listed())
    rides: pd.Series[str] = field(default_factory=lambda: nobody_rides())
    composition: pd.Series[float] = field(default_factory=lambda: no_groups())
    campuses: gpd.GeoDataFrame = field(default_factory=lambda: no_campuses())

    def replace(self, **changes: object) -> District:
        """Return the same district with some tables exchanged."""
        return replace(self, **changes)  # type: ignore[arg-type]

    @property
    def years(self) -> list[int]:
        """The autumns from the base year to the horizon."""
        return list(range(self.base_year, self.horizon + 1))

    @cached_property
    def townships(self) -> gpd.GeoSeries:
        """The area of each township, index `township`."""
        return self.blocks[["township", "geometry"]].dissolve("township").geometry

    def __repr__(self) -> str:
        """Say which district it is and how large."""
        return (
            f"District({self.name.en}, {len(self.schools)} schools, {len(self.blocks)} blocks, "
            f"{self.base_year}-{self.horizon})"
        )


def _nothing_assumed() -> pd.DataFrame:
    return pd.DataFrame(columns=["table", "zh", "en"], dtype="str")


def _no_lotteries() -> pd.Series[str]:
    index = pd.MultiIndex.from_arrays([[], [], []], names=["stage", "school", "year"])
    return pd.Series([], index=index, name="zone", dtype=object)


def _nobody_from_outside() -> pd.Series[int]:
    index = pd.MultiIndex.from_arrays([[], []], names=["school", "grade"])
    return pd.Series([], index=index, name="pupils", dtype=object).astype(int)


def _no_resources() -> pd.DataFrame:
    index = pd.MultiIndex.from_arrays([[], []], names=["school", "stage"])
    return pd.DataFrame(index=index, columns=list(RESOURCES), dtype=float)


def _no_seats_stated() -> pd.Series[float]:
    index = pd.MultiIndex.from_arrays([[], []], names=["school", "stage"])
    return pd.Series(np.empty(0), index, name="seats")


def no_travel() -> pd.Series[float]:
    """Return a table of stated ways that states none."""
    index = pd.MultiIndex.from_arrays([[], []], names=["block", "school"])
    return pd.Series([], index=index, name="metres", dtype=object).astype(float)


def nobody_listed() -> pd.Series[float]:
    """Return a list of where pupils live and attend that holds nobody."""
    index = pd.MultiIndex.from_arrays([[], [], []], names=["block", "school", "grade"])
    return pd.Series([], index=index, name="pupils", dtype=object).astype(float)


def nobody_rides() -> pd.Series[str]:
    """Return a table of rides that holds none."""
    years = pd.array([], dtype=int)
    index = pd.MultiIndex.from_arrays([[], [], years], names=["block", "school", "year"])
    return pd.Series([], index=index, name="by", dtype="str")


def no_groups() -> pd.Series[float]:
    """Return a table of groups of pupils that names none."""
    index = pd.MultiIndex.from_arrays([[], []], names=["block", "group"])
    return pd.Series([], index=index, name="share", dtype=object).astype(float)


def no_campuses() -> gpd.GeoDataFrame:
    """Return a table of sites where every school has one."""
    return gpd.GeoDataFrame({"school": [], "name": [], "grades": []}, geometry=[], dtype="str")


def _no_shares() -> pd.Series[float]:
    index = pd.MultiIndex.from_arrays([[], [], []], names=["block", "stage", "school"])
    return pd.Series(np.empty(0), index, name="share")
