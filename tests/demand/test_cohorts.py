"""Two blocks, three stages and numbers that can be worked out on paper."""

import dataclasses
import time

import numpy as np
import pandas as pd
import pytest

from seatplan.demand.cohorts import forecast_pupils, project_residents
from seatplan.district.district import District
from seatplan.district.stages import Grade, Label, Stage
from seatplan.district.standards import Standards
from seatplan.errors import InputError

BASE, HORIZON = 2020, 2024


def stage_of(code, *grades):
    label = Label(code, code)
    return Stage(code, label, tuple(Grade(name, label, *ages) for name, *ages in grades), "seats")


STANDARDS = Standards(
    stages=(
        stage_of("kindergarten", ("k1", 3, 3)),
        stage_of("primary", ("g1", 6, 6), ("g2", 7, 7)),
        stage_of("special", ("sp", 6, 7)),
    ),
    kinds={},
    kind_names={},
    standards=(),
)


def district_of(residents, **tables):
    """A district of blocks x 20 ages: nobody moves or is born, everybody goes to school."""
    blocks = pd.Index([f"b{number}" for number in range(len(residents))], name="block")
    people = pd.DataFrame(np.array(residents, float), index=blocks, columns=range(20))
    people.insert(0, "total", people.sum(axis=1) + 1)
    stages = [stage.code for stage in STANDARDS.stages]
    given = {
        "base_year": BASE,
        "horizon": HORIZON,
        "blocks": pd.DataFrame(index=blocks),
        "residents": people,
        "births": pd.DataFrame({"medium": 0.0}, index=range(BASE - 1, HORIZON + 1)),
        "cohort_ratios": pd.Series(1.0, index=range(-1, 19)),
        "take_up": pd.Series(
            1.0, index=pd.MultiIndex.from_product([stages, [BASE]], names=["stage", "year"])
        ),
        "housing": housing_of(),
        "rolls": rolls_of(),
        "outside": pd.Series([], dtype=int),
    }
    empty = {field.name: None for field in dataclasses.fields(District)}
    return District(**(empty | given | tables))


def housing_of(*rows):
    columns = ["block", "year", "dwellings", "residents_per_dwelling", "pupils_per_1000"]
    return pd.DataFrame(list(rows), columns=[*columns, "from_outside"])


def rolls_of(**pupils):
    index = pd.MultiIndex.from_product(
        [["A"], list(pupils), [BASE]], names=["school", "grade", "year"]
    )
    return pd.DataFrame({"pupils": list(pupils.values()), "classes": 1}, index=index)


TWO_BLOCKS = [[10.0] * 20, [30.0] * 20]


def test_labels_stand_in_the_order_of_blocks_grades_and_years():
    forecast = forecast_pupils(district_of(TWO_BLOCKS), STANDARDS)
    years = range(BASE, HORIZON + 1)
    assert list(forecast.pupils.index) == [
        (block, grade, year)
        for block in ["b0", "b1"]
        for grade in ["k1", "g1", "g2", "sp"]
        for year in years
    ]
    assert forecast.residents.index.names == ["block", "age", "year"]
    assert len(forecast.residents) == 2 * 20 * 5


def test_children_grow_a_year_older_by_their_cohort_ratio():
    ratios = pd.Series(1.0, index=range(-1, 19))
    ratios[5] = 1.1
    pupils = forecast_pupils(district_of(TWO_BLOCKS, cohort_ratios=ratios), STANDARDS).pupils
    # 30 aged five in 2020 become 33 aged six in 2021, and stay 33 at seven in 2022.
    assert pupils["b1", "g1", 2021] == pytest.approx(33)
    assert pupils["b1", "g2", 2022] == pytest.approx(33)
    assert pupils["b1", "g2", 2021] == pytest.approx(30)


def test_infants_are_a_third_of_last_years_births_and_two_thirds_of_this_years():
    births = pd.DataFrame({"medium": 0.0}, index=range(BASE - 1, HORIZON + 1))
    births.loc[2021] = 90.0
    ratios = pd.Series(1.0, index=range(-1, 19))
    ratios[-1] = 0.9
    residents = project_residents(
        district_of(TWO_BLOCKS, births=births, cohort_ratios=ratios), STANDARDS
    )
    # 2021: 2/3 of 90 x 0.9 = 54; 2022: 1/3 of 90 x 0.9 = 27; a quarter of the small children of
    # the year before lives in b0.
    assert residents["b0", 0, 2021] == pytest.approx(13.5)
    assert residents["b1", 0, 2021] == pytest.approx(40.5)
    assert residents["b0", 0, 2022] == pytest.approx(27 * (40 + 13.5) / (160 + 54))


