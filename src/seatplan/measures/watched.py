"""What a measure reads, seen by running it once: other measures, values of the model, tables."""

from __future__ import annotations

import inspect
from typing import Any, cast

from seatplan.measures.registry import MEASURES
from seatplan.measures.values import Values

# What is looked into when it is read; anything else is noted by its own name.
OPENED = ("heads", "classes", "seats", "assignment", "catchments", "forecast", "district")
IDLE = ("axes", "policy", "pairs", "taught", "offered", "spans", "code")  # how values are laid out


class _Known:
    """The measures of an outcome: whoever asks for one gets it, and it is noted."""

    def __init__(self, values: Values, reads: dict[str, None]) -> None:
        self.values, self.reads = values, reads

    def __contains__(self, name: str) -> bool:
        return name in MEASURES

    def __getitem__(self, name: str) -> Any:
        self.reads[name] = None
        return MEASURES[name].function(self.values)


class _Watched:
    """A value that notes which of its parts are read."""

    def __init__(self, real: Any, path: str, reads: dict[str, None]) -> None:
        self._real, self._path, self._reads = real, path, reads

    def __getattr__(self, name: str) -> Any:
        if name == "computed":
            return _Known(self._real, self._reads)
        if name.startswith("__"):
            raise AttributeError(name)
        value = getattr(self._real, name)
        if not self._path and name in OPENED:
            return _Watched(value, f"{name}.", self._reads)
        if name not in IDLE:
            self._reads[f"{self._path}{name}"] = None
        return value


def list_reads(values: Values, name: str) -> list[str]:
    """List what the function of a measure reads: measures by name, and values of the model."""
    reads: dict[str, None] = {}
    bare = inspect.unwrap(MEASURES[name].function)
    bare(cast(Values, _Watched(values, "", reads)))
    return list(reads)


def list_behind(values: Values, name: str) -> list[str]:
    """List the values, tables and rules behind a measure, through the measures that it asks for."""
    behind: dict[str, None] = {}
    left, seen = [name], {name}
    while left:
        for read in list_reads(values, left.pop(0)):
            if read not in MEASURES:
                behind[read] = None
            elif read not in seen:
                seen.add(read)
                left.append(read)
    return list(behind)
