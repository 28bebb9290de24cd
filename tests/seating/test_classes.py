"""Classes of a district: who forms anew, which rooms and limits count, what stands on record."""

import dataclasses
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd

from seatplan.case.axes import lay_axes
from seatplan.case.case import Case
from seatplan.case.seats import Seats
from seatplan.district.clauses import Standard
from seatplan.district.district import District
from seatplan.district.stages import Grade, Label, Stage
from seatplan.district.standards import Policy, Standards
from seatplan.examples import toy_district, toy_standards
from seatplan.labels import to_array
from seatplan.outcome import evaluate
from seatplan.seating.classes import (
    count_held,
    find_entries,
    form_classes,
    restate_base_year,
)


def stage_of(code, *grades):
    label = Label(code, code)
    return Stage(code, label, tuple(Grade(name, label, 6, 6) for name in grades), "seats")


def standards_of(limit, *stages):
    label = Label("", "")
    standards = [
        Standard(
            "class-size", label, "class_size", limits, "above", "pupils", "test", "seen", since
        )
        for since, limits in limit.items()
    ]
    return Standards(stages, {}, {}, tuple(standards))


STANDARDS = standards_of(
    {0: {"all": 45.0, "sp": 12.0}, 2022: {"all": 40.0, "sp": 12.0}},
    stage_of("primary", "g1", "g2"),
    stage_of("special", "sp"),
)
KEYS = ["school", "grade", "year"]


def table_of(rows, names, columns):
    table = pd.DataFrame(rows, columns=[*names, *columns])
    return table.set_index(names)


def form(heads, rooms, rolls=(), **policy):
    """The table of the classes of schools A and B, 2020 to 2022."""
    return form_all(heads, rooms, rolls, **policy).table


def form_all(heads, rooms, rolls=(), **policy):
    """The classes of schools A and B, 2020 to 2022."""
    rules = STANDARDS.replace(policy=Policy(**policy))
    tables = {
        "base_year": 2020,
        "horizon": 2022,
        "schools": pd.DataFrame(index=pd.Index(["A", "B"], name="school")),
        "rolls": table_of(list(rolls), KEYS, ["pupils", "classes"]),
    }
    district = District(**({field.name: None for field in dataclasses.fields(District)} | tables))
    axes = lay_axes(district.replace(blocks=tables["schools"]), STANDARDS)
    labels = {"school": axes.schools, "year": axes.years}
    attend = to_array(table_of(heads, KEYS, ["n"])["n"], grade=axes.grades, **labels)
    counted = table_of(rooms, ["school", "stage", "year"], ["n"])["n"]
    seats = to_array(counted, stage=axes.stages, **labels).transpose(1, 0, 2)
    heads = SimpleNamespace(attend=attend.transpose(1, 0, 2).astype(int))
    taught = seats > 0
    case = Case(district, rules, Seats(seats, seats, taught, taught.any(axis=2), axes), None, axes)
    return form_classes(case, heads)


def test_classes_follow_the_cohort_the_rooms_and_the_limits_of_each_year():
    table = form(
        [
            ("A", "g1", 2020, 90),
            ("A", "g1", 2021, 50),
            ("A", "g2", 2021, 80),
            ("A", "g2", 2022, 50),
            ("A", "sp", 2022, 13),
            ("B", "g1", 2021, 80),
            ("B", "g2", 2022, 84),
        ],
        [("A", "primary", year, 9) for year in (2020, 2021, 2022)]
        + [("A", "special", 2022, 2), ("B", "primary", 2021, 2), ("B", "primary", 2022, 3)],
        rolls=[("A", "g1", 2020, 90, 3)],
    )
    # A: 90 in the three classes on record; as 80 they stay three, for 2 x 36 = 72 < 80. A room is
    # spare, and is left so: 50 enter in two, and as 50 they stay two.
    assert table.loc[("A", "g1", 2020)].tolist() == [90, 3, 30, 45]
    assert table.loc[("A", "g2", 2021)].tolist() == [80, 3, 27, 45]
    assert table.loc[("A", "g1", 2021)].tolist() == [50, 2, 25, 45]
    assert table.loc[("A", "g2", 2022)].tolist() == [50, 2, 25, 40]
    assert table.loc[("A", "sp", 2022)].tolist() == [13, 2, 7, 12]
    # B: two classes of 40; a year later the limit is 40, 84 ask for a third, and there is a room
    assert table.loc[("B", "g1", 2021)].tolist() == [80, 2, 40, 45]
    assert table.loc[("B", "g2", 2022)].tolist() == [84, 3, 28, 40]


