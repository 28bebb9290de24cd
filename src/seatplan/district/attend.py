"""Where pupils live against where they attend, as far as a list says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from seatplan.district.district import nobody_listed
from seatplan.district.draft import Draft, find_strangers
from seatplan.district.finding import Finding
from seatplan.district.tables import ATTEND, BLOCKS

SCHOOLS = "schools.geojson"
OVER = 1.1  # pupils listed for each on roll from which the list is doubted
MANY = 10  # pupils by which they differ at least


def check_attend(draft: Draft) -> Iterator[str]:
    """Hold that listed pupils live in a block and attend a grade that their school teaches."""
    if not draft.has(ATTEND, BLOCKS, SCHOOLS):
        return
    rows, table, schools = draft.rows[ATTEND], draft.tables[ATTEND], draft.tables[SCHOOLS]
    yield from find_strangers(draft, ATTEND, "block", draft.ids(BLOCKS), "block")
    yield from find_strangers(draft, ATTEND, "school", draft.ids(SCHOOLS), "school")
    kinds = dict(zip(schools.id, schools.kind, strict=True))
    for number, school, grade in table[["school", "grade"]].itertuples(name=None):
        if school not in kinds or kinds[school] not in draft.standards.kinds or grade is None:
            continue
        taught = draft.standards.kinds[kinds[school]]
        if draft.standards.stage_of[grade] not in taught:
            want = f"want a grade that {school} teaches ({', '.join(taught)})"
            yield rows.fault(number, "grade", want)


def read_attend(draft: Draft) -> pd.Series[float]:
    """Return the pupils listed, `District.attend`.

    Counts without a grade are spread over the grades of the school's roll.
    """
    if not draft.has(ATTEND) or draft.tables[ATTEND].empty:
        return nobody_listed()
    table = draft.tables[ATTEND][["block", "school", "grade", "pupils"]]
    return spread_counts(table, _read_rolls(draft))


def spread_counts(table: pd.DataFrame, rolls: pd.Series[float]) -> pd.Series[float]:
    """Return pupils by block, school and grade; those without a grade by the rolls of their school.

    Parameters
    ----------
    table
        block, school, grade (None where it is not said), pupils.
    rolls
        Pupils on roll, > 0, index (`school`, `grade`).
    """
    graded, whole = table[table.grade.notna()], table[table.grade.isna()]
    if len(whole):
        parts = rolls / rolls.groupby("school").transform("sum")
        spread = whole.drop(columns="grade").merge(parts.rename("part").reset_index(), on="school")
        spread["pupils"] *= spread.pop("part")
        graded = pd.concat([graded, spread])
    keys = ["block", "school", "grade"]
    counts: pd.Series[float] = graded.astype(dict.fromkeys(keys, "str")).groupby(keys).pupils.sum()
    return counts[counts > 0].astype(float)


def _read_rolls(draft: Draft) -> pd.Series[float]:
    """Return the pupils on roll, > 0, index (`school`, `grade`)."""
    schools, grades = draft.tables[SCHOOLS], draft.standards.grades
    table = schools.set_index("id")[[f"roll_{grade}" for grade in grades]]
    table.columns = pd.Index(grades)
    rolls: Any = table.rename_axis(index="school", columns="grade").stack()
    known: pd.Series[float] = rolls[rolls > 0].astype(float)
    return known


def spell_counts(attend: pd.Series[float]) -> pd.DataFrame:
    """Return the pupils listed as the table of a file, whole where all are."""
    counts = attend.round(6)
    return (counts.astype(int) if (counts % 1 == 0).all() else counts).reset_index()


def doubt_attend(draft: Draft) -> Iterator[Finding]:
    """Yield schools with more pupils in the list than on roll, and how many the list holds."""
    listed = read_attend(draft)
    if listed.empty:
        return
    rolls = _read_rolls(draft)
    pairs = pd.DataFrame({"listed": listed.groupby(["school", "grade"]).sum(), "roll": rolls})
    schools = pairs.fillna(0.0).groupby("school").sum()
    over = (schools.listed > OVER * schools.roll) & (schools.listed > schools.roll + MANY)
    for school, row in schools[over].iterrows():
        sentence = (
            f"{ATTEND}: {school}: {row.listed:,.0f} pupils in the list, {row.roll:,.0f} on roll in "
            f"{SCHOOLS}; want the pupils of {draft.base_year}"
        )
        yield Finding("more listed than on roll", "doubtful", sentence, row.listed - row.roll)
    part = schools[["listed", "roll"]].min(axis=1).sum() / schools.roll.sum()
    sentence = f"{ATTEND}: says where {part:.0%} of the pupils on roll live; homes of the others"
    yield Finding(
        "list of homes",
        "note",
        f"{sentence} are estimated" if part < 1 else sentence.partition(";")[0],
    )
