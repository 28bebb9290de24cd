import copy
import pickle
from pathlib import Path

import pandas as pd
import pytest

from seatplan.district.district import District
from seatplan.district.reading import read_district, read_standards
from seatplan.district.stages import Label
from seatplan.district.standards import Standards
from seatplan.district.timelines import select_in_force
from seatplan.errors import ScenarioError
from seatplan.examples import toy_district, toy_standards
from seatplan.scenarios.interventions import (
    Close,
    Convert,
    Expand,
    Housing,
    Intervention,
    Merge,
    NewSchool,
    OpenEveryGrade,
    Rezone,
    SetLimit,
    SetTakeUp,
)
from seatplan.scenarios.scenario import (
    BASELINE,
    Scenario,
    name_codes,
    read_scenario,
    write_scenario,
)

ROOT = Path(__file__).parents[2]


def one_of_each() -> tuple[Intervention, ...]:
    """A plan for the toy town with every kind of step, not in the order of its years."""
    plan = {"source": "plan"}
    return (
        Close(year=2026, school="A", **plan),
        Expand(year=2023, school="A", classrooms={"primary": 2}, **plan),
        NewSchool(year=2022, school="N1", name="新校", name_en="New School", site="S1",
                  classrooms={"primary": 6}, blocks=["b3"], **plan),
        OpenEveryGrade(year=2022, school="N1", **plan),
        Rezone(year=2022, stage="primary", school="B", blocks=["b2"], **plan),
        Convert(year=2024, school="B", from_stage="junior", to_stage="primary", classrooms=2,
                **plan),
        Merge(year=2025, schools=["N1"], into="B", keep_classrooms=True, **plan),
        SetLimit(year=2023, code="class-size", limit={"primary": 40}, binding=True, **plan),
        SetTakeUp(year=2024, stage="primary", rate=0.95, **plan),
        Housing(year=2023, block="b1", dwellings=100, residents_per_dwelling=2.8,
                pupils_per_1000=100, from_outside=0.5, **plan),
    )  # fmt: skip


def close(school: str, year: int) -> Close:
    return Close(year=year, source="plan", school=school)


def expand(school: str, year: int, rooms: int = 2) -> Expand:
    return Expand(year=year, source="plan", school=school, classrooms={"primary": rooms})


def assert_same(one: District, other: District) -> None:
    for field, table in vars(one).items():
        if isinstance(table, pd.Series):
            pd.testing.assert_series_equal(table, getattr(other, field))
        elif isinstance(table, pd.DataFrame):
            pd.testing.assert_frame_equal(table, getattr(other, field))
        else:
            assert table == getattr(other, field)


def test_a_scenario_needs_no_more_than_a_name_and_steps():
    scenario = Scenario(name="core", interventions=(expand("A", 2023),))
    assert scenario.title == Label("core", "core")
    assert scenario.source is None
    assert Scenario("core", interventions=[expand("A", 2023)]) == scenario


def test_the_baseline_changes_nothing():
    district, standards = toy_district(), toy_standards()
    assert BASELINE.apply(district) is district
    assert BASELINE.amend(standards) is standards


def test_every_kind_of_step_leaves_the_old_district_and_standards_unchanged():
    district, standards = toy_district(), toy_standards()
    before, rules = copy.deepcopy(district), copy.deepcopy(standards)
    scenario = Scenario("all", interventions=one_of_each())
    planned = scenario.apply(district)
    amended = scenario.amend(standards)
    assert_same(district, before)
    assert standards == rules
    assert len(planned.schools) == 4
    assert amended.class_limit("g1", 2023) == 40


def test_steps_are_followed_year_by_year_whatever_their_order_in_the_file():
    plan = one_of_each()
    forwards = Scenario("one", interventions=plan).apply(toy_district())
    by_year = Scenario("two", interventions=tuple(sorted(plan, key=lambda step: step.year)))
    assert_same(forwards, by_year.apply(toy_district()))
    # B has 6 primary rooms, 2 more in 2024 from junior, the 6 of N1 from 2025
    rooms = [
        select_in_force(forwards.classrooms, year)["B", "primary"] for year in (2023, 2024, 2025)
    ]
    assert rooms == [6, 8, 14]


