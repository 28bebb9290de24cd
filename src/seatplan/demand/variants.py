"""Variants: what else the inputs of demand may be, each with its chance, reason and source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Self

import numpy as np
import pandas as pd
from pydantic import Field, model_validator

from seatplan.district.district import District
from seatplan.errors import InputError
from seatplan.files import suggest
from seatplan.labels import Ints
from seatplan.toml_files import Declaration, read_declaration_or

Provenance = Literal["real", "plan", "calibrated", "synthetic", "assumed"]
INPUTS = ("births", "infants", "migration", "take_up", "housing")
TOLERANCE = 1e-6  # how far chances of one input may add up beside 1


class Variant(Declaration, allow_inf_nan=False):
    """What every variant says: its name, in Chinese too, its chance, whence its value comes."""

    name: str = Field(min_length=1)
    name_zh: str | None = Field(default=None, min_length=1)
    chance: float = Field(ge=0, le=1)
    provenance: Provenance
    source: str = Field(min_length=1)
    reason: str = Field(min_length=1)


class BirthsVariant(Variant):
    """`[[births]]`: a column of the births, or one that leaves it.

    from_year, change
        The births of that year are so much above those of the year before, and later ones move as
        the column's do; not where the year is the base year or earlier, whose births are known.
    yearly
        Births after the base year move by so much a year more than the column's.
    """

    column: str
    from_year: int | None = Field(default=None, ge=1900, le=2200)
    change: float = Field(default=0.0, gt=-1, le=10)
    yearly: float = Field(default=0.0, gt=-1, le=1)


class InfantsVariant(Variant):
    """`[[infants]]`: residents of age 0, and births, times a factor."""

    factor: float = Field(gt=0, le=3)


class MigrationVariant(Variant):
    """`[[migration]]`: the log of every cohort ratio times a strength."""

    strength: float = Field(ge=-5, le=5)


class TakeUpVariant(Variant):
    """`[[take_up]]`: the part of the change from the base year's rates that comes."""

    reached: float = Field(ge=0, le=2)


class HousingVariant(Variant):
    """`[[housing]]`: years that planned housing is late, and the part that is built."""

    late: int = Field(ge=0, le=30)
    built: float = Field(ge=0, le=2)


class Places(Declaration, allow_inf_nan=False):
    """`[places]`: how far the pupils of places stray from the district's, whatever the inputs.

    township, block
        Standard deviation of the log of a township's pupils, and of a block's within its township,
        for each year ahead: places that lose families go on losing them.
    chance
        Variance of the log for each year ahead of a block with one pupil in a stage; with n pupils
        1 / n of it.
    """

    township: float = Field(ge=0, le=1)
    block: float = Field(ge=0, le=1)
    chance: float = Field(ge=0, le=10)
    provenance: Provenance
    source: str = Field(min_length=1)
    reason: str = Field(min_length=1)


class Variants(Declaration, allow_inf_nan=False):
    """`variants.toml`: what each input of demand may be besides what stands in the district."""

    births: list[BirthsVariant] = Field(min_length=1)
    infants: list[InfantsVariant] = Field(min_length=1)
    migration: list[MigrationVariant] = Field(min_length=1)
    take_up: list[TakeUpVariant] = Field(min_length=1)
    housing: list[HousingVariant] = Field(min_length=1)
    places: Places

    @model_validator(mode="after")
    def _add_up(self) -> Self:
        for name in INPUTS:
            total = sum(variant.chance for variant in getattr(self, name))
            if abs(total - 1) > TOLERANCE:
                raise ValueError(f"chances of {name} that add up to 1, not {total:g}")
        return self


@dataclass(frozen=True)
class Choice:
    """One variant of each input."""

    births: BirthsVariant
    infants: InfantsVariant
    migration: MigrationVariant
    take_up: TakeUpVariant
    housing: HousingVariant


def read_variants(path: Path | None = None) -> Variants:
    """Return the variants of a variants.toml; those of seatplan without one.

    Raises
    ------
    InputError
        With one sentence for each key that is missing, unknown or out of bounds, or where the
        chances of an input do not add up to 1.
    """
    return read_declaration_or(path, Variants, "seatplan.demand", "variants.toml")


def find_variants(folder: Path) -> Variants:
    """Return the variants of a district's folder; those of seatplan where it has none."""
    own = folder / "variants.toml"
    return read_variants(own if own.exists() else None)


