"""What clears each shortage, as a page of Markdown, in Chinese or in English."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence

from seatplan.literal import escape_markup
from seatplan.outcome import Outcome
from seatplan.remedies.measured import Remedy
from seatplan.remedies.prices import WAN, Sum, sum_bill
from seatplan.remedies.remedies import FIRST, Remedies
from seatplan.remedies.shortfalls import Shortfall
from seatplan.remedies.walks import WalkRemedy
from seatplan.scenarios.scenario import name_codes
from seatplan.views.catalogue import say
from seatplan.views.findings import tell_data
from seatplan.views.markdown import draw_table, draw_title

SHOWN = 4  # remedies of a flag on the page; the tables hold all


def write_remedies(found: Remedies, language: str = "zh") -> str:
    """Write the remedies of every flag as Markdown, in Chinese ("zh") or English ("en")."""
    outcome = found.outcome
    names = _list_names(found, language)
    scenario, rules = escape_markup(outcome.scenario.title.of(language)), found.terms.rules
    cleared = [flag for flag in found.flags if found.list_ranked(flag)]
    advised = [flag for flag in found.flags if found.advise(flag)]
    passing = [flag for flag in found.flags if found.passes(flag)]
    counts = {
        "flags": len(found.flags),
        "cleared": len(cleared),
        "advised": len(advised),
        "passes": len(passing),
    }
    parts = [
        draw_title(outcome.district.name.of(language), say("remedy.title", language), language),
        say(
            "remedy.intro",
            language,
            scenario=scenario,
            now=found.terms.now,
            least=rules.least.pupils,
            **rules.lead_years.model_dump(),
        ),
        tell_data(outcome, language),
        say("remedy.count", language, **counts),
        _head("list", language),
        say(
            "remedy.list_note",
            language,
            most=f"{found.terms.costs.worth.most_per_pupil_year:,.0f}",
            moved=f"{found.terms.costs.worth.most_moved:g}",
        ),
        _draw_flags(found, names, language),
        _head("options", language),
        say("remedy.options_note", language),
        *_draw_options(found, names, language),
        _head("prices", language),
        say("remedy.prices_note", language),
        _draw_prices(found, language),
    ]
    return "\n\n".join(parts) + "\n"


def name_kinds(remedy: Remedy, language: str) -> str:
    """Name what a remedy does, such as "rezone + expand"."""
    return " + ".join(say(f"remedy.{kind}", language) for kind in remedy.action.kinds)


def tell_sum(money: Sum, language: str) -> str:
    """Write a sum with its range, in 10,000 yuan: whole from 100 on."""
    if not money.high:
        return say("remedy.free", language)
    low, medium, high = (
        f"{part / WAN:,.0f}" if money.low / WAN >= 100 else f"{part / WAN:,.1f}"
        for part in (money.low, money.medium, money.high)
    )
    return say("remedy.range", language, low=low, medium=medium, high=high)


def _head(key: str, language: str) -> str:
    return f"## {say(f'remedy.{key}', language)}"


def _list_names(found: Remedies, language: str) -> dict[str, str]:
    outcome = found.outcome
    names = name_codes(outcome.district, outcome.standards, language)
    names[""] = outcome.district.name.of(language)
    return names


def _draw_flags(found: Remedies, names: Mapping[str, str], language: str) -> str:
    if not found.flags:
        return say("remedy.none", language)
    heads = ["school", "stage", "years", "lack", "advice", "when", "money", "judged"]
    rows = [
        [
            *_name(found.outcome, flag, names, language),
            _tell_years(flag),
            f"{flag.worst:,}",
            *_advise(found, flag, names, language),
        ]
        for flag in found.flags
    ]
    return draw_table([say(f"remedy.{head}", language) for head in heads], rows)


def _advise(
    found: Remedies, flag: Shortfall, names: Mapping[str, str], language: str
) -> tuple[str, str, str, str]:
    """Say what is advised for a flag, when it works, what it costs, and how sure that is."""
    if found.passes(flag):
        return say("remedy.passes", language), "", "", ""
    remedy = found.advise(flag)
    if remedy is not None:
        return (
            _tell_steps(remedy, names, language),
            tell_ready(remedy, language),
            tell_sum(sum_bill(remedy.bill, found.terms.costs), language),
            say(f"remedy.{remedy.verdict if remedy.rank == FIRST else 'next'}", language),
        )
    is_cleared = bool(found.list_ranked(flag))
    part = next((each for each in found.partial if each.flag == flag), None)
    if is_cleared and part is None:
        return _leave(found, flag, "idle", language), "", "", ""
    if part is None or part.cleared <= 0:
        ready = found.terms.now + found.terms.rules.lead_years.new_school
        if flag.years[-1] < ready:
            return _leave(found, flag, "brief", language), "", "", ""
        return say("remedy.nothing", language), "", "", ""
    if not part.is_worth:
        return _leave(found, flag, "part", language), "", "", ""
    told = say(
        "remedy.part_dear" if is_cleared else "remedy.part",
        language,
        steps=_tell_steps(part, names, language),
        cleared=f"{part.cleared:,}",
    )
    money = tell_sum(sum_bill(part.bill, found.terms.costs), language)
    return told, tell_ready(part, language), money, say("remedy.partial", language)


def _leave(found: Remedies, flag: Shortfall, key: str, language: str) -> str:
    """Say what a shortage is left to: seats elsewhere in the district, or larger classes."""
    short = found.outcome.measure("district_shortage").xs(flag.stage, level="stage")
    place = "full" if short[list(flag.years)].any() else "spare"
    return say(f"remedy.{key}_{place}", language, last=flag.years[-1])


def _draw_options(found: Remedies, names: Mapping[str, str], language: str) -> list[str]:
    """Draw a table for each flag with more than what the list tells."""
    parts = []
    for flag in found.flags:
        ranked = found.list_ranked(flag)
        if not ranked or (len(ranked) == 1 and found.advise(flag)):
            continue
        school, stage = _name(found.outcome, flag, names, language)
        parts.append(
            f"### {escape_markup(f'{school} {stage}')}\n\n"
            + say("remedy.flag", language, years=_tell_years(flag), worst=f"{flag.worst:,}")
        )
        parts.append(_draw_ranked(found, ranked[:SHOWN], names, language))
    return parts


def _draw_ranked(
    found: Remedies, ranked: Sequence[Remedy], names: Mapping[str, str], language: str
) -> str:
    heads = ["rank", "kinds", "steps", "when", "relieved", "seats", "idle", "moved", "walk"]
    heads += ["money", "per_wan", "pupil_year", "judged"]
    rows = [
        [
            str(remedy.rank),
            name_kinds(remedy, language),
            _tell_steps(remedy, names, language),
            tell_ready(remedy, language),
            f"{remedy.relieved:,}",
            f"{remedy.seats:,}" if remedy.seats else "",
            _tell_idle(remedy),
            _tell_moved(remedy, language),
            _tell_walk(remedy, language),
            tell_sum(money := sum_bill(remedy.bill, found.terms.costs), language),
            _tell_rate(remedy, money),
            _tell_pupil_year(remedy, money),
            _judge(remedy, language),
        ]
        for remedy in ranked
    ]
    return draw_table([say(f"remedy.{head}", language) for head in heads], rows)


def _draw_prices(found: Remedies, language: str) -> str:
    heads = ["item", "stage", "low", "medium", "high", "basis", "reason"]
    stages = {stage.code: stage.name.of(language) for stage in found.outcome.standards.stages}
    counts = Counter(each.item for each in found.terms.costs.cost)
    rest = {
        item: say("remedy.others" if count > 1 else "remedy.every", language)
        for item, count in counts.items()
    }
    rows = [
        [
            say(f"remedy.{each.item}", language),
            stages.get(each.stage, each.stage or rest[each.item]),
            *(f"{part:,.0f}" for part in (each.low, each.medium, each.high)),
            say("remedy.assumed" if each.assumed else "remedy.sourced", language),
            each.reason.zh if language == "zh" else each.reason.en,
        ]
        for each in found.terms.costs.cost
    ]
    return draw_table([say(f"remedy.{head}", language) for head in heads], rows)


def _name(
    outcome: Outcome, flag: Shortfall, names: Mapping[str, str], language: str
) -> tuple[str, str]:
    named = names[flag.school] + (f" {flag.school}" if flag.school else "")
    return named, outcome.standards.stage(flag.stage).name.of(language)


def _tell_years(flag: Shortfall) -> str:
    first, last = flag.years[0], flag.years[-1]
    return str(first) if first == last else f"{first}–{last}"


def _tell_steps(remedy: Remedy, names: Mapping[str, str], language: str) -> str:
    space = "" if language == "zh" else " "
    return space.join(step.describe(language, names) for step in remedy.action.steps)


def tell_ready(remedy: Remedy | WalkRemedy, language: str) -> str:
    """Say from which autumn a remedy works, and how many years too late that is."""
    late = "late" if remedy.late else "in_time"
    return say(f"remedy.{late}", language, ready=remedy.action.ready, late=remedy.late)


def _tell_idle(remedy: Remedy) -> str:
    if not remedy.seats:
        return ""
    return f"{remedy.idle:,}"


def _tell_moved(remedy: Remedy, language: str) -> str:
    if not remedy.moved:
        return ""
    return say("remedy.moves", language, blocks=remedy.blocks, pupils=f"{remedy.moved:,}")


def _tell_walk(remedy: Remedy, language: str) -> str:
    if math.isnan(remedy.walk_m) or not remedy.moved:
        return ""
    sign = "+" if remedy.walk_m > 0 else "−"
    told = f"{sign}{abs(remedy.walk_m):,.0f}"
    if remedy.bus > 0:
        told += say("remedy.by_bus", language, pupils=f"{remedy.bus:,}")
    return told


def _tell_rate(remedy: Remedy, money: Sum) -> str:
    if not money.high or remedy.relieved <= 0:
        return ""
    least, most = (remedy.relieved * WAN / part for part in (money.high, money.low))
    return "–".join(f"{rate:.2f}" if rate >= 0.01 else f"{rate:.4f}" for rate in (least, most))


def _tell_pupil_year(remedy: Remedy, money: Sum) -> str:
    if not money.high or remedy.pupil_years <= 0:
        return ""
    low, high = (f"{part / remedy.pupil_years:,.0f}" for part in (money.low, money.high))
    return f"{low}–{high}"


def _judge(remedy: Remedy, language: str) -> str:
    """Say what can be said of its cost, and where it is not advised."""
    verdict = say(f"remedy.{remedy.verdict}", language)
    return verdict if remedy.is_worth else say("remedy.not_worth", language, verdict=verdict)
