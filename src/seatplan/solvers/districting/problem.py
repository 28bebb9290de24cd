"""The problem as the search sees it: groups joined, locks and homes fixed, neighbours as rows."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse
from scipy.sparse.csgraph import connected_components, dijkstra

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

BEYOND = 10.0  # a move beyond the budget weighs like this many pupils without a seat


@dataclass(frozen=True)
class Problem:
    """Units (groups are one unit here), facilities, and what a plan may do.

    Parameters
    ----------
    weight, seats, cost
        (n,) pupils, (m,) seats, (n, m) cost of the whole unit, inf where not allowed.
    moved, budget
        (n, m) pupils that leave the facility they have now; the most of them in all.
    indptr, indices
        Neighbours of unit i: `indices[indptr[i]:indptr[i + 1]]`, sorted.
    home
        (m,) own unit of each facility.
    fixed
        (n,) units with one facility only.
    part
        (N,) unit here of each unit given.
    least
        (m,) pupils that a facility must have at least.
    full, spill
        (m,) pupils up to which a facility is not full, and the most pupils beyond that in all of
        them; inf: any. With it the sum beyond the seats is held while it is spread evenly.
    border
        (e,) what it costs that a unit and the neighbour in `indices` go to different facilities; 0:
        nothing.
    tilt
        (n, k) what a unit adds to a balance of each of k kinds in its facility; each balance costs
        as far as it is from 0. No kinds: nothing.
    """

    weight: Floats
    seats: Floats
    cost: Floats
    moved: Floats
    budget: float
    indptr: Ints
    indices: Ints
    home: Ints
    fixed: NDArray[np.bool_]
    part: Ints
    least: Floats
    full: Floats
    spill: float
    border: Floats
    tilt: Floats

    @property
    def limits(self) -> Floats:
        """Seats, least and full of each facility, borders and tilts, as annealing reads them."""
        parts = self.seats, self.least, self.full, self.border, self.tilt.ravel()
        return np.concatenate(parts)

    @property
    def kinds(self) -> int:
        """How many balances each facility has."""
        return int(self.tilt.shape[1])

    @property
    def has_border(self) -> bool:
        """Whether the lines between areas cost something."""
        return bool(self.border.any())

    @property
    def has_fill(self) -> bool:
        """Whether a facility may have too few pupils, or all of them too many beyond full."""
        return bool(self.least.any()) or self.spill < np.inf

    def total(self, plan: Ints) -> float:
        """Return the cost of a plan, that of its borders and balances included."""
        return float(self.cost[np.arange(len(plan)), plan].sum()) + self.extras(plan)

    def extras(self, plan: Ints) -> float:
        """Return what borders and balances cost: the bounds know neither."""
        return self.borders(plan) + float(np.abs(self.balances(plan)).sum())

    def balances(self, plan: Ints) -> Floats:
        """Return the balance of each facility and kind, (m, k)."""
        sums = np.zeros((len(self.seats), self.kinds))
        np.add.at(sums, plan, self.tilt)
        return sums

    def borders(self, plan: Ints) -> float:
        """Return what the lines between areas cost."""
        if not self.has_border:
            return 0.0
        tail = np.repeat(np.arange(len(plan)), np.diff(self.indptr))
        return float(self.border[plan[tail] != plan[self.indices]].sum()) / 2

    def excess(self, plan: Ints) -> Floats:
        """Return pupils beyond the seats of each facility."""
        return np.maximum(np.bincount(plan, self.weight, len(self.seats)) - self.seats, 0.0)

    def lack(self, plan: Ints) -> Floats:
        """Return pupils that each facility has too few."""
        return np.maximum(self.least - np.bincount(plan, self.weight, len(self.seats)), 0.0)

    def spilled(self, plan: Ints) -> float:
        """Return pupils beyond what may be spilled in all."""
        load = np.bincount(plan, self.weight, len(self.seats))
        return max(float(np.maximum(load - self.full, 0.0).sum()) - self.spill, 0.0)

    def shortage(self, plan: Ints) -> float:
        """Return pupils beyond the seats or too few, and `BEYOND` for each one moved or spilled."""
        beyond = self.moved_beyond(plan) + self.spilled(plan)
        return float(self.excess(plan).sum() + self.lack(plan).sum()) + BEYOND * beyond

    def moved_beyond(self, plan: Ints) -> float:
        """Return pupils moved beyond the budget."""
        away = float(self.moved[np.arange(len(plan)), plan].sum())
        return max(away - self.budget, 0.0)

    def neighbours(self, unit: int) -> Ints:
        """Return the units next to `unit`."""
        return self.indices[self.indptr[unit] : self.indptr[unit + 1]]


def build_problem(
    pupils: Floats,
    seats: Floats,
    cost: Floats,
    neighbours: ArrayLike | sparse.sparray,
    home: Ints,
    current: Ints | None,
    locked: Ints | None,
    max_moved: float | None,
    groups: Ints | None,
    moving: Floats | None = None,
    least: Floats | None = None,
    full: Floats | None = None,
    spill: float | None = None,
    border: Floats | None = None,
    tilt: Floats | None = None,
) -> Problem:
    """Check the arrays, join the groups, and fix what can go to one facility only.

    Raises
    ------
    ValueError
        Shapes that do not meet, numbers that mean nothing, a lock or group that contradicts a home,
        a unit that can reach no facility through units that may go there too.
    """
    n, m = cost.shape
    _check_shapes(pupils, seats, cost, home, current, locked, groups)
    _check_positions(home, current, locked, n, m)
    if max_moved is not None and not max_moved >= 0:
        raise ValueError(f"max_moved is a number of pupils of at least 0; got {max_moved:g}")
    if moving is not None and not (len(moving) == n and (moving >= 0).all()):
        raise ValueError(f"moving must be {n} numbers of at least 0")
    allowed = np.array(cost, dtype=float)
    _fix(allowed, home, np.arange(m), "home")
    if locked is not None:
        units = np.flatnonzero(locked >= 0)
        _fix(allowed, units, locked[units], "lock")
    moved = np.zeros((n, m))
    if current is not None and max_moved is not None:
        leaving = pupils if moving is None else moving
        moved += np.where(np.arange(m) == current[:, None], 0.0, leaving[:, None])
    part = _parts(n, groups)
    join = sparse.csr_array((np.ones(n), (part, np.arange(n))))
    whole = np.zeros((join.shape[0], m))
    np.add.at(whole, part, allowed)
    indptr, indices, lines = _rows(neighbours, part, n, border)
    problem = Problem(
        weight=np.asarray(join @ pupils),
        seats=np.asarray(seats, float),
        cost=whole,
        moved=np.asarray(join @ moved),
        budget=np.inf if max_moved is None else float(max_moved),
        indptr=indptr,
        indices=indices,
        home=part[home],
        fixed=np.isfinite(whole).sum(axis=1) <= 1,
        part=part,
        least=np.zeros(m) if least is None else np.asarray(least, float),
        full=np.asarray(seats if full is None else full, float),
        spill=np.inf if spill is None else float(spill),
        border=lines,
        tilt=np.asarray(join @ _check_tilt(tilt, n)),
    )
    return _reachable(problem)


def narrow(problem: Problem) -> Problem:
    """Forbid what no connected area within the seats can hold: the way home alone is too full.

    Returns the problem itself where that leaves a unit nothing.
    """
    n, m = problem.cost.shape
    tail = np.repeat(np.arange(n), np.diff(problem.indptr))
    cost = problem.cost.copy()
    for j in range(m):
        keep = np.isfinite(cost[tail, j]) & np.isfinite(cost[problem.indices, j])
        head = problem.indices[keep]
        graph = sparse.csr_array((problem.weight[head] + 1e-12, (tail[keep], head)), (n, n))
        home = problem.home[j]
        way = dijkstra(graph, indices=home) + problem.weight[home]
        cost[way > problem.seats[j] + 1e-6, j] = np.inf
    cost[problem.home, np.arange(m)] = problem.cost[problem.home, np.arange(m)]
    options = np.isfinite(cost).sum(axis=1)
    return replace(problem, cost=cost, fixed=options <= 1) if options.all() else problem


def _check_shapes(
    pupils: Floats,
    seats: Floats,
    cost: Floats,
    home: Ints,
    current: Ints | None,
    locked: Ints | None,
    groups: Ints | None,
) -> None:
    n, m = cost.shape
    for name, values, length in (
        ("pupils", pupils, n),
        ("seats", seats, m),
        ("home", home, m),
        ("current", current, n),
        ("locked", locked, n),
        ("groups", groups, n),
    ):
        if values is not None and len(values) != length:
            raise ValueError(f"{name} has {len(values)} entries; cost takes {length}")
    if not (np.isfinite(pupils).all() and (pupils >= 0).all() and (seats >= 0).all()):
        raise ValueError("pupils and seats must be numbers of at least 0")
    if np.isnan(cost).any() or (cost < 0).any():
        raise ValueError("cost must be at least 0, or inf where a unit may not go")
    if len(np.unique(home)) < m:
        raise ValueError("home names a unit twice; each facility takes a unit of its own")


def _check_tilt(tilt: Floats | None, n: int) -> Floats:
    """Return what each unit given adds to the balances, (n, k); none without it."""
    if tilt is None:
        return np.zeros((n, 0))
    given = np.asarray(tilt, float)
    if given.ndim != 2 or len(given) != n or not np.isfinite(given).all():
        raise ValueError(f"tilt must be {n} rows of numbers, a column for each kind")
    return given


def _check_positions(home: Ints, current: Ints | None, locked: Ints | None, n: int, m: int) -> None:
    """Refuse units and facilities that are not there; ValueError names the argument."""
    for name, values, least, most in (
        ("home", home, 0, n - 1),
        ("current", current, 0, m - 1),
        ("locked", locked, -1, m - 1),
    ):
        if values is not None and len(values) and not least <= values.min() <= values.max() <= most:
            raise ValueError(f"{name} holds positions beyond {least} to {most}")


def whole(name: str, values: ArrayLike) -> Ints:
    """Return positions as whole numbers; ValueError where one is none.

    >>> whole("home", [0.0, 3.0])
    array([0, 3])
    """
    given = np.asarray(values)
    if given.dtype.kind not in "iub" and not (given == np.floor(given)).all():
        raise ValueError(f"{name} holds numbers that are not whole")
    return given.astype(np.int64)


def _fix(cost: Floats, units: Ints, facilities: Ints, why: str) -> None:
    """Leave each of `units` only its facility."""
    for unit, facility in zip(units, facilities, strict=True):
        only = cost[unit, facility]
        if not np.isfinite(only):
            raise ValueError(
                f"unit {unit} cannot be given to facility {facility}, its {why}: another home or "
                "lock, or an infinite cost, speaks against it"
            )
        cost[unit] = np.inf
        cost[unit, facility] = only


def _parts(n: int, groups: Ints | None) -> Ints:
    """Return the number of each unit once groups are joined, in the order they come."""
    if groups is None:
        return np.arange(n)
    label = np.where(groups >= 0, groups, np.max(groups, initial=0) + 1 + np.arange(n))
    _, first, inverse = np.unique(label, return_index=True, return_inverse=True)
    order = np.argsort(np.argsort(first))
    return np.asarray(order[inverse], dtype=np.int64)


def _rows(
    neighbours: ArrayLike | sparse.sparray, part: Ints, n: int, border: Floats | None
) -> tuple[Ints, Ints, Floats]:
    """Return both directions of the neighbour pairs between parts, without loops; and borders."""
    if isinstance(neighbours, sparse.sparray):
        if border is not None:
            raise ValueError("border takes neighbours as pairs, one entry for each")
        pairs = np.stack(neighbours.nonzero(), axis=1)
    else:
        pairs = whole("neighbours", neighbours).reshape(-1, 2)
    if len(pairs) and (pairs.min() < 0 or pairs.max() >= n):
        raise ValueError(f"neighbours names a unit outside 0 to {n - 1}")
    length = np.zeros(len(pairs)) if border is None else np.asarray(border, float)
    if len(length) != len(pairs) or not (np.isfinite(length).all() and (length >= 0).all()):
        raise ValueError(f"border must be {len(pairs)} numbers of at least 0, one for each pair")
    ends = part[pairs]
    apart = ends[:, 0] != ends[:, 1]
    ends, length = ends[apart], length[apart]
    both, at = np.unique(np.concatenate([ends, ends[:, ::-1]]), axis=0, return_inverse=True)
    count = np.bincount(both[:, 0], minlength=part.max() + 1)
    indptr = np.concatenate([[0], np.cumsum(count)]).astype(np.int64)
    lines = np.bincount(at.ravel(), np.tile(length, 2), len(both)).astype(float)
    return indptr, both[:, 1].astype(np.int64), lines


def _reachable(problem: Problem) -> Problem:
    """Forbid what no connected area can hold; ValueError where a unit is left with nothing."""
    n, m = problem.cost.shape
    cost = problem.cost.copy()
    tail = np.repeat(np.arange(n), np.diff(problem.indptr))
    for j in range(m):
        may = np.isfinite(cost[:, j])
        keep = may[tail] & may[problem.indices]
        graph = sparse.csr_array((np.ones(keep.sum()), (tail[keep], problem.indices[keep])), (n, n))
        _, label = connected_components(graph, directed=False)
        cost[label != label[problem.home[j]], j] = np.inf
    lost = np.flatnonzero(~np.isfinite(cost).any(axis=1))
    if len(lost):
        given = np.flatnonzero(np.isin(problem.part, lost))[:5]
        raise ValueError(
            f"units {', '.join(map(str, given))} reach no facility: no chain of neighbours that "
            "may go there leads to its home. Add a neighbour pair, or allow more facilities"
        )
    return replace(problem, cost=cost, fixed=np.isfinite(cost).sum(axis=1) <= 1)
