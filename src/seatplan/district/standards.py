"""Everything a district is held to: stages, kinds of schools, limits and the policy.

Limits are asked for by what they measure (`Standards.limits`, `Standards.strictest`); the code of a
standard is a free name. Where several standards hold the size of a class, `Standard.role` says what
each is for.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

from seatplan.district.clauses import Limit, Role, Side, Standard, find_in_force, give_roles
from seatplan.district.stages import Label, Stage
from seatplan.errors import InputError

Overflow = Literal["stay", "move"]
SHARES_BEYOND = ("beyond_radius", "beyond_walk")  # measures that count pupils beyond `within`
FAR = ("walk", "longest_walk", *SHARES_BEYOND)  # measures of ways


@dataclass(frozen=True)
class Policy:
    """How pupils are seated where a plan does not say.

    `overflow`: pupils beyond a school's seats "stay", or "move" to a free seat (see
    `assign_pupils`); `catchments`: a rule of `zoning.RULES`; `births`: a births scenario of the
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
            self._known[year] = find_in_force(self.standards, year)
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
