"""Measures of what is missing: of a catchment, of a school, of the district.

Shortage has four names, and every view uses them: catchment shortage, roll over seats, district
shortage, and unplaced, which is counted in `places.py`.
"""

from __future__ import annotations

import numpy as np

from seatplan.labels import Ints
from seatplan.measures import places, schools
from seatplan.measures.registry import NOTHING, measure
from seatplan.measures.values import Values


@measure("school", "stage", "year")
def catchment_shortage(values: Values) -> Ints:
    """Residents above the seats of their catchment (学区缺口).

    shortage = max(0, residents - seats). A stage whose pupils may go to any school is one
    catchment; its residents are shared out by the seats.

    >>> from seatplan.examples import toy_outcome
    >>> int(toy_outcome().measure("catchment_shortage")["B", "primary", 2020])   # 300 - 270
    30
    """
    balance = schools.balance(values)
    known = balance != NOTHING
    return np.where(known, np.maximum(np.where(known, -balance, 0), 0), NOTHING)


@measure("school", "stage", "year")
def roll_over_seats(values: Values) -> Ints:
    """Pupils on roll above the seats of the school (在校超额).

    over = max(0, pupils - seats), where somebody attends.

    >>> from seatplan.examples import toy_outcome
    >>> int(toy_outcome().measure("roll_over_seats").max())   # K: 270 children for 180 seats
    90
    """
    gap = schools.seat_gap(values)
    return np.where(gap == NOTHING, NOTHING, np.maximum(gap, 0))


@measure("stage", "year")
def district_shortage(values: Values) -> Ints:
    """Pupils who live in the district above all seats of the stage (全区缺口).

    shortage = max(0, residents - seats). No boundary can seat them: only rooms, or larger classes.

    >>> from seatplan.examples import toy_outcome
    >>> toy_outcome().measure("district_shortage").xs(2020, level="year").to_dict()
    {'kindergarten': 90, 'primary': 0, 'junior': 0}
    """
    shortage: Ints = np.maximum(-places.place_balance(values)[-1], 0)
    return shortage
