"""Lottery zones: several schools that share one catchment count as one school."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from seatplan.errors import ScenarioError
from seatplan.files import suggest
from seatplan.labels import Floats, Ints
from seatplan.outcome import Outcome
from seatplan.rezoning.town import Town

Zones = Sequence[Sequence[str]]


def join_schools(outcome: Outcome, stage: str, town: Town, lotteries: Zones) -> Town:
    """Join the schools of each lottery zone to one: those asked for, and those of the outcome.

    A zone asked for ends one of the outcome that has a school in common with it. The way to a zone
    is the mean by the seats of all the years together, inf where some school has none. A zone has
    as many seats as it may draw pupils before the first of its schools is full.

    Raises
    ------
    ScenarioError
        A zone of fewer than two schools, a school that takes no catchment, one in two zones.
    """
    _check_zones(town, lotteries)
    members = _list_members(outcome, stage, town, lotteries)
    if not members:
        return town
    names = {school: zone for zone, schools in members.items() for school in schools}
    labels = pd.Index([names.get(school, school) for school in town.schools], name="school")
    of, schools = pd.factorize(labels)
    parts = [np.flatnonzero(of == place) for place in range(len(schools))]
    return replace(
        town,
        schools=pd.Index(schools, name="school"),
        seats=np.stack([_count_seats(town, part) for part in parts]),
        rooms=np.stack([town.rooms[part].sum(axis=0) for part in parts]),
        ways=np.stack([_expect_ways(town, part) for part in parts], axis=1),
        current=of[town.current],
        homes=np.array([town.homes[part[0]] for part in parts]),
        owned=np.where(town.owned >= 0, of[town.owned], -1),
        members=members,
        before=town,
    )


def _check_zones(town: Town, lotteries: Zones) -> None:
    named = [school for zone in lotteries for school in zone]
    problems = [
        f"no school with a catchment is called {school}{suggest(school, town.schools)}"
        for school in dict.fromkeys(named)
        if school not in town.schools
    ]
    problems += [
        f"{school} is named in the lottery zones more than once"
        for school in dict.fromkeys(named)
        if named.count(school) > 1
    ]
    problems += [
        f"a lottery zone takes at least two schools; got {', '.join(zone) or 'none'}"
        for zone in lotteries
        if len(zone) < 2
    ]
    if problems:
        raise ScenarioError(problems)


def _list_members(
    outcome: Outcome, stage: str, town: Town, lotteries: Zones
) -> dict[str, tuple[str, ...]]:
    """Return the schools of each zone by its name, in the order of the district."""
    asked = {school: "+".join(zone) for zone in lotteries for school in zone}
    held = outcome.catchments.list_lotteries(stage, town.years[0])
    ended = {held[school] for school in asked if school in held}
    names = {school: zone for school, zone in held.items() if zone not in ended} | asked
    zones: dict[str, tuple[str, ...]] = {}
    for school in town.schools:
        if school in names:
            zones[names[school]] = (*zones.get(names[school], ()), str(school))
    return {zone: schools for zone, schools in zones.items() if len(schools) > 1}


def _count_seats(town: Town, part: Ints) -> Floats:
    """Return the pupils a zone may draw by its rooms before a school is beyond its seats: year."""
    share = town.rooms[part] / town.rooms[part].sum(axis=0)
    seats: Floats = (town.seats[part] / share).min(axis=0)
    return seats


def _expect_ways(town: Town, part: Ints) -> Floats:
    """Return the mean way to the schools of a zone: block."""
    weight = town.rooms[part].sum(axis=1)
    ways: Floats = town.ways[:, part] @ (weight / weight.sum())
    return ways
