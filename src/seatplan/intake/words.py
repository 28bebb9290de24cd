"""What columns, stages and settings may be called, in Chinese and in English."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files
from itertools import pairwise

from seatplan.district.grade_names import grade_rank, read_cohort
from seatplan.district.standards import Standards

SIGNS = r"[\s_\-/、.:：*＊#]+"
YEAR = r"(?:19|20)\d\d(?:\d{4}|\d\d)?(?:学年度?|年度?)?(?:[春秋]季?)?(?:学期)?"
COUNTS = ("rooms", "seats", "pupils", "classes", "total")  # meanings that are counts
POINT = "1-3"  # the span of a teaching point, which ends within a stage
SPAN = r"\s*(?:[-–—~～至到]|\bto\b|\bthrough\b)\s*"


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
    bare = re.sub(r"[（(\[].*?[)）\]]", "", unicodedata.normalize("NFKC", str(word)))
    return re.sub(SIGNS, "", bare).lower()


def list_forms(word: object, *, counted: bool = False, group: str = "") -> list[str]:
    """Return a heading as `plain` does, then without what may stand about a name.

    That is a year, and the words of `around` in `synonyms.toml`.

    Parameters
    ----------
    counted
        Whether the heading may be of a count, about which more may stand (总数, number of).
    group
        Whose rows the heading is of: before what a school has may stand that it is a school's.

    >>> list_forms("2025年教室数量", counted=True)
    ['2025年教室数量', '教室数量', '2025年教室', '教室']
    """
    around = read_synonyms()["around"]
    before = [*around["before"], *(around["before_count"] if counted else [])]
    before += around.get(f"before_{group}", [])
    after = [*around["after"], *(around["after_count"] if counted else [])]
    forms = [plain(word)]
    for form in forms:
        shorter = [re.sub(f"^{YEAR}|{YEAR}$", "", form)]
        shorter += [form.removeprefix(sign) for sign in before]
        shorter += [form.removesuffix(sign) for sign in after]
        forms += [each for each in dict.fromkeys(shorter) if each and each not in forms]
    return forms


def find_columns(headings: list[str], group: str) -> dict[str, str]:
    """Return what is meant -> the heading that says it; the first synonym listed that is there.

    Headings that are synonyms as they stand come before those with words about them.

    >>> find_columns(["校名", "2025年在校生总数（人）", "x"], "school")
    {'name': '校名', 'lon': 'x', 'pupils': '2025年在校生总数（人）'}
    """
    synonyms = read_synonyms()[group]
    bare = {heading: [plain(heading)] for heading in headings}
    loose = {heading: list_forms(heading, group=group) for heading in headings}
    counts = {heading: list_forms(heading, counted=True, group=group) for heading in headings}
    early = sorted(headings, key=_find_year, reverse=True)[::-1]  # of years, the last is found
    found: dict[str, str] = {}
    for forms, of_counts in ((bare, bare), (loose, counts)):
        for meaning, names in synonyms.items():
            spelled = of_counts if meaning in COUNTS else forms
            known = {form: heading for heading in early for form in spelled[heading]}
            free = [known[name] for name in names if name in known]
            heading = next((each for each in free if each not in found.values()), None)
            if meaning not in found and heading is not None:
                found[meaning] = heading
    return {meaning: found[meaning] for meaning in synonyms if meaning in found}


def _find_year(heading: str) -> int:
    """Return the year that a heading bears, 0 where it bears none."""
    match = re.search(r"(?:19|20)\d\d", heading)
    return int(match[0]) if match else 0


def find_word(word: object, group: str) -> str | None:
    """Return what a word means among the synonyms of a group, None where nobody knows it."""
    bare = plain(word)
    for meaning, names in read_synonyms()[group].items():
        if bare == meaning or bare in names:
            return meaning
    return None


def find_grade(word: object, known: Sequence[str], what: str = "pupils") -> str | None:
    """Return the code of the grade that a heading counts, None where it counts none of `known`.

    Parameters
    ----------
    known
        Codes of all grades, such as k1 k2 k3 g1 g2 or k g1 g2.
    what
        What is counted: "pupils" or "classes".

    >>> china = ["k1", "k2", "k3", *(f"g{grade}" for grade in range(1, 13))]
    >>> [find_grade(word, china) for word in ("一年级", "初二人数", "高一（人）", "小班", "x", "7")]
    ['g1', 'g8', 'g10', 'k1', None, None]
    >>> [find_grade(word, ["k", "g1"]) for word in ("Kindergarten", "Grade 1 pupils", "一年级班数")]
    ['k', 'g1', None]
    >>> find_grade("一年级班数", china, "classes")
    'g1'
    """
    ends = read_synonyms()["counted"][what]
    for form in list_forms(word, counted=what == "pupils"):
        for end in sorted({*ends, *([""] if what == "pupils" else [])}, key=len, reverse=True):
            bare = form.removesuffix(end)
            if form.endswith(end) and not bare.isdigit() and (code := _rank_code(bare, known)):
                return code
    return None


def part_count(heading: object) -> tuple[str, str]:
    """Return a heading without what is counted, and "班数" where that is classes.

    >>> part_count("小学2023级（人）"), part_count("2023级班数")
    (('小学2023级', ''), ('2023级', '班数'))
    """
    text = plain(heading)
    for what, sign in (("classes", "班数"), ("pupils", "")):
        for end in sorted(read_synonyms()["counted"][what], key=len, reverse=True):
            if text.endswith(end):
                return text.removesuffix(end), sign
    return text, ""


def read_grade(word: object, known: Sequence[str]) -> str | None:
    """Return the grade that a cell names: a code, a number, or its name; None where unknown.

    >>> read_grade("3", ["g1", "g2", "g3"]), read_grade("三年级", ["g1", "g2", "g3"])
    ('g3', 'g3')
    """
    part = str(word)
    bare = plain(part)
    for code in (part.strip(), bare, f"g{bare.removesuffix('年级').lstrip('0')}"):
        if code in known:
            return code
    return _rank_code(bare, known) or _rank_code(f"{bare}年级", known)


def _rank_code(word: str, known: Sequence[str]) -> str | None:
    """Return the code at a grade's place in schooling; K is no class of a Chinese kindergarten."""
    if word in known:
        return word
    rank = grade_rank(word)
    if rank is None:
        return None
    chinese = not word.isascii() or re.fullmatch("k[1-3]", word)
    same = [code for code in known if grade_rank(code) == rank]
    return next((code for code in same if chinese or not re.fullmatch("k[1-3]", code)), None)


