"""Survey: one stage laid out for siting: pupils, seats that stand, places, sizes and ways."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from seatplan.errors import InputError
from seatplan.labels import Floats, Ints, to_array
from seatplan.outcome import Outcome
from seatplan.siting.extensions import (
    PLACE,
    TERMS,
    Extensions,
    Kind,
    list_extensions,
)
from seatplan.siting.offer import list_excluded, offer_sizes
from seatplan.siting.reach import measure_reach
from seatplan.travel.walks import measure_walks, snap_points


@dataclass(frozen=True)
class Survey:
    """One stage of an outcome, as arrays; blocks, schools, places, sizes and years by position.

    Parameters
    ----------
    outcome, stage
        What it was made from.
    years
        The years in which a school may open, and over which shortage and walking are summed.
    schools
        Schools open to all that teach the stage. Schools that are not (private ones without a
        catchment) are left out, and so are the pupils who attend them in the outcome.
    places
        Where rooms may be added, with at least one size on offer, index `place`: kind ("new",
        "expand" or "convert"), at (the site, or the school that gains rooms), from_stage (that
        gives them up, "" unless "convert"), price (of a room, relative to one in a new school).
    metres
        (blocks, schools + places) ways; to an extension those to its school.
    reach
        (blocks,) metres within which a seat counts.
    pupils
        (blocks, years of the district).
    seats
        (schools, years of the district).
    sizes
        (places, sizes) classrooms, ascending; 0 where a size is not on offer.
    per_class
        Seats that one classroom gives: the least over `years`.
    earliest
        (places,) first of `years`, by position, in which rooms may be added.
    near
        (places, places) whether only one may be chosen: sites nearer to each other than schools may
        stand, or two extensions of one school.
    excluded
        place, classrooms, reason: what is not on offer and why.
    """

    outcome: Outcome
    stage: str
    years: list[int]
    schools: pd.Index
    places: pd.DataFrame
    metres: Floats
    reach: Floats
    pupils: Floats
    seats: Floats
    sizes: Ints
    per_class: float
    earliest: Ints
    near: npt.NDArray[np.bool_]
    excluded: pd.DataFrame

    @property
    def columns(self) -> list[int]:
        """The place of each of `years` among the years of the district."""
        return [year - self.outcome.district.base_year for year in self.years]

    @property
    def ways(self) -> Floats:
        """(blocks, schools + places) ways in reach; inf beyond it."""
        return np.where(self.metres <= self.reach[:, None] * (1 + 1e-9), self.metres, np.inf)

    @property
    def new_seats(self) -> Floats:
        """(places, sizes) seats; 0 where a size is not on offer."""
        return np.asarray(self.sizes * self.per_class, np.float64)

    @property
    def is_new(self) -> npt.NDArray[np.bool_]:
        """(places,) whether the place is a site for a new school."""
        return (self.places.kind == "new").to_numpy(bool)

    @property
    def host(self) -> Ints:
        """(places,) the school, by position, that gains the rooms; -1 for a new one."""
        schools = self.schools.get_indexer(pd.Index(self.places["at"]))
        return np.where(self.is_new, -1, schools).astype(np.int64)


def survey_sites(
    outcome: Outcome,
    stage: str,
    classrooms: Sequence[int],
    years: Sequence[int],
    *,
    reach: Floats | None = None,
    least_apart: float = 0.0,
    land_per_pupil: float = 0.0,
    kinds: Collection[Kind] = (),
    extensions: Extensions = TERMS,
) -> Survey:
    """Lay out one stage for siting, with what each place may carry.

    Parameters
    ----------
    reach
        (blocks,) metres; `measure_reach` where left out.
    least_apart
        Least straight distance between two schools of the stage, metres.
    land_per_pupil
        Site area that each seat needs, m2; 0 leaves it to `max_classrooms` of the site.
    kinds, extensions
        Which extensions of schools that stand compete with new ones, and on which terms.

    Raises
    ------
    InputError
        No such stage; years outside the forecast; nothing that can carry any of the sizes.
    """
    _check_question(outcome, stage, classrooms, years)
    open_years = sorted(set(years))
    per_class = min(outcome.standards.seats_per_class(stage, year) for year in open_years)
    schools, seats = _list_standing(outcome, stage)
    added = list_extensions(outcome, stage, schools, open_years, kinds, extensions, land_per_pupil)
    land = (least_apart, land_per_pupil)
    sizes, reasons = offer_sizes(
        outcome, stage, classrooms, open_years, per_class, land, kinds, added, extensions
    )
    sites, chosen = _choose_places(outcome, reasons, added)
    gates = snap_points(outcome.costs.network, sites.geometry)
    ways = outcome.ways_of(stage).metres[schools].to_numpy()
    return Survey(
        outcome=outcome,
        stage=stage,
        years=open_years,
        schools=schools,
        places=_lay_places(sites, chosen),
        metres=np.hstack(
            [
                ways,
                measure_walks(outcome.costs.network, outcome.costs.homes, gates),
                ways[:, schools.get_indexer(pd.Index(chosen["at"]))],
            ]
        ),
        reach=measure_reach(outcome, stage) if reach is None else reach,
        pupils=_count_pupils(outcome, stage, schools),
        seats=seats,
        sizes=np.where(reasons.loc[[*sites.index, *chosen.index]] == "", sizes, 0),
        per_class=per_class,
        earliest=np.append(
            np.searchsorted(open_years, sites.earliest_year.to_numpy(float)),
            np.zeros(len(chosen)),
        ).astype(np.int64),
        near=_find_clashes(sites, chosen, least_apart),
        excluded=list_excluded(reasons),
    )


def _choose_places(
    outcome: Outcome, reasons: pd.DataFrame, added: pd.DataFrame
) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """Return the sites and the extensions with a size on offer."""
    offered = reasons.index[(reasons == "").any(axis=1)]
    extended = offered.isin(added.index)
    return outcome.district.sites.loc[offered[~extended]], added.loc[offered[extended]]


def _lay_places(sites: gpd.GeoDataFrame, chosen: pd.DataFrame) -> pd.DataFrame:
    """Return the table of places: the sites, then the extensions."""
    new = {"kind": "new", "at": sites.index, "from_stage": "", "price": 1.0}
    table = pd.DataFrame(new, index=sites.index.rename("place"))
    return pd.concat([table, chosen[PLACE]]) if len(chosen) else table


def _check_question(
    outcome: Outcome, stage: str, classrooms: Sequence[int], years: Sequence[int]
) -> None:
    district = outcome.district
    known = [item.code for item in outcome.standards.stages]
    problems = []
    if stage not in known:
        problems.append(f"siting: no stage is called {stage}; there is {', '.join(known)}")
    if not classrooms or min(classrooms) < 1:
        problems.append("siting: classrooms takes one size or more, each at least 1")
    outside = [year for year in years if not district.base_year < year <= district.horizon]
    if outside or not years:
        problems.append(
            f"siting: years should lie from {district.base_year + 1} to {district.horizon}; "
            f"got {_join(outside) or 'none'}"
        )
    if problems:
        raise InputError(problems)


def _list_standing(outcome: Outcome, stage: str) -> tuple[pd.Index, Floats]:
    """Return the schools open to all that teach the stage, and their seats (schools, years)."""
    district = outcome.district
    seats = outcome.seats.table.seats.xs(stage, level="stage").unstack("year")
    zoned = outcome.catchments.zones.xs(stage, level="stage").unique()
    schools = district.schools.index[district.schools.index.isin(seats.index)]
    is_open = (district.schools.ownership[schools] != "private") | schools.isin(zoned)
    schools = schools[is_open.to_numpy()]
    return schools, seats.loc[schools, district.years].to_numpy(float)


def _count_pupils(outcome: Outcome, stage: str, schools: pd.Index) -> Floats:
    """Return the pupils (blocks, years) who do not attend a school that is not open to all."""
    district = outcome.district
    axes = {
        "block": district.blocks.index,
        "grade": [grade.code for grade in outcome.standards.stage(stage).grades],
        "year": district.years,
    }
    attending = outcome.assignment.pupils
    apart = ~attending.index.get_level_values("school").isin(schools)
    elsewhere = to_array(attending[apart], **axes)
    pupils = to_array(outcome.forecast.pupils, **axes) - elsewhere
    total: Floats = np.maximum(pupils, 0.0).sum(axis=1)
    return total


def _find_clashes(
    sites: gpd.GeoDataFrame, added: pd.DataFrame, least_apart: float
) -> npt.NDArray[np.bool_]:
    """Return which two places may not both be chosen."""
    points, schools = sites.geometry.to_numpy(), added["at"].to_numpy()
    near = np.zeros((len(points) + len(schools),) * 2, np.bool_)
    new, old = slice(len(points)), slice(len(points), None)
    near[new, new] = [[a.distance(b) < least_apart for b in points] for a in points]
    near[old, old] = schools[:, None] == schools[None, :]
    return near


def _join(values: Sequence[int]) -> str:
    return ", ".join(str(value) for value in values)
