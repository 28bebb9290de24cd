"""Every cell is held to what its column wants."""

import pandas as pd

from seatplan.district.columns import Contract, check_table, choice, number, round_ids, text, whole
from seatplan.district.rows import Rows, split_rows

CONTRACT = Contract(
    ("id",),
    {
        "id": text(),
        "rooms": whole(1, 60),
        "area": number(0, optional=True),
        "kind": choice("a", "b", optional=True, required=False),
    },
)


def rows(**columns: list[object]) -> Rows:
    cells = pd.DataFrame(columns, dtype=object)
    cells.index = pd.Index(range(2, len(cells) + 2))
    return Rows("t.csv", cells.where(cells.notna(), None))


def test_good_cells_become_numbers_and_words():
    table, problems = check_table(
        rows(id=["007", "A 1"], rooms=["3", "60"], area=["", None]), CONTRACT
    )
    assert problems == ["t.csv: row 2, column area: ; want a number, 0 or more"]
    table, problems = check_table(
        rows(id=["007", "A 1"], rooms=["3", "6"], area=["2.5", None]), CONTRACT
    )
    assert problems == []
    assert table.id.tolist() == ["007", "A 1"]
    assert table.rooms.tolist() == [3.0, 6.0]
    assert table.area.iloc[0] == 2.5
    assert table.isna().sum().to_dict() == {"id": 0, "rooms": 0, "area": 1, "kind": 2}


def test_every_bad_cell_has_one_sentence_in_the_order_of_the_rows():
    _, problems = check_table(
        rows(
            id=["a", "b", "a"],
            rooms=["61", "x", "2.5"],
            area=["-1", "1_0", "1"],
            kind=["c", "a", "b"],
        ),
        CONTRACT,
    )
    assert problems == [
        "t.csv: row 2, column rooms: 61; want a whole number, 1 to 60",
        "t.csv: row 2, column area: -1; want a number, 0 or more",
        "t.csv: row 2, column kind: c; want one of a, b",
        "t.csv: row 3, column rooms: x; want a whole number, 1 to 60",
        "t.csv: row 3, column area: 1_0; want a number, 0 or more",
        "t.csv: row 4, column rooms: 2.5; want a whole number, 1 to 60",
        "t.csv: row 4: id a stands in row 2 already; want it once",
    ]


def test_a_missing_column_has_one_sentence_and_not_one_for_each_row():
    table, problems = check_table(rows(id=["a", "b"], area=["1", "2"]), CONTRACT)
    assert problems == ["t.csv: column rooms is missing; found id, area; want rooms"]
    assert table.rooms.isna().all()


def test_a_misspelt_optional_column_is_not_passed_over():
    _, problems = check_table(rows(id=["a"], rooms=["1"], area=["1"], knid=["a"]), CONTRACT)
    assert problems == ["t.csv: column knid is unknown; did you mean kind?"]


def test_a_long_cell_is_cut_in_the_sentence():
    _, problems = check_table(rows(id=["a"], rooms=["many " * 40], area=["1"]), CONTRACT)
    assert len(problems[0]) < 130
    assert "[...]; want a whole number" in problems[0]


def test_a_broken_cell_is_blank_to_whoever_counts_on():
    table, _ = check_table(rows(id=["a"], rooms=["99"], area=["1"], kind=["z"]), CONTRACT)
    assert pd.isna(table.rooms.iloc[0])
    assert table.kind.iloc[0] is None


def test_a_sign_for_nothing_and_an_error_of_a_spreadsheet_are_no_names():
    contract = Contract(("id",), {"id": text(), "name": text(), "note": text(optional=True)})
    content = "id,name,note\n1,-,-\n2,#REF!,#REF!\n3,无,x\n4,\u200b甲\u200b,/\n"
    rows, _ = split_rows(content, "a.csv")
    assert rows is not None
    table, faults = check_table(rows, contract)
    assert [fault.partition(";")[0] for fault in faults] == [
        "a.csv: row 2, column name: -",
        "a.csv: row 3, column name: #REF!",
        "a.csv: row 3, column note: #REF!",
        "a.csv: row 4, column name: 无",
    ]
    assert (table.name[5], table.note[5]) == ("甲", None)


def test_a_number_beyond_all_sense_is_refused():
    contract = Contract(("id",), {"id": text(), "n": number(0), "k": number()})
    _, faults = check_table(rows(id=["a"], n=["1e308"], k=["-2e9"]), contract)
    assert faults == [
        "t.csv: row 2, column n: 1e308; want a number, 0 or more, at most 1,000,000,000",
        "t.csv: row 2, column k: -2e9; want a number, at most 1,000,000,000",
    ]


def test_ids_that_a_spreadsheet_gave_decimals_are_one_id_and_said_aloud():
    found = round_ids(rows(block=["1.0", "2", "3.5"], rooms=["1.0", "2.0", "3.0"]))
    assert found.cells.block.tolist() == ["1", "2", "3.5"]
    assert found.cells.rooms.tolist() == ["1.0", "2.0", "3.0"]
    assert "column block: 1 ids with decimals are read without (1.0 as 1)" in found.rounded[0]
