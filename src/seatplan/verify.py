"""Re-checks any plan of catchments from scratch, whoever made it.

It reads the raw tables, shares no code with the solvers, and keeps to dictionaries and loops, so
that a mistake made there is not made here a second time. An empty list means that the plan holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any

import pandas as pd

from seatplan.verify_terms import SLACK, Terms, check_border, check_mix, verify_nesting

__all__ = ["Terms", "verify_nesting", "verify_plan"]


def verify_plan(
    plan: pd.Series[str],
    pupils: pd.DataFrame,
    seats: pd.DataFrame,
    walks: pd.DataFrame,
    neighbours: Iterable[tuple[str, str]],
    homes: Mapping[str, str],
    *,
    terms: Terms | None = None,
    claimed: Mapping[str, float] | None = None,
    lotteries: Mapping[str, Iterable[str]] | None = None,
    lots: pd.DataFrame | None = None,
    borders: Mapping[tuple[str, str], float] | None = None,
    shares: pd.DataFrame | None = None,
) -> list[str]:
    """Return a sentence for each fault of `plan`; an empty list if there is none.

    Parameters
    ----------
    plan
        School of each block, or its lottery zone, index `block`.
    pupils
        Pupils, index `block`, a column for each year; every year must fit.
    seats
        Seats, index `school`, the same years.
    walks
        Metres, `block` x `school`; inf where not allowed.
    neighbours
        Pairs of blocks that touch.
    homes
        School -> block in which it stands.
    terms
        What else was asked for.
    claimed
        Totals that the maker states: any of "pupil_metres", "moved", "largest_shortage" and, of
        the lines between catchments, "border_m"; of groups, "uneven": pupils of all groups above an
        even mix, all years together, each block with its mean.
    lotteries
        Schools of each lottery zone. Its pupils are drawn by lot among them: each must have seats
        for its share, and the walk is the mean of the draw.
    lots
        What the shares of a draw are in proportion to, as `seats`; the seats where not given. Walks
        take the sum over the years.
    borders
        Metres of boundary that two blocks have in common, each pair once.
    shares
        Share of each group in the pupils of a block, index `block`, a column a group.
    """
    terms = terms or Terms()
    draw = _Draw(lotteries or {}, seats if lots is None else lots)
    faults = _check_service(plan, pupils, {*seats.index, *draw.zones})
    if faults:
        return faults  # the other checks would stumble over the same blocks
    school = {str(block): str(name) for block, name in plan.items()}
    faults += _check_seats(school, pupils, seats, draw)
    faults += _check_homes(school, homes, draw)
    faults += _check_contiguity(school, neighbours, draw.list_homes(homes), terms.groups or {})
    faults += _check_locks(school, terms.locked or {})
    faults += _check_groups(school, terms.groups or {})
    faults += _check_walks(school, walks, terms, draw)
    faults += _check_use(school, pupils, terms)
    faults += _check_moves(school, pupils, terms)
    stated = dict(claimed or {})
    faults += check_border(school, borders, stated.pop("border_m", None))
    faults += check_mix(school, pupils, shares, stated.pop("uneven", None))
    faults += _check_totals(school, pupils, seats, walks, terms, stated, draw)
    return faults


class _Draw:
    """Who draws lots with whom, and with which chances; a school by itself draws alone."""

    def __init__(self, zones: Mapping[str, Iterable[str]], lots: pd.DataFrame) -> None:
        self.zones = {name: [str(school) for school in schools] for name, schools in zones.items()}
        self.lots = lots

    def chances(self, name: str, years: Iterable[Any]) -> dict[str, float]:
        """Chance of each school of the zone by the lots of all `years` together; without, even."""
        schools = self.zones.get(name)
        if schools is None:
            return {name: 1.0}
        lots = {school: sum(float(self.lots[year][school]) for year in years) for school in schools}
        total = sum(lots.values())
        if total == 0:
            return dict.fromkeys(schools, 1.0 / len(schools))
        return {school: count / total for school, count in lots.items()}

    def name_zone(self, school: str) -> str:
        """Zone that a school is in; the school itself where it is in none."""
        return next((name for name, schools in self.zones.items() if school in schools), school)

    def list_homes(self, homes: Mapping[str, str]) -> dict[str, str]:
        """One block of each zone that all its others must hang together with."""
        first: dict[str, str] = {}
        for school, block in homes.items():
            first.setdefault(self.name_zone(school), block)
        return first


def _check_service(plan: pd.Series[str], pupils: pd.DataFrame, offered: set[str]) -> list[str]:
    """Check that every block of the tables has one school, and that the school exists."""
    faults, met = [], set()
    for block, school in plan.items():
        if block in met:
            faults.append(f"block {block} is listed twice")
        met.add(block)
        if pd.isna(school):
            faults.append(f"block {block} has no school")
        elif school not in offered:
            faults.append(f"block {block} goes to {school}, which has no seats in the tables")
    faults += [
        f"block {block} is missing from the plan" for block in pupils.index if block not in met
    ]
    known = set(pupils.index)
    faults += [f"block {block} is not in the tables" for block in met if block not in known]
    return faults


def _metres(walks: pd.DataFrame, block: str, name: str, draw: _Draw) -> float:
    """Metres from a block to its school, or the mean to those of its zone."""
    total = 0.0
    for school, chance in draw.chances(name, draw.lots.columns).items():
        metres: Any = walks.loc[block, school]
        total += chance * float(metres)
    return total


def _pupils(pupils: pd.DataFrame, block: str) -> list[float]:
    """Pupils of a block, year by year."""
    counts: Any = pupils.loc[block]
    return [float(count) for count in counts]


def _add_up(
    school: Mapping[str, str], pupils: pd.DataFrame, year: object, draw: _Draw
) -> dict[str, float]:
    """Pupils of each school in a year."""
    load: dict[str, float] = {}
    for block, count in pupils[year].items():
        name = school[str(block)]
        load[name] = load.get(name, 0.0) + float(count)
    seated: dict[str, float] = {}
    for name, count in load.items():
        for one, chance in draw.chances(name, [year]).items():
            seated[one] = seated.get(one, 0.0) + count * chance
    return seated


def _check_seats(
    school: Mapping[str, str], pupils: pd.DataFrame, seats: pd.DataFrame, draw: _Draw
) -> list[str]:
    faults = []
    for year in pupils.columns:
        for name, count in _add_up(school, pupils, year, draw).items():
            room = float(seats[year][name])
            if not count <= room + SLACK:
                faults.append(f"{name} has {count:g} pupils for {room:g} seats in {year}")
    return faults


def _check_homes(school: Mapping[str, str], homes: Mapping[str, str], draw: _Draw) -> list[str]:
    return [
        f"{name} stands in block {block}, which goes to {school.get(block, 'no school')}"
        for name, block in homes.items()
        if school.get(block) != draw.name_zone(name)
    ]


def _check_contiguity(
    school: Mapping[str, str],
    neighbours: Iterable[tuple[str, str]],
    homes: Mapping[str, str],
    groups: Mapping[str, str],
) -> list[str]:
    """Check that its home reaches every block of a catchment without leaving the catchment."""
    beside: dict[str, set[str]] = {block: set() for block in school}
    for one, other in neighbours:
        beside[one].add(other)
        beside[other].add(one)
    together: dict[str, list[str]] = {}
    for block, label in groups.items():
        together.setdefault(label, []).append(block)
    for blocks in together.values():
        for one, other in pairwise(blocks):
            beside[one].add(other)
            beside[other].add(one)
    reached: set[str] = set()
    for name, home in homes.items():
        waiting = [home] if school.get(home) == name else []
        while waiting:
            block = waiting.pop()
            if block not in reached:
                reached.add(block)
                waiting += [other for other in beside[block] if school[other] == name]
    return [
        f"block {block} is cut off from {name}"
        for block, name in school.items()
        if block not in reached
    ]


def _check_locks(school: Mapping[str, str], locked: Mapping[str, str]) -> list[str]:
    return [
        f"block {block} is locked to {name} but goes to {school.get(block)}"
        for block, name in locked.items()
        if school.get(block) != name
    ]


def _check_groups(school: Mapping[str, str], groups: Mapping[str, str]) -> list[str]:
    members: dict[str, set[str]] = {}
    for block, label in groups.items():
        members.setdefault(label, set()).add(school[block])
    return [
        f"group {label} is split between {', '.join(sorted(names))}"
        for label, names in members.items()
        if len(names) > 1
    ]


def _check_walks(
    school: Mapping[str, str], walks: pd.DataFrame, terms: Terms, draw: _Draw
) -> list[str]:
    faults = []
    for block, name in school.items():
        metres = _metres(walks, block, name, draw)
        if not metres < float("inf"):
            faults.append(f"block {block} cannot walk to {name}")
        elif terms.max_walk is not None and metres > terms.max_walk + SLACK:
            faults.append(f"block {block} walks {metres:.0f} m to {name}, over {terms.max_walk:g}")
        before = (terms.current or {}).get(block)
        if terms.max_increase is not None and before is not None:
            longer = metres - _metres(walks, block, before, draw)
            if longer > terms.max_increase + SLACK:
                faults.append(f"block {block} walks {longer:.0f} m more than today")
        if terms.max_increase_share is not None and before is not None:
            most = _metres(walks, block, before, draw) * (1.0 + terms.max_increase_share)
            if metres > most + SLACK:
                faults.append(
                    f"block {block} walks {metres:.0f} m, over {most:.0f} m, today's and "
                    f"{terms.max_increase_share:.0%} more"
                )
    return faults


def _check_use(school: Mapping[str, str], pupils: pd.DataFrame, terms: Terms) -> list[str]:
    """Check that no school or lottery zone has fewer or more pupils than asked for."""
    faults = []
    for word, table in (("fewer", terms.least), ("more", terms.most)):
        for year in () if table is None else table.columns:
            load: dict[str, float] = {}
            for block, count in pupils[year].items():
                name = school[str(block)]
                load[name] = load.get(name, 0.0) + float(count)
            for label, limit in ({} if table is None else table[year]).items():
                name = str(label)
                count, asked = load.get(name, 0.0), float(limit)
                if (asked - count if word == "fewer" else count - asked) > SLACK:
                    told = f"{word} than the {asked:g} asked for"
                    faults.append(f"{name} has {count:g} pupils in {year}, {told}")
    return faults


def _count_moved(school: Mapping[str, str], pupils: pd.DataFrame, terms: Terms) -> float:
    total = 0.0
    for block, name in school.items():
        if terms.current is not None and terms.current.get(block) != name:
            total += sum(_pupils(pupils, block))
    return total


def _check_moves(school: Mapping[str, str], pupils: pd.DataFrame, terms: Terms) -> list[str]:
    if terms.max_moved is None:
        return []
    if terms.current is None:
        return ["max_moved is given without the schools of today"]
    moved = _count_moved(school, pupils, terms)
    if moved <= terms.max_moved * (1 + SLACK) + SLACK:
        return []
    return [f"{moved:g} pupils change school, over {terms.max_moved:g}"]


def _check_totals(
    school: Mapping[str, str],
    pupils: pd.DataFrame,
    seats: pd.DataFrame,
    walks: pd.DataFrame,
    terms: Terms,
    claimed: Mapping[str, float],
    draw: _Draw,
) -> list[str]:
    """Check that the totals stated are those of the plan."""
    metres = sum(
        _metres(walks, block, name, draw) * count
        for block, name in school.items()
        for count in _pupils(pupils, block)
        if count
    )
    short = max(
        (
            count - float(seats[year][name])
            for year in pupils.columns
            for name, count in _add_up(school, pupils, year, draw).items()
        ),
        default=0.0,
    )
    found = {
        "pupil_metres": metres,
        "moved": _count_moved(school, pupils, terms),
        "largest_shortage": max(short, 0.0),
    }
    faults = [f"{name} is not a total that can be checked" for name in claimed if name not in found]
    for name in found.keys() & claimed.keys():
        if not abs(found[name] - claimed[name]) <= SLACK * max(1.0, abs(found[name])):
            faults.append(f"{name} is stated as {claimed[name]:g}; the plan has {found[name]:g}")
    return faults
