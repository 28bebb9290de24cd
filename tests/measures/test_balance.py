"""Seats against those who live there and those who attend; parts add to totals."""

from seatplan.examples import toy_outcome
from seatplan.scenarios.interventions import LotteryZone
from seatplan.scenarios.scenario import Scenario


def test_a_catchment_is_short_by_the_pupils_who_live_beyond_its_seats():
    schools = toy_outcome().balance.schools.xs(2020, level="year")
    # A: 240 pupils for 270 seats; B: 300 for 270; K: 270 for 180; junior 270 for 300
    assert schools.balance.to_dict() == {
        ("A", "primary"): 30,
        ("B", "primary"): -30,
        ("B", "junior"): 30,
        ("K", "kindergarten"): -90,
    }


def test_residents_stay_when_pupils_move():
    # 30 of B's entrants sit at A in 2021, and live in B's catchment all the same
    schools = toy_outcome(overflow="move").balance.schools.xs(2021, level="year")
    assert schools.pupils["A", "primary"] == 270
    assert schools.residents["A", "primary"] == 240


def test_the_mean_way_counts_every_pupil():
    schools = toy_outcome().balance.schools
    # A: 10 at 0 m, 10 at 400 m (b2), 20 at 400 m (b4) of each grade: 12,000 m / 40
    assert schools.walk_m["A", "primary", 2020] == 300


def test_a_block_knows_its_school_and_its_way():
    blocks = toy_outcome().balance.blocks
    assert blocks.school["b3", "primary", 2020] == "B"
    assert blocks.walk_m["b3", "primary", 2020] == 400
    assert blocks.pupils["b4", "junior", 2024] == 60  # 20 of each of three ages


def test_townships_add_up_to_the_district():
    places = toy_outcome(overflow="move").balance.places
    whole = places.loc["township"].groupby(["stage", "year"]).sum()
    district = places.loc[("district", "000000")]
    assert whole.loc[district.index].equals(district)
    assert district.balance["kindergarten", 2022] == -90
    assert district.unplaced["kindergarten", 2022] == 90


def test_blocks_add_up_to_townships():
    outcome = toy_outcome(overflow="move")
    blocks = outcome.balance.blocks.pupils
    township = blocks.index.get_level_values("block").map(outcome.district.blocks.township)
    sums = blocks.groupby([township, blocks.index.get_level_values("stage")]).sum()
    places = outcome.balance.places.loc["township"].residents.groupby(["place", "stage"]).sum()
    assert sums["north", "primary"] == places["north", "primary"] == 360 * 7


def test_the_way_in_a_lottery_zone_is_the_mean_of_the_draw():
    # A and B have 270 seats each; b3 walks 800 m to A and 400 to B, b4 400 and 800
    step = LotteryZone(year=2022, source="t", stage="primary", schools=("A", "B"))
    balance = toy_outcome(Scenario("lots", interventions=(step,))).balance
    assert balance.blocks.walk_m["b3", "primary", 2022] == 600
    assert balance.blocks.walk_m["b3", "primary", 2021] == 400
    assert balance.blocks.walk_m["b3", "junior", 2022] == 400
    # 540 pupils live in the zone, and half of them are counted to each school
    assert balance.schools.residents["A", "primary", 2022] == 270
    assert balance.schools.residents["B", "primary", 2022] == 270
