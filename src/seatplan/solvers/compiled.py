"""The one door to numba: functions compiled on first use and kept on disk."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

import numba

Function = TypeVar("Function", bound=Callable[..., object])


def compiled(function: Function) -> Function:
    """Compile `function` to machine code when first called; later runs read it from the cache."""
    return cast(Function, numba.njit(cache=True, nogil=True)(function))


def compiled_wide(function: Function) -> Function:
    """Compile `function` so that it may take several numbers at once; none may be NaN."""
    wide = numba.njit(cache=True, nogil=True, fastmath={"nnan", "nsz"})
    return cast(Function, wide(function))
