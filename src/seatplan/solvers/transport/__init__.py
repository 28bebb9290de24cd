"""Least-cost flows within capacity: pupils of each block to seats of each school.

The problem is the transport problem of Hitchcock (1941), with pupils left over where the seats in
reach run out. First as many pupils are seated as can be, then with the least pupil-metres; both
exactly. One small problem goes to the network simplex of POT (`dense`); a large one, and one that
is solved again and again (`ways`), to a dual simplex of our own (`dual`) that begins at the tree
where the last one ended. Each answer carries a certificate (`answer`): by how much, at most, any
plan could be cheaper.
"""

from __future__ import annotations

from seatplan.solvers.transport.answer import Transport, least_penalty
from seatplan.solvers.transport.solve import solve_transport
from seatplan.solvers.transport.ways import Ways, prepare_ways

__all__ = ["Transport", "Ways", "least_penalty", "prepare_ways", "solve_transport"]
