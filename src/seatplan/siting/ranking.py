"""Ranking: what each place does alone, beside a plan, and in the stead of one of its places."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
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
        Index `place`, best first: kind, classrooms, year, seats; used (most pupils in one year),
        cured (pupil-years no longer short), saved_km (pupil-kilometres a year that everybody need
        not walk, the short walking on beyond their reach), stranded (seats empty ten years on);
        with a plan also in_plan, with_used, with_cured, with_saved_km, with_stranded.
    """
    if plan is not None:
        survey = plan.survey
    else:
        span = years or outcome.district.years[1:]
        survey = survey_sites(outcome, stage, classrooms, span, reach=reach)
    nothing = close_all(survey)
    alone = [_weigh_site(survey, nothing, site) for site in range(len(survey.places))]
    table = pd.DataFrame(alone, index=survey.places.index)
    table.insert(0, "kind", survey.places.kind)
    if plan is not None:
        beside = [_weigh_site(survey, plan.programme, site) for site in range(len(survey.places))]
        pairs = pd.DataFrame(beside, index=table.index)[["used", "cured", "saved_km", "stranded"]]
        table["in_plan"] = plan.programme.classrooms > 0
        table = table.join(pairs.add_prefix("with_"))
    return table.sort_values(["cured", "saved_km"], ascending=False, kind="stable")


def rank_swaps(plan: Siting) -> pd.DataFrame:
    """Set every change of one place against the plan: added, left out, or put in another's stead.

    What enters does so at its largest size, as early as it may. Pairs that may not stand together
    are left out, and so are budgets and numbers: a swap says why a place is in the plan, or what
    one more would do.

    Returns
    -------
    pandas.DataFrame
        Index (`leaves`, `enters`), "" where none does, best first: classrooms (more than in the
        plan), cured (pupil-years no longer short; below zero: more are), saved_km (as in
        `rank_sites`), stranded (more seats empty ten years on).
    """
    survey, own = plan.survey, plan.programme
    before = operate(survey, own)
    empty = count_stranded(survey, own).sum()
    built = [int(place) for place in np.flatnonzero(own.classrooms)]
    names = survey.places.index
    rows = {}
    for leaves in (None, *built):
        rest = own if leaves is None else own.exchange(leaves, 0, 0)
        for enters in (None, *np.flatnonzero(own.classrooms == 0)):
            if (leaves is None and enters is None) or _clash(survey, rest, enters):
                continue
            changed = rest if enters is None else _open_whole(survey, rest, int(enters))
            after = operate(survey, changed)
            key = ("" if leaves is None else names[leaves], "" if enters is None else names[enters])
            rows[key] = {
                "classrooms": int(changed.classrooms.sum() - own.classrooms.sum()),
                "cured": before.shortage - after.shortage,
                "saved_km": _count_metres(before) - _count_metres(after),
                "stranded": float(count_stranded(survey, changed).sum() - empty),
            }
    table = pd.DataFrame.from_dict(rows, orient="index").rename_axis(["leaves", "enters"])
    return table.sort_values(["cured", "saved_km"], ascending=False, kind="stable")


def _clash(survey: Survey, plan: Programme, place: int | None) -> bool:
    """Whether a place may not open beside a plan."""
    return place is not None and bool(survey.near[place, plan.classrooms > 0].any())


def _open_whole(survey: Survey, plan: Programme, place: int) -> Programme:
    """Add a place to a plan at its largest size, as early as it may."""
    year = survey.years[survey.earliest[place]]
    return plan.exchange(place, int(survey.sizes[place].max()), year)


def _weigh_site(survey: Survey, plan: Programme, site: int) -> dict[str, object]:
    """Compare the plan with and without one site."""
    without = plan.exchange(site, 0, 0)
    beside = plan if plan.classrooms[site] > 0 else _open_whole(survey, plan, site)
    rooms = int(beside.classrooms[site])
    before, after = operate(survey, without), operate(survey, beside)
    stranded = count_stranded(survey, beside)
    return {
        "classrooms": rooms,
        "year": int(beside.opening[site]),
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
