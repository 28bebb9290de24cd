"""Flags of walks too far, and what may clear them: buses, nearer schools, a new one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.optimize import Bounds, LinearConstraint, milp

from seatplan.district.clauses import Standard
from seatplan.labels import Floats
from seatplan.measures.ways import count_beyond, find_rides
from seatplan.outcome import Outcome
from seatplan.remedies.rooms import found_school, list_sites
from seatplan.remedies.scene import SOURCE, Action, Scene
from seatplan.scenarios.interventions import Rezone, SchoolBus

WALKS = ("beyond_walk", "longest_walk")  # measures of ways that a bus shortens
SOME = 1e-6  # pupils that are none


@dataclass(frozen=True)
class FarFlag:
    """A flag of walks too far: a school, the limit, and the years in which it is passed.

    `worst`, `worst_year`: the value farthest beyond, and its first year, in the unit of the
    measure (a share, or metres).
    """

    standard: Standard
    school: str
    stage: str
    years: tuple[int, ...]
    worst: float
    worst_year: int
    limit: float

    def judge(self, ready: int) -> tuple[int, ...]:
        """Return the years that a remedy which works from `ready` on has to clear."""
        return tuple(year for year in self.years if year >= ready)


def list_far(outcome: Outcome, now: int) -> list[FarFlag]:
    """List the flags of walks too far from `now` on, the farthest beyond its limit first."""
    table = outcome.flags.table
    found = []
    for standard in outcome.standards.standards:
        if standard.indicator not in WALKS or standard.side != "above":
            continue
        own = table[(table.code == standard.code) & (table.year >= now)]
        for (school, stage), part in own.groupby(["school", "stage"], sort=False):
            worst = part.sort_values(["value", "year"], ascending=[False, True]).iloc[0]
            figures = float(worst["value"]), int(worst.year), float(worst.limit)
            years = tuple(int(each) for each in sorted(part.year))
            found.append(FarFlag(standard, str(school), str(stage), years, *figures))
    unique = {(flag.standard.code, flag.school, flag.stage): flag for flag in found}
    order = outcome.axes.schools
    return sorted(
        unique.values(), key=lambda flag: (-flag.worst / flag.limit, order.get_loc(flag.school))
    )


def list_actions(scene: Scene, flag: FarFlag) -> Iterator[Action]:
    """Yield what may clear a flag: buses, nearer schools, a new one."""
    outcome, ready = scene.outcome, scene.ready("bus")
    if judged := flag.judge(ready):
        far = _lay_far(outcome, flag)
        for kind, blocks in (
            ("bus", _choose_riders(far, judged)),
            ("bus_all", far.blocks[far.far.any(axis=0)]),
        ):
            if len(blocks):
                yield _ride(flag, kind, blocks, ready)
    last = outcome.district.horizon
    grades = len(outcome.standards.stage(flag.stage).grades)
    moved = scene.ready("rezone") + grades - 1  # when the last who attend from there have left
    if flag.judge(moved) and moved <= last and (action := _hand_over(scene, flag, moved)):
        yield action
    if scene.ready("build") <= last:
        yield from _build(scene, flag)


@dataclass(frozen=True)
class Far:
    """Who attends a flagged school from which block: pupils year x block, and who is too far.

    `need`: how many of those who are too far must ride, by year, for the flag to be cleared.
    """

    blocks: npt.NDArray[np.object_]
    years: tuple[int, ...]
    far: Floats
    need: Floats


def _lay_far(outcome: Outcome, flag: FarFlag) -> Far:
    """Lay out who is too far to walk to a school, and how many of them must ride."""
    axes = outcome.axes
    pairs, flows = outcome.assignment.pairs[flag.stage], outcome.assignment.flows[flag.stage]
    school = int(axes.schools.get_indexer(pd.Index([flag.school]))[0])
    own = pairs.select(school)
    ways = outcome.ways_of(flag.stage).pair_metres(pairs.block[own], pairs.school[own])
    attend = flows[own].sum(axis=1).T * ~find_rides(outcome, pairs)[:, own]
    metres = _read_metres(outcome, flag)
    far = attend * (ways > metres + 1e-6) * np.isfinite(ways)
    need = far.sum(axis=1)
    if flag.standard.indicator == "beyond_walk":
        at = axes.stages.index(flag.stage)
        counts = count_beyond(outcome, "beyond_walk", straight=False)
        beyond, whole = next((far[school], all_[school]) for own, far, all_ in counts if own == at)
        need = np.maximum(beyond - flag.limit * whole, 0.0)
    return Far(axes.blocks[pairs.block[own]].to_numpy(object), tuple(axes.years), far, need)


def _read_metres(outcome: Outcome, flag: FarFlag) -> float:
    """Return from which way on a pupil of the school is too far to walk."""
    if flag.standard.indicator == "longest_walk":
        return flag.limit
    school = outcome.district.schools.loc[flag.school]
    keys = (flag.stage, str(school.kind))
    found = outcome.standards.radius(
        flag.worst_year, *keys, setting=str(school.setting), indicators=("beyond_walk",)
    )
    return found.value if found else np.inf


def _choose_riders(far: Far, judged: tuple[int, ...]) -> npt.NDArray[np.object_]:
    """Return the blocks with the fewest pupils whose riding clears a flag in the years.

    A covering problem in whole blocks, solved to optimality (HiGHS): the pupils who ride, summed
    over the years, are least.
    """
    rows = [far.years.index(year) for year in judged]
    pupils, need = far.far[rows], far.need[rows]
    if not pupils.any():
        return far.blocks[:0]
    cover = LinearConstraint(pupils, np.minimum(need, pupils.sum(axis=1)) - SOME, np.inf)
    answer = milp(
        pupils.sum(axis=0) + SOME,
        constraints=cover,
        integrality=np.ones(len(far.blocks)),
        bounds=Bounds(0, 1),
        options={"mip_rel_gap": 0.0},
    )
    if answer.x is None:
        return far.blocks[far.far.any(axis=0)]
    chosen: npt.NDArray[np.object_] = far.blocks[answer.x > 0.5]
    return chosen


def _ride(flag: FarFlag, kind: str, blocks: npt.NDArray[np.object_], ready: int) -> Action:
    named = tuple(map(str, blocks))
    step = SchoolBus(school=flag.school, blocks=named, year=ready, source=SOURCE)
    return Action((kind,), (step,), ready, 0, 0, {})


def _hand_over(scene: Scene, flag: FarFlag, ready: int) -> Action | None:
    """Return the blocks that are too far, each to the nearest school that is near enough."""
    outcome, axes = scene.outcome, scene.outcome.axes
    if outcome.standards.stage(flag.stage).intake != "catchment":
        return None
    at = axes.years.index(scene.ready("rezone"))
    zone = outcome.catchments.zone[flag.stage][:, at]
    school, metres = axes.schools.get_loc(flag.school), _read_metres(outcome, flag)
    ways = outcome.ways_of(flag.stage).metres.to_numpy()
    taking = np.isin(np.arange(len(axes.schools)), zone)
    near = np.where(taking[None, :] & (ways <= metres), ways, np.inf)
    to = near.argmin(axis=1)
    own = (zone == school) & (ways[:, school] > metres) & np.isfinite(near.min(axis=1))
    steps = tuple(
        Rezone(
            stage=flag.stage,
            school=str(axes.schools[receiver]),
            blocks=tuple(map(str, axes.blocks[own & (to == receiver)])),
            year=axes.years[at],
            source=SOURCE,
        )
        for receiver in np.unique(to[own])
    )
    return Action(("rezone",), steps, ready, 0, 0, {}) if steps else None


def _build(scene: Scene, flag: FarFlag) -> Iterator[Action]:
    """Yield a new school with every grade on each of the nearest sites, for the blocks too far."""
    outcome = scene.outcome
    far = _lay_far(outcome, flag)
    blocks = tuple(map(str, far.blocks[far.far.any(axis=0)]))
    if not blocks:
        return
    table = list_sites(scene, flag.stage, outcome.district.blocks.geometry[list(blocks)].centroid)
    offered = sorted(scene.terms.costs.sizes.new_school.get(flag.stage, []))
    for site, first, most in zip(
        table.index, table.earliest_year, table.max_classrooms, strict=True
    ):
        ready = max(scene.ready("build"), int(first))
        judged = flag.judge(ready) if ready <= outcome.district.horizon else ()
        if not judged:
            continue
        pupils = far.far[[far.years.index(year) for year in judged]].sum(axis=1).max()
        per_class = outcome.standards.seats_per_class(flag.stage, ready)
        fit = [rooms for rooms in offered if rooms <= most and rooms * per_class >= pupils]
        if fit:
            yield found_school(scene, str(site), flag.stage, fit[0], ready, blocks)
