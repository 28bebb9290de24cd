"""Schools against residents, classes, rooms, ground and each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from seatplan.district.doubts.people import sum_ages, sum_rolls
from seatplan.district.doubts.thresholds import (
    FEW,
    THRESHOLDS,
    is_odd,
    list_positions,
    stand_apart,
)
from seatplan.district.draft import Draft
from seatplan.district.finding import Finding
from seatplan.district.stages import Stage
from seatplan.district.tables import RESIDENTS, TAKE_UP

SCHOOLS = "schools.geojson"


def seat_limits(draft: Draft) -> dict[str, float]:
    """Return grade -> most pupils of a class in the base year; inf without a limit."""
    rules = draft.standards
    found = {}
    for stage in rules.stages:
        for grade in stage.grades:
            limit = rules.class_standard("seats", grade.code, draft.base_year)
            found[grade.code] = limit.value if limit else np.inf
    return found


def first_rates(draft: Draft) -> dict[str, float]:
    """Return stage -> take-up in the base year, straight between the years given."""
    table = draft.tables[TAKE_UP].sort_values("year")
    return {
        str(stage): float(np.interp(draft.base_year, own.year, own.rate))
        for stage, own in table.groupby("stage")
    }


def list_standing(draft: Draft) -> pd.Series[bool]:
    """Say which schools stand in the base year."""
    table = draft.tables[SCHOOLS]
    return ~(table.opened > draft.base_year) & ~(table.closes <= draft.base_year)


def doubt_totals(draft: Draft) -> Iterator[Finding]:
    """Yield grades whose rolls and residents, and stages whose seats and pupils, do not meet."""
    people, rolls, rates = sum_ages(draft), sum_rolls(draft), first_rates(draft)
    stands = list_standing(draft)
    for stage in draft.standards.stages:
        for grade in stage.grades:
            of = people[grade.age_from : grade.age_to + 1].sum() * rates.get(stage.code, 0.0)
            if is_odd("roll over residents", rolls[grade.code], of):
                sentence = (
                    f"{SCHOOLS}: {rolls[grade.code]:,.0f} pupils on roll in {grade.code}, but "
                    f"{of:,.0f} residents aged {_ages(grade.age_from, grade.age_to)} x take-up in "
                    f"{RESIDENTS}; want numbers of one order"
                )
                yield Finding("roll against residents", "doubtful", sentence)
        codes = [grade.code for grade in stage.grades]
        pupils = sum(rolls[code] for code in codes)
        held = count_seats(draft, stage)[stands]
        seats = float(held.sum())
        if (
            pupils >= 200
            and np.isfinite(seats)
            and is_odd("stage seats over pupils", seats, pupils)
        ):
            sentence = (
                f"{SCHOOLS}: {seats:,.0f} seats of {stage.code} (stated, or rooms x class "
                f"limit) for {pupils:,.0f} pupils; want rooms in classrooms_{stage.code}"
            )
            yield Finding("seats against pupils", "doubtful", sentence)
        elif (held > 0).sum() >= FEW and is_odd("stage seats to spare", seats, pupils):
            sentence = (
                f"{SCHOOLS}: {seats:,.0f} seats of {stage.code} for {pupils:,.0f} pupils; want "
                f"rooms that stand for classes in classrooms_{stage.code}"
            )
            yield Finding("seats to spare", "note", sentence)


def count_seats(draft: Draft, stage: Stage) -> pd.Series[float]:
    """Return the seats of each school, by row: those stated, or rooms x class limit."""
    table, limits = draft.tables[SCHOOLS], seat_limits(draft)
    size = _mean([limits[grade.code] for grade in stage.grades])
    rooms = table[f"classrooms_{stage.code}"].fillna(0.0).astype(float)
    counted = (rooms * size).where(rooms > 0, 0.0)
    return table[f"seats_{stage.code}"].astype(float).fillna(counted)


def _ages(first: int, last: int) -> str:
    return f"{first}" if first == last else f"{first} to {last}"


def doubt_classes(draft: Draft) -> Iterator[Finding]:
    """Yield rolls that cannot sit in the classes on record, and rooms far beyond the classes."""
    rows, table = draft.rows[SCHOOLS], draft.tables[SCHOOLS]
    limits = seat_limits(draft)
    for code, limit in limits.items():
        roll, classes = (table[f"{what}_{code}"].to_numpy(float) for what in ("roll", "classes"))
        size = np.divide(roll, classes, out=np.full(len(roll), np.nan), where=classes > 0)
        small = (classes > 1) & (roll < THRESHOLDS["class on record"].least * limit * classes)
        for place in list_positions((size > THRESHOLDS["class on record"].most * limit) | small):
            want = (
                f"in {classes[place]:,.0f} classes: {size[place]:,.4g} a class, where the "
                f"limit is {limit:g}; want pupils in roll_{code} and classes in classes_{code}"
            )
            sentence = rows.fault(table.index[place], f"roll_{code}", want)
            yield Finding("class on record", "doubtful", sentence, size[place])
    for stage in draft.standards.stages:
        yield from _doubt_rooms(draft, stage)
        yield from _doubt_stated(draft, stage, limits)


def _doubt_rooms(draft: Draft, stage: Stage) -> Iterator[Finding]:
    rows, table = draft.rows[SCHOOLS], draft.tables[SCHOOLS]
    column = f"classrooms_{stage.code}"
    rooms = table[column].to_numpy(float)
    classes = table[[f"classes_{grade.code}" for grade in stage.grades]].sum(axis=1).to_numpy()
    middle = table[table[column] > 0].groupby("kind")[column].median()
    median = table.kind.map(middle).to_numpy(float)
    full = (table[[f"roll_{grade.code}" for grade in stage.grades]] > 0).all(axis=1).to_numpy()
    odd = is_odd("rooms per class", rooms, classes) & (classes > 0)
    odd |= is_odd("rooms of a full school", rooms, classes) & full & (classes > 0)
    odd |= is_odd("rooms over median", rooms, median) | is_odd("rooms of a school", rooms)
    for place in list_positions(odd):
        want = (
            f"for {classes[place]:,.0f} classes, where schools of its kind have "
            f"{median[place]:,.0f}; want rooms, not seats"
        )
        sentence = rows.fault(table.index[place], column, want)
        yield Finding("many rooms", "doubtful", sentence, rooms[place])


def _doubt_stated(draft: Draft, stage: Stage, limits: Mapping[str, float]) -> Iterator[Finding]:
    """Yield stated seats far from what the rooms hold by the class limit."""
    rows, table = draft.rows[SCHOOLS], draft.tables[SCHOOLS]
    rooms, stated = f"classrooms_{stage.code}", f"seats_{stage.code}"
    held = table[rooms].to_numpy(float) * _mean([limits[grade.code] for grade in stage.grades])
    seats = table[stated].to_numpy(float)
    for place in list_positions(is_odd("stated seats", seats, held) & ~np.isnan(seats)):
        want = (
            f"in {table[rooms].iloc[place]:,.0f} rooms, which hold {held[place]:,.0f} by the class "
            f"limit; want seats of the stage in {stated} and rooms in {rooms}"
        )
        sentence = rows.fault(table.index[place], stated, want)
        yield Finding("stated seats", "doubtful", sentence, seats[place])


def doubt_grades(draft: Draft) -> Iterator[Finding]:
    """Yield grades of a school far from the other grades of its stage."""
    rows, table = draft.rows[SCHOOLS], draft.tables[SCHOOLS]
    for stage in draft.standards.stages:
        columns = [f"roll_{grade.code}" for grade in stage.grades]
        rolls = np.nan_to_num(table[columns].to_numpy(float))
        if len(columns) < 3:
            continue
        taught = rolls > 0
        after = np.cumsum(taught[:, ::-1], axis=1)[:, ::-1] > 0
        between = after & (np.cumsum(taught, axis=1) > 0)  # neither to come nor phased out
        for place, column in enumerate(columns):
            others = np.delete(rolls, place, axis=1)
            others = np.where(others > 0, others, np.nan)
            known = np.isfinite(others).sum(axis=1) >= 2
            middle = np.full(len(rolls), np.nan)
            middle[known] = np.nanmedian(others[known], axis=1)
            odd = is_odd("grade in its school", rolls[:, place], middle)
            odd |= is_odd("grade of a large school", rolls[:, place], middle)
            odd &= between[:, place]
            for row in list_positions(odd & known):
                want = f"about {middle[row]:,.0f} in its other grades; want pupils"
                sentence = rows.fault(table.index[row], column, want)
                size = abs(rolls[row, place] - middle[row])
                yield Finding("grade in its school", "doubtful", sentence, size)


def doubt_years(draft: Draft) -> Iterator[Finding]:
    """Yield schools that have pupils and do not stand, and those that stand without pupils."""
    rows, table = draft.rows[SCHOOLS], draft.tables[SCHOOLS]
    pupils = table[[f"roll_{code}" for code in draft.standards.grades]].sum(axis=1)
    columns = [f"classrooms_{stage.code}" for stage in draft.standards.stages]
    rooms = table[columns].sum(axis=1)
    year = draft.base_year
    for column, odd in {
        "closes": table.closes <= year,
        "opened": table.opened > year,
    }.items():
        for number in table.index[odd & (pupils > 0)]:
            want = f"but {pupils[number]:,.0f} pupils on roll in {year}; want no roll, or the year"
            sentence = rows.fault(number, column, want)
            yield Finding("roll of a closed school", "doubtful", sentence, pupils[number])
    yield from _tell_closing(draft, pupils)
    far = is_odd("years ahead", table.closes - year) & (table.closes > year).to_numpy()
    far |= ((table.opened > draft.horizon) & (pupils == 0)).to_numpy()
    for number in table.index[far]:
        column = "opened" if table.opened[number] > draft.horizon else "closes"
        want = f"want a year up to horizon {draft.horizon}; without one the cell stays empty"
        yield Finding("year far off", "doubtful", rows.fault(number, column, want))
    for number in table.index[list_standing(draft) & (pupils == 0) & (rooms > 0)]:
        sentence = (
            f"{rows.place(number)}: {rooms[number]:.0f} rooms and no pupil on roll; want its roll, "
            "opened where it is to come, or closes where it is shut"
        )
        yield Finding("school without pupils", "doubtful", rows.say(sentence))


def _tell_closing(draft: Draft, pupils: pd.Series[float]) -> Iterator[Finding]:
    """Yield schools with pupils that the table itself closes within the years ahead."""
    rows, table = draft.rows[SCHOOLS], draft.tables[SCHOOLS]
    closing = (table.closes > draft.base_year) & (table.closes <= draft.horizon) & (pupils > 0)
    for number in table.index[closing]:
        want = (
            f"its {pupils[number]:,.0f} pupils and its catchment go elsewhere from then on, under "
            "every plan; want a year that is decided, else the cell empty and a step of a plan"
        )
        sentence = rows.fault(number, "closes", want)
        yield Finding("school that closes", "note", sentence, pupils[number])


def doubt_ground(draft: Draft) -> Iterator[Finding]:
    """Yield land, floors and beds of another unit: m2 per pupil against schools of the kind."""
    rows, table = draft.rows[SCHOOLS], draft.tables[SCHOOLS]
    pupils = table[[f"roll_{code}" for code in draft.standards.grades]].sum(axis=1)
    pupils = pupils.where(pupils >= 20)
    for column in ("land_m2", "floor_m2"):
        each = table[column] / pupils
        median = each.groupby(table.kind).median()
        middle = table.kind.map(median).to_numpy(float)
        odd = is_odd("area over median", each, middle)
        if column == "floor_m2":
            for _, own in each.groupby(table.kind):
                odd[table.index.get_indexer(own.index)] |= stand_apart("floor among its kind", own)
        for place in list_positions(odd):
            want = (
                f"{each.iloc[place]:,.2g} m2 per pupil, where schools of its kind have "
                f"{middle[place]:,.2g}; want m2 (1 mu is 667, 1 ha 10,000)"
            )
            sentence = rows.fault(table.index[place], column, want)
            yield Finding(f"{column} of a school", "doubtful", sentence)
        for kind, value in median[is_odd("land per pupil", median)].items():
            sentence = (
                f"{SCHOOLS}: property {column}: the median {kind} has {value:,.2g} m2 per pupil; "
                "want m2 (1 mu is 667, 1 ha 10,000)"
            )
            yield Finding(f"{column} of a kind", "doubtful", sentence)
    for number in table.index[is_odd("floor over land", table.floor_m2, table.land_m2)]:
        want = f"on {table.land_m2[number]:,.10g} m2 of land; want m2 in both"
        yield Finding("floor over land", "doubtful", rows.fault(number, "floor_m2", want))
    for number in table.index[is_odd("beds over pupils", table.boarding_beds, pupils)]:
        want = f"for {pupils[number]:,.0f} pupils; want beds of boarders"
        yield Finding("beds", "doubtful", rows.fault(number, "boarding_beds", want))


def doubt_names(draft: Draft) -> Iterator[Finding]:
    """Yield schools that bear the name of another."""
    rows, table = draft.rows[SCHOOLS], draft.tables[SCHOOLS]
    for column in ("name", "name_en"):
        named = table[column].dropna().astype(str)
        first = named.drop_duplicates()
        owner = pd.Series(first.index, index=first)
        for number in named.index[named.duplicated()]:
            want = f"the name of {rows.place(owner[named[number]])} already; want one for each"
            yield Finding("name twice", "doubtful", rows.fault(number, column, want))


def doubt_medians(draft: Draft) -> Iterator[Finding]:
    """Yield whole kinds of schools whose classes on record are far from the limit on them."""
    limits, table = seat_limits(draft), draft.tables[SCHOOLS]
    for stage in draft.standards.stages:
        codes = [grade.code for grade in stage.grades]
        count = table[[f"classes_{code}" for code in codes]].to_numpy(float)
        roll = table[[f"roll_{code}" for code in codes]].to_numpy(float)
        split = count > 1  # one class of a hamlet is as small as its age; two were split for size
        pupils, classes = float(roll[split].sum()), float(count[split].sum())
        limit = _mean([limits[code] for code in codes])
        if classes >= 5 and is_odd("limit over classes", limit, pupils / classes):
            sentence = (
                f"standards.toml: seats of {stage.code} are counted with {limit:.4g} a class, but "
                f"split grades have {pupils / classes:.3g}; want the limit in force"
            )
            yield Finding("limit against classes", "doubtful", sentence)


def _mean(values: list[float]) -> float:
    return float(np.mean(values))


def sum_stage(draft: Draft, stage: Stage) -> NDArray[np.float64]:
    """Return the pupils on roll of each school in a stage, in the order of the file."""
    table = draft.tables[SCHOOLS]
    return np.asarray(table[[f"roll_{grade.code}" for grade in stage.grades]].sum(axis=1), float)
