"""A block's entrants go to one school, or by shares to several."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from seatplan.case.case import prepare
from seatplan.demand.cohorts import forecast_pupils
from seatplan.district.standards import Policy
from seatplan.examples import toy_district, toy_outcome, toy_standards
from seatplan.outcome import evaluate
from seatplan.scenarios.interventions import Close, LotteryZone, Merge, NewSchool
from seatplan.scenarios.scenario import Scenario
from seatplan.seating import zoning as room
from seatplan.seating.catchments import draw_catchments
from seatplan.seating.origins import fit_origins
from seatplan.seating.zoning import RULES
from tests.seating.test_unreached import on_a_loose_road


@pytest.fixture(autouse=True)
def draw_areas_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Six blocks need no two units of work."""
    monkeypatch.setattr(room, "DRAW_EFFORT", 0.02)


def draw(district, rule="current", standards=None):
    case = prepare(district, standards or toy_standards(), policy=Policy(catchments=rule))
    forecast = forecast_pupils(case.district, case.rules)
    return draw_catchments(case, forecast, fit_origins(case, forecast))


def zones(catchments, stage, year=2026):
    return catchments.zones.xs((stage, year), level=("stage", "year")).to_dict()


def add_school(district, ownership="public", year=2023, rooms=2):
    """Put a primary school N into b3, open from `year`."""
    new = district.schools.loc[["A"]].rename(index={"A": "N"})
    new["opened"], new["ownership"] = year, ownership
    new.geometry = [district.blocks.geometry["b3"].centroid]
    index = pd.MultiIndex.from_tuples([("N", "primary", year)], names=["school", "stage", "year"])
    return district.replace(
        schools=pd.concat([district.schools, new.rename_axis("school")]),
        classrooms=pd.concat([district.classrooms, pd.Series([rooms], index=index)]),
    )


def test_catchments_in_force_hold_in_every_year():
    catchments = draw(toy_district())
    for year in (2020, 2026):
        assert zones(catchments, "primary", year) == {
            "b1": "A", "b2": "A", "b3": "B", "b4": "A", "b5": "B", "b6": "B",
        }  # fmt: skip


def test_the_nearest_rule_sends_every_block_the_shortest_way():
    # b2: 400 m to A, 800 to B; b3: 800 to A, 400 to B; b4: 400 to A; b5: 400 to B
    assert zones(draw(toy_district(), "nearest"), "primary") == {
        "b1": "A", "b2": "A", "b3": "B", "b4": "A", "b5": "B", "b6": "B",
    }  # fmt: skip


@pytest.mark.parametrize("rule", sorted(RULES))
def test_shares_of_every_block_sum_to_one(rule):
    sums = draw(toy_district(), rule).shares.groupby(["block", "stage", "year"]).sum()
    assert len(sums) == 6 * 3 * 7  # blocks x stages x years
    assert np.allclose(sums, 1.0)


def test_a_new_school_takes_the_blocks_nearer_to_it_within_its_seats():
    # N in b3 opens in 2023 with 2 x 45 = 90 seats. Nearer to N than to its school are b3 itself
    # (0 m, 60 pupils) and no other block: b2 is 400 m from both, b6 stands at B.
    catchments = draw(add_school(toy_district()))
    assert zones(catchments, "primary", 2022)["b3"] == "B"
    assert zones(catchments, "primary", 2023)["b3"] == "N"
    assert zones(catchments, "primary", 2023)["b2"] == "A"


def rezone(district, block, school, year=2024):
    key = pd.MultiIndex.from_tuples(
        [(block, "primary", year)], names=district.catchments.index.names
    )
    change = pd.Series([school], index=key, name="school")
    return district.replace(catchments=pd.concat([district.catchments, change]))


@pytest.mark.parametrize("seats", [270.0, 1.0])  # of B, b3's former school
@pytest.mark.parametrize("to", ["A", "B"])
def test_a_new_school_has_its_blocks_until_the_plan_rezones_them(seats, to):
    district = rezone(add_school(toy_district(), rooms=24), "b3", to)
    key = pd.MultiIndex.from_tuples([("B", "primary")], names=["school", "stage"])
    district = district.replace(stated=pd.Series([seats], key, name="seats"))
    primary = draw(district).zones.xs(("b3", "primary"), level=("block", "stage"))
    # N opens in 2023 nearer to b3 than B; from 2024 on b3 is rezoned, to A or back to B
    assert primary.loc[2022:2025].tolist() == ["B", "N", to, to]


def test_what_a_new_school_is_given_later_comes_beside_the_blocks_that_it_takes():
    # N opens in 2023 nearer to b3 than B; in 2025 the plan gives it b5 too
    district = rezone(add_school(toy_district(), rooms=24), "b5", "N", 2025)
    primary = draw(district).zones.xs("primary", level="stage")
    assert primary["b3"].loc[2022:2025].tolist() == ["B", "N", "N", "N"]
    assert primary["b5"].loc[2022:2025].tolist() == ["B", "B", "B", "N"]


