"""The verbs: check, evaluate, compare, map and demo; others in `verbs`.

Exit status 0; 1 with `--strict` where a flag is raised; 2 for input that cannot be used, told in
sentences.
"""

from __future__ import annotations

import signal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from seatplan.literal import show_signs
from seatplan.memory import collect_seldom
from seatplan.verbs import (
    assess,
    audit,
    backtest,
    check,
    choices,
    closures,
    explain,
    forecast,
    monitor,
    new,
    remedy,
    report,
    rezone,
    site,
    sweep,
    warn,
)
from seatplan.verbs.attending import list_homes, tell_attendance
from seatplan.verbs.console import (
    evaluate_files,
    evaluate_inputs,
    guard_verb,
    read_inputs,
    sentences,
    tell,
)
from seatplan.verbs.futures import Seed
from seatplan.verbs.groups import Grouped
from seatplan.verbs.options import Attend, Births, Folder, Language, Overflow
from seatplan.verbs.replays import replay_run

if TYPE_CHECKING:
    import folium
    import pandas as pd

    from seatplan.district.district import District
    from seatplan.district.standards import Standards
    from seatplan.outcome import Outcome
    from seatplan.scenarios.scenario import Scenario
    from seatplan.views.explorer.page import ExplorerPage

app = typer.Typer(
    cls=Grouped,
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="学位供需与布局规划 · Are there enough school seats, where and when do they run short, "
    "and what would a plan change?",
)

app.command(name="new")(new.new)
app.command(name="check")(check.check)
app.command(name="assess")(assess.assess)
app.command(name="audit")(audit.audit)
app.command(name="explain")(explain.explain)
app.command(name="monitor")(monitor.monitor)
app.command(name="rebase")(monitor.rebase)
app.command(name="forecast")(forecast.forecast)
app.command(name="backtest")(backtest.backtest)
app.command(name="report")(report.report)
app.command(name="findings")(report.findings)
app.command(name="sheets")(report.sheets)
app.command(name="rezone")(rezone.rezone)
app.command(name="site")(site.site)
app.command(name="options")(choices.options)
app.command(name="warn")(warn.warn)
app.command(name="sweep")(sweep.sweep)
app.command(name="remedy")(remedy.remedy)
app.command(name="closures")(closures.closures)

Stage = Annotated[
    str | None, typer.Option(help="Stage of schooling; the first with catchments without it.")
]
Strict = Annotated[bool, typer.Option("--strict", help="Exit with 1 where a flag is raised.")]
Names = Annotated[
    bool, typer.Option("--names", help="Tables with names and headings beside those with codes.")
]
Headings = Annotated[Literal["zh", "en"], typer.Option(help="Language of names and headings.")]


@app.command()
def evaluate(
    folder: Folder,
    scenario: Annotated[Path | None, typer.Option(help="Scenario file (TOML).")] = None,
    attend: Annotated[Path | None, Attend] = None,
    out: Path = Path("out"),
    overflow: Overflow = "stay",
    births: Births = "medium",
    strict: Strict = False,
    names: Names = False,
    language: Headings = "zh",
    by: Annotated[str, typer.Option(help="Who decided; written to decisions.toml.")] = "",
    replay: Annotated[
        Path | None, typer.Option(help="decisions.toml of a run: its plan and choices again.")
    ] = None,
) -> None:
    """Seat the pupils under one scenario and write every table.

    With --replay, plan, --overflow and --births are those of an earlier run, without the steps that
    lie behind the district by now; which files are not as they were seen is told.
    """
    from seatplan.report.names import name_tables
    from seatplan.results import write_run

    with sentences():
        district, standards = read_inputs(folder)
        if attend is not None:
            district = list_homes(district, standards, attend)
        plan: Path | Scenario | None = scenario
        if replay is not None:
            plan, overflow, births = replay_run(replay, scenario, district, language)
        plans = [plan] if plan else []
        outcomes = evaluate_inputs(district, standards, plans, overflow, births, alone=True)
        named = name_tables(outcomes[0], language) if names else {}
        named |= tell_attendance(outcomes[0], language)
        write_run(outcomes[0], out / outcomes[0].scenario.name, also=named, by=by)
        tell(str(out / outcomes[0].scenario.name))
        _end(outcomes, strict)


