"""Where rows lie: one column or two, degrees in any spelling, and rows that cannot be right."""

from pathlib import Path

import pytest

from seatplan.errors import InputError
from seatplan.intake.positions import read_positions
from seatplan.intake.sources import read_source


def place(folder: Path, head: str, *cells: str) -> list[tuple[float, float]]:
    """Return longitude and latitude of rows, to a ten thousandth of a degree."""
    path = folder / "a.csv"
    rows = [f"v{at};{cell}\n" for at, cell in enumerate(cells)]
    path.write_text(f"村居;{head}\n" + "".join(rows), "utf-8")
    points, _ = read_positions(read_source(path, "area"), None, None)
    return [(round(point.x, 4), round(point.y, 4)) for point in points]


@pytest.mark.parametrize(
    ("head", "cell"),
    [
        ("经度;纬度", "106.205;38.01"),
        ("东经;北纬", "106°12′18″;38°0′36″"),
        ("经度;纬度", "106度12分18秒;38度0分36秒"),
        ("lon;lat", "106.205°E;N38.01"),
        ("经纬度", "106.205,38.01"),
        ("坐标", "106.205，38.01"),
        ("经纬度", "38.01 106.205"),
        ("location", "38.01, 106.205"),
        ("经度;纬度", "106 12 18;38 0 36"),
        ("经度;纬度", "106:12:18;38-0-36"),
        ("坐标", "106 12 18 38 0 36"),
    ],
)
def test_a_place_is_read_in_any_spelling(tmp_path, head, cell):
    assert place(tmp_path, head, cell) == [(106.205, 38.01)]


def test_west_and_south_are_below_nought(tmp_path):
    assert place(tmp_path, "lon;lat", "77°30'W;12°15'S") == [(-77.5, -12.25)]


def test_of_two_small_numbers_a_map_on_the_web_writes_latitude_first(tmp_path):
    assert place(tmp_path, "location", "52.5, -1.25") == [(-1.25, 52.5)]
    assert place(tmp_path, "经纬度", "52.5, -1.25") == [(52.5, -1.25)]
    assert place(tmp_path, "lonlat", "-1.25, 52.5") == [(-1.25, 52.5)]


@pytest.mark.parametrize(
    ("stray", "said"),
    [
        ("38.01;106.205", "latitude 106.205; want degrees: are the two exchanged"),
        ("0;0", "the others lie about 106.20, 38.01: is a digit lost"),
        ("10.6205;38.01", "is a digit lost"),
    ],
)
def test_a_row_that_no_district_can_hold_is_named(tmp_path, stray, said):
    with pytest.raises(InputError, match="row 4: longitude") as refusal:
        place(tmp_path, "经度;纬度", "106.2;38.01", "106.21;38.01", stray)
    assert said in str(refusal.value)


def test_degrees_minutes_and_seconds_in_one_number_are_turned_where_that_is_sure(tmp_path):
    cells = ["1061218;380036", "1061230;375924", "1061159.5;380000"]
    assert place(tmp_path, "经度;纬度", *cells) == [
        (106.205, 38.01),
        (106.2083, 37.99),
        (106.1999, 38),
    ]
    for head, rows, said in (
        ("经度;纬度", cells[:2], "eastings about 1,061,224 name no zone; want degrees"),  # too few
        ("x;y", cells, "name no zone"),  # may be metres
        ("经度;纬度", [*cells, "1061275;380000"], "name no zone"),  # 75 seconds
        ("经度;纬度", ["106°72′;38"], "106°72′; want a number"),
    ):
        with pytest.raises(InputError, match=said):
            place(tmp_path, head, *rows)
