"""Children of Berlin's 447 areas carried on to a later age, and held against what came.

    python benchmarks/residents.py
    python benchmarks/residents.py --halves  # constants chosen on one half of the city

Every origin from which a cohort has been seen at both ages, the same cells for every method: plain
ageing, the last value of the later age, one cohort ratio for all, and `age_residents`. Coverage is
that of intervals from the errors of earlier forecasts, by level.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from itertools import product
from unittest.mock import patch

import numpy as np
import pandas as pd
from panels import SOURCES

from seatplan.demand import ageing
from seatplan.demand.ageing import Cohorts, age_residents
from seatplan.demand.panel import Floats, Ints, sum_by

STEPS = ((0, 5), (1, 5), (2, 5), (0, 2), (5, 2), (0, 1), (5, 1))  # age, years
LEVELS = {"area": 8, "region": 6, "borough": 2, "whole": 0}  # digits of the area
GONE = "09041403"  # stands in two years only
STRAYS = (
    ((5, 6), (6, 7)),
    ((0, 2), (5, 7)),
    ((0, 5), (1, 6), (2, 7)),
    ((7, 14),),
    ((5, 14),),
    ((2, 14),),
    ((0, 14),),
)
TRIED = tuple(product((0.5, 0.6, 0.7, 0.8, 0.9, 1.0), (0.3, 0.5, 0.7, 0.9)))  # DECAY, USUAL_PART
FEW = 20  # residents below which a place's error says little


def main() -> None:
    counts, areas = read_children()
    if "--halves" in sys.argv[1:]:
        print(_choose_on_halves(counts, areas).round(1).to_string())
        return
    chain = _chain(areas)
    rows, covered = [], []
    for age, lead in STEPS:
        case = Cohorts(counts[age], counts[age + lead], lead, chain)
        forecasts = {name: _hindcast(case, method) for name, method in METHODS.items()}
        for level, digits in LEVELS.items():
            count, place = _place(areas, digits)
            actual = {
                origin: sum_by(case.old[:, origin + lead], place, count)
                for origin in forecasts["seatplan"]
            }
            for name, told in forecasts.items():
                summed = {origin: sum_by(told[origin], place, count) for origin in actual}
                missed = sum(np.abs(summed[o] - actual[o]).sum() for o in actual)
                whole = sum(actual[o].sum() for o in actual)
                rows.append((f"{age} to {age + lead}", level, name, 100 * missed / whole))
                if name == "seatplan":
                    covered += _cover(summed, actual, lead, (f"{age} to {age + lead}", level))
    table = pd.DataFrame(rows, columns=["ages", "level", "method", "wape"])
    wide = table.pivot(index=["ages", "level"], columns="method", values="wape")
    print(f"WAPE %\n{wide[list(METHODS)].round(1).to_string()}")
    shown = pd.DataFrame(covered, columns=["ages", "level", "inside 80", "inside 95"])
    inside = 100 * shown.groupby(["ages", "level"]).mean()
    print(f"\nwithin the intervals, %\n{inside.round(0).to_string()}")
    print(f"\n{_measure_strays(counts, areas)}")


def read_children() -> tuple[dict[int, Floats], pd.Index]:
    """Residents of each single age by area and year, and the areas."""
    table = pd.read_csv(SOURCES / "berlin_children.csv", dtype={"area": str})
    table = table[table["area"] != GONE]
    years = [column for column in table if column.isdigit()]
    single = table[table["age_to"] == table["age_from"] + 1]
    groups = {int(age): rows.set_index("area")[years] for age, rows in single.groupby("age_from")}
    return {age: rows.to_numpy(float) for age, rows in groups.items()}, groups[0].index


def _chain(areas: pd.Index) -> list[tuple[int, Ints]]:
    """Return the whole, boroughs, forecast areas and regions, with the place of each area."""
    whole = (1, np.zeros(len(areas), dtype=np.int64))
    return [whole, *(_place(areas, size) for size in (2, 4, 6))]


def _choose_on_halves(counts: dict[int, Floats], areas: pd.Index) -> pd.DataFrame:
    """WAPE % of areas of half the boroughs, with the constants that are best in the other half.

    Each half is a city of its own: its ratios and shares see nothing of the other.
    """
    odd = areas.str[:2].astype(int).to_numpy() % 2 == 1
    halves = {"odd boroughs": odd, "even boroughs": ~odd}
    scores = {}
    for name, half in halves.items():
        own = {age: cells[half] for age, cells in counts.items()}
        for decay, part in TRIED:
            changed = patch.multiple(ageing, DECAY=decay, USUAL_PART=part)
            with changed:
                scores[name, decay, part] = _score(own, areas[half], age_residents)
    rows = []
    for name, other in zip(halves, reversed(halves), strict=True):
        decay, part = min(TRIED, key=lambda each: np.log(scores[other, *each]).mean())
        half = halves[name]
        own = {age: cells[half] for age, cells in counts.items()}
        for label, wape in (
            *((plain, _score(own, areas[half], METHODS[plain])) for plain in METHODS),
            (f"chosen elsewhere: decay {decay}, part {part}", scores[name, decay, part]),
        ):
            rows.append(wape.rename((name, label)))
    return pd.DataFrame(rows)


def _score(
    counts: dict[int, Floats], areas: pd.Index, method: Callable[[Cohorts], Floats]
) -> pd.Series[float]:
    """WAPE % of areas for each pair of ages."""
    scores = {}
    for age, lead in STEPS:
        told = _hindcast(Cohorts(counts[age], counts[age + lead], lead, _chain(areas)), method)
        came = {origin: counts[age + lead][:, origin + lead] for origin in told}
        missed = sum(np.abs(told[origin] - came[origin]).sum() for origin in told)
        scores[f"{age} to {age + lead}"] = 100 * missed / sum(each.sum() for each in came.values())
    return pd.Series(scores)


def _place(areas: pd.Index, digits: int) -> tuple[int, Ints]:
    codes, labels = pd.factorize(areas.str[:digits])
    return len(labels), np.asarray(codes, dtype=np.int64)


def _one_ratio(case: Cohorts) -> Floats:
    """Age by the city's ratio of the cohort that has just come of the later age."""
    return case.young[:, -1] * case.old[:, -1].sum() / case.young[:, -1 - case.lead].sum()


