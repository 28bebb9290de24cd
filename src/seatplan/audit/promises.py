"""plan.toml: what a plan says in numbers, each with its sentence, and what holds them together."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from pydantic import Field

from seatplan.district.declarations import Name
from seatplan.errors import InputError
from seatplan.files import suggest
from seatplan.toml_files import Declaration, read_declaration

Bound = Literal["exact", "at_least", "at_most", "nearly"]
Unit = Literal[
    "seats",
    "schools",
    "pupils",
    "classes",
    "percent",
    "pupils per class",
    "staff",
    "rooms",
    "years",
    "metres",
    "index",
    "seats per 1,000 residents",
]
MOST = 200.0  # per cent that a number may say: retention passes 100
NEARLY = 0.9  # "nearly n" (近 n): assumed to say at least nine tenths of n


class FigureEntry(Declaration, allow_inf_nan=False):
    """Which figure of the model stands beside a number: its name in `figures.FIGURES` and where."""

    name: str
    stages: tuple[str, ...] = Field(default=(), strict=False)
    kind: str | None = None
    run_by: str | None = None
    year: int | None = Field(default=None, ge=1900, le=2200)
    above: float | None = None


class NumberEntry(Declaration, allow_inf_nan=False):
    """`[[number]]`: a number that the plan, a standard or nobody but us (assumed) gives.

    `bound` says how it is meant: "at_least" (以上), "at_most", "nearly" (近), else "exact".
    `year` is the autumn for which it is said; a promise where it lies after the base year.
    `otherwise` is the verdict of a promise that the model does not reach: "unexplained" where what
    the model has rests on an assumption. `note` is told beside the model's figure.
    """

    key: str
    name: Name
    value: float = Field(ge=0, le=1e9)
    bound: Bound = "exact"
    unit: Unit
    year: int | None = Field(default=None, ge=1900, le=2200)
    clause: str
    sentence: str = ""
    said_by: Literal["plan", "standard", "assumed"] = "plan"
    figure: FigureEntry | None = None
    otherwise: Literal["contradict", "unexplained"] = "contradict"
    note: Name | None = None

    @property
    def half_digit(self) -> float:
        """Half of the last decimal that is written: 0.05 for 17.6."""
        digits = f"{self.value:.10f}".rstrip("0").split(".")[1]
        return 0.5 * 10.0 ** -len(digits)

    @property
    def floor(self) -> float:
        """What is reached at the least where it is kept: "nearly" n is `NEARLY` of n."""
        return self.value * (NEARLY if self.bound == "nearly" else 1.0)

    @property
    def span(self) -> tuple[float, float]:
        """The least and the most that it may stand for: per cent are rounded, counts are not.

        "at_least" has no most; "nearly" begins at `NEARLY`; "at_most", as of a class size, is meant
        as it is written.
        """
        slack = self.half_digit if self.unit == "percent" else 0.0
        return self.floor - slack, math.inf if self.bound == "at_least" else self.value + slack

    def allows(self, least: float, most: float) -> bool:
        """Say whether what lies between `least` and `most` may be the number as it is bound."""
        low, high = self.floor - self.half_digit, self.value + self.half_digit
        above = self.bound == "at_most" or most >= low - 1e-9
        return above and (self.bound == "at_least" or least <= high + 1e-9)


class CheckEntry(Declaration, allow_inf_nan=False):
    """`[[check]]`: what holds numbers together; `rule` is a name of `checks.RULES`.

    `otherwise` is the verdict where it does not hold.
    """

    code: str
    name: Name
    rule: str
    of: dict[str, str | list[str]] = Field(min_length=1)
    figure: FigureEntry | None = None
    otherwise: Literal["contradict", "unexplained"] = "contradict"


class PlanFile(Declaration, allow_inf_nan=False):
    """`plan.toml`: the document, its numbers, and the checks."""

    name: Name
    document: str
    checked: Literal["seen", "recalled"]
    number: list[NumberEntry] = Field(min_length=1)
    check: list[CheckEntry] = Field(default_factory=list)

    def find(self, key: str) -> NumberEntry:
        """Return the number of that key."""
        return next(number for number in self.number if number.key == key)


def read_plan(
    path: Path | str, *, rules: dict[str, dict[str, bool]], figures: set[str]
) -> PlanFile:
    """Return what a plan.toml says.

    Parameters
    ----------
    path
        The file.
    rules
        Rule -> the parts it takes; True where the part is a list of numbers.
    figures
        The figures that the model has.

    Raises
    ------
    InputError
        With one sentence for every key that is missing, unknown or of the wrong type, and for every
        rule, number and figure that is named and does not exist.
    """
    path = Path(path)
    plan = read_declaration(path, PlanFile)
    faults = [*_number_faults(plan, figures), *_check_faults(plan, rules, figures)]
    if faults:
        raise InputError([f"{path.name}: {fault}" for fault in faults])
    return plan


def _number_faults(plan: PlanFile, figures: set[str]) -> Iterator[str]:
    """Yield keys and codes that stand there twice, and figures that nobody has."""
    keys = Counter([number.key for number in plan.number] + [check.code for check in plan.check])
    for key, count in keys.items():
        if count > 1:
            yield f"key or code {key} stands there {count} times; want each once"
    for position, number in enumerate(plan.number, 1):
        if number.figure and number.figure.name not in figures:
            name = number.figure.name
            yield f"number {position} ({number.key}): no figure {name}{suggest(name, figures)}"
        if number.unit == "percent" and not (number.value == 0 or 1 < number.value <= MOST):
            want = f"want 0, or above 1 and up to {MOST:g} (85 % is 85.0)"
            yield f"number {position} ({number.key}): {number.value:g} percent; {want}"
        if number.said_by == "plan" and not number.sentence:
            yield f"number {position} ({number.key}): want the plan's own sentence"


def _check_faults(
    plan: PlanFile, rules: dict[str, dict[str, bool]], figures: set[str]
) -> Iterator[str]:
    """Yield rules that do not exist, parts that a rule lacks, and numbers that are not there."""
    keys = [number.key for number in plan.number]
    for position, check in enumerate(plan.check, 1):
        place = f"check {position} ({check.code})"
        if check.rule not in rules:
            yield f"{place}: no rule {check.rule}{suggest(check.rule, rules)}"
            continue
        takes = rules[check.rule]
        if set(takes) != set(check.of):
            yield f"{place}: {check.rule} takes {', '.join(takes)}; got {', '.join(check.of)}"
            continue
        for part, listed in takes.items():
            named = check.of[part]
            if isinstance(named, list) is not listed:
                yield f"{place}: {part} wants {'a list of keys' if listed else 'one key'}"
                continue
            if named == []:
                yield f"{place}: {part} wants one key or more"
            for key in named if isinstance(named, list) else [named]:
                if key not in keys:
                    yield f"{place}: {part}: no number {key}{suggest(key, keys)}"
                elif check.rule == "dates" and plan.find(key).year is None:
                    yield f"{place}: number {key} has no year; want the one it is said of"
        if check.figure and check.figure.name not in figures:
            yield f"{place}: no figure {check.figure.name}{suggest(check.figure.name, figures)}"
