"""How pupils come to school under each reading: on foot, by bus, to a bed, or nobody knows how."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from district.attendance import Attendance, boards, draw_attendance
from district.enrolment import StageTotals
from district.facilities import AGES, FAR_M, place_facilities
from district.readings import READINGS, Reading
from district.roads import Network
from district.rounding import Floats
from district.sources import Sources
from district.walks import measure_walks

BUS_MORE = 500  # "more than 3,000" is read as at most so many more
BOARD_FROM = 9  # age; younger pupils do not board (国办发〔2018〕27号: grades 1 to 3 as a rule not)
BEDS_TOGETHER = 10


@dataclass(frozen=True)
class Rides:
    """How pupils of grades 1 to 9 come to school under one reading.

    `schools`: see `place_facilities`. `table`: stage, block, school, home (setting of the block),
    at (setting of the school), walk_m, pupils, and of these who live farther than `FAR_M`: far,
    boarders, riders, unexplained.
    """

    reading: Reading
    schools: pd.DataFrame
    attendance: Attendance
    table: pd.DataFrame

    @property
    def unexplained_km(self) -> float:
        """Way of the pupils who live too far to walk and have neither bus nor bed, one way."""
        return float((self.table["unexplained"] * self.table["walk_m"]).sum() / 1000)

    def count_beds(self) -> pd.Series[int]:
        """Return the beds of each school: its boarders, rounded up to whole rooms."""
        boarders = self.table.groupby("school")["boarders"].sum().reindex(self.schools.index)
        rooms = np.ceil(boarders.fillna(0.0).round(3).to_numpy() / BEDS_TOGETHER)
        return pd.Series((rooms * BEDS_TOGETHER).astype(int), self.schools.index)


def draw_readings(
    sources: Sources,
    blocks: pd.DataFrame,
    residents: pd.DataFrame,
    network: Network,
    totals: StageTotals,
) -> list[Rides]:
    """Return what each reading makes of the same homes and roads."""
    rate = totals.take_up(residents)
    pupils = {stage: _count(residents, ages, rate) for stage, ages in AGES.items()}
    xy = blocks[["x", "y"]].to_numpy()
    between = measure_walks(network, xy, xy)
    meals = sources.plan_number("rural_meal_pupils")
    buses = sources.plan_number("rural_bus_pupils") + BUS_MORE
    answers = []
    for reading in READINGS:
        schools = place_facilities(reading, blocks, pupils, between)
        metres = measure_walks(network, xy, schools[["x", "y"]].to_numpy())
        walks = pd.DataFrame(metres, blocks.index, schools.index)
        attendance = draw_attendance(reading, meals, schools, pupils, walks)
        table = tabulate_pupils(attendance, residents, rate)
        table["home"] = blocks["setting"].loc[table["block"]].to_numpy()
        table["at"] = schools["setting"].loc[table["school"]].to_numpy()
        table = seat_riders(table, boards(schools), reading, buses)
        answers.append(Rides(reading, schools, attendance, table))
    return answers


def _count(residents: pd.DataFrame, ages: range, rate: float) -> Floats:
    """Return the pupils of these ages by block."""
    people = residents[[f"age_{a}" for a in ages]].sum(axis=1)
    return np.asarray(people.to_numpy(dtype=float) * rate, dtype=np.float64)


def tabulate_pupils(attendance: Attendance, residents: pd.DataFrame, rate: float) -> pd.DataFrame:
    """Return who goes how far: stage, block, school, walk_m, pupils, and those old enough to board.

    `rate` is the pupils for each resident of 6 to 14.
    """
    tables = []
    for stage, shares in attendance.shares.items():
        block, school = np.nonzero(shares.to_numpy())
        part = rate * shares.to_numpy()[block, school]
        older = range(max(BOARD_FROM, AGES[stage].start), AGES[stage].stop)
        tables.append(
            pd.DataFrame(
                {
                    "stage": stage,
                    "block": shares.index[block],
                    "school": shares.columns[school],
                    "walk_m": attendance.walks[shares.columns].to_numpy()[block, school],
                    "pupils": _count(residents, AGES[stage], 1.0)[block] * part,
                    "older": _count(residents, older, 1.0)[block] * part,
                }
            )
        )
    return pd.concat(tables, ignore_index=True)


def seat_riders(
    table: pd.DataFrame, boarding: pd.Series[bool], reading: Reading, buses: float
) -> pd.DataFrame:
    """Seat those who live too far to walk: first in the boarding schools, then in the buses.

    Who is old enough and goes to a boarding school boards. Of the others who live in 农村, the
    farthest ride, up to `buses`. The rest is unexplained.

    Parameters
    ----------
    table
        See `tabulate_pupils`, with home.
    boarding
        True where a school has beds, index school.
    """
    beyond = table["walk_m"] > table["stage"].map(FAR_M)
    far = table["pupils"].where(beyond, 0.0)
    boarders = table["older"].where(beyond & boarding.loc[table["school"]].to_numpy(), 0.0)
    left = far - boarders
    bound = left.where(table["home"].isin(reading.settings), 0.0)
    farthest = table["walk_m"].sort_values(ascending=False, kind="stable").index
    seated = bound.loc[farthest].cumsum() - bound.loc[farthest]
    riders = np.minimum(bound, (buses - seated).clip(lower=0.0))
    new = {"far": far, "boarders": boarders, "riders": riders, "unexplained": left - riders}
    return table.drop(columns="older").assign(**new)
