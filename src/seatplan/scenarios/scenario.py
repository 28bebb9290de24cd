"""Scenario: a name and its interventions, read from TOML and followed year by year."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from seatplan.district.district import District
from seatplan.district.stages import Label, name_rows
from seatplan.district.standards import Standards
from seatplan.errors import InputError, ScenarioError
from seatplan.files import read_text, suggest, write_text
from seatplan.scenarios.interventions import Intervention, NewSchool
from seatplan.scenarios.notation import list_fields, read_step, show, write_tables
from seatplan.scenarios.steps import AS_CODES
from seatplan.toml_files import parse_toml

KEYS = ("name", "title", "extends", "intervention")
MARKS = '/ \\ : * ? " < > |'
FORBIDDEN = {
    *MARKS.split(),
    *map(chr, range(32)),
}  # in the name of a folder, on one system or another
UNTITLED = Label("", "")
Value = TypeVar("Value", District, Standards)


@dataclass(frozen=True)
class Scenario:
    """What changes, in which years: a name and its interventions.

    Parameters
    ----------
    name
        A short name, as on the command line.
    title
        What people read; the name where it is not given.
    interventions
        The steps. They are followed year by year, those of one year in the order given.
    source
        The file it was read from, None for one made in Python. Not part of what makes two
        scenarios equal.
    origins
        Where each step stands, as in "plan.toml: intervention 2"; made up where not given.

    >>> from seatplan.scenarios.interventions import Close
    >>> close = Close(year=2023, source="plan", school="A")
    >>> Scenario("core", interventions=(close,)).describe("en")
    ['A closes in 2023.']
    """

    name: str
    title: Label = UNTITLED
    interventions: tuple[Intervention, ...] = ()
    source: str | None = field(default=None, compare=False)
    origins: tuple[str, ...] = field(default=(), compare=False, repr=False)

    def __post_init__(self) -> None:
        """Fill in the title and where each step stands."""
        place = self.source or self.name
        made_up = tuple(f"{place}: intervention {n + 1}" for n in range(len(self.interventions)))
        object.__setattr__(self, "interventions", tuple(self.interventions))
        object.__setattr__(self, "origins", self.origins or made_up)
        if self.title == UNTITLED:
            object.__setattr__(self, "title", Label(self.name, self.name))

    def __hash__(self) -> int:
        """Let scenarios be keys; equal ones have equal steps."""
        return hash((self.name, self.fingerprint))

    @property
    def fingerprint(self) -> str:
        """The sha256 of the steps, whatever the scenario's name and file."""
        steps = [list_fields(step) for step in self.interventions]
        return hashlib.sha256(json.dumps(steps, sort_keys=True).encode()).hexdigest()

    def apply(self, district: District) -> District:
        """Return the district as the plan leaves it; `district` itself stays as it is.

        Raises
        ------
        ScenarioError
            With a sentence for each step that cannot be followed, naming file and step. Steps
            about a school whose own step failed are passed over.
        """
        openings = {
            step.school: step.year for step in self.interventions if isinstance(step, NewSchool)
        }

        def follow(step: Intervention, planned: District) -> District:
            _check_turn(step, planned, openings)
            return step.apply(planned)

        return self._follow(district, follow)

    def amend(self, standards: Standards) -> Standards:
        """Return the limits as the plan leaves them; raises as `apply` does."""
        return self._follow(standards, lambda step, rules: step.amend(rules))

    def describe(self, language: str, names: Mapping[str, str] = AS_CODES) -> list[str]:
        """Say what each step does, a sentence each, in "zh" or "en".

        `names` calls schools, stages, blocks and standards by name (see `name_codes`).
        """
        own = {
            step.school: step.name_en if language == "en" and step.name_en else step.name
            for step in self.interventions
            if isinstance(step, NewSchool)
        }
        return [step.describe(language, {**own, **names}) for step in self._in_turn()]

    def _in_turn(self) -> list[Intervention]:
        return sorted(self.interventions, key=lambda step: step.year)

    def _follow(self, value: Value, change: Callable[[Intervention, Value], Value]) -> Value:
        """Take `value` through every step in turn; refuse all at once."""
        steps = self.interventions
        problems: dict[int, list[str]] = {}
        failed: set[str] = set()
        for place in sorted(range(len(steps)), key=lambda place: steps[place].year):
            step = steps[place]
            if failed & step.list_schools():
                continue
            try:
                value = change(step, value)
            except ScenarioError as refusal:
                head = f"{self.origins[place]}: {step.kind}"
                problems[place] = [f"{head}: {sentence}" for sentence in refusal.problems]
                failed |= {step.school} if isinstance(step, NewSchool) else set()
        if problems:
            raise ScenarioError(text for place in sorted(problems) for text in problems[place])
        return value


BASELINE = Scenario("baseline", Label("现状", "As it is"))