def test_the_policy_says_what_is_borne_above_the_limit_and_when_cohorts_are_joined():
    heads = [("A", "g1", 2021, 98), ("A", "g2", 2021, 60)]
    rooms = [("A", "primary", year, 9) for year in (2020, 2021)]
    rolls = [("A", "g1", 2020, 60, 2)]
    heads.append(("A", "g1", 2020, 60))

    def classes(**policy):
        return form(heads, rooms, rolls, **policy).classes.xs(2021, level="year").tolist()

    assert classes() == [3, 2]  # 98 / 45; 60 fit two of 36
    assert classes(class_tolerance=0.1) == [2, 2]  # 98 / 49
    rolls[0] = ("A", "g1", 2020, 60, 3)
    assert classes() == [3, 2]  # 60 fit two of 36, so the third goes
    assert classes(join_classes_at=0.6) == [3, 3]  # 60 do not fit two of 27


def test_stages_do_not_pass_classes_on_to_each_other():
    # sp follows g2 in the order of grades; 13 pupils form two classes of 12, not the three of g2
    table = form(
        [("A", "g2", 2020, 100), ("A", "sp", 2021, 13)],
        [("A", "special", 2021, 9), ("A", "primary", 2020, 9)],
        rolls=[("A", "g2", 2020, 100, 3)],
    )
    assert table.loc[("A", "sp", 2021), "classes"] == 2


def test_entries_are_the_first_grade_and_those_without_a_cohort_of_the_year_before():
    def entries(*ages):
        label = Label("", "")
        grades = tuple(Grade(str(at), label, *span) for at, span in enumerate(ages))
        return find_entries(Stage("stage", label, grades, "seats")).tolist()

    assert entries((6, 6), (7, 7), (8, 8)) == [True, False, False]
    assert entries((6, 14)) == [True]
    assert entries((3, 5), (5, 5), (6, 6)) == [True, True, False]


def test_rows_are_those_with_pupils_in_the_order_of_schools_grades_and_years():
    table = form(
        [("B", "g1", 2020, 5), ("A", "g2", 2021, 0), ("A", "g1", 2022, 7), ("A", "g1", 2021, 7)],
        [("A", "primary", 2021, 2)],
    )
    assert table.index.to_list() == [("A", "g1", 2021), ("A", "g1", 2022), ("B", "g1", 2020)]
    assert table.loc[("A", "g1", 2022), ["classes", "largest"]].tolist() == [1, 7]  # no room left


def test_the_base_year_keeps_the_classes_on_record():
    table = form(
        [("A", grade, year, 90) for grade in ("g1", "g2") for year in (2020, 2021)],
        [("A", "primary", year, 5) for year in (2020, 2021)],
        rolls=[("A", "g1", 2020, 90, 1), ("A", "g1", 2021, 90, 1)],
    )
    # One class of 90 is on record; g2 has none there and forms the two that its limit asks for.
    assert table.loc[("A", "g1", 2020), ["classes", "largest"]].tolist() == [1, 90]
    assert table.loc[("A", "g2", 2020), ["classes", "largest"]].tolist() == [2, 45]
    # From the next year on the rule holds: 90 enter in two, and the one class is divided.
    assert table.loc[("A", "g1", 2021), "classes"] == 2
    assert table.loc[("A", "g2", 2021), "classes"] == 2


def test_a_roll_without_classes_on_record_follows_the_rule():
    table = form(
        [("A", "g1", 2020, 90)],
        [("A", "primary", 2020, 2)],
        rolls=[("A", "g1", 2020, 90, np.nan)],
    )
    assert table.loc[("A", "g1", 2020), "classes"] == 2


