"""explain_figure(): from a school's figure back to the rows, rules and assumptions that made it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from seatplan.errors import InputError
from seatplan.files import suggest
from seatplan.outcome import Outcome
from seatplan.scenarios.interventions import NewSchool
from seatplan.seating.grades import place_residents

MOST = 5  # blocks that are told of a sum
FIGURES = (
    "classes",
    "pupils",
    "residents",
    "seats",
    "classrooms",
    "balance",
    "catchment_shortage",
    "roll_over_seats",
    "seat_gap",
    "class_size",
    "school_large_classes",
    "rooms_short",
    "rooms_spare",
    "school_size",
    "walk",
)


@dataclass(frozen=True)
class Reason:
    """One step back from a figure: what it is (a phrase of `why`), and what the phrase names.

    `depth` says how many steps it lies behind the figure that was asked for.
    """

    key: str
    values: dict[str, object]
    depth: int


@dataclass(frozen=True)
class Where:
    """The cell that is explained: positions of school, stage and year, and their labels."""

    outcome: Outcome
    school: str
    stage: str
    year: int

    @property
    def at(self) -> tuple[int, int, int]:
        """The positions of school, stage and year."""
        axes = self.outcome.axes
        school = int(axes.schools.get_indexer(pd.Index([self.school]))[0])
        return school, axes.stages.index(self.stage), axes.years.index(self.year)

    def read(self, name: str) -> int | None:
        """Return a measure of the cell; None where it has no meaning."""
        measured = self.outcome.measure(name)
        key = (self.school, self.stage, self.year)
        return int(measured[key]) if key in measured.index else None


def explain_figure(outcome: Outcome, school: str, year: int, figure: str) -> list[Reason]:
    """Lead from a figure of a school back to rows, rules and assumptions.

    Parameters
    ----------
    school, year
        Whose figure, and of which autumn.
    figure
        One of `FIGURES`.

    Returns
    -------
    The reasons in the order in which they are read: the figure of each stage, what it is made of,
    what that is made of; then the rows of the files and the steps of the plan that name the school,
    and what was assumed.

    Raises
    ------
    InputError
        There is no such school, year or figure.
    """
    faults = []
    known = [str(one) for one in outcome.axes.schools]
    if school not in known:
        faults.append(f"{school}: no such school{suggest(school, known)}")
    if year not in outcome.axes.years:
        years = outcome.axes.years
        faults.append(f"{year}: the forecast has {years[0]} to {years[-1]}")
    if figure not in FIGURES:
        faults.append(f"{figure}: no figure of that name{suggest(figure, FIGURES)}")
    if faults:
        raise InputError(faults)
    reasons: list[Reason] = []
    for stage in outcome.axes.stages:
        where = Where(outcome, school, stage, year)
        if not np.isnan(outcome.seats.rooms[where.at[0], where.at[1], where.at[2]]):
            reasons += _follow(figure, where, 0)
    told = {one.key for one in reasons}
    return [*reasons, *_list_rows(outcome, school, told), *list_steps(outcome, year, school)]


def _follow(figure: str, where: Where, depth: int) -> Iterator[Reason]:
    """Tell a figure, then each figure that it is made of."""
    made, parents = CHAIN[figure]
    yield from (Reason(key, values, depth) for key, values in made(where))
    for parent in parents:
        yield from _follow(parent, where, depth + 1)


Told = Iterator[tuple[str, dict[str, object]]]


def _tell_classes(where: Where) -> Told:
    """Tell the classes in all, then of each grade: pupils, the limit, how many; then its clause."""
    outcome, (school, _, year) = where.outcome, where.at
    span, classes = outcome.axes.span(where.stage), outcome.classes
    sources: dict[str, None] = {}
    whole = {
        "stage": where.stage,
        "n": int(classes.classes[school, span, year].sum()),
        "pupils": int(classes.pupils[school, span, year].sum()),
        "largest": int(classes.largest[school, span, year].max(initial=0)),
    }
    yield "class_count", dict(whole)
    for grade, name in enumerate(outcome.axes.grades[span], span.start):
        limit = outcome.standards.class_standard("seats", name, where.year)
        if classes.pupils[school, grade, year]:
            sources |= {limit.standard.source: None} if limit else {}
            yield (
                "classes",
                {
                    "grade": name,
                    "pupils": int(classes.pupils[school, grade, year]),
                    "classes": int(classes.classes[school, grade, year]),
                    "largest": int(classes.largest[school, grade, year]),
                    "limit": f"{limit.value:g}" if limit else "",
                },
            )
    for source in sources:
        yield "class_limit", {"source": source}


def _tell_pupils(where: Where) -> Told:
    """Tell the pupils of each grade: who came up, or from which blocks the entrants are."""
    outcome, (school, _, year) = where.outcome, where.at
    yield "pupils", {"stage": where.stage, "year": where.year, "n": where.read("pupils") or 0}
    span, attend = outcome.axes.span(where.stage), outcome.heads.attend
    if not attend[school, span, year].any():
        return
    for grade, name in enumerate(outcome.axes.grades[span], span.start):
        now = int(attend[school, grade, year])
        if year == 0:
            yield "on_record", {"grade": name, "n": now}
        elif grade > span.start:
            before = int(attend[school, grade - 1, year - 1])
            if not now and not before:  # a school that fills from below has not got there
                yield "not_yet", {"grade": name}
                continue
            told = {"grade": name, "n": now, "before": before, "change": now - before}
            yield "came_up", told
        else:
            yield "entrants", {"grade": name, "n": now, "blocks": _list_homes(where, grade)}


def _list_homes(where: Where, grade: int) -> list[tuple[str, float]]:
    """List the blocks from which most pupils of a grade come, with how many (not yet whole)."""
    outcome, (school, _, year) = where.outcome, where.at
    pairs = outcome.assignment.pairs[where.stage]
    own = pairs.select(school)
    place = grade - outcome.axes.span(where.stage).start
    flows = outcome.assignment.flows[where.stage][own, place, year]
    order = np.argsort(-flows, kind="stable")[:MOST]
    blocks = outcome.axes.blocks[pairs.block[own]]
    return [(str(blocks[at]), float(flows[at])) for at in order if flows[at] > 0]


def _tell_residents(where: Where) -> Told:
    """Tell the residents of a catchment, and the blocks where most of them live."""
    outcome, (school, _, year) = where.outcome, where.at
    axes = outcome.axes
    living = outcome.forecast.cube(axes.grades)[:, axes.span(where.stage)]
    pairs, lived = place_residents(outcome.case, outcome.catchments, where.stage, living)
    own = pairs.select(school)
    parts = lived[own, year]
    order = np.argsort(-parts, kind="stable")[:MOST]
    blocks = [(str(axes.blocks[pairs.block[own][at]]), float(parts[at])) for at in order]
    yield (
        "residents",
        {
            "n": where.read("residents") or 0,
            "count": int((parts > 0).sum()),
            "blocks": [(block, n) for block, n in blocks if n > 0],
        },
    )
    take_up = outcome.forecast.take_up[where.stage, where.year]
    factor = outcome.forecast.calibration[where.stage]
    births = outcome.policy.births
    told = {"take_up": f"{take_up:.3f}", "calibration": f"{factor:.3f}", "births": births}
    yield "forecast", dict(told)


def _tell_seats(where: Where) -> Told:
    rules = where.outcome.standards
    per_class = rules.seats_per_class(where.stage, where.year)
    rooms = where.read("classrooms") or 0
    told = {"n": where.read("seats") or 0, "rooms": rooms, "per_class": f"{per_class:g}"}
    yield "seats", {"stage": where.stage, **told}


def _tell_rooms(where: Where) -> Told:
    """Tell the rooms, and the row from which they hold."""
    steps = where.outcome.district.classrooms
    own = steps[
        (steps.index.get_level_values("school") == where.school)
        & (steps.index.get_level_values("stage") == where.stage)
        & (steps.index.get_level_values("year") <= where.year)
    ]
    since = int(own.index.get_level_values("year").max()) if len(own) else where.year
    yield "classrooms", {"n": where.read("classrooms") or 0, "since": since}


def _tell_measure(name: str) -> Callable[[Where], Told]:
    """Return what tells a measure by its number."""

    def tell(where: Where) -> Told:
        value = where.read(name)
        yield name, {"stage": where.stage, "n": 0 if value is None else value}

    return tell


def _tell_size(where: Where) -> Told:
    """Tell the pupils of all stages of a school, once."""
    roll = where.outcome.measure("pupils")
    own = roll[roll.index.get_level_values("school") == where.school].xs(where.year, level="year")
    taught = list(own.index.get_level_values("stage"))
    if taught and taught[0] == where.stage:
        yield "school_size", {"n": int(own.sum())}


# Figure -> what tells it, and the figures it is made of.
CHAIN: dict[str, tuple[Callable[[Where], Told], tuple[str, ...]]] = {
    "classes": (_tell_classes, ("pupils", "classrooms")),
    "class_size": (_tell_classes, ("pupils", "classrooms")),
    "pupils": (_tell_pupils, ("residents",)),
    "residents": (_tell_residents, ()),
    "seats": (_tell_seats, ("classrooms",)),
    "classrooms": (_tell_rooms, ()),
    "balance": (_tell_measure("balance"), ("seats", "residents")),
    "catchment_shortage": (_tell_measure("catchment_shortage"), ("balance",)),
    "seat_gap": (_tell_measure("seat_gap"), ("pupils", "seats")),
    "roll_over_seats": (_tell_measure("roll_over_seats"), ("pupils", "seats")),
    "school_large_classes": (_tell_measure("school_large_classes"), ("classes",)),
    "rooms_short": (_tell_measure("rooms_short"), ("classes",)),
    "rooms_spare": (_tell_measure("rooms_spare"), ("classes",)),
    "school_size": (_tell_size, ("pupils",)),
    "walk": (_tell_measure("walk"), ("pupils",)),
}


# What was told -> the column of the files that it rests on, by file and beginning.
RESTS_ON = {
    "pupils": ("schools.geojson", "roll_"),
    "residents": ("population/residents.csv", "age_"),
    "classrooms": ("schools.geojson", "classrooms_"),
}


def _list_rows(outcome: Outcome, school: str, told: set[str]) -> Iterator[Reason]:
    """Tell where the school's rows stand, and how far what was told rests on real figures."""
    district = outcome.district
    row = district.schools.loc[school]
    new = [step.school for step in outcome.scenario.interventions if isinstance(step, NewSchool)]
    if school not in new:  # the step of the plan stands in the stead of a row
        yield Reason("row", {"school": school, "provenance": str(row.get("provenance", ""))}, 0)
    yield from list_grounds(outcome, [RESTS_ON[key] for key in RESTS_ON if key in told])


