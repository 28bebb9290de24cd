"""Litong's forecast of 2020 held against a made-up 2021 to 2023 whose departures are known."""

import pandas as pd
import pytest
from scripts.make_what_came import BIRTHS, EACH, MOVED, TARGET, make_births, make_rolls

import seatplan as sp
from seatplan.audit.audit import read_plan
from seatplan.monitoring.actual import read_actual, read_births
from seatplan.monitoring.monitor import monitor_year
from seatplan.views.monitor import write_monitoring

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def found():
    district = sp.read_district("data")
    standards = sp.read_standards("data/standards.toml")
    plan = sp.read_scenario("scenarios/plan-2025.toml")
    came = read_actual(TARGET / "rolls.csv", plan.apply(district), standards, 2023)
    born = read_births(TARGET / "births.csv")
    promises = read_plan("data/plan.toml")
    return monitor_year(district, standards, plan, came, 2023, plan=promises, births=born)


def test_the_files_are_what_the_script_writes():
    pd.testing.assert_frame_equal(pd.read_csv(TARGET / "rolls.csv"), make_rolls())
    pd.testing.assert_frame_equal(pd.read_csv(TARGET / "births.csv"), make_births())


def test_every_departure_is_named_and_nothing_else(found):
    told = [(one.kind, one.year, one.subject) for one in found.departures]
    fallen = [("births", year, "") for year, part in BIRTHS.items() if part < 1]
    assert told == [("late", 2023, "P102"), *fallen, ("moved", 2022, "primary")]
    moved = found.departures[-1]
    # 40 in each of four grades of eight schools, and the noise of 32,000 pupils
    assert moved.came - moved.expected == pytest.approx(4 * EACH * len(MOVED), abs=100)
    assert set(moved.where) <= set(MOVED)


def test_the_senior_target_says_what_it_lacks(found):
    (senior,) = [one for one in found.targets if one.number.key == "senior-2025"]
    assert (senior.start, senior.state) == (94.24, "cannot be computed")
    assert senior.line == pytest.approx(94.24 + 3 / 5 * (96 - 94.24))


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("form", ["yearly", "mid", "final"])
def test_the_public_form_has_no_figure_of_a_school(found, form, language):
    page = write_monitoring(found, language, form=form, public=True)
    for name in found.forecast.district.schools.name:
        assert f"{name} |" not in page
    assert "P14" not in page
    assert "示例第" not in page
    assert "Sample" not in page
