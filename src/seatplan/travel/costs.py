"""The walk from every block to every school on the road graph.

A block walks from its representative point (inside it, whatever its shape).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from seatplan.district.district import District
from seatplan.travel.network import Network, Snapped, build_network, measure_walks, snap_points


@dataclass(frozen=True)
class TravelCosts:
    """Walks in metres, and what they were measured on.

    Attributes
    ----------
    metres
        Shortest walk, `block` x `school`; inf where no road leads from one to the other.
    snapped
        Straight metres from a point to the road, index (`place`, `id`); `place` is "block" or
        "school". They are part of `metres`.
    unreachable
        One row for each `block` and `school` without a way.
    network, homes, gates
        The road graph, and where blocks and schools meet it.
    """

    metres: pd.DataFrame
    snapped: pd.Series[float]
    unreachable: pd.DataFrame
    network: Network
    homes: Snapped
    gates: Snapped


def measure_travel(district: District, known: TravelCosts | None = None) -> TravelCosts:
    """Measure the walk from every block to every school of the district, open or not.

    walk = block to the road + shortest way along the road + road to the school.

    Parameters
    ----------
    known
        Walks measured before. What still holds of them is taken over: the road graph where the
        roads are the same table, the walks to schools that stand where they stood.
    """
    network = build_network(district.roads) if known is None else _same_network(district, known)
    homes = snap_points(network, district.blocks.representative_point())
    gates = snap_points(network, district.schools.geometry)
    column = _find_columns(network, homes, gates, known)
    new = column < 0
    metres = np.empty((len(homes.points), len(gates.points)))
    metres[:, new] = measure_walks(network, homes, _select(gates, new))
    if known is not None and not new.all():
        metres[:, ~new] = known.metres.to_numpy()[:, column[~new]]
    return _label_costs(network, homes, gates, metres)


def school_distances(district: District, known: TravelCosts | None = None) -> pd.DataFrame:
    """Measure the walk between every two schools, `school` x `school`, in metres.

    `known` lends its road graph where the roads are the same table. inf where no road leads.
    """
    network = build_network(district.roads) if known is None else _same_network(district, known)
    gates = snap_points(network, district.schools.geometry)
    metres = measure_walks(network, gates, gates)
    np.fill_diagonal(metres, 0.0)
    return pd.DataFrame(metres, index=gates.points, columns=gates.points)


def _same_network(district: District, known: TravelCosts) -> Network:
    """Return the known road graph, unless the district has other roads."""
    same = known.network.roads is district.roads
    return known.network if same else build_network(district.roads)


def _find_columns(
    network: Network, homes: Snapped, gates: Snapped, known: TravelCosts | None
) -> npt.NDArray[np.int64]:
    """Find the column of the known walks that still holds for each gate; -1 where none does."""
    if (
        known is None
        or known.metres.empty
        or known.network is not network
        or not known.homes.points.equals(homes.points)
        or not np.array_equal(known.homes.xy, homes.xy)
    ):
        return np.full(len(gates.points), -1)
    column = known.gates.points.get_indexer(gates.points)
    stands = (known.gates.xy[column] == gates.xy).all(axis=1)
    return np.where(stands, column, -1)


def _select(points: Snapped, chosen: npt.NDArray[np.bool_]) -> Snapped:
    """Keep the chosen points."""
    return Snapped(
        points.points[chosen],
        points.xy[chosen],
        points.edge[chosen],
        points.along[chosen],
        points.off[chosen],
    )


def _label_costs(
    network: Network, homes: Snapped, gates: Snapped, metres: npt.NDArray[np.float64]
) -> TravelCosts:
    """Put names to the walks, and list those that do not exist."""
    table = pd.DataFrame(
        metres, index=homes.points.rename("block"), columns=gates.points.rename("school")
    )
    block, school = np.nonzero(np.isinf(metres))
    unreachable = pd.DataFrame({"block": homes.points[block], "school": gates.points[school]})
    off = {"block": homes, "school": gates}
    snapped = pd.concat(
        {place: pd.Series(points.off, index=points.points) for place, points in off.items()},
        names=["place", "id"],
    )
    return TravelCosts(table, snapped.rename("metres"), unreachable, network, homes, gates)
