"""Work spread over the processors: numpy and the compiled loops let go of the interpreter."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Part = TypeVar("Part")
Answer = TypeVar("Answer")


def spread(
    work: Callable[[Part], Answer], parts: Iterable[Part], *, is_large: bool
) -> list[Answer]:
    """Return the answers to `parts` in their order; a small job stays on the thread it is on."""
    if not is_large:
        return [work(part) for part in parts]
    with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as pool:
        return list(pool.map(work, parts))
