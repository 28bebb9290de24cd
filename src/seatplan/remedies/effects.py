"""Effects: what running a remedy changes: who goes elsewhere, how far, which seats stay empty."""

from __future__ import annotations

import numpy as np

from seatplan.labels import Floats
from seatplan.remedies.prices import Bill
from seatplan.remedies.scene import Action, Scene
from seatplan.remedies.shortfalls import DISTRICT, Shortfall

SOME = 1e-9  # of a share of a block's entrants


class Change:
    """Two outcomes of the same blocks: one as it was, and one with a remedy.

    Shares of a block's entrants and metres are laid out along the schools of the second, which has
    those of the first.
    """

    def __init__(self, before: Scene, after: Scene, stage: str) -> None:
        """Lay out who goes where before and after."""
        schools = after.outcome.axes.schools
        place = before.outcome.axes.schools.get_indexer(schools)
        known = place >= 0
        sent = before.sending(stage)
        self.old = np.zeros((sent.shape[0], len(schools), sent.shape[2]))
        self.old[:, known] = sent[:, place[known]]
        self.new = after.sending(stage)
        self.living = before.living(stage)
        self.metres = after.outcome.ways_of(stage).metres.reindex(columns=schools).to_numpy()
        self.before, self.after, self.stage = before, after, stage

    def _at(self, year: int) -> int:
        return list(self.after.outcome.district.years).index(year)

    def shift(self, year: int) -> Floats:
        """Return the share of each block's entrants who go elsewhere."""
        at = self._at(year)
        part: Floats = np.abs(self.new[:, :, at] - self.old[:, :, at]).sum(axis=1) / 2
        return part

    def count_moved(self, year: int) -> tuple[int, int]:
        """Count the blocks whose entrants go elsewhere, and the pupils who live there."""
        part = self.shift(year)
        pupils = self.living[:, self._at(year)]
        return int(((part > SOME) & (pupils > 0)).sum()), round(float((part * pupils).sum()))

    def measure_way(self, year: int) -> float:
        """Return the mean way more of those who go elsewhere, metres; NaN where nobody does."""
        at = self._at(year)
        more = self.new[:, :, at] - self.old[:, :, at]
        ways = np.where(np.isfinite(self.metres), self.metres, 0.0)
        pupils = self.living[:, at]
        moved = float((self.shift(year) * pupils).sum())
        return float(((more * ways).sum(axis=1) * pupils).sum()) / moved if moved > SOME else np.nan

    def count_beyond(self, metres: float) -> Floats:
        """Return by year the pupils more whose way is longer than some metres, never below 0."""
        far = np.isfinite(self.metres) & (self.metres > metres)
        more = np.einsum("bsy,bs,by->y", self.new - self.old, far.astype(float), self.living)
        return np.asarray(np.maximum(more, 0.0), np.float64)

    def count_relieved(self, year: int) -> int:
        """Count the pupils by which the shortages of the stage's catchments fall."""
        stage = self.stage
        before, after = (
            int(each.short[year][each.short.index.get_level_values("stage") == stage].sum())
            for each in (self.before, self.after)
        )
        return before - after

    def count_seats(self, year: int) -> int:
        """Count the seats more of the stage."""
        seats = [
            int(each.outcome.measure("seats").xs((self.stage, year), level=("stage", "year")).sum())
            for each in (self.after, self.before)
        ]
        return seats[0] - seats[1]

    def count_pupil_years(self, ready: int) -> int:
        """Sum the pupils relieved over the years from `ready` to the end of the forecast."""
        last = self.after.outcome.district.horizon
        return sum(self.count_relieved(year) for year in range(ready, last + 1))

    def count_idle(self) -> int:
        """Count, of the seats more, those without a resident in the last year of the forecast."""
        year = self.after.outcome.district.horizon
        key = (self.stage, year)
        names, levels = ("seats", "residents"), ("stage", "year")
        seats, people = (self.after.outcome.measure(n).xs(key, level=levels) for n in names)
        old = self.before.outcome.measure("seats").xs(key, level=levels)
        added = (seats - old.reindex(seats.index, fill_value=0)).clip(lower=0)
        idle = (seats - people.reindex(seats.index, fill_value=0)).clip(lower=0)
        return int(np.minimum(added, idle).sum())


def bill_rides(change: Change, flag: Shortfall, action: Action, ready: int) -> Bill:
    """Return what an action costs, with its buses from a year to the end of the forecast."""
    if flag.school == DISTRICT:
        return action.bill
    rides = sum(count for year, count in count_bus(change).items() if year >= ready)
    return {**action.bill, **({("bus_year", flag.stage): rides} if rides >= 1 else {})}


def count_bus(change: Change) -> dict[int, float]:
    """Count the pupils of each year whose way comes to lie beyond the metres of a bus."""
    beyond = change.count_beyond(change.before.terms.costs.bus.beyond_m)
    years = change.before.outcome.district.years
    return dict(zip(years, beyond.tolist(), strict=True))
