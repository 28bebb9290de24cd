"""Residents by block and age grow up; pupils by block, grade and year follow from them.

The cohort component method with change ratios (Hamilton and Perry 1962; Smith, Tayman and Swanson,
*State and Local Population Projections*, 2001, ch. 8), one year and one year of age at a time:

    residents[block, a + 1, y + 1] = residents[block, a, y] x ratio[a]
    residents[block, 0, y]         = born[y] x ratio[-1] x share of the block
    born[y]                        = births[y - 1] x 4/12 + births[y] x 8/12
    pupils[block, grade, y]        = residents of its ages x take-up[stage, y] x calibration[stage]

Ages are those of 31 August, the day by which a child must be three or six to enter that autumn;
who is born from September to December counts to the next cohort, hence four and eight twelfths.
Infants live where small children live: the share of a block is its part of the residents aged 0 to
4 one year earlier. Every ratio is the district's, so blocks add to the district's own projection.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from seatplan.case.outside import count_residents
from seatplan.district.district import District
from seatplan.district.standards import Standards
from seatplan.errors import InputError

Array = npt.NDArray[np.float64]

AGES = range(20)
BORN_BY_AUGUST = 8 / 12  # part of a calendar year before the cut-off of 31 August
INFANTS = slice(0, 5)  # ages whose homes say where the next infants live


@dataclass(frozen=True)
class Forecast:
    """The pupils and residents to come.

    Attributes
    ----------
    pupils
        Pupils, full product (`block`, `grade`, `year`) in the order of the district's blocks, the
        standards' grades and the years.
    residents
        People aged 0 to 19 at 31 August, full product (`block`, `age`, `year`).
    take_up
        Pupils for each resident of the stage's ages before calibration, (`stage`, `year`).
    calibration
        Roll on record / (residents x take-up) of the base year by `stage`; 1 where no roll is on
        record. Pupils from outside (`District.outside`) are left out; it carries the errors of both
        counts.
    """

    pupils: pd.Series[float]
    residents: pd.Series[float]
    take_up: pd.Series[float]
    calibration: pd.Series[float]

    def cube(self, grades: Sequence[str]) -> Array:
        """Return the pupils of some grades as an array, block x grade x year."""
        cube, known = self._cube
        chosen: npt.NDArray[Any] = cube[:, known.get_indexer(pd.Index(grades)), :]
        return chosen

    @cached_property
    def _cube(self) -> tuple[Array, pd.Index]:
        """The pupils of all grades, block x grade x year, and the grades."""
        blocks, known, years = (self.pupils.index.unique(level) for level in range(3))
        cube: npt.NDArray[Any] = self.pupils.to_numpy(np.float64)
        return cube.reshape(len(blocks), len(known), len(years)), known


def forecast_pupils(
    district: District, standards: Standards, *, births: str = "medium"
) -> Forecast:
    """Forecast the pupils of every block, grade and year.

    The pupils of a grade in the base year are the roll on record, where there is one, spread over
    the blocks by the residents of its ages. Later years follow residents x take-up x calibration,
    one factor for each stage. Sources: see the head of this file.

    Parameters
    ----------
    births
        The births scenario: a column of `district.births`.

    Raises
    ------
    InputError
        The births scenario does not exist, or its births stop short of the horizon.
    """
    residents, pupils = follow_cohorts(district, standards, births)
    blocks, grades = district.blocks.index, standards.grades
    return Forecast(
        _label(pupils, "pupils", block=blocks, grade=grades, year=district.years),
        _label_residents(district, residents),
        _label(
            read_take_up(district, standards, district.years),
            "take_up",
            stage=[stage.code for stage in standards.stages],
            year=district.years,
        ),
        _calibrate(district, standards),
    )


def follow_cohorts(district: District, standards: Standards, births: str) -> tuple[Array, Array]:
    """Return residents (year, block, age) and pupils (block, grade, year) as plain arrays.

    What `forecast_pupils` labels; see there.
    """
    residents = _project(district, standards, births)
    rates = _pupil_rates(district, standards)
    pupils = np.einsum("yba,gya->bgy", residents, rates, optimize=True)
    pupils[:, :, 0] = _meet_rolls(district, standards, residents[0], pupils[:, :, 0])
    return residents, pupils


def project_residents(
    district: District, standards: Standards, *, births: str = "medium"
) -> pd.Series[float]:
    """Project the residents aged 0 to 19 of every block, (`block`, `age`, `year`).

    Planned housing of a later year than the base year brings residents of the district's age
    profile, as many as make `dwellings` x `residents_per_dwelling` x `pupils_per_1000` / 1000
    pupils in that year; from then on they age with the rest. `from_outside` of them are new to the
    district; the others leave the other blocks, each in proportion to its residents of that age.
    (Housing up to the base year is lived in by residents on record.) Dwellings below zero are taken
    down: as many pupils leave, and with them residents of the block's own age profile, before
    anyone moves in; nobody leaves who is not there. `from_outside` of them leave the district; the
    others pass to the other blocks, each in proportion to its residents of that age.

    Raises
    ------
    InputError
        The births scenario does not exist, or its births stop short of the horizon.
    """
    return _label_residents(district, _project(district, standards, births))


def _project(district: District, standards: Standards, births: str) -> Array:
    """Residents as an array (year, block, age)."""
    born = _read_births(district, births)
    ratio = district.cohort_ratios.loc[[-1, *AGES[:-1]]].to_numpy(float)
    rates = _pupil_rates(district, standards).sum(axis=0)  # pupils per resident (year, age)
    housing = _read_housing(district)
    now = _residents_on_record(district)
    homes = _people(district)
    path = [now]
    for step in range(1, len(district.years)):
        aged = np.empty_like(now)
        aged[:, 1:] = now[:, :-1] * ratio[1:]
        aged[:, 0] = born[step] * ratio[0] * _share(now[:, INFANTS].sum(axis=1), homes)
        left = _move_out(aged, housing[step, 1], rates[step])
        now = _move_in(left, housing[step, 0, 0], housing[step, 0, 1], rates[step])
        path.append(now)
    return np.stack(path)


def _move_out(residents: Array, gone: Array, rate: Array) -> Array:
    """Take the households of dwellings that are taken down from their blocks.

    `residents` (block, age); `gone`: pupils (to outside or inside, block); `rate`: pupils for each
    resident (age).
    """
    pupils = residents @ rate
    part = np.divide(gone, pupils, out=np.zeros_like(gone), where=pupils > 0)
    part /= np.maximum(part.sum(axis=0), 1.0)  # nobody leaves who is not there
    if not part.any():
        return residents
    away, moved = part[:, :, None] * residents
    left = residents - away - moved
    others = left.sum(axis=0) - left
    drawn = np.divide(moved, others, out=np.zeros_like(moved), where=others > 0)
    stays = np.where(others > 0, 0.0, moved)  # where nobody else lives, there is no other home
    after: Array = left * (1.0 + drawn.sum(axis=0) - drawn) + stays
    return after


def _move_in(residents: Array, outside: Array, inside: Array, rate: Array) -> Array:
    """Add who moves into new dwellings, and take from other blocks who moved within the district.

    `residents` (block, age); `outside`, `inside`: pupils (block) who come from outside and from
    other blocks; `rate`: pupils for each resident (age).
    """
    total = residents.sum(axis=0)
    pupils = total @ rate
    if pupils == 0 or not (outside + inside).any():
        return residents
    profile = total / pupils  # residents of each age for each pupil
    others = total - residents
    moving = inside[:, None] * profile
    drawn = np.divide(moving, others, out=np.zeros_like(moving), where=others > 0)
    drawn /= np.maximum(drawn.sum(axis=0), 1.0)  # nobody moves twice
    after: Array = residents * (1 - drawn.sum(axis=0) + drawn)
    after += drawn * others + outside[:, None] * profile
    return after


def _read_births(district: District, scenario: str) -> Array:
    """Children who are 0 at 31 August of each year, before deaths and moves; 0 in the base year."""
    table = district.births
    if scenario not in table.columns:
        known = ", ".join(map(str, table.columns))
        raise InputError(f"births scenario {scenario!r} does not exist; there are: {known}")
    years = district.years[1:]
    births = table[scenario].reindex(range(district.base_year, district.horizon + 1))
    if years and births.isna().any():
        gaps = ", ".join(str(year) for year in births.index[births.isna()])
        raise InputError(
            f"births.csv: scenario {scenario!r} has no births for {gaps}; add the years, "
            f"or end the forecast earlier"
        )
    counts = births.to_numpy(float)
    born = counts.copy()
    born[1:] = (1 - BORN_BY_AUGUST) * counts[:-1] + BORN_BY_AUGUST * counts[1:]
    born[0] = 0.0
    return born


def _read_housing(district: District) -> Array:
    """Pupils who move: (year, in or out, outside or inside, block).

    What is built and what is taken down in one block and year stand apart.
    """
    housing, blocks = district.housing, district.blocks.index
    flow = np.zeros((len(district.years), 2, 2, len(blocks)))
    year = housing["year"].to_numpy(int) - district.base_year
    counted = (year > 0) & (year < len(district.years))
    table, year = housing[counted], year[counted]
    people = table["dwellings"] * table["residents_per_dwelling"]
    pupils = (people * table["pupils_per_1000"] / 1000).to_numpy(float)
    outside = table["from_outside"].to_numpy(float)
    block = blocks.get_indexer(pd.Index(table["block"]))
    out = (pupils < 0).astype(int)
    np.add.at(flow[:, :, 0], (year, out, block), np.abs(pupils) * outside)
    np.add.at(flow[:, :, 1], (year, out, block), np.abs(pupils) * (1 - outside))
    return flow


def _residents_on_record(district: District) -> Array:
    """Residents of the base year (block, age)."""
    counts: Array = district.residents.loc[district.blocks.index, list(AGES)].to_numpy(float)
    return counts


def _people(district: District) -> Array:
    """All people of each block in the base year."""
    counts: Array = district.residents.loc[district.blocks.index, "total"].to_numpy(float)
    return counts


def _share(weights: Array, instead: Array) -> Array:
    """Shares that sum to 1, by `weights`; by `instead` where all are 0, else alike."""
    for candidate in (weights, instead):
        if candidate.sum() > 0:
            share: Array = candidate / candidate.sum()
            return share
    return np.full(len(weights), 1 / len(weights))


def _grades(standards: Standards) -> Iterator[tuple[int, slice, int]]:
    """Each grade's position, ages and the position of its stage."""
    position = 0
    for stage_position, stage in enumerate(standards.stages):
        for grade in stage.grades:
            yield position, slice(grade.age_from, grade.age_to + 1), stage_position
            position += 1


