"""What holds the numbers of a plan together: one function for each rule."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from seatplan.audit.promises import NEARLY, NumberEntry

Parts = Mapping[str, tuple[NumberEntry, ...]]


class Held(NamedTuple):
    """Whether a check holds, and the figures that show it, by the names its sentence uses."""

    holds: bool
    figures: dict[str, float]


@dataclass(frozen=True)
class Rule:
    """A rule: the parts it takes (True: a list of numbers), and how it holds them together."""

    takes: dict[str, bool]
    hold: Callable[[Parts], Held]


def hold_same(parts: Parts) -> Held:
    """Hold that one thing said more than once bears one number."""
    values = [number.value for number in parts["numbers"]]
    return Held(len(set(values)) == 1, {"least": min(values), "most": max(values)})


def hold_dates(parts: Parts) -> Held:
    """Hold that one figure said more than once is of one year."""
    years = [float(number.year or math.nan) for number in parts["numbers"]]
    return Held(len(set(years)) == 1, {"first": min(years), "last": max(years)})


def hold_parts(parts: Parts) -> Held:
    """Hold that a whole is the sum of its parts."""
    found = sum(number.value for number in parts["parts"])
    whole = parts["whole"][0].value
    return Held(math.isclose(found, whole), {"found": found, "stated": whole})


def hold_product(parts: Parts) -> Held:
    """Hold that a whole is its factors: schools x classes x pupils per class."""
    found = multiply(parts["factors"])
    whole = parts["whole"][0].value
    return Held(math.isclose(found, whole), {"found": found, "stated": whole})


def hold_course(parts: Parts) -> Held:
    """Hold that a target does not lie below what is reached before it."""
    start, target = parts["start"][0], parts["target"][0]
    return Held(target.value >= start.value, {"start": start.value, "target": target.value})


def hold_each(parts: Parts) -> Held:
    """Hold that product of factors / count leaves no more for each than the limit."""
    count = parts["count"][0].value
    each = multiply(parts["factors"]) / count if count else math.inf
    limit = parts["limit"][0].value
    return Held(each <= limit + 1e-9, {"each": each, "limit": limit})


def hold_placed(parts: Parts) -> Held:
    """Hold that projects that are named make up what is promised; nine tenths of "nearly"."""
    promised, placed = parts["promised"][0], sum(number.value for number in parts["placed"])
    least = promised.value * (NEARLY if promised.bound == "nearly" else 1.0)
    return Held(
        placed >= least,
        {"promised": promised.value, "placed": placed, "without": promised.value - placed},
    )


def hold_share(parts: Parts) -> Held:
    """Hold that a share of one cohort lies between 0 and 100 per cent."""
    values = [number.value for number in parts["numbers"]]
    return Held(
        all(0 <= value <= 100 for value in values), {"least": min(values), "most": max(values)}
    )


def hold_base(parts: Parts) -> Held:
    """Say how many classes there must be: removed / (share before - share after)."""
    before, after = (parts[name][0].value / 100 for name in ("before", "after"))
    base = parts["removed"][0].value / (before - after) if before != after else math.inf
    return Held(before > after, {"base": base})


def multiply(numbers: Sequence[NumberEntry]) -> float:
    """Multiply numbers; those in per cent as shares."""
    return math.prod(
        number.value / 100 if number.unit == "percent" else number.value for number in numbers
    )


RULES: dict[str, Rule] = {
    "same": Rule({"numbers": True}, hold_same),
    "dates": Rule({"numbers": True}, hold_dates),
    "parts": Rule({"whole": False, "parts": True}, hold_parts),
    "product": Rule({"whole": False, "factors": True}, hold_product),
    "course": Rule({"start": False, "target": False}, hold_course),
    "each": Rule({"factors": True, "count": False, "limit": False}, hold_each),
    "placed": Rule({"promised": False, "placed": True}, hold_placed),
    "share": Rule({"numbers": True}, hold_share),
    "base": Rule({"removed": False, "before": False, "after": False}, hold_base),
}
