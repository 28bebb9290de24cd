"""Rows that are no school or area but speak of others: headings of a section, sums, parts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from seatplan.district.rows import is_total
from seatplan.intake.numbers import read_number
from seatplan.intake.sexes import part_sex
from seatplan.intake.words import find_columns, find_spans, plain, read_synonyms

OF_WHICH = re.compile(r"^[\s　]*其中[:：]?[\s　]*")
NUMBERED = re.compile(r"^[（(]?[一二三四五六七八九十\d]{1,3}[)）、.．]\s*")
COUNTED = re.compile(r"\s*[（(]\s*共?(\d+)\s*(?:所|个|村|校|园|处)[^（）()]*[)）]$")
TOWN = re.compile(r"\S*(?:镇|乡|街道|街道办|办事处|管委会|农场|林场|学区|片区)")
SUMLESS = re.compile(
    r"序号|编号|代码|年份|电话|平均|均|班额|率|比|%"
)  # columns that no row sums up
HALF = 0.5  # of a pupil: less is rounding
PLACE = ("lon", "lat", "both", "name")
HEAD = {"grades": "学段", "township": "乡镇"}  # of columns that the headings of sections fill


def read_sections(cells: pd.DataFrame, group: str, name: str) -> tuple[pd.DataFrame, list[str]]:
    """Return the rows of schools or areas with what the rows about them say, and what is told.

    A row that names a stage or a township alone (一、小学; 城关镇) gives it to the rows below it. A
    sum (合计, 小计, 城关镇（3所）) is compared with its rows, and a part (其中：女生) counts nobody
    anew.

    Parameters
    ----------
    group
        Whose rows they are, see `find_columns`.
    """
    columns = find_columns([str(column) for column in cells], group)
    cells, parts = _leave_parts(cells, columns["name"], name)
    named = cells[columns["name"]]
    labels = [_find_label(*row) for row in zip(named, cells.to_numpy(dtype=object), strict=True)]
    alone = cells.map(str).where(cells.notna()).nunique(axis=1).to_numpy() == 1
    silent = np.zeros(len(cells), dtype=bool)  # of what no school or area can be without
    for key in ("grades", "lon", "both"):
        if key in columns:
            silent |= cells[columns[key]].isna().to_numpy()
    heads = [_read_head(label, lone) for label, lone in zip(labels, alone, strict=True)]
    counted = np.array([bool(COUNTED.search(label)) for label in labels], dtype=bool)
    towns = np.array([bool(TOWN.fullmatch(COUNTED.sub("", label))) for label in labels], dtype=bool)
    towns &= counted | silent
    totals = np.array([is_total(label) for label in labels], dtype=bool)
    sums = (totals | towns) & ~alone
    headed = np.array([bool(head) for head in heads], dtype=bool) & ~sums
    told = [*parts, *_tell_rows(cells.index, labels, headed, sums, totals, name)]
    told += _compare_sums(cells, labels, sums, headed, columns, name)
    for at in np.flatnonzero(towns & sums):
        heads[at] = {"township": _strip_label(labels[at])}
    cells = _fill_heads(cells, heads, sums | headed, columns)
    return cells[~(sums | headed | (totals & alone))], told


def is_part(text: object) -> bool:
    """Say whether a name counts some pupils of the school above it (其中：女生, 随迁子女)."""
    own = plain(OF_WHICH.sub("", str(text)))
    return part_sex(own)[0] == "" or own in read_synonyms()["part"]["pupils"]


def _leave_parts(cells: pd.DataFrame, column: str, name: str) -> tuple[pd.DataFrame, list[str]]:
    """Leave out rows that count pupils of the row above again, by their name or another cell."""
    rows = cells[column].map(lambda cell: cell is not None and is_part(cell))
    for heading in (heading for heading in cells if heading != column):
        said = cells[heading].dropna()
        part, whole = said.map(is_part), said.map(_is_all)
        if len(said) and part.any() and whole.any() and (part | whole).all():
            rows |= part.reindex(cells.index, fill_value=False)
    if not rows.any():
        return cells, []
    shown = ", ".join(map(str, cells.index[rows]))
    line = f"{name}: row {shown} counts pupils of the row above again, and is left out"
    return cells[~rows], [line]


def _is_all(text: object) -> bool:
    return is_total(text) or str(text).strip() in read_synonyms()["counted"]["all"]


def _find_label(name: object, cells: Iterable[object]) -> str:
    """Return what a row is called: its name, else its first words."""
    if name is not None:
        return str(name).strip()
    words = (str(cell).strip() for cell in cells if cell is not None and read_number(cell) is None)
    return next(words, "")


def _strip_label(label: str) -> str:
    """Return a label without the number before it and the count after it."""
    return COUNTED.sub("", NUMBERED.sub("", label))


def _read_head(label: str, alone: bool) -> dict[str, str]:
    """Return what a row that stands alone gives the rows below it: grades or a township."""
    text = _strip_label(label)
    if not alone or not text:
        return {}
    kind = re.sub(r"(?:阶段|部分|学校)$", "", text)
    if find_spans(kind):
        return {"grades": kind}
    return {"township": text} if TOWN.fullmatch(text) else {}


def _tell_rows(
    index: pd.Index,
    labels: list[str],
    headed: NDArray[np.bool_],
    sums: NDArray[np.bool_],
    totals: NDArray[np.bool_],
    name: str,
) -> Iterator[str]:
    """Yield which rows were taken for headings of those below, for sums, and for townships."""
    for what, rows in (
        ("read as a heading of the rows below", headed),
        ("left out as a total", totals & ~headed),
        ("left out as the sum of a township", sums & ~totals),
    ):
        if rows.any():
            called = zip(index[rows], np.array(labels, dtype=object)[rows], strict=True)
            named = (f"{row} ({label})" for row, label in called)
            yield f"{name}: row {', '.join(named)} {what}"


def _fill_heads(
    cells: pd.DataFrame,
    heads: list[dict[str, str]],
    rows: NDArray[np.bool_],
    columns: dict[str, str],
) -> pd.DataFrame:
    """Give rows below a heading what it says, where they say nothing of that themselves."""
    for key, heading in HEAD.items():
        if not any(key in head for head, own in zip(heads, rows, strict=True) if own):
            continue
        said, given, full = "", [], cells.notna().sum(axis=1) > 1  # a note has one cell alone
        for head, own, filled in zip(heads, rows, full, strict=True):
            said = head.get(key, said) if own else said
            given.append(said if said and filled else None)
        column = columns.get(key, heading)
        stands = cells.get(column, pd.Series(None, cells.index, dtype=object))
        cells = cells.assign(**{column: stands.where(stands.notna(), given)})
    return cells


def _compare_sums(
    cells: pd.DataFrame,
    labels: list[str],
    sums: NDArray[np.bool_],
    headed: NDArray[np.bool_],
    columns: dict[str, str],
    name: str,
) -> Iterator[str]:
    """Yield sums that are not those of the rows above, below or of all: of these the nearest."""
    skip = {columns[key] for key in PLACE if key in columns}
    counted = [each for each in map(str, cells) if each not in skip and not SUMLESS.search(each)]
    table = cells[counted].map(read_number).astype(float)
    plain_rows = ~(sums | headed) & cells[columns["name"]].notna().to_numpy()
    parted = [-1, *map(int, np.flatnonzero(sums | headed)), len(cells)]
    for before, at, after in zip(parted, parted[1:], parted[2:], strict=False):
        if not sums[at]:
            continue
        above, below, everything = range(before + 1, at), range(at + 1, after), range(len(cells))
        first = [above, below, everything] if "小" in labels[at] else [everything, above, below]
        count = COUNTED.search(labels[at])
        first = [below, above, everything] if count else first
        spans = [[row for row in own if plain_rows[row]] for own in first]
        row = f"{name}: row {cells.index[at]} ({labels[at]})"
        stated, listed = table.iloc[at].dropna(), int(count[1]) if count else None
        yield from _compare(table, stated, list(filter(None, spans)), row, listed)


def _compare(
    table: pd.DataFrame,
    stated: pd.Series[float],
    spans: list[list[int]],
    row: str,
    listed: int | None,
) -> Iterator[str]:
    """Yield what a sum states otherwise than the rows that it fits best, and if not all are there.

    `listed`: how many rows it says it sums up; None where it does not say.
    """
    if not spans:
        return
    found = [table.iloc[rows][stated.index].sum() for rows in spans]
    apart = [(sums - stated).abs() for sums in found]
    fits = [((own < HALF).sum(), -own.sum()) for own in apart]
    best = fits.index(max(fits))
    odd = stated.index[apart[best] >= HALF]
    rows = [table.index[place] for place in spans[best]]
    where = f"rows {rows[0]} to {rows[-1]}" if len(rows) > 1 else f"row {rows[0]}"
    if len(odd):
        more = f" (and {len(odd) - 1} more columns)" if len(odd) > 1 else ""
        said, come = stated[odd[0]], found[best][odd[0]]
        verb = "come" if len(rows) > 1 else "comes"
        yield (
            f"doubtful: {row}, column {odd[0]}: {said:,.10g}, but {where} {verb} to "
            f"{come:,.10g}{more}; want the same"
        )
    if listed is not None and listed != len(rows):
        want = "want every school or area in a row"
        yield f"doubtful: {row}, but there are {len(rows)} ({where}); {want}"
