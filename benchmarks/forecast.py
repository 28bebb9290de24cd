"""What the roll forecast scores, what each step buys, and how long it takes.

    python benchmarks/forecast.py            # both levels of the New Jersey panel, every method
    python benchmarks/forecast.py --steps    # each step left out in turn
    python benchmarks/forecast.py --panels   # panels in the folder SEATPLAN_PANELS, with births
    python benchmarks/forecast.py --speed    # 1,000 draws for 128 schools, 15 grades, 15 years

With other rolls: `python benchmarks/forecast.py rolls.csv [--units units.csv]`.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pandas as pd

from seatplan.demand import entry, progression, weighing
from seatplan.demand.backtest import backtest
from seatplan.demand.ensemble import draw_rolls
from seatplan.demand.panel import Panel, build_panel
from seatplan.demand.roll_forecast import add_births, forecast_rolls
from seatplan.demand.rolls import Rolls, build_rolls, read_rolls

SOURCES = Path(__file__).parents[1] / "data" / "sources" / "enrolment"
LEADS = (1, 3, 5)

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
    "no inertia of totals": [(weighing, "INERTIAS", (0.0,))],
    "sudden jumps followed at once": [(entry, "JUMP", 1e9)],
}


def main() -> None:
    options = _parse()
    if options.speed:
        _time_draws()
        return
    if options.panels:
        _score_panels(Path(os.environ["SEATPLAN_PANELS"]))
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


def _score_panels(folder: Path) -> None:
    """Score Maryland (untold cells are below ten) and England, without and with births."""
    told = pd.read_csv(folder / "maryland_open.csv", dtype=str)
    untold = pd.read_csv(folder / "maryland_open_suppressed.csv", dtype=str).assign(pupils="<10")
    england = build_rolls(pd.read_csv(folder / "england_pupils.csv", dtype=str))
    births = pd.read_csv(folder / "england_births.csv", dtype={"area": str})
    births = births.rename(columns={"area": "unit"})
    plain = build_panel(england)
    _score("Maryland", build_rolls(pd.concat([told, untold])), None)
    _score("England", england, plain)
    known = add_births(plain, births, entry_age=4, births_month=6)
    _score("England with births", england, known)


def _score(name: str, rolls: Rolls, panel: Panel | None) -> None:
    result = backtest(rolls, LEADS, draws=200, panel=panel)
    errors = result.table[result.table["size"] == "all"]
    wape = errors.pivot(index=["level", "method"], columns="lead", values="wape")
    print(f"\n{name}: {rolls}\nWAPE %\n{wape.round(2).to_string()}")
    whole = result.coverage[result.coverage["size"] == "all"]
    covered = whole.pivot(index=["level", "interval"], columns="lead", values="covered")
    print(f"within the intervals, %\n{covered.round(1).to_string()}", flush=True)


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
    grades = ["k1", "k2", "k3", *(f"g{grade}" for grade in range(1, 13))]
    rows = [
        (f"s{unit:03d}", f"t{unit % 9}", grade, year, random.poisson(80))
        for unit in range(128)
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


if __name__ == "__main__":
    sys.exit(main())
