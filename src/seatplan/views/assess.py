"""Rule sets held against scenarios, as a page of Markdown and as named tables."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from seatplan.assess.assess import Assessment
from seatplan.assess.rule_sets import Rule, RuleSet
from seatplan.errors import InputError
from seatplan.literal import escape_markup
from seatplan.measures.registry import COMPULSORY, OWN
from seatplan.scenarios.scenario import name_codes
from seatplan.views.catalogue import format_count, say
from seatplan.views.findings import tell_data
from seatplan.views.markdown import draw_table

Row = Mapping[Hashable, Any]  # of the table of an assessment
MOST = 10  # schools in the way that are named for each clause
NAMED = 4  # schools with a blank column that are named
AHEAD = 5  # years ahead that are told where nobody asks for a year


@dataclass(frozen=True)
class Page:
    """An assessment, the language and the year that it is told for."""

    assessment: Assessment
    language: str
    year: int

    def word(self, key: str, **values: object) -> str:
        """Return a phrase of the section assess."""
        return say(f"assess.{key}", self.language, **values)

    @cached_property
    def codes(self) -> dict[str, str]:
        """The name of each code of the district and of the plans' new schools."""
        codes: dict[str, str] = {}
        for outcome in self.assessment.outcomes:
            codes |= name_codes(outcome.district, outcome.standards, self.language)
        return codes

    @cached_property
    def scenarios(self) -> dict[str, str]:
        """The title of each scenario."""
        outcomes = self.assessment.outcomes
        return {one.scenario.name: one.scenario.title.of(self.language) for one in outcomes}

    @cached_property
    def rules(self) -> dict[tuple[str, str], Rule]:
        """Each rule by its set and code; of several versions the one in force in the year."""
        sets = sorted(self.assessment.sets, key=lambda one: (one.year > self.year, one.year))
        return {(one.code, rule.code): rule for one in reversed(sets) for rule in one.rules}

    def tell_part(self, stage: str, scope: str, setting: str) -> str:
        """Name a group of cells: a stage, a scope of classes, a setting."""
        scopes = {COMPULSORY: self.word("compulsory"), OWN: self.word("own")}
        parts = [scopes.get(scope) or self.codes.get(scope, scope), self.codes.get(stage, stage)]
        parts += [self.word(f"setting_{setting}")] if setting else []
        return " · ".join(part for part in parts if part) or self.word("whole")

    def tell_value(self, rule: Rule, value: float) -> str:
        """Write a value in the unit of its rule: shares in per cent."""
        if pd.isna(value):
            return "—"
        if rule.unit == "share":
            return f"{100 * value:.1f} %"
        if rule.unit in ("variation", "index"):
            return f"{value:.3f}"
        whole = abs(value - round(value)) < 5e-3 or abs(value) >= 100
        return format_count(value) if whole else f"{value:,.2f}"

    def tell_limit(self, rule: Rule, limit: float) -> str:
        """Write a limit with the side on which it holds."""
        if pd.isna(limit):
            return "—"
        side = "at_most" if rule.side == "above" else "at_least"
        return self.word(side, n=self.tell_value(rule, limit))


def write_assessment(assessment: Assessment, language: str = "zh", year: int | None = None) -> str:
    """Write an assessment as Markdown.

    Parameters
    ----------
    year
        The year that verdicts and obstacles are told for; five years after the base year without.

    Raises
    ------
    InputError
        The forecast does not reach the year.
    """
    page = Page(assessment, language, check_year(assessment, year))
    district = assessment.outcomes[0].district
    parts = [
        f"# {escape_markup(district.name.of(language))}: {page.word('title')}",
        escape_markup(page.word("intro", scenarios="、".join(page.scenarios.values()))),
        tell_data(assessment.outcomes[0], language),
        *_count(page),
        *(part for rules in assessment.sets for part in _tell_set(page, rules)),
        *_tell_joints(page),
        *_tell_why(page),
        *_tell_schools(page),
        *_tell_lacking(page),
    ]
    return "\n\n".join(parts) + "\n"


def _line(text: str) -> str:
    """Write an item of a list, whatever names it holds."""
    return f"- {escape_markup(text)}"


def check_year(assessment: Assessment, year: int | None) -> int:
    """Return the year asked for, or five years after the base year; InputError beyond the years."""
    years = assessment.outcomes[0].axes.years
    if year is None:
        return min(years[0] + AHEAD, years[-1])
    if year not in years:
        raise InputError(f"--year {year}: the forecast has {years[0]} to {years[-1]}")
    return year


