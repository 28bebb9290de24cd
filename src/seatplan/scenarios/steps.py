"""What every step of a plan is: a year, a source, and a change to the district or its limits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Annotated, Any, ClassVar

import geopandas as gpd
import numpy as np
import pandas as pd
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from shapely.geometry import Point

from seatplan.district.district import District
from seatplan.district.places import SHIFT_M
from seatplan.district.stages import Label
from seatplan.district.standards import Standards
from seatplan.district.timelines import select_in_force
from seatplan.errors import ScenarioError
from seatplan.files import suggest

ONE_PLACE_M = 1.0  # points nearer than this are one and the same place
KINDS: dict[str, type[Intervention]] = {}
AS_CODES: Mapping[str, str] = MappingProxyType({})  # names that call everything by its code


def _plain(value: Any) -> Any:
    """Turn an array, an index or a numpy number into plain Python."""
    return value.tolist() if hasattr(value, "tolist") else value


def _check_place(place: tuple[float, float]) -> tuple[float, float]:
    longitude, latitude = place
    if not (abs(longitude) <= 180 and abs(latitude) <= 90):
        raise ValueError(f"takes [longitude, latitude] in degrees; got [{longitude}, {latitude}]")
    return place


Text = Annotated[str, Field(strict=True, pattern=r"\S")]
Texts = Annotated[tuple[Text, ...], BeforeValidator(_plain), Field(min_length=1)]
Whole = Annotated[int, BeforeValidator(_plain), Field(strict=True)]
Number = Annotated[float, BeforeValidator(_plain), Field(strict=True, allow_inf_nan=False)]
Switch = Annotated[bool, BeforeValidator(_plain), Field(strict=True)]
Place = Annotated[  # longitude, latitude, WGS-84
    tuple[Number, Number], BeforeValidator(_plain), AfterValidator(_check_place)
]
NewRooms = Annotated[dict[Text, Annotated[Whole, Field(ge=1, le=1000)]], Field(min_length=1)]
MoreRooms = Annotated[dict[Text, Annotated[Whole, Field(ge=-1000, le=1000)]], Field(min_length=1)]


class Intervention(BaseModel):
    """One step of a plan, in force from the autumn of `year` on; `source` says who decided it.

    `source_zh` says so in Chinese outputs; "" where it is not written apart.

    A kind of intervention is a subclass that names its kind, says in `words` what it does, and
    overrides `apply`, `amend` or both. Each raises ScenarioError in a sentence that does not yet
    name the file: Scenario adds that.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: ClassVar[str] = ""
    words: ClassVar[Label]

    year: Whole
    source: Text
    source_zh: str = Field(default="", strict=True)

    def __init_subclass__(cls, *, kind: str) -> None:
        """Enter the class into KINDS."""
        super().__init_subclass__()
        cls.kind = kind
        KINDS[kind] = cls

    def apply(self, district: District) -> District:
        """Return the district as this step leaves it."""
        return district

    def amend(self, standards: Standards) -> Standards:
        """Return the standards as this step leaves them."""
        return standards

    def cite(self, language: str) -> str:
        """Return the source in a language ("zh" or "en"), as it is written apart or for both."""
        return (self.source_zh if language == "zh" else "") or self.source

    def list_schools(self) -> set[str]:
        """Return the ids of the schools that this step names."""
        named = {getattr(self, field, None) for field in ("school", "into")}
        return {*named, *getattr(self, "schools", ())} - {None, "nearest"}

    def describe(self, language: str, names: Mapping[str, str] = AS_CODES) -> str:
        """Say in one sentence, in "zh" or "en", what this step does.

        `names` calls schools, stages, blocks and standards by name; by their code where it is
        silent.
        """
        return self.words.fill(language, self.phrase(language, names))

    def phrase(self, language: str, names: Mapping[str, str]) -> dict[str, object]:
        """Return each field as the words that `words` puts in its place."""
        comma = ", " if language == "en" else "、"

        def word(value: object) -> object:
            if isinstance(value, str):
                return names.get(value, value)
            if isinstance(value, dict):
                return comma.join(f"{word(key)} {word(item)}" for key, item in value.items())
            if isinstance(value, tuple):
                return comma.join(str(word(item)) for item in value)
            return f"{value:g}" if isinstance(value, float) else value

        return {field: word(value) for field, value in self}


