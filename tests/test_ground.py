"""What is true on the ground: schools and homes as they are, not as a form would have them.

The toy town of `seatplan.examples` (90 residents of every age, 90 pupils in every grade of every
year; primary A 40 and B 50), written to a folder and changed as its file is changed in an office.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from seatplan.district.reading import check_district, read_district, read_standards
from seatplan.district.writing import write_district
from seatplan.errors import ScenarioError
from seatplan.examples import toy_district, toy_standards
from seatplan.outcome import Outcome, Policy, evaluate
from seatplan.rezoning.steps import write_steps
from seatplan.rezoning.town import survey_town
from seatplan.scenarios.interventions import Close, Expand, Housing, Rezone
from seatplan.scenarios.scenario import BASELINE, Scenario
from tests.towns import features

PRIMARY = [f"g{grade}" for grade in range(1, 7)]
YEARS = range(2020, 2027)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The toy town as files."""
    write_district(toy_district(), toy_standards(), tmp_path / "town")
    return tmp_path / "town"


@contextmanager
def rows(folder: Path, name: str) -> Iterator[list[dict[str, Any]]]:
    """Change the rows of a table."""
    with (folder / name).open(encoding="utf-8-sig", newline="") as file:
        table = list(csv.DictReader(file))
    yield table
    with (folder / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(table[0]))
        writer.writeheader()
        writer.writerows(table)


def run(folder: Path, scenario: Scenario = BASELINE) -> Outcome:
    """Evaluate the town as its files now say."""
    return evaluate(read_district(folder), read_standards(folder / "standards.toml"), scenario)


def roll(outcome: Outcome, school: str, year: int) -> list[int]:
    """Pupils of g1 to g6."""
    return [int(outcome.classes.table.pupils.get((school, g, year), 0)) for g in PRIMARY]


def told(folder: Path, kind: str) -> list[str]:
    """Sentences of the findings of a kind, where nothing is refused."""
    looked = check_district(folder)
    assert looked.problems == []
    return [str(finding) for finding in looked.findings if finding.kind == kind]


def test_more_classes_than_rooms_is_the_overcrowding_to_be_planned_for(folder: Path):
    with features(folder, "schools.geojson") as schools:
        schools[0]["properties"]["classrooms_primary"] = 4
    assert told(folder, "more classes than rooms") == [
        "schools.geojson: feature 1 (id A), primary: 6 classes in 4 rooms; counted as 2 short"
    ]
    outcome = run(folder)
    assert outcome.measure("rooms_short").loc[("A", "primary")].tolist() == [2] * 7
    assert outcome.balance.schools.seats.loc[("A", "primary")].tolist() == [4 * 45] * 7
    assert [roll(outcome, "A", year) for year in YEARS] == [[40] * 6] * 7


def test_fractions_of_residents_are_taken(folder: Path):
    with rows(folder, "population/residents.csv") as residents:
        residents[0] |= {"total": "800.4", "age_0": "10.3", "age_1": "9.7"}
    assert check_district(folder).problems == []
    district = read_district(folder)
    assert district.residents.loc["b1", ["total", 0, 1, 2]].tolist() == [800.4, 10.3, 9.7, 10]
    outcome = run(folder)
    # who is 1 and 0 in 2020 enters primary school at 6, in 2025 and 2026: 89.7 and 90.3 in all
    entrants = outcome.forecast.pupils.groupby(["grade", "year"]).sum().g1
    assert entrants[[2020, 2025, 2026]].tolist() == pytest.approx([90, 89.7, 90.3])


def test_ages_of_fractions_may_not_pass_their_total(folder: Path):
    with rows(folder, "population/residents.csv") as residents:
        residents[0]["total"] = "199.9"
    assert check_district(folder).problems == [
        "population/residents.csv: row 2, column total: 199.9; "
        "want 200 or more, the sum of age_0 to age_19"
    ]