def _count(page: Page) -> Iterator[str]:
    table = page.assessment.table
    table = table[table.year == page.year]
    for name, title in page.scenarios.items():
        counts = table[table.scenario == name].status.value_counts()
        told = {key: int(counts.get(key, 0)) for key in ("met", "missed", "later", "told")}
        yield escape_markup(page.word("count", scenario=title, year=page.year, **told))


def _tell_set(page: Page, rules: RuleSet) -> Iterator[str]:
    """Tell a rule set: a table of its indicators, and what a reader must know of them."""
    table = page.assessment.table
    table = table[(table.rule_set == rules.code) & (table.year == page.year)]
    known = {rule.code for rule in rules.rules}
    table = table[table.rule.isin(known)]
    if table.empty or page.year < min(table.year):
        return
    yield f"## {escape_markup(rules.name.of(page.language))}"
    yield escape_markup(page.word("document", document=rules.document, year=rules.year))
    heads = ["indicator", "part", "scenario", "limit"]
    words = [page.word(name) for name in heads]
    words += [page.word("state", year=page.year)]
    words += [page.word(name) for name in ("first_missed", "met_from")]
    words += [page.word("in_the_way", year=page.year), page.word("least")]
    order = {rule.code: at for at, rule in enumerate(rules.rules)}
    stages = [stage.code for stage in page.assessment.outcomes[0].standards.stages]
    places = {code: at for at, code in enumerate(stages)}
    table = table.assign(order=table.rule.map(order), place=table.stage.map(places).fillna(-1))
    table = table.sort_values(["order", "place", "scope", "setting"], kind="stable")
    yield draw_table(words, [_tell_row(page, row) for row in table.to_dict("records")])
    notes = [
        _line(f"{rule.name.of(page.language)}: {rule.note.of(page.language)}")
        for rule in rules.rules
        if rule.note and rule.code in set(table.rule)
    ]
    if notes:
        yield f"{page.word('notes')}:\n\n" + "\n".join(notes)


def _tell_row(page: Page, row: Row) -> list[str]:
    rule = page.rules[row["rule_set"], row["rule"]]
    recalled = page.word("recalled") if rule.checked == "recalled" else ""
    value = page.tell_value(rule, row["value"])
    state = f"{value} · {page.word(row['status'])}"
    years = [str(row[name]) if row[name] else "—" for name in ("first_missed", "met_from")]
    return [
        rule.name.of(page.language) + recalled,
        page.tell_part(row["stage"], row["scope"], row["setting"]),
        page.scenarios[row["scenario"]],
        page.tell_limit(rule, row["limit"]),
        state,
        *years,
        _tell_obstacles(page, row),
        tell_least(page, row),
    ]


def _tell_obstacles(page: Page, row: Row) -> str:
    counts = {name: format_count(row[name]) for name in ("schools", "pupils")}
    if row["schools"]:
        return page.word("obstacles", **counts)
    return page.word("pupils_only", pupils=counts["pupils"]) if row["pupils"] else "—"


def tell_least(page: Page, row: Row) -> str:
    """Say the least that would meet a rule, with the rooms it takes."""
    if pd.isna(row["least"]) or not row["least_unit"]:
        return "—"
    least = page.word(f"unit_{row['least_unit']}", n=format_count(row["least"]))
    if pd.isna(row["rooms"]) or not row["rooms"]:
        return least
    return page.word("with_rooms", least=least, rooms=format_count(row["rooms"]))


def _tell_joints(page: Page) -> Iterator[str]:
    """Tell each joint rule: how many schools meet it, and which do not."""
    for rules in page.assessment.sets:
        for joint in rules.joints:
            yield f"## {escape_markup(page.word('joint', name=joint.name.of(page.language)))}"
            yield escape_markup(f"{joint.clause}: {joint.text}")
            table = page.assessment.joints
            if table.empty:
                yield page.word("joint_none")
                continue
            own = table[(table.joint == joint.code) & (table.rule_set == rules.code)]
            lines = list(_tell_joint(page, rules, own[own.year == page.year]))
            yield "\n".join(lines) if lines else page.word("joint_none")


