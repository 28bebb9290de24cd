"""The contracts say what docs/data-format.md says, and every cell is held to them."""

import re
from pathlib import Path

import pandas as pd
from tests.towns import SMALL, write_declarations

from seatplan.district.reading import read_standards
from seatplan.district.rows import Rows
from seatplan.district.tables import (
    Contract,
    check_table,
    choice,
    number,
    text,
    whole,
    write_contracts,
)

ROOT = Path(__file__).parents[2]


def documented() -> dict[str, set[str]]:
    """File name -> the columns that docs/data-format.md gives it, optional ones included."""
    lines = (ROOT / "docs" / "data-format.md").read_text("utf-8").splitlines()
    tables = {}
    for line in lines:
        found = re.match(r"\| `([\w/]+\.(?:csv|geojson))`(?: \(optional\))? \| (.*) \|$", line)
        if found:
            parts = re.sub(r"\([^)]*\)", "", found[2]).split(":")
            words = max(parts, key=lambda part: part.count(","))  # the rest is prose
            names = re.findall(r"[a-zA-Z_0-9]+(?: \.\.\. \w+)?", words)
            tables[found[1]] = set(names)
    return tables


def contracted(folder: Path) -> dict[str, set[str]]:
    """File name -> the columns of its contract, families by their name in the document."""
    write_declarations(folder, SMALL)
    families = {"classrooms": "classrooms_STAGE", "roll": "roll_GRADE", "classes": "classes_GRADE"}
    tables = {}
    for name, contract in write_contracts(read_standards(folder / "standards.toml")).items():
        columns = {
            families.get(column.split("_")[0], column) if "_" in column else column
            for column in contract.columns
        }
        tables[name] = {"age_0 ... age_19" if c.startswith("age_") else c for c in columns}
    return tables


def test_every_documented_column_has_its_contract_and_no_other(tmp_path: Path):
    unlisted = {"provenance", "source"}  # every row may carry them
    contracts, documents = contracted(tmp_path), documented()
    assert set(contracts) == set(documents)
    for name, columns in documents.items():
        assert contracts[name] - unlisted == columns - unlisted, name


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