def read_take_up(district: District, standards: Standards, years: Sequence[int]) -> Array:
    """Take-up as an array (stage, year): straight lines between the years given, level beyond."""
    known = district.take_up.sort_index()
    lines = []
    for stage in standards.stages:
        rates = known.xs(stage.code, level="stage")
        lines.append(np.interp(years, rates.index.to_numpy(float), rates.to_numpy(float)))
    return np.array(lines)


def _rolls_on_record(district: District, standards: Standards) -> Array:
    """Residents on the rolls of the base year by grade; NaN where there is no roll."""
    rolls = count_residents(district)
    base = rolls[rolls.index.get_level_values("year") == district.base_year]
    sums = base.groupby(level="grade").sum(min_count=1).reindex(standards.grades)
    return np.asarray(sums, np.float64)


def _calibrate(district: District, standards: Standards) -> pd.Series[float]:
    """Roll / (residents x take-up) of the base year, by stage, over the grades with a roll."""
    rolls = _rolls_on_record(district, standards)
    residents = _residents_on_record(district).sum(axis=0)
    take_up = read_take_up(district, standards, district.years)[:, 0]
    expected, recorded = np.zeros(len(take_up)), np.zeros(len(take_up))
    for grade, ages, stage in _grades(standards):
        if not np.isnan(rolls[grade]):
            expected[stage] += residents[ages].sum() * take_up[stage]
            recorded[stage] += rolls[grade]
    factors = np.divide(recorded, expected, out=np.ones_like(expected), where=expected > 0)
    codes = pd.Index([stage.code for stage in standards.stages], name="stage")
    return pd.Series(factors, index=codes, name="calibration")


