"""What memory can hold, told before more is asked for."""

from __future__ import annotations

import atexit
import gc
import os
import re
from collections.abc import Iterator
from pathlib import Path

from seatplan.errors import InputError

SHARE = 0.6  # of the free memory that one table may take: work on it needs room as well
PART_BYTES = 64_000_000  # of one part, where work is done in parts


def free_bytes(proc: Path = Path("/proc")) -> float:
    """Return how many bytes this process may still take; inf where the system does not say.

    What Linux calls available (`meminfo` in `proc`), elsewhere every page of the machine; no more
    than a limit on the process (`ulimit -v`) leaves.
    """
    machine = _read_figure(proc / "meminfo", r"MemAvailable:\s+(\d+) kB", 1024)
    pages = _count_pages() if machine is None else machine
    limit = _read_figure(proc / "self" / "limits", r"Max address space\s+(\d+)", 1)
    used = _read_figure(proc / "self" / "status", r"VmSize:\s+(\d+) kB", 1024)
    left = float("inf") if limit is None or used is None else max(limit - used, 0.0)
    return min(pages, left)


def expect_memory(size: float, what: str, instead: str) -> None:
    """Refuse a table that memory cannot hold, before it is asked for.

    Parameters
    ----------
    size
        Bytes of the table.
    what
        What it holds, as the beginning of a sentence.
    instead
        What would do, as its end.

    Raises
    ------
    InputError
        `size` is more than 60 % of what is free.
    """
    free = free_bytes()
    if size > SHARE * free:
        raise InputError(
            f"{what} would take {size / 1e9:.1f} GB of memory and {free / 1e9:.1f} GB are free, of "
            f"which one table may take {SHARE:.0%}; {instead}"
        )


def collect_seldom() -> None:
    """Let a process of its own look for garbage seldom, and not at its end.

    Nearly all that comes in (modules, tables, drawings) stays until the end, so looking after every
    few hundred objects, as Python does, costs a sixth of a run and finds nothing; looking through
    all of it once more at the end, when the system takes everything back, costs half a second.
    """
    gc.set_threshold(100_000, 20, 20)
    atexit.register(gc.freeze)


def split_range(count: int, bytes_each: float, size: float = PART_BYTES) -> Iterator[slice]:
    """Cut `range(count)` into runs of at most `size` bytes, one element in each at the least.

    >>> list(split_range(5, bytes_each=8, size=16))
    [slice(0, 2, None), slice(2, 4, None), slice(4, 5, None)]
    """
    step = max(int(size // max(bytes_each, 1)), 1)
    for start in range(0, count, step):
        yield slice(start, min(start + step, count))


def _read_figure(file: Path, pattern: str, unit: int) -> float | None:
    """Find a figure in a file that the system writes; None where there is none."""
    try:
        found = re.search(pattern, file.read_text("ascii", "replace"))
    except OSError:
        return None
    return float(found[1]) * unit if found else None


def _count_pages() -> float:
    """Return the bytes of all the machine's pages; inf where the system does not say."""
    try:
        return float(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
    except (AttributeError, OSError, ValueError):
        return float("inf")
