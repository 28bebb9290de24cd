"""Least-cost flows within capacity: pupils of each block to seats of each school.

The problem is the transport problem of Hitchcock (1941), with pupils left over where the seats in
reach run out. First as many pupils are seated as can be, then with the least pupil-metres; both
exactly. One small problem, and one over listed ways, goes to a primal network simplex (`primal`); a
large table, and one that is solved again and again (`ways`), to a dual simplex (`dual`) that begins
at the tree where the last one ended. Each answer carries a certificate (`answer`): by how much, at
most, any plan could be cheaper.

Many plans may share the least cost. Where figures hang on which of them is taken, `regularised`
finds the one that a quadratic term makes the only one, whatever the order of rows and the cuts of
blocks.
"""

from __future__ import annotations

from seatplan.solvers.transport.answer import Transport, least_penalty
from seatplan.solvers.transport.pairs import (
    Pairs,
    charge_outside,
    list_pairs,
    nearest_pairs,
)
from seatplan.solvers.transport.regularised import Regularised, solve_regularised
from seatplan.solvers.transport.solve import solve_transport
from seatplan.solvers.transport.ways import Ways, prepare_ways

__all__ = [
    "Pairs",
    "Regularised",
    "Transport",
    "Ways",
    "charge_outside",
    "least_penalty",
    "list_pairs",
    "nearest_pairs",
    "prepare_ways",
    "solve_regularised",
    "solve_transport",
]
