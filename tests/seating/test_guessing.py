"""Who is guessed to go beyond the nearest school."""

from types import SimpleNamespace
from typing import cast

import numpy as np

from seatplan.seating.charges import Charges
from seatplan.seating.guessing import guess_moves
from seatplan.solvers.transport.pairs import Pairs


class Town:
    """Blocks and schools on a line; every way is as long as by air."""

    def __init__(self, homes: list[float], gates: list[float]) -> None:
        lay = [np.array([[x, 0.0] for x in places]) for places in (homes, gates)]
        self.ways = SimpleNamespace(
            homes=SimpleNamespace(xy=lay[0]), gates=SimpleNamespace(xy=lay[1])
        )
        self.schools, self.charge = np.arange(len(gates)), np.zeros(len(gates))
        self.size = len(homes), len(gates)
        self.table = np.abs(lay[0][:, None, 0] - lay[1][:, 0])

    def pair(self, block: np.ndarray, school: np.ndarray) -> Pairs:
        return Pairs(block, school, self.table[block, school], *self.size)

    def guess(self, pupils: list[float], seats: list[float]) -> list[tuple[int, int]]:
        block, school = (at.ravel() for at in np.indices(self.size))
        town = cast(Charges, self)
        found = guess_moves(town, self.pair(block, school), np.array(pupils), np.array(seats))
        return list(zip(found.block.tolist(), found.school.tolist(), strict=True))


# Blocks at 0, 100, 200, 900, 1000; schools at 100 and 900.
LINE = Town([0.0, 100.0, 200.0, 900.0, 1000.0], [100.0, 900.0])


def test_nobody_moves_where_every_school_has_its_own():
    assert LINE.guess([10, 10, 10, 10, 10], [30, 20]) == []


def test_the_block_with_the_least_detour_goes_first():
    # School 0 has 30 at home for 25 seats: five go on, and block 2 is 100 m on the way.
    assert LINE.guess([10, 10, 10, 10, 10], [25, 25]) == [(2, 1)]


def test_as_many_blocks_go_as_have_the_pupils():
    # 15 go on: the 10 of block 2, and some of the next.
    assert LINE.guess([10, 10, 10, 10, 10], [15, 35]) == [(2, 1), (1, 1)]


def test_a_school_without_seats_is_nobody_s_own():
    assert LINE.guess([10, 10, 10, 10, 10], [0, 50]) == []
