"""The drawing board in a notebook."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from seatplan.errors import InputError
from seatplan.outcome import Outcome
from seatplan.views.explorer import explore_scenes
from seatplan.views.explorer.scene import read_outcome

if TYPE_CHECKING:
    from seatplan.views.explorer.widget import DrawingBoard


def open_board(outcomes: Sequence[Outcome], *, language: str = "zh") -> DrawingBoard:
    """Return the explorer of `outcomes` as a widget whose draft comes back as a scenario.

    `board.scenario` is what is drawn when it is asked for, ready for `evaluate`. The page is that
    of `explore`. Needs `pip install 'seatplan[notebook]'`.

    Parameters
    ----------
    outcomes
        The district as it is, then the plans to draw on.
    language
        "zh" or "en": the one the page opens in.

    Raises
    ------
    InputError
        Without anywidget, without an outcome, or where outcomes differ in blocks or years.
    """
    try:
        from seatplan.views.explorer.widget import DrawingBoard
    except ImportError as error:
        raise InputError("a board in a notebook: pip install 'seatplan[notebook]'") from error
    page = explore_scenes([read_outcome(outcome) for outcome in outcomes], language=language)
    page.payload = {**page.payload, "reports": True}
    return DrawingBoard(page=page.render(), title=page.title)
