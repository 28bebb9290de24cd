"""What is to be divided: blocks, the schools that take a catchment, their pupils and seats."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from seatplan.district.limits import limit_school_sizes
from seatplan.errors import ScenarioError
from seatplan.labels import Floats, Ints, to_array
from seatplan.outcome import Outcome
from seatplan.seating.neighbours import find_homes, find_neighbours, measure_borders


@dataclass(frozen=True)
class Town:
    """What is to be divided; blocks, schools and years by position.

    `pupils`: block x year, less those of private schools. `seats`: school x year, within the school
    size. `rooms`: seats by the classrooms alone, school x year. `ways`: metres, block x school.
    `current`: school of each block in the first year, or the nearest. `pairs`: blocks that touch.
    `homes`: the own block of each school. `owned`: the school that must have a block, because one
    stands in it, -1 = any. `borders`: metres of boundary that each of `pairs` has in common.
    `groups`, `shares`: groups of pupils that the district names, and their shares in the pupils of
    each block, block x group. `outlines`, `areas`: metres around each block, and its square metres.
    `members`: the schools of each lottery zone, which counts as one school here; `before`: the town
    before they were joined, None where there are none.
    """

    blocks: pd.Index
    schools: pd.Index
    years: list[int]
    pupils: Floats
    seats: Floats
    rooms: Floats
    ways: Floats
    current: Ints
    pairs: Ints
    homes: Ints
    owned: Ints
    borders: Floats
    outlines: Floats
    areas: Floats
    groups: tuple[str, ...]
    shares: Floats
    members: dict[str, tuple[str, ...]] = field(default_factory=dict)
    before: Town | None = None

    @property
    def walks(self) -> Floats:
        """Metres from each block to its school of today."""
        walks: Floats = self.ways[np.arange(len(self.blocks)), self.current]
        return walks


def survey_town(outcome: Outcome, stage: str, years: list[int], max_size: float | None) -> Town:
    """Lay out the blocks that reach some school, and the schools that take a catchment."""
    district, years = outcome.district, sorted(set(years))
    schools = _list_schools(outcome, stage, years)
    ways = outcome.ways_of(stage).metres[schools]
    blocks = ways.index[np.isfinite(ways.to_numpy()).any(axis=1)]
    shapes = district.blocks.loc[blocks]
    rooms = outcome.seats.of_stage(stage).loc[schools, years].to_numpy(float)
    seats = np.minimum(rooms, _find_room(outcome, stage, schools, years, max_size))
    pairs = find_neighbours(shapes)
    zones = outcome.catchments.zones.xs((stage, years[0]), level=("stage", "year"))
    current = schools.get_indexer(pd.Index(zones[blocks]))
    homes = find_homes(shapes, district.schools.loc[schools], seats.min(axis=1), pairs, current)
    owned = np.full(len(blocks), -1)
    owned[homes] = np.arange(len(schools))
    groups = district.composition.unstack("group").fillna(0.0).sort_index(axis=1)
    return Town(
        blocks=blocks,
        schools=schools,
        years=years,
        pupils=_count_pupils(outcome, stage, schools, blocks, years),
        seats=seats,
        rooms=rooms,
        ways=ways.loc[blocks].to_numpy(),
        current=np.where(current >= 0, current, ways.loc[blocks].to_numpy().argmin(axis=1)),
        pairs=pairs,
        homes=homes,
        owned=owned,
        borders=measure_borders(shapes, pairs),
        outlines=shapes.geometry.length.to_numpy(),
        areas=shapes.geometry.area.to_numpy(),
        groups=tuple(map(str, groups.columns)),
        shares=groups.reindex(blocks, fill_value=0.0).to_numpy(float),
    )


def _list_schools(outcome: Outcome, stage: str, years: list[int]) -> pd.Index:
    """Return the schools that take a catchment and have seats in all of `years`."""
    seats = outcome.seats.table.seats.xs(stage, level="stage").unstack("year")[years]
    schools = outcome.district.schools.index
    seats = seats.loc[schools[schools.isin(seats.index)]]
    zoned = outcome.catchments.zones.xs(stage, level="stage")
    zoned = zoned[zoned.index.get_level_values("year").isin(years)]
    public = outcome.district.schools.ownership[seats.index] != "private"
    seats = seats[public | seats.index.isin(zoned)]
    some = seats.index[(seats > 0).any(axis=1) & (seats == 0).any(axis=1)]
    if len(some):
        raise ScenarioError(
            f"{', '.join(some)}: not open in all of the years {years[0]}-{years[-1]}; "
            "draw the years before and after by themselves"
        )
    kept: pd.Index = seats.index[(seats > 0).all(axis=1)]
    return kept


def _find_room(
    outcome: Outcome, stage: str, schools: pd.Index, years: list[int], max_size: float | None
) -> Floats:
    """Return the school size less the pupils of other stages, school x year; inf without one."""
    table = outcome.balance.schools
    others = table.pupils[table.index.get_level_values("stage") != stage]
    taught = to_array(others, school=schools, year=years)
    room = np.stack([_limit_sizes(outcome, schools, year, max_size) for year in years], axis=1)
    return np.maximum(room - taught, 0.0)


def _limit_sizes(outcome: Outcome, schools: pd.Index, year: int, max_size: float | None) -> Floats:
    """Return the most pupils of each school; inf where nothing says."""
    if max_size is not None:
        return np.full(len(schools), float(max_size))
    own = outcome.district.schools.loc[schools]
    return np.array(limit_school_sizes(outcome.standards, own, year), dtype=np.float64)


def _count_pupils(
    outcome: Outcome, stage: str, schools: pd.Index, blocks: pd.Index, years: list[int]
) -> Floats:
    """Return the pupils of the stage less those who go to other (private) schools: block x year."""
    grades = [grade.code for grade in outcome.standards.stage(stage).grades]
    pupils = outcome.forecast.cube(grades).sum(axis=1)
    pupils = pd.DataFrame(pupils, outcome.district.blocks.index, outcome.district.years)
    shares = outcome.catchments.shares.xs(stage, level="stage")
    apart = shares[~shares.index.get_level_values("school").isin(schools)]
    living = pupils.loc[blocks, years].to_numpy(float)
    kept: Floats = living * (1.0 - to_array(apart, block=blocks, year=years))
    return kept
