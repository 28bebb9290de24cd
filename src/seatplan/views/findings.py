"""What the figures say about a plan, in words that the figures choose."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pandas as pd

from seatplan.comparison import compare, tabulate_large_classes
from seatplan.district.limits import list_changes, tell_change
from seatplan.district.standards import Label, Standard
from seatplan.outcome import Outcome
from seatplan.scenarios.interventions import NewSchool
from seatplan.seating.classes import restate_base_year
from seatplan.views.catalogue import LANGUAGES, say
from seatplan.views.scopes import name_scope, tell_part

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
        _tell_large_classes(today, plan),
        _tell_flags(today, plan),
        _tell_limits(today),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def count_seatable(figures: pd.DataFrame) -> pd.Series[int]:
    """Count those of the catchment shortage whom seats of other catchments could take.

    seatable = catchment shortage - district shortage, at least 0, year by year; takes the figures
    of one stage (`Comparison.figures`).
    """
    return (figures.catchment_shortage - figures.district_shortage).clip(lower=0)


def _of_stage(figures: pd.DataFrame, stage: str) -> pd.DataFrame:
    return pd.DataFrame(figures.xs(stage, level="stage"))


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
        "What is missing has four names here. *Catchment shortage* 学区缺口: residents above the "
        "seats of their catchment, summed over the catchments. *Roll over seats* 在校超额: pupils "
        "on roll above the seats of their school. *District shortage* 全区缺口: pupils above all "
        "seats of the stage; only building, or larger classes, can seat them. *Unplaced* 未安置: "
        "pupils who find no seat at all. What the catchment shortage has more than the district "
        "shortage, seats of other catchments could take: new boundaries might do it, where the way "
        "is not too far. *Balance* is seats less pupils of the whole district.",
    )


def _tell_stage(today: Outcome, code: str, a: pd.DataFrame, b: pd.DataFrame) -> str:
    """Set shortage, pupils and seats of one stage side by side, and say what the plan moves."""
    stage = today.standards.stage(code)
    columns = {
        "catchment_shortage": "catchment shortage",
        "district_shortage": "district shortage",
        "pupils": "pupils",
        "seats": "seats",
        "balance": "balance",
    }
    zoned = stage.intake != "seats"
    if not zoned:  # whoever may go to any school lives in no catchment
        del columns["catchment_shortage"]
    moved = [name for name in columns if not a[name].equals(b[name])]
    heads = ["year", *columns.values(), *(f"{columns[name]}, plan" for name in moved)]
    rows = [
        [str(year), *_cells(a.loc[year], columns), *_cells(b.loc[year], moved)]
        for year in a.index[:: 1 if moved else EVERY]
    ]
    said = [_say_catchments(a) if zoned else "", _say_district(a)]
    said += _say_plan(a, b, zoned) if moved else ["The plan changes nothing here."]
    return _section(_call(stage.name), _list(said), _draw(heads, rows))


def _say_catchments(a: pd.DataFrame) -> str:
    """Say when the catchment shortage is worst as things are, and who could sit elsewhere."""
    worst = _peak(a.catchment_shortage)
    if a.catchment_shortage[worst] == 0:
        return "As it is, every catchment has a seat for each of its residents in every year."
    told = f"The catchment shortage is largest in {worst}: {a.catchment_shortage[worst]:,} pupils."
    seatable = count_seatable(a)[worst]
    if seatable == 0:
        return f"{told} No other catchment has a seat for them."
    empty = a.balance[worst] + a.catchment_shortage[worst]
    some = "All" if seatable == a.catchment_shortage[worst] else f"{seatable:,}"
    return f"{told} {some} of them could sit in other catchments: {empty:,} seats are empty there."


def _say_district(a: pd.DataFrame) -> str:
    """Say when the district as a whole lacks seats as things are."""
    years = a.index[a.district_shortage > 0]
    if not len(years):
        return "As it is, the district as a whole has a seat for everyone in every year."
    peak = _peak(a.district_shortage)
    return (
        f"As it is, there is a district shortage in {_span(years)}, largest in {peak}: "
        f"{a.district_shortage[peak]:,} pupils."
    )


def _say_plan(a: pd.DataFrame, b: pd.DataFrame, zoned: bool) -> list[str]:
    """Say what the plan adds, what it mends, and what stands empty at the end."""
    name = "catchment_shortage" if zoned else "district_shortage"
    said = []
    change = b.seats - a.seats
    for word, size in (("adds", change), ("takes away", -change)):
        if (size > 0).any():
            first, full = size.index[size > 0][0], _peak(size)
            said.append(f"The plan {word} seats from {first} on, {size[full]:,} by {full}.")
    year, last = max(_peak(a[name]), _peak(change.abs())), int(b.index[-1])
    said.append(
        f"In {year}, the {name.replace('_', ' ')} is {a[name][year]:,} pupils as it is, and "
        f"{b[name][year]:,} with the plan: {_signed(change[year])} seats, "
        f"{_signed(b[name][year] - a[name][year])} pupils."
    )
    if b.district_shortage.any():
        years = _span(b.index[b.district_shortage > 0])
        said.append(f"With the plan, there is a district shortage in {years}.")
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


def _tell_large_classes(today: Outcome, plan: Outcome) -> str:
    """Say how many classes are large, of which classes; "" where no limit says what large is."""
    years = list(dict.fromkeys([today.district.base_year, *_list_later(today)]))
    tables = [tabulate_large_classes(outcome) for outcome in (today, plan)]
    known = [table[table.share.notna()] for table in tables]
    if known[0].empty:
        return ""
    rows = []
    for scope in known[0].index.unique("scope"):
        name = " ".join(name_scope(today.standards, scope, language) for language in LANGUAGES)
        cells = [[tell_part(table, scope, year) for year in years] for table in known]
        rows.append([name, *cells[0]])
        if cells[1] != cells[0]:
            rows.append([f"{name}, plan", *cells[1]])
    said = "Large classes of all classes that the row names, and their share."
    others = tables[0].index.unique("scope").difference(known[0].index.unique("scope"), sort=False)
    if len(others):
        bases = [
            f"{name_scope(today.standards, scope, 'en')} ({tables[0].classes[scope, years[0]]:,} "
            f"classes in {years[0]})"
            for scope in others
        ]
        said += f" No limit says what a large class is in {', '.join(bases)}."
    heads = ["of the classes of", *map(str, years)]
    title = " ".join(say("large.share", language) for language in reversed(LANGUAGES))
    return _section(title, said, _draw(heads, rows))


def _list_later(outcome: Outcome) -> list[int]:
    """List every fifth year after the first; the last where there are fewer."""
    return outcome.district.years[EVERY::EVERY] or [outcome.district.horizon]


def _tell_flags(today: Outcome, plan: Outcome) -> str:
    """Count the flags that the plan clears, leaves and raises."""
    years = _list_later(today)
    held = [*plan.standards.standards, *today.standards.standards]
    standards = list({item.code: item for item in held}.values())
    rows = [
        [_call(item.name), *(_turn(today, plan, item, year) for year in years)]
        for item in standards
    ]
    said = [
        _say_changed_limits(today, plan),
        _say_new_flags(today, plan, standards, years[-1]),
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


def _tell_limits(outcome: Outcome) -> str:
    scenarios = ", ".join(f"`--births {name}`" for name in outcome.district.births.columns)
    return _section(
        "What this does not show 局限",
        _list(
            [
                "Schools, catchments and homes are made up, so how much of a catchment shortage "
                "others could seat, and which school passes a limit, are examples of a method. "
                "With surveyed files in `data/` the same command says it for the real ones.",
                f"Births after the last known year are assumed: {scenarios} give other futures.",
                "A new school fills from its entry grade unless the plan says otherwise; seats "
                "that stand empty in its first years are no surplus.",
                "Everybody stays in the school of the catchment here; with `--overflow move` "
                "pupils go where a seat is free, or are unplaced: after the base year there is no "
                "roll over seats.",
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
