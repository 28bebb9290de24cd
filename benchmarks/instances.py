"""Published instances of school service areas, read from a folder that the user names.

The instances of Kong (github.com/yfkong/AFSAP) state no licence and are not part of this project.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Instance:
    """Arrays for `draw_districts`, and the best cost published."""

    name: str
    pupils: NDArray[np.float64]
    seats: NDArray[np.float64]
    cost: NDArray[np.float64]
    neighbours: NDArray[np.int64]
    home: NDArray[np.int64]
    best: float


def read_instances(folder: Path) -> list[Instance]:
    """Return the instances that `best_known.csv` of the folder lists, small ones first."""
    with (folder / "best_known.csv").open(newline="") as rows:
        found = [read_instance(folder, row) for row in csv.DictReader(rows)]
    return sorted(found, key=lambda item: (item.cost.shape[0], item.name))


def read_instance(folder: Path, row: dict[str, str]) -> Instance:
    """Read one instance: cost = pupils x straight metres / 1000."""
    units = np.loadtxt(folder / row["file"], skiprows=1)
    pairs = np.loadtxt(
        folder / row["connectivity_file"], skiprows=1, delimiter=",", usecols=(1, 2), dtype=int
    )
    place = {int(unit): i for i, unit in enumerate(units[:, 0])}
    neighbours = np.array([[place[a], place[b]] for a, b in pairs if a != b])
    home = np.flatnonzero(units[:, 6] > 0)
    offset = units[:, None, 2:4] - units[None, home, 2:4]
    cost = units[:, 1, None] * np.hypot(offset[..., 0], offset[..., 1]) / 1000
    best = float(row["best_known_any_solver"])
    return Instance(row["instance"], units[:, 1], units[home, 6], cost, neighbours, home, best)
