"""Tables of FIT.md: what each reading of 农村 leaves unexplained, and how pupils come to school."""

from __future__ import annotations

from itertools import product

import pandas as pd

from district.rides import Rides

HOMES = {"urban": "city", "town": "town", "rural": "rural"}


def describe_journeys(readings: list[Rides], built: Rides) -> dict[str, str]:
    """Return the tables by name: readings, journeys, riders."""
    return {
        "readings": _write_table(compare_readings(readings, built)),
        "journeys": _write_table(tabulate_journeys(built)),
        "riders": _write_table(list_riders(built)),
    }


def compare_readings(readings: list[Rides], built: Rides) -> pd.DataFrame:
    """Return a column for each reading: what the plan says of 农村, and what it leaves."""
    columns: dict[str, list[str]] = {"under the reading": []}
    for rides in readings:
        table, country = rides.table, rides.reading.settings
        here = table["at"].isin(country)
        figures = {
            "schools of grades 1-9 in 农村 (28 renewed)": rides.reading.count_schools(),
            "pupils on their rolls (meal scheme: 3,820)": table["pupils"][here].sum(),
            "pupils who live too far to walk": table["far"].sum(),
            "of these board (two schools)": table["boarders"].sum(),
            "ride the school bus (more than 3,000)": table["riders"].sum(),
            "neither: unexplained": table["unexplained"].sum(),
            "unexplained way, km, one way": rides.unexplained_km,
        }
        columns["under the reading"] = list(figures)
        name = f"{rides.reading.name}{' (built)' if rides is built else ''}"
        columns[name] = [f"{value:,.0f}" for value in figures.values()]
    return pd.DataFrame(columns)


def tabulate_journeys(rides: Rides) -> pd.DataFrame:
    """Return a row for each stage and setting of the home: who walks how far, who does not."""
    table = rides.table
    walkers = table["pupils"] - table["boarders"] - table["riders"]
    table = table.assign(
        walkers=walkers, walk=walkers * table["walk_m"], way=table["pupils"] * table["walk_m"]
    )
    rows = []
    parts = dict(tuple(table.groupby(["stage", "home"])))
    for stage, home in product(["primary", "junior"], HOMES):
        part = parts[stage, home]
        on_foot = part[(part["far"] == 0) & (part["pupils"] > 0)]
        left = part[part["unexplained"] > 0]
        rows.append(
            {
                "stage": stage,
                "home": HOMES[home],
                "pupils": f"{part['pupils'].sum():,.0f}",
                "mean way, m": f"{part['way'].sum() / part['pupils'].sum():,.0f}",
                "mean walk but for bus and beds, m": (
                    f"{part['walk'].sum() / part['walkers'].sum():,.0f}"
                ),
                "too far to walk": f"{part['far'].sum():,.0f}",
                "board": f"{part['boarders'].sum():,.0f}",
                "ride": f"{part['riders'].sum():,.0f}",
                "unexplained": f"{part['unexplained'].sum():,.0f}",
                "longest walk, m": f"{on_foot['walk_m'].max():,.0f}",
                "longest unexplained, m": f"{left['walk_m'].max():,.0f}" if len(left) else "-",
            }
        )
    return pd.DataFrame(rows)


def list_riders(rides: Rides) -> pd.DataFrame:
    """Return the schools to which pupils of 农村 ride or where they board, most riders first."""
    table = rides.table.groupby("school")[["pupils", "riders", "boarders"]].sum().round()
    table["beds"] = rides.count_beds()
    table = table[(table["riders"] >= 1) | (table["beds"] > 0)].astype(int)
    table.insert(0, "setting", rides.schools["setting"])
    table = table.sort_values(["riders", "boarders"], ascending=False, kind="stable")
    return table.reset_index()


def _write_table(table: pd.DataFrame) -> str:
    """Write a table in Markdown: the first column to the left, numbers to the right."""
    text = [isinstance(value, str) and not value[0].isdigit() for value in table.iloc[0]]
    rule = "|".join("---" if left else "---:" for left in text)
    rows = [" | ".join(str(cell) for cell in row) for row in table.itertuples(index=False)]
    return "\n".join([f"| {' | '.join(table.columns)} |", f"|{rule}|", *(f"| {r} |" for r in rows)])
