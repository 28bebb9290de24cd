"""A number as offices write it in a cell."""

from __future__ import annotations

import re
import unicodedata

from seatplan.district.columns import BLANKS

UNITS = re.compile(r"(?<=\d)\s*(?:人|名|间|个班|个|班|所|套|户|m|米)$")  # that stand after a number
THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?:\D|$))")
MOST = 1e9  # beyond it, and inf, no count or coordinate lies


def read_number(cell: object) -> float | None:
    """Return a cell as a number, NaN where it is empty or a blank's sign; None where it is none.

    >>> [read_number(cell) for cell in ("1,360人", "１２", "-", "约50", None)]
    [1360.0, 12.0, nan, None, nan]
    """
    text = "" if cell is None else unicodedata.normalize("NFKC", str(cell)).strip().lstrip("'")
    if not text or text in BLANKS:
        return float("nan")
    try:
        number = float(UNITS.sub("", THOUSANDS.sub("", text)))
    except ValueError:
        return None
    return number if abs(number) <= MOST else None
