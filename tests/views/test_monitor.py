"""The public form of a year's monitoring gives no school and no cell under ten away."""

import re

import pytest
from tests.monitoring.made_up import plan, what_came

from seatplan.examples import toy_district, toy_standards
from seatplan.monitoring.monitor import monitor_year
from seatplan.views.monitor import write_monitoring


def monitor(came, **more):
    return monitor_year(toy_district(), toy_standards(), plan(), came, 2022, **more)


@pytest.fixture(scope="module")
def came():
    return what_came(toy_district(), toy_standards(), plan(), [2021, 2022])


def test_a_stage_of_one_school_is_not_published(came):
    page = write_monitoring(monitor(came), "en", public=True)
    rows = [row for row in page.splitlines() if row.startswith("| junior")]
    assert len(rows) == 2  # the junior stage is school B alone
    assert all(row.count("not published") == 4 for row in rows)
    assert re.search(r"\| primary \| 2022 \| \d+ \| \d+ \|", page)


def test_entrants_under_ten_are_told_without_their_figures(came):
    few = came.copy()
    first = few.index.get_level_values("grade") == "g1"
    first &= few.index.get_level_values("year") == 2022
    few.loc[first, "pupils"] = 2
    found = monitor(few)
    schools = int(first.sum())
    assert 0 < 2 * schools < 10
    page = write_monitoring(found, "en", public=True)
    assert "2022: fewer entrants of primary than forecast (few" in page
    inside = write_monitoring(found, "en")
    assert f"{2 * schools} came" in inside  # the bureau's own form has them


def test_what_is_left_of_a_stage_is_a_cell_too(came):
    few = came.copy()
    grades, years = (few.index.get_level_values(name) for name in ("grade", "year"))
    rest = grades.isin(["g2", "g3", "g4", "g5", "g6"]) & (years == 2022)
    few.loc[rest, "pupils"] = 0
    few.loc[("A", "g2", 2022), "pupils"] = 4
    few.loc[(grades == "g1") & (years == 2022), "pupils"] += 40
    page = write_monitoring(monitor(few), "en", public=True)
    # the total less the entrants would be the 4 of grade 2
    assert "2022: more entrants of primary than forecast (few" in page
    assert "2022: fewer pupils above the entry grade of primary" in page


def test_births_under_ten_are_not_told(came):
    page = write_monitoring(monitor(came, births={2022: 6}), "zh", public=True)
    assert "2022 年出生比预测少（人数少，数字不公布）。" in page
    assert "出生 6 人" not in page