def list_variants(variants: Variants) -> pd.DataFrame:
    """List every variant: input, name, value, chance, provenance, source, reason."""
    rows = []
    for name in INPUTS:
        for variant in getattr(variants, name):
            own = variant.model_dump(exclude=set(Variant.model_fields), exclude_defaults=True)
            value = ", ".join(f"{key} {number}" for key, number in own.items())
            rows.append((name, variant.name, value, variant.chance, *_tell_origin(variant)))
    places = variants.places
    rows += [
        ("places", part, f"{getattr(places, part)} a year", np.nan, *_tell_origin(places))
        for part in ("township", "block", "chance")
    ]
    columns = ["input", "name", "value", "chance", "provenance", "source", "reason"]
    return pd.DataFrame(rows, columns=columns)


def _tell_origin(entry: Variant | Places) -> tuple[str, str, str]:
    return entry.provenance, entry.source, entry.reason


def deal_choices(variants: Variants, n: int, random: np.random.Generator) -> list[Choice]:
    """Deal n equally likely choices, those that are alike beside each other.

    Each variant is dealt as often as its chance says, to the next whole number, and the inputs are
    shuffled against each other: they are taken to be independent.
    """
    hands = [
        random.permutation(
            _deal([variant.chance for variant in getattr(variants, name)], n, random)
        )
        for name in INPUTS
    ]
    order = np.lexsort(hands[::-1])
    return [
        Choice(
            *(getattr(variants, name)[hand[draw]] for name, hand in zip(INPUTS, hands, strict=True))
        )
        for draw in order
    ]


def _deal(chances: Sequence[float], n: int, random: np.random.Generator) -> Ints:
    """Positions of n systematic draws by chance: one uniform start, steps of 1 / n."""
    marks = (np.arange(n) + random.random()) / n
    at = np.searchsorted(np.cumsum(chances), marks * sum(chances), side="right")
    return np.asarray(np.minimum(at, len(chances) - 1), dtype=np.int64)


def apply_choice(district: District, choice: Choice) -> District:
    """Return the district as it would be with one variant of each input.

    Raises
    ------
    InputError
        A births variant names a column or a year that the district's births do not have.
    """
    factor = choice.infants.factor
    residents = district.residents.copy()
    residents[0] = residents[0] * factor
    return district.replace(
        residents=residents,
        births=vary_births(district, choice.births) * factor,
        cohort_ratios=district.cohort_ratios**choice.migration.strength,
        take_up=_vary_take_up(district, choice.take_up.reached),
        housing=_vary_housing(district, choice.housing),
    )


def vary_births(district: District, variant: BirthsVariant) -> pd.DataFrame:
    """Return births with the variant's series in every column, whatever scenario reads them.

    Raises
    ------
    InputError
        The variant names a column that the births do not have.
    """
    table = district.births
    if variant.column not in table:
        names = list(map(str, table))
        raise InputError(
            f"variants: births {variant.name!r}: no column {variant.column!r} in births.csv"
            f"{suggest(variant.column, names)}; there are: {', '.join(names)}"
        )
    series = table[variant.column].astype(float)
    ahead = np.maximum(series.index.to_numpy(float) - district.base_year, 0.0)
    series = series * (1 + variant.yearly) ** ahead
    year = variant.from_year
    known = set(series.index[series > 0])
    if year is not None and year > district.base_year and {year - 1, year} <= known:
        moved = series[year - 1] * (1 + variant.change) / series[year]
        series = series.where(series.index < year, series * moved)
    return pd.DataFrame(dict.fromkeys(table, series))


def _vary_take_up(district: District, reached: float) -> pd.Series[float]:
    """Rates after the base year moved to the base year's by the part that is not reached."""
    rates = district.take_up.sort_index()
    parts = []
    for stage in rates.index.unique("stage"):
        own = rates.xs(stage, level="stage")
        base = float(np.interp(district.base_year, own.index.to_numpy(float), own.to_numpy(float)))
        later = own.index > district.base_year
        parts.append(pd.Series(np.where(later, base + reached * (own - base), own)))
    return pd.Series(np.concatenate(parts), index=rates.index, name=rates.name)


def _vary_housing(district: District, variant: HousingVariant) -> pd.DataFrame:
    """Dwellings planned for later than the base year, late or fewer; what is taken down stays."""
    table = district.housing.copy()
    planned = (table["year"] > district.base_year) & (table["dwellings"] > 0)
    table["year"] = table["year"].where(~planned, table["year"] + variant.late)
    dwellings = table["dwellings"].astype(float)
    table["dwellings"] = dwellings.where(~planned, dwellings * variant.built)
    return table
