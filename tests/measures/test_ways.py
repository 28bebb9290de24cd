"""Ways to school: how many live beyond the radius, the longest, who has none."""

import numpy as np
import pytest

from seatplan.district.clauses import Standard
from seatplan.district.stages import Label
from seatplan.examples import toy_district, toy_outcome, toy_standards
from seatplan.outcome import evaluate


def hold(indicator, within, settings=()):
    """The toy town's limits and one on the share of pupils who live farther than `within`."""
    standard = Standard(
        "far", Label("远", "Far"), indicator, {"all": 0.2}, "above", "share", "toy town", "seen",
        settings=settings, within=within,
    )  # fmt: skip
    rules = toy_standards()
    return rules.replace(standards=(*rules.standards, standard))


def test_pupils_beyond_the_walk_are_counted_along_the_road():
    outcome = evaluate(toy_district(), hold("beyond_walk", {"primary": 399.0}))
    share = outcome.measure("beyond_walk")
    # A: 10 of 40 of a grade live in its block, 10 walk 400 m from b2 and 20 from b4
    assert share["A", "primary", 2020] == pytest.approx(0.75)
    assert "junior" not in share.index.unique("stage")  # no limit says how far there
    flags = outcome.flags.table
    assert set(flags[flags.code == "far"].school) == {"A", "B"}


def test_pupils_beyond_the_radius_are_counted_in_a_straight_line():
    district = toy_district()
    rolls = district.rolls.copy()
    catchments = district.catchments.mask(
        district.catchments.index == ("b5", "primary", 2020), "A"
    )  # 20 of b5 go to A: 566 m as the crow flies, 800 m along the road
    for grade in range(1, 7):
        rolls.loc[("A", f"g{grade}", 2020), "pupils"] = 60
        rolls.loc[("B", f"g{grade}", 2020), "pupils"] = 30
    town = district.replace(rolls=rolls, catchments=catchments)
    for metres, straight, road in ((500.0, 1 / 3, 1 / 3), (600.0, 0.0, 1 / 3)):
        for name, share in (("beyond_radius", straight), ("beyond_walk", road)):
            outcome = evaluate(town, hold(name, {"primary": metres}))
            assert outcome.measure(name)["A", "primary", 2020] == pytest.approx(share)


def test_a_limit_for_some_settings_leaves_the_others_without_a_figure():
    outcome = evaluate(toy_district(), hold("beyond_walk", {"all": 300.0}, ("rural",)))
    assert outcome.measure("beyond_walk").empty  # the whole town is urban


def test_the_longest_way_is_that_of_the_farthest_pupil():
    longest = toy_outcome().measure("longest_walk")
    assert longest["A", "primary", 2020] == 400
    assert longest["B", "junior", 2020] == 1200  # b1 to b6


def test_children_without_any_way_are_counted_and_not_in_the_mean():
    district = toy_district()
    lines = district.roads.geometry.apply(lambda line: np.array(line.coords))
    corner = np.array(district.schools.geometry["A"].coords[0])
    west = district.blocks.geometry["b4"].centroid
    kept = [  # b4 keeps only a lane of its own
        not any(np.hypot(*(end - np.array(west.coords[0]))) < 1 for end in line) for line in lines
    ]
    lane = district.roads.iloc[[0]].copy()
    lane.geometry = lane.geometry.translate(west.x - corner[0], west.y - corner[1] + 10)
    import pandas as pd

    roads = pd.concat([district.roads[kept], lane], ignore_index=True)
    outcome = evaluate(district.replace(roads=roads), toy_standards())
    assert outcome.measure("no_way")["A", "primary", 2020] == 120  # 20 of b4 in six grades
    # the others: 10 at home, 10 from b2
    assert outcome.measure("walk")["A", "primary", 2020] == pytest.approx(200)
