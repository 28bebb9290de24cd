"""Floating catchments: how many seats are within reach of whom, by distance alone."""

from __future__ import annotations

import numpy as np

from seatplan.labels import Floats


def float_catchments(pupils: Floats, seats: Floats, weights: Floats) -> Floats:
    """Return the seats within reach for each pupil, by block: two-step floating catchment areas.

        R_j = S_j / sum_i w_ij P_i          seats for each pupil in reach of school j
        A_i = sum_j w_ij R_j                summed over the schools in reach of block i

    With weights of 0 and 1 it is the two-step method (Luo and Wang 2003); with weights that fall by
    steps of distance the enhanced one (Luo and Qi 2009). The pupils' mean of A, over those whom
    some school reaches, is seats / pupils of the whole wherever every school reaches somebody.

    Parameters
    ----------
    pupils
        Of each block, at least 0.
    seats
        Of each school, at least 0; a school that reaches nobody gives nothing.
    weights
        Block x school, 0 to 1: how far the school counts as within reach.

    >>> weights = np.array([[1.0, 0.0], [1.0, 1.0]])     # the second block reaches both schools
    >>> float_catchments(np.array([10.0, 30.0]), np.array([40.0, 15.0]), weights).tolist()
    [1.0, 1.5]
    """
    reached = pupils @ weights
    ratio = np.divide(seats, reached, out=np.zeros_like(seats), where=reached > 0)
    found: Floats = weights @ ratio
    return found


def weigh_by_steps(metres: Floats, steps: dict[float, float]) -> Floats:
    """Return weights that fall by steps of distance: the weight of the first step that reaches.

    Parameters
    ----------
    metres
        Block x school.
    steps
        Metres -> weight of all ways up to there and beyond the step before, in rising order; beyond
        the last the weight is 0.

    >>> weigh_by_steps(np.array([[100.0, 600.0, 2000.0]]), {500.0: 1.0, 1000.0: 0.42}).tolist()
    [[1.0, 0.42, 0.0]]
    """
    reached = [metres <= step + 1e-6 for step in steps]
    return np.select(reached, list(steps.values()), default=0.0)
