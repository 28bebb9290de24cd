"""Walks too far in the toy town: a bus, by hand; every remedy clears its flag when it is run.

B's primary pupils: b3 10 a grade (400 m), b5 20 (400 m), b6 20 (0 m); A's: b1 10 (0 m), b2 10
(400 m), b4 20 (400 m). Beyond 300 m are 180 of 300 at B (0.6) and 180 of 240 at A (0.75).
"""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

import seatplan as sp
from seatplan.cli import app
from seatplan.district.clauses import Standard
from seatplan.district.stages import Label
from seatplan.district.writing import write_district
from seatplan.examples import toy_district, toy_standards
from seatplan.outcome import evaluate
from seatplan.remedies.walks import find_walk_remedies
from seatplan.views.walks import write_walks
from tests.measures.test_reach import limited
from tests.random_towns import draw_town

HALF = {"primary": 0.5}


def far(code, indicator, limit, within=None):
    label = Label(code, code)
    return Standard(
        code, label, indicator, limit, "above", "test", "assumed", "recalled", within=within or {}
    )


@pytest.fixture(scope="module")
def found():
    outcome = limited("beyond_walk", limits=HALF, within={"primary": 300.0})
    return find_walk_remedies(outcome)


def test_the_fewest_who_ride_clear_the_flag(found):
    worst = {flag.school: flag for flag in found.flags}
    assert list(worst) == ["A", "B"]
    assert worst["B"].worst == pytest.approx(0.6)
    assert worst["B"].years == tuple(range(2020, 2027))
    bus, everybody = found.list_ranked(worst["B"])[:2]
    (step,) = bus.action.steps
    # 30 of 300 must ride; b3 has 60 in primary, and 30 in junior who ride too
    assert (step.school, step.blocks, step.year) == ("B", ("b3",), 2021)
    assert (bus.riders, bus.after, bus.late) == (90, pytest.approx(0.4), 1)
    assert set(everybody.action.steps[0].blocks) == {"b3", "b5"}
    assert everybody.after == 0


def test_a_bus_is_priced_for_every_year_and_ranked(found):
    row = found.table.loc[("beyond_walk", "B", "primary", 1)]
    # 90 pupils in each of 2021 to 2026, at 1,200, 2,000 and 3,500 yuan
    assert (row.wan_low, row.wan, row.wan_high) == (64.8, 108.0, 189.0)
    assert (row.action, row.verdict) == ("bus", "cheapest")
    assert found.table.loc[("beyond_walk", "B", "primary", 2)].verdict == "dearer"


def test_no_bus_clears_a_radius():
    outcome = limited("beyond_radius", limits=HALF, within={"primary": 300.0})
    assert len(outcome.flags.table.query("code == 'beyond_radius'"))
    found = find_walk_remedies(outcome)
    assert not found.flags
    told = write_walks(found, "en")  # A: b4 (and b2) live 400 m away; B: b3 and b5
    assert "A service radius flags 2 more schools" in told


def test_a_longest_walk_wants_every_block_beyond_it_on_the_bus():
    outcome = limited("longest_walk", limits={"junior": 500.0})
    found = find_walk_remedies(outcome)
    (flag,) = found.flags
    (remedy,) = [one for one in found.list_ranked(flag) if one.action.kinds == ("bus",)]
    assert set(remedy.action.steps[0].blocks) == {"b1", "b2", "b4"}
    assert remedy.after == pytest.approx(400, abs=0.1)


@pytest.mark.slow
@pytest.mark.parametrize("number", range(12))
def test_every_remedy_clears_its_flag_when_run_and_no_fewer_riders_do(number):
    limits = (
        far("walk", "beyond_walk", HALF, {"primary": 350.0}),
        far("longest", "longest_walk", {"primary": 900.0, "junior": 1000.0}),
    )
    rules = toy_standards()
    rules = replace(rules, standards=(*rules.standards, *limits))
    district = draw_town(number)
    outcome = evaluate(district, rules)
    found = find_walk_remedies(outcome)
    for remedy in found.found:
        flag = remedy.flag
        after = evaluate(district, rules, found.scenario(remedy)).flags.table
        own = after[(after.code == flag.standard.code) & (after.school == flag.school)]
        own = own[(own.stage == flag.stage) & (own.year >= remedy.action.ready)]
        assert own.empty, remedy
    for flag in found.flags:
        check_fewest(outcome, flag, found)


def check_fewest(outcome, flag, found):
    """Hold a bus against every choice of blocks: none with fewer pupils clears the flag."""
    buses = [one for one in found.list_ranked(flag) if one.action.kinds == ("bus",)]
    if not buses:
        return
    (bus,) = buses
    attend = outcome.assignment.pupils
    attend = attend[attend.index.isin([flag.school], level="school")]
    grades = [grade.code for grade in outcome.standards.stage(flag.stage).grades]
    years = flag.judge(bus.action.ready)
    attend = attend[attend.index.isin(grades, level="grade") & attend.index.isin(years, "year")]
    weight = attend.groupby("block").sum()
    ways = outcome.ways_of(flag.stage).metres[flag.school]
    metres = 350.0 if flag.standard.code == "walk" else flag.limit
    candidates = [block for block in weight.index if ways[block] > metres]
    chosen = weight[list(bus.action.steps[0].blocks)].sum()
    for take in product([False, True], repeat=len(candidates)):
        blocks = tuple(np.array(candidates)[list(take)])
        if not blocks or weight[list(blocks)].sum() >= chosen - 1e-3:
            continue
        step = sp.SchoolBus(school=flag.school, blocks=blocks, year=bus.action.ready, source="t")
        after = evaluate(outcome.district, outcome.standards, sp.Scenario("t", Label("t", "t"),
            (step,))).flags.table  # fmt: skip
        own = after[(after.code == flag.standard.code) & (after.school == flag.school)]
        own = own[(own.stage == flag.stage) & (own.year >= bus.action.ready)]
        assert len(own), (blocks, bus)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_says_what_clears_a_walk_and_what_it_costs(found, language):
    page = write_walks(found, language)
    assert "{" not in page
    assert "64.8–108.0–189.0" in page
    nothing = write_walks(replace(found, flags=(), found=()), language)
    assert "|" not in nothing


def test_remedy_writes_what_clears_walks(tmp_path):
    rules = toy_standards()
    limit = far("walk", "beyond_walk", HALF, {"primary": 300.0})
    rules = replace(rules, standards=(*rules.standards, limit))
    write_district(toy_district(), rules, tmp_path / "data")
    words = ["remedy", tmp_path / "data", "--school", "B", "--stage", "primary", "--out", tmp_path]
    done = CliRunner().invoke(app, list(map(str, words)))
    assert done.exit_code == 0, done.output
    plan = sp.read_scenario(tmp_path / "remedies" / "B-primary-walk-1.toml")
    assert [step.kind for step in plan.interventions] == ["school_bus"]
    assert "校车（最少）" in (tmp_path / "remedies.md").read_text("utf-8")
    assert len(load_workbook(tmp_path / "remedies.xlsx").sheetnames) == 3
