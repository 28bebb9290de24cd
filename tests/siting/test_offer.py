"""What each place may carry, and why not more."""

from seatplan.siting.extensions import Extensions
from seatplan.siting.survey import survey_sites

from .towns import toy

YEARS = range(2021, 2027)


def survey_toy(classrooms, added):
    return survey_sites(
        toy(), "primary", classrooms, YEARS, kinds=["expand"],
        extensions=Extensions(classrooms=added),
    )  # fmt: skip


def test_sizes_of_one_kind_are_not_on_offer_for_the_other():
    # S1 takes 2 rooms or 4, A and B take 1 or 4 more
    survey = survey_toy([2, 4], [1, 4])
    assert survey.places.index.tolist() == ["S1", "A+", "B+"]
    assert survey.sizes.tolist() == [[0, 2, 4], [1, 0, 4], [1, 0, 4]]
    assert survey.excluded.empty  # nothing that was asked for is refused


def test_what_is_not_on_offer_is_told_with_its_reason():
    # S1 has room for 24; B may gain 31 rooms up to 2,000 pupils, A 38
    told = survey_toy([2, 30], [1, 35]).excluded
    assert told.to_dict("records") == [
        {"place": "S1", "classrooms": 30, "reason": "more classrooms than the site's maximum"},
        {
            "place": "B+",
            "classrooms": 35,
            "reason": "more than 2000 pupils, the standard's school size",
        },
    ]


def test_the_way_to_an_extension_is_that_to_its_school():
    survey = survey_toy([2], [1])
    assert survey.metres[:, 3].tolist() == survey.metres[:, 0].tolist()  # A+ and A
    assert survey.metres[:, 4].tolist() == survey.metres[:, 1].tolist()  # B+ and B
