"""Shortage has four names, in every header, card and sentence; any other is refused.

学区缺口 catchment shortage, 在校超额 roll over seats, 全区缺口 district shortage, 未安置 unplaced.
"""

import csv
import re
from pathlib import Path

import jupytext
import pytest
from typer.testing import CliRunner

from seatplan.cli import app
from seatplan.district.reading import read_standards
from seatplan.district.writing import write_district
from seatplan.examples import toy_district, toy_outcome, toy_standards
from seatplan.rezoning.drawing import rezone_catchments
from seatplan.views.catalogue import read_phrases
from seatplan.views.explorer.payload import build_payload
from seatplan.views.explorer.scene import read_outcome

ROOT = Path(__file__).parents[1]
NAMES = [
    *("学区缺口", "在校超额", "全区缺口", "未安置"),
    *("catchment shortage", "roll over seats", "district shortage", "unplaced"),
]
# What may stand there, and why: it is no shortage, or one that no seat of the district mends.
ALLOWED = {
    "余缺": "the balance: seats less pupils, of either sign",
    "就近无学位": "siting: who has no free seat in reach, whatever the catchment",
    "without a seat in reach": "the same",
}
REFUSED = re.compile(
    r"缺|超员|超额|坐不下|容不下|无位|学位不足"
    r"|shortage|shortfall|deficit|\bshort\b|short of|\blacks?\b|\blacking\b|crowd|\bgaps?\b"
    r"|(beyond|above) (the |their |its )?seats|without a seat|no seat\b|seatless",
    re.IGNORECASE,
)
PLAN = """name = "plan-2025"
title = {zh = "规划", en = "Plan"}

[[intervention]]
kind = "new_school"
school = "N"
name = "新校"
site = "S1"
year = 2023
classrooms = {primary = 4}
source = "test"
"""


def find_others(text: str) -> list[str]:
    """The words for a shortage that are left when the four names and what is allowed are out."""
    text = re.sub(r"[_\s-]+", " ", text)
    for known in (*NAMES, *ALLOWED):
        text = re.sub(known, " ", text, flags=re.IGNORECASE)
    return [match[0] for match in REFUSED.finditer(text)]


def define(text: str) -> str:
    """Leave out the sentences that say what the four names mean."""
    meanings = [
        r"residents above the seats of their catchment(, summed over the catchments)?",
        r"pupils on roll above the seats of their school",
        r"pupils who find no seat( at all)?",
    ]
    for meaning in meanings:
        text = re.sub(meaning.replace(" ", r"\s+"), "", text)
    return text


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """The folder that `seatplan demo` leaves for the toy town, and what it prints."""
    folder = tmp_path_factory.mktemp("demo")
    write_district(toy_district(), toy_standards(), folder / "data")
    (folder / "scenarios").mkdir()
    (folder / "scenarios" / "plan-2025.toml").write_text(PLAN, "utf-8")
    arguments = [f"--{name}={folder / name}" for name in ("data", "scenarios", "out")]
    done = CliRunner().invoke(app, ["demo", *arguments], env={"COLUMNS": "200"})
    assert done.exit_code == 0, done.output
    return folder / "out", done.stdout


@pytest.mark.parametrize(
    "text",
    [
        *(
            "学位缺口",
            "缺学位的学区",
            "短缺",
            "超员人数",
            "无位",
            "Pupils beyond the seats",
            "crowded",
        ),
        *("short", "short of place", "flag_seat-gap", "3 places short", "Shortage", "no seat"),
    ],
)
def test_another_name_is_found(text):
    assert find_others(text)


@pytest.mark.parametrize("text", [*NAMES, "Catchment shortages", "flag_roll-over-seats", "余缺"])
def test_the_four_names_are_not_refused(text):
    assert find_others(text) == []


@pytest.mark.parametrize("key", read_phrases())
def test_every_phrase_names_a_shortage_by_one_of_them(key):
    phrase = read_phrases()[key]
    assert find_others(phrase.zh) + find_others(define(phrase.en)) == []


def test_what_is_allowed_is_needed():
    said = [text for label in read_phrases().values() for text in (label.zh, label.en)]
    assert all(any(allowed in text for text in said) for allowed in ALLOWED)


def test_both_languages_use_the_same_name():
    words = read_phrases()
    for chinese, english in zip(NAMES[:4], NAMES[4:], strict=True):
        for key, label in words.items():
            assert (chinese in label.zh) == (english in label.en.lower()), key


def test_the_headers_of_every_table_are_named_by_them(demo):
    out, _ = demo
    tables = sorted(out.rglob("*.csv"))
    assert {"compare.csv", "summary.csv", "large-classes.csv", "schools.csv", "flags.csv"} <= {
        table.name for table in tables
    }
    for table in tables:
        with table.open(encoding="utf-8-sig") as lines:
            header = next(csv.reader(lines))
        assert {name: find_others(name) for name in header if find_others(name)} == {}, table


def test_a_comparison_has_a_column_for_each_of_them(demo):
    out, _ = demo
    with (out / "compare.csv").open(encoding="utf-8-sig") as lines:
        header = next(csv.reader(lines))
    for name in NAMES[4:]:
        assert name.replace(" ", "_") in header


def test_the_findings_and_the_screen_are_told_in_them(demo):
    out, screen = demo
    assert find_others(define((out / "findings.md").read_text("utf-8"))) == []
    assert find_others(define(screen)) == []
    for name in NAMES:
        assert name in screen


def test_the_texts_of_the_explorer_are_told_in_them():
    stages, years = ["kindergarten", "primary", "junior"], [2020, 2021]
    payload = build_payload(
        [read_outcome(toy_outcome())], stages=stages, years=years, language="zh"
    )
    named = [*payload["words"].values(), *(item["name"] for item in payload["standards"])]
    assert [text for pair in named for text in pair if find_others(text)] == []


def test_no_text_of_a_page_stands_outside_the_catalogue():
    views = ROOT / "src" / "seatplan" / "views"
    for script in views.rglob("page/*.js"):
        told = re.sub(r"//.*|/\*.*?\*/", "", script.read_text("utf-8"), flags=re.DOTALL)
        assert not re.search(r"缺|超额", told), script


@pytest.mark.parametrize("rules", [toy_standards(), read_standards(ROOT / "data/standards.toml")])
def test_a_limit_on_a_shortage_bears_its_name(rules):
    for item in rules.standards:
        assert find_others(f"{item.name.zh} {item.name.en} {item.code}") == [], item.code


def test_a_rezoning_tells_its_shortage_by_catchment():
    plan = rezone_catchments(toy_outcome(), stage="primary", years=[2025], seconds=1.0)
    assert {name: find_others(name) for name in plan.schools if find_others(name)} == {}
    assert {name: find_others(name) for name in plan.shortage if find_others(name)} == {}


@pytest.mark.parametrize("chapter", ["02_today", "03_new_builds"])
def test_the_chapters_are_told_in_them(chapter):
    for cell in jupytext.read(ROOT / "notebooks" / f"{chapter}.py").cells:
        texts = [cell.source]
        if cell.cell_type == "code":
            texts = re.findall(r"\"([^\"]*)\"", re.sub(r"\{[^{}]*\}", "", cell.source))
        for text in texts:
            assert find_others(define(text)) == [], text