@pytest.mark.parametrize(
    ("closed", "held"),
    [
        (2024, ["B", "N", "N", "N"]),  # b3 passes to A as B merges: it is N's already
        (2023, ["B", "N", "A", "A"]),  # B is closed when the plan gives b3 to A: it is rezoned
    ],
)
def test_a_new_school_keeps_its_blocks_when_their_former_school_merges(closed, held):
    district = rezone(add_school(toy_district(), rooms=24), "b3", "A")
    closes = district.schools.closes.mask(district.schools.index == "B", closed)
    district = district.replace(schools=district.schools.assign(closes=closes))
    primary = draw(district).zones.xs(("b3", "primary"), level=("block", "stage"))
    assert primary.loc[2022:2025].tolist() == held


def test_what_a_new_school_takes_goes_to_its_heir_when_it_merges():
    # N takes b3 in 2023 and merges in 2024 into A, 800 m from b3, not into B, 400 m from it
    merge = Merge(year=2024, source="test", schools=("N",), into="A")
    district = merge.apply(add_school(toy_district(), rooms=24))
    primary = draw(district).zones.xs(("b3", "primary"), level=("block", "stage"))
    assert primary.loc[2022:2025].tolist() == ["B", "N", "A", "A"]


def test_a_new_school_without_seats_for_a_whole_block_takes_none():
    catchments = draw(add_school(toy_district(), rooms=1))  # 45 seats, b3 has 60 pupils
    assert "N" not in zones(catchments, "primary").values()


def test_a_private_school_keeps_the_share_it_has_on_record():
    district = add_school(toy_district(), ownership="private", year=2020)
    rolls = pd.concat(
        [
            district.rolls,
            pd.DataFrame(
                {"pupils": 5, "classes": 1},
                index=pd.MultiIndex.from_tuples(
                    [("N", f"g{grade}", 2020) for grade in range(1, 7)],
                    names=district.rolls.index.names,
                ),
            ),
        ]
    )
    for grade in range(1, 7):  # five a grade of B's roll go to N instead
        rolls.loc[("B", f"g{grade}", 2020), "pupils"] = 45
    shares = draw(district.replace(rolls=rolls)).shares.xs("primary", level="stage")
    # N's five live in b3, where it stands (0 m): half of the block's ten a grade
    assert np.isclose(shares["b3", 2026, "N"], 0.5)
    assert np.isclose(shares["b3", 2026, "B"], 0.5)


def test_a_closed_school_leaves_its_blocks_to_the_nearest():
    district = toy_district()
    schools = district.schools.copy()
    schools.loc["A", "closes"] = 2024
    catchments = draw(district.replace(schools=schools))
    assert set(zones(catchments, "primary", 2023).values()) == {"A", "B"}
    assert set(zones(catchments, "primary", 2024).values()) == {"B"}


def test_a_stage_by_seats_spreads_every_block_over_all_its_schools():
    standards = toy_standards()
    kindergarten, primary, junior = standards.stages
    spread = type(primary)(**{**vars(primary), "intake": "seats"})
    standards = standards.replace(stages=(kindergarten, spread, junior))
    catchments = draw(toy_district(), standards=standards)
    shares = catchments.shares.xs("primary", level="stage")
    assert np.isclose(shares["b1", 2026, "B"], 0.5)  # A and B have 270 seats each
    assert set(zones(catchments, "primary").values()) == {""}


def test_the_capacity_rule_fits_whole_blocks_into_the_seats():
    # with 7 rooms A has 315 seats: b3 (60 pupils) beside b1, b2, b4 (240); B keeps b5, b6 (240)
    district = toy_district()
    rooms = district.classrooms.where(district.classrooms.index != ("A", "primary", 2020), 7)
    drawn = zones(draw(district.replace(classrooms=rooms), "capacity"), "primary")
    assert drawn == {"b1": "A", "b2": "A", "b3": "A", "b4": "A", "b5": "B", "b6": "B"}


def test_the_capacity_rule_draws_anew_when_a_school_opens():
    # N in b3 from 2023, 90 seats: with it nobody is beyond the seats
    drawn = draw(add_school(toy_district()), "capacity")
    assert zones(drawn, "primary", 2022)["b3"] != "N"
    assert zones(drawn, "primary", 2023) == {
        "b1": "A", "b2": "A", "b3": "N", "b4": "A", "b5": "B", "b6": "B",
    }  # fmt: skip


def draw_together(district, rule="current", **keys):
    """Draw with A and B in one lottery zone from 2023 on."""
    step = LotteryZone(year=2023, source="t", stage="primary", schools=("A", "B"), **keys)
    return draw(step.apply(district), rule)


