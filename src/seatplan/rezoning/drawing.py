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
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from seatplan.district.standards import Label
from seatplan.errors import ScenarioError, SolveError
from seatplan.files import suggest
from seatplan.outcome import Outcome
from seatplan.rezoning.lotteries import Zones, join_schools
from seatplan.rezoning.steps import write_steps
from seatplan.rezoning.tables import compare_schools, count_shortage, list_longer, list_moves
from seatplan.rezoning.terms import Asked, lay_terms
from seatplan.rezoning.town import Town, survey_town
from seatplan.scenarios.interventions import Intervention
from seatplan.scenarios.scenario import Scenario
from seatplan.solvers.stop import Stop, read_stop
from seatplan.verify import verify_plan

if TYPE_CHECKING:
    from seatplan.solvers.districting import Districting

Progress = Callable[[float, float, float], None]


@dataclass(frozen=True)
class Rezoning:
    """Catchments that a planner can take over, and what they change.

    Parameters
    ----------
    scenario
        The outcome's own steps and then those that bring the plan about, in force from the first
        of the years.
    stage, years
        What was drawn, and the autumns in which it is to hold.
    plan, today
        School of each block, index `block`; a lottery zone is named by its schools, "A+B".
    schools
        Each school today and under the plan (see `compare_schools`).
    moves
        One row a block that changes school: block, from, to, entrants (a year, mean over the
        years), walk_before and walk_after in metres.
    moved
        Share of the pupils (of all grades and years) whose block changes school.
    shortage
        One row a school and year in which more live in the catchment than there are seats: index
        (`school`, `year`), pupils, seats, catchment_shortage. Empty where the plan fits.
    beyond_moved
        Pupils moved beyond `max_moved`: above 0 only where locks, groups and the schools' own
        blocks leave no other way.
    longer
        Blocks that walk beyond `max_walk_m` or `max_increase_m`, because they do so today or no
        connected catchment reaches them otherwise: index `block`, walk_before, walk_after.
    status
        "optimal", "effort spent", "time limit", "interrupted" or "least violation" (see
        `draw_districts`); "fitted" where it was drawn to fit the seats of another stage too.
    cost, bound, gap
        Pupil-metres a day of the plan, mean over the years; the least that any plan could have; the
        difference as a share of the cost (NaN where the seats do not suffice).
    shortage_bound
        Pupils beyond the seats in any plan, at least, each block in its worst year and each school
        with its fewest seats.
    effort
        Units of work done.
    cut_short
        Whether the guard or the user ended the search before its effort was spent: another run may
        end elsewhere.
    """

    scenario: Scenario
    stage: str
    years: list[int]
    plan: pd.Series[str]
    today: pd.Series[str]
    schools: pd.DataFrame
    moves: pd.DataFrame
    moved: float
    shortage: pd.DataFrame
    beyond_moved: float
    longer: pd.DataFrame
    status: str
    cost: float
    bound: float
    gap: float
    shortage_bound: float = 0.0
    effort: float = 0.0
    cut_short: bool = False


