"""Measures of reach: who lives near a school, who has to board, how far the far ones walk.

All are told of the pupils where they attend; `accessibility` of blocks, whoever attends.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from seatplan.district.tables import SETTINGS
from seatplan.labels import Floats, Ints
from seatplan.measures import places, schools
from seatplan.measures.floating import float_catchments
from seatplan.measures.registry import ALL, NOTHING, Counted, measure
from seatplan.measures.spread import measure_gini, measure_quantile
from seatplan.measures.values import Values
from seatplan.measures.ways import count_beyond, find_rides, list_stages
from seatplan.seating.pairs import Pairs

BOARDING = Counted("boarding_way", "metres")
REACH = Counted("reach", "metres")


@measure("stage", "year", unit="share", counts=Counted("beyond_radius", "metres"))
def within_radius(values: Values) -> Floats:
    """Pupils who live within the service radius of their school, of those it holds for, 0 to 1.

    share = pupils within / pupils, over the schools for which some limit on beyond_radius says the
    metres; in a straight line. Source of the radii: GB 50180-2018, 附录C.
    """
    return _share_within(values, "beyond_radius", straight=True)


@measure("stage", "year", unit="share", counts=Counted("beyond_walk", "metres"))
def within_walk(values: Values) -> Floats:
    """Pupils whose way by road is within the metres of beyond_walk, of those it holds for, 0 to 1.

    With 1,000 m it is who walks a quarter of an hour (十五分钟生活圈; GB 50180-2018, 2.0.2).
    """
    return _share_within(values, "beyond_walk", straight=False)


@measure("stage", "year", unit="share")
def admitted_nearby(values: Values) -> Floats:
    """Entrants who attend a school of their own catchment, of all entrants (就近入学率), 0 to 1.

    None where the stage has no catchments. Below 1 where schools without a catchment (private ones)
    take entrants, or where an overfull school sends some on.
    """
    axes = values.axes
    share = np.full((len(axes.stages), len(axes.years)), np.nan)
    for at, stage in enumerate(values.standards.stages):
        if stage.intake != "catchment":
            continue
        pairs, flows = values.assignment.pairs[stage.code], values.assignment.flows[stage.code]
        entrants, own = flows[:, 0, :], _list_own(values, stage.code, pairs)
        lived = values.forecast.cube([stage.entry])[:, 0, :].sum(axis=0)
        np.divide((entrants * own).sum(axis=0), lived, out=share[at], where=lived > 0)
    shares: Floats = np.minimum(share, 1.0)
    return shares


@measure("stage", "year", unit="index")
def walk_gini(values: Values) -> Floats:
    """Gini coefficient of the pupils' ways to school: 0 where all walk alike, near 1 where few do.

    Of those who have a way. Source: Gini 1912; PySAL `inequality.gini`.
    """
    axes = values.axes
    gini = np.full((len(axes.stages), len(axes.years)), np.nan)
    for at, _, attend, ways in list_stages(values):
        known = np.isfinite(ways)
        gini[at] = [measure_gini(ways[known], year[known]) for year in attend]
    return gini


@measure("setting", "stage", "year", unit="metres")
def walk_p90(values: Values) -> Floats:
    """Way to school that nine pupils in ten do not pass, metres, by where they live.

    Of urban, town and rural blocks, then of all of them.
    """
    axes, homes = values.axes, values.district.blocks.setting.to_numpy()
    p90 = np.full((len(SETTINGS) + 1, len(axes.stages), len(axes.years)), np.nan)
    for at, pairs, attend, ways in list_stages(values):
        known = np.isfinite(ways)
        for row, setting in enumerate((*SETTINGS, ALL)):
            own = known & ((homes[pairs.block] == setting) | (setting == ALL))
            p90[row, at] = [measure_quantile(ways[own], year[own], 0.9) for year in attend]
    return p90


@measure("school", "year", counts=BOARDING)
def boarders(values: Values) -> Ints:
    """Pupils who live too far to walk, whole: those beyond the metres of their grade.

    The metres are a limit on boarding_way by grade or stage; a grade without one does not board.
    Blocks that a bus serves do not board, and those that board by `District.rides` do at any way.
    Source: 国办发〔2018〕27号: grades 1 to 3 do not board as a rule.
    """
    axes, rules = values.axes, values.standards
    far = np.zeros((len(axes.schools), len(axes.years)))
    said = bool((values.district.rides == "bed").any())
    for stage in axes.stages:
        pairs, flows = values.assignment.pairs[stage], values.assignment.flows[stage]
        span = axes.span(stage)
        rides, beds = (find_rides(values, pairs, by) for by in ("bus", "bed"))
        for place, grade in enumerate(axes.grades[span]):
            costs = values.costs.teaching(values.district, [grade])
            ways = costs.pair_metres(pairs.block, pairs.school)
            for column, year in enumerate(axes.years):
                limit = rules.strictest(BOARDING.indicator, year, grade, stage)
                said |= limit is not None
                far_away = ways > (np.inf if limit is None else limit.value + 1e-6)
                boards = (far_away & ~rides[column]) | beds[column]
                beyond = np.where(boards, flows[:, place, column], 0.0)
                far[:, column] += pairs.sum_schools(beyond)
    open_now = values.heads.attend.sum(axis=1) > 0
    return np.where(open_now & said, np.rint(far).astype(np.int64), NOTHING)


@measure("school", "year", needs="boarding_beds", counts=BOARDING)
def beds_short(values: Values) -> Ints:
    """Boarders without a bed: max(0, boarders - beds on record).

    0 where nobody boards; no figure where somebody does and the beds are not known.
    """
    beds = values.district.schools.boarding_beds.reindex(values.axes.schools).to_numpy(float)
    far = boarders(values)
    known = (far == 0) | ((far != NOTHING) & ~np.isnan(beds)[:, None])
    lacking = np.where(known, far, 0) - np.nan_to_num(beds).astype(np.int64)[:, None]
    return np.where(known, np.maximum(lacking, 0), NOTHING)


@measure("block", "stage", "year", unit="seats per pupil", counts=REACH)
def accessibility(values: Values) -> Floats:
    """Seats within reach for each pupil within reach of them, by block (两步移动搜寻法).

    See `floating.float_catchments`. The metres of reach are a limit on "reach" for the stage and
    the block's setting, else the longest of the limits on ways that hold there; none without.
    Source: Luo and Wang 2003.
    """
    axes = values.axes
    offered, lived = schools.seats(values), places.living(values).astype(float)
    index = np.full((len(axes.blocks), len(axes.stages), len(axes.years)), np.nan)
    for at, stage in enumerate(axes.stages):
        metres = values.ways_of(stage).metres.to_numpy()
        taught = values.seats.taught(stage)
        for column, year in enumerate(axes.years):
            reach = _list_reach(values, stage, year)
            within = (metres[:, taught] <= reach[:, None] + 1e-6).astype(float)
            seats = offered[taught, at, column].astype(float)
            found = float_catchments(lived[:, at, column], seats, within)
            index[:, at, column] = np.where(np.isnan(reach), np.nan, found)
    return index


def _share_within(values: Values, name: str, *, straight: bool) -> Floats:
    """Return the share of pupils within the metres of a measure's limits, stage x year."""
    axes = values.axes
    share = np.full((len(axes.stages), len(axes.years)), np.nan)
    for at, beyond, whole in count_beyond(values, name, straight=straight):
        held = whole.sum(axis=0)
        np.divide((whole - beyond).sum(axis=0), held, out=share[at], where=held > 0)
    return share


