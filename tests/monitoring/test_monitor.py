"""Every departure that was made is named, and nothing else."""

from pathlib import Path

import pandas as pd
import pytest

from seatplan.audit.audit import read_plan
from seatplan.errors import InputError
from seatplan.examples import toy_district, toy_standards
from seatplan.monitoring.actual import read_actual, read_births
from seatplan.monitoring.monitor import _name_places, _take_out, monitor_year
from seatplan.outcome import evaluate
from seatplan.scenarios.interventions import Expand
from seatplan.scenarios.scenario import BASELINE, Scenario
from seatplan.views.monitor import tell_summary, write_monitoring
from tests.audit.plans import write_plan
from tests.monitoring.made_up import add_zeros, close_a, convert_a, merge_a, plan, what_came

YEARS = [2021, 2022, 2023]


@pytest.fixture(scope="module")
def town():
    return toy_district(), toy_standards()


def moved_in(count=20):
    """Twenty a grade come to A in 2022, grades 2 to 5, and stay."""
    first = {("A", f"g{grade}", 2022): count for grade in range(2, 6)}
    return first | {("A", f"g{grade + 1}", 2023): count for grade in range(2, 6)}


def test_what_comes_as_forecast_is_no_departure(town):
    came = what_came(*town, plan(), YEARS)
    found = monitor_year(*town, plan(), came, 2023)
    assert found.departures == ()
    assert found.errors.error.abs().max() == 0
    assert found.errors.wape.max() == 0
    assert "no targets" in tell_summary(found, "en")


def test_a_late_school_is_named_and_not_the_schools_that_keep_its_pupils(town):
    came = what_came(*town, plan(2025), YEARS)
    found = monitor_year(*town, plan(), came, 2023)
    (one,) = found.departures
    assert (one.kind, one.subject, one.year, one.came) == ("late", "N1", 2022, 0)
    assert found.rebased.late == ("N1",)
    assert [step.year for step in found.rebased.scenario.interventions] == [2024]


def test_a_school_that_opens_early_is_named(town):
    came = what_came(*town, plan(2022), YEARS)
    found = monitor_year(*town, plan(2024), came, 2023)
    (one,) = found.departures
    assert (one.kind, one.subject, one.expected, one.came) == ("early", "N1", 2024, 2022)


@pytest.mark.parametrize(
    ("planned", "closed", "kind", "year"),
    [(2025, 2022, "closed_early", 2022), (2022, 2025, "closed_late", 2022)],
)
def test_a_school_that_closes_at_another_time_is_named_and_no_other(
    town, planned, closed, kind, year
):
    came = what_came(*town, close_a(closed), YEARS)
    came = add_zeros(came, "A", closed, YEARS) if closed <= 2023 else came
    found = monitor_year(*town, close_a(planned), came, 2023)
    (one,) = found.departures
    assert (one.kind, one.subject, one.year, one.expected) == (kind, "A", year, planned)
    left = [step.year for step in found.rebased.scenario.interventions]
    assert left == ([] if closed <= 2023 else [2024])
    assert "{" not in write_monitoring(found, "en")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("meant", "came", "named", "told"),
    [
        # years between are on record, and so is the year in which it came
        (plan(2022), plan(2023), ("late", "N1", 2022, 2023), "it has pupils only from 2023 on"),
        (merge_a(2022), merge_a(2023), ("closed_late", "A", 2022, 2023), "it closed only in 2023"),
        (merge_a(2022), merge_a(2025), ("closed_late", "A", 2022, 0), "still has pupils in 2023"),
        (merge_a(2023), merge_a(2022), ("closed_early", "A", 2022, 2022), "no pupils from 2022 on"),
        (convert_a(2022), convert_a(2023), ("stage_late", "A junior", 2022, 2023), "take up"),
        (convert_a(2022), convert_a(2025), ("stage_late", "A junior", 2022, 0), "no such pupils"),
        (convert_a(2025), convert_a(2022), ("stage_early", "A junior", 2022, 2022), "in 2022"),
        (BASELINE, convert_a(2022), ("stage_new", "A junior", 2022, 2022), "does not say so"),
    ],
)
def test_a_step_that_came_in_another_year_is_named_and_nothing_else(town, meant, came, named, told):
    found = monitor_year(*town, meant, what_came(*town, came, YEARS), 2023)
    (one,) = found.departures
    assert (one.kind, one.subject, one.year, one.came) == named
    assert told in write_monitoring(found, "en")
    assert "{" not in write_monitoring(found, "zh")


def test_a_school_that_closes_outside_the_plan_is_named_and_not_its_neighbours(town):
    came = what_came(*town, close_a(2022), YEARS)
    found = monitor_year(*town, BASELINE, add_zeros(came, "A", 2022, YEARS), 2023)
    (one,) = found.departures
    assert (one.kind, one.subject, one.year) == ("closed", "A", 2022)
    assert "the plan does not close it" in write_monitoring(found, "en")
    assert "A" not in found.rebased.district.schools.index
    with pytest.raises(InputError, match="A has no roll in 2023"):  # left out is not closed
        monitor_year(*town, BASELINE, came, 2023)


