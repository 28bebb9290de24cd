"""The toy town with a history: steady, falling, in part, with gaps, of schools closed since."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pandas as pd

from seatplan.district.district import District
from seatplan.examples import toy_district

KEYS = ["school", "grade", "year"]


def remember(
    years: int,
    *,
    shrink: int = 0,
    drop: Callable[[pd.Series], bool] | None = None,
    closed: Mapping[str, tuple[int, list[int]]] | None = None,
) -> District:
    """Return the toy town with `years` years of rolls before 2020.

    Parameters
    ----------
    shrink
        Pupils that each school has lost in each grade from year to year.
    drop
        Earlier rows that are not on record.
    closed
        Schools that stand no more: pupils in each primary grade, and the autumns on record.
    """
    district = toy_district()
    base = district.rolls.reset_index()
    past = [
        base.assign(year=2020 - back, pupils=base.pupils + shrink * back)
        for back in range(1, years + 1)
    ]
    earlier = pd.concat([base.head(0), *past])
    if drop is not None:
        earlier = earlier[[not drop(row) for _, row in earlier.iterrows()]]
    gone = [
        (school, f"g{grade}", year, pupils, 1)
        for school, (pupils, autumns) in (closed or {}).items()
        for year in autumns
        for grade in range(1, 7)
    ]
    more = pd.DataFrame(gone, columns=[*KEYS, "pupils", "classes"])
    rolls = pd.concat([base, earlier, more][: 3 if gone else 2])
    return district.replace(rolls=rolls.set_index(KEYS).sort_index())
