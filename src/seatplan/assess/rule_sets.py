"""Rule sets: documents with their clauses and limits, as files of `standards/`, read and checked.

A rule names the measure by which it is computed; a rule set whose measures do not exist is refused.
A province's rule set extends a national one and says only what differs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import Field

from seatplan.district.clauses import Side
from seatplan.district.declarations import Name
from seatplan.district.limits import find_limit_faults
from seatplan.district.stages import Label
from seatplan.errors import InputError
from seatplan.files import suggest
from seatplan.measures.registry import MEASURES, list_units
from seatplan.toml_files import Declaration, read_declaration

Across = Literal["variation"]
Checked = Literal["seen", "recalled"]
COMPLETE = ("name", "clause", "text", "measure", "limit", "checked")  # what every rule must say


class LeftOut(Declaration, allow_inf_nan=False):
    """Schools to which a rule does not apply: of these kinds, or with fewer pupils."""

    kinds: tuple[str, ...] = Field(default=(), strict=False)
    fewer_than: float = Field(default=0.0, ge=0)


NOBODY = LeftOut()


class RuleEntry(Declaration, allow_inf_nan=False):
    """`[[rule]]`: a clause and its limit; in a file that extends another, only what differs.

    Attributes
    ----------
    clause, text
        Where it stands in the document, and the measure in the document's own Chinese.
    measure
        How it is computed: a name of `measures.registry.MEASURES`.
    across
        "variation": what is held is the measure's variation between schools, stage by stage.
    limit
        By grade, stage, scope, kind, setting or "all"; the narrowest entry counts. Empty ({}) where
        no clause sets one: the figure is told and not judged.
    side
        The limit is passed where the value lies `side` it: "above" for "at most".
    counted_by
        Limits that the measure counts against (most pupils of a class, metres of a radius), by the
        same keys; without it those of the district's own standards.
    since
        The first year in which the limit is in force; a target stands with its year.
    superseded_by
        The clause that has taken its place; the rule is then shown and holds nobody.
    advice
        The clause advises ("不宜", "should not"): what passes its limit is told and not missed.
    note
        What a reader of the figure must know, in Chinese and English.
    """

    code: str
    name: Name | None = None
    clause: str | None = None
    text: str | None = None
    measure: str | None = None
    across: Across | None = None
    limit: dict[str, float] | None = None
    side: Side = "above"
    counted_by: dict[str, float] = Field(default_factory=dict)
    settings: tuple[Literal["urban", "town", "rural"], ...] = Field(default=(), strict=False)
    leave_out: LeftOut = NOBODY
    since: int = Field(default=0, ge=0, le=2200)
    superseded_by: str = ""
    advice: bool = False
    checked: Checked | None = None
    note: Name | None = None


class JointEntry(Declaration, allow_inf_nan=False):
    """`[[joint]]`: rules that each school is held to together.

    Of the rules `of`, a school must meet `at_least`, and reach the share `rest` of the limit in
    each of the others.
    """

    code: str
    name: Name
    clause: str
    text: str
    of: tuple[str, ...] = Field(min_length=1, strict=False)
    at_least: int = Field(ge=1)
    rest: float = Field(ge=0, le=1)
    checked: Checked


class RuleSetFile(Declaration, allow_inf_nan=False):
    """A file of `standards/`: the document and its rules; `district`: the one that it binds."""

    code: str
    name: Name
    year: int = Field(ge=1900, le=2200)
    document: str
    read_at: str = ""
    district: str = ""
    extends: str | None = None
    rule: list[RuleEntry] = Field(default_factory=list)
    joint: list[JointEntry] = Field(default_factory=list)


@dataclass(frozen=True)
class Rule:
    """A clause with its limit; see `RuleEntry` for what each part says."""

    code: str
    name: Label
    clause: str
    text: str
    measure: str
    limit: Mapping[str, float]
    side: Side
    checked: Checked
    across: Across | None = None
    counted_by: Mapping[str, float] | None = None
    settings: tuple[str, ...] = ()
    leave_out: LeftOut = NOBODY
    since: int = 0
    superseded_by: str = ""
    advice: bool = False
    note: Label | None = None

    @property
    def unit(self) -> str:
        """The unit of value and limit."""
        return "variation" if self.across else list_units()[self.measure]


@dataclass(frozen=True)
class Joint:
    """Rules that each school is held to together; see `JointEntry`."""

    code: str
    name: Label
    clause: str
    text: str
    of: tuple[str, ...]
    at_least: int
    rest: float
    checked: Checked


@dataclass(frozen=True)
class RuleSet:
    """A document with its rules, in force from `year` until a later version of the same code.

    `district`: the code of the district whose document it is; "" where it holds for every one.
    """

    code: str
    name: Label
    year: int
    document: str
    read_at: str
    rules: tuple[Rule, ...]
    joints: tuple[Joint, ...]
    district: str = ""

    def rule(self, code: str) -> Rule:
        """Return the rule called `code`; KeyError where there is none."""
        for rule in self.rules:
            if rule.code == code:
                return rule
        raise KeyError(code)


def read_rule_sets(places: Iterable[Path | str]) -> tuple[RuleSet, ...]:
    """Read rule sets from files, and from every file of folders.

    Parameters
    ----------
    places
        Files (TOML), or folders of them.

    Returns
    -------
    The sets in the order of the places, those of a folder by name.

    Raises
    ------
    InputError
        With one sentence for every fault of every file: a key that is missing or unknown, a measure
        that does not exist, a limit without sense, a set or a rule that stands there twice.
    """
    sets, faults = [], []
    for path in _list_files(map(Path, places)):
        try:
            sets.append(_read_rule_set(path))
        except InputError as error:
            faults += error.problems
    versions = Counter((item.code, item.year) for item in sets)
    faults += [
        f"rule set {code} of {year} stands there {count} times; want each version once"
        for (code, year), count in versions.items()
        if count > 1
    ]
    if faults:
        raise InputError(faults)
    return tuple(sets)


def find_in_force(sets: Iterable[RuleSet], year: int) -> tuple[RuleSet, ...]:
    """Return of each code the version in force in `year`: the latest, or the first before it."""
    known: dict[str, list[RuleSet]] = {}
    for item in sets:
        known.setdefault(item.code, []).append(item)
    return tuple(
        max(
            (item for item in versions if item.year <= year),
            key=lambda item: item.year,
            default=min(versions, key=lambda item: item.year),
        )
        for versions in known.values()
    )


def choose_sets(sets: Iterable[RuleSet], district: str) -> tuple[RuleSet, ...]:
    """Leave out the documents of other districts than that of the code `district`."""
    return tuple(one for one in sets if one.district in ("", district))


def _list_files(places: Iterable[Path]) -> Iterator[Path]:
    """Yield the files, and those of folders by name; a folder without any is refused."""
    for place in places:
        if not place.is_dir():
            yield place
            continue
        files = sorted(place.glob("*.toml"))
        if not files:
            raise InputError(f"{place}: no rule set; want files such as quality-balance-2017.toml")
        yield from files


def _read_rule_set(path: Path) -> RuleSet:
    """Read one file, with the one it extends."""
    content = read_declaration(path, RuleSetFile)
    base = _read_base(path, content)
    entries = _merge(base.rule if base else [], content.rule)
    joints = {item.code: item for item in [*(base.joint if base else []), *content.joint]}
    named = [item.code for item in content.rule] + [item.code for item in content.joint]
    counts = Counter(named)
    faults = [f"{code} stands there {n} times; want it once" for code, n in counts.items() if n > 1]
    for entry in entries:
        faults += [f"rule {entry.code}: {fault}" for fault in _find_rule_faults(entry)]
    for joint in joints.values():
        faults += [f"joint {joint.code}: {fault}" for fault in _find_joint_faults(joint, entries)]
    if faults:
        raise InputError([f"{path.name}: {fault}" for fault in faults])
    return RuleSet(
        content.code,
        content.name.label(),
        content.year,
        content.document,
        content.read_at or (base.read_at if base else ""),
        tuple(map(_build_rule, entries)),
        tuple(map(_build_joint, joints.values())),
        content.district,
    )


def _read_base(path: Path, content: RuleSetFile) -> RuleSetFile | None:
    """Read the file that a rule set extends; one level, as scenarios do."""
    if content.extends is None:
        return None
    base = read_declaration(path.parent / content.extends, RuleSetFile)
    if base.extends is not None:
        raise InputError(
            f"{path.name}: key extends: {content.extends} extends {base.extends} itself; want a "
            "rule set that stands alone"
        )
    return base


def _merge(base: list[RuleEntry], own: list[RuleEntry]) -> list[RuleEntry]:
    """Put what a file says over what the file it extends says, rule by rule."""
    rules = {entry.code: entry for entry in base}
    for entry in own:
        said = {key: getattr(entry, key) for key in entry.model_fields_set}
        known = rules.get(entry.code)
        rules[entry.code] = known.model_copy(update=said) if known else entry
    return list(rules.values())


def _find_rule_faults(entry: RuleEntry) -> Iterator[str]:
    """Yield what a rule lacks, a measure that does not exist, limits without sense."""
    missing = [key for key in COMPLETE if getattr(entry, key) in (None, "")]
    if missing:
        yield f"want {', '.join(missing)} beside code"
    units = list_units()
    if entry.measure is None:
        return
    if entry.measure not in units:
        yield f"key measure: no measure is called {entry.measure}{suggest(entry.measure, units)}"
        return
    measured = MEASURES[entry.measure]
    if entry.across and "school" not in measured.dims:
        yield f"key across: {entry.measure} is not measured school by school; want it left out"
    known = {entry.measure: "variation" if entry.across else units[entry.measure]}
    yield from (f"key {it}" for it in find_limit_faults(entry.measure, entry.limit or {}, known))
    if entry.counted_by and not measured.counts:
        yield f"key counted_by: {entry.measure} counts against no limit; want it left out"
    counted = find_limit_faults(
        "by", entry.counted_by, {"by": measured.counts.unit if measured.counts else ""}
    )
    yield from (f"key {it.replace('limit.', 'counted_by.', 1)}" for it in counted)


def _find_joint_faults(joint: JointEntry, entries: list[RuleEntry]) -> Iterator[str]:
    """Yield rules that are named and not there, or not of each school; and counts beyond them."""
    rules = {entry.code: entry for entry in entries}
    for code in joint.of:
        if code not in rules:
            yield f"key of: no rule {code}{suggest(code, rules)}"
        elif "school" not in getattr(MEASURES.get(rules[code].measure or ""), "dims", ("school",)):
            yield f"key of: {code} is not measured school by school"
    if joint.at_least > len(joint.of):
        yield f"key at_least: {joint.at_least}; want at most {len(joint.of)}, as many as in of"


def _build_rule(entry: RuleEntry) -> Rule:
    return Rule(
        code=entry.code,
        name=entry.name.label() if entry.name else Label("", ""),
        clause=entry.clause or "",
        text=entry.text or "",
        measure=entry.measure or "",
        limit=dict(entry.limit or {}),
        side=entry.side,
        checked=entry.checked or "recalled",
        across=entry.across,
        counted_by=dict(entry.counted_by) or None,
        settings=tuple(entry.settings),
        leave_out=entry.leave_out,
        since=entry.since,
        superseded_by=entry.superseded_by,
        advice=entry.advice,
        note=entry.note.label() if entry.note else None,
    )


def _build_joint(entry: JointEntry) -> Joint:
    return Joint(
        entry.code,
        entry.name.label(),
        entry.clause,
        entry.text,
        entry.of,
        entry.at_least,
        entry.rest,
        entry.checked,
    )
