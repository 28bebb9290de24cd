"""The verb explain: a measure of the district, an indicator of a rule set, a wrong question."""

import pytest
from typer.testing import CliRunner

from seatplan.cli import app
from seatplan.district.writing import write_district
from seatplan.examples import toy_district, toy_standards


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    folder = tmp_path_factory.mktemp("explain") / "town"
    write_district(toy_district(), toy_standards(), folder)
    return folder


def call(*words):
    return CliRunner().invoke(app, ["explain", *map(str, words), "--language", "en"])


def test_a_share_of_the_district_leads_to_its_classes(town):
    told = call(town, "district", 2021, "class_compliance", "--stage", "primary").stdout
    # six classes of 40 within 45, six of 50 beyond
    assert "(class_compliance) = 50.00 %" in told
    assert "12 in all" in told
    assert "all others nought) again: 50.00 %" in told


@pytest.mark.slow
def test_an_indicator_leads_to_its_clause_and_the_school_in_the_way(town):
    done = call(town, "district", 2021, "class-size", "--stage", "primary")
    assert done.exit_code == 0, done.stderr
    head = next(line for line in done.stdout.splitlines() if "(class_size)" in line)
    assert "B" in head.split("(class_size)")[0]  # six classes of 50 where 45 are allowed
    assert "= 50" in head


@pytest.mark.slow
def test_an_indicator_that_lacks_a_column_names_it(town):
    done = call(town, "district", 2021, "teaching-area")
    assert done.exit_code == 0
    assert "it needs teaching_m2 of resources.csv" in done.stdout


def test_what_is_asked_wrongly_is_told(town):
    done = call(town, "district", 2021, "class_complianc")
    assert done.exit_code == 2
    assert "no figure of that name" in done.stderr
    done = call(town, "X", 1999, "class_compliance")
    assert done.exit_code == 2
    assert "1999" in done.stderr
