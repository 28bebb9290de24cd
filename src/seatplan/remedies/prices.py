"""Unit costs with their ranges: what a remedy costs, and which is cheaper whatever they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from seatplan.toml_files import Declaration, read_declaration_or

Item = Literal["new_seat", "expand_room", "convert_room", "bus_year"]
Bill = Mapping[tuple[str, str], float]  # (item, stage) -> seats, rooms or pupil-years
WAN = 10_000.0  # yuan


class Reason(Declaration, allow_inf_nan=False):
    """Why a figure was assumed, in Chinese and in English."""

    zh: str = Field(pattern=r"\S")
    en: str = Field(pattern=r"\S")


class UnitCost(Declaration, allow_inf_nan=False):
    """`[[cost]]`: yuan for one seat, room or year of a bus seat, of one stage or of every other."""

    item: Item
    stage: str = ""
    low: float = Field(ge=0)
    medium: float = Field(ge=0)
    high: float = Field(ge=0)
    assumed: bool
    reason: Reason

    @model_validator(mode="after")
    def hold_order(self) -> Self:
        """Hold that the range is one."""
        if not self.low <= self.medium <= self.high:
            raise ValueError("low, medium and high in rising order")
        return self


class BusTerms(Declaration, allow_inf_nan=False):
    """`[bus]`: from which way on a pupil is given a bus, and the farthest that anybody is sent."""

    beyond_m: float = Field(gt=0)
    most_m: float = Field(gt=0)


class Sizes(Declaration, allow_inf_nan=False):
    """`[sizes]`: classrooms on offer."""

    expand_most: int = Field(ge=1)
    new_school: dict[str, list[Annotated[int, Field(ge=1)]]]


class Worth(Declaration, allow_inf_nan=False):
    """`[worth]`: yuan for a pupil-year, and pupils moved for each seated, above which not."""

    most_per_pupil_year: float = Field(gt=0)
    most_moved: float = Field(gt=0)


class Costs(Declaration, allow_inf_nan=False):
    """`costs.toml`: unit costs, when a bus is needed, what is worth it, sizes."""

    cost: list[UnitCost] = Field(min_length=1)
    bus: BusTerms
    worth: Worth
    sizes: Sizes

    @model_validator(mode="after")
    def hold_items(self) -> Self:
        """Hold that every item has a cost for every stage, and only one."""
        keys = [(each.item, each.stage) for each in self.cost]
        twice = {key for key in keys if keys.count(key) > 1}
        if twice:
            raise ValueError(f"one cost of each item and stage; twice: {sorted(twice)}")
        lacking = {"new_seat", "expand_room", "convert_room", "bus_year"} - {
            each.item for each in self.cost if not each.stage
        }
        if lacking:
            raise ValueError(f"a cost without stage, for every other one, of {sorted(lacking)}")
        return self

    def price(self, item: str, stage: str) -> UnitCost:
        """Return the cost of an item for a stage."""
        found = {each.stage: each for each in self.cost if each.item == item}
        return found.get(stage) or found[""]


@dataclass(frozen=True)
class Sum:
    """What something costs, yuan: if every unit cost is low, medium or high."""

    low: float
    medium: float
    high: float


def read_costs(path: Path | None = None) -> Costs:
    """Return the unit costs of a costs.toml; those of seatplan without one.

    Raises
    ------
    InputError
        With one sentence for each key that is missing, unknown or out of bounds.
    """
    return read_declaration_or(path, Costs, "seatplan.remedies", "costs.toml")


def sum_bill(bill: Bill, costs: Costs) -> Sum:
    """Add a bill up at the low, medium and high unit costs."""
    prices = [(costs.price(*key), count) for key, count in bill.items()]
    return Sum(
        sum(price.low * count for price, count in prices),
        sum(price.medium * count for price, count in prices),
        sum(price.high * count for price, count in prices),
    )


def add_sums(sums: Iterable[Sum]) -> Sum:
    """Add sums up; each is low, medium or high together."""
    every = list(sums)
    return Sum(
        sum(one.low for one in every),
        sum(one.medium for one in every),
        sum(one.high for one in every),
    )


def list_wan(money: Sum) -> dict[str, float]:
    """Return a sum as columns of a table: low, medium and high, in 10,000 yuan (万元)."""
    names = {"wan_low": money.low, "wan": money.medium, "wan_high": money.high}
    return {name: round(part / WAN, 1) for name, part in names.items()}


def is_cheaper(one: Bill, other: Bill, costs: Costs) -> bool:
    """Say whether one bill is below the other at every unit cost within its range.

    Both pay the same unit cost, so what they have in common cancels: one room is cheaper than two,
    although the ranges of their sums overlap.

    >>> read = read_costs()
    >>> room, two = {("expand_room", "primary"): 1.0}, {("expand_room", "primary"): 2.0}
    >>> is_cheaper(room, two, read), is_cheaper(two, room, read)
    (True, False)
    >>> is_cheaper(room, {("convert_room", "primary"): 6.0}, read)   # turns within the ranges
    False
    """
    worst = 0.0
    for key in {*one, *other}:
        more, price = one.get(key, 0.0) - other.get(key, 0.0), costs.price(*key)
        worst += max(more * price.low, more * price.high)
    return worst < 0


def judge_costs(bills: Sequence[Bill], costs: Costs) -> list[tuple[int, str]]:
    """Put bills into layers by cost, and say what can be said of each.

    Returns for each its layer and a word. Layer 0 are those than which none is cheaper at every
    unit cost, layer 1 the same of the rest, and so on. The word is "cheapest" in layer 0 where all
    of them have the same bill, "undecided" where they do not, "dearer" below; "only" for one alone.
    """
    if len(bills) == 1:
        return [(0, "only")]
    left, layers, layer = set(range(len(bills))), dict.fromkeys(range(len(bills)), 0), 0
    while left:
        top = {at for at in left if not any(is_cheaper(bills[by], bills[at], costs) for by in left)}
        layers |= dict.fromkeys(top, layer)
        left, layer = left - top, layer + 1
    first = [bills[at] for at, layer in layers.items() if layer == 0]
    best = "cheapest" if all(_plain(bill) == _plain(first[0]) for bill in first) else "undecided"
    return [(layers[at], "dearer" if layers[at] else best) for at in range(len(bills))]


def _plain(bill: Bill) -> dict[tuple[str, str], float]:
    return {key: round(count, 6) for key, count in bill.items() if count}
