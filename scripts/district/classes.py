"""Classes and classrooms in 2020: crowded in town, half empty in the country."""

from __future__ import annotations

import numpy as np
import pandas as pd

from district.rounding import Integers
from district.sources import part_rng

LARGE = 55  # pupils; a class beyond is a large class (the plan counts from 56)
AIMS = np.arange(46.0, 58.0, 0.02)  # pupils an urban primary class may aim at
# Pupils a class aims at, relative to that, which is chosen so that the classes add up.
RELATIVE = {
    ("urban", "primary"): 1.0, ("town", "primary"): 0.88, ("rural", "primary"): 0.76,
    ("urban", "junior"): 1.04, ("town", "junior"): 0.94, ("rural", "junior"): 0.84,
}  # fmt: skip
QUIET_PUPILS = 1300  # a school with fewer in a stage may be less sought after
QUIET = 0.35  # of these are, and have seats left
QUIET_AIM = 0.75  # pupils of a class there, relative to the others of the setting
SPARE_ROOMS = {"urban": (0, 0), "town": (0, 2), "rural": (0, 2)}  # least and most
LEAST_ROOMS = {"primary": 6, "junior": 3}
KINDERGARTEN_AIM = {"k1": 26.5, "k2": 31.5, "k3": 36.0}  # a little above 25, 30 and 35
KINDERGARTEN_MOST = 1.2  # times the aim


def class_sizes(roll: Integers, classes: Integers) -> Integers:
    """Sizes of all classes when each grade is split as evenly as can be."""
    sizes = [
        n // c + (np.arange(c) < n % c) for n, c in zip(roll.ravel(), classes.ravel(), strict=True)
    ]
    return np.concatenate(sizes).astype(np.int64) if sizes else np.empty(0, dtype=np.int64)


def count_large(roll: Integers, classes: Integers) -> Integers:
    """Return how many classes of each grade are beyond `LARGE` when it is split evenly."""
    small, larger = np.divmod(roll, np.maximum(classes, 1))
    return np.where(small > LARGE, classes, np.where(small + 1 > LARGE, larger, 0))


def draw_aims(rolls: pd.DataFrame, setting: pd.Series[str]) -> pd.Series[float]:
    """Draw how full the classes of each school and stage are, relative to the fullest city ones.

    Most schools of a setting are alike; a few of the smaller ones have seats left.
    """
    few = part_rng("aims").uniform(0.0, 1.0, len(rolls)) < QUIET
    quiet = few & (rolls.sum(axis=1) < QUIET_PUPILS).to_numpy()
    aims = np.array([RELATIVE[(setting[school], stage)] for school, stage in rolls.index])
    return pd.Series(np.where(quiet, QUIET_AIM * aims, aims).round(9), rolls.index)


def form_compulsory(
    rolls: pd.DataFrame, aims: pd.Series[float], wanted: int, large_share: float
) -> pd.DataFrame:
    """Classes by school, stage and grade: about `wanted`, of which `large_share` are large.

    `aims` are the pupils of a class by school and stage, relative to one number that is chosen.

    First every grade gets as many classes as keep it near the aim and at most 55 a class; then
    the fullest urban grades lose a class each until the share of large classes is met.
    """
    aim = aims.to_numpy(dtype=float)
    roll = rolls.to_numpy()
    trials = [_crowd(_split(roll, aim * mean), roll, large_share) for mean in AIMS]
    classes = min(trials, key=lambda trial: _miss(trial, roll, wanted, large_share))
    return pd.DataFrame(classes, index=rolls.index, columns=rolls.columns)


def _miss(classes: Integers, roll: Integers, wanted: int, large_share: float) -> float:
    """Return how far the classes are from both targets; one class counts as 0.1 % of large ones."""
    count = int(classes.sum())
    share = int(count_large(roll, classes).sum()) / count
    return abs(count - wanted) + 1000 * abs(share - large_share)


def _split(roll: Integers, aim: np.ndarray) -> Integers:
    near = np.rint(roll / aim[:, None])
    classes = np.maximum(near, np.ceil(roll / LARGE)).astype(np.int64)
    return np.asarray(np.maximum(classes, roll > 0), dtype=np.int64)


def _crowd(classes: Integers, roll: Integers, large_share: float) -> Integers:
    """Take a class from the grades where it makes the smallest large classes."""
    fewer = np.maximum(classes - 1, 1)
    size = np.where(classes > 3, roll / fewer, np.inf)
    gain = count_large(roll, fewer) - count_large(roll, classes)
    crowded, large = classes.copy(), int(count_large(roll, classes).sum())
    for cell in np.argsort(size, axis=None, kind="stable"):
        missing = large_share * crowded.sum() - large
        if 56.0 <= size.flat[cell] <= 64.0 and missing >= 0.9 * gain.flat[cell]:
            crowded.flat[cell] -= 1
            large += int(gain.flat[cell])
    return crowded


def count_rooms(classes: pd.DataFrame, setting: pd.Series[str]) -> pd.Series[int]:
    """Classrooms by school and stage: the classes, and what a setting has to spare."""
    rng = part_rng("rooms")
    used = classes.sum(axis=1)
    spare = [rng.integers(*SPARE_ROOMS[setting[s]], endpoint=True) for s, _ in classes.index]
    least = [LEAST_ROOMS[stage] for _, stage in classes.index]
    return pd.Series(np.maximum(used + spare, least), index=used.index, dtype=int)


def form_kindergarten(rolls: pd.DataFrame) -> pd.DataFrame:
    """Classes by kindergarten and grade, a little above the limits of 25, 30 and 35."""
    aims = np.array([KINDERGARTEN_AIM[g] for g in rolls.columns])
    roll = rolls.to_numpy()
    classes = np.maximum(np.rint(roll / aims), np.ceil(roll / (KINDERGARTEN_MOST * aims)))
    return pd.DataFrame(classes.astype(int), rolls.index, rolls.columns)
