"""A year's real rolls, read and checked."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

import pandas as pd

from seatplan.district.columns import Contract, check_table, choice, number, text, whole
from seatplan.district.district import District
from seatplan.district.grids import BOOKS
from seatplan.district.rows import Rows, split_rows
from seatplan.district.standards import Standards
from seatplan.district.tables import YEARS
from seatplan.errors import InputError
from seatplan.files import read_text, suggest
from seatplan.monitoring.workbooks import spell_rolls


def read_actual(
    path: Path | str, district: District, standards: Standards, year: int
) -> pd.DataFrame:
    """Return real rolls: index (`school`, `grade`, `year`), columns pupils and classes.

    Parameters
    ----------
    path
        CSV with school, grade, pupils, [classes], [year] and [opened], or a workbook with all but
        the last in a bureau's words; without years all rows are of `year`. In `opened` stands the
        name of a school that opened outside the plan and is in no file, by which it is known.
    district, standards
        As the plan leaves them: their schools and grades are those that may stand there.
    year
        The last year that is looked at; rows of later years are left out.

    Raises
    ------
    InputError
        With one sentence for each cell that is wrong, each school that nobody knows, or where there
        are no rows of `year`.
    """
    path = Path(path)
    _check_year(district, year)
    book = path.suffix.lower() in BOOKS
    text_of = spell_rolls(path, district, standards) if book else read_text(path, path.name)
    rows, faults = split_rows(text_of, path.name)
    if rows is None or faults:
        raise InputError(faults)
    contract = Contract(
        ("school", "grade", "year"),
        {
            "school": text(),
            "grade": choice(*standards.grades),
            "year": whole(*YEARS, optional=True, required=False),
            "pupils": whole(),
            "classes": whole(optional=True, required=False),
            "opened": text(optional=True, required=False),
        },
    )
    table, faults = check_table(rows, contract)
    faults += [*_find_strangers(rows, table, district), *_find_slips(rows, table)]
    table = table.assign(year=table.year.fillna(year))
    if not faults and not (table.year == year).any():
        faults = [rows.say(f"no row of {year}; want the rolls of every school in that year")]
    if faults:
        raise InputError(faults)
    base = district.base_year
    table = table[(table.year > base) & (table.year <= year)].astype({"year": int, "pupils": int})
    table["school"] = table.school.where(table.opened.fillna("") == "", table.opened)
    return table.set_index(["school", "grade", "year"])[["pupils", "classes"]].sort_index()


def read_births(path: Path | str, known: Collection[int] = ()) -> dict[int, float]:
    """Return real births by year, of a CSV with year and births; InputError with every fault.

    `known`: the years for which births are assumed; others are refused where some are given.
    """
    path = Path(path)
    rows, faults = split_rows(read_text(path, path.name), path.name)
    if rows is None or faults:
        raise InputError(faults)
    contract = Contract(("year",), {"year": whole(*YEARS), "births": number(0)})
    table, faults = check_table(rows, contract)
    faults += [
        rows.fault(row, "year", f"want {min(known)} to {max(known)}")
        for row, year in table.year.dropna().items()
        if known and year not in known
    ]
    if faults:
        raise InputError(faults)
    return {int(year): float(count) for year, count in zip(table.year, table.births, strict=True)}


def _check_year(district: District, year: int) -> None:
    """Refuse a year that the forecast does not reach."""
    first, last = district.base_year, district.horizon
    if not first < year < last:
        raise InputError(f"--year {year}; want {first + 1} to {last - 1}")


def _find_slips(rows: Rows, table: pd.DataFrame) -> Iterator[str]:
    """Yield classes that cannot be: none for pupils, or more than there are pupils."""
    slips = (table.classes == 0) & (table.pupils > 0) | (table.classes > table.pupils)
    for row in table.index[slips.fillna(False)]:
        yield rows.fault(row, "classes", f"want 1 to {int(table.pupils[row])} for the pupils there")


def _find_strangers(rows: Rows, table: pd.DataFrame, district: District) -> Iterator[str]:
    """Yield schools that nobody knows and that are not said to have opened, or the other way."""
    known = {str(school) for school in district.schools.index}
    told = table[table.school.notna()]
    for row, school, name in zip(told.index, told.school, told.opened.fillna(""), strict=True):
        if school not in known and not name:
            hint = suggest(school, sorted(known))
            said = rows.fault(row, "school", f"no such school{hint}")
            yield f"{said}; one that opened outside the plan has its name in a column opened"
        elif school in known and name:
            yield rows.fault(row, "opened", f"{school} stands in the files or the plan; want none")
        elif name in known:
            yield rows.fault(row, "opened", "want the name of the school, not the id of another")
