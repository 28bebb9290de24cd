"""How likely each shortage is with and without a plan, what stands empty, what is cheaper."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import pandas as pd

from seatplan.demand.variants import INPUTS, Variants
from seatplan.findings.chances import LIKELY, Chances, Side
from seatplan.findings.wave import STRANDED_AFTER
from seatplan.literal import escape_markup
from seatplan.remedies.rates import PLAN, Rate
from seatplan.scenarios.scenario import name_codes
from seatplan.views.catalogue import format_count, format_share, say
from seatplan.views.markdown import draw_table
from seatplan.views.remedies import tell_sum
from seatplan.views.sentences import join, span
from seatplan.views.warning import draw_stranded

EVERY = 5  # years between the rows of a table
SHOWN = 12  # catchments of a list


def write_chances(
    found: Chances, language: str, *, variants: Variants | None = None, rates: Sequence[Rate] = ()
) -> str:
    """Write the sections of a page, as Markdown, in Chinese ("zh") or English ("en").

    Parameters
    ----------
    found
        The same futures as it is and with a plan (`weigh_chances`).
    variants
        What the futures were drawn from, told where their basis is variants.
    rates
        What a pupil-year costs (`list_rates`); none: no such section.
    """
    stages = found.plan.outcome.standards.stages
    parts = [
        _head("title", language),
        _tell_basis(found, language),
        _draw_variants(found, variants, language),
        *[_tell_stage(found, stage.code, language) for stage in stages],
        _tell_catchments(found, language),
        _tell_stranded(found, language),
        _tell_rates(found, rates, language),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _head(key: str, language: str) -> str:
    return f"## {say(f'chance.{key}', language)}"


def _tell_basis(found: Chances, language: str) -> str:
    draws = found.plan.draws
    basis = say(f"warn.from_{draws.basis}", language) if draws.basis == "rolls" else ""
    if draws.basis == "variants":
        basis = say("chance.from_variants", language)
    return say("chance.basis", language, count=format_count(draws.count), basis=basis)


def _draw_variants(found: Chances, variants: Variants | None, language: str) -> str:
    """Draw a table of what was assumed of each input, with its chance and provenance."""
    if variants is None or found.plan.draws.basis != "variants":
        return ""
    comma = "、" if language == "zh" else ", "
    rows = []
    for name in INPUTS:
        told, kinds = [], []
        for variant in getattr(variants, name):
            called = (variant.name_zh or variant.name) if language == "zh" else variant.name
            chance = f"{100 * variant.chance:.0f}"
            told.append(say("chance.variant", language, name=called, chance=chance))
            kinds.append(_name_origin(variant.provenance, language))
        kinds = list(dict.fromkeys(kinds))
        rows.append([say(f"swing.of_{name}", language), comma.join(told), comma.join(kinds)])
    heads = [say(f"chance.{name}", language) for name in ("input", "may_be", "provenance")]
    return draw_table(heads, rows)


def _name_origin(kind: str, language: str) -> str:
    key = "chance.assumed" if kind == "assumed" else f"provenance.{kind}"
    return say(key, language)


def _tell_stage(found: Chances, code: str, language: str) -> str:
    """Set the chances of one stage side by side; one side alone where the plan changes nothing."""
    stage = found.plan.outcome.standards.stage(code)
    table = pd.DataFrame(found.stages.xs(code, level="stage"))
    zoned = stage.intake != "seats"
    if not table[["today_lack", "plan_lack", "today_area", "plan_area"]].to_numpy().any():
        return ""
    lacks = bool(table[["today_short", "plan_short"]].to_numpy().any())
    names = [*(["short", "lack"] if lacks else []), *(["area", "likely"] if zoned else [])]
    is_moved = any(not table[f"today_{name}"].equals(table[f"plan_{name}"]) for name in names)
    sides = ("today", "plan") if is_moved else ("today",)
    heads = [say("finding.year", language)]
    for name in names:
        word = say(f"chance.{name}", language)
        heads += [word, *([say("finding.of_plan", language, name=word)] if is_moved else [])]
    by_year = dict(zip(table.index, table.to_dict("records"), strict=True))
    rows = [
        [str(year), *(_cell(by_year[year], side, name) for name in names for side in sides)]
        for year in _choose_years(found)
    ]
    said = [_say_district(table, is_moved, language)]
    said += [_say_area(table, found, is_moved, language)] if zoned else []
    said += [] if is_moved else [say("finding.unchanged", language)]
    title = f"### {escape_markup(stage.name.of(language))}"
    text = "\n".join(f"- {sentence}" for sentence in said if sentence)
    return "\n\n".join([title, text, draw_table(heads, rows, figures=True)])


def _choose_years(found: Chances) -> list[int]:
    """Return every fifth year of the forecast, and the last."""
    years = found.plan.outcome.district.years
    return sorted({*years[EVERY::EVERY], years[-1]})


def _cell(row: Mapping[Hashable, Any], side: str, name: str) -> str:
    value = float(row[f"{side}_{name}"])
    if name == "short":
        return format_share(value)
    if name == "area":
        low, high = (row[f"{side}_area_{bound}"] for bound in ("q05", "q95"))
        return f"{value:,.0f} ({low:,.0f}–{high:,.0f})"
    return f"{value:,.0f}"


def _say_district(table: pd.DataFrame, is_moved: bool, language: str) -> str:
    """Say in which years the district as a whole lacks seats, and how likely."""
    told = []
    for side in ("today", "plan") if is_moved else ("today",):
        chances = table[f"{side}_short"]
        if not chances.any():
            told.append(say(f"chance.never_{side}", language))
            continue
        peak = int(chances.index[int(chances.to_numpy().argmax())])
        likely = chances.index[chances >= LIKELY]
        told.append(
            say(
                f"chance.{'often' if len(likely) else 'seldom'}_{side}",
                language,
                years=span(likely, language) if len(likely) else "",
                peak=peak,
                chance=format_share(chances[peak]),
                pupils=format_count(round(table[f"{side}_lack"][peak])),
            )
        )
    return join(told, language)


def _say_area(table: pd.DataFrame, found: Chances, is_moved: bool, language: str) -> str:
    """Say how large the catchment shortages are when they are most, with and without the plan."""
    year = int(table.index[int(table.today_area.to_numpy().argmax())])
    if is_moved:  # when the plan has all its seats
        last = max((step.year for step in found.plan.outcome.scenario.interventions), default=year)
        year = min(max(year, last), int(table.index[-1]))
    row = table.loc[[year]].to_dict("records")[0]

    def tell(side: str) -> str:
        return say(
            "chance.range",
            language,
            mean=format_count(round(row[f"{side}_area"])),
            low=format_count(round(row[f"{side}_area_q05"])),
            high=format_count(round(row[f"{side}_area_q95"])),
            likely=format_count(round(row[f"{side}_likely"])),
        )

    if is_moved:
        sides = {"today": tell("today"), "plan": tell("plan")}
        return say("chance.area_both", language, year=year, **sides)
    return say("chance.area_one", language, year=year, today=tell("today"))


def _tell_catchments(found: Chances, language: str) -> str:
    """List the catchments whose chance the plan changes most, and those it leaves likely short."""
    table = found.catchments
    year = _find_full(found)
    if not len(table) or year not in table.index.get_level_values("year"):
        return ""
    table = pd.DataFrame(table.xs(year, level="year"))
    both = table.dropna()
    change = (both.plan_chance - both.today_chance).round(4)
    helped = both.assign(change=change)[change < 0]
    helped = helped.sort_values(["change", "today_mean"], ascending=[True, False], kind="stable")
    left = table[table.plan_chance >= LIKELY].sort_values(
        ["plan_mean", "plan_chance"], ascending=False, kind="stable"
    )
    parts = [_head("catchments", language)]
    for key, rows in (("helped", helped), ("left", left)):
        counts = {"n": format_count(len(rows)), "year": year}
        parts.append(
            say(f"chance.{key}" if len(rows) else f"chance.{key}_none", language, **counts)
        )
        if len(rows):
            parts.append(_draw_catchments(found.plan, rows.head(SHOWN), language))
    parts.append(say("chance.all_in", language))
    return "\n\n".join(parts)


def _find_full(found: Chances) -> int:
    """Return the year in which the plan's last step works, after the base year."""
    district = found.plan.outcome.district
    steps = found.plan.outcome.scenario.interventions
    last = max((step.year for step in steps), default=district.base_year)
    return min(max(last, district.base_year + 1), district.horizon)


