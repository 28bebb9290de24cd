"""Which small rural schools may close, which stay as teaching points, and who would walk how far.

Each school is weighed alone, in one autumn: its pupils go to the nearest public school that teaches
their grade. The rules are those of 国办发〔2018〕27号; see `rural.toml`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd
from pydantic import Field

from seatplan.district.order import order_places
from seatplan.errors import InputError
from seatplan.labels import Floats, Ints
from seatplan.outcome import Outcome
from seatplan.seating.headcount import round_along
from seatplan.toml_files import Declaration, read_declaration_or

Verdict = Literal["may", "if", "not"]
OPTIONS = ("close", "point")  # the whole school goes; grades 1 to 3 stay as a teaching point
AGE = 6  # of the entry grade of a primary stage
NOWHERE = 1e-9  # pupils below this are none


class RuralRules(Declaration, allow_inf_nan=False):
    """`rural.toml`: what may close, and how far grades 1 to 3 may go."""

    few: int = Field(ge=1, le=1000)
    low_grades: int = Field(ge=1, le=6)
    minutes: float = Field(gt=0, le=120)
    walk_kmh: float = Field(gt=0, le=10)
    bus_kmh: float = Field(gt=0, le=100)
    bus_wait: float = Field(ge=0, le=60)

    @property
    def on_foot(self) -> float:
        """Metres on foot within the minutes."""
        return self.walk_kmh * 1000 * self.minutes / 60

    @property
    def by_bus(self) -> float:
        """Metres by bus within the minutes, no less than on foot."""
        ride = self.bus_kmh * 1000 * max(self.minutes - self.bus_wait, 0) / 60
        return max(ride, self.on_foot)


@dataclass(frozen=True)
class RuralSchools:
    """Rural schools weighed in one autumn.

    Attributes
    ----------
    table
        Index (`school`, `option`), see `weigh_rural_schools`.
    """

    outcome: Outcome
    year: int
    rules: RuralRules
    table: pd.DataFrame


@dataclass(frozen=True)
class _Move:
    """Pupils of a school who would go elsewhere: by block and grade, and where to.

    `pupils`: block x grade; `before`, `after`: metres of each block; `into`: the school that takes
    each block, by position, -1 for none.
    """

    pupils: Floats
    before: Floats
    after: Floats
    into: Ints


def read_rural_rules(path: Path | None = None) -> RuralRules:
    """Return the rules of a rural.toml; those of seatplan without one.

    Raises
    ------
    InputError
        With one sentence for each key that is missing, unknown or out of bounds.
    """
    return read_declaration_or(path, RuralRules, "seatplan.findings", "rural.toml")


def weigh_rural_schools(
    outcome: Outcome, year: int | None = None, rules: RuralRules | None = None
) -> RuralSchools:
    """Weigh for each rural primary whether it may close, or stay with grades 1 to 3 alone.

    Parameters
    ----------
    year
        The autumn in which it would happen; three years after the base year without.
    rules
        See `read_rural_rules`.

    Returns
    -------
    Of each school two options, "close" and "point" (a teaching point: the higher grades go).
    pupils, low, high: on roll in all, in grades 1 to 3 and above; last: on roll at the end of the
    forecast; into: who would take them ("P05 31, P07 4"); and of those who would move, grades 1 to
    3 (low_) and above (high_) apart: foot_before, foot, bus, beyond (who walks within the minutes
    before and after, who must ride, who lives beyond both); way_before, way (mean metres by road,
    NaN where nobody moves); seats_short (seats that those schools lack for them), beds_short (of
    the higher grades beyond the bus, above the free beds there), classes_saved (classes that are no
    longer formed). verdict: "may", "if" (seats, buses or beds first), "not"; why: what stands in
    the way, and needs: what must be there first, as keys.

    Raises
    ------
    InputError
        The forecast does not reach the year, or no stage is a primary.
    """
    own = rules or read_rural_rules()
    district, axes = outcome.district, outcome.axes
    when = min(district.base_year + 3, district.horizon) if year is None else year
    if when not in axes.years:
        raise InputError(f"--year {when}: the forecast has {axes.years[0]} to {axes.years[-1]}")
    stages = [one for one in outcome.standards.stages if one.grades[0].age_from == AGE]
    if not stages:
        raise InputError("no stage begins at age 6; rural closures are weighed for primaries")
    stage = stages[0].code
    at, span = axes.years.index(when), axes.span(stage)
    attend = outcome.heads.attend[:, span, :]
    rural = (district.schools.setting == "rural").to_numpy(bool)
    schools = np.flatnonzero(rural & (attend[:, :, at].sum(axis=1) > 0))
    rows = [
        _weigh(outcome, stage, int(school), at, option, own)
        for school in schools
        for option in OPTIONS
    ]
    table = pd.DataFrame(rows)
    if len(table):
        table = table.sort_values(["pupils", "school"], kind="stable")
        table = table.set_index(["school", "option"])
    return RuralSchools(outcome, when, own, table)


def _weigh(
    outcome: Outcome, stage: str, school: int, at: int, option: str, rules: RuralRules
) -> dict[str, object]:
    """Weigh one option of one school."""
    axes, span = outcome.axes, outcome.axes.span(stage)
    attend = outcome.heads.attend[:, span, :]
    low = slice(0, rules.low_grades)
    first = 0 if option == "close" else rules.low_grades
    moved = slice(first, attend.shape[1])
    move = _send_on(outcome, stage, school, at, moved)
    on_roll = attend[school, :, at]
    told: dict[str, object] = {
        "school": str(axes.schools[school]),
        "option": option,
        "pupils": int(on_roll.sum()),
        "low": int(on_roll[low].sum()),
        "high": int(on_roll[rules.low_grades :].sum()),
        "last": int(attend[school, :, -1].sum()),
        "into": _name_receiving(outcome, move),
    }
    cut = rules.low_grades - first  # grades of the move that are low ones
    parts = {"low": slice(0, cut), "high": slice(cut, None)}
    for name, part in parts.items():
        whole = int(on_roll[moved][part].sum())
        told |= _tell_ways(name, move, part, whole, rules)
    told["seats_short"] = _count_seats(outcome, stage, at, move)
    told["beds_short"] = _count_beds(outcome, at, move, parts["high"], rules)
    told["classes_saved"] = _count_classes(outcome, stage, school, at, moved, move)
    return told | _judge(told, rules)


def _send_on(outcome: Outcome, stage: str, school: int, at: int, moved: slice) -> _Move:
    """Send the pupils of some grades of a school to the nearest public school that teaches them."""
    pairs, ways = outcome.assignment.pairs[stage], outcome.ways_of(stage)
    own = np.flatnonzero(pairs.school == school)
    flows = outcome.assignment.flows[stage][own, :, at][:, moved]
    own, flows = own[flows.sum(axis=1) > NOWHERE], flows[flows.sum(axis=1) > NOWHERE]
    sums, whole = flows.sum(axis=0), outcome.heads.attend[school, outcome.axes.span(stage), at]
    flows = flows * np.divide(whole[moved], sums, out=np.zeros_like(sums), where=sums > NOWHERE)
    blocks = pairs.block[own]
    taught = outcome.heads.attend[:, outcome.axes.span(stage), at][:, moved] > 0
    public = ~outcome.district.schools.ownership.isin(["private", "inclusive"]).to_numpy(bool)
    open_now = public & taught.all(axis=1)
    open_now[school] = False
    order = order_places(outcome.district.schools)  # which of two as near takes a block
    others = order[open_now[order]]
    before = ways.pair_metres(blocks, np.full(len(blocks), school))
    if not len(others) or not len(blocks):
        nobody = np.full(len(blocks), -1)
        return _Move(flows, before, np.full(len(blocks), np.inf), nobody)
    grid = ways.pair_metres(np.repeat(blocks, len(others)), np.tile(others, len(blocks)))
    metres = grid.reshape(len(blocks), len(others))
    nearest = metres.argmin(axis=1)
    after = metres[np.arange(len(blocks)), nearest]
    return _Move(flows, before, after, np.where(np.isfinite(after), others[nearest], -1))


def _tell_ways(
    name: str, move: _Move, part: slice, whole: int, rules: RuralRules
) -> dict[str, object]:
    """Count who walks, rides and lives beyond both, and the mean ways; whole pupils that add up."""
    weights = move.pupils[:, part].sum(axis=1)
    total = weights.sum()
    scale = whole / total if total > NOWHERE else 0.0
    walked = int(np.rint(scale * weights[move.before <= rules.on_foot].sum()))
    foot = int(np.rint(scale * weights[move.after <= rules.on_foot].sum()))
    beyond = int(np.rint(scale * weights[move.after > rules.by_bus].sum()))
    beyond = min(beyond, whole - foot)
    known = np.isfinite(move.before) & np.isfinite(move.after) & (weights > NOWHERE)
    ways = [
        float(np.average(metres[known], weights=weights[known])) if known.any() else np.nan
        for metres in (move.before, move.after)
    ]
    counts = {"foot_before": walked, "foot": foot, "bus": whole - foot - beyond, "beyond": beyond}
    told = counts | dict(zip(("way_before", "way"), ways, strict=True))
    return {f"{name}_{key}": value for key, value in told.items()}


def _sum_arrivals(outcome: Outcome, move: _Move) -> Floats:
    """Sum the pupils who arrive, school x grade of the move."""
    found = np.zeros((len(outcome.axes.schools), move.pupils.shape[1]))
    there = move.into >= 0
    np.add.at(found, move.into[there], move.pupils[there])
    return found


def _count_arrivals(outcome: Outcome, move: _Move) -> Ints:
    """Count the pupils who arrive at each school, whole and adding up to those who have one."""
    arrivals = _sum_arrivals(outcome, move).sum(axis=1)
    order = order_places(outcome.district.schools)
    return round_along(arrivals, np.array(round(arrivals.sum())), order)


def _name_receiving(outcome: Outcome, move: _Move) -> str:
    """Name the schools with the pupils they would take, the most first."""
    arrivals = _count_arrivals(outcome, move)
    order = np.lexsort((outcome.axes.schools.astype(str), -arrivals))
    return ", ".join(f"{outcome.axes.schools[at]} {arrivals[at]}" for at in order if arrivals[at])


def _count_seats(outcome: Outcome, stage: str, at: int, move: _Move) -> int:
    """Count the seats that receiving schools lack for those who arrive."""
    axes = outcome.axes
    seats = np.nan_to_num(outcome.seats.places[:, axes.stages.index(stage), at])
    on_roll = outcome.heads.attend[:, axes.span(stage), at].sum(axis=1)
    free = np.maximum(seats - on_roll, 0)
    return int(np.maximum(_count_arrivals(outcome, move) - free, 0).sum())


def _count_beds(outcome: Outcome, at: int, move: _Move, high: slice, rules: RuralRules) -> int:
    """Count the beds that are lacking for higher grades who live beyond the bus."""
    far = (move.after > rules.by_bus) & (move.into >= 0)
    if not far.any():
        return 0
    wanted = np.zeros(len(outcome.axes.schools))
    np.add.at(wanted, move.into[far], move.pupils[far][:, high].sum(axis=1))
    beds = np.nan_to_num(outcome.district.schools.boarding_beds.to_numpy(float, na_value=np.nan))
    free = np.maximum(beds - _count_boarders(outcome, at, rules), 0)
    return int(np.ceil(np.maximum(wanted - free, 0).sum() - 1e-6))


def _count_boarders(outcome: Outcome, at: int, rules: RuralRules) -> Floats:
    """Count the pupils of each school who live beyond the bus, grades 1 to 3 left out."""
    found = np.zeros(len(outcome.axes.schools))
    for stage in outcome.standards.stages:
        pairs, flows = outcome.assignment.pairs[stage.code], outcome.assignment.flows[stage.code]
        ways = outcome.ways_of(stage.code).pair_metres(pairs.block, pairs.school)
        older = [grade.age_from >= AGE + rules.low_grades for grade in stage.grades]
        living = flows[:, :, at][:, older].sum(axis=1)
        found += pairs.sum_schools(np.where(ways > rules.by_bus, living, 0.0))
    return found


def _count_classes(
    outcome: Outcome, stage: str, school: int, at: int, moved: slice, move: _Move
) -> int:
    """Count the classes of the school less those that come up where its pupils go."""
    span = outcome.axes.span(stage)
    formed = int(outcome.classes.classes[school, span, at][moved].sum())
    limit = outcome.classes.limit[span, at][moved]
    on_roll = outcome.heads.attend[:, span, at][:, moved]
    arrivals = _sum_arrivals(outcome, move)
    more = np.ceil((on_roll + arrivals) / limit - 1e-6) - np.ceil(on_roll / limit)
    return formed - int(more.sum())


def _judge(told: dict[str, object], rules: RuralRules) -> dict[str, object]:
    """Say whether an option may be taken, why not, and what must be there first."""
    whole = {key: int(value) for key, value in told.items() if isinstance(value, int)}
    against = {
        "not_few": whole["pupils"] >= rules.few,
        "no_higher": told["option"] == "point" and not whole["high"],
        "no_school": not told["into"] and whole["pupils"] > 0,
        "too_far": whole["low_beyond"] > 0,
    }
    needs = {
        "seats": whole["seats_short"] > 0,
        "bus": whole["low_bus"] + whole["high_bus"] > 0,
        "beds": whole["beds_short"] > 0,
    }
    why, first = ([key for key, holds in each.items() if holds] for each in (against, needs))
    verdict: Verdict = "not" if why else "if" if first else "may"
    return {"verdict": verdict, "why": " ".join(why), "needs": " ".join(first)}