def test_infants_are_born_where_people_live_when_there_are_no_small_children():
    births = pd.DataFrame({"medium": 60.0}, index=range(BASE - 1, HORIZON + 1))
    old = np.zeros((2, 20))
    old[:, 19] = [9, 19]  # totals 10 and 20 with the one adult of each block
    residents = project_residents(district_of(old, births=births), STANDARDS)
    assert residents["b0", 0, 2021] == pytest.approx(20)
    assert residents["b1", 0, 2021] == pytest.approx(40)


def test_take_up_runs_straight_between_years_and_level_beyond():
    index = pd.MultiIndex.from_tuples(
        [("kindergarten", 2021), ("kindergarten", 2023), ("primary", 2020), ("special", 2020)],
        names=["stage", "year"],
    )
    take_up = pd.Series([0.8, 0.9, 1.0, 0.01], index=index)
    forecast = forecast_pupils(district_of(TWO_BLOCKS, take_up=take_up), STANDARDS)
    level = [forecast.pupils["b0", "k1", year] for year in range(2020, 2023)]
    assert level == pytest.approx([8.0, 8.0, 8.5])
    assert forecast.take_up["kindergarten", 2024] == pytest.approx(0.9)


def test_an_ungraded_class_takes_all_its_ages():
    pupils = forecast_pupils(district_of(TWO_BLOCKS), STANDARDS).pupils
    assert pupils["b0", "sp", BASE] == 20  # ten of six and ten of seven years


def test_the_base_year_meets_the_rolls_and_later_years_carry_the_factor_of_the_stage():
    forecast = forecast_pupils(district_of(TWO_BLOCKS, rolls=rolls_of(g1=50, g2=46)), STANDARDS)
    # 96 on the roll for 80 residents of six and seven: 1.2 for each resident.
    assert forecast.calibration["primary"] == pytest.approx(1.2)
    assert forecast.calibration["kindergarten"] == 1
    assert forecast.pupils["b0", "g1", BASE] == pytest.approx(12.5)
    assert forecast.pupils["b1", "g2", BASE] == pytest.approx(34.5)
    assert forecast.pupils["b1", "g2", BASE + 1] == pytest.approx(36)
    assert forecast.pupils["b1", "k1", BASE] == 30


def test_a_roll_without_residents_of_its_age_is_spread_over_all_people():
    ages = np.zeros((2, 20))
    ages[:, 12] = [9, 29]
    forecast = forecast_pupils(district_of(ages, rolls=rolls_of(g1=8)), STANDARDS)
    assert forecast.pupils["b0", "g1", BASE] == pytest.approx(2)
    assert forecast.calibration["primary"] == 1


def test_new_dwellings_bring_their_pupils_in_their_year():
    housing = housing_of(("b0", 2021, 100, 3.0, 200, 1.0))  # 300 residents, 60 pupils
    still = forecast_pupils(district_of(TWO_BLOCKS), STANDARDS)
    grown = forecast_pupils(district_of(TWO_BLOCKS, housing=housing), STANDARDS)
    more = (grown.pupils - still.pupils).unstack("year")
    assert more.loc["b0", 2021].sum() == pytest.approx(60)
    assert more.loc["b1", 2021].sum() == pytest.approx(0)
    # 2021: age 0 is empty, ages 1 to 19 have 40 each; 40 x (k1 + g1 + g2 + two ages of sp) = 200
    # pupils, so that each age gains 40 x 60 / 200 = 12.
    assert more.loc[("b0", "g1"), 2021] == pytest.approx(12)
    assert more.loc[("b0", "k1"), 2023] == pytest.approx(12)  # who were one when they moved in
    assert more.loc[("b0", "k1"), 2024] == pytest.approx(0)


def test_who_moves_within_the_district_leaves_the_other_blocks():
    housing = housing_of(("b0", 2021, 100, 3.0, 200, 0.25))
    blocks = [*TWO_BLOCKS, [60.0] * 20]
    still = project_residents(district_of(blocks), STANDARDS).unstack("year")[2021]
    moved = project_residents(district_of(blocks, housing=housing), STANDARDS).unstack("year")[2021]
    gain = (moved - still).unstack("age")[6]
    # 60 pupils are 12 of each age, as above: 3 are new, 9 come from b1 and b2 as one to two.
    assert gain.to_list() == pytest.approx([12, -3, -6])


