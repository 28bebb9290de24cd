"""A second run of the build writes the bytes that are committed."""

from pathlib import Path

import pytest

import build_district

DATA = Path(build_district.ROOT) / "data"
BY_HAND = {"standards.toml"}


@pytest.mark.slow
def test_a_second_run_writes_the_same_bytes(tmp_path):
    build_district.build_district(DATA / "sources", tmp_path)
    built = {p.relative_to(tmp_path) for p in tmp_path.rglob("*") if p.is_file()}
    kept = {p.relative_to(DATA) for p in DATA.rglob("*") if p.is_file()}
    assert built == {p for p in kept if p.parts[0] != "sources" and p.name not in BY_HAND}
    for path in sorted(built):
        assert (tmp_path / path).read_bytes() == (DATA / path).read_bytes(), path
