from dataclasses import replace

import pandas as pd
import pytest

from seatplan.errors import InputError
from seatplan.siting.robust import site_schools_robust, summarise_regret

from .towns import toy

YEARS = range(2021, 2027)


@pytest.fixture(scope="module")
def robust():
    # the toy town has the same births in every scenario: 1.5 times the pupils make a second future
    few, many = toy(), grow(toy(), 1.5)
    return site_schools_robust({"few": few, "many": many}, n=1, classrooms=[2, 6], years=YEARS)


def grow(outcome, times):
    forecast = replace(outcome.forecast, pupils=outcome.forecast.pupils * times)
    return replace(outcome, forecast=forecast)


def test_each_answer_is_judged_in_every_future(robust):
    assert robust.table.index.tolist() == [
        ("few", "few"),
        ("few", "many"),
        ("many", "few"),
        ("many", "many"),
    ]


def test_the_best_plan_of_a_future_has_no_regret_in_it(robust):
    own = robust.table.loc[[("few", "few"), ("many", "many")]]
    assert own.regret_short.tolist() == pytest.approx([0.0, 0.0])
    assert (robust.table.regret_short >= -1e-9).all()


def test_the_plan_with_the_least_worst_regret_is_named(robust):
    # 90 pupils of b3 fill two rooms of 45 in the future with many, so both plans are the same
    worst = robust.summary.worst_regret_short
    assert worst[robust.least_worst] == pytest.approx(worst.min())
    assert robust.summary.expected_regret_short[robust.least_expected] == pytest.approx(
        robust.summary.expected_regret_short.min()
    )


def test_chances_weigh_the_expectation():
    index = pd.MultiIndex.from_product([["x", "y"], ["low", "high"]], names=["plan", "future"])
    table = pd.DataFrame(
        {"regret_short": [0.0, 8.0, 4.0, 0.0], "regret_walk_m": 0.0, "stranded": 0.0}, index
    )
    summary = summarise_regret(table, pd.Series({"low": 0.75, "high": 0.25}))
    # x: 0.25 x 8 = 2; y: 0.75 x 4 = 3
    assert summary.expected_regret_short.to_dict() == {"x": 2.0, "y": 3.0}
    assert summary.worst_regret_short.to_dict() == {"x": 8.0, "y": 4.0}


def test_one_future_alone_is_refused():
    with pytest.raises(InputError, match="two futures or more"):
        site_schools_robust({"few": toy()}, n=1)
