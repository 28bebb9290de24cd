"""Sheets of rolls: CSV files and workbooks as cells, below the heading that can be found."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pandas as pd

from seatplan.district.grade_names import grade_rank, read_cohort
from seatplan.district.grids import Grid, Sheet, read_grids
from seatplan.district.rows import is_total
from seatplan.errors import InputError

HEADINGS = {
    "unit": "unit unitid school schoolid schoolcode schoolnumber urn 学校 学校代码 学校编码 "
    "学校编号 学校标识码 学校识别码 机构代码 单位 单位代码",
    "name": "name schoolname 学校名称 校名 学校全称 单位名称",
    "year": "year schoolyear academicyear autumn 年份 年 年度 学年 学年度",
    "grade": "grade gradelevel yeargroup 年级 年级代码 年级名称",
    "pupils": "pupils enrolment enrollment students headcount count roll 人数 学生数 学生人数 "
    "在校生 在校生数 在校学生数 在校学生人数 在校人数 在籍人数 在籍学生数 在读人数",
    "township": "township town 乡镇 街道 乡镇街道 乡镇(街道) 镇街 街镇 所属乡镇 所在乡镇",
    "district": "district 区县 县区 所属区县",
    "classes": "classes 班数 班级数",
    "class": "class classname section 班级 班别 班号 班级名称",
    "stage": "stage 学段 学段名称",
    "births": "births livebirths totalbirths 出生人数 出生数 出生人口 出生人口数",
    "feeder": "feeder feederschool 生源学校 对口小学 对口学校 来源学校 输送学校",
    "share": "share 比例 占比 份额",
}
COLUMN_OF = {word: column for column, words in HEADINGS.items() for word in words.split()}
CODES = re.compile(r"代码|编码|编号|标识码|识别码|id$|code$|number$|^unit$|^urn$")
SCHOOL_YEAR = re.compile(
    r"(?:sy|ay|fy|fall|autumn)?\s*((?:19|20|21)\d{2})\s*"
    r"(?:[-/—–~至]\s*((?:\d{2}){1,2}))?\s*(?:学年度?|年度?)?\s*"
    r"(?:秋季?(?:学期)?|第[一1]学期|上学期|fall|autumn)?",
    re.IGNORECASE,
)
COUNTED = r"[\s_]*(?:学生人?数|在校生数?|人数|pupils|students|enroll?ment)$"  # after a year
SEXES = {"男", "女", "男生", "女生", "boys", "girls", "male", "female", "m", "f"}
MERGED = 0.5  # part of rows without a unit from which they belong to the one above
HEAD_ROWS = 15  # rows that are looked through for the heading


def read_autumn(text: str) -> int | None:
    """Autumn in which a school year starts: 2012, 2012-13, 2012学年, 2012年秋, 2012-09-01; or None.

    >>> [read_autumn(text) for text in ["2012", "2012-13", "2012/2013", "2012学年", "SY2012-13"]]
    [2012, 2012, 2012, 2012, 2012]
    >>> [read_autumn(text) for text in ["2012年秋季", "2012-09-01", "2012-17", "2012-03-31", "x"]]
    [2012, 2012, None, None, None]
    >>> [read_autumn(text) for text in ["2012-2013学年第一学期", "2012年9月", "2012-09", "2012-03"]]
    [2012, 2012, 2012, None]
    """
    text = re.sub(r"\.0$", "", unicodedata.normalize("NFKC", text).strip())
    text = re.sub(COUNTED, "", text, flags=re.IGNORECASE)
    if match := SCHOOL_YEAR.fullmatch(text):
        year, end = int(match[1]), match[2]
        if end is None or (year + 1) % 10 ** len(end) == int(end):
            return year
    if match := re.fullmatch(r"(\d{4})[-/.年](\d{1,2})(?:月|[-/.]\d{1,2}(?: 00:00:00)?)?", text):
        return int(match[1]) if 7 <= int(match[2]) <= 12 else None
    return None


def name_column(heading: object) -> str:
    """Return the column that a heading means (学年 -> year), else the heading itself."""
    text = str(heading).strip()
    plain = re.sub(r"[\s_\-]", "", unicodedata.normalize("NFKC", text)).lower()
    return COLUMN_OF.get(plain) or COLUMN_OF.get(re.sub(r"\(.*?\)", "", plain), text)


def read_table(path: Path) -> tuple[pd.DataFrame, list[str]]:
    """Read every cell as text, ids such as 007 as they are, under headings that seatplan knows.

    The heading is looked for below titles and in every sheet; it may stand in two rows (year above
    grade). Sheets that are named by years are one table.

    Returns
    -------
    The table, its index the row of the file ("row 7"), and sentences that say what was left out.

    Raises
    ------
    InputError
        Where the file is missing, empty or no table.
    """
    if not path.exists():
        raise InputError(f"{path}: no such file")
    sheets = [sheet for sheet in read_grids(path) if any(any(row) for row in sheet.cells)]
    if not sheets:
        raise InputError(f"{path.name}: is empty; want rows with unit, year, grade, pupils")
    chosen, told = _choose_sheets(sheets, path.name)
    tables = []
    for sheet in chosen:
        table, notes = _tabulate(sheet, path.name)
        if len(chosen) > 1:
            table.index = pd.Index([f"{sheet.name} {row}" for row in table.index])
            if "year" not in table and read_autumn(sheet.name) is not None:
                table = table.assign(year=str(read_autumn(sheet.name)))
            elif not {"unit", "name"} & set(table):
                table = table.assign(unit=sheet.name)
        tables.append(table)
        told += notes
    table = pd.concat(tables)
    if table.empty:
        raise InputError(
            f"{path.name}: is empty but for its heading ({', '.join(map(str, table))})"
        )
    return table, told


def _choose_sheets(sheets: list[Sheet], name: str) -> tuple[list[Sheet], list[str]]:
    """Choose the sheets that are read: those named by years, else the first with a heading.

    Sheets with the same heading, without a column of units, are a unit each, named as the sheet.
    """
    yearly = [sheet for sheet in sheets if read_autumn(sheet.name) is not None]
    heads = {sheet.name: sheet.cells[_find_heading(sheet.cells)[0]] for sheet in sheets}
    best = max(sheets, key=lambda sheet: min(2, _find_heading(sheet.cells)[1]))
    named = {name_column(cell) for cell in heads[best.name] if cell}
    alike = [sheet for sheet in sheets if heads[sheet.name] == heads[best.name]]
    chosen = yearly if len(yearly) > 1 else [best] if {"unit", "name"} & named else alike
    left = [sheet.name for sheet in sheets if sheet not in chosen]
    kept = ", ".join(sheet.name for sheet in chosen)
    return chosen, [f"{name}: sheet {kept} is read; {', '.join(left)} left out"] if left else []


def _tabulate(sheet: Sheet, name: str) -> tuple[pd.DataFrame, list[str]]:
    """Put a sheet's rows under its heading."""
    start, _ = _find_heading(sheet.cells)
    told = []
    above = [number for number in range(start) if any(sheet.cells[number])]
    if above:
        told.append(f"{name}: row {start + 1} is read as the heading; what stands above as a title")
    head = sheet.cells[start]
    double = start + 1 < len(sheet.cells) and _is_double(head, sheet.cells[start + 1])
    if double:
        head = _join_heads(head, sheet.cells[start + 1])
        told.append(f"{name}: rows {start + 1} and {start + 2} are read as one heading")
    first = start + 1 + double
    width = max((at + 1 for at, cell in enumerate(head) if cell), default=0)
    body = [(at, row) for at, row in enumerate(sheet.cells[first:], first) if any(row)]
    notes = [at for at, row in body if _is_note(row)]
    if notes:
        told.append(f"{name}: row {', '.join(str(at + 1) for at in notes)} read as notes, left out")
    body = [(at, row) for at, row in body if at not in notes]
    rows = [(row + [None] * width)[:width] for _, row in body]
    index = pd.Index([f"row {at + 1}" for at, _ in body], dtype="str")
    columns = _name_columns(head[:width], name)
    kept = [at for at, column in enumerate(columns) if column]
    cells = [[row[at] for at in kept] for row in rows]
    table = pd.DataFrame(cells, index=index, columns=range(len(kept))).astype("str")
    table.columns = pd.Index([columns[at] for at in kept])
    return _fill_units(table, told, name), told


