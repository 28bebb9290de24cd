"""Next year's district from this year's rolls."""

import pandas as pd
import pytest

from seatplan.district.reading import check_district, read_district
from seatplan.district.writing import write_district
from seatplan.errors import InputError
from seatplan.examples import toy_district, toy_standards
from seatplan.monitoring.rebase import rebase_district
from seatplan.outcome import evaluate
from tests.monitoring.made_up import convert_a, grow, plan, what_came


@pytest.fixture(scope="module")
def town():
    return toy_district(), toy_standards()


def test_the_new_base_year_reproduces_what_came(town):
    came = what_came(*town, plan(), [2021, 2022, 2023], {("A", "g3", 2023): 7})
    moved = rebase_district(*town, plan(), came, 2023)
    outcome = evaluate(moved.district, moved.standards, moved.scenario)
    now = outcome.heads.schools.xs(2023, level="year")
    assert now.to_dict() == came.pupils.xs(2023, level="year").to_dict()
    assert outcome.axes.years == tuple(range(2023, 2027))
    assert set(moved.district.rolls.index.unique("year")) == {2020, 2021, 2022, 2023}


def test_what_comes_as_forecast_leaves_the_forecast_as_it_was(town):
    before = evaluate(*town, plan())
    came = what_came(*town, plan(), [2021, 2022, 2023])
    moved = rebase_district(*town, plan(), came, 2023)
    after = evaluate(moved.district, moved.standards, moved.scenario)
    pupils = before.measure("pupils")
    later = pupils[pupils.index.get_level_values("year") >= 2023]
    assert after.measure("pupils").to_dict() == later.to_dict()


def test_it_is_written_and_read_as_any_district(town, tmp_path):
    came = what_came(*town, plan(2025), [2023])
    moved = rebase_district(*town, plan(), came, 2023)
    write_district(moved.district, moved.standards, tmp_path / "next")
    assert check_district(tmp_path / "next").problems == []
    again = read_district(tmp_path / "next")
    assert again.base_year == 2023
    assert "N1" not in again.schools.index
    one, other = (
        evaluate(each, moved.standards, moved.scenario) for each in (again, moved.district)
    )
    assert one.measure("pupils").to_dict() == other.measure("pupils").to_dict()


@pytest.mark.slow
@pytest.mark.parametrize("grown", [grow(2022), convert_a(2022)], ids=["new school", "new stage"])
def test_a_school_that_is_not_full_yet_grows_on(town, grown, tmp_path):
    before = evaluate(*town, grown)
    moved = rebase_district(*town, grown, what_came(*town, grown, [2021, 2022, 2023]), 2023)
    write_district(moved.district, moved.standards, tmp_path / "next")
    assert check_district(tmp_path / "next").problems == []
    after = evaluate(read_district(tmp_path / "next"), moved.standards, moved.scenario)
    pupils = before.heads.schools
    later = pupils[pupils.index.get_level_values("year") >= 2023]
    assert after.heads.schools.to_dict() == later.to_dict()


@pytest.mark.slow
def test_homes_that_were_planned_before_are_among_the_residents(town, tmp_path):
    district, standards = town
    homes = pd.DataFrame([("b1", year, 10, 2.6, 100.0, 0.5) for year in (2022, 2025)])
    homes.columns = pd.Index(list(district.housing.columns)[: homes.shape[1]])
    town = district.replace(housing=homes), standards
    moved = rebase_district(*town, plan(), what_came(*town, plan(), [2023]), 2023)
    assert set(moved.district.housing.year) == {2025}
    write_district(moved.district, moved.standards, tmp_path / "next")
    assert check_district(tmp_path / "next").problems == []


def test_classes_that_nobody_said_are_formed_by_the_class_size(town):
    came = what_came(*town, plan(), [2023]).assign(classes=float("nan"))
    moved = rebase_district(*town, plan(), came, 2023)
    assert moved.district.rolls.classes["B", "g7", 2023] == 2  # 90 pupils, 50 a class


def test_a_standing_school_without_a_roll_is_refused(town):
    came = what_came(*town, plan(), [2023]).drop("A", level="school")
    with pytest.raises(InputError, match="A has no roll in 2023"):
        rebase_district(*town, plan(), came, 2023)
