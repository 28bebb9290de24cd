"""The build writes what is committed, on a second run and where last digits differ."""

from pathlib import Path

import numpy as np
import pytest

import build_district

DATA = Path(build_district.ROOT) / "data"
BY_HAND = {"standards.toml", "plan.toml", "costs.toml", "variants.toml"}
# What differs in the last digit between processors and libraries.
INEXACT = ("exp", "hypot", "cos", "sin", "sqrt", "average")


def build(folder):
    build_district.build_district(DATA / "sources", folder)
    return {p.relative_to(folder): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def nudge(function, rng):
    """Return the function with noise of one unit in the last place of what it returns."""

    def nudged(*args, **kwargs):
        answer = function(*args, **kwargs)
        return answer * (1 + np.finfo(float).eps * rng.integers(-1, 2, np.shape(answer)))

    return nudged


@pytest.mark.slow
def test_a_build_writes_the_bytes_that_are_committed(tmp_path):
    built = build(tmp_path)
    kept = {p.relative_to(DATA) for p in DATA.rglob("*") if p.is_file()}
    assert set(built) == {p for p in kept if p.parts[0] != "sources" and p.name not in BY_HAND}
    for path in sorted(built):
        assert built[path] == (DATA / path).read_bytes(), path


@pytest.mark.slow
def test_noise_in_last_digits_moves_no_byte(tmp_path, monkeypatch):
    rng = np.random.default_rng(11)
    for name in INEXACT:
        monkeypatch.setattr(np, name, nudge(getattr(np, name), rng))
    monkeypatch.setattr(np.linalg, "solve", nudge(np.linalg.solve, rng))
    for path, written in sorted(build(tmp_path).items()):
        assert written == (DATA / path).read_bytes(), path
