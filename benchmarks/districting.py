"""Whole, contiguous areas against the best costs published, one row an instance.

python benchmarks/districting.py FOLDER [--effort 60] [--only zy_13a,gy_37a] [--seed 0]
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np
import pandas as pd
from instances import Instance, read_instances

from seatplan.solvers.districting import Districting, draw_districts
from seatplan.solvers.stop import Stop
from seatplan.verify import verify_plan


def find_faults(item: Instance, drawn: Districting) -> list[str]:
    """Let the verifier, which shares no code with the solver, look at the plan."""
    units = [str(i) for i in range(len(item.pupils))]
    schools = [f"S{j}" for j in range(len(item.seats))]
    heads = np.where(item.pupils > 0, item.pupils, 1.0)
    return verify_plan(
        pd.Series([schools[j] for j in drawn.plan], index=units),
        pd.DataFrame({"pupils": item.pupils}, index=units),
        pd.DataFrame({"pupils": item.seats}, index=schools),
        pd.DataFrame(item.cost / heads[:, None], index=units, columns=schools),
        [(str(a), str(b)) for a, b in item.neighbours],
        {name: str(unit) for name, unit in zip(schools, item.home, strict=True)},
        claimed={"pupil_metres": drawn.cost},
    )


def measure(item: Instance, effort: float, seed: int) -> dict[str, object]:
    """Draw one instance and return its row."""
    began, used = time.perf_counter(), time.process_time()
    drawn = draw_districts(
        item.pupils, item.seats, item.cost, item.neighbours, item.home, stop=Stop(effort), seed=seed
    )
    spent = time.perf_counter() - began
    when = drawn.history[-1][0]
    return {
        "instance": item.name,
        "units": len(item.pupils),
        "schools": len(item.seats),
        "best known": item.best,
        "cost": drawn.cost,
        "gap %": 100 * (drawn.cost / item.best - 1),
        "bound %": 100 * (drawn.bound / item.best - 1),
        "best at effort": when,
        "seconds": spent,
        "processor s": time.process_time() - used,
        "status": drawn.status,
        "faults": len(find_faults(item, drawn)),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--effort", type=float, default=60.0)
    parser.add_argument("--only", default="")
    parser.add_argument("--seed", type=int, default=0)
    chosen = parser.parse_args()
    only = set(filter(None, chosen.only.split(",")))
    items = [item for item in read_instances(chosen.folder) if not only or item.name in only]
    rows = []
    for item in items:
        rows.append(measure(item, chosen.effort, chosen.seed))
        shown = {
            key: round(value, 3) if isinstance(value, float) else value
            for key, value in rows[-1].items()
        }
        print("  ".join(f"{key} {value}" for key, value in shown.items()), flush=True)
    table = pd.DataFrame(rows)
    gaps = table.loc[table["faults"] == 0, "gap %"]
    print(
        f"mean gap {gaps.mean():.3f} %, largest {gaps.max():.3f} %, "
        f"{len(gaps)} of {len(table)} plans without a fault"
    )


if __name__ == "__main__":
    main()
