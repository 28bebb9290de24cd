"""Schools that open: NewSchool, and OpenEveryGrade for one that takes every grade at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, Self

import geopandas as gpd
import pandas as pd
from pydantic import model_validator
from shapely.geometry import Point

from seatplan.district.district import District
from seatplan.district.stages import Label
from seatplan.district.standards import Standards
from seatplan.district.timelines import enter, zone_blocks
from seatplan.errors import ScenarioError
from seatplan.files import suggest
from seatplan.scenarios.steps import (
    ONE_PLACE_M,
    Intervention,
    NewRooms,
    Place,
    Switch,
    Text,
    Texts,
    check_blocks,
    check_open,
    check_stages,
    check_zoned,
    find_block,
    find_nearest_block,
    list_open,
    project,
)

KIND_OF_STAGES: dict[tuple[str, ...], str] = {
    ("primary", "junior"): "nine_year",
    ("junior", "senior"): "complete_secondary",
}


class NewSchool(Intervention, kind="new_school"):
    """A school opens, at a point or on a candidate site, with `classrooms` by stage.

    `school_kind` follows from its stages where it can. `setting` is that of the block it stands
    in. `blocks` are its catchment, by stage (or one list for every stage); without them the
    blocks nearer to it than to another school fall to it, as far as its seats reach.
    """

    words = Label(
        "{year} 年新建{name}（教室：{classrooms}）。",
        "{name} opens in {year}; classrooms: {classrooms}.",
    )

    school: Text
    name: Text
    name_en: Text | None = None
    school_kind: Text | None = None
    at: Place | None = None
    site: Text | None = None
    classrooms: NewRooms
    setting: Literal["urban", "town", "rural"] | None = None
    run_by: Literal["district", "municipal", "private"] = "district"
    ownership: Literal["public", "inclusive", "private"] = "public"
    every_grade: Switch = False
    blocks: dict[Text, Texts] | None = None

    @model_validator(mode="before")
    @classmethod
    def _spread_blocks(cls, fields: Any) -> Any:
        """Give one list of blocks to every stage."""
        if not isinstance(fields, dict) or not isinstance(fields.get("classrooms"), Mapping):
            return fields
        blocks = fields.get("blocks")
        if blocks is None or isinstance(blocks, Mapping):
            return fields
        return {**fields, "blocks": dict.fromkeys(fields["classrooms"], blocks)}

    @model_validator(mode="after")
    def _check_fields(self) -> Self:
        if (self.at is None) == (self.site is None):
            raise ValueError("needs one of at = [longitude, latitude] and site")
        idle = [stage for stage in self.blocks or {} if stage not in self.classrooms]
        if idle:
            raise ValueError(f"gives blocks for {', '.join(idle)}, which has no classrooms in it")
        return self

    @property
    def kind_of_school(self) -> str | None:
        """The kind of school: as given, else as its stages have it, else None."""
        stages = tuple(self.classrooms)
        alone = stages[0] if len(stages) == 1 else None
        both = KIND_OF_STAGES.get(stages) or KIND_OF_STAGES.get(stages[::-1])
        return self.school_kind or alone or both

    def apply(self, district: District) -> District:
        """Add the school, its rooms and its catchment."""
        self._check(district)
        point = self._find_point(district)
        schools = district.schools
        catchments = district.catchments
        for stage, blocks in (self.blocks or {}).items():
            catchments = zone_blocks(catchments, list(blocks), stage, self.year, self.school)
        labels = [(self.school, stage, self.year) for stage in self.classrooms]
        key = pd.MultiIndex.from_tuples(labels, names=district.classrooms.index.names)
        rooms = pd.Series(list(self.classrooms.values()), index=key, name="classrooms")
        return district.replace(
            schools=pd.concat([schools, self._describe_row(district, point)]),
            classrooms=enter(district.classrooms, rooms),
            catchments=catchments,
        )

    def amend(self, standards: Standards) -> Standards:
        """Refuse a kind of school that the standards do not know; change nothing."""
        kind = self.kind_of_school
        if kind is None or kind not in standards.kinds:
            raise ScenarioError(
                f"no kind of school is called {kind}{suggest(str(kind), standards.kinds)}"
            )
        extra = [stage for stage in self.classrooms if stage not in standards.kinds[kind]]
        if extra:
            raise ScenarioError(f"a school of kind {kind} does not teach {', '.join(extra)}")
        return standards

    def phrase(self, language: str, names: Mapping[str, str]) -> dict[str, object]:
        """Call the school by its own name."""
        name = self.name_en if language == "en" and self.name_en else self.name
        return {**super().phrase(language, names), "name": name}

    def _check(self, district: District) -> None:
        problems = []
        if self.school in district.schools.index:
            name = district.schools.at[self.school, "name"]
            problems.append(f"the id {self.school} is taken by {name}; give the new school its own")
        if self.kind_of_school is None:
            stages = " + ".join(self.classrooms)
            problems.append(f"no kind of school follows from {stages}; give school_kind")
        blocks = [block for own in (self.blocks or {}).values() for block in own]
        checks = (
            (check_stages, self.classrooms),
            (check_zoned, self.blocks or {}),
            (check_blocks, blocks),
        )
        for check, values in checks:
            try:
                check(district, dict.fromkeys(values))
            except ScenarioError as refusal:
                problems += refusal.problems
        if problems:
            raise ScenarioError(problems)

    def _find_point(self, district: District) -> Point:
        """Return where the school stands, refusing what cannot be built there."""
        if self.site is not None:
            point = self._check_site(district)
        else:
            assert self.at is not None
            point = project(district, [self.at])[0]
            if find_block(district, point) is None:
                raise ScenarioError(
                    f"at {list(self.at)} lies outside the district{self._hint(district)}"
                )
        standing = district.schools.loc[list_open(district, self.year)]
        near = standing.index[standing.distance(point) < ONE_PLACE_M]
        if len(near):
            where = f"site {self.site}" if self.site else f"at {list(self.at or ())}"
            raise ScenarioError(f"{where} is where school {near[0]} stands; one place, one school")
        return point

    def _check_site(self, district: District) -> Point:
        sites = district.sites
        if self.site not in sites.index:
            raise ScenarioError(
                f"no site is called {self.site}{suggest(str(self.site), sites.index)}"
            )
        site = sites.loc[self.site]
        problems = []
        rooms = sum(self.classrooms.values())
        if rooms > site.max_classrooms:
            problems.append(
                f"site {self.site} has room for {site.max_classrooms:.0f} classrooms; got {rooms}"
            )
        if self.year < site.earliest_year:
            problems.append(
                f"site {self.site} is free from {site.earliest_year:.0f} on; got year {self.year}"
            )
        allowed = str(site.stages).split()
        other = [stage for stage in self.classrooms if stage not in allowed]
        if other:
            problems.append(f"site {self.site} is for {', '.join(allowed)}; got {', '.join(other)}")
        if find_nearest_block(district, site.geometry) is None:
            problems.append(f"site {self.site} lies outside the district")
        if problems:
            raise ScenarioError(problems)
        return site.geometry

    def _hint(self, district: District) -> str:
        longitude, latitude = self.at or (0.0, 0.0)
        swapped = abs(longitude) <= 90 and find_block(
            district, project(district, [(latitude, longitude)])[0]
        )
        return "; longitude comes first, then latitude" if swapped else ""

    def _describe_row(self, district: District, point: Point) -> gpd.GeoDataFrame:
        """Return the school as one row with the columns and types of `district.schools`."""
        inside = find_block(district, point)
        block = district.blocks.loc[inside or find_nearest_block(district, point)]
        values = {
            "name": self.name,
            "name_en": self.name_en or self.name,
            "kind": self.kind_of_school,
            "setting": self.setting or block.setting,
            "run_by": self.run_by,
            "ownership": self.ownership,
            "opened": self.year,
            "every_grade": self.every_grade,
            "township": block.get("township"),
            "unit": block.get("unit"),
            "land_m2": district.sites.at[self.site, "land_m2"] if self.site else None,
            "provenance": "plan",
            district.schools.geometry.name: point,
        }
        row = gpd.GeoDataFrame(
            {column: [values.get(column)] for column in district.schools.columns},
            geometry=district.schools.geometry.name,
            crs=district.schools.crs,
            index=pd.Index([self.school], name=district.schools.index.name),
        )
        return row.astype(district.schools.dtypes.to_dict())


class OpenEveryGrade(Intervention, kind="open_every_grade"):
    """A school that has yet to open takes every grade in its first year, not its entry grade."""

    words = Label(
        "{school}于 {year} 年开办时即招收各年级学生。",
        "{school} opens in {year} with every grade.",
    )

    school: Text

    def apply(self, district: District) -> District:
        """Mark the school; refuse one that opens in another year."""
        check_open(district, self.school, self.year)
        opened = district.schools.at[self.school, "opened"]
        if pd.isna(opened) or opened != self.year:
            since = "before the base year" if pd.isna(opened) else f"in {opened:.0f}"
            raise ScenarioError(f"school {self.school} opens {since}, not in {self.year}")
        marked = district.schools.every_grade.mask(district.schools.index == self.school, True)
        return district.replace(schools=district.schools.assign(every_grade=marked))
