"""Choices of sites, one after the other: their bounds, and the areas drawn for them.

1. The choices of sites near the best, demand split, are listed by branch and bound (`choices`).
2. Areas that may overlap raise the bound, and give every choice a bound of its own (`area_bound`).
3. Districting (`draw_districts`) draws areas for the choices of least bound: many in little work,
   those that do best again in more. After each round the choices that open, close or exchange a
   site of the best one join in. What cannot be better than the best plan is passed over.
4. The bounds of single choices are raised, the least first.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from seatplan.errors import SolveError
from seatplan.solvers.districting import Districting, draw_districts
from seatplan.solvers.districting.bounds import Climb, bound_transport
from seatplan.solvers.districting.problem import build_problem, narrow
from seatplan.solvers.location.answer import Floats, Progress
from seatplan.solvers.location.area_bound import Options, begin_climb
from seatplan.solvers.location.area_case import Case, build_columns
from seatplan.solvers.location.choices import list_choices
from seatplan.solvers.location.offer import Offer
from seatplan.solvers.stop import Meter, Stop

MARGIN, LISTED = 0.02, 400  # choices listed: up to this above the best, and at most so many
LISTING, BOUNDING = 0.2, 0.15  # share of the effort for the list, and for the bound of all choices
ROUNDS = ((12, 0.2), (6, 0.2), (3, 0.2))  # choices drawn, and share of the effort left
GAP, CLIMBS = 0.2, 15  # share of it for the bounds of single choices, in so many parts
ABOVE = 0.003  # what the best plan is taken to cost above the best choice, demand split
NEAR = 2  # sites that open or close from the best choice to its neighbours: an exchange is two
LEAST = 0.01  # units of work that a plan counts as at least
CLOSED = 1e-6  # gap at which a plan counts as optimal


@dataclass
class Drawn:
    """One choice of sites: what it costs at least, and the best plan drawn for it so far.

    `sites` are open at the `columns` of their capacity, which costs `opening`. `total`: cost of the
    plan, with what lies beyond the capacities at its price; inf where none is drawn.
    """

    sites: NDArray[np.int64]
    columns: NDArray[np.int64]
    bound: float
    opening: float
    plan: NDArray[np.int64] | None = None
    shortage: float = np.inf
    total: float = np.inf
    climb: Climb | None = None
    settled: bool = False  # its bound rises no more
    barred: bool = False  # no chain of neighbours leads from some unit to its sites

    @property
    def key(self) -> tuple[float, float, float]:
        """What a better choice has less of."""
        return self.shortage, self.total, self.bound

    def changes(self, other: Drawn) -> int:
        """Return how many sites open or close between two choices."""
        return len(np.setxor1d(self.sites, other.sites))


@dataclass
class AreasSearch:
    """Choices of sites, their bounds and the plans drawn for them."""

    case: Case
    offer: Offer
    meter: Meter
    seed: int
    progress: Progress | None
    known: list[Drawn] = field(default_factory=list)
    rest: float = -np.inf  # no choice that is not listed costs less
    overall: float = -np.inf  # no choice at all costs less
    best: Drawn | None = None

    def run(self) -> None:
        """List, bound, draw."""
        prices = self.list_near()
        if self.case.beyond is None:
            self.raise_bounds(prices)
        left = self.meter.left
        for count, share in ROUNDS:
            for choice in self.pick(count):
                self.draw(choice, share * left / count)
        if self.case.beyond is None:
            self.close_gap(GAP * left)
        while not self.meter.is_over and (choices := self.pick(1)):
            self.draw(choices[0], self.meter.left)

    def close_gap(self, effort: float) -> None:
        """Raise the bounds of the choices that could still be better, the least first."""
        part = self.meter.part(effort)
        while not part.is_over:
            open_choices = [one for one in self.known if self.may_gain(one) and not one.settled]
            if not open_choices:
                break
            self.climb(min(open_choices, key=lambda one: one.bound), part, effort / CLIMBS)

    def climb(self, choice: Drawn, meter: Meter, effort: float) -> None:
        """Raise the bound of one choice, its areas overlapping."""
        if choice.climb is None:
            choice.climb = self.begin(choice)
        climb = choice.climb
        if climb is None:
            choice.settled = True
            return
        best = self.best.total if self.best is not None else choice.bound * (1 + ABOVE)
        before = climb.spent
        climb.climb(best - choice.opening, min(effort, meter.left), lambda: meter.is_over)
        meter.spend(max(climb.spent - before, LEAST))
        choice.bound = max(choice.bound, climb.best.least + choice.opening)
        choice.settled = climb.is_over

    def begin(self, choice: Drawn) -> Climb | None:
        """Return the climb of a choice at its start; None where its areas cannot be connected."""
        case, sites = self.case, choice.sites
        try:
            problem = build_problem(
                case.demand,
                case.capacity[sites, choice.columns],
                case.cost[:, sites],
                case.pairs,
                case.home[sites],
                None,
                None,
                None,
                None,
            )
        except ValueError:
            choice.barred = True
            return None
        tight = narrow(problem)
        return Climb(tight, bound_transport(tight))

    @property
    def bound(self) -> float:
        """What no plan costs less than."""
        listed = min((choice.bound for choice in self.known), default=np.inf)
        return max(self.overall, min(self.rest, listed))

    @property
    def is_closed(self) -> bool:
        """Whether no choice can be better than the best plan."""
        best = self.best
        return best is not None and best.total - self.bound <= CLOSED * abs(best.total)

    def list_near(self) -> Floats:
        """List the choices near the best, demand split; return the prices of the units."""
        part = self.meter.part(LISTING * self.meter.stop.effort)
        choices = list_choices(self.offer, part, MARGIN, LISTED)
        if not len(choices.cost):
            raise SolveError(
                "solve_siting_areas: no choice of sites found that serves everybody; more effort, "
                "more room or `beyond` would help"
            )
        self.rest = choices.rest
        for sizes, cost in zip(choices.sizes, choices.cost, strict=True):
            sites = np.flatnonzero(sizes[: len(self.case.home)] > 0)
            columns = self.offer.size[sites, sizes[sites]]
            opening = float(self.case.fixed[sites, columns].sum())
            self.known.append(Drawn(sites, columns, float(cost), opening))
        return choices.prices

    def raise_bounds(self, prices: Floats) -> None:
        """Raise the bounds of all choices by areas that may overlap."""
        case, offer = self.case, self.offer
        site, column = np.nonzero(np.isfinite(case.fixed) & (case.capacity > 0))
        problem = build_columns(case, site, column)
        stands = np.flatnonzero(offer.low[: len(case.home)])
        options = Options(site, case.fixed[site, column], stands, offer.most)
        climb = begin_climb(problem, options, prices)
        part = self.meter.part(BOUNDING * self.meter.stop.effort)
        above = min(choice.bound for choice in self.known)
        climb.climb(above * (1 + ABOVE), part.left, lambda: part.is_over)
        self.meter.spend(climb.spent)
        number = np.full(case.capacity.shape, -1)
        number[site, column] = np.arange(len(site))
        self.overall = max(self.overall, climb.best.least)
        for choice in self.known:
            bound = climb.bound_choice(number[choice.sites, choice.columns])
            choice.bound = max(choice.bound, bound)

    def pick(self, count: int) -> list[Drawn]:
        """Return the choices to draw: the best drawn, and of the others those nearest to it.

        At first those of least bound.
        """
        alive = [choice for choice in self.known if self.may_gain(choice)]
        best = self.best
        if best is None:
            return sorted(alive, key=lambda choice: choice.bound)[:count]
        drawn = sorted((one for one in alive if one.plan is not None), key=lambda one: one.key)
        fresh = [one for one in alive if one.plan is None]
        fresh.sort(key=lambda one: (one.changes(best) > NEAR, one.bound))
        kept = drawn[: max(count - len(fresh), (count + 1) // 2)]
        return [*kept, *fresh[: count - len(kept)]]

    def may_gain(self, choice: Drawn) -> bool:
        """Whether a plan of the choice may be better than the best."""
        limit = np.inf if self.best is None else self.best.total
        if self.best is not None and self.best.shortage > 0 and self.case.beyond is None:
            limit = np.inf
        return not choice.barred and choice.bound < limit * (1 - CLOSED)

    def draw(self, choice: Drawn, effort: float) -> None:
        """Draw areas for a choice, from its best plan on."""
        if self.meter.is_over or not self.may_gain(choice):
            return
        case, sites = self.case, choice.sites
        stop = Stop(min(effort, self.meter.left), self.meter.seconds_left)
        try:
            drawn = draw_districts(
                case.demand,
                case.capacity[sites, choice.columns],
                case.cost[:, sites],
                case.pairs,
                case.home[sites],
                current=choice.plan,
                stop=stop,
                seed=self.seed,
            )
        except ValueError:  # no chain of neighbours leads to any of these sites
            choice.barred = True
            return
        self.meter.spend(max(drawn.effort, LEAST))
        self.keep(choice, drawn)
        if drawn.cut_short or drawn.status == "interrupted":
            self.meter.cut()
        if self.progress is not None and self.best is not None:
            self.progress(self.best.total, min(self.bound, self.best.total), self.meter.done)

    def keep(self, choice: Drawn, drawn: Districting) -> None:
        """Note the plan and the bound of a choice."""
        shortage = round(float(drawn.shortage.sum()), 6)
        price = self.case.beyond or 0.0
        total = drawn.cost + choice.opening + price * shortage
        if (shortage, total) < (choice.shortage, choice.total):
            choice.plan, choice.shortage, choice.total = drawn.plan, shortage, total
        if self.case.beyond is None:
            choice.bound = max(choice.bound, min(drawn.bound + choice.opening, total))
        if self.best is None or choice.key[:2] < self.best.key[:2]:
            self.best = choice
