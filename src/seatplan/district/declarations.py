"""What district.toml and standards.toml may say, key by key."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from seatplan.district.clauses import ROLES, Role, Side, Standard, give_roles
from seatplan.district.columns import FIRST, WHOLE, is_no_name
from seatplan.district.district import DETOUR, PACE
from seatplan.district.layers import SHIFTED, Frame, find_crs, metric_fault
from seatplan.district.limits import (
    LIMITED,
    find_limit_faults,
    find_measure_fault,
    find_within_faults,
)
from seatplan.district.stages import Grade, Intake, Label, Stage
from seatplan.district.standards import Standards
from seatplan.district.tables import AGES, SETTINGS
from seatplan.errors import InputError
from seatplan.files import suggest
from seatplan.toml_files import Declaration, check_declaration


def hold_code(code: str) -> str:
    """Return a code; ValueError where it is a sign for nothing, or a number with decimals."""
    if is_no_name(code) or code != code.strip() or not code:
        raise ValueError("a code, such as 640302 or class-size")
    if WHOLE.fullmatch(code):
        raise ValueError(f"{WHOLE.sub(FIRST, code)}: a spreadsheet added decimals")
    return code


Code = Annotated[str, AfterValidator(hold_code)]


class Name(Declaration):
    """A name in Chinese and in English; one of them stands for both."""

    zh: str | None = None
    en: str | None = None

    @model_validator(mode="after")
    def hold_one(self) -> Self:
        """Hold that there is a name."""
        if self.zh is None and self.en is None:
            raise ValueError("zh or en, or both")
        if any(is_no_name(name) for name in (self.zh, self.en)):
            raise ValueError("a name, or no zh (or en) where there is none")
        return self

    def label(self) -> Label:
        """Return the name as a label."""
        zh, en = self.zh or self.en or "", self.en or self.zh or ""
        return Label(zh, en)


class DistrictFile(Declaration):
    """`district.toml`: which district, which years, which CRS."""

    code: Code
    name: Name
    base_year: int = Field(ge=1900, le=2200)
    horizon: int = Field(ge=1900, le=2200)
    crs: str
    file_crs: str | None = None
    detour: float = Field(default=DETOUR, ge=1, le=10)
    metres_a_minute: float = Field(default=PACE, ge=10, le=2000)

    @property
    def frame(self) -> Frame:
        """How coordinates in the files become metres."""
        return Frame(self.crs, self.file_crs)


class GradeEntry(Declaration):
    """A grade of a stage."""

    code: Code
    name: Name
    age_from: int
    age_to: int

    def grade(self) -> Grade:
        """Return the grade."""
        return Grade(self.code, self.name.label(), self.age_from, self.age_to)


class StageEntry(Declaration):
    """`[[stage]]`: a stage of schooling."""

    code: Code
    name: Name
    intake: Intake
    compulsory: bool | None = None
    grades: list[GradeEntry] = Field(min_length=1)

    def build(self) -> Stage:
        """Return the stage with its grades."""
        grades = tuple(entry.grade() for entry in self.grades)
        return Stage(self.code, self.name.label(), grades, self.intake, self.compulsory)


class KindEntry(Declaration):
    """An entry of `[kinds]`: a kind of school."""

    name: Name
    stages: list[str] = Field(min_length=1)


class StandardEntry(Declaration):
    """`[[standard]]`: a limit."""

    code: Code
    name: Name
    indicator: str
    limit: dict[str, float] = Field(min_length=1)
    side: Side = "above"
    unit: str = ""
    source: str
    checked: Literal["seen", "recalled"]
    since: int = 0
    settings: list[Literal["urban", "town", "rural"]] = Field(default_factory=list)
    binding: list[str] = Field(default_factory=list)
    role: Role | None = None
    within: dict[str, float] = Field(default_factory=dict)
    source_zh: str = ""
    unit_zh: str = ""

    def standard(self) -> Standard:
        """Return the standard, its role as it is said."""
        return Standard(
            code=self.code,
            name=self.name.label(),
            indicator=self.indicator,
            limit=dict(self.limit),
            side=self.side,
            unit=self.unit,
            source=self.source,
            checked=self.checked,
            since=self.since,
            settings=tuple(self.settings),
            binding=tuple(self.binding),
            role=self.role,
            within=dict(self.within),
            source_zh=self.source_zh,
            unit_zh=self.unit_zh,
        )


class StandardsFile(Declaration):
    """`standards.toml`: stages, school kinds and limits."""

    stage: list[StageEntry] = Field(min_length=1)
    kinds: dict[str, KindEntry] = Field(min_length=1)
    standard: list[StandardEntry]


def parse_settings(text: str, name: str = "district.toml") -> DistrictFile:
    """Return what `district.toml` says; InputError with every fault."""
    settings = check_declaration(text, DistrictFile, name)
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
        raise InputError([f"{name}: {problem}" for problem in problems])
    return settings


def parse_standards(
    text: str, name: str = "standards.toml", *, measures: Mapping[str, str] = LIMITED
) -> Standards:
    """Return the stages, school kinds and limits of the text of a `standards.toml`.

    Parameters
    ----------
    text, name
        What the file says, and what sentences call it.
    measures
        What a standard may limit: measure -> unit, which says between which bounds of
        `limits.BOUNDS` a limit makes sense.

    Raises
    ------
    InputError
        With one sentence for each key that is missing, unknown or of the wrong type; else one for
        each grade, limit or role that makes no sense, or that names what nobody defines.
    """
    content = check_declaration(text, StandardsFile, name)
    faults = [*_stage_faults(content), *_limit_faults(content, measures), *_role_faults(content)]
    if faults:
        raise InputError([f"{name}: {fault}" for fault in faults])
    return Standards(
        stages=tuple(entry.build() for entry in content.stage),
        kinds={code: tuple(kind.stages) for code, kind in content.kinds.items()},
        kind_names={code: kind.name.label() for code, kind in content.kinds.items()},
        standards=tuple(entry.standard() for entry in content.standard),
    )


def _stage_faults(content: StandardsFile) -> Iterator[str]:
    """Yield what is wrong with stages, grades and kinds."""
    stages = [stage.code for stage in content.stage]
    grades = [grade for stage in content.stage for grade in stage.grades]
    for code, count in Counter([*stages, *(grade.code for grade in grades)]).items():
        if count > 1:
            yield f"stage or grade {code} stands there {count} times; want every code once"
    for grade in grades:
        ages = f"grade {grade.code}: age_from {grade.age_from}, age_to {grade.age_to}"
        if not {grade.age_from, grade.age_to} <= set(AGES):
            yield f"{ages}; want ages {AGES[0]} to {AGES[-1]}, those that residents are counted by"
        if grade.age_to < grade.age_from:
            yield f"{ages}; want age_to at or after age_from"
    for kind, entry in content.kinds.items():
        for stage in entry.stages:
            if stage not in stages:
                yield f"kinds.{kind}: stage {stage} is unknown{suggest(stage, stages)}"


def _limit_faults(content: StandardsFile, measures: Mapping[str, str]) -> Iterator[str]:
    """Yield limits on what nobody measures or for what does not exist, and without sense."""
    stages = [stage.code for stage in content.stage]
    grades = [grade.code for stage in content.stage for grade in stage.grades]
    known = [*stages, *grades, *content.kinds, *SETTINGS, "all"]
    for number, entry in enumerate(content.standard, 1):
        place = f"standard {number} ({entry.code}), key"
        if fault := find_measure_fault(entry.indicator, measures):
            yield f"{place} indicator: {fault}"
        for fault in find_limit_faults(entry.indicator, entry.limit, measures):
            yield f"{place} {fault}"
        for fault in find_within_faults(entry.indicator, entry.within):
            yield f"{place} {fault}"
        for name, keys in {"limit": entry.limit, "within": entry.within}.items():
            for key in keys:
                if key not in known:
                    missing = f"{key} is no stage, grade, kind or setting{suggest(key, known)}"
                    yield f"{place} {name}: {missing}"
        for key in entry.binding:
            if key not in entry.limit:
                yield f"{place} binding: {key} has no limit there{suggest(key, entry.limit)}"
    versions = Counter((entry.code, entry.since) for entry in content.standard)
    for (code, since), count in versions.items():
        if count > 1:
            yield f"standard {code} since {since} stands there {count} times; want it once"
    for code in dict.fromkeys(entry.code for entry in content.standard):
        named = {entry.indicator for entry in content.standard if entry.code == code}
        if len(named) > 1:
            yield f"standard {code} limits {' and '.join(sorted(named))}; want one code for each"


def _role_faults(content: StandardsFile) -> Iterator[str]:
    """Yield roles that do not fit, and grades whose seats no limit counts, or more than one."""
    for number, entry in enumerate(content.standard, 1):
        place = f"standard {number} ({entry.code}), key role: {entry.role}"
        if entry.role and entry.indicator != "class_size":
            yield f"{place} is for limits on class_size, not {entry.indicator}; want it left out"
        elif entry.role in ROLES and (entry.side == "below" or entry.settings):
            yield f'{place} is for side = "above" and schools of every setting; want it left out'
    for code in dict.fromkeys(entry.code for entry in content.standard):
        roles = {entry.role for entry in content.standard if entry.code == code and entry.role}
        if len(roles) > 1:
            yield f"standard {code} has the roles {' and '.join(sorted(roles))}; want one"
            return
    stages = [entry.build() for entry in content.stage]
    given = give_roles((entry.standard() for entry in content.standard), stages)
    for stage in stages:
        for grade in stage.grades:
            yield from _count_roles(given, grade.code, stage.code)


def _count_roles(standards: Sequence[Standard], grade: str, stage: str) -> Iterator[str]:
    """Yield whether the seats of a grade are counted by no limit, or a role is held by two."""
    held = [item for item in standards if item.role and item.limit_for(grade, stage) is not None]
    codes = {role: sorted({item.code for item in held if item.role == role}) for role in ROLES}
    if not codes["seats"]:
        want = 'want one, as in indicator = "class_size", limit = {all = 45}, role = "seats"'
        yield f"no limit on class_size counts the seats of {grade}; {want}"
    for role, names in codes.items():
        if len(names) > 1:
            yield (
                f"standards {' and '.join(names)} both have the role {role} for {grade}; want "
                "the key role in each: seats, large and very_large once, watched for the others"
            )
