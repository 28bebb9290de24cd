"""The toy town with every column that a measure can need: teachers, areas, equipment, migrants.

Pupils: A 240 primary; B 300 primary and 270 junior; K 270 children; 2,160 in each year.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from seatplan.district.district import RESOURCES, District
from seatplan.examples import toy_district, toy_standards
from seatplan.outcome import Outcome, evaluate

MIGRANT = "migrant"  # half of the pupils of b1 and a quarter of those of b6
AMOUNTS: dict[tuple[str, str], dict[str, float]] = {
    ("A", "primary"): {
        "teachers": 16, "degree_teachers": 12, "key_teachers": 3, "arts_teachers": 3,
        "teaching_m2": 1200, "sports_m2": 2000, "equipment_yuan": 480_000,
        "multimedia_rooms": 6, "books": 4800, "migrants": 30, "bought_places": 0, "outdoor_m2": 800,
    },
    ("B", "primary"): {
        "teachers": 15, "degree_teachers": 9, "key_teachers": 3, "arts_teachers": 3,
        "teaching_m2": 1350, "sports_m2": 2250, "equipment_yuan": 570_000,
        "multimedia_rooms": 7, "books": 4500, "migrants": 60, "bought_places": 20,
        "outdoor_m2": 900,
    },
    ("B", "junior"): {
        "teachers": 20, "degree_teachers": 16, "key_teachers": 4, "arts_teachers": 3,
        "teaching_m2": 1620, "sports_m2": 2700, "equipment_yuan": 675_000,
        "multimedia_rooms": 7, "books": 8100, "migrants": 10, "bought_places": 15,
        "outdoor_m2": 800,
    },
    ("K", "kindergarten"): {
        "teachers": 15, "degree_teachers": 10, "key_teachers": 1, "arts_teachers": 3,
        "teaching_m2": 1500, "sports_m2": 300, "equipment_yuan": 270_000,
        "multimedia_rooms": 6, "books": 2700, "migrants": 0, "bought_places": 0, "outdoor_m2": 1080,
    },
}  # fmt: skip


def full_district() -> District:
    """The toy town with resources, grounds and beds; A stands in a rural block."""
    index = pd.MultiIndex.from_tuples(list(AMOUNTS), names=["school", "stage"])
    resources = pd.DataFrame(list(AMOUNTS.values()), index=index)[list(RESOURCES)].astype(float)
    town = toy_district()
    schools = town.schools.assign(
        floor_m2=[2000.0, 5000.0, 2200.0],
        land_m2=[6000.0, 15_000.0, 4000.0],
        boarding_beds=[0.0, 20.0, np.nan],
    )
    shares = pd.MultiIndex.from_tuples([("b1", MIGRANT), ("b6", MIGRANT)], names=["block", "group"])
    composition = pd.Series([0.5, 0.25], shares, name="share")
    return town.replace(resources=resources, schools=schools, composition=composition)


def full_outcome() -> Outcome:
    return evaluate(full_district(), toy_standards())
