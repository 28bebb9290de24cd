"""A limit with its clause, and what each limit on the size of a class is for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, NamedTuple

from seatplan.district.stages import Label, Stage

Side = Literal["above", "below"]
Role = Literal["seats", "large", "very_large", "watched"]
ROLES: tuple[Role, ...] = ("seats", "large", "very_large")  # the lowest limit first


@dataclass(frozen=True)
class Standard:
    """A limit on one indicator, the clause it stands in, and whether that clause was read.

    `limit` maps a grade, a stage, a school kind, a setting or "all" to a number; the narrowest
    entry counts. The limit is passed when the indicator lies `side` it. `since` is the first year
    in which it is in force. `settings` are those of the schools it applies to; empty = all.
    `binding` are the keys of `limit` above which nobody is seated, whatever the policy.

    `role` says what a limit on the size of a class is for: "seats" are counted by it, a class
    beyond it is "large" or "very_large", or it is only "watched" and flagged. `Standards` gives it
    by the order of the limits where nobody said it (see `give_roles`). Other limits have None.

    `within`: metres by stage, kind, setting or "all", of a limit on a share of pupils who live
    farther than that; empty for all others.

    `source_zh`, `unit_zh`: the clause and the unit in Chinese; "" where they are not written apart.
    """

    code: str
    name: Label
    indicator: str
    limit: Mapping[str, float]
    side: Side
    unit: str
    source: str
    checked: Literal["seen", "recalled"]
    since: int = 0
    settings: tuple[str, ...] = ()
    binding: tuple[str, ...] = ()
    role: Role | None = None
    within: Mapping[str, float] = field(default_factory=dict)
    source_zh: str = ""
    unit_zh: str = ""

    def cite(self, language: str) -> str:
        """Return the clause in a language ("zh" or "en"), as it is written apart or for both."""
        return (self.source_zh if language == "zh" else "") or self.source

    def count_in(self, language: str) -> str:
        """Return the unit in a language, in the same way."""
        return (self.unit_zh if language == "zh" else "") or self.unit

    def limit_for(self, *keys: str) -> float | None:
        """Return the limit of the first of `keys` that has one, else that of "all", else None."""
        return _find_narrowest(self.limit, keys)

    def within_for(self, *keys: str) -> float | None:
        """Return the metres of `within` in the same way."""
        return _find_narrowest(self.within, keys)


def _find_narrowest(table: Mapping[str, float], keys: Iterable[str]) -> float | None:
    return next((table[key] for key in (*keys, "all") if key in table), None)


class Limit(NamedTuple):
    """A limit in force, in the unit of its measure, and the standard that sets it."""

    value: float
    standard: Standard


def give_roles(standards: Iterable[Standard], stages: Iterable[Stage]) -> tuple[Standard, ...]:
    """Return the standards, each limit on the size of a class with what it is for.

    A role that is said stays, for every version of the standard. The others follow from the order
    of the limits: grade by grade, of the upper limits that hold in every setting, the lowest counts
    the seats, the next makes a class large, the next very large. A limit that lies where a role
    already said would come next is passed over: beside a norm of 45 that is said to count the
    seats, a target of 40 is only watched. A standard that stands at different places of this order
    in two grades or years takes the higher place in all of them. All others, a fourth limit among
    them, are watched.

    >>> from seatplan.examples import toy_standards
    >>> [item.role for item in toy_standards().limits("class_size", 2020)]
    ['seats', 'large']
    """
    standards = tuple(standards)
    said = {item.code: item.role for item in standards if item.role}
    sized = [item for item in standards if item.indicator == "class_size"]
    places: dict[str, int] = {}
    for year in {item.since for item in sized}:
        versions = find_in_force(sized, year).values()
        for stage in stages:
            for grade in stage.grades:
                for code, place in _rank(versions, said, grade.code, stage.code):
                    places[code] = max(place, places.get(code, 0))
    given: dict[str, Role] = {code: (*ROLES, "watched")[place] for code, place in places.items()}
    roles = given | said
    return tuple(
        replace(item, role=roles.get(item.code, "watched"))
        if item.indicator == "class_size"
        else item
        for item in standards
    )


def _rank(
    versions: Iterable[Standard], said: Mapping[str, Role], *keys: str
) -> Iterator[tuple[str, int]]:
    """Yield the place among ROLES of each limit on a grade that has no role; 3 beyond the last."""
    limits = {item.code: item.limit_for(*keys) for item in versions if _is_general(item)}
    known = {
        code: limit
        for code, limit in limits.items()
        if limit is not None and said.get(code) != "watched"
    }
    taken = {ROLES.index(said[code]) for code in known if code in said}
    place = 0
    for value in sorted(set(known.values())):
        codes = [code for code in known if known[code] == value]
        held = [ROLES.index(said[code]) for code in codes if code in said]
        if place not in taken:
            yield from ((code, place) for code in codes if code not in said)
            place = min(place + 1, len(ROLES))
        place = max([place, *(at + 1 for at in held)])


def _is_general(standard: Standard) -> bool:
    """Say whether a standard is an upper limit for schools of every setting."""
    return standard.side == "above" and not standard.settings


def find_in_force(standards: Iterable[Standard], year: int) -> dict[str, Standard]:
    """Return the version in force in `year` of each code, in the order of the file."""
    found: dict[str, Standard] = {}
    for item in standards:
        if item.since <= year and (item.code not in found or item.since > found[item.code].since):
            found[item.code] = item
    return found
