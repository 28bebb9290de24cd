"""Standards and labels against what they are said of."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files

import numpy as np

from seatplan.district.clauses import Role, Standard
from seatplan.district.doubts.schools import SCHOOLS
from seatplan.district.doubts.thresholds import FEW, is_odd
from seatplan.district.draft import Draft
from seatplan.district.finding import Finding
from seatplan.toml_files import parse_toml

WIDE = 5  # years of age from which a grade is one for all


def doubt_ages_of_grades(draft: Draft) -> Iterator[Finding]:
    """Yield grades that do not begin a year after the grade below."""
    for stage in draft.standards.stages:
        for below, grade in zip(stage.grades, stage.grades[1:], strict=False):
            if grade.age_from != below.age_from + 1 or grade.age_to != below.age_to + 1:
                sentence = (
                    f"standards.toml: {grade.code} is for ages {grade.age_from} to {grade.age_to}, "
                    f"{below.code} for {below.age_from} to {below.age_to}; want a year between them"
                )
                yield Finding("ages of grades", "doubtful", sentence)
        first, last = stage.grades[0], stage.grades[-1]
        if len(stage.grades) > 1 and first.age_to - first.age_from > 2:
            sentence = (
                f"standards.toml: {first.code} is for ages {first.age_from} to {first.age_to}, "
                f"one of {len(stage.grades)} grades to {last.code}; want the ages of a grade"
            )
            yield Finding("ages of grades", "doubtful", sentence)


def doubt_ages_between(draft: Draft) -> Iterator[Finding]:
    """Yield ages that no grade is for, between the first grade and the last."""
    grades = [grade for stage in draft.standards.stages for grade in stage.grades]
    if any(grade.age_to - grade.age_from < WIDE for grade in grades):  # not special education's
        grades = [grade for grade in grades if grade.age_to - grade.age_from < WIDE]
    taught = {age for grade in grades for age in range(grade.age_from, grade.age_to + 1)}
    if missing := set(range(min(taught, default=0), max(taught, default=0))) - taught:
        ages = ", ".join(map(str, sorted(missing)))
        sentence = f"standards.toml: no grade is for age {ages}; want every age in a grade"
        yield Finding("age without a grade", "doubtful", sentence)


def doubt_limits(draft: Draft) -> Iterator[Finding]:
    """Yield limits that fit neither each other nor the schools that stand."""
    rules, year = draft.standards, draft.base_year
    order: tuple[Role, ...] = ("seats", "large", "very_large")
    for stage in rules.stages:
        for grade in stage.grades:
            held = {}
            for role in order:
                if found := rules.class_standard(role, grade.code, year):
                    held[role] = found.value
            values = list(held.values())
            if values != sorted(values):
                told = ", ".join(f"{role} {value:g}" for role, value in held.items())
                sentence = (
                    f"standards.toml: limits of classes in {grade.code}: {told}; want them to rise"
                )
                yield Finding("limits out of order", "doubtful", sentence)
                break
    for item in rules.standards:
        if item.since > draft.horizon:
            sentence = (
                f"standards.toml: {item.code} holds since {item.since}; want a year up to horizon "
                f"{draft.horizon}"
            )
            yield Finding("year far off", "doubtful", sentence)
        elif item.indicator == "school_size":
            yield from _doubt_size(draft, item)


def doubt_sources(draft: Draft) -> Iterator[Finding]:
    """Yield limits under the very source that the country's rule set gives for another figure."""
    text = (files("seatplan") / "intake" / "china.toml").read_text("utf-8")
    shipped = {
        (item["code"], item["source"]): item for item in parse_toml(text, "china.toml")["standard"]
    }
    for item in draft.standards.standards:
        limits = shipped.get((item.code, item.source), {}).get("limit", {})
        for key in sorted(limits.keys() & item.limit.keys()):
            if item.limit[key] != limits[key]:
                sentence = (
                    f"standards.toml: {item.code}: limit {key} = {item.limit[key]:g}, where the "
                    f"same source is given for {limits[key]:g} in seatplan's own rule set; want "
                    "the clause's figure, or the source of this one"
                )
                yield Finding("limit of another source", "doubtful", sentence)


def _doubt_size(draft: Draft, item: Standard) -> Iterator[Finding]:
    """Yield a limit on size that nearly every school of a kind breaks."""
    table = draft.tables[SCHOOLS]
    if item.settings:
        table = table[table.setting.isin(item.settings)]
    pupils = table[[f"roll_{code}" for code in draft.standards.grades]].sum(axis=1)
    for kind, own in pupils[pupils > 0].groupby(table.kind):
        stages = draft.standards.kinds[str(kind)]
        limits = [item.limit_for(key) for key in (str(kind), *stages)]
        limit = next((value for value in limits if value is not None), None)
        if limit is None or len(own) < FEW:
            continue
        if item.side == "above" and is_odd("size over the largest", limit, own.max()):
            sentence = (
                f"standards.toml: {item.code} {limit:g}, where the largest school of kind {kind} "
                f"has {own.max():,.0f} pupils; want a limit that may bind"
            )
            yield Finding("size of no school", "doubtful", sentence)
        past = own > limit if item.side == "above" else own < limit
        if is_odd("schools past a size", past.mean()):
            sentence = (
                f"standards.toml: {item.code} {limit:g} is passed by {past.sum()} of {len(own)} "
                f"schools of kind {kind} (median {np.median(own):,.0f} pupils); want pupils"
            )
            yield Finding("size of every school", "doubtful", sentence)


def doubt_labels(draft: Draft) -> Iterator[Finding]:
    """Yield labels of columns and files that are not there, in provenance.csv."""
    rows, table = draft.rows["provenance.csv"], draft.tables["provenance.csv"]
    known = {*draft.tables, "district.toml", "standards.toml", "*"}
    for number, name, column in table[["file", "column"]].itertuples(name=None):
        if name not in known:
            want = "want a file of this folder"
            yield Finding("label of no file", "note", rows.fault(number, "file", want))
            continue
        columns = {*draft.rows[name].cells, "geometry"} if name in draft.rows else {column}
        if str(column).islower() and column.isidentifier() and column not in columns:
            want = f"want a column of {name}"
            yield Finding("label of no column", "note", rows.fault(number, "column", want))
