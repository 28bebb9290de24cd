"""A bound for siting with whole, connected areas: sites take the area that pays them most.

The Lagrangian of `districting.bounds` with sites that may stay closed: the rule that each unit goes
to one site is relaxed with values of the units; a site opens, at one of its sizes, where its best
whole, connected area is worth more than opening costs (Fisher 1981; the sites as in `knapsacks`).
Every choice of sites has a bound of its own at the same values.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from seatplan.solvers.districting.areas import fill_areas
from seatplan.solvers.districting.bounds import NONE, Bound, Climb
from seatplan.solvers.districting.problem import Floats, Ints, Problem


@dataclass(frozen=True)
class Options:
    """Sites at each of their sizes, as the columns of a problem.

    `site`: the site of each column. `fixed`: what it costs to open. `stands`: sites that are open
    in any case. `most`: sites that may be open.
    """

    site: Ints
    fixed: Floats
    stands: Ints
    most: int

    def choose(self, base: Floats) -> Ints:
        """Return the columns of the sites that open at the least sum of `base` and `fixed`."""
        whole = base + self.fixed
        order = np.lexsort((np.arange(len(whole)), whole))
        _, first = np.unique(self.site[order], return_index=True)
        best = order[first]  # the best size of each site
        held = best[np.isin(self.site[best], self.stands)]
        free = np.setdiff1d(best, held)
        free = free[whole[free] < 0]
        free = free[np.argsort(whole[free], kind="stable")][: self.most - len(held)]
        return np.sort(np.concatenate([held, free]))


@dataclass
class SitesClimb(Climb):
    """A subgradient search over the values of the units where sites may stay closed.

    `best.base` holds what each column comes to at the best values, `fixed` added, whether it is
    open or not: with `best.value` it bounds every choice.
    """

    options: Options = field(kw_only=True)
    opened: Ints = field(init=False)
    whole: Floats = field(init=False)

    def _fill(self, cost: Floats, slack: float) -> tuple[Floats, Floats, int]:
        """Return what each open column comes to, how many areas hold each unit, and looks."""
        problem, n = self.problem, len(self.problem.weight)
        weight = np.maximum(problem.weight, NONE)
        seats = problem.seats + NONE * (1 + n)
        m = len(seats)
        base, held, looked = np.zeros(m), np.zeros((m, n)), 0
        for j in range(m):
            one = slice(j, j + 1)
            found, held[j], _, looks = fill_areas(
                np.ascontiguousarray(cost[:, one]),
                weight,
                self.wide[one],
                seats[one],
                self.steps[one],
                problem.home[one],
                problem.indptr,
                problem.indices,
                self.value,
                slack,
                self.most,
                self.areas[one],
                self.sizes[one],
            )
            base[j], looked = found[0], looked + looks
        self.opened = self.options.choose(base)
        self.whole = base + self.options.fixed
        paid = np.zeros(m)
        paid[self.opened] = self.whole[self.opened]
        return paid, held[self.opened].sum(axis=0), looked

    def _step(self, least: float, base: Floats, short: Floats, above: float) -> None:
        """Note a better bound with what every column comes to."""
        super()._step(least, np.where(np.isfinite(base), self.whole, base), short, above)

    def bound_choice(self, columns: Ints) -> float:
        """Return what no plan costs less than that opens just these columns."""
        return float(self.best.value.sum() + self.best.base[columns].sum())


def begin_climb(problem: Problem, options: Options, value: Floats) -> SitesClimb:
    """Return a climb that begins at `value`, what serving each unit is worth at first."""
    m = len(problem.seats)
    bound = Bound(-np.inf, value.copy(), np.full(m, -np.inf), np.zeros(m), 0.0, 0.0)
    return SitesClimb(problem, bound, options=options)