@app.command()
def compare(
    folder: Folder,
    scenarios: Annotated[list[Path], typer.Argument(help="Scenario files (TOML).")],
    out: Path = Path("out"),
    overflow: Overflow = "stay",
    births: Births = "medium",
    strict: Strict = False,
    names: Names = False,
    language: Headings = "zh",
    regret: Annotated[
        bool, typer.Option("--regret", help="Each plan under each births variant too: regret.csv.")
    ] = False,
) -> None:
    """Set scenarios beside the district as it is, in one table.

    With --regret, regret.csv holds the shortage of each under each births variant and how much
    worse it is than the best of them, regret-plans.csv the worst of each plan.
    """
    with sentences():
        district, standards = read_inputs(folder)
        outcomes = evaluate_inputs(district, standards, scenarios, overflow, births)
        table = _write_comparison(outcomes, out, language if names else None)
        if regret:
            _write_regret(district, standards, outcomes, out)
        _print_summary(outcomes, table, out)
        _end(outcomes, strict)


@app.command(name="map")
def draw_map(
    folder: Folder,
    scenarios: Annotated[
        list[Path] | None, typer.Argument(help="Scenario files (TOML); none: as it is.")
    ] = None,
    out: Path = Path("map.html"),
    stage: Stage = None,
    year: Annotated[int | None, typer.Option(help="Year; a slider of all without it.")] = None,
    measure: Annotated[
        str, typer.Option(help="What colours the map: balance, seat_use, walk, beyond_radius, ...")
    ] = "balance",
    tiles: Annotated[
        str | None,
        typer.Option(help="Base map: tianditu (key in TIANDITU_KEY), an address, or none."),
    ] = None,
    explore: Annotated[
        bool, typer.Option("--explore", help="One page with every scenario, stage and year.")
    ] = False,
    draws: Annotated[
        int, typer.Option(help="With --explore: futures to draw, for chances and bands; 0: none.")
    ] = 0,
    seed: Seed = 0,
    overflow: Overflow = "stay",
    births: Births = "medium",
    language: Language = "zh",
) -> None:
    """Draw a plan against today, on a folium page that needs no network.

    The last of the scenarios is drawn against the district as it is; with --explore, all of them
    on the explorer's page. A base map loads while the page is looked at.
    """
    from seatplan.errors import InputError
    from seatplan.files import write_beside
    from seatplan.verbs.futures import follow_all
    from seatplan.views.explorer import explore as draw_explorer
    from seatplan.views.maps import MapOptions, map_comparison, map_outcome

    with sentences():
        if draws and not explore:
            raise InputError(f"--draws {draws}: a folium map shows one forecast; want --explore")
        outcomes = evaluate_files(folder, scenarios or [], overflow, births)
        page: folium.Map | ExplorerPage
        if explore:
            followed = follow_all(folder, outcomes, draws, seed)
            page = draw_explorer(outcomes, draws=followed, language=language)
        else:
            stage = stage or outcomes[0].standards.main_stage
            options = MapOptions(year=year, measure=measure, language=language, tiles=tiles)
            if len(outcomes) > 1:
                page = map_comparison(outcomes[0], outcomes[-1], stage, **options)
            else:
                page = map_outcome(outcomes[0], stage, **options)
        with write_beside(out) as draft:
            page.save(draft)
        tell(str(out))


