"""Roll files: tables of rolls as people keep them, made long: one row for each cell."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd

from seatplan.demand.roll_sheets import SEXES, is_part, name_column, read_autumn
from seatplan.district.grade_names import grade_rank, place_cohort, read_cohort
from seatplan.district.rows import is_total
from seatplan.errors import InputError

EMPTY = {*"-–—−/.xX…", "..", "...", "--", "n/a", "na", "nan", "none", "null", "无", "空", "缺"}
HIDDEN = re.compile(r"\*+|[scu]|supp(?:ressed)?|保密", re.IGNORECASE)  # told, but not how many
LIMIT = re.compile(
    r"(?:[<＜]|under|below|fewer than|less than|不足|少于|低于)\s*(\d+)\s*人?", re.IGNORECASE
)
AT_MOST = re.compile(
    r"(?:<=|≤|⩽|不超过)\s*(\d+)\s*人?|(\d+)\s*人?及?以下|[01]\s*[-–~至]\s*(\d+)\s*人?"
)


def choose_parts(table: pd.DataFrame, name: str) -> tuple[pd.DataFrame, list[str]]:
    """Return a table with one column for all of "K|boys", "K|girls", "K|total".

    The pupils or the total where they are told, else boys and girls together.
    """
    parts: dict[str, dict[str, str]] = {}
    for column in map(str, table):
        upper, _, lower = column.partition("|")
        if lower and is_part(lower):
            parts.setdefault(upper, {})[lower] = column
    if not parts:
        return table, []
    chosen = {}
    for upper, columns in parts.items():
        whole = [each for part, each in columns.items() if name_column(part) == "pupils"]
        whole += [each for part, each in columns.items() if is_total(part)]
        sexes = [each for part, each in columns.items() if part.lower() in SEXES]
        if whole:
            chosen[upper] = table[whole[0]]
        elif len(sexes) == 2:
            counts = table[sexes].apply(pd.to_numeric, errors="coerce")
            chosen[upper] = counts.sum(axis=1, min_count=2)
    left = [column for columns in parts.values() for column in columns.values()]
    words = ", ".join(dict.fromkeys(part for columns in parts.values() for part in columns))
    told = f"{name}: below {', '.join(list(parts)[:3])} stand {words}; all pupils are read of them"
    return table.drop(columns=left).assign(**chosen), [told]


def lengthen(table: pd.DataFrame, name: str) -> pd.DataFrame:
    """Give a wide table (a column for each grade, each year, or each of both) one row a cell.

    A school that is known by its name only is called by it.
    """
    if "unit" not in table and "name" in table:
        table = table.rename(columns={"name": "unit"})
    if "pupils" in table or ("grade" in table and "year" in table):
        return table
    table = table.rename(columns=_split_heading)
    if both := [column for column in map(str, table) if "|" in column]:
        return _lengthen_both(table, both)
    across = "year" if "grade" in table else "grade"
    fits = _is_year if across == "year" else _is_grade
    wide = [column for column in map(str, table) if fits(column)]
    if not wide:
        return table
    kept = [column for column in table if column not in wide]
    long = table.melt(kept, wide, var_name=across, value_name="pupils", ignore_index=False)
    if "year" not in long:
        raise InputError(f"{name}: column year is missing; found {', '.join(map(str, table))}")
    return long


def _split_heading(heading: object) -> str:
    """Return "2020|K" for a heading of year and grade (2020K, K 2020), else the heading."""
    text = str(heading).strip()
    for pattern in (
        r"(?P<y>(?:19|20)\d{2})年?[\s_-]*(?P<g>\D.*|\d{1,2})",
        r"(?P<g>.+?)[\s_-]+(?P<y>(?:19|20)\d{2})",
    ):
        match = re.fullmatch(pattern, text)
        if match and not _is_year(text) and _is_grade(match["g"]):
            return f"{match['y']}|{match['g']}"
    return text


def complete_columns(table: pd.DataFrame, name: str) -> tuple[pd.DataFrame, list[str]]:
    """Return a long table with a unit, whole grade names and one row a grade, and what was done.

    A table without units is one unit; 学段 says which first grade is meant (初中 一年级
    is grade 7); rows of single classes are summed.
    """
    told = []
    if "unit" not in table and {"year", "grade"} <= set(table):
        told.append(f"{name}: has no column of units, so that all of it is one unit")
        table = table.assign(unit=Path(name).stem)
    if {"stage", "grade"} <= set(table):
        joined = table["stage"].fillna("") + table["grade"].fillna("")
        known = table["grade"].notna() & joined.map(lambda text: grade_rank(text) is not None)
        table = table.assign(grade=table["grade"].mask(known, joined))
    if {"unit", "grade", "year"} <= set(table):
        table, more = _place_cohorts(table, name)
        told += more
    keys = ["unit", "grade", "year"]
    if "class" in table and {*keys, "pupils"} <= set(table) and table.duplicated(keys).any():
        counts = pd.to_numeric(table["pupils"], errors="coerce")
        if counts.notna().all() and not table.duplicated([*keys, "class"]).any():
            whole = counts.groupby([table[key] for key in keys]).transform("sum")
            told.append(f"{name}: the rows of single classes are summed to grades")
            table = table.assign(pupils=whole)[~table.duplicated(keys)]
    return table, told


def _place_cohorts(table: pd.DataFrame, name: str) -> tuple[pd.DataFrame, list[str]]:
    """Give cohorts (小学2023级, 2023级) the grade that they are in, in the year of their row.

    Those without a stage are of the one that their unit's name says, else of primary.
    """
    cohorts = {text: read_cohort(str(text)) for text in table["grade"].dropna().unique()}
    rows = table["grade"].map(lambda text: cohorts.get(text) is not None)
    if not rows.any():
        return table, []
    grades, told = table["grade"].copy(), dict[str, None]()
    lost = pd.Series(data=False, index=table.index)
    for at, (unit, text, year) in enumerate(table[["unit", "grade", "year"]].to_numpy()):
        cohort, autumn = cohorts.get(text), read_autumn(str(year))
        if cohort is None or autumn is None:
            continue
        stage = cohort[0] or _find_stage(str(unit))
        rank = place_cohort(stage, cohort[1], autumn)
        lost.iloc[at] = rank is None
        if rank is not None:
            grades.iloc[at] = f"g{rank}" if rank > 0 else f"k{rank + 3}"
            told[f"{text} of {autumn} as {grades.iloc[at]}"] = None
    empty = lost & table.get("pupils", lost).isna()
    first = ", ".join(list(told)[:3])
    said = [f"{name}: cohorts are read as the grade they are in ({first}, ...)"] if told else []
    return table.assign(grade=grades)[~empty], said


def _find_stage(unit: str) -> str:
    """Return the stage that a unit's name says, 小 where it says none."""
    if "小" in unit:
        return "小"
    return next((stage for stage in ("高", "初", "中", "幼") if stage in unit), "小").replace(
        "中", "初"
    )


