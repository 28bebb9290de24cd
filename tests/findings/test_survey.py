"""What to count next in the toy town, by hand."""

import pytest

import seatplan as sp
from seatplan.demand.variants import read_variants
from seatplan.examples import toy_district, toy_standards
from seatplan.findings.survey import list_asked
from seatplan.findings.swings import list_swings
from seatplan.findings.thresholds import read_thresholds
from seatplan.views.swings import write_swings

YEAR = 2025


def ask(district, least=5, watched=100):
    today = sp.evaluate(district, toy_standards())
    rules = read_thresholds()
    few = rules.least.model_copy(update={"pupils": least, "watched": watched})
    found = list_swings(today, today, read_variants(), YEAR)
    rules = rules.model_copy(update={"least": few})
    return found, list_asked(today, found, read_variants(), thresholds=rules)


def made_up(district):
    """The toy town with schools and blocks that nobody has counted."""
    schools = district.schools.assign(provenance="calibrated")
    return district.replace(schools=schools, blocks=district.blocks.assign(provenance="synthetic"))


def test_one_room_more_or_fewer_changes_the_catchments_that_are_near():
    # B: 300 primary pupils for 270 seats: 30 short; a room of 45 fewer leaves 75, one more none.
    # A: 240 for 270: a room fewer and 15 are short.
    _, table = ask(made_up(toy_district()))
    rooms = table.loc["rooms"]
    assert tuple(rooms.loc[("B", "primary"), ["catchments", "shortage"]]) == (1, 75)
    assert tuple(rooms.loc[("A", "primary"), ["catchments", "shortage"]]) == (1, 15)
    assert rooms.provenance["B", "primary"] == "calibrated"
    # K: 270 for 180: a room of 30 makes it neither short nor enough
    assert tuple(rooms.loc[("K", "kindergarten"), ["catchments", "shortage"]]) == (0, 60)


def test_a_township_strays_as_far_as_it_is_let():
    # five years ahead: exp(1.2816 x 0.02 x 5) = 1.137
    _, table = ask(made_up(toy_district()))
    towns = table.loc["township"].droplevel("stage")
    away = 1.2815515594 * read_variants().places.township * 5
    names = set(toy_district().blocks.township)
    assert set(towns.index) <= names
    assert away == pytest.approx(0.128, abs=0.001)
    assert (towns.shortage > 0).any()


def test_what_was_counted_is_not_asked_for():
    district = toy_district()
    real = district.replace(
        schools=district.schools.assign(provenance="real"),
        blocks=district.blocks.assign(provenance="real"),
    )
    found, table = ask(real)
    assert set(table.index.get_level_values("input")) <= set(found.survey.index)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_lists_the_first_in_words(language):
    found, table = ask(made_up(toy_district()), watched=10)
    assert len(table) <= 10
    assert table.catchments.is_monotonic_decreasing
    page = write_swings(found, language, asked=table)
    assert "{" not in page
    assert {"zh": "的教室（", "en": "classrooms of "}[language] in page