def test_a_scenario_reads_back_equal(tmp_path: Path):
    scenario = Scenario("all", Label("全部", 'Every "kind"'), one_of_each())
    write_scenario(scenario, tmp_path / "all.toml")
    again = read_scenario(tmp_path / "all.toml")
    assert again == scenario
    assert again.source == "all.toml"
    assert again.fingerprint == scenario.fingerprint


def test_the_fingerprint_follows_the_steps_and_nothing_else():
    scenario = Scenario("one", interventions=(expand("A", 2023),))
    named = Scenario("two", Label("二", "Two"), (expand("A", 2023),), source="two.toml")
    assert named.fingerprint == scenario.fingerprint
    assert len(scenario.fingerprint) == 64
    other = Scenario("one", interventions=(expand("A", 2024),))
    assert other.fingerprint != scenario.fingerprint


def test_a_scenario_survives_pickling():
    scenario = Scenario("all", interventions=one_of_each())
    assert pickle.loads(pickle.dumps(scenario)) == scenario
    assert {scenario: "seen"}[pickle.loads(pickle.dumps(scenario))] == "seen"


def test_a_file_that_extends_another_adds_its_steps(tmp_path: Path):
    write_scenario(Scenario("base", interventions=(expand("A", 2023),)), tmp_path / "base.toml")
    more = 'name = "more"\nextends = "base.toml"\n[[intervention]]\nkind = "close"\n'
    (tmp_path / "more.toml").write_text(
        more + 'year = 2025\nsource = "plan"\nschool = "A"', "utf-8"
    )
    scenario = read_scenario(tmp_path / "more.toml")
    assert scenario.name == "more"
    assert scenario.interventions == (expand("A", 2023), close("A", 2025))
    assert scenario.origins == ("base.toml: intervention 1", "more.toml: intervention 1")
    write_scenario(scenario, tmp_path / "whole.toml")
    assert read_scenario(tmp_path / "whole.toml") == scenario


def test_one_level_of_extending_is_the_most(tmp_path: Path):
    for name, other in (("a", "b"), ("b", "c"), ("c", "b")):
        text = f'name = "{name}"\nextends = "{other}.toml"'
        (tmp_path / f"{name}.toml").write_text(text, "utf-8")
    with pytest.raises(ScenarioError, match=r"a.toml: extends b.toml, which itself extends c.toml"):
        read_scenario(tmp_path / "a.toml")
    with pytest.raises(ScenarioError, match=r"b.toml: extends c.toml, which itself extends b.toml"):
        read_scenario(tmp_path / "b.toml")


def test_faults_of_a_file_and_of_the_one_it_extends_are_told_together(tmp_path: Path):
    (tmp_path / "base.toml").write_text('name = "base"\nyears = 3', "utf-8")
    (tmp_path / "more.toml").write_text('extends = "base.toml"', "utf-8")
    with pytest.raises(ScenarioError) as refusal:
        read_scenario(tmp_path / "more.toml")
    assert [sentence.split(":")[0] for sentence in refusal.value.problems] == [
        "more.toml",
        "base.toml",
    ]


def test_a_file_saved_as_gb_18030_is_read(tmp_path: Path):
    text = 'name = "plan"\ntitle = {zh = "规划", en = "Plan"}'
    (tmp_path / "plan.toml").write_bytes(text.encode("gb18030"))
    assert read_scenario(tmp_path / "plan.toml").title.zh == "规划"


def test_a_file_that_is_not_there_is_refused_with_one_that_is(tmp_path: Path):
    write_scenario(BASELINE, tmp_path / "baseline.toml")
    with pytest.raises(ScenarioError, match=r"did you mean baseline.toml"):
        read_scenario(tmp_path / "basline.toml")