def _draw_catchments(side: Side, rows: pd.DataFrame, language: str) -> str:
    outcome = side.outcome
    names = name_codes(outcome.district, outcome.standards, language)
    heads = [say(f"warn.{name}", language) for name in ("school", "stage")]
    heads += [say(f"chance.{name}", language) for name in ("seats", "before", "after", "people")]
    drawn = []
    for index, row in zip(rows.index, rows.to_dict("records"), strict=True):
        school, stage = map(str, index)
        means = [row["today_mean"], row["plan_mean"]]
        chances = [row["today_chance"], row["plan_chance"]]
        drawn.append(
            [
                f"{names[school]} {school}",
                names[stage],
                f"{row['plan_seats']:,.0f}",
                *("–" if pd.isna(chance) else format_share(chance) for chance in chances),
                " → ".join("–" if pd.isna(mean) else f"{mean:,.0f}" for mean in means),
            ]
        )
    return draw_table(heads, drawn)


def _tell_stranded(found: Chances, language: str) -> str:
    """Say what of the plan's seats stands empty years after, with its chance."""
    table = found.stranded
    if not len(table):
        return ""
    said = []
    for stage, rows in table.groupby(level="stage", sort=False):
        name = found.plan.outcome.standards.stage(str(stage)).name.of(language)
        told = [
            say(
                "chance.idle_after",
                language,
                years=after,
                idle=format_count(int(known.sum())),
                of=format_count(int(rows.added[known.index].sum())),
            )
            for after in STRANDED_AFTER
            if len(known := rows[f"idle_{after}"].dropna())
        ]
        if told:
            sums = {"stage": name, "added": format_count(int(rows.added.sum()))}
            told = [("，" if language == "zh" else ", ").join(told)]
            said.append("- " + say("chance.idle_stage", language, told=told[0], **sums))
    note = say("warn.stranded_note", language)
    table_of = draw_stranded(found.plan.outcome, table, language)
    parts = [_head("stranded", language), "\n".join(said), note, table_of]
    return "\n\n".join(part for part in parts if part)


