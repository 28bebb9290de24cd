"""Rules that each school is held to together: six of seven, and the other nearly.

The verdict is the inspectors': school by school, never an average.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from seatplan.assess.holding import Held
from seatplan.assess.rule_sets import Joint, Rule
from seatplan.labels import Floats

COLUMNS = ["school", "stage", "year", "met", "of", "worst", "lowest", "status"]
CLOSE = 1e-9


def hold_joint(joint: Joint, held: Sequence[Held]) -> pd.DataFrame:
    """Hold each school to several rules together, stage by stage and year by year.

    Parameters
    ----------
    held
        The rules of `joint.of`, held against one outcome, in that order.

    Returns
    -------
    One row for each school, stage and year: met (how many rules), of (how many there are), worst
    (the code of the rule that is farthest from its limit), lowest (the share of the limit that it
    reaches, 1 where all are met), status: "met" where at least `joint.at_least` rules are met and
    every other reaches `joint.rest` of its limit, else "missed". Schools for which some rule has no
    figure have no row.
    """
    cells = pd.concat(
        [one.cells.assign(rule=one.rule.code, share=_reach(one)) for one in held],
        ignore_index=True,
    )
    keys = ["school", "stage", "year"]
    cells = cells[cells.groupby(keys).rule.transform("nunique") == len(joint.of)]
    if cells.empty:
        return pd.DataFrame(columns=COLUMNS)
    cells = cells.assign(met=cells.beyond <= CLOSE)
    worst = cells.sort_values("share", kind="stable").drop_duplicates(keys).set_index(keys)
    table = cells.groupby(keys, sort=False).met.sum().to_frame()
    table = table.assign(of=len(joint.of), worst=worst.rule, lowest=worst.share.clip(upper=1.0))
    holds = (table.met >= joint.at_least) & (table.lowest >= joint.rest - CLOSE)
    table["worst"] = table.worst.where(table.met < table.of, "")
    return table.assign(status=np.where(holds, "met", "missed")).reset_index()[COLUMNS]


def measure_reach(rule: Rule, value: Floats, limit: Floats) -> Floats:
    """Return the share of its limit that each figure reaches: 1 and more where it is met."""
    if rule.side == "below":
        reach: Floats = value / limit
        return reach
    return limit / np.where(value > 0, value, limit)


def _reach(held: Held) -> Floats:
    cells = held.cells
    return measure_reach(held.rule, cells.value.to_numpy(float), cells.limit.to_numpy(float))
