"""Groups of pupils, such as those registered elsewhere: which share of a block is theirs."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from seatplan.district.district import no_groups
from seatplan.district.draft import Draft, find_strangers
from seatplan.district.tables import BLOCKS, COMPOSITION


def check_composition(draft: Draft) -> Iterator[str]:
    """Hold that every share is of a block of the district."""
    if draft.has(COMPOSITION, BLOCKS):
        yield from find_strangers(draft, COMPOSITION, "block", draft.ids(BLOCKS), "block")


def read_composition(draft: Draft) -> pd.Series[float]:
    """Return the shares of groups in the pupils of blocks, `District.composition`."""
    if not draft.has(COMPOSITION) or draft.tables[COMPOSITION].empty:
        return no_groups()
    table = draft.tables[COMPOSITION].astype({"block": "str", "group": "str", "share": "float"})
    return table.set_index(["block", "group"]).share.sort_index()
