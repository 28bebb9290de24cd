import pandas as pd
import pytest

from seatplan.demand.rolls import build_rolls, read_rolls
from seatplan.errors import InputError

COLUMNS = ["unit", "town", "grade", "year", "pupils"]
ROWS = [
    (unit, "n", grade, str(year), "9") for unit in "ab" for grade in "K1" for year in (2018, 2019)
]


def build(rows=ROWS, **more):
    return build_rolls(pd.DataFrame(rows, columns=COLUMNS).assign(**more), name="rolls.csv")


@pytest.mark.parametrize(
    ("exchanged", "told"),
    [
        ({"grade": "year", "year": "grade"}, "grade holds years (2018)"),
        ({"grade": "unit", "unit": "grade"}, "are unit and grade exchanged?"),
    ],
)
def test_exchanged_columns_are_named(tmp_path, exchanged, told):
    table = pd.DataFrame(ROWS, columns=COLUMNS).rename(columns=exchanged)
    table.to_csv(tmp_path / "rolls.csv", index=False)
    with pytest.raises(InputError) as caught:
        read_rolls(tmp_path / "rolls.csv")
    assert told in str(caught.value)


def test_two_units_of_one_name_want_ids():
    rows = [("a", town, *row[2:]) for town, row in zip("nsnsnsns", ROWS, strict=True)]
    with pytest.raises(InputError, match="lies in n and s: two units of one name want an id each"):
        build([*rows, *[("a", "s", *row[2:]) for row in ROWS[:1]]])


def test_a_year_of_noughts_is_one_without_counts():
    rows = [*ROWS, *[(unit, "n", grade, "2020", "0") for unit in "ab" for grade in "K1"]]
    rolls = build(rows)
    assert rolls.years == [2018, 2019]
    assert "all counts of 2020 are 0" in rolls.notes[0]
    with pytest.raises(InputError, match="no pupils on record"):
        build([(*row[:4], "0") for row in ROWS])


def test_remarks_empty_columns_and_one_number_for_all_are_no_places():
    rolls = build(remark=[f"r{at}" for at in range(8)], empty=None, teachers="5", code="640302")
    assert list(rolls.parents) == ["town", "code"]


def test_a_grade_stated_twice_is_refused():
    with pytest.raises(InputError, match="grades= has 1 twice"):
        build_rolls(pd.DataFrame(ROWS, columns=COLUMNS), grades=["K", "1", "1"])
