"""Schools that close on the toy town: 240 primary pupils of A, 40 a grade, counted by hand.

A stands in b1 and takes b1 (10 a grade), b2 (10) and b4 (20); b2 and b4 are 400 m from it. To B in
b6 it is 1,200 m from b1 and 800 m from b2 and from b4.
"""

from dataclasses import replace

import pandas as pd
import pytest
from shapely.geometry import LineString

from seatplan.examples import toy_district, toy_outcome, toy_standards
from seatplan.findings.closures import list_closures
from seatplan.outcome import Policy, evaluate
from seatplan.scenarios.closures import Close, Merge
from seatplan.scenarios.scenario import Scenario
from seatplan.scenarios.schools import NewSchool
from seatplan.views.closed_schools import tabulate_closed, tell_closed
from tests.findings.rules import add_walk

MERGE = Merge(year=2023, source="test", schools=["A"], into="B")


def run(*steps, district=None, rules=None, overflow="stay"):
    policy = Policy(overflow=overflow)
    scenario = Scenario("closing", interventions=steps)
    return evaluate(district or toy_district(), rules or toy_standards(), scenario, policy=policy)


def test_a_merged_school_tells_who_walks_how_far_before_and_after():
    rules = add_walk(toy_standards(), {"primary": 1000.0})
    younger, older = list_closures(run(MERGE, rules=rules)).to_dict("records")
    # three grades: 30 from b1, 30 from b2, 60 from b4
    wanted = {
        "school": "A", "year": 2023, "stage": "primary", "from_grade": "g1", "to_grade": "g3",
        "into": "B", "pupils": 120, "receiving": "B 120", "unplaced": 0,
        "walk_before_m": (30 * 0 + 90 * 400) / 120, "walk_after_m": (30 * 1200 + 90 * 800) / 120,
        "longest_before_m": 400, "longest_after_m": 1200,
        "limit_m": 1000, "beyond_before": 0, "beyond_after": 30,
        "no_way_before": 0, "no_way_after": 0,
    }  # fmt: skip
    assert younger == wanted
    assert older == wanted | {"from_grade": "g4", "to_grade": "g6"}


def test_without_a_limit_nobody_is_beyond_it_and_a_district_that_closes_nothing_has_no_row():
    table = list_closures(run(MERGE))
    assert table.limit_m.isna().all()
    assert not table[["beyond_before", "beyond_after"]].any(axis=None)
    none = list_closures(toy_outcome())
    assert none.empty
    assert list(none.columns) == list(table.columns)
    assert (none.dtypes == table.dtypes).all()


def test_a_closed_school_sends_its_pupils_where_their_blocks_go():
    table = list_closures(run(Close(year=2023, source="test", school="A")))
    assert table.into.tolist() == ["", ""]
    assert table.receiving.tolist() == ["B 120", "B 120"]


def test_a_kindergarten_and_a_nine_year_school_are_told_by_stage():
    new = NewSchool(
        year=2022, source="t", school="N", name="新", site="S1", classrooms={"primary": 6}
    )
    table = list_closures(run(new, Close(year=2024, source="test", school="B")))
    primary = table[table.stage == "primary"]
    # N fills from its entry grade in 2022: by 2024 its grades are 1 to 3 and B keeps 4 to 6 whole
    assert primary.pupils[primary.from_grade == "g4"].tolist() == [150]
    junior = table[table.stage == "junior"]
    assert junior.pupils.tolist() == [270]  # 90 a grade, and no other school teaches them
    assert junior.unplaced.tolist() == [270]
    assert junior.receiving.tolist() == [""]
    assert junior.walk_after_m.isna().all()


@pytest.mark.parametrize("overflow", ["stay", "move"])
def test_pupils_are_those_of_the_receiving_schools_and_those_without_a_seat(overflow):
    table = list_closures(run(MERGE, overflow=overflow))
    taken = table.receiving.map(
        lambda told: sum(int(part.rsplit(" ", 1)[1]) for part in told.split(", ") if part)
    )
    assert (taken + table.unplaced == table.pupils).all()
    # A has 270 seats: under "move" it takes the 30 for whom B has none
    assert table.pupils.sum() == (240 if overflow == "stay" else 270)
    assert table.unplaced.any() == (overflow == "move")  # B has 270 seats for all 540


def test_who_has_no_way_is_counted_and_walks_nowhere():
    district = toy_district()
    roads = district.roads
    home = district.blocks.representative_point()["b4"]
    stub = roads.iloc[[0]].set_geometry([LineString([home, (home.x + 5, home.y)])])
    cut = pd.concat([roads[roads.distance(home) > 1], stub], ignore_index=True)
    table = list_closures(run(MERGE, district=district.replace(roads=cut)))
    assert table.no_way_before.tolist() == [60, 60]
    assert table.no_way_after.tolist() == [60, 60]
    assert table.walk_before_m.tolist() == [200, 200]  # of b1 and b2


def test_rows_follow_the_year_and_the_order_of_rows_changes_no_figure():
    district = toy_district()
    turned = district.replace(
        blocks=district.blocks.iloc[::-1], residents=district.residents.iloc[::-1]
    )
    one, other = list_closures(run(MERGE)), list_closures(run(MERGE, district=turned))
    pd.testing.assert_frame_equal(one, other)


def test_findings_say_it_in_both_languages():
    rules = add_walk(toy_standards(), {"primary": 1000.0})
    outcome = run(MERGE, rules=replace(rules))
    closures = list_closures(outcome)
    said = tell_closed(closures, "en")
    assert "Schools that close: 1; 240 pupils move." in said
    assert "300 m before and 900 m after" in said
    assert "0 before, 60 after" in said
    assert "撤并学校1所" in tell_closed(closures, "zh")
    heads, rows = tabulate_closed(outcome, closures, "en")
    assert rows[0][:5] == ["Primary A", "2023", "g1 – g3", "120", "School B (120)"]
    assert rows[0][5:8] == ["300 → 900", "400 → 1,200", "0 → 30"]
    assert len(heads) == len(rows[0])
    assert tell_closed(list_closures(toy_outcome()), "en") == ""
