"""Events in rolls: openings, closures, renames, gaps, moved boundaries, each with its year."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from seatplan.demand.handovers import Event, find_handovers, find_slips
from seatplan.demand.panel import Flags, Floats, Ints, Panel, build_panel, sum_by
from seatplan.demand.progression import bring_up, fit_ratios
from seatplan.demand.rolls import Rolls

COLUMNS = ["unit", "year", "kind", "grades", "pupils", "other"]
JUMP_SPREADS = 4.0  # robust standard errors beyond which a unit's year is an event
JUMP_SHARE = 0.1  # and the least share of its pupils
ANSWER = 0.5  # share of a jump that siblings take or give the same year: a boundary was moved


def find_events(rolls: Rolls) -> pd.DataFrame:
    """Find what happened to units that is not growth.

    The forecast needs no list: shares of a parent start anew when the set of its places that teach
    a grade changes, and ratios give little weight to years that lie far from the others. The list
    is for people, to check against what they know.

    Returns
    -------
    One row per event, by unit and year: `kind`, `grades` (codes, space-separated), `pupils`
    (gained or, negative, lost against what was expected; the roll itself for openings and
    closures) and `other`, the unit that has the pupils now. Kinds are

    - opening, closure: the first year of a unit, the first without it;
    - phase_in, phase_out: the first year of a grade in a unit that stood before, the first year
      without it in a unit that stays;
    - gap: the first of the years without a grade that was taught before and after;
    - boundary: far more or fewer pupils moved up than in other years, and the other units of the
      same parent lost or gained at least half of them;
    - jump: the same without an answer from the siblings;
    - rename, merger: a closure whose pupils are those of a unit that opened, or joined one that
      stands (`other`);
    - slip: a count four times those of the years before and after, or a quarter of them.
    """
    panel = build_panel(rolls)
    rows = [
        *_find_spans(panel),
        *_find_jumps(panel),
        *find_handovers(panel),
        *find_slips(panel),
    ]
    table = pd.DataFrame(rows, columns=COLUMNS)
    return table.sort_values(["unit", "year", "kind"], ignore_index=True)


def _find_spans(panel: Panel) -> Iterator[Event]:
    """Read openings, closures, phases and gaps off where grades are taught."""
    pupils = np.nan_to_num(np.where(np.isfinite(panel.below), panel.units.pupils, panel.raw))
    taught = pupils > 0
    there = np.asarray(taught.any(axis=1))
    last = taught.shape[2] - 1
    first_year, end_year = _span(there)
    begins, ends = _span(taught)
    for unit, name in enumerate(panel.units.labels):
        if not there[unit].any():
            continue
        first, end = first_year[unit], end_year[unit]
        if first > 0:
            total, grades = pupils[unit, :, first].sum(), _join(panel, taught[unit, :, first])
            yield (name, panel.years[first], "opening", grades, total, "")
        if end < last:
            total, grades = -pupils[unit, :, end].sum(), _join(panel, taught[unit, :, end])
            yield (name, panel.years[end] + 1, "closure", grades, total, "")
        ever = taught[unit].any(axis=1)
        for year in range(first + 1, end + 1):
            new = ever & (begins[unit] == year)
            if new.any():
                total = pupils[unit, new, year].sum()
                yield (name, panel.years[year], "phase_in", _join(panel, new), total, "")
            gone = ever & (ends[unit] == year - 1)
            if gone.any():
                total = -pupils[unit, gone, year - 1].sum()
                yield (name, panel.years[year], "phase_out", _join(panel, gone), total, "")
            out = taught[unit, :, year - 1] & ~taught[unit, :, year] & (ends[unit] > year)
            if out.any():
                total = -pupils[unit, out, year - 1].sum()
                yield (name, panel.years[year], "gap", _join(panel, out), total, "")


def _span(taught: Flags) -> tuple[Ints, Ints]:
    """First and last position along the last axis that is true."""
    return taught.argmax(axis=-1), taught.shape[-1] - 1 - taught[..., ::-1].argmax(axis=-1)


def _join(panel: Panel, grades: Flags) -> str:
    return " ".join(code for code, there in zip(panel.grades, grades, strict=True) if there)


def _find_jumps(panel: Panel) -> Iterator[Event]:
    """Years in which far more or fewer pupils than usual moved up in a unit, in all its grades."""
    gained, expected = _compare_moves(panel)
    spreads = gained / np.sqrt(np.maximum(expected, 1.0))
    known = expected > 0
    if not known.any():
        return
    scale = max(1.4826 * float(np.median(np.abs(spreads[known]))), 1.0)
    jumped = known & (np.abs(spreads) > JUMP_SPREADS * scale)
    jumped &= np.abs(gained) > JUMP_SHARE * expected
    parent = panel.units.parent
    family = sum_by(gained, parent, int(parent.max()) + 1)[parent]
    others = family - gained
    for unit, step in np.argwhere(jumped):
        answered = -others[unit, step] / gained[unit, step] >= ANSWER
        kind = "boundary" if answered else "jump"
        year = panel.years[step + 1]
        yield (panel.units.labels[unit], year, kind, "", round(float(gained[unit, step]), 1), "")


def _compare_moves(panel: Panel) -> tuple[Floats, Floats]:
    """Pupils who moved up beyond what the unit's ratios expect, and those expected, (unit, step).

    Grades that were phased in or out are left out.
    """
    pupils = panel.units.pupils
    moving = bring_up(pupils, panel.follows)
    ratios = fit_ratios(pupils, moving, panel.ancestors(len(panel.levels) - 1))
    before, after = pupils[:, :-1, :-1], pupils[:, 1:, 1:]
    stood = np.isfinite(pupils[:, 1:, :-1]) & np.isfinite(pupils[:, :-1, 1:])
    valid = stood & np.isfinite(before) & np.isfinite(after) & panel.follows[1:, None]
    expected = np.where(valid, before * ratios[:, 1:, None], 0.0)
    gained = np.where(valid, after, 0.0) - expected
    return gained.sum(axis=1), expected.sum(axis=1)
