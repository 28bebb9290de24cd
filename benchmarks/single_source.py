"""Capacitated location with whole customers against the best known, one row an instance.

python benchmarks/single_source.py FOLDER [--seconds 15] [--only holmberg_p1]

FOLDER holds `best_known.csv` (instance, best_known) and a file for each instance: `m n`; m times
`capacity fixed`; n demands; m rows of n costs of serving a customer whole (Holmberg, Ronnqvist and
Yuan, EJOR 113, 1999; Yang, Chu and Chen, EJOR 221, 2012).
"""

from __future__ import annotations

import argparse
import csv
import time
from pathlib import Path

import numpy as np

from seatplan.solvers.location import solve_capacitated
from seatplan.solvers.location.facilities import load
from seatplan.solvers.stop import Stop


def read_customers(path: Path) -> dict[str, np.ndarray]:
    """Return the arrays of one instance by the names that `solve_capacitated` gives them."""
    numbers = np.array(path.read_text("utf-8").split(), float)
    sites, customers = int(numbers[0]), int(numbers[1])
    rooms, rest = numbers[2 : 2 + 2 * sites].reshape(sites, 2), numbers[2 + 2 * sites :]
    demand, cost = rest[:customers], rest[customers : customers * (1 + sites)]
    return {
        "cost": cost.reshape(sites, customers).T,
        "demand": demand,
        "capacity": rooms[:, 0],
        "fixed": rooms[:, 1],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seconds", type=float, default=15.0)
    parser.add_argument("--effort", type=float, default=15.0)
    parser.add_argument("--only", default="")
    chosen = parser.parse_args()
    only = set(filter(None, chosen.only.split(",")))
    with (chosen.folder / "best_known.csv").open(newline="") as rows:
        best = {row["instance"]: float(row["best_known"]) for row in csv.DictReader(rows)}
    load()
    for name in [name for name in best if not only or name in only]:
        case = read_customers(chosen.folder / f"{name}.txt")
        began, used = time.perf_counter(), time.process_time()
        stop = Stop(chosen.effort, chosen.seconds)
        answer = solve_capacitated(**case, single_source=True, stop=stop)
        load_at = np.bincount(answer.serving, case["demand"], len(case["capacity"]))
        fits = bool((load_at <= case["capacity"] + 1e-6).all())
        shown = {
            "cost": round(answer.cost, 1),
            "above best %": round(100 * (answer.cost / best[name] - 1), 3),
            "bound above best %": round(100 * (answer.bound / best[name] - 1), 3),
            "status": answer.status,
            "fits": fits,
            "seconds": round(time.perf_counter() - began, 1),
            "processor s": round(time.process_time() - used, 1),
            "effort": round(answer.effort, 2),
        }
        print(name, *(f"{key} {value}" for key, value in shown.items()), sep="  ", flush=True)


if __name__ == "__main__":
    main()
