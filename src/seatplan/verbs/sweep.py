"""The verb sweep: many districts, scenarios and draws, on one machine or a cluster."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from seatplan.verbs.console import ALIKE, sentences, tell
from seatplan.verbs.options import Births, Language, Overflow

if TYPE_CHECKING:
    from seatplan.sweeps.engine import Engine
    from seatplan.sweeps.sweep import Sweep
    from seatplan.views.nation import NationView

LEVELS = ("nation", "province", "city", "district", "township")
MORE = ("catchment", "school")  # levels whose tables are long


def sweep(
    folders: Annotated[list[Path], typer.Argument(help="Folders of districts.")],
    scenarios: Annotated[
        list[str] | None,
        typer.Option(
            help="baseline, or a scenario file: in each district's folder, its scenarios, or as "
            "given; repeat it for several. baseline without it."
        ),
    ] = None,
    draws: Annotated[int, typer.Option(help="Futures drawn for each district; 0: none.")] = 0,
    block: Annotated[int, typer.Option(help="Futures of one task.")] = 100,
    seed: Annotated[int, typer.Option(help="Seed of the futures.")] = 0,
    workers: Annotated[int, typer.Option(help="Processes of this machine.")] = 2,
    scheduler: Annotated[
        str | None, typer.Option(help="A Dask scheduler, tcp://...; in the stead of processes.")
    ] = None,
    overflow: Overflow = "stay",
    births: Births = "medium",
    level: Annotated[
        list[str] | None,
        typer.Option(help="Also a table of every catchment, or school; repeat it for both."),
    ] = None,
    map_stage: Annotated[
        str | None, typer.Option("--map", help="Also map.html: the districts, of this stage.")
    ] = None,
    scenario: Annotated[str, typer.Option(help="Scenario of the map, by its name.")] = "baseline",
    year: Annotated[
        int | None, typer.Option(help="Autumn of the map; the first that most districts have.")
    ] = None,
    measure: Annotated[
        str,
        typer.Option(
            help="What colours the map: catchment_shortage, district_shortage, roll_over_seats, "
            "unplaced, seat_use, large_classes."
        ),
    ] = "catchment_shortage",
    language: Language = "zh",
    out: Annotated[Path, typer.Option(help="Folder of the files, and of the tables.")] = Path(
        "sweep"
    ),
) -> None:
    """Evaluate many districts under scenarios and draws; begun again, do only what is missing.

    Leaves one Parquet file a task in OUT/tasks, and nation.csv, province.csv, city.csv,
    district.csv and township.csv with the sums; with draws also chances.csv. What is doubtful of
    the districts stands in findings.csv, and up to five districts a kind on stderr. --map STAGE
    draws the districts on map.html. Exit status 2 where a district cannot be used; the others
    stand.
    """
    from seatplan.sweeps.sweep import sweep as run
    from seatplan.views.nation import NationView

    with sentences():
        _check(workers, block, level or [])
        done = run(
            folders,
            out / "tasks",
            scenarios=tuple(scenarios or ["baseline"]),
            draws=draws,
            block=block,
            seed=seed,
            overflow=overflow,
            births=births,
            workers=workers,
            engine=_connect(scheduler) if scheduler else None,
            progress=lambda line: tell(line, err=True),
        )
        _write(done, out, [*LEVELS, *dict.fromkeys(level or [])], draws)
        _tell_doubts(done)
        if map_stage is not None:
            _draw(done, out, NationView(map_stage, year, scenario, measure, language))
        for problem in done.problems:
            tell(problem, err=True)
        if done.problems:
            raise typer.Exit(2)


def _check(workers: int, block: int, levels: list[str]) -> None:
    from seatplan.errors import InputError

    problems = [
        f"--{name} {value}; want 1 or more"
        for name, value in (("workers", workers), ("block", block))
        if value < 1
    ]
    problems += [
        f"--level {level}; want one of {', '.join(MORE)}" for level in levels if level not in MORE
    ]
    if problems:
        raise InputError(problems)


def _connect(scheduler: str) -> Engine:
    """Return a client of a Dask scheduler; InputError where there is none."""
    from seatplan.errors import InputError

    try:
        from distributed import Client
    except ImportError as error:
        raise InputError("--scheduler needs Dask: pip install 'seatplan[cluster]'") from error
    try:
        client: Engine = Client(scheduler, timeout="10s")  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        raise InputError(
            f"--scheduler {scheduler}: nobody answers; want tcp://host:8786"
        ) from error
    return client


def _draw(done: Sweep, out: Path, view: NationView) -> None:
    """Draw the districts."""
    from seatplan.files import write_beside
    from seatplan.views.nation import map_sweep

    page = map_sweep(done, view)
    with write_beside(out / "map.html") as draft:
        page.save(draft)
    tell(str(out / "map.html"))


def _write(done: Sweep, out: Path, levels: list[str], draws: int) -> None:
    from seatplan.files import write_beside
    from seatplan.results import write_table

    tables = {level: done.national(level) for level in levels}
    if draws:
        tables["chances"] = done.chances().round(4)
    tables["findings"] = done.findings()
    for name, table in tables.items():
        with write_beside(out / f"{name}.csv") as draft:
            write_table(table, draft)
    tell(f"{len(done.tasks)} tasks stand; {out / 'nation.csv'}")


def _tell_doubts(done: Sweep) -> None:
    """Say what is doubtful of the districts: a line for a kind and district, five of a kind."""
    from seatplan.district.finding import Finding, group_findings

    doubts = []
    for row in done.findings().reset_index().to_dict("records"):
        code, name, kind, told = (str(row[key]) for key in ("district", "name", "kind", "told"))
        more = f" (and {row['findings'] - 1} more like it)" if row["findings"] > 1 else ""
        sentence = f"doubtful: {code} {name}: {kind}: {told}{more}"
        doubts.append(Finding(kind, "doubtful", sentence, float(row["findings"])))
    for line in group_findings(doubts, ALIKE):
        tell(line, err=True)
