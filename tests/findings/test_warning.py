"""Early warning of the toy town, by hand."""

import dataclasses
from importlib import resources

import numpy as np
import pandas as pd
import pytest

import seatplan as sp
from seatplan.demand.draws import hold_factors
from seatplan.errors import InputError
from seatplan.examples import toy_district, toy_outcome, toy_standards
from seatplan.findings.thresholds import read_thresholds
from seatplan.findings.warning import (
    list_growing,
    list_limits_tripped,
    list_warnings,
    warn_early,
)
from seatplan.findings.wave import add_idle_chances, list_stranded, list_waves
from seatplan.scenarios.interventions import Expand
from seatplan.scenarios.scenario import Scenario
from seatplan.views.warning import write_warnings


def expand(rooms, year=2021):
    step = {"school": "K", "year": year, "classrooms": {"kindergarten": rooms}}
    step |= {"source": "toy"}
    return Scenario("wider", sp.BASELINE.title, (Expand.model_validate(step),))


def test_a_level_follows_share_years_and_what_passes():
    # K: 270 children for 180 seats in every year; B: 300 primary pupils for 270 seats
    found = list_warnings(toy_outcome())
    kindergarten, primary = found.loc[("K", "kindergarten")], found.loc[("B", "primary")]
    assert (kindergarten.level, kindergarten.shortage, kindergarten.share) == ("red", 90, 0.5)
    assert (primary.level, primary.shortage, primary.left) == ("red", 30, 0)
    assert not found.passes.any()
    assert ("A", "primary") not in found.index  # 240 pupils for 270 seats


def test_remedies_are_late_by_their_lead():
    row = list_warnings(toy_outcome()).loc[("B", "primary")]
    late = [row[f"late_{name}"] for name in ("rezone", "convert", "expand", "new_school")]
    assert late == [1, 1, 2, 3]  # short already in 2020


def test_what_passes_before_a_new_school_is_one_level_quieter():
    plan = sp.evaluate(toy_district(), toy_standards(), expand(3, 2022))  # 90 seats more from 2022
    row = list_warnings(plan).loc[("K", "kindergarten")]
    assert (row["last"], row.passes, row.level) == (2021, True, "orange")


def test_a_chance_below_the_threshold_is_no_warning():
    district, standards = toy_district(), toy_standards()
    shape = (len(district.blocks), len(standards.grades), len(district.years), 10)
    factors = np.full(shape, 0.5)
    factors[..., :3] = 1.0  # in three of ten futures everybody comes
    labels = (district.blocks.index, standards.grades, district.years)
    draws = sp.evaluate_draws(district, standards, draws=hold_factors(factors, *labels))
    row = list_warnings(toy_outcome(), draws=draws).loc[("B", "primary")]
    assert row.chance == pytest.approx(0.3)
    assert pd.isna(row.likely)
    assert row.level == "yellow"  # red and orange want one half


def test_years_are_counted_from_now():
    row = list_warnings(toy_outcome(), now=2023).loc[("B", "primary")]
    assert (row["first"], row["left"], row.late_new_school) == (2023, 0, 3)


def test_a_town_that_does_not_change_has_no_wave():
    waves = list_waves(toy_outcome())
    row = waves.loc[("district", toy_outcome().district.code, "primary")]
    assert (row.today, row.peak, row.peak_year, row.trough) == (540, 540, 2020, 540)
    assert row.peak_ratio == row.trough_ratio == 1
    assert set(list_waves(toy_outcome(), now=2022).peak_year) == {2022}  # none that is past
    assert waves.loc["catchment"].loc[("B", "primary")].seats == 270
    assert len(list_growing(toy_outcome())) == 0


