"""The drafted plan and its workbook are whole, and open in an office program."""

import io
import shutil
import subprocess
import zipfile
from pathlib import PurePosixPath

import docx
import pytest
from lxml import etree
from matplotlib.figure import Figure
from openxml_audit import OpenXmlValidator
from tests.report.blanks import blank_sheets

from seatplan.assess.assess import assess_outcomes
from seatplan.assess.rule_sets import read_rule_sets
from seatplan.examples import toy_outcome
from seatplan.report.assessed import write_book
from seatplan.report.brief import read_brief
from seatplan.report.chapters import outlook
from seatplan.report.draft import write_draft
from seatplan.report.prints import save_png, tell_wave
from seatplan.report.sheets.press import print_sheets
from seatplan.report.workbook import write_workbook
from seatplan.sample import find_rules

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


@pytest.mark.slow
def test_draft_and_workbooks_hold_to_the_rules_of_open_xml(tmp_path, monkeypatch):
    """The rules of Microsoft's Open XML SDK: schemas, references, what stands where."""
    blank = save_png(Figure(figsize=(1, 1)))
    monkeypatch.setattr(outlook, "draw_wave", lambda *asked: (blank, tell_wave(*asked)))
    brief = read_brief([toy_outcome()], rules=read_rule_sets([find_rules()]))
    docx.Document().save(tmp_path / "bureau.docx")
    products = {
        "draft.docx": write_draft(brief, draw=lambda _: blank_sheets(blank)),
        "bureau-draft.docx": write_draft(
            brief, template=tmp_path / "bureau.docx", draw=lambda _: blank_sheets(blank)
        ),
        "tables.xlsx": write_workbook(brief),
        "assess.xlsx": write_book(assess_outcomes(brief.outcomes, brief.rules), "zh", 2025),
    }
    for name, content in products.items():
        (tmp_path / name).write_bytes(content)
        found = OpenXmlValidator().validate(tmp_path / name).errors
        # a number 0 takes a heading out of its list (ECMA-376, 17.9.18): it is no list of its own
        told = {error.description for error in found}
        assert told <= {"Numbering definition '0' referenced but not found"}, name


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
