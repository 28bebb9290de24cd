"""Hostile names in every input: what reads the outputs runs nothing of them."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import dataclass
from pathlib import Path

import docx
import openpyxl
import pyogrio
import pytest
from typer.testing import CliRunner

from seatplan.cli import app
from seatplan.literal import quote_cell, unquote_cell
from tests.test_literal import render
from tests.towns import SMALL, Town, write_town

pytestmark = pytest.mark.slow
HOSTILE = "=1+1[/b]<img src=x onerror=1>*a*|`b`$c$ &lt;"
ESCAPE = "\\u001b[31m"  # as TOML spells it


@dataclass(frozen=True)
class HostileTown(Town):
    """A town with hostile ids of blocks."""

    @property
    def blocks(self) -> list[str]:
        return [f"@b{number}{HOSTILE}" for number in range(1, 7)]


TOWN = HostileTown(
    code=f"-{HOSTILE}",
    zh=f"区{ESCAPE}{HOSTILE}",
    en=f"{ESCAPE}{HOSTILE}",
    schools=(f"=P{HOSTILE}", f"+N{HOSTILE}", f"-K{HOSTILE}"),
    townships=(f"=w{HOSTILE}", f"@e{HOSTILE}"),
    units=(f"+w{HOSTILE}", f"-e{HOSTILE}"),
)
PLAN = f"""
name = "plan [draft]"
title = {{zh = "{ESCAPE}{HOSTILE}", en = "{HOSTILE}"}}
[[intervention]]
kind = "new_school"
school = "={HOSTILE}"
name = "@{HOSTILE}"
site = "S 1"
year = 2023
classrooms = {{primary = 6}}
source = "-{HOSTILE}"
[[intervention]]
kind = "set_limit"
code = "class-size"
limit = {{primary = 40}}
year = 2023
source = "={HOSTILE}"
"""


def write_hostile(folder: Path) -> Path:
    """Write the town; every name in its layers is hostile too."""
    write_town(folder, TOWN)
    for file in ("schools.geojson", "sites.geojson"):
        layer = json.loads((folder / file).read_text("utf-8"))
        for at, feature in enumerate(layer["features"]):
            feature["properties"] |= {"name": f"={HOSTILE}\x1b{at}", "name_en": f"+{HOSTILE}{at}"}
        (folder / file).write_text(json.dumps(layer, ensure_ascii=False), "utf-8")
    text = (folder / "standards.toml").read_text("utf-8")
    for word in ("primary", "junior", "班额", "g1"):
        text = text.replace(f'zh = "{word}"', f'zh = "={word}{ESCAPE}{HOSTILE}"')
    (folder / "standards.toml").write_text(text, "utf-8")
    (folder / "plan.toml").write_text(PLAN, "utf-8")
    return folder


@pytest.fixture(scope="module")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """What the verbs write of such a town, and what they print."""
    folder = write_hostile(tmp_path_factory.mktemp("hostile") / "town")
    out = folder.parent / "out"
    plan = folder / "plan.toml"
    printed = ""
    for words in (
        ("check", folder),
        ("compare", folder, plan, "--names", "--out", out / "compare"),
        ("evaluate", folder, "--scenario", plan, "--names", "--out", out / "runs"),
        ("report", folder, plan, "--out", out / "report"),
        ("findings", folder, plan, "--out", out / "findings.md", "--language", "en"),
        ("warn", folder, "--scenario", plan, "--out", out / "warn"),
        ("assess", folder, plan, "--out", out / "assess"),
        ("remedy", folder, plan, "--out", out / "remedy"),
        ("closures", folder, "--out", out / "closures"),
        ("map", folder, plan, "--out", out / "map.html"),
        ("forecast", folder, "--out", out / "forecast.csv"),
    ):
        result = CliRunner().invoke(app, list(map(str, words)))
        assert result.exit_code == 0, (words[0], result.output, result.exception)
        printed += result.output
    return out, printed


def test_no_terminal_obeys_a_name(outputs: tuple[Path, str]):
    _, printed = outputs
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", printed)
    assert "plan [draft]" in printed
    assert HOSTILE in printed


def test_no_cell_of_a_table_is_run(outputs: tuple[Path, str]):
    files = sorted(outputs[0].rglob("*.csv"))
    assert len(files) > 10
    names = set()
    for path in files:
        for line in csv.reader(io.StringIO(path.read_text("utf-8-sig"), newline="")):
            names |= {unquote_cell(cell) for cell in line}
            assert [quote_cell(unquote_cell(cell)) for cell in line] == line, path.name
    assert {f"=P{HOSTILE}", f"@{HOSTILE}", f"={HOSTILE}\x1b0"} <= names


def test_no_cell_of_the_workbook_is_run(outputs: tuple[Path, str]):
    book = openpyxl.load_workbook(outputs[0] / "report/tables.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    formulas = {cell.value for cell in cells if cell.data_type == "f"}
    assert all(re.fullmatch(r"=[A-Z]+\d+-[A-Z]+\d+", formula) for formula in formulas)
    texts = {cell.value for cell in cells if cell.data_type == "s"}
    assert {f"=P{HOSTILE}", f"@{HOSTILE}"} <= texts
    footers = [sheet.oddFooter for sheet in book if sheet.oddFooter.left.text]
    assert all("&lt;" in footer.left.text.replace("&&", "&") for footer in footers)


def test_layers_hold_names_as_they_are(outputs: tuple[Path, str]):
    for path in outputs[0].rglob("*.gpkg"):
        layers = [name for name, _ in pyogrio.list_layers(path) if "schools" in name]
        table = pyogrio.read_dataframe(path, layer=layers[0])
        assert {f"=P{HOSTILE}", f"+N{HOSTILE}"} <= set(table.school)


def test_pages_of_markdown_show_names_as_they_are(outputs: tuple[Path, str]):
    pages = sorted(outputs[0].rglob("*.md"))
    names = ["assess.md", "closures.md", "findings.md", "remedies.md", "warnings.md"]
    assert sorted(path.name for path in pages) == names
    for path in pages:
        page = render(path.read_text("utf-8"))
        table = {"table", "thead", "tbody", "tr", "th", "td"}
        assert page.tags <= {"h1", "h2", "p", "ul", "li", "strong", "em", "code", *table}
        assert page.text.count(HOSTILE) > (0 if path.name in ("closures.md", "assess.md") else 3)


def test_the_draft_holds_names_as_they_are(outputs: tuple[Path, str]):
    document = docx.Document(str(outputs[0] / "report/layout-plan.docx"))
    cells = {cell.text for table in document.tables for row in table.rows for cell in row.cells}
    assert any(f"@{HOSTILE}" in cell for cell in cells)
    assert SMALL.code not in cells