METHODS: dict[str, Callable[[Cohorts], Floats]] = {
    "plain ageing": lambda case: case.young[:, -1],
    "last value": lambda case: case.old[:, -1],
    "one ratio": _one_ratio,
    "seatplan": age_residents,
}


def _hindcast(case: Cohorts, method: Callable[[Cohorts], Floats]) -> dict[int, Floats]:
    last = case.young.shape[1] - 1
    return {origin: method(case.until(origin)) for origin in range(case.lead, last - case.lead + 1)}


def _cover(
    told: dict[int, Floats], actual: dict[int, Floats], lead: int, label: tuple[str, str]
) -> list[tuple[str, str, float, float]]:
    """Whether what came lies within quantiles of the errors known by then, scaled by size."""
    rows = []
    for origin in told:
        known = [o for o in told if o + lead <= origin]
        if len(known) < 2:
            continue
        size = np.concatenate([told[o] for o in known])
        error = np.concatenate([_log_error(told[o], actual[o]) for o in known])
        own, chance = _fit_variance(size, error)
        scale = np.sqrt(1 + 1 / len(known))
        past = np.abs(error) / np.sqrt(own + chance / np.maximum(size, 1))
        now = np.abs(_log_error(told[origin], actual[origin]))
        now /= np.sqrt(own + chance / np.maximum(told[origin], 1))
        bounds = scale * np.quantile(past, [0.8, 0.95])
        rows.append((*label, float((now <= bounds[0]).mean()), float((now <= bounds[1]).mean())))
    return rows


def _log_error(told: Floats, actual: Floats) -> Floats:
    return np.log((actual + 0.5) / (told + 0.5))


def _fit_variance(size: Floats, error: Floats) -> tuple[float, float]:
    """Variance of log errors as a + b / residents, both at least nearly 0."""
    error = np.clip(error, *np.quantile(error, [0.01, 0.99]))
    columns = np.stack([np.ones_like(size), 1 / np.maximum(size, 1.0)], axis=1)
    own, chance = np.linalg.lstsq(columns, error**2, rcond=None)[0]
    return max(float(own), 1e-6), max(float(chance), 1e-3)


def _measure_strays(counts: dict[int, Floats], areas: pd.Index) -> str:
    """How far regions, and areas within them, stray from the city, without the chance of counts.

    Ages together, as the pupils of a stage, aged as the city's were in the same years.
    """
    lines = []
    for pairs in STRAYS:
        lead = pairs[0][1] - pairs[0][0]
        own: list[float] = []
        for digits in (6, 8):
            count, place = _place(areas, digits)
            sizes, errors = [], []
            for origin in range(counts[0].shape[1] - lead):
                told = came = np.zeros(len(areas))
                for young, old in pairs:
                    now, then = counts[young][:, origin], counts[old][:, origin + lead]
                    told, came = told + now * then.sum() / now.sum(), came + then
                size = sum_by(told, place, count)
                enough = size >= FEW
                sizes.append(size[enough])
                errors.append(_log_error(size, sum_by(came, place, count))[enough])
            variance, chance = _fit_variance(np.concatenate(sizes), np.concatenate(errors))
            own.append(variance)
        region, within = np.sqrt(own[0]) / lead, np.sqrt(max(own[1] - own[0], 0.0)) / lead
        lines.append(
            f"ages {pairs}: a year, region {region:.3f}, area within it {within:.3f}; by chance "
            f"{chance / lead:.2f} / residents"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    main()
