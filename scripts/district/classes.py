"""Classes and classrooms in 2020: crowded in town, half empty in the country."""

from __future__ import annotations

import numpy as np
import pandas as pd

from district.rounding import Integers
from district.sources import part_rng

LARGE = 55  # pupils; a class beyond is a large class (the plan counts from 56)
# Pupils a class aims at, relative to the urban aim, which is found so that the classes add up.
RELATIVE = {("urban", "primary"): 1.0, ("town", "primary"): 0.88, ("rural", "primary"): 0.72,
            ("urban", "junior"): 1.04, ("town", "junior"): 0.94, ("rural", "junior"): 0.84}  # fmt: skip
SPARE_ROOMS = {"urban": (0, 1), "town": (0, 2), "rural": (1, 4)}  # least and most
LEAST_ROOMS = {"primary": 6, "junior": 3}
KINDERGARTEN_AIM = {"k1": 26.5, "k2": 31.5, "k3": 36.0}


def class_sizes(roll: Integers, classes: Integers) -> Integers:
    """Sizes of all classes when each grade is split as evenly as can be."""
    sizes = [
        n // c + (np.arange(c) < n % c) for n, c in zip(roll.ravel(), classes.ravel(), strict=True)
    ]
    return np.concatenate(sizes).astype(np.int64) if sizes else np.empty(0, dtype=np.int64)


def form_compulsory(
    rolls: pd.DataFrame, setting: pd.Series[str], wanted: int, large_share: float
) -> pd.DataFrame:
    """Classes by school, stage and grade: about `wanted`, of which `large_share` are large.

    First every grade gets as many classes as keep it near the aim and at most 55 a class; then
    the fullest urban grades lose a class each until the share of large classes is met.
    """
    aim = np.array(
        [RELATIVE[(setting[school], stage)] for school, stage in rolls.index], dtype=float
    )
    roll = rolls.to_numpy()
    low, high = 40.0, 60.0
    for _ in range(40):
        middle = (low + high) / 2
        classes = _crowd(_split(roll, aim * middle), roll, large_share)
        low, high = (middle, high) if classes.sum() > wanted else (low, middle)
    return pd.DataFrame(classes, index=rolls.index, columns=rolls.columns)


def _split(roll: Integers, aim: np.ndarray) -> Integers:
    near = np.rint(roll / aim[:, None])
    classes = np.maximum(near, np.ceil(roll / LARGE)).astype(np.int64)
    return np.maximum(classes, (roll > 0).astype(np.int64))


def _crowd(classes: Integers, roll: Integers, large_share: float) -> Integers:
    """Take a class from the grades where it makes the smallest large classes."""
    crowded = classes.copy()
    without = np.where(classes > 3, roll / np.maximum(classes - 1, 1), 1e9)
    order = [int(c) for c in np.argsort(without, axis=None, kind="stable")]
    order = [c for c in order if 56.0 <= without.flat[c] <= 64.0]
    for cell in order:
        sizes = class_sizes(roll[classes > 0], crowded[classes > 0])
        missing = large_share * len(sizes) - (sizes > LARGE).sum()
        if missing < 0.5 * crowded.flat[cell]:
            break
        crowded.flat[cell] -= 1
    return crowded


def count_rooms(classes: pd.DataFrame, setting: pd.Series[str]) -> pd.Series[int]:
    """Classrooms by school and stage: the classes, and what a setting has to spare."""
    rng = part_rng("rooms")
    used = classes.sum(axis=1)
    spare = [rng.integers(*SPARE_ROOMS[setting[s]], endpoint=True) for s, _ in classes.index]
    least = used.index.get_level_values("stage").map(LEAST_ROOMS).to_numpy()
    return np.maximum(used + spare, least).astype(int)


def form_kindergarten(rolls: pd.DataFrame) -> pd.DataFrame:
    """Classes by kindergarten and grade, a little above the limits of 25, 30 and 35."""
    aims = np.array([KINDERGARTEN_AIM[g] for g in rolls.columns])
    classes = np.maximum(np.rint(rolls.to_numpy() / aims), 1).astype(int)
    return pd.DataFrame(classes * (rolls.to_numpy() > 0), rolls.index, rolls.columns)
