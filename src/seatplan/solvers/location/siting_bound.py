"""Lagrangian bound of siting over years: knapsacks by school and year, prices by block and year.

The prices of blocks and years are those of capacitated location; seats may run out, at a penalty
per pupil that caps them. A new school chooses among options (closed, or a size and an opening year)
and gains in every year from its opening on. What may be spent until each year is relaxed with one
more price per year. Option 0 is closed; option 1 + size * years + year opens.

Only blocks that gain more than the last one to find a seat enter a knapsack, so that a pass over
all ways is a comparison each.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from seatplan.solvers.compiled import compiled
from seatplan.solvers.location.answer import Flags, Floats, Ints
from seatplan.solvers.location.compiled import sort_ranks
from seatplan.solvers.location.knapsacks import take
from seatplan.solvers.location.siting_case import Case
from seatplan.solvers.location.subgradient import SLOWER, SLOWEST, advance, record, rewind
from seatplan.solvers.threads import spread

STRIDE = 64  # blocks compared at once
PARTS = 4  # among which the schools of a large case are spread, on any machine
PASS = 6e-9  # units of work that a pass takes for each way and year
LOWER = 0.8  # of what the last pupil seated gained, the gain that may matter in the next round


@compiled
def gather(metres: Floats, prices: Floats, least: float, order: Ints, margin: Floats) -> int:
    """Collect the blocks that gain more than `least` a pupil; return how many."""
    count = 0
    for first in range(0, metres.size, STRIDE):
        last = min(first + STRIDE, metres.size)
        hits = 0
        for block in range(first, last):
            hits += prices[block] - metres[block] > least
        if hits == 0:
            continue
        for block in range(first, last):
            gain = prices[block] - metres[block]
            if gain > least:
                order[count] = block
                margin[block] = -gain
                count += 1
    return count


@compiled
def is_uneven(margin: Floats, order: Ints, count: int) -> bool:
    """Whether the first `count` blocks of `order` gain unlike sums."""
    uneven = 0
    for rank in range(count):
        uneven += margin[order[rank]] != margin[order[0]]
    return uneven > 0


@compiled
def add_demand(demand: Floats, order: Ints, count: int) -> float:
    """Return the pupils of the first `count` blocks of `order`."""
    total = 0.0
    for rank in range(count):
        total += demand[order[rank]]
    return total


@compiled
def fill_seats(
    metres: Floats, demand: Floats, prices: Floats, rooms: Floats, edge: float,
    order: Ints, margin: Floats, ends: Ints, parts: Floats, gains: Floats,
) -> float:  # fmt: skip
    """Fill one school in one year at every room from 1 on; return what its last pupil gains.

    `edge` is what the last pupil gained before. Of size l, `gains[l]` is the gain, `ends[l]` how
    many blocks of `order` are taken whole and `parts[l]` the share of the next one.
    """
    count = gather(metres, prices, LOWER * edge, order, margin)
    wanted = add_demand(demand, order, count)
    if edge > 0.0 and wanted < rooms[rooms.size - 1]:
        count = gather(metres, prices, 0.0, order, margin)
        wanted = add_demand(demand, order, count)
    if wanted > rooms[1] and is_uneven(margin, order, count):
        sort_ranks(margin, order, count)
    size, used, gain, last = 1, 0.0, 0.0, 0.0
    for rank in range(count + 1):
        weight = demand[order[rank]] if rank < count else np.inf
        own = -margin[order[rank]] if rank < count else 0.0
        while size < rooms.size and used + weight > rooms[size]:
            ends[size], gains[size], parts[size] = rank, gain, 0.0
            if rank < count:
                parts[size] = (rooms[size] - used) / weight
                gains[size] += (rooms[size] - used) * own
                last = own
            size += 1
        if rank < count:
            used += weight
            gain += weight * own
    return last


@compiled
def fill_schools(
    schools: Ints, columns: Ints, opening: Ints, metres: Floats, demand: Floats, prices: Floats,
    rooms: Floats, edges: Floats, gains: Floats, slope: Floats,
) -> None:  # fmt: skip
    """Fill some schools in every year; write what they gain, and whom they take into `slope`.

    `columns[k]` is the size at which school k takes pupils from year `opening[k]` on, 0 for none.
    """
    years, blocks = demand.shape
    order, margin = np.empty(blocks, np.int32), np.empty(blocks)
    ends, parts = np.zeros(rooms.shape[2], np.int32), np.zeros(rooms.shape[2])
    for rank in range(schools.size):
        school, column = schools[rank], columns[rank]
        for year in range(years):
            edges[school, year] = fill_seats(
                metres[school], demand[year], prices[year], rooms[school, year],
                edges[school, year], order, margin, ends, parts, gains[school, year],
            )  # fmt: skip
            if column > 0 and year >= opening[rank]:
                take(order, ends[column], parts[column], slope[year])


@compiled
def value_options(gains: Floats, spend: Floats, rents: Floats, values: Floats) -> None:
    """Write what each option of each site earns: `gains` (sites, years, 1 + sizes)."""
    sites, years, columns = gains.shape
    for site in range(sites):
        for size in range(columns - 1):
            total, rent = 0.0, 0.0
            for year in range(years - 1, -1, -1):
                total -= gains[site, year, size + 1]
                rent += rents[year]
                pay = rent * spend[site, size] if rent > 0.0 else 0.0
                values[site, 1 + size * years + year] = total + pay


@compiled
def choose_options(
    values: Floats, allowed: Flags, most: int, group: Ints, limits: Ints, chosen: Ints,
    best: Floats, edge: Floats,
) -> float:  # fmt: skip
    """Choose options for at most `most` open sites, within the limit of each group.

    Greedy is exact here: the limits of groups and of all are nested. Writes into `edge` (2, groups)
    what one site more of a group displaces, and what the best site that waits for one of a group
    to close earns; returns what those chosen earn. As `knapsacks.choose_sizes`.
    """
    total, opened, loose = 0.0, 0, 0
    left, worst, last = limits.copy(), np.full(limits.size, np.inf), np.inf
    order = np.empty(best.size, np.int32)
    for site in range(best.size):
        chosen[site], best[site] = 0, np.inf
        for option in range(1, allowed.shape[1]):
            if allowed[site, option] and values[site, option] < best[site]:
                best[site], chosen[site] = values[site, option], option
        if not allowed[site, 0]:
            total += best[site]
            opened += 1
            left[group[site]] -= 1
        elif chosen[site] > 0:
            order[loose] = site
            loose += 1
    sort_ranks(best, order, loose)
    edge[1] = 0.0
    for rank in range(loose):
        site, own = order[rank], group[order[rank]]
        if best[site] < 0.0 and opened < most and left[own] > 0:
            total += best[site]
            opened += 1
            left[own] -= 1
            worst[own] = last = -best[site]
            continue
        chosen[site] = 0
        if left[own] <= 0:
            edge[1, own] = min(edge[1, own], best[site])
        else:
            edge[1] = np.minimum(edge[1], best[site])
    for own in range(limits.size):
        edge[0, own] = worst[own] if left[own] <= 0 else last if opened >= most else 0.0
    return total


@compiled
def bar_options(
    values: Floats, allowed: Flags, group: Ints, chosen: Ints, best: Floats, edge: Floats,
    room: float,
) -> None:  # fmt: skip
    """Bar every option that would lift the bound by more than `room`."""
    for site in range(best.size):
        extra = -best[site]
        if allowed[site, 0] and chosen[site] == 0:
            extra = edge[0, group[site]]
        elif allowed[site, 0] and edge[1, group[site]] - best[site] > room:
            allowed[site, 0] = False
        for option in range(1, allowed.shape[1]):
            if allowed[site, option] and values[site, option] + extra > room:
                allowed[site, option] = False


@dataclass
class Cut:
    """A bound on every programme: in each year `base` less the `gains` of the sites open in it.

    `charge` (years,) is what it charges for a pupil without a seat; None where it counts these.
    """

    base: Floats  # (years,)
    gains: Floats  # (sites, years, 1 + sizes)
    charge: Floats | None


@dataclass
class Climb:
    """How far a climb has come: prices (blocks by year, then money by year), bound, pace."""

    prices: Floats
    allowed: Flags
    share: Floats  # (sites,) how often each was chosen lately
    values: Floats  # (sites, options) at the last prices tried
    bound: float = -np.inf
    pace: float = 1.0
    rounds: int = 0


@dataclass
class Relaxation:
    """The knapsacks of all schools, with the ways in one unit of cost."""

    case: Case
    metres: Floats  # (schools, blocks) cost of one pupil's way, inf out of reach
    rooms: Floats = field(init=False)
    edges: Floats = field(init=False)  # (schools, years) what the last pupil seated gains
    gains: Floats = field(init=False)  # (schools, years, 1 + sizes)

    def __post_init__(self) -> None:
        """Make room for what the knapsacks hold; seats beyond all demand are of no use."""
        total = float(self.case.demand.sum(axis=1).max(initial=0.0)) + 1.0
        self.rooms = np.minimum(self.case.rooms, total)
        self.edges = np.zeros(self.rooms.shape[:2])
        self.gains = np.zeros(self.rooms.shape)

    @property
    def pass_work(self) -> float:
        """Return the units of work that it takes to fill every school in every year."""
        return PASS * self.metres.size * self.case.years

    @property
    def standing(self) -> int:
        """How many schools stand."""
        return len(self.case.seats)

    def fill(self, schools: Ints, columns: Ints, opening: Ints, prices: Floats) -> Floats:
        """Fill `schools` at `prices` (years, blocks) a pupil; return the demand not taken."""
        case = self.case
        parts = PARTS if case.is_large else 1

        def work(part: int) -> Floats:
            mine, slope = slice(part, None, parts), np.zeros(case.demand.shape)
            fill_schools(
                schools[mine], columns[mine], opening[mine], self.metres, case.demand, prices,
                self.rooms, self.edges, self.gains, slope,
            )  # fmt: skip
            return slope

        slopes = spread(work, range(parts), is_large=case.is_large)
        total: Floats = np.sum(slopes, axis=0)
        return total

    def fill_all(self, prices: Floats) -> tuple[Floats, Floats]:
        """Fill every school; return (years,) the bound with no site open, and what is not taken."""
        count = len(self.rooms)
        schools = np.arange(count, dtype=np.int32)
        columns = (schools < self.standing).astype(np.int32)
        slope = self.fill(schools, columns, np.zeros(count, np.int32), prices)
        earned = self.gains[: self.standing, :, 1].sum(axis=0)
        return (prices * self.case.demand).sum(axis=1) - earned, slope

    def cut(self, prices: Floats, charge: Floats | None) -> Cut:
        """Return the bound at `prices` (years, blocks), none above its year's `charge`."""
        base, _ = self.fill_all(np.where(self.case.demand > 0, prices, 0.0))
        return Cut(base, self.gains[self.standing :].copy(), charge)

    def climb(
        self, state: Climb, charge: float, offset: float, target: float, rounds: int, patience: int
    ) -> None:
        """Raise the bound of `state` by at most `rounds` subgradient steps.

        `charge` caps what a pupil's seat may cost, `offset` is added to every bound, and every
        programme of use costs `target` at most.
        """
        case, scale = self.case, np.maximum(self.case.demand, 1e-300)
        allowance, spend = scale_money(case)
        rents = np.where(np.isfinite(case.allowance), np.inf, 0.0)
        ceiling = np.concatenate([(charge * case.demand).ravel(), rents])
        links, current, stale = case.demand.size, np.minimum(state.prices, ceiling), 0
        heading, best_bound = np.zeros(current.size), -np.inf
        chosen, best = np.zeros(len(spend), np.int32), np.empty(len(spend))
        edge = np.empty((2, len(case.limits)))
        for _ in range(rounds):
            state.rounds += 1
            each = np.where(case.demand > 0, current[:links].reshape(scale.shape) / scale, 0.0)
            base, slope = self.fill_all(each)
            value_options(self.gains[self.standing :], spend, current[links:], state.values)
            earned = choose_options(
                state.values, state.allowed, case.most, case.group, case.limits, chosen, best, edge
            )
            bound = offset + base.sum() - current[links:] @ allowance + earned
            best_bound, stale = record(bound, best_bound, target, stale, current, state.prices)
            if best_bound > target:
                break
            room = target - bound
            bar_options(state.values, state.allowed, case.group, chosen, best, edge, room)
            state.share += 0.05 * ((chosen > 0) - state.share)
            if stale >= patience:
                state.pace, stale = state.pace * SLOWER, 0
                rewind(current, state.prices, heading)
                if state.pace < SLOWEST:
                    break
                continue
            size, year = case.split(chosen)
            opened = np.flatnonzero(chosen).astype(np.int32)
            columns, opening = (item[opened].astype(np.int32) for item in (size + 1, year))
            slope += self.fill(opened + np.int32(self.standing), columns, opening, each) + 1.0
            paid = np.bincount(year[opened], spend[opened, size[opened]], case.years).cumsum()
            lean = np.concatenate([slope.ravel(), paid - allowance])
            reach = state.pace * (target * 1.001 - bound)
            if not advance(current, lean, heading, reach, 0.0, ceiling):
                break
        state.bound = max(state.bound, best_bound)


def scale_money(case: Case) -> tuple[Floats, Floats]:
    """Return allowance and spending in a unit that evens out the steps of money and of pupils."""
    scale = float(np.sqrt(case.demand.size))
    limited = np.isfinite(case.allowance)
    total = max(float(case.allowance[limited].max(initial=0.0)), 1e-12)
    allowance = np.where(limited, case.allowance * (scale / total), 0.0)
    return allowance, np.where(np.isfinite(case.price), case.price * (scale / total), 0.0)
