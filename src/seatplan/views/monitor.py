"""A year held against plan and forecast, as a page of Markdown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from math import isnan
from typing import get_args

from seatplan.district.stages import name_rows
from seatplan.literal import escape_markup
from seatplan.monitoring.monitor import LEAST, Departure, Monitoring
from seatplan.monitoring.openings import Turn
from seatplan.monitoring.targets import Target
from seatplan.scenarios.scenario import name_codes
from seatplan.views.catalogue import format_count, say
from seatplan.views.findings import tell_data
from seatplan.views.markdown import draw_table, draw_title

TURNS = get_args(Turn)
FORMS = ("yearly", "mid", "final")
SHARES_OF_PUPILS = ("public_share", "inclusive_coverage", "migrants_in_public")


def write_monitoring(
    found: Monitoring, language: str = "zh", *, form: str = "yearly", public: bool = False
) -> str:
    """Write a year's monitoring as Markdown.

    Parameters
    ----------
    form
        "yearly", "mid" or "final": what the report is called; its parts are the same.
    public
        Leave out figures of single schools, stages of one school among them, and hide cells under
        ten, with every figure from which one could be worked out.
    """
    forecast = found.forecast
    title = say("monitor.title", language, year=found.year)
    parts = [
        draw_title(forecast.district.name.of(language), title, language),
        say(
            "monitor.intro",
            language,
            form=say(f"monitor.form_{form}", language),
            scenario=escape_markup(forecast.scenario.title.of(language)),
            base=forecast.district.base_year,
            year=found.year,
        ),
        say("monitor.public", language) if public else tell_data(forecast, language),
        f"## {say('monitor.departures', language)}",
        _tell_departures(found, language, public=public),
    ]
    if found.targets:
        told = _tell_targets(found, language, public=public)
        parts += [f"## {say('monitor.targets', language)}", told]
        parts.append(say("monitor.residents_note", language))
    parts += [f"## {say('monitor.errors', language)}", _tell_errors(found, language, public=public)]
    if not public:
        parts += [f"## {say('monitor.schools', language)}", _tell_schools(found, language)]
    return "\n\n".join(parts) + "\n"


def tell_summary(found: Monitoring, language: str) -> str:
    """Say in one line how many departures there are, and how its targets stand where it has any."""
    if not found.targets:
        departures = len(found.departures)
        return say("monitor.summary_alone", language, year=found.year, departures=departures)
    states = Counter(target.state.replace(" ", "_") for target in found.targets)
    names = ("reached", "on_the_way", "behind", "cannot_be_computed")
    counts = {name: states[name] for name in names}
    return say(
        "monitor.summary",
        language,
        year=found.year,
        departures=len(found.departures),
        **counts,
    )


def tell_departure(
    one: Departure, found: Monitoring, language: str, *, public: bool = False
) -> str:
    """Say a departure in one sentence; without schools where they made it up, if it is public."""
    codes = name_codes(found.forecast.district, found.forecast.standards, language)
    change = one.came - one.expected
    told: dict[str, object] = {
        "subject": codes.get(one.subject, one.subject),
        "year": one.year,
        "now": found.year,
    }
    if one.kind in TURNS:
        school, _, stage = one.subject.partition(" ")
        told |= {"subject": codes.get(school, school), "stage": codes.get(stage, stage)}
        years = {"expected": f"{one.expected:.0f}", "came": f"{one.came:.0f}"}
        key = f"{one.kind}_still" if one.kind.endswith("late") and not one.came else one.kind
        return say(f"monitor.{key}", language, **told, **years)
    if public and _is_small(one, found):
        key = "small_more" if change > 0 else "small_fewer"
        what = say(f"monitor.small_{one.kind}", language, subject=told["subject"])
        return say(f"monitor.{key}", language, what=what, year=one.year)
    told |= {"expected": format_count(one.expected), "came": format_count(one.came)}
    if one.kind == "births":
        return say("monitor.births", language, **told, change=format_count(change, signed=True))
    told["change"] = format_count(abs(change))
    if one.kind == "classes":
        key = "classes_more" if change > 0 else "classes_fewer"
        return say(f"monitor.{key}", language, **told)
    if one.kind == "school":
        key = "school_over" if change > 0 else "school_under"
        return say(f"monitor.{key}", language, **told)
    names = ("、" if language == "zh" else ", ").join(codes.get(s, s) for s in one.where)
    where = say("monitor.where", language, schools=names) if one.where and not public else ""
    if one.kind == "township":
        town, stage = one.subject.rsplit(" ", 1)
        named = name_rows(found.forecast.district.zones, language).get(town, town)
        told |= {"subject": f"{named} · {codes.get(stage, stage)}"}
        key = "township_more" if change > 0 else "township_fewer"
        return say(f"monitor.{key}", language, **told, where=where)
    more = {"moved": ("moved_in", "moved_out"), "entrants": ("entrants_more", "entrants_fewer")}
    return say(f"monitor.{more[one.kind][change < 0]}", language, **told, where=where)


def _tell_departures(found: Monitoring, language: str, *, public: bool) -> str:
    shown = [
        one
        for one in found.departures
        if not (public and one.kind in ("township", "school", "classes"))
    ]
    if not shown:
        return say("monitor.nothing", language)
    told = [tell_departure(one, found, language, public=public) for one in shown]
    return "\n".join(f"- {escape_markup(one)}" for one in told)


def _is_small(one: Departure, found: Monitoring) -> bool:
    """Say whether a departure gives away a cell under ten, or the figures of a single school.

    The rest of the stage is such a cell too: its total stands among the forecast's errors.
    """
    if one.kind == "births":
        return _is_cell(one.came) or _is_cell(one.expected)
    came, forecast, schools = (
        float(found.errors[name][one.subject, one.year]) for name in ("came", "forecast", "schools")
    )
    parts = [one.came, one.expected, came - one.came, forecast - one.expected]
    return schools == 1 or any(map(_is_cell, parts))


def _is_cell(count: float) -> bool:
    """Say whether a count is a cell that is not made public: some, and fewer than ten."""
    return 0 < count < LEAST


def _hides_few(one: Target, found: Monitoring) -> bool:
    """Say whether a share of pupils gives a cell under ten away, its own or that of the others."""
    figure = one.number.figure
    if one.came is None or figure is None or figure.name not in SHARES_OF_PUPILS:
        return False
    table = found.errors.xs(found.year, level="year")
    table = table[table.index.isin(figure.stages)] if figure.stages else table
    pupils = float(table.came.sum())
    part = round(pupils * one.came / 100)
    return _is_cell(part) or _is_cell(pupils - part) or bool((table.schools == 1).any())


def _tell_targets(found: Monitoring, language: str, *, public: bool) -> str:
    heads = [say(f"monitor.{name}", language) for name in ("item", "start")]
    heads += [say(f"monitor.{name}", language, year=found.year) for name in ("line", "came")]
    heads += [say(f"monitor.{name}", language) for name in ("target", "state")]
    rows = []
    for one in found.targets:
        hidden = public and _hides_few(one, found)
        rows.append(list(_tell_target(one, language, hidden=hidden)))
    return draw_table(heads, rows)


def _tell_target(one: Target, language: str, *, hidden: bool) -> Iterator[str]:
    number = one.number
    yield number.name.label().of(language)
    yield f"{one.start:g} %"
    yield f"{one.line:.1f} %"
    came = "—" if one.came is None else f"{one.came:.1f} %"
    yield say("monitor.unsaid", language) if hidden else came
    target = f"{number.value:g} %"
    yield say("monitor.target_year", language, value=target, year=number.year)
    if one.missing:
        column, source = one.missing.column.of(language), one.missing.source.of(language)
        yield say("monitor.cannot_be_computed", language, column=column, source=source)
    else:
        yield say(f"monitor.{one.state.replace(' ', '_')}", language)


def _tell_errors(found: Monitoring, language: str, *, public: bool) -> str:
    names = ["stage", "year", "forecast", "actual", "error", "wape"]
    heads = [say(f"monitor.{name}", language) for name in names]
    stages = {one.code: one.name.of(language) for one in found.forecast.standards.stages}
    rows = []
    for row in found.errors.reset_index().to_dict("records"):
        told = [stages[row["stage"]], str(row["year"])]
        if public and (row["schools"] == 1 or _is_cell(row["came"]) or _is_cell(row["forecast"])):
            rows.append([*told, *[say("monitor.unsaid", language)] * 4])
            continue
        told += [format_count(row["forecast"]), format_count(row["came"])]
        shares = {"error": f"{100 * row['error']:+.1f} %", "wape": f"{100 * row['wape']:.1f} %"}
        told += [
            "—" if isnan(row[key]) else share.replace("-", "−") for key, share in shares.items()
        ]
        rows.append(told)
    return draw_table(heads, rows)


def _tell_schools(found: Monitoring, language: str) -> str:
    codes = name_codes(found.forecast.district, found.forecast.standards, language)
    heads = [say(f"monitor.{name}", language) for name in ("school", "stage", "forecast", "actual")]
    table = found.schools.assign(off=(found.schools.came - found.schools.expected).abs())
    table = table.sort_values("off", ascending=False, kind="stable")
    rows = [
        [
            codes.get(row["school"], row["school"]),
            codes.get(row["stage"], row["stage"]),
            format_count(row["expected"]),
            format_count(row["came"]),
        ]
        for row in table.to_dict("records")
    ]
    return draw_table(heads, rows)