def check_open(district: District, school: str, year: int) -> None:
    """Refuse a school that does not exist, has not opened by `year` or is closed by then."""
    if school not in district.schools.index:
        raise ScenarioError(
            f"no school is called {school}{suggest(school, district.schools.index)}"
        )
    opened, closes = district.schools.loc[school, ["opened", "closes"]]
    if pd.notna(opened) and opened > year:
        raise ScenarioError(f"school {school} opens only in {opened:.0f}, after {year}")
    if pd.notna(closes) and closes <= year:
        raise ScenarioError(f"school {school} is closed from {closes:.0f} on; {year} is too late")


def list_open(district: District, year: int) -> pd.Index[str]:
    """Return the schools that are open in `year`."""
    schools = district.schools
    opened = schools.opened.isna() | (schools.opened <= year).fillna(False)
    closed = schools.closes.notna() & (schools.closes <= year).fillna(False)
    names: pd.Index[str] = schools.index[(opened & ~closed).to_numpy(dtype=bool)]
    return names


def count_rooms(district: District, school: str, year: int) -> dict[str, int]:
    """Return the rooms of each stage that `school` teaches in `year`."""
    held = select_in_force(district.classrooms, year)
    own = held[(held.index.get_level_values("school") == school) & (held > 0)].droplevel("school")
    return {str(stage): int(rooms) for stage, rooms in own.items()}


def check_stages(district: District, stages: Iterable[str]) -> None:
    """Refuse a stage that the district does not have."""
    levels = (district.take_up.index, district.classrooms.index)
    known = dict.fromkeys(stage for index in levels for stage in index.unique("stage"))
    unknown = [stage for stage in stages if stage not in known]
    if unknown:
        raise ScenarioError(
            f"no stage is called {stage}{suggest(stage, known)}" for stage in unknown
        )


def check_taught(district: District, school: str, stage: str, year: int) -> None:
    """Refuse a stage that `school` has no rooms for in `year`."""
    check_stages(district, [stage])
    taught = count_rooms(district, school, year)
    if stage not in taught:
        raise ScenarioError(
            f"school {school} does not teach {stage} in {year}{suggest(stage, taught)}"
        )


def check_blocks(district: District, blocks: Iterable[str]) -> None:
    """Refuse blocks that the district does not have."""
    known = district.blocks.index
    unknown = [block for block in blocks if block not in known]
    if unknown:
        raise ScenarioError(
            f"no block is called {block}{suggest(block, known)}" for block in unknown
        )


def check_zoned(district: District, stages: Iterable[str]) -> None:
    """Refuse a stage that has no catchments in the district."""
    zoned = district.catchments.index.unique("stage")
    idle = [stage for stage in stages if len(zoned) and stage not in zoned]
    if idle:
        raise ScenarioError(f"{stage} has no catchments{suggest(stage, zoned)}" for stage in idle)


def project(district: District, places: Iterable[tuple[float, float]]) -> list[Point]:
    """Turn longitudes and latitudes (WGS-84) into points in the district's metres."""
    points = gpd.GeoSeries([Point(place) for place in places], crs="EPSG:4326")
    return list(points.to_crs(district.blocks.crs))


def find_block(district: District, point: Point) -> str | None:
    """Return the block that `point` lies in, or None outside the district."""
    hits = np.sort(district.blocks.sindex.query(point, predicate="intersects"))
    return str(district.blocks.index[hits[0]]) if len(hits) else None


def find_nearest_block(district: District, point: Point) -> str | None:
    """Return the block that `point` lies in or nearest to; None far outside the district.

    A site at the edge, as `check` tells and takes it, belongs to the block beside it.
    """
    away = district.blocks.distance(point)
    return str(away.idxmin()) if away.min() <= SHIFT_M else None