def test_an_id_101_0_in_a_layer_is_the_101_of_a_table(folder: Path):
    with features(folder, "population/blocks.geojson") as blocks:
        blocks[0]["properties"]["id"] = 101.0
    for name in ("catchments.csv", "population/residents.csv"):
        with rows(folder, name) as table:
            for row in table:
                row["block"] = {"b1": "101"}.get(row["block"], row["block"])
    assert check_district(folder).problems == []
    assert read_district(folder).blocks.index[0] == "101"
    assert roll(run(folder), "A", 2026) == [40] * 6


def test_a_school_closed_before_the_base_year_takes_no_catchment(folder: Path):
    with features(folder, "schools.geojson") as schools:
        schools[0]["properties"]["closes"] = 2019
    problems = check_district(folder).problems
    assert len(problems) == 3  # b1, b2 and b4
    assert problems[0] == (
        "catchments.csv: row 2, column school: A; closed since 2019; want one that stands in 2020"
    )


def demolish(**changes: Any) -> Scenario:
    """Take down 100 dwellings of b1 in 2022, and 280 people with them, 33.6 of them pupils."""
    keys = {"block": "b1", "dwellings": -100, "residents_per_dwelling": 2.8}
    keys |= {"pupils_per_1000": 120, "from_outside": 1.0, "year": 2022, "source": "plan"}
    return Scenario("x", interventions=[Housing(**(keys | changes))])


def count(outcome: Outcome, year: int, grade: str = "g1") -> list[float]:
    """Pupils of a grade, block by block."""
    found = outcome.forecast.pupils.xs((grade, year), level=("grade", "year"))
    return [round(float(pupils), 6) for pupils in found]


def test_households_leave_with_their_dwellings(folder: Path):
    # b1 has 10 of each age and 12 grades, 120 pupils; 33.6 of them are 2.8 of each grade.
    before, outcome = run(folder), run(folder, demolish())
    assert count(before, 2022) == count(outcome, 2021) == [10, 10, 10, 20, 20, 20]
    assert count(outcome, 2022) == count(outcome, 2024) == [7.2, 10, 10, 20, 20, 20]
    # Six of the seven in 2026 were born later, to a sixth fewer parents, as 90 births stay 90.
    assert roll(outcome, "A", 2022)[0] == 37


def test_who_stays_in_the_district_passes_to_its_other_blocks(folder: Path):
    # 1.4 of the 2.8 leave the district; 1.4 pass to the other 80 of the grade, 0.0175 for each.
    outcome = run(folder, demolish(from_outside=0.5))
    assert count(outcome, 2022) == [7.2, *(x * 1.0175 for x in [10, 10, 20, 20, 20])]


def test_demolition_and_building_in_one_year_are_both_carried_out(folder: Path):
    built = demolish(dwellings=100, from_outside=1.0).interventions[0]
    both = Scenario("x", interventions=[*demolish().interventions, built])
    assert count(run(folder, both), 2022) == [10, 10, 10, 20, 20, 20]


def test_nobody_leaves_who_is_not_there(folder: Path):
    with rows(folder, "population/housing.csv") as table:
        table.append(
            {"block": "b1", "year": 2022, "dwellings": -700, "residents_per_dwelling": 2.8}
            | {"pupils_per_1000": 120, "from_outside": 0}
        )
    assert told(folder, "demolition of more than stands") == [
        "population/housing.csv: row 2: 1960 people leave block b1, which has 800; nobody is left "
        "there, and nobody leaves twice"
    ]
    assert count(run(folder), 2022) == [0, *(x * 1.125 for x in [10, 10, 20, 20, 20])]


def test_more_dwellings_than_people_cannot_be_taken_down(folder: Path):
    with pytest.raises(ScenarioError, match=r"should be -800 or more in b1.* got -801"):
        run(folder, demolish(dwellings=-801))
    with rows(folder, "population/housing.csv") as table:
        table.append(
            {"block": "b1", "year": 2022, "dwellings": -801, "residents_per_dwelling": 2.8}
            | {"pupils_per_1000": 120, "from_outside": 0}
        )
    assert check_district(folder).problems == [
        "population/housing.csv: row 2, column dwellings: -801; want -800 or more: no more "
        "dwellings than people who live there"
    ]


