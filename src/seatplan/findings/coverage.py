"""Seated within reach, in reach without a seat, or out of reach: where to rezone, where to build.

A school is in reach of a block when the walk is at most the shortest radius or walk that a limit
asks for, for the stage, the kind of the school and the setting of the block; where no standard says
anything, when any road leads there.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from seatplan.district.stages import Stage
from seatplan.labels import Floats, to_array
from seatplan.outcome import Outcome
from seatplan.seating.headcount import round_parts
from seatplan.solvers.transport import prepare_ways, solve_transport

PARTS = ["seated", "no_seat", "out_of_reach"]
ANY_ROAD = (np.inf, "any road")


@dataclass(frozen=True)
class Coverage:
    """Who sits within reach, who does not, and what would cure it; whole pupils.

    `table`: index (`block`, `stage`, `year`): seated (on a seat within reach), no_seat (a school
    lies within reach, but they have no seat there), out_of_reach (none does). The three add up to
    the block's pupils in `SeatBalance.blocks`.
    `cure`: index (`stage`, `year`): pupils, no_seat, out_of_reach, short (the sum of these two),
    rezone (of short, as many as other catchments alone could seat within reach), build (the rest).
    `reach`: index (`stage`, `setting`), of blocks: metres within which a school is in reach (of the
    kinds of school, the largest; inf = any road) and the source of that limit, in the last year.
    """

    table: pd.DataFrame
    cure: pd.DataFrame
    reach: pd.DataFrame


@dataclass(frozen=True)
class _Scene:
    """One stage in one year; blocks and schools by position.

    `pupils`: block. `sitting`: pupils on a seat, block x school. `seats`: school. `reach`: whether
    an open school lies in reach, block x school. `public`: schools open to all who live near.
    """

    pupils: Floats
    sitting: Floats
    seats: Floats
    reach: np.ndarray[tuple[int, int], np.dtype[np.bool_]]
    public: np.ndarray[tuple[int], np.dtype[np.bool_]]


def diagnose_coverage(outcome: Outcome, *, within: float | None = None) -> Coverage:
    """Sort every block's pupils by seat and reach, and every shortage by its cure.

    `within` is a radius in metres to take instead of the standard, for every block; with inf any
    road will do, and what is short is short of seats, however far they are.

    Where a school is over its seats, the seats are shared alike by all who attend. Rezoning cures
    as much as the largest flow of pupils to seats within reach holds beyond those seated there now:
    all pupils may change their public school, those of private schools stay. The flow may split
    blocks, so it is the most that any catchments can do; whole, connected ones may do less.
    """
    parts, cures = [], []
    blocks = outcome.district.blocks.index
    for stage in outcome.standards.stages:
        for year, scene in zip(
            outcome.district.years, _survey(outcome, stage, within), strict=True
        ):
            sorted_out = _sort_pupils(scene)
            whole = outcome.balance.blocks.pupils.xs((stage.code, year), level=("stage", "year"))
            counts = _round(sorted_out, whole.loc[blocks].to_numpy())
            keys = {"block": blocks, "stage": stage.code, "year": year}
            parts.append(counts.assign(**keys))
            cures.append(
                {"stage": stage.code, "year": year, **_find_cure(scene, sorted_out, counts)}
            )
    order = outcome.balance.blocks.index
    table = pd.concat(parts).set_index(["block", "stage", "year"]).loc[order]
    cure = pd.DataFrame(cures).set_index(["stage", "year"])
    return Coverage(table, cure, _tell_reach(outcome, within))


def price_seats(outcome: Outcome, *, stage: str, year: int) -> pd.DataFrame:
    """Find where the next classroom saves most, if every pupil went where the total walk is least.

    Pupils of public schools go to their seats by any road, by one exact transport problem. Where it
    has several duals, the largest is what one seat less would cost, not what one more saves; so
    each school with a dual above 0 is solved again with one seat more, and with a classroom more:
    the first seat's worth hardly holds for the last. Where the dual is 0, no seat saves anything.

    Returns
    -------
    DataFrame
        Index `school`, of those open to all, the best first: `pupils` (seated by the seat who else
        find none) and `saved_m` (metres of way to school saved each day; below 0 where the pupil
        who is seated adds to them); `room_pupils` and `room_saved_m`, the same of a whole
        classroom, of as many seats as the class limits give it.
    """
    year_at = outcome.district.years.index(year)
    scene = _survey(outcome, outcome.standards.stage(stage), np.inf)[year_at]
    schools = _list_schools(outcome, stage)
    ways = np.where(scene.public, outcome.ways_of(stage).metres[schools].to_numpy(), np.inf)
    free = np.maximum(scene.pupils - scene.sitting[:, ~scene.public].sum(axis=1), 0.0)
    open_ways = prepare_ways(ways)
    now = open_ways.seat(free, scene.seats)
    gains = np.zeros((len(schools), 4))
    for place in np.flatnonzero(now.seat_price > 0):
        for at, more in enumerate((1.0, outcome.standards.seats_per_class(stage, year))):
            seats = scene.seats + more * (np.arange(len(schools)) == place)
            then = open_ways.seat(free, seats, start=now)
            seated = then.pupils.sum() - now.pupils.sum()
            gains[place, 2 * at : 2 * at + 2] = seated, now.cost - then.cost
    columns = ["pupils", "saved_m", "room_pupils", "room_saved_m"]
    table = pd.DataFrame(gains.round(6), schools.rename("school"), columns)
    offered = table[scene.public & (scene.seats > 0)]
    return offered.sort_values(columns[2:], ascending=False, kind="stable")


def _list_schools(outcome: Outcome, stage: str) -> pd.Index:
    taught = outcome.seats.of_stage(stage).index
    schools: pd.Index = outcome.district.schools.index
    return schools[schools.isin(taught)]


def _survey(outcome: Outcome, stage: Stage, within: float | None) -> list[_Scene]:
    """Lay out one stage year by year as arrays."""
    district, years = outcome.district, outcome.district.years
    blocks, schools = district.blocks.index, _list_schools(outcome, stage.code)
    grades = [grade.code for grade in stage.grades]
    own = outcome.assignment.pupils.index.get_level_values("grade").isin(grades)
    attend = to_array(outcome.assignment.pupils[own], year=years, block=blocks, school=schools)
    pupils = outcome.forecast.cube(grades).sum(axis=1)
    seats = to_array(outcome.seats.table.seats, stage=[stage.code], year=years, school=schools)[0]
    full = attend.sum(axis=1)
    share = np.divide(seats, full, out=np.ones_like(full), where=full > seats)
    ways = outcome.ways_of(stage.code).metres[schools].to_numpy()
    return [
        _Scene(
            pupils=pupils[:, at],
            sitting=attend[at] * share[at],
            seats=seats[at],
            reach=(ways <= _limit_ways(outcome, stage.code, year, within)) & (seats[at] > 0),
            public=(district.schools.ownership[schools] != "private").to_numpy(),
        )
        for at, year in enumerate(years)
    ]


def _limit_ways(outcome: Outcome, stage: str, year: int, within: float | None) -> Floats:
    """Return the service radius, block x school; a walk of inf is beyond the largest of them."""
    kinds = outcome.district.schools.kind[_list_schools(outcome, stage)].to_numpy()
    settings = outcome.district.blocks.setting.to_numpy()
    radius = np.empty((len(settings), len(kinds)))
    for setting in np.unique(settings):
        for kind in np.unique(kinds):
            limit = within
            if within is None:
                keys = (stage, str(kind))
                found = outcome.standards.radius(year, *keys, setting=str(setting))
                limit = found.value if found else None
            radius[np.ix_(settings == setting, kinds == kind)] = np.inf if limit is None else limit
    return np.minimum(radius, np.finfo(float).max)


def _tell_reach(outcome: Outcome, within: float | None) -> pd.DataFrame:
    """Say which limit is in force in the last year, by stage and setting of blocks."""
    rows = {
        (stage.code, setting): _find_reach(outcome, stage.code, str(setting), within)
        for stage in outcome.standards.stages
        for setting in outcome.district.blocks.setting.unique()
    }
    index = pd.MultiIndex.from_tuples(rows, names=["stage", "setting"])
    return pd.DataFrame(list(rows.values()), index, columns=["metres", "source"])


def _find_reach(
    outcome: Outcome, stage: str, setting: str, within: float | None
) -> tuple[float, str]:
    """Return the largest limit of any kind of school that teaches the stage, and its source."""
    kinds = outcome.district.schools.kind[_list_schools(outcome, stage)].unique()
    if within is not None:
        return (within, "asked for") if np.isfinite(within) else ANY_ROAD
    year = outcome.district.horizon
    found = [outcome.standards.radius(year, stage, k, setting=setting) for k in kinds]
    limits = [limit for limit in found if limit]
    if not limits or len(limits) < len(found):
        return ANY_ROAD
    largest = max(limits, key=lambda limit: limit.value)
    return largest.value, largest.standard.source


def _sort_pupils(scene: _Scene) -> Floats:
    """Return pupils by block: seated in reach, in reach without a seat, out of reach."""
    seated = (scene.sitting * scene.reach).sum(axis=1)
    rest = np.maximum(scene.pupils - seated, 0.0)
    near = (scene.reach & (scene.public | (scene.sitting > 0))).any(axis=1)
    return np.stack([seated, rest * near, rest * ~near], axis=1)


def _round(table: Floats, whole: np.ndarray[tuple[int], np.dtype[np.int64]]) -> pd.DataFrame:
    """Round each block's parts to whole pupils that add up to its whole pupils."""
    sums = table.sum(axis=1)
    scaled = table * np.divide(whole, sums, out=np.zeros_like(sums), where=sums > 0)[:, None]
    groups = np.repeat(np.arange(len(table)), table.shape[1])
    counts = round_parts(scaled.ravel(), groups, np.where(sums > 0, whole, 0))
    return pd.DataFrame(counts.reshape(table.shape), columns=PARTS)


def _find_cure(scene: _Scene, table: Floats, counts: pd.DataFrame) -> dict[str, int]:
    """Split the shortage into what other catchments could seat and what needs building."""
    apart = scene.sitting[:, ~scene.public].sum(axis=1)  # they stay at their private school
    within = (scene.sitting * scene.reach)[:, ~scene.public].sum()
    free = np.maximum(scene.pupils - apart, 0.0)
    flow = solve_transport(free, scene.seats * scene.public, np.where(scene.reach, 1.0, np.inf))
    lasting = (
        table.sum() - within - flow.pupils.sum()
    )  # seated nowhere in reach, whatever the zones
    out = int(counts.out_of_reach.sum())
    short = out + int(counts.no_seat.sum())
    build = min(max(round(lasting), out), short)
    return {
        "pupils": int(counts.to_numpy().sum()),
        "no_seat": short - out,
        "out_of_reach": out,
        "short": short,
        "rezone": short - build,
        "build": build,
    }
