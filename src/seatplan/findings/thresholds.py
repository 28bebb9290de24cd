"""How loudly a shortage is told, and how long each remedy takes: warnings.toml."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field

from seatplan.toml_files import Declaration, read_declaration_or

Level = Literal["red", "orange", "yellow", "green"]
LEVELS: tuple[Level, ...] = ("red", "orange", "yellow", "green")
WITHIN_M = 5_000.0  # of a file that says nothing of transfers, as in that of seatplan
REMEDIES = ("rezone", "convert", "expand", "new_school")


class LeadYears(Declaration, allow_inf_nan=False):
    """`[lead_years]`: years from a decision to the autumn in which each remedy works."""

    rezone: int = Field(ge=0, le=20)
    convert: int = Field(ge=0, le=20)
    expand: int = Field(ge=0, le=20)
    new_school: int = Field(ge=0, le=20)


class LevelEntry(Declaration, allow_inf_nan=False):
    """`[[level]]`: what must hold for a level."""

    name: Literal["red", "orange", "yellow"]
    share: float = Field(ge=0, le=1)
    years: int = Field(ge=0, le=50)
    chance: float = Field(ge=0, le=1)


class LeastEntry(Declaration, allow_inf_nan=False):
    """`[least]`: what is too small to be told."""

    pupils: int = Field(ge=1)
    watched: int = Field(ge=1)


class TransferEntry(Declaration, allow_inf_nan=False):
    """`[transfer]`: how far entrants beyond the places of their school are sent on, metres."""

    within_m: float = Field(default=WITHIN_M, gt=0)


class Thresholds(Declaration, allow_inf_nan=False):
    """`warnings.toml`: lead times of remedies, levels of warning, how far entrants go."""

    lead_years: LeadYears
    level: list[LevelEntry] = Field(min_length=1)
    least: LeastEntry
    transfer: TransferEntry = TransferEntry()


def read_thresholds(path: Path | None = None) -> Thresholds:
    """Return the thresholds of a warnings.toml; those of seatplan without one.

    Raises
    ------
    InputError
        With one sentence for each key that is missing, unknown or out of bounds.
    """
    return read_declaration_or(path, Thresholds, "seatplan.findings", "warnings.toml")
