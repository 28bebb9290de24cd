"""Stages and limits of a new district: the user's own, of any grade system, or China's."""

from __future__ import annotations

import re
from dataclasses import replace
from importlib.resources import as_file, files
from itertools import pairwise
from pathlib import Path

from seatplan.district.clauses import Standard
from seatplan.district.defaults import say_assumed
from seatplan.district.grade_names import grade_rank
from seatplan.district.reading import read_standards
from seatplan.district.stages import Grade, Intake, Label, Stage
from seatplan.district.standards import Standards
from seatplan.errors import InputError
from seatplan.intake.schools import Schools, Told
from seatplan.intake.tables import find_kind

FIRST_AGE = 6  # of grade 1, at the cut-off of the school year
NAMES = {  # how many stages -> the code and name of each
    1: [("school", "学校", "School")],
    2: [("primary", "小学", "Primary"), ("secondary", "中学", "Secondary")],
    3: [("primary", "小学", "Primary"), ("middle", "初中", "Middle"), ("high", "高中", "High")],
}


def make_rules(system: str, class_size: float) -> Standards:
    """Return stages of a grade system, and one limit: pupils per class.

    Parameters
    ----------
    system
        First and last grade of each stage, "K-5,6-8,9-12"; or their years from grade 1 on, "6-3-3".
    class_size
        Pupils per class that seats are counted with.

    Raises
    ------
    InputError
        The system says no stages, or they overlap or leave a grade out.
    """
    spans = read_system(system)
    names = NAMES.get(len(spans)) or [
        (f"stage_{n}", f"第 {n} 学段", f"Stage {n}") for n in range(1, len(spans) + 1)
    ]
    stages = tuple(
        Stage(
            code,
            Label(f"{zh}（{_spell(span)}）", f"{en} ({_spell(span)})"),
            tuple(_make_grade(number) for number in range(span[0], span[1] + 1)),
            "catchment",
            True,
        )
        for (code, zh, en), span in zip(names, spans, strict=True)
    )
    size = Standard(
        code="pupils-per-class",
        name=Label("班额", "Class size"),
        indicator="class_size",
        limit={"all": class_size},
        side="above",
        unit="pupils per class",
        source="stated by the user",
        checked="seen",
    )
    kinds = {stage.code: (stage.code,) for stage in stages}
    kind_names = {stage.code: stage.name for stage in stages}
    return Standards(stages, kinds, kind_names, (size,))


def read_system(system: str) -> list[tuple[int, int]]:
    """Return the first and last grade of each stage; K and R are 0, PK -1.

    >>> read_system("K-5,6-8,9-12"), read_system("6-3-3"), read_system("5-4"), read_system("1-6")
    ([(0, 5), (6, 8), (9, 12)], [(1, 6), (7, 9), (10, 12)], [(1, 5), (6, 9)], [(1, 6)])
    """
    text = re.sub(r"\s", "", system.upper()).replace("–", "-").replace("，", ",")
    years = [int(part) for part in text.split("-")] if re.fullmatch(r"\d+(-\d+)*", text) else []
    if len(years) == 2 and years[0] < years[1]:
        years = []  # a span of grades, such as 1-6
    if years:
        ends = [sum(years[: at + 1]) for at in range(len(years))]
        spans = [(end - count + 1, end) for end, count in zip(ends, years, strict=True)]
    else:
        spans = [_read_span(part, system) for part in text.split(",") if part]
    joined = all(second[0] == first[1] + 1 for first, second in pairwise(spans))
    if not spans or not joined or any(last < first for first, last in spans) or spans[-1][1] > 13:
        raise InputError(
            f"grades {system}: stages overlap, leave a grade out or end past 13; want such as "
            "K-5,6-8,9-12 or 6-3-3"
        )
    return spans


def _read_span(part: str, system: str) -> tuple[int, int]:
    first, _, last = part.partition("-")
    ends = grade_rank(first), grade_rank(last)
    if ends[0] is None or ends[1] is None:
        raise InputError(f"grades {system}: {part}; want such as K-5,6-8,9-12 or 6-3-3")
    return ends[0], ends[1]


def _spell(span: tuple[int, int]) -> str:
    first, last = ({-1: "PK", 0: "K"}.get(grade, str(grade)) for grade in span)
    return f"{first}-{last}"


def _make_grade(number: int) -> Grade:
    """Return a grade with its one year of age."""
    codes = {
        -1: ("pk", "学前班（PK）", "Pre-kindergarten"),
        0: ("k", "学前班（K）", "Kindergarten"),
    }
    code, zh, en = codes.get(number, (f"g{number}", f"{number} 年级", f"Grade {number}"))
    age = FIRST_AGE - 1 + number
    return Grade(code, Label(zh, en), age, age)


def read_rules(path: Path | None, system: str | None, class_size: float | None) -> Standards:
    """Return the rule set: the user's own, that of a grade system, or China's."""
    if (system is None) != (class_size is None):
        raise InputError("new: --grades and --class-size go together; want both, or neither")
    if system is not None and class_size is not None:
        if path is not None:
            raise InputError("new: --standards and --grades; want one of them")
        return make_rules(system, class_size)
    if path is not None:
        return read_standards(path)
    with as_file(files("seatplan.intake") / "china.toml") as own:
        rules = read_standards(own)
    return rules.replace(standards=tuple(_leave_litong(item) for item in rules.standards))


def _leave_litong(item: Standard) -> Standard:
    """Return a limit whose source leaves out the clauses of Litong's plan, where others bear it."""
    kept = [part for part in item.source.split("; ") if not re.match(r"(the )?plan\b", part)]
    own = [part for part in item.source_zh.split("；") if not part.startswith("利通区")]
    if not kept or not own:
        return item
    return replace(item, source="; ".join(kept), source_zh="；".join(own))


def tell_rules(path: Path | None, system: str | None, class_size: float | None) -> list[Told]:
    """Return what the rule set is, where it is not a file of the user's."""
    if system is not None and class_size is not None:
        words = say_assumed("class_size", system=system, size=f"{class_size:g}")
        return [("standards.toml", words)]
    return [] if path else [("standards.toml", say_assumed("limits"))]


def _choose_intake(stage: Stage, zoned: set[str]) -> Intake:
    """Return how pupils come to the schools of a stage: nearest where catchments are missing."""
    if stage.code in zoned:
        return "catchment"
    return "nearest" if stage.intake == "catchment" else stage.intake


def keep_taught(standards: Standards, schools: Schools, zoned: set[str]) -> Standards:
    """Return the stages that some school teaches, and the kinds of school that there are."""
    stages = tuple(
        replace(stage, intake=_choose_intake(stage, zoned))
        for stage in standards.stages
        if any(g.code in own for g in stage.grades for own in schools.teaches.values())
    )
    kinds, names = {}, {}
    for own in schools.teaches.values():
        taught = tuple(s.code for s in stages if any(g.code in own for g in s.grades))
        kind = find_kind(standards, taught)
        kinds[kind] = taught
        names[kind] = standards.kind_names.get(kind, Label("、".join(taught), ", ".join(taught)))
    known = {*(s.code for s in stages), *(g.code for s in stages for g in s.grades), *kinds}
    known |= {"urban", "town", "rural", "all"}
    kept = []
    for item in standards.standards:
        limit = {key: value for key, value in item.limit.items() if key in known}
        within = {key: value for key, value in item.within.items() if key in known}
        if limit and bool(within) == bool(item.within):
            kept.append(replace(item, limit=limit, within=within))
    return standards.replace(stages=stages, kinds=kinds, kind_names=names, standards=tuple(kept))
