"""Rooms that change: Expand, and Convert from one stage to another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Self

import pandas as pd
from pydantic import Field, model_validator

from seatplan.district.district import District
from seatplan.district.stages import Label
from seatplan.district.standards import Standards
from seatplan.district.timelines import add_rooms
from seatplan.errors import ScenarioError
from seatplan.files import suggest
from seatplan.scenarios.steps import (
    ONE_PLACE_M,
    Intervention,
    MoreRooms,
    Text,
    Whole,
    check_open,
    check_stages,
    check_taught,
    count_rooms,
)


class Expand(Intervention, kind="expand"):
    """A school gains rooms by stage, or gives some up (negative)."""

    words = Label(
        "{year} 年起{school}教室增减：{classrooms}。",
        "{school} changes its classrooms in {year}: {classrooms}.",
    )

    school: Text
    classrooms: MoreRooms

    @model_validator(mode="after")
    def _check_fields(self) -> Self:
        idle = [stage for stage, more in self.classrooms.items() if more == 0]
        if idle:
            raise ValueError(f"adds 0 classrooms of {idle[0]}; give more, or fewer than none")
        return self

    def apply(self, district: District) -> District:
        """Add the rooms; refuse a stage not taught, less than none, more than its site takes."""
        check_open(district, self.school, self.year)
        for stage in self.classrooms:
            check_taught(district, self.school, stage, self.year)
        rooms = add_rooms(district.classrooms, self.school, self.year, self.classrooms)
        _check_rooms(rooms, self.school, self.classrooms)
        expanded = district.replace(classrooms=rooms)
        _check_room_on_site(expanded, self.school, self.year)
        return expanded

    def phrase(self, language: str, names: Mapping[str, str]) -> dict[str, object]:
        """Write rooms with their sign."""
        changes = [
            f"{names.get(stage, stage)} {more:+d}" for stage, more in self.classrooms.items()
        ]
        comma = ", " if language == "en" else "、"
        return {**super().phrase(language, names), "classrooms": comma.join(changes)}


class Convert(Intervention, kind="convert"):
    """Rooms of a school pass from one stage to another, which it may be new to.

    `school_kind` says what kind of school it is from then on, where that changes.
    """

    words = Label(
        "{year} 年起{school}将 {classrooms} 间教室由{from_stage}改为{to_stage}。",
        "{school} converts {classrooms} {classrooms|classroom|classrooms} from {from_stage} "
        "to {to_stage} in {year}.",
    )

    school: Text
    from_stage: Text
    to_stage: Text
    classrooms: Annotated[Whole, Field(ge=1, le=1000)]
    school_kind: Text | None = None

    @model_validator(mode="after")
    def _check_fields(self) -> Self:
        if self.from_stage == self.to_stage:
            raise ValueError(f"needs two stages; from_stage and to_stage are both {self.to_stage}")
        return self

    def apply(self, district: District) -> District:
        """Move the rooms; refuse more than there are."""
        check_open(district, self.school, self.year)
        check_stages(district, [self.to_stage])
        check_taught(district, self.school, self.from_stage, self.year)
        change = {self.from_stage: -self.classrooms, self.to_stage: self.classrooms}
        rooms = add_rooms(district.classrooms, self.school, self.year, change)
        _check_rooms(rooms, self.school, change)
        schools = district.schools
        kind = schools.kind.mask(schools.index == self.school, self.school_kind or schools.kind)
        return district.replace(classrooms=rooms, schools=schools.assign(kind=kind))

    def amend(self, standards: Standards) -> Standards:
        """Refuse a kind of school that the standards do not know; change nothing."""
        if self.school_kind is not None and self.school_kind not in standards.kinds:
            hint = suggest(self.school_kind, standards.kinds)
            raise ScenarioError(f"no kind of school is called {self.school_kind}{hint}")
        return standards


def _check_rooms(rooms: pd.Series[int], school: str, change: Mapping[str, int]) -> None:
    """Refuse rooms below zero in any year."""
    for stage, more in change.items():
        left = rooms.xs((school, stage), level=("school", "stage"))
        for year, rest in left[left < 0].items():
            raise ScenarioError(
                f"school {school} has {rest - more} classrooms of {stage} in {year}; "
                f"{more:+d} leaves {rest}"
            )


def _check_room_on_site(district: District, school: str, year: int) -> None:
    """Refuse more rooms than the site takes that the school stands on."""
    point = district.schools.geometry[school]
    for site, most in district.sites.max_classrooms[
        district.sites.distance(point) < ONE_PLACE_M
    ].items():
        total = sum(count_rooms(district, school, year).values())
        if total > most:
            raise ScenarioError(
                f"school {school} would have {total} classrooms; "
                f"site {site} has room for {most:.0f}"
            )
