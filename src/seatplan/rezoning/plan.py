"""A plan of catchments in the words of the district: its scenario, and what it changes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from seatplan.district.stages import Label
from seatplan.errors import SolveError
from seatplan.labels import Floats, Ints
from seatplan.measures.spread import measure_gini
from seatplan.outcome import Outcome
from seatplan.rezoning.mixture import describe_mix
from seatplan.rezoning.shape import average_compactness, measure_border
from seatplan.rezoning.steps import write_steps
from seatplan.rezoning.tables import (
    compare_schools,
    count_shortage,
    find_worst_use,
    list_longer,
    list_moves,
    list_unkept,
)
from seatplan.rezoning.terms import Asked
from seatplan.rezoning.town import Town
from seatplan.scenarios.interventions import Intervention
from seatplan.scenarios.scenario import Scenario
from seatplan.verify import Terms, verify_plan

if TYPE_CHECKING:
    from seatplan.solvers.districting import Districting


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
    disruption
        Metres a day that the pupils moved count as besides, where each has a price
        (`disruption_m`); bound and gap are those of cost and disruption together.
    shape
        Metres of line between catchments and mean compactness (1: all circles), index `border_m`,
        `compactness`, columns `before` and `after`.
    shape_cost
        Metres a day that the lines count as besides, where `compact` asks so; gap is then that of
        cost, disruption and lines together, and the bound knows of no lines.
    envy
        Metres a day that walks beyond `envy_m` count as besides; bound and gap are those of cost
        and envy together.
    walks
        Mean walk and Gini coefficient of the walks of all pupils (0: all alike), index `mean_m`,
        `gini`, columns `before` and `after`.
    mix
        How evenly groups of pupils are shared out, before and after (see `describe_mix`); empty
        where the district names none.
    mix_cost
        Metres a day that pupils of a group above an even mix count as besides, where `mix` asks so;
        the bound does not know it.
    worst_use
        Most pupils for a seat of any school in any year (1.06: 6 in 100 beyond the seats).
    unkept
        Schools and years whose pupils are fewer or more than was asked for, since no plan was found
        that keeps it: index (`school`, `year`), pupils, least, most, seats.
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
    disruption: float = 0.0
    shape: pd.DataFrame = field(default_factory=pd.DataFrame)
    shape_cost: float = 0.0
    envy: float = 0.0
    walks: pd.DataFrame = field(default_factory=pd.DataFrame)
    mix: pd.DataFrame = field(default_factory=pd.DataFrame)
    mix_cost: float = 0.0
    worst_use: float = 0.0
    unkept: pd.DataFrame = field(default_factory=pd.DataFrame)


def describe_plan(
    outcome: Outcome,
    stage: str,
    town: Town,
    asked: Asked,
    drawn: Districting,
    builds: Sequence[Intervention] = (),
) -> Rezoning:
    """Put a plan into the words of the district, and hold it against the verifier.

    `builds`: steps that come before those of the plan, such as new schools of the town.

    Raises
    ------
    SolveError
        The plan does not pass `verify_plan`.
    """
    plan = drawn.plan
    means = town.pupils.mean(axis=1)
    disruption = asked.disruption_m * float(means[plan != town.current].sum())
    shape_cost = asked.compact * measure_border(town, plan)
    envies = asked.measure_envy(town)[np.arange(len(plan)), plan]
    envy = float((means * np.where(means > 0, envies, 0.0)).sum())
    mix = describe_mix(town, plan)
    mix_cost = asked.mix * float(mix.uneven_after.sum())
    steps = [*builds, *write_steps(outcome, stage, town, plan)]
    rezoning = Rezoning(
        scenario=_write_scenario(outcome, stage, town.years[0], steps),
        stage=stage,
        years=town.years,
        plan=pd.Series(town.schools[plan], town.blocks, name="school"),
        today=pd.Series(town.schools[town.current], town.blocks, name="school"),
        schools=compare_schools(town, plan),
        moves=list_moves(outcome, stage, town, plan),
        moved=float(town.pupils[plan != town.current].sum() / max(town.pupils.sum(), 1e-9)),
        shortage=count_shortage(town, plan, asked.count_room(town)),
        beyond_moved=drawn.moved,
        longer=list_longer(town, plan, asked),
        status=drawn.status,
        cost=drawn.cost - disruption - shape_cost - envy - mix_cost,
        bound=drawn.bound,
        gap=drawn.gap,
        shortage_bound=drawn.shortage_bound,
        effort=drawn.effort,
        cut_short=drawn.cut_short,
        disruption=disruption,
        shape=describe_shape(town, plan),
        shape_cost=shape_cost,
        envy=envy,
        walks=describe_walks(town, plan),
        mix=mix,
        mix_cost=mix_cost,
        worst_use=find_worst_use(town, plan),
        unkept=list_unkept(town, plan, asked),
    )
    faults = _find_faults(town, asked, rezoning)
    if faults:
        raise SolveError("the plan does not hold: " + "; ".join(faults[:5]))
    return rezoning


def describe_walks(town: Town, plan: Ints) -> pd.DataFrame:
    """Return the mean walk and the Gini coefficient of walks, before and after."""
    pupils, rows = town.pupils.sum(axis=1), np.arange(len(plan))
    lived = pupils > 0
    table = {}
    for name, zones in {"before": town.current, "after": plan}.items():
        ways = town.ways[rows, zones][lived]
        mean = float(pupils[lived] @ ways / max(float(pupils.sum()), 1e-9))
        table[name] = {"mean_m": mean, "gini": measure_gini(ways, pupils[lived])}
    return pd.DataFrame(table)


def describe_shape(town: Town, plan: Ints) -> pd.DataFrame:
    """Return the lines between catchments and their mean compactness, before and after."""
    zones = {"before": town.current, "after": plan}
    return pd.DataFrame(
        {
            name: {
                "border_m": measure_border(town, at),
                "compactness": average_compactness(town, at),
            }
            for name, at in zones.items()
        }
    )


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
        "seats": pd.DataFrame(_seat_most(town, apart, asked), apart.schools, town.years)
        + _admit_shortage(town, rooms, rezoning.shortage),
        "neighbours": [(town.blocks[one], town.blocks[other]) for one, other in asked.pairs],
        "homes": dict(zip(apart.schools, town.blocks[apart.homes], strict=True)),
        "lotteries": town.members,
        "lots": rooms,
        "borders": {
            (town.blocks[one], town.blocks[other]): float(length)
            for (one, other), length in zip(town.pairs, town.borders, strict=True)
        },
        "shares": pd.DataFrame(town.shares, town.blocks, list(town.groups)),
    }
    terms = _admit_unkept(asked.name_terms(town), rezoning.unkept)
    if terms.max_moved is not None:
        terms = replace(terms, max_moved=terms.max_moved + rezoning.beyond_moved)
    walks = pd.DataFrame(apart.ways, town.blocks, apart.schools)
    total = {"pupil_metres": rezoning.cost * len(town.years), "largest_shortage": 0.0}
    total["border_m"] = float(rezoning.shape.after["border_m"])
    total["uneven"] = float(rezoning.mix.uneven_after.sum()) * len(town.years)
    faults = verify_plan(rezoning.plan, **tables, walks=walks, terms=terms, claimed=total)
    walks.loc[rezoning.longer.index] = 0.0
    limits = replace(
        terms,
        max_walk=asked.max_walk_m,
        max_increase=asked.max_increase_m,
        max_increase_share=asked.max_increase_share,
    )
    return faults or verify_plan(rezoning.plan, **tables, walks=walks, terms=limits)


def _seat_most(town: Town, apart: Town, asked: Asked) -> Floats:
    """Return the pupils that each school by itself may have; of a zone, as its seats have grown."""
    grown = asked.count_room(town) / np.maximum(town.seats, 1e-9)
    if apart is town:
        return np.maximum(town.seats, asked.count_room(town))
    of = {school: zone for zone, schools in town.members.items() for school in schools}
    rows = town.schools.get_indexer(pd.Index([of.get(name, name) for name in apart.schools]))
    most: Floats = apart.seats * grown[rows]
    return most


def _admit_unkept(terms: Terms, unkept: pd.DataFrame) -> Terms:
    """Return the terms without the limits on use that the plan says it does not keep."""
    if terms.least is None or terms.most is None or not len(unkept):
        return terms
    least, most = terms.least.copy(), terms.most.copy()
    for school, year in unkept.index:
        least.loc[school, year], most.loc[school, year] = 0.0, float("inf")
    return replace(terms, least=least, most=most)


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
