"""What is promised is what is evaluated, to the pupil, where every pupil is seated anew."""

import pytest

from seatplan.siting.choice import site_schools
from seatplan.siting.promise import compare_promise

from .towns import toy

YEARS = range(2021, 2027)


def promise_toy(earliest):
    return compare_promise(site_schools(toy(earliest), n=1, classrooms=[2], years=YEARS))


def test_a_school_that_opens_whole_before_anybody_moves_keeps_its_promise_to_the_pupil():
    # all 60 pupils of b3 go to S1 in 2021, and B keeps 240 for its 270 seats
    table = promise_toy(2021)
    promised, whole = table["promised"], table["every_grade"]
    assert promised.short.tolist() == pytest.approx([0.0] * 6)
    assert whole.short.tolist() == pytest.approx([0.0] * 6, abs=1e-9)
    assert whole.walk_m.to_numpy() == pytest.approx(promised.walk_m.to_numpy())
    assert whole.walk_all_m.to_numpy() == pytest.approx([123_000 / 540] * 6)


def test_a_school_that_opens_with_its_entry_grade_falls_short_by_the_pupils_who_stay_at_b():
    # b3 sends 10 first-graders a year to S1; B keeps 300 - 10 in 2021 for 270 seats: 20 spill to
    # A, 800 m or more away. In 2022 nobody else spills, but those 20 stay at A and move up.
    short = promise_toy(2021)["evaluated"].short
    assert short[2021] == pytest.approx(20.0)
    assert (short.diff().dropna() <= 1e-9).all()


def test_pupils_who_had_to_move_before_the_school_opens_stay_where_they_are():
    # until 2023 30 of B's pupils sit at A, beyond their reach; the promise seats them anew at once
    table = promise_toy(2023)
    assert table["promised"].short.tolist() == [30, 30, 0, 0, 0, 0]
    assert table["every_grade"].short[2021] == pytest.approx(30.0)
    assert table["every_grade"].short[2023] > 0


def test_the_steps_from_promise_to_evaluation_sum_exactly():
    for earliest in (2021, 2023):
        table = promise_toy(earliest)
        steps = table["explained"].sum(axis=1)
        evaluated = table["evaluated"].short
        assert (table["promised"].short + steps).tolist() == pytest.approx(evaluated.tolist())


def test_each_step_is_told_apart():
    # From 2021 on S1 is there for all 60 of b3: with every grade nobody is short, whatever stays,
    # and all that is short in the evaluation is due to the entry grade.
    early = promise_toy(2021)["explained"]
    assert early.drop(columns="entry_grade").abs().to_numpy().max() < 1e-9
    assert early.entry_grade[2021] == pytest.approx(20.0)
    # In 2021 B has seats for 20 of its 50 first-graders; 30 go to A for six years, 24 of them of b5
    # and b6. From 2023 on B has room for those 24, but they stay. S1 takes the 6 of b3 only if it
    # opens with every grade.
    late = promise_toy(2023)["explained"].loc[2023:]
    assert late[["catchments", "spill", "cohorts"]].abs().to_numpy().max() < 1e-9
    assert late.settled.tolist() == pytest.approx([24.0] * 4)
    assert late.entry_grade.tolist() == pytest.approx([6.0] * 4)


def test_today_stands_beside_the_promise():
    # without S1 30 are short by both counts in 2021
    table = promise_toy(2021)
    assert table["promised_without"].short.tolist() == pytest.approx([30.0] * 6)
    assert table["without"].short[2021] == pytest.approx(30.0)
