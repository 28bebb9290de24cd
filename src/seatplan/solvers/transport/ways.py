"""Ways made ready for many problems: years x stages x draws."""

from __future__ import annotations

from dataclasses import dataclass

from seatplan.solvers.transport.answer import (
    Transport,
    certify,
    check_counts,
    check_metres,
    least_penalty,
)
from seatplan.solvers.transport.basis import Basis, Floats
from seatplan.solvers.transport.growth import grow_tree, lay_table, read_tree
from seatplan.solvers.transport.params import PARAMS, Params
from seatplan.solvers.transport.solve import solve_transport


@dataclass(frozen=True)
class Ways:
    """Metres from blocks to schools, checked once; `prepare_ways` makes them.

    Parameters
    ----------
    table
        (n, m+1) metres, inf where not allowed; the last column holds the penalty of no seat.
    penalty
        See `Transport.penalty`.
    params
        When the simplex is given up, and for which other.
    """

    table: Floats
    penalty: float
    params: Params = PARAMS

    def seat(self, pupils: Floats, seats: Floats, *, start: Transport | None = None) -> Transport:
        """Solve as `solve_transport` does, from the tree where the answer `start` ended.

        The old prices hold for new pupils and seats, so only schools that are too full now are
        relieved. The answer is exact whatever the start is; one over other ways is left aside.
        """
        metres = self.table[:, :-1]
        pupils, seats = check_counts(pupils, seats, metres)
        tree = None
        if start is not None and start.basis is not None and start.basis.table is self.table:
            tree = start.basis.copy_tree()
        tree = grow_tree(self.table, pupils, seats, tree, turns=self.params.turns)
        if tree is not None:
            basis = Basis(self.table, tree)
            answer = certify(pupils, seats, metres, self.penalty, *read_tree(tree), basis)
            if answer.proven:
                return answer
        return solve_transport(pupils, seats, metres, params=self.params)


def prepare_ways(metres: Floats, *, params: Params = PARAMS) -> Ways:
    """Read (n, m) metres, at least 0, inf where not allowed, for `Ways.seat`.

    Examples
    --------
    >>> import numpy as np
    >>> ways = prepare_ways(np.array([[100.0, 900.0], [200.0, 500.0]]))
    >>> first = ways.seat(np.array([30.0, 20.0]), np.array([40.0, 10.0]))
    >>> ways.seat(np.array([30.0, 15.0]), np.array([40.0, 10.0]), start=first).cost
    7500.0
    """
    metres = check_metres(metres)
    penalty = least_penalty(metres)
    return Ways(lay_table(metres, penalty), penalty, params)
