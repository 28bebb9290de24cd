"""draw_lines(): each target of a plan as a line from what it starts from to its year."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from seatplan.audit.audit import TOLD, read_number
from seatplan.audit.figures import NOBODY, find_lacking
from seatplan.audit.promises import NumberEntry, PlanFile
from seatplan.measures.needs import Missing
from seatplan.outcome import Outcome


@dataclass(frozen=True)
class Target:
    """A target of the plan as a line from its start: what the line has for the year, what came."""

    number: NumberEntry
    start: float
    line: float
    came: float | None
    state: Literal["reached", "on the way", "behind", "cannot be computed"]
    missing: Missing | None = None


def draw_lines(plan: PlanFile, now: Outcome, base: int, year: int) -> Iterator[Target]:
    """Draw each target of the plan as a line from what it starts from to its year.

    Where the start is beyond the target already (a ceiling kept, a share passed), the line is the
    target.
    """
    for number in plan.number:
        figure = number.figure
        if figure is None or number.unit != "percent" or (number.year or base) <= year - 1:
            continue
        starts = [
            other.value
            for other in plan.number
            if other.figure
            and (other.figure.name, other.figure.stages) == (figure.name, figure.stages)
            and (other.year or base) <= base
        ]
        last = number.year or base
        if last <= base:
            continue
        start = starts[-1] if starts else number.value
        sign = -1.0 if number.bound == "at_most" else 1.0
        ahead = sign * (start - number.value) >= 0  # nobody is asked to fall back to a target
        part = 1.0 if ahead else (year - base) / (last - base)
        line = start + (number.value - start) * part
        missing = find_lacking(figure, now.district)
        came = np.nan if missing else read_number(number, now)
        if np.isnan(came):
            missing = missing or NOBODY
            yield Target(number, start, line, None, "cannot be computed", missing)
            continue
        half = min(number.half_digit, TOLD)
        if sign * (came - number.value) >= -half:
            yield Target(number, start, line, came, "reached")
        else:
            reached = sign * (came - line) >= -half
            yield Target(number, start, line, came, "on the way" if reached else "behind")
