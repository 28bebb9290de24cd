"""Where pupils live and what schools are held to: catchments, lots, housing, take-up, limits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, ClassVar, Self

import numpy as np
import pandas as pd
from pydantic import AfterValidator, Field, model_validator
from shapely.geometry import Polygon

from seatplan.district.clauses import Side, Standard
from seatplan.district.district import District
from seatplan.district.limits import find_limit_faults, find_within_faults
from seatplan.district.relations import find_vanished
from seatplan.district.stages import Label
from seatplan.district.standards import Standards
from seatplan.district.tables import MOST_DWELLINGS
from seatplan.district.timelines import enter, select_in_force, zone_blocks
from seatplan.errors import ScenarioError
from seatplan.files import suggest
from seatplan.scenarios.steps import (
    AS_CODES,
    Intervention,
    Number,
    Place,
    Switch,
    Text,
    Texts,
    check_blocks,
    check_open,
    check_stages,
    check_taught,
    check_zoned,
    project,
)

BLOCKS = Label("{n} 个居住地块", "{n} {n|block|blocks}")
POLYGON = Label("多边形内的居住地块", "The blocks in a polygon")
SETTINGS = ("urban", "town", "rural")


class Rezone(Intervention, kind="rezone"):
    """Blocks pass into the catchment of a school, by id or by a polygon drawn around them."""

    words = Label(
        "{year} 年起，{extent}划入{school}（{stage}）学区。",
        "{extent} rezoned to {school} ({stage}) in {year}.",
    )

    stage: Text
    school: Text
    blocks: Texts | None = None
    polygon: Annotated[tuple[Place, ...], Field(min_length=3)] | None = None

    @model_validator(mode="after")
    def _check_fields(self) -> Self:
        if (self.blocks is None) == (self.polygon is None):
            raise ValueError("needs one of blocks and polygon")
        if self.polygon is not None and not Polygon(self.polygon).is_valid:
            raise ValueError("takes a polygon whose sides do not cross; list its corners in order")
        return self

    def apply(self, district: District) -> District:
        """Enter the blocks into the catchment; refuse a stage that has none."""
        check_open(district, self.school, self.year)
        check_taught(district, self.school, self.stage, self.year)
        check_zoned(district, [self.stage])
        blocks = self.list_blocks(district)
        return district.replace(
            catchments=zone_blocks(district.catchments, blocks, self.stage, self.year, self.school)
        )

    def list_blocks(self, district: District) -> list[str]:
        """Return the blocks that are meant; by polygon those whose inner point lies in it."""
        if self.polygon is None:
            blocks = list(dict.fromkeys(self.blocks or ()))
            check_blocks(district, blocks)
            return blocks
        inside = district.blocks.representative_point().intersects(
            Polygon(project(district, self.polygon))
        )
        if not inside.any():
            raise ScenarioError("no block lies in the polygon; corners are [longitude, latitude]")
        return list(district.blocks.index[inside])

    def phrase(self, language: str, names: Mapping[str, str]) -> dict[str, object]:
        """Say how many blocks, or that they lie in a polygon."""
        extent = BLOCKS if self.blocks else POLYGON
        said = extent.fill(language, {"n": len(self.blocks or ())})
        return {**super().phrase(language, names), "extent": said}


class LotteryZone(Intervention, kind="lottery_zone"):
    """Schools share one zone, whose entrants are drawn by lot in proportion to the seats.

    The catchments of the schools become the zone; `blocks` pass into it. A zone that takes a school
    of an earlier one ends that one: schools that it does not name are on their own again.
    """

    words = Label(
        "{year} 年起{schools}（{stage}）多校划片，按学位数随机派位。",
        "{schools} ({stage}) share a zone and draw lots by their seats from {year} on.",
    )

    stage: Text
    schools: Annotated[Texts, Field(min_length=2)]
    blocks: Texts | None = None

    @model_validator(mode="after")
    def _check_fields(self) -> Self:
        if len(set(self.schools)) < len(self.schools):
            raise ValueError("takes schools, each named once")
        return self

    def apply(self, district: District) -> District:
        """Enter the schools into one zone, and the blocks into the catchment of the first."""
        check_zoned(district, [self.stage])
        for school in self.schools:
            check_open(district, school, self.year)
            check_taught(district, school, self.stage, self.year)
        blocks = list(dict.fromkeys(self.blocks or ()))
        check_blocks(district, blocks)
        return district.replace(
            lotteries=enter(district.lotteries, self._list_entries(district)),
            catchments=zone_blocks(
                district.catchments, blocks, self.stage, self.year, self.schools[0]
            ),
        )

    def _list_entries(self, district: District) -> pd.Series[str]:
        """Return the zone of each of its schools, and "" for those that an earlier one leaves."""
        held = select_in_force(district.lotteries, self.year)
        held = held[held.index.get_level_values("stage") == self.stage].droplevel("stage")
        ended = held[held.isin(held[held.index.isin(self.schools)]) & (held != "")].index
        zones = dict.fromkeys(ended, "") | dict.fromkeys(self.schools, "+".join(self.schools))
        index = pd.MultiIndex.from_product(
            [[self.stage], list(zones), [self.year]], names=district.lotteries.index.names
        )
        return pd.Series(list(zones.values()), index, name="zone", dtype=object)


def _check_dwellings(dwellings: float) -> float:
    if not dwellings:
        raise ValueError("should not be 0: above where they are built, below where taken down")
    return dwellings


class SchoolBus(Intervention, kind="school_bus"):
    """A bus takes the pupils of some blocks to a school: no way of theirs is too far to walk."""

    words = Label(
        "{year} 年起，校车接送{extent}的学生到{school}。",
        "A bus takes the pupils of {extent} to {school} from {year} on.",
    )

    school: Text
    blocks: Texts

    def apply(self, district: District) -> District:
        """Enter the blocks among those that ride; a bed that they had there is given up."""
        check_open(district, self.school, self.year)
        blocks = list(dict.fromkeys(self.blocks))
        check_blocks(district, blocks)
        keys = [(block, self.school, self.year) for block in blocks]
        index = pd.MultiIndex.from_tuples(keys, names=["block", "school", "year"])
        entries = pd.Series("bus", index=index, name=district.rides.name, dtype="str")
        return district.replace(rides=enter(district.rides, entries))

    def phrase(self, language: str, names: Mapping[str, str]) -> dict[str, object]:
        """Say how many blocks."""
        said = BLOCKS.fill(language, {"n": len(self.blocks)})
        return {**super().phrase(language, names), "extent": said}


class Housing(Intervention, kind="housing"):
    """Dwellings are finished in a block; so many residents each, so many pupils for 1,000.

    `from_outside` is the share of them that is new to the district; the rest move within it. With
    `dwellings` below zero they are taken down: `from_outside` of their residents leave the
    district, and the rest pass to its other blocks.
    """

    words = Label(
        "{year} 年{block}建成住宅 {dwellings} 套（每千人 {pupils_per_1000} 名学生）。",
        "{dwellings} {dwellings|dwelling is|dwellings are} finished in {block} in {year}, "
        "with {pupils_per_1000} pupils for 1,000 residents.",
    )
    gone: ClassVar[Label] = Label(
        "{year} 年{block}拆除住宅 {dwellings} 套（每千人 {pupils_per_1000} 名学生）。",
        "{dwellings} {dwellings|dwelling is|dwellings are} taken down in {block} in {year}, "
        "with {pupils_per_1000} pupils for 1,000 residents.",
    )

    block: Text
    dwellings: Annotated[
        Number, Field(ge=-MOST_DWELLINGS, le=MOST_DWELLINGS), AfterValidator(_check_dwellings)
    ]
    residents_per_dwelling: Annotated[Number, Field(gt=0, le=20)]
    pupils_per_1000: Annotated[Number, Field(ge=0, le=1000)]
    from_outside: Annotated[Number, Field(ge=0, le=1)]

    def apply(self, district: District) -> District:
        """Add the dwellings to the planned ones; refuse to take down more than can stand."""
        check_blocks(district, [self.block])
        table = district.housing
        values = self.model_dump() | {"provenance": "plan"}
        row = pd.DataFrame({column: [values.get(column)] for column in table.columns})
        row = row.astype(table.dtypes.to_dict())
        joined = pd.concat([table, row], ignore_index=True) if len(table) else row
        most = find_vanished(joined, district.residents.total.to_dict()).get(joined.index[-1])
        if most is not None:
            raise ScenarioError(
                f"dwellings should be {-most:.0f} or more in {self.block}: no more dwellings than "
                f"people who live there; got {self.dwellings:g}"
            )
        return district.replace(housing=joined)

    def describe(self, language: str, names: Mapping[str, str] = AS_CODES) -> str:
        """Say how many dwellings are finished, or taken down."""
        words = self.words if self.dwellings > 0 else self.gone
        told = self.phrase(language, names) | {"dwellings": f"{abs(self.dwellings):g}"}
        return words.fill(language, told)


class SetTakeUp(Intervention, kind="set_take_up"):
    """The share of residents of a stage's ages who are its pupils is `rate` from `year` on."""

    words = Label(
        "{year} 年起{stage}入学率为 {rate}。",
        "Take-up of {stage} is {rate} from {year} on.",
    )

    stage: Text
    rate: Annotated[Number, Field(ge=0, le=2)]

    def apply(self, district: District) -> District:
        """Hold the old line until the year before, then step to `rate`."""
        check_stages(district, [self.stage])
        take_up = district.take_up
        stages = take_up.index.get_level_values("stage")
        if self.stage not in stages:
            raise ScenarioError(
                f"{self.stage} has no take-up{suggest(self.stage, stages.unique())}"
            )
        line = take_up[stages == self.stage].droplevel("stage").sort_index()
        before = np.interp(self.year - 1, line.index.to_numpy(dtype=float), line.to_numpy())
        kept = line[line.index < self.year - 1]
        points = {**kept.to_dict(), self.year - 1: float(before), self.year: self.rate}
        key = pd.MultiIndex.from_product([[self.stage], list(points)], names=take_up.index.names)
        stepped = pd.Series(list(points.values()), index=key, name=take_up.name)
        whole = {
            stage: stepped if stage == self.stage else take_up[stages == stage]
            for stage in stages.unique()
        }
        return district.replace(take_up=pd.concat(list(whole.values())))


