"""Links of rolls: whose leavers enter a unit, and which places units lie in."""

from __future__ import annotations

import pandas as pd

from seatplan.errors import InputError


def build_feeders(table: pd.DataFrame, name: str = "feeders") -> pd.DataFrame:
    """Check a table of feeders (unit, feeder, [share]); equal shares where none are given.

    Raises
    ------
    InputError
        A column is missing, a unit feeds itself, or shares are no parts of one.
    """
    if missing := [column for column in ("unit", "feeder") if column not in table]:
        found = ", ".join(map(str, table))
        raise InputError(f"{name}: column {', '.join(missing)} is missing; found {found}")
    table = table.dropna(subset=["unit", "feeder"]).drop_duplicates(["unit", "feeder"])
    if (own := table["unit"] == table["feeder"]).any():
        raise InputError(f"{name}: {table.loc[own, 'unit'].iloc[0]} feeds itself; remove the row")
    if "share" not in table:
        return table.assign(share=1.0 / table.groupby("feeder")["unit"].transform("size"))
    share = pd.to_numeric(table["share"], errors="coerce")
    if not (known := share.between(0, 1)).all():
        value = table["share"][~known].iloc[0]
        got = "nothing" if pd.isna(value) else value
        raise InputError(f"{name}: share must be from 0 to 1; got {got}")
    sums = share.groupby(table["feeder"]).sum()
    if (sums > 1 + 1e-6).any():
        raise InputError(
            f"{name}: the shares of {sums.idxmax()} sum to {sums.max():.2f}; at most 1"
        )
    return table.assign(share=share)


def tell_feeders(
    feeders: pd.DataFrame, pupils: pd.Series[float], grades: tuple[str, ...], name: str
) -> list[str]:
    """Say which rows of a table of feeders tell nothing of the rolls, and why.

    A row says something where the feeder teaches the grade before the first of the unit.
    """
    place = {code: at for at, code in enumerate(grades)}
    index = pupils.index
    taught = pd.Series(index.get_level_values("grade").map(place)).groupby(
        index.get_level_values("unit")
    )
    spans = taught.agg(["min", "max"])
    lost = [
        unit
        for unit in pd.unique(feeders[["unit", "feeder"]].to_numpy().ravel())
        if unit not in spans.index
    ]
    told = [f"{name}: no such unit in the rolls: {_list_few(lost)}; left out"] if lost else []
    idle = [
        f"{feeder} -> {unit}"
        for unit, feeder in feeders[["unit", "feeder"]].itertuples(index=False)
        if unit in spans.index
        and feeder in spans.index
        and not spans.loc[feeder, "min"] < spans.loc[unit, "min"] <= spans.loc[feeder, "max"] + 1
    ]
    if idle:
        told.append(
            f"{name}: {_list_few(idle)} says nothing, for the feeder does not teach the grade "
            "before the first of the unit (the column feeder is the school that pupils leave)"
        )
    return told


def join_units(table: pd.DataFrame, places: pd.DataFrame, name: str) -> pd.DataFrame:
    """Give rolls the columns of a table of units, or of one of their places.

    Raises
    ------
    InputError
        A unit has no row there, or two that differ.
    """
    places = places[[column for column in places if not str(column).endswith("_name")]]
    key = str(places.columns[0])
    target = key if key in table else "unit"
    known = places.drop_duplicates()
    if (twice := known.duplicated(key)).any():
        unit = known.loc[twice, key].iloc[0]
        raise InputError(f"{name}: {key} {unit} stands twice with other places; keep one row of it")
    if lost := sorted(set(table[target]) - set(known[key])):
        raise InputError(
            f"{name}: no row for {target} {', '.join(lost[:5])}; add {len(lost)} rows "
            f"(it has {_list_few(known[key].astype(str).tolist())})"
        )
    known = known.rename(columns={key: target})
    further = [column for column in table if column in known and column != target]
    return table.drop(columns=further).merge(known, on=target, how="left").set_axis(table.index)


def _list_few(names: list[str], most: int = 3) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(map(str, names[:most])) + more
