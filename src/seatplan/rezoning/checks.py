"""Terms of a rezoning that make no sense: refused, all of a kind at once."""

from __future__ import annotations

from seatplan.errors import ScenarioError
from seatplan.files import suggest
from seatplan.outcome import Outcome


def check_use(
    least_use: float | None,
    most_use: float | None,
    max_change: float | None,
    max_increase_share: float | None,
) -> None:
    """Refuse shares that make no sense, all of them at once."""
    shares = {"least_use": least_use, "max_change": max_change, "most_use": most_use}
    shares["max_increase_share"] = max_increase_share
    problems = [
        f"{name} is a share from 0 on, such as 0.7; got {share:g}"
        for name, share in shares.items()
        if share is not None and not 0 <= share < float("inf")
    ]
    if least_use is not None and least_use > (1.0 if most_use is None else most_use):
        most = "1" if most_use is None else f"{most_use:g}"
        problems.append(f"least_use is at most most_use, {most}; got {least_use:g}")
    if problems:
        raise ScenarioError(problems)


def check_prices(disruption_m: float, compact: float, envy_m: float, mix: float) -> None:
    """Refuse metres that make no sense, all of them at once."""
    prices = {"disruption_m": disruption_m, "envy_m": envy_m, "mix": mix}
    problems = [
        f"{name} is metres from 0 on; got {metres:g}"
        for name, metres in prices.items()
        if not 0 <= metres < float("inf")
    ]
    if not 0 <= compact < float("inf"):
        problems.append(f"compact is metres a day for a metre of line, from 0 on; got {compact:g}")
    if problems:
        raise ScenarioError(problems)


def check_terms(outcome: Outcome, stage: str, years: list[int], max_moved: float | None) -> None:
    """Refuse a stage without catchments, years outside the forecast, a share that is none."""
    zoned = [item.code for item in outcome.standards.stages if item.intake == "catchment"]
    if stage not in zoned:
        raise ScenarioError(f"{stage} has no catchments{suggest(stage, zoned)}")
    first, last = outcome.district.base_year + 1, outcome.district.horizon
    strays = [year for year in years if not first <= year <= last]
    if strays or not years:
        raise ScenarioError(f"years {years} should name years from {first} to {last}")
    if max_moved is not None and not 0 <= max_moved <= 1:
        raise ScenarioError(f"max_moved is a share from 0 to 1; got {max_moved:g}")
