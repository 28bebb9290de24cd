"""Axes: the labels along which the arrays of a case are laid out, in one order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import pandas as pd

from seatplan.district.district import District
from seatplan.district.standards import Standards
from seatplan.labels import Floats, Ints

Counts = TypeVar("Counts", Floats, Ints)


@dataclass(frozen=True)
class Axes:
    """The labels of a district under its rules; arrays count along them by position.

    `blocks`, `schools`, `stages`, `grades` and `years` are the labels. `spans` holds the grades of
    each stage, as positions in `grades`.
    """

    blocks: pd.Index
    schools: pd.Index
    stages: tuple[str, ...]
    grades: tuple[str, ...]
    years: tuple[int, ...]
    spans: tuple[slice, ...]

    def span(self, stage: str) -> slice:
        """Return the positions of the grades of a stage."""
        return self.spans[self.stages.index(stage)]

    def sum_grades(self, counts: Counts, axis: int) -> Counts:
        """Sum an array over the grades of each stage; the dimension `axis` becomes the stage."""
        first = [span.start for span in self.spans]
        sums: Counts = np.add.reduceat(counts, first, axis=axis)
        return sums


def lay_axes(district: District, standards: Standards) -> Axes:
    """Take the labels of a district and its rules, in their order."""
    ends = np.cumsum([len(stage.grades) for stage in standards.stages])
    return Axes(
        blocks=district.blocks.index.rename("block"),
        schools=district.schools.index.rename("school"),
        stages=tuple(stage.code for stage in standards.stages),
        grades=tuple(standards.grades),
        years=tuple(district.years),
        spans=tuple(
            slice(int(end) - len(stage.grades), int(end))
            for end, stage in zip(ends, standards.stages, strict=True)
        ),
    )