class SetLimit(Intervention, kind="set_limit"):
    """A limit changes: the keys of `limit` are exchanged, the others hold on.

    `within` exchanges the metres from which a limit on a share of pupils counts, in the same way.
    With `binding` nobody is seated above the limits given here; without, crowding is allowed
    again. `side` is on which side of the limit it is passed. Both stay as they were where they
    are not given. Limits lie within the bounds of `district.limits`.
    """

    words = Label("{year} 年起{code}限值改为：{limit}。", "Limit {code} from {year} on: {limit}.")

    code: Text
    limit: Annotated[dict[Text, Number], Field(min_length=1)] | None = None
    within: Annotated[dict[Text, Number], Field(min_length=1)] | None = None
    binding: Switch | None = None
    side: Side | None = None

    @model_validator(mode="after")
    def _check_fields(self) -> Self:
        if self.limit is None and self.within is None:
            raise ValueError("needs limit, or within where a share of pupils is limited")
        return self

    def phrase(self, language: str, names: Mapping[str, str]) -> dict[str, object]:
        """Return each field in words; the metres of `within` stand after the limits."""
        words = super().phrase(language, names)
        far = {"zh": "按 {} 米以外计", "en": "counted beyond {} m"}[language]
        told = [words["limit"]] if self.limit else []
        told += [far.format(words["within"])] if self.within else []
        return words | {"limit": {"zh": "，", "en": ", "}[language].join(map(str, told))}

    def amend(self, standards: Standards) -> Standards:
        """Add a version of the standard that is in force from `year` on."""
        self._check(standards)
        old = standards.standard(self.code, self.year)
        if old is None:
            raise ScenarioError(f"{self.code} is not in force in {self.year}")
        faults = [*find_limit_faults(old.indicator, self.limit or {})]
        faults += find_within_faults(old.indicator, self.within) if self.within else []
        if faults:
            raise ScenarioError(f"{self.code}: {fault}" for fault in faults)
        if old.role and self.side == "below":
            raise ScenarioError(
                f"{self.code}: side below; want above for a limit that seats or large classes are "
                "counted by"
            )
        new = replace(
            old,
            limit={**old.limit, **(self.limit or {})},
            within={**old.within, **(self.within or {})},
            since=self.year,
            source=self.source,
            source_zh=self.source_zh,
            checked="seen",
            side=self.side or old.side,
            binding=self._bind(old),
        )
        kept = [
            item for item in standards.standards if (item.code, item.since) != (new.code, new.since)
        ]
        place = kept.index(old) + 1 if old in kept else len(kept)
        return standards.replace(standards=(*kept[:place], new, *kept[place:]))

    def _bind(self, old: Standard) -> tuple[str, ...]:
        """Return the keys of the limit that bind from `year` on."""
        if self.binding is None:
            return old.binding
        own = self.limit or {}
        others = [key for key in old.binding if key not in own]
        return (*others, *own) if self.binding else tuple(others)

    def _check(self, standards: Standards) -> None:
        codes = dict.fromkeys(item.code for item in standards.standards)
        if self.code not in codes:
            raise ScenarioError(f"no standard is called {self.code}{suggest(self.code, codes)}")
        stages = [stage.code for stage in standards.stages]
        known = [*stages, *standards.grades, *standards.kinds, *SETTINGS, "all"]
        unknown = [key for key in {**(self.limit or {}), **(self.within or {})} if key not in known]
        if unknown:
            raise ScenarioError(
                f"no stage, grade, kind or setting is called {key}{suggest(key, known)}"
                for key in unknown
            )
