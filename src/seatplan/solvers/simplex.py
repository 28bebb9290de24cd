"""POT's compiled network simplex, without the rest of POT."""

from __future__ import annotations

import sys
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

from seatplan.errors import SolveError


@cache
def load_simplex() -> Any:
    """Return POT's module `ot.lp.emd_wrap`.

    `import ot` also imports every solver of POT and scipy.stats, which takes as long as an
    evaluation. The compiled simplex needs none of them, so the packages above it are stood in for
    by empty ones while it loads; whoever imports `ot` later gets the whole of it.
    """
    if "ot" in sys.modules:
        return import_module("ot.lp.emd_wrap")
    found = find_spec("ot")
    if found is None or found.origin is None:
        raise SolveError("POT is not installed; want the package POT (pip install POT)")
    root = Path(found.origin).parent
    for name, folder in {"ot": root, "ot.lp": root / "lp"}.items():
        empty = ModuleType(name)
        empty.__path__ = [str(folder)]
        sys.modules[name] = empty
    try:
        return import_module("ot.lp.emd_wrap")
    finally:
        for name in [name for name in sys.modules if name == "ot" or name.startswith("ot.")]:
            del sys.modules[name]
