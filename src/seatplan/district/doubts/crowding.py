"""Closed schools on record, crowded or combined classes, grades of a school, demolition."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from seatplan.district.combined import find_combined
from seatplan.district.draft import Draft
from seatplan.district.finding import Finding
from seatplan.district.spans import find_span
from seatplan.district.tables import HOUSING, RESIDENTS
from seatplan.files import suggest
from seatplan.labels import Floats


def report_history(draft: Draft) -> Iterator[Finding]:
    """Yield a finding for each school that has a history and does not stand in schools.geojson."""
    if not draft.has("rolls.csv"):
        return
    table, known = draft.tables["rolls.csv"], draft.ids("schools.geojson")
    for school, rows in table[~table.school.isin(known)].groupby("school"):
        first, last = int(rows.year.min()), int(rows.year.max())
        near = suggest(str(school), known)
        when = f"{first}" if first == last else f"{first} to {last}"
        sentence = (
            f"rolls.csv: {school} is not in schools.geojson (rows of {when}); "
            f"taken as closed since; it may stand there with closes {last + 1}"
        )
        yield Finding(
            "history of no school",
            "doubtful",
            sentence + (near if near.startswith("; did you mean") else ""),
        )


def report_crowding(draft: Draft) -> Iterator[Finding]:
    """Yield a finding for each school and stage with more classes on record than rooms.

    It may be so: classes sit in rooms meant for something else, or the file has the wrong number.
    The measure `rooms_short` counts them.
    """
    rows, table = draft.rows["schools.geojson"], draft.tables["schools.geojson"]
    stands = ~(table.opened > draft.base_year) & ~(table.closes <= draft.base_year)
    for stage in draft.standards.stages:
        classes = table[[f"classes_{grade.code}" for grade in stage.grades]].sum(axis=1)
        rooms = table[f"classrooms_{stage.code}"]
        for number in table.index[stands & (classes > rooms)]:
            short = classes[number] - rooms[number]
            found = f"{classes[number]:.0f} classes in {rooms[number]:.0f} rooms"
            sentence = f"{rows.place(number)}, {stage.code}: {found}; counted as {short:.0f} short"
            yield Finding("more classes than rooms", "doubtful", rows.say(sentence))


def report_combined(draft: Draft) -> Iterator[Finding]:
    """Yield a finding for each school that has several grades in one class (复式)."""
    rows, table = draft.rows["schools.geojson"], draft.tables["schools.geojson"]
    for stage in draft.standards.stages:
        codes = [grade.code for grade in stage.grades]
        counts = (table[[f"{what}_{code}" for code in codes]] for what in ("roll", "classes"))
        roll, classes = (count.fillna(0).to_numpy(float) for count in counts)
        guests = (roll > 0) & (classes == 0)
        host = find_combined(roll, classes)
        for row in np.flatnonzero(guests.any(axis=1)).tolist():
            told = [
                f"{codes[grade]} sits in a class of {codes[host[row, grade]]}"
                for grade in np.flatnonzero(guests[row]).tolist()
            ]
            sentence = f"{rows.place(int(table.index[row]))}, {stage.code}: {', '.join(told)}"
            yield Finding("combined classes", "note", rows.say(sentence))


def report_spans(draft: Draft) -> Iterator[Finding]:
    """Yield a finding for each school that is taken to be for some grades of a stage only."""
    rows, table = draft.rows["schools.geojson"], draft.tables["schools.geojson"]
    opened = table.opened.astype("Float64").fillna(-np.inf).to_numpy(np.float64)
    age: Floats = np.asarray(draft.base_year - opened, np.float64)
    for stage in draft.standards.stages:
        codes = [grade.code for grade in stage.grades]
        roll = table[[f"roll_{code}" for code in codes]].fillna(0).to_numpy(np.float64)
        low, top = find_span(np.asarray(roll, np.float64), age)
        for row in np.flatnonzero((low > 0) | (top < len(codes) - 1)).tolist():
            first, last = codes[low[row]], codes[top[row]]
            own = first if first == last else f"{first} to {last}"
            sentence = (
                f"{rows.place(int(table.index[row]))}, {stage.code}: pupils in {own} only; taken "
                f"as a school of {own}; want closes if it is running out"
            )
            yield Finding("grades of a school", "note", rows.say(sentence))


def report_demolition(draft: Draft) -> Iterator[Finding]:
    """Yield a finding for each row of housing.csv that moves out more people than live there."""
    rows, table = draft.rows[HOUSING], draft.tables[HOUSING]
    people = draft.tables[RESIDENTS].set_index("block").total
    leaving = table.dwellings * table.residents_per_dwelling
    for number in table.index[-leaving > table.block.map(people)]:
        block, gone = table.block[number], -leaving[number]
        sentence = (
            f"{rows.place(number)}: {gone:.0f} people leave block {block}, which has "
            f"{people[block]:.0f}; nobody is left there, and nobody leaves twice"
        )
        yield Finding("demolition of more than stands", "doubtful", rows.say(sentence))
