"""Files are read as people save them and written so that nobody sees a half."""

import hashlib
from pathlib import Path

import pytest

from seatplan.errors import InputError
from seatplan.files import (
    Declaration,
    check_declaration,
    hash_file,
    read_text,
    suggest,
    write_beside,
    write_text,
)


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
