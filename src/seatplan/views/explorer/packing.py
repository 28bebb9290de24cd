"""Columns of numbers as compact text that a page unpacks in milliseconds.

Each column is stored as differences: from the first part (the first scenario) where it has parts,
then from the year before within a row; then in the smallest whole-number type, deflated, in
base 64. Floats are stored as they are. `unpack.js` is the other half.
"""

from __future__ import annotations

import base64
import zlib
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

Integers = npt.NDArray[np.int64]


@dataclass
class Packer:
    """Collects columns; `pack` gives them as one JSON value."""

    columns: dict[str, tuple[Integers, int, int]] = field(default_factory=dict)
    floats: dict[str, npt.NDArray[np.floating[Any]]] = field(default_factory=dict)

    def add(self, name: str, values: npt.ArrayLike, *, row: int = 0, parts: int = 1) -> None:
        """Add a column: rows of `row` values that resemble their neighbour, in `parts` alike."""
        flat = np.asarray(values).astype(np.int64).ravel()
        self.columns[name] = (flat, row, flat.size // parts if parts > 1 else 0)

    def add_floats(self, name: str, values: npt.ArrayLike, *, single: bool = False) -> None:
        """Add a column of floats, to the last bit; to seven digits where `single`."""
        kind: Any = np.float32 if single else np.float64
        self.floats[name] = np.asarray(values, dtype=kind).ravel()

    def pack(self) -> dict[str, Any]:
        """Return the columns as {"columns": [[name, type, size, row, part]], "text"}.

        The type is the number of bytes of a whole number, or "f8" or "f4" for floats.
        """
        stored: dict[str, npt.NDArray[Any]] = {
            name: difference(*column) for name, column in self.columns.items()
        }
        kinds = {name: smallest_type(values) for name, values in stored.items()}
        stored |= self.floats
        kinds |= {name: values.dtype for name, values in self.floats.items()}
        order = sorted(stored, key=lambda name: -kinds[name].itemsize)  # so that views are aligned
        raw = b"".join(
            stored[name].astype(kinds[name].newbyteorder("<")).tobytes() for name in order
        )
        deflated = zlib.compress(raw, 6)  # 9 takes four times as long for 0.7 % less
        whole = {name: (kinds[name].itemsize, *column[1:]) for name, column in self.columns.items()}
        told = whole | {name: (f"f{kinds[name].itemsize}", 0, 0) for name in self.floats}
        columns = [[name, told[name][0], stored[name].size, *told[name][1:]] for name in order]
        return {"columns": columns, "text": base64.b64encode(deflated).decode("ascii")}


def difference(values: Integers, row: int, part: int) -> Integers:
    """Return a column as differences from its first part and, within rows, from the left."""
    changed = values.copy()
    if part:
        changed[part:] -= np.resize(values[:part], values.size - part)
    if row > 1 and changed.size:
        rows = changed.reshape(-1, row)
        rows[:, 1:] = np.diff(rows, axis=1)
    return changed


def smallest_type(values: Integers) -> np.dtype[Any]:
    """Return the smallest signed type that holds `values`."""
    for kind in (np.int8, np.int16, np.int32):
        limits = np.iinfo(kind)
        if not values.size or (values.min() >= limits.min and values.max() <= limits.max):
            return np.dtype(kind)
    raise OverflowError("a figure of the page needs more than 32 bits")
