import pytest

from seatplan.scenarios.interventions import NewSchool
from seatplan.scenarios.scenario import Scenario
from seatplan.siting.programme import close_all, count_stranded, operate, read_programme
from seatplan.siting.survey import survey_sites

from .towns import toy

YEARS = range(2021, 2027)


def survey_toy():
    return survey_sites(toy(), "primary", [2, 4], YEARS)


def open_s1(year=2023, **fields):
    step = NewSchool(
        school="N", name="新", site="S1", year=year, source="test",
        **({"classrooms": {"primary": 4}} | fields),
    )  # fmt: skip
    return Scenario("plan", interventions=(step,))


def test_without_a_school_the_pupils_beyond_their_seats_are_short_every_year():
    # B has 300 pupils for 270 seats; A, with 30 to spare, lies beyond their reach
    table = operate(survey_toy(), close_all(survey_toy())).table
    assert table.short.tolist() == [30.0] * 6
    assert table.unplaced.tolist() == [0.0] * 6  # they find a seat at A, if they walk on
    assert (table.walk_all_m > table.walk_m).all()


def test_a_scenario_is_read_as_a_programme():
    programme = read_programme(survey_toy(), open_s1())
    assert programme.classrooms.tolist() == [4]
    assert programme.opening.tolist() == [2023]


def test_a_new_school_of_another_stage_is_not_in_the_programme():
    programme = read_programme(survey_toy(), open_s1(classrooms={"kindergarten": 4}))
    assert programme.classrooms.tolist() == programme.opening.tolist() == [0]


def test_seats_count_from_the_opening_year_on():
    survey = survey_toy()
    operation = operate(survey, read_programme(survey, open_s1(2023)))
    assert operation.table.new_seats.tolist() == [0, 0, 180, 180, 180, 180]
    assert operation.table.short.tolist() == [30, 30, 0, 0, 0, 0]
    assert operation.shortage == 60.0


def test_empty_seats_are_counted_after_as_many_years_as_asked():
    # 180 seats, 60 pupils of b3, in whatever year
    survey = survey_toy()
    programme = read_programme(survey, open_s1(2021))
    for after in (1, 10):
        assert count_stranded(survey, programme, after).to_dict() == {"S1": pytest.approx(120.0)}
