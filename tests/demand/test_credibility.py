"""How far the rolls are followed, against the residents."""

import numpy as np
import pandas as pd
import pytest

from seatplan.case.case import prepare
from seatplan.demand.agreement import forecast_demand
from seatplan.demand.cohorts import forecast_pupils
from seatplan.demand.credibility import (
    backcast_residents,
    credit_rolls,
    district_births,
    hindcast_totals,
    report_rolls,
)
from seatplan.demand.record import choose_record
from seatplan.district.district import District
from seatplan.errors import InputError
from seatplan.examples import toy_district, toy_standards

from .histories import remember

STANDARDS = toy_standards()
JUNIOR = ["g7", "g8", "g9"]


def totals(district: District) -> pd.DataFrame:
    """Pupils expected, grade x year."""
    pupils = forecast_demand(prepare(district, STANDARDS)).pupils
    return pupils.groupby(["grade", "year"]).sum().unstack("year")


def drop_some(seed):
    """Leave out a school and grade in some years, a school in others, as people do."""
    random = np.random.default_rng(seed)
    holes = {
        (school, year) for school in "ABK" for year in range(2010, 2020) if random.random() < 0.25
    }
    missing = {(school, f"g{random.integers(1, 10)}") for school in "AB" if random.random() < 0.5}
    return lambda row: (row.school, row.year) in holes or (row.school, row.grade) in missing


STEADY = {
    "one earlier year": remember(1),
    "one earlier year of primary": remember(
        1, drop=lambda row: row.grade[0] == "k" or row.grade in JUNIOR
    ),
    "two earlier years": remember(2),
    "three earlier years": remember(3),
    "nine earlier years": remember(9),
    "no junior": remember(5, drop=lambda row: row.grade in JUNIOR),
    "no kindergarten": remember(5, drop=lambda row: row.school == "K"),
    "no primary between kindergarten and junior": remember(
        5, drop=lambda row: row.grade[0] == "g" and row.grade not in JUNIOR
    ),
    "A only": remember(5, drop=lambda row: row.school != "A"),
    "without A": remember(5, drop=lambda row: row.school == "A"),
    "A from 2018": remember(5, drop=lambda row: row.school == "A" and row.year < 2018),
    "A without 2017": remember(5, drop=lambda row: row.school == "A" and row.year == 2017),
    "grades 1 to 3": remember(5, drop=lambda row: row.grade not in {"g1", "g2", "g3"}),
    "without the entry grades": remember(5, drop=lambda row: row.grade in {"k1", "g1", "g7"}),
    "no 2017": remember(5, drop=lambda row: row.year == 2017),
    "every second year": remember(9, drop=lambda row: row.year % 2 == 1),
    "ends in 2017": remember(6, drop=lambda row: row.year > 2017),
    "only 2015": remember(5, drop=lambda row: row.year != 2015),
    "a school closed in 2018": remember(5, closed={"C": (30, [2015, 2016, 2017])}),
    "a school closed long ago": remember(9, closed={"C": (30, [2011])}),
    "any holes": remember(10, drop=drop_some(1)),
    "other holes": remember(10, drop=drop_some(2)),
}


@pytest.mark.parametrize("kind", STEADY)
def test_a_partial_history_of_a_steady_town_leaves_it_steady(kind):
    # 90 residents of every age, 90 on record in every grade now: 90 in every grade and year. With
    # some of these the roll forecast alone says 115 in grade 1 and 51 in grade 7.
    assert totals(STEADY[kind]).to_numpy() == pytest.approx(90.0, abs=0.05)


def test_a_school_closed_in_2018_is_forgotten_by_how_it_went():
    # 120 a grade until 2017, then 90, 90, 90. A trend through that falls on, but from 2018 and 2019
    # it would have missed by some ten pupils what the residents' figure hit: no weight for it.
    credit = credit_rolls(STEADY["a school closed in 2018"], STANDARDS)
    assert credit.weight.loc["g1", 1] == pytest.approx(0.0, abs=0.01)