def place_point(folder: Path, rolls: list[int], classes: list[int], rooms: int) -> None:
    """Put school T on A's ground, without a catchment."""
    with features(folder, "schools.geojson") as schools:
        own = dict.fromkeys(schools[0]["properties"]) | schools[0]["properties"]
        own |= {"id": "T", "name": "T", "classrooms_primary": rooms}
        own |= {f"roll_{code}": count for code, count in zip(PRIMARY, rolls, strict=True)}
        own |= {f"classes_{code}": count for code, count in zip(PRIMARY, classes, strict=True)}
        schools.append({**schools[0], "properties": own})


def test_grades_combined_in_one_class_need_one_room(folder: Path):
    place_point(folder, [4, 3, 2, 0, 0, 0], [1, 0, 0, 0, 0, 0], 1)
    assert told(folder, "combined classes") == [
        "schools.geojson: feature 4 (id T), primary: g2 sits in a class of g1, g3 sits in a class "
        "of g1"
    ]
    outcome = run(folder)
    now = outcome.classes.table.loc["T"].xs(2020, level="year")
    assert now.classes.tolist() == [1, 0, 0]  # one class of nine, which counts with grade 1
    assert now.largest.tolist() == [9, 9, 9]
    for name in ("rooms_short", "rooms_spare"):
        assert outcome.measure(name)["T", "primary", 2020] == 0
    assert outcome.balance.schools.seats["T", "primary", 2020] == 45
    # Nobody enters: 4 and 3 go on in one class, then 4 alone.
    assert outcome.classes.table.loc["T"].classes.groupby("year").sum().tolist() == [1, 1, 1]
    assert outcome.measure("pupils_per_class")["T", "primary", 2021] == 7


def test_two_combined_classes_stay_two_while_they_fit(folder: Path):
    place_point(folder, [12, 10, 11, 9, 0, 0], [1, 0, 1, 0, 0, 0], 2)
    table = run(folder).classes.table.loc["T"]
    assert table.xs(2020, level="year").largest.tolist() == [22, 22, 20, 20]
    # A year on the cohorts are in grades 2 to 4 of a school that teaches four: 12 alone in the
    # first class, 10 and 11 in the second.
    assert table.xs(2021, level="year").classes.tolist() == [1, 1, 0]


def test_a_grade_that_fits_nowhere_wants_a_class(folder: Path):
    place_point(folder, [30, 20, 0, 0, 0, 0], [1, 0, 0, 0, 0, 0], 1)
    assert check_district(folder).problems == [
        "schools.geojson: feature 4 (id T), property classes_g2: 0; want 1 or more for the 20 "
        "pupils of roll_g2"
    ]


def add_private(folder: Path, pupils: int, **more: Any) -> None:
    """Put the private primary school P beside B, with as many pupils in each grade."""
    with features(folder, "schools.geojson") as schools:
        own = schools[0]["properties"] | {"id": "P", "name": "P", **more}
        own |= {"ownership": "private", "run_by": "private"}
        own |= {f"roll_{code}": pupils for code in PRIMARY}
        schools.append({**schools[1], "properties": own})


def test_pupils_beyond_the_residents_come_from_outside(folder: Path):
    add_private(folder, 45)
    assert told(folder, "pupils from outside") == [
        "schools.geojson: primary: 810 pupils on roll, 540 residents x take-up in "
        "population/residents.csv; 270 are taken to come from outside the district, to P; state "
        "them in outside_primary"
    ]
    outcome = run(folder)
    assert outcome.forecast.calibration["primary"] == 1
    for year in YEARS:  # 540 residents at A and B, as in the town without P, and 270 at P
        assert sum(count(outcome, year, code)[0] for code in PRIMARY) == 60
        assert [sum(roll(outcome, school, year)) for school in "ABP"] == [240, 300, 270]
        assert outcome.measure("pupils_outside")["P", "primary", year] == 270
    assert outcome.assignment.pupils.groupby("school").sum().get("P", 0) == 0
    assert outcome.measure("place_residents")["000000", "primary", 2024] == 540


