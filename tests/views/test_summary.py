"""The one screen, on the toy town."""

import io

from rich.console import Console

from seatplan.comparison import compare
from seatplan.examples import toy_district, toy_outcome, toy_standards
from seatplan.outcome import Policy, evaluate
from seatplan.scenarios.areas import SetLimit
from seatplan.scenarios.rooms import Expand
from seatplan.scenarios.scenario import Scenario
from seatplan.views.summary import (
    draw_flags,
    draw_large_classes,
    draw_summary,
    summarise,
    tell_provenance,
)

GROW = Scenario(
    "grow", interventions=(Expand(year=2023, source="test", school="B", classrooms={"primary": 2}),)
)


def lines(drawn: object) -> list[str]:
    console = Console(file=io.StringIO(), width=100)
    console.print(drawn)
    return console.file.getvalue().splitlines()


def outcomes():
    return [toy_outcome(), evaluate(toy_district(), toy_standards(), GROW)]


def test_the_summary_holds_every_fifth_year():
    table = summarise(compare(outcomes()).table)
    assert list(table.index.unique("year")) == [2020, 2025]
    assert list(table.columns) == [
        *("catchment_shortage", "roll_over_seats", "district_shortage", "unplaced"),
        *("seats", "pupils", "balance"),
    ]
    # B: 300 who live there and attend, 6 x 45 = 270 seats; 8 x 45 = 360 from 2023 on
    assert table.loc[("baseline", "primary", 2025)].tolist() == [30, 30, 0, 0, 540, 540, 0]
    assert table.loc[("grow", "primary", 2025)].tolist() == [0, 0, 0, 0, 630, 540, 90]


def test_an_arrow_leads_from_one_scenario_to_the_next():
    told = outcomes()
    seats = next(
        line for line in lines(draw_summary(told, compare(told).table)) if "540→630" in line
    )
    assert seats.split() == ["学位", "seats", "540", "540→630"]


def test_a_balance_below_zero_bears_a_minus_sign():
    told = [toy_outcome()]
    drawn = lines(draw_summary(told, compare(told).table))
    # K: 180 seats, 270 children
    assert any(line.split() == ["余缺", "balance", "−90", "−90"] for line in drawn)


def test_a_stage_leads_with_its_catchment_shortage():
    told = outcomes()
    drawn = [line.split() for line in lines(draw_summary(told, compare(told).table))]
    assert ["小学", "学区缺口", "30", "30→0"] in drawn
    assert not any("在校超额" in line[:2] for line in drawn if line[:1] != ["在校超额"])
    assert any(line[:3] == ["学区缺口", "catchment", "shortage:"] for line in drawn)


def test_unplaced_pupils_have_a_row_where_there_are_some():
    moved = evaluate(toy_district(), toy_standards(), policy=Policy(overflow="move"))
    drawn = [line.split() for line in lines(draw_summary([moved], compare([moved]).table))]
    assert ["未安置", "0", "90"] in drawn  # K has 180 seats for 270; the base year is the record


def test_the_share_of_large_classes_leads_from_scenario_to_scenario():
    step = SetLimit(year=2023, source="test", code="large-class", limit={"primary": 40})
    strict = evaluate(toy_district(), toy_standards(), Scenario("strict", interventions=(step,)))
    drawn = [line.strip() for line in lines(draw_large_classes([toy_outcome(), strict]))]
    # B's six classes of 50 are above 40; junior has six more, A six: 6 of 18
    wanted = ["0.00 %", "0.00 %→33.33 %"]
    (row,) = [line for line in drawn if line.startswith("g1至g9，全区学校")]
    assert row.split("  ")[0] == "g1至g9，全区学校"
    assert [cell.strip() for cell in row.split("  ")[1:] if cell] == wanted


def test_a_district_without_a_limit_on_large_classes_has_no_table_of_them():
    rules = toy_standards()
    kept = [item for item in rules.standards if item.code != "large-class"]
    outcome = evaluate(toy_district(), rules.replace(standards=tuple(kept)))
    assert draw_large_classes([outcome]) is None


def test_flags_are_counted_by_school():
    drawn = lines(draw_flags(outcomes()))
    # roll over seats: B and K as it is; K alone once B has two rooms more
    row = next(line for line in drawn if "roll-over-seats" in line)
    assert row.split() == ["在校超额", "roll-over-seats", "2", "2→1"]


def test_the_screen_says_what_the_data_are():
    assert tell_provenance(toy_district()).startswith("学校数据 schools: 3 synthetic")