def _list_own(values: Values, stage: str, pairs: Pairs) -> npt.NDArray[np.bool_]:
    """Say of which pairs the school is one of the block's own catchment or lottery, pair x year.

    Schools that nobody is zoned to take entrants from everywhere, and are nobody's own.
    """
    catchments, axes = values.catchments, values.axes
    zoned = places.list_drawn(values, stage)
    block, year = np.nonzero(catchments.zone[stage] >= 0)
    zoned[catchments.zone[stage][block, year], year] = True
    shares, keys = catchments.pairs[stage], pairs.keys
    there = np.isin(keys, shares.keys)
    laid = np.zeros((len(pairs), len(axes.years)))
    laid[there] = catchments.share[stage][shares.locate(keys[there])]
    own: npt.NDArray[np.bool_] = zoned[pairs.school] & (laid > 0)
    return own


def _list_reach(values: Values, stage: str, year: int) -> Floats:
    """Return how far a seat may be from each block, metres; NaN where nothing says."""
    rules, settings = values.standards, values.district.blocks.setting
    reach = {}
    for setting in settings.unique():
        said = rules.strictest(REACH.indicator, year, stage, setting=str(setting))
        found = said or rules.radius(year, stage, setting=str(setting))
        reach[setting] = found.value if found else np.nan
    metres: Floats = settings.map(reach).to_numpy(float)
    return metres
