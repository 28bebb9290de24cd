"""What a rezoning and seat values say: figures, and rows of tables whose places are on a map."""

from __future__ import annotations

import numpy as np
import pandas as pd

from seatplan.outcome import Outcome
from seatplan.rezoning.plan import Rezoning
from seatplan.views.catalogue import say
from seatplan.views.changes.tables import Cell, Table
from seatplan.views.layers.figures import read_naming

# What a row tells -> its heading.
MOVE_COLUMNS = {
    "block": "moves.column_block",
    "from": "moves.column_from",
    "to": "moves.column_to",
    "entrants": "moves.column_entrants",
    "before": "moves.column_before",
    "after": "moves.column_after",
}
VALUE_COLUMNS = {
    "pupils": "values.pupils",
    "saved_m": "values.saved_m",
    "room_pupils": "values.room_pupils",
    "room_saved_m": "values.room_saved_m",
}
# Column of the table of new schools -> its heading.
SITED_COLUMNS = {
    "classrooms": "moves.column_rooms",
    "seats": "moves.column_seats",
    "blocks": "moves.column_blocks",
    "pupils": "moves.column_pupils",
    "walk": "moves.column_walk",
}
# Column of the rezoning's table of schools -> its heading.
SCHOOL_COLUMNS = {
    "seats": "moves.column_seats",
    "pupils_before": "moves.column_living",
    "pupils_after": "moves.column_living_after",
    "catchment_shortage_before": "moves.column_shortage",
    "catchment_shortage_after": "moves.column_shortage_after",
}


def list_moves(outcome: Outcome, moves: pd.DataFrame, language: str) -> list[list[Cell]]:
    """Return a row for each block that moves, by `MOVE_COLUMNS`."""
    name = read_naming(outcome, language)
    return [
        [
            str(row.block),
            name(str(row["from"])),
            name(str(row.to)),
            round(float(row.entrants), 1),
            _whole(row.walk_before),
            _whole(row.walk_after),
        ]
        for _, row in moves.iterrows()
    ]


def table_moves(outcome: Outcome, moves: pd.DataFrame, language: str) -> Table:
    """Return the table of the blocks that move."""
    heads = [say(head, language) for head in MOVE_COLUMNS.values()]
    rows = list_moves(outcome, moves, language)
    places = [f"block {block}" for block in moves.block]
    return Table("moves", say("moves.title", language, n=len(moves)), heads, rows, places)


def table_schools(outcome: Outcome, rezoning: Rezoning, language: str) -> Table:
    """Return the table of the catchments before and after, the largest shortage first."""
    name = read_naming(outcome, language)
    schools = rezoning.schools.sort_values(
        "catchment_shortage_before", ascending=False, kind="stable"
    )
    heads = [say(head, language) for head in ("moves.column_school", *SCHOOL_COLUMNS.values())]
    rows: list[list[Cell]] = [
        [
            name(str(school)),
            *(_whole(row[column]) for column in SCHOOL_COLUMNS),
        ]
        for school, row in schools.iterrows()
    ]
    places = [f"area {school}" for school in schools.index]
    return Table("schools", say("moves.by_school", language), heads, rows, places)


def table_sited(outcome: Outcome, sited: pd.DataFrame, language: str) -> Table:
    """Return the table of the new schools, one row each; `sited` of `AreaSiting`."""
    name = read_naming(outcome, language)
    heads = ["moves.column_school", "moves.column_site", *SITED_COLUMNS.values()]
    rows: list[list[Cell]] = [
        [
            name(str(row.school)),
            str(site),
            *(_whole(row[column]) for column in SITED_COLUMNS),
        ]
        for site, row in sited.iterrows()
    ]
    places = [f"area {school}" for school in sited.school]
    title = say("moves.sited", language, n=len(sited))
    return Table("sited", title, [say(head, language) for head in heads], rows, places)


def tell_areas(rezoning: Rezoning, language: str) -> dict[str, dict[str, Cell]]:
    """Return heading -> catchment -> figure, for the cards of the map."""
    return {
        say(head, language): {
            str(school): _whole(value) for school, value in rezoning.schools[column].items()
        }
        for column, head in SCHOOL_COLUMNS.items()
    }


def table_values(outcome: Outcome, values: pd.DataFrame, language: str) -> Table:
    """Return the table of what seats are worth; `values` of `price_seats`.

    A column that is 0 for every school is left out.
    """
    name = read_naming(outcome, language)
    shown = [column for column in VALUE_COLUMNS if (values[column] != 0).any()]
    heads = ["moves.column_school", *(VALUE_COLUMNS[column] for column in shown)]
    rows: list[list[Cell]] = [
        [
            name(str(school)),
            *(round(float(row[column]), 0 if "_m" in column else 1) for column in shown),
        ]
        for school, row in values.round(1).iterrows()
    ]
    places = [f"area {school}" for school in values.index]
    title = say("values.title", language)
    return Table("values", title, [say(head, language) for head in heads], rows, places)


def count_moves(rezoning: Rezoning, language: str) -> list[tuple[str, Cell]]:
    """Return the figures of the whole plan: what moves, and before and after."""
    schools, moves = rezoning.schools, rezoning.moves
    short = schools.filter(like="catchment_shortage_")
    weights = {"before": schools.pupils_before, "after": schools.pupils_after}
    walks = pd.Series(
        {
            name: (schools[f"walk_{name}"] * pupils).sum() / max(float(pupils.sum()), 1e-9)
            for name, pupils in weights.items()
        }
    )
    figures: dict[str, Cell] = {
        "moves.share": f"{rezoning.moved:.1%}",
        "moves.blocks": float(len(moves)),
        "moves.entrants": float(round(float(moves.entrants.sum()))),
        "moves.shortage": _tell_change(short.sum()),
        "moves.places": _tell_change((short > 0).sum()),
        "moves.walk": _tell_change(walks),
        "moves.lines": _tell_change(rezoning.shape.T.border_m / 1000, 1),
        "moves.compact": _tell_change(rezoning.shape.T.compactness, 2),
    }
    return [(say(key, language), value) for key, value in figures.items()]


def tell_years(outcome: Outcome, years: list[int], language: str) -> str:
    """Say which plan and which years a map is of."""
    span = str(years[0]) if len(years) == 1 else f"{years[0]}–{years[-1]}"
    return say("moves.note", language, year=span, scenario=outcome.scenario.title.of(language))


def _tell_change(values: pd.Series[float], digits: int = 0) -> str:
    """Say "before → after", in whole numbers or with so many digits behind the point."""
    return " → ".join(f"{round(float(value), digits):,.{digits}f}" for value in values)


def _whole(value: float) -> float | None:
    """Return a whole number; None for what is not known or not to be reached."""
    return float(round(value)) if np.isfinite(value) else None
