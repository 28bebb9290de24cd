"""Who lives near, who boards, how far the far ones walk: by hand in the toy town.

b1 has A and b6 has B, K stands in b2; blocks are 400 m apart, roads lead through their middles.
Primary: A has b1 (10 a grade, 0 m), b2 (10, 400 m), b4 (20, 400 m); B has b3 (10, 400 m), b5 (20,
400 m) and b6 (20, 0 m): of 540 pupils 180 walk 0 m and 360 walk 400 m.
"""

from dataclasses import replace

import numpy as np
import pytest
from tests.full import full_district

import seatplan as sp
from seatplan.district.clauses import Standard
from seatplan.district.stages import Label
from seatplan.examples import toy_district, toy_standards
from seatplan.measures.floating import float_catchments
from seatplan.outcome import evaluate

YEAR = 2020


def limited(indicator, limits=None, within=None, district=None):
    """The toy town under one more limit."""
    rules = toy_standards()
    more = Standard(
        indicator,
        Label("", ""),
        indicator,
        limits or {"all": 1.0},
        "above",
        "",
        "assumed",
        "recalled",
        within=within or {},
    )
    return evaluate(district or toy_district(), replace(rules, standards=(*rules.standards, more)))


@pytest.mark.parametrize("name", ["radius", "walk"])
def test_who_lives_within(name):
    shares = {
        metres: limited(f"beyond_{name}", within={"primary": metres}).measure(f"within_{name}")[
            "primary", YEAR
        ]
        for metres in (100.0, 399.0, 400.0, 5000.0)
    }
    assert shares == pytest.approx({100.0: 1 / 3, 399.0: 1 / 3, 400.0: 1, 5000.0: 1})


def test_within_is_what_is_not_beyond():
    outcome = limited("beyond_walk", within={"all": 500.0})
    beyond, pupils = outcome.measure("beyond_walk"), outcome.measure("pupils")
    for stage in ("kindergarten", "primary", "junior"):
        far = beyond.xs((stage, YEAR), level=("stage", "year"))
        attend = pupils.xs((stage, YEAR), level=("stage", "year")).reindex(far.index)
        within = outcome.measure("within_walk")[stage, YEAR]
        assert within == pytest.approx(1 - (far * attend).sum() / attend.sum())


def test_the_gini_of_the_walks():
    # a third walk nothing, two thirds walk alike: G = 1/3
    outcome = evaluate(toy_district(), toy_standards())
    assert outcome.measure("walk_gini")["primary", YEAR] == pytest.approx(1 / 3)
    assert outcome.measure("walk_gini").between(0, 1).all()


def test_nine_in_ten_walk_no_farther_by_setting():
    district = toy_district()
    setting = ["urban", "urban", "rural", "urban", "urban", "rural"]  # b3 and b6 are rural
    moved = district.replace(blocks=district.blocks.assign(setting=setting))
    found = evaluate(moved, toy_standards()).measure("walk_p90")
    assert found["all", "primary", YEAR] == 400
    # junior, all to B in b6; urban: b1 10 at 1,200 m, b2 10 at 800, b4 20 at 800, b5 20 at 400
    assert found["urban", "junior", YEAR] == 1200  # 50 of 60 pupils within 800 m are less than 90 %
    assert found["rural", "junior", YEAR] == 400  # b3 10 at 400 m, b6 20 at 0 m
    assert ("town", "junior", YEAR) not in found.index


def test_boarders_are_those_beyond_the_metres_of_their_grade():
    metres = {"g7": 500.0, "g8": 500.0}  # 90 a grade: b1, b2 and b4 are farther, 10 + 10 + 20
    outcome = limited("boarding_way", metres, district=full_district())
    assert outcome.measure("boarders")["B", YEAR] == 80
    assert outcome.measure("beds_short")["B", YEAR] == 60  # B has 20 beds
    assert outcome.measure("beds_short")["A", YEAR] == 0
    # nobody of K boards: that its beds are unknown does not matter
    assert outcome.measure("beds_short")["K", YEAR] == 0


def test_fewer_board_and_want_a_bed_where_the_metres_are_more():
    counts = []
    for metres in (0.0, 500.0, 900.0, 5000.0):
        outcome = limited("boarding_way", {"junior": metres}, district=full_district())
        boarders, short = (outcome.measure(name)["B", YEAR] for name in ("boarders", "beds_short"))
        assert short == max(0, boarders - 20)  # B has 20 beds
        counts.append(int(boarders))
    assert counts == sorted(counts, reverse=True)
    assert counts[-1] == 0


