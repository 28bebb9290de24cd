"""A year held against plan and forecast, as a page of Markdown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from seatplan.literal import escape_markup
from seatplan.monitoring.monitor import LEAST, Departure, Monitoring, Target
from seatplan.scenarios.scenario import name_codes
from seatplan.views.catalogue import format_count, say
from seatplan.views.findings import tell_data
from seatplan.views.markdown import draw_table, draw_title

FORMS = ("yearly", "mid", "final")


def write_monitoring(
    found: Monitoring, language: str = "zh", *, form: str = "yearly", public: bool = False
) -> str:
    """Write a year's monitoring as Markdown.

    Parameters
    ----------
    form
        "yearly", "mid" or "final": what the report is called; its parts are the same.
    public
        Leave out figures of single schools, and hide cells under ten.
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
        parts += [f"## {say('monitor.targets', language)}", _tell_targets(found, language)]
        parts.append(say("monitor.residents_note", language))
    parts += [f"## {say('monitor.errors', language)}", _tell_errors(found, language, public=public)]
    if not public:
        parts += [f"## {say('monitor.schools', language)}", _tell_schools(found, language)]
    return "\n\n".join(parts) + "\n"


def tell_summary(found: Monitoring, language: str) -> str:
    """Say in one line how many departures there are, and how the targets stand."""
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
    if one.kind in ("late", "early"):
        years = {"expected": f"{one.expected:.0f}", "came": f"{one.came:.0f}"}
        return say(f"monitor.{one.kind}", language, **told, **years)
    told |= {"expected": format_count(one.expected), "came": format_count(one.came)}
    if one.kind == "births":
        return say("monitor.births", language, **told, change=format_count(change, signed=True))
    told["change"] = format_count(abs(change))
    if one.kind == "school":
        key = "school_over" if change > 0 else "school_under"
        return say(f"monitor.{key}", language, **told)
    names = ("、" if language == "zh" else ", ").join(codes.get(s, s) for s in one.where)
    where = say("monitor.where", language, schools=names) if one.where and not public else ""
    more = {"moved": ("moved_in", "moved_out"), "entrants": ("entrants_more", "entrants_fewer")}
    return say(f"monitor.{more[one.kind][change < 0]}", language, **told, where=where)


def _tell_departures(found: Monitoring, language: str, *, public: bool) -> str:
    shown = [one for one in found.departures if not (public and one.kind == "school")]
    if not shown:
        return say("monitor.nothing", language)
    told = [tell_departure(one, found, language, public=public) for one in shown]
    return "\n".join(f"- {escape_markup(one)}" for one in told)


def _tell_targets(found: Monitoring, language: str) -> str:
    heads = [say(f"monitor.{name}", language) for name in ("item", "start")]
    heads += [say(f"monitor.{name}", language, year=found.year) for name in ("line", "came")]
    heads += [say(f"monitor.{name}", language) for name in ("target", "state")]
    return draw_table(heads, [list(_tell_target(one, language)) for one in found.targets])


def _tell_target(one: Target, language: str) -> Iterator[str]:
    number = one.number
    yield number.name.label().of(language)
    yield f"{one.start:g} %"
    yield f"{one.line:.1f} %"
    yield "—" if one.came is None else f"{one.came:.1f} %"
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
    rows = [
        [
            stages[row["stage"]],
            str(row["year"]),
            _hide(row["forecast"], language, public=public),
            _hide(row["came"], language, public=public),
            f"{100 * row['error']:+.1f} %".replace("-", "−"),
            f"{100 * row['wape']:.1f} %",
        ]
        for row in found.errors.reset_index().to_dict("records")
    ]
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


def _hide(count: float, language: str, *, public: bool) -> str:
    """Write a count; in the public form one under ten is hidden."""
    return say("monitor.hidden", language) if public and 0 < count < LEAST else format_count(count)
