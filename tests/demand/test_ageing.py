from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from seatplan.demand.ageing import Cohorts, age_residents, choose_part, shrink_down
from seatplan.errors import InputError

WHOLE = [(1, np.zeros(4, dtype=np.int64))]


def cohorts(young, old, lead):
    return Cohorts(np.array(young, float), np.array(old, float), lead, WHOLE)


def test_an_area_that_families_leave_is_aged_by_its_own_ratio():
    # Two areas keep all, two lose half of each cohort in two years; births have just doubled.
    young = np.full((4, 12), 200.0)
    young[:, -1] = 400.0
    old = np.outer([200, 200, 100, 100], np.ones(12))
    told = age_residents(cohorts(young, old, 2))
    assert told == pytest.approx([400, 400, 200, 200], rel=0.02)


def test_where_births_say_nothing_the_share_on_record_counts():
    # Births jump about between the areas, the later age does not.
    random = np.random.default_rng(1)
    young = random.uniform(100, 300, (4, 14))
    old = np.outer([90.0, 110, 150, 250], np.ones(14))
    case = cohorts(young, old, 3)
    assert choose_part(case) < 0.2
    wholly = age_residents(case)
    assert wholly / wholly.sum() == pytest.approx(old[:, 0] / 600, abs=0.03)


def test_ratios_that_differ_by_chance_alone_are_one_ratio():
    random = np.random.default_rng(0)
    old = np.full(400, 50.0)
    new = random.poisson(50.0, 400).astype(float)
    chain = [(1, np.zeros(400, dtype=np.int64))]
    told = shrink_down(old, new, chain)
    # Raw ratios spread by 0.14; hardly any of it is believed.
    assert (new / old).std() > 0.12
    assert told.std() < 0.03


def test_large_areas_keep_ratios_of_their_own_and_small_ones_lean_on_their_township():
    old = np.array([5000.0, 5000.0, 10.0, 10.0])
    new = np.array([2500.0, 7500.0, 10.0, 0.0])
    place = np.array([0, 1, 0, 1])
    told = shrink_down(old, new, [(1, np.zeros(4, dtype=np.int64)), (2, place)])
    assert told[:2] == pytest.approx([0.5, 1.5], abs=0.01)
    assert told[2] < 0.8
    assert told[3] > 1.0


def test_a_forecast_knows_nothing_of_later_years():
    random = np.random.default_rng(3)
    young, old = random.uniform(50, 150, (2, 4, 12))
    case = cohorts(young, old, 2)
    later = cohorts(young.copy(), old.copy(), 2)
    later.young[:, 9:], later.old[:, 9:] = 1e4, 1e4
    assert (age_residents(case.until(8)) == age_residents(later.until(8))).all()


def test_a_record_shorter_than_the_lead_is_refused():
    with pytest.raises(InputError, match="takes 6"):
        age_residents(cohorts(np.ones((4, 5)), np.ones((4, 5)), 5))


SOURCES = Path(__file__).parents[2] / "data" / "sources" / "enrolment"


def test_berlins_children_are_carried_to_school_age_within_17_percent():
    table = pd.read_csv(SOURCES / "berlin_children.csv", dtype={"area": str})
    table = table[table["area"] != "09041403"]  # stands in two years only
    ages = {age: rows.set_index("area") for age, rows in table.groupby("age_from")}
    areas = ages[0].index
    chain = [(1, np.zeros(len(areas), dtype=np.int64))]
    for digits in (2, 4, 6):
        place, labels = pd.factorize(areas.str[:digits])
        chain.append((len(labels), place.astype(np.int64)))
    years = [column for column in table if column.isdigit()]
    young, old = (ages[age][years].to_numpy(float) for age in (0, 5))
    case = Cohorts(young, old, 5, chain)
    missed = dict.fromkeys(("ageing", "last", "told"), 0.0)
    whole = 0.0
    for origin in range(5, 15):
        came = old[:, origin + 5]
        told = age_residents(case.until(origin))
        whole += came.sum()
        for name, each in (("ageing", young[:, origin]), ("last", old[:, origin]), ("told", told)):
            missed[name] += np.abs(each - came).sum()
    # 21.1 and 19.8 %, against 14.3.
    assert min(missed["ageing"], missed["last"]) > 0.19 * whole
    assert missed["told"] < 0.15 * whole
