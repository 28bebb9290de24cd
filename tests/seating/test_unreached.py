"""A school that no road reaches keeps the roll that stands on record for it."""

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import LineString, Point

from seatplan.district.district import District
from seatplan.examples import CORNER, toy_district, toy_standards
from seatplan.outcome import Outcome, Policy, evaluate

X, Y = CORNER  # b1's middle is 200 m east and 200 m north of it; A stands there


def on_a_lane() -> District:
    """The toy town with A beside a lane of 40 m, 15 m from the road, that joins nothing.

    A serves b1, b2 and b4: 40 pupils in each of its six grades.
    """
    district = toy_district()
    lane = LineString([(X + 260, Y + 215), (X + 300, Y + 215)])
    roads = district.roads
    row = gpd.GeoDataFrame(
        {"road_class": ["local"], "speed_kmh": [30.0]},
        index=pd.Index([99], name=roads.index.name),
        geometry=[lane],
        crs=roads.crs,
    )
    schools = district.schools.copy()
    schools.loc["A", "geometry"] = Point(X + 280, Y + 212)
    return district.replace(roads=pd.concat([roads, row]), schools=schools)


def on_a_loose_road() -> District:
    """The toy town with A beside a road 5 km from all others."""
    district = on_a_lane()
    far = district.roads.copy()
    far.loc[99, "geometry"] = LineString([(X + 5_000, Y - 5_000), (X + 5_040, Y - 5_000)])
    schools = district.schools.copy()
    schools.loc["A", "geometry"] = Point(X + 5_020, Y - 5_003)
    return district.replace(roads=far, schools=schools)


TOWNS = {"a lane that joins nothing": on_a_lane, "a road far from all": on_a_loose_road}


@pytest.fixture(params=TOWNS)
def town(request: pytest.FixtureRequest) -> District:
    return TOWNS[request.param]()


def run(town: District, overflow: str = "stay") -> Outcome:
    return evaluate(town, toy_standards(), policy=Policy(overflow=overflow))  # type: ignore[arg-type]


def rolls(outcome: Outcome) -> pd.Series:
    """Pupils of A's primary grades in the base year."""
    pupils = outcome.assignment.pupils
    here = pupils[pupils.index.get_level_values("year") == outcome.district.base_year]
    return here.groupby(["school", "grade"]).sum().reindex(["A"], level="school")


@pytest.mark.parametrize("overflow", ["stay", "move"])
def test_the_base_year_stands_as_recorded(town: District, overflow: str):
    outcome = run(town, overflow)
    assert rolls(outcome).tolist() == pytest.approx([40.0] * 6)
    now = outcome.assignment.unplaced
    assert now[now.index.get_level_values("year") == 2020].sum() == pytest.approx(0.0)


def test_its_pupils_live_in_its_catchment():
    # With no way to A from anywhere nothing but the catchment says who they are: b1 10, b2 10, b4
    # 20 of each grade, the residents of the blocks that A serves; B keeps b3, b5, b6.
    homes = run(on_a_loose_road()).origins.pupils.xs("g1", level="grade")
    assert homes.xs("A", level="school").to_dict() == pytest.approx({"b1": 10, "b2": 10, "b4": 20})


def test_its_pupils_stay_until_they_leave():
    # Nobody is lost on the way: 90 pupils a grade in every year, at school or told as unplaced.
    outcome = run(on_a_loose_road())
    seated = outcome.assignment.pupils.groupby("year").sum()
    unplaced = outcome.assignment.unplaced.groupby("year").sum().reindex(seated.index, fill_value=0)
    assert (seated + unplaced).tolist() == pytest.approx([90 * 12] * 7)
    older = outcome.assignment.pupils.xs("A", level="school").groupby(["grade", "year"]).sum()
    assert older["g2", 2021] == pytest.approx(40)


def test_a_child_without_a_way_is_counted_and_never_part_of_a_mean():
    # The walk to A is not known: no mean of metres over A's pupils, neither 0 nor far.
    walks = run(on_a_loose_road()).balance.schools["walk_m"].xs("A", level="school")
    assert walks.isna().all()
