"""Groups of pupils between schools, by hand and by what they must be between.

Primary: A has b1 (60 pupils), b2 (60) and b4 (120); B has b3 (60), b5 (120) and b6 (120). Half of
b1 and a quarter of b6 are migrants: 30 of A's 240 and 30 of B's 300.
"""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.assess.test_assess import STANDARDS, own_set, pick
from tests.full import MIGRANT, full_district, full_outcome

from seatplan.assess.assess import assess_outcomes
from seatplan.assess.rule_sets import read_rule_sets
from seatplan.examples import toy_outcome, toy_standards
from seatplan.measures.spread import measure_dissimilarity, measure_exposure
from seatplan.outcome import evaluate

AT = (MIGRANT, "primary", 2020)
amounts = st.lists(st.tuples(st.integers(1, 99), st.integers(1, 99)), min_size=2, max_size=9)


def test_groups_by_hand():
    outcome = full_outcome()
    assert outcome.measure("group_pupils")[AT] == pytest.approx(60)
    # A: 30 of 60 members and 210 of 480 others; B: 30 and 270
    assert outcome.measure("dissimilarity")[AT] == pytest.approx(abs(30 / 60 - 210 / 480))
    assert outcome.measure("exposure")[AT] == pytest.approx((30 * 210 / 240 + 30 * 270 / 300) / 60)


def test_a_group_that_is_everyone_meets_nobody_else():
    district = full_district()
    index = pd.MultiIndex.from_product([district.blocks.index, ["all"]], names=["block", "group"])
    everyone = district.replace(composition=pd.Series(1.0, index, name="share"))
    outcome = evaluate(everyone, toy_standards())
    assert outcome.measure("group_pupils")["all", "primary", 2020] == pytest.approx(540)
    assert outcome.measure("exposure")["all", "primary", 2020] == pytest.approx(0)
    assert outcome.measure("dissimilarity").empty  # there is nobody to differ from


@given(amounts, st.integers(2, 9))
def test_dissimilarity_and_exposure_keep_their_bounds_and_know_no_scale(counts, factor):
    members, others = np.array(counts, float).T
    for measure in (measure_dissimilarity, measure_exposure):
        found = measure(members, others)
        assert 0 <= found <= 1
        assert measure(factor * members, factor * others) == pytest.approx(found)
    assert measure_dissimilarity(members, others) == pytest.approx(
        measure_dissimilarity(others, members)
    )
    assert measure_dissimilarity(members, 3 * members) == pytest.approx(0)
    # alike everywhere, a member meets the others' share of the district
    assert measure_exposure(members, 3 * members) == pytest.approx(0.75)


def test_without_composition_the_file_is_named():
    found = assess_outcomes([toy_outcome()], pick(read_rule_sets([STANDARDS]), "dissimilarity"))
    assert [one.column_en for one in found.lacking] == [
        "share of composition.csv (by block and group)"
    ]
    held = assess_outcomes([full_outcome()], pick(read_rule_sets([STANDARDS]), "dissimilarity"))
    assert held.lacking == ()
    assert set(held.table.scope) == {MIGRANT}


def test_a_limit_stands_by_the_name_of_a_group(tmp_path):
    rule = f'measure = "dissimilarity"\nlimit = {{{MIGRANT} = 0.05}}'
    table = assess_outcomes([full_outcome()], own_set(tmp_path, rule)).table
    own = table[(table.stage == "primary") & (table.year == 2020)]
    assert own.status.tolist() == ["missed"]


def test_bought_places_stand_beside_public_schools():
    district = full_district()
    schools = district.schools.assign(ownership=["public", "private", "public"])
    outcome = evaluate(district.replace(schools=schools), toy_standards())
    # B is private: 60 migrants of primary, 20 places bought; 10 of junior, 15 bought
    assert outcome.measure("bought_places").xs(2020, level="year").to_dict() == {
        "kindergarten": 0, "primary": 20, "junior": 15,
    }  # fmt: skip
    provided = outcome.measure("migrants_provided")
    assert provided["primary", 2020] == pytest.approx((30 + 20) / 90)
    assert provided["junior", 2020] == 1
    public = outcome.measure("migrants_in_public")
    assert (provided >= public - 1e-12).all()
    assert full_outcome().measure("bought_places").max() == 0  # all schools are public
