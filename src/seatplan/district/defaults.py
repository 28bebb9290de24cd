"""What stands in for a table that nobody gave, and how it is told."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.resources import files

import geopandas as gpd
import numpy as np
import pandas as pd

from seatplan.district.draft import Draft
from seatplan.district.order import find_nearest_place
from seatplan.district.stages import Label
from seatplan.district.tables import (
    AGES,
    ASSUMPTIONS,
    BIRTHS,
    BLOCKS,
    HOUSING,
    RATIOS,
    RESIDENTS,
    SCENARIOS,
    TAKE_UP,
    TRAVEL,
    write_contracts,
)

Told = tuple[str, Label]  # the table that was not given, what stands in for it


@dataclass(frozen=True)
class Stand:
    """What stands in for one table: the table, and the words about it."""

    table: pd.DataFrame
    told: list[Told]


@lru_cache(maxsize=1)
def _templates() -> dict[str, dict[str, str]]:
    text = (files("seatplan.district") / "assumed.toml").read_text("utf-8")
    return tomllib.loads(text)


def say_assumed(code: str, **words: object) -> Label:
    """Return the sentence of `assumed.toml` called `code`, in Chinese and in English.

    Parameters
    ----------
    words
        What fills the places in braces; a `Label` is filled in by language.

    >>> say_assumed("roads", detour="1.3").en
    'no roads: straight line x 1.3'
    """
    told = _templates()[code]
    zh, en = (
        told[language].format(
            **{
                key: word.of(language) if isinstance(word, Label) else word
                for key, word in words.items()
            }
        )
        for language in ("zh", "en")
    )
    return Label(zh, en)


def complete_draft(
    draft: Draft, crs: str, detour: float, pace: float
) -> tuple[Draft, pd.DataFrame]:
    """Return the draft with every table that it lacks, and what was assumed for it.

    Parameters
    ----------
    crs
        The metric CRS of the district.
    detour
        Metres walked for one by air where there are no roads.
    pace
        Metres walked in a minute, where ways are stated in minutes.

    Returns
    -------
    tuple
        The draft; a row for each assumption: table, zh, en, those of `assumptions.csv` first.
    """
    tables, shapes, told = dict(draft.tables), dict(draft.shapes), list(_told_before(draft))
    told += [("population/blocks.geojson", words) for words in draft.told]
    for name, make in DEFAULTS.items():
        stand = make(replace(draft, tables=tables))
        if stand is not None:
            tables[name] = stand.table
            told += stand.told
    for name in ("roads.geojson", "sites.geojson"):
        if name not in tables:
            tables[name], shapes[name] = _empty(draft, name), gpd.GeoSeries([], crs=crs)
    if tables["roads.geojson"].empty:
        told.append(("roads.geojson", say_assumed("roads", detour=f"{detour:g}")))
    if (stand := complete_travel(draft, pace)) is not None:
        tables[TRAVEL] = stand.table
        told += stand.told
    if "provenance.csv" not in tables:
        tables["provenance.csv"] = _empty(draft, "provenance.csv")
    rows = list(dict.fromkeys((table, words.zh, words.en) for table, words in told))
    return (
        replace(draft, tables=tables, shapes=shapes),
        pd.DataFrame(rows, columns=["table", "zh", "en"], dtype="str"),
    )


def _told_before(draft: Draft) -> Iterator[Told]:
    """Yield what the folder itself says was assumed when it was made."""
    if draft.has(ASSUMPTIONS):
        for table, zh, en in draft.tables[ASSUMPTIONS][["table", "zh", "en"]].to_numpy():
            yield table, Label(zh, en)


def _empty(draft: Draft, name: str) -> pd.DataFrame:
    """Return a table without rows, of the columns its contract asks for."""
    contract = write_contracts(draft.standards)[name]
    columns = {
        column: pd.Series(dtype=kind.dtype.type) for column, kind in contract.columns.items()
    }
    return pd.DataFrame(columns)


def assume_births(draft: Draft) -> Stand | None:
    """Give every year the births of the base year's age 0; one series stands for all variants."""
    if not draft.has(BIRTHS):
        births = float(draft.tables[RESIDENTS].age_0.sum())
        years = range(draft.base_year, draft.horizon + 1)
        table = pd.DataFrame({"year": years, **dict.fromkeys(SCENARIOS, births)})
        return Stand(
            table, [(BIRTHS, say_assumed("births", births=f"{births:,.1f}".removesuffix(".0")))]
        )
    table = draft.tables[BIRTHS]
    if not table[["low", "high"]].isna().to_numpy().any():
        return None
    filled = table.assign(**{name: table[name].fillna(table.medium) for name in ("low", "high")})
    return Stand(filled, [(BIRTHS, say_assumed("births_series"))])


