"""What verbs ask of a roll history, and how they read it and say what they read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from seatplan.verbs.console import tell

if TYPE_CHECKING:
    import pandas as pd

    from seatplan.demand.panel import Panel
    from seatplan.demand.rolls import Rolls

EVENTS_TOLD = 12  # events listed on the screen; all stand in events.csv

Units = Annotated[Path | None, typer.Option(help="Table of units and what they belong to.")]
Parents = Annotated[
    str | None, typer.Option(help="Columns of places above the unit, finest first: town,county.")
]
Grades = Annotated[str | None, typer.Option(help="All grades in school order: K,1,2,3.")]
Rename = Annotated[
    list[str] | None, typer.Option(help="OLD=NEW: a unit under its new id; repeat it.")
]
Feeders = Annotated[
    Path | None, typer.Option(help="Whose leavers enter a unit: unit, feeder, [share].")
]
EntryAge = Annotated[
    int | None, typer.Option(help="Age of the first grade's pupils, to pair them with births.")
]
CutoffMonth = Annotated[
    int, typer.Option(help="Last month of birth of a cohort, with --births.", min=1, max=12)
]
BirthsMonth = Annotated[
    int, typer.Option(help="Last month of the years that births count.", min=1, max=12)
]


def read_history(
    path: Path,
    *,
    units: Path | None = None,
    parents: str | None = None,
    grades: str | None = None,
    rename: list[str] | None = None,
    feeders: Path | None = None,
) -> Rolls:
    """Read rolls as a verb was asked to, and say on stderr how they were read.

    Raises
    ------
    InputError
        Of the file, or of an option.
    """
    from seatplan.demand.rolls import read_rolls
    from seatplan.errors import InputError

    pairs = [pair.partition("=") for pair in rename or []]
    if wrong := [old + mark + new for old, mark, new in pairs if not (old and mark and new)]:
        raise InputError(f"--rename {wrong[0]}: want OLD=NEW")
    rolls = read_rolls(
        path,
        units=units,
        parents=_split(parents),
        grades=_split(grades),
        renamed={old.strip(): new.strip() for old, _, new in pairs},
        feeders=feeders,
    )
    for line in describe_rolls(rolls, path.name):
        tell(line, err=True)
    return rolls


def describe_rolls(rolls: Rolls, name: str) -> list[str]:
    """Say what was read: years, units, the order of grades, places, and what is odd."""
    graded = [code for code in rolls.grades if code not in rolls.ungraded]
    places = " < ".join(["unit", *map(str, rolls.parents), "all"])
    lines = [
        f"{name}: {len(rolls.units)} units, {rolls.years[0]}-{rolls.years[-1]}; "
        f"grades {' > '.join(graded)}; places {places}"
    ]
    return [*lines, *rolls.notes]


def tell_births(panel: Panel | None) -> None:
    """Say on stderr what the births of a panel are known of."""
    from seatplan.demand.births import describe_births

    if panel is not None and panel.births is not None:
        for line in describe_births(panel.births, panel.years):
            tell(line, err=True)


def tell_events(rolls: Rolls) -> tuple[list[str], pd.DataFrame]:
    """Sentences about what happened to units, the largest first, and the table of all."""
    from seatplan.demand.roll_events import find_events

    events = find_events(rolls)
    if events.empty:
        return [], events
    counts = events["kind"].value_counts(sort=False).sort_index()
    lines = ["events: " + ", ".join(f"{count} {kind}" for kind, count in counts.items())]
    rank = events["kind"].map({"slip": 0, "rename": 0, "merger": 1}).fillna(2)
    order = events.assign(rank=rank, size=-events["pupils"].abs())
    first = order.sort_values(["rank", "size", "unit", "year"]).head(EVENTS_TOLD)
    for unit, year, kind, grades, pupils, other in first[list(events)].to_numpy():
        told = f"  {year} {kind}: {unit}" + (f" -> {other}" if other else "")
        lines.append(told + (f" ({grades})" if grades else "") + f", {pupils:+.0f} pupils")
    if len(events) > EVENTS_TOLD:
        lines.append(f"  and {len(events) - EVENTS_TOLD} more in events.csv")
    if (events["kind"] == "rename").any():
        lines.append("  a renamed unit keeps its record with --rename OLD=NEW")
    if (events["kind"] == "slip").any():
        lines.append("  a slip is a count to look up: it is in the forecast as it stands")
    return lines, events


def _split(text: str | None) -> list[str] | None:
    return None if text is None else [part.strip() for part in text.split(",") if part.strip()]
