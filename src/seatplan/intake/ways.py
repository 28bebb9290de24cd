"""Ways between areas and schools by their names -> travel.csv."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from seatplan.errors import InputError
from seatplan.files import suggest
from seatplan.intake.areas import Areas
from seatplan.intake.schools import Schools
from seatplan.intake.sources import read_numbers, read_source


def spell_travel(path: Path, areas: Areas, schools: Schools) -> str:
    """Return travel.csv of a sheet with a row for each area and school, in metres or minutes.

    Raises
    ------
    InputError
        With a sentence for each row that names no area or no school, or says no way.
    """
    source = read_source(path, "travel")
    measures = [key for key in ("metres", "minutes") if key in source.columns]
    if "school" not in source.columns or not measures:
        want = "want an area, a school (学校) and metres (距离) or minutes (分钟)"
        raise InputError(f"{source.name}: columns are {', '.join(map(str, source.cells))}; {want}")
    ids = {
        "name": dict(zip(areas.table.name, areas.table.index, strict=True)),
        "school": dict(zip(schools.table.name, schools.table.index, strict=True)),
    }
    problems, found = [], {}
    for key, known in ids.items():
        words = source.cells[source.columns[key]].map(lambda cell: str(cell).strip())
        found[key] = words.map(known)
        problems += [
            f"{source.name}: row {row}, column {source.columns[key]}: {word}; no such "
            f"{'area' if key == 'name' else key}{suggest(str(word), known)}"
            for row, word in words[found[key].isna()].items()
        ]
    table = pd.DataFrame({"block": found["name"], "school": found["school"]})
    for key in measures:
        table[key], faults = read_numbers(source, source.columns[key])
        problems += faults
    if problems:
        raise InputError(problems)
    return table.dropna(subset=measures, how="all").to_csv(index=False, lineterminator="\n")
