"""Next autumn's entrants against the places for them, in words: lotteries, transfers, chances."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from seatplan.district.stages import name_rows
from seatplan.findings.admissions import Admissions
from seatplan.literal import escape_markup
from seatplan.outcome import Outcome
from seatplan.views.catalogue import format_count, format_share, say
from seatplan.views.findings import tell_data
from seatplan.views.markdown import draw_table, draw_title

SHOWN = 15  # catchments of a list that is not the whole page


def write_admissions(found: Admissions, language: str = "zh") -> str:
    """Write next autumn's entrants as Markdown, in Chinese ("zh") or English ("en")."""
    plan = found.plan
    title = say("admission.title", language, year=found.year)
    scenario = escape_markup(plan.scenario.title.of(language))
    parts = [
        draw_title(plan.district.name.of(language), title, language),
        say("admission.intro", language, scenario=scenario, chance=_tell_basis(found, language)),
        tell_data(plan, language),
        say("warn.entry_note", language),
        "\n".join(f"- {escape_markup(line)}" for line in _tell_stages(found, language)),
        f"## {say('admission.pressed', language)}",
        _draw_pressed(found, language),
        f"## {say('admission.room', language)}",
        _draw_room(found, language),
    ]
    return "\n\n".join(parts) + "\n"


def tell_admissions(found: Admissions, language: str = "zh") -> str:
    """Tell next autumn's entrants as plain lines: each stage, then the schools that lack most."""
    names = dict(zip(HEADS, (say(f"admission.{head}", language) for head in HEADS), strict=True))
    colon, comma = ("：", "，") if language == "zh" else (": ", ", ")
    lines = [say("admission.title", language, year=found.year), *_tell_stages(found, language)]
    for row in list(_list_pressed(found, language))[:SHOWN]:
        school, stage, *cells = row
        told = [
            f"{names[head]} {cell}"
            for head, cell in zip(HEADS[2:], cells, strict=True)
            if cell != NONE
        ]
        lines.append(f"  {school} {stage}{colon}{comma.join(told)}")
    if len(found.pressed) > SHOWN:
        left = len(found.pressed) - SHOWN
        lines.append("  " + say("admission.more", language, n=format_count(left)))
    return "\n".join(lines)


def draw_entrants(plan: Outcome, table: pd.DataFrame, language: str) -> str:
    """Draw the catchments that lack most places, below what all of a stage lack and have."""
    drawn = "chance" in table
    heads = ["school", "stage", "entrants", "places", "over"] + ["over_chance"] * drawn + ["spare"]
    shown = table.head(SHOWN)
    rows = [
        [
            *name_catchment(plan, index, language),
            *(f"{int(row[name]):,}" for name in ("entrants", "places", "over")),
            *([format_share(float(row["chance"]))] if drawn else []),
            f"{int(row['spare']):,}",
        ]
        for index, row in zip(shown.index, shown.to_dict("records"), strict=True)
    ]
    order = [stage.code for stage in plan.standards.stages]
    sums = table.groupby(level="stage", sort=False)[["over", "spare"]].sum()
    sums = sums.loc[[stage for stage in order if stage in sums.index]]
    told = [
        "- "
        + say(
            "warn.entry_stage",
            language,
            stage=escape_markup(plan.standards.stage(str(stage)).name.of(language)),
            over=f"{over:,}",
            spare=f"{spare:,}",
        )
        for stage, (over, spare) in zip(sums.index, sums.to_numpy().tolist(), strict=True)
    ]
    drawing = draw_list([say(f"warn.{head}", language) for head in heads], rows, language)
    return "\n\n".join(filter(None, ["\n".join(told), drawing]))


def draw_list(heads: Sequence[str], rows: Sequence[Sequence[str]], language: str) -> str:
    """Draw a table, or say that there is nothing."""
    return draw_table(heads, rows) if rows else say("warn.nothing", language)


def name_catchment(plan: Outcome, index: Iterable[object], language: str) -> list[str]:
    """Return the names of a school and its stage, text whatever they hold."""
    school, stage = map(str, index)
    return [_name_school(plan, school, language), plan.standards.stage(stage).name.of(language)]


NONE = "—"
HEADS = ("school", "stage", "entrants", "places", "over", "chance", "lots", "sent", "left")


