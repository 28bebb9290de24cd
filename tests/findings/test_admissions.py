"""Next September's entrants of the toy town, by hand."""

import dataclasses

import numpy as np
import pytest

import seatplan as sp
from seatplan.demand.draws import hold_factors
from seatplan.draws import draw_entry, lay_draws
from seatplan.examples import toy_district, toy_outcome, toy_standards
from seatplan.findings.admissions import (
    Admissions,
    add_entry_chances,
    list_entrants,
    list_transfers,
)
from seatplan.findings.warning import warn_early
from seatplan.views.admissions import tell_admissions, write_admissions
from seatplan.views.warning import write_warnings


def test_entrants_stand_beside_the_rooms_that_are_left():
    # B has 6 rooms and one class in each grade: one room is left for 50 entrants, 45 places
    table = list_entrants(toy_outcome(), 2021)
    row = table.loc[("B", "primary")]
    assert (row.entrants, row.rooms, row.places, row.over, row.spare) == (50, 1, 45, 5, 0)
    row = table.loc[("A", "primary")]
    assert (row.entrants, row.places, row.spare) == (40, 45, 5)
    assert "kindergarten" not in table.index.unique("stage")


def draw_toy(entry):
    """Futures of the toy town in which the entrants of 2021 are so many times those forecast."""
    district, standards = toy_district(), toy_standards()
    grades = list(standards.grades)
    factors = np.ones((len(district.blocks), len(grades), len(district.years), len(entry)))
    factors[:, grades.index(standards.stage("primary").entry), 1] = entry
    return hold_factors(factors, district.blocks.index, grades, district.years)


@pytest.mark.parametrize("part_bytes", [1, 1e9])
def test_the_chance_of_too_many_entrants_is_the_share_of_futures(part_bytes):
    # B has 45 places for 50 x 1.0, 0.9, 0.8, 1.2 entrants; A 45 for 40, 36, 32, 48
    today, draws = toy_outcome(), draw_toy([1.0, 0.9, 0.8, 1.2])
    laid = lay_draws(toy_district(), toy_standards(), draws=draws)
    entry = draw_entry(laid, 2021, 4, part_bytes=part_bytes)
    table = add_entry_chances(list_entrants(today, 2021), today, 2021, *entry)
    row = table.loc[("B", "primary")]
    assert (row.chance, row.expected) == (0.5, (5 + 15) / 4)
    row = table.loc[("A", "primary")]
    assert (row.chance, row.expected) == (0.25, 3 / 4)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_says_how_likely_and_what_others_can_take(language):
    found = warn_early(toy_outcome(), toy_outcome())
    table = found.entrants.assign(chance=0.998, expected=5.0)
    page = write_warnings(dataclasses.replace(found, entrants=table), language)
    assert ">99 %" in page.replace("\\", "")
    told = {
        "zh": "小学：各校招不下的共 5 人，可统筹学位共 5 个。",
        "en": "primary: beyond the places",
    }
    assert told[language] in page


def test_a_district_without_catchments_counts_entrants_of_the_nearest_schools():
    held = toy_standards()
    stages = tuple(dataclasses.replace(stage, intake="nearest") for stage in held.stages)
    district = toy_district()
    bare = district.replace(catchments=district.catchments[:0])
    today = sp.evaluate(bare, dataclasses.replace(held, stages=stages))
    found = warn_early(today, today)
    assert len(found.entrants) == len(list_entrants(today, 2021)) > 0
    assert "学区缺口" in write_warnings(found, "zh")
    loose = tuple(dataclasses.replace(stage, intake="seats") for stage in held.stages)
    none = list_entrants(sp.evaluate(bare, dataclasses.replace(held, stages=loose)), 2021)
    assert none.empty
    assert list(none.columns) == ["entrants", "rooms", "places", "over", "spare"]


def test_who_is_beyond_the_places_is_sent_on_as_far_as_is_allowed():
    # B lacks 5 places, A has 5; from b3 and b5 it is 800 m to A, from b6 1,200: (30 x 800 + 20 x
    # 1,200) / 50 = 960
    today = toy_outcome()
    table = list_entrants(today, 2021)
    sent = list_transfers(today, table, 2021, np.inf)
    assert sent.index.to_list() == [("primary", "B", "A")]
    assert sent.iloc[0].to_list() == [5, pytest.approx(960)]
    assert list_transfers(today, table, 2021, 959.0).empty
    assert list_transfers(today, table, 2021, np.inf, least=6).empty


def test_private_schools_and_those_without_a_catchment_take_nobody():
    district = toy_district()
    private = district.schools.assign(ownership="private")
    today = sp.evaluate(district.replace(schools=private), toy_standards())
    table = list_entrants(today, 2021)
    assert table.loc[("A", "primary"), ["places", "spare"]].to_list() == [45, 0]
    assert list_transfers(today, table, 2021, np.inf).empty


@pytest.mark.parametrize("seed", range(3))
def test_transfers_fill_no_school_twice_and_send_nobody_twice(seed):
    # towns of random entrants: of 5 more or fewer at each school some places are left over
    random, today = np.random.default_rng(seed), toy_outcome()
    table = list_entrants(today, 2021)
    table["over"] = random.integers(0, 9, len(table)) * random.integers(0, 2, len(table))
    table["spare"] = np.where(table.over > 0, 0, random.integers(0, 9, len(table)))
    sent = list_transfers(today, table, 2021, np.inf).pupils
    for stage, part in table.groupby(level="stage"):
        own = sent[sent.index.isin([stage], level="stage")]
        assert own.sum() == min(part.over.sum(), part.spare.sum())
        taken = own.groupby("to").sum()
        assert (taken <= part.droplevel("stage").spare[taken.index]).all()
        given = own.groupby("school").sum()
        assert (given <= part.droplevel("stage").over[given.index]).all()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_of_entrants_says_lots_transfers_and_who_finds_none(language):
    today = toy_outcome()
    table = list_entrants(today, 2021)
    found = Admissions(
        plan=today,
        year=2021,
        futures=4,
        basis="given",
        entrants=table.assign(chance=0.004),
        transfers=list_transfers(today, table, 2021, np.inf),
        within_m=5000.0,
        likely=0.2,
    )
    page, told = write_admissions(found, language), tell_admissions(found, language)
    alone = write_admissions(dataclasses.replace(found, transfers=found.transfers[:0]), language)
    words = {
        "zh": ("派 45 个学位，中签 90 %", " 5 人（960 米）", "另有 5 人在此范围内无余位"),
        "en": ("45 places drawn, 90 % win one", " 5 pupils (960 m)", "5 find no place that near"),
    }[language]
    assert all(word in page for word in words[:2])
    assert words[2] in alone
    assert "<1 %" in page.replace("\\", "")
    assert "<1 %" in told
    assert "{" not in page + told
