"""Sites with areas: which places, how large, and which blocks go whole to which school.

Of all choices of at most n candidate sites the one whose catchments, whole and connected, leave the
fewest pupils without a seat and walk least. A pupil without a seat weighs as much as the longest
way in the district. The choice and its catchments are one scenario: it builds, then rezones.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from seatplan.errors import InputError, ScenarioError
from seatplan.labels import Floats, Ints
from seatplan.outcome import Outcome
from seatplan.rezoning.checks import check_terms
from seatplan.rezoning.lotteries import join_schools
from seatplan.rezoning.plan import Rezoning, describe_plan
from seatplan.rezoning.still import hold_empty
from seatplan.rezoning.terms import Asked, lay_terms
from seatplan.rezoning.town import Town, survey_town
from seatplan.scenarios.interventions import NewSchool, Rezone
from seatplan.scenarios.scenario import Scenario
from seatplan.seating.neighbours import find_homes
from seatplan.siting.proposal import make_ids, name_siting
from seatplan.siting.survey import Survey, survey_sites
from seatplan.solvers.districting import Districting
from seatplan.solvers.location.answer import Progress
from seatplan.solvers.location.siting_areas import SitedAreas, solve_siting_areas
from seatplan.solvers.stop import read_stop


@dataclass(frozen=True)
class AreaSiting:
    """New schools and the catchments of all, with a bound.

    Attributes
    ----------
    scenario
        The outcome's own steps, the new schools, then the blocks that change between schools that
        stand.
    table
        One row for each new school, index `site`: school, name, classrooms, seats, year, blocks,
        pupils (worst year), walk (mean metres).
    rezoning
        The catchments as `rezone_catchments` tells them: plan, moves, schools, shortage.
    objective, bound
        Metres a day: the walking of all pupils (mean over the years), and for each pupil without a
        seat (worst year) `pupil_m`. No choice of sites and catchments has less than the bound.
    gap
        (objective - bound) / objective.
    pupil_m
        Metres that a pupil without a seat counts as: the longest way to any school.
    drawn
        Choices of sites for which catchments were drawn.
    effort, cut_short
        Units of work done; whether the guard or the user ended the search before.
    """

    scenario: Scenario
    table: pd.DataFrame
    rezoning: Rezoning
    objective: float
    bound: float
    gap: float
    pupil_m: float
    drawn: int
    effort: float
    cut_short: bool

    def __repr__(self) -> str:
        """Say what is built, and what it comes to."""
        built = ", ".join(f"{site} {row.classrooms}" for site, row in self.table.iterrows())
        short = self.rezoning.shortage.catchment_shortage.sum()
        return f"AreaSiting({built or 'nothing'}; short {short:.0f}, gap {self.gap:.2%})"


@dataclass(frozen=True)
class _Places:
    """Candidate sites as schools of a town: names, homes, ways (block x site), and their sizes."""

    names: pd.Index
    homes: Ints
    ways: Floats
    sizes: list[Ints]


def site_areas(
    outcome: Outcome,
    *,
    n: int,
    years: Sequence[int],
    stage: str = "primary",
    classrooms: Sequence[int] = (24, 30, 36),
    land_per_pupil: float = 0.0,
    every_grade: bool = False,
    max_walk_m: float | None = None,
    max_increase_m: float | None = None,
    locked: Iterable[str] = (),
    max_size: float | None = None,
    effort: float | None = None,
    seconds: float | None = None,
    seed: int = 0,
    progress: Progress | None = None,
) -> AreaSiting:
    """Choose sites, sizes and the whole, connected catchment of every school, old and new.

    Parameters
    ----------
    n
        Most new schools.
    years
        Autumns in which the catchments are to hold, as in `rezone_catchments`; the new schools open
        in the first.
    classrooms, land_per_pupil, every_grade
        Sizes on offer, m2 of land for each pupil, and whether the schools open with every grade, as
        in `site_schools`. Each is built at the least size that holds its catchment.
    max_walk_m, max_increase_m, locked, max_size
        Limits on the catchments, as in `rezone_catchments`.
    effort, seconds, seed
        Units of work and a guard (see `solvers.location.solve_siting_areas`).
    progress
        Called with (least found, bound, units of work).

    Raises
    ------
    InputError, ScenarioError
        No site that is free in the first year, n out of range, a district with lottery zones; see
        also `survey_sites` and `rezone_catchments`.
    SolveError
        The plan does not pass `verify_plan`.
    """
    check_terms(outcome, stage, list(years), None)
    survey = survey_sites(outcome, stage, classrooms, years, land_per_pupil=land_per_pupil)
    town = join_schools(outcome, stage, survey_town(outcome, stage, list(years), max_size), ())
    places = _list_places(survey, town, n)
    wide = _add_places(survey, town, places, [int(sizes[-1]) for sizes in places.sizes])
    terms: dict[str, Any] = {
        "max_moved": None, "max_walk_m": max_walk_m, "max_increase_m": max_increase_m,
        "locked": list(locked), "groups": None,
    }  # fmt: skip
    asked = lay_terms(outcome, wide, **terms)
    pupil_m = float(wide.ways[np.isfinite(wide.ways)].max(initial=1.0))
    answer = solve_siting_areas(
        np.where(asked.allowed, wide.pupils.mean(axis=1)[:, None] * wide.ways, np.inf),
        wide.pupils.max(axis=1),
        wide.seats.min(axis=1),
        np.zeros(len(wide.schools)),
        asked.pairs,
        wide.homes,
        fixed_open=np.arange(len(town.schools)),
        max_sites=len(town.schools) + n,
        beyond=pupil_m,
        stop=read_stop(effort, seconds),
        seed=seed,
        progress=progress,
    )
    return _describe(survey, town, places, wide, asked, answer, pupil_m, every_grade)


def _list_places(survey: Survey, town: Town, n: int) -> _Places:
    """Return the sites that are free in the first year; refuse what cannot be asked of them."""
    if town.members:
        zones = ", ".join(town.members)
        raise ScenarioError(f"sites with areas cannot be chosen beside lottery zones: {zones}")
    free = np.flatnonzero(survey.earliest == 0)
    if not 0 < n <= len(free):
        raise InputError(
            f"siting: n = {n}; {len(free)} sites can carry a {survey.stage} in {survey.years[0]}: "
            f"{', '.join(survey.places.index[free]) or 'none'}. Ask for 1 to {len(free)}"
        )
    names = survey.places.index[free]
    district = survey.outcome.district
    points = [*district.schools.geometry[town.schools], *district.sites.geometry[names]]
    gates = gpd.GeoDataFrame(geometry=points, crs=district.blocks.crs)
    first = np.append(town.seats.min(axis=1) + 1.0, np.zeros(len(names)))
    shapes = district.blocks.loc[town.blocks]
    homes = find_homes(shapes, gates, first, town.pairs, town.current)
    rows = district.blocks.index.get_indexer(town.blocks)
    ways = survey.metres[rows][:, len(survey.schools) + free]
    sizes = [np.sort(row[row > 0]) for row in survey.sizes[free]]
    return _Places(names, homes[len(town.schools) :], ways, sizes)


def _add_places(survey: Survey, town: Town, places: _Places, rooms: list[int]) -> Town:
    """Return the town with the places as schools of so many classrooms, each in no block yet."""
    seats = np.repeat(np.array(rooms)[:, None] * survey.per_class, len(town.years), axis=1)
    return replace(
        town,
        schools=pd.Index([*town.schools, *places.names], name="school", dtype=object),
        seats=np.vstack([town.seats, seats]),
        rooms=np.vstack([town.rooms, seats]),
        ways=np.hstack([town.ways, places.ways]),
        homes=np.append(town.homes, places.homes),
    )


def _describe(
    survey: Survey,
    town: Town,
    places: _Places,
    wide: Town,
    asked: Asked,
    answer: SitedAreas,
    pupil_m: float,
    every_grade: bool,
) -> AreaSiting:
    """Return the answer in the district's words, its plan held against the verifier."""
    outcome, stage, standing = survey.outcome, survey.stage, len(town.schools)
    built = np.flatnonzero(answer.open[standing:])
    kept = np.append(np.arange(standing), standing + built)
    plan = np.searchsorted(kept, answer.plan)
    load = np.zeros((len(kept), len(wide.years)))
    np.add.at(load, plan, wide.pupils)
    rooms = [
        _fit(places.sizes[at], survey.per_class, load[standing + k].max())
        for k, at in enumerate(built)
    ]
    chosen = _Places(
        pd.Index(make_ids(outcome, len(built)), dtype=object),
        places.homes[built],
        places.ways[:, built],
        [places.sizes[at] for at in built],
    )
    final = _add_places(survey, town, chosen, rooms) if len(built) else town
    owned = final.owned.copy()
    owned[chosen.homes] = standing + np.arange(len(built))
    final = replace(final, owned=owned)
    laid = replace(asked, allowed=asked.allowed[:, kept])
    plan = hold_empty(final, laid, plan)
    table = _tabulate(survey, final, places.names[built], rooms, plan)
    builds = _write_builds(survey, final, table, plan, every_grade)
    drawn = _as_districting(final, plan, answer)
    rezoning = describe_plan(outcome, stage, final, laid, drawn, builds)
    new = set(chosen.names)
    steps = [
        step
        for step in rezoning.scenario.interventions
        if not (isinstance(step, Rezone) and step.school in new)
    ]
    scenario = replace(
        rezoning.scenario,
        name=f"site-{stage}-areas-{final.years[0]}",
        title=name_siting(outcome, stage, final.years[0]),
        interventions=tuple(steps),
    )
    return AreaSiting(
        scenario=scenario,
        table=table,
        rezoning=replace(rezoning, scenario=scenario),
        objective=answer.cost,
        bound=answer.bound,
        gap=answer.gap,
        pupil_m=pupil_m,
        drawn=answer.drawn,
        effort=answer.effort,
        cut_short=answer.cut_short,
    )


