"""Pages of what a plan changes: who moves where, and where the next classroom saves most."""

from __future__ import annotations

import folium
import pandas as pd

from seatplan.outcome import Outcome
from seatplan.rezoning.drawing import Rezoning
from seatplan.views.changes.sheet import (
    Cell,
    Sheet,
    Table,
    draw_sheet,
    list_members,
    name_areas,
    speak,
)
from seatplan.views.explorer.rules import pair


def map_moves(outcome: Outcome, rezoning: Rezoning, *, language: str = "zh") -> folium.Map:
    """Return a page of what a rezoning moves: lines, blocks, walks, catchment shortage.

    `outcome` is what the rezoning was drawn from. The page needs no network, is safe against any
    name in the data, and opens in `language`, "zh" or "en".
    """
    names = name_areas(outcome, list(rezoning.schools.index))
    moves = rezoning.moves.sort_values("entrants", ascending=False, kind="stable")
    ways = {}
    for block, to in zip(moves.block, moves.to, strict=True):
        members = list_members(outcome, to)
        ways[str(block)] = str(outcome.costs.metres.loc[block, members].astype(float).idxmin())
    short = rezoning.schools.index[rezoning.schools.catchment_shortage_after > 0]
    sheet = Sheet(
        heading=speak("moves.heading", **_name_scope(outcome, rezoning.stage)),
        note=_tell_scope(outcome, rezoning.years),
        figures=_count_moves(rezoning),
        legend=[
            ("moved", speak("moves.moved")),
            ("same", speak("moves.same")),
            ("old", speak("moves.old")),
            ("new", speak("moves.new")),
            ("way", speak("moves.way")),
            ("short", speak("moves.short")),
            ("school", speak("moves.school")),
        ],
        tables=[_table_moves(moves, names), _table_schools(rezoning, names)],
        before=rezoning.today,
        after=rezoning.plan,
        moved=[str(block) for block in moves.block],
        ways=ways,
        short=[school for area in short for school in list_members(outcome, str(area))],
    )
    return draw_sheet(
        outcome, sheet, stage=rezoning.stage, year=rezoning.years[0], language=language
    )


def map_seat_values(
    outcome: Outcome, values: pd.DataFrame, *, stage: str, year: int, language: str = "zh"
) -> folium.Map:
    """Return a page of where the next classroom saves most; `values` are those of `price_seats`."""
    areas = outcome.catchments.name_areas(stage, year)
    names = name_areas(outcome, list(values.index))
    zone_of = outcome.catchments.list_lotteries(stage, year)
    worth = values.room_pupils if (values.room_pupils > 0).any() else values.room_saved_m
    told = values[(values[["room_pupils", "room_saved_m"]] != 0).any(axis=1)]
    seats = round(outcome.standards.seats_per_class(stage, year))
    rows: list[list[Cell]] = [
        [
            names[str(school)],
            row.pupils,
            round(row.saved_m),
            row.room_pupils,
            round(row.room_saved_m),
        ]
        for school, row in told.round(1).iterrows()
    ]
    measure = "values.by_pupils" if worth is values.room_pupils else "values.by_metres"
    sheet = Sheet(
        heading=speak("values.heading", **_name_scope(outcome, stage)),
        note=speak("map.when", year=year, scenario=pair(outcome.scenario.title)),
        figures=[
            (speak("values.room"), float(seats)),
            (speak("values.schools"), float(len(told))),
        ],
        legend=[("worth", speak(measure)), ("school", speak("moves.school"))],
        tables=[
            Table(
                "values",
                speak("values.title"),
                [
                    "moves.column_school",
                    "values.pupils",
                    "values.saved_m",
                    "values.room_pupils",
                    "values.room_saved_m",
                ],
                rows,
                [{"area": zone_of.get(str(school), str(school))} for school in told.index],
            )
        ],
        before=areas,
        after=areas,
        worth={str(school): float(value) for school, value in worth[worth > 0].items()},
    )
    return draw_sheet(outcome, sheet, stage=stage, year=year, language=language)


def _name_scope(outcome: Outcome, stage: str) -> dict[str, list[str]]:
    name = outcome.standards.stage(stage).name
    return {"district": pair(outcome.district.name), "stage": pair(name)}


def _tell_scope(outcome: Outcome, years: list[int]) -> list[str]:
    """Say which plan and which years the sheet is of."""
    span = str(years[0]) if len(years) == 1 else f"{years[0]}–{years[-1]}"
    return speak("moves.note", year=span, scenario=pair(outcome.scenario.title))


def _count_moves(rezoning: Rezoning) -> list[tuple[list[str], Cell]]:
    """Return the figures of the whole plan: what moves, and before and after."""
    schools, moves = rezoning.schools, rezoning.moves
    figures: list[tuple[list[str], Cell]] = [
        (speak("moves.share"), f"{rezoning.moved:.1%}"),
        (speak("moves.blocks"), float(len(moves))),
        (speak("moves.entrants"), round(float(moves.entrants.sum()))),
        (speak("moves.shortage"), _tell_change(schools.filter(like="catchment_shortage_").sum())),
        (
            speak("moves.places"),
            _tell_change((schools.filter(like="catchment_shortage_") > 0).sum()),
        ),
    ]
    weights = {"before": schools.pupils_before, "after": schools.pupils_after}
    means = pd.Series(
        {
            name: (schools[f"walk_{name}"] * pupils).sum() / max(float(pupils.sum()), 1e-9)
            for name, pupils in weights.items()
        }
    )
    return [*figures, (speak("moves.walk"), _tell_change(means))]


def _tell_change(values: pd.Series[float]) -> str:
    """Say "before → after", in whole numbers."""
    return " → ".join(f"{round(value):,}" for value in values)


def _table_moves(moves: pd.DataFrame, names: dict[str, list[str]]) -> Table:
    return Table(
        "moves",
        speak("moves.title", n=len(moves)),
        [
            "moves.column_block",
            "moves.column_from",
            "moves.column_to",
            "moves.column_entrants",
            "moves.column_before",
            "moves.column_after",
        ],
        [
            [
                str(row.block),
                names[row["from"]],
                names[row.to],
                round(row.entrants, 1),
                _whole(row.walk_before),
                _whole(row.walk_after),
            ]
            for _, row in moves.iterrows()
        ],
        [{"block": block} for block in moves.block],
    )


def _table_schools(rezoning: Rezoning, names: dict[str, list[str]]) -> Table:
    schools = rezoning.schools.sort_values(
        "catchment_shortage_before", ascending=False, kind="stable"
    )
    columns = [
        "seats",
        "pupils_before",
        "pupils_after",
        "catchment_shortage_before",
        "catchment_shortage_after",
    ]
    rows: list[list[Cell]] = [
        [names[str(school)], *(_whole(row[column]) for column in columns)]
        for school, row in schools.iterrows()
    ]
    return Table(
        "schools",
        speak("moves.by_school"),
        [
            "moves.column_school",
            "moves.column_seats",
            "moves.column_living",
            "moves.column_living_after",
            "moves.column_shortage",
            "moves.column_shortage_after",
        ],
        rows,
        [{"area": str(school)} for school in schools.index],
    )


def _whole(value: float) -> float | None:
    """Return a whole number; None for what is not known or not to be reached."""
    return round(value) if abs(value) < float("inf") else None
