"""Rule sets held against scenarios, as a page of Markdown and as named tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas as pd

from seatplan.assess.assess import Assessment
from seatplan.assess.rule_sets import Rule, RuleSet
from seatplan.errors import InputError
from seatplan.literal import escape_markup
from seatplan.outcome import Outcome
from seatplan.views.catalogue import format_count, format_share
from seatplan.views.clauses import Page, Row
from seatplan.views.findings import tell_data
from seatplan.views.markdown import draw_table, draw_title

MOST = 10  # schools in the way that are named for each clause
NAMED = 4  # schools with a blank column that are named
COUNTED = ("met", "missed", "advised", "later", "told")  # verdicts that the page counts
AHEAD = 5  # years ahead that are told where nobody asks for a year


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
    page = Page(assessment, language, check_year(assessment.outcomes, year))
    district = assessment.outcomes[0].district
    parts = [
        draw_title(district.name.of(language), page.word("title"), language),
        escape_markup(page.word("intro", scenarios=page.join(page.scenarios.values()))),
        tell_data(assessment.outcomes[0], language),
        *_count(page),
        *_tell_draws(page),
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


def check_year(outcomes: Sequence[Outcome], year: int | None) -> int:
    """Return the year asked for, or five years after the base year; InputError beyond the years."""
    years = outcomes[0].axes.years
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
        told = {key: int(counts.get(key, 0)) for key in COUNTED}
        yield escape_markup(page.word("count", scenario=title, year=page.year, **told))


def _tell_draws(page: Page) -> Iterator[str]:
    """Say what the chances are of; nothing where there are none."""
    if not page.is_drawn:
        return
    found = page.assessment
    basis = page.word(f"drawn_from_{found.basis}")
    told = page.word("drawn", n=format_count(found.futures), basis=basis)
    unsaid = found.table.status.isin(["met", "missed"]) & found.table.chance.isna()
    between = "" if page.language == "zh" else " "
    yield escape_markup(told + between + page.word("drawn_residents") if unsaid.any() else told)


def _tell_set(page: Page, rules: RuleSet) -> Iterator[str]:
    """Tell a rule set: what is judged, what is only told, and what a reader must know of them."""
    table = page.assessment.table
    table = table[(table.rule_set == rules.code) & (table.year == page.year)]
    known = {rule.code for rule in rules.rules}
    table = table[table.rule.isin(known)]
    if table.empty or page.year < min(table.year):
        return
    yield f"## {escape_markup(rules.name.of(page.language))}"
    yield escape_markup(page.word("document", document=rules.document, year=rules.year))
    order = {rule.code: at for at, rule in enumerate(rules.rules)}
    stages = [stage.code for stage in page.assessment.outcomes[0].standards.stages]
    places = {code: at for at, code in enumerate(stages)}
    table = table.assign(order=table.rule.map(order), place=table.stage.map(places).fillna(-1))
    table = table.sort_values(["order", "place", "scope", "setting"], kind="stable")
    told = table.status == "told"
    if not told.all():
        yield _draw_judged(page, table[~told])
    if told.any():
        yield page.word("only_told", year=page.year)
        yield _draw_told(page, table[told])
    notes: dict[str, list[str]] = {}
    for rule in rules.rules:
        if rule.note and rule.code in set(table.rule):
            notes.setdefault(rule.note.of(page.language), []).append(rule.name.of(page.language))
    if notes:
        lines = [_line(f"{page.join(names)}: {note}") for note, names in notes.items()]
        yield f"{page.word('notes')}:\n\n" + "\n".join(lines)


def write_indicator(page: Page, rules: RuleSet, rule: Rule, stage: str | None = None) -> str:
    """Write one indicator as plain text: its clause, its words, and each group with its verdict."""
    table = page.assessment.table
    rows = table[(table.rule_set == rules.code) & (table.rule == rule.code)]
    rows = rows[rows.year == page.year]
    rows = rows if stage is None else rows[(rows.stage == stage) | (rows.scope == stage)]
    clause = page.word("said_by", document=rules.document, clause=rule.clause, text=rule.text)
    lines = [_name_rule(page, rule), clause]
    for row in rows.to_dict("records"):
        part = page.tell_part(row["stage"], row["scope"], row["setting"])
        limit = page.tell_limit(rule, row["limit"])
        state = page.tell_state(rule, row)
        lines.append("- " + page.word("cell", part=part, state=state, limit=limit))
    if rows.empty:
        lines.append("- " + page.word("no_cell", year=page.year))
    zh = page.language == "zh"
    for one in page.assessment.lacking:
        if (one.rule_set, one.rule) == (rules.code, rule.code):
            named = (one.column, one.source) if zh else (one.column_en, one.source_en)
            lines.append("- " + page.word("cell_lacks", column=named[0], source=named[1]))
    return "\n".join(lines) + "\n"


def _draw_judged(page: Page, table: pd.DataFrame) -> str:
    """Draw what is judged: a row for each indicator, group and scenario."""
    words = [page.word(name) for name in ("indicator", "part", "scenario", "limit")]
    words += [page.word("state", year=page.year)]
    words += [page.word(name) for name in ("first_missed", "met_from")]
    words += [page.word("chance")] if page.is_drawn else []
    words += [page.word("in_the_way", year=page.year), page.word("least")]
    return draw_table(words, [_tell_row(page, row) for row in table.to_dict("records")])


def _draw_told(page: Page, table: pd.DataFrame) -> str:
    """Draw what no clause limits: a row for each indicator and group, scenarios side by side."""
    rows: dict[tuple[str, str], list[str]] = {}
    for row in table.to_dict("records"):
        rule = page.rules[row["rule_set"], row["rule"]]
        part = page.tell_part(row["stage"], row["scope"], row["setting"])
        told = rows.setdefault((_name_rule(page, rule), part), ["—"] * len(page.scenarios))
        at = list(page.scenarios).index(row["scenario"])
        told[at] = page.tell_worst(rule, row["value"])
        between = ""
        if page.is_drawn and not pd.isna(row["value_q50"]):
            between = page.tell_range(rule, row)
        if between:
            told[at] = page.word("chance_told", chance=told[at], range=between)
    heads = [page.word("indicator"), page.word("part"), *page.scenarios.values()]
    return draw_table(heads, [[*key, *told] for key, told in rows.items()])


def _name_rule(page: Page, rule: Rule) -> str:
    """Name a rule, and say where its clause was not read again."""
    recalled = page.word("recalled") if rule.checked == "recalled" else ""
    return rule.name.of(page.language) + recalled


def _tell_row(page: Page, row: Row) -> list[str]:
    rule = page.rules[row["rule_set"], row["rule"]]
    years = [str(row[name]) if row[name] else "—" for name in ("first_missed", "met_from")]
    return [
        _name_rule(page, rule),
        page.tell_part(row["stage"], row["scope"], row["setting"]),
        page.scenarios[row["scenario"]],
        page.tell_limit(rule, row["limit"]),
        page.tell_state(rule, row),
        *years,
        *([page.tell_chance(rule, row)] if page.is_drawn else []),
        page.tell_obstacles(row),
        page.tell_least(row),
    ]


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
            told = {"worst": worst, "lowest": format_share(row["lowest"])}
            school = page.codes.get(row["school"], row["school"])
            counts = {name: row[name] for name in ("met", "of")}
            line = page.word("joint_missed", school=school, **counts, **told)
            if page.is_drawn and not pd.isna(row["chance"]):
                n, chance = format_count(page.assessment.futures), format_share(row["chance"])
                line += page.word("joint_chance", n=n, chance=chance)
            yield "  " + _line(line)


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
            "value": page.tell_worst(rule, nearest["value"], nearest["limit"]),
            "limit": page.tell_limit(rule, nearest["limit"]),
        }
        who = page.tell_obstacles(nearest)
        somebody = missed and (nearest["schools"] or nearest["pupils"])
        said = page.word("never_met_who", year=nearest["year"], obstacles=who)
        told["who"] = said if somebody else ""
        lines.append(_line(page.word("never_met" if missed else "always_met", **told)))
    if lines:
        yield f"## {page.word('why')}"
        yield "\n".join(lines)


def _tell_schools(page: Page) -> Iterator[str]:
    """Name the schools in the way of each clause in the year, the farthest beyond first."""
    table = page.assessment.schools
    table = table[table.year == page.year]
    last = page.assessment.outcomes[-1].scenario.name
    order = {key: at for at, key in enumerate(page.rules)}
    place = pd.Series(list(zip(table.rule_set, table.rule, strict=True)), table.index).map(order)
    table = table[table.scenario == last].assign(place=place)
    table = table.sort_values(["place", "beyond"], ascending=[True, False], kind="stable")
    named: dict[str, list[str]] = {}
    for (set_code, code), part in table.groupby(["rule_set", "rule"], sort=False):
        rule = page.rules[str(set_code), str(code)]
        rows = part.drop_duplicates("school").head(MOST).to_dict("records")
        told = "; ".join(page.tell_school(rule, row) for row in rows)
        named.setdefault(told, []).append(rule.name.of(page.language))
    if named:
        title = page.word("schools", year=page.year, most=MOST)
        yield "## " + escape_markup(f"{title} · {page.scenarios[last]}")
        yield "\n".join(_line(f"{page.join(names)}: {told}") for told, names in named.items())


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
            named = page.join(names[:NAMED])
            if len(names) > NAMED:
                named += page.word("and_more", n=len(names) - NAMED)
            column = page.word("at_schools", column=column, schools=named)
        rule = page.rules[one.rule_set, one.rule].name.of(page.language)
        rows.setdefault((column, source), []).append(rule)
    yield f"## {page.word('lacking')}"
    heads = [page.word(name) for name in ("column", "keeper", "rules")]
    told = [[*key, page.join(dict.fromkeys(names))] for key, names in rows.items()]
    yield draw_table(heads, told)