def read_scenario(path: str | Path) -> Scenario:
    """Read a scenario and, where it extends another, that one's steps before its own.

    Raises
    ------
    ScenarioError
        With a sentence for each fault of the file, naming file and step.
    """
    file = Path(path)
    table = _read_table(file)
    problems = _check_head(file, table)
    base = BASELINE
    try:
        base = _read_base(file, table)
    except ScenarioError as refusal:
        problems += refusal.problems
    steps, origins, faults = _read_steps(file, table)
    problems += faults
    if problems:
        raise ScenarioError(problems)
    return Scenario(
        name=table["name"],
        title=Label(**table["title"]) if "title" in table else UNTITLED,
        interventions=(*base.interventions, *steps),
        source=file.name,
        origins=(*base.origins, *origins),
    )


def write_scenario(scenario: Scenario, path: str | Path, *, comments: Iterable[str] = ()) -> None:
    """Write a scenario, every step in full, as TOML that reads back equal.

    `comments` are lines that stand at its head, such as how it was found.
    """
    title = {"zh": scenario.title.zh, "en": scenario.title.en}
    head = ("", {"name": scenario.name, "title": title})
    steps = [("[[intervention]]", list_fields(step)) for step in scenario.interventions]
    notes = [f"# {line}\n" for text in comments for line in text.splitlines()]
    write_text(Path(path), "".join(notes) + write_tables([head, *steps]))


def name_codes(district: District, standards: Standards, language: str) -> dict[str, str]:
    """Return what people call each school, kind, stage and standard, by code, in "zh" or "en"."""
    names = name_rows(district.schools, language)
    return {
        **{str(school): str(name) for school, name in names.items()},
        **{kind: name.of(language) for kind, name in standards.kind_names.items()},
        **{stage.code: stage.name.of(language) for stage in standards.stages},
        **{standard.code: standard.name.of(language) for standard in standards.standards},
    }


def _check_turn(step: Intervention, district: District, openings: Mapping[str, int]) -> None:
    """Refuse a year outside the forecast, and a school that the plan opens only later."""
    if not district.base_year < step.year <= district.horizon:
        raise ScenarioError(
            f"year {step.year} should be after the base year {district.base_year} "
            f"and at most {district.horizon}"
        )
    for school in sorted(step.list_schools()):
        opens = openings.get(school, step.year)
        if opens > step.year and school not in district.schools.index:
            raise ScenarioError(f"school {school} opens only in {opens}, after {step.year}")


def _read_table(file: Path) -> dict[str, Any]:
    try:
        return parse_toml(read_text(file), file.name)
    except InputError as refusal:
        others = [] if file.exists() else sorted(other.name for other in file.parent.glob("*.toml"))
        hint = suggest(file.name, others) if others else ""
        raise ScenarioError(text + hint for text in refusal.problems) from None


def _read_base(file: Path, table: dict[str, Any]) -> Scenario:
    """Return the scenario that `file` extends: one level, so that no cycle can be."""
    if "extends" not in table:
        return BASELINE
    other = table["extends"]
    if not isinstance(other, str) or not other.strip():
        raise ScenarioError(f"{file.name}: extends should be a file name; got {show(other)}")
    base = file.parent / other
    if base.resolve() == file.resolve():
        raise ScenarioError(f"{file.name}: extends itself; name the file it adds to")
    try:
        further = _read_table(base).get("extends")
    except ScenarioError as refusal:
        raise ScenarioError(f"{file.name}: extends: {text}" for text in refusal.problems) from None
    if further is not None:
        raise ScenarioError(
            f"{file.name}: extends {other}, which itself extends {further}; one level is the most"
        )
    return read_scenario(base)


def _check_head(file: Path, table: dict[str, Any]) -> list[str]:
    """Return what is wrong with the keys above the steps."""
    problems = [
        f"{file.name}: takes {', '.join(KEYS)}; got {key}{suggest(key, KEYS)}"
        for key in table
        if key not in KEYS
    ]
    name = table.get("name")
    if not isinstance(name, str) or not name.strip():
        found = "has no name" if name is None else f"name is {show(name)}"
        problems.append(f'{file.name}: {found}; write name = "{file.stem}"')
    elif name != name.strip() or name.startswith(".") or FORBIDDEN & set(name):
        problems.append(
            f"{file.name}: name is {show(name)}, and names the folder of its results; want a name "
            f"without {MARKS}, outer blanks or a dot in front"
        )
    title = table.get("title", {"zh": "", "en": ""})
    if (
        not isinstance(title, dict)
        or sorted(title) != ["en", "zh"]
        or not all(isinstance(text, str) for text in title.values())
    ):
        problems.append(f'{file.name}: title takes {{zh = "...", en = "..."}}; got {show(title)}')
    return problems


def _read_steps(
    file: Path, table: dict[str, Any]
) -> tuple[list[Intervention], list[str], list[str]]:
    """Return the steps, where each stands, and what is wrong with the others."""
    rows = table.get("intervention", [])
    if not isinstance(rows, list):
        return [], [], [f"{file.name}: write [[intervention]], in double brackets, for each step"]
    steps, origins, problems = [], [], []
    for number, row in enumerate(rows, start=1):
        origin = f"{file.name}: intervention {number}"
        try:
            steps.append(read_step(row))
            origins.append(origin)
        except ScenarioError as refusal:
            problems += [f"{origin}: {sentence}" for sentence in refusal.problems]
    return steps, origins, problems
