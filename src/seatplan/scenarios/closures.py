"""Schools that close: Close, and Merge into another school."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from sys import float_info
from typing import Annotated, Any, Literal, Self

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, model_validator

from seatplan.district.district import District
from seatplan.district.order import order_places
from seatplan.district.stages import Label
from seatplan.district.timelines import add_rooms, hand_over, select_in_force, zone_blocks
from seatplan.errors import ScenarioError
from seatplan.scenarios.steps import (
    Intervention,
    Number,
    Switch,
    Text,
    Texts,
    Whole,
    check_open,
    count_rooms,
    list_open,
)
from seatplan.travel.costs import TravelCosts, measure_travel, school_distances

LOG = logging.getLogger(__name__)
TRAITS = {
    "setting": Label("位于", "setting"),
    "kind": Label("类别", "kind"),
    "run_by": Label("举办者", "run by"),
    "pupils_under": Label("学生数少于", "pupils under"),
    "urban": Label("城区", "urban"),
    "town": Label("镇区", "town"),
    "rural": Label("乡村", "rural"),
    "district": Label("区属", "district"),
    "municipal": Label("市属", "municipal"),
    "private": Label("民办", "private"),
}
NEAREST = "nearest"
FARTHEST = float_info.max  # any way there is; inf means that no road leads there


class Close(Intervention, kind="close"):
    """A school closes; from then on its blocks go to the nearest public school of the stage.

    In a lottery zone they stay in the zone while another of its schools is open.
    """

    words = Label("{year} 年关闭{school}。", "{school} closes in {year}.")

    school: Text

    def apply(self, district: District) -> District:
        """Close the school and leave its blocks without a catchment of their own."""
        check_open(district, self.school, self.year)
        closed = _set_closing(district, [self.school], self.year)
        catchments = hand_over(district.catchments, self.school, self.year, None)
        for stage, partner in self._find_partners(closed).items():
            held = select_in_force(district.catchments, self.year).xs(stage, level="stage")
            blocks = list(held.index[held == self.school])
            catchments = zone_blocks(catchments, blocks, stage, self.year, partner)
        return closed.replace(catchments=catchments)

    def _find_partners(self, district: District) -> dict[str, str]:
        """Return an open school of its lottery zone, by stage."""
        held = select_in_force(district.lotteries, self.year)
        own = held[(held.index.get_level_values("school") == self.school) & (held != "")]
        still = held[held.index.isin(list_open(district, self.year), "school")]
        stages = still.index.get_level_values("stage")
        schools = still.index.get_level_values("school")
        return {
            stage: school
            for stage, school, zone in zip(stages, schools, still, strict=True)
            if zone == own.get((stage, self.school))
        }


class Where(BaseModel):
    """Which public schools a step means, by what they are in the base year.

    Schools that a plan opens, or that are to close already, are never meant.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    setting: Literal["urban", "town", "rural"] | None = None
    kind: Text | None = None
    run_by: Literal["district", "municipal", "private"] | None = None
    pupils_under: Annotated[Whole, Field(ge=1)] | None = None

    def __str__(self) -> str:
        """List what is asked for: "setting rural, pupils_under 100"."""
        given = self.model_dump(exclude_none=True).items()
        return ", ".join(f"{key} {value}" for key, value in given)

    def describe(self, language: str, names: Mapping[str, str]) -> str:
        """Say in "zh" or "en" which schools are meant."""
        words = {key: label.of(language) for key, label in TRAITS.items()} | dict(names)
        given = self.model_dump(exclude_none=True).items()
        terms = [f"{words[key]} {words.get(str(value), value)}" for key, value in given]
        return (
            f"Schools ({', '.join(terms)})" if language == "en" else f"学校（{'，'.join(terms)}）"
        )

    def select(self, district: District, year: int) -> list[str]:
        """Return the schools open in `year` that fit, in the district's order."""
        schools = district.schools.loc[list_open(district, year)]
        since = schools.opened.fillna(district.base_year)
        fits = (schools.ownership == "public") & (since <= district.base_year)
        fits &= schools.closes.isna()
        for column in ("setting", "kind", "run_by"):
            wanted = getattr(self, column)
            if wanted is not None:
                fits &= schools[column] == wanted
        if self.pupils_under is not None:
            now = district.rolls.index.isin([district.base_year], "year")
            pupils = district.rolls.pupils[now].groupby(level="school").sum().reindex(schools.index)
            fits &= (pupils < self.pupils_under).fillna(False)
        return list(schools.index[fits.to_numpy(dtype=bool)])