def read_span(word: object, known: list[str]) -> list[str] | None:
    """Return the grades that a word such as "1-6" or "九年一贯" stands for; None where unknown.

    A span that a spreadsheet has turned into a date (6 January for 1-6) is read as it was typed.

    Parameters
    ----------
    known
        Codes of all grades, in order.

    >>> grades = [f"g{grade}" for grade in range(1, 13)]
    >>> read_span("7-9", grades), read_span("三年级", grades), read_span("K-5", grades)
    (['g7', 'g8', 'g9'], ['g3'], None)
    >>> read_span("小学附设幼儿园", ["k1", "k2", "k3", *grades])[:4], read_span("小学高中", grades)
    (['k1', 'k2', 'k3', 'g1'], None)
    >>> read_span("一至三年级", grades), read_span("1, 2", grades), read_span("3-Jan", grades)
    (['g1', 'g2', 'g3'], ['g1', 'g2'], ['g1', 'g2', 'g3'])
    """
    if len(kinds := find_spans(word)) > 1 or (kinds and not find_span(word)):
        taught = {grade for kind in kinds for grade in read_span(kind, known) or ()}
        first, last = (pick((known.index(g) for g in taught), default=0) for pick in (min, max))
        return known[first : last + 1] if taught and last - first + 1 == len(taught) else None
    spelled = unicodedata.normalize("NFKC", str(word)).strip()
    text = _undo_date(find_span(word) or spelled)
    text = re.sub(r"^(grades?|years?)\s+", "", text, flags=re.IGNORECASE)
    parts = re.split(r"\s*[,，、;；]\s*", text)
    ends = [[read_grade(end, known) for end in re.split(SPAN, part)] for part in parts]
    if any(None in own or len(own) > 2 for own in ends):
        return None
    at = [(known.index(str(own[0])), known.index(str(own[-1]))) for own in ends]
    if any(second[0] != first[1] + 1 for first, second in pairwise(at)):
        return None
    return known[at[0][0] : at[-1][1] + 1] or None


def find_spans(word: object) -> list[str]:
    """Return the spans of the kinds that a word joins, such as 小学附设幼儿园; else none.

    Every kind is named, and nothing else but words of `beside` in `synonyms.toml`.

    >>> find_spans("小学（附设幼儿园）"), find_spans("中心小学"), find_spans("职业高中")
    (['1-6', 'k1-k3'], ['1-6'], [])
    """
    rest = re.sub(r"[()\[\]+]", "", re.sub(SIGNS, "", unicodedata.normalize("NFKC", str(word))))
    named = [(name, kind) for kind, names in read_synonyms()["span"].items() for name in names]
    found = []
    for name, kind in sorted(named, key=lambda pair: -len(pair[0])):
        if not name.isascii() and name in rest:
            rest = rest.replace(name, "")
            found.append(kind)
    for name in read_synonyms()["beside"]["kind"]:
        rest = rest.replace(name, "")
    return [] if rest else sorted(set(found))


def read_own_span(cell: object, standards: Standards) -> list[str] | None:
    """Return the grades that a cell names: a stage of the rule set by its name, else a span.

    A word such as "elementary" whose grades (1-6) are not whole stages of the rule set (K-5) is the
    stage that is called alike, and names none where there is no such stage.
    """
    for stage in standards.stages:
        names = {plain(word) for word in (stage.code, stage.name.zh, stage.name.en)}
        if {plain(cell), plain(cell).removesuffix("学校")} & names and len(find_spans(cell)) < 2:
            return [grade.code for grade in stage.grades]
    kind, span = find_span(cell), read_span(cell, standards.grades)
    if kind in (None, POINT):
        return span
    ends = {end for s in standards.stages for end in (s.grades[0].code, s.grades[-1].code)}
    if span and {span[0], span[-1]} <= ends:
        return span
    alike = (s for s in standards.stages if find_span(s.code) == kind)
    return next(([grade.code for grade in stage.grades] for stage in alike), None)


