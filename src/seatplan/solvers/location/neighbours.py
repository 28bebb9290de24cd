"""Choices of sizes next to one choice, the most promising first."""

from __future__ import annotations

import numpy as np

from seatplan.solvers.location.answer import Floats, Ints
from seatplan.solvers.location.offer import Offer

MOVES = 300  # openings that are paired with changes elsewhere
TRIES = 8  # neighbours worth serving in full


def find_neighbours(offer: Offer, sizes: Ints, earning: Floats) -> list[Ints]:
    """Return choices that differ from `sizes` at one or two sites, most promising first.

    `earning` is taken at the prices of `sizes`: a change of it bounds the change of cost from
    below, so that a choice without a fall need not be tried.
    """
    sites, levels = np.indices(earning.shape)
    change = earning - earning[np.arange(len(sizes)), sizes][:, None]
    room = offer.capacity - offer.capacity[np.arange(len(sizes)), sizes][:, None]
    allowed = (levels != sizes[:, None]) & (levels >= offer.low[:, None])
    allowed &= np.isfinite(change)
    standing = np.flatnonzero(allowed & (sizes[:, None] > 0))
    opening = np.flatnonzero(allowed & (sizes[:, None] == 0))
    opening = opening[np.argsort(change.ravel()[opening], kind="stable")[:MOVES]]
    keep = np.concatenate([standing, opening])
    site, level = sites.ravel()[keep], levels.ravel()[keep]
    gain, space = change.ravel()[keep], room.ravel()[keep]
    opened = (level > 0).astype(int) - (sizes[site] > 0)
    spare = offer.capacity[np.arange(len(sizes)), sizes].sum() - offer.demand.sum()
    left = offer.most - int((sizes > 0).sum())
    pair_gain = gain[:, None] + gain
    fits = (space[:, None] + space >= -spare) & (opened[:, None] + opened <= left)
    pair_gain[~fits | (site[:, None] >= site) | (pair_gain >= 0)] = np.inf
    single_gain = np.where((space >= -spare) & (opened <= left) & (gain < 0), gain, np.inf)
    gains = np.vstack([single_gain, pair_gain])  # row 0: one change, row r: change r - 1 as well
    best = np.argsort(gains, axis=None, kind="stable")[:TRIES]
    neighbours = []
    for row, column in zip(*np.unravel_index(best, gains.shape), strict=True):
        if np.isfinite(gains[row, column]):
            neighbour = sizes.copy()
            neighbour[site[column]] = level[column]
            if row > 0:
                neighbour[site[row - 1]] = level[row - 1]
            neighbours.append(neighbour)
    return neighbours
