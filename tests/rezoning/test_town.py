"""What is to be divided: schools that take a catchment, less private shares, within their size."""

import pandas as pd
import pytest

from seatplan.district.clauses import Standard
from seatplan.district.stages import Label
from seatplan.examples import toy_district, toy_standards
from seatplan.outcome import evaluate
from seatplan.rezoning.town import survey_town


def survey(district=None, standards=None, years=(2025,), max_size=None):
    outcome = evaluate(district or toy_district(), standards or toy_standards())
    return survey_town(outcome, "primary", list(years), max_size)


def test_seats_pupils_and_walks_of_the_toy_town():
    town = survey()
    assert town.schools.tolist() == ["A", "B"]
    assert town.seats.tolist() == [[270], [270]]
    assert town.pupils[:, 0].tolist() == pytest.approx([60, 60, 60, 120, 120, 120])
    assert town.walks.tolist() == pytest.approx([0, 400, 400, 400, 400, 0])
    assert town.blocks[town.homes].tolist() == ["b1", "b6"]


def test_the_school_size_standard_leaves_what_other_stages_do_not_take():
    # B: at most 400 pupils in all, 270 of them junior; A has 270 seats whatever its size
    size = Standard(
        "school-size", Label("校额", "Size"), "school_size", {"nine_year": 400.0}, "above", "",
        "toy town", "seen",
    )  # fmt: skip
    others = [item for item in toy_standards().standards if item.code != size.code]
    town = survey(standards=toy_standards().replace(standards=(*others, size)))
    assert town.seats[:, 0].tolist() == pytest.approx([270, 130])


def test_pupils_of_private_schools_are_left_out():
    # P takes half of the pupils of b6 on record, 10 a grade: they stay there
    district = toy_district()
    private = district.schools.loc[["B"]].rename(index={"B": "P"})
    private = private.assign(ownership="private", kind="primary")
    at = pd.MultiIndex.from_tuples([("P", "primary", 2020)], names=["school", "stage", "year"])
    rolls = district.rolls.copy()
    rolls.loc[[("B", f"g{grade}", 2020) for grade in range(1, 7)], "pupils"] = 40
    for grade in range(1, 7):
        rolls.loc[("P", f"g{grade}", 2020), :] = [10, 1]
    town = survey(
        district.replace(
            schools=pd.concat([district.schools, private]),
            classrooms=pd.concat([district.classrooms, pd.Series([6], at)]),
            rolls=rolls.astype(int),
        )
    )
    assert town.schools.tolist() == ["A", "B"]
    assert town.pupils.sum() == pytest.approx(540 - 60)
