"""Sentences that the figures choose, in Chinese and English: for findings and the drafted plan."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from seatplan.views.catalogue import format_count, say


def count_seatable(figures: pd.DataFrame) -> pd.Series[int]:
    """Count those of the catchment shortage whom seats of other catchments could take.

    seatable = catchment shortage - district shortage, at least 0, year by year; takes the figures
    of one stage (`Comparison.figures`).
    """
    return (figures.catchment_shortage - figures.district_shortage).clip(lower=0)


def tell_catchments(figures: pd.DataFrame, language: str) -> str:
    """Say when the catchment shortage is worst as things are, and who could sit elsewhere."""
    worst = find_peak(figures.catchment_shortage)
    most = figures.catchment_shortage[worst]
    if most == 0:
        return say("finding.all_seated", language)
    told = say("finding.worst", language, year=worst, n=format_count(most))
    seatable = count_seatable(figures)[worst]
    if seatable == 0:
        return join([told, say("finding.none_elsewhere", language)], language)
    key = "finding.all_elsewhere" if seatable == most else "finding.some_elsewhere"
    empty = format_count(figures.balance[worst] + most)
    more = say(key, language, n=format_count(seatable), empty=empty)
    return join([told, more], language)


def tell_district(figures: pd.DataFrame, language: str) -> str:
    """Say when the district as a whole has fewer seats than pupils as things are."""
    years = figures.index[figures.district_shortage > 0]
    if not len(years):
        return say("finding.district_enough", language)
    peak = find_peak(figures.district_shortage)
    n = format_count(figures.district_shortage[peak])
    return say("finding.district_years", language, years=span(years, language), peak=peak, n=n)


def tell_plan(a: pd.DataFrame, b: pd.DataFrame, zoned: bool, language: str) -> list[str]:
    """Say what a plan (`b`) adds to things as they are (`a`), mends, and leaves empty at the end.

    `zoned` says whether the stage has catchments; without them its district shortage is told.
    """
    name = "catchment_shortage" if zoned else "district_shortage"
    change = b.seats - a.seats
    said = tell_seats(change, language)
    last, of = int(b.index[-1]), "catchments" if zoned else "district"
    if (a[name] > 0).any() or (b[name] > 0).any():
        said.append(_tell_shortage(a[name], b[name], change, of, language))
    else:
        said.append(say(f"finding.never_{of}", language))
    if zoned and (grown := (change > 0) & (b[name] > a[name])).any():
        said.append(say("finding.grows", language, years=span(b.index[grown], language)))
    said += _tell_left(a, b, (change != 0) | (b.pupils != a.pupils), language)
    spare = max(a.balance[last], 0)
    if b.balance[last] > spare:
        built = change.index[change > 0]
        is_past = b.pupils[last] < a.pupils.max()
        is_of_peak = is_past and len(built) > 0 and built[0] <= find_peak(a.pupils)
        figures = {"n": format_count(b.balance[last]), "m": format_count(spare)}
        key = "finding.outlasts" if is_of_peak else "finding.stand_empty"
        said.append(say(key, language, last=last, **figures))
    return said


def _tell_left(
    a: pd.DataFrame, b: pd.DataFrame, begun: pd.Series[bool], language: str
) -> list[str]:
    """Say in which years a plan leaves a district shortage, and where it comes too late for one."""
    stands, lacks = begun.cummax(), b.district_shortage > 0
    if (lacks & stands).any():
        years = span(b.index[lacks & stands], language)
        return [say("finding.district_plan", language, years=years)]
    if not stands.any() or not (a.district_shortage > 0).any():
        return []
    if not lacks.any():
        return [say("finding.district_cleared", language)]
    first, years = int(b.index[stands][0]), span(b.index[lacks], language)
    return [say("finding.district_late", language, first=first, years=years)]


def _tell_shortage(
    before: pd.Series[int], after: pd.Series[int], change: pd.Series[int], of: str, language: str
) -> str:
    """Say what a plan does to a shortage in its worst year, once the plan stands."""
    year = max(find_peak(before), find_peak(change.abs()))
    return say(
        f"finding.moves_{of}",
        language,
        year=year,
        before=format_count(before[year]),
        after=format_count(after[year]),
        seats=sign(change[year]),
        pupils=sign(after[year] - before[year]),
    )


def tell_seats(change: pd.Series[int], language: str) -> list[str]:
    """Say how many seats a plan adds or takes away, index `year`; level by level where both."""
    steps = np.diff(change.to_numpy(), prepend=0)
    if (steps < 0).any() and (steps > 0).any():
        levels = change.index[steps != 0]
        told = [say("finding.level", language, year=year, n=sign(change[year])) for year in levels]
        return [
            say("finding.levels", language, list=("、" if language == "zh" else ", ").join(told))
        ]
    for key, size in (("finding.adds", change), ("finding.takes", -change)):
        if (size > 0).any():
            first, full = int(size.index[size > 0][0]), find_peak(size)
            one = "_at" if first == full else ""
            n = format_count(size[full])
            return [say(f"{key}{one}", language, first=first, n=n, full=full)]
    return []


def find_peak(figures: pd.Series[int]) -> int:
    """Return the year of the greatest figure, the first of equals."""
    return int(figures.index[int(figures.to_numpy().argmax())])


def span(years: Sequence[int] | pd.Index, language: str) -> str:
    """Return runs of years as words.

    >>> span([2021, 2022, 2023, 2030], "en")
    '2021 to 2023 and 2030'
    >>> span([2021, 2022, 2023, 2030], "zh")
    '2021—2023年、2030年'
    """
    runs: list[list[int]] = []
    for year in years:
        if runs and year == runs[-1][-1] + 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    if language == "zh":
        return "、".join(
            f"{'—'.join(map(str, dict.fromkeys((run[0], run[-1]))))}年" for run in runs
        )
    spans = [str(run[0]) if len(run) == 1 else f"{run[0]} to {run[-1]}" for run in runs]
    return " and ".join(spans) if len(spans) < 3 else f"{', '.join(spans[:-1])} and {spans[-1]}"


def sign(value: int) -> str:
    """Return a whole number with its sign, 0 as +0."""
    return f"{value:+,}".replace("-", "−")


def join(sentences: Sequence[str], language: str) -> str:
    """Set sentences one after the other."""
    return ("" if language == "zh" else " ").join(sentence for sentence in sentences if sentence)