def add_rooms(school, rooms):
    district = toy_district()
    at = (school, "primary", 2020)
    return district.replace(
        classrooms=district.classrooms.where(district.classrooms.index != at, rooms)
    )


@pytest.mark.parametrize("rule", sorted(RULES))
def test_a_lottery_zone_shares_entrants_by_the_seats(rule):
    # A has 12 rooms and B 6: two of three entrants of every block go to A, whoever is nearer
    shares = draw_together(add_rooms("A", 12), rule).shares.xs("primary", level="stage")
    for block in ("b1", "b6"):
        assert shares[block, 2023].to_dict() == pytest.approx({"A": 2 / 3, "B": 1 / 3})
        assert len(shares[block, 2022]) == 1
    assert np.allclose(shares.groupby(["block", "year"]).sum(), 1.0)


def test_the_area_of_a_lottery_zone_bears_the_names_of_its_schools():
    catchments = draw_together(toy_district())
    assert set(catchments.name_areas("primary", 2023)) == {"A+B"}
    assert set(catchments.name_areas("primary", 2022)) == {"A", "B"}
    assert set(catchments.name_areas("junior", 2023)) == {"B"}


def test_a_school_that_closes_leaves_its_blocks_to_the_lottery_zone():
    # C stands in b3 with one room and has b2; when it closes, b2 stays with A and B together,
    # though A alone would be nearest
    district = add_school(toy_district(), year=2021, rooms=6)
    for step in (
        LotteryZone(year=2022, source="t", stage="primary", schools=("N", "B"), blocks=("b2",)),
        Close(year=2024, source="t", school="N"),
    ):
        district = step.apply(district)
    shares = draw(district).shares.xs("primary", level="stage")
    assert shares["b2", 2023].to_dict() == pytest.approx({"N": 0.5, "B": 0.5})
    assert shares["b2", 2024].to_dict() == {"B": 1.0}


def test_a_new_school_in_a_lottery_zone_takes_no_blocks_of_its_own():
    step = LotteryZone(year=2023, source="t", stage="primary", schools=("N", "B"))
    catchments = draw(step.apply(add_school(toy_district())))
    assert "N" not in set(zones(catchments, "primary"))
    shares = catchments.shares.xs(("primary", 2026), level=("stage", "year"))
    assert shares["b6"].to_dict() == pytest.approx({"N": 0.25, "B": 0.75})  # 90 and 270 seats


def test_a_block_whose_school_closed_still_says_how_near_a_new_one_must_be():
    """A closes in 2022; the school of 2023 takes who is nearer to it, the others the nearest."""
    steps = (
        Close(year=2022, source="test", school="A"),
        NewSchool(
            year=2023, source="test", school="N", name="新校", site="S1", classrooms={"primary": 20}
        ),
    )
    plan = evaluate(toy_district(), toy_standards(), Scenario("p", interventions=steps))
    before = toy_outcome().catchments.zones.xs(("primary", 2020), level=("stage", "year"))
    after = plan.catchments.zones.xs(("primary", 2023), level=("stage", "year"))
    ways = plan.costs.metres
    for block, school in before.items():
        open_to = ways.loc[block, ["N", "B"]]
        left = open_to.idxmin() if school == "A" else school
        nearer = ways.N[block] < ways[school][block]
        assert after[block] == ("N" if nearer else left), block
    assert set(after) == {"N", "B"}
    assert any(after[block] == "B" for block in before.index[before == "A"])


def test_a_school_of_a_catchment_that_opens_later_takes_no_further_blocks():
    # A, the first of all, opens in 2023 only and is zoned to b1 from then on; b2 and b4, which are
    # nearer to it than to B, stay with B
    district = toy_district()
    schools = district.schools.copy()
    schools.loc["A", "opened"] = 2023
    rooms = district.classrooms.rename(index={2020: 2023}, level="year")
    rooms = rooms[rooms.index.get_level_values("school") == "A"]
    others = district.classrooms[district.classrooms.index.get_level_values("school") != "A"]
    index = district.catchments.index
    primary = index.get_level_values("stage") == "primary"
    later = pd.MultiIndex.from_tuples([("b1", "primary", 2023)], names=index.names)
    catchments = pd.concat(
        [district.catchments.mask(primary, "B"), pd.Series(["A"], later, name="school")]
    )
    drawn = draw(
        district.replace(
            schools=schools, classrooms=pd.concat([others, rooms]), catchments=catchments
        )
    )
    assert set(zones(drawn, "primary", 2022).values()) == {"B"}
    assert zones(drawn, "primary", 2023) == {
        "b1": "A", "b2": "B", "b3": "B", "b4": "B", "b5": "B", "b6": "B",
    }  # fmt: skip


