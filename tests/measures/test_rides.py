"""Buses and beds: the limit of a walk that they lift, in the toy town.

b1 has A and b6 has B; A takes b1, b2 and b4, B takes b3 (10 pupils a grade, 400 m), b5 (20, 400 m)
and b6 (20, 0 m). All junior pupils go to B: b1, b2 and b4 are farther than 500 m.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from tests.full import full_district
from tests.measures.test_reach import limited

from seatplan.district.reading import check_district, read_district
from seatplan.district.rides import write_rides
from seatplan.district.writing import write_district
from seatplan.examples import toy_district, toy_standards
from seatplan.outcome import evaluate
from seatplan.rezoning.terms import lay_terms
from seatplan.rezoning.town import survey_town
from seatplan.scenarios.interventions import SchoolBus
from seatplan.scenarios.scenario import Scenario

YEAR = 2020


def ride(*rows: tuple[str, str, str]) -> pd.Series:
    keys = [(*row[:2], YEAR) for row in rows]
    index = pd.MultiIndex.from_tuples(keys, names=["block", "school", "year"])
    return pd.Series([row[2] for row in rows], index, name="by", dtype="str")


@pytest.mark.parametrize(
    ("rides", "share", "longest"),
    [
        ([], 0.6, 400),
        ([("b5", "B", "bus")], 0.2, 400),
        ([("b5", "B", "bus"), ("b3", "B", "bed")], 0.0, 0),
        ([("b5", "A", "bus")], 0.6, 400),
    ],
)
def test_who_rides_is_not_beyond_a_walk(rides, share, longest):
    district = toy_district().replace(rides=ride(*rides)) if rides else toy_district()
    outcome = limited("beyond_walk", within={"primary": 300.0}, district=district)
    assert outcome.measure("beyond_walk")["B", "primary", YEAR] == pytest.approx(share)
    assert outcome.measure("longest_walk")["B", "primary", YEAR] == pytest.approx(longest, abs=0.1)
    assert outcome.measure("walk")["B", "primary", YEAR] == pytest.approx(240, abs=0.1)


def test_who_rides_is_counted():
    outcome = evaluate(toy_district().replace(rides=ride(("b5", "B", "bus"))), toy_standards())
    assert outcome.measure("riders")["B", YEAR] == 20 * 6 + 20 * 3
    assert outcome.measure("riders")["A", YEAR] == 0
    assert outcome.measure("boarders").empty


def test_a_bus_takes_boarders_and_beds_make_them():
    metres = {"g7": 500.0, "g8": 500.0}  # 80 board without
    served = full_district().replace(rides=ride(("b4", "B", "bus")))
    assert limited("boarding_way", metres, district=served).measure("boarders")["B", YEAR] == 40
    housed = full_district().replace(rides=ride(("b6", "B", "bed")))
    outcome = limited("boarding_way", metres, district=housed)
    assert outcome.measure("boarders")["B", YEAR] == 80 + 20 * 9
    assert outcome.measure("beds_short")["B", YEAR] == 80 + 20 * 9 - 20


def test_beds_need_no_limit_to_count():
    outcome = evaluate(full_district().replace(rides=ride(("b6", "B", "bed"))), toy_standards())
    assert outcome.measure("boarders")["B", YEAR] == 20 * 9


def test_rezoning_may_use_a_bus():
    district = toy_district().replace(rides=ride(("b2", "B", "bus")))
    outcome = evaluate(district, toy_standards())
    town = survey_town(outcome, "primary", [YEAR], None)
    asked = lay_terms(
        outcome, town, max_moved=None, max_walk_m=500.0, max_increase_m=None, locked=[], groups=None
    )
    b = list(town.schools).index("B")
    allowed = dict(zip(town.blocks, asked.allowed[:, b], strict=True))
    assert allowed["b2"]  # 800 m, by bus
    assert not allowed["b4"]  # 800 m on foot


@pytest.mark.slow
def test_rides_are_read_written_and_doubted(tmp_path: Path):
    district = toy_district().replace(rides=ride(("b1", "B", "bed"), ("b5", "B", "bus")))
    write_district(district, toy_standards(), tmp_path / "town")
    assert read_district(tmp_path / "town").rides.to_dict() == district.rides.to_dict()
    told = [str(one) for one in check_district(tmp_path / "town").findings]
    assert any("b1 board at B, which has no boarding_beds" in sentence for sentence in told)
    (tmp_path / "town/rides.csv").write_text("block,school,by\nb9,B,bus\nb1,B,boat\n", "utf-8")
    problems = check_district(tmp_path / "town").problems
    assert "rides.csv: row 3, column by: boat; want one of bus, bed" in problems
    assert any("no such block" in problem for problem in problems)


def test_a_bus_of_a_plan_serves_from_its_year_on_and_takes_the_place_of_a_bed():
    district = full_district().replace(rides=ride(("b5", "B", "bed")))
    step = SchoolBus(year=2023, source="t", school="B", blocks=("b5", "b3"))
    outcome = evaluate(district, toy_standards(), Scenario("bus", interventions=(step,)))
    riders, boarders = (outcome.measure(name)["B"] for name in ("riders", "boarders"))
    assert (riders[2022], riders[2023]) == (0, 9 * 20 + 9 * 10)
    assert (boarders[2022], boarders[2023]) == (9 * 20, 0)
    assert write_rides(outcome.district.rides, 2022).to_numpy().tolist() == [["b5", "B", "bed"]]
    assert len(write_rides(outcome.district.rides, 2023)) == 2
