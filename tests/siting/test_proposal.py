"""An answer in the words of the district."""

import numpy as np

from seatplan.siting.extensions import Extensions
from seatplan.siting.programme import Programme, operate
from seatplan.siting.proposal import tabulate_answer, write_steps
from seatplan.siting.survey import survey_sites

from .towns import toy


def propose():
    """S1 with 2 rooms in 2022, B with 1 more in 2021, at 10 a new room and 5 an added one."""
    survey = survey_sites(
        toy(), "primary", [2], range(2021, 2027), kinds=["expand"],
        extensions=Extensions(classrooms=[1], expand_price=0.5),
    )  # fmt: skip
    programme = Programme(np.array([2, 0, 1]), np.array([2022, 0, 2021]))
    return survey, tabulate_answer(survey, programme, operate(survey, programme), 10.0)


def test_the_table_says_what_each_place_is_and_what_it_costs():
    _, table = propose()
    assert table.index.tolist() == ["B+", "S1"]  # in the order in which they open
    assert table[["kind", "school", "name", "seats", "cost"]].to_numpy().tolist() == [
        ["expand", "B", "乙学校", 45.0, 5.0],
        ["new", "N01", "东南地块", 90.0, 20.0],
    ]
    # in 2021 B seats 270 and the 30 others sit in the new room; in 2026 S1 has taken b3's 60
    assert table.pupils.tolist() == [30.0, 60.0]
    assert table.stranded.tolist() == [45.0, 30.0]


def test_the_steps_are_those_of_a_scenario():
    survey, table = propose()
    first, second = write_steps(survey, table, "shortage", every_grade=True).interventions
    assert (first.kind, first.school, first.year, first.classrooms) == (
        "expand", "B", 2021, {"primary": 1},
    )  # fmt: skip
    assert (second.kind, second.site, second.year, second.every_grade) == (
        "new_school", "S1", 2022, True,
    )  # fmt: skip
    assert "the model's" in second.source
