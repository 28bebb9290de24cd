"""Is a plan an outlier? Where it lies among many that keep the same limits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from seatplan.errors import ScenarioError
from seatplan.labels import Floats, Ints
from seatplan.outcome import Outcome
from seatplan.rezoning.plan import Rezoning
from seatplan.rezoning.shape import average_compactness, measure_border
from seatplan.rezoning.town import Town, survey_town
from seatplan.solvers.convergence import agrees, compute_rhat, count_effective
from seatplan.solvers.stop import Stop

if TYPE_CHECKING:
    from seatplan.solvers.districting.problem import Problem

CHAINS = 4
APART = 10  # steps a school between two plans: with 2 one in five or six was worth a plan
START = 0.3, 4.0  # units of work to find the start of a chain, and where that does not do
DIGITS = 9  # behind the point, so that two plans with the same figure tie
FIGURES = "walk_m", "farthest_m", "moved", "beyond", "worst_use", "border_km", "compactness"


@dataclass(frozen=True)
class Ensemble:
    """Many plans of catchments, and where some stand among them.

    Parameters
    ----------
    stage, year, seed
        What was drawn, for which autumn, and the seed of its random numbers.
    tolerance
        How far the pupils of a school may be beyond its limits (see `limit_loads`), as a share.
    figures
        One row a plan of the ensemble, index (`chain`, `plan`): walk_m (mean metres of a pupil),
        farthest_m (metres that one pupil in ten walks farther than), moved (share of the pupils
        whose school is another than today), beyond (pupils beyond the seats), worst_use (most
        pupils for a seat), border_km (lines between catchments), compactness (mean; 1: circles).
    plans
        The same figures of the plans that are held against it, index `plan`.
    table
        Index `figure`: low, median and high (5, 50 and 95 in 100 plans), rhat, effective (plans
        drawn one by one that would tell as much), holds (whether chains agree: R-hat at most 1.01,
        400 effective), and for each plan held against it its value and below_..., the share of
        plans with less, half of those with the same; NaN where chains do not agree.
    accepted
        Share of the steps of each chain that found another plan.
    every
        Steps between two plans that are kept.
    """

    stage: str
    year: int
    seed: int
    tolerance: float
    figures: pd.DataFrame
    plans: pd.DataFrame
    table: pd.DataFrame
    accepted: list[float]
    every: int


def draw_ensemble(
    outcome: Outcome,
    *,
    stage: str,
    year: int,
    plans: int,
    tolerance: float = 0.15,
    best: Rezoning | None = None,
    max_size: float | None = None,
    every: int | None = None,
    seed: int = 0,
) -> Ensemble:
    """Draw many plans by recombination, and hold those of today, proposed and best against them.

    Each plan of the ensemble has whole, connected catchments around the schools' own blocks, and
    fills each school to its seats at most, and not much less than today, within `tolerance` (see
    `limit_loads`). Walks, moves and shape count for nothing in drawing it.

    Parameters
    ----------
    stage, year
        Stage with catchments, and the autumn whose pupils and seats count.
    plans
        Plans in all, from four chains with different starts; at least 40.
    tolerance
        Share by which the pupils of a school may be beyond these limits.
    best
        A plan to hold against it besides; one of the same stage.
    max_size
        As in `rezone_catchments`.
    every
        Steps between two plans that are kept; ten times the number of schools where None.
    seed
        Same outcome, terms and seed: the same plans.

    Raises
    ------
    ScenarioError
        No plan within the tolerance was found, fewer than two schools, a number without sense.
    """
    from seatplan.solvers.districting.recombination import run_chains

    _check(plans, tolerance, every)
    town = survey_town(outcome, stage, [year], max_size)
    if len(town.schools) < 2:
        raise ScenarioError(f"an ensemble takes at least two schools of {stage} with catchments")
    least, most = limit_loads(town, tolerance)
    problem, starts = _find_starts(town, least, most, seed)
    every = every or APART * len(town.schools)
    chains = run_chains(problem, starts, most, -(-plans // CHAINS), every, seed)
    today = find_today(outcome, stage, town)
    measure = Measures(town, today)
    rows = [[measure.read(plan) for plan in chain] for chain in chains.plans]
    cube = np.array(rows)  # chain x plan x figure
    index = pd.MultiIndex.from_product(
        [range(1, CHAINS + 1), range(cube.shape[1])], names=["chain", "plan"]
    )
    figures = pd.DataFrame(cube.reshape(-1, len(FIGURES)), index, columns=list(FIGURES))
    held = _hold_against(town, measure, today, best)
    accepted = [float(share) for share in chains.accepted]
    table = tabulate(cube, held)
    return Ensemble(stage, year, seed, tolerance, figures, held, table, accepted, every)


def _check(plans: int, tolerance: float, every: int | None) -> None:
    problems = []
    if plans < 40:
        problems.append(f"an ensemble takes at least 40 plans; got {plans}")
    if not 0 < tolerance < 1:
        problems.append(f"tolerance is a share above 0 and below 1; got {tolerance:g}")
    if every is not None and every < 1:
        problems.append(f"every is a number of steps from 1 on; got {every}")
    if problems:
        raise ScenarioError(problems)


def limit_loads(town: Town, tolerance: float) -> tuple[Floats, Floats]:
    """Return the least and most pupils of each school.

    At most its seats, and the tolerance more. At least what it has today, or what it would have if
    all schools were used alike, or its seats, whichever is least, and the tolerance less: a school
    among few pupils is not asked for more than live around it.
    """
    seats, pupils = town.seats[:, 0], town.pupils[:, 0]
    today = np.bincount(town.current, pupils, len(seats))
    even = seats * (pupils.sum() / max(float(seats.sum()), 1e-9))
    least: Floats = np.minimum(np.minimum(today, even), seats) * (1.0 - tolerance)
    return least, np.maximum(seats, even) * (1.0 + tolerance)


def _find_starts(town: Town, least: Floats, most: Floats, seed: int) -> tuple[Problem, list[Ints]]:
    """Return the problem, and a start of each chain.

    They have least walking, fewest moves, and twice least walking where each school is as far as
    chance has it.
    """
    from seatplan.solvers.districting import draw_districts
    from seatplan.solvers.districting.problem import build_problem

    pupils = town.pupils[:, 0]
    moves = pupils[:, None] * (np.arange(len(town.schools)) != town.current[:, None])
    rng = np.random.default_rng(seed)
    costs = [pupils[:, None] * town.ways, moves]
    for _ in range(CHAINS - len(costs)):  # some schools near, others far, as chance has it
        costs.append(costs[0] * np.exp(rng.normal(size=len(town.schools))))
    starts = []
    for number, cost in enumerate(costs):
        allowed = np.where(np.isfinite(town.ways), cost, np.inf)
        arrays = pupils, most, allowed, town.pairs, town.homes
        for effort in START:
            drawn = draw_districts(*arrays, least=least, stop=Stop(effort), seed=seed + number)
            if drawn.status != "least violation":
                break
        if drawn.status == "least violation":
            lacking = drawn.shortage.sum() + drawn.lack.sum()
            raise ScenarioError(
                f"no plan within the tolerance was found: {lacking:.0f} pupils are beyond it in "
                "the nearest; ask for a wider one"
            )
        starts.append(drawn.plan)
    return build_problem(*arrays, None, None, None, None, least=least), starts


class Measures:
    """Figures of a plan of a town; moves are counted against the catchments of `today`."""

    def __init__(self, town: Town, today: Ints) -> None:
        self.town, self.today, self.blocks = town, today, np.arange(len(town.blocks))
        self.pupils, self.seats = town.pupils[:, 0], np.maximum(town.seats[:, 0], 1e-9)
        self.total = max(float(self.pupils.sum()), 1e-9)

    def read(self, plan: npt.NDArray[np.signedinteger]) -> list[float]:
        """Return the figures of a plan, in the order of `FIGURES`."""
        town, pupils, zones = self.town, self.pupils, plan.astype(np.int64)
        ways = np.where(pupils > 0, town.ways[self.blocks, zones], 0.0)
        load = np.bincount(zones, pupils, len(self.seats))
        nearest = np.argsort(ways, kind="stable")
        reached = int(np.searchsorted(np.cumsum(pupils[nearest]), 0.9 * self.total - 1e-9))
        figures = [
            float(pupils @ ways) / self.total,
            float(ways[nearest[min(reached, len(ways) - 1)]]),
            float(pupils[zones != self.today].sum()) / self.total,
            float(np.maximum(load - self.seats, 0.0).sum()),
            float((load / self.seats).max()),
            measure_border(town, zones) / 1000.0,
            average_compactness(town, zones),
        ]
        return [round(figure, DIGITS) for figure in figures]


def find_today(outcome: Outcome, stage: str, town: Town) -> Ints:
    """Return the school of each block in the base year, or as the scenario has it.

    The latter where one of the schools of the base year takes no catchment any more.
    """
    base = outcome.district.base_year
    zones = outcome.catchments.zones.xs((stage, base), level=("stage", "year"))
    today: Ints = town.schools.get_indexer(pd.Index(zones.reindex(town.blocks)))
    return today if (today >= 0).all() else town.current


def _hold_against(
    town: Town, measure: Measures, today: Ints, best: Rezoning | None
) -> pd.DataFrame:
    """Return the figures of the catchments of today, of the scenario's and of the best plan."""
    rows = {"today": measure.read(today)}
    if (today != town.current).any():
        rows["proposed"] = measure.read(town.current)
    if best is not None:
        plan = town.schools.get_indexer(pd.Index(best.plan.reindex(town.blocks)))
        if (plan >= 0).all():
            rows["best"] = measure.read(plan)
    table = pd.DataFrame.from_dict(rows, orient="index", columns=list(FIGURES))
    return table.rename_axis("plan")


def tabulate(draws: Floats, held: pd.DataFrame) -> pd.DataFrame:
    """Return the table of an ensemble from its figures, chain x plan x figure."""
    rows = {}
    for place, figure in enumerate(FIGURES):
        column = draws[:, :, place]
        low, median, high = np.quantile(column, [0.05, 0.5, 0.95])
        holds = agrees(column)
        row = {"low": low, "median": median, "high": high, "rhat": compute_rhat(column)}
        row |= {"effective": count_effective(column), "holds": holds}
        for plan, value in held[figure].items():
            less = float((column < value).mean() + (column == value).mean() / 2)
            row |= {str(plan): value, f"below_{plan}": less if holds else np.nan}
        rows[figure] = row
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("figure")
