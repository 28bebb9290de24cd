"""What any measure is made of, in words: its parts, its limits, and what stands behind them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from seatplan.district.stages import name_rows
from seatplan.findings.tracing import Explained, Part
from seatplan.findings.why import RESTS_ON, Reason, list_grounds, list_steps
from seatplan.literal import show_signs
from seatplan.measures.registry import COMPULSORY, OWN
from seatplan.outcome import Outcome
from seatplan.scenarios.scenario import name_codes
from seatplan.views.catalogue import format_count, format_share, read_phrases, say
from seatplan.views.why import tell_reason

MOST = 5  # rows of an input that are told one by one
NAMES = "why.from_"
SPELLED = str.maketrans({" ": "_", ",": "", "1": "n", "0": ""})  # a unit as a key of phrases
# Value of the model or table -> the columns of the files behind it.
FILES: dict[str, tuple[tuple[str, str], ...]] = {
    "heads": (RESTS_ON["pupils"], RESTS_ON["residents"]),
    "classes": (RESTS_ON["pupils"], RESTS_ON["residents"]),
    "assignment": (RESTS_ON["pupils"], RESTS_ON["residents"]),
    "forecast": (RESTS_ON["residents"], ("population/births.csv", "medium")),
    "seats": (RESTS_ON["classrooms"],),
    "catchments": (("catchments.csv", "school"),),
    "district.resources": (("resources.csv", ""),),
    "district.composition": (("composition.csv", ""),),
    "district.housing": (("population/housing.csv", ""),),
    "costs": (("roads.geojson", "geometry"),),
    "ways_of": (("roads.geojson", "geometry"),),
}


def write_explained(outcome: Outcome, found: Sequence[Explained], language: str = "zh") -> str:
    """Write what figures are made of as plain text, one after another, then what they rest on."""
    names = _list_names(outcome, language)
    lines = []
    for one in found:
        lines += [*_tell_figure(one, names, language), ""]
    behind = list(dict.fromkeys(read for one in found for read in one.rests_on))
    columns: dict[tuple[str, str], None] = {}
    for read in behind:
        for key, files in FILES.items():
            if read == key or read.startswith(f"{key}."):
                columns |= dict.fromkeys(files)
    lines.append(say("why.behind", language))
    told = dict.fromkeys(_name_source(read, language) for read in behind)
    lines += [f"- {name}" for name in told]
    reasons = [*list_grounds(outcome, columns), *_list_steps(outcome, found)]
    lines += [f"- {tell_reason(one, outcome, language)}" for one in reasons]
    return "\n".join(show_signs(line) for line in lines) + "\n"


def _list_names(outcome: Outcome, language: str) -> dict[str, str]:
    """Return the names of schools, stages, grades and places by their codes."""
    district, rules = outcome.district, outcome.standards
    grades = [grade for stage in rules.stages for grade in stage.grades]
    return {
        **name_codes(district, rules, language),
        **{grade.code: grade.name.of(language) for grade in grades},
        **{str(code): str(name) for code, name in name_rows(district.zones, language).items()},
        district.code: district.name.of(language),
    }


def _tell_figure(one: Explained, names: Mapping[str, str], language: str) -> Iterator[str]:
    """Say what a figure is, how it is computed, from what, and against which limit."""
    unit = one.measure.unit
    told = {
        "of": _tell_cell(one, names, language),
        "name": name_measure(one.measure.name, language),
        "value": tell_figure(one.value, unit),
    }
    key = f"why.in_{unit.translate(SPELLED)}"
    word = say(key, language) if key in read_phrases() else unit
    yield say("why.made_share" if unit == "share" else "why.made", language, unit=word, **told)
    yield say("why.how", language, text=one.how)
    for limit in one.limits:
        source = limit.cite(language)
        yield "- " + say("why.against", language, name=limit.name.of(language), source=source)
    told_so_far: set[str] = set()
    for part in one.parts:
        for line in _tell_part(part, names, language, 0):
            if line.strip() not in told_so_far:
                yield line
            told_so_far.add(line.strip())
    chosen = [say(f"why.by_{dim}", language) for dim in one.within]
    comma = "、" if language == "zh" else ", "
    yield "- " + say(
        "why.again", language, value=tell_figure(one.again, unit), labels=comma.join(chosen)
    )


def _list_steps(outcome: Outcome, found: Sequence[Explained]) -> Iterator[Reason]:
    """Yield the steps of the plan that bear on what is explained: of its schools and stages."""
    cell, year = found[0].cell, int(found[0].cell["year"])
    stages = {str(one.cell[dim]) for one in found for dim in ("stage", "scope") if dim in one.cell}
    of_grade = outcome.standards.stage_of.get(str(cell.get("grade", "")))
    stages |= {of_grade} if of_grade else set()
    if stages & {COMPULSORY, OWN}:
        stages = {stage.code for stage in outcome.standards.stages if stage.compulsory}
    for one in list_steps(outcome, year, str(cell["school"]) if "school" in cell else None):
        step = one.values["step"]
        own = {*getattr(step, "classrooms", ())} if hasattr(step, "classrooms") else set()
        own |= {getattr(step, "stage", None)} - {None}
        if not (own and stages) or own & stages:
            yield one


def _tell_part(part: Part, names: Mapping[str, str], language: str, depth: int) -> Iterator[str]:
    """Say what an input adds up to and its largest rows, then what it is made of in turn."""
    name = (name_measure if part.is_measure else _name_source)(part.name, language)
    yield "  " * depth + "- " + _tell_rows(part.rows, name, names, language)
    for below in part.parts:
        yield from _tell_part(below, names, language, depth + 1)


def _tell_rows(rows: pd.Series[Any], name: str, names: Mapping[str, str], language: str) -> str:
    """Say what rows add up to, and the largest; by name alone where they are no numbers."""
    if rows.empty or not pd.api.types.is_numeric_dtype(rows.dtype):
        return name
    if len(rows) == 1:
        return say("why.part_one", language, name=name, value=_tell_number(rows.iloc[0]))
    whole, levels = rows.astype(float), list(rows.index.names)
    others = [level for level in levels if level not in ("grade", "year")]
    if "grade" in levels and others:
        whole = whole.groupby(level=others, sort=False).sum()
    largest = whole.sort_values(ascending=False, kind="stable").head(MOST)
    told = [
        f"{_tell_key(list(whole.index.names), key, names)} {_tell_number(value)}"
        for key, value in largest.items()
    ]
    return say(
        "why.part_many",
        language,
        name=name,
        n=format_count(len(rows)),
        sum=_tell_number(whole.sum()),
        rows=("；" if language == "zh" else "; ").join(told),
    )


def _tell_key(levels: Sequence[object], key: object, names: Mapping[str, str]) -> str:
    """Name the labels of a row but its year, which is that of the figure."""
    labels = key if isinstance(key, tuple) else (key,)
    told = []
    for level, label in zip(levels, labels, strict=True):
        if level != "year":
            named = names.get(str(label), str(label))
            told.append(f"{named} {label}" if level == "school" else named)
    return " ".join(told)


def _tell_cell(one: Explained, names: Mapping[str, str], language: str) -> str:
    """Name whose figure it is, and of when."""
    cell = {dim: label for dim, label in one.cell.items() if dim != "year"}
    is_whole = not {"school", "block", "place", "setting", "group"} & set(cell)
    told = [say("why.whole", language)] if is_whole else []
    for dim, label in cell.items():
        key = f"why.scope_{str(label).split(',')[0]}" if dim == "scope" else ""
        if key in read_phrases():
            key += "_own" if "," in str(label) else ""
            told.append(say(key, language))
        elif dim == "scope":
            told.append(names.get(str(label), str(label)))
        elif dim == "setting":
            told.append(say(f"why.setting_{label}", language))
        else:
            told.append(_tell_key([dim], label, names))
    return say("why.of", language, of=" · ".join(told), year=one.cell["year"])


def name_measure(name: str, language: str) -> str:
    """Return the name of a measure, with its code; its code alone where it has no other."""
    key = f"measure.{name}"
    if key not in read_phrases():
        key = f"why.of_{name}"
    return f"{say(key, language)} ({name})" if key in read_phrases() else name


def _name_source(read: str, language: str) -> str:
    """Name a value of the model, a table or the rules."""
    key = NAMES + read.replace(".", "_")
    return say(key, language) if key in read_phrases() else read


def tell_figure(value: float, unit: str) -> str:
    """Write a figure: a share in per cent, whole numbers whole."""
    if unit == "share" and value == value:
        return format_share(value, 2)
    return _tell_number(value)


def _tell_number(value: float) -> str:
    if value == value and abs(value - round(value)) < 1e-6:
        return format_count(value)
    return f"{value:,.1f}" if abs(value) >= 10 else f"{value:,.3f}"
