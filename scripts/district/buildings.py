"""A school becomes a row: an id and a point on its block, rolls, classes and rooms."""

from __future__ import annotations

import numpy as np
import pandas as pd


def put_on_blocks(
    table: pd.DataFrame, blocks: pd.DataFrame, letter: str, kind: str, rng: np.random.Generator
) -> pd.DataFrame:
    """Give ids from north to south, and a point near the middle of the block."""
    at = blocks.iloc[table["block"].astype(int)]
    step = np.sqrt(at["area_m2"].to_numpy()).clip(max=800.0) * 0.18
    angle = rng.uniform(0, 2 * np.pi, len(table))
    placed = table.assign(
        kind=kind,
        x=(at["x"].to_numpy() + step * np.cos(angle)).round(3),
        y=(at["y"].to_numpy() + step * np.sin(angle)).round(3),
    ).sort_values("y", ascending=False, kind="stable")
    ids = [f"{letter}{k:02d}" for k in range(1, len(placed) + 1)]
    return placed.set_index(pd.Index(ids, name="id"))


def join_grades(
    table: pd.DataFrame,
    rolls: pd.DataFrame,
    classes: pd.DataFrame,
    stage: str,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Return schools with rolls and classes by grade, and rooms: the classes and at most one."""
    joined = table.join(rolls.add_prefix("roll_")).join(classes.add_prefix("classes_"))
    spare = rng.integers(0, 1, len(table), endpoint=True)
    joined[f"classrooms_{stage}"] = classes.sum(axis=1) + spare
    return joined.drop(columns="size")
