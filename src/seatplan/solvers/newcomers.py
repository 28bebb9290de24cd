"""Those who stay and those who come, block by block, in one pass over the pairs."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from seatplan.solvers.compiled import compiled

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@compiled
def join_newcomers(stayers: Floats, shares: Floats, wanted: Floats, runs: Ints) -> None:
    """Bring the pupils of each block to the number wanted; changes `stayers`.

    Where more stay than are wanted, all leave in proportion; where fewer do, the others come by the
    shares of their block.

    Parameters
    ----------
    stayers
        Pupils who stay, pair x grade x draw; pairs in the order of their blocks.
    shares
        Share of the newcomers of each grade of a block, pair x grade.
    wanted
        Pupils of each block, block x grade x draw.
    runs
        Block b has the pairs `runs[b]` to `runs[b + 1]`.
    """
    grades, draws = stayers.shape[1], stayers.shape[2]
    kept, coming = np.empty(draws), np.empty(draws)
    for block in range(len(wanted)):
        for grade in range(grades):
            kept[:] = 0.0
            for pair in range(runs[block], runs[block + 1]):
                for draw in range(draws):
                    kept[draw] += stayers[pair, grade, draw]
            for draw in range(draws):
                present, asked = kept[draw], wanted[block, grade, draw]
                coming[draw] = max(asked - present, 0.0)
                kept[draw] = asked / present if present > asked else 1.0
            for pair in range(runs[block], runs[block + 1]):
                share = shares[pair, grade]
                for draw in range(draws):
                    stays = stayers[pair, grade, draw] * kept[draw]
                    stayers[pair, grade, draw] = stays + coming[draw] * share
