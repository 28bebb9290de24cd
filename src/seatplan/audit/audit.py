"""audit_plan(): each promise and each fact of a plan, with its verdict."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd

from seatplan.audit.checks import RULES, Held
from seatplan.audit.figures import (
    FIGURES,
    LACKING,
    NOBODY,
    Beside,
    find_figure_faults,
    find_lacking,
    find_year,
)
from seatplan.audit.promises import CheckEntry, FigureEntry, NumberEntry, PlanFile
from seatplan.audit.promises import read_plan as read_promises
from seatplan.district.stages import Label
from seatplan.errors import InputError
from seatplan.measures.needs import Missing
from seatplan.outcome import Outcome

Verdict = Literal["contradict", "unexplained", "missing", "agree"]
VERDICTS: tuple[Verdict, ...] = ("contradict", "unexplained", "missing", "agree")
COLUMNS = ["code", "verdict", "rule", "name", "name_en", "clause", "stated", "figures"]
COLUMNS += ["missing", "where", "sentence"]
TOLD = 0.05  # half of the tenth of a per cent in which shares are told
WORST = 5  # catchments that are named where seats are not enough
CLOSE = (
    0.05  # a fact of the base year agrees within 5 %: the school-level data are fitted to totals
)


@dataclass(frozen=True)
class Entry:
    """One line of the audit.

    Attributes
    ----------
    code, name
        Of the check, or the key and name of the number.
    rule
        A name of `checks.RULES`; "fact" or "promise" for a number held against the model, "need"
        for seats promised against seats needed.
    verdict
        "agree", "contradict", "unexplained", or "missing": it cannot be computed from these data.
    figures
        What shows it, by the names that the sentence of the rule uses.
    numbers
        The numbers of the plan that it rests on.
    unit
        Of the figures.
    missing
        What the data lack where it cannot be computed.
    where
        Of seats that are not enough: the schools whose catchments are short, and by how much.
    """

    code: str
    name: Label
    rule: str
    verdict: Verdict
    figures: dict[str, float]
    numbers: tuple[NumberEntry, ...]
    unit: str
    missing: Missing | None = None
    where: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class Audit:
    """The audit of one plan: its entries, those that do not hold first."""

    plan: PlanFile
    entries: tuple[Entry, ...]
    today: Outcome
    outcome: Outcome

    @cached_property
    def table(self) -> pd.DataFrame:
        """One row for each entry: code, rule, verdict, names, clauses, what is said and found."""
        rows = [
            {
                "code": entry.code,
                "verdict": entry.verdict,
                "rule": entry.rule,
                "name": entry.name.zh,
                "name_en": entry.name.en,
                "clause": "; ".join(dict.fromkeys(item.clause for item in entry.numbers)),
                "stated": "; ".join(f"{item.value:g}" for item in entry.numbers),
                "figures": "; ".join(f"{key} {value:g}" for key, value in entry.figures.items()),
                "missing": entry.missing.column.zh if entry.missing else "",
                "where": "; ".join(f"{school} {count}" for school, count in entry.where),
                "sentence": " / ".join(
                    dict.fromkeys(item.sentence for item in entry.numbers if item.sentence)
                ),
            }
            for entry in self.entries
        ]
        return pd.DataFrame(rows, columns=COLUMNS)

    def count(self, verdict: Verdict) -> int:
        """Count the entries of a verdict."""
        return sum(entry.verdict == verdict for entry in self.entries)


def read_plan(path: Path | str) -> PlanFile:
    """Read the promises of a plan; InputError with every fault, see `promises.read_plan`."""
    return read_promises(
        path, rules={name: rule.takes for name, rule in RULES.items()}, figures={*FIGURES, *LACKING}
    )


def audit_plan(today: Outcome, plan: Outcome, promises: PlanFile) -> Audit:
    """Hold a plan's numbers against each other, against class arithmetic and against the model.

    Parameters
    ----------
    today
        The district as it is.
    plan
        The district under the plan's scenario.
    promises
        The plan's numbers and what holds them together (`read_plan`).

    Returns
    -------
    One entry for each check, each number that has a figure, and each promise of seats; what
    contradicts first, then in the order of the file.

    Raises
    ------
    InputError
        A figure is of a stage, kind or owner that the district does not have.
    """
    refuse_figures(promises, plan)
    entries = [
        *(_check(check, promises) for check in promises.check if not check.figure),
        *(_compare_base(check, promises, today, plan) for check in promises.check if check.figure),
        *(_stand_beside(number, today, plan) for number in promises.number if number.figure),
        *_find_needs(promises, today, plan),
    ]
    entries.sort(key=lambda entry: VERDICTS.index(entry.verdict))
    return Audit(promises, tuple(entries), today, plan)


def refuse_figures(promises: PlanFile, outcome: Outcome) -> None:
    """Refuse a plan whose figures are of stages, kinds or owners that nobody has; InputError."""
    if faults := [f"plan.toml: {fault}" for fault in find_figure_faults(promises, outcome)]:
        raise InputError(faults)


def read_number(number: NumberEntry, now: Outcome) -> float:
    """Return the model's figure for a number of a plan, in the base year of an outcome."""
    figure = number.figure or FigureEntry(name="")
    return FIGURES[figure.name](Beside(now, now, figure, now.district.base_year))


