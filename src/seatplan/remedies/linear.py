"""The linear model of a programme: what each remedy gains alone, and which to choose.

A remedy changes the seats less the residents of each catchment and year by what running it alone
changes them, and remedies add up. HiGHS solves it as a mixed-integer programme: the least expected
shortage first (the mean over draws, where there are any: sample average approximation, as in
Kleywegt, Shapiro and Homem-de-Mello 2002), then the least way, then the least cost.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from seatplan.demand.draws import DemandDraws
from seatplan.draws import draw_balance, lay_like
from seatplan.errors import InputError, SolveError
from seatplan.labels import Floats, Ints
from seatplan.outcome import Outcome
from seatplan.remedies.effects import Change, bill_rides
from seatplan.remedies.measured import Remedy
from seatplan.remedies.prices import Bill, sum_bill
from seatplan.remedies.scene import Scene
from seatplan.remedies.shortfalls import DISTRICT
from seatplan.scenarios.interventions import NewSchool, Rezone

SAMPLE = 50  # draws that a programme is planned for; the others judge it
TOLERANCE = 1e-6  # of one aim, where the next is looked for


@dataclass(frozen=True)
class Model:
    """The linear model; remedies, catchments, years and draws by position.

    `begin`: (choice, 2) remedy and the year in which it is begun. `gain`: (choice, catchment, year)
    seats less residents more, 0 before it works. `short`: (catchment, year, draw) residents less
    seats as it is. `way`: (choice,) pupil-metres more over the years. `cost`: (choice,) yuan
    at medium unit costs, of `bills`. `income`: (year,) yuan that come in. `groups`: choices of
    which one at most is made.
    """

    begin: Ints
    gain: Floats
    short: Floats
    way: Floats
    cost: Floats
    income: Floats
    groups: tuple[tuple[int, ...], ...]
    bills: tuple[Bill, ...] = ()

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


def lay_model(
    scene: Scene,
    remedies: Sequence[Remedy],
    budget: Mapping[int, float],
    draws: DemandDraws | None = None,
) -> Model:
    """Run each remedy alone and lay its effects out; every year in which it may be begun."""
    years = list_years(scene)
    wrong = [
        f"budget of {year}: want {years[0]} to {years[-1]}" for year in budget if year not in years
    ]
    wrong += [
        f"budget of {year}: {sum_:g}; want 0 or more" for year, sum_ in budget.items() if sum_ < 0
    ]
    if wrong:
        raise InputError(wrong)
    keys = _balance(scene.outcome, years).index
    begin, gain, way, bills = [], [], [], []
    for at, remedy in enumerate(remedies):
        after = scene.run(remedy.action.steps)
        assert after is not None  # it was run before
        more = _gain(scene, after, keys, years)
        change = Change(scene, after, remedy.flag.stage)
        metres = _measure_ways(change, years)
        lead = remedy.action.ready - scene.terms.now
        for first, year in enumerate(years):
            works = np.array([each >= year + lead for each in years])
            if works.any():
                begin.append((at, first))
                gain.append(more * works)
                way.append(float((metres * works).sum()))
                bills.append(bill_rides(change, remedy.flag, remedy.action, year + lead))
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
        cost=np.array([sum_bill(bill, scene.terms.costs).medium for bill in bills]),
        income=np.array([float(budget.get(year, 0.0)) for year in years]),
        groups=_group(remedies, begin),
        bills=tuple(bills),
    )


def solve_model(model: Model) -> tuple[list[int], float]:
    """Return what is chosen, and the bound on the expected shortage."""
    rows, size = _write_rows(model)
    if not size:  # nothing to choose from, and nowhere short
        return [], 0.0
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
            # with nothing to choose from, all is linear, and the optimum is its own bound
            least = answer.mip_dual_bound if choices else answer.fun
            bound = float(least) * max(np.abs(aim).max(initial=0.0), 1.0)
        reached = float(aim @ chosen)
        rows = [*rows, LinearConstraint(aim[None, :], ub=reached + TOLERANCE * (1 + abs(reached)))]
    return [int(choice) for choice in np.flatnonzero(chosen[:choices] > 0.5)], bound


def list_years(scene: Scene) -> list[int]:
    """Return the years of the forecast from now on."""
    return [year for year in scene.outcome.district.years if year >= scene.terms.now]


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


def _measure_ways(change: Change, years: list[int]) -> Floats:
    """Return the pupil-metres more by year."""
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
