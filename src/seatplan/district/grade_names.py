"""Grade names: the place of a grade in the order of schooling, read off its code or its name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from seatplan.errors import InputError

# Name -> years of schooling, grade 1 being 1. Chinese kindergartens have three classes.
NAMES = {
    **dict.fromkeys(("k", "kg", "kf", "kindergarten", "r", "rec", "reception"), 0),
    **dict.fromkeys(("prep", "preparatory", "foundation", "preprimary", "pre-primary", "sk"), 0),
    **{"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6},
    **{"seventh": 7, "eighth": 8, "ninth": 9, "tenth": 10, "eleventh": 11, "twelfth": 12},
    **dict.fromkeys(("pk", "prek", "pre-k", "prekindergarten", "n", "nursery", "jk", "tk"), -1),
    **{"大班": 0, "学前班": 0, "中班": -1, "小班": -2, "托班": -3},
}
NUMERALS = {numeral: number for number, numeral in enumerate("一二三四五六七八九", start=1)}
NUMERALS |= {"十": 10, "十一": 11, "十二": 12}
STAGES = {
    "": 0,
    "小": 0,
    "小学": 0,
    "初": 6,
    "初中": 6,
    "高": 9,
    "高中": 9,
}  # grades before its first

ENTRY = {
    "幼": (-2, 3),
    "小": (1, 6),
    "初": (7, 3),
    "高": (10, 3),
}  # first grade, years of schooling
COHORT = re.compile(
    r"(?:(幼|小|初|高)(?:儿园|学|中)?)?((?:19|20)?\d\d)(级|届)(?:(幼|小|初|高)(?:儿园|学|中)?)?(?:新生)?"
)


def grade_rank(code: str) -> int | None:
    """Years of schooling before grade 1 is 1: g1, 1, Y1, 一年级 -> 1; K, R, k3, 大班 -> 0.

    None for a code that stands outside the order, such as "sp".

    >>> [grade_rank(code) for code in ["PK", "00K", "R", "k1", "k3", "1", "g10", "Year 7", "sp"]]
    [-1, 0, 0, -2, 0, 1, 10, 7, None]
    >>> [grade_rank(code) for code in ["Prep", "Foundation", "TK", "SK", "GR04", "3rd", "小二"]]
    [0, 0, -1, 0, 4, 3, 2]
    >>> [grade_rank(code) for code in ["小班", "大班", "一年级", "1年级", "初二", "高中三年级"]]
    [-2, 0, 1, 1, 8, 12]
    >>> [grade_rank(code) for code in ["幼儿园大班", "七年级（初一）", "1st Grade", "Grade K"]]
    [0, 7, 1, 0]
    """
    text = plain_grade(code)
    if (text.lstrip("0") or "0") in NAMES:
        return NAMES[text.lstrip("0")]
    if match := re.fullmatch(r"(pk|k)([1-4])", text):
        return int(match[2]) - (5 if match[1] == "pk" else 3)
    if match := re.fullmatch(r"(?:gr?|y)?0*(\d{1,2})(?:st|nd|rd|th)?", text):
        return int(match[1])
    return _read_chinese(text)


def plain_grade(code: str) -> str:
    """Return a grade's code in small letters, without grade, year, 幼儿园 and what is in brackets.

    Nor with what counts it (人数, enrolment), or the decimals of a spreadsheet (1.0).

    >>> [plain_grade(code) for code in ["Year R", "1st Grade", "幼儿园大班", "七年级(初一)"]]
    ['r', '1st', '大班', '七年级']
    >>> [plain_grade(code) for code in ["Grade_01 Enrollment", "一年级人数", "Yr 3", "2.0", "GR_K"]]
    ['01', '一年级', 'y3', '2', 'k']
    """
    text = re.sub(r"[\s_]", "", unicodedata.normalize("NFKC", code)).lower()
    text = re.sub(r"(?<=.)(?:学?生?人数|(?:在校)?学?生数|pupils|students|enroll?ment)$", "", text)
    text = re.sub(r"\.0$|^gr(?=k)|^(?:klasse|std)(?=\d)", "", text).replace("yr", "y")
    text = re.sub(r"(?<=.)\(.*\)$", "", text)
    text = re.sub(r"^(?:grade|year|幼儿园?|学前教育)(?=.)|(?<=.)grade$", "", text)
    return text.replace("grade", "g").replace("year", "y")


def _read_chinese(text: str) -> int | None:
    """Read 三年级, 3年级, 初二, 初中二年级, 高一; None for anything else."""
    number = r"([一二三四五六七八九十]{1,2}|\d{1,2})"
    match = re.fullmatch(rf"(小学?|初中?|高中?)?{number}(年级|年)?", text)
    if match is None or not (match[1] or match[3]):
        return None
    step = int(match[2]) if match[2].isdigit() else NUMERALS.get(match[2])
    if step is None:
        return None
    before = STAGES[match[1] or ""]
    return step if step > before else step + before


def read_cohort(text: str) -> tuple[str, int] | None:
    """Return the stage ("" where none is named) and first autumn of a cohort; None if it is none.

    A 级 is called by the year in which it entered, a 届 by that in which it leaves.

    >>> [read_cohort(text) for text in ("小学2023级", "2023级", "23级人数", "初中2026届", "2023")]
    [('小', 2023), ('', 2023), ('', 2023), ('初', 2023), None]
    """
    match = COHORT.fullmatch(plain_grade(text))
    if match is None:
        return None
    stage, year = match[1] or match[4] or "", int(match[2]) + (0 if match[2][2:] else 2000)
    if match[3] == "届":
        return (stage, year - ENTRY[stage][1]) if stage else None
    return stage, year


def place_cohort(stage: str, entered: int, autumn: int) -> int | None:
    """Return the grade (1 for grade 1) of a cohort in an autumn, None where it is in none.

    >>> [place_cohort(*own, 2025) for own in (("小", 2023), ("初", 2023), ("小", 2018))]
    [3, 9, None]
    """
    first, years = ENTRY[stage]
    return first + autumn - entered if 0 <= autumn - entered < years else None


def sort_grades(codes: Sequence[str], name: str = "rolls") -> list[str]:
    """Return grade codes in school order, those outside it last.

    Raises
    ------
    InputError
        Where not one code has a known place.
    """
    ranks = {str(code): grade_rank(str(code)) for code in codes}
    known = [code for code, rank in ranks.items() if rank is not None]
    if not known:
        raise InputError(
            f"{name}: the order of the grades {', '.join(sorted(ranks))} is not known; "
            "give grades= (--grades) in school order"
        )
    return sorted(known, key=lambda code: (ranks[code] or 0, code)) + sorted(
        code for code, rank in ranks.items() if rank is None
    )


def find_ungraded(order: Sequence[str], *, stated: bool) -> tuple[str, ...]:
    """Grades that nobody moves to or from: codes without a known place.

    In an order that was `stated`, a code without a known place stands where it was put, unless it
    comes after every grade whose place is known (K, 1, 2, sp).
    """
    unknown = [grade_rank(code) is None for code in order]
    if not stated:
        return tuple(code for code, lost in zip(order, unknown, strict=True) if lost)
    if all(unknown):
        return ()
    last = max(place for place, lost in enumerate(unknown) if not lost)
    return tuple(order[last + 1 :])
