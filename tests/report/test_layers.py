"""The layers for QGIS: two names, their styles, the same bytes."""

import sqlite3
from xml.etree import ElementTree

import geopandas as gpd
import pyogrio
import pytest

from seatplan.examples import toy_district, toy_outcome, toy_standards
from seatplan.files import guard_files, write_beside
from seatplan.outcome import evaluate
from seatplan.report.brief import read_brief
from seatplan.report.layers import write_layers
from seatplan.scenarios.scenario import Scenario
from seatplan.scenarios.schools import NewSchool
from seatplan.views.palette import classify_balance
from seatplan.views.pictures import name_classes

PRIMARY = "catchments_primary_小学学区"
BUILD = NewSchool(
    year=2023, source="test", school="N", name="新校", site="S1", classrooms={"primary": 4}
)


@pytest.fixture(scope="module")
def brief():
    plan = Scenario("build", interventions=(BUILD,))
    return read_brief([toy_outcome(), evaluate(toy_district(), toy_standards(), plan)])


@pytest.fixture(scope="module")
def file(brief, tmp_path_factory):
    path = tmp_path_factory.mktemp("layers") / "layers.gpkg"
    write_layers(brief, path)
    return path


def read_styles(file):
    with sqlite3.connect(file) as book:
        return dict(book.execute("SELECT f_table_name, styleQML FROM layer_styles").fetchall())


def test_every_layer_has_two_names_and_a_style(file):
    names = [str(name) for name, _ in pyogrio.list_layers(file)]
    assert {"townships_乡镇", "roads_道路", PRIMARY, "schools_学校"} <= set(names)
    styles = read_styles(file)
    assert set(styles) == set(names) - {"layer_styles"}
    for style in styles.values():
        assert ElementTree.fromstring(style.split(">", 1)[1]).tag == "qgis"


def test_the_catchments_carry_the_figures_of_the_plan(brief, file):
    areas = gpd.read_file(file, layer=PRIMARY).set_index("school")
    assert set(areas.index) == {"A", "B", "N"}
    assert areas.year.unique().tolist() == [2023]
    for school, row in areas.iterrows():
        figures = brief.results[-1].schools.loc[(school, "primary", 2023)]
        assert (row.seats, row.residents, row.balance) == tuple(
            figures[["seats", "residents", "balance"]]
        )
    assert areas.balance_today["B"] == -30
    assert areas.area.sum() == pytest.approx(toy_district().blocks.area.sum())


def test_the_classes_of_the_style_are_those_of_every_map(file):
    style = ElementTree.fromstring(read_styles(file)[PRIMARY].split(">", 1)[1])
    ranges = [
        (int(each.get("symbol")), int(each.get("lower")), int(each.get("upper")))
        for each in style.iter("range")
    ]
    for klass, low, high in ranges:
        assert classify_balance([low, high]).tolist() == [klass, klass]
    assert [low for _, low, _ in ranges[1:]] == [high + 1 for _, _, high in ranges[:-1]]
    assert [each.get("label") for each in style.iter("range")] == name_classes("zh")


def test_a_later_run_replaces_the_file_with_the_same_bytes(brief, file, tmp_path):
    path = tmp_path / "layers.gpkg"
    for _ in range(2):
        with guard_files(), write_beside(path) as beside:
            write_layers(brief, beside)
    assert path.read_bytes() == file.read_bytes()