def test_everyone_is_admitted_by_the_catchment_where_all_follow_it():
    outcome = evaluate(toy_district(), toy_standards())
    nearby = outcome.measure("admitted_nearby")
    assert nearby.to_numpy() == pytest.approx(1)
    assert set(nearby.index.unique("stage")) == {"primary", "junior"}  # kindergartens have no zone


def test_a_school_without_a_catchment_takes_entrants_from_elsewhere():
    district = toy_district()
    # B loses its primary catchment and keeps its 50 entrants of 90
    only_a = district.catchments.replace("B", "A").where(
        district.catchments.index.get_level_values("stage") == "primary", district.catchments
    )
    outcome = evaluate(district.replace(catchments=only_a), toy_standards())
    assert outcome.measure("admitted_nearby")["primary", YEAR] == pytest.approx(40 / 90)


def test_accessibility_is_the_floating_catchment_of_the_seats():
    outcome = limited("reach", {"primary": 450.0, "junior": 5000.0})
    found = outcome.measure("accessibility")
    # junior: every block reaches B: 300 seats / 270 pupils
    assert found.xs(("junior", YEAR), level=("stage", "year")).to_numpy() == pytest.approx(
        300 / 270
    )
    # primary: within 450 m of A are b1, b2, b4 (240 pupils); of B b3, b5, b6 (300)
    near = found.xs(("primary", YEAR), level=("stage", "year"))
    assert near.to_dict() == pytest.approx(
        dict.fromkeys(("b1", "b2", "b4"), 270 / 240) | dict.fromkeys(("b3", "b5", "b6"), 270 / 300)
    )
    pupils = outcome.measure("living").xs(("primary", YEAR), level=("stage", "year"))
    assert (near * pupils).sum() == pytest.approx(540)  # all seats are shared out
    reach = (outcome.costs.metres[["A", "B"]].to_numpy() <= 450).astype(float)
    by_hand = float_catchments(pupils.to_numpy(float), np.array([270.0, 270.0]), reach)
    assert near.to_numpy() == pytest.approx(by_hand, abs=1e-9)


def test_more_live_within_the_radius_than_within_the_walk_and_more_as_either_grows():
    shares = []
    for metres in (0.0, 100.0, 450.0, 600.0, 900.0, 5000.0):
        pair = [
            limited(f"beyond_{name}", within={"all": metres}).measure(f"within_{name}")
            for name in ("radius", "walk")
        ]
        assert (pair[0] >= pair[1] - 1e-12).all()  # no road is shorter than a straight line
        assert all(each.between(0, 1).all() for each in pair)
        shares.append(pair[0].to_numpy())
    assert (np.diff(shares, axis=0) >= 0).all()
    assert shares[-1] == pytest.approx(1)


def test_a_town_twice_as_large_is_walked_twice_as_far():
    district = toy_district()
    setting = ["urban", "town", "rural", "urban", "town", "rural"]
    once = district.replace(blocks=district.blocks.assign(setting=setting))

    def stretch(layer):
        return layer.set_geometry(layer.geometry.scale(2.0, 2.0, origin=(605_000.0, 4_205_000.0)))

    layers = {name: stretch(getattr(once, name)) for name in ("blocks", "schools", "roads")}
    p90 = [evaluate(each, toy_standards()).measure("walk_p90") for each in (
        once, once.replace(**layers))]  # fmt: skip
    assert p90[1].to_numpy() == pytest.approx(2 * p90[0].to_numpy())
    # nine in ten of all walk no farther than the farthest nine in ten of a setting
    of_settings = p90[0].drop("all", level="setting").groupby(["stage", "year"])
    whole = p90[0]["all"]
    assert (whole <= of_settings.max().reindex(whole.index)).all()
    assert (whole >= of_settings.min().reindex(whole.index)).all()


def test_the_share_admitted_nearby_falls_as_a_school_sends_more_of_its_entrants_on():
    district, shares = toy_district(), []
    for rooms in (6, 5, 3):
        fewer = district.classrooms.copy()
        fewer["A", "primary", 2020] = rooms
        outcome = evaluate(
            district.replace(classrooms=fewer), toy_standards(), policy=sp.Policy(overflow="move")
        )
        nearby = outcome.measure("admitted_nearby")
        assert nearby.between(0, 1).all()
        shares.append(nearby["primary", 2022])
    # with rooms taken from A, its entrants are sent on to B, or find no seat
    assert shares == sorted(shares, reverse=True)
    assert shares[-1] < shares[0]
