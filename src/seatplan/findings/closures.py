"""Schools that close: who goes on where, and how far they walk before and after."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from seatplan.district.order import order_places
from seatplan.district.stages import Stage
from seatplan.labels import Floats, Ints
from seatplan.outcome import Outcome
from seatplan.seating.assignment import holds_to_seats, move_up
from seatplan.seating.grades import keeps_cohorts, share_grades
from seatplan.seating.headcount import round_along
from seatplan.seating.pairs import Pairs, cut_to_seats

GROUP = 3  # grades told together: who is in grades 1 to 3 walks less far than who is in 4 to 6
ROAD = ("walk", "longest_walk", "beyond_walk")  # measures whose limits are metres by road
NOWHERE = 1e-6  # pupils and metres below this are none
COLUMNS = {
    "school": "str",
    "year": "int64",
    "stage": "str",
    "from_grade": "str",
    "to_grade": "str",
    "into": "str",
    "pupils": "int64",
    "receiving": "str",
    "unplaced": "int64",
    "walk_before_m": "Int64",
    "walk_after_m": "Int64",
    "longest_before_m": "Int64",
    "longest_after_m": "Int64",
    "limit_m": "Int64",
    "beyond_before": "int64",
    "beyond_after": "int64",
    "no_way_before": "int64",
    "no_way_after": "int64",
}


@dataclass(frozen=True)
class _Turn:
    """One stage in the year in which schools close; blocks and schools by position.

    `before`: pupils as if no school closed, grade x pair. `gains`: pupils beyond that, grade x
    pair; `lost`: those who find no seat, grade x block. `ways`: metres, pair. `order`: pairs, in
    the order in which ties are decided.
    """

    stage: Stage
    pairs: Pairs
    before: Floats
    gains: Floats
    lost: Floats
    ways: Floats
    order: Ints


def list_closures(outcome: Outcome) -> pd.DataFrame:
    """List who goes on where when a school closes or merges, and how far they walk then.

    Pupils are those who would attend the school in the year in which it closes: its cohorts, a
    grade higher than the year before, and the entrants of its catchment. They are followed to the
    schools that have more pupils of their block and grade than they would have had; where several
    schools of a block close, change, or send on whom they cannot seat, its pupils are shared alike.

    Parameters
    ----------
    outcome
        Of a scenario that closes schools. Schools whose closing stands in the tables of the
        district are listed too.

    Returns
    -------
    DataFrame
        A row for each school, stage and group of grades (three at a time: primary 1 to 3, 4 to 6)
        that has pupils, in the order of the year of closing and of schools. `year`: the first
        without the school; `into`: the school it is merged into, "" where it closes; `pupils`:
        whole pupils who go on elsewhere; `receiving`: schools with pupils, the most first
        ("P05 31, P07 4"); `unplaced`: those of them who find no seat. Of those with a way, in whole
        metres by road: `walk_before_m` and `walk_after_m` (mean), `longest_before_m` and
        `longest_after_m`; missing where nobody walks. `limit_m`: the shortest walk that a limit of
        the closing school asks for, missing without one; `beyond_before` and `beyond_after`:
        pupils whose way is longer. `no_way_before` and `no_way_after`: pupils whom no road leads
        to their school.
    """
    district = outcome.district
    closes = district.schools.closes.dropna().astype(int)
    first = district.base_year + 1
    rows = []
    for year in sorted(year for year in set(closes) if first <= year <= district.horizon):
        schools = np.flatnonzero((district.schools.closes == year).fillna(False).to_numpy(bool))
        for turn in _list_turns(outcome, year, schools):
            rows += [
                row for school in schools for row in _follow_school(outcome, turn, int(school))
            ]
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    table["limit_m"] = table.limit_m.astype(float).round()
    places = outcome.axes.schools.get_indexer(pd.Index(table.school))
    order = np.lexsort((np.arange(len(table)), places, table.year.to_numpy(int)))
    return table.iloc[order].reset_index(drop=True).astype(COLUMNS)


def _list_turns(outcome: Outcome, year: int, schools: Ints) -> Iterator[_Turn]:
    """Yield each stage that one of the closing schools taught the year before."""
    at = outcome.axes.years.index(year)
    ranks = [
        np.argsort(order_places(places))
        for places in (outcome.district.schools, outcome.district.blocks)
    ]
    for stage in outcome.standards.stages:
        pairs = outcome.assignment.pairs[stage.code]
        flows = outcome.assignment.flows[stage.code]  # pair x grade x year
        if not flows[np.isin(pairs.school, schools), :, at - 1].any():
            continue
        wanted = outcome.forecast.cube(outcome.axes.grades)[:, outcome.axes.span(stage.code), at].T
        before = _expect(outcome, stage, pairs, wanted, at)
        after = flows[:, :, at].T
        lost = np.maximum(wanted - pairs.sum_blocks(after), 0.0)
        if not holds_to_seats(outcome.case, stage, year):  # who had none the year before, either
            lost -= np.minimum(lost, np.maximum(wanted - pairs.sum_blocks(before), 0.0))
        ways = outcome.ways_of(stage.code).pair_metres(pairs.block, pairs.school)
        order = np.lexsort((ranks[0][pairs.school], ranks[1][pairs.block]))
        yield _Turn(stage, pairs, before, np.maximum(after - before, 0.0), lost, ways, order)


def _expect(outcome: Outcome, stage: Stage, pairs: Pairs, wanted: Floats, at: int) -> Floats:
    """Return who would attend in year `at` if nothing changed from the year before, grade x pair.

    `wanted`: the pupils of the year, grade x block.
    """
    shares = share_grades(outcome.case, outcome.catchments, stage.code)
    last = outcome.assignment.flows[stage.code][:, :, at - 1]
    stayers = move_up(last, keeps_cohorts(stage)).T.copy()
    teaches = shares.taught[at - 1] | shares.taught[at]
    stayers *= teaches[:, pairs.school]
    present = pairs.sum_blocks(stayers)
    kept = np.divide(wanted, present, out=np.ones_like(present), where=present > wanted)
    share = shares.pairs.carry(shares.of_year(at - 1), pairs)
    stayers *= kept[:, pairs.block]
    newcomers = np.maximum(wanted - present, 0.0)[:, pairs.block] * share
    if not holds_to_seats(outcome.case, stage, outcome.axes.years[at]):
        return stayers + newcomers
    seats = outcome.seats.places[:, outcome.axes.stages.index(stage.code)]
    held = np.where(seats[:, at] > 0, seats[:, at], seats[:, at - 1])
    return cut_to_seats(pairs, stayers, newcomers, np.nan_to_num(held))


def _follow_school(outcome: Outcome, turn: _Turn, school: int) -> Iterator[dict[str, object]]:
    """Yield a row for each group of grades of a school that closes."""
    own = turn.pairs.school == school
    attend = turn.before * own
    leaving = turn.pairs.sum_blocks(attend)
    found = turn.pairs.sum_blocks(turn.gains) + turn.lost
    share = np.divide(leaving, found, out=np.zeros_like(found), where=found > NOWHERE)
    moved = turn.gains * share[:, turn.pairs.block]
    for group, pupils in _count_groups(attend.sum(axis=1)):
        before, after = attend[group].sum(axis=0), moved[group].sum(axis=0)
        limit = _find_limit(outcome, turn, school, group)
        lost = max(before.sum() - after.sum(), 0.0)
        was = _round_to(pupils, before, turn.order)
        now = _round_to(pupils, np.append(after, lost), [*turn.order, len(after)])
        yield {
            **_name_row(outcome, turn.stage, group, school),
            "pupils": pupils,
            "receiving": _name_receiving(outcome, turn.pairs.sum_schools(now[:-1].astype(float))),
            "unplaced": now[-1],
            **_tell_ways("before", was, turn.ways, limit),
            **_tell_ways("after", now[:-1], turn.ways, limit),
            "limit_m": limit,
        }


def _count_groups(grades: Floats) -> Iterator[tuple[slice, int]]:
    """Yield each group of grades that has pupils, and how many; whole pupils that add up."""
    groups = [slice(first, first + GROUP) for first in range(0, len(grades), GROUP)]
    parts = np.array([grades[group].sum() for group in groups])
    whole = _round_to(round(parts.sum()), parts, range(len(parts)))
    for group, pupils in zip(groups, whole, strict=True):
        if pupils:
            yield group, int(pupils)


def _name_row(outcome: Outcome, stage: Stage, group: slice, school: int) -> dict[str, object]:
    codes = [grade.code for grade in stage.grades[group]]
    name = outcome.axes.schools[school]
    return {
        "school": name,
        "year": int(outcome.district.schools.closes[name]),
        "stage": stage.code,
        "from_grade": codes[0],
        "to_grade": codes[-1],
        "into": outcome.district.successors.into.get(name, ""),
    }


def _find_limit(outcome: Outcome, turn: _Turn, school: int, group: slice) -> float:
    """Return the shortest walk that a limit asks for, metres by road; NaN without one."""
    traits = outcome.district.schools.iloc[school]
    found = [
        outcome.standards.radius(
            int(traits.closes),
            *(grade.code, turn.stage.code, str(traits.kind)),
            setting=str(traits.setting),
            indicators=ROAD,
        )
        for grade in turn.stage.grades[group]
    ]
    return min((limit.value for limit in found if limit), default=np.nan)


def _name_receiving(outcome: Outcome, pupils: Floats) -> str:
    """Name the schools with their pupils, the most first; those of as many by their ids."""
    found = zip(outcome.axes.schools, pupils.astype(int), strict=True)
    most = sorted((-count, str(school)) for school, count in found if count)
    return ", ".join(f"{school} {-count}" for count, school in most)


def _tell_ways(when: str, pupils: Ints, ways: Floats, limit: float) -> dict[str, object]:
    """Tell the ways of whole pupils along the pairs: mean, longest, beyond the limit, none."""
    walks = (pupils > 0) & np.isfinite(ways)
    walkers, metres = pupils[walks], ways[walks]
    return {
        f"walk_{when}_m": np.rint(np.average(metres, weights=walkers)) if len(metres) else np.nan,
        f"longest_{when}_m": np.rint(metres.max()) if len(metres) else np.nan,
        f"beyond_{when}": walkers[metres > limit + NOWHERE].sum(),
        f"no_way_{when}": pupils[np.isinf(ways)].sum(),
    }


def _round_to(total: int, parts: Floats, order: Sequence[int] | Ints) -> Ints:
    """Round parts, scaled to add up to `total`, so that they do; of equals the first in `order`."""
    scaled = parts * (total / parts.sum())
    return round_along(scaled, np.array(total), np.asarray(order))
