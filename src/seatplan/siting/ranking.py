"""Ranking: what each site does alone, and what it adds to a plan or takes from it."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from seatplan.labels import Floats
from seatplan.outcome import Outcome
from seatplan.siting.choice import Siting
from seatplan.siting.programme import Operation, Programme, close_all, count_stranded, operate
from seatplan.siting.survey import Survey, survey_sites


def rank_sites(
    outcome: Outcome,
    stage: str,
    *,
    classrooms: Sequence[int] = (24, 30, 36),
    years: Sequence[int] = (),
    plan: Siting | None = None,
    reach: Floats | None = None,
) -> pd.DataFrame:
    """Rank the candidates by the shortage that each cures alone, then by the walks it saves.

    Each opens as early as it is free, at the largest size on offer there. With `plan` (whose
    survey then counts), each is also set beside the plan: a site that the plan leaves out is
    added, one that it opens is left out, and the columns `with_` say what its being there does.

    Returns
    -------
    pandas.DataFrame
        Index `site`, best first: classrooms, year, seats; used (most pupils in one year), cured
        (pupil-years no longer short), saved_km (pupil-kilometres a year that those seated in reach
        before and after need not walk; below zero where curing the shortage costs walking),
        stranded (seats empty ten years on); with a plan also in_plan, with_used, with_cured,
        with_saved_km, with_stranded.
    """
    if plan is not None:
        survey = plan.survey
    else:
        span = years or outcome.district.years[1:]
        survey = survey_sites(outcome, stage, classrooms, span, reach=reach)
    nothing = close_all(survey)
    alone = [_weigh_site(survey, nothing, site) for site in range(len(survey.places))]
    table = pd.DataFrame(alone, index=survey.places.index)
    if plan is not None:
        beside = [_weigh_site(survey, plan.programme, site) for site in range(len(survey.places))]
        pairs = pd.DataFrame(beside, index=table.index)[["used", "cured", "saved_km", "stranded"]]
        table["in_plan"] = plan.programme.classrooms > 0
        table = table.join(pairs.add_prefix("with_"))
    return table.sort_values(["cured", "saved_km"], ascending=False, kind="stable")


def _weigh_site(survey: Survey, plan: Programme, site: int) -> dict[str, object]:
    """Compare the plan with and without one site."""
    opened = plan.classrooms[site] > 0
    rooms = int(plan.classrooms[site] if opened else survey.sizes[site].max())
    year = int(plan.opening[site] if opened else survey.years[survey.earliest[site]])
    without = plan.exchange(site, 0, 0)
    beside = plan.exchange(site, rooms, year)
    before, after = operate(survey, without), operate(survey, beside)
    stranded = count_stranded(survey, beside)
    return {
        "classrooms": rooms,
        "year": year,
        "seats": rooms * survey.per_class,
        "used": float(after.attending[:, len(survey.schools) + site].max()),
        "cured": before.shortage - after.shortage,
        "saved_km": _count_metres(before) - _count_metres(after),
        "stranded": float(stranded[survey.places.index[site]]),
    }


def _count_metres(operation: Operation) -> float:
    """Return the pupil-kilometres a year of everybody, the short walking on beyond their reach."""
    table = operation.table
    metres = table.walk_all_m * (table.pupils - table.unplaced)
    return float(metres.mean()) / 1000
