"""What columns, stages and settings may be called, in Chinese and in English."""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from importlib.resources import files

DIGITS = dict(zip("一二三四五六七八九", range(1, 10), strict=True))


@lru_cache(maxsize=1)
def read_synonyms() -> dict[str, dict[str, list[str]]]:
    """Return the names of `synonyms.toml`: group -> what it means -> names."""
    text = (files("seatplan.intake") / "synonyms.toml").read_text("utf-8")
    return tomllib.loads(text)


def plain(word: object) -> str:
    """Return a heading in small letters, without spaces, signs and what stands in brackets.

    >>> plain("在校生数（人）"), plain("Grade_Span ")
    ('在校生数', 'gradespan')
    """
    bare = re.sub(r"[（(\[].*?[)）\]]", "", str(word))
    return re.sub(r"[\s_\-/、.:：]+", "", bare).lower()


def find_columns(headings: list[str], group: str) -> dict[str, str]:
    """Return what is meant -> the heading that says it; the first synonym listed that is there.

    >>> find_columns(["校名", "在校生（人）", "x"], "school")
    {'name': '校名', 'lon': 'x', 'pupils': '在校生（人）'}
    """
    known = {plain(heading): heading for heading in reversed(headings)}
    found: dict[str, str] = {}
    for meaning, names in read_synonyms()[group].items():
        for name in names:
            if name in known and known[name] not in found.values():
                found[meaning] = known[name]
                break
    return found


def find_word(word: object, group: str) -> str | None:
    """Return what a word means among the synonyms of a group, None where nobody knows it."""
    bare = plain(word)
    for meaning, names in read_synonyms()[group].items():
        if bare == meaning or bare in names:
            return meaning
    return None


def read_grade(word: object) -> str | None:
    """Return the code of a grade in the words of China's grades, None where it names none.

    >>> [read_grade(word) for word in ("一年级", "G3", "grade 10", "七年级", "初二", "高一", "x")]
    ['g1', 'g3', 'g10', 'g7', 'g8', 'g10', None]
    >>> read_grade("小班")
    'k1'
    """
    bare = plain(word)
    nursery = {"小班": "k1", "中班": "k2", "大班": "k3"}
    if bare in nursery:
        return nursery[bare]
    for head, least in (("初", 6), ("高", 9)):
        if re.fullmatch(f"{head}[一二三]", bare):
            return f"g{least + DIGITS[bare[1]]}"
    if match := re.fullmatch(r"([一二三四五六七八九])年级", bare):
        return f"g{DIGITS[match[1]]}"
    if bare in ("k", "kg", "kindergarten", "prep", "reception", "foundation"):
        return "k"
    if match := re.fullmatch(r"(?:g|grade|year)(\d{1,2})|(\d{1,2})年级", bare):
        return f"g{int(match[1] or match[2])}"
    return bare if re.fullmatch(r"k[1-3]", bare) else None


def read_span(word: object, known: list[str]) -> list[str] | None:
    """Return the grades that a word such as "1-6" or "九年一贯" stands for; None where unknown.

    Parameters
    ----------
    known
        Codes of all grades, in order.

    >>> grades = [f"g{grade}" for grade in range(1, 13)]
    >>> read_span("7-9", grades), read_span("三年级", grades), read_span("K-5", grades)
    (['g7', 'g8', 'g9'], ['g3'], None)
    """
    text = find_word(word, "span") or str(word)
    ends = [_grade_at(part, known) for part in re.split(r"\s*[-–—~至到]\s*", text.strip())]
    if None in ends or not 1 <= len(ends) <= 2:
        return None
    first, last = known.index(str(ends[0])), known.index(str(ends[-1]))
    return known[first : last + 1] or None


def _grade_at(part: str, known: list[str]) -> str | None:
    bare = plain(part)
    for code in (part.strip(), bare, f"g{bare.removesuffix('年级')}", read_grade(part)):
        if code in known:
            return code
    return None


def read_age(word: object) -> tuple[int, int] | None:
    """Return the first and last year of age that a heading counts, None where it counts none.

    >>> [read_age(word) for word in ("0-4岁", "age_7", "12岁", "15～19", "pupils")]
    [(0, 4), (7, 7), (12, 12), (15, 19), None]
    """
    text = re.sub(r"\s", "", str(word)).lower().removeprefix("age").strip("_")
    if match := re.fullmatch(r"(\d{1,2})(?:[-–~～_至](\d{1,2}))?(岁)?", text):
        return int(match[1]), int(match[2] or match[1])
    return None
