"""Measure what each optional table is worth, on the sample district, and write the page of it.

Each table is left out (or made coarser) by itself, and the district as it is runs again.

    python scripts/weigh_tables.py          # measures, writes docs/optional-tables.csv and .md
    python scripts/weigh_tables.py --page   # writes the page anew from the figures measured before
"""

from __future__ import annotations

import json
import shutil
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd

import seatplan as sp

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "optional-tables.md"
FIGURES = PAGE.with_suffix(".csv")
YEAR = 2025
STAGES = {
    "kindergarten": ("k1", "k2", "k3"),
    "primary": ("g1", "g2", "g3", "g4", "g5", "g6"),
    "junior": ("g7", "g8", "g9"),
}
Change = Callable[[Path], None]
Figures = dict[str, float]


def read_page() -> dict[str, dict[str, str]]:
    """Return what the page says, of each table and above and below them."""
    return tomllib.loads((ROOT / "scripts" / "optional_tables.toml").read_text("utf-8"))


def spread_bands(folder: Path) -> None:
    """Give every age of a band of five years the mean of the band."""
    path = folder / "population" / "residents.csv"
    table = pd.read_csv(path, dtype={"block": str})
    for first in range(0, 20, 5):
        ages = [f"age_{age}" for age in range(first, first + 5)]
        mean = table[ages].mean(axis=1)
        table[ages] = table[ages].astype(float).apply(lambda _, mean=mean: mean)
    table.to_csv(path, index=False)


def _change_schools(folder: Path, change: Callable[[dict[str, Any]], None]) -> None:
    path = folder / "schools.geojson"
    layer = json.loads(path.read_text("utf-8"))
    for feature in layer["features"]:
        change(feature["properties"])
    path.write_text(json.dumps(layer, ensure_ascii=False), "utf-8")


def spread_rolls(folder: Path) -> None:
    """Give every grade of a school's stage the same pupils, but for a remainder."""

    def even(school: dict[str, Any]) -> None:
        for grades in STAGES.values():
            taught = [f"roll_{grade}" for grade in grades if school[f"roll_{grade}"] is not None]
            if taught:
                each, rest = divmod(sum(school[name] for name in taught), len(taught))
                school |= {name: each + (at < rest) for at, name in enumerate(taught)}
                classes = [name.replace("roll_", "classes_") for name in taught]
                each, rest = divmod(sum(school[name] for name in classes), len(classes))
                school |= {name: each + (at < rest) for at, name in enumerate(classes)}

    _change_schools(folder, even)


def count_rooms_as_classes(folder: Path) -> None:
    """Give every school as many rooms as it has classes."""

    def count(school: dict[str, Any]) -> None:
        for stage, grades in STAGES.items():
            if school[f"classrooms_{stage}"] is not None:
                school[f"classrooms_{stage}"] = sum(school[f"classes_{g}"] or 0 for g in grades)

    _change_schools(folder, count)


CHANGES: dict[str, Change] = {
    "bands": spread_bands,
    "even": spread_rolls,
    "rooms": count_rooms_as_classes,
}


def measure(change: Change | None) -> Figures:
    """Return the figures of the sample district after a change to its files."""
    with TemporaryDirectory() as room:
        folder = Path(room) / "data"
        hidden = shutil.ignore_patterns("sources")
        shutil.copytree(ROOT / "data", folder, ignore=hidden)
        if change:
            change(folder)
        outcome = sp.evaluate(
            sp.read_district(folder), sp.read_standards(folder / "standards.toml")
        )
    figures = sp.compare([outcome]).figures("baseline").xs(YEAR, level="year")
    return {
        "without a seat": float((figures.roll_over_seats + figures.unplaced).sum()),
        "catchment shortage": float(figures.catchment_shortage.sum()),
        "pupils": float(figures.pupils.sum()),
        "walk": float(figures.walk_m["primary"]),
    }


def weigh() -> dict[str, Figures]:
    """Return the figures with all tables, and with each left out, in the order of their worth."""
    rows = {"all": measure(None)}
    for name, section in read_page().items():
        if name == "page":
            continue
        file = section["file"]
        change = CHANGES[section["change"]] if "change" in section else remove(file)
        rows[name] = measure(change)
        print(name, rows[name], flush=True)

    def worth(name: str) -> list[float]:
        keys = ("without a seat", "catchment shortage", "walk")
        return [-abs(rows[name][key] - rows["all"][key]) for key in keys]

    return {
        name: rows[name] for name in ["all", *sorted([n for n in rows if n != "all"], key=worth)]
    }


def remove(file: str) -> Change:
    """Return what takes a file away."""
    return lambda folder: (folder / file).unlink()


def write_page(rows: dict[str, Figures]) -> str:
    """Return the page: the table, then a section for each optional table."""
    page, whole = read_page(), rows["all"]
    left_out = [name for name in rows if name != "all"]
    lines = [_row("nothing", "", whole, whole)]
    for name in left_out:
        link = f"[{page[name]['file']}](#{name})"
        lines.append(_row(link, page[name]["without"], rows[name], whole))
    parts = [page["page"]["head"].lstrip("\n").format(year=YEAR) + "\n".join(lines) + "\n\n"]
    parts.append(page["page"]["foot"].strip("\n"))
    for name in left_out:
        section = page[name]
        parts.append(f'\n\n<a id="{name}"></a>\n\n## {section["file"]}\n\n')
        parts.append(f"**Without it:** {section['without']}.\n\n{section['buys']}\n\n")
        parts.append(f"**How to get it.** {section['get']}")
    return "".join(parts) + "\n"


def _row(file: str, without: str, row: Figures, whole: Figures) -> str:
    """Return a row of the table; changes are blank where there are none to tell."""
    cells = [file, without]
    for key in ("without a seat", "catchment shortage"):
        change = row[key] - whole[key]
        cells += [f"{row[key]:,.0f}", f"{change:+,.0f}" if row is not whole else ""]
    cells += [f"{row['pupils']:,.0f}", f"{row['walk']:,.0f} m"]
    return f"| {' | '.join(cells)} |"


def read_figures() -> dict[str, Figures]:
    """Return the figures measured before, in the order of their worth."""
    table = pd.read_csv(FIGURES, index_col="left_out")
    return {
        str(name): {str(key): float(value) for key, value in row.items()}
        for name, row in table.to_dict("index").items()
    }


if __name__ == "__main__":
    if "--page" not in sys.argv:
        measured = pd.DataFrame.from_dict(weigh(), orient="index").rename_axis("left_out")
        measured.to_csv(FIGURES, lineterminator="\n")
    PAGE.write_text(write_page(read_figures()), "utf-8", newline="\n")
    print(PAGE)
