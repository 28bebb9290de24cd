"""What the roll forecast scores, what each step buys, and how long it takes.

    python benchmarks/forecast.py            # both levels of the New Jersey panel, every method
    python benchmarks/forecast.py --steps    # each step left out in turn
    python benchmarks/forecast.py --panels   # every panel and method, and the intervals
    python benchmarks/forecast.py --leave-out  # each constant chosen without the panel scored
    python benchmarks/forecast.py --speed    # 500 schools, 13 grades, 15 years; 1,000 draws

With other rolls: `python benchmarks/forecast.py rolls.csv [--units units.csv]`.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pandas as pd
from panels import SOURCES, read_panels

from seatplan.demand import entry, progression, roll_forecast, weighing
from seatplan.demand.backtest import backtest
from seatplan.demand.ensemble import draw_rolls
from seatplan.demand.panel import Panel
from seatplan.demand.roll_forecast import forecast_rolls
from seatplan.demand.rolls import Rolls, build_rolls, read_rolls

LEADS = (1, 3, 5)
PLAIN = ("seatplan", "last_value", "cohort_survival_3", "hamilton_perry", "empirical_bayes")
PLACE = {"New Jersey schools": "New Jersey", "New Jersey districts": "New Jersey"}
PLACE |= {"England": "England", "England with births": "England"}

# Constants that no hindcast inside a record fits, and the values tried.
GRID: dict[tuple[object, str], tuple[object, ...]] = {
    (weighing, "USUAL_PARTS"): tuple(np.array([part, 0.0]) for part in (1.0, 0.9, 0.8, 0.7, 0.6)),
    (weighing, "USUAL_YEARS"): (3.0, 6.0, 12.0),
    (entry, "USUAL_GROWTH"): (0.0, 0.25, 0.5, 1.0),
    (entry, "USUAL_FALL"): (0.5, 0.75, 1.0),
    (roll_forecast, "CONTROL"): (0.0, 0.25, 0.5, 0.75, 1.0),
    (entry, "USUAL_RISE"): (0.02, 0.05, 0.1, 1.0),
    (entry, "DAMPING"): (0.6, 0.75, 0.85, 0.95),
    (entry, "TREND_DECAY"): (0.15, 0.3, 0.5, 0.7),
    (entry, "USUAL_YEARS"): (1.0, 3.0, 6.0, 12.0),
    (roll_forecast, "FADING"): (0.0, 0.5, 0.8),
    (weighing, "PRIOR_YEARS"): (2.0, 4.0, 8.0),
    (weighing, "SHARPNESS"): (1.0, 1.5, 2.0),
    (progression, "PSEUDO_PUPILS"): (50.0, 100.0, 200.0),
    (progression, "DECAY"): (0.6, 0.7, 0.8, 0.9),
}

# Step -> the constants that leave it out: (module, name, value).
STEPS: dict[str, list[tuple[object, str, object]]] = {
    "nothing left out": [],
    "no shrinking to the place above": [(progression, "PSEUDO_PUPILS", 1e-6)],
    "all years weigh alike": [(progression, "DECAY", 1.0), (weighing, "DECAY", 1.0)],
    "no robust weights": [(progression, "ROUNDS", 0)],
    "no cap on yearly ratios": [(progression, "RATIO_CAP", 1e9), (progression, "ROUNDS", 0)],
    "one weight for all cells of a level": [(weighing, "PRIOR_YEARS", 1e9)],
    "each cell's errors alone": [(weighing, "PRIOR_YEARS", 1e-6)],
    "progression alone where fed": [(weighing, "LEAST_ERRORS", (0.0, 1e9))],
    "shares of the parent alone": [(weighing, "LEAST_ERRORS", (1e9, 0.0))],
    "last year's shares": [(entry, "DECAYS", (1e-6,))],
    "long means of shares": [(entry, "DECAYS", (0.9,))],
    "no growth of the whole": [(entry, "DAMPING", 0.0)],
    "growth without damping": [(entry, "DAMPING", 1.0)],
    "growth whatever its noise": [(entry, "USUAL_RISE", 1e3)],
    "no inertia of totals": [(weighing, "INERTIAS", (0.0,))],
    "sudden jumps followed at once": [(entry, "JUMP", 1e9)],
}


def main() -> None:
    options = _parse()
    if options.speed:
        _time_draws()
        return
    if options.panels:
        _score_panels(options.draws)
        return
    if options.leave_out:
        _leave_panels_out()
        return
    for name, rolls in _read(options):
        print(f"\n{name}: {rolls}")
        _leave_out(rolls) if options.steps else _compare(rolls)


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("rolls", nargs="?", type=Path)
    parser.add_argument("--units", type=Path)
    parser.add_argument("--steps", action="store_true")
    parser.add_argument("--panels", action="store_true")
    parser.add_argument("--leave-out", action="store_true")
    parser.add_argument("--draws", type=int, default=200)
    parser.add_argument("--speed", action="store_true")
    return parser.parse_args()


def _read(options: argparse.Namespace) -> Iterator[tuple[str, Rolls]]:
    if options.rolls:
        yield options.rolls.name, read_rolls(options.rolls, units=options.units)
        return
    for level in ("school", "district"):
        path = SOURCES / f"nj_{level}_grade.csv"
        yield f"New Jersey, {level}s", read_rolls(path, units=SOURCES / "nj_districts.csv")


def _compare(rolls: Rolls) -> None:
    start = time.perf_counter()
    backtest(rolls, methods=("seatplan",), draws=0)
    print(f"point forecasts, all origins, scored: {time.perf_counter() - start:.1f} s")
    result = backtest(rolls, draws=300)
    for level in ("grade", "unit"):
        print(f"\nWAPE %, {level}\n{result.wape(level).round(2).to_string()}")
    before = backtest(rolls, draws=0, targets=range(rolls.years[0], 2020))
    print(f"\nWAPE %, unit, targets to 2019\n{before.wape('unit').round(2).to_string()}")
    whole = result.coverage[result.coverage["size"] == "all"]
    covered = whole.pivot(index=["level", "interval"], columns="lead", values="covered")
    print(f"\nwithin the intervals, %\n{covered.round(1).to_string()}")
    bias = result.table[(result.table["method"] == "seatplan") & (result.table["size"] == "all")]
    bias = bias.pivot(index="level", columns="lead", values="bias")
    print(f"\nbias, %\n{bias.round(2).to_string()}")


def _score_panels(draws: int) -> None:
    """Score every panel by every method, on the same cells and leads, and its intervals."""
    for name, (rolls, panel) in read_panels().items():
        result = backtest(rolls, LEADS, PLAIN, draws=draws, panel=panel)
        errors = result.table[result.table["size"] == "all"]
        wape = errors.pivot(index=["level", "method"], columns="lead", values="wape")
        print(f"\n{name}: {rolls}\nWAPE %\n{wape.round(2).to_string()}", flush=True)
        if draws:
            whole = result.coverage[result.coverage["size"] == "all"]
            values = ["covered", "low", "high"]
            covered = whole.pivot(index=["level", "interval"], columns="lead", values=values)
            print(f"within the intervals, %\n{covered.round(1).to_string()}", flush=True)


def _leave_panels_out() -> None:
    """Choose each constant without the place that it is scored on.

    A value's loss on a panel is the mean, over levels and leads, of the log of its error over that
    of the value in use. A place that has two panels speaks with their mean. For each place, the
    value whose mean loss over the other places is least is chosen, and scored there.
    """
    panels = read_panels()
    base = pd.Series({name: _log_errors(*each) for name, each in panels.items()})
    places = [PLACE.get(name, name) for name in panels]
    for (module, constant), values in GRID.items():
        losses = {}
        for value in values:
            rows = {name: 0.0 * base[name] for name in panels}
            if not np.array_equal(value, getattr(module, constant)):
                with _changed([(module, constant, value)]):
                    rows = {name: _log_errors(*each) - base[name] for name, each in panels.items()}
            each_loss = pd.Series({name: 100 * row.mean() for name, row in rows.items()})
            losses[str(value)] = each_loss.groupby(places).mean()
        table = pd.DataFrame(losses)
        others = {place: table.drop(index=place).mean().idxmin() for place in table.index}
        table["chosen elsewhere"] = pd.Series(others)
        table["its loss here"] = [table.loc[place, value] for place, value in others.items()]
        print(f"\n{constant}: % more error than in use\n{table.round(2).to_string()}", flush=True)


def _log_errors(rolls: Rolls, panel: Panel) -> pd.Series[float]:
    """Log of the error by level and lead."""
    table = backtest(rolls, LEADS, ("seatplan",), draws=0, panel=panel).table
    table = table[(table["size"] == "all") & (table["level"] != "new grade")]
    return np.log(table.set_index(["level", "lead"])["wape"])


def _leave_out(rolls: Rolls) -> None:
    rows = {}
    for step, changes in STEPS.items():
        with _changed(changes):
            result = backtest(rolls, LEADS, methods=("seatplan",), draws=0)
        rows[step] = pd.concat(
            {level: result.wape(level).loc["seatplan"] for level in ("grade", "unit")}
        )
    print(pd.DataFrame(rows).T.round(2).to_string())


@contextmanager
def _changed(changes: list[tuple[object, str, object]]) -> Iterator[None]:
    patches = [patch.object(module, name, value) for module, name, value in changes]
    for item in patches:
        item.start()
    try:
        yield
    finally:
        for item in patches:
            item.stop()


def _time_draws() -> None:
    random = np.random.default_rng(0)
    grades = ["K", *map(str, range(1, 13))]
    rows = [
        (f"s{unit:03d}", f"t{unit % 25}", grade, year, random.poisson(80))
        for unit in range(500)
        for grade in grades
        for year in range(2014, 2025)
    ]
    rolls = build_rolls(pd.DataFrame(rows, columns=["unit", "township", "grade", "year", "pupils"]))
    start = time.perf_counter()
    forecast = forecast_rolls(rolls, range(2025, 2040))
    middle = time.perf_counter()
    draw_rolls(forecast, 1000)
    end = time.perf_counter()
    print(f"forecast {middle - start:.2f} s, hindcasts and 1,000 draws {end - middle:.2f} s")
    print(f"largest memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20:.2f} GB")


if __name__ == "__main__":
    sys.exit(main())
