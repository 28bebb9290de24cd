"""Stages, grades and limits, each with its clause.

Limits are asked for by what they measure (`Standards.limits`, `Standards.strictest`); the code of a
standard is a free name. Where several standards hold the size of a class, `Standard.role` says what
each is for.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal, NamedTuple

from seatplan.errors import InputError

Intake = Literal["catchment", "nearest", "seats"]
Overflow = Literal["stay", "move"]
SHARES_BEYOND = ("beyond_radius", "beyond_walk")  # measures that count pupils beyond `within`
FAR = ("walk", "longest_walk", *SHARES_BEYOND)  # measures of ways
Side = Literal["above", "below"]
Role = Literal["seats", "large", "very_large", "watched"]
COMPULSORY_AGES = (6, 14)  # at 31 August, of grades 1 to 9 (义务教育法, 第二条 and 第十一条)
ROLES: tuple[Role, ...] = ("seats", "large", "very_large")  # the lowest limit first


@dataclass(frozen=True)
class Label:
    """A name in Chinese and in English."""

    zh: str
    en: str

    def of(self, language: str) -> str:
        """Return the name in `language` ("zh" or "en")."""
        return self.en if language == "en" else self.zh


@dataclass(frozen=True)
class Grade:
    """One school year of a stage; its pupils are of `age_from` to `age_to` at 31 August.

    A grade of more than one age is ungraded: its pupils are seated anew each year.
    """

    code: str
    name: Label
    age_from: int
    age_to: int


@dataclass(frozen=True)
class Stage:
    """A stage of schooling: its grades in order, and how its entry grade finds a school.

    `intake`: "catchment" follows the catchments in force; "nearest" goes to the nearest school in
    reach that is open to all; "seats" spreads over every school of the stage by its seats.

    `compulsory`: whether the stage is compulsory education. None leaves it to the ages: a stage is
    compulsory where each grade is of one age, and all are of 6 to 14, as grades 1 to 9 are.
    """

    code: str
    name: Label
    grades: tuple[Grade, ...]
    intake: Intake
    compulsory: bool | None = None

    def __post_init__(self) -> None:
        """Let the ages say whether the stage is compulsory where nobody said it."""
        if self.compulsory is None:
            object.__setattr__(self, "compulsory", all(map(_is_compulsory, self.grades)))

    @property
    def entry(self) -> str:
        """The code of the grade in which pupils enter the stage."""
        return self.grades[0].code


def _is_compulsory(grade: Grade) -> bool:
    """Say whether a grade is one school year between the ages of 6 and 14."""
    first, last = COMPULSORY_AGES
    return grade.age_from == grade.age_to and first <= grade.age_from <= last


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


@dataclass(frozen=True)
class Policy:
    """How pupils are seated where a plan does not say.

    `overflow`: pupils beyond a school's seats "stay", or "move" to a free seat (see
    `assign_pupils`); `catchments`: a rule of `catchments.RULES`; `births`: a births scenario of the
    district.

    `class_tolerance`: share of the limit by which a class may pass it before one more is formed, at
    least 0. `join_classes_at`: share of the limit at which a cohort must fit one class fewer to be
    joined while rooms suffice, above 0 and at most 1. See `docs/classes.md`.

    Raises
    ------
    InputError
        A share of the limit has no sense.
    """

    overflow: Overflow = "stay"
    catchments: str = "current"
    births: str = "medium"
    class_tolerance: float = 0.0
    join_classes_at: float = 0.8

    def __post_init__(self) -> None:
        """Refuse shares without sense."""
        if not 0 <= self.class_tolerance < math.inf:
            raise InputError(
                f"policy: class_tolerance is a share of the limit, at least 0; got "
                f"{self.class_tolerance:g}"
            )
        if not 0 < self.join_classes_at <= 1:
            raise InputError(
                f"policy: join_classes_at is a share of the limit, above 0 and at most 1; got "
                f"{self.join_classes_at:g}"
            )


DEFAULT_POLICY = Policy()


@dataclass(frozen=True)
class Standards:
    """Every stage, school kind and limit that a district is held to, and the policy."""

    stages: tuple[Stage, ...]
    kinds: Mapping[str, tuple[str, ...]]  # school kind -> the stages it teaches
    kind_names: Mapping[str, Label]
    standards: tuple[Standard, ...]
    policy: Policy = DEFAULT_POLICY

    def __post_init__(self) -> None:
        """Give a role to each limit on the size of a class that has none."""
        object.__setattr__(self, "standards", give_roles(self.standards, self.stages))

    def replace(self, **changes: object) -> Standards:
        """Return the same standards with some fields exchanged."""
        return replace(self, **changes)  # type: ignore[arg-type]

    @property
    def main_stage(self) -> str:
        """The stage that is looked at where none is asked for.

        The first with catchments, else the first that is compulsory, else the first.
        """
        zoned = [stage.code for stage in self.stages if stage.intake == "catchment"]
        compulsory = [stage.code for stage in self.stages if stage.compulsory]
        return [*zoned, *compulsory, self.stages[0].code][0]

    @property
    def zoned(self) -> list[str]:
        """The codes of the stages whose pupils live in a catchment: not those shared by seats."""
        return [stage.code for stage in self.stages if stage.intake != "seats"]

    @property
    def grades(self) -> list[str]:
        """The codes of all grades, in order."""
        return [grade.code for stage in self.stages for grade in stage.grades]

    @cached_property
    def stage_of(self) -> dict[str, str]:
        """Grade code -> stage code."""
        return {grade.code: stage.code for stage in self.stages for grade in stage.grades}

    def stage(self, code: str) -> Stage:
        """Return the stage called `code`; KeyError where there is none."""
        for stage in self.stages:
            if stage.code == code:
                return stage
        raise KeyError(code)

    def standard(self, code: str, year: int) -> Standard | None:
        """Return the standard called `code` in force in `year`: the latest of its versions."""
        return self._versions(year).get(code)

    @cached_property
    def _known(self) -> dict[int, dict[str, Standard]]:
        """Year -> code -> version, of the years asked for so far."""
        return {}

    def _versions(self, year: int) -> dict[str, Standard]:
        if year not in self._known:
            self._known[year] = _in_force(self.standards, year)
        return self._known[year]

    def limits(self, indicator: str, year: int, side: Side | None = None) -> list[Standard]:
        """Return what holds `indicator` in `year`: of each code, the version in force.

        `side` leaves only limits that are passed on that side; None asks for both.
        """
        return [
            item
            for item in self._versions(year).values()
            if item.indicator == indicator and side in (None, item.side)
        ]

    def strictest(
        self, indicator: str, year: int, *keys: str, setting: str | None = None
    ) -> Limit | None:
        """Return the lowest upper limit on `indicator` in force in `year`; None without one.

        Parameters
        ----------
        keys
            Stage, kind or other keys of `limit`, the narrowest first; then `setting`, then "all".
        setting
            Standards for other settings are left out; None asks those of every setting.
        """
        asked = keys if setting is None else (*keys, setting)
        found = [
            Limit(value, item)
            for item in self.limits(indicator, year, "above")
            if setting is None or not item.settings or setting in item.settings
            if (value := item.limit_for(*asked)) is not None
        ]
        return min(found, key=lambda limit: limit.value, default=None)

    def radius(
        self, year: int, *keys: str, setting: str | None = None, indicators: tuple[str, ...] = FAR
    ) -> Limit | None:
        """Return the shortest distance that some limit on ways asks for in `year`; None without.

        It is the limit on a way, or the metres beyond which a limit on a share counts pupils.

        Parameters
        ----------
        keys, setting
            As `strictest` takes them.
        indicators
            The measures of ways that are asked for; all of them where not given.
        """
        asked = keys if setting is None else (*keys, setting)
        found = [
            Limit(metres, item)
            for name in indicators
            for item in self.limits(name, year, "above")
            if setting is None or not item.settings or setting in item.settings
            for metres in [item.within_for(*asked) if item.within else item.limit_for(*asked)]
            if metres is not None
        ]
        return min(found, key=lambda limit: limit.value, default=None)

    @cached_property
    def _class_limits(self) -> dict[tuple[str, int], float]:
        """The class limits asked for so far: (grade, year) -> pupils."""
        return {}

    def class_standard(self, role: Role, grade: str, year: int) -> Limit | None:
        """Return the limit on a class of `grade` in `year` that has `role`; None without one."""
        keys = (grade, self.stage_of[grade])
        found = [
            Limit(value, item)
            for item in self.limits("class_size", year)
            if item.role == role and (value := item.limit_for(*keys)) is not None
        ]
        return min(found, key=lambda limit: limit.value, default=None)

    def class_limit(self, grade: str, year: int) -> float:
        """Most pupils in a class of `grade` in `year`: the limit that seats are counted by.

        Raises
        ------
        InputError
            No limit on class_size in force in `year` has the role "seats" for the grade.
        """
        if known := self._class_limits.get((grade, year)):
            return known
        limit = self.class_standard("seats", grade, year)
        if limit is None:
            raise InputError(
                f"standards.toml: no limit on class_size counts the seats of {grade} in {year}; "
                f'want a standard with role = "seats", a limit for it and since at most {year}'
            )
        self._class_limits[grade, year] = limit.value
        return limit.value

    def seats_per_class(self, stage: str, year: int) -> float:
        """Seats that one classroom of `stage` gives: the mean class limit over its grades.

        A kindergarten of 12 rooms with limits 25/30/35 has 12 x 30 = 360 seats.
        """
        grades = self.stage(stage).grades
        return sum(self.class_limit(grade.code, year) for grade in grades) / len(grades)

    def binds(self, stage: str, year: int) -> bool:
        """Say whether nobody of `stage` may sit beyond its seats in `year`, whatever the policy."""
        keys = {stage, "all", *(grade.code for grade in self.stage(stage).grades)}
        held = self.limits("class_size", year)
        return any(item.role == "seats" and keys & set(item.binding) for item in held)


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
        versions = _in_force(sized, year).values()
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


def _in_force(standards: Iterable[Standard], year: int) -> dict[str, Standard]:
    """Return the version in force in `year` of each code, in the order of the file."""
    found: dict[str, Standard] = {}
    for item in standards:
        if item.since <= year and (item.code not in found or item.since > found[item.code].since):
            found[item.code] = item
    return found
