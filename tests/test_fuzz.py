"""Slips in every file, key, option and step end in a word or in nothing, never in a traceback."""

from pathlib import Path

import pytest

from tests.fuzz import FAULTS, Bench, Slip, fuzz, fuzz_parts


def assert_no_fault(runs: int, seed: int, room: Path) -> None:
    tally = fuzz(runs, seed, Bench(room))
    assert sum(tally.counts.values()) == runs
    faults = [told for told in tally.told if told[0] in FAULTS]
    assert not faults, "\n".join(map(str, faults))


@pytest.mark.slow
@pytest.mark.filterwarnings("default")
def test_five_hundred_slips_end_in_a_word(tmp_path: Path):
    assert_no_fault(500, 1, tmp_path)


def test_the_fuzzer_tells_what_is_refused_doubted_harmless_and_silent(tmp_path: Path):
    bench = Bench(tmp_path)
    residents = bench.files["population/residents.csv"]
    for old, new, came in (
        (b"b1,800,10", b"b1,800,-10", "refused"),
        (b"b1,800,10", b"b1,800,90", "doubted"),
        (b"b1,800,10", b"b1,800,10.0", "harmless"),
        (b"b1,800,10", b"b1,800,11", "silent"),
    ):
        changed = bench.files | {"population/residents.csv": residents.replace(old, new)}
        assert bench.judge("forecast", Slip("", changed, []))[0] == came, new


def test_a_part_that_a_record_holds_is_not_run_again(tmp_path: Path):
    record = tmp_path / "record.jsonl"
    record.write_text('{"seed": 7, "counts": {"refused": 250}, "told": []}\n', "utf-8")
    kept = record.read_bytes()
    tally = fuzz_parts(250, 7, record, tmp_path / "room")
    assert (dict(tally.counts), record.read_bytes()) == ({"refused": 250}, kept)
