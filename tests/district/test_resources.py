"""resources.csv is read, written and checked as the other tables are."""

import pandas as pd
import pytest
from tests.full import full_district

from seatplan.district.reading import check_district, read_district
from seatplan.district.writing import write_district
from seatplan.errors import InputError
from seatplan.examples import toy_standards


@pytest.fixture
def folder(tmp_path):
    write_district(full_district(), toy_standards(), tmp_path / "town")
    return tmp_path / "town"


def test_what_is_written_is_read(folder):
    found = read_district(folder).resources
    pd.testing.assert_frame_equal(
        found, full_district().resources.sort_index(), check_index_type=False
    )


def test_columns_that_nobody_has_may_be_left_out(folder):
    (folder / "resources.csv").write_text("school,stage,books\nA,primary,4800\n", "utf-8")
    found = read_district(folder).resources
    assert found.loc[("A", "primary"), "books"] == 4800
    assert found.teachers.isna().all()


def test_a_row_that_makes_no_sense_is_refused(folder):
    text = "school,stage,books\nA,primery,-3\nA,primary,1\nA,primary,2\n"
    (folder / "resources.csv").write_text(text, "utf-8")
    with pytest.raises(InputError) as refused:
        read_district(folder)
    told = str(refused.value)
    assert "resources.csv: row 2, column stage: primery" in told
    assert "resources.csv: row 2, column books: -3" in told
    assert "row 4" in told


def test_a_school_that_does_not_stand_is_told(folder):
    (folder / "resources.csv").write_text("school,stage,books\nN1,primary,4800\n", "utf-8")
    told = [finding.sentence for finding in check_district(folder).findings]
    assert any("N1 is not in schools.geojson; used where a plan opens it" in one for one in told)
