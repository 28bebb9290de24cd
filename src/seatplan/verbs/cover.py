"""site with an objective of coverage: whom new schools bring within reach."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from seatplan.verbs.console import tell

if TYPE_CHECKING:
    from seatplan.outcome import Outcome
    from seatplan.siting.covering import Coverage

UNITS = {"covering": "new schools", "farthest": "m", "walk": "m"}


def write_coverage(outcome: Outcome, out: Path, **terms: Any) -> None:
    """Choose sites by coverage; write the scenario, its table and how it was found.

    `terms` are those of `cover_pupils`.
    """
    from seatplan.files import write_beside
    from seatplan.results import write_table
    from seatplan.scenarios.scenario import write_scenario
    from seatplan.siting.covering import cover_pupils
    from seatplan.verbs.records import describe_search, tell_record, write_record

    answer = cover_pupils(outcome, **terms)
    asked = {"verb": "site", "seed": None, "objective": terms.pop("aim"), **terms}
    names = ["year", "pupils", "before", "after", "value", "bound", "is_proven"]
    record = describe_search(outcome, asked, {name: getattr(answer, name) for name in names})
    if len(answer.table):
        write_scenario(answer.scenario, out, comments=tell_record(record))
    write_record(record, out.with_name(f"{out.stem}.json"))
    with write_beside(out.with_name(f"{out.stem}.csv")) as draft:
        write_table(answer.table.round(2), draft)
    _tell(answer, out)
    if not len(answer.table):
        raise typer.Exit(1)


def _tell(answer: Coverage, out: Path) -> None:
    """Say whom the new schools reach, in sentences."""
    proof = "proven" if answer.is_proven else "not proven"
    unit = UNITS.get(answer.aim, "pupils")
    tell(f"{answer.aim}: {answer.value:,.0f} {unit}, no choice passes {answer.bound:,.0f}; {proof}")
    counted = {"seats": "have a seat within reach", "backup": "have two schools within reach"}
    tell(
        f"of {answer.pupils:,.0f} pupils in {answer.year}, {answer.before:,.0f} "
        f"{counted.get(answer.aim, 'have a school within reach')} today, "
        f"{answer.after:,.0f} with the new schools"
    )
    for place, row in answer.table.iterrows():
        tell(
            f"  {place} {row['name']}: {row.classrooms} classrooms from {row.year}; "
            f"{row.reached:,.0f} pupils within its reach, {row.alone:,.0f} within no other's"
        )
    if not len(answer.table):
        tell("no new school improves it; no scenario is written")
        return
    tell(f"{out}  {out.with_suffix('.csv')}  {out.with_suffix('.json')}")
