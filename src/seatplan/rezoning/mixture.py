"""How evenly the catchments of a plan share out groups of pupils."""

from __future__ import annotations

import numpy as np
import pandas as pd

from seatplan.labels import Floats, Ints
from seatplan.measures.spread import measure_dissimilarity, measure_exposure
from seatplan.rezoning.town import Town


def tilt_blocks(town: Town) -> Floats:
    """Return the pupils that each block has of a group beyond an even mix, (block, group).

    Below 0 where it has fewer; mean over the years. The tilts of each group sum to nothing.
    """
    means = town.pupils.mean(axis=1)
    even = means @ town.shares / max(float(means.sum()), 1e-9)
    tilts: Floats = means[:, None] * (town.shares - even)
    return tilts


def count_uneven(town: Town, plan: Ints) -> Floats:
    """Return the pupils of each group above an even mix, in all catchments together, (group,).

    So many would have to change places with others for every school to have the group's share in
    the district: the dissimilarity of the group times its pupils and the share of all others.
    """
    balance = np.zeros((len(town.schools), len(town.groups)))
    np.add.at(balance, plan, tilt_blocks(town))
    uneven: Floats = np.abs(balance).sum(axis=0) / 2
    return uneven


def describe_mix(town: Town, plan: Ints) -> pd.DataFrame:
    """Return how evenly each group is shared out, before and after.

    Index `group`: share (of all pupils), and dissimilarity, exposure and uneven (see
    `count_uneven`) with _before and _after.
    """
    means = town.pupils.mean(axis=1)
    members = means[:, None] * town.shares
    share = members.sum(axis=0) / max(float(means.sum()), 1e-9)
    table = pd.DataFrame({"share": share}, index=pd.Index(town.groups, name="group"))
    for name, zones in {"before": town.current, "after": plan}.items():
        held = [(_add_up(town, zones, own), _add_up(town, zones, means - own)) for own in members.T]
        table[f"dissimilarity_{name}"] = [measure_dissimilarity(*counts) for counts in held]
        table[f"exposure_{name}"] = [measure_exposure(*counts) for counts in held]
        table[f"uneven_{name}"] = count_uneven(town, zones)
    return table


def _add_up(town: Town, zones: Ints, pupils: Floats) -> Floats:
    """Return the pupils of each catchment."""
    return np.bincount(zones, pupils, len(town.schools)).astype(float)
