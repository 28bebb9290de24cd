"""Regret: how much worse a plan is than the best of the plans, whatever births come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pandas as pd

from seatplan.comparison import check_names
from seatplan.district.district import District
from seatplan.district.standards import DEFAULT_POLICY, Policy, Standards
from seatplan.errors import InputError
from seatplan.outcome import Outcome, evaluate
from seatplan.scenarios.scenario import Scenario


@dataclass(frozen=True)
class Regrets:
    """Plans against futures.

    `table`: index (`scenario`, `births`): shortage (catchment shortage summed over catchments and
    years, pupil-years), regret (shortage less that of the best plan in the same future), idle
    (seats without a resident in the last year).
    `plans`: index `scenario`: mean_shortage (every future alike), worst_regret and worst_births
    (the future in which it is; blank without regret), least_regret and least_shortage (whether no
    plan has less).
    """

    table: pd.DataFrame
    plans: pd.DataFrame


def weigh_regret(
    district: District,
    standards: Standards,
    scenarios: Sequence[Scenario],
    *,
    births: Sequence[str] = (),
    policy: Policy = DEFAULT_POLICY,
) -> Regrets:
    """Evaluate plans under each births variant of the district and weigh what may be regretted.

    The plan with the least worst regret is never far from the best, whatever comes (Savage 1951);
    it need not be the one with the least shortage in the mean.

    Parameters
    ----------
    scenarios
        Plans, the district as it is among them where it is to be judged; names of their own.
    births
        Variants of births.csv; all of them where left out.
    policy
        As for `evaluate`; its births are those of each variant.

    Raises
    ------
    InputError
        A variant that the district does not have.
    ScenarioError
        Two scenarios bear one name.
    """
    check_names(scenarios)
    known = [str(name) for name in district.births.columns]
    wrong = [name for name in births if name not in known]
    if wrong:
        raise InputError(f"no births are called {name}; want one of {known}" for name in wrong)
    rows = []
    ways = None
    for variant in births or known:
        for scenario in scenarios:
            own = replace(policy, births=variant)
            outcome = evaluate(district, standards, scenario, policy=own, costs=ways)
            ways = ways or outcome.costs
            rows.append({"scenario": scenario.name, "births": variant, **_count(outcome)})
    table = pd.DataFrame(rows).set_index(["scenario", "births"])
    best = table.shortage.groupby("births").transform("min")
    table.insert(1, "regret", table.shortage - best)
    return Regrets(table, _weigh(table))


def _count(outcome: Outcome) -> dict[str, int]:
    """Count what is short over the years, and what stands empty in the last."""
    last = outcome.district.horizon
    balance = outcome.measure("balance").xs(last, level="year")
    short = outcome.measure("catchment_shortage")
    return {"shortage": int(short.sum()), "idle": int(balance.clip(lower=0).sum())}


def _weigh(table: pd.DataFrame) -> pd.DataFrame:
    by_plan = table.groupby("scenario", sort=False)
    regret = table.regret.unstack("births")[list(table.index.unique("births"))]
    plans = pd.DataFrame(
        {
            "mean_shortage": by_plan.shortage.mean(),
            "worst_regret": by_plan.regret.max(),
            "worst_births": regret.idxmax(axis=1).where(regret.max(axis=1) > 0, ""),
        }
    )
    plans["least_regret"] = plans.worst_regret == plans.worst_regret.min()
    plans["least_shortage"] = plans.mean_shortage == plans.mean_shortage.min()
    return plans
