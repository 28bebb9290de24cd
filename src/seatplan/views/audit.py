"""The audit of a plan as a page of Markdown, in Chinese or in English."""

from __future__ import annotations

from collections.abc import Mapping

from seatplan.audit.audit import VERDICTS, Audit, Entry
from seatplan.literal import escape_markup
from seatplan.scenarios.scenario import name_codes
from seatplan.views.catalogue import say
from seatplan.views.findings import tell_data
from seatplan.views.markdown import draw_table, draw_title

YEARS = ("year", "first", "last", "horizon")  # told as they are, without a separator
PLAIN = (
    "before",
    "left",
    "peak",
    "catchments",
    "district",
    "base",
)  # their unit is in the sentence
SECTIONS = {
    "self": ("same", "dates", "course", "placed", "share"),
    "arithmetic": ("parts", "product", "each", "within", "base"),
    "promises": ("promise",),
    "needs": ("need",),
    "facts": ("fact",),
}


def write_audit(audit: Audit, language: str = "zh") -> str:
    """Write an audit as Markdown: verdicts counted, then each entry with figures and sentence."""
    plan = audit.plan
    name = audit.today.district.name.of(language)
    parts = [
        draw_title(name, say("audit.title", language), language),
        say(
            "audit.intro",
            language,
            plan=escape_markup(plan.name.label().of(language)),
            document=escape_markup(plan.document),
            scenario=escape_markup(audit.outcome.scenario.title.of(language)),
        ),
        tell_data(audit.today, language),
        say("audit.count", language, **{name: audit.count(name) for name in VERDICTS}),
    ]
    names = name_codes(audit.outcome.district, audit.outcome.standards, language)
    for section, rules in SECTIONS.items():
        entries = [entry for entry in audit.entries if entry.rule in rules]
        if entries:
            parts.append(f"## {say(f'audit.{section}', language)}")
            parts.append(_draw(entries, names, language))
    return "\n\n".join(parts) + "\n"


def tell_entry(entry: Entry, language: str, names: Mapping[str, str] | None = None) -> str:
    """Say in one sentence what an entry of the audit shows; `names` are those of the schools."""
    unit = say(f"audit.unit_{entry.unit.replace(' ', '_').replace(',', '')}", language)
    figures = {name: _tell(name, value, unit) for name, value in entry.figures.items()}
    if entry.missing:
        column, source = entry.missing.column.of(language), entry.missing.source.of(language)
        return say("audit.missing_said", language, **figures, column=column, source=source)
    told = say(f"audit.{entry.rule}_{_choose_words(entry)}", language, **figures)
    if entry.rule in ("fact", "promise") and (note := entry.numbers[0].note):
        told += ("" if language == "zh" else " ") + note.label().of(language)
    if not entry.where:
        return told
    known, join = names or {}, "、" if language == "zh" else ", "
    short = [
        say("audit.need_school", language, school=known.get(school, school), count=f"{count:,}")
        for school, count in entry.where
    ]
    return told + say("audit.need_where", language, where=join.join(short))


def _choose_words(entry: Entry) -> str:
    """Say by which sentence of its rule an entry is told."""
    figures, bounds = entry.figures, [number.bound for number in entry.numbers]
    held = "holds" if entry.verdict == "agree" else "fails"
    if entry.rule == "need":
        until = "open" if figures["last"] >= figures["horizon"] else "ends"
        later = f"later_{until}" if figures["peak"] > 0 else "holds"
        return later if held == "holds" else until
    if entry.rule == "promise" and held == "fails" and bounds[0] == "exact":
        return "more" if figures["model"] > figures["stated"] else "fails"
    if entry.rule in ("promise", "course") and bounds[-1] == "at_most":
        return f"most_{held}"
    return f"least_{held}" if entry.rule == "each" and bounds[-1] == "at_least" else held


def _draw(entries: list[Entry], names: Mapping[str, str], language: str) -> str:
    heads = [say(f"audit.{name}", language) for name in ("verdict", "item", "finding", "clause")]
    heads.append(say("audit.sentence", language))
    rows = [
        [
            say(f"audit.{entry.verdict}", language),
            entry.name.of(language),
            tell_entry(entry, language, names),
            _join([number.clause for number in entry.numbers]),
            _join([number.sentence for number in entry.numbers if number.sentence]),
        ]
        for entry in entries
    ]
    return draw_table(heads, rows)


def _join(texts: list[str]) -> str:
    """Join what is said, each once, as text of one cell."""
    return "; ".join(dict.fromkeys(texts))


def _tell(name: str, value: float, unit: str) -> str:
    """Write a figure with its unit: years and counts of catchments plainly."""
    if name in YEARS:
        return f"{value:.0f}"
    digits = 0 if value >= 1000 or abs(value - round(value)) < 5e-3 else 2
    return f"{value:,.{digits}f}{'' if name in PLAIN else unit}"