def list_grounds(outcome: Outcome, columns: Iterable[tuple[str, str]]) -> Iterator[Reason]:
    """Tell how far columns of the files rest on real figures, and what was assumed.

    Parameters
    ----------
    columns
        File and how its columns begin; "": all of them.
    """
    district = outcome.district
    known = district.provenance
    for file, column in columns:
        rows = known[(known.file == file) & known.column.astype(str).str.startswith(column)]
        for one in rows.fillna("").to_dict("records"):
            values = {name: str(one[name]) for name in ("file", "column", "provenance", "source")}
            yield Reason("column" if values["source"] else "column_alone", dict(values), 0)
    for zh, en in district.assumptions[["zh", "en"]].to_numpy():
        yield Reason("assumed", {"zh": str(zh), "en": str(en)}, 0)


def list_steps(outcome: Outcome, year: int, school: str | None = None) -> Iterator[Reason]:
    """Tell the steps of the plan until a year; only those that name a school, where it is given."""
    for step in outcome.scenario.interventions:
        named = school is None or school in _list_named(step.model_dump())
        if step.year <= year and named:
            yield Reason("step", {"step": step, "year": step.year, "source": step.source}, 0)


def _list_named(fields: object) -> set[str]:
    """List every text in the fields of a step."""
    if isinstance(fields, dict):
        return {text for part in fields.values() for text in _list_named(part)}
    if isinstance(fields, list | tuple):
        return {text for part in fields for text in _list_named(part)}
    return {fields} if isinstance(fields, str) else set()
