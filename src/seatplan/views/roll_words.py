"""How far a roll forecast can be trusted, in words, from its backtest."""

from __future__ import annotations

import numpy as np
import pandas as pd

from seatplan.demand.backtest import TOTAL_SIZES, Backtest, name_sizes
from seatplan.views.catalogue import say

OWN = "seatplan"
HAND = "cohort_survival_3"
LEVELS = {"all": "trust.all", "unit": "trust.unit", "grade": "trust.cell"}
SIZES = np.array([0.0, *TOTAL_SIZES])  # one number of pupils in each class of size
FEW = 5  # forecasts of the whole below which a statement about it says so


def tell_trust(found: Backtest, units: int, language: str = "en") -> list[str]:
    """Say how far forecasts kept from what came, four times in five, the whole first.

    One sentence for each lead, one for units by size at the middle lead, one that compares with
    common practice, one that says what all rest on.
    """
    own = found.table[found.table["method"] == OWN]
    everything = own[own["size"] == "all"]
    leads = sorted(everything["lead"].unique())
    lines = [_tell_lead(everything[everything["lead"] == lead], lead, language) for lead in leads]
    middle = leads[len(leads) // 2]
    lines.append(_tell_sizes(own[own["lead"] == middle], middle, language))
    lines += _tell_gain(found, middle, language)
    whole = everything[everything["level"] == "all"].set_index("lead")["cells"]
    first, last = found.origins[0], found.origins[-1]
    lines.append(
        say(
            "trust.basis",
            language,
            units=units,
            origins=len(found.origins),
            first=first,
            last=last,
        )
    )
    if whole.get(leads[-1], 0) < FEW:
        lines.append(say("trust.few", language, lead=leads[-1], n=int(whole.get(leads[-1], 0))))
    return lines


def _tell_lead(rows: pd.DataFrame, lead: int, language: str) -> str:
    """One sentence: the whole, places, a unit and a grade, so many years ahead."""
    off = dict(zip(rows["level"].astype(str), rows["within_80"].astype(float), strict=True))
    places = [level for level in off if level not in (*LEVELS, "new grade")]
    order = ["all", *places[::-1], "unit", "grade"]
    parts = [
        say(LEVELS.get(level, "trust.place"), language, place=level, off=f"{off[level]:.1f}")
        for level in order
        if level in off and pd.notna(off[level])
    ]
    return say("trust.lead", language, lead=lead, parts=say("trust.and", language).join(parts))


def _tell_sizes(rows: pd.DataFrame, lead: int, language: str) -> str:
    sizes = rows[(rows["level"] == "unit") & (rows["size"] != "all")].sort_values("pupils")
    off = dict(zip(sizes["size"].astype(str), sizes["within_80"].astype(float), strict=True))
    cases = dict(zip(sizes["size"].astype(str), sizes["cells"].astype(int), strict=True))
    order = [str(size) for size in name_sizes(SIZES, TOTAL_SIZES) if size in off]
    parts = [
        say("trust.size", language, size=size, off=f"{off[size]:.0f}", n=cases[size])
        for size in order
    ]
    return say("trust.sizes", language, lead=lead, parts=say("trust.and", language).join(parts))


def _tell_gain(found: Backtest, lead: int, language: str) -> list[str]:
    wape = found.wape("unit")
    if HAND not in wape.index:
        return []
    own, hand = wape[lead].loc[[OWN, HAND]].astype(float).tolist()
    return [say("trust.gain", language, lead=lead, own=f"{own:.1f}", hand=f"{hand:.1f}")]
