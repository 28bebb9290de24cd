"""Rules that tests add to those of the toy town."""

from seatplan.district.clauses import Standard
from seatplan.district.stages import Label


def add_walk(standards, limit, settings=()):
    """The service radius `limit` by stage."""
    walk = Standard(
        "walk", Label("服务半径", "Walk"), "walk", limit, "above", "m", "toy town", "seen",
        settings=settings,
    )  # fmt: skip
    return standards.replace(standards=(*standards.standards, walk))
