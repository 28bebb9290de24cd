"""Futures as several verbs draw them: to the autumn asked for, followed to their seats."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from seatplan.demand.draws import DemandDraws
    from seatplan.demand.variants import Variants
    from seatplan.district.district import District
    from seatplan.draws import OutcomeDraws
    from seatplan.labels import Floats, Ints
    from seatplan.outcome import Outcome

Horizon = Annotated[
    int | None,
    typer.Option(help="Last autumn, as far as births.csv reaches; that of the district.toml."),
]
Futures = Annotated[
    int,
    typer.Option("--draws", help="Futures to draw: from rolls of past years, else variants."),
]
Seed = Annotated[int, typer.Option(help="Seed of the futures.")]
VariantsFile = Annotated[
    Path | None,
    typer.Option(help="What the inputs may be; variants.toml of the folder, else seatplan's."),
]
ENOUGH = 200  # futures that the chances of empty seats and of too many entrants are read from


def extend_horizon(district: District, horizon: int | None) -> District:
    """Let the forecast end in another autumn, as far as births are on record."""
    from seatplan.errors import InputError

    last = int(district.births.index.max())
    if horizon is None:
        return district
    if not district.base_year < horizon <= last:
        want = f"want {district.base_year + 1} to {last}, where the births on record end"
        raise InputError(f"--horizon {horizon}; {want}")
    return district.replace(horizon=horizon)


def find_inputs(folder: Path, given: Path | None) -> Variants:
    """Read the variants that are given, else the folder's own, else seatplan's."""
    from seatplan.demand.variants import find_variants, read_variants

    return read_variants(given) if given else find_variants(folder)


def draw_futures(today: Outcome, count: int, seed: int, variants: Variants) -> DemandDraws:
    """Draw many futures of the district as it is."""
    from seatplan.errors import InputError
    from seatplan.seating.spreading import draw_demand

    if not 1 <= count <= 10_000:
        raise InputError(f"--draws {count}; want 1 to 10,000, or 0 for none")
    district, standards, policy = today.district, today.standards, today.policy
    return draw_demand(
        district, standards, n=count, seed=seed, policy=policy, costs=today.costs, variants=variants
    )


def follow_futures(today: Outcome, plan: Outcome, futures: DemandDraws) -> OutcomeDraws:
    """Follow the futures to their seats under the plan, or as it is."""
    from seatplan.draws import evaluate_draws

    held = {"policy": today.policy, "costs": today.costs}
    district, rules = today.district, today.standards
    return evaluate_draws(district, rules, plan.scenario, draws=futures, **held)  # type: ignore[arg-type]


def follow_all(
    folder: Path, outcomes: Sequence[Outcome], count: int, seed: int
) -> list[OutcomeDraws]:
    """Follow as many futures to their seats under each outcome's scenario; none for a count of 0.

    The first outcome is the district as it is; what the inputs may be stands in its folder.
    """
    if not count:
        return []
    futures = draw_futures(outcomes[0], count, seed, find_inputs(folder, None))
    return [follow_futures(outcomes[0], outcome, futures) for outcome in outcomes]


def follow_entry(
    today: Outcome, plan: Outcome, futures: DemandDraws, year: int
) -> tuple[Floats, Ints]:
    """Return who enters a year under the plan in the first futures; see `draw_entry`."""
    from seatplan.draws import draw_entry, lay_like

    laid = lay_like(today, futures, plan.scenario)
    return draw_entry(laid, year, min(futures.count, ENOUGH))


def follow_rolls(today: Outcome, plan: Outcome, futures: DemandDraws) -> Ints:
    """Return the rolls of the plan in the first futures, school x stage x year x draw."""
    from seatplan.draws import draw_rolls, lay_like

    return draw_rolls(lay_like(today, futures, plan.scenario), min(futures.count, ENOUGH))
