"""Survey: which missing or made-up inputs change most catchments, so what to count next."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from seatplan.demand.draws import hold_factors
from seatplan.demand.variants import Variants
from seatplan.draws import draw_balance, lay_like
from seatplan.findings.swings import Swings
from seatplan.findings.thresholds import Thresholds, read_thresholds
from seatplan.labels import Floats, Ints
from seatplan.outcome import Outcome

INSIDE = 0.8  # a township is tried at both ends of the interval that holds so many of its futures
KNOWN = ("real", "plan")  # provenance of what was counted, or is decided
ROOMS, TOWNSHIP = "rooms", "township"


def list_asked(
    today: Outcome,
    found: Swings,
    variants: Variants,
    *,
    thresholds: Thresholds | None = None,
) -> pd.DataFrame:
    """List the inputs that are not counted and whose spread changes most catchments.

    Beside the inputs of `list_swings` these are, one at a time: the pupils of each township, as far
    as `variants.places` lets it stray from the district in four futures of five (where a block
    of it was not counted), and the classrooms of each school, one more or one fewer (where it was
    not, and is no project of a plan).

    Parameters
    ----------
    today
        What the forecast is made from.
    found
        The swings of the same plan, with the year that is looked at.
    variants
        As for `list_swings`.
    thresholds
        `least.pupils`: below so many a catchment is not said to lack seats; `least.watched`: how
        many are listed.

    Returns
    -------
    Index (`input`, `place`, `stage`): input of `list_swings` with place and stage "", "township"
    with its name, or "rooms" with school and stage. Columns catchments (those that lack seats at
    one end and not at the other), shortage (by how much the catchment shortage of all differs,
    pupils), provenance. Those that change most first; what changes nothing is left out.
    """
    rules = thresholds or read_thresholds()
    known = found.survey.reset_index().assign(place="", stage="")
    parts: list[Any] = [
        *known.to_dict("records"),
        *_vary_townships(today, found, variants, rules.least.pupils),
        *_vary_rooms(found, rules.least.pupils),
    ]
    table = pd.DataFrame(parts).set_index(["input", "place", "stage"])
    table = table[(table.catchments > 0) | (table.shortage > 0)]
    table = table.sort_values(["catchments", "shortage"], ascending=False, kind="stable")
    return table.head(rules.least.watched)


def _vary_townships(
    today: Outcome, found: Swings, variants: Variants, least: int
) -> Iterator[dict[str, Any]]:
    """Yield for each township what fewer and more pupils of it change."""
    district, plan = today.district, found.outcome
    blocks = district.blocks[["township", "provenance"]].astype(str)
    names = sorted(blocks[~blocks.provenance.isin(KNOWN)].township.unique())
    if not names:
        return
    at = plan.axes.years.index(found.year)
    away = stats.norm.ppf(0.5 + INSIDE / 2) * variants.places.township * at
    factors = np.ones(
        (len(blocks), len(today.standards.grades), len(district.years), 2 * len(names))
    )
    for number, name in enumerate(names):
        own = np.flatnonzero(blocks.township == name)
        factors[own, :, at, 2 * number : 2 * number + 2] = np.exp([-away, away])
    draws = hold_factors(
        factors, district.blocks.index, list(today.standards.grades), district.years
    )
    balance = draw_balance(lay_like(today, draws, plan.scenario))[:, :, at]
    for number, name in enumerate(names):
        ends = balance[..., 2 * number : 2 * number + 2]
        basis = dict.fromkeys(blocks.provenance[blocks.township == name])
        told = {"input": TOWNSHIP, "place": name, "stage": "", "provenance": " ".join(basis)}
        yield told | _compare(ends, least)


def _vary_rooms(found: Swings, least: int) -> Iterator[dict[str, Any]]:
    """Yield for each school and stage what one classroom fewer and one more change."""
    plan, year = found.outcome, found.year
    schools, rules = plan.district.schools, plan.standards
    residents = plan.measure("residents").xs(year, level="year")
    seats = plan.measure("seats").xs(year, level="year").reindex(residents.index)
    zoned = set(rules.zoned)
    for index, lived, held in zip(
        residents.index, residents.to_numpy(float), seats.to_numpy(float), strict=True
    ):
        school, stage = map(str, index)
        basis = str(schools.provenance[school])
        if stage not in zoned or basis in KNOWN or not held > 0:
            continue
        room = rules.seats_per_class(stage, year)
        ends = np.array([lived - held - room, lived - held + room])
        told = {"input": ROOMS, "place": school, "stage": stage, "provenance": basis}
        yield told | _compare(ends[None], least)


def _compare(ends: Floats | Ints, least: int) -> dict[str, Any]:
    """Count the catchments (the first dimensions) that differ between two ends, and by how much."""
    short = ends >= least
    lacks = np.maximum(ends, 0).reshape(-1, 2).sum(axis=0)
    return {
        "catchments": int((short[..., 0] != short[..., 1]).sum()),
        "shortage": round(float(abs(lacks[1] - lacks[0]))),
    }