def _check(check: CheckEntry, promises: PlanFile) -> Entry:
    """Hold numbers against each other."""
    held, numbers = _hold(check, promises)
    verdict: Verdict = "agree" if held.holds else check.otherwise
    unit = _find_unit(numbers)
    return Entry(check.code, check.name.label(), check.rule, verdict, held.figures, numbers, unit)


def _find_unit(numbers: Sequence[NumberEntry]) -> str:
    """Return the unit of what numbers make together: per cent only where all are."""
    return next((number.unit for number in numbers if number.unit != "percent"), "percent")


def _hold(check: CheckEntry, promises: PlanFile) -> tuple[Held, tuple[NumberEntry, ...]]:
    """Follow the rule of a check; return it with the numbers it rests on."""
    parts = {
        part: tuple(promises.find(key) for key in ([keys] if isinstance(keys, str) else keys))
        for part, keys in check.of.items()
    }
    numbers = tuple(dict.fromkeys(number for part in parts.values() for number in part))
    return RULES[check.rule].hold(parts), numbers


def _compare_base(check: CheckEntry, promises: PlanFile, today: Outcome, plan: Outcome) -> Entry:
    """Say whether what numbers imply is what the model has, within `CLOSE`."""
    held, numbers = _hold(check, promises)
    figure = check.figure or FigureEntry(name="")
    found = FIGURES[figure.name](_beside(figure, numbers[-1], today, plan))
    implied = next(iter(held.figures.values()))
    close = abs(found - implied) <= CLOSE * implied
    verdict: Verdict = "agree" if held.holds and close else check.otherwise
    figures = {**held.figures, "model": found}
    unit = _find_unit(numbers)
    return Entry(check.code, check.name.label(), check.rule, verdict, figures, numbers, unit)


def _stand_beside(number: NumberEntry, today: Outcome, plan: Outcome) -> Entry:
    """Hold a number against the model's figure: a fact of the base year, or a promise."""
    figure = number.figure or FigureEntry(name="")
    beside = _beside(figure, number, today, plan)
    fact = beside.year <= today.district.base_year
    rule = "fact" if fact else "promise"
    label, numbers = number.name.label(), (number,)
    said = _say_year(figure, number, today)
    lacking = find_lacking(figure, today.district) or find_year(said, today.district)
    found = np.nan if lacking else FIGURES[figure.name](beside)
    if np.isnan(found):
        stated, lacking = {"stated": number.value}, lacking or NOBODY
        return Entry(number.key, label, rule, "missing", stated, numbers, number.unit, lacking)
    holds = _is_close(found, number) if fact else _is_kept(found, number)
    verdict: Verdict = "agree" if holds else "unexplained" if fact else number.otherwise
    figures = {"stated": number.value, "model": found, "year": float(beside.year)}
    return Entry(number.key, label, rule, verdict, figures, numbers, number.unit)


