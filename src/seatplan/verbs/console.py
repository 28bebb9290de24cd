"""What the verbs share: reading, evaluating with progress, refusals as sentences."""

from __future__ import annotations

import functools
import inspect
import math
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, get_type_hints

import typer

from seatplan.literal import show_signs

if TYPE_CHECKING:
    from seatplan.district.district import District
    from seatplan.district.finding import Finding
    from seatplan.district.reading import Check
    from seatplan.district.standards import Standards
    from seatplan.outcome import Outcome
    from seatplan.scenarios.scenario import Scenario

Search = Callable[[float, float, float], None]
MOST = 1e9  # of any number on the command line
WORK = {"draws": 100_000, "block": 1_000_000, "workers": 256, "lead": 50}  # more is a slip
ALIKE = 5  # findings or problems of a kind that are told one by one
SOON = 1.5  # seconds in which loops that were compiled before are loaded


def find_own(
    folder: Path, name: str, given: Path | None = None, *, but: Iterable[Path] = ()
) -> Path | None:
    """Return the file that is given, else the folder's own of that name; None without either.

    `but`: files that are something else, such as a scenario called plan.toml.
    """
    own = folder / name
    stands = own.exists() and all(not file.exists() or not own.samefile(file) for file in but)
    return given or (own if stands else None)


def look_through(folder: Path) -> Check:
    """Check a district's folder, and say how far its rolls are followed."""
    from seatplan.demand.credibility import report_rolls
    from seatplan.district.reading import check_district, read_standards

    looked = check_district(folder)
    if looked.district is None:
        return looked
    told = report_rolls(looked.district, read_standards(folder / "standards.toml"))
    return replace(looked, findings=[*looked.findings, *told])


def read_inputs(folder: Path) -> tuple[District, Standards]:
    """Read a district and its standards, with what is odd on stderr: one line for each kind."""
    district, standards, _ = read_looked(folder)
    return district, standards


def read_looked(folder: Path) -> tuple[District, Standards, list[Finding]]:
    """Read a district and its standards as `read_inputs` does, with every finding."""
    from seatplan.district.finding import group_findings
    from seatplan.district.reading import read_standards
    from seatplan.errors import InputError
    from seatplan.verbs.speech import ASSUMED, choose_language, shorten_assumed
    from seatplan.views.doubts import say_finding

    looked, spoken = look_through(folder), choose_language(None)
    if looked.district is None:
        raise InputError(looked.problems)
    assumed = [each for each in looked.findings if each.kind.startswith(ASSUMED)]
    for line in group_findings(each for each in looked.findings if each not in assumed):
        tell(say_finding(line, spoken), err=True)
    for line in shorten_assumed(list(map(str, assumed)), spoken):
        tell(line, err=True)
    return looked.district, read_standards(folder / "standards.toml"), looked.findings


def evaluate_files(
    folder: Path, files: list[Path], overflow: str, births: str, *, alone: bool = False
) -> list[Outcome]:
    """Evaluate the district as it is and under each scenario file, with progress on a terminal.

    What `check` finds odd is told on stderr, so that a pipe of stdout stays clean.

    A file whose scenario is called baseline takes the place of the district as it is. `alone`
    leaves out the district as it is wherever there is a file.
    """
    return evaluate_inputs(*read_inputs(folder), files, overflow, births, alone=alone)


def evaluate_inputs(
    district: District,
    standards: Standards,
    files: Sequence[Path | Scenario],
    overflow: str,
    births: str,
    *,
    alone: bool = False,
) -> list[Outcome]:
    """Evaluate a district that is read, as `evaluate_files` does, under files or scenarios."""
    from seatplan.comparison import check_names
    from seatplan.outcome import Policy
    from seatplan.outcome import evaluate as run
    from seatplan.scenarios.scenario import BASELINE, read_scenario

    read = [read_scenario(file) if isinstance(file, Path) else file for file in files]
    today = [item for item in read if item.name == BASELINE.name]
    plans = [item for item in read if item.name != BASELINE.name]
    scenarios = read if read and alone else [*(today or [BASELINE]), *plans]
    check_names(scenarios)
    policy = Policy(overflow=overflow, births=births)  # type: ignore[arg-type]
    outcomes: list[Outcome] = []
    with show_progress(len(scenarios)) as advance:
        for scenario in scenarios:
            costs = outcomes[0].costs if outcomes else None
            outcomes.append(run(district, standards, scenario, policy=policy, costs=costs))
            advance(scenario.name)
    return outcomes


def guard_verb(verb: Callable[..., None]) -> Callable[..., None]:
    """Return a verb that holds its options to numbers that make sense, and its outputs to ours.

    Each number is finite and not below 0; a verb that writes takes `--force`, which lets it
    overwrite files that seatplan did not write (never an input).
    """
    given = inspect.signature(verb)
    writes = "out" in given.parameters

    @functools.wraps(verb)
    def guarded(*words: Any, force: bool = False, **options: Any) -> None:
        from seatplan.files import guard_files

        with sentences(), guard_files(force=force):
            _check_options(verb, options)
            verb(*words, **options)

    if writes:
        told = Annotated[bool, typer.Option("--force", help="Overwrite files of somebody else's.")]
        kind = inspect.Parameter.KEYWORD_ONLY
        option = inspect.Parameter("force", kind, default=False, annotation=told)
        hints = get_type_hints(verb, include_extras=True)
        known = [each.replace(annotation=hints[name]) for name, each in given.parameters.items()]
        guarded.__signature__ = given.replace(  # type: ignore[attr-defined]
            parameters=[*known, option]
        )
        guarded.__annotations__ = {**hints, "force": told}
    return guarded


