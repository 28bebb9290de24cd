"""Chapter: which indicators are met and missed, by how much; what the plan's own numbers deny."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from seatplan.report.brief import Brief
from seatplan.report.parts import Grid, Heading, Paragraph, Part, cite, mark, refer
from seatplan.views.audit import tell_entry
from seatplan.views.catalogue import format_count
from seatplan.views.clauses import Page, Row

NAMED = 3  # schools that a sentence names
GROUP = ("rule_set", "rule", "stage", "scope", "setting")
Key = tuple[str, ...]
JUDGED = ("met", "missed")


def write_judging(brief: Brief) -> list[Part]:
    """Write the chapter; nothing where there is neither a rule set nor a plan.toml.

    Its figures are those of `seatplan assess` in the plan's year, and of `seatplan audit`.
    """
    indicators, audit = [*_write_indicators(brief)], [*_write_audit(brief)]
    title = "title" if audit and indicators else "indicators_alone" if indicators else "plan_alone"
    parts = [*indicators, *audit]
    return [Heading(1, brief.say(f"judged.{title}")), *parts] if parts else []


def _write_indicators(brief: Brief) -> Iterator[Part]:
    """Say how many indicators are met, what the plan changes, and who stands in the way."""
    if brief.assessment is None:
        return
    page = Page(brief.assessment, brief.language, brief.target)
    now, then = (list_judged(brief, at) for at in (0, -1))
    if not then:
        return
    missed = [key for key in then if "missed" in (_find_status(now, key), then[key]["status"])]
    yield Heading(2, brief.say("judged.indicators"))
    yield Paragraph(_tell_counts(brief, now, then, bool(missed)))
    for word, before, after in (("cured", "missed", "met"), ("broken", "met", "missed")):
        keys = [k for k in missed if (_find_status(now, k), then[k]["status"]) == (before, after)]
        if keys:
            names = page.join(_refer(page, key) for key in keys)
            yield Paragraph(brief.say(f"judged.{word}", names=names))
    if missed:
        yield _tabulate(brief, page, missed, now, then)
    told = _name_schools(brief, page)
    if told:
        yield Paragraph(brief.say("judged.in_the_way", year=brief.target))
        yield from map(Paragraph, told)
    yield from _tell_lacking(brief, page)


def _find_status(rows: dict[Key, Row], key: Key) -> str:
    """Return the verdict of a rule and group; "" where they are not judged as things are."""
    return str(rows[key]["status"]) if key in rows else ""


def list_judged(brief: Brief, at: int) -> dict[Key, Row]:
    """List what is met or missed in the plan's year under an outcome, by rule and group."""
    assert brief.assessment is not None
    table = brief.assessment.table
    name = brief.outcomes[at].scenario.name
    own = table[(table.scenario == name) & (table.year == brief.target)]
    rows = own[own.status.isin(JUDGED)].to_dict("records")
    return {tuple(str(row[part]) for part in GROUP): row for row in rows}


def _tell_counts(brief: Brief, now: dict[Key, Row], then: dict[Key, Row], has_table: bool) -> str:
    """Say how many indicators are met and missed as things are, and with the plan."""
    assert brief.assessment is not None
    sets = list(dict.fromkeys(item.name.of(brief.language) for item in brief.assessment.sets))
    counts = {
        f"{status}_{side}": sum(row["status"] == status for row in rows.values())
        for side, rows in (("now", now), ("then", then))
        for status in JUDGED
    }
    alone = "" if brief.has_plan else "_alone"
    return brief.say(
        f"judged.lead{alone}", sets=brief.names[0].join(sets),
        year=brief.target, plan=brief.titles[-1],
        table=brief.say(f"judged.see{alone}", table=cite("judged")) if has_table else "", **counts,
    )  # fmt: skip


def _tabulate(
    brief: Brief, page: Page, keys: list[Key], now: dict[Key, Row], then: dict[Key, Row]
) -> Grid:
    """Tabulate what is missed now or with the plan: values, distance, who is in the way."""
    rows = []
    for key in keys:
        rule, row = page.rules[key[0], key[1]], then[key]
        sides = [now.get(key), row] if brief.has_plan else [row]
        missed = row["status"] == "missed"
        rows.append(
            (
                _name_rule(page, key, keys),
                page.tell_part(*key[2:]),
                page.tell_limit(rule, row),
                *(page.tell_state(rule, side) if side else "–" for side in sides),
                *([page.tell_chance(rule, row).replace("—", "–")] if page.is_drawn else []),
                page.tell_distance(rule, row["beyond"]) if missed else "–",
                page.tell_obstacles(row).replace("—", "–"),
                page.tell_least(row).replace("—", "–"),
            )
        )
    alone = "" if brief.has_plan else "_alone"
    words = ["of_plan"] if alone else ["of_today", "of_plan"]
    heads = [brief.say(f"judged.{each}") for each in ("indicator", "part", "limit")]
    heads += [brief.say(f"cell.{side}", year=brief.target) for side in words]
    drawn = ["chance"] if page.is_drawn else []
    heads += [brief.say(f"judged.{each}") for each in (*drawn, "distance", "obstacles", "least")]
    return Grid(
        "judged", brief.say(f"judged.table{alone}", year=brief.target), tuple(heads), tuple(rows),
        tuple(mark("judged", *key) for key in keys),
        shares=(2.0, 1.5, 1.2, *[1.6] * len(words + drawn), 1.1, 1.6, 1.6), words=len(heads),
        note=_note(brief, page),
    )  # fmt: skip


