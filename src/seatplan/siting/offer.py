"""Offer: which sizes each place may carry, and why not the others."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
import pandas as pd

from seatplan.errors import InputError
from seatplan.outcome import Outcome
from seatplan.siting.extensions import Extensions, Kind, find_most_pupils

IDLE = "-"  # a size that is on offer for places of another kind
TAKEN_M = 1.0  # a site nearer than this to a school is where that school stands


def offer_sizes(
    outcome: Outcome,
    stage: str,
    classrooms: Sequence[int],
    years: list[int],
    per_class: float,
    land: tuple[float, float],
    kinds: Collection[Kind],
    added: pd.DataFrame,
    extensions: Extensions,
) -> tuple[list[int], pd.DataFrame]:
    """Return every size, ascending, and why each place does not carry it.

    Parameters
    ----------
    land
        Least distance between two schools, metres; site area for each seat, m2.
    kinds, added
        The kinds of extensions asked for, and what there is of them, see `list_extensions`.

    Returns
    -------
    list, pandas.DataFrame
        The sizes; reasons, index `place` (sites, then extensions), a column for each size: ""
        where it is on offer.

    Raises
    ------
    InputError
        Nothing that was asked for can carry any of the sizes.
    """
    sizes = sorted({*classrooms, *(extensions.classrooms if kinds else ())})
    reasons = pd.concat(
        [
            _judge_sites(outcome, stage, sizes, classrooms, years, per_class, land),
            _judge_extensions(added, sizes, extensions.classrooms),
        ]
    )
    offered = (reasons == "").any(axis=1)
    if kinds and not offered[added.index].any():
        _refuse_extensions(stage, reasons, added, extensions)
    if not len(reasons):
        raise InputError(
            "siting: the district names no candidate site; want sites.geojson, a point for each "
            "piece of land with its room for classrooms (docs/data-format.md)"
        )
    if not offered.any():
        raise InputError(
            f"siting: no site can carry a {stage} of {_join(classrooms)} classrooms: "
            f"{_count_reasons(reasons)}"
        )
    return sizes, reasons


def list_excluded(reasons: pd.DataFrame) -> pd.DataFrame:
    """Return place, classrooms, reason of everything that is not on offer."""
    rows = [
        (place, size, reason)
        for place, row in zip(reasons.index, reasons.to_numpy(), strict=True)
        for size, reason in zip(reasons.columns, row, strict=True)
        if reason not in ("", IDLE)
    ]
    return pd.DataFrame(rows, columns=["place", "classrooms", "reason"])


def _judge_sites(
    outcome: Outcome,
    stage: str,
    sizes: list[int],
    classrooms: Sequence[int],
    years: list[int],
    per_class: float,
    land: tuple[float, float],
) -> pd.DataFrame:
    """Say of each site (index) and size (columns) why it is not on offer; "" where it is."""
    district = outcome.district
    least_apart, land_per_pupil = land
    most = find_most_pupils(outcome, stage, years[0])
    taught = pd.Index(outcome.seats.table.xs(stage, level="stage").index.unique("school"))
    stands = district.schools.geometry[taught]
    everywhere = district.schools.geometry
    reasons = {}
    for site in district.sites.itertuples():
        whole = []
        if stage not in str(site.stages).split():
            whole.append(f"the site is not for {stage}")
        if float(site.earliest_year) > years[-1]:
            whole.append(f"the site is free only after {years[-1]}")
        if everywhere.distance(site.geometry).min() < TAKEN_M:
            whole.append("a school stands there")
        elif stands.distance(site.geometry).min() < least_apart:
            whole.append(f"a school stands within {least_apart:g} m")
        for rooms in sizes:
            seats = rooms * per_class
            reason = list(whole) if rooms in classrooms else [IDLE]
            if rooms > float(site.max_classrooms):
                reason.append("more classrooms than the site's maximum")
            if seats * land_per_pupil > float(site.land_m2):
                reason.append(f"less than {land_per_pupil:g} m2 of land for each pupil")
            if seats > most:
                reason.append(f"more than {most:g} pupils, the standard's school size")
            reasons[site.Index, rooms] = reason[0] if reason else ""
    return _lay_out(reasons, sizes)


def _judge_extensions(
    added: pd.DataFrame, sizes: list[int], classrooms: Sequence[int]
) -> pd.DataFrame:
    """Say the same of each extension."""
    reasons = {
        (place, rooms): IDLE if rooms not in classrooms else row.reason * (rooms > row.rooms)
        for place, row in added.iterrows()
        for rooms in sizes
    }
    return _lay_out(reasons, sizes)


def _lay_out(reasons: dict[tuple[object, int], str], sizes: list[int]) -> pd.DataFrame:
    """Return reasons by place and size, in the order in which they were found."""
    places = pd.Index(dict.fromkeys(place for place, _ in reasons), name="place", dtype=object)
    texts = np.array(list(reasons.values()), dtype=object).reshape(len(places), len(sizes))
    return pd.DataFrame(texts, index=places, columns=pd.Index(sizes, name="classrooms"))


def _refuse_extensions(
    stage: str, reasons: pd.DataFrame, added: pd.DataFrame, extensions: Extensions
) -> None:
    """Say of each kind of extension why no school can have it, and by how much."""
    problems = [
        f"siting: no school can {kind} by {_join(extensions.classrooms)} classrooms of {stage}: "
        f"{_count_reasons(reasons.loc[rows.index])}. The most is {rows.rooms.max():g} classrooms, "
        f"at {rows['at'].iloc[rows.rooms.argmax()]}; it lacks "
        f"{min(extensions.classrooms) - rows.rooms.max():g}"
        for kind, rows in added.groupby("kind")
    ]
    nobody = f"siting: no school of {stage} teaches another stage that could give up rooms"
    raise InputError(problems or [nobody])


def _count_reasons(reasons: pd.DataFrame) -> str:
    told = list_excluded(reasons).reason.value_counts()
    return "; ".join(f"{reason} ({count})" for reason, count in told.items())


def _join(values: Sequence[int]) -> str:
    return ", ".join(str(value) for value in sorted(set(values)))
