"""Siting: which sites, how large, from which year; the answer goes back in as a scenario."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from seatplan.district.standards import Label
from seatplan.errors import InputError
from seatplan.labels import Floats
from seatplan.outcome import Outcome
from seatplan.scenarios.interventions import NewSchool
from seatplan.scenarios.scenario import Scenario
from seatplan.siting.programme import Programme, count_stranded
from seatplan.siting.search import (
    Answer,
    Limits,
    Objective,
    price_sizes,
    search_least_reach,
    search_programme,
    weigh_settings,
)
from seatplan.siting.survey import Survey, survey_sites
from seatplan.solvers.location.answer import Progress

LOOK_AHEAD = 10  # years after its opening in which a school's empty seats are counted


@dataclass(frozen=True)
class Siting:
    """What to build, what it promises, and how much better any other plan could be.

    Parameters
    ----------
    scenario
        The steps of the outcome's scenario and the new schools after them; `evaluate` takes it
        with the district that the outcome was evaluated from.
    steps
        The new schools alone, for the district as the outcome has it (`outcome.district`).
    table
        Index `site`: school, name, classrooms, seats, year, cost, pupils (most in one of the
        years), stranded (seats empty ten years after opening, or at the end of the forecast).
    cost
        Sum of prices; in classrooms where no price was given.
    shortage, shortage_bound
        Pupils without a free seat in reach, summed over the years; no plan has fewer than the
        bound.
    walk, bound
        Mean way of the pupils seated in reach, metres (weighted, for "equity"); no plan with this
        shortage has less than the bound.
    gap
        (walk - bound) / walk.
    is_proven
        Whether shortage is proven to one pupil and walking to half a percent.
    promised
        What the optimiser promises, index `year`: see `programme.Operation`.
    stranded
        Sum of `table.stranded`.
    largest_walk
        For objective "largest_walk": metres; nobody walks farther than this or, where longer, than
        today. NaN for the others.
    seconds
        Wall-clock time.
    survey, programme
        What it was chosen from, and the choice as arrays.
    """

    scenario: Scenario
    steps: Scenario
    table: pd.DataFrame
    cost: float
    shortage: float
    shortage_bound: float
    walk: float
    bound: float
    gap: float
    is_proven: bool
    promised: pd.DataFrame
    stranded: float
    largest_walk: float
    seconds: float
    survey: Survey
    programme: Programme

    def __repr__(self) -> str:
        """Say what is built, and what it comes to."""
        built = ", ".join(
            f"{site} {row.classrooms} in {row.year}" for site, row in self.table.iterrows()
        )
        return (
            f"Siting({self.survey.stage}: {built or 'nothing'}; short {self.shortage:.0f} "
            f"pupil-years, walk {self.walk:.0f} m, gap {self.gap:.2%})"
        )


def site_schools(
    outcome: Outcome,
    *,
    n: int | None = None,
    budget: Mapping[int, float] | None = None,
    stage: str = "primary",
    classrooms: Sequence[int] = (24, 30, 36),
    years: Sequence[int] = (),
    objective: Objective = "shortage",
    weights: Mapping[str, float] | None = None,
    price_per_classroom: float = 1.0,
    least_apart: float = 0.0,
    land_per_pupil: float = 0.0,
    reach: Floats | None = None,
    every_grade: bool = False,
    seconds: float = 60.0,
    progress: Progress | None = None,
) -> Siting:
    """Choose sites, sizes and opening years for one stage; existing schools stay as they are.

    Parameters
    ----------
    outcome
        The district today, or a plan that the new schools are added to.
    n
        Most schools to build; no limit of number where left out.
    budget
        Year -> money that comes in; what is not spent carries on. No limit where left out. Without
        `price_per_classroom` the unit is classrooms.
    classrooms
        Sizes on offer. A size is out where it exceeds the site's maximum, its land (see
        `land_per_pupil`) or the standard's school size.
    years
        Years in which a school may open and over which shortage and walking are summed; every year
        of the forecast after the base year where left out.
    objective
        "shortage": the fewest pupils without a free seat in reach, then the least walking, then
        the least cost. "largest_walk": first the least metres R such that nobody need walk farther
        than R, or than today. "equity": as "shortage", but the mean walks of urban, town and rural
        blocks count alike, or by `weights`.
    reach
        (blocks,) metres within which a seat counts; `measure_reach` where left out.
    every_grade
        Whether the scenario's schools open with every grade. The optimiser seats every pupil anew
        each year; a school that opens with its entry grade takes years to do what it promises.

    Raises
    ------
    InputError
        Neither `n` nor `budget`; more schools than sites; a budget that buys nothing; see also
        `survey_sites`.
    """
    survey = survey_sites(
        outcome,
        stage,
        classrooms,
        years or outcome.district.years[1:],
        reach=reach,
        least_apart=least_apart,
        land_per_pupil=land_per_pupil,
    )
    limits = set_limits(survey, n, budget, price_per_classroom)
    largest = float("nan")
    if objective == "largest_walk":
        today = survey.reach
        survey, _ = search_least_reach(survey, limits, seconds=seconds / 2, progress=progress)
        largest = float(survey.reach[survey.reach > today].max(initial=0.0))
    even = weigh_settings(survey, weights) if objective == "equity" else None
    answer = search_programme(survey, limits, weights=even, seconds=seconds, progress=progress)
    return describe_siting(
        survey, answer, price_per_classroom, objective, every_grade=every_grade, largest=largest
    )


def set_limits(
    survey: Survey, n: int | None, budget: Mapping[int, float] | None, price_per_classroom: float
) -> Limits:
    """Check how much may be built; refuse what no plan can meet, saying by how much."""
    price = price_sizes(survey, price_per_classroom)
    problems = []
    count = len(survey.sites)
    if n is None and budget is None:
        problems.append("siting: give n, the most schools to build, or a budget by year")
    if n is not None and not 0 < n <= count:
        problems.append(
            f"siting: n = {n}; {count} sites can carry a {survey.stage} by {survey.years[-1]}: "
            f"{', '.join(survey.sites)}. Ask for 1 to {count}, or add sites or sizes"
        )
    income = None
    if budget is not None:
        income = np.array([float(budget.get(year, 0.0)) for year in survey.years])
        early = [value for year, value in budget.items() if year < survey.years[0]]
        income[0] += sum(early)
        cheapest = float(price[survey.sizes > 0].min())
        if income.sum() < cheapest:
            problems.append(
                f"siting: the budget comes to {income.sum():g}, the smallest school costs "
                f"{cheapest:g}; it lacks {cheapest - income.sum():g}"
            )
    if problems:
        raise InputError(problems)
    return Limits(count if n is None else n, price, income)


def describe_siting(
    survey: Survey,
    answer: Answer,
    price_per_classroom: float,
    objective: str,
    *,
    every_grade: bool,
    largest: float,
) -> Siting:
    """Put an answer into the words of the district, with its scenario."""
    programme, operation = answer.programme, answer.operation
    table = _tabulate(survey, answer, price_per_classroom)
    seated = float(operation.table.pupils.sum()) - operation.shortage
    steps = _write_steps(survey, table, objective, every_grade)
    plan = survey.outcome.scenario
    return Siting(
        scenario=replace(
            steps, interventions=(*plan.interventions, *steps.interventions), origins=()
        ),
        steps=steps,
        table=table,
        cost=float(table.cost.sum()),
        shortage=operation.shortage,
        shortage_bound=answer.shortage_bound,
        walk=answer.walking / max(seated, 1e-9),
        bound=answer.walking_bound / max(seated, 1e-9),
        gap=answer.gap,
        is_proven=answer.is_proven,
        promised=operation.table,
        stranded=float(table.stranded.sum()),
        largest_walk=largest,
        seconds=answer.seconds,
        survey=survey,
        programme=programme,
    )


def _tabulate(survey: Survey, answer: Answer, price_per_classroom: float) -> pd.DataFrame:
    """Return one row for each new school, in the order in which they open."""
    programme = answer.programme
    built = np.flatnonzero(programme.classrooms)
    rooms = programme.classrooms[built]
    attending = answer.operation.attending[:, len(survey.schools) + built]
    table = pd.DataFrame(
        {
            "name": survey.outcome.district.sites.name[survey.sites[built]],
            "classrooms": rooms,
            "seats": rooms * survey.per_class,
            "year": programme.opening[built],
            "cost": rooms * float(price_per_classroom),
            "pupils": attending.max(axis=0, initial=0.0),
            "stranded": count_stranded(survey, programme, LOOK_AHEAD),
        },
        index=pd.Index(survey.sites[built], name="site"),
    ).sort_values(["year", "classrooms"], ascending=[True, False], kind="stable")
    table.insert(0, "school", _make_ids(survey.outcome, len(table)))
    return table


def _make_ids(outcome: Outcome, count: int) -> list[str]:
    """Return ids N01, N02, ... that no school of the district bears."""
    taken = set(outcome.district.schools.index)
    free = (name for k in range(1, len(taken) + count + 1) if (name := f"N{k:02}") not in taken)
    return [name for name, _ in zip(free, range(count), strict=False)]


def _write_steps(
    survey: Survey, table: pd.DataFrame, objective: str, every_grade: bool
) -> Scenario:
    """Return the new schools as a scenario, their names plainly made up."""
    stage = survey.outcome.standards.stage(survey.stage)
    columns = [table.index, table.school, table.year, table.classrooms]
    schools = [
        NewSchool(
            school=str(school),
            name=f"选址{stage.name.zh}{place}（{site}）",
            name_en=f"Sited {stage.name.en.lower()} {place} ({site})",
            site=str(site),
            year=int(year),
            classrooms={survey.stage: int(rooms)},
            every_grade=every_grade,
            source=f"seatplan site, objective {objective}: name and place are the model's",
        )
        for place, (site, school, year, rooms) in enumerate(zip(*columns, strict=True), start=1)
    ]
    plan = survey.outcome.scenario.name
    head = f"site-{survey.stage}" + ("" if plan == "baseline" else f"-on-{plan}")
    title = Label(f"选址方案：{stage.name.zh}", f"Siting: {stage.name.en.lower()}")
    return Scenario(head, title, tuple(schools))
