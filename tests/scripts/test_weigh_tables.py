"""The page of optional tables says what was measured, of every table that may be left out."""

import pytest

import weigh_tables as script
from seatplan.district.tables import DEFAULTED, OPTIONAL


def test_the_page_is_made_of_the_figures_measured():
    assert script.PAGE.read_text("utf-8") == script.write_page(script.read_figures())


def test_every_optional_table_has_its_part():
    page = script.read_page()
    told = {section.get("file", "") for section in page.values()}
    foot = page["page"]["foot"]
    for name in (*DEFAULTED, *OPTIONAL):
        if name not in ("outline.geojson", "assumptions.csv"):
            assert name in told or name in foot, name
    assert set(script.read_figures()) - {"all"} == set(page) - {"page"}


@pytest.mark.slow
def test_a_table_left_out_gives_the_figure_of_the_page():
    assert script.measure(script.remove("roads.geojson")) == script.read_figures()["roads"]
