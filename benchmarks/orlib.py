"""OR-Library's p-median and capacitated instances, read into arrays.

J. E. Beasley, OR-Library, J. Oper. Res. Soc. 41 (1990) 1069-1072; the instances are those of
Beasley, EJOR 21 (1985) 270-273 and EJOR 33 (1988) 435-444.
"""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import shortest_path

from seatplan.errors import InputError
from seatplan.solvers.location.answer import Floats


@dataclass(frozen=True)
class CapacitatedInstance:
    """Cost of serving all of a customer, demand, capacity and opening cost."""

    cost: Floats  # (customers, sites)
    demand: Floats
    capacity: Floats
    fixed: Floats


def read_words(path: Path) -> list[str]:
    """Return the words of a text file, packed by gzip or not."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="ascii") as file:
        return file.read().split()


def read_pmed(path: Path) -> tuple[Floats, int]:
    """Return all-pairs distances and p; of edges named twice the last counts."""
    words = np.array(read_words(path), np.int64)
    count, p = int(words[0]), int(words[2])
    edges = {(min(i, j), max(i, j)): length for i, j, length in words[3:].reshape(-1, 3)}
    ends = np.array(list(edges), np.int64).T - 1
    lengths = np.array(list(edges.values()), float)
    graph = coo_matrix((lengths, (ends[0], ends[1])), shape=(count, count))
    return shortest_path(graph.tocsr(), directed=False), p


def read_cap(path: Path, capacity: float | None = None) -> CapacitatedInstance:
    """Return a capacitated instance; `capacity` stands where the file leaves the number open."""
    words = read_words(path)
    sites, customers = int(words[0]), int(words[1])
    if "capacity" in words[2 : 2 + 2 * sites] and capacity is None:
        raise InputError(f"{path.name}: leaves the capacity open; name one, as in capacity=5000")
    numbers = np.array([capacity if word == "capacity" else word for word in words[2:]], float)
    offered = numbers[: 2 * sites].reshape(sites, 2)
    rows = numbers[2 * sites :].reshape(customers, 1 + sites)
    return CapacitatedInstance(rows[:, 1:], rows[:, 0], offered[:, 0], offered[:, 1])
