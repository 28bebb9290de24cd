"""Litong to 2040: the pages in docs tell the same figures in both languages."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "docs" / name for name in ("findings-2040.md", "findings-2040-zh.md")]


def read_figures(page: Path) -> list[list[str]]:
    """Return the figures of each cell that begins with one, in the chapters on chances."""
    told = page.read_text("utf-8")
    told = told[
        told.index("同样的 1,000 个未来" if "zh" in page.stem else "The same 1,000 futures") :
    ]
    tables = re.findall(r"^\| -- .*\n((?:\| .*\n)+)", told, flags=re.MULTILINE)
    rows = [line.strip("| ").split(" | ") for table in tables for line in table.splitlines()]
    figures = [cell for row in rows for cell in row if re.match(r"[\\<>]*\d", cell)]
    return [re.findall(r"\d[\d,]*", cell) for cell in figures]


def test_both_languages_tell_the_same_figures():
    english, chinese = map(read_figures, PAGES)
    assert len(english) > 200
    assert english == chinese


def test_what_is_told_as_cheaper_is_so_at_every_unit_cost():
    told = PAGES[0].read_text("utf-8").split("## Which remedy is cheaper")[1]
    rows = [line.strip("| ").split(" | ") for line in told.splitlines() if line.startswith("| ")]
    each = {(row[0], row[1]): re.findall(r"\d+", row[5].replace(",", "")) for row in rows[2:]}
    plans = {stage: costs for (stage, done), costs in each.items() if "plan" in done}
    judged = [(row[0], row[1]) for row in rows[2:] if row[-1] == "cheaper"]
    assert len(judged) > 4
    for stage, done in judged:
        assert int(each[stage, done][-1]) < int(plans[stage][0])
