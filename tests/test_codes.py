"""The code of a standard is a free name: under other names every figure is the same."""

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from seatplan.comparison import compare
from seatplan.examples import toy_district, toy_standards
from seatplan.findings.coverage import diagnose_coverage
from seatplan.outcome import evaluate
from seatplan.rezoning.town import survey_town
from seatplan.siting.extensions import find_most_pupils
from seatplan.siting.reach import find_standard
from tests.findings.rules import add_walk

ROOT = Path(__file__).parents[1]


def rename(rules):
    """Give every standard a code that says nothing, and no role but that of the order."""
    codes = {item.code: f"x{at}" for at, item in enumerate(rules.standards)}
    named = (replace(item, code=codes[item.code], role=None) for item in rules.standards)
    return rules.replace(standards=tuple(named)), codes


@pytest.fixture(scope="module")
def both():
    rules = add_walk(toy_standards(), {"primary": 250.0, "junior": 600.0})
    small = (
        replace(item, limit={"all": 500.0}) if item.code == "school-size" else item
        for item in rules.standards
    )
    bound = (
        replace(item, binding=("junior",)) if item.code == "class-size" else item for item in small
    )
    rules = rules.replace(standards=tuple(bound))
    renamed, codes = rename(rules)
    return evaluate(toy_district(), rules), evaluate(toy_district(), renamed), codes


def test_figures_flags_and_classes_are_the_same(both):
    today, again, codes = both
    table = compare([today]).table
    names = {f"flag_{code}": f"flag_{name}" for code, name in codes.items()}
    pd.testing.assert_frame_equal(table.rename(columns=names), compare([again]).table)
    flags = today.flags.table
    assert set(flags.code) == {"class-size", "school-size", "roll-over-seats", "walk"}
    pd.testing.assert_frame_equal(
        flags.assign(code=flags.code.map(codes)), again.flags.table, check_dtype=False
    )


def test_coverage_and_its_cure_are_the_same(both):
    today, again, _ = both
    one, other = diagnose_coverage(today), diagnose_coverage(again)
    assert one.table.out_of_reach.sum() > 0
    pd.testing.assert_frame_equal(one.table, other.table)
    pd.testing.assert_frame_equal(one.cure, other.cure)
    pd.testing.assert_frame_equal(one.reach, other.reach)


def test_what_limits_siting_and_rezoning_is_the_same(both):
    today, again, _ = both
    for outcome in (today, again):
        assert find_standard(outcome, "primary").tolist() == [250.0] * 6
        assert find_most_pupils(outcome, "nine_year", 2022) == 500
    seats = [survey_town(outcome, "primary", [2022], None).seats for outcome in (today, again)]
    np.testing.assert_array_equal(*seats)
    assert seats[0][:, 0].tolist() == [270, 230]  # B: 500 less its 270 junior pupils


def test_no_code_of_litong_is_read_by_the_package():
    """Only a plan names a standard by its code, and the toy town writes some."""
    text = (ROOT / "data" / "standards.toml").read_text("utf-8")
    codes = set(re.findall(r'\[\[standard\]\]\ncode = "([\w-]+)"', text)) - {"radius"}
    assert len(codes) == 8
    read = re.compile("|".join(f"[\"'](?:flag_)?{code}[\"']" for code in sorted(codes)))
    files = [*(ROOT / "src").rglob("*.py"), *(ROOT / "src").rglob("*.js")]
    files += (ROOT / "notebooks").glob("*.py")
    found = {path.name for path in files if read.search(path.read_text("utf-8"))}
    assert found == {"examples.py"}
