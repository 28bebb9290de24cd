"""The programme: which remedies to begin in which years, within a budget by year.

What the linear model (`linear.py`) chooses is run as one scenario: its bound holds for that model,
and what `evaluate` finds stands beside it, in the forecast and in draws that were not planned for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from seatplan.demand.draws import DemandDraws
from seatplan.district.stages import Label
from seatplan.draws import lay_like, list_draws
from seatplan.errors import InputError, SolveError
from seatplan.remedies.linear import SAMPLE, Model, lay_model, list_years, solve_model
from seatplan.remedies.measured import Remedy
from seatplan.remedies.prices import Sum, add_sums, list_wan, sum_bill
from seatplan.remedies.remedies import Remedies
from seatplan.remedies.scene import Scene
from seatplan.scenarios.interventions import Intervention
from seatplan.scenarios.scenario import Scenario


@dataclass(frozen=True)
class Judged:
    """Pupils short in draws that were not planned for: the mean, that of the worst tenth."""

    count: int
    mean: float
    worst: float


@dataclass(frozen=True)
class Programme:
    """What to begin when, what the linear model promises, and what `evaluate` finds.

    Parameters
    ----------
    table
        Index `begin` (year), `school`, `stage` of the flag: action, ready, wan (10,000 yuan at
        medium unit costs; wan_low and wan_high beside it).
    steps
        What is done, for each row of the table.
    scenario
        The outcome's steps and then those of the programme.
    without, promised, bound
        Pupils short summed over catchments and years (mean over the draws): with nothing done, with
        the programme, and the least that any programme of these remedies can reach, all in the
        linear model.
    evaluated_without, evaluated
        The same by `evaluate`, without draws.
    judged_without, judged
        The same in the draws that were not planned for; None without draws.
    money, income
        What it costs, at low, medium and high unit costs; the budget of all years, yuan.
    way
        Pupil-metres more, summed over the years.
    model
        The linear model.
    """

    table: pd.DataFrame
    steps: tuple[tuple[Intervention, ...], ...]
    scenario: Scenario
    without: float
    promised: float
    bound: float
    evaluated_without: float
    evaluated: float
    judged_without: Judged | None
    judged: Judged | None
    money: Sum
    income: float
    way: float
    model: Model


def plan_programme(
    found: Remedies, budget: Mapping[int, float], *, draws: DemandDraws | None = None
) -> Programme:
    """Choose remedies and the years in which they are begun, within a budget by year.

    Parameters
    ----------
    found
        The remedies of `find_remedies`, those that clear a part among them; what is not worth it
        stays out.
    budget
        Year -> yuan that come in; what is not spent carries on.
    draws
        DrawCase of the same district: the first `SAMPLE` are planned for, the others judge. The
        forecast alone where left out.

    Raises
    ------
    InputError
        A budget outside the years from now on, or below 0; no draw is left to judge by.
    SolveError
        HiGHS ends without an answer.
    """
    if draws is not None and draws.count <= SAMPLE:
        raise InputError(f"programme: {draws.count} draws; want more than the {SAMPLE} planned for")
    scene = Scene(found.outcome, found.terms)
    remedies = [remedy for remedy in (*found.found, *found.partial) if remedy.is_worth]
    model = lay_model(scene, remedies, budget, draws)
    chosen, bound = solve_model(model)
    chosen.sort(key=lambda choice: _order(remedies, model, choice))
    parts = [_shift(remedies[at], later) for at, later in model.begin[chosen].tolist()]
    steps = [step for part in parts for step in part]
    after = scene.run(steps)
    if after is None:
        raise SolveError("programme: the remedies chosen do not go together")
    own = found.outcome.scenario
    title = Label("按年度预算安排的对策", "Programme within the budget")
    years = list_years(scene)
    return Programme(
        table=_tabulate(scene, remedies, model, chosen),
        steps=tuple(parts),
        scenario=Scenario("programme", title, (*own.interventions, *steps)),
        without=model.count_short([]),
        promised=model.count_short(chosen),
        bound=bound,
        evaluated_without=float(scene.short[years].to_numpy().sum()),
        evaluated=float(after.short[years].to_numpy().sum()),
        judged_without=_judge_draws(scene, [], draws),
        judged=_judge_draws(scene, steps, draws),
        money=add_sums(sum_bill(model.bills[at], found.terms.costs) for at in chosen),
        income=float(model.income.sum()),
        way=float(model.way[chosen].sum()),
        model=model,
    )


def _judge_draws(
    scene: Scene, steps: Sequence[Intervention], draws: DemandDraws | None
) -> Judged | None:
    """Return what is short in the draws not planned for; None without draws."""
    if draws is None:
        return None
    plan = Scenario("remedy", interventions=tuple(steps))
    table = list_draws(lay_like(scene.outcome, draws, plan), first=SAMPLE)
    later = table[table.year >= scene.terms.now]
    sums = np.sort(later.groupby("draw").catchment_shortage.sum().to_numpy())
    tenth = sums[-max(len(sums) // 10, 1) :]
    return Judged(len(sums), float(sums.mean()), float(tenth.mean()))


def _order(remedies: Sequence[Remedy], model: Model, choice: int) -> tuple[int, str, str]:
    """Put choices in order: the year, then the school and stage."""
    at, later = model.begin[choice].tolist()
    return later, remedies[at].flag.school, remedies[at].flag.stage


def _shift(remedy: Remedy, later: int) -> tuple[Intervention, ...]:
    """Return a remedy's steps as many years later as it is begun."""
    steps = remedy.action.steps
    return tuple(step.model_copy(update={"year": step.year + later}) for step in steps)


def _tabulate(
    scene: Scene, remedies: Sequence[Remedy], model: Model, chosen: Sequence[int]
) -> pd.DataFrame:
    rows = []
    for choice in chosen:
        at, later = model.begin[choice]
        remedy = remedies[at]
        rows.append(
            {
                "begin": scene.terms.now + int(later),
                "school": remedy.flag.school,
                "stage": remedy.flag.stage,
                "action": "+".join(remedy.action.kinds),
                "ready": remedy.action.ready + int(later),
                **list_wan(sum_bill(model.bills[choice], scene.terms.costs)),
            }
        )
    columns = ["begin", "school", "stage", "action", "ready", "wan_low", "wan", "wan_high"]
    return pd.DataFrame(rows, columns=columns).set_index(["begin", "school", "stage"])
