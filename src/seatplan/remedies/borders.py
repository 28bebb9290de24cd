"""Borders as a remedy: blocks handed over, schools that draw lots together, schools merged."""

from __future__ import annotations

from collections.abc import Collection, Iterator

import numpy as np
import numpy.typing as npt
import pandas as pd

from seatplan.labels import Floats, Ints
from seatplan.remedies.blocks import Border, choose_blocks
from seatplan.remedies.scene import SOURCE, Action, Scene
from seatplan.remedies.shortfalls import Shortfall
from seatplan.scenarios.interventions import LotteryZone, Merge, Rezone
from seatplan.scenarios.steps import find_block
from seatplan.seating.neighbours import find_homes
from seatplan.siting.extensions import find_most_pupils
from seatplan.siting.reach import find_standard

MARGIN = 0.5  # pupils by which whole numbers may differ from their fractions


def list_borders(scene: Scene, flag: Shortfall) -> Iterator[list[Action]]:
    """Yield what can be done without a room, each as a list with one action."""
    ready = scene.ready("rezone")
    stage = scene.outcome.standards.stage(flag.stage)
    if ready > scene.outcome.district.horizon or not scene.need(flag, ready):
        return
    if stage.intake == "catchment":
        for by_way in (False, True):
            yield [action] if (action := rezone(scene, flag, by_way=by_way)) else []
        yield from _join(scene, flag, ready)
    if stage.intake != "seats":
        yield from _merge(scene, flag, ready)


def rezone(
    scene: Scene,
    flag: Shortfall,
    *,
    by_way: bool,
    seats: float = 0.0,
    since: int = 0,
    more: float = 0.0,
) -> Action | None:
    """Return the least blocks to hand over that clear a shortfall; None where none do.

    Parameters
    ----------
    by_way
        Whether with the least way more instead of the fewest pupils.
    seats, since
        Seats that another step gives the school, and the first year that is to be cleared.
    more
        Pupils beyond the shortage: what rounding to whole children left of an earlier try.
    """
    ready = scene.ready("rezone")
    border = lay_border(scene, flag, ready)
    judged = list(flag.judge(max(ready, since)))
    if border is None or not judged:
        return None
    short = scene.read(flag)[judged].to_numpy(float)
    years = [year for year in scene.outcome.district.years if year >= ready]
    need = np.zeros(len(years))
    asked = short - flag.least + 1 - seats + more
    need[[years.index(year) for year in judged]] = np.maximum(asked, 0.0)
    answer = choose_blocks(border, need, by_way=by_way)
    return None if answer is None else _write(scene, flag, ready, answer)


def _write(scene: Scene, flag: Shortfall, ready: int, answer: Ints) -> Action:
    """Write chosen blocks as steps, one for each receiving school."""
    axes = scene.outcome.axes
    steps = tuple(
        Rezone(
            stage=flag.stage,
            school=str(axes.schools[receiver]),
            blocks=tuple(str(block) for block in axes.blocks[answer == receiver]),
            year=ready,
            source=SOURCE,
        )
        for receiver in np.unique(answer[answer >= 0])
    )
    return Action(("rezone",), steps, ready, 0, 0, {})


def lay_border(scene: Scene, flag: Shortfall, ready: int) -> Border | None:
    """Lay a catchment and its neighbours out; None where the school has no block of its own.

    A block may go where the way is within the walk standard of the stage, needs no bus, or is no
    longer than today.
    """
    outcome, axes = scene.outcome, scene.outcome.axes
    at = slice(list(axes.years).index(ready), None)
    owner = outcome.catchments.zone[flag.stage][:, at.start]
    school = list(axes.schools).index(flag.school)
    if not (owner == school).any():
        return None
    taking = _list_taking(scene, flag.stage, at)
    pupils = scene.living(flag.stage)[:, at] * scene.sending(flag.stage)[:, school, at]
    ways = outcome.ways_of(flag.stage).metres.to_numpy()
    today = ways[np.arange(len(ways)), np.maximum(owner, 0)]
    farthest = np.maximum(find_standard(outcome, flag.stage), scene.terms.costs.bus.beyond_m)
    limit = np.minimum(np.maximum(farthest, today), np.finfo(float).max)
    return Border(
        pupils=pupils,
        owner=owner,
        school=school,
        home=_find_home(scene, school, owner),
        ways=ways,
        allowed=(ways <= limit[:, None]) & taking,
        spare=measure_spare(scene, flag, at),
        pairs=scene.neighbours,
    )


def measure_spare(scene: Scene, flag: Shortfall, at: slice) -> Floats:
    """Return the pupils whom each school may take more without a shortage told, school x year."""
    outcome = scene.outcome
    tables = [
        outcome.measure(name).xs(flag.stage, level="stage").unstack("year")
        for name in ("seats", "residents")
    ]
    seats, residents = (table.reindex(outcome.axes.schools).iloc[:, at] for table in tables)
    room = (seats - residents).to_numpy(float) + flag.least - 1 - MARGIN
    spare: Floats = np.maximum(np.nan_to_num(room), 0.0)
    return np.where(seats.fillna(0).to_numpy() > 0, spare, 0.0)