def _fit(sizes: Ints, per_class: float, pupils: float) -> int:
    """Return the least size that holds the pupils, or the largest."""
    enough = sizes[sizes * per_class >= pupils - 1e-6]
    return int(enough[0] if len(enough) else sizes[-1])


def _as_districting(town: Town, plan: Ints, answer: SitedAreas) -> Districting:
    """Return the plan as `draw_districts` would; its bound is that of the siting."""
    means, most = town.pupils.mean(axis=1), town.pupils.max(axis=1)
    ways = town.ways[np.arange(len(plan)), plan]
    cost = float((means * np.where(means > 0, ways, 0.0)).sum())
    load = np.bincount(plan, most, len(town.schools))
    shortage = np.maximum(load - town.seats.min(axis=1), 0.0)
    fits = shortage.sum() <= 1e-6
    bound = min(answer.bound, cost) if fits else 0.0
    gap = (cost - bound) / max(cost, 1e-9) if fits else float("nan")
    ends = {"optimal": "optimal", "effort": "effort spent", "time": "time limit"}
    status: Any = ends[answer.status] if fits else "least violation"
    return Districting(
        plan, cost, bound, gap, status, (), shortage, 0.0, 0.0, answer.effort, answer.cut_short
    )


def _tabulate(
    survey: Survey, town: Town, sites: pd.Index, rooms: list[int], plan: Ints
) -> pd.DataFrame:
    """Return one row for each new school."""
    standing = len(town.schools) - len(sites)
    rows = []
    for place, classrooms in enumerate(rooms):
        inside = np.flatnonzero(plan == standing + place)
        pupils = town.pupils[inside]
        walked = pupils.sum(axis=1) @ town.ways[inside, standing + place]
        rows.append(
            {
                "school": town.schools[standing + place],
                "classrooms": classrooms,
                "seats": classrooms * survey.per_class,
                "year": town.years[0],
                "blocks": len(inside),
                "pupils": pupils.sum(axis=0).max(),
                "walk": walked / max(pupils.sum(), 1e-9),
            }
        )
    columns = ["school", "classrooms", "seats", "year", "blocks", "pupils", "walk"]
    table = pd.DataFrame(rows, index=sites.rename("site"), columns=columns)
    table.insert(1, "name", survey.outcome.district.sites.name[sites].astype(str))
    return table


def _write_builds(
    survey: Survey, town: Town, table: pd.DataFrame, plan: Ints, every_grade: bool
) -> list[NewSchool]:
    """Return the steps that build the new schools, each with its catchment."""
    stage = survey.outcome.standards.stage(survey.stage)
    steps = []
    for number, (site, row) in enumerate(table.iterrows(), 1):
        at = int(np.flatnonzero(town.schools == row.school)[0])
        step = {
            "school": row.school,
            "name": f"选址{stage.name.zh}{number}（{site}）",
            "name_en": f"Sited {stage.name.en.lower()} {number} ({site})",
            "year": int(row.year),
            "site": site,
            "every_grade": every_grade,
            "classrooms": {survey.stage: int(row.classrooms)},
            "blocks": {survey.stage: [str(block) for block in town.blocks[plan == at]]},
            "source": "seatplan site --areas: name and place are the model's",
        }
        steps.append(NewSchool.model_validate(step))
    return steps
