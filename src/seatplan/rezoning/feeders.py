"""Primary catchments within junior ones: every pupil of a primary area moves up together.

A junior catchment consists of whole primary catchments, so that a child's home settles both
schools. Primary catchments are drawn first, and the junior ones over them as units: each junior
school has a primary catchment for itself: a nine-year school its own, any other that in which it
stands, or where a larger one stands there too, the nearest. Where units so large do not fit the
junior seats, primary catchments are drawn anew, smaller where the junior school is short, or within
junior areas drawn freely, and junior ones over these; the pair with the fewest pupils beyond the
seats stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Literal

import numpy as np
import pandas as pd

from seatplan.district.stages import Label
from seatplan.errors import ScenarioError, SolveError
from seatplan.labels import Floats, Ints
from seatplan.outcome import Outcome
from seatplan.rezoning.checks import check_terms
from seatplan.rezoning.drawing import Progress, draw_plan
from seatplan.rezoning.lotteries import Zones, join_schools
from seatplan.rezoning.plan import Rezoning
from seatplan.rezoning.terms import Bools, lay_terms
from seatplan.rezoning.town import Town, survey_town
from seatplan.scenarios.scenario import Scenario
from seatplan.seating.neighbours import find_homes
from seatplan.solvers.stop import read_stop
from seatplan.verify import verify_nesting

ROUNDS = 3  # of drawing anew where the junior seats do not suffice
AREAS = 2  # the round in which junior areas come first
NO_TERMS: Mapping[str, Any] = MappingProxyType(
    {"max_walk_m": None, "max_increase_m": None, "locked": [], "groups": None}
)


@dataclass(frozen=True)
class Feeding:
    """Catchments of two stages, those of the lower one whole within those of the upper.

    `scenario`: the steps of both. `lower`, `upper`: the plan of each stage. `feeds`: the upper
    school of each lower catchment, index `school`. `table`: index `school` (upper): feeders (the
    lower catchments, by name), and the columns of `Rezoning.schools`.
    """

    scenario: Scenario
    lower: Rezoning
    upper: Rezoning
    feeds: pd.Series[str]
    table: pd.DataFrame

    @property
    def beyond(self) -> float:
        """Pupils beyond the seats of both stages, each school in its worst year."""
        return float(
            self.lower.schools.catchment_shortage_after.sum()
            + self.upper.schools.catchment_shortage_after.sum()
        )


def rezone_with_feeder(
    outcome: Outcome,
    *,
    stage: str,
    feeder: str,
    years: list[int],
    max_moved: float | None = None,
    max_walk_m: float | None = None,
    max_increase_m: float | None = None,
    locked: Iterable[str] = (),
    groups: Literal["unit", "together"] | pd.Series[str] | None = None,
    max_size: float | None = None,
    lotteries: Zones = (),
    effort: float | None = None,
    seconds: float | None = None,
    seed: int = 0,
    progress: Progress | None = None,
) -> Feeding:
    """Draw the catchments of `stage`, and over them those of `feeder`, where its pupils move up.

    Terms and errors are those of `rezone_catchments`. Walks, locks, groups and lottery zones are
    asked of `stage`; `max_moved` and `max_size` of each of the two. `effort` and `seconds`
    count for each search: two, and two or three more in each of `ROUNDS` rounds while pupils are
    beyond the seats.

    Raises
    ------
    ScenarioError
        Also for fewer catchments of `stage` than schools of `feeder`.
    """
    for code in (stage, feeder):
        check_terms(outcome, code, years, max_moved)
    town = survey_town(outcome, stage, years, max_size)
    town = join_schools(outcome, stage, town, lotteries)
    above = survey_town(outcome, feeder, years, max_size)
    stop = read_stop(effort, seconds)
    terms: dict[str, Any] = {
        "max_moved": max_moved,
        "max_walk_m": max_walk_m,
        "max_increase_m": max_increase_m,
        "locked": list(locked),
        "groups": groups,
    }

    def draw(
        code: str, part: Town, turn: int, seats: Floats | None = None, **asked: Any
    ) -> Rezoning:
        laid = lay_terms(outcome, part, **{**NO_TERMS, "max_moved": max_moved, **asked})
        laid, at = replace(laid, seats=seats), seed + turn
        return draw_plan(outcome, code, part, laid, stop=stop, seed=at, progress=progress)

    def nest(lower: Rezoning, turn: int) -> Feeding:
        placed = join_schools(outcome, feeder, place_homes(outcome, above, lower.plan), ())
        return _join_plans(outcome, lower, draw(feeder, placed, turn, groups=lower.plan))

    first = draw(stage, town, 0, **terms)
    best = nest(first, 0)
    for turn in range(1, ROUNDS + 1):
        if best.beyond <= 0:
            break
        if turn == AREAS:
            areas = draw(feeder, join_schools(outcome, feeder, above, ()), turn).plan
            fitted = draw(stage, town, turn, **terms, within=_stay_within(town, areas))
        else:
            fitted = draw(stage, town, turn, **terms, seats=_hold_back(town, best))
        best = min(best, nest(_state_bound(fitted, first), turn), key=_rank)
    return best


def place_homes(outcome: Outcome, above: Town, lower: pd.Series[str]) -> Town:
    """Give each upper school an own block in a lower catchment that no other has.

    A school of both stages has it in its own. Raises ScenarioError where there are more schools
    than catchments.
    """
    names = lower.reindex(above.blocks)
    code, units = pd.factorize(names)
    if len(units) < len(above.schools):
        raise ScenarioError(
            f"{len(above.schools)} schools cannot each have one of {len(units)} catchments below "
            "them; draw the two stages one by one"
        )
    shapes = outcome.district.blocks.loc[above.blocks]
    areas = shapes[["geometry"]].assign(unit=names.to_numpy()).dissolve("unit").loc[units]
    sites = outcome.district.schools.loc[above.schools]
    units_of = units.get_indexer(above.schools)
    rest = np.flatnonzero(units_of < 0)
    free = np.setdiff1d(np.arange(len(units)), units_of)
    ends = pd.Index(free).get_indexer(pd.Index(code[above.pairs].ravel())).reshape(-1, 2)
    pairs = np.unique(ends[(ends >= 0).all(axis=1) & (ends[:, 0] != ends[:, 1])], axis=0)
    seats = above.seats.min(axis=1)[rest]
    if len(rest):
        units_of[rest] = free[find_homes(areas.iloc[free], sites.iloc[rest], seats, pairs)]
    homes = above.homes.copy()
    for place in np.flatnonzero(code[homes] != units_of):
        inside = np.flatnonzero(code == units_of[place])
        away = shapes.iloc[inside].distance(sites.geometry.iloc[place])
        homes[place] = inside[int(away.to_numpy().argmin())]
    owned = np.full(len(above.blocks), -1)
    owned[homes] = np.arange(len(homes))
    return replace(above, homes=homes, owned=owned)


def _stay_within(town: Town, areas: pd.Series[str]) -> Bools:
    """Return whether block and school lie in the same one of `areas`: block x school."""
    area: Ints = pd.factorize(areas.reindex(town.blocks))[0]
    within: Bools = area[:, None] == area[town.homes]
    return within


def _hold_back(town: Town, fed: Feeding) -> Floats:
    """Return fewer seats for lower schools whose upper one is short: school x year.

    So many fewer pupils than now as would leave the upper school with as many as it has seats.
    """
    short = fed.upper.schools[fed.upper.schools.catchment_shortage_after > 0]
    share = fed.feeds.map(short.seats / short.pupils_after).reindex(town.schools)
    held = fed.lower.schools.pupils_after * share
    seats: Floats = np.minimum(town.seats, held.fillna(np.inf).to_numpy()[:, None])
    return seats


def _state_bound(fitted: Rezoning, free: Rezoning) -> Rezoning:
    """Set a plan that is fitted to another stage against the bound of those drawn freely."""
    gap = (fitted.cost - free.bound) / fitted.cost if fitted.shortage.empty else np.nan
    return replace(fitted, bound=free.bound, gap=gap, status="fitted")


def _rank(feeding: Feeding) -> tuple[float, float]:
    return round(feeding.beyond, 6), feeding.lower.cost + feeding.upper.cost


def _join_plans(outcome: Outcome, lower: Rezoning, upper: Rezoning) -> Feeding:
    """Hold the two plans against each other, and write their steps as one scenario."""
    faults = verify_nesting(lower.plan, upper.plan)
    if faults:
        raise SolveError("the plans do not nest: " + "; ".join(faults[:5]))
    shared = lower.plan.index.intersection(upper.plan.index)
    feeds = upper.plan[shared].groupby(lower.plan[shared].rename("school")).first()
    named = pd.Series(feeds.index, feeds).groupby(level=0).agg(" ".join)
    table = upper.schools.copy()
    table.insert(0, "feeders", named.reindex(table.index).fillna(""))
    names = [outcome.standards.stage(plan.stage).name for plan in (lower, upper)]
    first, kept = lower.years[0], len(outcome.scenario.interventions)
    scenario = Scenario(
        f"rezone-{lower.stage}-{upper.stage}-{first}",
        Label(
            f"{names[0].zh}、{names[1].zh}学区对口调整（{first} 年起）",
            f"{names[0].en} and {names[1].en} rezoned from {first}",
        ),
        (*lower.scenario.interventions, *upper.scenario.interventions[kept:]),
    )
    return Feeding(scenario, lower, upper, feeds, table)
