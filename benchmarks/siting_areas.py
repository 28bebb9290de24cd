"""Sites with whole, connected areas against the best published, one row an instance.

python benchmarks/siting_areas.py FOLDER [--effort 60] [--only zya3,gya2] [--seed 0]

FOLDER holds `best_known.csv` (instance, whole_units_best, connected_best), a table for each
instance (id, pupils, x, y, a flag, cost of opening, capacity) and `*_connectivity.txt` (neighbour
pairs). Every unit with a capacity is a site, those with flag 0 too. Serving costs pupils x straight
metres / 1000. The instances of Kong (github.com/yfkong/Unified) state no licence and are not part
of this project.
"""

from __future__ import annotations

import argparse
import csv
import time
from pathlib import Path

import numpy as np
import pandas as pd

from seatplan.solvers.location.siting_areas import SitedAreas, solve_siting_areas
from seatplan.solvers.stop import Stop
from seatplan.verify import verify_plan

PAIRS = {"zy": "zy_connectivity.txt", "gy": "gy2_connectivity.txt"}


def read_town(folder: Path, name: str) -> dict[str, np.ndarray]:
    """Return the arrays of one instance by the names that `solve_siting_areas` gives them."""
    units = np.loadtxt(folder / f"{name}.txt", skiprows=1)
    pairs = np.loadtxt(
        folder / PAIRS[name[:2]], skiprows=1, delimiter=",", usecols=(1, 2), dtype=int
    )
    place = {int(unit): i for i, unit in enumerate(units[:, 0])}
    home = np.flatnonzero(units[:, 6] > 0)
    apart = np.hypot(*(units[:, None, 2:4] - units[None, home, 2:4]).transpose(2, 0, 1))
    return {
        "cost": units[:, 1, None] * apart / 1000,
        "demand": units[:, 1],
        "capacity": units[home, 6],
        "fixed": units[home, 5],
        "neighbours": np.array([[place[a], place[b]] for a, b in pairs if a != b]),
        "home": home,
    }


def find_faults(town: dict[str, np.ndarray], answer: SitedAreas) -> list[str]:
    """Let the verifier, which shares no code with the solver, look at the plan."""
    units = [str(i) for i in range(len(answer.plan))]
    used = np.flatnonzero(answer.open)
    heads = np.where(town["demand"] > 0, town["demand"], 1.0)
    names = [f"S{j}" for j in used]
    return verify_plan(
        pd.Series([f"S{j}" for j in answer.plan], index=units),
        pd.DataFrame({"pupils": town["demand"]}, index=units),
        pd.DataFrame({"pupils": town["capacity"][used]}, index=names),
        pd.DataFrame(town["cost"][:, used] / heads[:, None], index=units, columns=names),
        [(str(a), str(b)) for a, b in town["neighbours"]],
        {f"S{j}": str(town["home"][j]) for j in used},
        claimed={"pupil_metres": answer.cost - town["fixed"][used].sum()},
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--effort", type=float, default=60.0)
    parser.add_argument("--only", default="")
    parser.add_argument("--seed", type=int, default=0)
    chosen = parser.parse_args()
    only = set(filter(None, chosen.only.split(",")))
    with (chosen.folder / "best_known.csv").open(newline="") as rows:
        best = {row["instance"]: float(row["connected_best"]) for row in csv.DictReader(rows)}
    gaps = []
    for name in sorted(only or best):
        town = read_town(chosen.folder, name)
        began, used = time.perf_counter(), time.process_time()
        answer = solve_siting_areas(**town, stop=Stop(chosen.effort), seed=chosen.seed)
        gaps.append(100 * (answer.cost / best[name] - 1))
        shown = {
            "open": answer.open.sum(),
            "cost": round(answer.cost, 2),
            "bound": round(answer.bound, 2),
            "own gap %": round(100 * answer.gap, 3),
            "above published %": round(gaps[-1], 3),
            "bound above published %": round(100 * (answer.bound / best[name] - 1), 3),
            "choices drawn": answer.drawn,
            "seconds": round(time.perf_counter() - began, 1),
            "processor s": round(time.process_time() - used, 1),
            "faults": len(find_faults(town, answer)),
        }
        print(name, *(f"{key} {value}" for key, value in shown.items()), sep="  ", flush=True)
    print(f"mean above the published {np.mean(gaps):.3f} %")


if __name__ == "__main__":
    main()
