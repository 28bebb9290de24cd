"""Programmes of the toy town by hand, and of made-up models by trying every choice."""

from dataclasses import replace
from itertools import chain, combinations

import numpy as np
import pytest

import seatplan as sp
from seatplan.demand.draws import hold_factors
from seatplan.errors import InputError
from seatplan.examples import toy_district, toy_outcome, toy_standards
from seatplan.remedies.linear import Model, solve_model
from seatplan.remedies.programme import plan_programme
from seatplan.remedies.remedies import find_remedies
from seatplan.views.programme import write_programme


def test_money_of_a_year_goes_where_it_relieves_most(found):
    # K: 90 short from 2022 on, 5 years; B: 30. 1.6 million buy K's rooms in 2020 and nothing else
    plan = plan_programme(found, {2020: 1_600_000})
    assert list(plan.table.loc[(2020, "K", "kindergarten"), ["action", "ready"]]) == [
        "expand",
        2022,
    ]
    # that leaves K short in 2020 and 2021, and B in all seven years: its room is 0.53 million more,
    # and a merger or a lottery zone moves too many pupils to be worth it
    assert plan.promised == plan.bound == 2 * 90 + 7 * 30
    assert (plan.without, plan.evaluated_without) == (840, 840)
    assert plan.evaluated == plan.promised
    assert plan.money.medium == 1_590_000


def list_worth(found):
    """List the remedies that a programme chooses from."""
    return [remedy for remedy in (*found.found, *found.partial) if remedy.is_worth]


@pytest.fixture(scope="module")
def ridden(found):
    """Find the remedies again where every remedy is worth it and a bus is wanted from 300 m on."""
    costs = found.terms.costs
    bus = costs.bus.model_copy(update={"beyond_m": 300.0})
    worth = costs.worth.model_copy(update={"most_per_pupil_year": 1e9, "most_moved": 1e9})
    return find_remedies(
        toy_outcome(), school="B", costs=costs.model_copy(update={"bus": bus, "worth": worth})
    )


def test_a_programme_pays_for_the_buses_of_its_years(ridden):
    model = plan_programme(ridden, {2020: 0.0}).model
    remedies = list_worth(ridden)
    rides = ("bus_year", "primary")
    riders = [at for at, remedy in enumerate(remedies) if rides in remedy.bill]
    assert riders
    for at in riders:
        bills = [
            bill for (which, _), bill in zip(model.begin, model.bills, strict=True) if which == at
        ]
        assert bills[0] == remedies[at].bill
        years = [bill.get(rides, 0.0) for bill in bills]
        assert years == sorted(years, reverse=True)  # begun later, it rides fewer years
        assert years[-1] < years[0]


def test_where_no_remedy_is_worth_it_nothing_is_begun(found):
    plan = plan_programme(replace(found, found=(), partial=()), {2020: 1_600_000})
    assert plan.table.empty
    assert plan.promised == plan.bound == plan.without == 840
    page = write_programme(found, plan, "en")
    assert "nothing can be begun" in page
    assert "nan" not in page
    model = plan.model
    enough = replace(model, short=-np.ones((0, *model.short.shape[1:])), gain=model.gain[:, :0])
    assert solve_model(enough) == ([], 0.0)  # nowhere short, either


def test_what_is_not_spent_carries_on(found):
    # 0.8 million a year: three rooms at 1.59 are begun in the second, and stand in 2023
    plan = plan_programme(found, {2020: 800_000, 2021: 800_000})
    assert (2021, "K", "kindergarten") in plan.table.index
    assert plan.promised == 3 * 90 + 7 * 30


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_says_what_to_begin(found, language):
    page = write_programme(found, plan_programme(found, {2021: 600_000}), language)
    assert "{" not in page
    assert "nan" not in page
    assert page.count("| 2021 |") == 1  # a room of B: K's three cost more
    assert "840" in page


@pytest.mark.slow
def test_the_programme_as_a_scenario_does_what_it_says(found):
    plan = plan_programme(found, {2020: 1_600_000})
    after = sp.evaluate(toy_district(), toy_standards(), plan.scenario)
    assert after.measure("catchment_shortage").sum() == plan.evaluated


def test_a_budget_without_sense_is_refused(found):
    with pytest.raises(InputError, match=r"(?s)budget of 2050.*budget of 2021: -1"):
        plan_programme(found, {2050: 1.0, 2021: -1.0})


@pytest.mark.slow
def test_draws_that_were_not_planned_for_judge(found):
    district, standards = toy_district(), toy_standards()
    shape = (len(district.blocks), len(standards.grades), len(district.years), 60)
    factors = np.ones(shape)
    factors[..., 55:] = 1.1  # of the ten that judge, five have a tenth more children
    labels = (district.blocks.index, standards.grades, district.years)
    plan = plan_programme(found, {2020: 1_600_000}, draws=hold_factors(factors, *labels))
    assert plan.promised == 390
    assert plan.judged.worst > plan.judged.mean > 390
    # nothing done in the same futures stands beside it, and the difference is that of these futures
    assert plan.judged_without.mean > plan.without == 840
    assert plan.judged.count == 10
    page = write_programme(found, plan, "en")
    assert f"futures less the linear model | {plan.judged.mean - 390:,.0f} |" in page
    few = hold_factors(factors[..., :50], *labels)
    with pytest.raises(InputError, match="want more than the 50"):
        plan_programme(found, {2020: 1.0}, draws=few)


def make_model(number):
    """Draw a model of five remedies in two years, three catchments, two draws."""
    draw = np.random.default_rng(number)
    begin = np.array([(remedy, year) for remedy in range(5) for year in range(2)])
    gain = draw.integers(-2, 12, (5, 3, 1)) * np.ones((1, 1, 3))
    works = np.arange(3) >= begin[:, 1][:, None]
    return Model(
        begin=begin,
        gain=gain[begin[:, 0]] * works[:, None, :],
        short=draw.integers(-5, 20, (3, 3, 2)).astype(float),
        way=draw.integers(-3, 9, 10).astype(float),
        cost=np.repeat(draw.integers(0, 9, 5), 2).astype(float),
        income=np.array([8.0, 6.0, 0.0]),
        groups=tuple((2 * remedy, 2 * remedy + 1) for remedy in range(5)),
    )


def try_all(model):
    """Return the best of every choice: least short, then least way, then least cost."""
    every = chain.from_iterable(combinations(range(10), size) for size in range(6))
    allowed = [
        chosen
        for chosen in every
        if model.is_paid(chosen)
        and all(sum(at in group for at in chosen) <= 1 for group in model.groups)
    ]
    return min(
        (
            round(model.count_short(chosen), 6),
            float(model.way[list(chosen)].sum()),
            float(model.cost[list(chosen)].sum()),
        )
        for chosen in allowed
    )


@pytest.mark.parametrize("number", range(8))
def test_no_choice_of_all_is_better(number):
    model = make_model(number)
    chosen, bound = solve_model(model)
    best = try_all(model)
    found = (model.count_short(chosen), model.way[chosen].sum(), model.cost[chosen].sum())
    assert found == pytest.approx(best, abs=1e-4)
    assert bound == pytest.approx(best[0], abs=1e-4)
    assert model.is_paid(chosen)
