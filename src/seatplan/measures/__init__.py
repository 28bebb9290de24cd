"""Every figure by its name, computed when it is first asked for; flags where one passes a limit."""

from seatplan.measures import (
    groups,
    large_classes,
    places,
    provision,
    reach,
    resources,
    schools,
    shortage,
    ways,
)

__all__ = [
    "groups",
    "large_classes",
    "places",
    "provision",
    "reach",
    "resources",
    "schools",
    "shortage",
    "ways",
]  # each enters its measures by name
