"""Which programme could be the best, as far as the cuts tell: listed one by one, or by HiGHS.

Every cut (Benders, Numerische Mathematik 4, 1962; Fischetti, Ljubic and Sinnl, EJOR 253, 2016)
bounds the pupils short, or the walking, of one year from below, for every programme at once. Where
the programmes are few enough to be listed, each keeps the best of its bounds. Where not, a small
mixed-integer program holds the cuts.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from scipy.sparse import coo_matrix, csr_matrix, hstack, vstack

from seatplan.solvers.compiled import compiled
from seatplan.solvers.location.answer import Flags, Floats, Ints
from seatplan.solvers.location.milp import Milp, solve_milp
from seatplan.solvers.location.siting_bound import Cut
from seatplan.solvers.location.siting_case import Case
from seatplan.solvers.stop import Meter

LISTING = 0.1, 6.0  # share of the work left, and units, that they may take to list
TRY = 6e-9  # units of work that it takes to try an option against one taken
LOOK = 4e-9  # units of work that it takes to look at an option of a listed programme, for a year
SHARP = 0.1  # of the gap asked for: the gap to which HiGHS solves


@dataclass(frozen=True)
class Menu:
    """Options by number, site by site; what each costs, and when and how large it opens."""

    site: Ints  # (options,)
    option: Ints
    size: Ints
    year: Ints
    price: Floats

    @classmethod
    def of(cls, case: Case, offered: Flags) -> Menu:
        """List the options in `offered` (sites, options)."""
        site, option = (item.astype(np.int32) for item in np.nonzero(offered))
        size, year = np.divmod(option - 1, np.int32(case.years))
        return cls(site, option, size, year, case.price[site, size])

    def spread(self, cut: Cut) -> Floats:
        """Return (options, years) what each option gains in `cut`."""
        is_open = self.year[:, None] <= np.arange(len(cut.base))
        return np.where(is_open, cut.gains[self.site, :, self.size + 1], 0.0)

    def read(self, places: Ints, sites: int) -> Ints:
        """Return the option of each site, where `places` are taken."""
        options = np.zeros(sites, np.int32)
        options[self.site[places]] = self.option[places]
        return options


@dataclass(frozen=True)
class Proposal:
    """No programme costs less than `bound`; `options` may be the best, None where none can be."""

    bound: float
    options: Ints | None


@compiled
def can_pay(price: Floats, year: Ints, allowance: Floats, taken: Ints, count: int) -> bool:
    """Whether `taken[:count]` can be paid for."""
    for until in range(allowance.size):
        total = 0.0
        for rank in range(count):
            if year[taken[rank]] <= until:
                total += price[taken[rank]]
        if total > allowance[until] * (1 + 1e-9):
            return False
    return True


@compiled
def is_full(site: Ints, group: Ints, limits: Ints, taken: Ints, count: int, new: int) -> bool:
    """Whether `taken[:count]` open as many sites of the group of site `new` as may open."""
    opened = 0
    for rank in range(count):
        opened += group[site[taken[rank]]] == group[new]
    return bool(opened >= limits[group[new]])


@compiled
def is_largest(
    site: Ints, size: Ints, year: Ints, price: Floats, allowance: Floats, apart: Flags,
    group: Ints, limits: Ints, taken: Ints, count: int, most: int,
) -> bool:  # fmt: skip
    """Whether no option can be added, nor one exchanged for a larger or earlier one."""
    trial = np.empty(count + 1, np.int32)
    for place in range(site.size):
        own = -1
        is_near = False
        for rank in range(count):
            trial[rank] = taken[rank]
            if site[taken[rank]] == site[place]:
                own = rank
            elif apart[site[taken[rank]], site[place]]:
                is_near = True
        if is_near:
            continue
        if own < 0:
            if count == most or is_full(site, group, limits, taken, count, site[place]):
                continue
            trial[count] = place
            if can_pay(price, year, allowance, trial, count + 1):
                return False
            continue
        old = taken[own]
        if old == place or size[place] < size[old] or year[place] > year[old]:
            continue
        trial[own] = place
        if can_pay(price, year, allowance, trial, count):
            return False
    return True


@compiled
def list_largest(
    site: Ints, size: Ints, year: Ints, price: Floats, allowance: Floats, apart: Flags,
    group: Ints, limits: Ints, most: int, found: Ints, most_tried: float,
) -> tuple[int, float]:  # fmt: skip
    """Write the programmes that nothing can be added to into `found` (programmes, most).

    Returns their number, -1 where they do not fit or more than `most_tried` options must be tried,
    and how many were. Rows end with -1 where fewer than `most` options are taken.
    """
    taken = np.full(most + 1, -1, np.int32)
    count, depth, place, tried = 0, 0, 0, 0.0
    while tried <= most_tried:
        while depth < most and place < site.size:  # the next option that fits beside those taken
            taken[depth] = place
            fits = can_pay(price, year, allowance, taken, depth + 1)
            fits = fits and not is_full(site, group, limits, taken, depth, site[place])
            for rank in range(depth):
                own = site[taken[rank]]
                fits = fits and own != site[place] and not apart[own, site[place]]
            place, tried = place + 1, tried + 1 + depth
            if fits:
                depth += 1
                break
        else:  # nothing more fits: a programme; then back by one option
            tried += site.size
            if is_largest(
                site, size, year, price, allowance, apart, group, limits, taken, depth, most
            ):
                if count == len(found):
                    return -1, tried
                found[count, :depth] = taken[:depth]
                found[count, depth:] = -1
                count += 1
            depth -= 1
            if depth < 0:
                return count, tried
            place = taken[depth] + 1
    return -1, tried


@compiled
def raise_short(places: Ints, base: Floats, gains: Floats, short: Floats) -> None:
    """Raise the bounds on the pupils short, (programmes, years)."""
    for row in range(len(places)):
        for year in range(base.size):
            bound = base[year]
            for place in places[row]:
                if place >= 0:
                    bound -= gains[place, year]
            short[row, year] = max(short[row, year], bound)


@compiled
def raise_walking(
    places: Ints, base: Floats, gains: Floats, charge: Floats, short: Floats, most_short: float,
    walking: Floats,
) -> None:  # fmt: skip
    """Raise the bounds on the walking of programmes at most `most_short` short."""
    for row in range(len(places)):
        spare = most_short
        for year in range(base.size):
            spare -= short[row, year]
        if spare < 0.0:
            continue
        for year in range(base.size):
            bound = base[year] - charge[year] * (short[row, year] + spare)
            for place in places[row]:
                if place >= 0:
                    bound -= gains[place, year]
            walking[row, year] = max(walking[row, year], bound)


@dataclass
class Listed:
    """Every programme that nothing can be added to, with its own bounds."""

    case: Case
    menu: Menu
    places: Ints  # (programmes, most) options, -1 for none
    short: Floats = field(init=False)  # (programmes, years)
    walking: Floats = field(init=False)

    def __post_init__(self) -> None:
        """Nobody is less than 0 short, nor walks less than 0."""
        self.short = np.zeros((len(self.places), self.case.years))
        self.walking = np.zeros(self.short.shape)

    def add(self, cut: Cut, most_short: float) -> None:
        """Raise the bounds of every programme."""
        gains = self.menu.spread(cut)
        if cut.charge is None:
            raise_short(self.places, cut.base, gains, self.short)
        else:
            raise_walking(
                self.places, cut.base, gains, cut.charge, self.short, most_short, self.walking
            )

    def propose(self, most_short: float, target: float, _gap: float, meter: Meter) -> Proposal:
        """Return the programme of the least bound: on the shortage where that is not yet known."""
        meter.spend(LOOK * self.places.size * self.case.years)
        short = self.short.sum(axis=1)
        if np.isinf(most_short):
            bound = short
        else:
            bound = np.where(short <= most_short, self.walking.sum(axis=1), np.inf)
        best = int(bound.argmin())
        if bound[best] >= target:
            return Proposal(target, None)
        places = self.places[best]
        return Proposal(
            float(bound[best]), self.menu.read(places[places >= 0], len(self.case.sizes))
        )


@dataclass
class Mixed:
    """The cuts as a mixed-integer program over options, and walking and shortage of each year."""

    case: Case
    menu: Menu
    cuts: list[Cut] = field(default_factory=list)

    def add(self, cut: Cut, _most_short: float) -> None:
        """Keep the cut."""
        self.cuts.append(cut)

    def propose(self, most_short: float, target: float, gap: float, meter: Meter) -> Proposal:
        """Solve for the programme of the least bound."""
        years, options = self.case.years, len(self.menu.site)
        is_first = bool(np.isinf(most_short))
        unit = 1.0 if is_first else max(abs(target) / years, 1.0)  # of walking, evens out the rows
        milp = self.write(most_short, unit)
        answer = solve_milp(
            milp, effort=meter.left, seconds=meter.seconds_left, cutoff=target / unit,
            gap=SHARP * gap, slack=1e-9,
        )  # fmt: skip
        meter.spend(answer.work)
        bound = answer.bound * unit
        if answer.solution is None:
            return Proposal(target if answer.is_done else max(bound, 0.0), None)
        places = np.flatnonzero(answer.solution[:options] > 0.5).astype(np.int32)
        return Proposal(max(bound, 0.0), self.menu.read(places, len(self.case.sizes)))

    def write(self, most_short: float, unit: float) -> Milp:
        """Return the program: options first, then walking by year in `unit`, then shortage."""
        years, options = self.case.years, len(self.menu.site)
        cuts = [self.write_cut(cut, unit) for cut in self.cuts]
        limits, limit = self.write_limits()
        matrix = vstack([*(matrix for matrix, _ in cuts), limits]).tocsr()
        below = [base for _, base in cuts]
        columns = options + 2 * years
        cost = np.zeros(columns)
        cost[options + years if np.isinf(most_short) else options :][:years] = 1.0
        if np.isfinite(most_short):
            ones = np.concatenate([np.zeros(options + years), np.ones(years)])
            matrix = csr_matrix(vstack([matrix, csr_matrix(ones)]))
            limit = np.append(limit, most_short)
        upper = np.concatenate([np.ones(options), np.full(2 * years, np.inf)])
        row_lower = np.concatenate([*below, np.full(len(limit), -np.inf)])
        row_upper = np.concatenate([*(np.full(len(base), np.inf) for base in below), limit])
        return Milp(
            cost, csr_matrix(matrix), row_lower, row_upper, np.zeros(columns), upper,
            np.arange(columns) < options,
        )  # fmt: skip

    def write_cut(self, cut: Cut, unit: float) -> tuple[csr_matrix, Floats]:
        """Return one cut as rows, scaled to numbers near 1."""
        years = len(cut.base)
        one, none, gains = np.eye(years), np.zeros((years, years)), self.menu.spread(cut).T
        if cut.charge is None:
            dense = np.hstack([gains, none, one])
        else:
            dense = np.hstack([gains, one * unit, np.diag(cut.charge)])
        scale = np.maximum(dense.max(axis=1), 1e-12)
        dense /= scale[:, None]
        dense[dense < 1e-9] = 0.0
        return csr_matrix(dense), cut.base / scale

    def write_limits(self) -> tuple[csr_matrix, Floats]:
        """Return number, groups, sites, clashes and money as rows, each at most its limit."""
        case, menu, years = self.case, self.menu, self.case.years
        options, sites = len(menu.site), len(case.sizes)
        place = np.arange(options)
        own = coo_matrix((np.ones(options), (menu.site, place)), (sites, options)).tocsr()
        member = (case.group[menu.site] == np.arange(len(case.limits))[:, None]).astype(float)
        first, second = np.nonzero(np.triu(case.clashes, 1))
        limited = np.isfinite(case.allowance)
        paid = np.where(menu.year <= np.arange(years)[:, None], menu.price, 0.0)[limited]
        allowance = case.allowance[limited]
        scale = max(float(allowance.max(initial=0.0)), 1e-12)
        rows = [np.ones((1, options)), member, own, own[first] + own[second], paid / scale]
        matrix = vstack([csr_matrix(part) for part in rows if part.shape[0]])
        wide = csr_matrix((matrix.shape[0], 2 * years))
        ones = np.ones(sites + len(first))
        limit = np.concatenate([[case.most], case.limits, ones, allowance * (1 + 1e-9) / scale])
        return csr_matrix(hstack([matrix, wide])), limit


def list_programmes(case: Case, menu: Menu, meter: Meter) -> Ints | None:
    """Return every programme that nothing can be added to; None where they are too many."""
    found = np.empty((case.listed, case.most), np.int32)
    count, tried = list_largest(
        menu.site, menu.size, menu.year, menu.price, case.allowance, case.clashes, case.group,
        case.limits, case.most, found, min(LISTING[0] * meter.left, LISTING[1]) / TRY,
    )  # fmt: skip
    meter.spend(TRY * tried)
    return found[:count].copy() if count >= 0 else None


def read_master(case: Case, offered: Flags, meter: Meter) -> Listed | Mixed:
    """Return the programmes of the options offered, listed if they are few enough."""
    menu = Menu.of(case, offered)
    places = list_programmes(case, menu, meter)
    return Mixed(case, menu) if places is None else Listed(case, menu, places)