def rezone_catchments(
    outcome: Outcome,
    *,
    stage: str,
    years: list[int],
    max_moved: float | None = None,
    max_walk_m: float | None = None,
    max_increase_m: float | None = None,
    locked: Iterable[str] = (),
    groups: Literal["unit"] | pd.Series[str] | None = None,
    max_size: float | None = None,
    lotteries: Zones = (),
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
    locked
        Blocks that stay with their school.
    groups
        Blocks that go to one school together: "unit" (village or community of the blocks), or a
        label for each block. The own blocks of several schools in one group stay apart.
    max_size
        Most pupils of a school, all stages together; the strictest limit on school_size where None.
    lotteries
        Lottery zones: schools that share one catchment, whose entrants are drawn among them by lot
        in proportion to the seats.
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
    town = join_schools(outcome, stage, survey_town(outcome, stage, years, max_size), lotteries)
    asked = lay_terms(
        outcome,
        town,
        max_moved=max_moved,
        max_walk_m=max_walk_m,
        max_increase_m=max_increase_m,
        locked=list(locked),
        groups=groups,
    )
    stop = read_stop(effort, seconds)
    return draw_plan(outcome, stage, town, asked, stop=stop, seed=seed, progress=progress)


def draw_plan(
    outcome: Outcome,
    stage: str,
    town: Town,
    asked: Asked,
    *,
    stop: Stop,
    seed: int = 0,
    progress: Progress | None = None,
) -> Rezoning:
    """Divide a town as asked, and hold the plan against the verifier."""
    drawn = _keep_today(town, asked, _draw(town, asked, stop, seed, progress))
    plan = drawn.plan
    rezoning = Rezoning(
        scenario=_write_scenario(
            outcome, stage, town.years[0], write_steps(outcome, stage, town, plan)
        ),
        stage=stage,
        years=town.years,
        plan=pd.Series(town.schools[plan], town.blocks, name="school"),
        today=pd.Series(town.schools[town.current], town.blocks, name="school"),
        schools=compare_schools(town, plan),
        moves=list_moves(outcome, stage, town, plan),
        moved=float(town.pupils[plan != town.current].sum() / max(town.pupils.sum(), 1e-9)),
        shortage=count_shortage(town, plan),
        beyond_moved=drawn.moved,
        longer=list_longer(town, plan, asked),
        status=drawn.status,
        cost=drawn.cost,
        bound=drawn.bound,
        gap=drawn.gap,
        shortage_bound=drawn.shortage_bound,
        effort=drawn.effort,
        cut_short=drawn.cut_short,
    )
    faults = _find_faults(town, asked, rezoning)
    if faults:
        raise SolveError("the plan does not hold: " + "; ".join(faults[:5]))
    return rezoning


def _draw(
    town: Town, asked: Asked, stop: Stop, seed: int, progress: Progress | None
) -> Districting:
    from seatplan.solvers.districting import draw_districts

    budget = None if asked.max_moved is None else asked.max_moved * float(town.pupils.sum())
    try:
        return draw_districts(
            town.pupils.max(axis=1),
            (town.seats if asked.seats is None else asked.seats).min(axis=1),
            np.where(asked.allowed, town.pupils.mean(axis=1)[:, None] * town.ways, np.inf),
            asked.pairs,
            town.homes,
            current=town.current,
            locked=np.where(town.owned >= 0, town.owned, asked.fixed),
            max_moved=budget,
            moving=town.pupils.sum(axis=1),
            groups=asked.groups,
            stop=stop,
            seed=seed,
            progress=progress,
        )
    except ValueError as refusal:
        raise ScenarioError(f"these terms leave no plan: {refusal}") from refusal


SAVED_M = 10.0  # metres a day that each pupil moved must save, where the shortage stays


def _keep_today(town: Town, asked: Asked, drawn: Districting) -> Districting:
    """Return the catchments of today where the plan is no better: nobody moves for nothing.

    Better is a smaller shortage, or, where nobody is beyond the seats, for each pupil moved 10 m
    less to walk a day. With a `max_moved` of 0 today's catchments are the plan, whatever they lack.
    Today's must keep the groups, locks and seats of another stage that were asked for.
    """
    today = town.current
    changed = drawn.plan != today
    kept = (asked.fixed < 0) | (asked.fixed == today)
    kept &= (town.owned < 0) | (town.owned == today)
    if not changed.any() or not kept.all() or asked.groups is not None or asked.seats is not None:
        return drawn
    pupils, seats = town.pupils.max(axis=1), town.seats.min(axis=1)
    lived = np.bincount(today, pupils, minlength=len(seats))
    shortage = np.maximum(lived - seats, 0.0)
    means = town.pupils.mean(axis=1)
    cost = float((means * town.walks).sum())
    saved = (cost - drawn.cost) / max(float(means[changed].sum()), 1e-9)
    worse = shortage.sum() > drawn.shortage.sum() + 1e-6
    if asked.max_moved != 0 and (worse or (not shortage.any() and saved >= SAVED_M)):
        return drawn
    if not np.isfinite(cost):
        return drawn
    gap = (cost - drawn.bound) / cost if cost and not shortage.any() else float("nan")
    status = "least violation" if shortage.any() else drawn.status
    return replace(
        drawn, plan=today, cost=cost, gap=gap, status=status, shortage=shortage, moved=0.0
    )


def check_terms(outcome: Outcome, stage: str, years: list[int], max_moved: float | None) -> None:
    """Refuse a stage without catchments, years outside the forecast, a share that is none."""
    zoned = [item.code for item in outcome.standards.stages if item.intake == "catchment"]
    if stage not in zoned:
        raise ScenarioError(f"{stage} has no catchments{suggest(stage, zoned)}")
    first, last = outcome.district.base_year + 1, outcome.district.horizon
    strays = [year for year in years if not first <= year <= last]
    if strays or not years:
        raise ScenarioError(f"years {years} should name years from {first} to {last}")
    if max_moved is not None and not 0 <= max_moved <= 1:
        raise ScenarioError(f"max_moved is a share from 0 to 1; got {max_moved:g}")


def _write_scenario(
    outcome: Outcome, stage: str, first: int, steps: Iterable[Intervention]
) -> Scenario:
    """Return the outcome's steps and those of the plan."""
    name = outcome.standards.stage(stage).name
    return Scenario(
        f"rezone-{stage}-{first}",
        Label(f"{name.zh}学区调整（{first} 年起）", f"{name.en} rezoned from {first}"),
        (*outcome.scenario.interventions, *steps),
    )


def _find_faults(town: Town, asked: Asked, rezoning: Rezoning) -> list[str]:
    """Hold the plan against what was asked, and what it says itself of where it falls short.

    Walks are held against their limits apart, with those that the plan lists as longer taken out.
    """
    apart = town.before or town
    rooms = pd.DataFrame(apart.rooms, apart.schools, town.years)
    tables: dict[str, Any] = {
        "pupils": pd.DataFrame(town.pupils, town.blocks, town.years),
        "seats": pd.DataFrame(apart.seats, apart.schools, town.years)
        + _admit_shortage(town, rooms, rezoning.shortage),
        "neighbours": [(town.blocks[one], town.blocks[other]) for one, other in asked.pairs],
        "homes": dict(zip(apart.schools, town.blocks[apart.homes], strict=True)),
        "lotteries": town.members,
        "lots": rooms,
    }
    terms = asked.name_terms(town)
    if terms.max_moved is not None:
        terms = replace(terms, max_moved=terms.max_moved + rezoning.beyond_moved)
    walks = pd.DataFrame(apart.ways, town.blocks, apart.schools)
    total = {"pupil_metres": rezoning.cost * len(town.years), "largest_shortage": 0.0}
    faults = verify_plan(rezoning.plan, **tables, walks=walks, terms=terms, claimed=total)
    walks.loc[rezoning.longer.index] = 0.0
    limits = replace(terms, max_walk=asked.max_walk_m, max_increase=asked.max_increase_m)
    return faults or verify_plan(rezoning.plan, **tables, walks=walks, terms=limits)


def _admit_shortage(town: Town, rooms: pd.DataFrame, shortage: pd.DataFrame) -> pd.DataFrame:
    """Return the pupils beyond the seats that the plan states: school x year, zones by lot."""
    beyond = shortage.catchment_shortage.unstack("year")
    beyond = beyond.reindex(town.schools, columns=town.years).fillna(0.0)
    spread: dict[Any, pd.Series[float]] = {}
    for name, row in beyond.iterrows():
        schools = list(town.members.get(str(name), (str(name),)))
        lots = rooms.loc[schools]
        spread |= (lots / lots.sum() * row).T.to_dict("series")
    return pd.DataFrame(spread).T
