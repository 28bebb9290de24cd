"""The verb rezone: whom to send where, as a scenario with its tables and maps."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple

import typer

from seatplan.verbs.console import evaluate_files, load_solver, sentences, show_search, tell
from seatplan.verbs.curves import draw_curve, read_axes, read_curve, write_curve
from seatplan.verbs.options import Births, Folder, list_years
from seatplan.verbs.rezoned import (
    save_page,
    save_table,
    tell_choice,
    tell_rezoning,
    write_rezoning,
)
from seatplan.verbs.speech import choose_language

if TYPE_CHECKING:
    import pandas as pd

    from seatplan.outcome import Outcome
    from seatplan.rezoning.plan import Rezoning
    from seatplan.rezoning.trade_off import TradeOff
    from seatplan.scenarios.scenario import Scenario


def rezone(
    folder: Folder,
    stage: Annotated[
        str | None, typer.Option(help="Stage of schooling; the first with catchments without it.")
    ] = None,
    year: Annotated[
        list[int] | None,
        typer.Option(help="Autumn that the plan is to hold in; repeat it for several."),
    ] = None,
    years: Annotated[
        str | None, typer.Option(help="Autumns that it is to hold in, such as 2025-2030.")
    ] = None,
    scenario: Annotated[
        Path | None, typer.Option(help="A plan that the new catchments are added to (TOML).")
    ] = None,
    max_moved: Annotated[
        float | None,
        typer.Option(
            min=0, max=1, help="Largest share of pupils whose catchment may change; 1: any."
        ),
    ] = None,
    max_walk: Annotated[float | None, typer.Option(help="Longest walk, metres.")] = None,
    max_increase: Annotated[
        float | None, typer.Option(help="Most metres by which a walk may grow; 100000: any.")
    ] = None,
    max_increase_share: Annotated[
        float | None,
        typer.Option(min=0, help="Largest share by which a walk may grow (0.3 = by 30 %)."),
    ] = None,
    max_size: Annotated[
        float | None, typer.Option(help="Most pupils of a school; the standard without it.")
    ] = None,
    least_use: Annotated[
        float | None,
        typer.Option(min=0, help="Least pupils of each school, as a share of its seats (0.7)."),
    ] = None,
    most_use: Annotated[
        float | None,
        typer.Option(min=0, help="Most pupils of each school, as a share of its seats (1.05)."),
    ] = None,
    max_change: Annotated[
        float | None,
        typer.Option(min=0, help="Largest share by which the pupils of a catchment may change."),
    ] = None,
    disruption: Annotated[
        float | None,
        typer.Option(min=0, help="Metres a day that each pupil moved counts as; 0: nothing."),
    ] = None,
    compact: Annotated[
        float,
        typer.Option(min=0, help="Metres a day that a metre of line between catchments counts as."),
    ] = 0.0,
    envy: Annotated[
        float,
        typer.Option(min=0, help="Metres beyond which a walk counts more, by its square; 0: none."),
    ] = 0.0,
    mix: Annotated[
        float,
        typer.Option(min=0, help="Metres a day that a pupil of a group above an even mix counts."),
    ] = 0.0,
    lock: Annotated[
        list[str] | None, typer.Option(help="Block that keeps its school; repeat it for several.")
    ] = None,
    keep_units: Annotated[
        bool, typer.Option("--keep-units", help="Keep each village or community in one catchment.")
    ] = False,
    together: Annotated[
        bool,
        typer.Option("--together", help="Blocks of a village with one school today move together."),
    ] = False,
    lottery: Annotated[
        list[str] | None,
        typer.Option(help="Schools that draw lots in one zone, as P01,P02; repeat it for more."),
    ] = None,
    with_junior: Annotated[
        bool, typer.Option("--with-junior", help="Also junior catchments, of whole ones of stage.")
    ] = False,
    births: Births = "medium",
    effort: Annotated[
        float | None,
        typer.Option(help="Units of work of a search, about a second each; 60 without it."),
    ] = None,
    seconds: Annotated[
        float | None,
        typer.Option(
            help="Guard: seconds after which a search is cut short. Alone, half as many units."
        ),
    ] = None,
    seed: Annotated[int, typer.Option(help="Same seed and effort, same plan.")] = 0,
    curve: Annotated[
        bool, typer.Option("--curve", help="Also draw plans that move at most 5, 10 and 20 %.")
    ] = False,
    curve_of: Annotated[
        str | None,
        typer.Option(help="Also draw a plan for each value of a term: compact=0,100,400."),
    ] = None,
    curve_axes: Annotated[
        str | None, typer.Option(help="Figures of that picture, along and up: border_m,walk_m.")
    ] = None,
    values: Annotated[
        bool, typer.Option("--values", help="Also tell where the next classroom saves most.")
    ] = False,
    ensemble: Annotated[
        int, typer.Option(min=0, help="Also tell where the plans lie among so many at random.")
    ] = 0,
    tolerance: Annotated[
        float, typer.Option(help="Share by which a school may be beyond its seats in these.")
    ] = 0.15,
    language: Annotated[
        Literal["zh", "en"] | None,
        typer.Option(
            help="Language that the pages open in (zh without it), and of what is told (that of "
            "the terminal)."
        ),
    ] = None,
    out: Annotated[Path, typer.Option(help="Scenario file to write (TOML).")] = Path("rezone.toml"),
) -> None:
    """Draw catchments anew within the seats, as a scenario.

    Without a word on them: each pupil who changes school counts as 500 m a day, no way grows by
    more than 1,000 m, and as many move as seat one more for every 2.5. Where shapes, mixes, uses
    or units are asked for, or --with-junior, any may move.

    Beside rezone.toml it writes rezone.html and .png (maps of what moves), rezone.csv (what moves),
    rezone-schools.csv (before and after) and, where no plan fits the seats, rezone-shortage.csv, or
    where none keeps the use asked for, rezone-unkept.csv.
    With --with-junior: the same as rezone-junior..., and rezone-feeders.csv. With --values:
    rezone-values.csv and .html, for the first year. With --curve: rezone-curve.csv and .png, what
    moving more pupils would cure; with --curve-of, what more of another term buys and costs. With
    --ensemble: rezone-ensemble.csv and .png, where the catchments of today and of the plan lie
    among many drawn at random. rezone.json says for all of them how they were found: terms, seed,
    effort, gap, versions. Ctrl-C ends a search and keeps the best plan so far.
    """
    from seatplan.errors import InputError
    from seatplan.solvers.stop import read_stop

    with sentences():
        spoken, language = choose_language(language), language or "zh"
        stop = read_stop(effort, seconds)
        files = [scenario] if scenario else []
        if keep_units and together:
            raise InputError("--keep-units keeps whole what --together moves; ask for one of them")
        term, varied = read_curve(curve_of)
        axes = read_axes(curve_axes, term)
        outcome = evaluate_files(folder, files, "stay", births, alone=True)[0]
        terms: dict[str, Any] = {
            "stage": stage or outcome.standards.main_stage,
            "years": list_years(year, years) or [outcome.district.base_year + 1],
            "max_walk_m": max_walk,
            "max_increase_m": max_increase,
            "max_size": max_size,
            "locked": lock or [],
            "groups": "unit" if keep_units else "together" if together else None,
            "lotteries": [
                tuple(part.strip() for part in zone.split(",")) for zone in lottery or []
            ],
            "effort": stop.effort,
            "seconds": stop.seconds,
            "seed": seed,
        }
        feeder = "junior" if with_junior else None
        asked = terms | {"max_moved": max_moved}
        use = {
            "least_use": least_use,
            "most_use": most_use,
            "max_change": max_change,
            "compact": compact or None,
            "envy_m": envy or None,
            "mix": mix or None,
        }
        limits = {"max_increase_share": max_increase_share, "disruption_m": disruption}
        given = {name: value for name, value in (use | limits).items() if value is not None}
        asked |= given
        plain = not (feeder or asked["groups"] or given.keys() & use.keys())
        if feeder and given:
            raise InputError(
                "--with-junior cannot be asked with --least-use, --most-use, --max-change, "
                "--max-increase-share, --disruption, --compact, --envy or --mix; draw the stages "
                "one after the other"
            )
        drawn = _draw(outcome, asked, feeder, plain)
        plans = drawn.plans
        records = {plan.stage: _record(outcome, drawn.asked, plan) for plan in plans}
        _write_scenario(drawn.scenario, drawn.feeders, out, records)
        for plan in plans:
            stem = out.stem if plan is plans[0] else f"{out.stem}-{plan.stage}"
            write_rezoning(outcome, plan, out.with_name(stem), language, records[plan.stage])
            tell_rezoning(plan, spoken)
        if values:
            _value_seats(outcome, terms, out, language)
        if ensemble:
            scope = {name: terms[name] for name in ("stage", "max_size", "seed")}
            scope |= {"year": min(terms["years"]), "plans": ensemble, "tolerance": tolerance}
            _draw_ensemble(outcome, scope, plans[0], out, language)
        tell(str(out))
        if drawn.trade_off and not curve_of:
            _write_curve(outcome, drawn.asked, drawn.trade_off, out, axes, language)
            tell(tell_choice(drawn.trade_off, plans[0], drawn.asked))
        elif curve or curve_of:
            trade_off = draw_curve(outcome, drawn.asked, term, varied)
            _write_curve(outcome, drawn.asked, trade_off, out, axes, language)


class _Drawn(NamedTuple):
    """The scenario, the plan of each stage, who feeds whom, the curve, and what was asked."""

    scenario: Scenario
    plans: list[Rezoning]
    feeders: pd.DataFrame | None
    trade_off: TradeOff | None
    asked: dict[str, Any]


def _draw(outcome: Outcome, asked: dict[str, Any], feeder: str | None, plain: bool) -> _Drawn:
    """Draw as asked; with `plain`, what a bureau could put up where nothing else is asked."""
    from seatplan.rezoning.drawing import rezone_catchments
    from seatplan.rezoning.feeders import rezone_with_feeder
    from seatplan.rezoning.practice import propose_catchments

    _load()
    with show_search("rezoning", asked["effort"]) as progress:
        if plain:
            stated = {name: value for name, value in asked.items() if value is not None}
            made = propose_catchments(outcome, **stated, progress=progress)
            terms = asked | made.terms
            return _Drawn(made.plan.scenario, [made.plan], None, made.trade_off, terms)
        if feeder is None:
            plan = rezone_catchments(outcome, **asked, progress=progress)
            return _Drawn(plan.scenario, [plan], None, None, asked)
        fed = rezone_with_feeder(outcome, **asked, feeder=feeder, progress=progress)
    return _Drawn(fed.scenario, [fed.lower, fed.upper], fed.table, None, asked)


def _load() -> None:
    from seatplan.solvers.districting.drawing import load_loops

    load_solver(load_loops)


def _record(outcome: Outcome, asked: dict[str, Any], plan: Rezoning) -> dict[str, Any]:
    """Return how a plan was found."""
    from seatplan.verbs.records import describe_search

    found = ["status", "gap", "cost", "bound", "shortage_bound", "cut_short"]
    found += ["worst_use", "disruption", "shape_cost", "envy"]
    found += ["mix_cost"] if len(plan.mix) else []
    answer = {name: getattr(plan, name) for name in found} | {"effort_done": plan.effort}
    answer["shape"] = plan.shape.round(3).to_dict()
    answer["walks"] = plan.walks.round(4).to_dict()
    if len(plan.mix):
        answer["composition"] = plan.mix.round(4).T.to_dict()
    return describe_search(outcome, {"verb": "rezone", **asked, "stage": plan.stage}, answer)


def _write_scenario(
    scenario: Scenario, feeders: pd.DataFrame | None, out: Path, records: dict[str, dict[str, Any]]
) -> None:
    from seatplan.scenarios.scenario import write_scenario
    from seatplan.verbs.records import tell_record

    comments = [line for record in records.values() for line in tell_record(record)]
    write_scenario(scenario, out, comments=comments)
    save_table(feeders, out.with_name(f"{out.stem}-feeders.csv"))


def _value_seats(outcome: Outcome, terms: dict[str, Any], out: Path, language: str) -> None:
    """Write what a seat and a classroom more at each school are worth in the first year."""
    from seatplan.findings.coverage import price_seats
    from seatplan.verbs.records import describe_search, write_record
    from seatplan.views.changes import map_seat_values

    scope = {"stage": terms["stage"], "year": min(terms["years"])}
    table = price_seats(outcome, **scope)
    page = map_seat_values(outcome, table, **scope, language=language)
    save_table(table, out.with_name(f"{out.stem}-values.csv"))
    record = describe_search(outcome, {"verb": "rezone --values", **scope}, {})
    save_page(page, out.with_name(f"{out.stem}-values.html"), record)
    write_record(record, out.with_name(f"{out.stem}-values.json"))
    best = table.iloc[0]
    tell(
        f"the next classroom saves most at {table.index[0]}: {best.room_pupils:.0f} more pupils "
        f"seated, {best.room_saved_m:.0f} m less to walk a day"
    )


def _draw_ensemble(
    outcome: Outcome, scope: dict[str, Any], plan: Rezoning, out: Path, language: str
) -> None:
    """Write and tell where the plans lie among many drawn at random."""
    from seatplan.rezoning.outliers import draw_ensemble
    from seatplan.verbs.rezoned import tell_ensemble, write_ensemble

    answer = draw_ensemble(outcome, **scope, best=plan)
    stem = out.with_name(f"{out.stem}-ensemble")
    write_ensemble(outcome, answer, {"verb": "rezone --ensemble", **scope}, stem, language)
    tell_ensemble(answer)


def _write_curve(
    outcome: Outcome,
    asked: dict[str, Any],
    trade_off: TradeOff,
    out: Path,
    axes: tuple[str, str],
    language: str,
) -> None:
    """Write a curve with how its last plan was found and what was asked of all."""
    values = list(trade_off.plans)
    record = _record(outcome, asked | {trade_off.term: values}, trade_off.plans[values[-1]])
    write_curve(outcome, trade_off, record, out, stage=asked["stage"], axes=axes, language=language)
