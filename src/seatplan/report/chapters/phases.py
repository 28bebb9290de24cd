"""Chapters: what is done in which year, and which limits are to be watched."""

from __future__ import annotations

from collections.abc import Iterator

from seatplan.district.clauses import Standard
from seatplan.district.tables import SETTINGS
from seatplan.report.brief import Brief
from seatplan.report.chapters.balances import name_sides
from seatplan.report.parts import Grid, Heading, Paragraph, Part, cite, mark, refer
from seatplan.report.projects import list_projects
from seatplan.scenarios.scenario import name_codes
from seatplan.views.catalogue import format_count
from seatplan.views.sentences import find_peak, span


def write_phases(brief: Brief) -> list[Part]:
    """Write the chapter of the years; nothing where there is no plan."""
    steps = brief.plan.scenario.interventions
    if not steps:
        return []
    years = sorted({step.year for step in steps})
    projects = list_projects(brief)
    by_year = projects.groupby("year").added.sum()
    most = find_peak(by_year) if len(by_year) and by_year.max() > 0 else None
    lead = brief.say("phases.lead", years=span(years, brief.language), table=cite("phases"))
    if most is not None and len(years) > 1:
        n = refer(mark("phases", most), format_count(by_year[most]))
        lead = brief.join([lead, brief.say("phases.most", year=most, n=n)])
    return [
        Heading(1, brief.say("phases.title")),
        Paragraph(lead),
        _tabulate_phases(brief, years),
    ]


def _tabulate_phases(brief: Brief, years: list[int]) -> Grid:
    """Tabulate the steps of each year, the seats they add, and the shortage with and without."""
    plan = brief.plan
    codes = name_codes(plan.district, plan.standards, brief.language)
    steps = sorted(plan.scenario.interventions, key=lambda step: step.year)
    told = plan.scenario.describe(brief.language, codes)
    projects = list_projects(brief)
    rows = []
    for year in years:
        own = [
            drop_year(text, year)
            for step, text in zip(steps, told, strict=True)
            if step.year == year
        ]
        added = projects[projects.year == year].added.sum()
        before = projects[projects.year <= year].added.sum()
        sides = [
            sum(
                int(brief.figures(outcome, stage).catchment_shortage[year]) for stage in brief.zoned
            )
            for outcome in (brief.today, plan)
        ]
        rows.append(
            (
                str(year),
                brief.join(own),
                format_count(added, signed=True),
                format_count(before, signed=True),
                *map(format_count, sides),
            )
        )
    keys = ("year", "projects", "added", "sum_added", "shortage_today", "shortage_plan")
    return Grid(
        "phases", brief.say("phases.table"), tuple(brief.say(f"cell.{key}") for key in keys),
        tuple(rows), tuple(mark("phases", year) for year in years),
        shares=(0.8, 5, 1.1, 1.1, 1.3, 1.3), words=2, note=brief.say("phases.note"),
    )  # fmt: skip


def drop_year(text: str, year: int) -> str:
    """Return what a step does without its year, which the row of the table bears.

    >>> drop_year("2027 年起甲校教室增减。", 2027), drop_year("A opens in 2021; rooms: 2.", 2021)
    ('甲校教室增减。', 'A opens; rooms: 2.')
    """
    for words in (f"{year} 年起", f"{year} 年", f" in {year}"):
        text = text.replace(words, "", 1)
    return text


def write_watch(brief: Brief) -> list[Part]:
    """Write the chapter of the limits: who passes which, now, with the plan, at the end."""
    rows, marks = [], []
    years = list(dict.fromkeys([brief.target, brief.district.horizon]))
    for item in _list_limits(brief):
        base = _count(brief, 0, item.code, brief.district.base_year)
        cells = [_count(brief, at, item.code, year) for year in years for at in brief.sides]
        rows.append(
            (
                brief.tell_limited(item),
                _tell_limits(brief, item),
                item.cite(brief.language),
                *map(format_count, [base, *cells]),
            )
        )
        marks.append(mark("watch", item.code))
    heads = [brief.say(f"cell.{key}") for key in ("limit", "limits", "clause")]
    heads.append(brief.say("watch.base", year=brief.district.base_year))
    for year in years:
        heads += name_sides(brief, year)
    return [
        Heading(1, brief.say("watch.title")),
        Paragraph(brief.say("watch.lead", table=cite("watch"))),
        *map(Paragraph, _tell_watch(brief)),
        Grid(
            "watch", brief.say("watch.table"), tuple(heads), tuple(rows), tuple(marks),
            shares=(1.5, 1.5, 4, *[0.75] * (1 + len(brief.sides) * len(years))), words=3,
        ),
    ]  # fmt: skip


def _tell_limits(brief: Brief, item: Standard) -> str:
    """Write the values of a limit, each with the grades, stages or kinds that it holds for."""
    names = brief.names[-1]
    held = {setting: brief.say(f"setting.{setting}") for setting in SETTINGS}
    held |= {**names.kinds, **names.grades, **names.stages}
    held["all"] = brief.say("assumption.everyone")
    values: dict[str, list[str]] = {}
    for key, value in item.limit.items():
        values.setdefault(brief.tell_value(item, value), []).append(held.get(key, key))
    alone = len(values) == 1
    told = [value if alone else f"{names.join(of)} {value}" for value, of in values.items()]
    return ("；" if brief.language == "zh" else "; ").join(told)


def _list_limits(brief: Brief) -> list[Standard]:
    """List the limits in force when the plan is carried out, each once."""
    held = {item.code: item for item in brief.plan.standards.standards}
    now = {code: brief.plan.standards.standard(code, brief.target) for code in held}
    return [item for item in now.values() if item is not None]


def _count(brief: Brief, at: int, code: str, year: int) -> int:
    flags = brief.results[at].flags
    return int(flags[(flags.code == code) & (flags.year == year)].school.nunique())


def _tell_watch(brief: Brief) -> Iterator[str]:
    """Say which limits the plan leaves passed, and which first are passed later."""
    for item in _list_limits(brief):
        if told := [*_tell_limit(brief, item)]:
            yield brief.say(
                "balances.of", stage=item.name.of(brief.language), told=brief.join(told)
            )
    for stage in brief.today.standards.stages:
        below = brief.figures(brief.plan, stage.code).district_shortage
        if below.any():
            years = span(below.index[below > 0], brief.language)
            name = brief.names[-1].stages[stage.code]
            yield brief.say("watch.district", stage=name, years=years)


def _tell_limit(brief: Brief, item: Standard) -> Iterator[str]:
    """Say how many schools pass a limit with the plan, and how many first pass it later."""
    flags, base = brief.results[-1].flags, brief.district.base_year
    own = flags[flags.code == item.code]
    before = _count(brief, 0, item.code, brief.target)
    after = _count(brief, -1, item.code, brief.target)
    anchor = mark("watch", item.code)
    if after != before:
        yield brief.say(
            "watch.moved",
            year=brief.target,
            before=refer(anchor, format_count(before)),
            after=refer(anchor, format_count(after)),
        )
    later = own[own.first_year > base]
    if len(later):
        yield brief.say(
            "watch.later",
            k=format_count(later.school.nunique()),
            first=int(later.first_year.min()),
        )
