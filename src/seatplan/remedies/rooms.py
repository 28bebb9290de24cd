"""Rooms as a remedy: built at a school, taken there from another stage, or a new school."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd

from seatplan.remedies.scene import SOURCE, Action, Scene
from seatplan.remedies.shortfalls import Shortfall
from seatplan.scenarios.interventions import Convert, Expand, NewSchool
from seatplan.siting.extensions import TERMS, Kind, list_extensions
from seatplan.siting.offer import TAKEN_M


def list_rooms(scene: Scene, flag: Shortfall) -> Iterator[list[Action]]:
    """Yield, for each school and way to more rooms there, the sizes on offer, smallest first.

    The first of a list is the least that the seats ask for; running it says whether it clears.
    """
    kinds: tuple[Kind, ...] = ("convert", "expand")
    for kind in kinds:
        ready = scene.ready(kind)
        if ready <= scene.outcome.district.horizon and scene.need(flag, ready):
            yield from _extend(scene, flag, kind, ready)
    if scene.ready("build") <= scene.outcome.district.horizon:
        yield from _build(scene, flag)


def _extend(scene: Scene, flag: Shortfall, kind: Kind, ready: int) -> Iterator[list[Action]]:
    """Yield the rooms that each school may gain, from the least that would do up to the most."""
    outcome, stage = scene.outcome, flag.stage
    years = [year for year in outcome.district.years if year >= ready]
    per_class = outcome.standards.seats_per_class(stage, ready)
    need = scene.need(flag, ready)
    least = max(-(-need // per_class), 1)
    schools = _list_schools(scene, flag, ready)
    table = list_extensions(outcome, stage, schools, years, [kind], TERMS, 0.0)
    limit = scene.terms.costs.sizes.expand_most if kind == "expand" else np.inf
    if scene.is_whole(flag) and len(table) > 1:
        yield _spread(scene, flag, table, limit, ready)
    for school, other, room in zip(table["at"], table.from_stage, table.rooms, strict=True):
        most = int(min(float(room), limit, 2 * least + 6))
        sizes = [*range(int(least), min(most, int(least) + 3) + 1)] or [most]
        if most > 0:
            yield [_write(kind, str(school), str(other), stage, rooms, ready) for rooms in sizes]


def _spread(
    scene: Scene, flag: Shortfall, table: pd.DataFrame, limit: float, ready: int
) -> list[Action]:
    """Return rooms at every school of the district together, as many as needed or as there are."""
    per_class = scene.outcome.standards.seats_per_class(flag.stage, ready)
    left = int(-(-scene.need(flag, ready) // per_class))
    whole: Action | None = None
    table = table.sort_values("rooms", ascending=False, kind="stable")
    rows = table[["kind", "at", "from_stage"]].astype(str).to_numpy()
    for (kind, school, other), room in zip(rows, table.rooms, strict=True):
        rooms = int(min(float(room), limit, left))
        if rooms > 0:
            own = _write(kind, school, other, flag.stage, rooms, ready)
            whole = own if whole is None else replace(whole.add(own), kinds=own.kinds)
            left -= rooms
    return [whole] if whole else []


def _write(kind: str, school: str, other: str, stage: str, rooms: int, ready: int) -> Action:
    """Return an expansion or a conversion of so many rooms."""
    if kind == "convert":
        step: Expand | Convert = Convert(
            school=school,
            from_stage=other,
            to_stage=stage,
            classrooms=rooms,
            year=ready,
            source=SOURCE,
        )
        return Action((kind,), (step,), ready, 0, rooms, {("convert_room", stage): float(rooms)})
    step = Expand(school=school, classrooms={stage: rooms}, year=ready, source=SOURCE)
    return Action((kind,), (step,), ready, rooms, 0, {("expand_room", stage): float(rooms)})


def _list_schools(scene: Scene, flag: Shortfall, ready: int) -> pd.Index[str]:
    """Return the school of a catchment; of the whole district, its public schools of the stage."""
    outcome = scene.outcome
    seats = outcome.seats.table.seats.xs((flag.stage, ready), level=("stage", "year"))
    schools = pd.Index(seats.index[seats > 0], dtype=object)
    public = outcome.district.schools.ownership[schools] == "public"
    kept = public.to_numpy() if scene.is_whole(flag) else schools == flag.school
    chosen: pd.Index[str] = schools[np.asarray(kept, bool)]
    return chosen


def _build(scene: Scene, flag: Shortfall) -> Iterator[list[Action]]:
    """Yield the sizes of a new school on each of the nearest sites."""
    outcome, stage = scene.outcome, flag.stage
    district = outcome.district
    offered = scene.terms.costs.sizes.new_school.get(stage, [])
    places = district.schools.geometry
    own = places[[flag.school]] if flag.school in places.index else places
    table = list_sites(scene, stage, own)
    for site, first, most in zip(
        table.index, table.earliest_year, table.max_classrooms, strict=True
    ):
        ready = max(scene.ready("build"), int(first))
        need = scene.need(flag, ready) if ready <= district.horizon else 0
        per_class = outcome.standards.seats_per_class(stage, ready)
        sizes = [rooms for rooms in sorted(set(offered)) if rooms <= most]
        enough = [rooms for rooms in sizes if rooms * per_class >= need] or sizes[-1:]
        if need and enough:
            yield [found_school(scene, str(site), stage, rooms, ready) for rooms in enough]


def found_school(
    scene: Scene, site: str, stage: str, rooms: int, ready: int, blocks: tuple[str, ...] = ()
) -> Action:
    """Return a new school on a site; for `blocks`, where given, and then with every grade."""
    per_class = scene.outcome.standards.seats_per_class(stage, ready)
    label = scene.outcome.standards.stage(stage).name
    taken = set(scene.outcome.district.schools.index)
    school = next(
        name for name in (f"{site}-{n}" for n in range(1, len(taken) + 2)) if name not in taken
    )
    step = NewSchool(
        school=school,
        name=f"拟建{label.zh}（{site}）",
        name_en=f"Planned {label.en.lower()} ({site})",
        site=site,
        classrooms={stage: rooms},
        every_grade=bool(blocks) or scene.outcome.standards.stage(stage).intake != "catchment",
        blocks={stage: blocks} if blocks else None,
        year=ready,
        source=SOURCE,
    )
    bill = {("new_seat", stage): float(rooms * per_class)}
    return Action(("build",), (step,), ready, rooms, 0, bill)


def list_sites(scene: Scene, stage: str, own: gpd.GeoSeries) -> pd.DataFrame:
    """Return the free sites of a stage that are nearest to some places."""
    district = scene.outcome.district
    sites: pd.DataFrame = district.sites
    if not len(sites):
        return sites
    fit = [stage in str(stages).split() for stages in sites.stages]
    free = [district.schools.distance(point).min() >= TAKEN_M for point in sites.geometry]
    sites = sites[[one and other for one, other in zip(fit, free, strict=True)]]
    away = [float(own.distance(point).min()) for point in sites.geometry]
    near: pd.DataFrame = sites.assign(away=away).sort_values("away", kind="stable")
    return near.head(scene.terms.nearest).drop(columns="away")
