"""Ways between blocks and schools that a table states."""

from __future__ import annotations

from collections.abc import Iterator

from seatplan.district.draft import Draft, find_strangers
from seatplan.district.tables import BLOCKS, TRAVEL


def check_travel(draft: Draft) -> Iterator[str]:
    """Hold that a stated way is of a block and a school, in metres or in minutes."""
    if not draft.has(TRAVEL, BLOCKS, "schools.geojson"):
        return
    rows, table = draft.rows[TRAVEL], draft.tables[TRAVEL]
    yield from find_strangers(draft, TRAVEL, "block", draft.ids(BLOCKS), "block")
    yield from find_strangers(draft, TRAVEL, "school", draft.ids("schools.geojson"), "school")
    given = rows.cells.reindex(columns=["metres", "minutes"]).notna().any(axis=1)
    for number in table.index[~given]:
        yield rows.fault(number, "metres", "want metres or minutes")
