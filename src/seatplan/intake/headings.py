"""The header of a sheet: found below titles, in one row or two."""

from __future__ import annotations

import re

import pandas as pd

from seatplan.district.grids import Grid
from seatplan.district.rows import is_total
from seatplan.errors import InputError
from seatplan.intake.sexes import part_sex
from seatplan.intake.words import find_columns, find_spans, is_counted, read_synonyms

MORE = 2  # rows that a header may go on for
TITLED = "the title says "
YEAR = re.compile(r"(20\d\d)\s*(?:[-—~～至]\s*20\d\d\s*)?(?:学年|年)")
Cells = list[str | None]


def take_header(rows: Grid, group: str, name: str) -> tuple[pd.DataFrame, list[str]]:
    """Return the rows below the header, and a sentence where it stands in two rows or three.

    The header is the first row that names two columns at least; titles above it are left out. Of
    options, whose columns bear names of their own, one column known and another are enough. The
    index is the row in the file (header = 1).

    Raises
    ------
    InputError
        No row is a header, or a column that is read stands there twice.
    """
    at = _find_header(rows, group)
    if at is None:
        raise InputError(
            f"{name}: no row names two known columns; want a header such as 学校, 年级, 在校生"
        )
    head, more = rows[at], 0
    while more < MORE and _is_double(head, (below := [*rows, []][at + more + 1]), group):
        head, more = _join_heads(head, below, group), more + 1
    join = " and " if more == 1 else " to "
    told = [f"{name}: rows {at + 1}{join}{at + 1 + more} are read as one header"] * bool(more)
    years = [
        match[1]
        for row in rows[:at]
        for cell in row
        if cell
        for match in [YEAR.search(cell)]
        if match
    ]
    told += [f"{name}: {TITLED}{years[0]}"] if years else []
    cells = _tabulate(head, rows, at + 1 + more, group, name)
    again = [row + 1 for row in range(at + 1 + more, len(rows)) if rows[row] == rows[at]]
    told += [f"{name}: row {', '.join(map(str, again))} repeats the header"] if again else []
    return cells.drop(index=again), told


def has_header(rows: Grid, group: str) -> bool:
    """Say whether some row of a sheet is a header that names what the group's rows are.

    A sheet that says what schools teach is one of schools, and of nothing else.
    """
    at = _find_header(rows, group)
    if at is None:
        return False
    headings = [cell for cell in rows[at] if cell]
    schools = {"name", "grades"} <= set(find_columns(headings, "school"))
    return "name" in find_columns(headings, group) and schools == (group == "school")


def add_title(rows: Grid, group: str, title: str) -> Grid:
    """Return a sheet of schools with the stage that its title names as a column, where it has none.

    >>> add_title([["学校", "在校生"], ["一小", "300"]], "school", "小学")
    [['学校', '在校生', '学段'], ['一小', '300', '小学']]
    """
    if group != "school" or not find_spans(title):
        return rows
    at = _find_header(rows, group)
    if at is None or "grades" in find_columns([cell for cell in rows[at] if cell], group):
        return rows
    width = max(map(len, rows))
    full = [[*row, *[None] * (width - len(row))] for row in rows]
    said = [title if sum(map(bool, row)) > 1 else None for row in rows]
    said[: at + 1] = [*[None] * at, "学段"]
    return [[*row, cell] for row, cell in zip(full, said, strict=True)]


def _find_header(rows: Grid, group: str) -> int | None:
    """Return the first row that names two columns, None where none does."""
    least = 1 if group in ("option", "roll") else 2
    for at, row in enumerate(rows):
        headings = [cell for cell in row if cell]
        if len(headings) >= 2 and len(find_columns(headings, group)) >= least:
            return at
    return None


def _tabulate(head: Cells, rows: Grid, first: int, group: str, name: str) -> pd.DataFrame:
    """Put the rows from `first` on under their headings; of two alike that say nothing, one."""
    headings = [cell for cell in head if cell]
    read = {*find_columns(headings, group).values(), *filter(is_counted, headings)}
    twice = sorted({heading for heading in read if headings.count(heading) > 1})
    if twice:
        raise InputError(f"{name}: column {twice[0]} stands there twice; want it once")
    used = {heading: place for place, heading in reversed(list(enumerate(head))) if heading}
    places = sorted(used.values())
    body = [[row[at] if at < len(row) else None for at in places] for row in rows[first:]]
    index = pd.RangeIndex(first + 1, first + 1 + len(body))
    return pd.DataFrame(body, index=index, columns=[head[at] for at in places], dtype=object)


def _is_double(head: Cells, below: Cells, group: str) -> bool:
    """Say whether the row below a header goes on with it.

    It names grades, ages, years, or parts of a count under a grade, and no school or area.
    """
    columns = find_columns([cell for cell in head if cell], group)
    own = head.index(columns["name"]) if "name" in columns else 0
    if own < len(below) and below[own] not in (None, head[own]):
        return False
    named = [cell for cell in below if cell and cell not in head]
    parts = sum(is_counted(cell) or bool(_find_part(cell) or find_spans(cell)) for cell in named)
    return parts > 1 or parts == len(named) == 1


def _find_part(cell: str) -> str | None:
    """Return what is counted in a column below a grade: "pupils", "classes", "all" or "sex"."""
    if is_total(cell):
        return "all"
    if part_sex(cell) in (("", "男"), ("", "女")):
        return "sex"
    counted = read_synonyms()["counted"]
    return next((what for what, words in counted.items() if cell in words), None)


def _find_datum(above: str) -> str:
    """Return the word for a datum that a heading bears, "" where it bears none."""
    words = (word for names in read_synonyms()["datum"].values() for word in names)
    return next((word for word in words if word in above.lower()), "")


def _join_heads(head: Cells, below: Cells, group: str) -> Cells:
    """Join two rows of a header: 一年级 above 班数, or below it, is 一年级班数.

    A coordinate stands alone, with the datum that is named above it (坐标（高德） above 经度 is
    高德经度); a stage below pupils counts them (学前人数).
    """
    wide = [*head, *[None] * (len(below) - len(head))]
    under = [*below, *[None] * (len(wide) - len(below))]
    joined: Cells = []
    above: str | None = None
    for upper, lower in zip(wide, under, strict=True):
        above = upper or (above if lower else None)
        if lower is None or above is None or lower == above:
            joined.append(lower or upper)
        elif {"lon", "lat"} & set(find_columns([lower], group)):
            joined.append(_find_datum(above) + lower)
        elif find_spans(lower) and "pupils" in find_columns([above], group):
            joined.append(f"{lower}人数")
        elif is_counted(lower):
            joined.append(lower + (above if _find_part(above) else ""))
        else:
            joined.append(above if _find_part(lower) == "all" else above + lower)
    return joined
