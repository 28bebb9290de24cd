"""site with --areas: new schools and the whole, connected catchment of every school."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from seatplan.verbs.console import load_solver, show_search, tell
from seatplan.verbs.rezoned import save_page, save_table

if TYPE_CHECKING:
    from seatplan.outcome import Outcome
    from seatplan.siting.areas import AreaSiting


def refuse_beside(chosen: dict[str, bool]) -> None:
    """Refuse options that mean nothing beside --areas, all of them at once."""
    from seatplan.errors import InputError

    problems = [
        f"--areas and {name} cannot be asked together" for name, asked in chosen.items() if asked
    ]
    if problems:
        raise InputError(problems)


def write_areas(outcome: Outcome, out: Path, language: str, **terms: Any) -> None:
    """Choose sites with their areas; write the scenario, its tables, its map and how it was found.

    `terms` are those of `site_areas`.
    """
    from seatplan.scenarios.scenario import write_scenario
    from seatplan.siting.areas import site_areas
    from seatplan.siting.proposal import build_sited
    from seatplan.solvers.districting.drawing import load_loops
    from seatplan.solvers.location.facilities import load
    from seatplan.verbs.records import describe_search, tell_record, write_record
    from seatplan.views.changes import map_areas

    for loops in (load, load_loops):
        load_solver(loops)
    with show_search("siting", terms["effort"]) as progress:
        answer = site_areas(outcome, **terms, progress=progress)
    names = ["objective", "bound", "gap", "pupil_m", "drawn", "cut_short"]
    found = {name: getattr(answer, name) for name in names} | {"effort_done": answer.effort}
    found["shortage"] = float(answer.rezoning.shortage.catchment_shortage.sum())
    record = describe_search(outcome, {"verb": "site --areas", **terms}, found)
    write_scenario(answer.scenario, out, comments=tell_record(record))
    write_record(record, out.with_name(f"{out.stem}.json"))
    rezoning = answer.rezoning
    moves = rezoning.moves.set_index("block")
    short = rezoning.shortage if len(rezoning.shortage) else None
    tables = {"": answer.table, "-moves": moves, "-schools": rezoning.schools, "-shortage": short}
    for ending, table in tables.items():
        save_table(table, out.with_name(f"{out.stem}{ending}.csv"))
    page = map_areas(build_sited(outcome, answer.scenario), answer, outcome, language=language)
    save_page(page, out.with_name(f"{out.stem}.html"), record)
    _tell(answer, out)


def _tell(answer: AreaSiting, out: Path) -> None:
    """Say what is built, who changes school, and how good it is, in sentences."""
    rezoning = answer.rezoning
    for site, row in answer.table.iterrows():
        tell(
            f"  {row.school} at {site} {row['name']}: {row.classrooms} classrooms ({row.seats:.0f} "
            f"seats) from {row.year}; {row.blocks} blocks, {row.pupils:.0f} pupils, mean walk "
            f"{row.walk:.0f} m"
        )
    before, after = rezoning.schools, rezoning.shortage.groupby("school").catchment_shortage.max()
    tell(
        f"beyond the seats of their catchments: {before.catchment_shortage_before.sum():.0f} "
        f"pupils today, {after.sum():.0f} then; {len(rezoning.moves)} blocks change school, "
        f"{rezoning.moved:.1%} of pupils"
    )
    tell(
        f"no choice of sites and catchments is better by more than {answer.gap:.2%}; "
        f"{answer.drawn} choices drawn, {answer.effort:.1f} units of work"
        + (", cut short: another run may end elsewhere" if answer.cut_short else "")
    )
    stem = out.with_suffix("")
    tell(f"{out}  {stem}.html  {stem}.csv  {stem}-moves.csv  {stem}-schools.csv  {stem}.json")