def _lengthen_both(table: pd.DataFrame, both: list[str]) -> pd.DataFrame:
    """Give a table with columns "2020|K" one row for each of them; totals are left out."""
    kept = [column for column in table if column not in both]
    told = [column for column in both if not any(map(is_total, column.split("|")))]
    long = table.melt(kept, told, var_name="both", value_name="pupils", ignore_index=False)
    parts = long["both"].str.split("|", n=1, expand=True)
    year, grade = (1, 0) if parts[1].map(_is_year).all() else (0, 1)
    return long.assign(year=parts[year], grade=parts[grade]).drop(columns="both")


def _is_year(heading: str) -> bool:
    return read_autumn(heading) is not None


def _is_grade(heading: str) -> bool:
    return grade_rank(str(heading)) is not None or read_cohort(str(heading)) is not None


def read_autumns(column: pd.Series) -> pd.Series:
    """Years as numbers; a school year (2012-13, 2012学年) is the autumn it starts in."""
    text = column.astype("string").str.strip()
    years = {value: read_autumn(value) for value in text.dropna().unique()}
    return read_numbers(
        text.map(lambda value: value if pd.isna(value) else years[value] or value).astype(object)
    )


def read_numbers(column: pd.Series) -> pd.Series:
    """Text to numbers; what is not a number stays text, so that it can be named."""
    numbers = pd.to_numeric(column, errors="coerce")
    return numbers if not (numbers.isna() & column.notna()).any() else column


