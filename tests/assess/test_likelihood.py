"""The share of futures in which an indicator is met: each future is held as one forecast is."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from seatplan.assess.assess import KEYS, assess_outcomes
from seatplan.assess.likelihood import weigh_indicators
from seatplan.assess.rule_sets import read_rule_sets
from seatplan.demand.draws import hold_factors
from seatplan.demand.variant_draws import draw_variants
from seatplan.demand.variants import read_variants
from seatplan.errors import InputError
from seatplan.examples import toy_standards
from seatplan.outcome import evaluate
from tests.assess.test_assess import STANDARDS, own_set, pick
from tests.full import full_district, full_outcome

FACTORS = (0.7, 1.0, 1.05, 1.3)  # of all pupils after the base year, one for each future


def draw(outcome, factors=FACTORS):
    axes = outcome.axes
    shape = (len(axes.blocks), len(axes.grades), len(axes.years), len(factors))
    array = np.ones(shape)
    array[:, :, 1:] = factors
    return hold_factors(array, axes.blocks, axes.grades, axes.years)


def hold_each(outcome, sets, factors=FACTORS):
    """Evaluate and assess each future by itself, as anybody would by hand."""
    tables, joints = [], []
    for factor in factors:
        pupils = outcome.forecast.pupils.unstack("year")
        pupils.iloc[:, 1:] *= factor
        pupils = pupils.stack().reindex(outcome.forecast.pupils.index)
        forecast = replace(outcome.forecast, pupils=pupils)
        one = evaluate(full_district(), toy_standards(), forecast=forecast)
        found = assess_outcomes([one], sets, told=())
        tables.append(found.table.set_index([*KEYS, "year"]))
        joints.append(found.joints)
    return tables, joints


KINDS = ("gross-enrolment", "class-compliance", "teachers", "outdoor-area", "class-size")
KINDS += ("teaching-area-variation", "large-class", "way-nine-in-ten", "beds", "nearby")


@pytest.fixture(scope="module")
def every():
    return read_rule_sets([STANDARDS])


@pytest.fixture(scope="module")
def sets(every):
    """One rule of each kind, and the seven that schools are held to together."""
    seven = [code for one in every for joint in one.joints for code in joint.of]
    return pick(every, *KINDS, *seven, joints=True)


@pytest.fixture(scope="module")
def weighed(sets):
    outcome = full_outcome()
    return weigh_indicators(assess_outcomes([outcome], sets, told=()), draw(outcome))


def test_each_future_is_held_as_one_forecast_is(weighed, sets):
    hold_alike(weighed, sets)


@pytest.mark.slow
def test_every_rule_set_is_held_alike(every):
    outcome = full_outcome()
    hold_alike(weigh_indicators(assess_outcomes([outcome], every), draw(outcome)), every)


def hold_alike(weighed, sets):
    tables, joints = hold_each(full_outcome(), sets)
    table = weighed.table.set_index([*KEYS, "year"])
    table = table[table.index.get_level_values("rule") != "gross-enrolment"]
    table = table[table.index.get_level_values("rule") != "kindergarten-enrolment"]
    beyond = pd.concat([one.beyond.reindex(table.index) for one in tables], axis=1)
    judged = table.status.isin(["met", "missed", "advised"])
    met = (beyond <= 1e-9).sum(axis=1) / beyond.notna().sum(axis=1)
    pd.testing.assert_series_equal(table.chance[judged], met[judged], check_names=False)
    assert table.chance[~judged].isna().all()
    # of four futures the 5 % is the lowest, the median the second, the 95 % the highest
    ordered = np.sort(beyond[judged].to_numpy(), axis=1)
    columns = table.loc[judged, ["beyond_q05", "beyond_q50", "beyond_q95"]].to_numpy()
    np.testing.assert_allclose(columns, ordered[:, [0, 1, 3]], atol=1e-9)
    held = pd.concat(joints).groupby(["joint", "school", "stage", "year"]).status
    share = held.apply(lambda told: (told == "met").mean())
    found = weighed.joints.set_index(["joint", "school", "stage", "year"]).chance
    pd.testing.assert_series_equal(found.sort_index(), share.sort_index(), check_names=False)
    assert 0 < found.mean() < 1


def test_what_is_known_of_the_base_year_has_no_chance_between(weighed):
    base = weighed.table[weighed.table.year == 2020].chance.dropna()
    assert set(base) == {0.0, 1.0}
    assert weighed.table.chance.between(0.01, 0.99).any()


def test_a_looser_limit_is_met_in_no_fewer_futures(tmp_path):
    outcome = full_outcome()
    (own,) = own_set(tmp_path, 'measure = "pupils"\nlimit = {primary = 1}')
    limits = (200, 240, 310, 400)  # B has 300 pupils of primary, A 240
    rules = [replace(own.rules[0], code=str(each), limit={"primary": each}) for each in limits]
    found = assess_outcomes([outcome], [replace(own, rules=tuple(rules))], told=())
    table = weigh_indicators(found, draw(outcome)).table
    chances = table[table.year == 2021].sort_values("limit").chance.tolist()
    assert chances == [0.0, 0.25, 0.5, 1.0]  # 300 x 0.7, 1, 1.05, 1.3: 210, 300, 315, 390


def test_enrolment_is_told_only_where_the_draws_say_who_lives_there(sets, weighed):
    table = weighed.table[weighed.table.rule == "gross-enrolment"]
    assert table.chance.isna().all()
    outcome = full_outcome()
    drawn = draw_variants(full_district(), toy_standards(), read_variants(), n=6, seed=1)
    found = assess_outcomes([outcome], pick(sets, "gross-enrolment"), told=())
    table = weigh_indicators(found, drawn).table
    own = table[(table.rule == "gross-enrolment") & (table.year > 2020)]
    # fewer births are fewer children of both: enrolment moves with the take-up alone
    assert own.chance.notna().all()
    assert (own.value_q95 - own.value_q05).max() < 0.1


def test_draws_of_another_district_are_refused(weighed):
    outcome = full_outcome()
    other = draw(outcome)
    with pytest.raises(InputError, match="their years are not those of"):
        weigh_indicators(weighed, replace(other, years=[1999]))
