"""What many futures say of a scenario, as the page shows it: chances, and where nine in ten lie."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from seatplan.draws import OutcomeDraws
from seatplan.errors import InputError
from seatplan.findings.chances import Side, follow_base, list_chances
from seatplan.outcome import Outcome
from seatplan.views.explorer.packing import Packer

BOUNDS = {"q05": "low", "q95": "high"}  # nine futures of ten lie between
SHARE = 10_000  # a chance is packed in hundredths of a per cent
MISSING = -1  # where the futures say nothing: the base year, a stage without catchments


@dataclass(frozen=True)
class Futures:
    """The futures of one scenario.

    Parameters
    ----------
    count
        How many there are.
    schools
        Index (`school`, `stage`, `year`): chance of a catchment shortage, as `list_chances` has it;
        low and high, between which nine of ten have the residents of the catchment.
    stages
        Index (`stage`, `year`): low and high of the pupils of the district, and the chance of a
        district shortage.
    """

    count: int
    schools: pd.DataFrame
    stages: pd.DataFrame


def read_futures(outcome: Outcome, draws: OutcomeDraws) -> Futures:
    """Return what the page shows of the futures of an outcome.

    Raises
    ------
    InputError
        They are those of another scenario, or without the 5 and 95 % quantiles.
    """
    if draws.scenario.fingerprint != outcome.scenario.fingerprint:
        name = outcome.scenario.name
        raise InputError(f"draws: want those of {name}, got those of {draws.scenario.name}")
    residents, pupils = draws.measure("residents"), draws.measure("district_pupils")
    if missing := [name for name in BOUNDS if name not in residents]:
        raise InputError(
            f"draws: the page shows {', '.join(missing)}; want quantiles 0.05 and 0.95"
        )
    chance = list_chances(Side(outcome, draws)).chance
    schools = residents[list(BOUNDS)].rename(columns=BOUNDS).reindex(chance.index)
    lacks = follow_base(draws.measure("district_shortage"), Side(outcome, draws)).chance
    stages = pupils[list(BOUNDS)].rename(columns=BOUNDS)
    return Futures(
        draws.count,
        schools.assign(chance=(chance * SHARE).round()),
        stages.assign(chance=(lacks * SHARE).round()),
    )


def add_futures(
    packer: Packer,
    futures: Sequence[Futures | None],
    rows: Sequence[Sequence[str]],
    stages: Sequence[str],
    years: Sequence[int],
) -> int:
    """Add the columns of futures, `rows` being [school, stage]; return how many there are, or 0."""
    known = [one for one in futures if one is not None]
    if len(known) < len(futures):
        return 0
    schools = pd.MultiIndex.from_tuples([(*row, year) for row in rows for year in years])
    for column in ("chance", "low", "high"):
        found = [one.schools[column].reindex(schools).fillna(MISSING) for one in known]
        packer.add(
            f"schools_{column}", np.concatenate(found).round(), row=len(years), parts=len(known)
        )
    places = pd.MultiIndex.from_product([stages, years])
    for column in ("chance", "low", "high"):
        found = [one.stages[column].reindex(places).fillna(MISSING) for one in known]
        packer.add(
            f"futures_{column}", np.concatenate(found).round(), row=len(years), parts=len(known)
        )
    return known[0].count
