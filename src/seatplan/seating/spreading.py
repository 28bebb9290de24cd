"""Draws of the rolls, brought to the blocks whose pupils sit in the schools that are drawn."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial

import numpy as np
import pandas as pd
from scipy import sparse

from seatplan.case.axes import Axes
from seatplan.case.case import Case, prepare
from seatplan.demand.agreement import forecast_demand
from seatplan.demand.credibility import credit_rolls, forecast_record
from seatplan.demand.draws import DemandDraws
from seatplan.demand.ensemble import PART, Source, prepare_draws
from seatplan.demand.variant_draws import draw_variants
from seatplan.demand.variants import Variants, read_variants
from seatplan.district.district import District
from seatplan.district.standards import DEFAULT_POLICY, Policy, Standards
from seatplan.errors import InputError
from seatplan.labels import Floats, Ints
from seatplan.seating.assignment import Assignment, assign_pupils
from seatplan.seating.catchments import draw_catchments
from seatplan.seating.origins import fit_origins
from seatplan.travel.costs import TravelCosts

LEAST = 1e-3  # of its forecast that a school draws at least, so that no pupil is lost
PARTS_KEPT = 3  # parts of the rolls that are kept at hand: threads work on neighbouring ones


def draw_demand(
    district: District,
    standards: Standards,
    *,
    n: int = 1000,
    seed: int = 0,
    policy: Policy = DEFAULT_POLICY,
    costs: TravelCosts | None = None,
    variants: Variants | None = None,
) -> DemandDraws:
    """Draw futures of a district's pupils from the record of its rolls, or variants of its inputs.

    Rolls are drawn school by school (`demand.ensemble.draw_rolls`). A draw of a school over its
    forecast is a factor; a block has the mean of the factors of the schools in which its pupils of
    that grade and year sit as the district is, weighted by them. So a school's roll is as uncertain
    as its own record says where its pupils come from blocks of its own, and less where it shares
    them with others. Schools without a record have the factor of their grade in the district;
    years on record have 1. Grades whose record is too short, which may be all of them, are drawn
    from variants of births, infants, migration, take-up and housing (`draw_variants`).

    Parameters
    ----------
    n
        How many futures, at least 1.
    seed
        The same seed gives the same futures, in whatever parts they are worked through.
    policy
        As for `evaluate`.
    costs
        The ways of an earlier outcome of the same district.
    variants
        What else the inputs may be, with chances (`read_variants`); seatplan's own without it.

    Raises
    ------
    InputError
        `n` is below 1, or variants name births that the district does not have.
    """
    if n < 1:
        raise InputError(f"draws: n {n}; want 1 or more")
    known = variants or read_variants()
    others = draw_variants(district, standards, known, n=n, seed=seed, births=policy.births)
    credit = credit_rolls(district, standards)
    if credit is None:
        return others
    rolls = forecast_record(district, credit.rolls, district.horizon)
    case = prepare(district, standards, policy=policy, ways=costs)
    forecast = forecast_demand(case)
    origins = fit_origins(case, forecast)
    catchments = draw_catchments(case, forecast, origins)
    assignment = assign_pupils(case, forecast, origins, catchments)
    units, grades = rolls.rolls.units, rolls.rolls.grades
    spreading = Spreading(
        ratios=lru_cache(PARTS_KEPT)(partial(_draw_ratios, prepare_draws(rolls, n, seed))),
        matrices=_weigh_schools(case, assignment, units),
        grade=pd.Index(grades).get_indexer(pd.Index(case.axes.grades)).astype(np.int64),
        first=rolls.rolls.years[-1] + 1 - district.base_year,
        axes=case.axes,
    )
    axes, untold = case.axes, spreading.grade < 0

    def make(first: int, last: int) -> Floats:
        factors = spreading.make(first, last)
        if untold.any():
            factors[:, untold] = others.factors(first, last)[:, untold]
        return factors

    pull = partial(spreading.pull, units)
    return DemandDraws(n, axes.blocks, axes.grades, axes.years, make, "rolls", pull=pull)


@dataclass(frozen=True)
class Spreading:
    """What turns draws of rolls into factors of blocks.

    Parameters
    ----------
    ratios
        Draws over their forecast by the number of the part, (unit + 1, grade, lead, draw).
    matrices
        By grade and year: the share of each block's pupils in each unit, block x (unit + 1); the
        last column holds pupils of schools without a record.
    grade
        Position of each grade among those of the rolls, -1 where they do not have it.
    first
        Position of the first year that is drawn.
    """

    ratios: Callable[[int], Floats]
    matrices: Sequence[Sequence[sparse.csr_array]]
    grade: Ints
    first: int
    axes: Axes

    def make(self, first: int, last: int) -> Floats:
        """Return factors (block, grade, year, draw) of the draws from `first` up to `last`."""
        ratios, axes = self._draw(first, last), self.axes
        factors = np.ones((len(axes.blocks), len(axes.grades), len(axes.years), last - first))
        for at, grade in enumerate(self.grade):
            for year in range(self.first, len(axes.years)):
                lead = min(year - self.first, ratios.shape[2] - 1)
                if grade >= 0:
                    factors[:, at, year] = self.matrices[at][year] @ ratios[:, grade, lead]
        return factors

    def pull(
        self, units: pd.Index, schools: pd.Index, grades: slice, first: int, last: int
    ) -> Floats:
        """Return how many times its forecast each school draws, (school, grade, year, draw).

        `units`: those of the rolls; schools without a record have the factor of their grade.
        """
        ratios, axes = self._draw(first, last), self.axes
        found = units.get_indexer(schools)
        unit = np.where(found >= 0, found, len(units))
        own = self.grade[grades]
        pull = np.ones((len(schools), len(own), len(axes.years), last - first))
        for at in np.flatnonzero(own >= 0):
            for year in range(self.first, len(axes.years)):
                lead = min(year - self.first, ratios.shape[2] - 1)
                pull[:, at, year] = ratios[unit, own[at], lead]
        return np.maximum(pull, LEAST)

    def _draw(self, first: int, last: int) -> Floats:
        """Return the ratios of the draws from `first` up to `last`."""
        parts = []
        for number in range(first // PART, (last - 1) // PART + 1):
            start = number * PART
            inside = slice(max(first - start, 0), min(last - start, PART))
            parts.append(self.ratios(number)[..., inside])
        return np.concatenate(parts, axis=-1)


def _draw_ratios(source: Source, number: int) -> Floats:
    """Return a part of the draws over their forecast, (unit + 1, grade, lead, draw).

    The last is of all units, and so is that of a unit that is not forecast to have such pupils.
    """
    drawn = np.moveaxis(source.draw_part(number).astype(np.float64), 0, -1)
    centres = np.stack([shocks.centre for shocks in source.shocks], axis=-1)
    centre = centres.astype(np.float64)[..., None]
    whole = centre.sum(axis=0)
    every = np.divide(drawn.sum(axis=0), whole, out=np.ones(drawn.shape[1:]), where=whole > 0)
    own = np.repeat(every[None], len(drawn), axis=0)
    np.divide(drawn, centre, out=own, where=centre > 0)
    return np.concatenate([own, every[None]])


def _weigh_schools(
    case: Case, assignment: Assignment, units: pd.Index
) -> list[list[sparse.csr_array]]:
    """Return the share of each block's pupils in each unit by grade and year; see `Spreading`."""
    axes = case.axes
    at = units.get_indexer(axes.schools)
    unit = np.where(at >= 0, at, len(units))
    shape = (len(axes.blocks), len(units) + 1)
    matrices = []
    for stage in axes.stages:
        pairs, flows = assignment.pairs[stage], assignment.flows[stage]
        whole = pairs.gather_blocks(flows)
        shares = np.divide(flows, whole[pairs.block], out=np.zeros_like(flows), where=flows > 0)
        empty = np.where(whole > 0, 0.0, 1.0)  # a block without pupils follows the district
        rows = np.append(pairs.block, np.arange(shape[0]))
        columns = np.append(unit[pairs.school], np.full(shape[0], len(units)))
        cells = np.concatenate([shares, empty])
        matrices += [
            [
                sparse.csr_array((cells[:, grade, year], (rows, columns)), shape)
                for year in range(len(axes.years))
            ]
            for grade in range(cells.shape[1])
        ]
    return matrices
