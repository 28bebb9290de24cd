"""Ageing: the residents of small areas carried on to a later age, as earlier cohorts went there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from seatplan.demand.panel import Floats, Ints, sum_by
from seatplan.demand.progression import DECAY
from seatplan.errors import InputError

PARTS = tuple(np.linspace(0.0, 1.0, 11))  # weights of the aged cohort that are tried
USUAL_PART = 0.7  # where no earlier forecast can be held against what came
LEAST = 0.5  # residents that logs are taken of where there are none


@dataclass(frozen=True)
class Cohorts:
    """Counts of one age and of the age that it has `lead` years later, by area and year.

    Parameters
    ----------
    young, old
        (area, year), residents; the same consecutive years.
    lead
        Years from the one age to the other, at least 1.
    chain
        Size of each level above the areas and the place of each area in it, coarse to fine, as
        `Panel.ancestors`; the whole first.
    """

    young: Floats
    old: Floats
    lead: int
    chain: list[tuple[int, Ints]]

    def until(self, year: int) -> Cohorts:
        """Return what was known in the year at position `year`."""
        cut = slice(year + 1)
        return Cohorts(self.young[:, cut], self.old[:, cut], self.lead, self.chain)


def age_residents(cohorts: Cohorts) -> Floats:
    """Forecast the residents of the later age, `lead` years after the last year, by area.

    Two sources, weighed in logs: those of the earlier age times the area's own cohort ratio, and
    the area's share of the later age in the years on record times the whole's forecast. Families
    that leave after a birth show in the first, homes that always hold children of that age in the
    second. The weight is the one whose forecasts of the years on record would have missed least.

    Raises
    ------
    InputError
        The record is not longer than `lead`: no cohort has been seen at both ages.
    """
    if cohorts.young.shape[1] <= cohorts.lead:
        raise InputError(
            f"residents: {cohorts.young.shape[1]} years on record; a cohort that is followed for "
            f"{cohorts.lead} takes {cohorts.lead + 1}"
        )
    return _join(*_expect(cohorts), choose_part(cohorts))


def choose_part(cohorts: Cohorts) -> float:
    """Weight of the aged cohort, 0 to 1, by forecasts from every year on record that allows one."""
    years, lead = cohorts.young.shape[1], cohorts.lead
    misses = np.zeros(len(PARTS))
    for origin in range(lead, years - lead):
        aged, share = _expect(cohorts.until(origin))
        actual = cohorts.old[:, origin + lead]
        for at, part in enumerate(PARTS):
            misses[at] += np.abs(_join(aged, share, part) - actual).sum()
    return float(PARTS[int(np.argmin(misses))]) if misses.any() else USUAL_PART


def _join(aged: Floats, share: Floats, part: float) -> Floats:
    """Mean of both sources in logs, of the whole's forecast in all."""
    logs = [np.log(np.maximum(source, LEAST)) for source in (aged, share)]
    joined = np.exp(part * logs[0] + (1 - part) * logs[1])
    return np.asarray(joined * share.sum() / max(joined.sum(), LEAST))


def _expect(cohorts: Cohorts) -> tuple[Floats, Floats]:
    """Both sources by area: the aged cohort, and the share of the whole's."""
    years, lead = cohorts.young.shape[1], cohorts.lead
    weight = DECAY ** np.arange(years)[::-1]
    came = cohorts.old[:, lead:] @ weight[lead:]
    began = cohorts.young[:, : years - lead] @ weight[lead:]
    now = cohorts.young[:, -1]
    whole = now.sum() * came.sum() / max(began.sum(), LEAST)
    lived = cohorts.old @ weight
    share = whole * lived / max(lived.sum(), LEAST)
    return now * shrink_down(began, came, cohorts.chain), np.asarray(share)


def shrink_down(old: Floats, new: Floats, chain: list[tuple[int, Ints]]) -> Floats:
    """Ratios new / old of areas, those of each level drawn to those of the level above.

    Empirical Bayes by moments (Marshall, *Applied Statistics* 40, 1991), level by level: what
    ratios of a level differ from those above by more than counts of that size do by chance is
    their own, and each is believed as far as its count can tell it from chance.
    """
    ratio = np.array([new.sum() / max(old.sum(), LEAST)])
    above = np.zeros(len(old), dtype=np.int64)
    for count, place in [*chain, (len(old), np.arange(len(old)))]:
        parent = np.zeros(count, dtype=np.int64)
        parent[place] = above
        ratio = _shrink(sum_by(old, place, count), sum_by(new, place, count), ratio[parent])
        above = place
    return ratio


def _shrink(old: Floats, new: Floats, prior: Floats) -> Floats:
    """Draw new / old to `prior`, each place by the pseudo-residents that the spread allows."""
    seen = old > 0
    ratio = np.divide(new, old, out=prior.copy(), where=seen)
    total = max(old.sum(), LEAST)
    spread = (old * (ratio - prior) ** 2).sum() / total
    chance = (prior * seen).sum() / total
    between = max(spread - chance, 0.0)
    if between <= 0:
        return prior
    pseudo = prior / between
    return np.asarray((new + pseudo * prior) / (old + pseudo))