def test_pupils_from_outside_are_as_many_as_the_bureau_says(folder: Path, tmp_path: Path):
    add_private(folder, 20, outside_primary=60)
    with features(folder, "schools.geojson") as schools:  # 60 of 120 at P live in the town
        schools[0]["properties"] |= {f"roll_{code}": 30 for code in PRIMARY}
    assert told(folder, "pupils from outside") == []
    outcome = run(folder)
    assert outcome.measure("pupils_outside")["P", "primary"].tolist() == [60] * 7
    assert [sum(roll(outcome, school, 2020)) for school in "ABP"] == [180, 300, 120]
    assert sum(count(outcome, 2024)) == 90
    write_district(read_district(folder), toy_standards(), tmp_path / "again")
    assert read_district(tmp_path / "again").outside.to_dict() == {("P", g): 10 for g in PRIMARY}


def test_who_comes_from_outside_has_a_seat_before_anyone_moves(folder: Path):
    # P has 6 x 45 = 270 seats, all of them taken from outside: nobody of the town may move there.
    add_private(folder, 45)
    outcome = evaluate(
        read_district(folder),
        read_standards(folder / "standards.toml"),
        policy=Policy(overflow="move"),
    )
    assert outcome.measure("roll_over_seats")["P", "primary"].max() <= 0


def test_no_more_come_from_outside_than_are_on_roll(folder: Path):
    add_private(folder, 45, outside_primary=271)
    assert check_district(folder).problems == [
        "schools.geojson: feature 4 (id P), property outside_primary: 271; want at most the 270 "
        "pupils on roll"
    ]


def test_rolls_far_from_the_residents_are_told_where_no_school_stands_apart(folder: Path):
    with features(folder, "schools.geojson") as schools:
        schools[0]["properties"] |= {f"roll_{code}": 80 for code in PRIMARY}
    assert told(folder, "rolls far from residents") == [
        "schools.geojson: primary: 780 pupils on roll, 540 residents x take-up in "
        "population/residents.csv; every block is scaled by 1.44; want residents, take-up or "
        "outside_primary, if pupils come from outside"
    ]


