"""Map sheets of what stands: schools, coverage of radii, seats against pupils, catchments."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from seatplan.outcome import Outcome
from seatplan.report.brief import Brief
from seatplan.report.sheets.subjects import Entry, Fill, Listing, Mark, Subject
from seatplan.views.catalogue import format_count, format_share
from seatplan.views.palette import CLASS_COLOURS, COLOURS, HATCH
from seatplan.views.pictures import name_classes, tell_symbol
from seatplan.views.plates import Plate, name_symbols, read_plate
from seatplan.views.shades import STEPS

# Ground of each setting: light enough for signs, dark enough to be told apart in grey.
SETTINGS = {"urban": "#dcd4c2", "town": "#ece6d8", "rural": COLOURS["panel"]}
TINTS = ("#fbf9f4", "#e3e9ec", "#eadfcd", "#d3dde2", "#f0e9f2", "#d9d2c4")
HATCHES = {0: "/////", 1: "////", 2: "///"}  # of the shortage classes, told in grey as well
PUBLIC = "public"
SIZES = (0.62, 0.85, 1.15, 1.5)  # of signs, from the smallest roll to the largest
WORST = 12  # catchments that the table beside a map lists


def show_settings(brief: Brief) -> list[Fill]:
    """Return the ground in town and country."""
    blocks = brief.plan.district.blocks
    held = [setting for setting in SETTINGS if (blocks.setting == setting).any()]
    if len(held) < 2:
        return [Fill(blocks.geometry, COLOURS["panel"])]
    return [
        Fill(brief.grounds[[setting]], SETTINGS[setting], brief.say(f"setting.{setting}"))
        for setting in held
    ]


def show_present(brief: Brief, stages: Sequence[str]) -> Subject | None:
    """Show the schools of the base year: shape by kind, filled if public, size by roll."""
    base, district = brief.district.base_year, brief.district
    rows = brief.results[0].schools.xs(base, level="year").reset_index()
    rows = rows[rows.stage.isin(stages) & ((rows.seats > 0) | (rows.pupils > 0))]
    if rows.empty:
        return None
    sums = rows.groupby("school")[["pupils", "seats"]].sum()
    traits = district.schools.loc[sums.index]
    kinds = list(dict.fromkeys(traits.kind.value_counts(sort=True).index))[:4]
    breaks = choose_breaks(sums.pupils)
    marks = []
    for school, trait in traits.iterrows():
        which = kinds.index(trait.kind) if trait.kind in kinds else len(kinds) - 1
        sign = f"{'kind' if trait.ownership == PUBLIC else 'other'}{which}"
        size = SIZES[int(np.searchsorted(breaks, sums.pupils[school], side="left"))]
        marks.append(mark_school(brief, 0, str(school), sign, size=size))
    entries = _explain_kinds(brief, traits, kinds) + _explain_sizes(brief, breaks)
    words = _name_stages(brief, stages)
    return Subject(
        key=f"present-{stages[0]}",
        title=brief.say("plate.present", district=brief.place, stage=words, year=base),
        told=brief.say(
            "plate.present_told", year=base, n=format_count(len(sums)),
            pupils=format_count(sums.pupils.sum()), seats=format_count(sums.seats.sum()),
        ),
        fills=tuple(show_settings(brief)), marks=tuple(marks), entries=tuple(entries),
        caption=brief.say("plate.present_caption", stage=words, year=base),
    )  # fmt: skip


def choose_breaks(pupils: pd.Series[int]) -> list[float]:
    """Return three round numbers, 1-2-5, of which the last is near the top tenth of the rolls.

    >>> choose_breaks(pd.Series([90, 300, 800, 1200]))
    [200.0, 500.0, 1000.0]
    """
    top = float(pupils.quantile(0.9))
    last = max(3, sum(step <= top for step in STEPS))
    return list(STEPS[last - 3 : last])


def _explain_kinds(brief: Brief, traits: pd.DataFrame, kinds: Sequence[str]) -> list[Entry]:
    """Explain the shapes that stand on the map, and what filled and hollow mean."""
    entries = []
    for which, kind in enumerate(kinds):
        own = traits[traits.kind == kind].ownership
        for owner, sign in (("public", "kind"), ("private", "other")):
            held = own[(own == PUBLIC) == (owner == PUBLIC)]
            if len(held):
                words = brief.say(
                    f"plate.{owner}", kind=brief.names[0].kinds.get(kind, kind), n=len(held)
                )
                entries.append(Entry(f"{sign}{which}", words))
    return entries


def _explain_sizes(brief: Brief, breaks: Sequence[float]) -> list[Entry]:
    told = [format_count(value) for value in breaks]
    inner = [f"{format_count(low + 1)}–{high}" for low, high in zip(breaks, told[1:], strict=False)]
    words = [f"≤ {told[0]}", *inner, f"> {told[-1]}"]
    return [
        Entry("kind0", brief.say("plate.roll", n=one), size)
        for one, size in zip(words, SIZES, strict=True)
    ]


def _name_stages(brief: Brief, stages: Sequence[str]) -> str:
    return brief.names[-1].join([brief.names[-1].stages[stage] for stage in stages])


def mark_school(
    brief: Brief, at: int, school: str, sign: str, *, size: float = 1.0, rank: int = 1,
    figure: str = "", named: bool = True, number: str = "",
) -> Mark:  # fmt: skip
    """Return the sign of a school of an outcome, with its name."""
    point = brief.outcomes[at].district.schools.geometry[school]
    name = brief.names[at].schools[school] if named else ""
    return Mark(school, float(point.x), float(point.y), sign, size, name, rank, figure, number)


def show_reach(brief: Brief, stage: str) -> Subject | None:
    """Show the service radius about each school in the plan's year; new schools' apart."""
    year, plan, base = brief.target, brief.plan, brief.district.base_year
    rows = brief.results[-1].schools.xs((stage, year), level=("stage", "year"))
    schools = plan.district.schools.loc[rows.index[rows.seats > 0]]
    metres = [
        limit.value if (limit := plan.standards.radius(year, stage, setting=str(setting),
                                                       indicators=("beyond_radius",))) else np.nan
        for setting in schools.setting
    ]  # fmt: skip
    radii = pd.Series(metres, schools.index).dropna()
    if radii.empty:
        return None
    discs = gpd.GeoSeries(
        shapely.intersection(  # the district's own ground: what lies beyond is not planned
            shapely.buffer(schools.geometry[radii.index].to_numpy(), radii.to_numpy(),
                           quad_segs=12),
            shapely.union_all(plan.district.blocks.geometry.to_numpy()),
        ),
        radii.index, crs=schools.crs,
    )  # fmt: skip
    fresh = schools.opened.astype("Float64").fillna(-np.inf).astype(float) > base
    new = fresh[radii.index].to_numpy()
    told = "/".join(format_count(value) for value in sorted(set(radii)))
    fills = show_settings(brief)
    fills.append(_cover(brief, discs[~new], "plate.covered", told, COLOURS["water"], ""))
    if new.any():
        fills.append(_cover(brief, discs[new], "plate.covered_new", told, "#d9c99a", "...."))
    marks = [
        mark_school(brief, -1, str(school), "fresh" if fresh[school] else "none",
                    rank=0 if fresh[school] else 1, size=0.8 if fresh[school] else 1.0)
        for school in schools.index
    ]  # fmt: skip
    entries = [Entry("none", brief.say("legend.standing"))]
    if fresh.any():
        entries.insert(0, Entry("fresh", brief.say("symbol.fresh"), 0.8))
    shares = [
        float(outcome.measure("within_radius").get((stage, when), np.nan))
        for outcome, when in ((brief.today, base), (brief.today, year), (plan, year))
    ]
    words = brief.names[-1].stages[stage]
    key = "plate.reach_told" if brief.has_plan else "plate.reach_told_now"
    return Subject(
        key=f"reach-{stage}",
        title=brief.say("plate.reach", district=brief.place, stage=words, year=year,
            scenario=brief.titles[-1]),
        told=brief.say(
            key, n=told, base=base, year=year, now=_share(shares[0]), then=_share(shares[1]),
            plan=_share(shares[2]),
        ),
        fills=tuple(fills), marks=tuple(marks), entries=tuple(entries),
        note=brief.join([brief.say("plate.reach_note"),
                         *([brief.say("plate.reach_none")] if len(radii) < len(schools) else [])]),
        caption=brief.say("plate.reach_caption", stage=words, year=year,
            scenario=brief.titles[-1]),
    )  # fmt: skip


def _share(value: float) -> str:
    return format_share(value, 1).replace(" ", "")


def _cover(
    brief: Brief, discs: gpd.GeoSeries, key: str, metres: str, colour: str, hatch: str
) -> Fill:
    """Return the ground that circles cover, as one area."""
    whole = gpd.GeoSeries([shapely.union_all(discs.to_numpy())], crs=discs.crs)
    return Fill(
        whole, colour, brief.say(key, n=metres), hatch, stroke=COLOURS["muted"],
        line=COLOURS["ink"], width=0.5, alpha=0.55,
    )  # fmt: skip


def show_balance(brief: Brief, stage: str, at: int) -> Subject:
    """Show seats less resident pupils of each catchment; in the base year, or with the plan."""
    outcome = brief.outcomes[at]
    year = brief.target if at else brief.district.base_year
    plate = read_plate(outcome, stage, year)
    title = outcome.scenario.title.of(brief.language)
    figures = brief.count(outcome, stage, year)
    short = plate.schools.balance[plate.schools.balance < 0]
    words = brief.names[-1].stages[stage]
    return Subject(
        key=f"balance-{stage}-{'plan' if at else 'present'}",
        title=brief.say(
            "plate.balance", district=brief.place, stage=words, year=year, scenario=title
        ),
        told=brief.say(
            "plate.balance_told", pupils=format_count(figures.pupils),
            seats=format_count(figures.seats), balance=format_count(figures.balance, signed=True),
            n=format_count(len(short)), sum=format_count(figures.catchment_shortage),
        ),
        fills=tuple(_class_fills(brief, plate)),
        marks=tuple(_balance_marks(brief, plate, at)),
        entries=tuple(_balance_entries(brief, plate, outcome, stage, year)),
        listing=_list_worst(brief, plate, outcome, stage, year),
        note=brief.say("plate.balance_note"),
        caption=brief.say("plate.balance_caption", stage=words, year=year, scenario=title),
    )  # fmt: skip


def _class_fills(brief: Brief, plate: Plate) -> Iterator[Fill]:
    """Yield the catchments by class, the largest surplus first."""
    words = name_classes(brief.language)
    bare = plate.areas[plate.areas.klass < 0]
    if len(bare):
        yield Fill(bare.geometry, COLOURS["none"], brief.say("plate.no_catchment"),
                   line=COLOURS["catchment"])  # fmt: skip
    for klass in reversed(range(len(CLASS_COLOURS))):
        areas = plate.areas.geometry[plate.areas.klass == klass]
        told = brief.say("plate.class", range=words[klass], n=format_count(plate.counts[klass]))
        yield Fill(
            areas, CLASS_COLOURS[klass], told, HATCHES.get(klass, ""),
            stroke=HATCH if klass < 2 else COLOURS["shortage"], line=COLOURS["catchment"],
        )  # fmt: skip


def _balance_marks(brief: Brief, plate: Plate, at: int) -> Iterator[Mark]:
    symbols = name_symbols(plate.schools)
    for school, row in plate.schools.iterrows():
        figure = format_count(row.balance, signed=True)
        yield mark_school(
            brief, at, str(school), symbols[str(school)], figure=figure, size=0.9,
            rank=0 if row.klass < 3 else 1,
        )  # fmt: skip


def _balance_entries(
    brief: Brief, plate: Plate, outcome: Outcome, stage: str, year: int
) -> Iterator[Entry]:
    held = set(name_symbols(plate.schools))
    if held == {"none"}:
        yield Entry("none", brief.say("legend.standing"), 0.9)
        return
    for key in ("crowded", "large", "both", "fresh", "none"):
        if key in held:
            parts = ("crowded", "large") if key == "both" else (key,)
            told = (tell_symbol(outcome, part, stage, year, brief.language) for part in parts)
            yield Entry(key, brief.names[0].join(told), 0.9)


def _list_worst(
    brief: Brief, plate: Plate, outcome: Outcome, stage: str, year: int
) -> Listing | None:
    """List the catchments with the largest shortage."""
    rows = outcome.balance.schools.xs((stage, year), level=("stage", "year"))
    short = plate.schools.balance[plate.schools.balance < 0].sort_values(kind="stable").head(WORST)
    if short.empty:
        return None
    names = brief.names[-1].schools
    return Listing(
        tuple(brief.say(f"plate.{key}") for key in ("school", "seats", "pupils", "gap")),
        tuple(
            (names[str(school)], format_count(rows.seats[school]),
             format_count(rows.residents[school]), format_count(balance, signed=True))
            for school, balance in short.items()
        ),
        (6.2, 1.5, 1.5, 1.4),
        brief.say("plate.worst"),
    )  # fmt: skip


def show_zones(brief: Brief, stage: str) -> Subject | None:
    """Show the catchments in the plan's year, each with its school's name."""
    year, plan = brief.target, brief.plan
    plate = read_plate(plan, stage, year)
    areas = plate.areas[plate.areas.klass >= 0].geometry
    if not len(areas):
        return None
    tints = colour_areas(areas)
    fills = [
        Fill(areas[tints == at], colour, line=COLOURS["ink"], width=0.7)
        for at, colour in enumerate(TINTS)
        if (tints == at).any()
    ]
    bare = plate.areas.geometry[plate.areas.klass < 0]
    if len(bare):
        fills.insert(0, Fill(bare, COLOURS["none"], brief.say("plate.no_catchment")))
    fills[-1] = Fill(fills[-1].shapes, fills[-1].colour, brief.say("plate.catchment"),
                     line=COLOURS["ink"], width=0.7)  # fmt: skip
    marks = [
        mark_school(brief, -1, str(school), "fresh" if row.fresh else "none",
                    size=0.8 if row.fresh else 1.0, rank=0 if row.fresh else 1)
        for school, row in plate.schools.iterrows()
    ]  # fmt: skip
    entries = [Entry("none", brief.say("legend.standing"))]
    if plate.schools.fresh.any():
        entries.append(Entry("fresh", brief.say("symbol.fresh"), 0.8))
    words = brief.names[-1].stages[stage]
    return Subject(
        key=f"catchments-{stage}",
        title=brief.say("plate.zones", district=brief.place, stage=words, year=year,
            scenario=brief.titles[-1]),
        told=brief.say("plate.zones_told", n=format_count(len(areas)), year=year,
                       plan=brief.titles[-1]),
        fills=tuple(fills), marks=tuple(marks), entries=tuple(entries),
        note=brief.say("plate.zones_note"),
        caption=brief.say("plate.zones_caption", stage=words, year=year,
            scenario=brief.titles[-1]),
    )  # fmt: skip


def colour_areas(areas: gpd.GeoSeries) -> pd.Series[int]:
    """Give each area one of the tints, so that hardly any two neighbours share one.

    The area with most neighbours chooses first (Welsh and Powell, 1967).
    """
    shapes = areas.to_numpy()
    one, other = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    beside: list[set[int]] = [set() for _ in shapes]
    for a, b in zip(one.tolist(), other.tolist(), strict=True):
        if a != b:
            beside[a].add(b)
    tints = [-1] * len(shapes)
    for at in sorted(range(len(shapes)), key=lambda at: (-len(beside[at]), at)):
        used = {tints[near] for near in beside[at]}
        free = [tint for tint in range(len(TINTS)) if tint not in used]
        tints[at] = free[0] if free else at % len(TINTS)
    return pd.Series(tints, areas.index)
