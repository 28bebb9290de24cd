"""How a search was asked, what it proved and with which versions: a record beside its answer.

The record is the same whenever the answer is: it holds no times and no places of files.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from seatplan.outcome import Outcome


def describe_search(
    outcome: Outcome, asked: Mapping[str, Any], found: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the record of a search.

    Parameters
    ----------
    asked
        Its terms, with effort, seconds and, where it has one, seed.
    found
        What it came to: gap, bound, effort done, whether it was cut short.
    """
    from seatplan.results import describe_run

    return {**asked, **found, **describe_run(outcome)}


def tell_record(record: Mapping[str, Any]) -> list[str]:
    """Return the record as lines, a key each, for the head of a scenario file."""
    return [f"{key}: {_write(value)}" for key, value in record.items()]


def write_record(record: Mapping[str, Any], path: Path) -> None:
    """Write the record as JSON."""
    from seatplan.files import write_beside

    with write_beside(path) as draft:
        Path(draft).write_text(_write(record, indent=1) + "\n", encoding="utf-8", newline="\n")


def _write(value: object, indent: int | None = None) -> str:
    return json.dumps(_plain(value), ensure_ascii=False, indent=indent, allow_nan=False)


def _plain(value: Any) -> Any:
    """Return a value as JSON has it: no number that is none, no tuples."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float) and not (abs(value) < float("inf")):
        return None
    return value
