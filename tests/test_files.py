"""Files are read as people save them and written so that nobody sees a half."""

import datetime as dt
import hashlib
import io
import os
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from pyogrio.errors import DataSourceError

from seatplan.errors import InputError
from seatplan.files import (
    decode_text,
    guard_files,
    hash_file,
    read_text,
    suggest,
    write_beside,
    write_text,
)
from seatplan.toml_files import Declaration, check_declaration, parse_toml


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk"])
def test_text_is_read_in_the_encodings_people_save_in(encoding: str, tmp_path: Path):
    path = tmp_path / "a.csv"
    path.write_bytes("编号,名称\n1,利通区\n".encode(encoding))
    assert read_text(path) == "编号,名称\n1,利通区\n"


def test_bytes_in_no_encoding_are_refused_with_their_line(tmp_path: Path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"id\n1\n\xff\xff\n")
    with pytest.raises(InputError, match=r"^a\.csv: row 3: neither UTF-8 nor GB 18030"):
        read_text(path)


def test_a_hash_is_the_sha256_of_the_bytes(tmp_path: Path):
    path = tmp_path / "a"
    path.write_bytes(b"seats")
    assert hash_file(path) == hashlib.sha256(b"seats").hexdigest()


def test_a_file_appears_whole(tmp_path: Path):
    path = tmp_path / "deep" / "a.txt"
    with write_beside(path) as draft:
        draft.write_text("new", "utf-8")
        assert not path.exists()
    assert path.read_text("utf-8") == "new"
    assert [item.name for item in path.parent.iterdir()] == ["a.txt"]


def test_a_failed_write_leaves_the_old_file_and_nothing_beside_it(tmp_path: Path):
    path = tmp_path / "a.txt"
    path.write_text("old", "utf-8")

    def fail_halfway() -> None:
        with write_beside(path) as draft:
            draft.write_text("half", "utf-8")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_halfway()
    assert path.read_text("utf-8") == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_replaces_a_folder_with_all_its_files(tmp_path: Path):
    path = tmp_path / "run"
    path.mkdir()
    (path / "stale.csv").write_text("old", "utf-8")
    with write_beside(path) as draft:
        draft.mkdir()
        (draft / "fresh.csv").write_text("new", "utf-8")
        assert (path / "stale.csv").exists()
    assert [item.name for item in path.iterdir()] == ["fresh.csv"]
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_stays_where_the_new_one_was_never_made(tmp_path: Path):
    path = tmp_path / "run"
    path.mkdir()
    (path / "kept.csv").write_text("old", "utf-8")
    with pytest.raises(FileNotFoundError), write_beside(path):
        pass
    assert [item.name for item in path.iterdir()] == ["kept.csv"]


def test_text_is_written_with_line_feeds_on_every_system(tmp_path: Path):
    write_text(tmp_path / "a.csv", "a\nb\n", "utf-8-sig")
    assert (tmp_path / "a.csv").read_bytes() == b"\xef\xbb\xbfa\nb\n"


def test_a_near_name_is_suggested_and_a_far_one_gets_the_list():
    assert suggest("schol", ["school", "block"]) == "; did you mean school?"
    assert suggest("xyz", ["school", "block"]) == "; want one of school, block"
    assert suggest("xyz", []) == ""
    assert suggest("q", [f"b{n}" for n in range(99)]).endswith("b11, ...")


class Step(Declaration):
    """A step of a test."""

    kind: str
    year: int


class Plan(Declaration):
    """A plan of a test."""

    name: str
    step: list[Step]


def faults(text: str) -> list[str]:
    with pytest.raises(InputError) as refused:
        check_declaration(text, Plan, "plan.toml")
    return refused.value.problems


def test_a_declaration_is_read():
    plan = check_declaration('name = "a"\n[[step]]\nkind = "b"\nyear = 1\n', Plan, "plan.toml")
    assert plan == Plan(name="a", step=[Step(kind="b", year=1)])


def test_a_fault_names_the_line_of_its_own_table():
    text = 'name = "a"\n[[step]]\nkind = "b"\nyear = 1\n\n[[step]]\nkind = "b"\nyaer = 2\n'
    assert faults(text) == [
        "plan.toml: line 6, key step 2, year is missing; want it beside kind, year",
        "plan.toml: line 8, key step 2, yaer is unknown; did you mean year?",
    ]


def test_toml_that_ends_too_soon_says_so():
    assert faults('name = ["a"')[0].startswith("plan.toml: at the end: not TOML (")


def test_an_output_is_never_an_input_of_the_same_run(tmp_path: Path):
    path = tmp_path / "a.csv"
    path.write_text("x\n1\n", "utf-8")
    with guard_files(force=True):
        read_text(path)
        with pytest.raises(InputError, match="is an input of this run"):
            write_text(path, "y\n")
    assert path.read_text("utf-8") == "x\n1\n"