def test_seats_of_a_project_are_followed_as_far_as_the_forecast():
    district = toy_district().replace(horizon=2033)
    births = pd.DataFrame({"medium": 90.0}, index=pd.RangeIndex(2010, 2034, name="year"))
    district = district.replace(births=births)
    today = sp.evaluate(district, toy_standards())
    plan = sp.evaluate(district, toy_standards(), expand(6))  # 180 more for 90 who lack a seat
    row = list_stranded(today, plan).loc[("K", "kindergarten")]
    assert (row.opening, row.added) == (2021, 180)
    assert (row.year_10, row.seats_10, row.pupils_10, row.idle_10) == (2031, 360, 270, 90)
    assert row.stranded_10  # half of what was added
    assert pd.isna(row.idle_15)


def test_where_no_limit_is_passed_the_table_is_empty_and_the_page_stands():
    nothing = list_limits_tripped(toy_outcome(), now=2100)
    assert nothing.index.names == ["code", "school", "stage"]
    found = dataclasses.replace(warn_early(toy_outcome(), toy_outcome()), limits=nothing)
    assert "## " in write_warnings(found, "en")


def test_limits_are_told_by_the_first_year_and_the_worst():
    table = list_limits_tripped(toy_outcome())
    row = table.loc[("class-size", "B", "primary")]
    assert (row["first"], row.value, row.limit, row.late_expand) == (2020, 50, 45, 2)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_says_all_of_it(language):
    plan = sp.evaluate(toy_district(), toy_standards(), expand(6))
    page = write_warnings(warn_early(toy_outcome(), plan), language)
    assert "{" not in page
    assert "nan" not in page.lower().replace("finance", "")
    assert page.count("## ") >= 6
    told = {"zh": "幼儿园没有划片，按就近计", "en": "no catchments are drawn"}
    assert told[language] in page  # K is listed, and has no catchment


def test_a_towns_own_thresholds_take_the_place(tmp_path):
    path = tmp_path / "warnings.toml"
    path.write_text("[lead_years]\nrezone = -1\n", "utf-8")
    with pytest.raises(InputError) as refused:
        read_thresholds(path)
    assert "lead_years.rezone" in str(refused.value)
    assert "level" in str(refused.value)
    own = resources.files("seatplan.findings").joinpath("warnings.toml").read_text("utf-8")
    path.write_text(own.split("[transfer]")[0], "utf-8")  # a file from before there were transfers
    assert read_thresholds(path) == read_thresholds()


def test_a_stage_seated_from_the_whole_district_has_no_boundaries_to_move():
    rules = toy_standards()
    seated = tuple(
        dataclasses.replace(stage, intake="seats") if stage.code == "primary" else stage
        for stage in rules.stages
    )
    district = toy_district()
    fewer = district.replace(classrooms=district.classrooms // 2)  # seats run short everywhere
    outcome = sp.evaluate(fewer, dataclasses.replace(rules, stages=seated))
    late = list_warnings(outcome).late_rezone
    assert len(late.xs("primary", level="stage"))
    assert late.xs("primary", level="stage").isna().all()
    assert late.xs("junior", level="stage").notna().all()


def test_the_chance_of_empty_seats_is_the_share_of_futures():
    rules = toy_standards()
    today, plan = (sp.evaluate(toy_district(), rules, one) for one in (sp.BASELINE, expand(3)))
    table = list_stranded(today, plan)
    table["opening"] = 2011  # so that ten years after lies within the forecast
    axes = plan.axes
    rolls = np.zeros((len(axes.schools), len(axes.stages), len(axes.years), 4), dtype=np.int64)
    place = axes.schools.get_loc("K"), axes.stages.index("kindergarten"), axes.years.index(2021)
    seats, added = plan.measure("seats")["K", "kindergarten", 2021], table.added.iloc[0]
    rolls[place] = seats - np.array([0, 0.3 * added, 0.3 * added + 1, added]).astype(int)
    row = add_idle_chances(table, plan, rolls).loc["K", "kindergarten"]
    assert row.chance_10 == 0.5
    assert row.chance_15 == 1  # in 2026 nobody is on roll
