"""How far a figure may be from the one it is compared with, each with its reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

FEW = 5  # figures, from which their median says something


@dataclass(frozen=True)
class Threshold:
    """The least and the most that passes without a word, and why.

    Parameters
    ----------
    least, most
        Of a figure divided by the one it is compared with, unless `why` names a unit.
    why
        The reason, in a sentence.
    floor
        Units (pupils, residents, metres) that the two figures must be apart at all, so that small
        numbers, whose ratios swing by chance, raise nothing.
    """

    least: float
    most: float
    why: str
    floor: float = 0.0


THRESHOLDS: Mapping[str, Threshold] = MappingProxyType(
    {
        "roll over residents": Threshold(
            0.5, 2.0, "a census and a register differ by outsiders and movers, not twofold", 30
        ),
        "age over next age": Threshold(
            0.6, 1.67, "births of China's 2012 and 2016 jumped by a tenth; wars halve a cohort", 50
        ),
        "age of a block": Threshold(
            0.0,
            5.0,
            "a block's ages swing by chance, not to five times both neighbours",
            40,
        ),
        "shape of ages": Threshold(
            0.0,
            0.05,
            "root mean square of rolls over residents, by stage: 5 % is noise",
        ),
        "shape of ages, sure": Threshold(
            0.0, 0.01, "the same, where another order leaves a fifth of it: noise does not do so"
        ),
        "density": Threshold(
            0, 150_000, "residents per km2; the densest quarters of the world have 130,000"
        ),
        "block over median": Threshold(
            0.0,
            25.0,
            "blocks are drawn alike; Litong's largest has 11 times the median",
            5_000,
        ),
        "total over young": Threshold(
            0.08, 0.7, "share of ages 0 to 19 in a district: Japan 0.16, China 0.23, Niger 0.6"
        ),
        "block over the next": Threshold(
            0.0,
            8.0,
            "residents against the largest of the eight blocks nearest; Litong has 6",
            4_000,
        ),
        "density over the next": Threshold(
            0.0, 5.0, "residents per km2 against the densest of them; Litong's large blocks have 3"
        ),
        "births over age": Threshold(
            0.7, 1.43, "births become the residents of the next ages, less those who move", 30
        ),
        "births over last year": Threshold(
            0.7,
            1.43,
            "births fell by a fifth in China's worst year, by a quarter in Japan's",
            30,
        ),
        "births of the year beside": Threshold(
            0.0, 0.02, "spread of residents over births by age: a year's moves make 2 %"
        ),
        "empty blocks": Threshold(
            0.0, 0.02, "share of blocks without a resident: beyond it, parks are blocks too", 50
        ),
        "rolls of the row beside": Threshold(
            0.0, 0.25, "log of rolls over classes or last year's, less that of the row beside"
        ),
        "births over medium": Threshold(
            0.4, 2.5, "low and high of one year lie about the medium, not at a tenth of it", 30
        ),
        "bends of births": Threshold(
            0.0, 0.3, "sum of the turns of log births that an exchange of two years takes away"
        ),
        "cohort ratio": Threshold(
            0.75, 1.3, "a ratio of a year: 25 % of a cohort neither move in nor out in one"
        ),
        "ratio of neighbours": Threshold(
            0.87, 1.15, "one age does not move at a seventh's distance from the next"
        ),
        "ratios together": Threshold(
            0.33, 3.0, "all ratios from birth to 19: a cohort neither thirds nor trebles by moves"
        ),
        "take-up": Threshold(0.7, 1.15, "compulsory stages take nearly everybody of their ages"),
        "take-up over before": Threshold(0.67, 1.5, "a rate changes by points between two years"),
        "estate": Threshold(0, 30_000, "residents of a row: a very large estate has 10,000 homes"),
        "estate over the others": Threshold(
            0.0, 8.0, "residents of a row against the median row: a digit more is ten times", 5_000
        ),
        "estates over residents": Threshold(
            0.0, 1.0, "all planned homes together seldom double a district", 5_000
        ),
        "household": Threshold(1.0, 5.0, "residents per dwelling: 2 to 4 in every census in use"),
        "homes of a row": Threshold(
            10, np.inf, "dwellings of the middle row: a table of estates is not one of houses"
        ),
        "pupils of estates": Threshold(
            0.33, 2.5, "pupils per 1,000 residents of an estate against those of the district"
        ),
        "class on record": Threshold(
            0.1, 1.85, "classes of twice the limit are unheard of since 2018; of 56, large, are not"
        ),
        "rooms per class": Threshold(
            0.0, 8.0, "a new school of 36 rooms may begin with six classes, and fills", 12
        ),
        "rooms of a full school": Threshold(
            0.0, 2.5, "rooms against classes where every grade has pupils: half stand empty", 15
        ),
        "rooms over median": Threshold(
            0.0, 10.0, "rooms against the median of the schools of its kind", 60
        ),
        "stated seats": Threshold(
            0.5, 1.5, "seats stated against rooms x class limit; small rooms hold half a class", 100
        ),
        "rooms of a school": Threshold(0, 200, "rooms of one stage; the largest campuses have 150"),
        "grade in its school": Threshold(
            0.33,
            3.0,
            "grades of a stage are fed by the same homes; new schools fill up",
            45,
        ),
        "grade of a large school": Threshold(
            0.45, 2.0, "of hundreds of pupils a grade, one does not double and halve again", 100
        ),
        "stage seats over pupils": Threshold(
            0.4,
            4.0,
            "seats of a stage against its pupils; beyond, rooms were seats",
        ),
        "stage seats to spare": Threshold(
            0.0, 1.9, "the same; a stage that stands half empty is worth a word"
        ),
        "area over median": Threshold(
            0.033, 30.0, "m2 per pupil against schools of the kind: 1 mu is 667 m2, 1 ha 10,000", 0
        ),
        "floor among its kind": Threshold(
            0.0, 4.0, "floor per pupil against the kind's median, where the kind lies close to it"
        ),
        "floor over land": Threshold(0.0, 8.0, "plot ratio: schools are built to 1.5"),
        "land per pupil": Threshold(0.5, 2_000, "m2 per pupil of the median school of a kind"),
        "beds over pupils": Threshold(0.0, 1.25, "a bed for every pupil, and some to spare", 100),
        "catchment over roll": Threshold(
            0.2, 5.0, "children of a catchment against its school's roll; choice moves some", 150
        ),
        "catchment among the others": Threshold(
            0.0, 1.25, "the same, where the other schools' lie close to their median", 150
        ),
        "catchment over seats": Threshold(
            0.0, 4.0, "children of a catchment against its school's seats", 400
        ),
        "catchment distance": Threshold(
            0.0, 4.0, "straight metres to the school against the nearest one", 4_000
        ),
        "zone from its blocks": Threshold(0, 5_000, "metres from a zone's place to its blocks"),
        "roads in the district": Threshold(
            0.5, 1.0, "share of the roads' length within a kilometre of a block"
        ),
        "water from the district": Threshold(0, 50_000, "metres to the nearest block; for maps"),
        "neighbour from the district": Threshold(
            0, 200_000, "metres to the nearest block; a point may be the seat of a large county"
        ),
        "block from blocks": Threshold(0, 5_000, "metres from a block to the next one"),
        "site from a school": Threshold(5, np.inf, "metres from a candidate site to a school"),
        "limit over classes": Threshold(
            0.5, 2.0, "the limit that counts seats against the classes on record"
        ),
        "schools past a size": Threshold(
            0.0, 0.9, "share of the schools of a kind beyond a limit on size"
        ),
        "size over the largest": Threshold(
            0.0, 5.0, "a limit on size against the largest school of the kind: it would bind nobody"
        ),
        "roll over other years": Threshold(
            0.25, 4.0, "a grade of a school against the median of its other years", 60
        ),
        "year over year": Threshold(0.7, 1.43, "pupils of all schools in a year and the next", 100),
        "exchanged grades": Threshold(
            0.0, 0.25, "two grades off what moved up, that fit when exchanged", 20
        ),
        "years ahead": Threshold(0, 30, "years from the base year; further is a slip of a digit"),
    }
)


def is_odd(name: str, figures: Any, others: Any = 1.0) -> NDArray[np.bool_]:
    """Say which figures lie outside a threshold, each beside the one it is compared with.

    Parameters
    ----------
    name
        The threshold's.
    figures, others
        Arrays of one shape, or plain numbers; NaN is never odd, and 0 beside 0 is not.

    >>> is_odd("age over next age", [100, 100, 10], [100, 400, 40]).tolist()
    [False, True, False]
    """
    rule = THRESHOLDS[name]
    one, other = (np.asarray(values, dtype=float) for values in (figures, others))
    with np.errstate(invalid="ignore"):  # inf x 0: no limit, and nothing to hold to it
        beyond = (one > rule.most * other) | (one < rule.least * other)
        return np.asarray(beyond & (np.abs(one - other) >= rule.floor), dtype=bool)


def stand_apart(name: str, figures: Any) -> NDArray[np.bool_]:
    """Say which figures lie far from their median, where the others lie close to it.

    Far is beyond the most of a threshold, either way, and beyond six times the spread of the
    figures about their median (1.48 times the median distance of their logarithms, which is the
    standard deviation of normal errors). Fewer than five figures say nothing.

    Parameters
    ----------
    name
        The threshold's.
    figures
        Positive numbers of one unit; others (0, NaN, inf) are neither held to anything nor counted.

    >>> stand_apart("floor among its kind", [5.0, 5.1, 5.2, 5.3, 5.4, 52.0]).tolist()
    [False, False, False, False, False, True]
    >>> stand_apart("floor among its kind", [1.0, 4.0, 16.0, 64.0, 256.0, 1024.0]).any()
    np.False_
    """
    values = np.asarray(figures, dtype=float)
    known = np.isfinite(values) & (values > 0)
    if known.sum() < FEW:
        return np.zeros(len(values), dtype=bool)
    logs = np.log(np.where(known, values, np.nan))
    apart = np.abs(logs - np.nanmedian(logs))
    spread = 1.4826 * np.nanmedian(apart)
    return np.asarray(apart > max(np.log(THRESHOLDS[name].most), 6 * spread), dtype=bool)


def list_positions(odd: Any) -> list[int]:
    """Return the positions at which `odd` is true."""
    return [int(place) for place in np.flatnonzero(odd)]