def read_counts(column: pd.Series, name: str) -> tuple[pd.Series, pd.Series, list[str]]:
    """Read counts (text that is no count stays text), and what cells untold lie below, else NaN.

    "<10", "不足10", "1-9" are below ten; "*" is below the least number that the file tells. "1,410"
    and "47人" are numbers; "-" and "n/a" are empty. The sentences say what was read so.
    """
    text = column.astype("string").str.normalize("NFKC").str.strip()
    text = text.str.replace(r"(?<=\d),(?=\d{3}\b)", "", regex=True)
    text = text.str.replace(r"^(\d+)\s*[人名]$", r"\1", regex=True)
    empty = text.str.lower().isin({word.lower() for word in EMPTY})
    below = pd.to_numeric(text.str.extract(f"^{LIMIT.pattern}$", re.I)[0], errors="coerce")
    parts = text.str.extract(f"^(?:{AT_MOST.pattern})$")
    most = parts[0].fillna(parts[1]).fillna(parts[2])
    below = below.fillna(pd.to_numeric(most, errors="coerce") + 1).astype(float)
    hidden = text.str.fullmatch(HIDDEN.pattern, flags=re.I).fillna(value=False).astype(bool)
    numbers = pd.to_numeric(text, errors="coerce").astype(float)
    told = []
    if empty.any():
        told.append(f"{name}: {_name_cells(text[empty])} read as empty")
    least = min([*numbers[numbers > 0].tolist(), *below.dropna().tolist()], default=np.nan)
    if hidden.any() and np.isfinite(least):
        below = below.mask(hidden, max(least, 2.0))
        told.append(
            f"{name}: {_name_cells(text[hidden])} read as below {max(least, 2):g}, the least "
            "number told; write <10 where the limit is another"
        )
    counts = column.where(numbers.isna(), numbers).mask(below.notna() | empty)
    return read_numbers(counts), below, told


def _name_cells(text: pd.Series) -> str:
    words = ", ".join(repr(word) for word in sorted(text.unique()))
    return f"{len(text)} cell{'s' if len(text) > 1 else ''} of {words}"


def tell_odd(table: pd.DataFrame, above: list[str], name: str) -> list[str]:
    """Say which years of a checked table have no count at all, and which units change place."""
    years = set(table.dropna(subset=["pupils"])["year"].astype(int))
    told = []
    empty = sorted(set(table["year"].dropna().astype(int)) - years)
    if outside := [str(year) for year in empty if not min(years) < year < max(years)]:
        told.append(
            f"{name}: no counts of {', '.join(outside)}; the record is that of {min(years)} to "
            f"{max(years)}"
        )
    if lost := sorted(set(range(min(years), max(years) + 1)) - years):
        words = ", ".join(map(str, lost))
        told.append(f"{name}: no counts of {words}; they are filled from the years on both sides")
    for column in above:
        places = table.groupby("unit")[column].nunique()
        if moved := [str(unit) for unit in places.index[places > 1]]:
            more = f" and {len(moved) - 3} more" if len(moved) > 3 else ""
            told.append(
                f"{name}: {column} of {', '.join(moved[:3])}{more} changes; the latest is taken"
            )
    return told
