from dataclasses import replace

import pytest

from seatplan.errors import InputError
from seatplan.siting.survey import survey_sites

from .towns import toy

YEARS = range(2021, 2027)


def test_the_survey_lays_out_pupils_seats_and_ways():
    survey = survey_sites(toy(), "primary", [6, 12], YEARS)
    assert list(survey.schools) == ["A", "B"]
    assert survey.seats[:, 1].tolist() == [270, 270]
    assert survey.pupils[:, 1].tolist() == [60, 60, 60, 120, 120, 120]  # 6 grades
    # from b6, one block north of b3, to A, B and S1, which lies 50 m off the road's end
    assert survey.metres[5].tolist() == [1200, 0, 450]
    assert survey.new_seats.tolist() == [[270, 540]]


def test_sizes_beyond_the_site_are_out_with_the_reason():
    survey = survey_sites(toy(), "primary", [24, 30], YEARS)
    assert survey.sizes.tolist() == [[24, 0]]
    assert survey.excluded.reason.tolist() == ["more classrooms than the site's maximum"]


def test_no_school_is_larger_than_the_standard_allows():
    # 45 x 45 = 2,025 pupils; the limit is 2,000
    outcome = toy()
    sites = outcome.district.sites.assign(max_classrooms=60)
    outcome = replace(
        outcome, case=replace(outcome.case, district=outcome.district.replace(sites=sites))
    )
    survey = survey_sites(outcome, "primary", [44, 45], YEARS)
    assert survey.sizes.tolist() == [[44, 0]]
    assert survey.excluded.reason.tolist() == ["more than 2000 pupils, the standard's school size"]


def test_land_for_each_pupil_limits_the_size():
    # 9,000 m2 at 15 m2 a pupil carry 600 pupils: 13 classrooms of 45
    survey = survey_sites(toy(), "primary", [13, 14], YEARS, land_per_pupil=15.0)
    assert survey.sizes.tolist() == [[13, 0]]


def test_a_site_near_a_school_of_the_stage_is_out():
    # B stands 403 m from S1
    with pytest.raises(InputError, match="a school stands within 500 m"):
        survey_sites(toy(), "primary", [6], YEARS, least_apart=500.0)
    assert len(survey_sites(toy(), "primary", [6], YEARS, least_apart=400.0).places) == 1


def test_a_site_where_a_school_stands_is_out():
    outcome = toy()
    sites = outcome.district.sites.set_geometry(outcome.district.schools.geometry[["B"]].values)
    outcome = replace(
        outcome, case=replace(outcome.case, district=outcome.district.replace(sites=sites))
    )
    with pytest.raises(InputError, match="a school stands there"):
        survey_sites(outcome, "primary", [6], YEARS)


def test_a_site_is_free_from_its_year_on():
    assert survey_sites(toy(2023), "primary", [6], YEARS).earliest.tolist() == [2]
    with pytest.raises(InputError, match="the site is free only after 2022"):
        survey_sites(toy(2023), "primary", [6], [2021, 2022])


def test_every_fault_of_a_question_is_told_at_once():
    with pytest.raises(InputError, match=r"no stage is called prim(.|\n)*2021 to 2026; got 2020"):
        survey_sites(toy(), "prim", [6], [2020, 2021])