def _list_taking(scene: Scene, stage: str, at: slice) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Return which schools have a catchment of the stage in every year."""
    zone = scene.outcome.catchments.zone[stage][:, at]
    return np.array(
        [
            bool((zone == school).any(axis=0).all())
            for school in range(len(scene.outcome.axes.schools))
        ]
    )


def _find_home(scene: Scene, school: int, owner: Ints) -> int:
    district = scene.outcome.district
    own = district.schools.iloc[[school]]
    zones = np.where(owner == school, 0, -1)
    return int(find_homes(district.blocks, own, np.ones(1), scene.neighbours, zones)[0])


def _list_beside(scene: Scene, flag: Shortfall, ready: int, within_m: float) -> list[str]:
    """Return the schools whose catchments touch and which lie within some metres as the crow flies.

    A public school that stands in the catchment without having one of its own counts as touching.
    Those with most seats to spare come first.
    """
    axes, places = scene.outcome.axes, scene.outcome.district.schools.geometry
    away = places.distance(places[flag.school]).to_numpy()
    at = slice(list(axes.years).index(ready), None)
    owner = scene.outcome.catchments.zone[flag.stage][:, at.start]
    own = owner == axes.schools.get_loc(flag.school)
    one, other = scene.neighbours.T
    touching = {*owner[other[own[one]]], *owner[one[own[other]]]}
    spare = measure_spare(scene, flag, at).min(axis=1)
    touching |= _list_inside(scene, own, set(owner))
    near = [int(school) for school in touching if school >= 0]
    near = [
        school
        for school in near
        if axes.schools[school] != flag.school and spare[school] > 0 and away[school] <= within_m
    ]
    near.sort(key=lambda school: (-spare[school], school))
    return [str(axes.schools[school]) for school in near[: scene.terms.nearest]]


def _list_inside(scene: Scene, own: npt.NDArray[np.bool_], zoned: Collection[int]) -> set[int]:
    """Return the positions of public schools without a catchment that stand in some blocks."""
    district, axes = scene.outcome.district, scene.outcome.axes
    inside = set()
    for at, (place, owner) in enumerate(
        zip(district.schools.geometry, district.schools.ownership, strict=True)
    ):
        if at in zoned or owner != "public":
            continue
        block = find_block(district, place)
        if block is not None and own[axes.blocks.get_loc(block)]:
            inside.add(at)
    return inside


def _join(scene: Scene, flag: Shortfall, ready: int) -> Iterator[list[Action]]:
    """Yield lottery zones with a school beside, a walk away, where the seats of both suffice."""
    lots = scene.outcome.catchments.list_lotteries(flag.stage, ready)
    if flag.school in lots:
        return
    for partner in _list_beside(scene, flag, ready, scene.terms.costs.bus.beyond_m):
        if partner not in lots and _suffice(scene, flag, partner, ready):
            step = LotteryZone(
                stage=flag.stage, schools=(flag.school, partner), year=ready, source=SOURCE
            )
            yield [Action(("lottery",), (step,), ready, 0, 0, {})]


def _merge(scene: Scene, flag: Shortfall, ready: int) -> Iterator[list[Action]]:
    """Yield mergers with a school beside that keep both campuses, within the school size."""
    district = scene.outcome.district
    taught = scene.outcome.seats.table.seats.unstack("year")[ready]
    taught = taught[taught > 0]
    for partner in _list_beside(scene, flag, ready, scene.terms.costs.bus.most_m):
        pair = [flag.school, partner]
        larger = sorted(pair, key=lambda school: (-float(taught[school].sum()), school))
        heir, closing = larger
        same = district.schools.ownership[heir] == district.schools.ownership[closing]
        stages = set(taught[closing].index) <= set(taught[heir].index)
        most = find_most_pupils(scene.outcome, str(district.schools.kind[heir]), ready)
        fits = float(taught[pair].sum()) <= most
        if same and stages and fits and _suffice(scene, flag, partner, ready):
            step = Merge(
                schools=(closing,), into=heir, keep_classrooms=True, year=ready, source=SOURCE
            )
            yield [Action(("merge",), (step,), ready, 0, 0, {})]


def _suffice(scene: Scene, flag: Shortfall, partner: str, ready: int) -> bool:
    """Say whether two schools together have the seats in every year to be cleared."""
    outcome, judged = scene.outcome, list(flag.judge(ready))
    left = pd.Series(0.0, judged)
    for school in (flag.school, partner):
        key = (school, flag.stage)
        seats, residents = (outcome.measure(name)[key] for name in ("seats", "residents"))
        left += (seats - residents).reindex(judged)
    return bool((left >= 1 - flag.least).all())