def assume_ratios(draft: Draft) -> Stand | None:
    """Let every cohort grow older as it is."""
    if draft.has(RATIOS):
        return None
    table = pd.DataFrame({"age": range(-1, AGES[-1]), "ratio": 1.0})
    return Stand(table, [(RATIOS, say_assumed("cohort_ratios"))])


def assume_take_up(draft: Draft) -> Stand | None:
    """Let everyone of a stage's ages attend it."""
    if draft.has(TAKE_UP):
        return None
    stages = [stage.code for stage in draft.standards.stages]
    table = pd.DataFrame({"stage": stages, "year": draft.base_year, "rate": 1.0})
    return Stand(table, [(TAKE_UP, say_assumed("take_up"))])


def assume_housing(draft: Draft) -> Stand | None:
    """Count no new dwellings."""
    if draft.has(HOUSING):
        return None
    return Stand(_empty(draft, HOUSING), [(HOUSING, say_assumed("housing"))])


def assume_catchments(draft: Draft) -> Stand | None:
    """Give each block the nearest school of each stage that has catchments.

    By air, from a point inside the block; of schools equally far the westernmost. Private schools
    count only where no other teaches the stage.
    """
    zoned = [stage for stage in draft.standards.stages if stage.intake == "catchment"]
    if draft.has("catchments.csv"):
        return _drop_unzoned(draft, {stage.code for stage in zoned})
    found = [_nearest_schools(draft, stage.code) for stage in zoned]
    table = pd.concat([*found, _empty(draft, "catchments.csv")], ignore_index=True)
    if not zoned:
        return Stand(table, [])
    names = Label(*("、".join(s.name.zh for s in zoned), ", ".join(s.name.en for s in zoned)))
    return Stand(table, [("catchments.csv", say_assumed("catchments", stages=names))])


def _drop_unzoned(draft: Draft, zoned: set[str]) -> Stand | None:
    """Leave out catchments of stages that are attended without them."""
    table = draft.tables["catchments.csv"]
    other = [s for s in draft.standards.stages if s.code in set(table.stage) - zoned]
    if not other:
        return None
    names = Label("、".join(s.name.zh for s in other), ", ".join(s.name.en for s in other))
    told = say_assumed("catchments_unused", stages=names)
    return Stand(table[table.stage.isin(zoned)], [("catchments.csv", told)])


def _nearest_schools(draft: Draft, stage: str) -> pd.DataFrame:
    """Return block, stage and school: the nearest that teaches the stage in the base year."""
    schools = draft.tables["schools.geojson"]
    teaches = [stage in draft.standards.kinds[kind] for kind in schools.kind]
    stands = ~(schools.opened > draft.base_year) & ~(schools.closes <= draft.base_year)
    open_to_all = np.array(teaches) & stands.to_numpy()
    public = open_to_all & (schools.ownership != "private").to_numpy()
    chosen = public if public.any() else open_to_all
    places = draft.shapes["schools.geojson"][chosen]
    near = find_nearest_place(draft.shapes[BLOCKS].representative_point(), places)
    nearest = schools.id.to_numpy()[chosen][near]
    return pd.DataFrame(
        {"block": draft.tables[BLOCKS].id.to_numpy(), "stage": stage, "school": nearest}
    )


def complete_travel(draft: Draft, pace: float) -> Stand | None:
    """Turn minutes into metres, and tell how many pairs of block and school are not stated."""
    if not draft.has(TRAVEL) or not len(draft.tables[TRAVEL]):
        return None
    table, told = draft.tables[TRAVEL], []
    if table.metres.isna().any():
        told.append((TRAVEL, say_assumed("minutes", pace=f"{pace:g}")))
    pairs = len(draft.tables[BLOCKS]) * len(draft.tables["schools.geojson"])
    if len(table) < pairs:
        told.append((TRAVEL, say_assumed("travel", stated=f"{len(table):,}", pairs=f"{pairs:,}")))
    return Stand(table.assign(metres=table.metres.fillna(table.minutes * pace)), told)


DEFAULTS: dict[str, Callable[[Draft], Stand | None]] = {
    BIRTHS: assume_births,
    RATIOS: assume_ratios,
    TAKE_UP: assume_take_up,
    HOUSING: assume_housing,
    "catchments.csv": assume_catchments,
}
