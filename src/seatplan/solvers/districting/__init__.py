"""Whole, contiguous blocks to facilities within capacity, with a lower bound.

Each unit goes whole to one facility; each area is connected and holds its facility's own unit; the
pupils of an area fit its seats; the total cost is least. The parts, in the order a run takes them:
`problem` (locks, groups, homes), `bounds` (how low a plan can be at all), `growth` (a first plan),
`annealing` (the search), `areas` (the best combination of areas met), `exact` (a mixed-integer
programme over what the bound leaves open, with contiguity cuts).
"""

from __future__ import annotations

from seatplan.solvers.districting.search import Districting, Progress, draw_districts

__all__ = ["Districting", "Progress", "draw_districts"]
