"""What a plan of catchments was asked to keep, by the names of blocks and schools; its lines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

SLACK = 1e-6  # pupils, metres, or share of a total that are forgiven to rounding


@dataclass(frozen=True)
class Terms:
    """What a plan was asked to keep besides seats and connected catchments.

    Parameters
    ----------
    locked
        School that a block must have, index `block`.
    groups
        Label of blocks that stay together, index `block`; a group's blocks count as touching.
    current
        School of each block today, index `block`.
    max_moved
        Most pupils (of all years together) whose school may differ from `current`.
    max_walk
        Longest walk allowed, metres.
    max_increase, max_increase_share
        Most metres, and largest share, by which a block's walk may grow over `current`.
    least, most
        Pupils of a school, or of a lottery zone as a whole, at least and at most; index `school`, a
        column for each year.
    """

    locked: Mapping[str, str] | None = None
    groups: Mapping[str, str] | None = None
    current: Mapping[str, str] | None = None
    max_moved: float | None = None
    max_walk: float | None = None
    max_increase: float | None = None
    max_increase_share: float | None = None
    least: pd.DataFrame | None = None
    most: pd.DataFrame | None = None


def check_border(
    school: Mapping[str, str],
    borders: Mapping[tuple[str, str], float] | None,
    stated: float | None,
) -> list[str]:
    """Check the metres of line between catchments, pair by pair of blocks."""
    if stated is None:
        return []
    if borders is None:
        return ["border_m is stated without the borders of the blocks"]
    length = sum(metres for (one, other), metres in borders.items() if school[one] != school[other])
    if abs(length - stated) <= SLACK * max(1.0, length):
        return []
    return [f"border_m is stated as {stated:g}; the plan has {length:g}"]


def check_mix(
    school: Mapping[str, str],
    pupils: pd.DataFrame,
    shares: pd.DataFrame | None,
    stated: float | None,
) -> list[str]:
    """Check the pupils of all groups above an even mix, school by school."""
    if stated is None:
        return []
    if shares is None:
        return ["uneven is stated without the shares of groups"]
    total = {str(block): float(count) for block, count in pupils.sum(axis=1).items()}
    uneven = 0.0
    for group in shares.columns:
        own = {str(block): total[str(block)] * float(part) for block, part in shares[group].items()}
        even = sum(own.values()) / max(sum(total.values()), SLACK)
        beyond: dict[str, float] = {}
        for block, name in school.items():
            beyond[name] = beyond.get(name, 0.0) + own[block] - even * total[block]
        uneven += sum(max(count, 0.0) for count in beyond.values())
    if abs(uneven - stated) <= SLACK * max(1.0, uneven):
        return []
    return [f"uneven is stated as {stated:g}; the plan has {uneven:g}"]


def verify_nesting(inner: pd.Series[str], outer: pd.Series[str]) -> list[str]:
    """Return a sentence for each catchment of `inner` whose blocks are in several of `outer`.

    Both are the school of each block, index `block`: primary catchments within junior ones.
    """
    around = {str(block): str(name) for block, name in outer.items()}
    within: dict[str, set[str]] = {}
    for block, name in inner.items():
        if str(block) in around:
            within.setdefault(str(name), set()).add(around[str(block)])
    return [
        f"the catchment of {name} is split between {', '.join(sorted(others))}"
        for name, others in within.items()
        if len(others) > 1
    ]