def test_stated_seats_count_where_rooms_hold_others(folder: Path) -> None:
    """A has 4 rooms x 45 = 180; its bureau says 150, and a fifth room brings 45 more."""
    with features(folder, "schools.geojson") as schools:
        rooms = schools[0]["properties"]["classrooms_primary"]
        schools[0]["properties"]["seats_primary"] = 150
    seats = run(folder).measure("seats")
    assert seats["A", "primary", 2020] == 150
    more = Expand(year=2022, source="test", school="A", classrooms={"primary": 1})
    seats = run(folder, Scenario("p", interventions=(more,))).measure("seats")
    assert [seats["A", "primary", year] for year in (2021, 2022)] == [150, 195]
    cut = Expand(year=2022, source="test", school="A", classrooms={"primary": -(rooms // 2)})
    seats = run(folder, Scenario("p", interventions=(cut,))).measure("seats")
    assert seats["A", "primary", 2022] == round(150 * (rooms - rooms // 2) / rooms)
    assert seats["B", "primary", 2022] == run(folder).measure("seats")["B", "primary", 2022]


def test_seats_without_rooms_are_enough(folder: Path) -> None:
    """ceil(seats / 45) rooms hold them; written back, both stand there."""
    with features(folder, "schools.geojson") as schools:
        schools[0]["properties"]["seats_primary"] = 200
        schools[0]["properties"]["classrooms_primary"] = None
    outcome = run(folder)
    assert outcome.measure("seats")["A", "primary", 2026] == 200
    assert outcome.measure("classrooms")["A", "primary", 2026] == 5
    again = folder.parent / "again"
    write_district(read_district(folder), toy_standards(), again)
    pd.testing.assert_series_equal(read_district(again).stated, read_district(folder).stated)
    with features(folder, "schools.geojson") as schools:
        schools[0]["properties"]["seats_primary"] = None
    (problem,) = check_district(folder).problems
    assert "classrooms_primary" in problem


def test_stated_seats_far_from_the_rooms_are_doubted(folder: Path) -> None:
    with features(folder, "schools.geojson") as schools:
        schools[0]["properties"]["seats_primary"] = 2000
    told = [item.sentence for item in check_district(folder).findings if item.level == "doubtful"]
    assert any("seats_primary" in sentence and "2000" in sentence for sentence in told)


def share_block(folder: Path, shares: tuple[str, str]) -> None:
    """Let A and B share block b5, which is B's in the toy town."""
    with rows(folder, "catchments.csv") as table:
        for row in table:
            row["share"] = ""
        (own,) = (row for row in table if (row["block"], row["stage"]) == ("b5", "primary"))
        own["share"] = shares[1]
        table.append(own | {"school": "A", "share": shares[0]})


def share_of(outcome: Outcome, year: int) -> dict[str, float]:
    """Return who takes which share of the entrants of b5."""
    shares = outcome.catchments.shares.sort_index()
    return dict(shares.xs(("b5", "primary", year), level=("block", "stage", "year")))


def test_schools_share_a_block_by_their_seats(folder: Path) -> None:
    """A and B have 270 seats each; b5 has 20 of the 90 children of each age."""
    share_block(folder, ("", ""))
    assert not check_district(folder).problems
    outcome = run(folder)
    assert share_of(outcome, 2020) == share_of(outcome, 2026) == {"A": 0.5, "B": 0.5}
    residents = outcome.measure("residents")
    assert residents["A", "primary", 2020] == 6 * (40 + 10)
    assert residents["B", "primary", 2020] == 6 * (50 - 10)
    assert outcome.measure("pupils")["A", "primary", 2026] == 6 * (40 + 10)


def test_schools_share_a_block_by_stated_shares(folder: Path) -> None:
    share_block(folder, ("0.2", "0.8"))
    outcome = run(folder)
    assert share_of(outcome, 2023) == pytest.approx({"A": 0.2, "B": 0.8})
    assert outcome.measure("residents")["A", "primary", 2023] == 6 * (40 + 4)
    again = folder.parent / "again"
    write_district(read_district(folder), toy_standards(), again)
    assert share_of(run(again), 2023) == share_of(outcome, 2023)
    with rows(folder, "catchments.csv") as table:
        table.reverse()
    pd.testing.assert_series_equal(run(folder).measure("pupils"), outcome.measure("pupils"))


def test_a_shared_block_is_one_schools_once_a_plan_says_so(folder: Path) -> None:
    share_block(folder, ("0.2", "0.8"))
    give = Rezone(year=2022, source="test", stage="primary", school="B", blocks=("b5",))
    outcome = run(folder, Scenario("p", interventions=(give,)))
    assert share_of(outcome, 2021) == pytest.approx({"A": 0.2, "B": 0.8})
    assert share_of(outcome, 2022) == {"B": 1.0}
    close = Close(year=2022, source="test", school="B")
    assert share_of(run(folder, Scenario("p", interventions=(close,))), 2022) == {"A": 1.0}


@pytest.mark.parametrize(
    ("shares", "told"), [(("0.2", ""), "want a share"), (("0.2", "0.7"), "add up to 0.9")]
)
def test_shares_that_do_not_add_up_are_refused(
    folder: Path, shares: tuple[str, str], told: str
) -> None:
    share_block(folder, shares)
    (problem,) = check_district(folder).problems
    assert "catchments.csv" in problem
    assert told in problem


def test_a_new_plan_of_catchments_gives_a_shared_block_to_one_school(folder: Path) -> None:
    """The steps say so of b5, though its school stays B; a plan that moves nobody has no step."""
    share_block(folder, ("0.2", "0.8"))
    outcome = run(folder)
    town = survey_town(outcome, "primary", [2022], None)
    current = town.schools.get_indexer(
        pd.Index(
            outcome.catchments.zones.xs(("primary", 2022), level=("stage", "year"))[town.blocks]
        )
    )
    assert write_steps(outcome, "primary", town, current) == []
    moved = current.copy()
    moved[town.blocks.get_loc("b3")] = town.schools.get_loc("A")
    steps = write_steps(outcome, "primary", town, moved)
    assert {step.school: set(step.blocks) for step in steps} == {"A": {"b3"}, "B": {"b5"}}
