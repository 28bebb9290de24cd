"""The drafted plan and its workbook are whole, and open in an office program."""

import io
import shutil
import subprocess
import zipfile
from pathlib import PurePosixPath

import pytest
from lxml import etree
from matplotlib.figure import Figure
from tests.report.blanks import blank_sheets

from seatplan.examples import toy_outcome
from seatplan.report.brief import read_brief
from seatplan.report.chapters import outlook
from seatplan.report.draft import write_draft
from seatplan.report.prints import save_png, tell_wave
from seatplan.report.sheets.press import print_sheets
from seatplan.report.workbook import write_workbook

TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"


def list_faults(content):
    """What an office program would have to repair: parts, types and relations that do not meet."""
    faults = []
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        names = set(package.namelist())
        if len(names) != len(package.namelist()):
            faults.append("a part stands twice")
        listed = etree.fromstring(package.read("[Content_Types].xml"))
        kinds = {node.get("Extension").lower() for node in listed.iter(f"{TYPES}Default")}
        parts = {node.get("PartName").lstrip("/") for node in listed.iter(f"{TYPES}Override")}
        faults += [f"{name}: listed, not there" for name in parts - names]
        for name in names - {"[Content_Types].xml"}:
            if name not in parts and name.rsplit(".", 1)[-1].lower() not in kinds:
                faults.append(f"{name}: has no type")
            if name.endswith((".xml", ".rels")):
                etree.fromstring(package.read(name))
            if name.endswith(".rels"):
                faults += list_lost(name, package.read(name), names)
    return faults


def list_lost(name, content, names):
    """Relations that lead to no part."""
    folder = PurePosixPath(name).parent.parent
    lost = []
    for node in etree.fromstring(content):
        target = node.get("Target")
        if node.get("TargetMode") == "External":
            continue
        path = PurePosixPath(target.lstrip("/")) if target.startswith("/") else folder / target
        steps: list[str] = []
        for step in path.parts:
            steps = steps[:-1] if step == ".." else [*steps, step]
        if "/".join(steps) not in names:
            lost.append(f"{name}: leads to {target}")
    return lost


def test_every_part_of_draft_and_workbook_is_well_formed_and_found(monkeypatch):
    brief = read_brief([toy_outcome()])
    blank = save_png(Figure(figsize=(1, 1)))
    monkeypatch.setattr(outlook, "draw_wave", lambda *asked: (blank, tell_wave(*asked)))
    assert list_faults(write_draft(brief, draw=lambda _: blank_sheets(blank))) == []
    assert list_faults(write_workbook(brief)) == []


def test_a_fault_is_found():
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as package:
        package.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{TYPES[1:-1]}"><Default Extension="rels" ContentType="a"/></Types>',
        )
        package.writestr("_rels/.rels", '<R><r Target="word/lost.xml"/></R>')
        package.writestr("odd.bin", "")
    assert sorted(list_faults(held.getvalue())) == [
        "_rels/.rels: leads to word/lost.xml",
        "odd.bin: has no type",
    ]


@pytest.mark.office
def test_draft_and_workbook_open_in_libreoffice(tmp_path):
    """A file that LibreOffice cannot read gives no PDF; a sheet of the draft has a page."""
    office = shutil.which("soffice") or shutil.which("libreoffice")
    assert office, "LibreOffice is needed to open documents"
    brief = read_brief([toy_outcome()])
    sheets = print_sheets(brief)
    (tmp_path / "draft.docx").write_bytes(write_draft(brief, draw=lambda _: sheets))
    (tmp_path / "tables.xlsx").write_bytes(write_workbook(brief))
    home = f"-env:UserInstallation={(tmp_path / 'home').as_uri()}"
    for name in ("draft.docx", "tables.xlsx"):
        words = [office, home, "--headless", "--convert-to", "pdf", "--outdir", tmp_path, name]
        subprocess.run(words, cwd=tmp_path, check=True, capture_output=True, timeout=240)
        made = (tmp_path / name).with_suffix(".pdf").read_bytes()
        assert made.startswith(b"%PDF")
        if name == "draft.docx":
            assert made.count(b"/Type/Page\n") + made.count(b"/Type/Page/") > len(sheets)
