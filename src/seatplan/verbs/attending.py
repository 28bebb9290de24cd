"""How verbs read a list of pupils (`--attend`), and the tables that they make of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from seatplan.verbs.console import tell

if TYPE_CHECKING:
    import pandas as pd

    from seatplan.district.district import District
    from seatplan.district.standards import Standards
    from seatplan.outcome import Outcome


def list_homes(district: District, standards: Standards, path: Path) -> District:
    """Return the district with the homes of a list of pupils; say what of it was left out."""
    from seatplan.district.attend import spread_counts
    from seatplan.files import hash_file
    from seatplan.intake.pupils import count_pupils, know_district

    counts, told = count_pupils(path, know_district(district, standards))
    for sentence in told:
        tell(sentence, err=True)
    table = counts.reset_index()
    table["grade"] = table.grade.where(table.grade != "", None)
    rolls = district.rolls.pupils.xs(district.base_year, level="year")
    attend = spread_counts(table, rolls[rolls > 0].astype(float))
    inputs = {**district.inputs, path.name: hash_file(path)}
    return district.replace(attend=attend, inputs=inputs)


def tell_attendance(outcome: Outcome, language: str) -> dict[str, pd.DataFrame]:
    """Return a table of area x school for each stage that the list holds, and say what it shows.

    Under names; cells that could show a child are hidden.
    """
    from seatplan.findings.attendance import share_own, tabulate_attendance
    from seatplan.report.names import add_names, read_names, use_headings

    if not len(outcome.district.attend):
        return {}
    names, tables = read_names(outcome, language), {}
    for stage in outcome.standards.stages:
        table = tabulate_attendance(outcome, stage.code)
        if len(table) < 2:
            continue
        rows = add_names(table.rename(columns=dict(names.schools)), names)
        rows = rows.replace("total", names.word("heading.whole"))
        tables[f"attendance_{stage.code}"] = use_headings(rows, language)
        share = share_own(outcome, stage.code)
        if stage.intake == "catchment":
            tell(f"{stage.code}: {share:.1%} of the pupils listed attend their own catchment")
    return tables