def _is_note(row: list[str | None]) -> bool:
    """Whether a row holds one cell only, as notes do, or nothing but the unit of counting."""
    cells = [cell for cell in row if cell]
    return len(row) > 2 and (len(cells) == 1 or set(cells) <= {"人", "名", "(人)", "（人）"})


def _fill_units(table: pd.DataFrame, told: list[str], name: str) -> pd.DataFrame:
    """Give rows below a unit its name where it stands once for all of them, as in merged cells."""
    for key in ("unit", "name"):
        if key in table and table[key].isna().mean() >= MERGED and pd.notna(table[key].iloc[0]):
            told.append(f"{name}: rows without a {key} are read as of the one above")
            return table.assign(**{key: table[key].ffill()})
    return table


def _name_columns(head: list[str | None], name: str) -> list[str]:
    """Name the columns, each once; of several for the unit that with its code is the unit."""
    names = [name_column(cell) if cell else "" for cell in head]
    for column in {name for name in names if name and names.count(name) > 1}:
        places = [at for at, name in enumerate(names) if name == column]
        code = next((at for at in places if CODES.search(str(head[at]).lower())), places[0])
        for at in places:
            spare = "name" if column == "unit" and "name" not in names else str(head[at])
            names[at] = column if at == code else spare
    if twice := {name for name in names if name and names.count(name) > 1}:
        raise InputError(f"{name}: heading: column {min(twice)} stands there twice; want it once")
    return names