def _tell_basis(found: Admissions, language: str) -> str:
    if not found.futures:
        return say("warn.certain", language)
    basis = say(f"warn.from_{found.basis}", language)
    return say("admission.by_chance", language, count=format_count(found.futures), basis=basis)


def _tell_stages(found: Admissions, language: str) -> Iterator[str]:
    """Say of each stage who enters, how many lack a place, and how many can be sent on."""
    stages = [stage.code for stage in found.plan.standards.stages]
    for stage in stages:
        part = found.entrants[found.entrants.index.isin([stage], level="stage")]
        if part.empty:
            continue
        sent = found.transfers[found.transfers.index.isin([stage], level="stage")].pupils.sum()
        sums = part[["entrants", "places", "over"]].sum()
        left = sums.over - sent
        yield say(
            "admission.stage_over" if sums.over else "admission.stage_even",
            language,
            stage=found.plan.standards.stage(str(stage)).name.of(language),
            grade=_name_entry(found.plan, str(stage), language),
            entrants=format_count(sums.entrants),
            places=format_count(sums.places),
            schools=format_count((part.over > 0).sum()),
            over=format_count(sums.over),
            sent=format_count(sent),
            left=say("admission.left_over", language, left=format_count(left)) if left else "",
            within=f"{found.within_m / 1000:g}",
        )


def _name_entry(plan: Outcome, stage: str, language: str) -> str:
    return plan.standards.stage(stage).grades[0].name.of(language)


def _list_pressed(found: Admissions, language: str) -> Iterator[list[str]]:
    """Yield a row of cells for each school that draws lots or may have to."""
    table = found.pressed
    for index, row in zip(table.index, table.to_dict("records"), strict=True):
        over = int(row["over"])
        sent = _list_sent(found, index)
        yield [
            *name_catchment(found.plan, index, language),
            *(format_count(row[name]) for name in ("entrants", "places")),
            format_count(over) if over else NONE,
            format_share(row["chance"]) if "chance" in row else NONE,
            _tell_lots(row, language) if over else NONE,
            _tell_sent(found.plan, sent, language) or NONE,
            format_count(left) if (left := over - int(sent.pupils.sum())) else NONE,
        ]


def _list_sent(found: Admissions, index: tuple[str, str]) -> pd.DataFrame:
    """Return to which schools the entrants of a school are sent on."""
    table, (school, stage) = found.transfers, index
    own = table.index.isin([school], "school") & table.index.isin([stage], "stage")
    return table[own].droplevel(["school", "stage"])


def _tell_lots(row: Mapping[Hashable, Any], language: str) -> str:
    share = format_share(row["places"] / row["entrants"])
    return say("admission.drawn", language, places=format_count(row["places"]), share=share)


def _tell_sent(plan: Outcome, sent: pd.DataFrame, language: str) -> str:
    told = [
        say(
            "admission.to",
            language,
            school=_name_school(plan, str(to), language),
            n=format_count(row["pupils"]),
            metres=format_count(row["metres"]),
        )
        for to, row in zip(sent.index, sent.to_dict("records"), strict=True)
    ]
    return ("；" if language == "zh" else "; ").join(told)


def _draw_pressed(found: Admissions, language: str) -> str:
    heads = [say(f"admission.{head}", language) for head in HEADS]
    return draw_list(heads, list(_list_pressed(found, language)), language)


def _draw_room(found: Admissions, language: str) -> str:
    """Draw the schools that have places for others, and how many are sent there."""
    table = found.entrants[found.entrants.spare > 0]
    taken = found.transfers.pupils.groupby(level=["to", "stage"]).sum()
    rows = [
        [
            *name_catchment(found.plan, index, language),
            *(format_count(row[name]) for name in ("entrants", "places", "spare")),
            format_count(n) if (n := int(taken.get(index, 0))) else NONE,
        ]
        for index, row in zip(table.index, table.to_dict("records"), strict=True)
    ]
    heads = ("school", "stage", "entrants", "places", "spare", "taken")
    return draw_list([say(f"admission.{head}", language) for head in heads], rows, language)


def _name_school(plan: Outcome, school: str, language: str) -> str:
    return f"{name_rows(plan.district.schools, language)[school]} {school}"