def read_stage_count(heading: object, standards: Standards) -> list[str] | None:
    """Return the grades of the stage that a heading counts (小学生数), None where it counts none.

    >>> from seatplan.examples import toy_standards
    >>> [read_stage_count(word, toy_standards()) for word in ("初中在校生（人）", "小学", "学生数")]
    [['g7', 'g8', 'g9'], None, None]
    """
    for form in list_forms(heading, counted=True):
        for end in sorted({*read_synonyms()["counted"]["pupils"], "生", "段"}, key=len)[::-1]:
            bare = form.removesuffix(end)
            if form.endswith(end) and bare and (span := read_own_span(bare, standards)):
                return span if find_span(bare) else None
    return None


def find_span(word: object) -> str | None:
    """Return the span of a kind of school, such as 公办完全小学; None where no kind is named.

    Words about the kind (公办, 民办, 乡镇, 部) do not count.

    >>> find_span("公办小学"), find_span("Elementary School"), find_span("小学部"), find_span("1-6")
    ('1-6', '1-6', '1-6', None)
    """
    forms = [re.sub(r"学校$|school$|部$", "", form) or form for form in list_forms(word)]
    found = (find_word(form, "span") for form in [*list_forms(word), *forms])
    return next((span for span in found if span), None)


MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]


def _undo_date(text: str) -> str:
    """Return a span that a spreadsheet shows as a date as it was typed: 6-Jan is 1-6."""
    if match := re.fullmatch(r"(?:20\d\d-(\d\d)-(\d\d) 00:00:00|(\d+)月(\d+)日)", text):
        month, day = (int(part) for part in match.groups() if part)
        return f"{month}-{day}"
    if match := re.fullmatch(r"(?:(\d+)-)?([a-z]{3})(?:-(\d+))?", text.lower()):
        other = match[1] or match[3]
        if match[2] in MONTHS and other:
            return f"{MONTHS.index(match[2]) + 1}-{int(other)}"
    return text


def read_age(word: object) -> tuple[int, int] | None:
    """Return the first and last year of age that a heading counts, None where it counts none.

    >>> [read_age(word) for word in ("0-4岁", "age_7", "12岁", "15～19", "pupils")]
    [(0, 4), (7, 7), (12, 12), (15, 19), None]
    >>> [read_age(word) for word in ("6至11周岁人口", "Aged 6-11", "children 6-11", "6—11岁儿童数")]
    [(6, 11), (6, 11), (6, 11), (6, 11)]
    """
    text = re.sub(r"\s|_", "", unicodedata.normalize("NFKC", str(word))).lower()
    text = re.sub(r"^(?:children|pop|population|residents)?(?:aged|ages?)?", "", text)
    text = re.sub(r"(?:儿童|人口|常住人口|户籍人口|适龄人口)?(?:数|人数)?(?:\(.*\))?$", "", text)
    if match := re.fullmatch(r"(\d{1,2})(?:[-–—~～至到](\d{1,2}))?(?:周?岁|years?)?", text):
        return int(match[1]), int(match[2] or match[1])
    return None


def read_born(word: object) -> int | None:
    """Return the year of birth whose children a heading counts, None where it counts none.

    >>> [read_born(word) for word in ("2019年出生", "2019年出生人数", "born 2019", "2019")]
    [2019, 2019, 2019, None]
    """
    bare = re.sub(r"\s|_", "", str(word)).lower()
    match = re.fullmatch(r"(20\d\d)年?出生(?:的?儿童|人口|人)?数?|(?:bornin|born)(20\d\d)", bare)
    return int(match[1] or match[2]) if match else None


def read_year(word: object) -> int | None:
    """Return the year whose entrants a heading counts, None where it counts none.

    >>> [read_year(word) for word in ("2026", "2026年", "2027年入学", "entrants 2028", "g1", "12")]
    [2026, 2026, 2027, 2028, None, None]
    >>> read_year("2026年小学入学人数"), read_year("2026年一年级新生")
    (2026, 2026)
    """
    bare = re.sub(r"\s|_", "", str(word)).lower()
    after = r"年?(?:秋季?)?(?:(?:小学|一年级)?(?:入学|新生)|entrants)?(?:儿童)?(?:人数|数)?"
    match = re.fullmatch(rf"(?:entrants|entry)?(?:in)?(20\d\d){after}", bare)
    return int(match[1]) if match else None


def is_counted(heading: object) -> bool:
    """Say whether a heading names a grade, an age or a year, and not in bare figures."""
    text = str(heading)
    named = (grade_rank(form) is not None for form in list_forms(text, counted=True))
    if read_cohort(part_count(text)[0]):
        return True
    return not text.strip().isdigit() and (
        any(read(text) is not None for read in (read_age, read_year, read_born)) or any(named)
    )
