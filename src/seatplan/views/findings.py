"""What the figures say about a plan, in words that the figures choose."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pandas as pd

from seatplan.comparison import compare
from seatplan.district.limits import list_changes, tell_change
from seatplan.district.standards import Label, Standard
from seatplan.outcome import Outcome
from seatplan.scenarios.interventions import NewSchool
from seatplan.seating.classes import restate_base_year

EVERY = 5  # years between the rows of a stage that the plan leaves alone


def write_findings(outcomes: Sequence[Outcome]) -> str:
    """Write what a plan changes against the district as it is, as Markdown.

    The first of `outcomes` is the district as it is, the last the plan. Every figure is read from
    the comparison's table; no sentence claims more than its figures.
    """
    today, plan = outcomes[0], outcomes[-1]
    comparison = compare([today, plan])
    sides = [comparison.figures(outcome.scenario.name) for outcome in (today, plan)]
    parts = [
        f"# {_call(today.district.name)}: what the figures say",
        f"{_call(plan.scenario.title)} (`{plan.scenario.name}`) beside "
        f"{_call(today.scenario.title)} (`{today.scenario.name}`), written by `seatplan demo`.",
        _tell_data(today),
        _explain(),
        *[
            _tell_stage(today, stage.code, *(_of_stage(side, stage.code) for side in sides))
            for stage in today.standards.stages
        ],
        _tell_classes(today, sides[0]),
        _tell_flags(today, plan, *sides),
        _tell_limits(today),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def split_shortage(figures: pd.DataFrame) -> pd.DataFrame:
    """Split pupils beyond the seats of their catchment into a want of seats and a want of place.

    Takes the figures of one stage by year (`Comparison.figures`) and adds, in pupils:
    `of_number` = pupils - seats of the district, 0 where seats suffice: no zoning can seat them.
    `of_place` = `short` - `of_number`: they lack a seat in their catchment while one stands empty
    in another.
    """
    number = (-figures.balance).clip(lower=0)
    place = (figures.short - number).clip(lower=0)
    return figures.assign(of_number=number, of_place=place)


def _of_stage(figures: pd.DataFrame, stage: str) -> pd.DataFrame:
    return split_shortage(pd.DataFrame(figures.xs(stage, level="stage")))


def _tell_data(outcome: Outcome) -> str:
    """Say what the data are, before any figure."""
    tables = {"schools 学校": outcome.district.schools, "blocks 街区": outcome.district.blocks}
    rows = []
    for name, table in tables.items():
        counts = table.provenance.value_counts()
        rows.append(f"{name}: {', '.join(f'{count:,} {label}' for label, count in counts.items())}")
    return _section(
        "What the data are 数据说明",
        "**School-level data are calibrated, not surveyed.** Totals follow the plan and the "
        "census; which school has which roll, where it stands and who lives in which block is made "
        f"up to fit them ({'; '.join(rows)}). Read the district's totals as findings, and single "
        "schools as examples.",
    )


def _explain() -> str:
    return _section(
        "How to read the tables 读法",
        "*Balance* is seats less pupils of the whole district. A shortage is *of number* where the "
        "district has fewer seats than pupils: only building, or larger classes, can seat them. It "
        "is *of place* where pupils live beyond the seats of their own catchment while seats stand "
        "empty in another: new boundaries might seat them, where the way is not too far.",
    )


def _tell_stage(today: Outcome, code: str, a: pd.DataFrame, b: pd.DataFrame) -> str:
    """Set seats, pupils and shortage of one stage side by side, and say what the plan moves."""
    stage = today.standards.stage(code)
    columns = {"pupils": "pupils", "seats": "seats", "balance": "balance"}
    columns["of_number"] = "short of number"
    if stage.intake != "seats":  # whoever may go to any school lacks no place
        columns["of_place"] = "short of place"
    moved = [name for name in columns if not a[name].equals(b[name])]
    heads = ["year", *columns.values(), *(f"{columns[name]}, plan" for name in moved)]
    rows = [
        [str(year), *_cells(a.loc[year], columns), *_cells(b.loc[year], moved)]
        for year in a.index[:: 1 if moved else EVERY]
    ]
    said = [_say_number(a), _say_place(a) if "of_place" in columns else ""]
    said += _say_plan(a, b) if moved else ["The plan changes nothing here."]
    return _section(_call(stage.name), _list(said), _draw(heads, rows))


def _say_number(a: pd.DataFrame) -> str:
    """Say when the district as a whole lacks seats as things are."""
    short = a.index[a.of_number > 0]
    if not len(short):
        return "As it is, the district as a whole has a seat for everyone in every year."
    peak = _peak(a.of_number)
    return (
        f"As it is, the district lacks seats in {_span(short)}, most in {peak}: "
        f"{a.of_number[peak]:,}."
    )


def _say_place(a: pd.DataFrame) -> str:
    """Say when seats stand in the wrong catchments as things are; "" where they never do."""
    worst = _peak(a.of_place)
    if a.of_place[worst] == 0:
        return ""
    empty = a.balance[worst] + a.short[worst]
    return (
        f"Seats stand in the wrong place, most so in {worst}: {a.of_place[worst]:,} pupils could "
        f"sit only outside their catchment, where {empty:,} seats are empty."
    )


def _say_plan(a: pd.DataFrame, b: pd.DataFrame) -> list[str]:
    """Say what the plan adds, what it mends, and what stands empty at the end."""
    said = []
    change = b.seats - a.seats
    for word, size in (("adds", change), ("takes away", -change)):
        if (size > 0).any():
            first, full = size.index[size > 0][0], _peak(size)
            said.append(f"The plan {word} seats from {first} on, {size[full]:,} by {full}.")
    year, last = max(_peak(a.short), _peak(change.abs())), int(b.index[-1])
    said.append(
        f"In {year}, {a.short[year]:,} pupils live beyond the seats of their catchment as it is, "
        f"and {b.short[year]:,} with the plan: {_signed(change[year])} seats, "
        f"{_signed(b.short[year] - a.short[year])} pupils without one."
    )
    if b.of_number.any():
        years = _span(b.index[b.of_number > 0])
        said.append(f"With the plan, the district lacks seats in {years}.")
    spare = max(a.balance[last], 0)
    if b.balance[last] > spare:
        said.append(
            f"In {last}, {b.balance[last]:,} seats stand empty with the plan, {spare:,} without "
            "it: what is built for the peak outlasts it."
        )
    return said


def _tell_classes(today: Outcome, a: pd.DataFrame) -> str:
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
        [_call(today.standards.stage(str(code)).name), *(f"{count:,}" for count in row)]
        for code, row in zip(counts.index, counts.to_numpy(), strict=True)
    ]
    stands, by_rule, follow = counts.sum()
    said = (
        f"The classes of {base} stand as they are on record, {stands:,} in all; from {following} "
        f"on the rule forms those that are needed (`docs/classes.md`). For the pupils and rooms of "
        f"{base} it forms {by_rule:,}. So of the step to {follow:,} in {following} "
        f"({_signed(follow - stands)}), {_signed(by_rule - stands)} come from the rule alone and "
        f"{_signed(follow - by_rule)} with the pupils who leave, enter and move up."
    )
    heads = ["stage", f"on record, {base}", f"by the rule, {base}", str(following)]
    return _section("Classes 班数", said, _draw(heads, rows))


def _tell_flags(today: Outcome, plan: Outcome, a: pd.DataFrame, b: pd.DataFrame) -> str:
    """Count the flags that the plan clears, leaves and raises."""
    years = today.district.years[EVERY::EVERY] or [today.district.horizon]
    held = [*plan.standards.standards, *today.standards.standards]
    standards = list({item.code: item for item in held}.values())
    rows = [
        [_call(item.name), *(_turn(today, plan, item, year) for year in years)]
        for item in standards
    ]
    said = [
        _say_changed_limits(today, plan),
        _say_new_flags(today, plan, standards, years[-1]),
        _say_large_classes(a, b, years),
    ]
    return _section(
        "Limits passed 预警",
        "Schools (by stage) beyond each limit: cleared by the plan / left / new with it.",
        _draw(["limit", *map(str, years)], rows),
        _list(said),
    )


def _turn(today: Outcome, plan: Outcome, standard: Standard, year: int) -> str:
    before, after = (_flagged(item, standard.code, year) for item in (today, plan))
    return f"{len(before - after)} / {len(before & after)} / {len(after - before)}"


def _say_changed_limits(today: Outcome, plan: Outcome) -> str:
    """Say which limits the plan is held to otherwise; "" where none."""
    changes = list_changes(today.standards, plan.standards)
    told = [f"{_call(new.name)} ({new.unit}), {tell_change(new, old)}" for new, old in changes]
    return f"The plan is held to other limits from then on: {'; '.join(told)}." if told else ""


def _say_new_flags(today: Outcome, plan: Outcome, standards: Sequence[Standard], year: int) -> str:
    """Say how many of the new flags are at schools that the plan opens."""
    new = [
        school
        for item in standards
        for school, _ in _flagged(plan, item.code, year) - _flagged(today, item.code, year)
    ]
    steps = plan.scenario.interventions
    opened = {step.school for step in steps if isinstance(step, NewSchool)}
    at_new = sum(school in opened for school in new)
    told = f"{at_new:,} of the {len(new):,} new in {year} are at schools that the plan opens."
    return told if new else ""


def _say_large_classes(a: pd.DataFrame, b: pd.DataFrame, years: Sequence[int]) -> str:
    """Say the share of large classes over all stages, by year; "" where there never is one."""
    sums = [side[["large_classes", "classes"]].groupby("year").sum() for side in (a, b)]
    shares = [side.large_classes / side.classes * 100 for side in sums]
    if not (shares[0].any() or shares[1].any()):
        return ""
    later = [f"{shares[0][y]:.1f} % in {y}, with the plan {shares[1][y]:.1f} %" for y in years]
    first = shares[0].index[0]
    return f"Large classes are {shares[0][first]:.1f} % of all in {first}; {'; '.join(later)}."


def _tell_limits(outcome: Outcome) -> str:
    scenarios = ", ".join(f"`--births {name}`" for name in outcome.district.births.columns)
    return _section(
        "What this does not show 局限",
        _list(
            [
                "Schools, catchments and homes are made up, so how a shortage splits into number "
                "and place, and which school passes a limit, are examples of a method. With "
                "surveyed files in `data/` the same command says it for the real ones.",
                f"Births after the last known year are assumed: {scenarios} give other futures.",
                "A new school fills from its entry grade unless the plan says otherwise; seats "
                "that stand empty in its first years are no surplus.",
                "Everybody stays in the school of the catchment here; with `--overflow move` "
                "nobody sits beyond the seats, and pupils go where one is free.",
            ]
        ),
    )


def _flagged(outcome: Outcome, code: str, year: int) -> set[tuple[str, str]]:
    table = outcome.flags.table
    rows = table[(table.code == code) & (table.year == year)]
    return set(zip(rows.school, rows.stage, strict=True))


def _call(label: Label) -> str:
    """Return the Chinese and the English name, or the one where they agree."""
    return " ".join(dict.fromkeys((label.zh, label.en)))


def _section(title: str, *parts: str) -> str:
    return "\n\n".join([f"## {title}", *(part for part in parts if part)])


def _list(sentences: Sequence[str]) -> str:
    return "\n".join(f"- {sentence}" for sentence in sentences if sentence)


def _draw(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Draw a Markdown table; all but the first column stand right."""
    rule = ["--", *["--:"] * (len(heads) - 1)]
    return "\n".join(f"| {' | '.join(row)} |" for row in [heads, rule, *rows])


def _cells(figures: pd.Series[int], names: Iterable[str]) -> list[str]:
    return [_signed(figures[name]) if name == "balance" else f"{figures[name]:,}" for name in names]


def _signed(value: int) -> str:
    return f"{value:+,}".replace("-", "−")


def _peak(figures: pd.Series[int]) -> int:
    """Return the year of the greatest figure, the first of equals."""
    return int(figures.index[int(figures.to_numpy().argmax())])


def _span(years: pd.Index) -> str:
    """Return "2021 to 2024 and 2030" for runs of years."""
    runs: list[list[int]] = []
    for year in years:
        if runs and year == runs[-1][-1] + 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    spans = [str(run[0]) if len(run) == 1 else f"{run[0]} to {run[-1]}" for run in runs]
    return " and ".join(spans) if len(spans) < 3 else f"{', '.join(spans[:-1])} and {spans[-1]}"