def _check_options(verb: Callable[..., None], options: Mapping[str, Any]) -> None:
    """Refuse numbers that are none, below 0 or beyond all sense, and options taken for a value.

    Raises
    ------
    InputError
        A sentence for each, with the option's name.
    """
    from seatplan.errors import InputError

    faults = []
    for name, value in options.items():
        for each in value if isinstance(value, list | tuple) else [value]:
            if fault := _find_fault(name, each):
                faults.append(f"{_spell_option(verb, name)}: {fault}")
    if faults:
        raise InputError(faults)


def _spell_option(verb: Callable[..., None], name: str) -> str:
    """Return a parameter of a verb as it is typed, such as --max-walk for `max_walk`."""
    known = getattr(get_type_hints(verb, include_extras=True).get(name), "__metadata__", ())
    words = [word for each in known for word in (each.default, *(each.param_decls or ()))]
    spelled = [word for word in words if str(word).startswith("-")]
    return str(spelled[-1]) if spelled else f"--{name.replace('_', '-')}"


def _find_fault(name: str, value: object) -> str | None:
    """Return what is wrong with a value of an option, in words; None where nothing is."""
    if isinstance(value, str | Path):
        taken = str(value).startswith("--" if isinstance(value, str) else "-")
        wanted = "path" if isinstance(value, Path) else "word"
        return f"{value} is an option; want a {wanted} before it" if taken else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    least = -MOST if name in ("effort", "seconds") else 0  # these are told by their own
    most = WORK.get(name, MOST)
    if math.isfinite(value) and least <= value <= most:
        return None
    return f"{value:.10g}; want a number from 0 to {most:,.0f}"


@contextmanager
def sentences(*, every: bool = False, language: str | None = None) -> Iterator[None]:
    """Turn what seatplan refuses into sentences on stderr and exit status 2; Ctrl-C is 130.

    Of a kind of problem the first five are told, unless `every`; in Chinese where the language, or
    without one the terminal's, is, and somebody has put them into words.
    """
    from seatplan.errors import InputError, SeatplanError, group_problems
    from seatplan.verbs.speech import choose_language
    from seatplan.views.doubts import say_finding

    for stream in (sys.stdout, sys.stderr):  # a GBK console must not crash on a rare character
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    try:
        yield
    except InputError as error:
        count = len(error.problems)
        head = [f"{count} problems:"] if count > 1 else []
        told = error.problems if every else group_problems(error.problems, ALIKE)
        told = [say_finding(line, choose_language(language)) for line in told]
        tell("\n".join([*head, *told]), err=True)
        raise typer.Exit(2) from error
    except SeatplanError as error:
        tell(error, err=True)
        raise typer.Exit(2) from error
    except KeyboardInterrupt as error:
        typer.echo("stopped; nothing is left half-written", err=True)
        raise typer.Exit(130) from error
    except BrokenPipeError:  # whoever read the output has seen enough
        raise
    except OSError as error:
        place = error.filename or "output"
        tell(f"{place}: {error.strerror}; want a place that can be written", err=True)
        raise typer.Exit(2) from error


@contextmanager
def show_progress(total: int, what: str = "evaluate") -> Iterator[Callable[[str], None]]:
    """Show a bar on a terminal, and nothing in a pipe."""
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import Progress

    console = Console(stderr=True)
    with Progress(console=console, disable=not console.is_terminal, transient=True) as progress:
        task = progress.add_task(what, total=total)
        yield lambda name: progress.update(task, advance=1, description=escape(show_signs(name)))


@contextmanager
def show_steps(name: str) -> Iterator[Callable[[str], None] | None]:
    """Show on a terminal what was done last, and nothing in a pipe."""
    from rich.console import Console
    from rich.status import Status

    console = Console(stderr=True)
    if not console.is_terminal:
        yield None
        return
    with Status(name, console=console) as status:
        yield lambda text: status.update(f"{name}: {text}")


@contextmanager
def show_search(name: str, effort: float) -> Iterator[Search | None]:
    """Show a search's gap and the work done on a terminal, and nothing in a pipe.

    Yields what the search calls with the best cost so far, its bound and the units of work done.
    """
    from rich.console import Console
    from rich.status import Status

    console = Console(stderr=True)
    if not console.is_terminal:
        yield None
        return
    with Status(name, console=console) as status:

        def tell(cost: float, bound: float, spent: float) -> None:
            gap = f"gap {(cost - bound) / cost:.2%}" if 0 < bound <= cost else "no bound yet"
            status.update(f"{name}: {gap}, {spent:.0f} of {effort:.0f} units of work")

        yield tell


def tell(text: object, *, err: bool = False) -> None:
    """Print a line on stdout, or stderr, that no terminal obeys."""
    typer.echo(show_signs(str(text)), err=err)


def load_solver(load: Callable[[], object]) -> None:
    """Load the compiled loops of a solver; say so on a terminal where they must be compiled first.

    They are compiled once on a machine and kept beside the code. That takes a while, and counts
    neither as work nor as seconds of a search.
    """
    line = "compiling the solver, once on this machine: up to a minute"
    timer = threading.Timer(SOON, typer.echo, [line], {"err": True})
    if sys.stderr.isatty():
        timer.start()
    try:
        load()
    finally:
        timer.cancel()