def test_pupils_of_a_school_that_closed_may_be_anywhere_but_not_more_than_it_had(town):
    outcome = evaluate(*town)
    rows = [("A", "primary", 100.0, 160.0), ("B", "primary", 300.0, 290.0)]
    own = pd.DataFrame(rows, columns=["school", "stage", "expected", "came"])
    assert _take_out(own, 50.0).empty  # 60 more, of which 10 are within the bound
    assert list(_take_out(own, 40.0).school) == ["A"]
    assert len(_take_out(own, 0.0)) == 2
    assert [one.subject for one in _name_places(outcome, _take_out(own, 40.0), 0.0, 2023)] == ["A"]


@pytest.mark.slow
def test_a_step_about_a_late_school_moves_with_it(town):
    more = Expand(year=2023, school="N1", classrooms={"primary": 2}, source="test")
    meant = Scenario("plan", interventions=(*plan().interventions, more))
    found = monitor_year(*town, meant, what_came(*town, plan(2025), YEARS), 2023)
    assert [one.kind for one in found.departures] == ["late"]
    assert [step.year for step in found.rebased.scenario.interventions] == [2024, 2024]


def test_classes_that_are_merged_are_named_with_their_school(town):
    came = what_came(*town, plan(), YEARS)
    came.loc[("B", "g7", 2023), "classes"] -= 1  # 90 pupils in one class
    found = monitor_year(*town, plan(), came, 2023)
    (one,) = found.departures
    assert (one.kind, one.subject, one.came - one.expected) == ("classes", "B", -1)
    assert "classes were merged" in write_monitoring(found, "en")
    assert "classes were merged" not in write_monitoring(found, "en", public=True)


def test_migrants_are_named_once_with_the_school_where_they_are(town):
    came = what_came(*town, plan(), YEARS, moved_in())
    found = monitor_year(*town, plan(), came, 2023)
    (one,) = found.departures
    assert (one.kind, one.subject, one.year) == ("moved", "primary", 2022)
    assert one.came - one.expected == 80
    assert one.where == ("A",)


def test_births_are_held_against_those_assumed(town):
    came = what_came(*town, plan(), YEARS)
    births = {2020: 90, 2021: 88, 2022: 70, 2023: 60}
    found = monitor_year(*town, plan(), came, 2023, births=births)
    assert [(one.kind, one.year, one.expected, one.came) for one in found.departures] == [
        ("births", 2022, 90, 70),
        ("births", 2023, 90, 60),
    ]
    assert found.rebased.district.births.loc[2022].tolist() == [70, 70, 70]


def test_all_together_are_named_and_nothing_else(town):
    came = what_came(*town, plan(2025), YEARS, moved_in())
    found = monitor_year(*town, plan(), came, 2023, births={2023: 60})
    assert [(one.kind, one.subject, one.year) for one in found.departures] == [
        ("late", "N1", 2022),
        ("births", "", 2023),
        ("moved", "primary", 2022),
    ]


def test_pupils_who_change_schools_show_at_both(town):
    swap = {("A", f"g{grade}", 2023): 10 for grade in range(1, 7)}
    swap |= {("B", f"g{grade}", 2023): -10 for grade in range(1, 7)}
    came = what_came(*town, plan(2025), YEARS, swap)
    found = monitor_year(*town, plan(2025), came, 2023)
    named = {(one.kind, one.subject): one.came - one.expected for one in found.departures}
    assert named == {("school", "A"): 60, ("school", "B"): -60}


def test_schools_of_a_township_that_are_off_alike_are_named_as_one(town):
    district, standards = town
    outcome = evaluate(
        district.replace(schools=district.schools.assign(township="south")), standards
    )
    rows = [("A", "primary", 200.0, 240.0), ("B", "primary", 100.0, 130.0)]
    own = pd.DataFrame(rows, columns=["school", "stage", "expected", "came"])
    (one,) = _name_places(outcome, own, 0.0, 2023)
    assert (one.kind, one.subject, one.expected, one.came) == (
        "township",
        "south primary",
        300,
        370,
    )
    own.loc[1, "came"] = 60.0  # one more, one fewer: two schools, and no township
    assert [one.kind for one in _name_places(outcome, own, 0.0, 2023)] == ["school", "school"]
    assert not list(_name_places(outcome, own.head(1), 9.0, 2023))  # the district explains it


def test_a_fall_of_entrants_is_named(town):
    fewer = {("K", "k1", year): -20 for year in (2022, 2023)}
    fewer[("K", "k2", 2023)] = -20  # the same children, a year on
    came = what_came(*town, plan(), YEARS, fewer)
    found = monitor_year(*town, plan(), came, 2023)
    assert [(one.kind, one.subject, one.year) for one in found.departures] == [
        ("entrants", "kindergarten", 2022),
        ("entrants", "kindergarten", 2023),
    ]


