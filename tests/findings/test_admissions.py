"""Next September's entrants of the toy town, by hand."""

import dataclasses

import numpy as np
import pytest

import seatplan as sp
from seatplan.demand.draws import hold_factors
from seatplan.draws import draw_entry, lay_draws
from seatplan.examples import toy_district, toy_outcome, toy_standards
from seatplan.findings.admissions import add_entry_chances, list_entrants
from seatplan.findings.warning import warn_early
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
