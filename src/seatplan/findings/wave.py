"""The wave: when the pupils of each place are most, when fewest, and what then stands empty."""

from __future__ import annotations

import numpy as np
import pandas as pd

from seatplan.labels import Ints
from seatplan.outcome import Outcome

STRANDED_AFTER = (10, 15)  # years after its opening in which a project's empty seats are counted
IDLE = 0.3  # share of a project's seats above which it is said to stand empty


def list_waves(outcome: Outcome, *, now: int | None = None) -> pd.DataFrame:
    """List peak and trough of the pupils who live in each place.

    Parameters
    ----------
    now
        The autumn from which on; the base year where left out.

    Returns
    -------
    Index (`level`, `place`, `stage`): level "district", "township" or "catchment" (by its school);
    columns today (pupils of `now`), peak and peak_year (the first year with the most),
    trough and trough_year (the fewest from the peak on), last (of the last year), seats (of the
    peak year), peak_ratio (peak / today, NaN where nobody lives today) and trough_ratio (trough /
    peak). A stage without pupils is left out.
    """
    kept = [year for year in outcome.district.years if now is None or year >= now]
    places = outcome.measure("place_residents").rename("residents")
    places = places[places.index.isin(kept, level="year")]
    seats = outcome.measure("place_seats")
    parts = {"district": [outcome.district.code]}
    parts["township"] = [
        place for place in places.index.unique("place") if place != outcome.district.code
    ]
    tables = [
        _list_level(level, places[places.index.isin(chosen, level="place")], seats)
        for level, chosen in parts.items()
    ]
    of_schools = outcome.measure("residents")
    of_schools = of_schools[
        of_schools.index.isin(outcome.standards.zoned, level="stage")
        & of_schools.index.isin(kept, level="year")
    ]
    renamed = {"school": "place"}
    tables.append(
        _list_level(
            "catchment",
            of_schools.rename_axis(index=renamed),
            outcome.measure("seats").rename_axis(index=renamed),
        )
    )
    return pd.concat(tables).set_index(["level", "place", "stage"])


def _list_level(level: str, people: pd.Series[int], seats: pd.Series[int]) -> pd.DataFrame:
    """List the waves of the places of one level."""
    table = people.unstack("year").fillna(0)
    table = table[(table > 0).any(axis=1)]
    counts, years = table.to_numpy(float), table.columns.to_numpy(int)
    peak = counts.argmax(axis=1)
    later = np.arange(len(years)) >= peak[:, None]
    trough = np.where(later, counts, np.inf).argmin(axis=1)
    row = np.arange(len(counts))
    held = seats.unstack("year").reindex(index=table.index, columns=table.columns).to_numpy(float)
    with np.errstate(divide="ignore", invalid="ignore"):
        growth = np.where(counts[:, 0] > 0, counts[row, peak] / counts[:, 0], np.nan)
    return pd.DataFrame(
        {
            "level": level,
            "place": table.index.get_level_values("place"),
            "stage": table.index.get_level_values("stage"),
            "today": counts[:, 0].astype(int),
            "peak": counts[row, peak].astype(int),
            "peak_year": years[peak],
            "trough": counts[row, trough].astype(int),
            "trough_year": years[trough],
            "last": counts[:, -1].astype(int),
            "seats": np.nan_to_num(held[row, peak]).astype(int),
            "peak_ratio": growth,
            "trough_ratio": counts[row, trough] / counts[row, peak],
        }
    )


def list_stranded(today: Outcome, plan: Outcome) -> pd.DataFrame:
    """List the seats that each project of a plan adds, and how many stand empty years after.

    Returns
    -------
    Index (`school`, `stage`): opening (first year with more seats than as it is), added (most seats
    added), and for each of `STRANDED_AFTER` years n: year_n, seats_n, pupils_n, idle_n (seats
    without a pupil, at most those added) and stranded_n (whether they are more than `IDLE` of the
    seats added). Where the forecast ends before, the columns are empty: nothing is guessed.
    """
    seats = plan.measure("seats").unstack("year")
    before = today.measure("seats").unstack("year").reindex(seats.index).fillna(0)
    added = (seats - before).where(lambda table: table > 0, 0)
    added = added[(added > 0).any(axis=1)]
    pupils = plan.measure("pupils").unstack("year").reindex(added.index).fillna(0)
    rows = []
    for place in added.index:
        opening = int(added.columns[added.loc[place] > 0][0])
        row: dict[str, object] = {"opening": opening, "added": int(added.loc[place].max())}
        for after in STRANDED_AFTER:
            row |= _count_idle(
                opening + after, after, *(t.loc[place] for t in (seats, pupils, added))
            )
        rows.append(row)
    return pd.DataFrame(rows, index=added.index).convert_dtypes()


def add_idle_chances(table: pd.DataFrame, plan: Outcome, rolls: Ints) -> pd.DataFrame:
    """Add to the projects of a plan how likely their seats stand empty.

    Parameters
    ----------
    table
        Of `list_stranded`.
    rolls
        Pupils on roll in many futures of the plan, school x stage x year x draw (`draw_rolls`).

    Returns
    -------
    The table with chance_n beside stranded_n: the share of futures in which more than `IDLE` of the
    seats added stand empty; missing beyond the forecast.
    """
    axes, seats = plan.axes, plan.measure("seats")
    chances: dict[str, list[float]] = {f"chance_{after}": [] for after in STRANDED_AFTER}
    projects = [(str(school), str(stage)) for school, stage in table.index]
    for (school, stage), row in zip(projects, table.to_dict("records"), strict=True):
        at = axes.schools.get_loc(school), axes.stages.index(stage)
        for after in STRANDED_AFTER:
            year = int(row["opening"]) + after
            if year not in axes.years:
                chances[f"chance_{after}"].append(np.nan)
                continue
            idle = int(seats[school, stage, year]) - rolls[at][axes.years.index(year)]
            chances[f"chance_{after}"].append(float((idle > IDLE * row["added"]).mean()))
    return table.assign(**chances)


def _count_idle(
    year: int, after: int, seats: pd.Series[int], pupils: pd.Series[int], added: pd.Series[int]
) -> dict[str, object]:
    """Count the empty seats of one project in one year; nothing beyond the forecast."""
    names = [f"{name}_{after}" for name in ("year", "seats", "pupils", "idle", "stranded")]
    if year not in added.index:
        return dict.fromkeys(names)
    held, come, more = int(seats[year]), int(pupils[year]), int(added[year])
    idle = min(max(held - come, 0), more)
    return dict(zip(names, (year, held, come, idle, idle > IDLE * more), strict=True))
