"""The one screen, on the toy town."""

import io

from rich.console import Console

from seatplan.comparison import compare
from seatplan.examples import toy_district, toy_outcome, toy_standards
from seatplan.outcome import evaluate
from seatplan.scenarios.rooms import Expand
from seatplan.scenarios.scenario import Scenario
from seatplan.views.summary import draw_flags, draw_summary, summarise, tell_provenance

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
    assert list(table.columns) == ["seats", "pupils", "balance", "short", "crowded", "unplaced"]
    # B: 300 who live there and attend, 6 x 45 = 270 seats; 8 x 45 = 360 from 2023 on
    assert table.loc[("baseline", "primary", 2025)].tolist() == [540, 540, 0, 30, 30, 0]
    assert table.loc[("grow", "primary", 2025)].tolist() == [630, 540, 90, 0, 0, 0]


def test_an_arrow_leads_from_one_scenario_to_the_next():
    told = outcomes()
    seats = next(
        line for line in lines(draw_summary(told, compare(told).table)) if "540→630" in line
    )
    assert seats.split() == ["学位", "seats", "540", "540→630"]


def test_a_shortage_bears_a_minus_sign():
    told = [toy_outcome()]
    drawn = lines(draw_summary(told, compare(told).table))
    # K: 180 seats, 270 children
    assert any(line.split() == ["余缺", "balance", "−90", "−90"] for line in drawn)


def test_flags_are_counted_by_school():
    drawn = lines(draw_flags(outcomes()))
    # beyond the seats: B and K as it is; K alone once B has two rooms more
    row = next(line for line in drawn if "seat-gap" in line)
    assert row.split() == ["学位缺口", "seat-gap", "2", "2→1"]


def test_the_screen_says_what_the_data_are():
    assert tell_provenance(toy_district()).startswith("学校数据 schools: 3 synthetic")