def test_every_step_that_cannot_be_followed_is_told_at_once_in_the_order_of_the_file():
    plan = (close("P99", 2025), close("A", 2019), expand("A", 2023), expand("K", 2024))
    with pytest.raises(ScenarioError) as refusal:
        Scenario("bad", interventions=plan).apply(toy_district())
    heads = [sentence.split(":")[:3] for sentence in refusal.value.problems]
    assert heads == [
        ["bad", " intervention 1", " close"],
        ["bad", " intervention 2", " close"],
        ["bad", " intervention 4", " expand"],
    ]


def test_steps_about_a_school_that_could_not_be_built_are_passed_over():
    new = NewSchool(
        year=2021, source="plan", school="N1", name="新校", site="S1", classrooms={"primary": 6}
    )
    with pytest.raises(ScenarioError) as refusal:
        Scenario("bad", interventions=(new, expand("N1", 2024))).apply(toy_district())
    assert refusal.value.problems == [
        "bad: intervention 1: new_school: site S1 is free from 2022 on; got year 2021"
    ]


def test_one_room_is_a_classroom():
    rooms = {"school": "B", "from_stage": "junior", "to_stage": "primary", "classrooms": 1}
    step = Convert(**rooms, year=2024, source="test")
    assert step.describe("en") == "B converts 1 classroom from junior to primary in 2024."


def test_a_plan_is_told_in_both_languages_in_the_order_of_its_years():
    scenario = Scenario("all", interventions=one_of_each())
    names = name_codes(toy_district(), toy_standards(), "en")
    told = scenario.describe("en", names)
    assert told == [
        "New School opens in 2022; classrooms: primary 6.",
        "New School opens in 2022 with every grade.",
        "1 block rezoned to School B (primary) in 2022.",
        "Primary A changes its classrooms in 2023: primary +2.",
        "Limit Class size from 2023 on: primary 40.",
        "100 dwellings are finished in b1 in 2023, with 100 pupils for 1,000 residents.",
        "School B converts 2 classrooms from junior to primary in 2024.",
        "Take-up of primary is 0.95 from 2024 on.",
        "New School: merged into School B in 2025.",
        "Primary A closes in 2026.",
    ]
    chinese = scenario.describe("zh", name_codes(toy_district(), toy_standards(), "zh"))
    assert chinese[0] == "2022 年新建新校（教室：小学 6）。"
    assert chinese[-1] == "2026 年关闭甲小学。"


@pytest.fixture(scope="module")
def litong() -> tuple[District, Standards]:
    return read_district(ROOT / "data"), read_standards(ROOT / "data" / "standards.toml")


@pytest.mark.parametrize(
    "file", sorted((ROOT / "scenarios").glob("*.toml")), ids=lambda file: file.stem
)
def test_every_scenario_of_the_sample_can_be_followed(
    file: Path, litong: tuple[District, Standards], tmp_path: Path
):
    district, standards = litong
    scenario = read_scenario(file)
    planned = scenario.apply(district)
    scenario.amend(standards)
    assert len(planned.schools) >= len(district.schools)
    assert len(scenario.describe("zh")) == len(scenario.interventions)
    write_scenario(scenario, tmp_path / file.name)
    assert read_scenario(tmp_path / file.name) == scenario


def test_the_plan_builds_the_rooms_that_it_counts(litong: tuple[District, Standards]):
    district, _ = litong
    planned = read_scenario(ROOT / "scenarios" / "plan-2025.toml").apply(district)
    more = (
        select_in_force(planned.classrooms, 2025).groupby(level="stage").sum()
        - select_in_force(district.classrooms, 2025).groupby(level="stage").sum()
    )
    # plan, tasks 4 and 9: 5 kindergartens of 12 classes and 4 primaries of 36
    assert more[more > 0].to_dict() == {"kindergarten": 60, "primary": 144}
