"""Memory as the system tells it, and tables that it cannot hold."""

import pytest

from seatplan import memory
from seatplan.errors import InputError
from seatplan.memory import expect_memory, free_bytes, split_range


def write_proc(folder, available="1000 kB", limit="unlimited", used="200 kB"):
    """Write what Linux says: 1,000 kB available, a process of 200 kB without a limit."""
    (folder / "self").mkdir(parents=True)
    (folder / "meminfo").write_text(f"MemTotal:  9000 kB\nMemAvailable:   {available}\n")
    (folder / "self" / "limits").write_text(f"Max address space      {limit}    {limit}   bytes\n")
    (folder / "self" / "status").write_text(f"Name:\tpython\nVmSize:\t   {used}\n")
    return folder


def test_what_the_system_calls_available_is_free(tmp_path):
    assert free_bytes(write_proc(tmp_path)) == 1000 * 1024


def test_a_limit_on_the_process_leaves_what_it_has_not_taken(tmp_path):
    # 500,000 bytes of address space, 200 x 1,024 of them taken.
    assert free_bytes(write_proc(tmp_path, limit="500000")) == 500_000 - 204_800
    assert free_bytes(write_proc(tmp_path / "full", limit="100000")) == 0


def test_without_proc_every_page_of_the_machine_counts(tmp_path, monkeypatch):
    pages = {"SC_PHYS_PAGES": 1000, "SC_PAGE_SIZE": 4096}
    monkeypatch.setattr(memory.os, "sysconf", pages.__getitem__, raising=False)
    assert free_bytes(tmp_path) == 4_096_000


def test_a_system_that_says_nothing_holds_everything(tmp_path, monkeypatch):
    monkeypatch.delattr(memory.os, "sysconf", raising=False)
    assert free_bytes(tmp_path) == float("inf")


def test_a_table_beyond_sixty_per_cent_of_the_free_memory_is_refused(monkeypatch):
    monkeypatch.setattr(memory, "free_bytes", lambda: 10e9)
    expect_memory(6e9, "the table", "ask for less")
    with pytest.raises(InputError) as refusal:
        expect_memory(6.1e9, "the table", "ask for less")
    assert str(refusal.value) == (
        "the table would take 6.1 GB of memory and 10.0 GB are free, of which one table may take "
        "60%; ask for less"
    )


def test_parts_hold_every_element_once_and_one_at_the_least():
    parts = list(split_range(10, bytes_each=8, size=24))
    assert [element for part in parts for element in range(10)[part]] == list(range(10))
    assert {part.stop - part.start for part in parts} == {3, 1}
    assert len(list(split_range(3, bytes_each=1e9))) == 3
    assert list(split_range(0, bytes_each=8)) == []
