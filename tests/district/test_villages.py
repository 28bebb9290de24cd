"""Villages split and merged since last year: the tables of before fit the blocks of today.

The small town (tests/towns.py): blocks b1 to b6, 10 residents of every age and 800 in all in each.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.towns import write_rows, write_town

from seatplan.district.reading import Check, check_district
from seatplan.district.tables import AGES
from seatplan.district.writing import write_district

PEOPLE = ["block", "total", *(f"age_{age}" for age in AGES)]
HEADER = ["from", "to", "share", "year"]


@pytest.fixture
def town(tmp_path: Path) -> Path:
    """The town with a table of last year: v1 for b1 and b2, and old5 beside b5 for b5 of today."""
    folder = write_town(tmp_path / "town")
    last = {"v1": 20, "b3": 10, "b4": 10, "b5": 6, "old5": 4, "b6": 10}
    write_rows(
        folder / "population" / "residents.csv",
        PEOPLE,
        [[village, 80 * each, *[each] * 20] for village, each in last.items()],
    )
    schools = {"v1": "P1", "b3": "N1", "b4": "P1", "b5": "P1", "old5": "P1", "b6": "N1"}
    rows = [[village, "primary", school] for village, school in schools.items()]
    rows += [[village, "junior", "N1"] for village in schools]
    write_rows(folder / "catchments.csv", ["block", "stage", "school"], rows)
    return folder


def change(folder: Path, *rows: list[object]) -> Check:
    write_rows(folder / "changes.csv", HEADER, [list(row) for row in rows])
    return check_district(folder)


CHANGES: tuple[list[object], ...] = (
    ["v1", "b1", 0.6, 2019],
    ["v1", "b2", 0.4, 2019],
    ["old5", "b5", "", 2018],
)


def test_last_years_tables_fit_the_blocks_of_today(town: Path):
    looked = change(town, *CHANGES)
    assert looked.problems == []
    district = looked.district
    assert district is not None
    # 20 x 0.6 and 20 x 0.4 in b1 and b2; 6 + 4 in b5
    assert district.residents[6].to_dict() == {
        **{"b1": 12, "b2": 8, "b3": 10},
        **{"b4": 10, "b5": 10, "b6": 10},
    }
    assert district.residents.total["b1"] == 80 * 12
    assert len(district.catchments) == 12
    told = [finding for finding in looked.findings if finding.kind == "rows carried over"]
    assert [str(finding).partition(":")[0] for finding in told] == [
        "population/residents.csv",
        "catchments.csv",
    ]
    assert "old5 -> b5 (2018); v1 -> b1, b2 (2019)" in str(told[0])


def test_a_district_that_was_carried_over_is_written_as_it_is_today(town: Path, tmp_path: Path):
    from seatplan.district.reading import read_district, read_standards

    change(town, *CHANGES)
    district = read_district(town)
    write_district(district, read_standards(town / "standards.toml"), tmp_path / "again")
    again = read_district(tmp_path / "again")
    assert again.residents.equals(district.residents)
    assert not (tmp_path / "again" / "changes.csv").exists()


def test_homes_are_shared_out_whole_and_merged_catchments_are_shared(town: Path):
    header = ["block", "year", "dwellings", "residents_per_dwelling"]
    header += ["pupils_per_1000", "from_outside"]
    write_rows(town / "population" / "housing.csv", header, [["v1", 2022, 51, 2.5, 200, 1]])
    rows = (town / "catchments.csv").read_text("utf-8")
    rows = rows.replace("old5,primary,P1", "old5,primary,N1")
    (town / "catchments.csv").write_text(rows, "utf-8")
    district = change(town, *CHANGES).district
    assert district is not None
    # 51 x 0.6 = 30.6 and 20.4: 31 and 20
    assert district.housing.set_index("block").dwellings.to_dict() == {"b1": 31, "b2": 20}
    shares = district.shares.xs(("b5", "primary"), level=("block", "stage"))
    assert sorted(shares.index) == ["N1", "P1"]
    assert shares.isna().all()  # none is stated: by their seats


def test_a_village_that_was_split_again_is_carried_on(town: Path):
    # v1 became v2 in 2017, which became b1 and b2 in 2019.
    looked = change(
        town,
        ["v1", "v2", "", 2017],
        ["v2", "b1", 0.5, 2019],
        ["v2", "b2", 0.5, 2019],
        ["old5", "b5", "", 2018],
    )
    assert looked.problems == []
    assert looked.district is not None
    assert looked.district.residents[6][["b1", "b2"]].tolist() == [10, 10]


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([["v1", "b1", 0.6, 2019], ["v1", "b2", 0.3, 2019]], "are 0.9 together; want 1"),
        ([["v1", "b9", "", 2019]], "row 2, column to: b9; no such block"),
        ([["v1", "b1", "", 2023]], "column year: 2023; want a year up to 2020"),
    ],
)
def test_changes_that_make_no_sense_are_refused(town: Path, rows, sentence: str):
    assert any(sentence in problem for problem in change(town, *rows).problems)


def test_a_table_of_today_is_left_as_it_is(tmp_path: Path):
    folder = write_town(tmp_path / "town")
    before = check_district(folder).district
    looked = change(folder, ["b1", "b1", 0.6, 2019], ["b1", "b2", 0.4, 2019])
    assert looked.problems == []
    assert looked.district is not None
    assert before is not None
    assert looked.district.residents.equals(before.residents)  # b2 stands in it: of after


def test_a_village_that_keeps_its_id_gives_up_its_part(tmp_path: Path):
    folder = write_town(tmp_path / "town")
    table = folder / "population" / "residents.csv"
    rows = table.read_text("utf-8").splitlines()
    table.write_text("\n".join(row for row in rows if not row.startswith("b2,")) + "\n", "utf-8")
    looked = change(folder, ["b1", "b1", 0.6, 2019], ["b1", "b2", 0.4, 2019])
    assert looked.district is not None
    assert looked.district.residents[6][["b1", "b2"]].tolist() == [6, 4]  # of 10
