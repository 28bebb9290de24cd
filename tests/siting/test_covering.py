"""Coverage of the toy town, by hand."""

import pytest

import seatplan as sp
from seatplan.errors import InputError, SolveError
from seatplan.scenarios.scenario import read_scenario, write_scenario
from seatplan.siting.covering import cover_pupils

from .towns import toy, toy_with_sites

TERMS = {"stage": "primary", "classrooms": 2}


def test_pupils_within_reach_are_counted_before_and_after():
    # blocks are 400 m squares: within 300 m of A (in b1) and of B (in b6) live only b1 and b6
    answer = cover_pupils(toy(), aim="coverage", n=1, within=300.0, **TERMS)
    assert (answer.pupils, answer.before, answer.after) == (540, 60 + 120, 60 + 120 + 60)
    assert answer.is_proven
    row = answer.table.loc["S1"]
    assert (row.reached, row.alone, row.seats) == (60, 60, 90)  # b3, in which S1 stands


def test_seats_are_counted_where_they_are_asked_for():
    # B holds 270, and 120 live within its 300 m; A holds 270 for the 60 of b1: S1 seats b3's 60
    answer = cover_pupils(toy(), aim="seats", n=1, within=300.0, **TERMS)
    assert (answer.before, answer.after) == (180, 240)
    # at 500 m A has b1, b2 and b4 in reach, 240 of 270; B b3, b5 and b6, 300 for 270
    answer = cover_pupils(toy(), aim="seats", n=1, within=500.0, **TERMS)
    assert (answer.before, answer.after) == (510, 540)


def test_two_schools_within_reach():
    answer = cover_pupils(toy(), aim="backup", n=1, within=500.0, **TERMS)
    # S1 lies 50 m east of the middle of b3: b2 (450 m), b3 and b6 are within 500 m of it
    assert (answer.before, answer.after) == (0, 60 + 60 + 120)


def test_the_fewest_schools_for_a_share():
    town = toy_with_sites("b2", "b3", "b4", "b5")  # S1 stands 10 m beside K
    answer = cover_pupils(town, aim="covering", share=1.0, within=300.0, **TERMS)
    assert answer.value == answer.bound == len(answer.table) == 4  # one for each block
    some = cover_pupils(town, aim="covering", share=0.7, within=300.0, **TERMS)
    assert some.value == 2  # 180 of 540 are reached today; 120 + 120 more make 420, and 378 do
    assert sorted(some.table.index) == ["S3", "S4"]


def test_the_middle_of_every_block_may_be_offered():
    answer = cover_pupils(
        toy(), aim="covering", share=0.8, within=300.0, candidates="blocks", **TERMS
    )
    assert answer.value == 3  # b3, b4 and b5; where K stands, in b2, nothing can be built
    assert answer.after == answer.pupils - 60


def test_the_least_farthest_and_the_least_mean_way():
    far = cover_pupils(toy(), aim="farthest", n=1, within=300.0, **TERMS)
    # b2, b4 and b5 have 400 m to A or B, and S1 brings none of them nearer: nothing is built
    assert far.value == far.bound
    assert len(far.table) == 0
    mean = cover_pupils(toy(), aim="walk", n=1, within=300.0, **TERMS)
    assert mean.table.index.tolist() == ["S1"]
    assert mean.is_proven


def test_the_answer_goes_back_in_as_a_scenario(tmp_path):
    answer = cover_pupils(toy(), aim="coverage", n=1, within=300.0, candidates="blocks", **TERMS)
    write_scenario(answer.scenario, tmp_path / "cover.toml")
    scenario = read_scenario(tmp_path / "cover.toml")
    assert scenario == answer.scenario
    outcome = sp.evaluate(toy().district, toy().standards, scenario)
    assert outcome.seats.table.seats["N01", "primary", 2021] == 90


def test_what_makes_no_sense_is_refused_at_once():
    with pytest.raises(InputError) as refused:
        cover_pupils(toy(), aim="coverage", share=90, within=0.0)
    told = str(refused.value)
    assert "coverage wants n" in told
    assert "90 % is 0.9" in told
    assert "within 0; want metres above 0" in told
    with pytest.raises(InputError, match="no limit says how far a primary may be"):
        cover_pupils(toy(), aim="coverage", n=1, **TERMS)


def test_a_standard_of_the_stage_is_the_reach():
    # the toy's walk standard is by road: 500 m
    answer = cover_pupils(toy(walk=500.0), aim="coverage", n=1, **TERMS)
    assert set(answer.reach) == {500.0}
    assert answer.before == 540


def test_a_share_beyond_every_site_is_refused_with_the_figures():
    with pytest.raises(SolveError, match="all sites together cover 240 of the 540 "):
        cover_pupils(toy(), aim="covering", share=1.0, within=300.0, **TERMS)