def test_targets_are_lines_from_their_start(town, tmp_path):
    figure = "figure = {name = 'class_compliance', stages = ['primary']}"
    text = f"""
[[number]]
key = "compliance-now"
name = {{zh = "达标率", en = "Compliance"}}
value = 50.0
unit = "percent"
year = 2020
clause = "一"
sentence = "现为五成"
{figure}

[[number]]
key = "compliance-then"
name = {{zh = "达标率", en = "Compliance"}}
value = 90.0
bound = "at_least"
unit = "percent"
year = 2025
clause = "二"
sentence = "达到九成"
{figure}
"""
    promises = read_plan(write_plan(tmp_path, text))
    came = what_came(*town, plan(), YEARS)
    found = monitor_year(*town, plan(), came, 2023, plan=promises)
    targets = {one.number.key: one for one in found.targets}
    line = targets["compliance-then"]
    assert line.line == pytest.approx(50 + 40 * 3 / 5)
    share = 100 * found.now.measure("class_compliance")["primary", 2023]
    assert line.came == pytest.approx(share)
    assert line.state == ("reached" if share >= 90 else "on the way" if share >= 74 else "behind")
    assert targets["migrants"].state == "cannot be computed"
    assert targets["migrants"].missing is not None


@pytest.mark.parametrize(
    ("bound", "now", "then"), [("at_most", 3.0, 5.0), ("at_least", 87.0, 85.0)]
)
def test_nobody_is_asked_to_fall_back_to_a_target(town, tmp_path, bound, now, then):
    figure = "figure = {name = 'class_compliance', stages = ['primary']}"
    text = "".join(
        f'''
[[number]]
key = "{key}"
name = {{zh = "率", en = "Share"}}
value = {value}
bound = "{bound}"
unit = "percent"
year = {year}
clause = "一"
sentence = "某句"
{figure}
'''
        for key, value, year in (("now-share", now, 2020), ("then-share", then, 2025))
    )
    promises = read_plan(write_plan(tmp_path, text))
    came = what_came(*town, plan(), YEARS)
    targets = monitor_year(*town, plan(), came, 2023, plan=promises).targets
    assert next(one.line for one in targets if one.number.key == "then-share") == then


def test_the_forecasts_own_error(town):
    came = what_came(*town, plan(), YEARS, moved_in())
    errors = monitor_year(*town, plan(), came, 2023).errors
    assert errors.error["primary", 2021] == 0
    assert errors.error["primary", 2022] == pytest.approx(80 / 540)
    assert errors.wape["primary", 2022] == pytest.approx(80 / 620)


def write(folder: Path, rows: pd.DataFrame) -> Path:
    path = folder / "actual.csv"
    rows.to_csv(path, index=False)
    return path


def test_real_rolls_are_read_and_checked(town, tmp_path):
    district, standards = plan().apply(town[0]), town[1]
    rows = what_came(*town, plan(), [2023]).reset_index()
    found = read_actual(write(tmp_path, rows.drop(columns="year")), district, standards, 2023)
    sent = rows.set_index(["school", "grade", "year"])
    assert found.pupils.to_dict() == sent.pupils.to_dict()
    assert found.classes.to_dict() == sent.classes.to_dict()
    wrong = rows.copy()
    wrong.loc[0, "school"] = "AA"
    wrong.loc[1, "grade"] = "g99"
    with pytest.raises(InputError) as refused:
        read_actual(write(tmp_path, wrong), district, standards, 2023)
    assert "actual.csv: row 2, column school: AA; no such school" in str(refused.value)
    assert "row 3, column grade: g99" in str(refused.value)
    with pytest.raises(InputError, match="no row of 2022"):
        read_actual(write(tmp_path, rows), district, standards, 2022)
    with pytest.raises(InputError, match="--year 2026"):
        read_actual(write(tmp_path, rows), district, standards, 2026)


def test_slips_in_the_real_rolls_are_named(town, tmp_path):
    came = what_came(*town, plan(), [2022]).reset_index()
    path = tmp_path / "came.csv"
    came.loc[0, "classes"] = 0
    came.loc[1, "classes"] = 300
    came.to_csv(path, index=False)
    with pytest.raises(InputError) as refused:
        read_actual(path, plan().apply(town[0]), town[1], 2022)
    assert "came.csv: row 2, column classes: 0; want 1 to" in str(refused.value)
    assert "came.csv: row 3, column classes: 300; want 1 to" in str(refused.value)


def test_a_grade_that_is_left_out_is_not_taken_for_none(town):
    came = what_came(*town, plan(), [2022])
    with pytest.raises(InputError, match="A, g3: no roll in 2022; want a row, 0 where nobody"):
        monitor_year(*town, plan(), came.drop(("A", "g3", 2022)), 2022)


def test_births_of_years_that_nobody_assumed_are_refused(tmp_path):
    (tmp_path / "births.csv").write_text("year,births\n2090,90\n", "utf-8")
    with pytest.raises(InputError, match="column year: 2090; want 2015 to 2025"):
        read_births(tmp_path / "births.csv", range(2015, 2026))
