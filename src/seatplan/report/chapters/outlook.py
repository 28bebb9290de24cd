"""Chapter: the pupils to come, and how sure the forecast is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pandas as pd

from seatplan.demand.agreement import forecast_demand
from seatplan.report.brief import Brief
from seatplan.report.parts import Grid, Heading, Paragraph, Part, Picture, cite, mark, refer
from seatplan.report.prints import draw_wave
from seatplan.views.catalogue import format_count
from seatplan.views.sentences import find_peak

LEVEL = 0.02  # a change by less than this share is called level
EVERY = 5  # years between the columns of a table


def write_outlook(brief: Brief) -> list[Part]:
    """Write the chapter."""
    stages = [stage.code for stage in brief.today.standards.stages]
    return [
        Heading(1, brief.say("outlook.title")),
        Heading(2, brief.say("outlook.pupils")),
        Paragraph(brief.say("outlook.basis", births=name_births(brief), table=cite("outlook"))),
        *(Paragraph(tell_course(brief, stage)) for stage in stages),
        tabulate_outlook(brief, stages),
        *_draw_waves(brief),
        Heading(2, brief.say("outlook.sure")),
        *_write_births(brief, stages),
        *(Paragraph(sentence) for sentence in _tell_margins(brief)),
    ]


def list_years(brief: Brief) -> list[int]:
    """List every fifth year from the base year, and the last."""
    years = brief.district.years
    return list(dict.fromkeys([*years[::EVERY], years[-1]]))


def name_births(brief: Brief) -> str:
    """Name the births scenario that the figures rest on."""
    return _call_births(brief, brief.plan.policy.births)


def _call_births(brief: Brief, name: str) -> str:
    known = ("low", "medium", "high")
    return brief.say(f"births.{name}") if name in known else name


def tell_course(brief: Brief, stage: str) -> str:
    """Say how the pupils of a stage rise and fall from the first year to the last."""
    pupils = brief.figures(brief.plan, stage).pupils
    first, last = int(pupils.index[0]), int(pupils.index[-1])
    peak = find_peak(pupils)
    start, end, most = pupils[first], pupils[last], pupils[peak]
    words = {
        "stage": brief.names[-1].stages[stage],
        "first": first,
        "last": last,
        "peak": peak,
        "start": refer(mark("outlook", stage), format_count(start)),
        "end": refer(mark("outlook", stage), format_count(end)),
        "most": refer(mark("outlook", stage), format_count(most)),
        "less": f"{abs(end - most) / most:.0%}" if most else "0%",
        "more": f"{(most - start) / start:.0%}" if start else "0%",
    }
    if pupils.nunique() == 1:
        return brief.say("outlook.same", **words)
    if most - min(pupils) <= LEVEL * most:
        return brief.say("outlook.level", **words)
    if peak == first or most - start <= LEVEL * start:
        return brief.say("outlook.falls", **words)
    if peak == last:
        return brief.say("outlook.rises", **words)
    if most - end <= LEVEL * most:
        return brief.say("outlook.stays", **words)
    return brief.say("outlook.peaks", **words)


def tabulate_outlook(brief: Brief, stages: list[str]) -> Grid:
    """Tabulate the pupils of each stage in chosen years, and their peak."""
    years, rows = list_years(brief), []
    for stage in stages:
        pupils = brief.figures(brief.plan, stage).pupils
        peak = find_peak(pupils)
        cells = [format_count(pupils[year]) for year in years]
        rows.append((brief.names[-1].stages[stage], *cells, str(peak), format_count(pupils[peak])))
    heads = [brief.say("cell.pupils_in", year=year) for year in years]
    return Grid(
        "outlook",
        brief.say("outlook.table"),
        (brief.say("cell.stage"), *heads, brief.say("cell.peak"), brief.say("cell.most")),
        tuple(rows),
        tuple(mark("outlook", stage) for stage in stages),
    )


def _draw_waves(brief: Brief) -> Iterator[Picture]:
    """Draw pupils and seats of the stages that have catchments."""
    for stage in brief.zoned:
        image, title = draw_wave(brief, stage)
        yield Picture(f"wave_{stage}", title, image, brief.say("outlook.alt", title=title))


def _write_births(brief: Brief, stages: list[str]) -> Iterator[Part]:
    """Set the births scenarios side by side in the last year."""
    district, used = brief.plan.district, brief.plan.policy.births
    births = district.births
    if len(births.columns) < 2:
        yield Paragraph(brief.say("outlook.one_births"))
        return
    others = [name for name in map(str, births) if not births[name].equals(births[used])]
    if not others:  # alike in what goes in, whatever rounding makes of it
        yield Paragraph(brief.say("outlook.same_births"))
        return
    last = district.horizon
    sums = {used: {stage: brief.figures(brief.plan, stage).pupils[last] for stage in stages}}
    for name in others:
        sums[name] = _sum_stages(brief, name, last)
    columns = [str(name) for name in births if name in (used, *others)]
    rows = [
        (brief.names[-1].stages[stage], *(format_count(sums[name][stage]) for name in columns))
        for stage in stages
    ]
    widest = max(stages, key=lambda stage: _spread(sums, stage))
    spread = [sums[name][widest] for name in columns]
    if min(spread) == max(spread):
        yield Paragraph(brief.say("outlook.same_births"))
        return
    yield Paragraph(
        brief.say(
            "outlook.births",
            last=last,
            table=cite("births"),
            stage=brief.names[-1].stages[widest],
            low=refer(mark("births", widest), format_count(min(spread))),
            high=refer(mark("births", widest), format_count(max(spread))),
            used=_call_births(brief, used),
        )
    )
    heads = [brief.say("cell.births", name=_call_births(brief, name)) for name in columns]
    yield Grid(
        "births",
        brief.say("outlook.births_table", year=last),
        (brief.say("cell.stage"), *heads),
        tuple(rows),
        tuple(mark("births", stage) for stage in stages),
    )


def _spread(sums: dict[str, dict[str, int]], stage: str) -> int:
    counts = [each[stage] for each in sums.values()]
    return max(counts) - min(counts)


def _sum_stages(brief: Brief, births: str, year: int) -> dict[str, int]:
    """Return the pupils of each stage in a year under another births scenario, whole."""
    plan = brief.plan
    rules = plan.standards.replace(policy=replace(plan.policy, births=births))
    other = forecast_demand(replace(plan.case, rules=rules), brief.district)
    pupils: pd.Series[float] = other.pupils.xs(year, level="year").groupby("grade").sum()
    return {
        stage.code: round(float(pupils.reindex([grade.code for grade in stage.grades]).sum()))
        for stage in plan.standards.stages
    }


def _tell_margins(brief: Brief) -> Iterator[str]:
    """Say by how much the forecast may be off before the plan's seats are used up."""
    years = brief.district.rolls.index.unique("year")
    if len(years) > 1:
        yield brief.say("outlook.record", n=len(years), first=min(years), last=max(years))
    else:
        yield brief.say("outlook.no_record")
    for stage in brief.zoned:
        figures = brief.figures(brief.plan, stage)
        margin = figures.balance / figures.pupils.clip(lower=1)
        tight = int(margin.index[int(margin.to_numpy().argmin())])
        words = {"stage": brief.names[-1].stages[stage], "year": tight}
        n = format_count(abs(figures.balance[tight]))
        share = f"{abs(margin[tight]):.1%}"
        left = figures.balance[tight]
        key = "outlook.margin" if left > 0 else "outlook.over" if left else "outlook.even"
        yield brief.say(key, n=n, share=share, **words)
