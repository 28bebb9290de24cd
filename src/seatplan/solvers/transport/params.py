"""How transport problems are gone about: no answer hangs on it, only the time that it takes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Params:
    """Sizes at which one way of solving gives place to another, and when a way is given up.

    Parameters
    ----------
    dense_arcs
        Blocks times schools up to which `solve_transport` takes the primal simplex.
    turns
        Turns of the dual simplex for each node of its tree before it is given up; from bare ground
        it takes one or two.
    cells
        Blocks times schools up to which a regularised problem is laid out as a table of all pairs.
    pivots
        Turns of the primal simplex for each node of its tree before it is given up.
    near, far
        Nearest schools with which a block begins, and one whose nearest school is too full.
    few
        Further schools at a time for a block whose schools are short of seats.
    easy, hard
        Times all blocks may be filled in a search for prices, begun at prices at hand and at those
        of a simplex.
    narrow
        Schools up to which no order of them is looked for that keeps the matrix near its diagonal.
    accuracy
        Share of the pupils by which seats may be missed before an answer is refused.
    """

    dense_arcs: int = 200_000
    turns: int = 50
    cells: int = 500_000
    pivots: int = 10_000
    near: int = 12
    far: int = 32
    few: int = 4
    easy: int = 24
    hard: int = 2_000
    narrow: int = 64
    accuracy: float = 1e-9


PARAMS = Params()