def _beside(figure: FigureEntry, number: NumberEntry, today: Outcome, plan: Outcome) -> Beside:
    """Say from what a figure is read, in the year of the model that is nearest to its own."""
    year = max(_say_year(figure, number, today), today.district.base_year)
    return Beside(today, plan, figure, min(year, today.district.horizon))


def _say_year(figure: FigureEntry, number: NumberEntry, today: Outcome) -> int:
    """Return the year of a figure, else of the number that is followed, else the base year."""
    return figure.year or number.year or today.district.base_year


def _is_close(found: float, number: NumberEntry) -> bool:
    """Say whether a fact and the data agree: within `CLOSE`, or the digits that are stated.

    Schools are counted, not fitted: their number is the very one.
    """
    close = 0.0 if number.unit == "schools" else CLOSE * abs(number.value)
    return number.allows(found - close, found + close)


def _is_kept(found: float, number: NumberEntry) -> bool:
    """Say whether a promise is kept in the model: a share to the tenth of a per cent."""
    counted = number.bound == "at_most" or (number.bound == "exact" and number.unit != "percent")
    if number.unit == "percent":
        slack = min(number.half_digit, TOLD)
        return found <= number.value + slack if counted else found >= number.floor - slack
    return number.allows(found if counted else -math.inf, found)


def _find_needs(promises: PlanFile, today: Outcome, plan: Outcome) -> Iterator[Entry]:
    """Set each promise of seats in stages beside the shortage of its year, before and after."""
    told = set()
    for number in promises.number:
        figure = number.figure
        if figure is None or figure.name != "added_seats":
            continue
        beside = _beside(figure, number, today, plan)
        if (figure.stages, beside.year) in told:
            continue
        told.add((figure.stages, beside.year))
        before, after = (_sum_shortage(side, beside.stages) for side in (today, plan))
        left, short = after[beside.year], _list_short(plan, beside)
        figures = {
            "stated": number.value,
            "year": float(beside.year),
            "before": float(before[beside.year]),
            "left": float(left),
            "peak": float(after[after.index >= beside.year].max()),
            "last": float(max(after.index[after > 0], default=beside.year)),
            "horizon": float(plan.district.horizon),
            "catchments": float(len(short)),
            "district": float(_sum_district_shortage(plan, beside)),
        }
        verdict: Verdict = "agree" if left == 0 else "contradict"
        label = number.name.label()
        yield Entry(
            f"need-{number.key}",
            label,
            "need",
            verdict,
            figures,
            (number,),
            number.unit,
            where=tuple((str(school), int(count)) for school, count in short.head(WORST).items()),
        )


def _sum_shortage(outcome: Outcome, stages: Sequence[str]) -> pd.Series[int]:
    """Sum the catchment shortage of stages by year."""
    short = outcome.measure("catchment_shortage")
    return short[short.index.isin(stages, level="stage")].groupby("year").sum()


def _list_short(outcome: Outcome, beside: Beside) -> pd.Series[int]:
    """Return the schools whose catchments are short in the year, and by how much, worst first."""
    short = outcome.measure("catchment_shortage").xs(beside.year, level="year")
    short = short[short.index.isin(beside.stages, level="stage")]
    return short[short > 0].droplevel("stage").sort_values(ascending=False, kind="stable")


def _sum_district_shortage(outcome: Outcome, beside: Beside) -> int:
    """Sum the district shortage of the stages in the year."""
    short = outcome.measure("district_shortage").xs(beside.year, level="year")
    return int(short.reindex(beside.stages).sum())
