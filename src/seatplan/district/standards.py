"""Stages, grades and limits, each with its clause."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from seatplan.errors import InputError

Intake = Literal["catchment", "nearest", "seats"]
Overflow = Literal["stay", "move"]


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
    """

    code: str
    name: Label
    grades: tuple[Grade, ...]
    intake: Intake

    @property
    def entry(self) -> str:
        """The code of the grade in which pupils enter the stage."""
        return self.grades[0].code


@dataclass(frozen=True)
class Standard:
    """A limit on one indicator, the clause it stands in, and whether that clause was read.

    `limit` maps a grade, a stage, a school kind, a setting or "all" to a number; the narrowest
    entry counts. The limit is passed when the indicator lies `side` it. `since` is the first year
    in which it is in force. `settings` are those of the schools it applies to; empty = all.
    `binding` are the keys of `limit` above which nobody is seated, whatever the policy.
    """

    code: str
    name: Label
    indicator: str
    limit: Mapping[str, float]
    side: Literal["above", "below"]
    unit: str
    source: str
    checked: Literal["seen", "recalled"]
    since: int = 0
    settings: tuple[str, ...] = ()
    binding: tuple[str, ...] = ()

    def limit_for(self, *keys: str) -> float | None:
        """Return the limit of the first of `keys` that has one, else that of "all", else None."""
        for key in (*keys, "all"):
            if key in self.limit:
                return self.limit[key]
        return None


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

    def replace(self, **changes: object) -> Standards:
        """Return the same standards with some fields exchanged."""
        return replace(self, **changes)  # type: ignore[arg-type]

    @property
    def grades(self) -> list[str]:
        """The codes of all grades, in order."""
        return [grade.code for stage in self.stages for grade in stage.grades]

    @property
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
        versions = [item for item in self.standards if item.code == code and item.since <= year]
        return max(versions, key=lambda item: item.since, default=None)

    def class_limit(self, grade: str, year: int) -> float:
        """Most pupils in a class of `grade` in `year` (standard "class-size").

        Raises
        ------
        InputError
            No version of it in force in `year` has a limit for the grade.
        """
        standard = self.standard("class-size", year)
        limit = standard.limit_for(grade, self.stage_of[grade]) if standard else None
        if limit is None:
            raise InputError(
                f"standards.toml: class-size has no limit for {grade} in {year}; want one in the "
                f"version in force that year, and since at most {year}"
            )
        return limit

    def seats_per_class(self, stage: str, year: int) -> float:
        """Seats that one classroom of `stage` gives: the mean class limit over its grades.

        A kindergarten of 12 rooms with limits 25/30/35 has 12 x 30 = 360 seats.
        """
        grades = self.stage(stage).grades
        return sum(self.class_limit(grade.code, year) for grade in grades) / len(grades)
