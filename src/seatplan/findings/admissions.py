"""Admissions: next September's entrants against the places for them, and how likely too many."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from seatplan.demand.draws import Basis
from seatplan.labels import Floats, Ints
from seatplan.measures.places import list_drawn
from seatplan.outcome import Outcome
from seatplan.seating.classes import count_held
from seatplan.solvers.transport.solve import solve_transport


@dataclass(frozen=True)
class Admissions:
    """Next September's entrants, and what is done with those beyond the places.

    Attributes
    ----------
    plan, year
        The outcome, and the autumn in which they enter.
    futures, basis
        How many futures the chances are read from (0: none), and what those rest on.
    entrants
        `list_entrants`, with the columns of `add_entry_chances` where futures were drawn.
    transfers
        `list_transfers` of them.
    within_m
        The way, metres, beyond which nobody is sent on.
    likely
        The chance of entrants beyond the places from which on a school is told of.
    """

    plan: Outcome
    year: int
    futures: int
    basis: Basis
    entrants: pd.DataFrame
    transfers: pd.DataFrame
    within_m: float
    likely: float

    @property
    def pressed(self) -> pd.DataFrame:
        """The entrants of schools that draw lots, or are likely enough to."""
        chance = self.entrants.get("chance", 0.0)
        return self.entrants[(self.entrants.over > 0) | (chance >= self.likely)]


def list_entrants(outcome: Outcome, year: int) -> pd.DataFrame:
    """List next September's entrants of each catchment against the places for them.

    Places for entrants are the classrooms that the later grades leave, times the class limit of the
    entry grade: what a school can take without a larger class and without giving up a class.

    Returns
    -------
    Index (`school`, `stage`), stages with catchments (in a district without any, those that go to
    the nearest school): entrants (of the catchment, whole pupils),
    rooms (left for the entry grade), places, over (entrants above the places), spare (places above
    the entrants, to which others can be sent: 统筹; 0 at a school that is not public or that no
    block is zoned to). Those that lack most come first.
    """
    axes, at = outcome.axes, list(outcome.axes.years).index(year)
    parts = [_nobody_enters()]
    nearest = all(stage.intake != "catchment" for stage in outcome.standards.stages)
    for stage in outcome.standards.stages:
        if stage.intake != "catchment" and not (nearest and stage.intake == "nearest"):
            continue
        span = axes.span(stage.code)
        pairs = outcome.catchments.pairs[stage.code]
        share = outcome.catchments.share[stage.code][:, at]
        lived = outcome.forecast.cube([stage.entry])[:, 0, at]
        entrants = pairs.sum_schools(share * lived[pairs.block])
        rooms = outcome.seats.rooms[:, axes.stages.index(stage.code), at]
        later = count_held(outcome.classes.classes, span, at)
        left = np.maximum(np.nan_to_num(rooms) - later, 0)
        table = pd.DataFrame(
            {
                "entrants": np.rint(entrants).astype(int),
                "rooms": left.astype(int),
                "places": _count_places(left, outcome.classes.limit[span.start, at]),
                "takes": _list_taking(outcome, stage.code, at),
            },
            index=pd.MultiIndex.from_product(
                [axes.schools, [stage.code]], names=["school", "stage"]
            ),
        )
        parts.append(table[rooms > 0])
    table = pd.concat(parts)
    takes = table.pop("takes").astype(bool)
    table["over"] = (table.entrants - table.places).clip(lower=0)
    table["spare"] = (table.places - table.entrants).clip(lower=0).where(takes, 0)
    return table.sort_values(["over", "spare"], ascending=[False, True], kind="stable")


def add_entry_chances(
    table: pd.DataFrame, plan: Outcome, year: int, entered: Floats, later: Ints
) -> pd.DataFrame:
    """Add to the entrants of a year how likely they are more than the places.

    Parameters
    ----------
    table
        Of `list_entrants`, of that year.
    entered, later
        Entrants who live in each catchment, and classes of the later grades, in many futures of the
        plan: school x stage x draw (`draw_entry`).

    Returns
    -------
    The table with chance (share of futures in which some find no place) and expected (how many in
    the mean). In each future the later grades take the rooms that they need then.
    """
    axes, at = plan.axes, plan.axes.years.index(year)
    chances, expected = [], []
    for school, stage in table.index:
        place = axes.schools.get_loc(school), axes.stages.index(stage)
        left = np.maximum(plan.seats.rooms[(*place, at)] - later[place], 0)
        limit = plan.classes.limit[axes.span(stage).start, at]
        over = np.maximum(np.rint(entered[place]) - _count_places(left, limit), 0)
        chances.append(float((over > 0).mean()))
        expected.append(float(over.mean()))
    return table.assign(chance=chances, expected=expected)


def list_transfers(
    outcome: Outcome, table: pd.DataFrame, year: int, within_m: float, least: int = 1
) -> pd.DataFrame:
    """Send the entrants beyond the places of their school on to public schools with places (统筹).

    As many as can be, then with the least way in all: an exact transport problem for each stage.

    Parameters
    ----------
    table
        Of `list_entrants`, of that year.
    within_m
        Nobody is sent farther, metres by road; inf: as far as need be.
    least
        Schools with fewer places for others take nobody: so few are within the error of a forecast.

    Returns
    -------
    Index (`stage`, `school`, `to`): pupils, and metres: the mean way from the homes of the first
    school's entrants to the second. Who is in no row finds no place within that way.
    """
    rows = [
        {"stage": stage, "school": sent, "to": to, "pupils": pupils, "metres": metres}
        for stage, part in table.groupby(level="stage", sort=False)
        for sent, to, pupils, metres in _send_on(
            outcome, part.droplevel("stage"), str(stage), year, within_m, least
        )
    ]
    columns = ["stage", "school", "to", "pupils", "metres"]
    return pd.DataFrame(rows, columns=columns).set_index(columns[:3])


def _send_on(
    outcome: Outcome, part: pd.DataFrame, stage: str, year: int, within_m: float, least: int
) -> Iterator[tuple[str, str, int, float]]:
    """Yield whence, whither, how many and how far, of one stage."""
    homes, takes = part.index[part.over > 0], part.index[part.spare >= least]
    if homes.empty or takes.empty:
        return
    ways = _measure_ways(outcome, stage, year, homes, takes)
    ways = np.where(ways <= within_m, ways, np.inf)
    flows = solve_transport(
        part.over[homes].to_numpy(float), part.spare[takes].to_numpy(float), ways
    )
    for row, column, pupils in zip(flows.origin, flows.school, flows.pupils, strict=True):
        if count := round(float(pupils)):
            yield str(homes[row]), str(takes[column]), count, float(ways[row, column])


def _measure_ways(
    outcome: Outcome, stage: str, year: int, homes: pd.Index[str], takes: pd.Index[str]
) -> Floats:
    """Return the mean way of the entrants of each catchment to other schools, metres; inf: none."""
    axes, at = outcome.axes, outcome.axes.years.index(year)
    pairs = outcome.catchments.pairs[stage]
    lived = outcome.forecast.cube([outcome.standards.stage(stage).entry])[:, 0, at]
    enter = outcome.catchments.share[stage][:, at] * lived[pairs.block]
    to, costs = axes.schools.get_indexer(takes), outcome.ways_of(stage)
    means = np.full((len(homes), len(takes)), np.inf)
    for row, school in enumerate(axes.schools.get_indexer(homes)):
        own = pairs.select(int(school))
        own = own[enter[own] > 0]
        block, place = np.repeat(pairs.block[own], len(to)), np.tile(to, len(own))
        ways = costs.pair_metres(block, place).reshape(len(own), len(to))
        means[row] = enter[own] @ ways / enter[own].sum()
    return means


def _list_taking(outcome: Outcome, stage: str, at: int) -> npt.NDArray[np.bool_]:
    """Say which schools take entrants of other catchments: public ones with one of their own."""
    schools = outcome.district.schools
    public = (schools.ownership == "public").reindex(outcome.axes.schools).to_numpy(bool)
    zoned = np.isin(np.arange(len(public)), outcome.catchments.zone[stage][:, at])
    drawn: npt.NDArray[np.bool_] = list_drawn(outcome, stage)[:, at]
    takes: npt.NDArray[np.bool_] = public & (zoned | drawn)
    return takes


def _count_places(rooms: Floats, limit: float) -> Ints:
    """Count the pupils that some rooms take, no class above the limit."""
    return np.asarray(np.floor(rooms * limit + 1e-9), dtype=np.int64)


def _nobody_enters() -> pd.DataFrame:
    """Return the table of a district where no stage has catchments."""
    index = pd.MultiIndex.from_product([[""], [""]], names=["school", "stage"])[:0]
    return pd.DataFrame(columns=["entrants", "rooms", "places", "takes"], index=index, dtype=int)
