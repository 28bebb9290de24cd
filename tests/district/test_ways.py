"""Ways that a table states take the place of measured ones."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from seatplan.district.district import District
from seatplan.district.reading import check_district, read_district
from seatplan.district.writing import write_district
from seatplan.examples import toy_district, toy_standards
from seatplan.travel.costs import measure_travel
from seatplan.views.foot import tell_assumptions

PAIRS = 6 * 3  # blocks x schools of the toy town


def with_travel(folder: Path, text: str) -> Path:
    write_district(toy_district(), toy_standards(), folder)
    (folder / "travel.csv").write_text(text, "utf-8")
    return folder


def test_a_stated_way_takes_the_place_of_the_road_and_others_stay(tmp_path: Path):
    folder = with_travel(tmp_path / "t", "block,school,metres\nb1,B,5000\nb6,A,17\n")
    district = read_district(folder)
    stated, measured = measure_travel(district), measure_travel(toy_district())
    changed = (stated.metres - measured.metres).abs() > 1e-3  # degrees are rounded to 0.1 mm
    assert int(changed.to_numpy().sum()) == 2
    assert stated.metres.loc["b1", "B"] == 5000
    assert stated.metres.loc["b6", "A"] == 17
    block, school = np.array([0, 5, 0]), np.array([1, 0, 0])  # b1-B, b6-A, b1-A
    for few_at_once in (stated, lazily(district)):
        expected = [5000, 17, measured.metres.loc["b1", "A"]]
        assert few_at_once.pair_metres(block, school) == pytest.approx(expected, abs=1e-3)
    told = tell_assumptions(district, "en")
    assert f"ways are stated for 2 of {PAIRS} pairs" in told


def lazily(district: District):
    """Costs that never measure the whole table for a few pairs."""
    from dataclasses import replace

    return replace(measure_travel(district), small_bytes=0)


@pytest.mark.slow
def test_a_school_is_near_by_what_is_stated(tmp_path: Path):
    rows = "".join(f"b{n},A,{10 if n == 6 else 9000}\n" for n in range(1, 7))
    district = read_district(with_travel(tmp_path / "t", "block,school,metres\n" + rows))
    near = measure_travel(district).nearest(1, np.array([True, False, False]))
    assert near.metres[near.origin == 5] == 10
    assert near.metres[near.origin == 0] == 9000


def test_minutes_become_metres_and_are_told(tmp_path: Path):
    folder = with_travel(tmp_path / "t", "block,school,minutes\nb1,A,4\n")
    assert read_district(folder).travel["b1", "A"] == 300  # 75 m a minute
    settings = folder / "district.toml"
    settings.write_text(settings.read_text("utf-8") + "metres_a_minute = 500\n", "utf-8")
    district = read_district(folder)
    assert district.travel["b1", "A"] == 2000  # by car
    assert "500 m a minute" in tell_assumptions(district, "en")


@pytest.mark.slow
def test_stated_ways_are_written_back(tmp_path: Path):
    district = read_district(with_travel(tmp_path / "t", "block,school,metres\nb1,B,5000.5\n"))
    write_district(district, toy_standards(), tmp_path / "again")
    pd.testing.assert_series_equal(read_district(tmp_path / "again").travel, district.travel)


def test_ways_of_nobody_and_without_a_figure_are_refused(tmp_path: Path):
    text = "block,school,metres,minutes\nb9,A,1,\nb1,Q,1,\nb1,A,,\nb2,A,-1,\n"
    told = check_district(with_travel(tmp_path / "t", text)).problems
    assert [line.partition(";")[0] for line in told] == [
        "travel.csv: row 5, column metres: -1",
        "travel.csv: row 2, column block: b9",
        "travel.csv: row 3, column school: Q",
        "travel.csv: row 4, column metres: empty",
    ]
