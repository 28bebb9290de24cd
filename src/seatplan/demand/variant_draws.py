"""Draws of a demand from variants of its inputs, where no rolls of past years speak."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd

from seatplan.demand.cohorts import follow_cohorts
from seatplan.demand.draws import DemandDraws
from seatplan.demand.variants import (
    Choice,
    Places,
    Variants,
    apply_choice,
    deal_choices,
    vary_births,
)
from seatplan.district.district import District
from seatplan.district.standards import Standards
from seatplan.labels import Floats, Ints

KEPT = 16  # choices whose pupils are kept at hand: alike ones lie beside each other


def draw_variants(
    district: District,
    standards: Standards,
    variants: Variants,
    *,
    n: int = 1000,
    seed: int = 0,
    births: str = "medium",
) -> DemandDraws:
    """Draw futures of a district's pupils from variants of the inputs that they follow from.

    Each future has one variant of each input, dealt by their chances independently of each other,
    and is aged forward anew (`follow_cohorts`); its pupils over those of the forecast are the
    factor. On top of it the pupils of each township and block stray from the district's, as
    far as `variants.places` says (`Strays`). Factors of the base year are 1.

    Parameters
    ----------
    n
        How many futures, at least 1.
    seed
        The same seed gives the same futures, in whatever parts they are worked through.
    births
        The births scenario of the forecast that the factors stand on.

    Raises
    ------
    InputError
        A variant names births that the district does not have.
    """
    for variant in variants.births:
        vary_births(district, variant)  # refused here, not in the midst of the draws
    choices = deal_choices(variants, n, np.random.default_rng(np.random.SeedSequence(seed)))
    living, central = follow_cohorts(district, standards, births)

    @lru_cache(KEPT)
    def follow(first: int) -> tuple[Floats, Floats]:
        """Return the factors of the choice that the draw `first` has, on residents and pupils."""
        varied = apply_choice(district, choices[first])
        people, pupils = follow_cohorts(varied, standards, births)
        return _divide(people, living).transpose(1, 2, 0), _divide(pupils, central)

    alike = _find_first(choices)
    size = np.maximum(central[:, :, 0].sum(axis=1) / len(standards.stages), 1.0)
    strays = Strays(_locate_blocks(district), size, len(district.years), variants.places, seed)

    def make(first: int, last: int) -> Floats:
        """Return factors (block, grade, year, draw) of the draws from `first` up to `last`."""
        parts = [
            follow(alike[draw])[1] * strays.draw(draw)[:, None, :] for draw in range(first, last)
        ]
        factors: Floats = np.stack(parts, axis=-1)
        factors[:, :, 0] = 1.0
        return factors

    def settle(draw: int) -> Floats:
        """Return factors on the residents of a draw, who stray as their pupils do."""
        factors: Floats = follow(alike[draw])[0] * strays.draw(draw)[:, None, :]
        factors[:, :, 0] = 1.0
        return factors

    blocks, years = district.blocks.index, district.years
    return DemandDraws(n, blocks, standards.grades, years, make, "variants", settle)


@dataclass(frozen=True)
class Strays:
    """Factors by which places stray from the district, draw by draw.

    Each township, and each block within it, has a drift that keeps on; beside it the few children
    of a block come and go by chance, a random walk.

    Parameters
    ----------
    township
        Position of each block's township.
    pupils
        Pupils of each block in a stage, in the mean of its stages, at least 1.
    years
        How many years, the base year first, in which nothing strays.
    places
        How far.
    seed
        A draw has the same factors whatever others are asked for.
    """

    township: Ints
    pupils: Floats
    years: int
    places: Places
    seed: int

    def draw(self, number: int) -> Floats:
        """Return the factors of one draw, (block, year), of mean 1."""
        random = np.random.default_rng(np.random.SeedSequence(self.seed, spawn_key=(number,)))
        places, blocks, ahead = self.places, len(self.township), np.arange(self.years)
        above = random.standard_normal(int(self.township.max(initial=-1)) + 1)
        drift = places.township * above[self.township]
        drift = drift + places.block * random.standard_normal(blocks)
        step = np.sqrt(places.chance / self.pupils)[:, None]
        walk = np.cumsum(step * random.standard_normal((blocks, self.years - 1)), axis=1)
        log = drift[:, None] * ahead
        log[:, 1:] += walk
        variance = (places.township**2 + places.block**2) * ahead**2 + step**2 * ahead
        return np.asarray(np.exp(log - variance / 2))


def _divide(drawn: Floats, central: Floats) -> Floats:
    """Return what is drawn for each of what is forecast; 1 where nothing is."""
    ratio: Floats = np.divide(drawn, central, out=np.ones_like(central), where=central > 0)
    return ratio


def _locate_blocks(district: District) -> Ints:
    """Position of each block's township."""
    codes, _ = pd.factorize(district.blocks["township"].astype(str), sort=True)
    return np.asarray(codes, dtype=np.int64)


def _find_first(choices: Sequence[Choice]) -> list[int]:
    """For each draw the first one that has the same choice; alike ones lie beside each other."""
    first = [0]
    for number in range(1, len(choices)):
        is_new = choices[number] != choices[number - 1]
        first.append(number if is_new else first[-1])
    return first