def _note(brief: Brief, page: Page) -> str:
    """Say what the last columns are of, and what the chances are of."""
    if not page.is_drawn:
        return brief.say("judged.note")
    n, basis = (
        format_count(page.assessment.futures),
        page.word(f"drawn_from_{page.assessment.basis}"),
    )
    return brief.say("judged.note") + brief.say("judged.note_drawn", n=n, basis=basis)


def _name_rule(page: Page, key: Key, keys: Iterable[Key]) -> str:
    """Name an indicator, with its rule set where another set has one of that name."""
    name = page.rules[key[0], key[1]].name.of(page.language)
    alike = {k[0] for k in keys if page.rules[k[0], k[1]].name.of(page.language) == name}
    sets = {item.code: item.name.of(page.language) for item in page.assessment.sets}
    return name if len(alike) < 2 else page.word("named", name=name, part=sets[key[0]])


def _refer(page: Page, key: Key) -> str:
    """Name an indicator and its part, leading to its row of the table."""
    name = page.rules[key[0], key[1]].name.of(page.language)
    return refer(mark("judged", *key), page.word("named", name=name, part=page.tell_part(*key[2:])))


def _name_schools(brief: Brief, page: Page) -> list[str]:
    """Name the schools farthest beyond each clause that the plan misses, clause by clause."""
    told: dict[str, list[str]] = {}
    table = page.assessment.schools
    name = brief.plan.scenario.name
    table = table[(table.scenario == name) & (table.year == brief.target)]
    missed = {key[:2] for key, row in list_judged(brief, -1).items() if row["status"] == "missed"}
    for (rule_set, code), part in table.groupby(["rule_set", "rule"], sort=False):
        if (rule_set, code) not in missed:
            continue
        rule = page.rules[str(rule_set), str(code)]
        own = part.sort_values("beyond", ascending=False, kind="stable").drop_duplicates("school")
        schools = [page.tell_school(rule, row) for row in own.head(NAMED).to_dict("records")]
        more = brief.say("judged.more", n=format_count(len(own))) if len(own) > NAMED else ""
        named = brief.names[-1].join(schools) + more
        told.setdefault(named, []).append(_name_rule(page, (str(rule_set), str(code)), missed))
    return [
        brief.say("judged.schools", names=page.join(dict.fromkeys(names)), schools=schools)
        for schools, names in told.items()
    ]


def _tell_lacking(brief: Brief, page: Page) -> Iterator[Part]:
    """Say how many indicators cannot be computed, and for want of which columns."""
    name = brief.plan.scenario.name
    lacking = [one for one in page.assessment.lacking if one.scenario == name]
    if lacking:
        zh = brief.language == "zh"
        columns = dict.fromkeys(one.column if zh else one.column_en for one in lacking)
        rules = {(one.rule_set, one.rule) for one in lacking}
        told = page.join(name_columns(columns, page))
        yield Paragraph(brief.say("judged.lacking", n=format_count(len(rules)), columns=told))


def name_columns(columns: Iterable[str], page: Page) -> list[str]:
    """Name missing columns in words, each file once, behind them: "甲、乙（F）", "one, two (F)"."""
    files: dict[str, list[str]] = {}
    for column in columns:
        if page.language == "zh":
            file, rest = column.split(" 的 ", 1)
            code, _, words = rest.removesuffix("）").partition("（")
        else:
            code, rest = column.split(" of ", 1)
            file, _, words = rest.removesuffix(")").partition(" (")
        files.setdefault(file, []).append(words or code)
    form = "{}（{}）" if page.language == "zh" else "{} ({})"
    return [form.format(page.join(names), file) for file, names in files.items()]


def _write_audit(brief: Brief) -> Iterator[Part]:
    """Count what the plan's numbers say of each other, and tabulate what contradicts."""
    if brief.audit is None:
        return
    audit, language, schools = brief.audit, brief.language, brief.names[-1].schools
    wrong = [entry for entry in audit.entries if entry.verdict == "contradict"]
    yield Heading(2, brief.say("judged.audit"))
    counts = {name: audit.count(name) for name in ("agree", "contradict", "unexplained", "missing")}
    yield Paragraph(
        brief.say(
            "judged.audited", plan=audit.plan.name.label().of(language),
            count=brief.say("audit.count", **counts),
            table=brief.say("judged.see_audit", table=cite("audit")) if wrong else "",
        )
    )  # fmt: skip
    if wrong:
        clauses = [
            "; ".join(dict.fromkeys(number.clause for number in entry.numbers)) for entry in wrong
        ]
        yield Grid(
            "audit", brief.say("judged.contradictions"),
            tuple(brief.say(f"audit.{word}") for word in ("item", "finding", "clause")),
            tuple(
                (entry.name.of(language), tell_entry(entry, language, schools), clause)
                for entry, clause in zip(wrong, clauses, strict=True)
            ),
            shares=(2, 4.8, 1.6), words=3,
        )  # fmt: skip