def test_nobody_moves_twice():
    housing = housing_of(("b0", 2021, 9000, 3.0, 200, 0.0), ("b1", 2021, 9000, 3.0, 200, 0.0))
    residents = project_residents(district_of(TWO_BLOCKS, housing=housing), STANDARDS)
    assert residents.min() >= 0
    assert residents.xs((6, 2021), level=("age", "year")).sum() == pytest.approx(40)


def test_housing_of_the_base_year_is_lived_in_already():
    housing = housing_of(("b0", BASE, 100, 3.0, 200, 1.0))
    still = forecast_pupils(district_of(TWO_BLOCKS), STANDARDS).pupils
    pd.testing.assert_series_equal(
        forecast_pupils(district_of(TWO_BLOCKS, housing=housing), STANDARDS).pupils, still
    )


def a_large_district(blocks, **tables):
    random = np.random.default_rng(7)
    births = pd.DataFrame({"medium": random.uniform(4000, 6000, 16)}, index=range(BASE, BASE + 16))
    return district_of(
        random.gamma(2.0, 10.0, (blocks, 20)),
        horizon=BASE + 15,
        births=births,
        cohort_ratios=pd.Series(random.uniform(0.95, 1.08, 20), index=range(-1, 19)),
        rolls=rolls_of(k1=4000, g1=4400, g2=4200, sp=90),
        **tables,
    )


@pytest.mark.parametrize("share", [None, 0.0, 0.4, 1.0])
def test_blocks_add_to_the_projection_of_the_district_as_one_block(share):
    rows = [] if share is None else [
        ("b3", 2022, 800, 3.1, 160, share),
        ("b3", 2026, 500, 3.1, 160, share),
        ("b9", 2026, 900, 2.9, 150, share),
    ]  # fmt: skip
    blocks = a_large_district(50, housing=housing_of(*rows))
    whole = blocks.residents.sum().to_frame().T.set_index(pd.Index(["all"], name="block"))
    one = blocks.replace(
        blocks=pd.DataFrame(index=whole.index),
        residents=whole,
        housing=blocks.housing.assign(block="all"),
    )
    for values in ("residents", "pupils"):
        parts = getattr(forecast_pupils(blocks, STANDARDS), values)
        control = getattr(forecast_pupils(one, STANDARDS), values)
        total = parts.groupby(level=[1, 2], sort=False).sum()
        np.testing.assert_allclose(total, control, rtol=1e-9)


def test_the_district_itself_ages_by_the_formula():
    district = a_large_district(50)
    forecast = project_residents(district, STANDARDS).groupby(level=["age", "year"]).sum()
    births, ratio = district.births["medium"], district.cohort_ratios
    for year in range(BASE + 1, BASE + 16):
        born = (births[year - 1] / 3 + births[year] * 2 / 3) * ratio[-1]
        assert forecast[0, year] == pytest.approx(born, rel=1e-9)
        for age in range(1, 20):
            before = forecast[age - 1, year - 1] * ratio[age - 1]
            assert forecast[age, year] == pytest.approx(before, rel=1e-9)


def test_an_unknown_births_scenario_names_those_that_exist():
    with pytest.raises(InputError, match=r"'boom' does not exist; there are: medium"):
        forecast_pupils(district_of(TWO_BLOCKS), STANDARDS, births="boom")


def test_births_that_stop_before_the_horizon_are_refused():
    births = pd.DataFrame({"medium": 1.0}, index=range(BASE, HORIZON))
    with pytest.raises(InputError, match=r"births.csv: .* no births for 2024"):
        forecast_pupils(district_of(TWO_BLOCKS, births=births), STANDARDS)


def test_the_inputs_are_left_as_they_were():
    district = a_large_district(5, housing=housing_of(("b3", 2022, 800, 3.1, 160, 0.5)))
    before = [table.copy() for table in (district.residents, district.births, district.rolls)]
    forecast_pupils(district, STANDARDS)
    for then, now in zip(
        before, (district.residents, district.births, district.rolls), strict=True
    ):
        pd.testing.assert_frame_equal(then, now)


@pytest.mark.slow
def test_six_hundred_blocks_take_less_than_a_tenth_of_a_second():
    district = a_large_district(600)
    forecast_pupils(district, STANDARDS)
    started = time.perf_counter()
    forecast_pupils(district, STANDARDS)
    assert time.perf_counter() - started < 0.1