class Merge(Intervention, kind="merge"):
    """Schools close and their pupils go on at another: `into` one school, or each the nearest.

    The nearest is the next by road that is open, of the same ownership, teaches the same stages
    and does not merge itself, at most `within_m` metres from the school and from every block of its
    catchment. A school of `schools` without one is refused; one of `where` is left as it is, and
    the log says so. With `keep_classrooms` the campus stays: its rooms go to the receiving school.
    """

    words = Label("{year} 年{schools}并入{into}。", "{schools}: merged into {into} in {year}.")

    schools: Texts | None = None
    where: Where | None = None
    into: Text = NEAREST
    within_m: Annotated[Number, Field(gt=0)] | None = None
    keep_classrooms: Switch = False

    @model_validator(mode="after")
    def _check_fields(self) -> Self:
        if (self.schools is None) == (self.where is None):
            raise ValueError('needs one of schools = ["P07"] and where = {setting = "rural"}')
        if self.into in (self.schools or ()):
            raise ValueError(f"cannot merge {self.into} into itself")
        twice = [school for school in self.schools or () if (self.schools or ()).count(school) > 1]
        if twice:
            raise ValueError(f"names {twice[0]} twice")
        return self

    def list_schools(self) -> set[str]:
        """Return the ids of the schools that this step names."""
        return {*(self.schools or ()), self.into} - {NEAREST}

    def apply(self, district: District) -> District:
        """Close the schools and hand their pupils, blocks and perhaps rooms on."""
        heirs = self.find_heirs(district)
        merged = _set_closing(district, list(heirs), self.year)
        rooms, catchments = district.classrooms, district.catchments
        for school, heir in heirs.items():
            catchments = hand_over(catchments, school, self.year, heir)
            if self.keep_classrooms:
                rooms = add_rooms(rooms, heir, self.year, count_rooms(district, school, self.year))
        successors = pd.DataFrame(
            {"into": list(heirs.values()), "year": self.year},
            index=pd.Index(list(heirs), name="school", dtype=str),
        )
        if len(district.successors):
            successors = pd.concat([district.successors, successors])
        return merged.replace(classrooms=rooms, catchments=catchments, successors=successors)

    def find_heirs(self, district: District) -> dict[str, str]:
        """Return the receiving school of each school that merges.

        Raises ScenarioError where a named school has none, or where nothing is left to merge.
        """
        merging = self._list_merging(district)
        taught = _list_taught(district, self.year)
        metres = school_distances(district).iloc[order_places(district.schools)].round(6)
        ways = measure_travel(district)
        heirs: dict[str, str] = {}
        problems: list[str] = []
        for school in merging:
            fit = self._list_receivers(district, school, taught.drop(merging))
            near = metres[school][metres.index.isin(fit)].sort_values(kind="stable")
            reached = near[near <= (self.within_m or FARTHEST)]
            homes = self._list_homes(district, school)
            far = self._measure_homes(ways, homes, reached.index)
            near_homes = far.index[far <= (self.within_m or FARTHEST)]
            if len(near_homes):
                heirs[school] = str(near_homes[0])
            elif len(far):
                problems.append(self._explain_homes(school, far))
            else:
                problems.append(self._explain(school, near))
        if problems and (self.schools or not heirs):
            raise ScenarioError(problems)
        for problem in problems:
            LOG.warning("merge, %s: %s; it stays open", self.year, problem)
        return heirs

    def phrase(self, language: str, names: Mapping[str, str]) -> dict[str, object]:
        """Say which schools, and "the nearest" in words."""
        words = super().phrase(language, names)
        if self.into == NEAREST:
            words["into"] = "the nearest school" if language == "en" else "最近的学校"
        if self.where is not None:
            words["schools"] = self.where.describe(language, names)
        return words

    def _list_merging(self, district: District) -> list[str]:
        if self.where is None:
            for school in self.list_schools():
                check_open(district, school, self.year)
            return list(self.schools or ())
        if self.into != NEAREST:
            check_open(district, self.into, self.year)
        found = [school for school in self.where.select(district, self.year) if school != self.into]
        if not found:
            raise ScenarioError(f"no open public school fits {self.where}")
        return found

    def _list_receivers(self, district: District, school: str, taught: pd.Series[Any]) -> list[str]:
        """Return those of `taught` that could take in `school`; `into` alone where it is named."""
        stages = set(count_rooms(district, school, self.year))
        if self.into != NEAREST:
            missing = stages - set(count_rooms(district, self.into, self.year))
            if missing:
                raise ScenarioError(
                    f"school {self.into} does not teach {', '.join(sorted(missing))}, "
                    f"as {school} does"
                )
            return [self.into]
        owned = district.schools.ownership
        alike = taught[owned[taught.index] == owned[school]]
        return [str(other) for other, offered in alike.items() if stages <= offered]

    def _list_homes(self, district: District, school: str) -> list[str]:
        """Return the blocks in the catchment of a school in the year of the step."""
        held = select_in_force(district.catchments, self.year)
        return sorted(set(held.index[held == school].get_level_values("block")))

    def _measure_homes(
        self, ways: TravelCosts, homes: list[str], schools: pd.Index
    ) -> pd.Series[float]:
        """Return the longest way from any of the homes to each school, metres; 0 without homes."""
        if self.within_m is None or not homes or schools.empty:
            return pd.Series(0.0, schools)
        block = np.repeat(ways.homes.points.get_indexer(pd.Index(homes)), len(schools))
        school = np.tile(ways.gates.points.get_indexer(schools), len(homes))
        metres = ways.pair_metres(block, school).reshape(len(homes), len(schools))
        return pd.Series(metres.max(axis=0), schools)

    def _explain_homes(self, school: str, far: pd.Series[float]) -> str:
        return (
            f"some homes of {school} are more than {self.within_m:,.0f} m from every school that "
            f"could take it in; to {far.idxmin()} the longest way is {far.min():,.0f} m"
        )

    def _explain(self, school: str, near: pd.Series[float]) -> str:
        if near.empty:
            return f"no other open school of its ownership teaches all that {school} does"
        if near.iloc[0] > FARTHEST:
            return f"no road leads from {school} to a school that could take it in"
        return (
            f"no school to take {school} in within {self.within_m:,.0f} m; "
            f"the nearest, {near.index[0]}, is {near.iloc[0]:,.0f} m away"
        )


def _list_taught(district: District, year: int) -> pd.Series[Any]:
    """Return the set of stages that each school open in `year` has rooms for."""
    held = select_in_force(district.classrooms, year)
    taught: dict[str, set[str]] = {school: set() for school in list_open(district, year)}
    for school, stage in held.index[held > 0]:
        if school in taught:
            taught[school].add(stage)
    return pd.Series(taught)


def _set_closing(district: District, schools: list[str], year: int) -> District:
    """Return the district with `schools` closed from `year` on."""
    table = district.schools
    planned = table.closes[schools].dropna()
    if len(planned):
        raise ScenarioError(
            f"school {school} closes in {closes:.0f} already; {year} would close it twice"
            for school, closes in planned.items()
        )
    opened = table.opened[schools].dropna()
    young = opened.index[opened >= year]
    if len(young):
        raise ScenarioError(f"school {young[0]} opens in {year}; it cannot close that year")
    return district.replace(
        schools=table.assign(closes=table.closes.mask(table.index.isin(schools), year))
    )
