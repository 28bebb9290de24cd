"""Which school a block's entrants go to, by stage and year."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from seatplan.case.axes import Axes
from seatplan.case.case import Case
from seatplan.demand.cohorts import Forecast
from seatplan.labels import Floats, Ints, to_series
from seatplan.seating.apportioning import share_by_seats, share_by_zone
from seatplan.seating.origins import Origins
from seatplan.seating.pairs import Pairs
from seatplan.seating.stage_ground import name_lotteries, survey_stage
from seatplan.seating.zoning import RULES


@dataclass(frozen=True)
class Catchments:
    """Where the entrants of each block go.

    `pairs` and `share` by stage: the pairs that entrants take in some year, and the share of their
    block's entrants, pair x year; the shares of a block sum to 1 in every year in which some school
    of the stage can be reached. In a lottery zone they are shared among its schools in proportion
    to the seats; a block that several schools share is theirs by the shares that are stated, else
    by the seats.
    `zone` by stage: the school in whose catchment a block lies, block x year, -1 where the stage
    has no catchments or no school can be reached. In a lottery zone, one of its schools.
    `lotteries`: name of the lottery zone of each school that is in one, index (`stage`, `year`,
    `school`).
    """

    pairs: Mapping[str, Pairs]
    share: Mapping[str, Floats]
    zone: Mapping[str, Ints]
    lotteries: pd.Series[str]
    axes: Axes

    @cached_property
    def shares(self) -> pd.Series[float]:
        """Shares > 0, index (`block`, `stage`, `year`, `school`)."""
        return pd.concat([self._label_shares(stage) for stage in self.axes.stages])

    @cached_property
    def zones(self) -> pd.Series[str]:
        """School of each block's catchment, "" without one, (`block`, `stage`, `year`)."""
        names = np.append(self.axes.schools.to_numpy(dtype=object), "")  # -1 picks the last
        parts: list[pd.Series[str]] = [
            to_series(
                names[self.zone[stage]][:, None, :],
                "school",
                block=self.axes.blocks,
                stage=[stage],
                year=self.axes.years,
            )
            for stage in self.axes.stages
        ]
        return pd.concat(parts)

    def name_areas(self, stage: str, year: int) -> pd.Series[str]:
        """Return what each block's catchment is called: its school, or its lottery zone."""
        zones = self.zones.xs((stage, year), level=("stage", "year"))
        lots = self.list_lotteries(stage, year)
        return zones.map(lambda school: lots.get(school, school))

    def list_lotteries(self, stage: str, year: int) -> dict[str, str]:
        """Return the lottery zone of each school that is in one, by school."""
        index = self.lotteries.index
        held = self.lotteries[index.isin([stage], "stage") & index.isin([year], "year")]
        return dict(zip(held.index.get_level_values("school"), held, strict=True))

    def _label_shares(self, stage: str) -> pd.Series[float]:
        pairs, share = self.pairs[stage], self.share[stage]
        pair, year = np.nonzero(share > 0)
        order = np.lexsort((pairs.school[pair], year, pairs.block[pair]))
        pair, year = pair[order], year[order]
        levels: Any = [self.axes.blocks, [stage], list(self.axes.years), self.axes.schools]
        codes: Any = [pairs.block[pair], np.zeros_like(pair), year, pairs.school[pair]]
        names = ["block", "stage", "year", "school"]
        index = pd.MultiIndex(levels=levels, codes=codes, names=names)
        return pd.Series(share[pair, year], index, name="share")


def draw_catchments(case: Case, forecast: Forecast, origins: Origins) -> Catchments:
    """Draw the catchments of every stage and year.

    A stage's `intake` says how: "catchment" by the policy's rule (see `zoning.RULES`), "nearest" to
    the nearest school open to all, "seats" over all schools by their seats. Schools that take no
    catchment (private ones) keep the share of each block's pupils that they have in the base year.
    """
    pairs, share, zone = {}, {}, {}
    lotteries = name_lotteries(case.district, case.rules)
    for stage in case.rules.stages:
        ground = survey_stage(case, stage, forecast, origins, lotteries)
        if stage.intake == "seats":
            zones = np.full(ground.zones.shape, -1)
            pairs[stage.code], share[stage.code] = share_by_seats(ground)
        else:
            rule = "nearest" if stage.intake == "nearest" else case.rules.policy.catchments
            zones = RULES[rule](ground)
            pairs[stage.code], share[stage.code] = share_by_zone(ground, zones)
        names = np.append(ground.places, -1)
        zone[stage.code] = names[zones.T]
    return Catchments(pairs, share, zone, lotteries, case.axes)
