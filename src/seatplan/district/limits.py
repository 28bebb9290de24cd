"""What may be measured, and between which bounds a limit on it makes sense.

A file of standards and a plan's `set_limit` are both checked here, so that a class of 4,500 or a
walk of 3 (kilometres, where metres are meant) is refused before anything is computed.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import pandas as pd

from seatplan.district.clauses import Standard
from seatplan.district.standards import SHARES_BEYOND, Standards


@dataclass(frozen=True)
class Bounds:
    """The least and the greatest limit that makes sense in a unit, and why."""

    least: float
    most: float
    why: str


# Wide enough for every clause in use; a limit outside is a slip of the keyboard or of the unit.
BOUNDS: Mapping[str, Bounds] = MappingProxyType(
    {
        "pupils per class": Bounds(
            1, 100, "a class needs a pupil, and a very large class begins at 66"
        ),
        "pupils": Bounds(1, 50_000, "a school needs a pupil, and a large school begins at 2,000"),
        "seats": Bounds(1, 50_000, "as many as pupils of a school"),
        "pupils over seats": Bounds(
            0, 50_000, "0 asks for a seat for everyone, and no school has more seats than that"
        ),
        "seats beyond pupils": Bounds(
            0, 50_000, "0 asks for a seat for everyone, and no school has more seats than that"
        ),
        "classrooms": Bounds(1, 1_000, "a school needs a room"),
        "classrooms without a class": Bounds(0, 1_000, "0 asks for a room for every class"),
        "classes without a classroom": Bounds(0, 1_000, "0 asks for a room for every class"),
        "m2 per pupil": Bounds(
            0.5, 100, "a pupil needs room to stand, and no school has a hall each"
        ),
        "metres": Bounds(50, 50_000, "service radii are 300 to 1,000 m; less looks like km"),
        "pupils without a way": Bounds(0, 50_000, "0 asks for a way for everyone"),
        "large classes": Bounds(0, 1_000, "0 asks for no large class"),
        "pupils per seat": Bounds(
            0, 3, "1 is a school that is full, and no class has three sittings"
        ),
        "teachers per 100 pupils": Bounds(0, 100, "no school has a teacher for each pupil"),
        "rooms per 100 pupils": Bounds(0, 100, "no school has a room for each pupil"),
        "yuan per pupil": Bounds(1, 1_000_000, "inspectors ask for 2,000 to 2,500 yuan"),
        "books per pupil": Bounds(1, 1_000, "libraries have some 20 to 50 books for each pupil"),
        "beds": Bounds(0, 50_000, "0 asks for a bed for every boarder"),
        "pupils per teacher": Bounds(1, 100, "norms are 1:12.5 to 1:23"),
        "teachers per class": Bounds(0.1, 10, "kindergartens have two for each class"),
        "seats per 1,000 residents": Bounds(0, 1_000, "there are no more pupils than residents"),
        "seats per pupil": Bounds(0, 100, "1 is a seat for each pupil in reach"),
        "index": Bounds(0, 1, "0 is equal, 1 is all in one hand"),
        "variation": Bounds(
            0, 3, "0 is the same at every school, and 0.5 the most that inspectors allow"
        ),
        "share": Bounds(0, 1, "a share is a part of 1; 5 % is 0.05"),
    }
)

# Each measure that a standard may limit, with the unit of its limits: those that tell of a school.
# A test holds the names equal to those of the measures that are computed.
LIMITED: Mapping[str, str] = MappingProxyType(
    {
        "class_size": "pupils per class",
        "school_size": "pupils",
        "compulsory_size": "pupils",
        "seat_gap": "pupils over seats",
        "catchment_shortage": "pupils over seats",
        "roll_over_seats": "pupils over seats",
        "walk": "metres",
        "beyond_radius": "share",
        "beyond_walk": "share",
        "longest_walk": "metres",
        "no_way": "pupils without a way",
        "classrooms": "classrooms",
        "seats": "seats",
        "pupils": "pupils",
        "residents": "pupils",
        "balance": "seats beyond pupils",
        "floor_area": "m2 per pupil",
        "land_area": "m2 per pupil",
        "teaching_area": "m2 per pupil",
        "sports_area": "m2 per pupil",
        "outdoor_area": "m2 per pupil",
        "degree_teachers_per_100": "teachers per 100 pupils",
        "key_teachers_per_100": "teachers per 100 pupils",
        "arts_teachers_per_100": "teachers per 100 pupils",
        "multimedia_rooms_per_100": "rooms per 100 pupils",
        "equipment_value": "yuan per pupil",
        "books_per_pupil": "books per pupil",
        "boarders": "pupils",
        "beds_short": "beds",
        "riders": "pupils",
        "pupils_per_class": "pupils per class",
        "rooms_spare": "classrooms without a class",
        "rooms_short": "classes without a classroom",
        "school_large_classes": "large classes",
        "seat_use": "pupils per seat",
        "pupils_outside": "pupils",
    }
)


def find_measure_fault(indicator: str, known: Mapping[str, str] = LIMITED) -> str | None:
    """Say what is wrong with the name of a measure, in `known` (name -> unit); None if nothing."""
    if indicator in known:
        return None
    return f"{indicator} is no measure; want one of {', '.join(known)}"


def find_limit_faults(
    indicator: str, limits: Mapping[str, float], known: Mapping[str, str] = LIMITED
) -> Iterator[str]:
    """Yield a sentence for each limit on `indicator` that makes no sense.

    Parameters
    ----------
    limits
        Limits by grade, stage, kind, setting or "all", in the unit of the measure.
    known
        Measure -> unit, of which BOUNDS has the bounds; an unknown measure has none to be held to.

    >>> list(find_limit_faults("class_size", {"primary": 4500}))[0][:48]
    'limit.primary: 4500; want 1 to 100 (pupils per c'
    """
    bounds = BOUNDS.get(known.get(indicator, ""))
    for key, value in limits.items():
        if not math.isfinite(value):
            yield f"limit.{key}: {value}; want a finite number"
        elif bounds and not bounds.least <= value <= bounds.most:
            want = f"{bounds.least:g} to {bounds.most:,.0f} ({known[indicator]}: {bounds.why})"
            yield f"limit.{key}: {value:.15g}; want {want}"


def find_within_faults(indicator: str, within: Mapping[str, float]) -> Iterator[str]:
    """Yield a sentence for metres that are missing, out of place, or that make no sense.

    `within` are the metres beyond which a limit on a share counts pupils, by stage, kind, setting
    or "all".
    """
    names = " and ".join(SHARES_BEYOND)
    if indicator in SHARES_BEYOND and not within:
        yield "within: missing; want the metres to count from, as in within = {primary = 500}"
    elif within and indicator not in SHARES_BEYOND:
        yield f"within: is for limits on {names}, not {indicator}; want it left out"
    for fault in find_limit_faults("within", within, {"within": "metres"}):
        yield fault.replace("limit.", "within.", 1)


def list_changes(before: Standards, after: Standards) -> list[tuple[Standard, Standard | None]]:
    """List the versions of `after` that `before` has not, each with the version it follows.

    A plan's `set_limit` adds such a version; what it follows is None where the standard is new.
    """
    return [
        (item, after.standard(item.code, item.since - 1) or before.standard(item.code, item.since))
        for item in sorted(after.standards, key=lambda item: item.since)
        if item not in before.standards
    ]


def tell_change(new: Standard, old: Standard | None) -> str:
    """Say what a version of a standard changes: "2022: primary 500→800, primary binding".

    >>> from dataclasses import replace
    >>> from seatplan.examples import toy_standards
    >>> old = toy_standards().standards[0]
    >>> tell_change(replace(old, limit=old.limit | {"primary": 40.0}, since=2022), old)
    '2022: primary 45→40'
    """
    parts = _tell_moves(new.limit, old.limit if old else {})
    parts += [f"counted beyond {m} m" for m in _tell_moves(new.within, old.within if old else {})]
    if old and new.side != old.side:
        parts.append(new.side)
    parts += [f"{key} binding" for key in new.binding if not old or key not in old.binding]
    if old:
        parts += [f"{key} not binding" for key in old.binding if key not in new.binding]
    return f"{new.since}: {', '.join(parts) or 'as before'}"


def _tell_moves(new: Mapping[str, float], old: Mapping[str, float]) -> list[str]:
    """Tell each number that differs, by its key."""
    return [
        f"{key} {old[key]:g}→{value:g}" if key in old else f"{key} {value:g}"
        for key, value in new.items()
        if old.get(key) != value
    ]


def limit_school_sizes(standards: Standards, schools: pd.DataFrame, year: int) -> pd.Series[float]:
    """Return the most pupils that each of `schools` may have in `year`; inf where nothing says.

    The lowest of the upper limits on `school_size` for its kind and setting, in the order of
    `schools` (columns kind and setting).
    """
    pairs = zip(schools.kind, schools.setting, strict=True)
    found = [standards.strictest("school_size", year, kind, setting=at) for kind, at in pairs]
    limits = [math.inf if limit is None else limit.value for limit in found]
    return pd.Series(limits, index=schools.index, dtype=float, name="limit")


def list_school_sizes(
    standards: Standards, schools: pd.DataFrame, stage: str, year: int
) -> list[float]:
    """List the upper limits on the size of those of `schools` that teach `stage`, lowest first."""
    pairs = set(zip(schools.kind.to_numpy(object), schools.setting.to_numpy(object), strict=True))
    found = [
        standards.strictest("school_size", year, kind, setting=at)
        for kind, at in pairs
        if stage in standards.kinds.get(kind, ())
    ]
    return sorted({float(limit.value) for limit in found if limit})


def list_walks(standards: Standards, blocks: pd.DataFrame, stage: str, year: int) -> list[float]:
    """List the upper limits on the walk of `stage` in the settings of `blocks`, lowest first."""
    settings = blocks.setting.unique()
    found = [standards.radius(year, stage, setting=str(at)) for at in settings]
    return sorted({limit.value for limit in found if limit})
