"""evaluate --replay: what an earlier run decided, on the files of today."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from seatplan.verbs.console import tell

if TYPE_CHECKING:
    from seatplan.district.district import District
    from seatplan.scenarios.scenario import Scenario


def replay_run(
    path: Path, scenario: Path | None, district: District, language: str
) -> tuple[Scenario, Any, Any]:
    """Return plan, overflow and births of an earlier run, and tell what is not as it was."""
    from seatplan.decisions import carry_over, read_decisions
    from seatplan.errors import InputError
    from seatplan.views.catalogue import say

    if scenario is not None:
        raise InputError("--replay takes the plan of its run; want it without --scenario")
    decisions = read_decisions(path)
    found = carry_over(decisions, district)
    comma = "、" if language == "zh" else ", "
    if decisions.by:
        tell(say("console.replay_by", language, by=decisions.by))
    if found.done:
        tell(say("console.replay_done", language, count=found.done, year=district.base_year))
    if found.late:
        late = comma.join(found.late)
        tell(say("console.replay_late", language, schools=late, year=district.base_year + 1))
    lists = {"changed": found.changed, "gone": found.gone, "new": found.new}
    for name, files in lists.items():
        if files:
            tell(say(f"console.replay_{name}", language, files=comma.join(files)))
    if not any(lists.values()):
        tell(say("console.replay_same", language, count=len(decisions.seen)))
    return found.scenario, decisions.overflow, decisions.births
