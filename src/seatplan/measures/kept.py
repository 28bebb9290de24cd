"""The rows of the model that a figure rests on: held alone, every other row being nought."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from seatplan.labels import to_series
from seatplan.measures.values import Values

Bools = npt.NDArray[np.bool_]


def keep_rows(values: Values, kept: Mapping[str, Bools]) -> Values:
    """Return the values of the model with nought in every row but those that are kept.

    Parameters
    ----------
    kept
        By dimension ("school", "block", "grade", "stage", "year"), which labels are.
    """

    def hold(array: npt.NDArray[Any], *dims: str) -> npt.NDArray[Any]:
        whole = np.ones(array.shape, dtype=bool)
        for at, dim in enumerate(dims):
            shape = [-1 if at == other else 1 for other in range(len(dims))]
            whole &= kept[dim].reshape(shape)
        return np.where(whole | _is_nan(array), array, np.zeros(1, array.dtype))

    heads, classes, seats = values.heads, values.classes, values.seats
    by_school, by_block = ("school", "grade", "year"), ("block", "grade", "year")
    flows, share = {}, {}
    for stage, span in zip(values.axes.stages, values.axes.spans, strict=True):
        pairs, along = values.assignment.pairs[stage], values.catchments.pairs[stage]
        own = kept["school"][pairs.school] & kept["block"][pairs.block]
        when = kept["grade"][span][:, None] & kept["year"]
        flows[stage] = values.assignment.flows[stage] * own[:, None, None] * when
        there = kept["school"][along.school] & kept["block"][along.block]
        share[stage] = values.catchments.share[stage] * there[:, None] * kept["year"]
    held = replace(
        seats,
        rooms=hold(seats.rooms, "school", "stage", "year"),
        places=hold(seats.places, "school", "stage", "year"),
    )
    return Values(
        case=replace(values.case, seats=held),
        forecast=replace(values.forecast, pupils=_hold_pupils(values, kept)),
        origins=values.origins,
        catchments=replace(values.catchments, share=share),
        assignment=replace(
            values.assignment, flows=flows, short=hold(values.assignment.short, *by_block)
        ),
        heads=replace(
            heads,
            attend=hold(heads.attend, *by_school),
            seated=hold(heads.seated, *by_block),
            unplaced=hold(heads.unplaced, *by_block),
        ),
        classes=replace(
            classes,
            pupils=hold(classes.pupils, *by_school),
            sitting=hold(classes.sitting, *by_school),
            classes=hold(classes.classes, *by_school),
            largest=hold(classes.largest, *by_school),
        ),
    )


def _hold_pupils(values: Values, kept: Mapping[str, Bools]) -> pd.Series[float]:
    """Return the forecast with nought in every row but those that are kept."""
    pupils, axes = values.forecast.pupils, values.axes
    whole = np.ones(len(pupils), dtype=bool)
    for name in ("block", "grade", "year"):
        labels = np.asarray(getattr(axes, f"{name}s"))[kept[name]]
        whole &= pupils.index.isin(labels, level=name)
    return pupils.where(whole, 0.0)


def _is_nan(array: npt.NDArray[Any]) -> Bools:
    found: Bools = np.isnan(array) if array.dtype.kind == "f" else np.zeros(array.shape, bool)
    return found


# Value of the model -> its rows; what is not here has none that are numbers.
ROWS: dict[str, Callable[[Values], pd.Series[Any]]] = {
    "heads.attend": lambda values: values.heads.schools,
    "heads.seated": lambda values: _label(values, values.heads.seated, "block"),
    "heads.unplaced": lambda values: _label(values, values.heads.unplaced, "block"),
    "classes.pupils": lambda values: _label(values, values.classes.pupils, "school"),
    "classes.sitting": lambda values: _label(values, values.classes.sitting, "school"),
    "classes.classes": lambda values: _label(values, values.classes.classes, "school"),
    "classes.largest": lambda values: _label(values, values.classes.largest, "school"),
    "seats.rooms": lambda values: _label_seats(values, values.seats.rooms),
    "seats.places": lambda values: _label_seats(values, values.seats.places),
    "assignment.flows": lambda values: values.assignment.pupils,
    "catchments.share": lambda values: values.catchments.shares,
    "forecast.cube": lambda values: values.forecast.pupils,
    "forecast.pupils": lambda values: values.forecast.pupils,
    "district.composition": lambda values: values.district.composition,
}


def _label(values: Values, array: npt.NDArray[Any], dim: str) -> pd.Series[Any]:
    axes = values.axes
    first = {dim: pd.Index(getattr(axes, f"{dim}s"))}
    return to_series(
        array, "n", above=0, **first, grade=pd.Index(axes.grades), year=pd.Index(axes.years)
    )


def _label_seats(values: Values, array: npt.NDArray[Any]) -> pd.Series[Any]:
    axes = values.axes
    return to_series(
        np.nan_to_num(array),
        "n",
        above=0,
        school=axes.schools,
        stage=pd.Index(axes.stages),
        year=pd.Index(axes.years),
    )
