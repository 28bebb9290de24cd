"""The verb rezone: whom to send where, as a scenario with its table of moves."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from seatplan.verbs.console import evaluate_files, sentences, show_search

if TYPE_CHECKING:
    from seatplan.outcome import Outcome
    from seatplan.rezoning.drawing import Rezoning


def rezone(
    folder: Annotated[Path, typer.Argument(help="Folder of the district's files.")],
    stage: Annotated[str, typer.Option(help="Stage of schooling, such as primary.")] = "primary",
    year: Annotated[
        list[int] | None,
        typer.Option(help="Autumn that the plan is to hold in; repeat it for several."),
    ] = None,
    scenario: Annotated[
        Path | None, typer.Option(help="A plan that the new catchments are added to (TOML).")
    ] = None,
    max_moved: Annotated[
        float | None,
        typer.Option(min=0, max=1, help="Largest share of pupils whose catchment may change."),
    ] = None,
    max_walk: Annotated[float | None, typer.Option(help="Longest walk, metres.")] = None,
    max_increase: Annotated[
        float | None, typer.Option(help="Most metres by which a walk may grow.")
    ] = None,
    max_size: Annotated[
        float | None, typer.Option(help="Most pupils of a school; the standard without it.")
    ] = None,
    lock: Annotated[
        list[str] | None, typer.Option(help="Block that keeps its school; repeat it for several.")
    ] = None,
    keep_units: Annotated[
        bool, typer.Option("--keep-units", help="Keep each village or community in one catchment.")
    ] = False,
    births: Annotated[str, typer.Option(help="Births scenario: low, medium or high.")] = "medium",
    seconds: Annotated[float, typer.Option(help="Time limit of a search.")] = 60.0,
    seed: Annotated[int, typer.Option(help="Same seed, same moves.")] = 0,
    curve: Annotated[
        bool, typer.Option("--curve", help="Also draw plans that move at most 5, 10 and 20 %.")
    ] = False,
    out: Annotated[Path, typer.Option(help="Scenario file to write (TOML).")] = Path("rezone.toml"),
) -> None:
    """Draw catchments anew within the seats, as a scenario.

    Beside rezone.toml it writes rezone.csv (what moves) and, where no plan fits the seats,
    rezone-shortage.csv. With --curve: rezone-curve.csv and rezone-curve.png, what moving more
    pupils would cure. Ctrl-C ends a search and keeps the best plan so far.
    """
    from seatplan.rezoning.drawing import rezone_catchments

    with sentences():
        files = [scenario] if scenario else []
        outcome = evaluate_files(folder, files, "stay", births, alone=True)[0]
        terms: dict[str, Any] = {
            "stage": stage,
            "years": year or [outcome.district.base_year + 1],
            "max_walk_m": max_walk,
            "max_increase_m": max_increase,
            "max_size": max_size,
            "locked": lock or [],
            "groups": "unit" if keep_units else None,
            "seconds": seconds,
            "seed": seed,
        }
        with show_search("rezoning", seconds) as progress:
            plan = rezone_catchments(outcome, **terms, max_moved=max_moved, progress=progress)
        _write(plan, out)
        _tell(plan, out)
        if curve:
            _draw_curve(outcome, terms, out)


def _write(plan: Rezoning, out: Path) -> None:
    """Write the scenario and its tables; a shortage of an earlier run does not stay behind."""
    from seatplan.files import write_beside
    from seatplan.results import write_table
    from seatplan.scenarios.scenario import write_scenario

    write_scenario(plan.scenario, out)
    moves = plan.moves.round({"entrants": 1, "walk_before": 0, "walk_after": 0})
    with write_beside(out.with_suffix(".csv")) as draft:
        write_table(moves, draft, index=False)
    shortage = out.with_name(f"{out.stem}-shortage.csv")
    if len(plan.shortage):
        with write_beside(shortage) as draft:
            write_table(plan.shortage.round(1), draft)
    else:
        shortage.unlink(missing_ok=True)


def _tell(plan: Rezoning, out: Path) -> None:
    """Say what was found, in sentences."""
    typer.echo(
        f"{len(plan.moves)} blocks change school: {plan.moved:.1%} of pupils, "
        f"{plan.moves.entrants.sum():.0f} entrants a year"
    )
    if len(plan.shortage):
        worst = plan.shortage.groupby("school").beyond.max()
        typer.echo(
            f"no plan within the seats was found; the least has {worst.sum():.0f} pupils beyond "
            f"the seats of {', '.join(worst.index)}"
        )
    else:
        typer.echo(f"every catchment fits its seats; gap {plan.gap:.2%} ({plan.status})")
    if plan.beyond_moved > 0:
        typer.echo(f"{plan.beyond_moved:.0f} pupils are moved beyond the share asked for")
    if len(plan.longer):
        typer.echo(f"{len(plan.longer)} blocks walk farther than was asked for")
    typer.echo(f"{out}  {out.with_suffix('.csv')}")


def _draw_curve(outcome: Outcome, terms: dict[str, Any], out: Path) -> None:
    from seatplan.files import write_beside
    from seatplan.results import write_table
    from seatplan.rezoning.trade_off import trace_trade_off
    from seatplan.views.trade_off import draw_trade_off

    with show_search("rezoning", terms["seconds"]) as progress:
        trade_off = trace_trade_off(outcome, **terms, progress=progress)
    table = trade_off.table.round({"moved": 4, "beyond": 1, "walk_m": 0})
    paths = [out.with_name(f"{out.stem}-curve.{kind}") for kind in ("csv", "png")]
    with write_beside(paths[0]) as draft:
        write_table(table, draft)
    name = outcome.standards.stage(terms["stage"]).name.zh
    with write_beside(paths[1]) as draft:
        draw_trade_off(trade_off, stage=name).savefig(draft, format="png")
    typer.echo(table.to_string())
    typer.echo("  ".join(map(str, paths)))