def _find_heading(cells: Grid) -> tuple[int, int]:
    """Position of the row with most headings that are known, and how many they are.

    Without any, the first row of two cells and more.
    """
    known = [_count_headings(row) for row in cells[:HEAD_ROWS]]
    if max(known, default=0) > 1:
        most = max(known)
        best = next(at for at, count in enumerate(known) if 2 * count > most and count > 1)
        return best - (best > 0 and _is_double(cells[best - 1], cells[best])), most
    filled = (at for at, row in enumerate(cells[:HEAD_ROWS]) if sum(map(bool, row)) > 1)
    return next(filled, next(at for at, row in enumerate(cells) if any(row))), max(known)


def _count_headings(row: list[str | None]) -> int:
    """Count headings that are known; years and grades only where there are several, as in none."""
    cells = [cell for cell in row if cell]
    words = sum(name_column(cell) in HEADINGS for cell in cells)
    wide = [cell for cell in cells if _is_year(cell) or (_is_grade(cell) and not cell.isdigit())]
    return words + (len(wide) if len(wide) > 2 or words else 0)


def _is_grade(cell: str) -> bool:
    return grade_rank(cell) is not None or read_cohort(cell) is not None


def _is_year(cell: str) -> bool:
    return read_autumn(cell) is not None


def _is_double(head: list[str | None], below: list[str | None]) -> bool:
    """Whether years stand above grades, grades above years, or either above parts of a count.

    Beside headings with none below them; parts are boys, girls, classes, pupils, a total.
    """
    known = [at for at, cell in enumerate(head) if cell and name_column(cell) in HEADINGS]
    empty = all(at >= len(below) or below[at] in (None, head[at]) for at in known)
    if not known or not empty:
        return False
    pairs = [(_is_grade, is_part), (_is_year, is_part)]
    if not {name_column(head[at]) for at in known} & {"year", "grade"}:
        pairs += [(_is_year, _is_grade), (_is_grade, _is_year)]
    return any(
        any(cell and upper(cell) for cell in head)
        and sum(bool(cell) and lower(str(cell)) for cell in below) > 1
        for upper, lower in pairs
    )


def is_part(cell: str) -> bool:
    """Whether a heading stands below a grade for a part of what is counted there, or all of it."""
    return cell.lower() in SEXES or is_total(cell) or name_column(cell) in ("pupils", "classes")


def _join_heads(head: list[str | None], below: list[str | None]) -> list[str | None]:
    """Join two rows of headings: "2020|K"; a heading alone is kept."""
    wide = [*head, *[None] * (len(below) - len(head))]
    for at in range(1, min(len(wide), len(below))):
        left = wide[at - 1]
        if wide[at] is None and below[at] and left and name_column(left) not in HEADINGS:
            wide[at] = left
    under = [*below, *[None] * (len(wide) - len(below))]
    return [
        f"{upper}|{lower}" if upper and lower and upper != lower else upper or lower
        for upper, lower in zip(wide, under, strict=True)
    ]
