"""Siting: which places, how large, from which year; the answer goes back in as a scenario."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from seatplan.errors import InputError
from seatplan.labels import Floats
from seatplan.outcome import Outcome
from seatplan.scenarios.scenario import Scenario
from seatplan.siting.extensions import TERMS, Extensions, name_kinds
from seatplan.siting.programme import Programme
from seatplan.siting.proposal import tabulate_answer, write_steps
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
from seatplan.solvers.stop import Meter, read_stop


@dataclass(frozen=True)
class Siting:
    """What to build, what it promises, and how much better any other plan could be.

    Parameters
    ----------
    scenario
        The steps of the outcome's scenario and those of the answer after them; `evaluate` takes it
        with the district that the outcome was evaluated from.
    steps
        Those of the answer alone, for the district as the outcome has it (`outcome.district`).
    table
        What is built, see `tabulate_answer`.
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
    seconds, effort
        Wall-clock time, and units of work done.
    cut_short
        Whether the guard or the user ended the search before its effort was spent: another run may
        end elsewhere.
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
    effort: float = 0.0
    cut_short: bool = False

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
    expand: bool = False,
    convert: bool = False,
    extensions: Extensions = TERMS,
    effort: float | None = None,
    seconds: float | None = None,
    progress: Progress | None = None,
) -> Siting:
    """Choose sites, sizes and opening years for one stage, and schools to extend where allowed.

    Parameters
    ----------
    outcome
        The district today, or a plan that the new schools are added to.
    n
        Most new schools; no limit of number where left out. Extensions are not counted in it:
        `extensions.most` or the budget limits them.
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
    expand, convert, extensions
        Whether rooms built at schools that stand, and rooms taken there from another stage, compete
        with new schools, and on which terms.
    effort, seconds
        Units of work (see `solvers.location.siting.solve_siting`) and a guard in seconds. Half as
        many units as seconds where these alone are given, 60 units without either.
    progress
        Called with (least found, bound, units of work) as the search goes on.

    Raises
    ------
    InputError
        Neither `n` nor `budget`; more schools than sites; extensions without a limit; a budget that
        buys nothing; see also `survey_sites`.
    """
    survey = survey_sites(
        outcome,
        stage,
        classrooms,
        years or outcome.district.years[1:],
        reach=reach,
        least_apart=least_apart,
        land_per_pupil=land_per_pupil,
        kinds=name_kinds(expand, convert),
        extensions=extensions,
    )
    limits = set_limits(survey, n, budget, price_per_classroom, extensions.most)
    stop, largest = read_stop(effort, seconds), float("nan")
    meter = Meter(stop)
    if objective == "largest_walk":
        today = survey.reach
        first = meter.part(stop.effort / 2)
        survey, _ = search_least_reach(survey, limits, meter=first, progress=progress)
        largest = float(survey.reach[survey.reach > today].max(initial=0.0))
    even = weigh_settings(survey, weights) if objective == "equity" else None
    rest = replace(stop, seconds=meter.seconds_left)
    answer = search_programme(survey, limits, weights=even, stop=rest, progress=progress)
    meter.spend(answer.effort)
    answer = replace(
        answer, effort=meter.done, cut_short=answer.cut_short or meter.is_cut, seconds=meter.seconds
    )
    return describe_siting(
        survey, answer, price_per_classroom, objective, every_grade=every_grade, largest=largest
    )


def set_limits(
    survey: Survey,
    n: int | None,
    budget: Mapping[int, float] | None,
    price_per_classroom: float,
    extended: int | None = None,
) -> Limits:
    """Check how much may be built; refuse what no plan can meet, saying by how much."""
    price = price_sizes(survey, price_per_classroom)
    sites = survey.places.index[survey.is_new]
    count, schools = len(sites), survey.places["at"][~survey.is_new].nunique()
    least = 0 if schools else 1
    problems = []
    if n is None and budget is None:
        problems.append("siting: give n, the most schools to build, or a budget by year")
    if n is not None and not least <= n <= count:
        problems.append(
            f"siting: n = {n}; {count} sites can carry a {survey.stage} by {survey.years[-1]}: "
            f"{', '.join(sites)}. Ask for {least} to {count}, or add sites or sizes"
        )
    if schools and extended is None and budget is None:
        problems.append(
            f"siting: {schools} schools can be extended and nothing limits how many are; give the "
            "most extensions, or a budget by year"
        )
    if schools and extended is not None and not 0 < extended <= schools:
        problems.append(
            f"siting: at most {extended} extensions; {schools} schools can be extended. Ask for "
            f"1 to {schools}, or offer smaller sizes"
        )
    income = None
    if budget is not None:
        income = np.array([float(budget.get(year, 0.0)) for year in survey.years])
        early = [value for year, value in budget.items() if year < survey.years[0]]
        income[0] += sum(early)
        cheapest = float(price[survey.sizes > 0].min())
        if income.sum() < cheapest:
            problems.append(
                f"siting: the budget comes to {income.sum():g}, the cheapest choice costs "
                f"{cheapest:g}; it lacks {cheapest - income.sum():g}"
            )
    if problems:
        raise InputError(problems)
    most = count if n is None else n
    return Limits(most, schools if extended is None else extended, price, income)


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
    table = tabulate_answer(survey, programme, operation, price_per_classroom)
    seated = float(operation.table.pupils.sum()) - operation.shortage
    steps = write_steps(survey, table, objective, every_grade)
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
        effort=answer.effort,
        cut_short=answer.cut_short,
    )
