"""Residents of areas, whatever their columns count."""

from pathlib import Path

import geopandas as gpd
import pytest

from seatplan.district.cells import draw_cells
from seatplan.errors import InputError
from seatplan.examples import toy_standards
from seatplan.intake.areas import Areas, lay_areas
from seatplan.intake.sources import read_source

GRADES = [f"g{grade}" for grade in range(1, 10)]


def lay(folder: Path, head: str, cells: str) -> Areas:
    """Lay two areas of the same counts, in 2025."""
    (folder / "a.csv").write_text(f"村居,{head}\n甲,{cells}\n乙,{cells}\n", "utf-8")
    source = read_source(folder / "a.csv", "area")
    places = gpd.GeoSeries.from_xy([605_000, 606_000], [4_205_000] * 2, crs="EPSG:4544")
    places = places.set_axis(source.cells.index)
    return lay_areas(source, places, None, toy_standards(), GRADES, 2025)


@pytest.mark.parametrize(
    ("head", "cells", "aged_six", "aged_twelve"),
    [
        ("乡镇,小学生数,初中在校生（人）", "镇,120,30", 20, 10),  # 120 / 6 and 30 / 3
        ("乡镇,6-11岁人口,12至14周岁", "镇,120,30", 20, 10),
        ("乡镇,2019年出生,2013年出生人数", "镇,20,10", 20, 10),  # six and twelve years old in 2025
        ("乡镇,Aged 6-11,Aged 12-14", "镇,120,30", 20, 10),
        ("乡镇,适龄儿童数", "镇,180", 20, 20),  # over the nine grades that are taught
    ],
)
def test_children_are_counted_by_stage_age_or_year_of_birth(
    tmp_path, head, cells, aged_six, aged_twelve
):
    areas = lay(tmp_path, head, cells)
    residents = areas.residents
    assert residents.loc["V0001", [0, 19]].tolist() == [aged_six, aged_twelve]  # the ages beyond
    assert residents[[6, 12]].to_numpy().tolist() == [[aged_six, aged_twelve]] * 2


@pytest.mark.parametrize("head", ["6-11岁,6-14岁", "6岁,2019年出生", "一年级,一年级人数"])
def test_columns_that_count_the_same_children_are_refused(tmp_path, head):
    with pytest.raises(InputError, match="count the same children; want each child in one"):
        lay(tmp_path, f"乡镇,{head}", "镇,120,180")


def test_the_hull_of_areas_holds_the_schools_near_them_and_not_one_that_lies_elsewhere():
    homes, schools = (
        gpd.GeoSeries.from_xy(x, [0.0] * len(x), crs="EPSG:4544")
        for x in ([0.0, 1000.0, 2000.0], [1000.0, 2900.0, 50_000.0])
    )
    hulls = [draw_cells(homes, None, beside)[0].union_all() for beside in (None, schools)]
    assert [hull.covers(schools).tolist() for hull in hulls] == [
        [True, False, False],
        [True, True, False],  # 900 m beyond the last of villages 1,000 m apart; 48 km is a slip
    ]