def test_what_the_rule_alone_changes_in_the_base_year():
    district, standards = toy_district(), toy_standards()
    rolls, rooms = district.rolls.copy(), district.classrooms.copy()
    rolls.loc[("A", "g1", 2020), "classes"] = 2
    rolls.loc[("A", "g2", 2020), "classes"] = 3
    rooms[("A", "primary", 2020)], rooms[("B", "primary", 2020)] = 9, 7
    rooms[("B", "primary", 2021)] = 12  # of no account in the base year
    outcome = evaluate(district.replace(rolls=rolls, classrooms=rooms), standards)
    table = restate_base_year(outcome.case, outcome.classes)
    # A, 40 a grade: one class enters, for two; g2 fits two of 36, for three; the others stay: 7
    # for 9. B, 50 a grade in one class each: the seventh room goes to the grade that enters.
    assert table.loc["primary"].tolist() == [9 + 6, 7 + 7]
    # kindergarten and junior have a room for each class on record, and none to add
    assert table.loc["kindergarten"].tolist() == [6, 6]
    assert table.loc["junior"].tolist() == [6, 6]

    def restate(**policy):
        rules = outcome.case.rules.replace(policy=Policy(**policy))
        return restate_base_year(replace(outcome.case, rules=rules), outcome.classes)

    # At 40 % of the limit, 18, two classes hold 36: the three of g2 stay.
    assert restate(join_classes_at=0.4).loc["primary"].tolist() == [15, 15]
    # With a fifth above the limit, 54, B's 50 need no second class.
    assert restate(class_tolerance=0.2).loc["primary"].tolist() == [15, 13]


def test_grades_combined_on_record_sit_together_up_to_the_limit_and_its_tolerance():
    def classes(youngest, **policy):
        heads = [("A", "g1", 2020, 25), ("A", "g2", 2020, 20)]
        heads += [("A", "g1", 2021, youngest), ("A", "g2", 2021, 20)]
        rooms = [("A", "primary", year, 9) for year in (2020, 2021)]
        rolls = [("A", "g1", 2020, 25, 1), ("A", "g2", 2020, 20, 0)]  # g2 sits with g1
        return form(heads, rooms, rolls, **policy).classes.xs(2021, level="year").tolist()

    assert classes(25) == [1, 0]  # 45 in one class
    assert classes(26) == [1, 1]
    assert classes(29, class_tolerance=0.1) == [1, 0]  # 49 of 49.5
    assert classes(30, class_tolerance=0.1) == [1, 1]


def test_a_grade_without_pupils_has_no_largest_class_though_it_is_combined():
    heads = [("A", "g1", 2020, 25), ("A", "g2", 2020, 20), ("A", "g1", 2021, 25)]
    rooms = [("A", "primary", year, 9) for year in (2020, 2021)]
    rolls = [("A", "g1", 2020, 25, 1), ("A", "g2", 2020, 20, 0)]
    formed = form_all(heads, rooms, rolls)
    # A's grades of the primary stage in 2020 and 2021
    assert formed.largest[0, :2, :2].tolist() == [[45, 25], [45, 0]]
    assert ("A", "g2", 2021) not in formed.table.index


def test_what_later_grades_gain_takes_a_room_only_where_entrants_leave_one():
    # three grades, two years: 5, 5, 6 classes, then 5, 6, 4: the second grade gained one, the third
    # lost one; the third school opened that year with every grade, so all of its classes count
    classes = np.array(
        [[[5, 5], [5, 6], [6, 4]], [[2, 2], [2, 2], [2, 2]], [[0, 1], [0, 1], [0, 1]]]
    )
    assert count_held(classes, slice(0, 3), 1).tolist() == [9, 4, 2]
    assert count_held(classes[..., None], slice(0, 3), 1).tolist() == [[9], [4], [2]]
    assert count_held(classes, slice(0, 3), 0).tolist() == [11, 4, 0]