def test_one_hindcast_is_enough_where_it_is_plain():
    # Four pupils fewer a year in each primary grade (A 2, B 2); residents say 94 for 2020 where 90
    # came, the rolls 91.7 to 92.5, for they carry on less than all of a fall: they are followed.
    # Junior, two fewer a year: 92 against 90, 90.
    town = remember(3, shrink=2)
    table = hindcast_totals(town, STANDARDS, choose_record(town, STANDARDS)).set_index("grade")
    assert table.loc["g2", ["rolls", "blocks", "actual"]].tolist() == pytest.approx(
        [91.7, 94.0, 90.0], abs=0.1
    )
    assert credit_rolls(town, STANDARDS).weight.loc["g2", 1] > 0.9


def test_hindcasts_know_only_what_was_known():
    town = remember(6, shrink=2)
    later = town.rolls.copy()
    later.loc[later.index.get_level_values("year") == 2019, "pupils"] += 500
    tables = [
        hindcast_totals(each, STANDARDS, choose_record(each, STANDARDS))
        for each in (town, town.replace(rolls=later))
    ]
    early = [table[table["origin"] < 2019]["rolls"].tolist() for table in tables]
    assert early[0] == early[1]


def test_a_stage_of_its_own_has_a_weight_of_its_own():
    # Only B's junior grades fall, by three a year; everything else is steady.
    town = remember(5)
    rolls = town.rolls.reset_index()
    fell = rolls["grade"].isin(JUNIOR)
    rolls.loc[fell, "pupils"] += 3 * (2020 - rolls.loc[fell, "year"])
    town = town.replace(rolls=rolls.set_index(["school", "grade", "year"]))
    weight = credit_rolls(town, STANDARDS).weight
    # A year ahead the rolls hear of a grade 6 as large as ever: less weight for them.
    assert 0.4 < weight.loc["g7", 1] < 0.7
    assert (weight.loc["g7", [2, 3]] > 0.9).all()
    assert (weight.loc["g1"] < 0.01).all()
    assert totals(town).loc["g1", 2022] == pytest.approx(90.0, abs=0.05)


def test_schools_without_a_history_follow_the_residents():
    # Only B is on record, 50 of 90 pupils a grade, and loses two a grade each year; A's 40 follow
    # the residents. B alone would be told 48 for 2021, so the grade has 40 + 48 = 88; nearly
    # so, for the rolls carry on most of the fall, not all of it (B is told 48.7).
    town = remember(8, shrink=2, drop=lambda row: row.school == "A")
    assert totals(town).loc["g2", 2021] == pytest.approx(88.0, abs=0.8)


def test_residents_read_back_are_those_who_were_there():
    # Ratios of 1, so 90 of each age: 90 in every earlier autumn. Grade 9 is 14 years old; five
    # years back they are those who are 19 now, and six years back no age on record.
    back = backcast_residents(toy_district(), STANDARDS, [2014, 2015, 2020])
    assert back.loc["g9", [2015, 2020]].tolist() == [90.0, 90.0]
    assert np.isnan(back.loc["g9", 2014])
    assert back.loc["g1", 2014] == 90.0


def test_residents_read_back_undo_the_ratios():
    town = toy_district()
    ratios = town.cohort_ratios.where(town.cohort_ratios.index != 6, 0.9)  # age 6 to age 7
    back = backcast_residents(town.replace(cohort_ratios=ratios), STANDARDS, [2019, 2020])
    assert back.loc["g1"].tolist() == pytest.approx([90 / 0.9, 90])
    assert back.loc["g2"].tolist() == pytest.approx([90, 90])


def test_an_unknown_births_scenario_is_refused():
    with pytest.raises(InputError, match="no scenario lowest"):
        district_births(toy_district(), "lowest")