def test_a_file_that_is_not_ours_is_overwritten_by_force_alone(tmp_path: Path):
    path = tmp_path / "thesis.md"
    path.write_text("my thesis\n", "utf-8")
    with guard_files(), pytest.raises(InputError, match="seatplan did not write this file"):
        write_text(path, "# Findings\n")
    assert path.read_text("utf-8") == "my thesis\n"
    with guard_files(force=True):
        write_text(path, "# Findings\n")
    with guard_files():  # the first line is that of a page of ours: written again without a word
        write_text(path, "# Findings\n\nmore\n")
    assert path.read_text("utf-8") == "# Findings\n\nmore\n"


def test_a_workbook_of_ours_is_written_again_until_somebody_saves_it(tmp_path: Path):
    path = tmp_path / "assess.xlsx"

    def write(modified: dt.datetime) -> None:
        book = xlsxwriter.Workbook(io.BytesIO(), {"in_memory": True})
        book.set_properties({"created": dt.datetime(2000, 1, 1)})
        book.add_worksheet().write_number(0, 0, modified.year)
        held = book.filename
        book.close()
        with write_beside(path) as draft:
            draft.write_bytes(held.getvalue())

    for year in (2020, 2021):
        with guard_files():
            write(dt.datetime(year, 1, 1))
    book = openpyxl.load_workbook(path)
    assert book.active is not None
    book.active["A2"] = "what the planner typed"
    book.save(path)
    with guard_files(), pytest.raises(InputError, match="seatplan did not write this file"):
        write(dt.datetime(2022, 1, 1))


def test_what_a_killed_run_set_aside_comes_back(tmp_path: Path):
    room = tmp_path / ".p-999999999-abc"  # no process has this number
    (room / "replaced").mkdir(parents=True)
    (room / "replaced" / "old.txt").write_text("old", "utf-8")
    with pytest.raises(FileNotFoundError), write_beside(tmp_path / "p"):
        pass  # nothing was drafted
    assert (tmp_path / "p" / "old.txt").read_text("utf-8") == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["p"]


def test_a_folder_is_exchanged_whole(tmp_path: Path):
    for word in ("one", "two"):
        with write_beside(tmp_path / "p") as draft:
            draft.mkdir()
            (draft / f"{word}.txt").write_text(word, "utf-8")
    assert [path.name for path in tmp_path.rglob("*")] == ["p", "two.txt"]


@pytest.mark.parametrize("name", ["con", "NUL.csv", "a.", "学" * 100, "a\x1b"])
def test_a_name_that_some_system_cannot_hold_is_refused(name: str, tmp_path: Path):
    with pytest.raises(InputError), write_beside(tmp_path / name):
        raise AssertionError
    assert list(tmp_path.iterdir()) == []


def test_a_pipe_is_refused_and_never_waited_for(tmp_path: Path):
    os.mkfifo(tmp_path / "pipe.csv")
    with pytest.raises(InputError, match="is a pipe or a device"):
        read_text(tmp_path / "pipe.csv")
    with pytest.raises(InputError, match="is a pipe or a device"):
        read_text(Path("/dev/null"))


def test_a_file_of_two_encodings_names_the_row():
    text = "id,name\n1,北镇\n2,南镇\n3,".encode() + "东镇".encode("gb18030") + b"\n"
    with pytest.raises(InputError, match="row 4: GB 18030, where other rows are UTF-8"):
        decode_text(text, "zones.csv")


@pytest.mark.parametrize(
    "content",
    [
        "id,name\n1,北鎮\n2,南鎮\n".encode("big5"),
        "id,name\n1,北镇\n".encode().decode("latin-1").encode(),
        "id,name\n1,城镇\n".encode().decode("cp1252").encode(),
    ],
)
def test_text_that_was_read_in_another_encoding_before_is_refused(content):
    with pytest.raises(InputError, match="row 2: no words of any language"):
        decode_text(content, "zones.csv")


def test_excels_unicode_text_and_letters_of_europe_are_read():
    assert decode_text("id\t名\n".encode("utf-16"), "a.txt") == "id\t名\n"
    for name in ("Évry-Müllerstraße", "Ærø", "Łódź", "北镇"):
        assert decode_text(name.encode(), "a.csv") == name


def test_an_excel_file_under_the_name_of_a_csv_is_called_that(tmp_path: Path):
    (tmp_path / "a.csv").write_bytes(b"PK\x03\x04rest")
    with pytest.raises(InputError, match="is an Excel or zip file"):
        read_text(tmp_path / "a.csv")


def test_toml_nested_too_deep_is_a_sentence():
    with pytest.raises(InputError, match="nested too deep"):
        parse_toml("x=" + "[" * 100_000 + "]" * 100_000, "b.toml")


@pytest.mark.parametrize(
    "error", [OSError(28, "No space left on device"), DataSourceError("disk full")]
)
def test_a_full_disk_names_what_was_to_be_written_and_leaves_the_old(
    error: Exception, tmp_path: Path
):
    path = tmp_path / "a.gpkg"
    path.write_text("old", "utf-8")
    with pytest.raises(OSError, match=r"No space left|disk full") as found, write_beside(path):
        raise error
    assert found.value.filename == str(path)
    assert path.read_text("utf-8") == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_what_is_suggested_does_not_hang_on_the_seed_of_hashes():
    assert suggest("x", {"b", "a", "c"}) == "; want one of a, b, c"