def test_under_the_capacity_rule_a_block_without_any_way_has_no_catchment(monkeypatch):
    # only A lies at the road of its own, 5 km away: no block has a way to it, all have one to B
    asked = []

    def draw_first(pupils, _seats, costs, *_others, **_terms):
        asked.append((pupils, costs))
        return SimpleNamespace(plan=np.zeros(len(pupils), dtype=np.int64))

    monkeypatch.setattr("seatplan.solvers.districting.draw_districts", draw_first)
    zones_of = draw(on_a_loose_road(), "capacity").zone
    assert (zones_of["primary"] == 0).all()  # as drawn: one school in reach is enough
    assert (zones_of["junior"] == 1).all()
    pupils, costs = next(cost for cost in asked if cost[1].shape[1] == 2)
    # b1 (60 pupils) walks 1,200 m to B, the longest there is; A counts as ten times as far
    assert pupils.tolist() == [60, 60, 60, 120, 120, 120]
    np.testing.assert_allclose(costs[:, 0], pupils * 10 * 1_200)
    np.testing.assert_allclose(costs[:, 1], pupils * [1_200, 800, 400, 800, 400, 0], atol=1e-6)


def test_a_block_as_near_to_its_school_as_to_a_new_one_stays():
    # N in b3 has seats for all; b2 is 400 m from A and from N, b6 stands at B
    catchments = draw(add_school(toy_district(), rooms=24))
    assert zones(catchments, "primary", 2023) == {
        "b1": "A", "b2": "A", "b3": "N", "b4": "A", "b5": "B", "b6": "B",
    }  # fmt: skip


@pytest.mark.parametrize("rule", ["current", "nearest"])
def test_a_school_of_one_seat_is_a_school(rule):
    key = pd.MultiIndex.from_tuples([("A", "primary")], names=["school", "stage"])
    town = toy_district().replace(stated=pd.Series([1.0], key, name="seats"))
    assert zones(draw(town, rule), "primary")["b1"] == "A"


@pytest.mark.parametrize("rule", sorted(RULES))
def test_a_block_that_no_road_joins_to_any_school_has_no_catchment(rule):
    # the ways from b1 to A, B and K are stated to be none
    index = pd.MultiIndex.from_product([["b1"], ["A", "B", "K"]], names=["block", "school"])
    cut = toy_district().replace(travel=pd.Series(np.inf, index, name="metres"))
    catchments = draw(cut, rule)
    own = zones(catchments, "kindergarten")
    assert own["b1"] == ""
    assert own["b2"] == "K"
    shares = catchments.shares.xs("kindergarten", level="stage")
    assert "b1" not in shares.index.get_level_values("block")


def test_before_any_school_opens_there_is_no_catchment():
    # all primary schools open in 2022
    district = toy_district()
    index = district.classrooms.index
    primary = index.get_level_values("stage") == "primary"
    rooms = district.classrooms[primary].rename(index={2020: 2022}, level="year")
    late = district.replace(classrooms=pd.concat([district.classrooms[~primary], rooms]))
    drawn = draw(late, "capacity")
    assert set(zones(drawn, "primary", 2021).values()) == {""}
    assert set(zones(drawn, "primary", 2022).values()) == {"A", "B"}
    assert drawn.shares.xs("primary", level="stage").index.get_level_values("year").min() == 2022


def test_a_block_that_is_rezoned_takes_no_other_with_it():
    # b2 is zoned to B, 800 m away, and N in b3 takes both; in 2024 the plan gives b3 alone to A
    district = toy_district()
    key = ("b2", "primary", 2020)
    to_b = district.replace(
        catchments=district.catchments.mask(district.catchments.index == key, "B")
    )
    catchments = draw(rezone(add_school(to_b, rooms=24), "b3", "A"))
    for year, b3 in ((2023, "N"), (2024, "A"), (2026, "A")):
        assert zones(catchments, "primary", year) == {
            "b1": "A", "b2": "N", "b3": b3, "b4": "A", "b5": "B", "b6": "B",
        }  # fmt: skip


def test_a_new_school_keeps_its_blocks_when_the_first_of_all_schools_closes():
    # N in b2 takes b2 from A, the first school; A closes in 2024, and the plan tells b2 to go to B
    district = add_school(toy_district(), rooms=24)
    district.schools.loc["N", "geometry"] = district.blocks.geometry["b2"].centroid
    district.schools.loc["A", "closes"] = 2024
    key = pd.MultiIndex.from_tuples(
        [("b2", "primary", 2024)], names=district.catchments.index.names
    )
    change = pd.concat([district.catchments, pd.Series(["B"], key, name="school")])
    primary = draw(district.replace(catchments=change)).zones.xs(
        ("b2", "primary"), level=("block", "stage")
    )
    assert primary.loc[2022:2025].tolist() == ["A", "N", "N", "N"]