def test_each_stage_with_a_history_is_told_how_far_it_is_followed():
    assert report_rolls(toy_district(), STANDARDS) == []
    short = remember(2, drop=lambda row: row.school != "K")
    assert [str(finding) for finding in report_rolls(short, STANDARDS)] == [
        "rolls.csv: kindergarten is forecast from its residents alone; "
        "want every school in every year from 2017 or before to 2019"
    ]
    falling = remember(4, shrink=2, drop=lambda row: row.school == "A")
    told = [str(finding).partition(": ")[2] for finding in report_rolls(falling, STANDARDS)]
    assert told[0].startswith("kindergarten is forecast ")
    assert told[1].endswith(
        "as both would have missed in years on record; schools with 44% of the pupils lack years"
    )  # A: 40 of 90
    steady = [str(finding) for finding in report_rolls(remember(4), STANDARDS)]
    assert (
        steady[1] == "rolls.csv: primary is forecast from its residents: past rolls told no better"
    )


def noisy_town(seed: int, years: int, drift: float) -> tuple[District, pd.Series]:
    """Draw a town whose residents know each cohort, and rolls that drift away from them.

    Cohorts are 900 children, more or less by 8 %; rolls are Poisson about them, and about a share
    of them that changes by `drift` a year. Also returned: pupils to expect by grade and year.
    """
    random = np.random.default_rng(seed)
    born = {year: 900 * np.exp(random.normal(0, 0.08)) for year in range(1990, 2030)}
    town = toy_district()
    people = town.residents.copy()
    for age in range(20):
        people[age] = (born[2020 - age] * np.array([1, 1, 1, 2, 2, 2]) / 9).round().astype(int)
    births = pd.DataFrame(
        {name: [born[year] for year in town.births.index] for name in town.births},
        index=town.births.index,
    )
    expected = {
        (grade, year): born[year - 3 - place] * np.exp(drift * (year - 2020))
        for place, grade in enumerate(STANDARDS.grades)
        for year in range(2020 - years, 2027)
    }
    cells = [
        (school, grade, year, random.poisson(expected[grade, year] * part), 1)
        for school, grade, part in [
            (school, grade, part)
            for grade in STANDARDS.grades
            for school, part in SCHOOLS[STANDARDS.stage_of[grade]]
        ]
        for year in range(2020 - years, 2021)
    ]
    rolls = pd.DataFrame(cells, columns=["school", "grade", "year", "pupils", "classes"])
    rolls = rolls.set_index(["school", "grade", "year"]).sort_index()
    return town.replace(residents=people, births=births, rolls=rolls), pd.Series(expected)


SCHOOLS = {
    "kindergarten": [("K", 1.0)],
    "primary": [("A", 0.45), ("B", 0.55)],
    "junior": [("B", 1.0)],
}


def miss(years: int, drift: float) -> tuple[float, float]:
    """Mean error in % over grades, years ahead and five towns: residents alone, with rolls."""
    errors = []
    for seed in range(5):
        town, expected = noisy_town(seed, years, drift)
        for demand in (
            forecast_pupils(town, STANDARDS),
            forecast_demand(prepare(town, STANDARDS)),
        ):
            pupils = demand.pupils.groupby(["grade", "year"]).sum()
            pupils = pupils[pupils.index.get_level_values("year") > 2020]
            wanted = expected[pupils.index]
            errors.append(100 * float((np.abs(pupils - wanted) / wanted).mean()))
    alone, told = np.reshape(errors, (-1, 2)).mean(axis=0)
    return float(alone), float(told)


@pytest.mark.parametrize("years", [1, 2, 3, 5])
def test_a_history_that_says_nothing_new_costs_next_to_nothing(years):
    # The residents know every cohort: they miss by 1.4 to 1.8 %, the rolls alone by 5 to 15 %.
    alone, told = miss(years, drift=0.0)
    assert alone < 2
    assert told < alone + 0.3


def test_a_history_that_knows_more_is_followed():
    # Three pupils in a hundred fewer each year, of which the residents know nothing.
    alone, told = miss(5, drift=-0.03)
    # Five years of 90 children a grade, of whom chance moves a tenth, hardly tell it from noise.
    assert alone > 9
    assert told < 0.9 * alone
