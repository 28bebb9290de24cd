"""Homes that a list of pupils says, brought to the rolls and the residents."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from seatplan.case.case import Case
from seatplan.labels import Floats
from seatplan.seating.pairs import Pairs, from_keys

ROUNDS = 100  # of the fit; it ends at once where list, rolls and residents agree
NEAR = 1e-9  # share of the pupils by which a round may still move them


@dataclass(frozen=True)
class Listed:
    """Pupils of a stage whose home a list says: `flows`, grade x pair."""

    pairs: Pairs
    flows: Floats

    def count(self) -> tuple[Floats, Floats]:
        """Return them by block, grade x block, and by school, grade x school."""
        return self.pairs.sum_blocks(self.flows), self.pairs.sum_schools(self.flows)


def fit_listed(case: Case, stage: str, rolls: Floats, pupils: Floats) -> Listed:
    """Fit the pupils of a list (`District.attend`) to the rolls and to the pupils of each block.

    A block sends all its pupils as the list shares them, and a school takes at most its roll:
    iterative proportional fitting (Deming and Stephan 1940), in which schools are only ever cut,
    since blocks without a list fill the rest of their rolls.

    Parameters
    ----------
    rolls
        Of the base year, grade x school.
    pupils
        Who live there, grade x block.
    """
    attend = case.district.attend
    codes = case.axes.grades[case.axes.span(stage)]
    own = attend[attend.index.isin(codes, level="grade")]
    block, school = (
        labels.get_indexer(own.index.get_level_values(name)).astype(np.int64)
        for name, labels in (("block", case.axes.blocks), ("school", case.axes.schools))
    )
    known = (block >= 0) & (school >= 0)
    keys = block[known] * len(case.axes.schools) + school[known]
    pairs = from_keys(keys, len(case.axes.blocks), len(case.axes.schools))
    counts = np.zeros((len(codes), len(pairs)))
    grade = pd.Index(codes).get_indexer(own.index.get_level_values("grade"))[known]
    np.add.at(counts, (grade, pairs.locate(keys)), own.to_numpy(float)[known])
    return Listed(pairs, _fit(pairs, counts, rolls, pupils))


def _fit(pairs: Pairs, counts: Floats, rolls: Floats, pupils: Floats) -> Floats:
    """Fit counts (grade x pair) to pupils by block and, at most, to rolls by school."""
    flows = counts
    for _ in range(ROUNDS):
        before = flows
        flows = flows * _divide(pupils, pairs.sum_blocks(flows))[:, pairs.block]
        flows = flows * np.minimum(_divide(rolls, pairs.sum_schools(flows)), 1.0)[:, pairs.school]
        if np.abs(flows - before).sum() <= NEAR * flows.sum():
            break
    return flows


def _divide(wanted: Floats, there: Floats) -> Floats:
    """Return by what to multiply; 0 where nobody is there."""
    return np.divide(wanted, there, out=np.zeros_like(wanted), where=there > 0)


def join_flows(one: Listed, pairs: Pairs, flows: Floats) -> tuple[Pairs, Floats]:
    """Return the pupils of a list and those who were estimated as one: pairs and flows."""
    if not one.flows.any():
        return pairs, flows
    whole = pairs.union(one.pairs.keys)
    return whole, pairs.carry(flows, whole) + one.pairs.carry(one.flows, whole)


def take_listed(listed: Listed, rolls: Floats, pupils: Floats) -> tuple[Floats, Floats]:
    """Return the rolls and pupils whom no list says: grade x school, grade x block."""
    at_home, at_school = listed.count()
    return _subtract(rolls, at_school), _subtract(pupils, at_home)


def _subtract(whole: Floats, part: Floats) -> Floats:
    """Return what is left, 0 where rounding is all that is."""
    left = whole - part
    return np.where(left > NEAR * (1 + whole), left, 0.0)
