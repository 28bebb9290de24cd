"""Columns of boys and of girls: added up, or held to the column of both."""

from __future__ import annotations

import math
import re
import unicodedata

import pandas as pd

from seatplan.intake.numbers import read_number
from seatplan.intake.words import (
    COUNTS,
    find_columns,
    find_spans,
    is_counted,
    list_forms,
)

ALL = "学生数"  # what boys and girls come to where nothing else is said of them


SEX = re.compile(
    r"(.*?)\(?(?:其中)?(?:(?<!子)(男|女)(?:生|童|性|孩|学生)?(?:人数|人|数)?"
    r"|(boys?|girls?|males?|females?)(?:pupils|students)?)\)?"
)
BOYS = ("男", "boy", "boys", "male", "males")


def part_sex(heading: object) -> tuple[str, str]:
    """Return a heading without the sex that it counts, and 男, 女 or "" for it.

    >>> [part_sex(word) for word in ("一年级男", "一年级（女生）", "其中：女", "随迁子女")]
    [('一年级', '男'), ('一年级', '女'), ('', '女'), ('随迁子女', '')]
    """
    text = re.sub(r"[\s_:：*＊#]+", "", unicodedata.normalize("NFKC", str(heading))).lower()
    if match := SEX.fullmatch(text):
        return match[1], "男" if (match[2] or match[3]) in BOYS else "女"
    return text, ""


def add_sexes(cells: pd.DataFrame, group: str, name: str) -> tuple[pd.DataFrame, list[str]]:
    """Return a sheet with one column for boys and girls of the same, and what is told of that.

    Where a column counts both already it stands, and is doubted where the two come to something
    else. A column of girls alone (其中：女) counts nobody anew.

    Parameters
    ----------
    group
        Whose rows they are, see `find_columns`.
    """
    pairs: dict[str, dict[str, str]] = {}
    for heading in map(str, cells):
        rest, sex = part_sex(heading)
        if sex and (not rest or _is_count(rest, group)):
            pairs.setdefault(rest, {})[sex] = heading
    told, added = [], []
    for rest, own in pairs.items():
        whole = _find_whole(rest, [str(heading) for heading in cells], group)
        if len(own) == 2 and whole is None:
            whole = f"{rest}人数" if find_spans(rest) else rest or ALL
            both = [_add(*two) for two in zip_columns(cells, own)]
            cells = cells.assign(**{whole: pd.Series(both, cells.index, dtype=object)})
            added.append(f"{whole} = {own['男']} + {own['女']}")
        elif len(own) == 2 and whole is not None:
            told += _compare(cells, own, whole, name)
        if whole is not None:
            cells = cells.drop(columns=list(own.values()))
    if added:
        more = f" (and {len(added) - 1} more like it)" if len(added) > 1 else ""
        told.insert(0, f"{name}: boys and girls are added up: {added[0]}{more}")
    return cells, told


def zip_columns(cells: pd.DataFrame, own: dict[str, str]) -> list[tuple[object, object]]:
    """Return boys and girls of each row."""
    return list(zip(cells[own["男"]], cells[own["女"]], strict=True))


def _is_count(rest: str, group: str) -> bool:
    """Say whether a heading without its sex counts pupils of a grade, a stage or in all."""
    found = find_columns([rest], group)
    return is_counted(rest) or bool({*COUNTS} & set(found)) or bool(find_spans(rest))


def _find_whole(rest: str, headings: list[str], group: str) -> str | None:
    """Return the column that counts boys and girls together, None where there is none."""
    if not rest:
        return find_columns(headings, group).get("pupils")
    forms = set(list_forms(rest, counted=True))
    alike = (each for each in headings if not part_sex(each)[1])
    return next((each for each in alike if forms & set(list_forms(each, counted=True))), None)


def _add(boys: object, girls: object) -> object:
    """Return the sum of two cells, None where both are empty; a cell that is no number as it is."""
    numbers = [read_number(cell) for cell in (boys, girls)]
    for cell, number in zip((boys, girls), numbers, strict=True):
        if number is None:
            return cell
    known = [number for number in numbers if number is not None and not math.isnan(number)]
    return f"{sum(known):g}" if known else None


def _compare(cells: pd.DataFrame, own: dict[str, str], whole: str, name: str) -> list[str]:
    """Doubt rows whose boys and girls are not as many as the column of both says."""
    told = []
    for (row, cell), two in zip(cells[whole].items(), zip_columns(cells, own), strict=True):
        stated, summed = read_number(cell), read_number(_add(*two))
        if stated is not None and summed is not None and abs(stated - summed) > 0:
            told.append(
                f"doubtful: {name}: row {row}, column {whole}: {stated:g}, but {own['男']} and "
                f"{own['女']} come to {summed:g}; want the same"
            )
    return told
