"""Catchments against ownership, residents, seats and distance."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from seatplan.district.doubts.schools import (
    SCHOOLS,
    count_seats,
    first_rates,
    list_standing,
    sum_stage,
)
from seatplan.district.doubts.thresholds import THRESHOLDS, is_odd, list_positions, stand_apart
from seatplan.district.draft import Draft
from seatplan.district.finding import Finding
from seatplan.district.stages import Stage
from seatplan.district.tables import BLOCKS, RESIDENTS

CATCHMENTS = "catchments.csv"


def doubt_owners(draft: Draft) -> Iterator[Finding]:
    """Yield private schools with catchments, and public ones that no block is zoned to."""
    rows, table = draft.rows[CATCHMENTS], draft.tables[CATCHMENTS]
    schools = draft.tables[SCHOOLS].set_index("id")
    owner = table.school.map(schools.ownership)
    for _, own in table[owner == "private"].groupby("school"):
        want = f"private, and the school of {len(own)} catchments; want a school open to its blocks"
        yield Finding(
            "private catchment", "doubtful", rows.fault(own.index[0], "school", want), len(own)
        )
    stands = pd.Series(list_standing(draft).to_numpy(), schools.index)
    for stage in draft.standards.stages:
        if stage.intake != "catchment":
            continue
        pupils = pd.Series(sum_stage(draft, stage), schools.index)
        zoned = set(table.school[table.stage == stage.code])
        left = stands & (pupils > 0) & (schools.ownership == "public")
        for school in schools.index[left]:
            if school not in zoned:
                sentence = (
                    f"{school} is public and has {pupils[school]:,.0f} pupils of {stage.code}, but "
                    "no block; want its catchment, or its ownership"
                )
                yield Finding("school without a catchment", "doubtful", rows.say(sentence))


def doubt_children(draft: Draft) -> Iterator[Finding]:
    """Yield catchments whose children fit neither the roll nor the seats of their school."""
    rates = first_rates(draft)
    people = draft.tables[RESIDENTS].set_index("block")
    schools = draft.tables[SCHOOLS].set_index("id")
    for stage in draft.standards.stages:
        ages = [f"age_{a}" for g in stage.grades for a in range(g.age_from, g.age_to + 1)]
        own = draft.tables[CATCHMENTS]
        own = own[own.stage == stage.code]
        if own.empty:
            continue
        children = people[ages].sum(axis=1) * rates.get(stage.code, 0.0)
        shared = own.groupby("block").block.transform("size")  # evenly, where schools share one
        living = (own.block.map(children) / shared).groupby(own.school).sum()
        roll = pd.Series(sum_stage(draft, stage), schools.index).reindex(living.index)
        seats = pd.Series(count_seats(draft, stage).to_numpy(), schools.index)
        seats = seats.reindex(living.index).fillna(0.0)
        odd = is_odd("catchment over roll", living, roll)
        odd |= is_odd("catchment over seats", living, seats)
        odd |= _stand_out(living, roll)
        for school in living.index[odd]:
            sentence = (
                f"{CATCHMENTS}: {living[school]:,.0f} children of {stage.code} live in the "
                f"catchment of {school}, which has {roll[school]:,.0f} on roll and "
                f"{seats[school]:,.0f} seats; want its own blocks"
            )
            gap = abs(float(living[school] - roll[school]))
            yield Finding("catchment against roll", "doubtful", sentence, gap)


def _stand_out(living: pd.Series[float], roll: pd.Series[float]) -> NDArray[np.bool_]:
    """Say which catchments' children are far from the roll, where the others' are close to it."""
    children, pupils = living.to_numpy(float), roll.where(roll > 0).to_numpy(float)
    share = children / pupils
    if not np.isfinite(share).any():
        return np.zeros(len(share), dtype=bool)
    apart = np.abs(children - pupils * np.nanmedian(share))
    far = apart >= THRESHOLDS["catchment among the others"].floor
    return stand_apart("catchment among the others", share) & far


def doubt_distance(draft: Draft) -> Iterator[Finding]:
    """Yield blocks whose school is far beyond the nearest of the stage."""
    for stage in draft.standards.stages:
        if stage.intake == "catchment":
            yield from _doubt_stage(draft, stage)


def _doubt_stage(draft: Draft, stage: Stage) -> Iterator[Finding]:
    table, rows = draft.tables[CATCHMENTS], draft.rows[CATCHMENTS]
    table = table[table.stage == stage.code]
    points = pd.Series(draft.shapes[SCHOOLS].to_numpy(), draft.tables[SCHOOLS].id)
    blocks = pd.Series(draft.shapes[BLOCKS].to_numpy(), draft.tables[BLOCKS].id)
    taught = points[(sum_stage(draft, stage) > 0) & list_standing(draft).to_numpy()]
    if taught.empty or table.empty:
        return
    homes = shapely.point_on_surface(blocks.reindex(table.block).to_numpy())
    far = shapely.distance(homes, points.reindex(table.school).to_numpy())
    (_, nearest), near = shapely.STRtree(taught.to_numpy()).query_nearest(
        homes, return_distance=True, all_matches=False
    )
    odd = is_odd("catchment distance", far, np.maximum(near, 500.0))
    for place in list_positions(odd):
        school = str(taught.index[int(nearest[place])])
        want = (
            f"{far[place]:,.0f} m from block {table.block.iloc[place]}, where {school} is "
            f"{near[place]:,.0f} m away; want the school of its catchment"
        )
        sentence = rows.fault(table.index[place], "school", want)
        yield Finding("distant catchment", "doubtful", sentence, far[place])
