"""What the plan may mean by 农村: rural places alone, or rural places and towns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Reading:
    """One reading of 农村, and how many schools stand in each setting under it.

    Parameters
    ----------
    name
        What FIT.md calls it.
    settings
        The settings that count as 农村: whose schools serve meals, whose children are brought.
    primary, junior, nine_year
        Setting -> schools of the kind. The plan gives the totals (48, 8, 7); the split is assumed
        such that at least 28 schools (the plan's 28 renewed) stand in 农村 and the two boarding
        schools are the rural nine-year schools.
    """

    name: str
    settings: tuple[str, ...]
    primary: Mapping[str, int]
    junior: Mapping[str, int]
    nine_year: Mapping[str, int]

    def count_schools(self) -> int:
        """Return the schools of grades 1 to 9 that stand in 农村."""
        kinds = (self.primary, self.junior, self.nine_year)
        return sum(kind[setting] for kind in kinds for setting in self.settings)


READINGS = (
    Reading(
        "rural",
        ("rural",),
        primary={"urban": 17, "town": 5, "rural": 26},
        junior={"urban": 7, "town": 1, "rural": 0},
        nine_year={"urban": 3, "town": 2, "rural": 2},
    ),
    Reading(
        "rural and town",
        ("rural", "town"),
        primary={"urban": 25, "town": 5, "rural": 18},
        junior={"urban": 7, "town": 1, "rural": 0},
        nine_year={"urban": 3, "town": 2, "rural": 2},
    ),
)
