"""Last year's warnings of the toy town against what came, by hand."""

import pandas as pd
import pytest
from typer.testing import CliRunner

from seatplan.cli import app
from seatplan.district.writing import write_district
from seatplan.errors import InputError
from seatplan.examples import toy_district, toy_outcome, toy_standards
from seatplan.findings.hindsight import compare_warnings, read_warnings

HEAD = "school,stage,level,first,worst_year,last,shortage,warned\n"


def test_what_was_said_is_held_against_what_is_so(tmp_path):
    # now K lacks 90 and B lacks 30 primary seats; A has seats to spare
    path = tmp_path / "warnings.csv"
    rows = ["K,kindergarten,red,2020,2021,2026,90", "A,primary,orange,2021,2021,2024,9"]
    rows += [
        "B,junior,yellow,2024,2025,2026,12",
        "A,junior,red,2019,2019,2020,40",
        "Z,primary,red,2021,2021,2021,7",
    ]
    path.write_text("\ufeff" + HEAD + "".join(f"{row},2020\n" for row in rows), "utf-8")
    table = compare_warnings(read_warnings(path), toy_outcome(), 2021, 5)
    assert table.came.to_dict() == {
        ("B", "primary"): "unsaid",
        ("A", "primary"): "not",
        ("K", "kindergarten"): "came",
        ("B", "junior"): "ahead",
    }
    assert table.shortage["B", "primary"] == 30
    assert set(table.warned) == {2020}
    with pytest.raises(InputError, match="autumn of 2020; want those of one before 2020"):
        compare_warnings(read_warnings(path), toy_outcome(), 2020, 5)


def test_a_file_that_is_none_is_told_row_by_row(tmp_path):
    path = tmp_path / "warnings.csv"
    path.write_text(HEAD + "K,kindergarten,loud,20,2021,soon,90,2020\n", "utf-8")
    with pytest.raises(InputError) as refused:
        read_warnings(path)
    assert len(refused.value.problems) == 3
    assert "row 2: level loud; want one of red" in str(refused.value)
    rows = "K,kindergarten,red,2020,2021,2026,90,2019\nB,primary,red,2020,2021,2026,90,2020\n"
    path.write_text(HEAD + rows, "utf-8")
    with pytest.raises(InputError, match="warnings of 2019 and 2020; want those of one autumn"):
        read_warnings(path)
    path.write_text("a,b\n1,2\n", "utf-8")
    with pytest.raises(InputError, match="no column school, stage"):
        read_warnings(path)
    path.write_text("", "utf-8")
    with pytest.raises(InputError, match="no table"):
        read_warnings(path)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_verb_says_what_came_of_its_own_warnings(language, tmp_path):
    write_district(toy_district(), toy_standards(), tmp_path / "data")
    words = ["warn", str(tmp_path / "data"), "--language", language]
    run = CliRunner().invoke(app, [*words, "--out", str(tmp_path / "a")])
    assert run.exit_code == 0, run.output
    more = ["--now", "2021", "--last", str(tmp_path / "a" / "warnings.csv")]
    run = CliRunner().invoke(app, [*words, *more, "--out", str(tmp_path / "b")])
    assert run.exit_code == 0, run.output
    table = pd.read_csv(tmp_path / "b" / "came.csv")
    assert set(table.came) == {"came"}
    late = ["--now", "2020", "--last", str(tmp_path / "a" / "warnings.csv")]
    run = CliRunner().invoke(app, [*words, *late, "--out", str(tmp_path / "c")])
    assert run.exit_code == 2
    assert not (tmp_path / "c").exists()
    told = {"zh": "2 个应验；未预警而出现的 0 个", "en": "2, of which 2 came"}
    assert told[language] in (tmp_path / "b" / "warnings.md").read_text("utf-8")
