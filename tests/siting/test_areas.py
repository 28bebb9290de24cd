"""Sites and catchments of the toy town, by hand and against enumeration."""

from itertools import product

import numpy as np
import pytest

from seatplan.errors import InputError
from seatplan.examples import toy_district, toy_standards
from seatplan.outcome import evaluate
from seatplan.rezoning.drawing import rezone_catchments
from seatplan.scenarios.interventions import NewSchool, Rezone
from seatplan.scenarios.scenario import read_scenario, write_scenario
from seatplan.siting.areas import site_areas

from .towns import toy, toy_with_sites

TERMS = {"stage": "primary", "years": [2025], "effort": 0.15}


@pytest.fixture(scope="module")
def sited():
    return site_areas(toy(), n=1, classrooms=(2, 4, 6), **TERMS)


def test_the_new_school_cures_what_no_catchments_can(sited):
    # 540 pupils for 270 + 270 in blocks of 60 and 120 are 30 beyond at best; with S1 in b3 all fit
    assert rezone_catchments(toy(), **TERMS).shortage.catchment_shortage.sum() == pytest.approx(30)
    assert sited.rezoning.shortage.empty
    assert sited.gap <= 1e-6
    assert list(sited.table.index) == ["S1"]


def test_the_school_is_as_small_as_its_catchment_allows(sited):
    row = sited.table.loc["S1"]
    assert row.pupils <= row.seats == row.classrooms * 45
    assert row.classrooms == min(size for size in (2, 4, 6) if size * 45 >= row.pupils)


def test_the_scenario_builds_then_rezones_and_evaluates_to_the_plan(sited, tmp_path):
    kinds = [type(step) for step in sited.scenario.interventions]
    assert kinds[0] is NewSchool
    assert all(kind is Rezone for kind in kinds[1:])
    write_scenario(sited.scenario, tmp_path / "site.toml")
    district = toy().district
    built = evaluate(district, toy_standards(), read_scenario(tmp_path / "site.toml"))
    zones = built.catchments.zones.xs(("primary", 2025), level=("stage", "year"))
    assert zones[sited.rezoning.plan.index].tolist() == sited.rezoning.plan.tolist()


def test_no_choice_of_sites_and_catchments_walks_less():
    outcome = toy_with_sites("b2", "b3", "b4", "b5")
    answer = site_areas(outcome, n=1, classrooms=(6,), **TERMS)
    least = np.inf
    for site in outcome.district.sites.index:
        one = outcome.district.sites.index == site
        alone = evaluate(
            outcome.district.replace(sites=outcome.district.sites[one]), toy_standards()
        )
        if site != "S1":  # S1 stands 10 m beside K
            least = min(least, site_areas(alone, n=1, classrooms=(6,), **TERMS).objective)
    assert answer.objective == pytest.approx(min(least, enumerate_standing(outcome, answer)))
    assert answer.bound <= answer.objective + 1e-6


def enumerate_standing(outcome, answer):
    """The least cost of the sites chosen over all catchments, connected or not."""
    rezoning = answer.rezoning
    costs = outcome.costs.metres
    pupils = {"b1": 60, "b2": 60, "b3": 60, "b4": 120, "b5": 120, "b6": 120}
    assert set(rezoning.plan.index) == set(pupils)
    least = np.inf
    new = answer.table.school.iloc[0]
    own = rezoning.moves.set_index("block").walk_after
    inside = rezoning.plan.index[rezoning.plan == new]
    for plan in product(["A", "B"], repeat=len(pupils)):
        where = dict(zip(pupils, plan, strict=True)) | dict.fromkeys(inside, new)
        load = {school: sum(pupils[b] for b in pupils if where[b] == school) for school in "AB"}
        if where["b1"] != "A" or where["b6"] != "B" or max(load.values()) > 270:
            continue
        walks = [
            pupils[b] * (own[b] if where[b] == new else costs.loc[b, where[b]]) for b in pupils
        ]
        least = min(least, sum(walks))
    return least


def test_limits_on_walks_and_locked_blocks_hold():
    answer = site_areas(toy(), n=1, classrooms=(6,), locked=["b3"], max_walk_m=900.0, **TERMS)
    if "b3" in answer.rezoning.plan.index:
        today = answer.rezoning.today
        assert answer.rezoning.plan["b3"] == today["b3"] or answer.table.empty
    assert answer.rezoning.longer.empty


def test_numbers_out_of_range_are_refused():
    with pytest.raises(InputError, match="Ask for 1 to 1"):
        site_areas(toy(), n=2, classrooms=(6,), **TERMS)
    early = toy_district().sites.index[0]
    with pytest.raises(InputError, match=str(early) if early else "none"):
        site_areas(toy(earliest=2026), n=2, classrooms=(6,), **{**TERMS, "years": [2026]})
