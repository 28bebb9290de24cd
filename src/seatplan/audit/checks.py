"""What holds the numbers of a plan together: one function for each rule."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from seatplan.audit.promises import NumberEntry

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
    """Hold that one thing said more than once bears one number, to the digits that are written.

    A number that is "nearly" reached may be one from nine tenths of it on.
    """
    numbers = parts["numbers"]
    values = [number.value for number in numbers]
    digits = max(number.half_digit for number in numbers)
    holds = max(number.floor for number in numbers) - min(values) <= digits + 1e-9
    return Held(holds, {"least": min(values), "most": max(values)})


def hold_dates(parts: Parts) -> Held:
    """Hold that one figure said more than once is of one year."""
    years = [float(number.year or math.nan) for number in parts["numbers"]]
    return Held(len(set(years)) == 1, {"first": min(years), "last": max(years)})


def hold_parts(parts: Parts) -> Held:
    """Hold that a whole is the sum of its parts, as far as they are rounded or bound."""
    spans = [number.span for number in parts["parts"]]
    found = sum(number.value for number in parts["parts"])
    whole = parts["whole"][0]
    holds = whole.allows(sum(least for least, _ in spans), sum(most for _, most in spans))
    return Held(holds, {"found": found, "stated": whole.value})


def hold_product(parts: Parts) -> Held:
    """Hold that a whole is its factors, as far as they are rounded or bound.

    Seats are schools x classes x pupils per class.
    """
    least, most = multiply_spans(parts["factors"])
    whole = parts["whole"][0]
    figures = {"found": multiply(parts["factors"]), "stated": whole.value}
    return Held(whole.allows(least, most), figures)


def hold_course(parts: Parts) -> Held:
    """Hold that a target does not fall back behind what is reached before it.

    A target does not lie below its start; a ceiling (at most) does not lie above it.
    """
    start, target = parts["start"][0], parts["target"][0]
    ahead = target.value - start.value
    figures = {"start": start.value, "target": target.value}
    return Held(ahead <= 0 if target.bound == "at_most" else ahead >= 0, figures)


def hold_each(parts: Parts) -> Held:
    """Hold that product of factors / count leaves no more for each than the limit.

    A limit that says "at_least" is one below which nobody may stay.
    """
    count = parts["count"][0].value
    each = multiply(parts["factors"]) / count if count else math.inf
    limit = parts["limit"][0]
    low = limit.bound == "at_least"
    holds = each >= limit.value - 1e-9 if low else each <= limit.value + 1e-9
    return Held(holds, {"each": each, "limit": limit.value})


def hold_placed(parts: Parts) -> Held:
    """Hold that projects that are named make up what is promised; nine tenths of "nearly"."""
    promised, placed = parts["promised"][0], sum(number.value for number in parts["placed"])
    return Held(
        placed >= promised.floor,
        {"promised": promised.value, "placed": placed, "without": promised.value - placed},
    )


def hold_share(parts: Parts) -> Held:
    """Hold that a share of one cohort lies between 0 and 100 per cent."""
    values = [number.value for number in parts["numbers"]]
    return Held(
        all(0 <= value <= 100 for value in values), {"least": min(values), "most": max(values)}
    )


def hold_within(parts: Parts) -> Held:
    """Hold that a share of a whole, and what is counted beside it, fit into the whole."""
    whole = sum(number.value for number in parts["whole"])
    found = whole * parts["share"][0].value / 100 + sum(one.value for one in parts["counts"])
    return Held(found <= whole + 1e-9, {"found": found, "whole": whole})


def hold_base(parts: Parts) -> Held:
    """Say how many classes there must be: removed / (share before - share after)."""
    before, after = (parts[name][0].value / 100 for name in ("before", "after"))
    base = parts["removed"][0].value / (before - after) if before != after else math.inf
    return Held(before > after, {"base": base})


def multiply(numbers: Sequence[NumberEntry]) -> float:
    """Multiply numbers; those in per cent as shares."""
    return math.prod(number.value / _divide(number) for number in numbers)


def multiply_spans(numbers: Sequence[NumberEntry]) -> tuple[float, float]:
    """Multiply the least, and the most, that numbers may stand for; per cent as shares."""
    spans = [(number.span, _divide(number)) for number in numbers]
    least = math.prod(low / part for (low, _), part in spans)
    return least, math.prod(high / part for (_, high), part in spans)


def _divide(number: NumberEntry) -> float:
    """Return what a factor is divided by: per cent are shares."""
    return 100.0 if number.unit == "percent" else 1.0


RULES: dict[str, Rule] = {
    "same": Rule({"numbers": True}, hold_same),
    "dates": Rule({"numbers": True}, hold_dates),
    "parts": Rule({"whole": False, "parts": True}, hold_parts),
    "product": Rule({"whole": False, "factors": True}, hold_product),
    "course": Rule({"start": False, "target": False}, hold_course),
    "each": Rule({"factors": True, "count": False, "limit": False}, hold_each),
    "placed": Rule({"promised": False, "placed": True}, hold_placed),
    "share": Rule({"numbers": True}, hold_share),
    "within": Rule({"share": False, "counts": True, "whole": True}, hold_within),
    "base": Rule({"removed": False, "before": False, "after": False}, hold_base),
}
