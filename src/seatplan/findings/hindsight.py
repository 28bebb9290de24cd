"""Hindsight: the warnings of an earlier autumn against what came."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pandas as pd

from seatplan.errors import InputError
from seatplan.files import note_input, read_text
from seatplan.findings.thresholds import LEVELS
from seatplan.outcome import Outcome

# columns of a warnings.csv that are read
WANTED = ("school", "stage", "level", "first", "last", "warned")


def read_warnings(path: Path) -> pd.DataFrame:
    """Read a warnings.csv of `seatplan warn`.

    Returns
    -------
    Index (`school`, `stage`): level, first, last, warned (the autumn of the warnings, one for all).

    Raises
    ------
    InputError
        It is none: a sentence for each column that is missing, and each cell that is wrong.
    """
    note_input(path)
    try:
        table = pd.read_csv(io.StringIO(read_text(path)), dtype=str, keep_default_na=False)
    except (pd.errors.EmptyDataError, pd.errors.ParserError) as error:
        raise InputError(f"{path.name}: no table; want a warnings.csv of seatplan warn") from error
    if missing := [name for name in WANTED if name not in table]:
        raise InputError(
            f"{path.name}: no column {', '.join(missing)}; want a warnings.csv of seatplan warn"
        )
    problems = []
    for row, cells in enumerate(table[list(WANTED)].to_dict("records"), 2):
        if cells["level"] not in LEVELS:
            want = f"want one of {', '.join(LEVELS)}"
            problems.append(f"{path.name}: row {row}: level {cells['level']}; {want}")
        problems += [
            f"{path.name}: row {row}: {name} {cells[name]}; want a year"
            for name in ("first", "last", "warned")
            if not (cells[name].isascii() and cells[name].isdigit() and len(cells[name]) == 4)
        ]
    if table.duplicated(["school", "stage"]).any():
        problems.append(f"{path.name}: a school and stage stand twice; want each once")
    if len(autumns := table.warned.unique()) > 1:
        told = " and ".join(sorted(autumns)[:2])
        problems.append(f"{path.name}: warnings of {told}; want those of one autumn")
    if problems:
        raise InputError(problems)
    years = dict.fromkeys(("first", "last", "warned"), int)
    return table[list(WANTED)].astype(years).set_index(["school", "stage"])


def compare_warnings(before: pd.DataFrame, outcome: Outcome, year: int, least: int) -> pd.DataFrame:
    """Hold the warnings of an earlier year against the catchment shortages of this one.

    Parameters
    ----------
    before
        See `read_warnings`.
    outcome, year
        The district with this year's figures, and the autumn: its base year, or a later one.
    least
        A shortage below so many pupils is none.

    Returns
    -------
    Index (`school`, `stage`): level (of then; "" where nothing was said), first, last (years in
    which the shortage was to be; 0 without a warning), warned (the autumn of the warnings; 0 where
    there were none), shortage and seats (now), came: "came" (said
    for this autumn, and it is so), "not" (said for this autumn, and it is not), "unsaid" (it is so,
    and nothing was said for this autumn), "ahead" (said for later years). What was over by now, and
    schools that are no more, are left out.

    Raises
    ------
    InputError
        The warnings are not of an earlier autumn: they cannot say what would come in this one.
    """
    warned = int(before.warned.max()) if len(before) else 0
    if warned >= year:
        raise InputError(
            f"--last: these warnings are of the autumn of {warned}; want those of one before "
            f"{year} (--now says which autumn they are held against)"
        )
    short = outcome.measure("catchment_shortage").xs(year, level="year")
    short = short[short.index.isin(outcome.standards.zoned, level="stage")].dropna()
    table = before[before.index.isin(short.index)]
    table = table.reindex(short.index[(short >= least) | short.index.isin(table.index)])
    table["level"] = table.level.fillna("")
    table[["first", "last"]] = table[["first", "last"]].fillna(0).astype(int)
    table["warned"] = warned
    table["shortage"] = short.reindex(table.index).astype(int)
    seats = outcome.measure("seats").xs(year, level="year")
    table["seats"] = seats.reindex(table.index).fillna(0).astype(int)
    is_said = (table["first"] <= year) & (table["last"] >= year)
    is_short = table.shortage >= least
    states = [is_said & is_short, is_said & ~is_short, is_short, table["first"] > year]
    table["came"] = np.select(states, ["came", "not", "unsaid", "ahead"], "over")
    order = table.came.map(["unsaid", "not", "came", "ahead", "over"].index)
    table = table.assign(order=order).sort_values(
        ["order", "shortage"], ascending=[True, False], kind="stable"
    )
    return table[table.came != "over"].drop(columns="order")
