"""Which assumption moves which figure how far: one input at a time, all others as in the files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from seatplan.demand.cohorts import follow_cohorts
from seatplan.demand.draws import DemandDraws, hold_factors
from seatplan.demand.variants import (
    INPUTS,
    BirthsVariant,
    Choice,
    HousingVariant,
    InfantsVariant,
    MigrationVariant,
    TakeUpVariant,
    Variants,
    apply_choice,
)
from seatplan.draws import draw_balance, lay_like, list_draws
from seatplan.findings.thresholds import Thresholds, read_thresholds
from seatplan.outcome import Outcome

AS_GIVEN = "as in the files"
FIGURES = ("pupils", "catchment_shortage", "district_shortage")
ORIGIN = {"chance": 1.0, "provenance": "assumed", "source": "the files", "reason": "as they are"}


@dataclass(frozen=True)
class Swings:
    """How far each input moves the figures of a plan.

    Attributes
    ----------
    year
        The autumn that is looked at.
    table
        Index (`stage`, `figure`, `input`): forecast (with the inputs as in the files), low and high
        (the least and most among the input's variants), low_name and high_name (which those are),
        swing (high - low). Figures: pupils, catchment_shortage (summed over the catchments) and
        district_shortage, in pupils; short_catchments, how many lack seats.
    survey
        Index `input`: catchments (those that lack seats under one of its variants and not under
        another, all stages), shortage (the swings of catchment_shortage summed), provenance (of
        its variants); those that change most first: what to count next.
    """

    outcome: Outcome
    year: int
    table: pd.DataFrame
    survey: pd.DataFrame


def list_swings(
    today: Outcome,
    plan: Outcome,
    variants: Variants,
    year: int,
    *,
    thresholds: Thresholds | None = None,
) -> Swings:
    """Vary one input at a time and follow each future to its seats.

    Every variant of an input is tried with all other inputs as in the files. How single places
    stray is no input that could be counted, and is left out.

    Parameters
    ----------
    today
        The district as it is: what the forecast is made from.
    plan
        The outcome whose figures are told; it may be `today` itself.
    variants
        What each input may be (`read_variants`).
    year
        The autumn that is looked at, within the forecast.
    thresholds
        `least.pupils`: below so many a catchment is not said to lack seats.
    """
    least = (thresholds or read_thresholds()).least.pupils
    choices = list(_list_choices(variants, today.policy.births))
    draws = _follow(today, [choice for _, _, choice in choices])
    futures = lay_like(today, draws, plan.scenario)
    figures = list_draws(futures)
    figures = figures[figures.year == year].set_index(["stage", "draw"])
    at = plan.axes.years.index(year)
    short = draw_balance(futures)[:, :, at] >= least
    counts = short.sum(axis=0)  # stage x draw
    rows, survey = [], []
    for name in INPUTS:
        own = [0, *(draw for draw, (key, _, _) in enumerate(choices) if key == name)]
        labels = [choices[draw][1] for draw in own]
        for stage_at, stage in enumerate(plan.axes.stages):
            told = {key: figures.loc[stage][key].to_numpy(float)[own] for key in FIGURES}
            told["short_catchments"] = counts[stage_at][own].astype(float)
            rows += [
                {"stage": stage, "figure": key, "input": name, **_tell_ends(values, labels)}
                for key, values in told.items()
            ]
        changed = (short[..., own].any(axis=-1) & ~short[..., own].all(axis=-1)).sum()
        basis = dict.fromkeys(variant.provenance for variant in getattr(variants, name))
        survey.append({"input": name, "catchments": int(changed), "provenance": " ".join(basis)})
    table = pd.DataFrame(rows).set_index(["stage", "figure", "input"])
    moved = table.xs("catchment_shortage", level="figure").swing.groupby("input").sum()
    asked = pd.DataFrame(survey).set_index("input")
    asked.insert(1, "shortage", moved.reindex(asked.index))
    asked = asked.sort_values(["catchments", "shortage"], ascending=False, kind="stable")
    return Swings(plan, year, table, asked)


def _list_choices(variants: Variants, births: str) -> Iterator[tuple[str, str, Choice]]:
    """Yield the inputs as in the files, then each variant of one input beside the others so."""
    as_given = Choice(
        BirthsVariant.model_validate({"name": AS_GIVEN, "column": births, **ORIGIN}),
        InfantsVariant.model_validate({"name": AS_GIVEN, "factor": 1.0, **ORIGIN}),
        MigrationVariant.model_validate({"name": AS_GIVEN, "strength": 1.0, **ORIGIN}),
        TakeUpVariant.model_validate({"name": AS_GIVEN, "reached": 1.0, **ORIGIN}),
        HousingVariant.model_validate({"name": AS_GIVEN, "late": 0, "built": 1.0, **ORIGIN}),
    )
    yield "", AS_GIVEN, as_given
    for name in INPUTS:
        for variant in getattr(variants, name):
            yield name, variant.name, replace(as_given, **{name: variant})


def _follow(today: Outcome, choices: list[Choice]) -> DemandDraws:
    """Age the district forward under each choice; the first is what the factors stand on."""
    district, rules, births = today.district, today.standards, today.policy.births
    pupils = [
        follow_cohorts(apply_choice(district, choice), rules, births)[1] for choice in choices
    ]
    central = pupils[0]
    factors = np.stack(
        [np.divide(one, central, out=np.ones_like(central), where=central > 0) for one in pupils],
        axis=-1,
    )
    factors[:, :, 0] = 1.0  # the base year is on record
    return hold_factors(factors, district.blocks.index, list(rules.grades), district.years)


def _tell_ends(values: np.ndarray, names: list[str]) -> dict[str, object]:
    """Tell the least and the most of a figure, and which variants give them; the first is as is."""
    low, high = int(values.argmin()), int(values.argmax())
    return {
        "forecast": values[0],
        "low": values[low],
        "high": values[high],
        "low_name": names[low],
        "high_name": names[high],
        "swing": values[high] - values[low],
    }
