"""What the figures say about a plan, in words that the figures choose."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from seatplan.comparison import compare, tabulate_large_classes
from seatplan.district.clauses import Standard
from seatplan.district.limits import list_changes, tell_change
from seatplan.district.stages import Label
from seatplan.findings.closures import list_closures
from seatplan.literal import escape_markup, spell_code
from seatplan.outcome import Outcome
from seatplan.scenarios.interventions import NewSchool
from seatplan.seating.classes import restate_base_year
from seatplan.views.catalogue import LANGUAGES, format_count, say
from seatplan.views.closed_schools import tabulate_closed, tell_closed
from seatplan.views.foot import tell_assumptions
from seatplan.views.markdown import draw_table
from seatplan.views.scopes import name_scope, tell_part
from seatplan.views.sentences import join, sign, tell_catchments, tell_district, tell_plan

EVERY = 5  # years between the rows of a stage that the plan leaves alone
FIGURES = ("catchment_shortage", "district_shortage", "pupils", "seats", "balance")


def write_findings(
    outcomes: Sequence[Outcome], *, language: str = "en", verb: str = "seatplan demo"
) -> str:
    """Write what a plan changes against the district as it is, as Markdown.

    The first of `outcomes` is the district as it is, the last the plan. Every figure is read from
    the comparison's table; no sentence claims more than its figures. In English the names stand in
    both languages. `verb` is the command that writes it.
    """
    today, plan = outcomes[0], outcomes[-1]
    sides = [_read_figures(outcome) for outcome in (today, plan)]
    parts = [
        "# " + say("finding.title", language, district=_show(today.district.name, language)),
        say(
            "finding.subtitle",
            language,
            plan=_show(plan.scenario.title, language),
            plan_name=spell_code(plan.scenario.name),
            today=_show(today.scenario.title, language),
            today_name=spell_code(today.scenario.name),
            verb=verb,
        ),
        tell_data(today, language),
        _section("finding.how", language, say("finding.how_text", language)),
        *[
            _tell_stage(
                today, stage.code, [_of_stage(side, stage.code) for side in sides], language
            )
            for stage in today.standards.stages
        ],
        _tell_classes(today, sides[0], language),
        _tell_large_classes(today, plan, language),
        _tell_flags(today, plan, language),
        _tell_closed(plan, language),
        _tell_limits(today, language),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _read_figures(outcome: Outcome) -> pd.DataFrame:
    return compare([outcome]).figures(outcome.scenario.name)


def _of_stage(figures: pd.DataFrame, stage: str) -> pd.DataFrame:
    return pd.DataFrame(figures.xs(stage, level="stage"))


def is_surveyed(outcome: Outcome) -> bool:
    """Say whether every school and every block of the district is on record as it is."""
    tables = (outcome.district.schools, outcome.district.blocks)
    return all((table.provenance == "real").all() for table in tables)


def tell_data(outcome: Outcome, language: str) -> str:
    """Say what the data are, before any figure."""
    tables = {"search.school": outcome.district.schools, "search.block": outcome.district.blocks}
    rows = []
    for key, table in tables.items():
        counts = table.provenance.value_counts()
        labels = [f"{n:,} {_label(name, language)}" for name, n in counts.items()]
        colon, comma = ("：", "、") if language == "zh" else (": ", ", ")
        rows.append(f"{_plural(key, language)}{colon}{comma.join(labels)}")
    assumed = escape_markup(tell_assumptions(outcome.district, language))
    key = "finding.data_real" if is_surveyed(outcome) else "finding.data_made"
    listed = ("；" if language == "zh" else "; ").join(rows)
    return _section("finding.data", language, say(key, language, rows=listed), assumed)


def _label(name: object, language: str) -> str:
    return say(f"provenance.{name}", language)


def _plural(key: str, language: str) -> str:
    if language == "zh":
        return say(key, "zh")
    return say(key, "en").lower() + "s " + say(key, "zh")


def _tell_stage(today: Outcome, code: str, sides: list[pd.DataFrame], language: str) -> str:
    """Set shortage, pupils and seats of one stage side by side, and say what the plan moves."""
    a, b = sides
    stage = today.standards.stage(code)
    zoned = stage.intake != "seats"  # whoever may go to any school lives in no catchment
    columns = [name for name in FIGURES if zoned or name != "catchment_shortage"]
    moved = [name for name in columns if not a[name].equals(b[name])]
    words = {name: say(f"finding.{name}", language) for name in columns}
    heads = [
        say("finding.year", language),
        *words.values(),
        *(say("finding.of_plan", language, name=words[name]) for name in moved),
    ]
    rows = [
        [str(year), *_cells(a.loc[year], columns), *_cells(b.loc[year], moved)]
        for year in a.index[:: 1 if moved else EVERY]
    ]
    said = [tell_catchments(a, language) if zoned else "", tell_district(a, language)]
    said += tell_plan(a, b, zoned, language) if moved else [say("finding.unchanged", language)]
    return _join_parts(
        f"## {_show(stage.name, language)}",
        _list(said),
        draw_table(heads, rows, figures=True),
    )


def _tell_classes(today: Outcome, a: pd.DataFrame, language: str) -> str:
    """Say which part of the step from the classes on record to the next year is the rule's.

    "" where the base year is the only one.
    """
    base, *later = today.district.years
    if not later:
        return ""
    following = later[0]
    counts = restate_base_year(today.case, today.classes)
    counts["follow"] = a.classes.xs(following, level="year").reindex(counts.index)
    rows = [
        [_call(today.standards.stage(str(code)).name, language), *map(format_count, row)]
        for code, row in zip(counts.index, counts.to_numpy(), strict=True)
    ]
    stands, by_rule, follow = counts.sum()
    said = say(
        "finding.classes_text",
        language,
        base=base,
        following=following,
        stands=format_count(stands),
        by_rule=format_count(by_rule),
        follow=format_count(follow),
        step=sign(follow - stands),
        rule=sign(by_rule - stands),
        pupils=sign(follow - by_rule),
    )
    keys = ("finding.on_record", "finding.by_rule")
    heads = [say("finding.stage", language), *(say(key, language, base=base) for key in keys)]
    table = draw_table([*heads, str(following)], rows, figures=True)
    return _section("finding.classes", language, said, table)


def _tell_large_classes(today: Outcome, plan: Outcome, language: str) -> str:
    """Say how many classes are large, of which classes; "" where no limit says what large is."""
    years = list(dict.fromkeys([today.district.base_year, *_list_later(today)]))
    tables = [tabulate_large_classes(outcome) for outcome in (today, plan)]
    known = [table[table.share.notna()] for table in tables]
    if known[0].empty:
        return ""
    rows = []
    for scope in known[0].index.unique("scope"):
        name = _name_scope(today, scope, language)
        cells = [[tell_part(table, scope, year, language) for year in years] for table in known]
        rows.append([name, *cells[0]])
        if cells[1] != cells[0]:
            rows.append([say("finding.of_plan", language, name=name), *cells[1]])
    said = [say("finding.large_text", language)]
    others = tables[0].index.unique("scope").difference(known[0].index.unique("scope"), sort=False)
    if len(others):
        bases = [
            say(
                "finding.large_base",
                language,
                name=escape_markup(name_scope(today.standards, scope, language)),
                n=format_count(tables[0].classes[scope, years[0]]),
                year=years[0],
            )
            for scope in others
        ]
        listed = ("、" if language == "zh" else ", ").join(bases)
        said.append(say("finding.large_unknown", language, list=listed))
    heads = [say("finding.of_classes", language), *map(str, years)]
    title = _both("large.share", language)
    return _join_parts(f"## {title}", join(said, language), draw_table(heads, rows, figures=True))


def _name_scope(outcome: Outcome, scope: str, language: str) -> str:
    languages = LANGUAGES if language == "en" else (language,)
    return " ".join(name_scope(outcome.standards, scope, each) for each in languages)


def _list_later(outcome: Outcome) -> list[int]:
    """List every fifth year after the first; the last where there are fewer."""
    return outcome.district.years[EVERY::EVERY] or [outcome.district.horizon]


def _tell_flags(today: Outcome, plan: Outcome, language: str) -> str:
    """Count the flags that the plan clears, leaves and raises."""
    years = _list_later(today)
    held = [*plan.standards.standards, *today.standards.standards]
    standards = list({item.code: item for item in held}.values())
    rows = [
        [_call(item.name, language), *(_turn(today, plan, item, year) for year in years)]
        for item in standards
    ]
    said = [
        _say_changed_limits(today, plan, language),
        _say_new_flags(today, plan, standards, years[-1], language),
    ]
    heads = [say("finding.limit", language), *map(str, years)]
    text = say("finding.flags_text", language)
    return _section(
        "finding.flags", language, text, draw_table(heads, rows, figures=True), _list(said)
    )


def _turn(today: Outcome, plan: Outcome, standard: Standard, year: int) -> str:
    before, after = (_flagged(item, standard.code, year) for item in (today, plan))
    return f"{len(before - after)} / {len(before & after)} / {len(after - before)}"


def _say_changed_limits(today: Outcome, plan: Outcome, language: str) -> str:
    """Say which limits the plan is held to otherwise; "" where none."""
    changes = list_changes(today.standards, plan.standards)
    told = [
        escape_markup(f"{_call(new.name, language)} ({new.unit}), {tell_change(new, old)}")
        for new, old in changes
    ]
    return say("finding.other_limits", language, list="; ".join(told)) if told else ""


def _say_new_flags(
    today: Outcome, plan: Outcome, standards: Sequence[Standard], year: int, language: str
) -> str:
    """Say how many of the new flags are at schools that the plan opens."""
    new = [
        school
        for item in standards
        for school, _ in _flagged(plan, item.code, year) - _flagged(today, item.code, year)
    ]
    steps = plan.scenario.interventions
    opened = {step.school for step in steps if isinstance(step, NewSchool)}
    at_new = sum(school in opened for school in new)
    figures = {"n": format_count(at_new), "of": format_count(len(new)), "year": year}
    return say("finding.new_flags", language, **figures) if new else ""


def _tell_closed(plan: Outcome, language: str) -> str:
    """Say who goes on where when schools close, and how far; "" where none does."""
    closures = list_closures(plan)
    if closures.empty:
        return ""
    told = tell_closed(closures, language)
    heads, rows = tabulate_closed(plan, closures, language)
    how = say("closed.how", language)
    return _section("closed.title", language, told, how, draw_table(heads, rows, figures=True))


def _tell_limits(outcome: Outcome, language: str) -> str:
    """Say what the figures do not show."""
    comma = "、" if language == "zh" else ", "
    scenarios = comma.join(
        spell_code(f"--births {name}") for name in outcome.district.births.columns
    )
    said = [
        "" if is_surveyed(outcome) else say("finding.made_up", language),
        say("finding.births", language, list=scenarios),
        say("finding.phases_in", language),
        say("finding.stay" if outcome.policy.overflow == "stay" else "finding.move", language),
    ]
    return _section("finding.limits", language, _list(said))


def _flagged(outcome: Outcome, code: str, year: int) -> set[tuple[str, str]]:
    table = outcome.flags.table
    rows = table[(table.code == code) & (table.year == year)]
    return set(zip(rows.school, rows.stage, strict=True))


def _call(label: Label, language: str) -> str:
    """Return the Chinese name; in English both, or the one where they agree."""
    return label.zh if language == "zh" else " ".join(dict.fromkeys((label.zh, label.en)))


def _show(label: Label, language: str) -> str:
    """Return what `_call` returns, as Markdown."""
    return escape_markup(_call(label, language))


def _both(key: str, language: str) -> str:
    """Return a phrase; in English with the Chinese after it."""
    return say(key, "zh") if language == "zh" else f"{say(key, 'en')} {say(key, 'zh')}"


def _section(key: str, language: str, *parts: str) -> str:
    return _join_parts(f"## {_both(key, language)}", *parts)


def _join_parts(*parts: str) -> str:
    return "\n\n".join(part for part in parts if part)


def _list(sentences: Sequence[str]) -> str:
    return "\n".join(f"- {sentence}" for sentence in sentences if sentence)


def _cells(figures: pd.Series[int], names: Sequence[str]) -> list[str]:
    return [sign(figures[name]) if name == "balance" else f"{figures[name]:,}" for name in names]
