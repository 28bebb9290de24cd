"""The programme: which remedies to begin in which years, within a budget by year.

A mixed-integer programme over a linear model of the district, solved by HiGHS: a remedy changes the
seats less the residents of each catchment and year by what running it alone changes them, and
remedies add up. The least expected shortage comes first (the mean over draws, where there are any:
sample average approximation, as in Kleywegt, Shapiro and Homem-de-Mello 2002), then the least way,
then the least cost. Its bound holds for that model; what `evaluate` finds stands beside it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from seatplan.demand.draws import DemandDraws
from seatplan.district.stages import Label
from seatplan.draws import draw_balance, lay_like, list_draws
from seatplan.errors import InputError, SolveError
from seatplan.labels import Floats, Ints
from seatplan.outcome import Outcome
from seatplan.remedies.effects import Change
from seatplan.remedies.prices import list_wan, sum_bill
from seatplan.remedies.remedies import Remedies, Remedy
from seatplan.remedies.scene import Scene
from seatplan.remedies.shortfalls import DISTRICT
from seatplan.scenarios.interventions import Intervention, NewSchool, Rezone
from seatplan.scenarios.scenario import Scenario

SAMPLE = 50  # draws that a programme is planned for; the others judge it
TOLERANCE = 1e-6  # of one aim, where the next is looked for


@dataclass(frozen=True)
class Model:
    """The linear model; remedies, catchments, years and draws by position.

    `begin`: (choice, 2) remedy and the year in which it is begun. `gain`: (choice, catchment, year)
    seats less residents more, 0 before it works. `short`: (catchment, year, draw) residents less
    seats as it is. `way`: (choice,) pupil-metres more over the years. `cost`: (choice,) yuan.
    `income`: (year,) yuan that come in. `groups`: choices of which one at most is made.
    """

    begin: Ints
    gain: Floats
    short: Floats
    way: Floats
    cost: Floats
    income: Floats
    groups: tuple[tuple[int, ...], ...]

    def count_short(self, chosen: Sequence[int]) -> float:
        """Return the expected pupils short, summed over catchments and years."""
        left = self.short - self.gain[list(chosen)].sum(axis=0)[:, :, None]
        return float(np.maximum(left, 0.0).sum(axis=(0, 1)).mean())

    def is_paid(self, chosen: Sequence[int]) -> bool:
        """Say whether the money is there in every year; what is not spent carries on."""
        spent = np.bincount(
            self.begin[list(chosen), 1], self.cost[list(chosen)], len(self.income)
        ).cumsum()
        return bool((spent <= self.income.cumsum() + TOLERANCE).all())


@dataclass(frozen=True)
class Programme:
    """What to begin when, what the linear model promises, and what `evaluate` finds.

    Parameters
    ----------
    table
        Index `begin` (year), `school`, `stage` of the flag: action, ready, wan (10,000 yuan at
        medium unit costs; wan_low and wan_high beside it).
    scenario
        The outcome's steps and then those of the programme.
    without, promised, bound
        Pupils short summed over catchments and years (mean over the draws): with nothing done, with
        the programme, and the least that any programme of these remedies can reach, all in the
        linear model.
    evaluated_without, evaluated
        The same by `evaluate`, without draws.
    evaluated_mean, evaluated_worst
        With the programme in the draws that were not planned for: the mean, and that of the worst
        tenth; NaN without draws.
    cost, way
        Yuan at medium unit costs; pupil-metres more, summed over the years.
    model
        The linear model.
    """

    table: pd.DataFrame
    scenario: Scenario
    without: float
    promised: float
    bound: float
    evaluated_without: float
    evaluated: float
    evaluated_mean: float
    evaluated_worst: float
    cost: float
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
    steps = [step for at in chosen for step in _shift(remedies[model.begin[at, 0]], model, at)]
    after = scene.run(steps)
    if after is None:
        raise SolveError("programme: the remedies chosen do not go together")
    own = found.outcome.scenario
    title = Label("按年度预算安排的对策", "Programme within the budget")
    years = _list_years(scene)
    mean, worst = _judge_draws(scene, steps, draws)
    return Programme(
        table=_tabulate(scene, remedies, model, chosen),
        scenario=Scenario("programme", title, (*own.interventions, *steps)),
        without=model.count_short([]),
        promised=model.count_short(chosen),
        bound=bound,
        evaluated_without=float(scene.short[years].to_numpy().sum()),
        evaluated=float(after.short[years].to_numpy().sum()),
        evaluated_mean=mean,
        evaluated_worst=worst,
        cost=float(model.cost[chosen].sum()),
        way=float(model.way[chosen].sum()),
        model=model,
    )


def _list_years(scene: Scene) -> list[int]:
    return [year for year in scene.outcome.district.years if year >= scene.terms.now]


def _judge_draws(
    scene: Scene, steps: Sequence[Intervention], draws: DemandDraws | None
) -> tuple[float, float]:
    """Return what is short in the draws not planned for: the mean, and that of the worst tenth."""
    if draws is None:
        return np.nan, np.nan
    plan = Scenario("remedy", interventions=tuple(steps))
    table = list_draws(lay_like(scene.outcome, draws, plan), first=SAMPLE)
    later = table[table.year >= scene.terms.now]
    sums = np.sort(later.groupby("draw").catchment_shortage.sum().to_numpy())
    return float(sums.mean()), float(sums[-max(len(sums) // 10, 1) :].mean())


def _draw_short(scene: Scene, keys: pd.Index, years: list[int], draws: DemandDraws) -> Floats:
    """Return residents less seats of each catchment in the draws that are planned for."""
    axes = scene.outcome.axes
    short = draw_balance(lay_like(scene.outcome, draws), last=SAMPLE)
    at = [list(axes.years).index(year) for year in years]
    rows = []
    for school, stage in keys:
        place = list(axes.stages).index(stage)
        if school == DISTRICT:
            rows.append(short[:, place].sum(axis=0)[at])
        else:
            rows.append(short[list(axes.schools).index(school), place][at])
    return np.array(rows, dtype=float).reshape(len(keys), len(years), -1)


def lay_model(
    scene: Scene,
    remedies: Sequence[Remedy],
    budget: Mapping[int, float],
    draws: DemandDraws | None = None,
) -> Model:
    """Run each remedy alone and lay its effects out; every year in which it may be begun."""
    years = _list_years(scene)
    wrong = [
        f"budget of {year}: want {years[0]} to {years[-1]}" for year in budget if year not in years
    ]
    wrong += [
        f"budget of {year}: {sum_:g}; want 0 or more" for year, sum_ in budget.items() if sum_ < 0
    ]
    if wrong:
        raise InputError(wrong)
    keys = _balance(scene.outcome, years).index
    begin, gain, way, cost = [], [], [], []
    for at, remedy in enumerate(remedies):
        after = scene.run(remedy.action.steps)
        assert after is not None  # it was run before
        more = _gain(scene, after, keys, years)
        metres = _measure_ways(scene, after, remedy.flag.stage, years)
        lead = remedy.action.ready - scene.terms.now
        for first, year in enumerate(years):
            works = np.array([each >= year + lead for each in years])
            if works.any():
                begin.append((at, first))
                gain.append(more * works)
                way.append(float((metres * works).sum()))
                cost.append(sum_bill(remedy.action.bill, scene.terms.costs).medium)
    short = -_balance(scene.outcome, years).to_numpy(float)[:, :, None]
    if draws is not None:
        short = _draw_short(scene, keys, years, draws)
    gains = np.array(gain).reshape(len(gain), len(keys), len(years))
    touched = (short > 0).any(axis=(1, 2)) | (gains < 0).any(axis=(0, 2))
    return Model(
        begin=np.array(begin, int).reshape(-1, 2),
        gain=gains[:, touched],
        short=short[touched],
        way=np.array(way),
        cost=np.array(cost),
        income=np.array([float(budget.get(year, 0.0)) for year in years]),
        groups=_group(remedies, begin),
    )


def solve_model(model: Model) -> tuple[list[int], float]:
    """Return what is chosen, and the bound on the expected shortage."""
    rows, size = _write_rows(model)
    choices, cells = len(model.begin), size - len(model.begin)
    draws = model.short.shape[2]
    aims = [
        np.concatenate([np.zeros(choices), np.full(cells, 1.0 / draws)]),
        np.concatenate([model.way, np.zeros(cells)]),
        np.concatenate([model.cost, np.zeros(cells)]),
    ]
    whole = np.concatenate([np.ones(choices), np.zeros(cells)])
    limit = np.concatenate([np.ones(choices), np.full(cells, np.inf)])
    chosen, bound = np.zeros(size), 0.0
    for at, aim in enumerate(aims):
        answer = milp(
            aim / max(np.abs(aim).max(initial=0.0), 1.0),
            constraints=rows,
            integrality=whole,
            bounds=Bounds(0, limit),
            options={"mip_rel_gap": 0.0},
        )
        if answer.x is None:
            raise SolveError(f"programme: {answer.message}")
        chosen = answer.x
        if at == 0:
            bound = float(answer.mip_dual_bound) * max(np.abs(aim).max(initial=0.0), 1.0)
        reached = float(aim @ chosen)
        rows = [*rows, LinearConstraint(aim[None, :], ub=reached + TOLERANCE * (1 + abs(reached)))]
    return [int(choice) for choice in np.flatnonzero(chosen[:choices] > 0.5)], bound


def _write_rows(model: Model) -> tuple[list[LinearConstraint], int]:
    """Write shortage, budget and exclusions; variables are choices, then cells perhaps short."""
    choices, (kept, years, _) = len(model.begin), model.short.shape
    losing = np.array((model.gain < 0).any(axis=0)).reshape(kept, years)
    cells = np.argwhere((model.short > 0) | losing[:, :, None])
    size = choices + len(cells)
    by = model.gain[:, cells[:, 0], cells[:, 1]].T if len(cells) else np.zeros((0, choices))
    left = sparse.hstack([sparse.csr_array(by), sparse.eye_array(len(cells))]).tocsr()
    rows = [LinearConstraint(left, lb=model.short[tuple(cells.T)])] if len(cells) else []
    spent = np.zeros((years, size))
    for choice, (_, first) in enumerate(model.begin):
        spent[first:, choice] = model.cost[choice]
    rows.append(LinearConstraint(spent, ub=model.income.cumsum()))
    for group in model.groups:
        row = np.zeros((1, size))
        row[0, list(group)] = 1.0
        rows.append(LinearConstraint(row, ub=1.0))
    return rows, size


def _balance(outcome: Outcome, years: list[int]) -> pd.DataFrame:
    """Return seats less residents of each catchment; of a whole-district stage as one row."""
    whole = [stage.code for stage in outcome.standards.stages if stage.intake == "seats"]
    own = outcome.measure("balance").unstack("year")[years].fillna(0)
    own = own[~own.index.get_level_values("stage").isin(whole)]
    places = outcome.measure("place_balance").unstack("year")[years]
    district = places.xs(outcome.district.code, level="place").loc[whole]
    district.index = pd.MultiIndex.from_product([[DISTRICT], whole], names=own.index.names)
    return pd.concat([own, district]) if whole else own


def _gain(scene: Scene, after: Scene, keys: pd.Index, years: list[int]) -> Floats:
    """Return by how much a remedy raises seats less residents; a school that closes has none.

    A new school has no row: its own balance is what it was built for and cannot fall short by much.
    """
    before = _balance(scene.outcome, years).to_numpy(float)
    now = _balance(after.outcome, years).reindex(keys).to_numpy(float)
    more: Floats = np.where(np.isnan(now), np.maximum(-before, 0.0), now - before)
    return more


def _measure_ways(scene: Scene, after: Scene, stage: str, years: list[int]) -> Floats:
    """Return the pupil-metres more by year."""
    change = Change(scene, after, stage)
    ways = [change.measure_way(year) * change.count_moved(year)[1] for year in years]
    return np.asarray(np.nan_to_num(ways), np.float64)


def _group(
    remedies: Sequence[Remedy], begin: Sequence[tuple[int, int]]
) -> tuple[tuple[int, ...], ...]:
    """Return the choices that are for one flag, change one school or take one site.

    One of them at most is made. Schools that only receive blocks are not changed by it: how many
    they can take is in what each gains.
    """
    touched: dict[str, list[int]] = {}
    for choice, (at, _) in enumerate(begin):
        remedy = remedies[at]
        names = {f"{remedy.flag.school} {remedy.flag.stage}"}
        for step in remedy.action.steps:
            if isinstance(step, NewSchool):
                names.add(f"site {step.site}")
            elif not isinstance(step, Rezone):
                names |= step.list_schools()
        for name in names:
            touched.setdefault(name, []).append(choice)
    return tuple(tuple(group) for group in touched.values())


def _shift(remedy: Remedy, model: Model, choice: int) -> list[Intervention]:
    """Return a remedy's steps as many years later as it is begun."""
    later = int(model.begin[choice, 1])
    return [step.model_copy(update={"year": step.year + later}) for step in remedy.action.steps]


def _tabulate(
    scene: Scene, remedies: Sequence[Remedy], model: Model, chosen: Sequence[int]
) -> pd.DataFrame:
    rows = []
    for choice in chosen:
        remedy, later = remedies[model.begin[choice, 0]], int(model.begin[choice, 1])
        rows.append(
            {
                "begin": scene.terms.now + later,
                "school": remedy.flag.school,
                "stage": remedy.flag.stage,
                "action": "+".join(remedy.action.kinds),
                "ready": remedy.action.ready + later,
                **list_wan(sum_bill(remedy.action.bill, scene.terms.costs)),
            }
        )
    columns = ["begin", "school", "stage", "action", "ready", "wan_low", "wan", "wan_high"]
    table = pd.DataFrame(rows, columns=columns).set_index(["begin", "school", "stage"])
    return table.sort_index(kind="stable")
