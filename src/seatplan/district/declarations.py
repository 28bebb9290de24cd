"""What district.toml and standards.toml may say, key by key."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from pydantic import Field, FiniteFloat

from seatplan.district.layers import SHIFTED, Frame, find_crs, metric_fault
from seatplan.district.standards import Grade, Intake, Label, Stage, Standard, Standards
from seatplan.district.tables import SETTINGS
from seatplan.errors import InputError
from seatplan.files import Declaration, read_declaration, suggest


class Name(Declaration):
    """A name in Chinese and in English."""

    zh: str
    en: str

    def label(self) -> Label:
        """Return the name as a label."""
        return Label(self.zh, self.en)


class DistrictFile(Declaration):
    """`district.toml`: which district, which years, which CRS."""

    code: str
    name: Name
    base_year: int = Field(ge=1900, le=2200)
    horizon: int = Field(ge=1900, le=2200)
    crs: str
    file_crs: str | None = None

    @property
    def frame(self) -> Frame:
        """How coordinates in the files become metres."""
        return Frame(self.crs, self.file_crs)


class GradeEntry(Declaration):
    """A grade of a stage."""

    code: str
    name: Name
    age_from: int = Field(ge=0, le=25)
    age_to: int = Field(ge=0, le=25)


class StageEntry(Declaration):
    """`[[stage]]`: a stage of schooling."""

    code: str
    name: Name
    intake: Intake
    grades: list[GradeEntry] = Field(min_length=1)


class KindEntry(Declaration):
    """An entry of `[kinds]`: a kind of school."""

    name: Name
    stages: list[str] = Field(min_length=1)


class StandardEntry(Declaration):
    """`[[standard]]`: a limit."""

    code: str
    name: Name
    indicator: str
    limit: dict[str, FiniteFloat] = Field(min_length=1)
    side: Literal["above", "below"] = "above"
    unit: str = ""
    source: str
    checked: Literal["seen", "recalled"]
    since: int = 0
    settings: list[Literal["urban", "town", "rural"]] = Field(default_factory=list)
    binding: list[str] = Field(default_factory=list)


class StandardsFile(Declaration):
    """`standards.toml`: stages, school kinds and limits."""

    stage: list[StageEntry] = Field(min_length=1)
    kinds: dict[str, KindEntry] = Field(min_length=1)
    standard: list[StandardEntry]


def read_settings(path: Path) -> DistrictFile:
    """Return what `district.toml` says; InputError with every fault."""
    settings = read_declaration(path, DistrictFile)
    problems = []
    if settings.horizon <= settings.base_year:
        want = f"want a year after base_year {settings.base_year}"
        problems.append(f"key horizon: {settings.horizon}; {want}")
    if fault := metric_fault(settings.crs):
        problems.append(f"key crs: {fault}")
    if settings.file_crs is not None and find_crs(settings.file_crs) is None:
        want = f"want one such as EPSG:4490, or {' or '.join(SHIFTED)}"
        problems.append(f"key file_crs: {settings.file_crs} is no CRS that is known; {want}")
    if problems:
        raise InputError([f"{path.name}: {problem}" for problem in problems])
    return settings


def read_standards(path: Path | str) -> Standards:
    """Return the stages, school kinds and limits of a `standards.toml`.

    Raises
    ------
    InputError
        With one sentence for each key that is missing, unknown, of the wrong type, or that names a
        stage, grade or kind which the file does not define.
    """
    path = Path(path)
    content = read_declaration(path, StandardsFile)
    if problems := [f"{path.name}: {fault}" for fault in _standards_faults(content)]:
        raise InputError(problems)
    return Standards(
        stages=tuple(_stage(entry) for entry in content.stage),
        kinds={code: tuple(kind.stages) for code, kind in content.kinds.items()},
        kind_names={code: kind.name.label() for code, kind in content.kinds.items()},
        standards=tuple(_standard(entry) for entry in content.standard),
    )


def _stage(entry: StageEntry) -> Stage:
    grades = tuple(
        Grade(grade.code, grade.name.label(), grade.age_from, grade.age_to)
        for grade in entry.grades
    )
    return Stage(entry.code, entry.name.label(), grades, entry.intake)


def _standard(entry: StandardEntry) -> Standard:
    return Standard(
        code=entry.code,
        name=entry.name.label(),
        indicator=entry.indicator,
        limit=dict(entry.limit),
        side=entry.side,
        unit=entry.unit,
        source=entry.source,
        checked=entry.checked,
        since=entry.since,
        settings=tuple(entry.settings),
        binding=tuple(entry.binding),
    )


def _standards_faults(content: StandardsFile) -> Iterator[str]:
    """Yield what the entries of standards.toml say against each other."""
    stages = [stage.code for stage in content.stage]
    grades = [grade.code for stage in content.stage for grade in stage.grades]
    for code, count in Counter([*stages, *grades]).items():
        if count > 1:
            yield f"stage or grade {code} stands there {count} times; want every code once"
    for stage in content.stage:
        for grade in stage.grades:
            if grade.age_to < grade.age_from:
                ages = f"age_from {grade.age_from}, age_to {grade.age_to}"
                yield f"grade {grade.code}: {ages}; want age_to at or after age_from"
    for kind, entry in content.kinds.items():
        for stage_code in entry.stages:
            if stage_code not in stages:
                yield f"kinds.{kind}: stage {stage_code} is unknown{suggest(stage_code, stages)}"
    yield from _limit_faults(content, stages, grades)


def _limit_faults(content: StandardsFile, stages: list[str], grades: list[str]) -> Iterator[str]:
    """Yield limits for things that do not exist, versions that collide, and grades without one."""
    known = [*stages, *grades, *content.kinds, *SETTINGS, "all"]
    for number, entry in enumerate(content.standard, 1):
        for key in entry.limit:
            if key not in known:
                yield (
                    f"standard {number} ({entry.code}), key limit: {key} is no stage, grade, kind "
                    f"or setting{suggest(key, known)}"
                )
        for key in entry.binding:
            if key not in entry.limit:
                yield (
                    f"standard {number} ({entry.code}), key binding: {key} has no limit there"
                    f"{suggest(key, entry.limit)}"
                )
    versions = Counter((entry.code, entry.since) for entry in content.standard)
    for (code, since), count in versions.items():
        if count > 1:
            yield f"standard {code} since {since} stands there {count} times; want it once"
    limits = [entry.limit for entry in content.standard if entry.code == "class-size"]
    for stage in content.stage:
        for grade in stage.grades:
            if not any({grade.code, stage.code, "all"} & set(limit) for limit in limits):
                want = "want one, as in limit = {all = 45}"
                yield f"standard class-size has no limit for {grade.code}; {want}"
