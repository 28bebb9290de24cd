"""What rezone --curve draws: plans that are asked for more and more of one term, and a picture."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from seatplan.errors import InputError
from seatplan.verbs.console import show_search, tell

if TYPE_CHECKING:
    from seatplan.outcome import Outcome
    from seatplan.rezoning.trade_off import TradeOff

DIGITS = {"moved": 4, "pupils": 0, "catchment_shortage": 1, "walk_m": 0, "gini": 3, "worst_use": 3}
DIGITS |= {"border_m": 0, "compactness": 3, "uneven": 1}
USUAL = {  # the figures that a term is asked for the sake of, against what that costs
    "max_moved": ("moved", "catchment_shortage"),
    "disruption_m": ("moved", "walk_m"),
    "compact": ("border_m", "walk_m"),
    "envy_m": ("gini", "walk_m"),
    "mix": ("uneven", "walk_m"),
    "most_use": ("worst_use", "walk_m"),
    "least_use": ("worst_use", "walk_m"),
}
OTHERS = ("catchment_shortage", "walk_m")


def read_curve(of: str | None) -> tuple[str, list[float]]:
    """Read "compact=0,100,400": a term of `rezone_catchments` and the values that it takes.

    Without a word: the share of pupils that may move, 5, 10 and 20 % and any.

    Raises
    ------
    InputError
        It is not of that form.
    """
    from seatplan.rezoning.trade_off import MOVED, SHARES, TERMS

    if of is None:
        return MOVED, list(SHARES)
    name, _, told = of.partition("=")
    term = name.strip().replace("-", "_")
    term = next((own for own in TERMS if own in (term, f"{term}_m")), term)
    try:
        values = [float(part) for part in told.split(",")]
    except ValueError:
        values = []
    if term not in TERMS or not values:
        known = ", ".join(own.removesuffix("_m").replace("_", "-") for own in TERMS)
        raise InputError(
            f"--curve-of {of}; want a term and its values, as compact=0,100,400; terms are {known}"
        )
    return term, values


def read_axes(told: str | None, term: str) -> tuple[str, str]:
    """Read "border_m,walk_m": the figures along and up the picture; by the term without a word.

    Raises
    ------
    InputError
        They are not two of `FIGURES`.
    """
    from seatplan.rezoning.trade_off import FIGURES

    if told is None:
        return USUAL.get(term, OTHERS)
    names = [part.strip() for part in told.split(",")]
    if len(names) != 2 or any(name not in FIGURES for name in names):
        raise InputError(f"--curve-axes {told}; want two of {', '.join(FIGURES)}, as gini,walk_m")
    return names[0], names[1]


def draw_curve(outcome: Outcome, asked: dict[str, Any], term: str, values: list[float]) -> TradeOff:
    """Draw a plan for each value of the term, within what else is asked."""
    from seatplan.rezoning.trade_off import trace_trade_off

    terms = {name: value for name, value in asked.items() if name != term}
    with show_search("rezoning", terms["effort"]) as progress:
        return trace_trade_off(outcome, term=term, values=values, **terms, progress=progress)


def write_curve(
    outcome: Outcome,
    trade_off: TradeOff,
    record: dict[str, Any],
    out: Path,
    *,
    stage: str,
    axes: tuple[str, str],
    language: str,
) -> None:
    """Write the table of a curve, its picture, and how the plans were found; and tell the table."""
    from seatplan.files import write_beside
    from seatplan.results import write_table
    from seatplan.verbs.records import tell_record, write_record
    from seatplan.views.trade_off import draw_trade_off

    table = trade_off.table.round(DIGITS)
    paths = [out.with_name(f"{out.stem}-curve.{kind}") for kind in ("csv", "png")]
    with write_beside(paths[0]) as draft:
        write_table(table, draft)
    plans = trade_off.plans.values()
    record |= {"gap": [plan.gap for plan in plans]}
    record |= {"cut_short": [plan.cut_short for plan in plans]}
    write_record(record, out.with_name(f"{out.stem}-curve.json"))
    picture = draw_trade_off(outcome, trade_off, stage=stage, axes=axes, language=language)
    told = {"Description": "; ".join(tell_record(record))}
    with write_beside(paths[1]) as draft:
        picture.savefig(draft, format="png", metadata=told)
    tell(table.to_string())
    tell("  ".join(map(str, paths)))
