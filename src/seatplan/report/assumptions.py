"""What the figures rest on: settings, limits, take-up, births, data and the plans' steps."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from seatplan.district.clauses import Standard
from seatplan.report.brief import Brief
from seatplan.report.names import Names
from seatplan.report.tables import Tab
from seatplan.scenarios.scenario import name_codes
from seatplan.views.doubts import say_finding

RULES = {
    "current": "assumption.rule_current",
    "nearest": "assumption.rule_nearest",
    "capacity": "assumption.rule_capacity",
}
COLUMNS = ["group", "item", "value", "measured_in", "source", "checked"]
Row = tuple[str, str, object, str, str, str]


def tabulate_assumptions(brief: Brief) -> Tab:
    """Tabulate every assumption with its source."""
    words = brief.names[-1]
    rows = [
        *_list_settings(brief, words),
        *_list_limits(brief, words),
        *_list_rates(brief, words),
        *_list_prices(brief, words),
        *_list_steps(brief, words),
        *_list_data(brief, words),
    ]
    return Tab("assumptions", pd.DataFrame(rows, columns=COLUMNS), frozen=2)


def tabulate_findings(brief: Brief) -> Tab:
    """Tabulate what the check found odd, the weightiest first."""
    weights = ("refused", "doubtful", "note")
    rows = [
        {
            "severity": brief.names[0].word(f"level.{finding.level}"),
            "group": finding.kind,
            "text": say_finding(finding.sentence, brief.names[0].language),
        }
        for finding in sorted(brief.findings, key=lambda item: weights.index(item.level))
    ]
    if not rows:
        rows = [{"severity": "", "group": "", "text": brief.names[0].word("about.nothing_odd")}]
    return Tab("findings", pd.DataFrame(rows, columns=["severity", "group", "text"]))


def _list_settings(brief: Brief, words: Names) -> Iterator[Row]:
    policy, group = brief.plan.policy, words.word("assumption.setting")
    full = words.word("assumption.stay" if policy.overflow == "stay" else "assumption.move")
    settings = {
        "assumption.overflow": full,
        "assumption.catchment_rule": words.word(RULES[policy.catchments]),
        "assumption.births_scenario": words.word(f"births.{policy.births}"),
        "assumption.crs": brief.district.crs,
        "assumption.class_tolerance": policy.class_tolerance,
        "assumption.join_classes": policy.join_classes_at,
    }
    for key, value in settings.items():
        yield group, words.word(key), value, "", "", ""


def _list_limits(brief: Brief, words: Names) -> Iterator[Row]:
    """List every version of every limit that some scenario holds."""
    group, held = words.word("assumption.limits"), []
    for outcome in brief.outcomes:
        held += [item for item in outcome.standards.standards if item not in held]
    for item in held:
        for key, limit in item.limit.items():
            value = _tell_limit(item, limit, words)
            name = words.word(
                "assumption.for_whom",
                name=item.name.of(words.language),
                whom=_name_key(key, words),
            )
            since = f" ({item.since}–)" if item.since else ""
            yield (
                group,
                name + since,
                value,
                item.count_in(words.language),
                item.cite(words.language),
                words.word(f"checked.{item.checked}"),
            )


def _tell_limit(item: Standard, limit: float, words: Names) -> object:
    """Return a limit; with the metres it counts from where it is a share beyond some."""
    metres = [f"{name} {value:g}" for name, value in item.within.items()]
    if not metres:
        return limit
    named = [f"{_name_key(part.split()[0], words)} {part.split()[1]}" for part in metres]
    return words.word("assumption.within", limit=f"{limit:g}", metres=words.join(named))


def _name_key(key: str, words: Names) -> str:
    """Name a key of a limit: a grade, a stage, a kind, a setting or all."""
    if key == "all":
        return words.word("assumption.everyone")
    for known in (words.grades, words.stages, words.kinds):
        if key in known:
            return known[key]
    return words.word(f"setting.{key}") if key in ("urban", "town", "rural") else key


def _list_rates(brief: Brief, words: Names) -> Iterator[Row]:
    """List take-up by stage and the births of each year in the births scenario used."""
    source = _find_source(brief, "take_up")
    rates = brief.plan.district.take_up
    for stage, year in rates.index:
        yield (
            words.word("assumption.take_up"),
            f"{words.stages.get(stage, stage)} {year}",
            round(float(rates[stage, year]), 4),
            "",
            source,
            "",
        )
    births = brief.district.births
    chosen = brief.plan.policy.births
    if chosen in births:
        for year, count in births[chosen].items():
            yield (
                words.word("assumption.births"),
                str(year),
                round(float(count)),
                words.word("unit.pupils"),
                _find_source(brief, "births"),
                "",
            )


def _list_prices(brief: Brief, words: Names) -> Iterator[Row]:
    """List the unit costs, medium and range, each with its reason."""
    group, yuan = words.word("assumption.prices"), words.word("assumption.yuan")
    for price in brief.costs.cost:
        stage = words.stages.get(price.stage, words.word("assumption.everyone"))
        name = words.word(f"remedy.{price.item}")
        item = words.word("assumption.for_whom", name=name, whom=stage)
        value = f"{price.medium:,.0f} ({price.low:,.0f}–{price.high:,.0f})"
        label = words.word("checked.assumed") if price.assumed else ""
        reason = price.reason.zh if words.language == "zh" else price.reason.en
        yield group, item, value, yuan, reason, label


def _find_source(brief: Brief, name: str) -> str:
    """Return what the data dictionary says of a table's source; "" where it is silent."""
    provenance = brief.district.provenance
    if not len(provenance):
        return ""
    own = provenance[provenance.file.str.contains(name)]
    told = _tell(own, "source", brief.language)
    return "; ".join(dict.fromkeys(text for text in told if text))


def _tell(provenance: pd.DataFrame, column: str, language: str) -> pd.Series[str]:
    """Return a text of each row in a language, as it is written apart or for both."""
    told = provenance[column].fillna("").astype(str)
    if language != "zh" or f"{column}_zh" not in provenance:
        return told
    own = provenance[f"{column}_zh"].fillna("").astype(str)
    return own.where(own != "", told)


def _list_steps(brief: Brief, words: Names) -> Iterator[Row]:
    """List every step of every plan with who decided it."""
    for outcome, title in zip(brief.outcomes, brief.titles, strict=True):
        codes = name_codes(outcome.district, outcome.standards, words.language)
        steps = sorted(outcome.scenario.interventions, key=lambda step: step.year)
        told = outcome.scenario.describe(words.language, codes)
        for step, sentence in zip(steps, told, strict=True):
            group = f"{words.word('assumption.steps')}: {title}"
            yield group, sentence, "", "", step.cite(words.language), ""


def _list_data(brief: Brief, words: Names) -> Iterator[Row]:
    """List the label and the source of each column of the district's files."""
    assumed = brief.district.assumptions
    for table, told in zip(assumed.table, assumed[words.language], strict=True):
        yield words.word("assumption.assumed"), str(table), str(told), "", "", ""
    provenance = brief.district.provenance
    texts = (_tell(provenance, column, words.language) for column in ("source", "note"))
    keys = (provenance[column].astype(str) for column in ("file", "column", "provenance"))
    for file, column, label, source, note in zip(*keys, *texts, strict=True):
        told = "; ".join(part for part in (source, note) if part)
        name = f"{file}: {column}"
        yield words.word("assumption.data"), name, words.word(f"provenance.{label}"), "", told, ""
