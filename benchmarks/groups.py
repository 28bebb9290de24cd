"""Errors by grade group and level, beside cohort survival: where the forecast is behind it.

    python benchmarks/groups.py                      # every panel
    python benchmarks/groups.py England              # one of them
    python benchmarks/groups.py Maryland district 06   # one of its places, as a record of its own

Groups are preschool, kindergarten, grades 1 to 5, 6 to 8 and 9 to 12, those that a unit is entered
by (`entry`), and all; sums are over the cells that are taught at the origin and the target.
"""

from __future__ import annotations

import sys

import numpy as np
import pandas as pd
from panels import READERS

from seatplan.demand.backtest import list_origins
from seatplan.demand.baselines import METHODS
from seatplan.demand.panel import Flags, Floats, Panel, build_panel, sum_by
from seatplan.demand.progression import bring_up
from seatplan.district.grade_names import grade_rank

LEADS = (1, 3, 5)
NAMES = ("seatplan", "cohort_survival_3", "empirical_bayes")
GROUPS = ((-1, "preschool"), (0, "kindergarten"), (5, "1-5"), (8, "6-8"), (99, "9-12"))


def main() -> None:
    names = sys.argv[1:2] or list(READERS)
    for name in names:
        rolls, panel = READERS[name]()
        if len(sys.argv) > 3:
            column, place = sys.argv[2:4]
            panel = build_panel(rolls.of(rolls.units[rolls.parents[column] == place]))
        print(f"\n{' '.join([name, *sys.argv[2:4]])}: WAPE %, and % of it above cohort survival's")
        print(score_groups(panel).round(1).to_string(), flush=True)


def score_groups(panel: Panel) -> pd.DataFrame:
    """Errors of each method by group and level, and seatplan's over cohort survival's, % more."""
    rows = []
    for origin in list_origins(panel):
        known = panel.until(origin)
        horizon = min(max(LEADS), len(panel.years) - 1 - origin)
        ahead = {name: np.nan_to_num(METHODS[name](known, horizon)) for name in NAMES}
        for lead in [lead for lead in LEADS if lead <= horizon]:
            actual, start = panel.raw[..., origin + lead], known.units.pupils[..., -1]
            taught = np.isfinite(start) & np.isfinite(actual)
            for group, cells in _list_groups(panel, taught, start).items():
                came = np.where(cells, actual, 0.0)
                for name in NAMES:
                    off = np.where(cells, ahead[name][..., lead - 1] - came, 0.0)
                    for level, missed in _sum_errors(panel, off).items():
                        rows.append((group, level, name, lead, missed, came.sum()))
    table = pd.DataFrame(rows, columns=["group", "level", "method", "lead", "missed", "pupils"])
    sums = table.groupby(["group", "level", "method", "lead"], sort=False)[
        ["missed", "pupils"]
    ].sum()
    wape = (100 * sums["missed"] / sums["pupils"]).unstack(["method", "lead"])[list(NAMES)]
    more = 100 * (wape["seatplan"] / wape["cohort_survival_3"] - 1)
    return pd.concat([wape, pd.concat({"above": more}, axis=1)], axis=1)


def _list_groups(panel: Panel, taught: Flags, start: Floats) -> dict[str, Flags]:
    """Cells of each group, (unit, grade)."""
    ranks = [grade_rank(code) or 0 for code in panel.grades]
    named = np.array([next(name for most, name in GROUPS if rank <= most) for rank in ranks])
    groups = {str(name): taught & (named == name) for name in dict.fromkeys(named.tolist())}
    entered = taught & ~np.isfinite(bring_up(start, panel.follows))
    return {**groups, "entry": entered, "all": taught}


def _sum_errors(panel: Panel, off: Floats) -> dict[str, float]:
    """Sum of absolute errors of cells, of units' sums, and of those of each level above."""
    found = {"grade": float(np.abs(off).sum())}
    sums = off.sum(axis=1)
    for depth in range(len(panel.levels) - 1, -1, -1):
        found[panel.levels[depth].name] = float(np.abs(sums).sum())
        if depth:
            sums = sum_by(sums, panel.levels[depth].parent, len(panel.levels[depth - 1].labels))
    return found


if __name__ == "__main__":
    main()
