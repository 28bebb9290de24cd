"""The verb explain: a measure of the district, an indicator of a rule set, a wrong question."""

from dataclasses import replace

import pytest
from tests.full import full_outcome
from typer.testing import CliRunner

from seatplan.assess.assess import assess_outcomes
from seatplan.assess.holding import list_varied
from seatplan.assess.rule_sets import read_rule_sets
from seatplan.cli import app
from seatplan.district.writing import write_district
from seatplan.examples import toy_district, toy_standards
from seatplan.sample import find_rules
from seatplan.views.clauses import Page
from seatplan.views.variation import write_variation


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


def test_a_variation_shows_every_schools_value_mean_and_spread():
    outcome = full_outcome()
    (sets,) = (one for one in read_rule_sets([find_rules()]) if one.code == "quality-balance")
    rule = next(one for one in sets.rules if one.code == "degree-teachers-variation")
    assessed = assess_outcomes([outcome], [replace(sets, rules=(rule,), joints=())])
    told = write_variation(Page(assessed, "en", 2021), rule, outcome, "primary").splitlines()
    table = list_varied(rule, outcome)
    part = table[(table.stage == "primary") & (table.year == 2021)]
    mean = (part.value * part.pupils).sum() / part.pupils.sum()
    spread = ((part.pupils * (part.value - mean) ** 2).sum() / part.pupils.sum()) ** 0.5
    assert f"{spread / mean:.3f} = standard deviation {spread:.3f} / mean {mean:.3f}" in told[0]
    assert len(told) == 1 + len(part) == 3
    for school in part.school:
        assert sum(f" {school}: " in line for line in told) == 1


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
