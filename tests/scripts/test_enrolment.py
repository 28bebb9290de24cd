"""Rolls keep the plan's totals, whoever runs the schools."""

import numpy as np
import pandas as pd
import pytest

from district.enrolment import StageTotals, _attend, _choose_municipal, _size_schools

TOTALS = StageTotals(0, 20_000, 9_000, 0, 0, 0, 0)
PRIMARY = [f"P{k:02d}" for k in range(1, 15)]
JUNIOR = [f"J{k:02d}" for k in range(1, 8)]
SCHOOLS = pd.DataFrame(
    {
        "kind": ["primary"] * 14 + ["junior"] * 7,
        "setting": ["urban"] * 13 + ["town"] + ["urban"] * 7,
    },
    index=[*PRIMARY, *JUNIOR],
)


def sizes(seed=4):
    rng = np.random.default_rng(seed)
    index = pd.MultiIndex.from_tuples(
        [("primary", s) for s in PRIMARY] + [("junior", s) for s in JUNIOR], names=["stage", "id"]
    )
    size = pd.Series(rng.uniform(500, 2000, len(index)), index)
    scale = {"primary": 20_000, "junior": 9_000}
    return size / size.groupby("stage").transform("sum") * index.get_level_values(0).map(scale)


def test_the_city_runs_eleven_primaries_and_six_juniors_of_its_own_that_fit_best():
    size = sizes()
    run_by = _choose_municipal(SCHOOLS, size, 22_000)
    city = run_by.index[run_by == "municipal"]
    assert SCHOOLS.loc[city, "kind"].value_counts().to_dict() == {"primary": 11, "junior": 6}
    assert "P14" not in city  # stands in a town
    # 78 x 7 choices: the best is nearer than the sizes of most schools.
    assert size.droplevel("stage")[city].sum() == pytest.approx(22_000, abs=150)


def test_the_four_totals_are_exact_and_schools_near_their_pupils():
    size = sizes()
    run_by = _choose_municipal(SCHOOLS, size, 22_000)
    whole = _size_schools(size, run_by, TOTALS, district_total=7_000)
    city = run_by.loc[whole.index.get_level_values("id")].to_numpy() == "municipal"
    assert whole[city].sum() == 22_000
    assert whole.groupby("stage").sum().to_dict() == {"primary": 20_000, "junior": 9_000}
    # All schools of the city by one factor, those of the district by another for each stage.
    assert (whole / size).between(0.9, 1.1).all()


def test_pupils_attend_by_the_shares_of_their_block():
    shares = pd.DataFrame({"A": [0.96, 0.0], "B": [0.04, 1.0]}, index=["b1", "b2"])
    residents = pd.DataFrame({"age_6": [50, 10], "age_7": [25, 20]}, index=["b1", "b2"])
    table = _attend(shares, residents, range(6, 8), ["g1", "g2"])
    assert table.loc["A"].tolist() == [48, 24]
    assert table.loc["B"].tolist() == [12, 21]
