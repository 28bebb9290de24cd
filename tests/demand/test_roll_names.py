import pandas as pd

from seatplan.demand.roll_names import join_spellings

COLUMNS = ["unit", "grade", "year", "pupils"]


def join(*rows, grades=True):
    return join_spellings(pd.DataFrame(rows, columns=COLUMNS), "rolls.csv", grades=grades)


def test_a_grade_under_two_names_is_one():
    rows = [("a", "一年级", "2019", "9"), ("b", "一年级", "2019", "8"), ("b", "1", "2020", "7")]
    table, told = join(*rows)
    assert set(table["grade"]) == {"一年级"}
    assert "read 1 as 一年级" in told[0]
    assert join(*rows, grades=False)[1] == []


def test_half_and_full_days_of_a_unit_are_summed():
    table, _ = join(("a", "KF", "2019", "9"), ("a", "KF", "2020", "9"), ("a", "K", "2019", "5"))
    assert table["pupils"].astype(float).tolist() == [14, 9]


def test_a_unit_spelt_wide_or_small_is_one_unless_both_stand_in_a_year():
    rows = [("一小（东）", "K", "2019", "9"), ("一小(东)", "K", "2020", "9")]
    table, told = join(*rows)
    assert table["unit"].nunique() == 1
    assert "the same unit" in told[0]
    table, told = join(*rows, ("一小（东）", "K", "2020", "3"))
    assert (table["unit"].nunique(), told) == (2, [])
