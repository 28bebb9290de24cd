"""One page with every scenario, year and stage, that opens from a USB stick."""

from __future__ import annotations

from collections.abc import Sequence

from seatplan.draws import OutcomeDraws
from seatplan.errors import InputError
from seatplan.outcome import Outcome
from seatplan.views.explorer.page import ExplorerPage
from seatplan.views.explorer.payload import build_payload
from seatplan.views.explorer.scene import Scene, check_scenes, read_outcome


def explore(
    outcomes: Sequence[Outcome], *, draws: Sequence[OutcomeDraws] = (), language: str = "zh"
) -> ExplorerPage:
    """Return one page with every scenario, stage and year of `outcomes`.

    The first outcome is the district as it is; the others are set against it. The page needs no
    network and no server, and is safe against any name in the data. It has `save(path)`, `render()`
    and shows itself in a notebook; it is no folium map (`map_outcome` is one).

    Parameters
    ----------
    draws
        Many futures of each outcome, in the same order (`evaluate_draws`): the page then shows how
        likely each catchment shortage is, and between which figures nine futures of ten lie.
    language
        The one it opens in, "zh" or "en"; readers change it on the page.

    Raises
    ------
    InputError
        Without an outcome, where outcomes differ in blocks or years, or draws are not theirs.
    """
    if draws and len(draws) != len(outcomes):
        raise InputError(f"draws: want those of {len(outcomes)} outcomes, got {len(draws)}")
    scenes = [
        read_outcome(outcome, draws[at] if draws else None) for at, outcome in enumerate(outcomes)
    ]
    return explore_scenes(scenes, language=language)


def explore_scenes(scenes: Sequence[Scene], *, language: str = "zh") -> ExplorerPage:
    """Return the explorer of `scenes`; see `explore`."""
    check_scenes(scenes)
    stages = [stage.code for stage in scenes[0].standards.stages]
    payload = build_payload(
        scenes, stages=stages, years=scenes[0].district.years, language=language
    )
    payload["start"] = choose_start(scenes)
    return ExplorerPage(payload)


def choose_start(scenes: Sequence[Scene]) -> dict[str, object]:
    """Return where the page opens: the first plan, the first stage with catchments.

    Its year is the one in which that stage lacks most seats as it is.
    """
    scene = scenes[0]
    stages = scene.standards.stages
    stage = next((item.code for item in stages if item.intake == "catchment"), stages[0].code)
    schools = scene.tables.schools
    table = schools[schools.index.get_level_values("stage") == stage]
    missing = (table.residents - table.seats).clip(lower=0).groupby("year").sum()
    worst = missing.index.to_numpy(dtype=int)[int(missing.to_numpy().argmax())]
    return {"scenario": min(1, len(scenes) - 1), "stage": stage, "year": int(worst)}
