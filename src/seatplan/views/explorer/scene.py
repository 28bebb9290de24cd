"""What a page shows of one scenario: the planned district and its whole-number tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from seatplan.district.district import District
from seatplan.district.stages import Label
from seatplan.district.standards import Standards
from seatplan.draws import OutcomeDraws
from seatplan.errors import InputError
from seatplan.outcome import Outcome
from seatplan.results import Results, tabulate
from seatplan.views.explorer.board import Board, read_board
from seatplan.views.explorer.futures import Futures, read_futures


@dataclass(frozen=True)
class Scene:
    """One scenario as a page reads it.

    `metres` holds the walk from each block (index) to each school (columns), inf where there is
    no way. `board` is what drafts on it are counted from; without it the page draws none.
    `futures` is what many futures say of it; without those of every scene the page shows none.
    """

    code: str
    title: Label
    district: District
    standards: Standards
    metres: pd.DataFrame
    tables: Results
    board: Board | None = None
    futures: Futures | None = None


def check_scenes(scenes: Sequence[Scene]) -> None:
    """Raise InputError unless the scenes show one district over the same years."""
    if not scenes:
        raise InputError("map: no outcome was given; evaluate at least one scenario")
    first = scenes[0].district
    for scene in scenes[1:]:
        other = scene.district
        if list(other.blocks.index) != list(first.blocks.index) or other.years != first.years:
            raise InputError(
                f"map: {scene.code} and {scenes[0].code} differ in blocks or years; "
                "show scenarios of one district over the same years"
            )
    codes = [scene.code for scene in scenes]
    if len(set(codes)) < len(codes):
        raise InputError(f"map: two scenarios have one name ({', '.join(codes)}); rename one")


def read_outcome(outcome: Outcome, draws: OutcomeDraws | None = None) -> Scene:
    """Return what a page shows of an outcome, and of many futures of it where they are given."""
    return Scene(
        code=outcome.scenario.name,
        title=outcome.scenario.title,
        district=outcome.district,
        standards=outcome.standards,
        metres=outcome.costs.metres,
        tables=tabulate(outcome),
        board=read_board(outcome),
        futures=read_futures(outcome, draws) if draws else None,
    )
