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
