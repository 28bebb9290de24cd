"""Whole, contiguous blocks to facilities within capacity, with a lower bound.

Each unit goes whole to one facility; each area is connected and holds its facility's own unit; the
pupils of an area fit its seats; the total cost is least. The parts, in the order a run takes them:
`problem` (locks, groups, homes), `bounds` (how low a plan can be at all), `growth` (a first plan),
`annealing` (many plans, fast), `exact` (a mixed-integer programme over chosen arcs, with contiguity
cuts), `rounds` (which of them when).
"""

from __future__ import annotations

from seatplan.solvers.districting.drawing import draw_districts
from seatplan.solvers.districting.run import Districting, Progress

__all__ = ["Districting", "Progress", "draw_districts"]
