"""Admissions: next September's entrants against the places for them, and how likely too many."""

from __future__ import annotations

import numpy as np
import pandas as pd

from seatplan.labels import Floats, Ints
from seatplan.outcome import Outcome


def list_entrants(outcome: Outcome, year: int) -> pd.DataFrame:
    """List next September's entrants of each catchment against the places for them.

    Places for entrants are the classrooms that the later grades leave, times the class limit of the
    entry grade: what a school can take without a larger class and without giving up a class.

    Returns
    -------
    Index (`school`, `stage`), stages with catchments (in a district without any, those that go to
    the nearest school): entrants (of the catchment, whole pupils),
    rooms (left for the entry grade), places, over (entrants above the places), spare (places above
    the entrants, to which others can be sent: 统筹). Those that lack most come first.
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
        later = outcome.classes.classes[:, span.start + 1 : span.stop, at].sum(axis=1)
        left = np.maximum(np.nan_to_num(rooms) - later, 0)
        table = pd.DataFrame(
            {
                "entrants": np.rint(entrants).astype(int),
                "rooms": left.astype(int),
                "places": _count_places(left, outcome.classes.limit[span.start, at]),
            },
            index=pd.MultiIndex.from_product(
                [axes.schools, [stage.code]], names=["school", "stage"]
            ),
        )
        parts.append(table[rooms > 0])
    table = pd.concat(parts)
    table["over"] = (table.entrants - table.places).clip(lower=0)
    table["spare"] = (table.places - table.entrants).clip(lower=0)
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


def _count_places(rooms: Floats, limit: float) -> Ints:
    """Count the pupils that some rooms take, no class above the limit."""
    return np.asarray(np.floor(rooms * limit + 1e-9), dtype=np.int64)


def _nobody_enters() -> pd.DataFrame:
    """Return the table of a district where no stage has catchments."""
    index = pd.MultiIndex.from_product([[""], [""]], names=["school", "stage"])[:0]
    return pd.DataFrame(columns=["entrants", "rooms", "places"], index=index, dtype=int)
