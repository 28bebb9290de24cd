"""What the drawing board counts from: homes, walks, catchments, rooms and steps of a scenario.

The page follows a draft as `scenarios` and `seating.catchments` do. For stages with catchments it
is given what they are given, to the last bit, so that what it counts is what `evaluate` counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from seatplan.outcome import Outcome
from seatplan.scenarios.areas import Rezone
from seatplan.scenarios.closures import NEAREST, Merge
from seatplan.scenarios.notation import list_fields
from seatplan.scenarios.steps import KINDS, Intervention
from seatplan.travel.walks import measure_walks, snap_points

# The kinds of steps that the drawing board draws.
DRAWN = ("rezone", "new_school", "close", "merge", "expand", "convert")


@dataclass(frozen=True)
class Board:
    """What a draft on one scenario is counted from.

    Parameters
    ----------
    living, entering
        Pupils of each block, and those of the entry grade: stage -> block x year. Of the stages
        with catchments.
    partial
        Those of these stages in which some school is for some of the grades only, or teaches them
        at several sites, so that its ways are not those of the whole school.
    metres
        Walks, block x school or candidate site, inf where there is no way.
    lived
        Share of a block's pupils at each private school in the base year: stage, block, school,
        share.
    shares
        Share of each school where several share a block, NaN where the seats decide: (`block`,
        `stage`, `school`).
    lotteries
        Name of the lottery zone of each school that is in one, (`stage`, `year`, `school`).
    per_class
        Seats of a classroom: stage -> year.
    catchments, classrooms, successors, sites
        Tables of the planned district.
    steps
        The scenario's steps as they are written in a file, those that choose schools or blocks by
        a rule with what they chose.
    current
        Whether the catchments in force decide, and not another rule.
    detour
        Metres walked for one by air where no walk is known.
    command
        What evaluates the file {file} as this outcome was.
    """

    living: dict[str, npt.NDArray[np.float64]]
    partial: list[str]
    entering: dict[str, npt.NDArray[np.float64]]
    metres: pd.DataFrame
    lived: pd.DataFrame
    shares: pd.Series[float]
    lotteries: pd.Series[str]
    per_class: dict[str, list[float]]
    catchments: pd.Series[str]
    classrooms: pd.Series[int]
    successors: pd.DataFrame
    sites: gpd.GeoDataFrame
    steps: list[dict[str, Any]]
    current: bool
    detour: float
    command: str


def read_board(outcome: Outcome) -> Board:
    """Return what drafts on an outcome are counted from."""
    district, axes = outcome.district, outcome.axes
    stages = outcome.standards.stages
    zoned = [item.code for item in stages if item.intake == "catchment"]
    own = outcome.standards.zoned
    cubes = {code: outcome.forecast.cube(axes.grades[axes.span(code)]) for code in zoned}
    whole = axes.sum_grades(outcome.forecast.cube(axes.grades), axis=1)
    return Board(
        living={code: whole[:, axes.stages.index(code)] for code in zoned},
        partial=[
            code
            for code in zoned
            if not _has_every_grade(outcome, code) or _is_apart(outcome, code)
        ],
        entering={code: cube[:, 0] for code, cube in cubes.items()},
        metres=_measure_ways(outcome),
        lived=pd.concat([_share_private(outcome, code) for code in own] or [_no_shares()]),
        shares=district.shares,
        lotteries=outcome.catchments.lotteries,
        per_class={
            stage: [outcome.standards.seats_per_class(stage, year) for year in axes.years]
            for stage in axes.stages
        },
        catchments=district.catchments,
        classrooms=district.classrooms,
        successors=district.successors,
        sites=district.sites,
        steps=resolve_steps(outcome),
        current=outcome.policy.catchments == "current",
        detour=district.detour,
        command=tell_command(outcome.policy.births, outcome.policy.overflow),
    )


def _has_every_grade(outcome: Outcome, stage: str) -> bool:
    """Say whether each school of a stage is for all of its grades."""
    seats = outcome.seats
    return bool(seats.spans[seats.taught(stage), outcome.axes.span(stage)].all())


def _is_apart(outcome: Outcome, stage: str) -> bool:
    """Say whether the ways of a stage to a school of several sites are not those to the school."""
    sites = outcome.costs.campuses
    if sites is None:
        return False
    grades = outcome.axes.grades[outcome.axes.span(stage)]
    ways = sites.join(sites.walks, ())
    return not np.array_equal(sites.join(sites.walks, grades), ways)


def name_fields() -> dict[str, list[str]]:
    """Return what each kind of step that a draft may have takes, as a scenario file writes it."""
    return {kind: ["kind", *KINDS[kind].model_fields] for kind in DRAWN}


def tell_command(births: str, overflow: str) -> str:
    """Return the command that evaluates a file as a page was evaluated."""
    options = f" --births {births}" if births != "medium" else ""
    options += f" --overflow {overflow}" if overflow != "stay" else ""
    return f"seatplan evaluate data --scenario {{file}}{options}"


def resolve_steps(outcome: Outcome) -> list[dict[str, Any]]:
    """Return a scenario's steps as fields; mergers and polygons with what they came to.

    So a draft's own steps cannot change what the steps of its plan choose.
    """
    named = {
        (school, step.year)
        for step in outcome.scenario.interventions
        if isinstance(step, Merge) and step.schools
        for school in step.schools
    }
    steps: list[dict[str, Any]] = []
    for step in outcome.scenario.interventions:
        steps += [
            {key: value for key, value in one.items() if value is not None}
            for one in _resolve(step, outcome, named)
        ]
    return steps


def _resolve(
    step: Intervention, outcome: Outcome, named: set[tuple[str, int]]
) -> list[dict[str, Any]]:
    fields = list_fields(step)
    if isinstance(step, Rezone) and step.polygon is not None:
        fields.pop("polygon")
        return [{**fields, "blocks": step.list_blocks(outcome.district)}]
    if isinstance(step, Merge) and (step.into == NEAREST or step.where is not None):
        moved = outcome.district.successors
        moved = moved[moved.year == step.year]
        own = [
            school
            for school in moved.index
            if (school in step.schools if step.schools else (school, step.year) not in named)
        ]
        kept = {key: fields[key] for key in ("keep_classrooms",) if key in fields}
        heirs = dict.fromkeys(moved.into[own])
        return [
            {
                "kind": step.kind,
                "year": step.year,
                "source": step.source,
                "schools": [school for school in own if moved.into[school] == heir],
                "into": heir,
                **kept,
            }
            for heir in heirs
        ]
    return [fields]


def _measure_ways(outcome: Outcome) -> pd.DataFrame:
    """Return the walks to schools, and to candidate sites as if a school stood there."""
    ways, sites = outcome.costs, outcome.district.sites
    if not len(sites):
        return ways.metres
    points = snap_points(ways.network, sites.geometry.to_crs(outcome.district.crs))
    metres = measure_walks(ways.network, ways.homes, points)
    return pd.concat(
        [ways.metres, pd.DataFrame(metres, index=ways.metres.index, columns=sites.index)], axis=1
    )


def _share_private(outcome: Outcome, stage: str) -> pd.DataFrame:
    """Return the shares that `Ground.choose_apart` reads, of schools that are not open to all."""
    pairs, flows = outcome.origins.pairs[stage], outcome.origins.flows[stage].sum(axis=0)
    total = pairs.sum_blocks(flows)[pairs.block]
    share = np.divide(flows, total, out=np.zeros_like(flows), where=total > 0)
    taught = np.isin(pairs.school, outcome.case.seats.taught(stage))
    private = (outcome.district.schools.ownership == "private").to_numpy()[pairs.school]
    kept = taught & private & (share > 0)
    return pd.DataFrame(
        {
            "stage": stage,
            "block": outcome.axes.blocks[pairs.block[kept]],
            "school": outcome.axes.schools[pairs.school[kept]],
            "share": share[kept],
        }
    )


def _no_shares() -> pd.DataFrame:
    return pd.DataFrame({"stage": [], "block": [], "school": [], "share": []})