def _tell_joint(page: Page, rules: RuleSet, table: pd.DataFrame) -> Iterator[str]:
    for (scenario, stage), part in table.groupby(["scenario", "stage"], sort=False):
        counts = {name: int((part.status == name).sum()) for name in ("met", "missed")}
        title = page.scenarios[str(scenario)]
        stage = page.codes.get(str(stage), str(stage))
        said = page.word("joint_said", scenario=title, year=page.year, stage=stage, **counts)
        yield _line(said)
        for row in (
            part[part.status == "missed"].sort_values("lowest").head(MOST).to_dict("records")
        ):
            worst = page.rules[rules.code, row["worst"]].name.of(page.language)
            told = {"worst": worst, "lowest": f"{100 * row['lowest']:.0f} %"}
            school = page.codes.get(row["school"], row["school"])
            counts = {name: row[name] for name in ("met", "of")}
            yield "  " + _line(page.word("joint_missed", school=school, **counts, **told))


def _tell_why(page: Page) -> Iterator[str]:
    """Say, of each indicator that is always or never met, which figure comes nearest."""
    table = page.assessment.table
    table = table[table.status.isin(["met", "missed"])]
    lines = []
    for keys, part in table.groupby(["rule_set", "rule", "stage", "scope", "setting"], sort=False):
        if part.status.nunique() > 1:
            continue
        missed = part.status.iloc[0] == "missed"
        order = part.sort_values("beyond", ascending=missed, kind="stable")
        nearest = order.head(1).to_dict("records")[0]
        rule = page.rules[str(keys[0]), str(keys[1])]
        told = {
            "name": rule.name.of(page.language),
            "part": page.tell_part(*map(str, keys[2:])),
            "scenario": page.scenarios[nearest["scenario"]],
            "year": nearest["year"],
            "value": page.tell_value(rule, nearest["value"]),
            "limit": page.tell_limit(rule, nearest["limit"]),
        }
        told |= {"obstacles": _tell_obstacles(page, nearest)} if missed else {}
        lines.append(_line(page.word("never_met" if missed else "always_met", **told)))
    if lines:
        yield f"## {page.word('why')}"
        yield "\n".join(lines)


def _tell_schools(page: Page) -> Iterator[str]:
    """Name the schools in the way of each clause in the year, the farthest beyond first."""
    table = page.assessment.schools
    table = table[table.year == page.year]
    last = page.assessment.outcomes[-1].scenario.name
    table = table[table.scenario == last].sort_values("beyond", ascending=False, kind="stable")
    lines = []
    for (set_code, code), part in table.groupby(["rule_set", "rule"], sort=False):
        rule = page.rules[str(set_code), str(code)]
        told = [
            page.word(
                "school_row",
                school=page.codes.get(row["school"], row["school"]),
                value=page.tell_value(rule, row["value"]) if _is_own(rule) else f"{row['value']:g}",
                limit=page.tell_value(rule, row["limit"]) if _is_own(rule) else f"{row['limit']:g}",
                pupils=format_count(row["pupils"]),
            )
            for row in part.drop_duplicates("school").head(MOST).to_dict("records")
        ]
        lines.append(_line(f"{rule.name.of(page.language)}: " + "; ".join(told)))
    if lines:
        title = page.word("schools", year=page.year, most=MOST)
        yield "## " + escape_markup(f"{title} · {page.scenarios[last]}")
        yield "\n".join(sorted(lines))


def _is_own(rule: Rule) -> bool:
    """Say whether the schools of a rule bear its own unit; of a share of classes they do not."""
    return rule.measure not in ("class_compliance", "large_class_share", "seated_nearby")


def _tell_lacking(page: Page) -> Iterator[str]:
    """Name what cannot be computed: the column, who keeps it, the indicators that need it."""
    last = page.assessment.outcomes[-1].scenario.name
    lacking = [one for one in page.assessment.lacking if one.scenario == last]
    if not lacking:
        return
    rows: dict[tuple[str, str], list[str]] = {}
    for one in lacking:
        zh = page.language == "zh"
        column, source = (one.column, one.source) if zh else (one.column_en, one.source_en)
        if one.schools:
            names = [page.codes.get(school, school) for school in one.schools]
            named = "、".join(names[:NAMED])
            if len(names) > NAMED:
                named += page.word("and_more", n=len(names) - NAMED)
            column = page.word("at_schools", column=column, schools=named)
        rule = page.rules[one.rule_set, one.rule].name.of(page.language)
        rows.setdefault((column, source), []).append(rule)
    yield f"## {page.word('lacking')}"
    heads = [page.word(name) for name in ("column", "keeper", "rules")]
    told = [[*key, "; ".join(dict.fromkeys(names))] for key, names in rows.items()]
    yield draw_table(heads, told)
