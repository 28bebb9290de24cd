"""The verb site: where, how large and when to build, as a scenario with its tables."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from seatplan.verbs.console import (
    evaluate_files,
    load_solver,
    sentences,
    show_progress,
    show_search,
    tell,
)
from seatplan.verbs.options import Births, Folder, read_budget

if TYPE_CHECKING:
    import pandas as pd

    from seatplan.outcome import Outcome
    from seatplan.siting.choice import Siting
    from seatplan.solvers.stop import Stop

SIZES = {"kindergarten": [6, 9, 12]}  # classrooms on offer where none are given
SCHOOL_SIZES = [24, 30, 36]
ADDED = {"kindergarten": [3, 6]}  # the same of an extension: one class a grade, or two
SCHOOL_ADDED = [6, 12]

WORDS = {"new": "new schools", "expand": "expansions", "convert": "conversions"}


def site(
    folder: Folder,
    stage: Annotated[
        str | None, typer.Option(help="Stage of schooling; the first with catchments without it.")
    ] = None,
    most: Annotated[int | None, typer.Option("-n", help="Most schools to build.")] = None,
    classrooms: Annotated[
        list[int] | None,
        typer.Option(help="A size on offer; repeat it for several. 24, 30, 36 without it."),
    ] = None,
    first: Annotated[
        int | None, typer.Option("--from", help="First year in which a school may open.")
    ] = None,
    last: Annotated[
        int | None, typer.Option("--to", help="Last year in which a school may open.")
    ] = None,
    budget: Annotated[
        list[str] | None,
        typer.Option(help="Money that comes in, as YEAR=AMOUNT; repeat it for several years."),
    ] = None,
    price: Annotated[
        float, typer.Option(help="Price of a classroom, in the unit of the budget.")
    ] = 1.0,
    objective: Annotated[
        Literal[
            "shortage",
            "largest_walk",
            "equity",
            "covering",
            "coverage",
            "seats",
            "backup",
            "farthest",
            "walk",
        ],
        typer.Option(
            help="What is least first; or coverage: the fewest schools for a share within reach "
            "(covering), most pupils within reach of n (coverage), with a seat there (seats), of "
            "two (backup), least farthest way (farthest), least mean way (walk)."
        ),
    ] = "shortage",
    share: Annotated[
        float, typer.Option(help="For covering: share of the pupils within reach.")
    ] = 0.9,
    within: Annotated[
        float | None,
        typer.Option(help="For coverage: metres of reach; the stage's standard without it."),
    ] = None,
    candidates: Annotated[
        Literal["sites", "blocks"],
        typer.Option(help="For coverage: the candidate sites, or the middle of every block too."),
    ] = "sites",
    apart: Annotated[float, typer.Option(help="Least distance between two schools, metres.")] = 0.0,
    land: Annotated[float, typer.Option(help="Site area needed for each pupil, m2.")] = 0.0,
    expand: Annotated[
        bool, typer.Option("--expand", help="Rooms built at schools that stand compete.")
    ] = False,
    convert: Annotated[
        bool, typer.Option("--convert", help="Rooms taken there from another stage compete.")
    ] = False,
    added: Annotated[
        list[int] | None,
        typer.Option(help="Classrooms on offer in an extension; repeat it. 6, 12 without it."),
    ] = None,
    extended: Annotated[
        int | None, typer.Option("--max-extensions", help="Most schools to extend.")
    ] = None,
    expand_price: Annotated[
        float, typer.Option(help="Price of a classroom of an expansion, in new classrooms.")
    ] = 1.0,
    convert_price: Annotated[
        float, typer.Option(help="Price of a converted classroom, in new classrooms.")
    ] = 0.0,
    areas: Annotated[
        bool,
        typer.Option(
            "--areas",
            help="Choose the sites together with whole, connected catchments of every school; "
            "they open in the first year, and the catchments hold from there to --to.",
        ),
    ] = False,
    max_walk: Annotated[
        float | None, typer.Option(help="With --areas: longest walk, metres.")
    ] = None,
    max_increase: Annotated[
        float | None, typer.Option(help="With --areas: most metres by which a walk may grow.")
    ] = None,
    lock: Annotated[
        list[str] | None,
        typer.Option(help="With --areas: block that keeps its school; repeat it for several."),
    ] = None,
    seed: Annotated[int, typer.Option(help="With --areas: same seed and effort, same plan.")] = 0,
    every_grade: Annotated[
        bool, typer.Option("--every-grade", help="The schools open with every grade.")
    ] = False,
    scenario: Annotated[
        Path | None, typer.Option(help="A plan that the new schools are added to (TOML).")
    ] = None,
    births: Births = "medium",
    effort: Annotated[
        float | None,
        typer.Option(help="Units of work of the search, about a second each; 60 without it."),
    ] = None,
    seconds: Annotated[
        float | None,
        typer.Option(
            help="Guard: seconds after which it is cut short. Alone, half as many units of work."
        ),
    ] = None,
    language: Annotated[
        Literal["zh", "en"], typer.Option(help="With --areas: language that the map opens in.")
    ] = "zh",
    out: Annotated[Path, typer.Option(help="Scenario file to write (TOML).")] = Path("site.toml"),
) -> None:
    """Find where and when to build, with a proof, as a scenario.

    Beside site.toml it writes site.csv (what is built), site-promised.csv (year by year, promised
    and evaluated, and what lies between), site-ranking.csv (each place alone and beside the plan)
    and site-swaps.csv (each added to the plan, and each in the stead of one of its places). The
    plan is written before the places are ranked. Where nothing is built, no scenario is written
    and the status is 1.
    site.json says for all of them how they were found: terms, effort, gap, versions. Ctrl-C ends
    the search and keeps the best plan so far. With --areas: site.html (a map), site.csv (the new
    schools), site-moves.csv (blocks that change school), site-schools.csv (every school before and
    after) and, where seats are short, site-shortage.csv.
    """
    from seatplan.siting.choice import site_schools
    from seatplan.siting.covering import AIMS
    from seatplan.siting.extensions import Extensions
    from seatplan.siting.promise import compare_promise
    from seatplan.solvers.location.siting import load_loops
    from seatplan.solvers.stop import read_stop
    from seatplan.verbs.cover import write_coverage
    from seatplan.verbs.site_areas import refuse_beside, write_areas

    with sentences():
        files = [scenario] if scenario else []
        outcome = evaluate_files(folder, files, "stay", births, alone=True)[0]
        stage = stage or outcome.standards.main_stage
        years = _span(outcome, first, last)
        stop = read_stop(effort, seconds)
        if objective in AIMS:
            sizes = classrooms or [SIZES.get(stage, SCHOOL_SIZES)[-1]]
            write_coverage(
                outcome,
                out,
                stage=stage,
                aim=objective,
                n=most,
                share=share,
                within=within,
                classrooms=sizes[-1],
                opening=years[0],
                candidates=candidates,
                effort=stop.effort,
                seconds=stop.seconds,
            )
            return
        if areas:
            refuse_beside(
                {
                    "--budget": bool(budget),
                    "--price": price != 1.0,
                    "--objective": objective != "shortage",
                    "--apart": apart > 0,
                    "--expand": expand,
                    "--convert": convert,
                }
            )
            write_areas(
                outcome,
                out,
                language,
                n=1 if most is None else most,
                years=years if last is not None else years[:1],
                stage=stage,
                classrooms=classrooms or SIZES.get(stage, SCHOOL_SIZES),
                land_per_pupil=land,
                every_grade=every_grade,
                max_walk_m=max_walk,
                max_increase_m=max_increase,
                locked=lock or [],
                effort=stop.effort,
                seconds=stop.seconds,
                seed=seed,
            )
            return
        terms: dict[str, Any] = {
            "n": most,
            "budget": read_budget(budget) if budget else None,
            "stage": stage,
            "classrooms": classrooms or SIZES.get(stage, SCHOOL_SIZES),
            "years": years,
            "objective": objective,
            "price_per_classroom": price,
            "least_apart": apart,
            "land_per_pupil": land,
            "every_grade": every_grade,
            "expand": expand,
            "convert": convert,
            "extensions": Extensions(
                classrooms=added or ADDED.get(stage, SCHOOL_ADDED),
                most=extended,
                expand_price=expand_price,
                convert_price=convert_price,
            ),
            "effort": stop.effort,
            "seconds": stop.seconds,
        }
        load_solver(load_loops)
        with show_search("siting", stop.effort) as progress:
            answer = site_schools(outcome, **terms, progress=progress)
        terms["extensions"] = vars(terms["extensions"])
        _write(answer, out, _record(outcome, terms, answer))
        _tell(answer)
        if not len(answer.table):
            tell("nothing is built; no scenario is written")
            raise typer.Exit(1)
        promise = compare_promise(answer)
        promise.columns = ["_".join(pair) for pair in promise.columns]
        _save(promise, out, "-promised")
        _rank(answer, out, stop)


def _span(outcome: Outcome, first: int | None, last: int | None) -> list[int]:
    district = outcome.district
    begin = district.base_year + 1 if first is None else first
    end = district.horizon if last is None else last
    return list(range(begin, end + 1))


def _record(outcome: Outcome, terms: dict[str, Any], answer: Siting) -> dict[str, Any]:
    """Return how an answer was found; there is no seed, for nothing in the search is drawn."""
    from seatplan.verbs.records import describe_search

    names = ["shortage", "shortage_bound", "walk", "bound", "gap", "is_proven", "cut_short"]
    found = {name: getattr(answer, name) for name in names} | {"effort_done": answer.effort}
    return describe_search(outcome, {"verb": "site", "seed": None, **terms}, found)


def _write(answer: Siting, out: Path, record: dict[str, Any]) -> None:
    """Write the plan, how it was found and what is built, before anything else is computed."""
    from seatplan.scenarios.scenario import write_scenario
    from seatplan.verbs.records import tell_record, write_record

    if len(answer.table):
        write_scenario(answer.scenario, out, comments=tell_record(record))
    write_record(record, out.with_name(f"{out.stem}.json"))
    _save(answer.table, out, "")


def _save(table: pd.DataFrame, out: Path, ending: str) -> None:
    from seatplan.files import write_beside
    from seatplan.results import write_table

    with write_beside(out.with_name(f"{out.stem}{ending}.csv")) as draft:
        write_table(table.round(2), draft)


def _rank(answer: Siting, out: Path, stop: Stop) -> None:
    """Rank the places and the swaps, each within the effort of the search, and say what is left."""
    from seatplan.siting.ranking import rank_sites, rank_swaps
    from seatplan.solvers.stop import Meter

    places = len(answer.survey.places)
    meter = Meter(replace(stop, seconds=max(stop.seconds - answer.seconds, 1.0)))
    with show_progress(places + 1 + len(answer.table), "ranking") as advance:
        ranking = rank_sites(
            answer.survey.outcome, answer.survey.stage, plan=answer, meter=meter, advance=advance
        )
        _save(ranking, out, "-ranking")
        rest = Meter(replace(stop, seconds=max(meter.seconds_left, 1.0)))
        _save(rank_swaps(answer, meter=rest, advance=advance), out, "-swaps")
    if len(ranking) < places or rest.is_over:
        tell(
            f"{len(ranking)} of {places} places are ranked, and not every swap: the time or the "
            "effort was spent; ask for more"
        )
    stem = out.with_suffix("")
    others = "  ".join(f"{stem}-{name}.csv" for name in ("promised", "ranking", "swaps"))
    tell(f"{out}  {stem}.csv  {others}")


def _tell(answer: Siting) -> None:
    """Say what was found, in sentences."""
    proof = "proven" if answer.is_proven else "not proven"
    if answer.cut_short:
        proof += ", cut short (another run may end elsewhere)"
    kinds = answer.table.kind.value_counts(sort=False)
    told = ", ".join(f"{count} {WORDS[str(kind)]}" for kind, count in kinds.items()) or "nothing"
    tell(f"{answer.survey.stage}: {told}; cost {answer.cost:g}")
    for name, row in answer.table.iterrows():
        tell(
            f"  {name} {row['name']}: {row.kind}, {row.classrooms} classrooms "
            f"({row.seats:.0f} seats) from "
            f"{row.year}; at most {row.pupils:.0f} pupils, {row.stranded:.0f} seats empty later"
        )
    tell(
        f"without a seat in reach: {answer.shortage:.0f} pupil-years, none has fewer than "
        f"{answer.shortage_bound:.0f}; mean walk {answer.walk:.0f} m, gap {answer.gap:.2%}; "
        f"{proof} after {answer.effort:.2f} units of work"
    )
    if answer.largest_walk == answer.largest_walk:
        tell(f"nobody walks farther than {answer.largest_walk:.0f} m, or than today")
