"""Lower bounds: no plan can cost less, whatever the search finds.

Without contiguity and with units that may be split the problem is a transport problem; its duals
give a bound, prices for the seats and a first plan. A stronger bound relaxes only that each unit
goes to one facility (Fisher 1981): each facility takes the whole, connected area within its seats
that pays it most.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np

from seatplan.solvers.districting.areas import fill_areas
from seatplan.solvers.districting.knapsacks import whole_weights
from seatplan.solvers.districting.problem import Floats, Ints, Problem
from seatplan.solvers.transport import Transport, solve_transport

STEP = 0.1  # first step of the climb, in the distance to the plan aimed at
SHORTEST = 1e-3  # and the last
SETTLED = 0.004  # step from which the areas change little
PATIENCE = 5, 10  # steps without a better bound before they become shorter: at first, once settled
SEARCH = 2_000, 200_000  # first and last limit on the steps of the search for one area
NEWEST = 0.02  # weight of a turn's areas among those of late
LOOK = 1.6e-9  # units of work that it takes to look at a unit or a cell of a table
TURN = 1e-3  # and a turn beside its areas
QUICK = 0.05  # units of work that all areas may take for their search to go deeper
NONE = 1e-9  # pupils that a unit without any counts as
SLACK = 1e-6  # share of the cost that all areas together may be off the best


@dataclass(frozen=True)
class Bound:
    """A bound and the duals that prove it.

    Parameters
    ----------
    least
        No plan within the limits costs less.
    value, base
        (n,) value of covering a unit and (m,) least worth (cost less values) of any area of a
        facility; their sum, less `spent`, is `least`.
    price
        (m,) price of a seat in the transport problem.
    spent
        Price of the moves allowed.
    unserved
        Pupils who find no seat even if units may be split.
    """

    least: float
    value: Floats
    base: Floats
    price: Floats
    spent: float
    unserved: float


def bound_transport(problem: Problem) -> Bound:
    """Return the transport bound, with the best price of a move where moves are limited."""
    best, fee = _transport_at(problem, 0.0, None)
    if not np.isfinite(problem.budget) or best.unserved > 0:
        return best
    top = 4 * float(best.price.max(initial=0.0)) + _spread(problem)
    low, high = 0.0, top
    for _ in range(20):  # concave in the price of a move: narrow by thirds
        left, right = low + (high - low) / 3, high - (high - low) / 3
        one, fee = _transport_at(problem, left, fee)
        two, fee = _transport_at(problem, right, fee)
        best = max(best, one, two, key=lambda bound: bound.least)
        low, high = (left, high) if one.least < two.least else (low, right)
    return best


def bound_shortage(problem: Problem, bound: Bound) -> float:
    """Return the pupils that lie beyond the seats in every plan, at least.

    Pupils who find no seat even if units may be split, or what units are too large for any
    facility beside its own unit, whichever is more.
    """
    own = problem.weight[problem.home]
    room = np.maximum(problem.seats - own, 0.0)
    over = np.maximum(problem.weight[:, None] - room, 0.0)
    over[~np.isfinite(problem.cost)] = np.inf
    least = over.min(axis=1)
    least[problem.home] = 0.0
    large = float(least.sum() + np.maximum(own - problem.seats, 0.0).sum())
    return max(bound.unserved, large)


def _spread(problem: Problem) -> float:
    """Return the most that a pupil's move can save."""
    inside = np.where(np.isfinite(problem.cost), problem.cost, 0.0).max(axis=1)
    per_pupil = (inside - problem.cost.min(axis=1)) / np.maximum(problem.weight, 1e-9)
    return float(per_pupil[problem.weight > 0].max(initial=0.0))


def _transport_at(problem: Problem, fee: float, start: Transport | None) -> tuple[Bound, Transport]:
    """Return the bound where each moved pupil costs `fee`."""
    weight = problem.weight
    cost = problem.cost + fee * problem.moved
    some = weight > 0
    metres = np.where(some[:, None], cost, 0.0) / np.where(some, weight, 1.0)[:, None]
    metres[~np.isfinite(cost)] = np.inf
    flows = solve_transport(weight, problem.seats, metres, start=start)
    value = np.where(some, flows.origin_price * weight, cost.min(axis=1))
    base = -flows.seat_price * np.minimum(problem.seats, weight.sum())
    spent = fee * problem.budget if fee else 0.0
    unserved = float(flows.unserved.sum())
    least = float(value.sum() + base.sum() - spent)
    if unserved > 0:
        least = float(problem.cost.min(axis=1).sum())
    return Bound(least, value, base, flows.seat_price, spent, unserved), flows


