"""Catchments drawn anew within the seats: the plan, what it moves and where it falls short.

Blocks stay whole and each catchment connected, around the block in which its school stands. A block
counts with the pupils of its worst year and a school with its fewest seats over the years asked
for: a plan that fits these fits every year. (Years together may fit where their worst cases do
not, so this asks for a little more than is needed; what is short in the end is counted year by
year.) Pupils of all grades of the stage count, for that is who lives in a catchment once every
grade has entered by it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from seatplan.errors import ScenarioError
from seatplan.labels import Floats
from seatplan.outcome import Outcome
from seatplan.rezoning.checks import check_prices, check_terms, check_use
from seatplan.rezoning.lotteries import Zones, join_schools
from seatplan.rezoning.mixture import count_uneven
from seatplan.rezoning.plan import Rezoning, describe_plan
from seatplan.rezoning.shape import measure_border
from seatplan.rezoning.still import hold_empty, hold_for_little
from seatplan.rezoning.terms import Asked, lay_terms
from seatplan.rezoning.town import Town, survey_town
from seatplan.solvers.stop import Stop, read_stop

if TYPE_CHECKING:
    from seatplan.solvers.districting import Districting

Progress = Callable[[float, float, float], None]


def rezone_catchments(
    outcome: Outcome,
    *,
    stage: str,
    years: list[int],
    max_moved: float | None = None,
    max_walk_m: float | None = None,
    max_increase_m: float | None = None,
    max_increase_share: float | None = None,
    least_use: float | None = None,
    most_use: float | None = None,
    max_change: float | None = None,
    disruption_m: float = 0.0,
    compact: float = 0.0,
    envy_m: float = 0.0,
    mix: float = 0.0,
    locked: Iterable[str] = (),
    groups: Literal["unit", "together"] | pd.Series[str] | None = None,
    max_size: float | None = None,
    lotteries: Zones = (),
    spread: bool = True,
    effort: float | None = None,
    seconds: float | None = None,
    seed: int = 0,
    progress: Progress | None = None,
) -> Rezoning:
    """Draw the catchments of a stage anew: within the seats if that can be, with the least walking.

    Parameters
    ----------
    years
        Autumns in which the plan is to hold; it takes effect in the first.
    max_moved
        Largest share of the pupils whose block may change school (0.1 = one in ten); None: any.
    max_walk_m, max_increase_m
        Longest walk of a block, and most metres by which it may grow. A block that walks farther
        already may not walk farther still.
    max_increase_share
        Largest share by which the walk of a block may grow (0.3 = by 30 %); beside `max_increase_m`
        the stricter counts.
    least_use, most_use
        Least and most pupils of each school, as shares of its seats within the school size (0.7,
        1.05); None: any, and 1. Where no plan keeps them, `Rezoning.unkept` says which.
    max_change
        Largest share by which the pupils of a school's catchment may change (0.2 = by 20 %).
    disruption_m
        Metres a day that each pupil moved counts as: nobody moves where less is saved. 0: none.
    compact
        Metres a day that each metre of line between two catchments counts as (10: as if ten pupils
        walked along it); the higher, the rounder the catchments. 0: shape counts for nothing.
    envy_m
        Metres beyond which a walk counts more: the square of what is beyond, over these metres, is
        added. It takes long walks from the few at the price of a longer mean. 0: none.
    mix
        Metres a day that each pupil of a group counts as who is at a school beyond the group's
        share in all (`District.composition`): the higher, the evener the mix. 0: none.
    locked
        Blocks that stay with their school.
    groups
        Blocks that go to one school together: "unit" (village or community of the blocks),
        "together" (of these, the blocks that have one school today), or a label for each block. The
        own blocks of several schools in one group stay apart.
    max_size
        Most pupils of a school, all stages together; the strictest limit on school_size where None.
    lotteries
        Lottery zones: schools that share one catchment, whose entrants are drawn among them by lot
        in proportion to the seats.
    spread
        Whether half the effort again goes to spreading over the schools what is short.
    effort, seconds
        Units of work (see `solvers.districting.draw_districts`) and a guard in seconds that cuts
        the search short. Half as many units as seconds where these alone are given, 60 units
        without either.
    seed, progress
        As in `solvers.districting.draw_districts`.

    Raises
    ------
    ScenarioError
        A stage without catchments, a year outside the forecast, a school that is open in only some
        of the years, a block that is not there, locks that contradict each other.
    SolveError
        The plan does not pass `verify_plan`.
    """
    check_terms(outcome, stage, years, max_moved)
    check_use(least_use, most_use, max_change, max_increase_share)
    check_prices(disruption_m, compact, envy_m, mix)
    town = join_schools(outcome, stage, survey_town(outcome, stage, years, max_size), lotteries)
    asked = lay_terms(
        outcome,
        town,
        max_moved=max_moved,
        max_walk_m=max_walk_m,
        max_increase_m=max_increase_m,
        locked=list(locked),
        groups=groups,
        max_increase_share=max_increase_share,
        least_use=least_use,
        most_use=most_use,
        max_change=max_change,
        disruption_m=disruption_m,
        compact=compact,
        envy_m=envy_m,
        mix=mix,
    )
    stop = read_stop(effort, seconds)
    return draw_plan(
        outcome, stage, town, asked, stop=stop, seed=seed, progress=progress, spread=spread
    )


def draw_plan(
    outcome: Outcome,
    stage: str,
    town: Town,
    asked: Asked,
    *,
    stop: Stop,
    seed: int = 0,
    progress: Progress | None = None,
    spread: bool = False,
) -> Rezoning:
    """Divide a town as asked, and hold the plan against the verifier.

    With `spread`, what is short is spread over the schools.
    """
    drawn = _draw(town, asked, stop, seed, progress)
    if spread:
        drawn = spread_shortage(town, asked, drawn, stop, seed)
    drawn = _settle(town, asked, _keep_today(town, asked, drawn))
    if not asked.compact:
        drawn = replace(drawn, plan=hold_empty(town, asked, drawn.plan))
    return describe_plan(outcome, stage, town, asked, drawn)


def _draw(
    town: Town,
    asked: Asked,
    stop: Stop,
    seed: int,
    progress: Progress | None,
    seats: Floats | None = None,
    spill: float | None = None,
) -> Districting:
    """Divide the town; with `seats` and `spill` so many pupils may be beyond those asked for."""
    from seatplan.solvers.districting import draw_districts

    budget = None if asked.max_moved is None else asked.max_moved * float(town.pupils.sum())
    full = (town.seats if asked.seats is None else asked.seats).min(axis=1)
    means, moves = town.pupils.mean(axis=1), np.arange(len(town.schools)) != town.current[:, None]
    cost = means[:, None] * (town.ways + asked.disruption_m * moves + asked.measure_envy(town))
    try:
        return draw_districts(
            town.pupils.max(axis=1),
            full if seats is None else seats,
            np.where(asked.allowed, cost, np.inf),
            asked.pairs,
            town.homes,
            current=town.current,
            locked=np.where(town.owned >= 0, town.owned, asked.fixed),
            max_moved=budget,
            moving=town.pupils.sum(axis=1),
            groups=asked.groups,
            least=None if asked.least is None else _raise_least(town, asked.least),
            full=full,
            spill=spill,
            border=asked.price_borders(town),
            tilt=asked.price_mix(town),
            stop=stop,
            seed=seed,
            progress=progress,
        )
    except ValueError as refusal:
        raise ScenarioError(f"these terms leave no plan: {refusal}") from refusal


SPREAD, TURNS = 0.5, 4  # share of the effort again, and searches, to spread what is short
CLOSE = 0.005  # pupils a seat within which the worst use is found


def spread_shortage(
    town: Town, asked: Asked, drawn: Districting, stop: Stop, seed: int
) -> Districting:
    """Lower the worst use where seats are short, with no more pupils beyond the seats in all.

    By halving between the worst use of the plan and what no plan is below; each search asks for the
    least walking within the sum beyond the seats and a cap on every school.
    """
    seats = (town.seats if asked.seats is None else asked.seats).min(axis=1)
    if drawn.shortage.sum() <= 1e-6 or drawn.moved > 1e-6 or drawn.cut_short or not seats.all():
        return drawn
    weight, total = town.pupils.max(axis=1), float(drawn.shortage.sum()) + 1e-6
    high = float((np.bincount(drawn.plan, weight, len(seats)) / seats).max())
    low = max(1.0, float(weight.sum() / seats.sum()), float((weight[town.homes] / seats).max()))
    effort, best = drawn.effort, drawn
    for turn in range(TURNS):
        if high - low <= CLOSE:
            break
        cap = (low + high) / 2
        share = stop.share(SPREAD / TURNS)
        again = _draw(town, asked, share, seed + 1 + turn, None, cap * seats, total)
        effort += again.effort
        if again.status == "least violation":
            low = cap
            continue
        load = np.bincount(again.plan, weight, len(seats))
        high = min(cap, float((load / seats).max()))
        best = replace(again, shortage=np.maximum(load - seats, 0.0))
    if best is drawn:
        return replace(drawn, effort=effort)
    bound = drawn.shortage_bound
    return replace(best, gap=float("nan"), status=drawn.status, shortage_bound=bound, effort=effort)


def _raise_least(town: Town, least: Floats) -> Floats:
    """Return the pupils asked for, counted as blocks count: each in its worst year."""
    worst, years = town.pupils.max(axis=1).sum(), town.pupils.sum(axis=0)
    raised: Floats = (least * worst / np.maximum(years, 1e-9)).max(axis=1)
    return raised


SAVED_M = 10.0  # metres a day that each pupil moved must save, where the shortage stays


def _keep_today(town: Town, asked: Asked, drawn: Districting) -> Districting:
    """Return the catchments of today where the plan is no better: nobody moves for nothing.

    Better is a smaller shortage, or the same with a lower worst use, or, where nobody is beyond the
    seats, for each pupil moved 10 m less to walk a day (lines counted where `compact` asks so).
    With a `max_moved` of 0 today's catchments are the plan, whatever they lack. Today's must keep
    the groups, locks and seats of another stage that were asked for.
    """
    today = town.current
    changed = drawn.plan != today
    kept = (asked.fixed < 0) | (asked.fixed == today)
    kept &= (town.owned < 0) | (town.owned == today)
    others = asked.groups is not None or asked.seats is not None or asked.least is not None
    if not changed.any() or not kept.all() or others:
        return drawn
    pupils, seats = town.pupils.max(axis=1), town.seats.min(axis=1)
    lived = np.bincount(today, pupils, minlength=len(seats))
    shortage = np.maximum(lived - seats, 0.0)
    means = town.pupils.mean(axis=1)
    walks = town.walks + asked.measure_envy(town)[np.arange(len(today)), today]
    cost = float((means * walks).sum()) + asked.compact * measure_border(town, today)
    cost += asked.mix * float(count_uneven(town, today).sum())
    saved = (cost - drawn.cost) / max(float(means[changed].sum()), 1e-9)
    worse = shortage.sum() > drawn.shortage.sum() + 1e-6
    if not worse and shortage.any() and seats.all():
        filled = np.bincount(drawn.plan, pupils, minlength=len(seats))
        worse = (lived / seats).max() > (filled / seats).max() + CLOSE
    if asked.max_moved != 0 and (worse or (not shortage.any() and saved >= SAVED_M)):
        return drawn
    if not np.isfinite(cost):
        return drawn
    gap = (cost - drawn.bound) / cost if cost and not shortage.any() else float("nan")
    status = "least violation" if shortage.any() else drawn.status
    return replace(
        drawn, plan=today, cost=cost, gap=gap, status=status, shortage=shortage, moved=0.0
    )


def _settle(town: Town, asked: Asked, drawn: Districting) -> Districting:
    """Return the plan without the moves that save less than 10 m a pupil, and what it costs."""
    held = hold_for_little(town, asked, drawn.plan, SAVED_M)
    back = np.flatnonzero(held != drawn.plan)
    if not len(back):
        return drawn
    price = town.ways + asked.measure_envy(town)
    saved = price[back, drawn.plan[back]] - price[back, held[back]] + asked.disruption_m
    cost = drawn.cost - float(town.pupils.mean(axis=1)[back] @ saved)
    gap = drawn.gap if np.isnan(drawn.gap) or not cost else max(cost - drawn.bound, 0.0) / cost
    load = np.bincount(held, town.pupils.max(axis=1), len(town.schools))
    seats = (town.seats if asked.seats is None else asked.seats).min(axis=1)
    return replace(drawn, plan=held, cost=cost, gap=gap, shortage=np.maximum(load - seats, 0.0))
