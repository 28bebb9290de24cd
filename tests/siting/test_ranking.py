import pytest

from seatplan.siting.choice import site_schools
from seatplan.siting.ranking import rank_sites, rank_swaps
from seatplan.solvers.stop import Meter, Stop

from .towns import toy, toy_with_sites

YEARS = range(2021, 2027)


def test_a_site_alone_says_what_it_cures_and_what_stands_empty():
    # S1: 60 pupils of b3 sit there; without it 30 are short in each of 6 years. In 2026 90 - 60
    # seats are empty.
    row = rank_sites(toy(), "primary", classrooms=[2], years=YEARS).loc["S1"]
    assert row[["classrooms", "year", "seats"]].tolist() == [2, 2021, 90]
    assert row.used == pytest.approx(60.0)
    assert row.cured == pytest.approx(180.0)
    assert row.stranded == pytest.approx(30.0)


def test_walks_saved_count_those_of_pupils_who_were_short():
    # without S1: 60 + 120 walk 400 m to A (72,000). 270 seats of B: b6 (120) walk nothing, 150 of
    # b3 and b5 400 m (60,000); 30 walk on to A, 800 m from b5 (24,000). With S1: 123,000.
    row = rank_sites(toy(), "primary", classrooms=[2], years=YEARS).loc["S1"]
    assert row.saved_km == pytest.approx((72_000 + 60_000 + 24_000 - 123_000) / 1000)


def test_beside_a_plan_a_site_counts_for_what_the_plan_would_lose_or_gain():
    outcome = toy_with_sites("b3", "b5")
    plan = site_schools(outcome, n=1, classrooms=[2, 4], years=YEARS)
    table = rank_sites(outcome, "primary", plan=plan)
    built = plan.table.index[0]
    assert table.in_plan.to_dict() == {site: site == built for site in ["S1", "S2"]}
    # the plan cures all 180: all of it would be lost without its site, and the other adds nothing
    assert table.with_cured[built] == pytest.approx(180.0)
    assert table.with_cured.drop(built).tolist() == pytest.approx([0.0])


def test_the_best_site_stands_first():
    table = rank_sites(toy_with_sites("b1", "b3"), "primary", classrooms=[2], years=YEARS)
    # b1 has A, which has seats to spare; only the site in b3 relieves B
    assert table.index.tolist() == ["S2", "S1"]
    assert table.cured.tolist() == pytest.approx([180.0, 0.0])


def test_a_swap_says_what_the_plan_would_lose_and_win():
    # S1 in b3 cures all 180; a site in b1 (S2) cures nothing, for A there has seats to spare
    outcome = toy_with_sites("b3", "b1")
    plan = site_schools(outcome, n=1, classrooms=[2], years=YEARS)
    table = rank_swaps(plan)
    assert table.cured.to_dict() == {
        ("", "S2"): pytest.approx(0.0),
        ("S1", "S2"): pytest.approx(-180.0),
        ("S1", ""): pytest.approx(-180.0),
    }
    assert table.index[0] == ("", "S2")
    assert table.classrooms.to_dict() == {("", "S2"): 2, ("S1", "S2"): 0, ("S1", ""): -2}
    # b1 has 60 pupils, 50 m off the middle: 90 seats, 30 of them empty
    assert table.stranded["", "S2"] == pytest.approx(30.0)


def test_places_that_may_not_stand_together_are_swapped_but_not_added():
    outcome = toy_with_sites("b3", "b3")  # 10 m apart
    plan = site_schools(outcome, n=1, classrooms=[2], years=YEARS, least_apart=20.0)
    own = plan.table.index[0]
    other = "S2" if own == "S1" else "S1"
    assert set(rank_swaps(plan).index) == {(own, ""), (own, other)}


def test_a_ranking_ends_with_its_work_and_weighs_the_plan_first():
    # a place takes 6 years x 0.001 units: of 0.013 the first two are weighed, the plan's among them
    outcome = toy_with_sites("b1", "b2", "b3")
    plan = site_schools(outcome, n=1, classrooms=[2], years=YEARS)
    named: list[str] = []
    meter = Meter(Stop(0.013))
    table = rank_sites(outcome, "primary", plan=plan, meter=meter, advance=named.append)
    assert named == [plan.table.index[0], "S1"]
    assert set(table.index) == set(named)
    assert rank_swaps(plan, meter=Meter(Stop(0.0))).empty
