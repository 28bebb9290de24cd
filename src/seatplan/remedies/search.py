"""Search: what clears a shortfall, alone or in pairs; each run, and kept only where it does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from seatplan.remedies.borders import list_borders, rezone
from seatplan.remedies.rooms import list_rooms
from seatplan.remedies.scene import Action, Scene
from seatplan.remedies.shortfalls import Shortfall

RETRIES = 4  # of a rezoning that whole children leave a pupil or two short


@dataclass(frozen=True)
class Trial:
    """An action that was run: the outcome with it, and whether the shortfall is cleared."""

    action: Action
    after: Scene
    clears: bool


def try_remedies(scene: Scene, flag: Shortfall) -> tuple[list[Trial], list[Trial]]:
    """Return the actions and pairs that clear a shortfall without a shortage elsewhere.

    The second value are those that clear a part.
    """
    singles = list(_try_singles(scene, flag))
    found = [trial for trial in singles if trial.clears]
    partial = [trial for trial in singles if not trial.clears]
    is_free = any(not trial.action.bill for trial in found)  # then nothing is cheaper
    splits = [] if is_free else [*_try_splits(scene, flag, found)]
    pairs = [] if is_free else [*splits, *_try_rests(scene, flag, partial)]
    kept = [trial for trial in pairs if not _is_needless(trial.action, found)]
    clearing = _drop_twins([*found, *kept])
    return clearing, partial


def _try_singles(scene: Scene, flag: Shortfall) -> Iterator[Trial]:
    """Run what may clear it alone, each list up to the first that does, else its last."""
    for options in [*list_borders(scene, flag), *list_rooms(scene, flag)]:
        trial = _try_sizes(scene, flag, options)
        if trial is None and options and options[0].kinds == ("rezone",):
            trial = _retry(scene, flag, options[0])
        if trial:
            yield trial


def _try_sizes(scene: Scene, flag: Shortfall, options: list[Action]) -> Trial | None:
    """Run a list of sizes: the first that clears it, else the largest that can be."""
    first = _try(scene, flag, options[0]) if options else None
    if first and first.clears:
        return first
    last = _try(scene, flag, options[-1]) if len(options) > 1 else None
    if last is None or not last.clears:
        return last or first
    for action in options[1:-1]:
        trial = _try(scene, flag, action)
        if trial and trial.clears:
            return trial
    return last


def _try(scene: Scene, flag: Shortfall, action: Action) -> Trial | None:
    """Run an action; None where it cannot be, harms others or changes nothing."""
    after = scene.run(action.steps)
    if after is None or scene.harms(after, flag):
        return None
    clears = after.is_cleared(flag, action.ready)
    judged = list(flag.judge(action.ready))
    helps = bool((after.read(flag)[judged] < scene.read(flag)[judged]).any())
    return Trial(action, after, clears) if helps else None


def _retry(scene: Scene, flag: Shortfall, first: Action) -> Trial | None:
    """Ask a rezoning for a pupil more until whole children agree with it."""
    for more in range(1, RETRIES + 1):
        action = rezone(scene, flag, by_way=False, more=float(more))
        if action is None:
            return None
        if action.steps == first.steps:
            continue
        trial = _try(scene, flag, action)
        if trial and trial.clears:
            return trial
    return None


def _try_splits(scene: Scene, flag: Shortfall, found: Iterable[Trial]) -> Iterator[Trial]:
    """Yield rezonings that save rooms of what clears it alone: the fewest rooms that way."""
    for trial in found:
        action = trial.action
        if action.kinds not in (("expand",), ("convert",)) or scene.is_whole(flag):
            continue
        rooms = action.built + action.converted
        per_class = scene.outcome.standards.seats_per_class(flag.stage, action.ready)
        for fewer in range(1, rooms):
            moved = rezone(scene, flag, by_way=False, seats=fewer * per_class, since=action.ready)
            if moved is None:
                continue
            both = _try(scene, flag, moved.add(_shrink(action, flag.stage, fewer)))
            if both and both.clears:
                yield both
                break


def _shrink(action: Action, stage: str, rooms: int) -> Action:
    """Return an expansion or conversion of fewer rooms."""
    step = action.steps[0]
    count = {stage: rooms} if action.built else rooms
    return Action(
        kinds=action.kinds,
        steps=(step.model_copy(update={"classrooms": count}),),
        ready=action.ready,
        built=rooms if action.built else 0,
        converted=0 if action.built else rooms,
        bill=dict.fromkeys(action.bill, float(rooms)),
    )


def _try_rests(scene: Scene, flag: Shortfall, partial: Iterable[Trial]) -> Iterator[Trial]:
    """Yield what clears the rest of those that do not clear it alone."""
    for trial in partial:
        rest = trial.after
        seconds = [*list_borders(rest, flag), *list_rooms(rest, flag)]
        for options in seconds:
            if not options or options[0].kinds == trial.action.kinds != ("build",):
                continue
            both = _try_sizes(scene, flag, [trial.action.add(second) for second in options])
            if both and both.clears:
                yield both


def _is_needless(pair: Action, found: Iterable[Trial]) -> bool:
    """Say whether something that clears it alone takes no more of anything and is not later."""
    return any(
        trial.action.ready <= pair.ready
        and all(count <= pair.bill.get(key, 0.0) for key, count in trial.action.bill.items())
        for trial in found
    )


def _drop_twins(trials: Iterable[Trial]) -> list[Trial]:
    """Drop actions with the same steps."""
    kept: dict[frozenset[str], Trial] = {}
    for trial in trials:
        key = frozenset(step.model_dump_json() for step in trial.action.steps)
        kept.setdefault(key, trial)
    return list(kept.values())
