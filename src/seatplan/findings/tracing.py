"""explain_measure(): what any measure is made of, by one mechanism for all of them.

The function of a measure is run once while it is watched: which other measures it asks for, and
which values of the model, rules and tables of the district it reads. Then it is run on those rows
alone that bear the labels of the cell (its year, its stage, its school, ...), every other row being
nought. The narrowest rows from which the figure comes out the same are its parts, so that an
explanation proves itself. A new measure is explained without a line being written for it.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from seatplan.district.clauses import Standard
from seatplan.district.district import RESOURCES
from seatplan.errors import InputError
from seatplan.files import suggest
from seatplan.measures.kept import ROWS, Bools, keep_rows
from seatplan.measures.registry import ALL, COMPULSORY, MEASURES, OWN, Measure, list_labels
from seatplan.measures.values import Values
from seatplan.measures.watched import list_behind, list_reads

Cell = Mapping[str, Any]  # dimension -> label
CLOSE = 1e-9
# The dimensions by which rows are chosen: the narrowest first, at last none. "own": of the blocks
# those alone whose pupils go to the school of the cell, or are zoned to it.
SPANS: tuple[tuple[str, ...], ...] = (
    ("own", "school", "block", "grade", "stage", "year"),
    ("school", "block", "grade", "stage", "year"),
    ("grade", "stage", "year"),
    ("year",),
    (),
)


@dataclass(frozen=True)
class Part:
    """An input of a figure, and those of its rows that the figure is made of.

    Parameters
    ----------
    name
        A measure, or a value of the model by where it stands, such as "heads.attend".
    rows
        Labelled; empty for what has no rows of numbers (ways, rules, zones).
    is_measure, parts
        Whether it is a measure, and what that is made of; told once where it stands twice.
    """

    name: str
    rows: pd.Series[Any]
    is_measure: bool
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True)
class Explained:
    """What a figure is made of.

    Parameters
    ----------
    measure, cell, value
        Which measure, of what (dimension -> label), and how much.
    parts
        What its function reads, in the order in which it does.
    rests_on
        The values of the model, tables and rules behind the parts, back to those that no measure
        stands before.
    limits
        The limits that it is counted against and that hold then, each with its clause.
    within
        The dimensions by which the rows were chosen: those of other labels do not matter.
    again
        The figure from these rows alone.
    """

    measure: Measure
    cell: Cell
    value: float
    parts: tuple[Part, ...]
    rests_on: tuple[str, ...]
    limits: tuple[Standard, ...]
    within: tuple[str, ...]
    again: float

    @property
    def how(self) -> str:
        """How it is computed: the first sentence of its function."""
        text = inspect.getdoc(self.measure.function) or ""
        return " ".join(text.split("\n\n")[0].split())


def explain_measure(
    values: Values,
    name: str,
    who: str,
    year: int,
    *,
    stage: str | None = None,
    grade: str | None = None,
) -> list[Explained]:
    """Explain a measure of somebody in a year: each cell that is meant.

    Parameters
    ----------
    values
        An outcome, or what it is with other limits.
    who
        A school, block, township, setting or group, by its code; "district" for the whole.
    stage, grade
        Only of this stage (or scope of classes) or grade; all of them where left out.

    Raises
    ------
    InputError
        There is no such measure, label or figure; with what there is.
    """
    if name not in MEASURES:
        raise InputError(f"{name}: no figure of that name{suggest(name, MEASURES)}")
    found = MEASURES[name].label(values)
    cells = _choose_cells(values, MEASURES[name], found, who, year, stage, grade)
    return [_explain(values, MEASURES[name], cell, float(found.loc[key])) for key, cell in cells]


def _choose_cells(
    values: Values,
    measure: Measure,
    found: pd.Series[Any],
    who: str,
    year: int,
    stage: str | None,
    grade: str | None,
) -> list[tuple[tuple[Any, ...], Cell]]:
    """Return the cells that are meant, by their keys."""
    asked: dict[str, list[Any]] = {"year": [year]}
    dim = next((one for one in measure.dims if one not in ("year", "stage", "grade", "scope")), "")
    labels = [str(label) for label in list_labels(values, dim)] if dim else []
    whole = {"place": values.district.code, "setting": ALL}.get(dim)
    named = whole if who in ("district", values.district.code) and whole else who
    faults = []
    if dim and named not in labels:
        faults.append(f"{who}: no such {dim} of {measure.name}{suggest(named, labels)}")
    elif dim:
        asked[dim] = [named]
    elif who not in ("district", values.district.code):
        faults.append(f"{who}: {measure.name} is told of the whole; want district")
    if year not in values.axes.years:
        years = values.axes.years
        faults.append(f"{year}: the forecast has {years[0]} to {years[-1]}")
    for of, given in (("stage", stage), ("grade", grade)):
        if given is not None:
            fault, chosen = _choose_labels(values, measure, of, given)
            faults += fault
            asked |= chosen
    if faults:
        raise InputError(faults)
    kept = found[np.logical_and.reduce([found.index.isin(v, level=k) for k, v in asked.items()])]
    if kept.empty:
        what = f"no figure of {measure.name} for {who} in {year}"
        needs = f"; it needs {measure.needs}" if measure.needs else ""
        raise InputError(f"{what}{needs}")
    return [(key, dict(zip(measure.dims, key, strict=True))) for key in kept.index]


def _choose_labels(
    values: Values, measure: Measure, of: str, given: str
) -> tuple[list[str], dict[str, list[Any]]]:
    """Return which labels a stage (or scope) or a grade stands for, or what is wrong with it."""
    if of == "stage" and "stage" not in measure.dims:
        of = "scope" if "scope" in measure.dims else of
        rules = values.standards
        if "grade" in measure.dims and given in values.axes.stages:
            return [], {"grade": [grade.code for grade in rules.stage(given).grades]}
    known = [str(label) for label in list_labels(values, of)] if of in measure.dims else []
    if given in known:
        return [], {of: [given]}
    return [f"{given}: no such {of} of {measure.name}{suggest(given, known)}"], {}


def _explain(values: Values, measure: Measure, cell: Cell, value: float) -> Explained:
    """Find the narrowest rows from which a figure comes out the same."""
    again, within, kept = np.nan, SPANS[-1], _choose_rows(values, cell, ())
    for within in SPANS:
        kept = _choose_rows(values, cell, within)
        again = _compute_again(values, measure, cell, kept)
        if abs(again - value) <= CLOSE * max(abs(value), 1.0):
            break
    parts = _take_parts(values, measure, kept, cell, {measure.name})
    return Explained(
        measure=measure,
        cell=cell,
        value=value,
        parts=parts,
        rests_on=tuple(list_behind(values, measure.name)),
        limits=tuple(_list_limits(values, measure, int(cell["year"]))),
        within=within,
        again=again,
    )


def _choose_rows(values: Values, cell: Cell, dims: tuple[str, ...]) -> dict[str, Bools]:
    """Return which labels of each dimension bear on a cell, by position."""
    axes, district = values.axes, values.district
    schools, blocks = (pd.Index(getattr(axes, f"{name}s")) for name in ("school", "block"))
    kept = {
        "school": np.ones(len(schools), bool),
        "block": np.ones(len(blocks), bool),
        "grade": np.ones(len(axes.grades), bool),
        "stage": np.ones(len(axes.stages), bool),
        "year": np.ones(len(axes.years), bool),
    }
    if "year" in dims:
        kept["year"] = np.array([year == cell["year"] for year in axes.years])
    if "grade" in dims:
        grades = _list_grades(values, cell)
        kept["grade"] = np.isin(axes.grades, grades)
        own = {values.standards.stage_of[grade] for grade in grades}
        kept["stage"] = np.isin(axes.stages, list(own))
    for name, labels, table in (
        ("school", schools, district.schools),
        ("block", blocks, district.blocks),
    ):
        if name not in dims:
            continue
        if name in cell:
            kept[name] = np.asarray(labels == cell[name])
        elif cell.get("place", district.code) != district.code:
            kept[name] = (table.township.reindex(labels) == cell["place"]).to_numpy(bool)
        elif name == "block" and cell.get("setting", ALL) != ALL:
            kept[name] = (table.setting.reindex(labels) == cell["setting"]).to_numpy(bool)
        elif name == "school" and cell.get("scope") == OWN:
            kept[name] = (table.run_by.reindex(labels) == "district").to_numpy(bool)
    if "own" in dims and "school" in cell:
        kept["block"] = _find_own_blocks(values, cell)
    return kept


def _find_own_blocks(values: Values, cell: Cell) -> Bools:
    """Return the blocks whose pupils go to the school of a cell, or are zoned to it."""
    axes = values.axes
    school = int(axes.schools.get_indexer(pd.Index([cell["school"]]))[0])
    own = np.zeros(len(axes.blocks), dtype=bool)
    for stage in [cell["stage"]] if "stage" in cell else axes.stages:
        for pairs in (values.assignment.pairs[stage], values.catchments.pairs[stage]):
            own[pairs.block[pairs.select(school)]] = True
    return own


def _list_grades(values: Values, cell: Cell) -> list[str]:
    """Return the grades that a cell is of: one, those of a stage or a scope, else all."""
    if "grade" in cell:
        return [str(cell["grade"])]
    stage = cell.get("stage", cell.get("scope"))
    rules = values.standards
    if stage in (COMPULSORY, OWN):
        return [grade.code for one in rules.stages if one.compulsory for grade in one.grades]
    if stage is None:
        return list(values.axes.grades)
    return [grade.code for grade in rules.stage(str(stage)).grades]


def _compute_again(
    values: Values, measure: Measure, cell: Cell, kept: Mapping[str, Bools]
) -> float:
    """Run a measure on some rows alone; NaN where it says nothing of the cell."""
    array = measure.function(keep_rows(values, kept))
    at = tuple(list_labels(values, dim).get_loc(cell[dim]) for dim in measure.dims)
    return float(array[at])


def _take_parts(
    values: Values, measure: Measure, kept: Mapping[str, Bools], cell: Cell, seen: set[str]
) -> tuple[Part, ...]:
    """Return the inputs of a measure, and theirs where they are measures; each once."""
    parts = []
    for read in list_reads(values, measure.name):
        rows = _read_rows(values, measure, read, kept, cell)
        below: tuple[Part, ...] = ()
        if read in MEASURES and read not in seen:
            seen.add(read)
            below = _take_parts(values, MEASURES[read], kept, cell, seen)
        parts.append(Part(read, rows, read in MEASURES, below))
    return tuple(parts)


def _read_rows(
    values: Values, measure: Measure, read: str, kept: Mapping[str, Bools], cell: Cell
) -> pd.Series[Any]:
    """Return the rows of an input that bear on a cell; none of what has no rows of numbers."""
    if read in MEASURES:
        rows = MEASURES[read].label(values)
    elif read in ROWS:
        rows = ROWS[read](values)
    elif read == "district.resources" and measure.needs in RESOURCES:
        rows = values.district.resources[measure.needs].dropna()
    else:
        return pd.Series([], dtype=float)
    whole = np.ones(len(rows), dtype=bool)
    for dim in map(str, rows.index.names):
        level = rows.index.get_level_values(dim)
        if dim in kept:
            labels = np.asarray(getattr(values.axes, f"{dim}s"))[kept[dim]]
            whole &= np.asarray(level.isin(labels))
        elif dim in cell:
            whole &= np.asarray(level == cell[dim])
    return rows[whole]


def _list_limits(values: Values, measure: Measure, year: int) -> Iterator[Standard]:
    """Yield the limits that a measure counts against in a year."""
    if measure.counts is not None:
        for item in values.standards.limits(measure.counts.indicator, year):
            if measure.counts.role in (None, item.role):
                yield item
