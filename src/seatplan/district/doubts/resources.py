"""Rows of resources.csv for schools that do not stand yet."""

from __future__ import annotations

from collections.abc import Iterator

from seatplan.district.draft import Draft
from seatplan.district.finding import Finding
from seatplan.district.tables import RESOURCES_FILE
from seatplan.files import suggest


def report_resources(draft: Draft) -> Iterator[Finding]:
    """Tell of each school of resources.csv that is not in schools.geojson: a plan's, or a slip."""
    if not draft.has(RESOURCES_FILE, "schools.geojson"):
        return
    known = draft.ids("schools.geojson")
    for school in draft.ids(RESOURCES_FILE, "school"):
        if school not in known:
            yield Finding(
                "resources of a school that does not stand",
                "note",
                f"{RESOURCES_FILE}: {school} is not in schools.geojson; used where a plan opens "
                f"it{suggest(school, known)}",
            )