def _pupil_rates(district: District, standards: Standards) -> Array:
    """Pupils of each grade for each resident, (grade, year, age)."""
    take_up = read_take_up(district, standards, district.years)
    factors = _calibrate(district, standards).to_numpy(float)
    rates = np.zeros((len(standards.grades), len(district.years), len(AGES)))
    for grade, ages, stage in _grades(standards):
        rates[grade, :, ages] = (take_up[stage] * factors[stage])[:, None]
    return rates


def _meet_rolls(district: District, standards: Standards, residents: Array, pupils: Array) -> Array:
    """Spread the rolls on record over the blocks; grades without one keep `pupils`."""
    rolls, met, homes = _rolls_on_record(district, standards), pupils.copy(), _people(district)
    for grade, ages, _ in _grades(standards):
        if not np.isnan(rolls[grade]):
            met[:, grade] = rolls[grade] * _share(residents[:, ages].sum(axis=1), homes)
    return met


def _label(values: Array, name: str, **labels: Sequence[Hashable] | pd.Index) -> pd.Series[float]:
    """Name the axes of an array: one Series over the full product of the labels."""
    names = list(labels)
    index = pd.MultiIndex.from_product([labels[name] for name in names], names=names)
    return pd.Series(values.ravel(), index=index, name=name)


def _label_residents(district: District, residents: Array) -> pd.Series[float]:
    """Residents as a Series (block, age, year)."""
    by_block = residents.transpose(1, 2, 0)
    return _label(by_block, "residents", block=district.blocks.index, age=AGES, year=district.years)