def _tell_rates(found: Chances, rates: Sequence[Rate], language: str) -> str:
    """Set yuan for a pupil-year by kind of remedy beside the plan's projects."""
    if not rates:
        return ""
    standards = found.plan.outcome.standards
    plans = {rate.stage: rate for rate in rates if rate.kinds == PLAN}
    rows = []
    for rate in rates:
        plan = plans.get(rate.stage)
        rows.append(
            [
                standards.stage(rate.stage).name.of(language),
                " + ".join(
                    say(f"chance.{kind}" if kind == "plan" else f"remedy.{kind}", language)
                    for kind in rate.kinds
                ),
                format_count(rate.flags) if rate.flags else "",
                format_count(rate.pupil_years),
                tell_sum(rate.money, language),
                _tell_each(rate, language),
                _judge(rate, plan, language),
            ]
        )
    keys = ("flags", "pupil_years", "money", "each", "judged")
    heads = [say("warn.stage", language), say("chance.done", language)]
    heads += [say(f"chance.{key}", language) for key in keys]
    table = draw_table(heads, rows)
    return "\n\n".join([_head("cheaper", language), say("chance.cheaper_text", language), table])


def _tell_each(rate: Rate, language: str) -> str:
    each = rate.each
    if rate.pupil_years <= 0:
        return say("chance.relieves_none", language)
    if not each.high:
        return say("remedy.free", language)
    return f"{each.low:,.0f}–{each.medium:,.0f}–{each.high:,.0f}"


def _judge(rate: Rate, plan: Rate | None, language: str) -> str:
    """Say whether a kind is cheaper for a pupil-year than the plan, at every unit cost."""
    if plan is None or rate is plan or rate.pupil_years <= 0 or plan.pupil_years <= 0:
        return ""
    if rate.is_below(plan):
        return say("chance.below", language)
    return say("chance.above" if plan.is_below(rate) else "chance.open", language)
