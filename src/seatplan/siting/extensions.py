"""Extensions: rooms added at schools that stand, built there or taken from another stage.

An expansion is limited by the standard's school size, by the land of the school (or a planner's own
table in its place), and by the site it stands on. A conversion takes rooms that the other stage has
to spare in every year of the forecast, counted in seats and in whole classes, so that it never
makes that stage short. Both are offered only at schools that teach the stage already and stay open:
every grade is there, and the seats count from their first autumn on.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from seatplan.outcome import Outcome
from seatplan.scenarios.steps import ONE_PLACE_M

Kind = Literal["expand", "convert"]
PLACE = ["kind", "at", "from_stage", "price"]  # columns of a table of places
Room = tuple[float, str]  # most classrooms, and why no more


@dataclass(frozen=True)
class Extensions:
    """On which terms schools that stand may be extended.

    A district's files hold no prices. Cost therefore counts the classrooms that are built: a room
    of an expansion counts like one of a new school, a converted room is not built and counts 0.
    Who knows what they cost says so here.

    Parameters
    ----------
    classrooms
        Rooms on offer, added by an expansion or a conversion.
    rooms
        School -> most rooms that an expansion may add, instead of what its land allows; schools
        that are not in it are not expanded.
    most
        Most schools to extend; no limit of number where left out.
    expand_price, convert_price
        Price of one room, relative to one in a new school.
    """

    classrooms: Sequence[int] = (6, 12)
    rooms: Mapping[str, int] | None = None
    most: int | None = None
    expand_price: float = 1.0
    convert_price: float = 0.0


TERMS = Extensions()  # where nothing else is said


def name_kinds(expand: bool, convert: bool) -> list[Kind]:
    """Name the extensions that compete with new schools."""
    asked: dict[Kind, bool] = {"expand": expand, "convert": convert}
    return [kind for kind, is_asked in asked.items() if is_asked]


def list_extensions(
    outcome: Outcome,
    stage: str,
    schools: pd.Index,
    years: Sequence[int],
    kinds: Collection[Kind],
    terms: Extensions,
    land_per_pupil: float,
) -> pd.DataFrame:
    """Say how many rooms each school may gain, and which rule binds.

    Returns index `place` ("B+": B expanded; "B+junior": B with rooms of its junior stage): kind, at
    (the school), from_stage ("" for an expansion), price (relative), rooms, reason.
    """
    seats = outcome.seats.table
    lasting = seats[seats.index.get_level_values("year") >= years[0]]
    held = lasting.seats.groupby(["school", "year"]).sum().groupby("school").max()
    rows: dict[str, tuple[object, ...]] = {}
    if "expand" in kinds:
        for school in schools:
            room = _find_room(outcome, stage, school, lasting, held[school], terms, land_per_pupil)
            rows[f"{school}+"] = ("expand", school, "", terms.expand_price, *room)
    if "convert" in kinds:
        for school in schools:
            for other in lasting.loc[school].index.unique("stage").drop(stage):
                room = _find_spare(outcome, stage, other, school, lasting, held[school])
                rows[f"{school}+{other}"] = ("convert", school, other, terms.convert_price, *room)
    return pd.DataFrame.from_dict(
        rows, orient="index", columns=[*PLACE, "rooms", "reason"]
    ).rename_axis("place")


def find_most_pupils(outcome: Outcome, kind: str, year: int) -> float:
    """Return the largest school of a kind that any standard on school size allows, or inf."""
    found = outcome.standards.strictest("school_size", year, kind)
    return found.value if found else np.inf


def _find_room(
    outcome: Outcome,
    stage: str,
    school: str,
    seats: pd.DataFrame,
    held: float,
    terms: Extensions,
    land_per_pupil: float,
) -> Room:
    """Return the most rooms that an expansion may add; `held` are the seats of all stages."""
    district, year = outcome.district, int(seats.index.unique("year")[0])
    per_class = outcome.standards.seats_per_class(stage, year)
    row = district.schools.loc[school]
    most = find_most_pupils(outcome, str(row.kind), year)
    rules = [_check_lasting(seats, school, stage), _fit_size(most, held, per_class)]
    if terms.rooms is not None:
        rules.append((terms.rooms.get(school, 0), "more than the table of rooms allows"))
    elif land_per_pupil > 0:
        known = pd.notna(row.land_m2)
        land = row.land_m2 / land_per_pupil if known else held
        need = f"less than {land_per_pupil:g} m2 of land for each pupil"
        rules.append(((land - held) / per_class, need if known else "its land is not on record"))
    rooms = seats.classrooms.loc[school].groupby("year").sum().max()
    site = district.sites.distance(row.geometry) < ONE_PLACE_M
    for limit in district.sites.max_classrooms[site]:
        rules.append((limit - rooms, "more classrooms than the site's maximum"))
    return _bind(rules)


def _find_spare(
    outcome: Outcome, stage: str, other: str, school: str, seats: pd.DataFrame, held: float
) -> Room:
    """Return the rooms of the stage `other` that neither its seats nor its classes ever need."""
    rules, years = outcome.standards, list(seats.index.unique("year"))
    balance = outcome.balance.schools.xs((school, other), level=("school", "stage")).loc[years]
    per_class = pd.Series({year: rules.seats_per_class(other, year) for year in years})
    by_seats = (balance.seats - np.maximum(balance.pupils, balance.residents)) / per_class
    grades = [grade.code for grade in rules.stage(other).grades]
    formed = outcome.classes.table.xs(school, level="school")
    formed = formed[formed.index.get_level_values("grade").isin(grades)]
    filled = (formed.pupils / formed.limit).map(math.ceil).groupby("year").sum()
    by_classes = balance.classrooms - filled.reindex(years, fill_value=0)
    spare = by_seats.where(by_seats < by_classes, by_classes)
    worst = years[int(spare.argmin())]
    gain = rules.seats_per_class(stage, years[0]) - per_class[years[0]]
    kind = str(outcome.district.schools.kind[school])
    limits = [
        _check_lasting(seats, school, stage),
        (float(spare[worst]), f"more rooms than {other} can spare in {worst}"),
    ]
    if gain > 0:
        limits.append(_fit_size(find_most_pupils(outcome, kind, years[0]), held, gain))
    return _bind(limits)


def _fit_size(most: float, held: float, per_class: float) -> Room:
    """Return the rooms with which a school has no more seats than the standard allows pupils."""
    return (most - held) / per_class, f"more than {most:g} pupils, the standard's school size"


def _check_lasting(seats: pd.DataFrame, school: str, stage: str) -> Room:
    """Allow no rooms at a school that does not teach the stage in every year."""
    lasts = bool((seats.seats.loc[(school, stage)] > 0).all())
    return (np.inf if lasts else 0.0), "the school does not teach the stage in every year"


def _bind(rules: list[Room]) -> Room:
    """Return the rule that leaves the fewest rooms, in whole rooms."""
    rooms, reason = min(rules)
    return (max(float(np.floor(rooms + 1e-9)), 0.0) if np.isfinite(rooms) else np.inf), reason