class View(NamedTuple):
    """What a climb knows; see `Climb`."""

    problem: Problem
    best: Bound
    share: Floats
    settled: bool
    steps: Ints
    wide: Ints


@dataclass
class Climb:
    """A subgradient search over the values of the units; it can be taken up where it stopped.

    `best` and `share` are replaced and never changed, so that another thread may read them.

    Parameters
    ----------
    problem
        Narrowed to what a plan within the seats can hold.
    best
        The best bound so far; the transport bound at first.
    share
        (n, m) how much of late a facility's area has held a unit, from 0 to 1: nearly the answer of
        the linear programme over all areas (the volume method; Barahona and Anbil 2000).
    spent
        Units of work done.
    """

    problem: Problem
    best: Bound
    step: float = STEP
    most: int = SEARCH[0]
    stale: int = 0
    value: Floats = field(init=False)
    slope: Floats = field(init=False)
    steps: Ints = field(init=False)
    wide: Ints = field(init=False)
    areas: Ints = field(init=False)
    sizes: Ints = field(init=False)
    share: Floats = field(init=False)
    turns: int = 0
    spent: float = 0.0

    def __post_init__(self) -> None:
        """Start at the values of the bound given, with each facility's home alone."""
        self.value, self.slope = self.best.value.copy(), np.zeros(len(self.best.value))
        self.steps, self.wide = whole_weights(self.problem)
        n, m = self.problem.cost.shape
        self.areas = np.repeat(self.problem.home[:, None], n, axis=1)
        self.sizes = np.ones(m, np.int64)
        self.share = np.zeros((n, m))

    @property
    def is_over(self) -> bool:
        """Whether steps have become too short to gain anything."""
        return self.step < SHORTEST or self.best.unserved > 0

    @property
    def settled(self) -> bool:
        """Whether steps have become so short that the areas change little."""
        return self.turns > 0 and self.step <= SETTLED

    def view(self) -> View:
        """Return what is known now, which later turns leave as it is."""
        known = self.problem, self.best, self.share, self.settled
        return View(*known, self.steps, self.wide)

    def climb(
        self, above: float, effort: float, stopped: Callable[[], bool] = lambda: False
    ) -> None:
        """Raise the bound by `effort` units of work, or until `stopped` says so.

        `above`, the cost of a plan, sets the length of steps.
        """
        spent = self.best.spent
        cost = self.problem.cost
        if spent:
            cost = cost + spent / self.problem.budget * self.problem.moved
        slack = SLACK * above / len(self.problem.seats)
        until = self.spent + effort
        while self.spent < until and not self.is_over and not stopped():
            base, covered, looked = self._fill(cost, slack)
            least = float(self.value.sum() + base.sum() - spent)
            self._note_areas()
            self._step(least, base, 1.0 - covered, above)
            self.spent += TURN + LOOK * looked
            deeper = self.most * (2 if LOOK * looked < QUICK else 1)
            self.most = min(deeper, SEARCH[1])

    def _fill(self, cost: Floats, slack: float) -> tuple[Floats, Floats, int]:
        """Return each facility's least worth of an area, how many hold each unit, units looked at.

        The search starts at the areas found last. Where it is too long, the best set that fits,
        connected or not, stands in for an area.
        """
        problem, n = self.problem, len(self.problem.weight)
        base, covered, _, looked = fill_areas(
            cost,
            np.maximum(problem.weight, NONE),
            self.wide,
            problem.seats + NONE * (1 + n),  # so that no empty unit takes a seat
            self.steps,
            problem.home,
            problem.indptr,
            problem.indices,
            self.value,
            slack,
            self.most,
            self.areas,
            self.sizes,
        )
        return base, covered, looked

    def _note_areas(self) -> None:
        """Let the areas found count among those of late."""
        self.turns += 1
        newest = max(1 / self.turns, NEWEST)
        share = (1.0 - newest) * self.share
        for j, (area, size) in enumerate(zip(self.areas, self.sizes, strict=True)):
            share[area[:size], j] += newest
        self.share = share

    def _step(self, least: float, base: Floats, short: Floats, above: float) -> None:
        """Note a better bound, move the values against what is covered too little or too much."""
        self.stale += 1
        if least > self.best.least:
            self.best = replace(self.best, least=least, value=self.value.copy(), base=base)
            self.stale = 0
        elif self.stale >= PATIENCE[self.settled]:
            self.step, self.stale, self.value = 0.7 * self.step, 0, self.best.value.copy()
        self.slope = 0.7 * self.slope + 0.3 * short
        length = float(self.slope @ self.slope)
        if length < 1e-12:
            self.step = 0.0
            return
        far = max(above - least, 1e-6 * above)
        self.value = self.value + self.step * far / length * self.slope
