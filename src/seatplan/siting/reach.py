"""Reach: how far a seat may be from a block and still count for its pupils.

A seat is in reach of a block when the way to it is no longer than the walk standard of the stage
and the block's setting, or no longer than the block's present way to school, whichever is longer.
So a plan can cure a shortage only with seats that lengthen nobody's way beyond the standard, and a
new school serves the blocks that are nearer to it than to the school they have: the same blocks
that a `NewSchool` without a catchment of its own draws. The reason for each half:

- The standard alone (500 m for a town primary) leaves out most of a real district: six in seven
  pupils of the core of Litong live farther than that from any school, and no plan of four schools
  changes it. As a hard limit it would call nearly everybody short.
- No limit at all finds no shortage: the district as a whole has seats to spare while the catchments
  of the core are short. Seats at the far end of the district are no remedy.

Rural blocks have no walk standard; for them the present way is the reach.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from seatplan.labels import Floats
from seatplan.outcome import Outcome


def measure_reach(outcome: Outcome, stage: str) -> Floats:
    """Return the reach of every block of the district for one stage, in metres.

    The present way is that to the school of the block's catchment in the base year, or to the
    nearest school open to all where it has none; inf for a stage without catchments of any kind,
    such as one that is seated from the whole district.
    """
    return np.maximum(measure_present_way(outcome, stage), find_standard(outcome, stage))


def measure_present_way(outcome: Outcome, stage: str) -> Floats:
    """Return the way from every block to the school of its zone in the base year, metres."""
    district = outcome.district
    zones = outcome.catchments.zones.xs((stage, district.base_year), level=("stage", "year"))
    zones = zones.reindex(district.blocks.index, fill_value="")
    metres = outcome.ways_of(stage).metres
    column = metres.columns.get_indexer(pd.Index(zones))
    own = metres.to_numpy()[np.arange(len(zones)), np.maximum(column, 0)]
    return np.where(column >= 0, own, np.inf)


def find_standard(outcome: Outcome, stage: str) -> Floats:
    """Return the walk standard of every block for one stage, metres; 0 where there is none.

    It is the shortest radius or walk that a limit asks for in the block's setting in the last year,
    as the outcome's scenario leaves it: what is built stands longest under that one.
    """
    district, settings = outcome.district, outcome.district.blocks.setting
    limits = {}
    for setting in settings.unique():
        found = outcome.standards.radius(district.horizon, stage, setting=str(setting))
        limits[setting] = found.value if found else 0.0
    return np.array([limits[setting] for setting in settings], dtype=float)
