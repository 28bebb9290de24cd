"""Roll files: tables of rolls as people keep them, made long: one row for each cell."""

from __future__ import annotations

import re
from io import StringIO
from pathlib import Path

import pandas as pd

from seatplan.demand.grade_names import grade_rank
from seatplan.district.rows import TOTALS
from seatplan.errors import InputError
from seatplan.files import read_text
from seatplan.literal import unquote_cell

# Heading, without spaces and in lower case -> column.
HEADINGS = {
    **dict.fromkeys(("unit", "school", "学校", "学校代码", "学校编码", "学校编号", "单位"), "unit"),
    **dict.fromkeys(("year", "年份", "年", "年度", "学年"), "year"),
    **dict.fromkeys(("grade", "年级", "年级代码"), "grade"),
    **dict.fromkeys(
        ("pupils", "人数", "学生数", "学生人数", "在校生", "在校生数", "在校学生数"), "pupils"
    ),
    **dict.fromkeys(("township", "乡镇", "街道", "乡镇街道"), "township"),
    **dict.fromkeys(("district", "区县", "县区"), "district"),
    **dict.fromkeys(("name", "学校名称", "校名"), "name"),
    **dict.fromkeys(("classes", "班数", "班级数"), "classes"),
    **dict.fromkeys(("births", "出生人数", "出生数"), "births"),
}
SCHOOL_YEAR = r"(\d{4})\s*(?:[-/—–至]\s*\d{2,4})?\s*(?:学年|年)?"


def read_table(path: Path) -> pd.DataFrame:
    """Read every cell as text, ids such as 007 as they are, under headings that seatplan knows.

    Raises
    ------
    InputError
        Where the file is missing, empty or no table.
    """
    if not path.exists():
        raise InputError(f"{path}: no such file")
    try:
        if path.suffix.lower() in {".xlsx", ".xls"}:
            table = pd.read_excel(path, dtype=str)
        else:
            table = pd.read_csv(StringIO(read_text(path)), dtype=str)
            table = table.map(unquote_cell, na_action="ignore")
    except pd.errors.EmptyDataError:
        table = pd.DataFrame()
    except (pd.errors.ParserError, ValueError) as error:
        raise InputError(f"{path.name}: is no table ({error}); want a CSV or XLSX file") from error
    if table.empty:
        raise InputError(f"{path.name}: is empty; want rows with unit, year, grade, pupils")
    return table.rename(columns=_name_column)


def leave_out_totals(table: pd.DataFrame, name: str) -> tuple[pd.DataFrame, list[str]]:
    """Return a table without its rows of totals, and a sentence that says which they are."""
    key = next((column for column in ("unit", "name") if column in table), None)
    if key is None:
        return table, []
    totals = table[key].astype(str).str.strip().str.lower().isin(TOTALS)
    if not totals.any():
        return table, []
    words = ", ".join(dict.fromkeys(table.loc[totals, key].astype(str).str.strip()))
    told = f"{name}: {totals.sum()} rows of {words} are read as totals, and left out"
    return table[~totals].reset_index(drop=True), [told]


def _name_column(heading: object) -> str:
    text = str(heading).strip()
    return HEADINGS.get(re.sub(r"\s", "", text).lower(), text)


def lengthen(table: pd.DataFrame, name: str) -> pd.DataFrame:
    """Give a wide table (a column for each grade, or each year) one row for each cell.

    A school that is known by its name only is called by it.
    """
    if "unit" not in table and "name" in table:
        table = table.rename(columns={"name": "unit"})
    if "pupils" in table or ("grade" in table and "year" in table):
        return table
    across = "year" if "grade" in table else "grade"
    fits = _is_year if across == "year" else _is_grade
    wide = [column for column in map(str, table) if fits(column)]
    if not wide:
        return table
    kept = [column for column in table if column not in wide]
    long = table.melt(id_vars=kept, value_vars=wide, var_name=across, value_name="pupils")
    if "year" not in long:
        raise InputError(f"{name}: column year is missing; found {', '.join(map(str, table))}")
    return long


def _is_year(heading: str) -> bool:
    return re.fullmatch(SCHOOL_YEAR, str(heading).strip()) is not None


def _is_grade(heading: str) -> bool:
    return grade_rank(str(heading)) is not None


def read_autumns(column: pd.Series) -> pd.Series:
    """Years as numbers; a school year (2012-13, 2012/2013, 2012学年) is the autumn it starts in."""
    text = column.astype(str).str.strip().str.replace(r"\.0$", "", regex=True)
    return read_numbers(text.str.replace(f"^{SCHOOL_YEAR}$", r"\1", regex=True))


def read_numbers(column: pd.Series) -> pd.Series:
    """Text to numbers; what is not a number stays text, so that it can be named."""
    numbers = pd.to_numeric(column, errors="coerce")
    return numbers if not (numbers.isna() & column.notna()).any() else column


def split_suppressed(column: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Split counts from, for cells told as "<10", the number they lie below (else NaN)."""
    text = column.astype("string").str.strip()
    limit = pd.to_numeric(text.str.extract(r"^[<＜]\s*(\d+)$")[0], errors="coerce")
    return column.mask(limit.notna()), limit.astype(float)
