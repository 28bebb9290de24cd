"""What the figures say about a plan, in words that the figures choose."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from seatplan.comparison import compare
from seatplan.outcome import Outcome


def write_findings(outcomes: Sequence[Outcome]) -> str:
    """Write what a plan changes against the district as it is, as Markdown.

    The first of `outcomes` is the district as it is, the last the plan. Every figure is read from
    the comparison's table; no sentence claims more than its figures.
    """
    table = compare(outcomes).table
    today, plan = outcomes[0], outcomes[-1]
    parts = [
        f"# {today.district.name.zh} {today.district.name.en}: what the figures say",
        f"Written by `seatplan demo` from the tables in `out/`; “{plan.scenario.title.zh}” "
        f"(`{plan.scenario.name}`) beside “{today.scenario.title.zh}” (`{today.scenario.name}`).",
        _tell_data(today),
        *[_tell_stage(today, plan, table, stage.code) for stage in today.standards.stages],
        _tell_flags(today, plan),
        _tell_limits(),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _tell_data(outcome: Outcome) -> str:
    """Say what the data are, before any figure."""
    schools = outcome.district.schools.provenance.value_counts()
    blocks = outcome.district.blocks.provenance.value_counts()
    rows = [
        f"| {name} | {', '.join(f'{count:,} {label}' for label, count in counts.items())} |"
        for name, counts in (("schools 学校", schools), ("blocks 街区", blocks))
    ]
    return "\n".join(
        [
            "## What the data are 数据说明",
            "",
            "**School-level figures are calibrated, not surveyed.** Totals follow the plan and "
            "the census; which school has which roll, where it stands and who lives in which "
            "block is made up to fit them. Read district totals as findings, and single schools as "
            "examples.",
            "",
            "| table | rows by provenance |",
            "|---|---|",
            *rows,
        ]
    )


def _tell_stage(today: Outcome, plan: Outcome, table: pd.DataFrame, stage: str) -> str:
    """Set seats, pupils and gap of one stage side by side, and say what the plan moves."""
    label = today.standards.stage(stage).name
    a, b = (
        pd.DataFrame(table.xs((item.scenario.name, stage), level=("scenario", "stage")))
        for item in (today, plan)
    )
    years: list[int] = list(a.index)[::5]
    lines = [
        f"## {label.zh} {label.en}",
        "",
        "| year | pupils | seats today | balance today | seats with the plan "
        "| balance with the plan | beyond their catchment's seats, today | with the plan |",
        "|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    lines += [
        f"| {year} | {b.pupils[year]:,} | {a.seats[year]:,} | {_signed(a.balance[year])} "
        f"| {b.seats[year]:,} | {_signed(b.balance[year])} "
        f"| {a.short[year]:,} | {b.short[year]:,} |"
        for year in years
    ]
    return "\n".join([*lines, "", *_say_stage(a, b)])


def _say_stage(a: pd.DataFrame, b: pd.DataFrame) -> list[str]:
    """Say in sentences when seats run short, and what is added."""
    added = int((b.seats - a.seats).max())
    first = (b.seats - a.seats).gt(0).idxmax() if added else None
    peak = _worst(a.pupils, most=True)
    said = [f"- Pupils are most in {peak} ({a.pupils[peak]:,})."]
    for name, side in (("As it is", a), ("With the plan", b)):
        short = side.index[side.balance < 0]
        if len(short):
            worst = _worst(side.balance, most=False)
            said.append(
                f"- {name}, the district as a whole lacks seats in {_span(short)}; "
                f"most in {worst}: {-side.balance[worst]:,}."
            )
        else:
            said.append(f"- {name}, the district as a whole has a seat for everyone in every year.")
        place = _worst(side.short, most=True)
        if side.short[place]:
            said.append(
                f"- {name}, {side.short[place]:,} pupils live beyond the seats of their own "
                f"catchment in {place}, the worst year, and {side.short.iloc[-1]:,} in "
                f"{side.index[-1]}."
            )
    if added:
        last = int(b.index[-1])
        spare = max(0, int(b.balance[last] - max(a.balance[last], 0)))
        said.append(
            f"- The plan adds up to {added:,} seats, the first in {first}. In {last} "
            f"{_signed(b.balance[last])} seats are left over in all, {spare:,} of them more than "
            "without it: what is built for the wave stands empty after it."
            if b.balance[last] > 0
            else f"- The plan adds up to {added:,} seats, the first in {first}."
        )
    return said


def _tell_flags(today: Outcome, plan: Outcome) -> str:
    """Count the flags that the plan clears, leaves and raises."""
    horizon = today.district.horizon
    lines = [
        "## Flags 预警",
        "",
        "Schools (and stages) over each limit: cleared = flagged without the plan and not with it.",
        "",
        "| limit | year | today | with the plan | cleared | left | new |",
        "|---|--:|--:|--:|--:|--:|--:|",
    ]
    for standard in {item.code: item for item in today.standards.standards}.values():
        for year in (2025, 2030, horizon):
            a, b = (_flagged(item, standard.code, year) for item in (today, plan))
            lines.append(
                f"| {standard.name.zh} {standard.name.en} | {year} | {len(a)} | {len(b)} "
                f"| {len(a - b)} | {len(a & b)} | {len(b - a)} |"
            )
    return "\n".join(lines)


def _tell_limits() -> str:
    return "\n".join(
        [
            "## What this does not show 局限",
            "",
            "- Positions, rolls and catchments of single schools are not the real ones.",
            "- Births after the last known year are assumed; `--births low` and `--births high` "
            "bracket them.",
            "- A new school fills from its entry grade; seats that stand empty at first are no "
            "surplus.",
            "- Balance is seats less pupils who live in the catchment; crowding is counted by "
            "school.",
        ]
    )


def _flagged(outcome: Outcome, code: str, year: int) -> set[tuple[str, str]]:
    table = outcome.flags.table
    rows = table[(table.code == code) & (table.year == year)]
    return set(zip(rows.school, rows.stage, strict=True))


def _worst(figures: pd.Series[int], *, most: bool) -> int:
    """Return the year of the greatest (or least) figure."""
    values = figures.to_numpy()
    return int(list(figures.index)[int(values.argmax() if most else values.argmin())])


def _span(years: pd.Index) -> str:
    """Return "2021 to 2024 and 2030" for runs of years."""
    runs: list[list[int]] = []
    for year in years:
        if runs and year == runs[-1][-1] + 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    return " and ".join(str(run[0]) if len(run) == 1 else f"{run[0]} to {run[-1]}" for run in runs)


def _signed(value: float) -> str:
    return f"{value:+,.0f}".replace("-", "−")
