"""Ranking: what each place does alone, beside a plan, and in the stead of one of its places."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from seatplan.labels import Floats
from seatplan.outcome import Outcome
from seatplan.siting.choice import Siting
from seatplan.siting.programme import Operation, Programme, close_all, count_stranded, operate
from seatplan.siting.survey import Survey, survey_sites
from seatplan.solvers.stop import Meter

Advance = Callable[[str], None]
FOUND = ("used", "cured", "saved_km", "stranded")
WEIGHING = 1e-3  # units of work of a year of a programme: two transport problems


def rank_sites(
    outcome: Outcome,
    stage: str,
    *,
    classrooms: Sequence[int] = (24, 30, 36),
    years: Sequence[int] = (),
    plan: Siting | None = None,
    reach: Floats | None = None,
    meter: Meter | None = None,
    advance: Advance | None = None,
) -> pd.DataFrame:
    """Rank the candidates by the shortage that each cures alone, then by the walks it saves.

    Each opens as early as it is free, at the largest size on offer there. With `plan` (whose
    survey then counts), each is also set beside the plan: a site that the plan leaves out is
    added, one that it opens is left out, and the columns `with_` say what its being there does.
    `meter` counts the work: once it is over, the places that are left are not in the table. Those
    of the plan come first. `advance` is called with the name of each place that is weighed.

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
    own = nothing if plan is None else plan.programme
    before = {each: operate(survey, programme) for each, programme in ((0, nothing), (1, own))}
    rows: dict[int, dict[str, object]] = {}
    for site in map(int, np.argsort(own.classrooms == 0, kind="stable")):
        if _is_over(survey, meter):
            break
        rows[site] = _weigh_site(survey, nothing, site, before[0])
        if plan is not None:
            beside = _weigh_site(survey, own, site, before[1])
            rows[site]["in_plan"] = bool(own.classrooms[site] > 0)
            rows[site] |= {f"with_{name}": beside[name] for name in FOUND}
        if advance is not None:
            advance(str(survey.places.index[site]))
    weighed = sorted(rows)
    table = pd.DataFrame([rows[site] for site in weighed], index=survey.places.index[weighed])
    table.insert(0, "kind", survey.places.kind.iloc[weighed])
    if not weighed:
        return table
    return table.sort_values(["cured", "saved_km"], ascending=False, kind="stable")


def _is_over(survey: Survey, meter: Meter | None) -> bool:
    """Count the work of weighing a place; whether there is none left."""
    if meter is None:
        return False
    meter.spend(WEIGHING * len(survey.years))
    return meter.is_over


def rank_swaps(
    plan: Siting, *, meter: Meter | None = None, advance: Advance | None = None
) -> pd.DataFrame:
    """Set every change of one place against the plan: added, left out, or put in another's stead.

    What enters does so at its largest size, as early as it may. Pairs that may not stand together
    are left out, and so are budgets and numbers: a swap says why a place is in the plan, or what
    one more would do. `meter` and `advance` as in `rank_sites`: swaps that it leaves no work for
    are not in the table.

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
            if _is_over(survey, meter):
                break
            changed = rest if enters is None else _open_whole(survey, rest, int(enters))
            after = operate(survey, changed)
            key = ("" if leaves is None else names[leaves], "" if enters is None else names[enters])
            rows[key] = {
                "classrooms": int(changed.classrooms.sum() - own.classrooms.sum()),
                "cured": before.shortage - after.shortage,
                "saved_km": _count_metres(before) - _count_metres(after),
                "stranded": float(count_stranded(survey, changed).sum() - empty),
            }
        if advance is not None:
            advance("swaps")
    index = pd.MultiIndex.from_tuples(rows, names=["leaves", "enters"])
    columns = ["classrooms", "cured", "saved_km", "stranded"]
    table = pd.DataFrame(list(rows.values()), index=index, columns=columns)
    return table.sort_values(["cured", "saved_km"], ascending=False, kind="stable")


def _clash(survey: Survey, plan: Programme, place: int | None) -> bool:
    """Whether a place may not open beside a plan."""
    return place is not None and bool(survey.near[place, plan.classrooms > 0].any())


def _open_whole(survey: Survey, plan: Programme, place: int) -> Programme:
    """Add a place to a plan at its largest size, as early as it may."""
    year = survey.years[survey.earliest[place]]
    return plan.exchange(place, int(survey.sizes[place].max()), year)


def _weigh_site(survey: Survey, plan: Programme, site: int, own: Operation) -> dict[str, object]:
    """Compare the plan, which `own` operates, with and without one site."""
    if plan.classrooms[site] > 0:
        beside, after = plan, own
        before = operate(survey, plan.exchange(site, 0, 0))
    else:
        beside, before = _open_whole(survey, plan, site), own
        after = operate(survey, beside)
    rooms = int(beside.classrooms[site])
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
