"""Programme: sizes and opening years by place, and how the district is operated with it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from seatplan.labels import Floats, Ints
from seatplan.scenarios.interventions import Convert, Expand, NewSchool
from seatplan.scenarios.scenario import Scenario
from seatplan.scenarios.steps import Intervention
from seatplan.siting.survey import Survey
from seatplan.solvers.transport import solve_transport


@dataclass(frozen=True)
class Programme:
    """Which rooms are added where and when.

    `classrooms`: (places,) int, 0 where none are. `opening`: (places,) the calendar year, 0 where
    none are.
    """

    classrooms: Ints
    opening: Ints

    def exchange(self, place: int, rooms: int, year: int) -> Programme:
        """Return the programme with other rooms at one place; 0 rooms leave it out."""
        classrooms, opening = self.classrooms.copy(), self.opening.copy()
        classrooms[place], opening[place] = rooms, year if rooms else 0
        return Programme(classrooms, opening)

    def count_seats(self, survey: Survey, year: int) -> Floats:
        """Return the seats of every school that stands, then of every place, in `year`."""
        column = year - survey.outcome.district.base_year
        stands = (self.classrooms > 0) & (self.opening <= year)
        new = np.where(stands, self.classrooms * survey.per_class, 0.0)
        return np.concatenate([survey.seats[:, column], new])


def read_programme(survey: Survey, scenario: Scenario) -> Programme:
    """Return the steps of a scenario that add rooms at places of the survey, as a programme.

    Rooms of other stages, or at places that the survey does not hold, are not in it.
    """
    classrooms, opening = np.zeros((2, len(survey.places)), np.int64)
    for step in scenario.interventions:
        name, rooms = _read_step(step, survey.stage)
        if name in survey.places.index and rooms > 0:
            place = survey.places.index.get_loc(name)
            classrooms[place], opening[place] = rooms, step.year
    return Programme(classrooms, opening)


def _read_step(step: Intervention, stage: str) -> tuple[str, int]:
    """Return the place at which a step adds rooms of a stage, and how many."""
    if isinstance(step, NewSchool) and step.site is not None:
        return step.site, step.classrooms.get(stage, 0)
    if isinstance(step, Expand):
        return f"{step.school}+", step.classrooms.get(stage, 0)
    if isinstance(step, Convert) and step.to_stage == stage:
        return f"{step.school}+{step.from_stage}", step.classrooms
    return "", 0


@dataclass(frozen=True)
class Operation:
    """How one programme seats the pupils, every year anew.

    `table`: index `year`; seats, new_seats, pupils, short (no free seat in reach), walk_m (mean
    way of those with one), walk_all_m (the short walk on to the nearest free seat beyond reach),
    unplaced (no free seat anywhere).
    `attending`: (years, schools + places) pupils seated in reach; an extension seats whom its
    school has no seats for.
    `shortage`: pupils short, summed over the years. `walking`: pupil-metres of those seated in
    reach, summed likewise.
    """

    table: pd.DataFrame
    attending: Floats
    shortage: float
    walking: float


def close_all(survey: Survey) -> Programme:
    """Return the programme that builds nothing."""
    none = np.zeros(len(survey.places), np.int64)
    return Programme(none, none)


def operate(survey: Survey, programme: Programme, years: list[int] | None = None) -> Operation:
    """Seat the pupils of each year: as many in reach as can be, then with the least walking.

    Those who are left walk on to free seats beyond their reach, again with the least walking;
    that does not change who is short, only what it costs them. Both are exact transport problems.
    """
    rows, attending, walking = [], [], 0.0
    for year in survey.years if years is None else years:
        column = year - survey.outcome.district.base_year
        seats = programme.count_seats(survey, year)
        pupils = survey.pupils[:, column]
        flows = solve_transport(pupils, seats, survey.ways)
        seated = np.bincount(flows.school, flows.pupils, len(seats)).astype(float)
        short = np.maximum(flows.unserved, 0.0)
        beyond = solve_transport(short, np.maximum(seats - seated, 0.0), survey.metres)
        attending.append(_fill_schools_first(survey.host, seated, seats))
        walking += flows.cost
        total, missing, unplaced = (float(part.sum()) for part in (pupils, short, beyond.unserved))
        rows.append(
            {
                "year": year,
                "seats": seats.sum(),
                "new_seats": seats[len(survey.schools) :].sum(),
                "pupils": total,
                "short": missing,
                "walk_m": flows.cost / max(total - missing, 1e-9),
                "walk_all_m": (flows.cost + beyond.cost) / max(total - unplaced, 1e-9),
                "unplaced": unplaced,
            }
        )
    table = pd.DataFrame(rows).set_index("year")
    return Operation(table, np.array(attending), float(table.short.sum()), walking)


def count_short(survey: Survey, programme: Programme) -> pd.Series[float]:
    """Return the pupil-years without a free seat in reach, index `block`."""
    blocks = survey.outcome.district.blocks.index
    short = np.zeros(len(blocks))
    for year, column in zip(survey.years, survey.columns, strict=True):
        seats = programme.count_seats(survey, year)
        short += solve_transport(survey.pupils[:, column], seats, survey.ways).unserved
    return pd.Series(short, index=blocks, name="short")


def _fill_schools_first(host: Ints, seated: Floats, seats: Floats) -> Floats:
    """Return who sits where with the seats that a school had filled before those added to it."""
    filled = seated.copy()
    standing = len(seated) - len(host)
    for place in np.flatnonzero((host >= 0) & (seats[standing:] > 0)):
        both = filled[host[place]] + filled[standing + place]
        filled[host[place]] = min(both, seats[host[place]])
        filled[standing + place] = both - filled[host[place]]
    return filled


def count_stranded(survey: Survey, programme: Programme, after: int = 10) -> pd.Series[float]:
    """Return the added seats that stand empty `after` years on, index `place`.

    `after` years from its opening, or in the last year of the forecast where that comes first. A
    seat stands empty when the least walking in reach needs it for nobody.
    """
    horizon = survey.outcome.district.horizon
    standing = len(survey.schools)
    opened = np.flatnonzero(programme.classrooms)
    look = {int(site): min(int(programme.opening[site]) + after, horizon) for site in opened}
    seen = {year: operate(survey, programme, [year]).attending[0] for year in set(look.values())}
    empty = {
        str(survey.places.index[site]): programme.classrooms[site] * survey.per_class
        - seen[year][standing + site]
        for site, year in look.items()
    }
    return pd.Series(empty, dtype=float, name="stranded").rename_axis("place").clip(lower=0)