@app.command()
def demo(
    data: Annotated[
        Path | None, typer.Option(help="Folder of a district; none: the sample district.")
    ] = None,
    scenarios: Annotated[
        Path | None, typer.Option(help="Folder with plan-2025.toml; none: that of the sample.")
    ] = None,
    out: Path = Path("out"),
) -> None:
    """Run the main job on the sample district: today and the plan."""
    from seatplan.files import write_beside, write_text
    from seatplan.results import write_run
    from seatplan.sample import find_sample
    from seatplan.views.explorer import explore
    from seatplan.views.findings import write_findings
    from seatplan.views.maps import map_comparison

    with sentences():
        data, scenarios = data or find_sample() / "data", scenarios or find_sample() / "scenarios"
        outcomes = evaluate_files(data, [scenarios / "plan-2025.toml"], "stay", "medium")
        for outcome in outcomes:
            write_run(outcome, out / outcome.scenario.name)
        table = _write_comparison(outcomes, out)
        write_text(out / "findings.md", write_findings(outcomes))
        pages: dict[str, folium.Map | ExplorerPage] = {
            "map.html": map_comparison(outcomes[0], outcomes[1], "primary", year=2025),
            "explorer.html": explore(outcomes),
        }
        for name, page in pages.items():
            with write_beside(out / name) as draft:
                page.save(draft)
        _print_summary(outcomes, table, out)


def _write_comparison(
    outcomes: list[Outcome], out: Path, language: str | None = None
) -> pd.DataFrame:
    """Write the comparison; with names and headings beside it where a language is given."""
    from seatplan.comparison import compare as set_side_by_side
    from seatplan.files import write_beside
    from seatplan.report.names import name_comparison
    from seatplan.results import write_table
    from seatplan.views.summary import summarise

    comparison = set_side_by_side(outcomes)
    tables = {
        "compare.csv": comparison.table,
        "summary.csv": summarise(comparison.table),
        "large-classes.csv": comparison.large_classes.round(4),
    }
    for name, table in tables.items():
        with write_beside(out / name) as draft:
            write_table(table, draft)
    if language:
        with write_beside(out / "compare-named.csv") as draft:
            write_table(name_comparison(outcomes, comparison, language), draft, index=False)
    return comparison.table


def _write_regret(
    district: District, standards: Standards, outcomes: list[Outcome], out: Path
) -> None:
    """Write what each plan is worse by than the best of them, under each births variant."""
    from seatplan.files import write_beside
    from seatplan.regret import weigh_regret
    from seatplan.results import write_table

    scenarios = [outcome.scenario for outcome in outcomes]
    today = outcomes[0]
    found = weigh_regret(district, standards, scenarios, policy=today.policy)
    for name, table in {"regret": found.table, "regret-plans": found.plans}.items():
        with write_beside(out / f"{name}.csv") as draft:
            write_table(table, draft)


def _print_summary(outcomes: list[Outcome], table: pd.DataFrame, out: Path) -> None:
    from rich.console import Console

    from seatplan.views.summary import (
        draw_flags,
        draw_large_classes,
        draw_summary,
        tell_changed_limits,
        tell_provenance,
    )

    console = Console(highlight=False, markup=False)
    console.print(draw_summary(outcomes, table))
    if large := draw_large_classes(outcomes):
        console.print(large)
    console.print(draw_flags(outcomes))
    if changed := tell_changed_limits(outcomes):
        console.print(changed, soft_wrap=True)
    console.print(show_signs(tell_provenance(outcomes[0].district)))
    files = sorted(path.relative_to(out).as_posix() for path in out.iterdir())
    console.print(show_signs(f"{out}/: {'  '.join(files)}"), soft_wrap=True)


def _end(outcomes: list[Outcome], strict: bool) -> None:
    flagged = sum(len(outcome.flags.table) for outcome in outcomes)
    if strict and flagged:
        tell(f"{flagged} flags raised", err=True)
        raise typer.Exit(1)


for _command in app.registered_commands:
    if _command.callback:
        _command.callback = guard_verb(_command.callback)


def _stop(_signal: int, _frame: object) -> None:
    raise KeyboardInterrupt


def main() -> None:
    """Run a verb in a process of its own."""
    signal.signal(signal.SIGTERM, _stop)  # as Ctrl-C: nothing half-written, status 130
    collect_seldom()
    app(prog_name="seatplan")
