"""Survey: one stage laid out for siting: pupils, seats that stand, sites, sizes and ways."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from seatplan.district.standards import Standard
from seatplan.errors import InputError
from seatplan.labels import Floats, Ints, to_array
from seatplan.outcome import Outcome
from seatplan.siting.reach import measure_reach
from seatplan.travel.network import measure_walks, snap_points

TAKEN_M = 1.0  # a site nearer than this to a school is where that school stands


@dataclass(frozen=True)
class Survey:
    """One stage of an outcome, as arrays; blocks, schools, sites, sizes and years by position.

    Parameters
    ----------
    outcome, stage
        What it was made from.
    years
        The years in which a school may open, and over which shortage and walking are summed.
    schools
        Schools open to all that teach the stage. Schools that are not (private ones without a
        catchment) are left out, and so are the pupils who attend them in the outcome.
    sites
        Candidates with at least one size on offer.
    metres
        (blocks, schools + sites) ways.
    reach
        (blocks,) metres within which a seat counts.
    pupils
        (blocks, years of the district).
    seats
        (schools, years of the district).
    sizes
        (sites, sizes) classrooms, ascending; 0 where a size is not on offer.
    per_class
        Seats that one classroom gives: the least over `years`.
    earliest
        (sites,) first of `years`, by position, in which the site is free.
    near
        (sites, sites) whether two sites are nearer than schools may stand to each other.
    excluded
        site, classrooms, reason: what is not on offer and why.
    """

    outcome: Outcome
    stage: str
    years: list[int]
    schools: pd.Index
    sites: pd.Index
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
        """(blocks, schools + sites) ways in reach; inf beyond it."""
        return np.where(self.metres <= self.reach[:, None] * (1 + 1e-9), self.metres, np.inf)

    @property
    def new_seats(self) -> Floats:
        """(sites, sizes) seats; 0 where a size is not on offer."""
        return np.asarray(self.sizes * self.per_class, np.float64)


def survey_sites(
    outcome: Outcome,
    stage: str,
    classrooms: Sequence[int],
    years: Sequence[int],
    *,
    reach: Floats | None = None,
    least_apart: float = 0.0,
    land_per_pupil: float = 0.0,
) -> Survey:
    """Lay out one stage for siting, with what each site may carry.

    Parameters
    ----------
    reach
        (blocks,) metres; `measure_reach` where left out.
    least_apart
        Least straight distance between two schools of the stage, metres.
    land_per_pupil
        Site area that each seat needs, m2; 0 leaves it to `max_classrooms` of the site.

    Raises
    ------
    InputError
        No such stage; years outside the forecast; no site can carry any of the sizes.
    """
    _check_question(outcome, stage, classrooms, years)
    district = outcome.district
    open_years = sorted(set(years))
    per_class = min(outcome.standards.seats_per_class(stage, year) for year in open_years)
    schools, seats = _list_standing(outcome, stage)
    sizes, excluded = _offer_sizes(
        outcome, stage, sorted(set(classrooms)), open_years, per_class, least_apart, land_per_pupil
    )
    offered = district.sites.index[(sizes > 0).any(axis=1)]
    if offered.empty:
        reasons = excluded.reason.value_counts()
        raise InputError(
            f"siting: no site can carry a {stage} of {_join(sorted(set(classrooms)))} classrooms: "
            + "; ".join(f"{reason} ({count})" for reason, count in reasons.items())
        )
    sites = district.sites.loc[offered]
    gates = snap_points(outcome.costs.network, sites.geometry)
    to_sites = measure_walks(outcome.costs.network, outcome.costs.homes, gates)
    free = np.searchsorted(open_years, sites.earliest_year.to_numpy(float))
    points = sites.geometry.to_numpy()
    return Survey(
        outcome=outcome,
        stage=stage,
        years=open_years,
        schools=schools,
        sites=offered,
        metres=np.hstack([outcome.costs.metres[schools].to_numpy(), to_sites]),
        reach=measure_reach(outcome, stage) if reach is None else reach,
        pupils=_count_pupils(outcome, stage, schools),
        seats=seats,
        sizes=sizes[(sizes > 0).any(axis=1)],
        per_class=per_class,
        earliest=free.astype(np.int64),
        near=np.array([[a.distance(b) < least_apart for b in points] for a in points]),
        excluded=excluded,
    )


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


def _offer_sizes(
    outcome: Outcome,
    stage: str,
    classrooms: list[int],
    years: list[int],
    per_class: float,
    least_apart: float,
    land_per_pupil: float,
) -> tuple[Ints, pd.DataFrame]:
    """Return the sizes (all sites, sizes), 0 where not on offer, and why they are not."""
    district = outcome.district
    sites, most = district.sites, _find_most_pupils(outcome, stage, years[0])
    taught = pd.Index(outcome.seats.table.xs(stage, level="stage").index.unique("school"))
    stands = district.schools.geometry[taught]
    everywhere = district.schools.geometry
    reasons = []
    for site in sites.itertuples():
        whole = []
        if stage not in str(site.stages).split():
            whole.append(f"the site is not for {stage}")
        if float(site.earliest_year) > years[-1]:
            whole.append(f"the site is free only after {years[-1]}")
        if everywhere.distance(site.geometry).min() < TAKEN_M:
            whole.append("a school stands there")
        elif stands.distance(site.geometry).min() < least_apart:
            whole.append(f"a school stands within {least_apart:g} m")
        for rooms in classrooms:
            seats = rooms * per_class
            reason = list(whole)
            if rooms > float(site.max_classrooms):
                reason.append("more classrooms than the site's maximum")
            if seats * land_per_pupil > float(site.land_m2):
                reason.append(f"less than {land_per_pupil:g} m2 of land for each pupil")
            if seats > most:
                reason.append(f"more than {most:g} pupils, the standard's school size")
            reasons.append((site.Index, rooms, reason[0] if reason else ""))
    table = pd.DataFrame(reasons, columns=["site", "classrooms", "reason"])
    allowed = (table.reason == "").to_numpy().reshape(len(sites), len(classrooms))
    sizes = np.where(allowed, np.array(classrooms), 0)
    return sizes, table[table.reason != ""].reset_index(drop=True)


def _find_most_pupils(outcome: Outcome, stage: str, year: int) -> float:
    """Return the largest school that any standard on school size allows; inf without one."""
    codes = {
        item.code
        for item in outcome.standards.standards
        if item.indicator == "school_size" and item.side == "above"
    }
    found: list[Standard | None] = [outcome.standards.standard(code, year) for code in codes]
    limits = [standard.limit_for(stage) for standard in found if standard]
    return min((limit for limit in limits if limit is not None), default=np.inf)


def _join(values: Sequence[int]) -> str:
    return ", ".join(str(value) for value in values)
