"""A limit lies within bounds that make sense in its unit."""

import math
from pathlib import Path

import pandas as pd
import pytest

from seatplan.district.limits import (
    BOUNDS,
    LIMITED,
    find_limit_faults,
    find_measure_fault,
    find_within_faults,
    limit_school_sizes,
    list_changes,
    list_school_sizes,
    list_walks,
    tell_change,
)
from seatplan.district.reading import read_standards
from seatplan.examples import toy_standards
from seatplan.measures.registry import MEASURES
from seatplan.scenarios.interventions import SetLimit

ROOT = Path(__file__).parents[2]


def test_what_may_be_limited_is_what_is_measured_of_a_school():
    assert set(LIMITED) == {name for name, item in MEASURES.items() if "school" in item.dims}


def test_every_unit_has_bounds():
    assert set(LIMITED.values()) <= set(BOUNDS)
    assert all(bounds.least < bounds.most for bounds in BOUNDS.values())


def test_an_unknown_measure_is_told_with_the_known_ones():
    known = {"area": "m2", "share": "share"}
    assert find_measure_fault("aera", known) == "aera is no measure; want one of area, share"
    assert find_measure_fault("area", known) is None


@pytest.mark.parametrize(
    ("measure", "good", "bad"),
    [
        ("class_size", [1, 12, 45, 66, 100], [0, -1, 0.5, 101, 4500, 1e9, math.nan, math.inf]),
        ("school_size", [1, 100, 2000, 50_000], [0, -5, 50_001, 1e9, math.nan]),
        ("seat_gap", [0, 20], [-1, 1e9, -math.inf]),
        ("walk", [50, 300, 3000, 50_000], [0, 3, -500, 50_001]),
        ("part", [0, 0.05, 1], [1.01, 5, -0.1]),
    ],
)
def test_a_limit_out_of_bounds_is_told(measure, good, bad):
    known = {**LIMITED, "part": "share"}
    assert not list(find_limit_faults(measure, dict(enumerate(good)), known))
    faults = list(find_limit_faults(measure, dict(enumerate(bad)), known))
    assert [fault.partition(":")[0] for fault in faults] == [
        f"limit.{at}" for at in range(len(bad))
    ]


def test_a_fault_says_what_was_found_and_what_would_do():
    (fault,) = find_limit_faults("class_size", {"primary": 4500})
    assert fault.startswith("limit.primary: 4500; want 1 to 100 (pupils per class: ")


def test_litong_holds_schools_to_the_limit_of_their_kind():
    rules = read_standards(ROOT / "data" / "standards.toml")
    schools = pd.DataFrame(
        {
            "kind": ["primary", "nine_year", "senior", "kindergarten"],
            "setting": ["rural", "urban", "urban", "town"],
        },
        index=["P", "N", "S", "K"],
    )
    assert limit_school_sizes(rules, schools, 2025).to_dict() == {
        "P": 2000, "N": 2500, "S": math.inf, "K": 360,
    }  # fmt: skip
    assert list_school_sizes(rules, schools, "primary", 2025) == [2000, 2500]
    assert list_school_sizes(rules, schools, "junior", 2025) == [2500]  # no junior school there
    assert list_school_sizes(rules, schools, "senior", 2025) == []


def test_litong_limits_the_way_by_the_setting_of_blocks():
    rules = read_standards(ROOT / "data" / "standards.toml")
    mixed = pd.DataFrame({"setting": ["urban", "rural"]})
    assert list_walks(rules, mixed, "primary", 2025) == [500, 2250]  # half an hour on foot
    assert list_walks(rules, mixed[mixed.setting == "rural"], "kindergarten", 2025) == []


@pytest.mark.parametrize(
    ("measure", "within", "told"),
    [
        ("beyond_walk", {}, ["within: missing; want the metres to count from"]),
        ("walk", {"all": 500}, ["within: is for limits on beyond_radius and beyond_walk, not"]),
        ("beyond_radius", {"primary": 0.5, "all": 500}, ["within.primary: 0.5; want 50 to 50,000"]),
        ("beyond_radius", {"all": math.nan}, ["within.all: nan; want a finite number"]),
        ("beyond_radius", {"all": 500}, []),
        ("class_size", {}, []),
    ],
)
def test_metres_to_count_from_belong_to_a_share_and_make_sense(measure, within, told):
    faults = list(find_within_faults(measure, within))
    assert [fault.startswith(said) for fault, said in zip(faults, told, strict=True)] == [
        True for _ in told
    ]


def test_the_bounds_in_the_docs_are_those_that_are_held():
    text = (ROOT / "docs" / "data-format.md").read_text("utf-8")
    table = text.split("| `indicator` |")[1].splitlines()[2:]
    rows = [line.strip("| ").split(" | ") for line in table if line.startswith("| `")]
    told = {
        name.strip("`"): (unit, float(least.replace(",", "")), float(most.replace(",", "")))
        for names, _, unit, least, most in rows
        for name in names.split(", ")
    }
    assert told == {
        name: (unit, BOUNDS[unit].least, BOUNDS[unit].most) for name, unit in LIMITED.items()
    }


def test_a_change_of_a_limit_is_told_with_what_it_was():
    before = toy_standards()
    keys = {"source": "law", "code": "class-size"}
    first = SetLimit(year=2022, limit={"primary": 40}, binding=True, **keys).amend(before)
    after = SetLimit(year=2024, limit={"primary": 38}, binding=False, **keys).amend(first)
    told = [tell_change(new, old) for new, old in list_changes(before, after)]
    assert told == [
        "2022: primary 45→40, primary binding",
        "2024: primary 40→38, primary not binding",
    ]
    assert list_changes(before, before) == []


def test_the_other_side_of_a_limit_is_told():
    before = toy_standards()
    step = SetLimit(year=2022, source="x", code="school-size", limit={"all": 2000}, side="below")
    ((new, old),) = list_changes(before, step.amend(before))
    assert tell_change(new, old) == "2022: below"


def test_a_limit_of_its_own_is_told_whole():
    before = toy_standards().replace(standards=toy_standards().standards[:1])
    ((new, old), *_) = list_changes(before, toy_standards())
    assert old is None
    assert tell_change(new, old) == "0: all 55"
