"""The verbs monitor and rebase: what came against plan and forecast; next year's district."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from seatplan.verbs.console import find_own, read_inputs, sentences, tell
from seatplan.verbs.options import Folder, Language

if TYPE_CHECKING:
    import pandas as pd

    from seatplan.district.district import District
    from seatplan.district.standards import Standards
    from seatplan.scenarios.scenario import Scenario

Actual = Annotated[
    Path, typer.Option(help="Real rolls: school, grade, pupils, [classes], [year] (CSV).")
]
Year = Annotated[int, typer.Option(help="The autumn that is looked at.")]
Plan = Annotated[
    Path | None, typer.Option("--scenario", help="The plan (TOML); the district as it is without.")
]
TABLES = ("errors", "schools")  # monitor-NAME.csv, which the public form does not have
Born = Annotated[Path | None, typer.Option(help="Real births: year, births (CSV).")]


def monitor(
    folder: Folder,
    actual: Actual,
    year: Year,
    scenario: Plan = None,
    plan: Annotated[
        Path | None, typer.Option(help="What the plan says in numbers; plan.toml of the folder.")
    ] = None,
    births: Born = None,
    form: Annotated[
        Literal["yearly", "mid", "final"], typer.Option(help="What the report is called.")
    ] = "yearly",
    public: Annotated[
        bool, typer.Option("--public", help="No figures of schools; cells under 10 hidden.")
    ] = False,
    out: Annotated[Path, typer.Option(help="Folder to write.")] = Path("out"),
    language: Language = "zh",
) -> None:
    """Monitor a year: what is late, over or short, the targets' lines, the forecast's own error.

    Writes monitor.md and, but for the public form, monitor-errors.csv and monitor-schools.csv; in a
    folder where these stand from before nothing public is written.
    """
    from seatplan.audit.audit import read_plan
    from seatplan.files import write_beside, write_text
    from seatplan.monitoring.monitor import monitor_year
    from seatplan.results import write_table
    from seatplan.views.monitor import tell_summary, write_monitoring

    with sentences():
        _refuse_beside(out, public=public)
        district, standards, meant, rolls, born = _read(folder, actual, year, scenario, births)
        stated = find_own(folder, "plan.toml", plan)
        promises = read_plan(stated) if stated else None
        found = monitor_year(district, standards, meant, rolls, year, plan=promises, births=born)
        page = write_monitoring(found, language, form=form, public=public)
        write_text(out / "monitor.md", page)
        tables = {} if public else {"errors": found.errors, "schools": found.schools}
        for name, table in tables.items():
            with write_beside(out / f"monitor-{name}.csv") as draft:
                write_table(table.round(4), draft, index=name == "errors")
        tell(tell_summary(found, language))
        tell(str(out / "monitor.md"))


def _refuse_beside(out: Path, *, public: bool) -> None:
    """Refuse to write what is public into a folder where tables of schools stand."""
    from seatplan.errors import InputError

    beside = [name for name in TABLES if (out / f"monitor-{name}.csv").exists()]
    if public and beside:
        files = ", ".join(f"monitor-{name}.csv" for name in beside)
        raise InputError(f"--public: {files} of schools in {out}; want a folder without them")


def rebase(
    folder: Folder,
    actual: Actual,
    year: Year,
    out: Annotated[Path, typer.Option(help="Folder of the new district.")],
    scenario: Plan = None,
    births: Born = None,
) -> None:
    """Put the district on this year's rolls: next year's folder, and what is left of the plan.

    Writes the folder of the district with base year --year and, for a plan, the steps that are left
    beside it as FOLDER-plan.toml; schools that are late begin a year later.
    """
    from seatplan.district.writing import write_district
    from seatplan.monitoring.rebase import rebase_district
    from seatplan.scenarios.scenario import write_scenario

    with sentences():
        district, standards, meant, rolls, born = _read(folder, actual, year, scenario, births)
        moved = rebase_district(district, standards, meant, rolls, year, births=born)
        write_district(moved.district, moved.standards, out)
        tell(f"{out}: {moved.district!r}")
        if scenario:
            left = out.with_name(f"{out.name}-plan.toml")
            late = ", ".join(moved.late)
            comments = [f"What is left of {scenario.name} after {year}."]
            comments += [f"Late, and now a year later: {late}."] if late else []
            write_scenario(moved.scenario, left, comments=comments)
            tell(str(left))


def _read(
    folder: Path, actual: Path, year: int, scenario: Path | None, births: Path | None
) -> tuple[District, Standards, Scenario, pd.DataFrame, dict[int, float]]:
    """Read a district, a plan, and what came."""
    from seatplan.monitoring.actual import read_actual, read_births
    from seatplan.scenarios.scenario import BASELINE, read_scenario

    district, standards = read_inputs(folder)
    meant = read_scenario(scenario) if scenario else BASELINE
    planned = meant.apply(district)
    rolls = read_actual(actual, planned, standards, year)
    born = read_births(births, [*map(int, district.births.index)]) if births else {}
    return district, standards, meant, rolls, born
